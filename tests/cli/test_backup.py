"""Backups: whole, of one instant, checked, restorable, and never half there; on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from db.engine import open_engine
from db.schema import Base
from etl.cli import main
from tests.conftest import Databases

COMMUNIQUE = Path(sys.executable).parent / "communique"
RowsOf = Callable[..., dict[str, list[tuple[Any, ...]]]]


@pytest.fixture(autouse=True)
def postgresql_programs(monkeypatch: pytest.MonkeyPatch, postgresql_server: Callable[[], Any]) -> Path:
    """The client programs of the tests' own server, before any others."""
    programs = Path(postgresql_server().bin_path)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    return programs


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{arguments}: traceback instead of a message") from result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def restored(kind: str, databases: Databases, postgresql_programs: Path) -> Callable[[Path], str]:
    """Makes a database of a backup, as the help of the command says."""

    def made(file: Path) -> str:
        if kind == "sqlite":
            return f"sqlite:///{file}"
        url = databases.new("postgresql")
        restore: list[str | Path] = [
            postgresql_programs / "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--dbname",
            url,
            file,
        ]
        subprocess.run(restore, check=True)
        return url

    return made


def count(database: str, table: str = "article") -> int:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
    finally:
        engine.dispose()


def test_a_backup_is_the_database(
    examples_database: str, tmp_path: Path, restored: Callable[[Path], str], rows_of: RowsOf
) -> None:
    file = tmp_path / "news.backup"
    done = json.loads(call("backup", file, "--db", examples_database, "--json").stdout)
    assert (done["file"], done["bytes"]) == (str(file), file.stat().st_size)
    assert [path.name for path in tmp_path.iterdir()] == ["news.backup"]
    assert file.stat().st_mode & 0o077 == 0
    copy = restored(file)
    assert rows_of(copy) == rows_of(examples_database)
    assert "article: " in call("status", "--db", copy).stdout
    assert call("db", "check", "--db", copy).stdout == "sound\n"


def test_what_is_not_committed_is_not_in_it_and_waits_for_nothing(
    head_database: str, tmp_path: Path, restored: Callable[[Path], str]
) -> None:
    engine = open_engine(head_database)
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        connection.execute(Base.metadata.tables["source"].insert().values(name="half"))
        call("backup", tmp_path / "a", "--db", head_database)
    engine.dispose()
    assert count(restored(tmp_path / "a"), "source") == 0
    assert count(head_database, "source") == 1


def test_backups_while_another_process_loads_hold_whole_batches(
    database: str, tmp_path: Path, restored: Callable[[Path], str]
) -> None:
    articles = tmp_path / "articles.jsonl"
    words = "Peru imposed sanctions on Chile on Monday. It was dispatch number {}."
    articles.write_text("".join(json.dumps({"text": words.format(n)}) + "\n" for n in range(60)))
    command: list[str | Path] = [COMMUNIQUE, "run", articles, "--db", database, "--batch-size", "2"]
    open_engine(database, create=True).dispose()
    call("db", "upgrade", "--db", database)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not count(database) and time.monotonic() < deadline:
            time.sleep(0.05)
        file = tmp_path / "backup"
        call("backup", file, "--db", database)
        copy = restored(file)
        assert process.wait(120) == 0
    assert 2 <= count(copy) <= 60
    assert count(copy) % 2 == 0
    assert call("db", "check", "--db", copy).stdout == "sound\n"
    assert count(database) == 60


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(head_database: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("dear to somebody")
    assert "is there already" in call("backup", file, "--db", head_database, code=1).stderr
    assert file.read_text() == "dear to somebody"
    call("backup", file, "--force", "--db", head_database)
    assert file.stat().st_size > 1000
    assert "is there and no file" in call("backup", tmp_path, "--force", "--db", head_database, code=1).stderr


def test_where_it_cannot_be_written_it_says_so_and_leaves_nothing(head_database: str, tmp_path: Path) -> None:
    said = call("backup", tmp_path / "no" / "backup", "--db", head_database, code=1).stderr
    assert "cannot be written (No such file or directory)" in said
    (tmp_path / "file").write_text("")
    said = call("backup", tmp_path / "file" / "backup", "--db", head_database, code=1).stderr
    assert "cannot be written (Not a directory)" in said
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_database_itself_is_no_place_for_its_backup(databases: Databases, tmp_path: Path) -> None:
    database = Path(databases.new("sqlite"))
    call("db", "upgrade", "--db", database)
    link = tmp_path / "link"
    link.hardlink_to(database)
    for file in (database, Path(f"{database}-wal"), Path(f"{database}.lock"), link):
        said = call("backup", file, "--force", "--db", database, code=2).stderr
        assert "belongs to the database itself" in said
    assert call("db", "check", "--db", database).stdout == "sound\n"


def test_an_empty_or_missing_database_is_no_backup(database: str, kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        assert "there is no database yet" in call("backup", tmp_path / "b", "--db", database, code=1).stderr
        Path(database).touch()
    assert "the database is empty" in call("backup", tmp_path / "b", "--db", database, code=1).stderr
    assert list(tmp_path.iterdir()) == []


def test_a_broken_database_gives_no_backup(databases: Databases, loaded: Callable[[str], str], tmp_path: Path) -> None:
    database = databases.new("sqlite", copy_of=loaded("sqlite"))
    with Path(database).open("r+b") as file:
        # within the tables, not in the first page, by which a database is known as one
        file.seek(200 * 4096)
        file.write(b"\xff" * 4096 * 5)
    (tmp_path / "backup").write_text("the one before")
    said = call("backup", tmp_path / "backup", "--force", "--db", database, code=1).stderr
    assert "not sound" in said or "malformed" in said
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]
    assert (tmp_path / "backup").read_text() == "the one before"


def test_without_pg_dump_it_says_what_to_install(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = databases.new("postgresql")
    call("db", "upgrade", "--db", database)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Install PostgreSQL's client programs" in call("backup", tmp_path / "b", "--db", database, code=1).stderr


def test_a_pg_dump_that_fails_leaves_nothing_and_is_quoted(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = databases.new("postgresql")
    call("db", "upgrade", "--db", database)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pg_dump"
    program.write_text(
        '#!/bin/sh\necho "$@" > "$0.arguments"\necho "aborting because of server version mismatch" >&2\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    url = database.replace("postgres:@", "postgres:secret@")
    said = call("backup", tmp_path / "b", "--db", url, code=1).stderr
    assert "aborting because of server version mismatch" in said
    assert "Install the client programs of PostgreSQL" in said
    assert "secret" not in (tmp_path / "bin" / "pg_dump.arguments").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]
