"""What is wrong with the upkeep of a database: sources that fail or have gone silent, runs that reject too much or do not come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, literal, select

from db.lookup import source_states
from db.schema import Base

_RUN = Base.metadata.tables["run"]
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """From where on something is wrong; 0 leaves a check out."""

    stale: float = 24.0
    """Hours without a reading of a source to its end."""
    quiet: float = 0.0
    """Hours without a new article of a source."""
    failures: int = 3
    """Failures of a source in a row."""
    reject_rate: float = 0.25
    """Share of the last finished run's documents that were rejected."""
    reject_least: int = 20
    """Documents that such a run must have read."""
    lag: float = 24.0
    """Hours without a run that came to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong."""

    problem: Literal["stale", "quiet", "failing", "rejects", "lag"]
    source: str | None
    value: float | None
    """Hours, failures or share; None where no run has ever come to its end."""
    limit: float
    message: str


def last_finished(connection: Connection) -> dict[str, Any] | None:
    """The row of the last run that came to its end."""
    wanted = select(_RUN).where(_RUN.c.status_code == "finished")
    row = connection.execute(wanted.order_by(_RUN.c.id.desc()).limit(1)).mappings().first()
    return dict(row) if row else None


def ailments(connection: Connection, tolerance: Tolerance, *, now: datetime | None = None) -> Iterator[Problem]:
    """What is worse than `tolerance` at `now` (aware; by default the present), by source, then of runs."""
    now = now or datetime.now(UTC)
    for source in source_states(connection):
        if source["state"] != "off":
            yield from _of_source(connection, source, tolerance, now)
    last = last_finished(connection)
    if last and tolerance.reject_rate and last["document_count"] >= max(tolerance.reject_least, 1):
        rate = last["reject_count"] / last["document_count"]
        if rate > tolerance.reject_rate:
            yield Problem(
                problem="rejects",
                source=None,
                value=round(rate, 3),
                limit=tolerance.reject_rate,
                message=f"run {last['id']}: {last['reject_count']} of {last['document_count']} documents were rejected, {rate:.0%} "
                f"(limit {tolerance.reject_rate:.0%}). 'communique status' tells why.",
            )
    hours = _hours(last["finished_at"], now) if last else None
    if tolerance.lag and (hours is None or hours > tolerance.lag):
        told = f"for {hours:.1f} hours (limit {tolerance.lag:g}); run {last['id']} was the last" if last else "yet"
        yield Problem(
            problem="lag",
            source=None,
            value=_shown(hours),
            limit=tolerance.lag,
            message=f"no run has come to its end {told}. See whether 'communique run' is still called.",
        )


def _of_source(
    connection: Connection, source: dict[str, Any], tolerance: Tolerance, now: datetime
) -> Iterator[Problem]:
    name = source["name"]
    since = source["last_success"] or _first_asked(connection, name)
    hours = _hours(since, now)
    if tolerance.stale and hours is not None and hours > tolerance.stale:
        told = "" if source["last_success"] else "; it never was since a run was first asked for it"
        yield Problem(
            problem="stale",
            source=name,
            value=_shown(hours),
            limit=tolerance.stale,
            message=f"source {name!r}: not read to its end for {hours:.1f} hours (limit {tolerance.stale:g}){told}.",
        )
    since = source["last_new_article"] or _first_asked(connection, name)
    hours = _hours(since, now)
    if tolerance.quiet and hours is not None and hours > tolerance.quiet:
        yield Problem(
            problem="quiet",
            source=name,
            value=_shown(hours),
            limit=tolerance.quiet,
            message=f"source {name!r}: no new article for {hours:.1f} hours (limit {tolerance.quiet:g}).",
        )
    if tolerance.failures and source["failures"] >= tolerance.failures:
        yield Problem(
            problem="failing",
            source=name,
            value=source["failures"],
            limit=tolerance.failures,
            message=f"source {name!r}: failed {source['failures']} times in a row (limit {tolerance.failures}), since "
            f"{source['failing_since']:%Y-%m-%d %H:%M} UTC: {source['error']}",
        )


def _first_asked(connection: Connection, name: str) -> datetime | None:
    """When a run was first asked for a source; None where none was."""
    lines = literal("\n") + _RUN.c.inputs + literal("\n")
    asked = select(func.min(_RUN.c.started_at)).where(lines.contains(f"\nsource: {name}\n", autoescape=True))
    return connection.execute(asked).scalar()


def _hours(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else (now - since) / _HOUR


def _shown(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)
