"""The command line: what a user types, sees, and gets as exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from db import migrate
from etl.cli import main
from etl.knowledge.loader import FOLDER
from etl.pipeline import RunReport

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
COMMUNIQUE = Path(sys.executable).parent / "communique"
CALL = "Kenya's foreign minister Amina Odera spoke by phone with Norway's foreign minister Jonas Lind on Monday."
SANCTION = "Peru imposed sanctions on Chile on Tuesday."


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{arguments}: traceback instead of a message") from result.exception
    assert "Traceback" not in result.output
    return result


def works(*arguments: str | Path, stdin: str | bytes | None = None) -> str:
    result = call(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result.stdout


def fails(code: int, *arguments: str | Path, stdin: str | bytes | None = None) -> str:
    result = call(*arguments, stdin=stdin)
    assert result.exit_code == code, result.output
    return result.stderr


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


# -- help --------------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Command]]:
    todo: list[tuple[str, click.Command]] = [("", main)]
    while todo:
        name, command = todo.pop()
        yield name.strip(), command
        if isinstance(command, click.Group):
            todo += [(f"{name} {child}", c) for child, c in command.commands.items()]


COMMANDS = list(commands())


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name or "communique" for name, _ in COMMANDS])
def test_every_command_and_option_has_help(name: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"
            assert parameter.help.endswith("."), f"{name} {parameter.opts}"
    shown = works(*name.split(), "--help")
    assert shown == works(*name.split(), "-h")
    first = re.sub(r"\s+", " ", command.help.strip().split("\n\n")[0])
    assert first[:60] in re.sub(r"\s+", " ", shown)


@pytest.mark.parametrize("name", ["", "run", "code", "events", "query"])
def test_what_is_used_daily_shows_an_example(name: str) -> None:
    assert f"communique {name or 'run'}" in works(*name.split(), "--help").split("Options:")[0].replace(
        "Usage: communique", ""
    )


def test_every_command_is_named_in_the_overview() -> None:
    overview = works("--help")
    for name, _ in COMMANDS:
        if name and " " not in name:
            assert f"\n  {name} " in overview


def test_the_exit_codes_are_documented() -> None:
    assert "Exit codes: 0 " in works("--help")


def test_version() -> None:
    assert re.search(r"\d+\.\d+", works("--version"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["run"],
        ["run", "x", "--nonsense"],
        ["show"],
        ["db", "downgrade"],
        ["events", "--since", "soon"],
        ["events", "--limit", "0"],
        ["query", "SELECT 1", "--limit", "x"],
        ["query", "SELECT 1", "--timeout", "0"],
        ["actors", "import"],
        ["actors", "import", "nowhere.txt"],
        ["actors", "export", "x", "--format", "nonsense"],
        ["code", "--actors", "nowhere.txt"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert "Error: " in fails(2, *arguments)


# -- run ---------------------------------------------------------------------------------------------------------------


def test_run_says_what_it_did_and_that_there_is_nothing_new() -> None:
    path = Path("news.txt")
    path.write_text(SANCTION)
    first = call("run", path, "--db", "a.sqlite")
    assert (first.exit_code, first.stdout) == (0, "")
    assert "1 new articles, 1 events" in first.stderr
    again = call("run", path, "--db", "a.sqlite")
    assert again.exit_code == 0
    assert "Nothing new: all 1 articles" in again.stderr
    assert call("run", path, "--db", "a.sqlite", "--quiet").output.strip() == ""


def test_a_run_tells_whether_the_scorer_took_part() -> None:
    Path("a.txt").write_text(CALL)
    Path("b.txt").write_text(SANCTION)
    works("run", "a.txt", "--db", "x.sqlite")
    works("run", "b.txt", "--db", "x.sqlite", "--no-scorer")
    told = lines(
        works("query", "SELECT knowledge_version FROM run ORDER BY id", "--db", "x.sqlite", "--format", "jsonl")
    )
    assert [row["knowledge_version"].endswith("without scorer") for row in told] == [False, True]


def test_run_with_json_writes_one_object() -> None:
    Path("news.txt").write_text(SANCTION)
    Path("bad.txt").write_bytes(b"\x00\x01" * 40)
    result = call("run", "news.txt", "bad.txt", "--db", "a.sqlite", "--json")
    assert result.exit_code == 3
    (found,) = lines(result.stdout)
    assert found | {"rejects": []} == {
        "run_id": 1,
        "documents": 2,
        "new": 1,
        "known": 0,
        "skipped": 0,
        "rejected": 1,
        "events": 1,
        "rejects": [],
        "failed_sources": [],
        "stopped": False,
    }
    assert [(r["location"], r["reason"]) for r in found["rejects"]] == [("bad.txt", "binary")]


def missing() -> None:
    assert not Path("news.txt").exists()


def empty() -> None:
    Path("news.txt").write_text("")


def binary() -> None:
    Path("news.txt").write_bytes(os.urandom(300) + b"\x00")


def a_folder_with_an_odd_file() -> None:
    Path("news.txt").mkdir()
    (Path("news.txt") / "data.bin").write_bytes(b"\x00")


@pytest.mark.parametrize("make", [missing, empty, binary, a_folder_with_an_odd_file])
def test_what_cannot_be_read_is_rejected_by_name_with_the_reason(make: Callable[[], None]) -> None:
    make()
    Path("good.txt").write_text(SANCTION)
    said = fails(3, "run", "news.txt", "good.txt", "--db", "a.sqlite")
    assert "rejected" in said
    assert "news.txt" in said
    assert "1 new articles" in said
    assert "news.txt" in works("status", "--db", "a.sqlite")


def test_a_broken_line_is_rejected_and_the_others_go_in() -> None:
    Path("news.jsonl").write_text(f'{{"text": "{SANCTION}"}}\n{{"text": \n{{"text": "{CALL}"}}\n')
    said = fails(3, "run", "news.jsonl", "--db", "a.sqlite")
    assert "news.jsonl:2" in said
    assert "2 new articles" in said


@pytest.mark.parametrize("place", ["/dev/null/x.sqlite", "/dev/null/deep/x.sqlite", "/proc/x.sqlite"])
def test_a_database_that_cannot_be_made_is_named(place: str) -> None:
    Path("news.txt").write_text(SANCTION)
    assert place.rsplit("/", 1)[0] in fails(1, "run", "news.txt", "--db", place)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    for arguments in (["status"], ["run", str(EXAMPLES)], ["query", "SELECT 1"]):
        assert str(tmp_path) in fails(1, *arguments, "--db", str(tmp_path))


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["events"],
        ["show", "a"],
        ["query", "SELECT 1"],
        ["db", "current"],
        ["db", "check"],
        ["db", "downgrade", "base", "--yes"],
    ],
)
class TestDatabasesThatDoNot:
    """Every command that reads says what is wrong with the database."""

    def test_exist(self, command: list[str]) -> None:
        assert "there is no database yet" in fails(1, *command, "--db", "none.sqlite")
        assert not Path("none.sqlite").exists()

    def test_answer(self, command: list[str]) -> None:
        said = fails(1, *command, "--db", "postgresql://someone:secret@127.0.0.1:1/news")
        assert "127.0.0.1:1" in said
        assert "cannot be reached" in said
        assert "secret" not in said

    def test_have_the_right_form(self, command: list[str]) -> None:
        Path("notes.sqlite").write_text("This is a text of some length, and no database at all. " * 9)
        said = fails(1, *command, "--db", "notes.sqlite")
        assert "notes.sqlite" in said
        assert "not a working SQLite database" in said

    def test_have_a_known_revision(
        self, command: list[str], head_database: str, plain_engine: Callable[[str], Engine]
    ) -> None:
        engine = plain_engine(head_database)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '20990101_0000'"))
        engine.dispose()
        said = fails(1, *command, "--db", head_database)
        assert "20990101_0000" in said
        assert "Install a newer communique" in said


@pytest.mark.parametrize("command", [["run", str(EXAMPLES / "oslo-nairobi-phone-call.txt")], ["db", "upgrade"]])
def test_nothing_is_written_to_the_database_of_a_newer_version(
    command: list[str], head_database: str, plain_engine: Callable[[str], Engine]
) -> None:
    engine = plain_engine(head_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20990101_0000'"))
    assert "20990101_0000" in fails(1, *command, "--db", head_database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM article")).scalar() == 0
    engine.dispose()


@pytest.mark.parametrize("command", [["status"], ["events"], ["query", "SELECT 1"], ["db", "check"]])
def test_an_old_database_is_sent_to_upgrade(command: list[str], head_database: str) -> None:
    works("db", "downgrade", "--yes", "--db", head_database, "--", "-1")
    assert "communique db upgrade" in fails(1, *command, "--db", head_database)
    works("db", "upgrade", "--db", head_database)
    works(*command, "--db", head_database)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me@host/news",
        "postgresql://me:secret@host:port/news",
        "postgresql://me:secret@[::1/news",
        "http://example.org",
        "://",
    ],
)
def test_a_url_that_is_none_is_wrong_usage(url: str) -> None:
    said = fails(2, "status", "--db", url)
    assert "postgresql://" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["events", "--actor", "\udcff"],
        ["events", "--country", "\udcff"],
        ["events", "--type", "\udcff"],
        ["show", "\udcff"],
        ["query", "SELECT '\udcff'"],
    ],
)
def test_arguments_that_are_not_utf8_are_refused(arguments: list[str], kind: str, loaded: Callable[[str], str]) -> None:
    assert "Error: " in fails(2, *arguments, "--db", loaded(kind))


# -- events and show ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def news(
    request: pytest.FixtureRequest,
    databases: Any,
    read_into: Callable[..., RunReport],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """A small database whose events are known."""
    records = [
        {
            "id": "a",
            "title": "Phone call",
            "published": "2031-05-05",
            "source": "River Post",
            "url": "https://example.org/a",
            "text": CALL,
        },
        {"id": "b", "published": "2031-05-06", "text": SANCTION},
        {"id": "c", "published": "2031-06-10", "text": "South Korea expelled Ghana's ambassador on Tuesday."},
        {"id": "d", "published": "2031-06-11", "text": "Japan did not impose sanctions on Fiji."},
    ]
    path = tmp_path_factory.mktemp("news") / "news.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    url = str(databases.new(request.param))
    read_into(url, path)
    return url


def found(news: str, *arguments: str) -> list[dict[str, Any]]:
    return lines(works("events", "--db", news, "--json", *arguments))


def test_events_are_listed_newest_first(news: str) -> None:
    dates = [event["date_start"] or "" for event in found(news)]
    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) > 2
    assert {"call", "sanction", "expulsion"} <= {event["type"] for event in found(news)}


def test_events_of_a_type(news: str) -> None:
    assert {e["type"] for e in found(news, "--type", "call")} == {"call"}
    assert {e["type"] for e in found(news, "--type", "call", "--type", "expulsion")} == {"call", "expulsion"}


@pytest.mark.parametrize("words", ["Odera", "amina od", "ODERA", "person:KEN:amina-odera"])
def test_events_of_an_actor(news: str, words: str) -> None:
    (event,) = found(news, "--actor", words)
    assert "Amina Odera" in event["who"]


@pytest.mark.parametrize("country", ["KOR", "kor", "KR", "South Korea", "south korea"])
def test_events_of_a_country(news: str, country: str) -> None:
    (event,) = found(news, "--country", country)
    assert (event["type"], event["who_countries"], event["whom_countries"]) == ("expulsion", "KOR", "GHA")


def test_events_of_a_time(news: str) -> None:
    assert {e["type"] for e in found(news, "--until", "2031-05-05")} == {"call"}
    assert {e["type"] for e in found(news, "--since", "2031-05-06", "--until", "2031-05-06")} == {"sanction"}
    assert found(news, "--since", "2032-01-01") == []


def test_events_of_a_modality(news: str) -> None:
    assert all(e["modality"] == "asserted" for e in found(news, "--modality", "asserted"))
    others = [e for e in found(news) if e["modality"] != "asserted"]
    assert others
    assert found(news, "--modality", others[0]["modality"])


def test_filters_narrow_each_other_and_the_limit_is_said(news: str) -> None:
    assert found(news, "--type", "call", "--country", "GHA") == []
    shown = works("events", "--db", news, "--limit", "1")
    assert f"1 events of {len(found(news))}; --limit shows more" in shown
    assert len(found(news, "--limit", "2")) == 2


@pytest.mark.parametrize(
    ("flag", "value", "known"),
    [
        ("--type", "calls", "call"),
        ("--modality", "sure", "asserted"),
        ("--country", "Atlantis", "KOR"),
        ("--type", "x' OR 1=1 --", "call"),
    ],
)
def test_unknown_values_name_the_known_ones(news: str, flag: str, value: str, known: str) -> None:
    said = fails(2, "events", "--db", news, flag, value)
    assert flag in said
    assert known in said


@pytest.mark.parametrize("words", ["%", "_", "!", "''", "' OR 1=1 --", "\\", "nobody", '"'])
def test_odd_characters_in_a_name_are_only_characters(news: str, words: str) -> None:
    assert found(news, "--actor", words) == []


@pytest.mark.parametrize("words", ["Falc\u00e3o", "\u00c1lvaro", "lvaro falc"])
def test_names_with_accents_are_found_as_they_are_typed(kind: str, database: str, words: str) -> None:
    Path("news.txt").write_text("Portuguese Foreign Minister \u00c1lvaro Falc\u00e3o condemned Peru on Wednesday.")
    works("run", "news.txt", "--db", database)
    assert found(database, "--actor", words)


def test_the_table_of_events_has_the_sentences(news: str) -> None:
    shown = re.sub(r"\s+", " ", works("events", "--db", news, "--country", "GHA"))
    assert "expulsion" in shown
    assert "South Korea" in shown
    assert "1 events." in shown


def test_show_gives_the_event_with_its_evidence(news: str) -> None:
    (event,) = found(news, "--type", "call")
    shown = works("show", event["event_id"][:6], "--db", news)
    for words in (
        "call",
        "2031-05-05",
        "Amina Odera",
        "Jonas Lind",
        "KEN",
        CALL,
        "Phone call",
        "River Post",
        "https://example.org/a",
    ):
        assert words in shown
    assert shown == works("show", f" {event['event_id'].upper()} ", "--db", news)


def test_show_with_json_points_into_the_sentence(news: str) -> None:
    (event,) = found(news, "--type", "call")
    detail = json.loads(works("show", event["event_id"], "--db", news, "--json"))
    (mention,) = detail["mentions"]
    base = mention["sentence_start"]
    assert mention["sentence"][mention["trigger_start"] - base : mention["trigger_end"] - base] == mention["trigger"]
    assert {p["actor"] for p in mention["participants"]} == {"Amina Odera", "Jonas Lind"}
    for p in mention["participants"]:
        assert mention["sentence"][p["text_start"] - base : p["text_end"] - base] == p["text"]
    assert {p["country"] for p in detail["participants"]} == {"KEN", "NOR"}


def test_show_highlights_the_words_on_a_terminal(loaded: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    database = loaded("sqlite")
    event = found(database, "--limit", "1")[0]
    shown = works("show", event["event_id"], "--db", database)
    assert re.search(rf"\x1b\[[0-9;]*1;7[0-9;]*m{re.escape(event['trigger'].split()[0])}", shown), shown


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("ffffffffffffffff", "there is none"),
        ("%", "there is none"),
        ("", "there is none"),
        ("_", "there is none"),
        ("nonsense", "there is none"),
    ],
)
def test_show_of_an_event_that_is_not_there(news: str, prefix: str, said: str) -> None:
    assert said in fails(2, "show", prefix, "--db", news)


def test_show_of_an_id_that_is_not_whole_enough(loaded: Callable[[str], str]) -> None:
    ids = [event["event_id"] for event in found(loaded("sqlite"), "--limit", "500")]
    first = next(c for c in "0123456789abcdef" if sum(i.startswith(c) for i in ids) > 1)
    assert "more than one" in fails(2, "show", first, "--db", loaded("sqlite"))


# -- query and status --------------------------------------------------------------------------------------------------


def test_query_writes_tables_csv_and_json_lines(news: str) -> None:
    sql = "SELECT type, who_countries FROM event_list WHERE type IN ('call', 'expulsion') ORDER BY type"
    assert "call" in works("query", sql, "--db", news)
    written = list(csv.reader(io.StringIO(works("query", sql, "--db", news, "--format", "csv"))))
    assert written == [["type", "who_countries"], ["call", written[1][1]], ["expulsion", "KOR"]]
    expected = [{"type": "call", "who_countries": written[1][1]}, {"type": "expulsion", "who_countries": "KOR"}]
    assert lines(works("query", sql, "--db", news, "--format", "jsonl")) == expected
    assert lines(works("query", sql, "--db", news, "--json")) == expected


def test_query_says_that_there_is_more(news: str) -> None:
    result = call("query", "SELECT id FROM event", "--db", news, "--limit", "1", "--json")
    assert len(lines(result.stdout)) == 1
    assert "The first 1 rows; --limit gives more." in result.stderr


def test_query_cannot_write(news: str) -> None:
    before = works("query", "SELECT count(*) AS n FROM event", "--db", news, "--json")
    assert "may only read" in fails(2, "query", "DELETE FROM event", "--db", news)
    assert works("query", "SELECT count(*) AS n FROM event", "--db", news, "--json") == before


def test_query_is_stopped(news: str) -> None:
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    assert "--timeout" in fails(1, "query", endless, "--timeout", "0.2", "--db", news)


def test_status_tells_counts_runs_and_rejects(news: str) -> None:
    status = json.loads(works("status", "--db", news, "--json"))
    assert status["counts"]["article"] == 4
    assert status["counts"]["event"] == len(found(news))
    assert [run["status"] for run in status["runs"]] == ["finished"]
    assert status["rejects"] == []
    assert "article: 4" in works("status", "--db", news)


def test_db_commands_say_where_the_database_stands(kind: str, database: str) -> None:
    head = migrate.head()
    assert works("db", "upgrade", "--db", database) == f"empty -> {head}\n"
    assert works("db", "upgrade", "--db", database) == f"already at {head}\n"
    assert works("db", "current", "--db", database) == f"{head} (newest)\n"
    assert works("db", "check", "--db", database) == "sound\n"
    assert works("db", "downgrade", "base", "--yes", "--db", database) == f"{head} -> empty\n"
    assert works("db", "current", "--db", database).startswith("empty (newest: ")
    assert "'nonsense'" in fails(2, "db", "upgrade", "nonsense", "--db", database)


def test_a_downgrade_asks_first(head_database: str) -> None:
    result = call("db", "downgrade", "base", "--db", head_database, stdin="n\n")
    assert result.exit_code == 1
    assert "Downgrade" in result.stdout
    assert "(newest)" in works("db", "current", "--db", head_database)


def test_check_of_a_damaged_database_is_exit_code_1(
    examples_database: str, plain_engine: Callable[[str], Engine]
) -> None:
    engine = plain_engine(examples_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE event SET mention_count = 99 WHERE id = (SELECT min(id) FROM event)"))
    engine.dispose()
    result = call("db", "check", "--db", examples_database)
    assert result.exit_code == 1
    assert "mention_count" in result.stdout
    assert "1 problems" in result.stdout


# -- code --------------------------------------------------------------------------------------------------------------

EVENT_KEYS = {
    "type",
    "cameo",
    "plover",
    "mode",
    "context",
    "quad_class",
    "goldstein",
    "modality",
    "background",
    "confidence",
    "date",
    "place",
    "attribution",
    "participants",
    "trigger",
    "sentence",
    "treaty",
    "statement",
}


def test_code_gives_a_line_for_each_line_in_the_same_order() -> None:
    texts = [SANCTION, "Nothing happened.", CALL, "The weather was fine in spring.", SANCTION]
    stdin = "".join(json.dumps({"id": f"a{n}", "text": t, "other": 1}) + "\n" for n, t in enumerate(texts))
    out = lines(works("code", "-", "--batch-size", "2", stdin=stdin))
    assert [line["id"] for line in out] == ["a0", "a1", "a2", "a3", "a4"]
    assert [bool(line["events"]) for line in out] == [True, False, True, False, True]
    assert out[0]["events"] == out[4]["events"]
    assert out == lines(works("code", stdin=stdin))


def test_code_keeps_the_contract() -> None:
    text_ = (
        f"\U0001f1f3\U0001f1f4 \U0001d49e News \u2014 {CALL} \U0001f4de They said \u201cwe welcome it\u201d. "
        "Kenya and Norway signed the Fjord Treaty in Oslo."
    )
    (line,) = lines(
        works("code", stdin=json.dumps({"id": "a1", "published": "2031-05-05", "title": "Call", "text": text_}))
    )
    assert set(line) == {"id", "events"}
    assert {"call", "treaty"} <= {event["type"] for event in line["events"]}
    for event in line["events"]:
        assert set(event) >= EVENT_KEYS
        assert set(event["date"]) == {"start", "end", "precision", "basis", "text", "rule"}
        assert 0 <= event["confidence"] <= 1
        assert re.fullmatch(r"\d{2,4}", event["cameo"])
        assert isinstance(event["context"], list)
        assert event["participants"]
        spans = [event["trigger"], event["sentence"], *event["participants"]]
        spans += [event[name] for name in ("place", "attribution") if event[name]]
        spans += [event["statement"]["quote"]] if event["statement"] and event["statement"]["quote"] else []
        for span in spans:
            assert text_[span["start"] : span["end"]] == span["text"]
        for participant in event["participants"]:
            assert set(participant) >= {"role", "name", "kind", "country", "sector", "office", "text", "start", "end"}
    call_event = next(event for event in line["events"] if event["type"] == "call")
    assert call_event["date"] | {"text": None} == {
        "start": "2031-05-05",
        "end": "2031-05-05",
        "precision": "day",
        "basis": call_event["date"]["basis"],
        "text": None,
        "rule": call_event["date"]["rule"],
    }
    assert {p["country"] for p in call_event["participants"]} == {"KEN", "NOR"}
    treaty = next(event for event in line["events"] if event["type"] == "treaty")
    assert treaty["treaty"]["action"] == "signed"
    assert set(treaty["treaty"]) == {
        *(
            "id",
            "name",
            "normal",
            "kind",
            "action",
            "by",
            "parties",
            "signatories",
            "depositary",
            "venue",
            "names",
            "provisions",
        ),
    }
    assert treaty["treaty"]["normal"] == "Fjord Treaty"
    assert {p["country"] for p in treaty["treaty"]["parties"]} == {"KEN", "NOR"}
    for span in (*treaty["treaty"]["names"], *treaty["treaty"]["parties"], *treaty["treaty"]["provisions"]):
        assert text_[span["start"] : span["end"]] == span["text"]
    assert treaty["sentence"]["index"] > call_event["sentence"]["index"]


def test_code_tells_what_it_could_not_code() -> None:
    french = (
        "Le ministre des affaires \u00e9trang\u00e8res a rencontr\u00e9 son homologue mardi \u00e0 Gen\u00e8ve, "
        "et les deux pays ont sign\u00e9 un accord sur la p\u00eache."
    )
    stdin = "\n".join(
        [
            json.dumps({"id": "a", "text": SANCTION}),
            "{broken",
            json.dumps({"id": "f", "text": french}),
            json.dumps({"id": "n"}),
        ]
    )
    result = call("code", stdin=stdin)
    assert result.exit_code == 3
    first, broken, skipped, without = lines(result.stdout)
    assert first["events"]
    assert (broken["events"], broken["error"]["reason"], broken["error"]["location"]) == ([], "bad_json", "-:2")
    assert skipped == {"id": "f", "events": [], "skipped": "language: fr"}
    assert without["error"]["reason"] == "missing_field"


def test_code_of_files_and_as_a_table() -> None:
    Path("a.txt").write_text(SANCTION)
    Path("b.txt").write_text("Nothing happened.")
    shown = works("code", "a.txt", "b.txt", "--format", "table")
    assert "sanction" in shown
    assert "no events" in shown
    assert len(lines(works("code", "a.txt", "b.txt"))) == 2
    assert not list(Path().glob("*.sqlite"))


def test_code_of_nothing_says_so() -> None:
    result = call("code", stdin="")
    assert result.exit_code == 3
    assert [line["error"]["reason"] for line in lines(result.stdout)] == ["empty"]


def test_the_dictionaries_of_readme_and_help_are_taken_whole() -> None:
    readme = (EXAMPLES.parent / "README.md").read_text().split("### Actor dictionaries")[1].split("```")[1]
    shown = works("actors", "import", "--help").split("RIVER_COUNCIL_")[1].split("Years of two digits")[0]
    for n, text_ in enumerate((readme, f"RIVER_COUNCIL_{shown}")):
        Path(f"own{n}.actors").write_text(text_)
        result = call("actors", "import", f"own{n}.actors", "--db", "a.sqlite")
        assert (result.exit_code, result.stderr) == (0, "")


def test_code_with_a_dictionary_of_ones_own() -> None:
    Path("own.actors").write_text("RIVER_COUNCIL_ [ROUGOV]\n+COUNCIL_OF_THE_RIVER\nFOO [XQZ]\n")
    Path("own.csv").write_text("name,country,sector\nRiver Council,SRB,GOV\n")
    article = json.dumps({"id": "a", "text": "The River Council condemned Hungary on Friday."})
    for name, country in (("own.actors", "ROU"), ("own.csv", "SRB")):
        result = call("code", "--actors", name, stdin=article)
        assert result.exit_code == 0
        (event,) = lines(result.stdout)[0]["events"]
        assert [(p["name"], p["country"]) for p in event["participants"]] == [
            ("River Council", country),
            ("Hungary", "HUN"),
        ]
        assert ("line 3, value 'XQZ': is no known country" in " ".join(result.stderr.split())) == (name == "own.actors")
    assert "no row of it could be taken" in fails(
        1, "code", "--actors", "own.csv", "--actors-format", "petrarch", stdin=article
    )


# -- settings ----------------------------------------------------------------------------------------------------------


def test_flags_over_environment_over_file_over_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> str:
        return fails(1, "status")

    assert "communique.sqlite" in asked()
    Path("communique.toml").write_text('database_url = "from_file.sqlite"\n')
    assert "from_file.sqlite" in asked()
    Path("other.toml").write_text('database_url = "from_other_file.sqlite"\n')
    monkeypatch.setenv("COMMUNIQUE_CONFIG", str(tmp_path / "other.toml"))
    assert "from_other_file.sqlite" in asked()
    monkeypatch.setenv("COMMUNIQUE_DATABASE_URL", "from_environment.sqlite")
    assert "from_environment.sqlite" in asked()
    assert "from_flag.sqlite" in fails(1, "status", "--db", "from_flag.sqlite")


def test_the_default_database_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    works("db", "upgrade")
    assert (tmp_path / "data" / "communique" / "communique.sqlite").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("database_url = \n", ["communique.toml", "not valid TOML", "line 1"]),
        ("colour = 'red'\n", ["communique.toml", "'colour'", "'red'", "batch_size"]),
        ("batch_size = 'many'\n", ["communique.toml", "'batch_size'", "'many'"]),
        ("batch_size = 0\n", ["communique.toml", "'batch_size'", "= 0"]),
        ("database_url = ''\n", ["communique.toml", "'database_url'"]),
        ("[database]\nurl = 'x'\n", ["communique.toml", "'database'"]),
    ],
)
def test_a_bad_settings_file_is_named_with_key_and_value(content: str, said: list[str]) -> None:
    Path("communique.toml").write_text(content)
    message = fails(2, "status")
    for words in said:
        assert words in message


def test_bad_settings_of_environment_and_command_line_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "command line" in fails(2, "run", "x.txt", "--batch-size", "0")
    monkeypatch.setenv("COMMUNIQUE_BATCH_SIZE", "many")
    message = fails(2, "status")
    assert "COMMUNIQUE_BATCH_SIZE" in message
    assert "'many'" in message
    monkeypatch.setenv("COMMUNIQUE_CONFIG", "gone.toml")
    assert "gone.toml" in fails(2, "status")


def test_a_settings_file_in_another_encoding_is_named() -> None:
    Path("communique.toml").write_bytes("# caf\u00e9\n".encode("latin-1"))
    assert "communique.toml" in fails(2, "status")


def test_a_model_that_is_not_installed_is_named() -> None:
    result = call("code", "--model", "en_core_web_nonsense", stdin=json.dumps({"text": SANCTION}))
    assert result.exit_code in (1, 2)
    assert "en_core_web_nonsense" in result.stderr


# -- as a process ------------------------------------------------------------------------------------------------------


def process(command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{COMMUNIQUE.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, check=False, **options
    )
    assert "Traceback" not in done.stderr
    return done


def test_from_articles_to_events_as_a_user_types_it(database: str) -> None:
    Path("news.jsonl").write_text(json.dumps({"id": "a", "text": CALL}) + "\n{broken\n")
    done = process(f"cat news.jsonl | communique run - --db '{database}'")
    assert done.returncode == 3
    assert "-:2" in done.stderr
    done = process(f"communique events --json --db '{database}'")
    assert done.returncode == 0
    assert {event["type"] for event in lines(done.stdout)} == {"call"}


def test_the_reader_may_stop_reading(loaded: Callable[[str], str]) -> None:
    done = process(
        "set -o pipefail; communique query --json 'SELECT sentence FROM event_list, country' --limit 20000 "
        f"--db '{loaded('sqlite')}' | head -n 1"
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.returncode == 0
    assert done.stderr in ("", "The first 20000 rows; --limit gives more.\n")


def test_standard_input_may_be_closed() -> None:
    Path("news.txt").write_text(SANCTION)
    assert process("communique run news.txt --db a.sqlite <&-").returncode == 0
    assert "Traceback" not in process("communique run - --db a.sqlite <&-").stderr
    assert "Traceback" not in process("communique code <&-").stderr


def test_an_immutable_file_is_named(head_database: str, kind: str) -> None:
    Path("news.txt").write_text(SANCTION)
    url = (
        f"sqlite:///file:{head_database}?mode=ro&uri=true"
        if kind == "sqlite"
        else head_database + "&options=-c%20default_transaction_read_only%3Don"
    )
    done = process(f"communique run news.txt --db '{url}'")
    assert done.returncode == 1
    assert "may not be written" in done.stderr


def test_debug_shows_the_traceback_on_demand() -> None:
    environment = {**os.environ, "PATH": f"{COMMUNIQUE.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["communique", "--debug", "status", "--db", "none.sqlite"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "there is no database yet" in done.stderr


def test_explain_shows_actors_frames_and_events() -> None:
    out = works("explain", "Chile", "refused to sign the accord with Peru.")
    for said in (
        "Chile refused to sign the accord with Peru.",
        "sign/xcomp<refused",
        "Peru: PER",
        "+ 057",
        "operator refuse",
        "127 ",
    ):
        assert said in out
    assert "more that do not match" in out
    assert "more that do not match" not in works("explain", "--all", "Chile refused to sign the accord with Peru.")


def test_explain_of_a_sentence_without_events_says_what_is_missing() -> None:
    out = works("explain", stdin="Bright sunshine over the sea.")
    assert "no actors" in out
    assert "no event" in out


def test_explain_with_json() -> None:
    (found,) = json.loads(works("explain", "--json", "Finland condemned Belarus."))
    assert [e["cameo"] for e in found["events"]] == ["111"]
    assert {a["country"] for a in found["actors"]} == {"FIN", "BLR"}
    assert any(t["fired"] and t["what"] == "111" for t in found["tried"])


def test_explain_names_the_rule_of_a_date() -> None:
    sentence = "Finland condemned Belarus on 3 May 2024."
    assert "when: 2024-05-03 (day '3 May 2024')" in works("explain", sentence)
    (found,) = json.loads(works("explain", "--json", sentence))
    assert [(e["date"]["start"], e["date"]["rule"]) for e in found["events"]] == [("2024-05-03", "day")]


def test_explain_of_nothing_is_wrong_usage() -> None:
    assert "give a sentence" in fails(2, "explain", stdin=" ")


def test_evaluate_compares_with_an_earlier_run(tmp_path: Path) -> None:
    events = [{"plover": "DISAPPROVE", "sources": [{"text": "Finland", "country": "FIN"}], "targets": []}]
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "text": "Finland condemned Belarus.", "events": events}), encoding="utf-8")
    before = tmp_path / "before.json"
    before.write_text(works("evaluate", gold, "--json"), encoding="utf-8")
    assert "no record changed" in works("evaluate", gold, "--against", before)
    before.write_text("{}", encoding="utf-8")
    assert "before.json" in fails(2, "evaluate", gold, "--against", before)


def test_every_score_of_articles_is_named_in_full_with_what_it_says() -> None:
    told = {"id": "a", "title": "Peru", "text": "Peru praised Chile.", "statements": [], "treaties": []}
    Path("told.jsonl").write_text(json.dumps(told), encoding="utf-8")
    shown = works("evaluate", "told.jsonl")
    for name in ("treaty_event_modality", "provision_f1", "statement_precision", "addressee_right"):
        assert name in shown
    assert "quotations with exactly the right words, F1" in " ".join(shown.split())


def test_knowledge_check_tells_of_a_scorer_that_no_run_could_use() -> None:
    shutil.copytree(FOLDER, "knowledge")
    Path("knowledge/scorer.json").write_text('{"features": 0}', encoding="utf-8")
    checked = call("knowledge", "check", "--no-examples", "--folder", "knowledge")
    assert checked.exit_code == 1
    assert "was trained for features 0" in checked.stdout


def test_passages_have_no_splits() -> None:
    Path("passages.tsv").write_text("wire\tNothing here.\n", encoding="utf-8")
    assert "Leave out --split" in fails(2, "evaluate", "passages.tsv", "--split", "tuned")


def test_what_lasts_is_shown_since_it_began() -> None:
    sentence = "Norway has mediated between Chad and Sudan since February 2000."
    assert "when: since 2000-02 (month 'February 2000')" in works("explain", sentence)


# -- actors ------------------------------------------------------------------------------------------------------------

PRT, BRA = "person:PRT:maria-falcao", "person:BRA:maria-falcao"


@pytest.fixture
def two_ministers() -> str:
    """A database in which persons of two countries have one name."""
    articles = (
        "Portuguese Foreign Minister Maria Falcao met Norway's president in Lisbon on Friday.",
        "Brazilian Defence Minister Maria Falcao condemned Peru on Tuesday.",
    )
    Path("news.jsonl").write_text(
        "".join(json.dumps({"text": words, "published": "2026-01-09"}) + "\n" for words in articles)
    )
    works("run", "news.jsonl", "--db", "a.sqlite")
    return "a.sqlite"


def test_actors_are_listed_and_shown(two_ministers: str) -> None:
    listed = works("actors", "list", "--kind", "person", "--country", "Portugal", "--db", two_ministers)
    assert PRT in listed
    assert BRA not in listed
    found = lines(works("actors", "list", "--name", "falcao", "--sector", "GOV", "--json", "--db", two_ministers))
    assert {row["actor_id"] for row in found} >= {PRT}
    assert "1 actors of " in works("actors", "list", "--limit", "1", "--db", two_ministers)
    (shown,) = lines(works("actors", "show", PRT, "--json", "--db", two_ministers))
    assert (shown["name"], shown["country"], shown["part_of"]) == ("Maria Falcao", "PRT", None)
    assert [o["office"] for o in shown["offices"]] == ["Foreign Minister"]
    assert shown["events_by_type"] == [{"type": "meeting", "events": 1}]
    assert shown["first_seen_on"] == "2026-01-09"
    table = works("actors", "show", PRT, "--db", two_ministers)
    assert "Foreign Minister" in table
    assert "meeting 1" in table


def test_actors_are_merged_and_the_merge_is_undone(two_ministers: str) -> None:
    (done,) = lines(
        works("actors", "merge", BRA, PRT, "--reason", "one", "--author", "me", "--json", "--db", two_ministers)
    )
    assert done == {"decision": 1, "events": 1}
    (shown,) = lines(works("actors", "show", PRT, "--json", "--db", two_ministers))
    assert [(d["kind"], d["from_actor_id"], d["reason"], d["author"]) for d in shown["decisions"]] == [
        ("merge", BRA, "one", "me")
    ]
    assert sum(row["events"] for row in shown["events_by_type"]) == 2
    assert f"part of  {PRT}" in works("actors", "show", BRA, "--db", two_ministers)
    assert BRA not in works("actors", "list", "--db", two_ministers)
    assert "merge undone; 1 events follow" in works("actors", "undo", "1", "--db", two_ministers)
    assert BRA in works("actors", "list", "--db", two_ministers)
    assert works("db", "check", "--db", two_ministers) == "sound\n"


def test_an_actor_is_split(two_ministers: str) -> None:
    (event,) = [e for e in lines(works("events", "--json", "--db", two_ministers)) if e["type"] == "meeting"]
    said = works(
        "actors", "split", PRT, "--article", event["article_id"][:6], "--name", "Maria  Falc\u00e3o", "--country", "Angola", "--db",
        two_ministers,
    )  # fmt: skip
    assert "person:AGO:maria-falcao" in said
    assert "AGO" in works("events", "--country", "Angola", "--json", "--db", two_ministers)
    works("actors", "undo", "1", "--db", two_ministers)
    assert "there is none" in fails(2, "actors", "show", "person:AGO:maria-falcao", "--db", two_ministers)


def test_actors_are_called_otherwise(two_ministers: str) -> None:
    works("actors", "alias", PRT, "Maria do Mar", "--db", two_ministers)
    assert "Maria do Mar (a user's)" in works("actors", "show", PRT, "--db", two_ministers)
    both = call("actors", "alias", BRA, "Maria do Mar", "--db", two_ministers)
    assert f"So is {PRT}" in both.stderr
    assert "for searching only" in call("actors", "alias", PRT, "Mia", "--db", two_ministers).stderr
    works("actors", "alias", PRT, "Maria do Mar", "--remove", "--db", two_ministers)
    assert "Aliases that users gave" in fails(
        2, "actors", "alias", PRT, "Maria do Mar", "--remove", "--db", two_ministers
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["merge", PRT, PRT, "--reason", "r"], "with itself"),
        (["merge", "PER", PRT, "--reason", "r"], "of kind country"),
        (["merge", PRT[:-1], PRT, "--reason", "r"], f"Nearest: {PRT}"),
        (["merge", BRA, PRT], "--reason"),
        (["split", PRT, "--article", "zz", "--name", "A B"], "none with that id"),
        (["split", PRT, "--article", "zz", "--name", "A B", "--country", "Xland"], "no such country"),
        (["undo", "9"], "Decisions that hold"),
        (["list", "--kind", "planet"], "Known: country"),
    ],
)
def test_what_actors_cannot_do_is_said(arguments: list[str], said: str, two_ministers: str) -> None:
    assert said in fails(2, "actors", *arguments, "--db", two_ministers)


def test_the_contact_of_the_settings_is_told_to_the_servers_that_a_run_reads(tmp_path: Path) -> None:
    agents: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            agents.append(self.headers["user-agent"])
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(SANCTION.encode())

        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "communique.toml").write_text('[web]\ncontact = "desk@example.org"\n')
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        result = call("run", f"http://127.0.0.1:{server.server_port}/a", "--db", tmp_path / "a.sqlite", "--json")
    finally:
        server.shutdown()
        server.server_close()
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["new"] == 1
    assert agents
    assert all("desk@example.org" in agent for agent in agents)


def test_a_slip_in_the_settings_of_sources_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "communique.toml").write_text(
        '[[sources]]\nname = "Wire"\nkind = "fed"\nlocation = "https://example.org/rss"\n'
    )
    result = call("status")
    assert result.exit_code == 2
    assert "communique.toml: setting 'sources[1].kind' = 'fed'" in result.stderr
