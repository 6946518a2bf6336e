"""``communique db check``: silent on a sound database, and no damage goes unnoticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from db.check import problems
from db.engine import open_engine
from db.errors import CommuniqueError
from db.migrate import downgrade, upgrade

ANY = "(SELECT min(id) FROM event_mention)"
OTHER = "(SELECT min(id) FROM article WHERE id <> {}.article_id)"
DAMAGES = [
    (
        "UPDATE event_mention SET sentence_start = sentence_start + 1, trigger_start = trigger_start + 1 WHERE id = "
        + ANY,
        "event_mention.sentence",
    ),
    ("UPDATE event_mention SET trigger = 'something else' WHERE id = " + ANY, "event_mention.trigger"),
    (
        "UPDATE mention_participant SET text_start = text_start + 1, text_end = text_end + 1 "
        "WHERE mention_id = (SELECT min(mention_id) FROM mention_participant) AND ordinal = 0",
        "mention_participant.text",
    ),
    ("UPDATE event_mention SET date_text = 'yesteryear' WHERE date_text IS NOT NULL", "event_mention.date_text"),
    ("UPDATE event_mention SET place_text = 'Elsewhere' WHERE place_text IS NOT NULL", "event_mention.place_text"),
    ("UPDATE statement SET quote = 'never said' WHERE quote IS NOT NULL", "statement.quote"),
    ("UPDATE treaty_name SET text_end = text_end + 1", "treaty_name.text"),
    ("DELETE FROM treaty_event", "treaty without an event"),
    (f"UPDATE treaty SET article_id = {OTHER.format('treaty')}", "a treaty of another article"),
    (
        f"UPDATE treaty_name SET article_id = {OTHER.format('treaty_name')}",
        "an article that tells of none of its steps",
    ),
    (
        f"UPDATE treaty_provision SET article_id = {OTHER.format('treaty_provision')}",
        "an article that tells of none of its steps",
    ),
    (
        f"UPDATE statement SET article_id = {OTHER.format('statement')} WHERE article_id IS NOT NULL",
        "an article that does not tell of its event",
    ),
    ("UPDATE treaty_provision SET text_end = text_end + 1", "treaty_provision.text"),
    ("UPDATE article SET text = 'x' || text WHERE status_code = 'coded'", "the text there reads otherwise"),
    ("UPDATE event SET mention_count = mention_count + 1 WHERE id = (SELECT min(id) FROM event)", "mention_count"),
    ("UPDATE event SET article_count = 2 WHERE id = (SELECT min(id) FROM event)", "article_count"),
    (
        "DELETE FROM event_participant WHERE event_id = (SELECT min(event_id) FROM event_participant)",
        "event without a participant",
    ),
    ("UPDATE article SET status_code = 'skipped_language'", "not coded"),
    (
        "UPDATE actor_alias SET is_seen = FALSE WHERE alias = (SELECT min(alias) FROM actor_alias)",
        "neither a text nor a user",
    ),
    (
        "UPDATE event_participant SET coded_actor_id = (SELECT max(id) FROM actor) WHERE ordinal = 0 AND event_id = (SELECT min(id) FROM event)",
        "claims and decisions",
    ),
    (
        "INSERT INTO actor_decision (id, kind, from_actor_id, into_actor_id, made_at) VALUES (1, 'merge', 'nobody', 'NOR', '2031-05-03 10:00:00')",
        "decision on an actor that is not there",
    ),
    (
        "INSERT INTO actor_decision (id, kind, from_actor_id, into_actor_id, made_at) VALUES (1, 'split', 'PER', 'NOR', '2031-05-03 10:00:00')",
        "split that holds in no article",
    ),
    ("DROP INDEX ix_event_date_start", "ix_event_date_start"),
    ("ALTER TABLE event ADD COLUMN added TEXT", "added"),
    ("CREATE INDEX ix_event_added ON event (mode)", "ix_event_added"),
]


@pytest.fixture
def damaged(examples_database: str, plain_engine: Callable[[str], Engine]) -> Callable[..., list[str]]:
    def damage(*statements: str) -> list[str]:
        plain = plain_engine(examples_database)
        with plain.begin() as connection:
            for statement in statements:
                assert connection.execute(text(statement)).rowcount != 0, "the statement found nothing to damage"
        plain.dispose()
        engine = open_engine(examples_database)
        try:
            with engine.connect() as connection:
                return list(problems(connection))
        finally:
            engine.dispose()

    return damage


def test_the_examples_make_a_sound_database(damaged: Callable[..., list[str]]) -> None:
    assert damaged() == []


@pytest.mark.parametrize(("statement", "said"), DAMAGES)
def test_damage_is_found(statement: str, said: str, damaged: Callable[..., list[str]]) -> None:
    found = damaged(statement)
    assert any(said in problem for problem in found), found


def test_an_event_without_its_mentions_is_found(damaged: Callable[..., list[str]]) -> None:
    event = "(SELECT min(event_id) FROM event_mention)"
    found = damaged(
        f"DELETE FROM mention_participant WHERE mention_id IN (SELECT id FROM event_mention WHERE event_id = {event})",
        f"DELETE FROM event_mention WHERE event_id = {event}",
    )
    assert any("event without a mention" in problem for problem in found), found


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM event", "DELETE FROM article", "DELETE FROM actor", "DELETE FROM run"]
)
def test_rows_without_their_parents_are_found(statement: str, damaged: Callable[..., list[str]]) -> None:
    assert any("that is not there" in problem for problem in damaged(statement))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_damaged_file_is_found(examples_database: str, plain_engine: Callable[[str], Engine]) -> None:
    engine = plain_engine(examples_database)
    with engine.connect() as connection:
        page = connection.execute(
            text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_event_date_start'")
        ).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    engine.dispose()
    with open(examples_database, "r+b") as file:  # noqa: PTH123
        file.seek((page - 1) * size + 100)
        file.write(b"\xff" * 400)
    engine = open_engine(examples_database)
    from db.migrate import connected

    try:
        with connected(engine) as connection:
            found = list(problems(connection))
        assert any(problem.startswith("file: ") for problem in found), found
    except CommuniqueError as error:
        assert "not a working SQLite database" in str(error)  # noqa: PT017
    finally:
        engine.dispose()


def test_an_old_database_is_sent_to_upgrade(engine: Engine) -> None:
    upgrade(engine)
    downgrade(engine, "-1")
    with engine.connect() as connection, pytest.raises(CommuniqueError, match="communique db upgrade"):
        list(problems(connection))
