"""Brings the database's reference tables to the state of the knowledge files."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, select, update

from db.schema import REFERENCE_TABLES, Base
from etl.knowledge import Knowledge, reference_rows


def sync_reference(connection: Connection, knowledge: Knowledge) -> None:
    """Insert missing rows and update changed ones; rows that users have added stay, save of memberships."""
    rows = reference_rows(knowledge)
    for name in REFERENCE_TABLES:
        _sync(connection, Base.metadata.tables[name], rows[name])
    members = Base.metadata.tables["organisation_member"]
    present = [dict(row) for row in connection.execute(select(members)).mappings()]
    if sorted(present, key=repr) != sorted(rows["organisation_member"], key=repr):
        connection.execute(delete(members))
        connection.execute(members.insert(), rows["organisation_member"])


def _sync(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    present = {row["code"]: dict(row) for row in connection.execute(select(table)).mappings()}
    new = [row for row in rows if row["code"] not in present]
    if new:
        connection.execute(table.insert(), new)
    for row in rows:
        if row["code"] in present and row != present[row["code"]]:
            connection.execute(update(table).where(table.c.code == row["code"]).values(row))
