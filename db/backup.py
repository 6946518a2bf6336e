"""A copy of the database in a file, made while it is in use: whole and as of one instant, or not there at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from db.engine import shown
from db.errors import CommuniqueError
from db.migrate import connected, current

# What stands beside an SQLite file and belongs to it.
_COMPANIONS = ("", "-wal", "-shm", "-journal", ".lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made."""

    file: str
    format: str
    """``sqlite``: a database to open as it is; ``pg_dump``: an archive for pg_restore."""
    revision: str
    """The revision of the schema in it."""
    bytes: int


def backup(engine: Engine, file: Path, *, force: bool = False) -> Backup:
    """Write the database to `file`, which must not be there unless `force` is given.

    It is written and checked under another name beside it, of the form ``.NAME.*.part``, and takes its own only when all of
    it is on disk. Raises CommuniqueError where that cannot be done; a file of that name then stays as it was.
    """
    _refuse(engine, file, force)
    with connected(engine) as connection:
        # what is read first holds the snapshot of an SQLite database for all that follows
        revision = current(connection)
        if revision is None:
            raise CommuniqueError(f"{shown(engine.url)}: the database is empty; there is nothing to back up.")
        with _replacing(file) as part:
            if connection.dialect.name == "sqlite":
                _copy(connection, part, file)
            else:
                _dump(connection, part, file)
    form = "sqlite" if engine.dialect.name == "sqlite" else "pg_dump"
    return Backup(file=str(file), format=form, revision=revision, bytes=file.stat().st_size)


def _refuse(engine: Engine, file: Path, force: bool) -> None:
    if engine.dialect.name == "sqlite" and engine.url.database:
        own = [Path(f"{engine.url.database}{suffix}").resolve() for suffix in _COMPANIONS]
        if file.resolve() in own or (file.exists() and own[0].exists() and file.samefile(own[0])):
            raise CommuniqueError(f"{file}: belongs to the database itself. Name another file.", exit_code=2)
    try:
        status = file.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(file, error.strerror) from error
    if not stat.S_ISREG(status.st_mode):
        raise CommuniqueError(f"{file}: is there and no file. Name another file.")
    if not force:
        raise CommuniqueError(f"{file}: is there already. Name another file, or replace it with --force.")


@contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A new file beside `file`, which takes its name, once it is on disk, where no error is raised; else it goes."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    except OSError as error:
        raise _unwritable(file, error.strerror) from error
    os.close(number)
    part = Path(name)
    try:
        yield part
        _sync(part)
        part.replace(file)
        _sync(file.parent)
    except OSError as error:
        raise _unwritable(file, error.strerror) from error
    finally:
        for suffix in _COMPANIONS:
            Path(f"{part}{suffix}").unlink(missing_ok=True)


def _copy(connection: Connection, part: Path, file: Path) -> None:
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    try:
        copy = sqlite3.connect(part, isolation_level=None)
        try:
            source.backup(copy)
            # one file, which can be opened where nothing may be written
            copy.execute("PRAGMA journal_mode = DELETE")
            [(said,)] = copy.execute("PRAGMA integrity_check(1)").fetchall()
        finally:
            copy.close()
    except sqlite3.Error as error:
        raise _unwritable(file, str(error)) from error
    if said != "ok":
        raise CommuniqueError(
            f"{file}: the backup is not sound, so it was not kept: {said}. Run 'communique db check' on the database."
        )


def _dump(connection: Connection, part: Path, file: Path) -> None:
    import psycopg

    program = shutil.which("pg_dump")
    if program is None:
        raise CommuniqueError(
            "pg_dump is not on the PATH, so a PostgreSQL database cannot be backed up. Install PostgreSQL's client programs "
            "(Debian, Ubuntu: postgresql-client; Fedora: postgresql; Homebrew: libpq), of the server's version or newer."
        )
    server = connection.connection.driver_connection
    assert isinstance(server, psycopg.Connection)
    # a server may end those who are idle within a transaction
    connection.rollback()
    # others see a program's arguments, not its environment; the dsn has no password in it
    environment = os.environ | ({"PGPASSWORD": server.info.password} if server.info.password else {})
    arguments = ["--format=custom", "--no-owner", "--no-password", f"--file={part}", f"--dbname={server.info.dsn}"]
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = " ".join(done.stderr.split())[-600:] or f"exit code {done.returncode}"
        mend = (
            f" Install the client programs of PostgreSQL {server.info.server_version // 10_000} or newer."
            if "version mismatch" in said
            else ""
        )
        raise CommuniqueError(f"{file}: pg_dump failed: {said}.{mend}")


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _unwritable(file: Path, reason: str | None) -> CommuniqueError:
    return CommuniqueError(f"{file}: cannot be written ({reason}). Name another file, or make room.")
