"""The registry of actors: persons found again by their name, merged, split, named, and all of it undone; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from db.check import problems
from db.engine import open_engine
from db.errors import CommuniqueError
from db.registry import (
    actor_detail,
    add_alias,
    list_actors,
    merge_actors,
    remove_alias,
    split_actor,
    undo_decision,
)
from etl import pipeline
from etl.load import batch

ReadInto = Callable[..., pipeline.RunReport]
RowsOf = Callable[..., dict[str, list[tuple[Any, ...]]]]
Load = Callable[..., str]

MINISTER = ("2026-01-09", "Portuguese Foreign Minister Maria Falcao met Norway's president in Lisbon on Friday.")
NAME_ONLY = ("2026-02-10", "Maria Falcao met Norway's president in Oslo on Tuesday.")
PRIVATE = ("2026-02-12", "Maria Falcao met John Smith in Oslo on Wednesday. The talks were long.")
RIVAL = ("2026-02-13", "Brazilian Defence Minister Maria Falcao condemned Peru on Tuesday.")
LATER = ("2026-02-20", "Maria Falcao met Kenya's president in Nairobi on Thursday.")
DEPOSIT = (
    "2026-02-21",
    "Peru and Chile signed a border treaty in Lima on Monday. The treaty was deposited with Brazil's Maria Falcao.",
)
PRT, BRA, BARE = "person:PRT:maria-falcao", "person:BRA:maria-falcao", "person:-:maria-falcao"
JOURNAL = ("actor_decision", "actor_decision_article")


@pytest.fixture
def load(tmp_path: Path, read_into: ReadInto) -> Load:
    """Read articles (date, text) into a database, in one run."""

    def loaded(database: str, *articles: tuple[str, str], batch_size: int = 32) -> str:
        path = tmp_path / "news.jsonl"
        path.write_text("".join(json.dumps({"published": day, "text": words}) + "\n" for day, words in articles))
        read_into(database, path, batch_size=batch_size)
        return database

    return loaded


@pytest.fixture
def connect() -> Iterator[Callable[[str], Connection]]:
    opened = []

    def connected(database: str) -> Connection:
        connection = open_engine(database).connect()
        opened.append(connection)
        return connection

    yield connected
    for connection in opened:
        connection.close()
        connection.engine.dispose()


def deciding(database: str, decide: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    engine = open_engine(database)
    try:
        with engine.begin() as connection:
            return decide(connection, *arguments, **options)
    finally:
        engine.dispose()


def rows(database: str, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in deciding(database, lambda connection: connection.execute(text(sql)).all())]


def sound(database: str) -> bool:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            found = list(problems(connection))
    finally:
        engine.dispose()
    assert found == []
    return True


def who(database: str, day: str) -> list[str]:
    """Who takes part in the events of the article published on `day`, countries and offices aside."""
    return [
        actor
        for (actor,) in rows(
            database,
            "SELECT DISTINCT p.actor_id FROM event_participant p JOIN event_mention m ON m.event_id = p.event_id "
            f"JOIN article a ON a.id = m.article_id WHERE a.published_on = '{day}' AND p.actor_id LIKE '%falcao%' ORDER BY 1",
        )
    ]


# -- resolution --------------------------------------------------------------------------------------------------------


def test_a_name_alone_is_the_person_whom_an_earlier_article_introduced(database: str, load: Load) -> None:
    load(database, MINISTER, NAME_ONLY)
    assert who(database, NAME_ONLY[0]) == [PRT]
    bare = rows(database, "SELECT DISTINCT actor_id FROM mention_participant WHERE actor_id LIKE 'person:-%'")
    assert bare == [(BARE,)]
    offices = rows(database, f"SELECT office, first_seen_on, last_seen_on FROM actor_office WHERE actor_id = '{PRT}'")
    assert [tuple(map(str, row)) for row in offices] == [("Foreign Minister", MINISTER[0], MINISTER[0])]
    assert sound(database)


def test_an_event_of_private_persons_is_kept_when_the_registry_knows_one(databases: Any, kind: str, load: Load) -> None:
    alone, known = load(databases.new(kind), PRIVATE), load(databases.new(kind), MINISTER, PRIVATE)
    assert rows(alone, "SELECT count(*) FROM event") == [(0,)]
    assert who(known, PRIVATE[0]) == [PRT]
    assert sound(known)


def test_one_run_two_runs_and_batches_of_any_size_give_the_same(
    databases: Any, kind: str, load: Load, rows_of: RowsOf
) -> None:
    articles = (MINISTER, NAME_ONLY, PRIVATE, RIVAL, LATER)
    once = load(databases.new(kind), *articles)
    single = load(databases.new(kind), *articles, batch_size=1)
    twice = load(databases.new(kind), *articles[:2])
    load(twice, *articles)
    left_out = ("article.location",)
    assert rows_of(once, without=left_out) == rows_of(single, without=left_out) == rows_of(twice, without=left_out)


def test_two_countries_claim_a_name_and_both_are_kept(database: str, load: Load) -> None:
    load(database, MINISTER, NAME_ONLY, RIVAL, LATER)
    assert who(database, NAME_ONLY[0]) == [PRT]
    assert who(database, LATER[0]) == [BARE]
    kept = rows(
        database,
        "SELECT id, country_code FROM actor WHERE name = 'Maria Falcao' AND country_code IS NOT NULL ORDER BY id",
    )
    assert kept == [(BRA, "BRA"), (PRT, "PRT")]
    claims = rows(database, "SELECT candidate_id FROM actor_claim JOIN article a ON a.id = article_id "
                            f"WHERE a.published_on = '{LATER[0]}' ORDER BY 1")  # fmt: skip
    assert claims == [(BRA,), (PRT,)]


@pytest.mark.parametrize(
    ("day", "words", "expected"),
    [
        # loaded later, but published earlier
        ("2019-06-04", NAME_ONLY[1], PRT),
        ("2055-02-10", NAME_ONLY[1], BARE),
        ("1990-02-10", NAME_ONLY[1], BARE),
        ("2026-02-10", "Maria Falcao Pinto met Norway's president in Oslo on Tuesday.", None),
        ("2026-02-10", "Falcao met Norway's president in Oslo on Tuesday.", None),
        ("2026-02-10", "French Interior Minister Maria Falcao met Norway's president in Oslo.", "person:FRA:maria-falcao"),
    ],
)  # fmt: skip
def test_only_the_same_full_name_at_a_plausible_time(
    database: str, load: Load, day: str, words: str, expected: str | None
) -> None:
    load(database, MINISTER, (day, words))
    found = who(database, day)
    assert PRT not in found if expected is None else found == [expected]


def test_a_person_in_no_event_is_registered(database: str, load: Load) -> None:
    load(
        database,
        ("2026-01-09", "Portuguese Foreign Minister Maria Falcao likes old music, her office said."),
        NAME_ONLY,
    )
    assert who(database, NAME_ONLY[0]) == [PRT]


def test_a_batch_that_fails_leaves_nothing_half(
    database: str, load: Load, rows_of: RowsOf, monkeypatch: pytest.MonkeyPatch, databases: Any, kind: str
) -> None:
    load(database, MINISTER)
    before = rows_of(database)
    with monkeypatch.context() as patch:

        def killed(*_: Any) -> None:
            raise KeyboardInterrupt

        patch.setattr(batch, "_subtypes", killed)
        with pytest.raises(KeyboardInterrupt):
            load(database, MINISTER, NAME_ONLY, RIVAL)
    assert rows_of(database) == before
    load(database, MINISTER, NAME_ONLY, RIVAL)
    whole = load(databases.new(kind), MINISTER, NAME_ONLY, RIVAL)
    left_out = ("article.location",)
    assert rows_of(database, without=left_out) == rows_of(whole, without=left_out)


# -- decisions ---------------------------------------------------------------------------------------------------------


def test_merge_load_more_undo_and_it_is_as_if_never_merged(
    databases: Any, kind: str, load: Load, rows_of: RowsOf
) -> None:
    never = load(databases.new(kind), MINISTER, RIVAL, LATER, PRIVATE)
    merged = load(databases.new(kind), MINISTER, RIVAL)
    done = deciding(merged, merge_actors, BRA, PRT, reason="one and the same", author="an analyst")
    assert done == {"decision": 1, "events": 1}
    assert who(merged, RIVAL[0]) == [PRT]
    load(merged, MINISTER, RIVAL, LATER, PRIVATE)
    assert who(merged, LATER[0]) == [PRT]
    assert sound(merged)
    assert rows(merged, "SELECT reason, author, undone_at FROM actor_decision") == [
        ("one and the same", "an analyst", None)
    ]
    deciding(merged, undo_decision, 1)
    assert who(merged, LATER[0]) == [BARE]
    left_out = ("article.location",)
    found, wanted = rows_of(merged, without=left_out), rows_of(never, without=left_out)
    assert {t: r for t, r in found.items() if t not in JOURNAL} == {t: r for t, r in wanted.items() if t not in JOURNAL}
    assert sound(merged)


def test_merges_build_on_each_other_and_are_undone_in_any_order(database: str, load: Load, rows_of: RowsOf) -> None:
    french = ("2026-03-01", "French Interior Minister Maria Falcao condemned Peru on Tuesday.")
    load(database, MINISTER, RIVAL, french)
    before = rows_of(database)
    deciding(database, merge_actors, BRA, PRT, reason="a")
    deciding(database, merge_actors, PRT, "person:FRA:maria-falcao", reason="b")
    assert who(database, RIVAL[0]) == ["person:FRA:maria-falcao"]
    deciding(database, undo_decision, 1)
    assert (who(database, RIVAL[0]), who(database, MINISTER[0])) == ([BRA], ["person:FRA:maria-falcao"])
    deciding(database, undo_decision, 2)
    after = rows_of(database)
    assert {t: r for t, r in after.items() if t not in JOURNAL} == {t: r for t, r in before.items() if t not in JOURNAL}


def test_the_same_actor_twice_in_an_event_counts_once(
    database: str, load: Load, connect: Callable[[str], Connection]
) -> None:
    both = (
        "2026-03-01",
        "Portuguese Foreign Minister Maria Falcao and Brazilian Defence Minister Pedro Falcao condemned Peru on Tuesday.",
    )
    load(database, both)
    dyads = rows(database, "SELECT count(*) FROM dyads")[0][0]
    assert dyads >= 2
    deciding(database, merge_actors, "person:BRA:pedro-falcao", PRT, reason="misprint")
    assert rows(database, "SELECT count(*) FROM event_participant WHERE coded_actor_id LIKE '%falcao'") == [(2,)]
    assert rows(database, "SELECT actor FROM participants WHERE actor_id LIKE '%falcao'") == [("Maria Falcao",)]
    assert rows(database, "SELECT count(*) FROM dyads") == [(dyads - 1,)]
    assert actor_detail(connect(database), PRT)["events_by_type"] == [{"type": "statement", "events": 1}]
    assert sound(database)


def test_a_split_makes_another_actor_of_some_articles_and_is_undone(database: str, load: Load, rows_of: RowsOf) -> None:
    load(database, MINISTER, NAME_ONLY)
    before = rows_of(database)
    ((article,),) = rows(database, f"SELECT id FROM article WHERE published_on = '{NAME_ONLY[0]}'")
    done = deciding(
        database, split_actor, PRT, [article[:8]], name="Maria Falcao", slug="maria-falcao", country="BRA", sector="MIL"
    )
    assert done == {"decision": 1, "actor": BRA, "events": 1}
    assert (who(database, MINISTER[0]), who(database, NAME_ONLY[0])) == ([PRT], [BRA])
    assert sound(database)
    with pytest.raises(CommuniqueError, match="an earlier decision connects them"):
        deciding(database, merge_actors, BRA, PRT, reason="no")
    deciding(database, undo_decision, 1)
    after = rows_of(database)
    assert {t: r for t, r in after.items() if t not in JOURNAL} == {t: r for t, r in before.items() if t not in JOURNAL}
    assert sound(database)


def test_a_split_is_undone_though_a_treaty_names_the_actor_that_it_made(database: str, load: Load) -> None:
    load(database, MINISTER, NAME_ONLY)
    ((article,),) = rows(database, f"SELECT id FROM article WHERE published_on = '{NAME_ONLY[0]}'")
    deciding(database, split_actor, PRT, [article], name="Maria Falcao", slug="maria-falcao", country="BRA")
    load(database, DEPOSIT)
    deciding(database, undo_decision, 1)
    assert rows(database, "SELECT actor_id FROM treaty_party WHERE role = 'depositary'") == [(BRA,)]
    assert sound(database)


def test_a_second_person_of_the_same_name_and_country_has_an_id_of_its_own(database: str, load: Load) -> None:
    load(database, MINISTER, NAME_ONLY)
    ((article,),) = rows(database, f"SELECT id FROM article WHERE published_on = '{NAME_ONLY[0]}'")
    done = deciding(database, split_actor, PRT, [article], name="Maria Falcao", slug="maria-falcao", country="PRT")
    assert done["actor"] == f"{PRT}-2"
    load(database, MINISTER, NAME_ONLY, LATER)
    assert who(database, LATER[0]) == [BARE]


def test_an_alias_is_used_by_later_runs_and_settles_a_disagreement(database: str, load: Load) -> None:
    load(database, MINISTER, RIVAL)
    assert deciding(database, add_alias, BRA, "Maria Falcao", slug="maria-falcao") == []
    load(database, MINISTER, RIVAL, LATER)
    assert who(database, LATER[0]) == [BRA]
    deciding(database, remove_alias, BRA, "Maria Falcao")
    load(database, MINISTER, RIVAL, LATER, NAME_ONLY)
    assert who(database, NAME_ONLY[0]) == [BARE]
    assert sound(database)


def test_an_alias_taken_back_leaves_nothing(database: str, load: Load, rows_of: RowsOf) -> None:
    load(database, MINISTER)
    before = rows_of(database)
    for words, slug in (("Maria do Mar", "maria-do-mar"), ("Portuguese Foreign Minister Maria Falcao", "x-y")):
        deciding(database, add_alias, PRT, words, slug=slug)
        deciding(database, remove_alias, PRT, words)
    assert rows_of(database) == before


@pytest.mark.parametrize(
    ("decide", "said"),
    [
        (lambda c: merge_actors(c, PRT, PRT, reason="r"), "with itself"),
        (lambda c: merge_actors(c, "person:PRT:maria-falco", PRT, reason="r"), f"Nearest: {PRT}"),
        (lambda c: merge_actors(c, "PER", PRT, reason="r"), "PER is of kind country"),
        (lambda c: merge_actors(c, "PER", "NOR", reason="r"), "countries are fixed"),
        (lambda c: undo_decision(c, 7), "Decisions that hold: none"),
        (lambda c: split_actor(c, PRT, ["zz"], name="A B", slug="a-b"), "there is none with that id"),
        (lambda c: split_actor(c, "PER", ["zz"], name="A B", slug="a-b"), "of kind country"),
        (lambda c: split_actor(c, PRT, ["zz"], name="A B", slug="a-b", sector="NIL"), "GOV"),
        (lambda c: split_actor(c, PRT, [_other(c)], name="A B", slug="a-b"), "takes part in no event of it"),
        (lambda c: remove_alias(c, PRT, "Maria Falcao"), "no user's"),
        (lambda c: list_actors(c, kind="planet"), "Known: country"),
        (lambda c: actor_detail(c, "nobody at all"), "there is none with that id"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    decide: Callable[[Connection], Any], said: str, database: str, load: Load, rows_of: RowsOf
) -> None:
    load(database, MINISTER, RIVAL, ("2026-03-02", "Norway condemned Peru on Tuesday."))
    before = rows_of(database)
    with pytest.raises(CommuniqueError, match=said) as error:
        deciding(database, decide)
    assert error.value.exit_code == 2
    assert rows_of(database) == before


def _other(connection: Connection) -> str:
    return str(connection.execute(text("SELECT id FROM article WHERE published_on = '2026-03-02'")).scalar_one())


def test_what_is_undone_cannot_be_undone_again(database: str, load: Load) -> None:
    load(database, MINISTER, RIVAL)
    deciding(database, merge_actors, BRA, PRT, reason="r")
    with pytest.raises(CommuniqueError, match="by decision 1"):
        deciding(database, merge_actors, BRA, PRT, reason="r")
    with pytest.raises(CommuniqueError, match="earlier decision"):
        deciding(database, merge_actors, PRT, BRA, reason="r")
    deciding(database, undo_decision, 1)
    with pytest.raises(CommuniqueError, match="was undone on"):
        deciding(database, undo_decision, 1)


def test_the_check_finds_participants_who_follow_no_decision(database: str, load: Load) -> None:
    load(database, MINISTER, NAME_ONLY, RIVAL)
    deciding(
        database, lambda c: c.execute(text(f"UPDATE event_participant SET actor_id = '{BRA}' WHERE actor_id = '{PRT}'"))
    )
    engine = open_engine(database)
    with engine.connect() as connection:
        found = list(problems(connection))
    engine.dispose()
    assert len([problem for problem in found if "claims and decisions" in problem]) == 2
