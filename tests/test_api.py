"""Communiqué from Python: what a notebook or a scheduler's task sees, on both databases."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner

from db.lock import run_lock
from etl import Article, Communique, CommuniqueError
from etl.cli import main
from etl.extract.text import article_from_text

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
CALL = "Kenya's foreign minister Amina Odera spoke by phone with Norway's foreign minister Jonas Lind on Monday."
SANCTION = "Peru imposed sanctions on Chile on Tuesday."
FRENCH = "Le ministre des affaires étrangères du Sénégal a rencontré son homologue mauritanien à Dakar pour parler de la pêche."


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def news(kind: str, loaded: Callable[[str], str]) -> Iterator[Communique]:
    """The database with the example articles, only to be read."""
    with Communique(loaded(kind)) as communique:
        yield communique


@pytest.fixture(scope="module")
def communique() -> Communique:
    """One that codes; its coder is loaded once."""
    return Communique()


def as_json(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


# -- importing ---------------------------------------------------------------------------------------------------------


def test_importing_loads_neither_parser_nor_database() -> None:
    code = (
        "import sys; from etl import Article, Communique, CommuniqueError, Events; "
        "print(sorted({'spacy', 'numpy', 'sqlalchemy', 'pydantic', 'rich', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_not_exported_is_not_there() -> None:
    import etl

    assert sorted(etl.__all__) == ["Article", "Communique", "CommuniqueError", "Events"]
    with pytest.raises(AttributeError, match="Comunique"):
        etl.Comunique  # type: ignore[attr-defined]  # noqa: B018


# -- settings ----------------------------------------------------------------------------------------------------------


def test_settings_are_those_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "communique.toml").write_text('database_url = "of_file.sqlite"\nbatch_size = 7\n')
    assert Communique().settings.database_url == "of_file.sqlite"
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", "of_environment.sqlite")
    assert Communique().settings.database_url == "of_environment.sqlite"
    given = Communique(tmp_path / "given.sqlite", batch_size=3, scorer=False)
    assert (given.settings.database_url, given.settings.batch_size, given.settings.scorer) == (
        str(tmp_path / "given.sqlite"), 3, False,
    )  # fmt: skip
    other = tmp_path / "other.toml"
    other.write_text("batch_size = 9\n")
    assert Communique(config=other).settings.batch_size == 9


def test_wrong_settings_are_named() -> None:
    with pytest.raises(CommuniqueError, match=r"Communique\(\): setting 'batch_size' = 0") as caught:
        Communique(batch_size=0)
    assert caught.value.exit_code == 2
    with pytest.raises(CommuniqueError, match=r"none\.toml"):
        Communique(config="none.toml")


# -- runs --------------------------------------------------------------------------------------------------------------


def test_a_run_reads_and_codes_and_says_what_it_did(database: str, tmp_path: Path) -> None:
    (tmp_path / "call.txt").write_text(CALL)
    (tmp_path / "empty.txt").write_text(" ")
    with Communique(database) as communique:
        report = communique.run(tmp_path / "call.txt", "empty.txt")
        assert (report.documents, report.new, report.rejected, report.is_stopped) == (2, 1, 1, False)
        assert report.events == len(communique.events()) > 0
        assert [(r.location, r.reason) for r in report.rejects] == [("empty.txt", "empty")]
        assert communique.run("call.txt").known == 1
        assert [run["documents"] for run in communique.status()["runs"]] == [1, 2]


def test_a_run_without_inputs_reads_the_configured_sources(database: str, tmp_path: Path) -> None:
    for name, text in (("calls", CALL), ("sanctions", SANCTION)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(text)
    sources = "".join(f'[[sources]]\nname = "{n}"\nkind = "files"\nlocation = "{n}"\n' for n in ("calls", "sanctions"))
    (tmp_path / "communique.toml").write_text(f'{sources}[[sources]]\nname = "gone"\nkind = "files"\nlocation = "no"\n')
    with Communique(database) as communique:
        assert communique.run(sources="calls").new == 1
        assert communique.run(sources=["calls", "sanctions"]).new == 1
        assert [(s.name, bool(s.error)) for s in communique.run().failed_sources] == [("gone", True)]
        for asked in ({"sources": "calling"}, {"sources": "c"}):
            with pytest.raises(CommuniqueError, match="lists no such source") as caught:
                communique.run(**asked)  # type: ignore[arg-type]
            assert caught.value.exit_code == 2
        with pytest.raises(CommuniqueError, match="without inputs"):
            communique.run("calls", sources="calls")


def test_a_run_that_is_told_to_stop_ends_after_its_batch(database: str, tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"{SANCTION} It was measure {n}.")
    stop = Event()
    with Communique(database, batch_size=1) as communique:
        report = communique.run(".", stop=stop, progress=lambda _: stop.set())
        assert (report.is_stopped, report.new) == (True, 1)
        assert communique.run(".").new == 2


def test_one_run_at_a_time(database: str) -> None:
    with Communique(database) as first, Communique(database) as second:
        first.run(EXAMPLES / "oslo-nairobi-phone-call.txt")
        with run_lock(first._opened()), pytest.raises(CommuniqueError, match="another run is at work") as caught:
            second.run(EXAMPLES)
        assert caught.value.exit_code == 4
        assert second.run(EXAMPLES / "oslo-nairobi-phone-call.txt", wait=5).known == 1


# -- coding ------------------------------------------------------------------------------------------------------------


def test_a_text_a_record_and_an_article_give_the_same_events(communique: Communique) -> None:
    article: Article = article_from_text(CALL, published=date(2026, 5, 5))
    (event,) = communique.code(article)
    assert (event["type"], event["date"]["start"]) == ("call", "2026-05-04")
    assert [p["country"] for p in event["participants"]] == ["KEN", "NOR"]
    for published in ("2026-05-05", date(2026, 5, 5), datetime(2026, 5, 5, 9, tzinfo=UTC)):
        assert communique.code({"text": CALL, "published": published}) == [event]
    (undated,) = communique.code(CALL)
    assert undated["participants"] == event["participants"]
    assert communique.code("The weather was fine.") == []


def test_many_articles_give_lines_in_order_as_the_command_does(communique: Communique, tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [
        {"id": "a", "text": CALL, "published": "2026-05-05"},
        {"id": "b", "text": FRENCH},
        {"id": "c", "text": ""},
        {"id": 4, "text": SANCTION, "title": float("nan")},
    ]
    lines = list(communique.code(records))
    assert [line["id"] for line in lines] == ["a", "b", None, "4"]
    assert [sorted(line) for line in lines] == [
        ["events", "id"], ["events", "id", "skipped"], ["error", "events", "id"], ["events", "id"],
    ]  # fmt: skip
    assert lines[2]["error"]["detail"].startswith("article 3: ")
    (tmp_path / "a.jsonl").write_text(json.dumps(records[0]) + "\n")
    assert lines[:1] == as_json("code", "a.jsonl")


def test_many_articles_are_read_as_they_are_asked_for() -> None:
    def endless() -> Iterator[str]:
        while True:
            yield SANCTION

    lines = Communique(batch_size=2).code(endless())
    assert [next(lines)["events"][0]["type"] for _ in range(3)] == ["sanction"] * 3


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ("", "article 1: "),
        ({"title": "No text"}, "no 'text'"),
        ({"text": CALL, "published": "the other day"}, "'published'"),
        ("Half a character: \ud800", "surrogate"),
        (FRENCH, "language: fr"),
    ],
)
def test_one_article_that_cannot_be_coded_is_an_error(communique: Communique, article: Any, said: str) -> None:
    with pytest.raises(CommuniqueError, match=re.escape(said)):
        communique.code(article)


def test_what_is_no_article_is_told(communique: Communique) -> None:
    (line,) = communique.code([7])  # type: ignore[list-item]
    assert "article 1: is of type int. Give a text" in line["error"]["detail"]


# -- reading -----------------------------------------------------------------------------------------------------------


def test_events_are_those_of_the_command(news: Communique) -> None:
    url = news.settings.database_url
    assert news.events(limit=1000) == as_json("events", "--limit", "1000", "--json", "--db", url)
    asked = ("--type", "call", "--type", "meeting", "--country", "KEN", "--since", "2026-01-01", "--json")
    found = news.events(type=["call", "meeting"], country="Kenya", since="2026-01-01")
    assert found == as_json("events", *asked, "--db", url)
    assert found == news.events(type=("call", "meeting"), country="KE", since=date(2026, 1, 1))
    assert found
    assert {event["type"] for event in news.events(type="call")} == {"call"}
    few = news.events(limit=2)
    assert (len(few), few.total) == (2, len(news.events(limit=1000)))


def test_an_event_is_shown_by_the_beginning_of_its_id(news: Communique) -> None:
    event = news.events(type="call")[0]
    shown = news.show(event["event_id"][:12])
    assert shown["event_id"] == event["event_id"]
    assert {p["role"] for p in shown["participants"]} == {"party"}
    assert shown["mentions"][0]["sentence"]
    assert [shown] == as_json("show", event["event_id"], "--json", "--db", news.settings.database_url)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda c: c.events(type="phone"), "'phone': unknown. Known: "),
        (lambda c: c.events(country="Norland"), "'Norland': no such country"),
        (lambda c: c.events(since="May"), "since 'May': is no day"),
        (lambda c: c.events(limit=0), "limit 0"),
        (lambda c: c.show("zzz"), "there is none with that id"),
        (lambda c: c.query("DELETE FROM event"), "may only read"),
        (lambda c: c.query("SELECT 1", limit=-1), "limit -1"),
        (lambda c: c.query("SELECT :a", {"b": 1}), "The query failed"),
        (lambda c: c.query("SELECT :a", {"a": object()}), "The query failed"),
    ],
)
def test_what_is_asked_wrongly_is_told(news: Communique, ask: Callable[[Communique], object], said: str) -> None:
    with pytest.raises(CommuniqueError, match=re.escape(said)) as caught:
        ask(news)
    assert caught.value.exit_code == 2


def test_a_query_gives_columns_and_rows_and_binds_values(news: Communique) -> None:
    result = news.query("SELECT event_id, type FROM event_list ORDER BY event_id", limit=3)
    assert (result.columns, len(result.rows), result.truncated) == (("event_id", "type"), 3, True)
    calls = news.query("SELECT count(*) FROM event WHERE type_code = :type", {"type": "call"}).rows
    assert calls == ((news.events(type="call").total,),)
    odd = 'SELECT \':type\', ":type".a, 100 % 7, CAST(:type AS TEXT) FROM (SELECT 1 AS a) AS ":type" -- :type %s'
    assert news.query(odd, {"type": "it's; DROP TABLE event"}).rows == ((":type", 1, 2, "it's; DROP TABLE event"),)
    since = news.query("SELECT count(*) FROM event WHERE date_start >= :day", {"day": date(2026, 5, 1)}).rows[0][0]
    assert 0 < since < news.events().total


def test_a_query_is_stopped_when_its_time_is_up(news: Communique) -> None:
    forever = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    with pytest.raises(CommuniqueError, match=r"more than 0\.2 seconds"):
        news.query(forever, timeout=0.2)


def test_status_is_that_of_the_command(news: Communique) -> None:
    assert [news.status()] == as_json("status", "--json", "--db", news.settings.database_url)


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    for ask in (Communique.events, Communique.status, lambda c: c.query("SELECT 1"), lambda c: c.show("a")):
        with pytest.raises(CommuniqueError, match="there is no database yet"):
            ask(Communique("none.sqlite"))
    assert list(tmp_path.iterdir()) == []
    with Communique("postgresql://someone:secret@127.0.0.1:1/news") as gone:
        with pytest.raises(CommuniqueError, match="cannot be reached") as caught:
            gone.events()
        assert "secret" not in str(caught.value)


def test_after_closing_it_can_be_used_again(news: Communique) -> None:
    before = news.events()
    news.close()
    assert news.events() == before


# -- the example of the README -----------------------------------------------------------------------------------------


def test_the_example_of_the_readme_runs(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", database)
    values: dict[str, Any] = {}
    exec(example, values)
    assert values["report"].new > 5
    assert {event["type"] for event in values["calls"]} == {"call"}
    assert values["rows"]
    assert values["coded"][0]["type"] == "call"
