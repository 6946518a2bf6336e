"""SQL from the user, which can only read, returns a bounded number of rows, and cannot run for ever."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from db.engine import shown
from db.errors import CommuniqueError

_STEPS = 20_000
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
# The widest role that can only read; it loses what a superuser may do outside of tables: files, settings, statistics.
_READER = "pg_read_all_data"
# PostgreSQL functions by which a query would get the old role back (directly, or in SQL that it hands on as text), or hold
# what other sessions wait for; U&"..." spells such a name in other letters.
_ACTING = re.compile(
    r"""\b(set_config|(?:query|cursor|table|schema|database)_to_xml\w*|ts_stat|ts_rewrite|dblink\w*|pg_(?:try_)?advisory\w*"""
    r"""|pg_logical\w*|pg_notify|pg_terminate_backend|pg_cancel_backend)\b|(U&")""",
    re.IGNORECASE,
)
_READ_WORDS = ("select", "with", "values", "table", "(")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|::|(?<![:\w]):(?P<name>[A-Za-z_]\w*)|%""", re.DOTALL
)
_FORBIDDEN = (
    "not authorized", "readonly", "read-only", "read-write", "prohibited", "one statement", "multiple commands", "data-modifying", "not allowed",
    "permission denied", 'near "delete"', 'near "insert"', 'near "update"', 'near "replace"',
)  # fmt: skip
_LONGEST = 86_400.0
_MOST = 100_000_000
_DENIED_FUNCTIONS = frozenset({"load_extension", "writefile", "edit", "fts3_tokenizer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Columns and rows of a query; `truncated` says that there were more rows than the limit."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool


def read_only(
    engine: Engine, sql: str, parameters: Mapping[str, Any] | None = None, *, limit: int, seconds: float
) -> Result:
    """The rows of one SELECT; at most `limit` of them, within `seconds`. `parameters` are bound where it says ``:name``.

    Raises CommuniqueError for anything but reading, for SQL that fails, and when the time is up.
    """
    if not sql.strip():
        raise CommuniqueError(
            'The query is empty. Example: communique query "SELECT * FROM event_list LIMIT 5"', exit_code=2
        )
    if _not_utf8(sql):
        raise CommuniqueError("The query is not UTF-8. Write it in UTF-8.", exit_code=2)
    # this way round, what is no number at all ('nan') is the longest time
    seconds, limit = min(_LONGEST, seconds), min(_MOST, limit)
    if engine.dialect.name == "sqlite":
        return _sqlite(str(engine.url.database), sql, parameters or {}, limit=limit, seconds=seconds)
    return _postgresql(engine, sql, parameters or {}, limit=limit, seconds=seconds)


def _not_utf8(sql: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in sql)


def _sqlite(path: str, sql: str, parameters: Mapping[str, Any], *, limit: int, seconds: float) -> Result:
    deadline = time.monotonic() + seconds
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        cursor = connection.execute(sql, {name: _stored(value) for name, value in parameters.items()})
        if cursor.description is None:
            raise CommuniqueError(
                "The query gives no rows. Only SELECT (or WITH ... SELECT, VALUES) can be run.", exit_code=2
            )
        rows = cursor.fetchmany(limit + 1)
        return _result([d[0] for d in cursor.description], rows, limit)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise _too_slow(seconds) from error
        raise _failed(error, sql) from error
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise _failed(error, sql) from error
    finally:
        connection.close()


def _stored(value: object) -> object:
    """A day or an instant as SQLite has it."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _DENIED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _named(sql: str, parameters: Mapping[str, Any]) -> str:
    """`sql` with each ``:name`` of `parameters`, outside of literals, names and comments, as psycopg writes it."""

    def written(found: re.Match[str]) -> str:
        name = found["name"]
        return f"%({name})s" if name in parameters else found.group().replace("%", "%%")

    return _PLACEHOLDER.sub(written, sql)


def _postgresql(engine: Engine, sql: str, parameters: Mapping[str, Any], *, limit: int, seconds: float) -> Result:
    import psycopg

    if found := _ACTING.search(sql):
        raise CommuniqueError(
            f"The query may only read: {found.group()} can do more. Give one SELECT without it.", exit_code=2
        )
    raw = engine.raw_connection()
    try:
        connection = raw.driver_connection
        assert isinstance(connection, psycopg.Connection)
        connection.rollback()
        connection.execute("SET TRANSACTION READ ONLY")
        connection.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}".encode())
        if connection.info.parameter_status("is_superuser") == "on":
            connection.execute(f"SET LOCAL ROLE {_READER}".encode())
        # DECLARE takes one SELECT and nothing else: no second statement, no COPY, no SET
        with psycopg.ServerCursor(connection, "communique_query") as cursor:
            bare = sql.strip().rstrip(";")
            if parameters:
                cursor.execute(_named(bare, parameters).encode(), parameters)
            else:
                cursor.execute(bare.encode())
            rows = cursor.fetchmany(limit + 1)
            columns = [column.name for column in cursor.description or ()]
        return _result(columns, rows, limit)
    except psycopg.errors.QueryCanceled as error:
        raise _too_slow(seconds) from error
    except psycopg.OperationalError as error:
        raise CommuniqueError(f"{shown(engine.url)}: {error}".strip()) from error
    except psycopg.Error as error:
        raise _failed(error, sql) from error
    finally:
        raw.rollback()
        raw.close()


def _result(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], limit: int) -> Result:
    return Result(columns=tuple(columns), rows=tuple(rows[:limit]), truncated=len(rows) > limit)


def _failed(error: Exception, sql: str) -> CommuniqueError:
    reason = str(error).strip().split("\n")[0]
    bare = _COMMENT.sub(" ", sql).strip().lower()
    if not bare.startswith(_READ_WORDS) or any(words in reason.lower() for words in _FORBIDDEN):
        return CommuniqueError(f"The query may only read: {reason}. Give one SELECT.", exit_code=2)
    return CommuniqueError(
        f"The query failed: {reason}. 'communique query \"SELECT * FROM event_list LIMIT 1\"' shows the columns of a view.",
        exit_code=2,
    )


def _too_slow(seconds: float) -> CommuniqueError:
    return CommuniqueError(
        f"The query took more than {seconds:g} seconds and was stopped. Narrow it, or allow more with --timeout."
    )
