"""What runs keep of the sources that communique.toml lists: what they are, the items they have had, how they are doing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.schema import Base
from etl.config import SourceSettings

_TABLES = Base.metadata.tables


def sync_sources(connection: Connection, sources: Sequence[SourceSettings]) -> Mapping[str, int]:
    """Write down which sources are listed, and give the number of each by its name."""
    source, state = _TABLES["source"], _TABLES["source_state"]
    connection.execute(update(state).values(is_configured=False))
    ids = {}
    for listed in sources:
        found = connection.execute(select(source.c.id).where(source.c.name == listed.name)).scalar()
        if found is None:
            inserted = connection.execute(source.insert().values(name=listed.name)).inserted_primary_key
            assert inserted is not None
            found = inserted[0]
        ids[listed.name] = int(found)
        what = {"kind": listed.kind, "location": "\n".join(listed.location), "is_configured": listed.enabled}
        _put(connection, "source_state", {"source_id": found}, what, {"failure_count": 0})
    return ids


def had(engine: Engine, source_id: int) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """Looks up which items of a source an earlier run has had, with the stamps they had then."""
    item = _TABLES["source_item"]

    def known(keys: Sequence[str]) -> Mapping[str, str]:
        asked = select(item.c.key, item.c.stamp).where(item.c.source_id == source_id, item.c.key.in_(keys))
        with engine.connect() as connection:
            return dict(connection.execute(asked).tuples().all())

    return known


def keep_items(connection: Connection, run_id: int, items: Sequence[tuple[int, str, str]]) -> None:
    """Note that these items (number of the source, key, stamp) need not be read again."""
    for source_id, key, stamp in items:
        _put(connection, "source_item", {"source_id": source_id, "key": key}, {"stamp": stamp, "run_id": run_id})


def keep_counts(connection: Connection, run_id: int, source_id: int, values: Mapping[str, Any]) -> None:
    """Note what a run has done with a source so far."""
    _put(connection, "run_source", {"run_id": run_id, "source_id": source_id}, dict(values))


def keep_state(connection: Connection, source_id: int, *, error: str | None, is_changed: bool) -> None:
    """Note how a source is doing, at the end of reading it."""
    state, now = _TABLES["source_state"], datetime.now(UTC)
    values: dict[str, Any] = {"checked_at": now, "error": error}
    if error is None:
        values |= {"succeeded_at": now, "failed_since": None, "failure_count": 0}
    else:
        values |= {"failed_since": func.coalesce(state.c.failed_since, now), "failure_count": state.c.failure_count + 1}
    if is_changed:
        values["changed_at"] = now
    connection.execute(update(state).where(state.c.source_id == source_id).values(values))


def _put(
    connection: Connection,
    table: str,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    first: Mapping[str, Any] | None = None,
) -> None:
    """Update the row of `key`, or insert it, then with the values of `first` too."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(_TABLES[table]).values({**key, **values, **(first or {})})
    connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=dict(values)))
