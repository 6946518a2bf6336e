"""How a database is opened: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from db.errors import CommuniqueError

_BUSY_MS = 30_000
_CONNECT_S = 10
_WRITERS_LOCK = 0x636F6D6D  # 'comm', an advisory lock of the database


def default_url() -> str:
    """The SQLite database in the user's data directory."""
    return f"sqlite:///{user_data_path('communique') / 'communique.sqlite'}"


def database_url(text: str) -> URL:
    """The URL that `text` means: a database URL, or the path of an SQLite file.

    Raises CommuniqueError for a URL of another kind of database or one that cannot be read.
    """
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        # ValueError: a port that is no number
        without_password = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", text)
        raise CommuniqueError(
            f"--db {without_password!r}: is no database URL. Write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME.",
            exit_code=2,
        ) from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise CommuniqueError(
            f"--db {shown(url)!r}: databases of kind {url.drivername!r} are not supported. Write sqlite:///PATH or postgresql://USER@HOST/NAME.",
            exit_code=2,
        )
    return url


def shown(url: URL) -> str:
    """The URL for people, without its password."""
    return url.render_as_string(hide_password=True)


def open_engine(text: str, *, create: bool = False) -> Engine:
    """An engine for the database `text` (URL or SQLite path).

    `create` makes the folder of an SQLite file that is not there yet; without it, a missing file is a CommuniqueError.
    """
    url = database_url(text)
    if url.drivername != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_S})
    if url.database not in (None, "", ":memory:"):
        path = Path(str(url.database))
        if create:
            _make_folder(path)
        elif not path.exists():
            raise CommuniqueError(
                f"{path}: there is no database yet. Run 'communique run PATH' or 'communique db upgrade' first, or name another with --db."
            )
    engine = create_engine(url)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def lock_writers(connection: Connection) -> None:
    """Make other writers wait until this transaction ends, so that two runs never load the same rows.

    On SQLite, whoever writes begins with ``sqlite_begin="IMMEDIATE"``, which does the same.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommuniqueError(
            f"{path.parent}: cannot create the folder of the database ({error.strerror}). Name another file with --db."
        ) from error


def _on_connect(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # sqlite3's own transactions leave out DDL; SQLAlchemy's begin event opens real ones instead
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # a database that may only be read keeps the journal it has; writing to it fails with its own message
        if "readonly" not in str(error):
            raise
    connection.execute("PRAGMA synchronous = NORMAL")


def _on_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
