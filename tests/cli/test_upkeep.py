"""Upkeep: how the database and its sources are doing, as people, machines and alarms are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from db.engine import open_engine
from db.schema import Base
from etl.cli import main
from etl.knowledge import load_knowledge
from etl.load.reference import sync_reference

CALL = "Kenya's foreign minister Amina Odera spoke by phone with Norway's foreign minister Jonas Lind on Monday."
SANCTION = "Peru imposed sanctions on Chile on Tuesday."


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a communique.toml that lists a folder of files, and one whose disk is not mounted."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "call.txt").write_text(CALL)
    (tmp_path / "news" / "empty.txt").write_text(" ")
    (tmp_path / "communique.toml").write_text(
        '[[sources]]\nname = "Desk"\nkind = "files"\nlocation = "news"\n'
        '[[sources]]\nname = "Agency \\"A\\""\nkind = "files"\nlocation = "mounted/agency"\n'
        '[[sources]]\nname = "Asleep"\nkind = "files"\nlocation = "other"\nenabled = false\n'
    )
    return tmp_path


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{arguments}: traceback instead of a message") from result.exception
    assert result.exit_code == code, result.output
    return result


def test_status_tells_how_each_source_is_doing(database: str, own_folder: Path) -> None:
    for _ in range(2):
        call("run", "--db", database, code=3)
    agency, asleep, desk = json.loads(call("status", "--db", database, "--json").stdout)["sources"]
    assert (agency["name"], agency["kind"], agency["state"], agency["failures"]) == (
        'Agency "A"',
        "files",
        "failing",
        2,
    )
    assert "there is no such file or folder" in agency["error"]
    assert agency["last_success"] is None
    assert agency["failing_since"].endswith("+00:00")
    assert (asleep["name"], asleep["state"], asleep["last_run"]) == ("Asleep", "off", None)
    assert (desk["name"], desk["state"], desk["failures"], desk["error"]) == ("Desk", "ok", 0, None)
    assert desk["last_new_article"] < desk["last_success"]
    counts = {"run": 2, "documents": 0, "new_articles": 0, "known": 0, "skipped": 0, "rejected": 0, "events": 0}
    assert desk["last_run"] == counts
    table = call("status", "--db", database).stdout
    assert f'Agency "A": {agency["error"]}' in table
    assert [line.split()[:3] for line in table.splitlines() if line.lstrip().startswith(("Asleep", "Desk"))] == [
        ["Asleep", "files", "off"],
        ["Desk", "files", "ok"],
    ]


def test_counts_of_a_source_are_those_of_the_last_run_that_came_to_it(database: str, own_folder: Path) -> None:
    call("run", "--source", "Desk", "--db", database, code=3)
    call("run", "news/call.txt", "--db", database)
    desk = json.loads(call("status", "--db", database, "--json").stdout)["sources"][-1]
    assert {name: desk["last_run"][name] for name in ("run", "documents", "new_articles", "rejected")} == {
        "run": 1,
        "documents": 2,
        "new_articles": 1,
        "rejected": 1,
    }


def test_a_database_without_sources_has_no_table_of_them(head_database: str) -> None:
    assert json.loads(call("status", "--db", head_database, "--json").stdout)["sources"] == []
    assert "sources\n" not in call("status", "--db", head_database).stdout


# -- what is wrong -----------------------------------------------------------------------------------------------------


def hours_ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def source(engine: Engine, name: str, *, listed: bool = True, **state: Any) -> None:
    tables = Base.metadata.tables
    with engine.begin() as connection:
        number = connection.execute(tables["source"].insert().values(name=name)).inserted_primary_key
        assert number
        values = {"kind": "feed", "location": "https://example.org/rss", "is_configured": listed, "failure_count": 0}
        connection.execute(tables["source_state"].insert().values(source_id=number[0], **(values | state)))


def ran(engine: Engine, *, ago: float, inputs: str = "source: Desk", status: str = "finished", **counts: int) -> None:
    values = {"version": "1", "model": "m", "knowledge_version": "k", "inputs": inputs, "status_code": status}
    with engine.begin() as connection:
        sync_reference(connection, load_knowledge())
        finished = {"started_at": hours_ago(ago + 0.1), "finished_at": None if status == "running" else hours_ago(ago)}
        connection.execute(Base.metadata.tables["run"].insert().values(**values, **finished, **counts))


@pytest.fixture
def kept(head_database: str) -> Iterator[Engine]:
    """A database with one run that finished an hour ago."""
    made = open_engine(head_database)
    ran(made, ago=1)
    yield made
    made.dispose()


def checked(database: str, *options: str, code: int = 5) -> list[str]:
    return call("status", "--check", "--db", database, *options, code=code).stdout.splitlines()


def test_where_nothing_is_wrong_the_check_says_so(head_database: str, kept: Engine) -> None:
    source(kept, "Desk", succeeded_at=hours_ago(2), changed_at=hours_ago(400))
    assert checked(head_database, code=0) == ["Nothing is wrong."]
    assert json.loads(checked(head_database, "--json", code=0)[0])["problems"] == []


def test_a_source_that_was_not_read_for_long_is_reported(head_database: str, kept: Engine) -> None:
    source(kept, "Desk", succeeded_at=hours_ago(30))
    source(kept, "Gone", listed=False, succeeded_at=hours_ago(3000))
    assert checked(head_database) == ["source 'Desk': not read to its end for 30.0 hours (limit 24)."]
    assert checked(head_database, "--stale", "31", code=0) == ["Nothing is wrong."]
    assert checked(head_database, "--stale", "0", code=0) == ["Nothing is wrong."]


def test_a_source_never_read_counts_from_the_first_run_asked_for_it(head_database: str, kept: Engine) -> None:
    source(kept, "Desk")
    source(kept, "Desk_2")
    ran(kept, ago=50, inputs="source: Desk 2\nsource: Desk_2", status="failed")
    assert checked(head_database) == [
        "source 'Desk_2': not read to its end for 50.1 hours (limit 24); it never was since a run was first asked for it."
    ]
    assert len(checked(head_database, "--stale", "1")) == 2


def test_a_source_without_news_is_reported_where_that_is_asked(head_database: str, kept: Engine) -> None:
    source(kept, "Desk", succeeded_at=hours_ago(1), changed_at=hours_ago(80))
    assert checked(head_database, code=0) == ["Nothing is wrong."]
    assert checked(head_database, "--quiet-hours", "72") == ["source 'Desk': no new article for 80.0 hours (limit 72)."]


def test_a_source_that_fails_again_and_again_is_reported(head_database: str, kept: Engine) -> None:
    failing: dict[str, Any] = {
        "failed_since": datetime(2031, 5, 6, 7, 8, tzinfo=UTC),
        "error": "https://example.org/rss: 503.",
    }
    source(kept, "Desk", succeeded_at=hours_ago(3), failure_count=3, **failing)
    source(kept, "Twice", succeeded_at=hours_ago(3), failure_count=2, **failing)
    assert checked(head_database) == [
        "source 'Desk': failed 3 times in a row (limit 3), since 2031-05-06 07:08 UTC: https://example.org/rss: 503."
    ]
    assert len(checked(head_database, "--failures", "2")) == 2


def test_a_run_that_rejected_much_is_reported_unless_it_read_little(head_database: str, kept: Engine) -> None:
    ran(kept, ago=0.5, document_count=1, reject_count=1)
    assert checked(head_database, code=0) == ["Nothing is wrong."]
    ran(kept, ago=0.4, document_count=40, reject_count=10)
    assert checked(head_database, code=0) == ["Nothing is wrong."]
    assert "10 of 40 documents were rejected, 25% (limit 20%)" in checked(head_database, "--reject-rate", "0.2")[0]
    assert checked(head_database, "--reject-rate", "0.2", "--reject-least", "41", code=0) == ["Nothing is wrong."]
    ran(kept, ago=0.3, document_count=100, reject_count=0, status="stopped")
    assert checked(head_database, code=0) == ["Nothing is wrong."]


def test_that_no_run_finishes_is_reported(head_database: str, kept: Engine) -> None:
    ran(kept, ago=0.1, status="failed")
    ran(kept, ago=0, status="running")
    assert checked(head_database, code=0) == ["Nothing is wrong."]
    said = "no run has come to its end for 1.0 hours (limit 0.5); run 1 was the last. See whether 'communique run' is still called."
    assert checked(head_database, "--lag", "0.5") == [said]


def test_a_database_without_any_finished_run_is_reported(head_database: str) -> None:
    assert checked(head_database)[0].startswith("no run has come to its end yet.")
    [problem] = json.loads(checked(head_database, "--json")[0])["problems"]
    assert {name: problem[name] for name in ("problem", "source", "value", "limit")} == {
        "problem": "lag",
        "source": None,
        "value": None,
        "limit": 24.0,
    }
    assert checked(head_database, "--lag", "0", code=0) == ["Nothing is wrong."]


def test_a_database_that_is_not_there_is_an_error_and_no_alarm(tmp_path: Path) -> None:
    assert "there is no database yet" in call("status", "--check", "--db", tmp_path / "none.sqlite", code=1).stderr


def test_limits_without_a_check_are_refused(head_database: str) -> None:
    assert "--stale is for --check" in call("status", "--stale", "3", "--db", head_database, code=2).stderr


def test_the_check_sees_what_real_runs_leave(database: str, own_folder: Path) -> None:
    for _ in range(3):
        call("run", "--db", database, code=3)
    [said] = checked(database)
    assert said.startswith("source 'Agency \"A\"': failed 3 times in a row (limit 3), since ")
    assert said.endswith("there is no such file or folder. Mend the location, or mount the disk.")


# -- metrics -----------------------------------------------------------------------------------------------------------


def metrics(database: str) -> dict[tuple[str, str], float]:
    """Every sample by its name and label, as Prometheus reads it."""
    told = call("status", "--prometheus", "--db", database).stdout
    families = list(text_string_to_metric_families(told))
    assert {family.type for family in families} == {"gauge"}
    assert all(family.documentation for family in families)
    return {
        (sample.name, "".join(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_metrics_of_real_runs(database: str, own_folder: Path) -> None:
    call("run", "--db", database, code=3)
    found = metrics(database)
    counts = {name: found[f"communique_{name}", ""] for name in ("articles", "rejects", "last_run_documents")}
    assert counts == {"articles": 1, "rejects": 1, "last_run_documents": 2}
    assert found["communique_events", ""] == found["communique_last_run_events", ""] > 0
    statuses = {label: value for (name, label), value in found.items() if name == "communique_last_run_status"}
    assert statuses == {"abandoned": 0, "failed": 0, "finished": 1, "running": 0, "stopped": 0}
    [run] = json.loads(call("status", "--db", database, "--json").stdout)["runs"]
    assert found["communique_last_run_finished_timestamp_seconds", ""] == pytest.approx(
        datetime.fromisoformat(run["finished_at"][:26]).replace(tzinfo=UTC).timestamp()
    )
    of_sources = {key: value for key, value in found.items() if key[0].startswith("communique_source_failures")}
    assert of_sources == {
        ("communique_source_failures", "Desk"): 0,
        ("communique_source_failures", 'Agency "A"'): 1,
    }
    assert found["communique_source_last_run_new_articles", "Desk"] == 1
    assert found["communique_source_last_run_rejects", "Desk"] == 1
    assert ("communique_source_last_success_timestamp_seconds", 'Agency "A"') not in found
    assert found["communique_source_last_success_timestamp_seconds", "Desk"] == pytest.approx(
        datetime.now(UTC).timestamp(), abs=600
    )


def test_metrics_of_sources_with_odd_names_can_be_read(head_database: str, kept: Engine) -> None:
    names = ['Wire "A", B\\C', "two\nlines", "Größe 日本", "{x}"]
    for n, name in enumerate(names):
        source(kept, name, failure_count=n, changed_at=datetime(2031, 5, 6, tzinfo=UTC))
    source(kept, "Gone", listed=False, failure_count=9)
    found = metrics(head_database)
    failures = {label: value for (name, label), value in found.items() if name == "communique_source_failures"}
    assert failures == {name: n for n, name in enumerate(names)}
    assert found["communique_source_last_new_article_timestamp_seconds", "two\nlines"] == 1935792000


def test_metrics_of_an_empty_database_have_no_times(head_database: str) -> None:
    found = metrics(head_database)
    assert found["communique_articles", ""] == 0
    assert not [name for name, _ in found if "timestamp" in name or "last_run" in name]


def test_metrics_are_not_json(head_database: str) -> None:
    assert "--prometheus and --json" in call("status", "--prometheus", "--json", "--db", head_database, code=2).stderr
