"""What Alembic runs: one transaction for the whole upgrade, on SQLite in batch mode.

The analyst's views exist at the newest revision only. They are dropped before tables change and made anew from
``db/views.py`` afterwards, so that a view is defined in one place and never in the way of a migration.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from alembic import context
from sqlalchemy import Connection, Engine

from db.engine import open_engine
from db.schema import Base
from db.views import create_views, drop_views

_LOCK_TIMEOUT = "10s"


def _moves() -> bool:
    """Whether this command changes the schema (upgrade, downgrade), not only looks at it."""
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    return True


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        # SQLite too: db.engine opens real transactions, and they end here, before references are checked again
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
    )
    moves = _moves()
    if moves and connection.dialect.name == "sqlite" and not connection.in_transaction():
        # SQLite rebuilds a table by dropping it, and would then refuse, or delete, the rows that refer to it
        with _unchecked_foreign_keys(connection):
            _migrate(connection, moves=moves)
    else:
        _migrate(connection, moves=moves)


@contextmanager
def _unchecked_foreign_keys(connection: Connection) -> Iterator[None]:
    raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _migrate(connection: Connection, *, moves: bool) -> None:
    with context.begin_transaction():
        if moves:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            drop_views(connection)
        context.run_migrations()
        if (
            moves
            and connection.dialect.name == "sqlite"
            and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first())
        ):
            raise SystemExit(f"a migration left a row without its parent: {tuple(broken)}; nothing was changed")
        if moves and set(context.get_context().get_current_heads()) == set(context.script.get_heads()):
            create_views(connection)


def main() -> None:
    """Run on the connection that the caller gives, else on the database of ``-x db=URL`` or the default one."""
    if context.is_offline_mode():
        raise SystemExit("communique's migrations look at the database; run them online.")
    given = context.config.attributes.get("connection")
    if isinstance(given, Connection):
        _run(given)
        return
    if isinstance(given, Engine):
        with given.connect() as own:
            _run(own)
        return
    from db.engine import default_url

    engine = open_engine(context.get_x_argument(as_dictionary=True).get("db") or default_url(), create=True)
    with engine.connect() as own:
        _run(own)


main()
