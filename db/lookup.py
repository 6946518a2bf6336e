"""The questions that the commands ask: events by filter, one event with its evidence, the state of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, text

from db.errors import CommuniqueError
from db.schema import Base

_TABLES = Base.metadata.tables
_COUNTED = ("article", "event", "event_mention", "actor", "place", "treaty", "statement", "source", "reject", "run")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events; None: any. `since` and `until` are calendar dates and leave out events without a date."""

    types: tuple[str, ...] = ()
    actor: str | None = None
    country: str | None = None
    since: date | None = None
    until: date | None = None
    modality: str | None = None
    run_id: int | None = None
    limit: int = 100


def find_events(connection: Connection, wanted: EventFilter) -> tuple[list[dict[str, Any]], int]:
    """The rows of ``event_list`` that `wanted` describes, newest first, and how many there are without the limit.

    Raises CommuniqueError for a type, modality or country that does not exist.
    """
    where, values = ["TRUE"], dict[str, Any]()
    if wanted.types:
        for n, name in enumerate(wanted.types):
            _must_exist(connection, "event_type", name, "--type")
            values[f"type{n}"] = name
        where.append(f"l.type IN ({', '.join(f':type{n}' for n in range(len(wanted.types)))})")
    if wanted.modality:
        _must_exist(connection, "modality", wanted.modality, "--modality")
        where.append("l.modality = :modality")
        values["modality"] = wanted.modality
    if wanted.since:
        where.append("(l.date_end >= :since OR (l.date_end IS NULL AND l.date_start IS NOT NULL))")
        values["since"] = wanted.since.isoformat()
    if wanted.until:
        where.append("l.date_start <= :until")
        values["until"] = wanted.until.isoformat()
    if wanted.actor:
        where.append(
            "l.event_id IN (SELECT p.event_id FROM event_participant p JOIN actor a ON a.id = p.actor_id WHERE a.id = :actor "
            "OR lower(a.name) LIKE :actor_lower ESCAPE '!' OR a.name LIKE :actor_like ESCAPE '!' OR a.id IN (SELECT actor_id "
            "FROM actor_alias WHERE lower(alias) LIKE :actor_lower ESCAPE '!' OR alias LIKE :actor_like ESCAPE '!'))"
        )
        # as typed too: SQLite, and PostgreSQL by its locale, know only the small letters of ASCII
        words = wanted.actor.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values |= {"actor": wanted.actor, "actor_like": f"%{words}%", "actor_lower": f"%{words.lower()}%"}
    if wanted.country:
        where.append(
            "l.event_id IN (SELECT p.event_id FROM event_participant p JOIN actor a ON a.id = p.actor_id WHERE a.country_code = :country)"
        )
        values["country"] = country_code(connection, wanted.country)
    if wanted.run_id:
        where.append("l.article_id IN (SELECT id FROM article WHERE run_id = :run_id)")
        values["run_id"] = wanted.run_id
    condition = " AND ".join(where)
    # every part of the condition is one of the constants above; what the user gave is bound
    total = connection.execute(text(f"SELECT count(*) FROM event_list l WHERE {condition}"), values).scalar_one()
    rows = connection.execute(
        text(
            f"SELECT l.* FROM event_list l WHERE {condition} "
            "ORDER BY l.date_start IS NULL, l.date_start DESC, l.salience DESC, l.event_id LIMIT :limit"
        ),
        {**values, "limit": wanted.limit},
    ).mappings()
    return [_row(row) for row in rows], int(total)


def country_code(connection: Connection, name: str) -> str:
    """The alpha-3 code of the country that `name` (alpha-3, alpha-2 or English name) means."""
    code = connection.execute(
        text(
            "SELECT code FROM country WHERE code = upper(:name) OR alpha2 = upper(:name) OR lower(name) = lower(:name)"
        ),
        {"name": name},
    ).scalar()
    if code is None:
        raise CommuniqueError(
            f"--country {name!r}: no such country. Give an ISO 3166-1 code or an English name: KOR, KR, 'South Korea'.",
            exit_code=2,
        )
    return str(code)


