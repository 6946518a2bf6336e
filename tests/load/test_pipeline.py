"""The run: nothing lost, nothing double, whatever comes in, in whatever order, on both databases."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from db.check import problems
from db.engine import open_engine
from db.errors import CommuniqueError
from etl import pipeline
from etl.arrivals import articles
from etl.config import Settings
from etl.records import Article, Coded, Reject
from etl.transform.coder import Coder

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
COMMUNIQUE = Path(sys.executable).parent / "communique"
ReadInto = Callable[..., pipeline.RunReport]
RowsOf = Callable[..., dict[str, list[tuple[Any, ...]]]]

NAMES = ("Kenya", "Norway", "Peru", "Japan", "Ghana", "Chile", "Nepal", "Malta", "Oman", "Fiji", "Laos", "Togo")
DEEDS = (
    "{a} imposed sanctions on {b} on Monday.",
    "The foreign ministers of {a} and {b} met in Geneva on Tuesday.",
    "{a} expelled two diplomats of {b}, the government said.",
    "{a} and {b} signed a trade agreement last week.",
    "The president of {a} condemned {b} over the fishing dispute.",
    "{a} pledged aid to {b} after the flood.",
)


def generated(count: int) -> list[dict[str, str]]:
    """So many short articles, no two alike, each with two or three events."""
    records = []
    for n in range(count):
        a, b, c = (NAMES[(n * step + n // 12) % 12] for step in (1, 5, 7))
        b = b if b != a else NAMES[(NAMES.index(a) + 3) % 12]
        first, second = DEEDS[n % 6], DEEDS[(n // 6 + 1) % 6]
        words = (
            f"{first.format(a=a, b=b)} {second.format(a=b, b=c if c != b else a)} It was dispatch number {n} of May."
        )
        records.append(
            {"id": f"g{n}", "published": f"2031-05-{n % 28 + 1:02}", "source": f"Wire {n % 5}", "text": words}
        )
    return records


def write(path: Path, records: Iterable[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def one(database: str, sql: str) -> Any:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return connection.execute(text(sql)).scalar()
    finally:
        engine.dispose()


def rows(database: str, sql: str) -> list[tuple[Any, ...]]:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]
    finally:
        engine.dispose()


def sound(database: str) -> bool:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            found = list(problems(connection))
    finally:
        engine.dispose()
    assert found == []
    return True


# -- the examples ------------------------------------------------------------------------------------------------------


def test_the_examples_are_loaded_with_events_of_many_kinds(examples_database: str) -> None:
    assert one(examples_database, "SELECT count(*) FROM article") == 15
    types = {t for (t,) in rows(examples_database, "SELECT DISTINCT type_code FROM event")}
    assert types >= {"call", "treaty", "sanction", "expulsion", "recognition"}
    assert one(examples_database, "SELECT count(*) FROM event WHERE date_start IS NOT NULL") > 0
    assert rows(examples_database, "SELECT status_code, error FROM run") == [("finished", None)]


def test_a_second_run_adds_nothing(examples_database: str, read_into: ReadInto, rows_of: RowsOf) -> None:
    before = rows_of(examples_database)
    report = read_into(examples_database, EXAMPLES)
    assert (report.documents, report.new, report.known, report.events, report.rejected) == (15, 0, 15, 0, 0)
    assert rows_of(examples_database) == before
    latest = rows(
        examples_database, "SELECT article_count, known_count, event_count, status_code FROM run ORDER BY id DESC"
    )[0]
    assert latest == (0, 15, 0, "finished")


def test_both_databases_hold_the_same_rows(loaded: Callable[[str], str], rows_of: RowsOf) -> None:
    assert rows_of(loaded("sqlite")) == rows_of(loaded("postgresql"))


def test_other_batches_give_the_same_database(
    kind: str, database: str, loaded: Callable[[str], str], read_into: ReadInto, rows_of: RowsOf
) -> None:
    read_into(database, EXAMPLES, batch_size=1)
    assert rows_of(database) == rows_of(loaded(kind))


def test_in_another_order_only_names_that_an_article_does_not_explain_may_stand_for_others(
    kind: str, database: str, loaded: Callable[[str], str], read_into: ReadInto
) -> None:
    explained = (
        "SELECT e.id, e.cameo_code, p.role_code, p.coded_actor_id FROM event e JOIN event_participant p ON p.event_id = e.id WHERE EXISTS "
        "(SELECT 1 FROM event_participant o JOIN actor a ON a.id = o.coded_actor_id WHERE o.event_id = e.id AND a.country_code IS NOT NULL) "
        "ORDER BY e.id, p.ordinal"
    )
    persons = "SELECT * FROM actor WHERE first_seen_on IS NOT NULL ORDER BY id"
    read_into(database, *sorted(EXAMPLES.iterdir(), reverse=True), batch_size=1)
    for question in (explained, persons):
        assert rows(database, question) == rows(loaded(kind), question)


def test_whichever_article_comes_first_an_actor_is_the_same(
    tmp_path: Path, databases: Any, read_into: ReadInto, rows_of: RowsOf
) -> None:
    records = [
        {"text": "PORTUGUESE FOREIGN MINISTER DUARTE FALCAO met Kenya's president in Lisbon on Monday."},
        {"text": "Portuguese Foreign Minister Duarte Falcao called Norway's prime minister on Tuesday."},
        {"text": "Portuguese Foreign Minister Duarte Falc\u00e3o condemned Peru on Wednesday."},
    ]
    one_way = write(tmp_path / "a.jsonl", records)
    other_way = write(tmp_path / "b.jsonl", reversed(records))
    found = []
    for path, batch_size in ((one_way, 1), (other_way, 1), (other_way, 32)):
        url = databases.new("sqlite")
        read_into(url, path, batch_size=batch_size)
        found.append(rows_of(url, without=("article.location",)))
    assert found[0] == found[1] == found[2]
    assert ("Duarte Falc\u00e3o",) in [row[1:2] for row in found[0]["actor"]]


def test_events_between_members_of_an_organisation_are_one_query_away(
    database: str, tmp_path: Path, read_into: ReadInto
) -> None:
    records = [
        {"text": "Indonesia condemned Myanmar on Tuesday.", "published": "2024-03-06"},
        {"text": "Indonesia condemned Kenya on Tuesday.", "published": "2024-03-06"},
    ]
    read_into(database, write(tmp_path / "a.jsonl", records))
    sql = (
        "SELECT p.country_code FROM event e JOIN event_participant ep ON ep.event_id = e.id JOIN actor p ON p.id = ep.actor_id "
        "JOIN organisation_member m ON m.country_code = p.country_code AND m.organisation_id = 'igo:asean' "
        "AND (m.valid_from IS NULL OR m.valid_from <= e.date_start) AND (m.valid_to IS NULL OR m.valid_to >= e.date_start) "
        "WHERE ep.role_code = 'target'"
    )
    assert rows(database, sql) == [("MMR",)]


def test_an_article_in_french_is_kept_and_skipped(database: str, tmp_path: Path, read_into: ReadInto) -> None:
    words = (
        "Le ministre des affaires \u00e9trang\u00e8res de la Norv\u00e8ge a rencontr\u00e9 mardi "
        "\u00e0 Gen\u00e8ve son homologue du Kenya. "
        "Les deux pays ont sign\u00e9 un accord sur la p\u00eache et se sont dits heureux de leur coop\u00e9ration."
    )
    (tmp_path / "article.txt").write_text(words, encoding="utf-8")
    report = read_into(database, tmp_path / "article.txt")
    assert (report.new, report.skipped, report.events, report.rejected) == (1, 1, 0, 0)
    assert rows(database, "SELECT language, status_code, text FROM article") == [("fr", "skipped_language", words)]
    assert sound(database)


def test_an_article_twice_in_one_input_is_loaded_once(database: str, tmp_path: Path, read_into: ReadInto) -> None:
    records = generated(3)
    again = {**records[0], "id": "other", "text": "  " + records[0]["text"].replace(" ", "\n", 1)}
    path = write(tmp_path / "news.jsonl", [*records, records[1], again])
    (tmp_path / "same.txt").write_text(records[2]["text"])
    for batch_size in (1, 32):
        report = read_into(database, path, tmp_path / "same.txt", batch_size=batch_size)
    assert one(database, "SELECT count(*) FROM article") == 3
    assert rows(database, "SELECT external_id FROM article ORDER BY external_id") == [("g0",), ("g1",), ("g2",)]
    assert (report.new, report.known) == (0, 6)
    assert sound(database)


def test_standard_input_is_read(database: str, read_into: ReadInto) -> None:
    report = read_into(database, "-", stdin=io.BytesIO(json.dumps(generated(1)[0]).encode()))
    assert (report.new, report.rejected) == (1, 0)
    assert report.events > 0
    assert one(database, "SELECT location FROM article") == "-:1"


def test_a_run_of_nothing_is_a_finished_run(database: str, tmp_path: Path, read_into: ReadInto) -> None:
    (tmp_path / "empty").mkdir()
    report = read_into(database, tmp_path / "empty")
    assert (report.documents, report.new) == (0, 0)
    assert one(database, "SELECT status_code FROM run") == "finished"


def test_users_may_add_event_types_and_a_run_keeps_them(examples_database: str, read_into: ReadInto) -> None:
    engine = open_engine(examples_database)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO event_type (code, label, description) VALUES ('summit', 'Summit', 'Ours')")
        )
        connection.execute(text("UPDATE modality SET label = 'changed' WHERE code = 'asserted'"))
    engine.dispose()
    read_into(examples_database, EXAMPLES / "oslo-nairobi-phone-call.txt")
    assert one(examples_database, "SELECT label FROM event_type WHERE code = 'summit'") == "Summit"
    assert one(examples_database, "SELECT label FROM modality WHERE code = 'asserted'") != "changed"


# -- rejects -----------------------------------------------------------------------------------------------------------

REJECTS = "SELECT reason_code, attempt_count, first_run_id, last_run_id FROM reject ORDER BY location"


def test_a_reject_is_recorded_once_counted_and_forgotten_when_mended(
    database: str, tmp_path: Path, read_into: ReadInto
) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"\x00\x01\x02" * 50)
    # twice in one run is still one run that met it
    assert read_into(database, path, path).rejected == 2
    assert rows(database, REJECTS) == [("binary", 1, 1, 1)]
    read_into(database, path)
    assert rows(database, REJECTS) == [("binary", 2, 1, 2)]
    path.write_text(generated(1)[0]["text"])
    assert read_into(database, path).new == 1
    assert rows(database, REJECTS) == []


def test_a_reject_mended_to_an_article_that_is_known_is_forgotten_too(
    database: str, tmp_path: Path, read_into: ReadInto
) -> None:
    (tmp_path / "a.txt").write_text(generated(1)[0]["text"])
    (tmp_path / "b.txt").write_bytes(b"\x00" * 50)
    read_into(database, tmp_path)
    assert len(rows(database, REJECTS)) == 1
    (tmp_path / "b.txt").write_text(generated(1)[0]["text"])
    assert read_into(database, tmp_path).known == 2
    assert rows(database, REJECTS) == []


def test_what_standard_input_lost_stays_although_other_input_comes_later(database: str, read_into: ReadInto) -> None:
    read_into(database, "-", stdin=io.BytesIO(b"{not json"))
    read_into(database, "-", stdin=io.BytesIO(json.dumps(generated(1)[0]).encode()))
    assert rows(database, "SELECT location, reason_code FROM reject") == [("-:1", "bad_json")]
    assert bytes(one(database, "SELECT content FROM reject")) == b"{not json"


def test_a_broken_line_does_not_stop_the_others(database: str, tmp_path: Path, read_into: ReadInto) -> None:
    records = generated(4)
    path = write(tmp_path / "news.jsonl", records)
    lines = path.read_text().splitlines()
    lines.insert(2, '{"id": "broken", "text": ')
    path.write_text("\n".join(lines))
    report = read_into(database, path, batch_size=2)
    assert (report.documents, report.new, report.rejected) == (5, 4, 1)
    assert rows(database, "SELECT location, reason_code FROM reject") == [(f"{path}:3", "bad_json")]
    assert sound(database)


def test_only_what_names_an_actor_is_kept_as_its_name(database: str, tmp_path: Path, read_into: ReadInto) -> None:
    path = tmp_path / "talks.txt"
    path.write_text(
        "Chilean Foreign Minister Ana Rojas met her Peruvian counterpart, Luis Paredes, in Lima on Monday, and both sides signed an accord "
        "on fishing.\n\n"
        "Bolivia condemned the accord. Argentina's president praised the two countries.\n\n"
        '"I condemn Bolivia, and our government rejects the threats of Bolivia," Rojas said. The minister thanked Peru. The US '
        "criticised both sides, and the Union for Peru party accused the regime of treason.",
        encoding="utf-8",
    )
    read_into(database, path)
    told = {words for (words,) in rows(database, "SELECT DISTINCT text FROM mention_participant")}
    names = {name for (name,) in rows(database, "SELECT alias FROM actor_alias WHERE is_seen")}
    assert {"both sides", "I"} <= told
    assert {"Bolivia", "US", "Peru"} <= {name.removeprefix("The ") for name in names}
    assert (
        not {
            "I",
            "our",
            "accord",
            "both sides",
            "two countries",
            "the two countries",
            "minister",
            "The minister",
            "regime",
        }
        & names
    )


def test_names_of_any_length_are_taken(database: str, tmp_path: Path, read_into: ReadInto) -> None:
    import random

    chance = random.Random(7)
    words = " ".join("".join(chance.choices("abcdefghiklmnoprstu", k=9)).title() for _ in range(60))
    rest = (
        " The minister said that the two sides had agreed to meet again after the talks, which were held by the host."
        * 9
    )
    hexadecimal = "".join(chance.choices("0123456789abcdef", k=9000))
    records = [
        {
            "text": f"President {words} of Kenya met the president of Norway in Oslo on Tuesday.{rest}",
            "source": hexadecimal,
        },
        {"text": f"The {words} Organisation condemned Kenya. '{words},' said foreign minister {words}.{rest}"},
    ]
    missing = "/".join("".join(chance.choices("0123456789abcdefghijklmnop", k=200)) for _ in range(20))
    report = read_into(database, write(tmp_path / "long.jsonl", records), f"{missing}.txt")
    assert (report.new, report.skipped, report.rejected) == (2, 0, 1)
    assert report.events > 0
    assert read_into(database, f"{missing}.txt").rejected == 1
    assert rows(database, REJECTS) == [("unreadable", 2, 1, 2)]
    assert sound(database)


class FailsOn:
    """A coder that fails on articles with a word, and codes the others."""

    def __init__(self, coder: Coder, word: str) -> None:
        self._coder = coder
        self._word = word

    def code_many(self, articles: Iterable[Article]) -> Iterable[tuple[Article, Coded]]:
        for article in articles:
            if self._word in article.text:
                raise ValueError("the parser gave up")
            yield from self._coder.code_many([article])


@pytest.fixture
def failing() -> Coder:
    return cast("Coder", FailsOn(Coder(), "dispatch number 2 "))


def test_a_coder_that_fails_on_one_article_codes_the_others_in_order(failing: Coder, tmp_path: Path) -> None:
    path = write(tmp_path / "news.jsonl", generated(5))
    batch = [a for a in articles([str(path)], settings=Settings()) if isinstance(a, Article)]
    coded = list(pipeline.code_articles(failing, batch))
    assert [article.external_id for article, _ in coded] == ["g0", "g1", "g2", "g3", "g4"]
    rejects = [result for _, result in coded if isinstance(result, Reject)]
    assert [(r.location, r.reason) for r in rejects] == [(f"{path}:3", "coder_error")]
    assert "ValueError: the parser gave up" in rejects[0].detail
    assert all(result.mentions for _, result in coded if isinstance(result, Coded))


def test_an_article_on_which_the_coder_failed_is_tried_again_by_the_next_run(
    database: str, tmp_path: Path, failing: Coder, read_into: ReadInto, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "news.jsonl", generated(5))
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_coder", lambda settings, knowledge: failing)
        report = read_into(database, path)
    assert (report.new, report.rejected, report.known) == (4, 1, 0)
    assert rows(database, "SELECT location, reason_code FROM reject") == [(f"{path}:3", "coder_error")]
    assert sound(database)
    report = read_into(database, path)
    assert (report.new, report.rejected, report.known) == (1, 0, 4)
    assert rows(database, REJECTS) == []


# -- cut off, and two at once -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, databases: Any, read_into: ReadInto, rows_of: RowsOf
) -> tuple[Path, Any]:
    """Many articles, and the rows of a run that nothing disturbed."""
    path = write(tmp_path_factory.mktemp("many") / "many.jsonl", generated(160))
    url = databases.new("sqlite")
    assert read_into(url, path).new == 160
    return path, rows_of(url)


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        try:
            return int(connection.execute(text("SELECT count(*) FROM article")).scalar_one())
        except DBAPIError:  # the tables are not there yet, or the writer holds them
            return 0


def start(database: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMUNIQUE, "run", *arguments, "--db", database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_killed_run_loses_nothing(
    database: str, undisturbed: tuple[Path, Any], read_into: ReadInto, rows_of: RowsOf
) -> None:
    path, expected = undisturbed
    process = start(database, str(path), "--batch-size", "4")
    engine = open_engine(database, create=True)
    try:
        deadline = time.monotonic() + 60
        while count(engine) == 0:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "no row within a minute"
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
        engine.dispose()
    taken = one(database, "SELECT count(*) FROM article")
    assert 0 < taken < 160
    assert taken % 4 == 0
    assert sound(database)
    assert rows(database, "SELECT status_code, finished_at, article_count FROM run") == [("running", None, taken)]
    report = read_into(database, path)
    assert (report.new, report.known) == (160 - taken, taken)
    assert rows_of(database) == expected
    assert rows(database, "SELECT status_code FROM run ORDER BY id") == [("abandoned",), ("finished",)]
    assert sound(database)


def test_of_two_runs_at_once_one_works_and_the_other_waits_if_told_so(
    database: str, tmp_path: Path, databases: Any, read_into: ReadInto, rows_of: RowsOf
) -> None:
    records = generated(48)
    forwards = write(tmp_path / "forwards.jsonl", records)
    backwards = write(tmp_path / "backwards.jsonl", reversed(records))
    # both begin with a database that is not there yet
    processes = [
        start(database, str(path), "--batch-size", "3", "--json", "--wait", "100") for path in (forwards, backwards)
    ]
    ended = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ended
    reports = [json.loads(out) for out, _ in ended]
    assert sorted((report["new"], report["known"]) for report in reports) == [(0, 48), (48, 0)]
    assert sound(database)
    alone = databases.new("sqlite")
    read_into(alone, forwards)
    assert rows_of(database, without=("article.location",)) == rows_of(alone, without=("article.location",))


def test_of_two_runs_at_once_the_other_says_so_and_leaves(database: str, tmp_path: Path, engine: Engine) -> None:
    # enough for the other to start within the work of the first on any machine
    path = write(tmp_path / "many.jsonl", generated(600))
    worker = start(database, str(path), "--batch-size", "3")
    try:
        deadline = time.monotonic() + 60
        while count(engine) == 0:
            assert worker.poll() is None, worker.communicate()
            assert time.monotonic() < deadline, "no row within a minute"
            time.sleep(0.01)
        other = start(database, str(path), "--quiet")
        _, err = other.communicate(timeout=60)
        assert (other.returncode, worker.poll()) == (4, None), err
        assert "another run is at work; this one did nothing" in err
    finally:
        worker.terminate()
        _, err = worker.communicate(timeout=120)
    assert worker.returncode == 143, err
    assert rows(database, "SELECT status_code FROM run") == [("stopped",)]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_of_a_run_that_fails_only_what_was_loaded_is_counted(
    database: str, tmp_path: Path, engine: Engine, read_into: ReadInto
) -> None:
    read_into(database, write(tmp_path / "first.jsonl", generated(1)))
    with engine.begin() as connection:
        # stands for a disk that fills up with the third batch, as late in it as can be
        refusal = "SELECT RAISE(ABORT, 'database or disk is full')"
        connection.execute(
            text(f"CREATE TRIGGER full BEFORE UPDATE ON run WHEN NEW.article_count > 4 BEGIN {refusal}; END")
        )
    with pytest.raises(CommuniqueError, match="disk is full"):
        read_into(database, write(tmp_path / "news.jsonl", generated(9)), batch_size=3)
    [(status, articles_, events)] = rows(
        database, "SELECT status_code, article_count, event_count FROM run ORDER BY id DESC LIMIT 1"
    )
    of_run = "SELECT count(DISTINCT a.id), count(DISTINCT m.event_id) FROM article a LEFT JOIN event_mention m ON m.article_id = a.id"
    assert (status, [(articles_, events)]) == ("failed", rows(database, f"{of_run} WHERE a.run_id = 2"))
    assert articles_ == 2


def test_a_run_told_to_stop_finishes_its_batch_and_the_next_does_the_rest(
    database: str, undisturbed: tuple[Path, Any], engine: Engine, read_into: ReadInto, rows_of: RowsOf
) -> None:
    path, expected = undisturbed
    process = start(database, str(path), "--batch-size", "4", "--json")
    deadline = time.monotonic() + 60
    while count(engine) == 0:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "no row within a minute"
        time.sleep(0.01)
    process.terminate()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    report = json.loads(out)
    assert report["stopped"]
    assert 0 < report["new"] < 160
    assert report["new"] % 4 == 0
    assert rows(database, "SELECT status_code, article_count FROM run") == [("stopped", report["new"])]
    assert read_into(database, path).new == 160 - report["new"]
    assert rows_of(database) == expected


def test_reading_goes_on_while_a_run_writes(examples_database: str, tmp_path: Path) -> None:
    engine = open_engine(examples_database)
    with engine.connect() as connection:
        # an analyst's long transaction on a view
        assert connection.execute(text("SELECT count(*) FROM event_list")).scalar_one() > 0
        process = start(examples_database, str(write(tmp_path / "more.jsonl", generated(4))))
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert connection.execute(text("SELECT count(*) FROM event_list")).scalar_one() > 0
    engine.dispose()
    assert one(examples_database, "SELECT count(*) FROM article") == 19
