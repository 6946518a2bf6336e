"""Upkeep: how the database and its sources are doing, as people, machines and alarms are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etl.cli import main

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