def _must_exist(connection: Connection, table: str, code: str, flag: str) -> None:
    codes = list(connection.execute(text(f"SELECT code FROM {table} ORDER BY code")).scalars())
    if code not in codes:
        raise CommuniqueError(f"{flag} {code!r}: unknown. Known: {', '.join(codes)}.", exit_code=2)


def event_detail(connection: Connection, prefix: str) -> dict[str, Any]:
    """One event with participants, treaty, statement and every mention; `prefix` is its id or the beginning of it.

    Raises CommuniqueError when no event, or more than one, has such an id.
    """
    ids = list(
        connection.execute(
            text("SELECT id FROM event WHERE id LIKE :like ORDER BY id LIMIT 3"), {"like": f"{_plain(prefix)}%"}
        ).scalars()
    )
    if not ids:
        raise CommuniqueError(
            f"event {prefix!r}: there is none with that id. 'communique events' lists ids.", exit_code=2
        )
    if len(ids) > 1:
        raise CommuniqueError(
            f"event {prefix!r}: more than one id begins so ({', '.join(ids)} ...). Give more of it.", exit_code=2
        )
    key = {"id": ids[0]}
    detail: dict[str, Any] = _rows(connection, "SELECT * FROM event_list WHERE event_id = :id", key)[0]
    detail["participants"] = _rows(
        connection,
        "SELECT role, actor, office, kind, country, sector, actor_id FROM participants WHERE event_id = :id",
        key,
    )
    detail["treaty"] = next(
        iter(
            _rows(
                connection,
                "SELECT t.id AS treaty_id, t.name, t.kind_code AS kind, e.action_code AS action, e.name AS called, p.name AS place "
                "FROM treaty_event e JOIN treaty t ON t.id = e.treaty_id LEFT JOIN place p ON p.id = t.place_id WHERE e.event_id = :id",
                key,
            )
        ),
        None,
    )
    detail["provisions"] = _rows(
        connection,
        "SELECT p.provision_code AS provision, p.text FROM treaty_provision p JOIN treaty_event e ON e.treaty_id = p.treaty_id "
        "WHERE e.event_id = :id ORDER BY p.text_start, p.provision_code",
        key,
    )
    detail["treaty_parties"] = _rows(
        connection,
        "SELECT p.role, a.name AS actor, a.country_code AS country FROM treaty_party p JOIN treaty_event e ON e.treaty_id = p.treaty_id "
        "JOIN actor a ON a.id = p.actor_id WHERE e.event_id = :id ORDER BY p.role, a.name",
        key,
    )
    detail["treaty_steps"] = _rows(
        connection,
        "SELECT o.event_id, o.action_code AS action, v.date_start, v.modality_code AS modality FROM treaty_event e "
        "JOIN treaty_event o ON o.treaty_id = e.treaty_id AND o.event_id <> e.event_id JOIN event v ON v.id = o.event_id "
        "WHERE e.event_id = :id ORDER BY v.date_start IS NULL, v.date_start, o.event_id",
        key,
    )
    detail["statement"] = next(
        iter(_rows(connection, "SELECT stance_code AS stance, topic, quote FROM statement WHERE event_id = :id", key)),
        None,
    )
    detail["mentions"] = _rows(
        connection,
        "SELECT m.id AS mention_id, m.sentence, m.sentence_start, m.trigger, m.trigger_start, m.trigger_end, m.modality_code AS modality, "
        "m.date_text, m.date_text_start, m.date_text_end, m.place_text, m.place_text_start, m.place_text_end, m.attribution, m.confidence, "
        "m.paragraph_kind_code AS paragraph_kind, a.id AS article_id, a.title, a.url, a.location, a.published_on, s.name AS source "
        "FROM event_mention m JOIN article a ON a.id = m.article_id LEFT JOIN source s ON s.id = a.source_id WHERE m.event_id = :id ORDER BY m.ordinal",
        key,
    )
    for mention in detail["mentions"]:
        mention["participants"] = _rows(
            connection,
            "SELECT p.role_code AS role, c.name AS actor, p.text, p.text_start, p.text_end FROM mention_participant p "
            "JOIN actor c ON c.id = p.actor_id WHERE p.mention_id = :id ORDER BY p.ordinal",
            {"id": mention["mention_id"]},
        )
    return detail


