"""What commands share: options, settings, and a database opened to read or to write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from etl.config import Settings

REJECTED = 3
ALARM = 5
"""Exit code of ``status --check``: something is wrong."""
MOST_ROWS = 10_000_000
F = TypeVar("F", bound=Callable[..., Any])


def database_option(command: F) -> F:
    """``--db``."""
    return click.option(
        "--db", "database_url", metavar="URL",
        help="SQLite path or postgresql:// URL. Default: COMMUNIQUE_DATABASE_URL, communique.toml, else a file in your data directory.",
    )(command)  # fmt: skip


def model_option(command: F) -> F:
    """``--model``."""
    return click.option("--model", help="Installed spaCy English pipeline to parse with.")(command)


def scorer_option(command: F) -> F:
    """``--no-scorer``."""
    return click.option(
        "--scorer/--no-scorer", default=None,
        help="Whether the learned scorer judges what the frames propose (default: it does).",
    )(command)  # fmt: skip


def json_option(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="For machines: JSON.")(command)


def settings_of(**flags: object) -> Settings:
    """The settings that `flags` (None where not given), environment and files make."""
    from etl.config import load_settings

    return load_settings(flags)


def stdin() -> BinaryIO:
    """Standard input, as bytes; empty where the caller has closed it (cron, '<&-')."""
    return sys.stdin.buffer if sys.stdin else BytesIO()


@contextmanager
def reading(database_url: str | None) -> Iterator[Connection]:
    """The database, which must be there and at the newest revision."""
    from db.engine import open_engine
    from db.migrate import connected, require_head

    with connected(open_engine(settings_of(database_url=database_url).database_url)) as connection:
        require_head(connection)
        yield connection


@contextmanager
def writing(database_url: str | None, *, create: bool = False) -> Iterator[Connection]:
    """The database in one transaction, no other writer beside; with `create` it is made, or brought up, where it is not there."""
    from db.engine import lock_writers, open_engine
    from db.migrate import connected, ensure_head, require_head

    engine = open_engine(settings_of(database_url=database_url).database_url, create=create)
    if create:
        ensure_head(engine)
    with connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection, connection.begin():
        lock_writers(connection)
        require_head(connection)
        yield connection