def _plain(prefix: str) -> str:
    return prefix.strip().lower().replace("%", "").replace("_", "") or "-"


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The row with truth values as such: SQLite has none and gives 0 and 1."""
    return {str(name): bool(value) if str(name).startswith("is_") else value for name, value in row.items()}


def _rows(connection: Connection, sql: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    return [_row(row) for row in connection.execute(text(sql), dict(values)).mappings()]


def database_status(connection: Connection, *, runs: int = 5, rejects: int = 20) -> dict[str, Any]:
    """What is in the database, what ran, what failed."""
    counts = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in _COUNTED}
    return {
        "counts": counts,
        "events_by_type": _rows(
            connection,
            "SELECT type_code AS type, count(*) AS events FROM event GROUP BY type_code ORDER BY 2 DESC, 1",
            {},
        ),
        "articles_by_status": _rows(
            connection,
            "SELECT status_code AS status, language, count(*) AS articles FROM article GROUP BY 1, 2 ORDER BY 3 DESC",
            {},
        ),
        "events": _rows(connection, "SELECT min(date_start) AS first_day, max(date_end) AS last_day FROM event", {})[0],
        "runs": _rows(
            connection,
            "SELECT id, started_at, finished_at, status_code AS status, version, model, knowledge_version, document_count AS documents, "
            "article_count AS new_articles, known_count AS known, skipped_count AS skipped, reject_count AS rejected, event_count AS events, error "
            "FROM run ORDER BY id DESC LIMIT :runs",
            {"runs": runs},
        ),
        "rejects": _rows(
            connection,
            "SELECT location, reason_code AS reason, detail, attempt_count AS attempts, last_run_id AS last_run "
            "FROM reject ORDER BY last_run_id DESC, id LIMIT :n",
            {"n": rejects},
        ),
        "sources": source_states(connection),
    }


def source_states(connection: Connection) -> list[dict[str, Any]]:
    """How each source that communique.toml lists, or listed, is doing, by name.

    `state` is ``ok``, ``failing``, ``unread`` (no run has read it to its end) or ``off`` (not listed any more, or not enabled);
    `last_run` is what the last run that came to it did with it, None where none has.
    """
    source, state, run = (_TABLES[name] for name in ("source", "source_state", "run_source"))
    found = select(
        source.c.id,
        source.c.name,
        state.c.kind,
        state.c.is_configured,
        state.c.succeeded_at.label("last_success"),
        state.c.changed_at.label("last_new_article"),
        state.c.failed_since.label("failing_since"),
        state.c.failure_count.label("failures"),
        state.c.error,
    ).join_from(source, state)
    last = select(run.c.source_id, func.max(run.c.run_id).label("run_id")).group_by(run.c.source_id).subquery()
    done = select(
        run.c.source_id,
        run.c.run_id.label("run"),
        run.c.document_count.label("documents"),
        run.c.article_count.label("new_articles"),
        run.c.known_count.label("known"),
        run.c.skipped_count.label("skipped"),
        run.c.reject_count.label("rejected"),
        run.c.event_count.label("events"),
    ).join(last, (run.c.source_id == last.c.source_id) & (run.c.run_id == last.c.run_id))
    counts = {row.pop("source_id"): row for row in map(dict, connection.execute(done).mappings())}
    rows = []
    for row in connection.execute(found.order_by(source.c.name)).mappings():
        values = {str(name): value for name, value in row.items()}
        is_configured, number = values.pop("is_configured"), values.pop("id")
        doing = "failing" if values["failures"] else "ok" if values["last_success"] else "unread"
        rows.append({**values, "state": doing if is_configured else "off", "last_run": counts.get(number)})
    return rows
