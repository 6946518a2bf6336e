"""Who is who by the word of users: actors merged, split, named; every decision recorded, and undone without a trace.

What an article alone says of a participant stays (``event_participant.coded_actor_id``, ``actor_claim``). Who it is
(``event_participant.actor_id``) follows from that and the decisions that hold, and is worked out anew wherever one of
them changes, so that undoing needs no memory of what was moved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, text, update

from db.errors import CommuniqueError
from db.schema import Base

_T = Base.metadata.tables
_DECISION, _CLAIM, _ALIAS, _ACTOR, _PARTICIPANT = (
    _T[name] for name in ("actor_decision", "actor_claim", "actor_alias", "actor", "event_participant")
)
_SOME = 5_000
_LONGEST = 300
# leaves room in an id for what tells two of one name apart
_KEY_LONGEST = 190


class Decisions:
    """The merges and splits that hold."""

    def __init__(self, connection: Connection) -> None:
        self.merges: dict[str, str] = {}
        self.splits: dict[tuple[str, str], str] = {}
        holds = select(_DECISION).where(_DECISION.c.undone_at.is_(None)).order_by(_DECISION.c.id)
        found = {row["id"]: row for row in connection.execute(holds).mappings()}
        for row in found.values():
            if row["kind"] == "merge":
                self.merges[row["from_actor_id"]] = row["into_actor_id"]
        articles = _T["actor_decision_article"]
        for decision, article in connection.execute(select(articles)).tuples():
            if decision in found:
                self.splits[found[decision]["from_actor_id"], article] = found[decision]["into_actor_id"]

    def follow(self, actor: str, articles: Collection[str]) -> str:
        """Who `actor` is in an event of `articles`."""
        seen = set()
        while actor not in seen:
            seen.add(actor)
            taken = (self.splits[actor, article] for article in sorted(articles) if (actor, article) in self.splits)
            actor = next(taken, None) or self.merges.get(actor, actor)
        return actor

    def resolve(self, coded: str, articles: Collection[str], candidates: Iterable[str]) -> str:
        """Who a participant is: the one person that all `candidates` are, else whom the article names."""
        persons = {self.follow(candidate, articles) for candidate in candidates}
        return persons.pop() if len(persons) == 1 else self.follow(coded, articles)

    def leading_to(self, actor: str) -> set[str]:
        """`actor` and everybody of whom decisions make it."""
        edges = [*self.merges.items(), *((source, new) for (source, _), new in self.splits.items())]
        found = {actor}
        while new := {source for source, into in edges if into in found} - found:
            found |= new
        return found


def unsettled(connection: Connection) -> Iterator[str]:
    """The events of whose participants one is not whom claims and decisions make of it."""
    decisions = Decisions(connection)
    concerned = {*decisions.merges, *(source for source, _ in decisions.splits)}
    events = _events_of(connection, concerned)
    events |= set(
        connection.execute(
            select(_PARTICIPANT.c.event_id).where(_PARTICIPANT.c.actor_id != _PARTICIPANT.c.coded_actor_id)
        ).scalars()
    )
    claimed = connection.execute(select(_CLAIM.c.candidate_id).distinct()).scalars()
    events |= _events_of(connection, set(claimed))
    yield from sorted({row["event_id"] for row in _changes(connection, events)})


def merge_actors(
    connection: Connection, source: str, into: str, *, reason: str, author: str | None = None
) -> dict[str, Any]:
    """Make the actor `source` part of the actor `into`: its events are the other's, now and in later runs.

    Gives the decision's number and how many events changed hands. Raises CommuniqueError where that makes no sense; then
    nothing is changed.
    """
    one, other = _actor(connection, source), _actor(connection, into)
    decisions = Decisions(connection)
    if one["id"] == other["id"]:
        raise _wrong(f"{source}: an actor cannot be merged with itself. Name two actors.")
    # names of persons are at times taken for those of organisations
    mistaken = one["id"].startswith("org:") and other["kind_code"] == "person"
    if one["kind_code"] != other["kind_code"] and not mistaken:
        raise _wrong(
            f"{source} is of kind {one['kind_code']}, {into} of kind {other['kind_code']}: only actors of one kind are the same. "
            f"'communique actors list --kind {one['kind_code']}' lists others."
        )
    if one["kind_code"] == "country":
        raise _wrong(f"{source}, {into}: countries are fixed (ISO 3166-1) and cannot be merged.")
    if one["id"] in decisions.merges:
        raise _wrong(
            f"{source}: is part of {decisions.merges[one['id']]} already, by decision {_decision_of(connection, one['id'])}. "
            "Undo that first, or merge the other actor."
        )
    if one["id"] in decisions.leading_to(other["id"]) or other["id"] in decisions.leading_to(one["id"]):
        raise _wrong(
            f"{source}, {into}: an earlier decision connects them. 'communique actors show {into}' lists it; undo it first."
        )
    number = _decide(connection, "merge", one["id"], other["id"], reason, author)
    return {"decision": number, "events": _settle(connection, _events_of(connection, decisions.leading_to(one["id"])))}


def split_actor(
    connection: Connection,
    source: str,
    articles: Sequence[str],
    *,
    name: str,
    slug: str,
    country: str | None = None,
    sector: str | None = None,
    reason: str | None = None,
    author: str | None = None,
) -> dict[str, Any]:
    """Make the person `source` another one, called `name`, in `articles`: a new actor.

    `slug` is `name` in small ASCII letters. Gives the decision's number, the new actor's id and how many events changed.
    Raises CommuniqueError where that makes no sense; then nothing is changed.
    """
    one = _actor(connection, source)
    if one["kind_code"] != "person":
        raise _wrong(f"{source}: is of kind {one['kind_code']}. Only persons share a name; only they can be split.")
    if not slug:
        raise _wrong(f"--name {name!r}: has no letter. Give the full name.")
    if len(name) > _LONGEST:
        raise _wrong(f"--name: is longer than {_LONGEST} characters. Give the full name alone.")
    if sector is not None:
        _known_code(connection, "sector", sector, "--sector")
    ids = sorted({_article(connection, prefix) for prefix in articles})
    days = [_in_article(connection, one["id"], article) for article in ids]
    new = _free_id(connection, f"person:{country or '-'}:{slug}"[:_KEY_LONGEST])
    seen = [day for day in days if day]
    connection.execute(
        insert(_ACTOR).values(
            id=new, name=name, kind_code="person", country_code=country, sector_code=sector,
            first_seen_on=min(seen, default=None), last_seen_on=max(seen, default=None),
        )
    )  # fmt: skip
    full = slug if "-" in slug else None
    connection.execute(insert(_ALIAS).values(actor_id=new, alias=name, slug=full, is_seen=True, is_given=False))
    decisions = Decisions(connection)
    number = _decide(connection, "split", one["id"], new, reason, author)
    connection.execute(
        insert(_T["actor_decision_article"]), [{"decision_id": number, "article_id": article} for article in ids]
    )
    events = _settle(connection, _events_of(connection, decisions.leading_to(one["id"])))
    return {"decision": number, "actor": new, "events": events}


def undo_decision(connection: Connection, number: int) -> dict[str, Any]:
    """Undo a merge or split: every event is whose it would be had the decision never been made.

    Raises CommuniqueError for a decision that is not there, is undone, or that a later one rests on.
    """
    found = connection.execute(select(_DECISION).where(_DECISION.c.id == number)).mappings().one_or_none()
    if found is None:
        known = list(
            connection.execute(
                select(_DECISION.c.id).where(_DECISION.c.undone_at.is_(None)).order_by(_DECISION.c.id)
            ).scalars()
        )
        raise _wrong(
            f"decision {number}: there is none. Decisions that hold: {', '.join(map(str, known[-20:])) or 'none'}."
        )
    if found["undone_at"] is not None:
        raise _wrong(f"decision {number}: was undone on {found['undone_at']:%Y-%m-%d %H:%M} UTC. Nothing was changed.")
    new = found["into_actor_id"]
    holds = select(_DECISION.c.id).where(_DECISION.c.undone_at.is_(None), _DECISION.c.id != number)
    if found["kind"] == "split" and (
        later := connection.execute(
            holds.where(or_(_DECISION.c.from_actor_id == new, _DECISION.c.into_actor_id == new))
        ).scalar()
    ):
        raise _wrong(f"decision {number}: decision {later} rests on {new}, which it made. Undo {later} first.")
    decisions = Decisions(connection)
    events = _events_of(connection, decisions.leading_to(found["from_actor_id"]) | {new})
    connection.execute(update(_DECISION).where(_DECISION.c.id == number).values(undone_at=datetime.now(UTC)))
    if found["kind"] == "split":
        connection.execute(delete(_CLAIM).where(_CLAIM.c.candidate_id == new))
    changed = _settle(connection, events)
    if found["kind"] == "split":
        _remove_unused(connection, new)
    return {"decision": number, "kind": found["kind"], "events": changed}


def add_alias(connection: Connection, actor: str, alias: str, *, slug: str | None) -> list[str]:
    """Call `actor` also `alias`; gives others whom users call so, with whom articles then leave it open.

    `slug` is the alias in small ASCII letters where articles may find a person by it, else None.
    """
    one = _actor(connection, actor)
    if not alias:
        raise _wrong("NAME: is empty. Give the words by which texts name the actor.")
    if len(alias) > _LONGEST:
        raise _wrong(f"NAME: is longer than {_LONGEST} characters. Give the name alone.")
    if one["kind_code"] != "person":
        slug = None
    given = {"slug": slug, "is_given": True}
    same = (_ALIAS.c.actor_id == one["id"], _ALIAS.c.alias == alias)
    if not connection.execute(update(_ALIAS).where(*same).values(given)).rowcount:
        connection.execute(insert(_ALIAS).values(actor_id=one["id"], alias=alias, is_seen=False, **given))
    others = select(_ALIAS.c.actor_id).where(
        _ALIAS.c.slug == slug, _ALIAS.c.is_given.is_(True), _ALIAS.c.actor_id != one["id"]
    )
    return sorted(connection.execute(others).scalars()) if slug else []


def remove_alias(connection: Connection, actor: str, alias: str) -> None:
    """Take back an alias that a user gave; where texts have the words too, they stay."""
    one = _actor(connection, actor)
    same = (_ALIAS.c.actor_id == one["id"], _ALIAS.c.alias == alias)
    found = connection.execute(select(_ALIAS).where(*same)).mappings().one_or_none()
    if found is None or not found["is_given"]:
        given = connection.execute(
            select(_ALIAS.c.alias).where(_ALIAS.c.actor_id == one["id"], _ALIAS.c.is_given.is_(True))
        ).scalars()
        listed = ", ".join(repr(name) for name in sorted(given)) or "none"
        whose = "is how texts name it, and no user's" if found else "is no alias of it"
        raise _wrong(f"{alias!r}: {whose}. Aliases that users gave {one['id']}: {listed}.")
    if found["is_seen"]:
        # texts find a person by the name that the id is made of, and by no other words
        own = found["slug"] if one["id"].endswith(f":{found['slug']}") else None
        connection.execute(update(_ALIAS).where(*same).values(is_given=False, slug=own))
    else:
        connection.execute(delete(_ALIAS).where(*same))


# -- questions ---------------------------------------------------------------------------------------------------------


def list_actors(
    connection: Connection,
    *,
    kind: str | None = None,
    country: str | None = None,
    sector: str | None = None,
    name: str | None = None,
    limit: int = 100,
) -> tuple[list[dict[str, Any]], int]:
    """Actors, those of most events first, and how many there are without the limit.

    `country` is an alpha-3 code. Actors that are part of another by a merge are left out. Raises CommuniqueError for an
    unknown kind or sector.
    """
    where = [
        "NOT EXISTS (SELECT 1 FROM actor_decision d WHERE d.kind = 'merge' AND d.undone_at IS NULL AND d.from_actor_id = a.id)"
    ]
    values: dict[str, Any] = {"limit": limit}
    for table, column, flag, code in (
        ("actor_kind", "kind_code", "--kind", kind),
        ("sector", "sector_code", "--sector", sector),
    ):
        if code is not None:
            _known_code(connection, table, code, flag)
            where.append(f"a.{column} = :{column}")
            values[column] = code
    if country is not None:
        where.append("a.country_code = :country")
        values["country"] = country
    if name is not None:
        where.append(
            "(lower(a.name) LIKE :lower ESCAPE '!' OR a.name LIKE :like ESCAPE '!' OR a.id IN (SELECT actor_id FROM actor_alias "
            "WHERE lower(alias) LIKE :lower ESCAPE '!' OR alias LIKE :like ESCAPE '!'))"
        )
        # as typed too: SQLite, and PostgreSQL by its locale, know only the small letters of ASCII
        words = name.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values |= {"like": f"%{words}%", "lower": f"%{words.lower()}%"}
    condition = " AND ".join(where)
    total = connection.execute(text(f"SELECT count(*) FROM actor a WHERE {condition}"), values).scalar_one()
    rows = connection.execute(
        text(
            "SELECT a.id AS actor_id, a.name, a.kind_code AS kind, a.country_code AS country, a.sector_code AS sector, a.first_seen_on, "
            "a.last_seen_on, (SELECT count(DISTINCT p.event_id) FROM event_participant p WHERE p.actor_id = a.id) AS events "
            f"FROM actor a WHERE {condition} ORDER BY events DESC, a.id LIMIT :limit"
        ).columns(first_seen_on=_ACTOR.c.first_seen_on.type, last_seen_on=_ACTOR.c.last_seen_on.type),
        values,
    ).mappings()
    return [dict(row) for row in rows], int(total)


def actor_detail(connection: Connection, actor: str, *, latest: int = 10) -> dict[str, Any]:
    """One actor: names, offices with dates, decisions, counts of events by type, its `latest` events."""
    one = _actor(connection, actor)
    key = {"id": one["id"], "n": latest}
    decisions = Decisions(connection)

    def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(text(sql), key).mappings()]

    detail: dict[str, Any] = {
        "actor_id": one["id"], "name": one["name"], "kind": one["kind_code"], "country": one["country_code"],
        "sector": one["sector_code"], "first_seen_on": one["first_seen_on"], "last_seen_on": one["last_seen_on"],
        "part_of": decisions.follow(one["id"], ()) if one["id"] in decisions.merges else None,
    }  # fmt: skip
    detail["aliases"] = [
        {"alias": alias, "given": bool(given)}
        for alias, given in connection.execute(
            select(_ALIAS.c.alias, _ALIAS.c.is_given).where(_ALIAS.c.actor_id == one["id"]).order_by(_ALIAS.c.alias)
        ).tuples()
    ]
    detail["offices"] = rows(
        "SELECT office, first_seen_on, last_seen_on FROM actor_office WHERE actor_id = :id ORDER BY first_seen_on, office"
    )
    made = select(_DECISION).where(or_(_DECISION.c.from_actor_id == one["id"], _DECISION.c.into_actor_id == one["id"]))
    detail["decisions"] = [dict(row) for row in connection.execute(made.order_by(_DECISION.c.id)).mappings()]
    detail["open_claims"] = rows(
        "SELECT c.article_id, c.actor_id, (SELECT count(*) FROM actor_claim o WHERE o.article_id = c.article_id AND o.actor_id = c.actor_id) "
        "AS candidates FROM actor_claim c WHERE c.candidate_id = :id AND EXISTS (SELECT 1 FROM actor_claim o WHERE "
        "o.article_id = c.article_id AND o.actor_id = c.actor_id AND o.candidate_id <> c.candidate_id) ORDER BY c.article_id, c.actor_id"
    )
    detail["events_by_type"] = rows(
        "SELECT e.type_code AS type, count(DISTINCT e.id) AS events FROM event e JOIN event_participant p ON p.event_id = e.id "
        "WHERE p.actor_id = :id GROUP BY e.type_code ORDER BY 2 DESC, 1"
    )
    detail["latest_events"] = rows(
        "SELECT event_id, date_start, date_end, date_precision, type, modality, who, whom, sentence FROM event_list WHERE event_id IN "
        "(SELECT event_id FROM event_participant WHERE actor_id = :id) ORDER BY date_start IS NULL, date_start DESC, event_id LIMIT :n"
    )
    return detail


# -- how it is done ----------------------------------------------------------------------------------------------------


def _wrong(message: str) -> CommuniqueError:
    return CommuniqueError(message, exit_code=2)


def _actor(connection: Connection, id_: str) -> dict[str, Any]:
    found = connection.execute(select(_ACTOR).where(_ACTOR.c.id == id_)).mappings().one_or_none()
    if found is not None:
        return dict(found)
    ids = connection.execute(select(_ACTOR.c.id, _ACTOR.c.name)).tuples().all()
    named = {name.lower(): key for key, name in ids} | {key.lower(): key for key, _ in ids}
    near = list(dict.fromkeys(named[n] for n in get_close_matches(id_.lower(), named, n=3, cutoff=0.6)))
    hint = f" Nearest: {', '.join(near)}." if near else ""
    raise _wrong(f"actor {id_!r}: there is none with that id.{hint} 'communique actors list --name WORDS' finds ids.")


def _article(connection: Connection, prefix: str) -> str:
    article = _T["article"]
    found = list(
        connection.execute(
            select(article.c.id).where(article.c.id.startswith(prefix.strip().lower(), autoescape=True)).limit(2)
        ).scalars()
    )
    if len(found) != 1 or not prefix.strip():
        what = "more than one id begins so; give more of it" if len(found) > 1 else "there is none with that id"
        raise _wrong(f"--article {prefix!r}: {what}. 'communique show EVENT --json' names the articles of an event.")
    return str(found[0])


def _in_article(connection: Connection, actor: str, article_id: str) -> date | None:
    """The date of an article in an event of which `actor` takes part; a CommuniqueError where there is none."""
    article, mention = _T["article"], _T["event_mention"]
    found = connection.execute(
        select(article.c.dateline_on, article.c.published_on)
        .join(mention, mention.c.article_id == article.c.id)
        .join(_PARTICIPANT, _PARTICIPANT.c.event_id == mention.c.event_id)
        .where(article.c.id == article_id, _PARTICIPANT.c.actor_id == actor)
    ).first()
    if found is None:
        raise _wrong(f"--article {article_id}: {actor} takes part in no event of it. Name articles in which it does.")
    day: date | None = found[0] or found[1]
    return day


def _free_id(connection: Connection, wanted: str) -> str:
    taken = set(
        connection.execute(select(_ACTOR.c.id).where(_ACTOR.c.id.startswith(wanted, autoescape=True))).scalars()
    )
    free, n = wanted, 2
    while free in taken:
        free, n = f"{wanted}-{n}", n + 1
    return free


def _known_code(connection: Connection, table: str, code: str, flag: str) -> None:
    codes = list(connection.execute(select(_T[table].c.code).order_by(_T[table].c.code)).scalars())
    if code not in codes:
        raise _wrong(f"{flag} {code!r}: unknown. Known: {', '.join(codes)}.")


def _decision_of(connection: Connection, merged: str) -> int:
    return int(
        connection.execute(
            select(_DECISION.c.id).where(
                _DECISION.c.kind == "merge", _DECISION.c.from_actor_id == merged, _DECISION.c.undone_at.is_(None)
            )
        ).scalar_one()
    )


def _decide(connection: Connection, kind: str, source: str, into: str, reason: str | None, author: str | None) -> int:
    values = {"kind": kind, "from_actor_id": source, "into_actor_id": into, "reason": reason, "author": author}
    made = connection.execute(insert(_DECISION).values(made_at=datetime.now(UTC), **values).returning(_DECISION.c.id))
    return int(made.scalar_one())


def _events_of(connection: Connection, actors: Collection[str]) -> set[str]:
    """The events in which one of `actors` takes part as coded, or may stand behind a name."""
    mention = _T["event_mention"]
    coded = select(_PARTICIPANT.c.event_id)
    claimed = (
        select(mention.c.event_id)
        .join(_CLAIM, _CLAIM.c.article_id == mention.c.article_id)
        .join(
            _PARTICIPANT,
            (_PARTICIPANT.c.event_id == mention.c.event_id) & (_PARTICIPANT.c.coded_actor_id == _CLAIM.c.actor_id),
        )
    )
    found: set[str] = set()
    for some in _chunks(actors):
        found |= set(connection.execute(coded.where(_PARTICIPANT.c.coded_actor_id.in_(some))).scalars())
        found |= set(connection.execute(claimed.where(_CLAIM.c.candidate_id.in_(some))).scalars())
    return found


def _changes(connection: Connection, events: Collection[str]) -> list[dict[str, Any]]:
    """Participants of `events` who are not whom claims and decisions make of them, with whom they should be."""
    decisions, mention = Decisions(connection), _T["event_mention"]
    changes = []
    for some in _chunks(events):
        articles: dict[str, set[str]] = {}
        for event, article in connection.execute(
            select(mention.c.event_id, mention.c.article_id).where(mention.c.event_id.in_(some))
        ).tuples():
            articles.setdefault(event, set()).add(article)
        claims: dict[tuple[str, str], set[str]] = {}
        of_events = (
            select(_CLAIM)
            .join(mention, mention.c.article_id == _CLAIM.c.article_id)
            .where(mention.c.event_id.in_(some))
        )
        for article, coded, candidate in connection.execute(of_events).tuples():
            claims.setdefault((article, coded), set()).add(candidate)
        rows = select(_PARTICIPANT).where(_PARTICIPANT.c.event_id.in_(some))
        for row in connection.execute(rows.order_by(_PARTICIPANT.c.event_id, _PARTICIPANT.c.ordinal)).mappings():
            told = articles.get(row["event_id"], set())
            candidates = {c for article in told for c in claims.get((article, row["coded_actor_id"]), ())}
            who = decisions.resolve(row["coded_actor_id"], told, candidates)
            if who != row["actor_id"]:
                changes.append({"event_id": row["event_id"], "ordinal": row["ordinal"], "who": who})
    return changes


def _settle(connection: Connection, events: Collection[str]) -> int:
    """Let the participants of `events` follow claims and decisions; gives the number of events that changed."""
    changes = _changes(connection, events)
    if changes:
        connection.execute(
            update(_PARTICIPANT)
            .where(_PARTICIPANT.c.event_id == bindparam("of"), _PARTICIPANT.c.ordinal == bindparam("nth"))
            .values(actor_id=bindparam("who")),
            [{"of": c["event_id"], "nth": c["ordinal"], "who": c["who"]} for c in changes],
        )
    return len({c["event_id"] for c in changes})


def _remove_unused(connection: Connection, actor: str) -> None:
    """Remove an actor that a split made, unless articles loaded since name it themselves."""
    mention = _T["event_mention"]
    uses = (
        select(_PARTICIPANT.c.event_id).where(_PARTICIPANT.c.coded_actor_id == actor),
        select(mention.c.id).where(mention.c.attributed_to_actor_id == actor),
        select(_T["actor_office"].c.actor_id).where(_T["actor_office"].c.actor_id == actor),
        select(_T["mention_participant"].c.mention_id).where(_T["mention_participant"].c.actor_id == actor),
        select(_T["treaty_party"].c.treaty_id).where(_T["treaty_party"].c.actor_id == actor),
    )
    if not any(connection.execute(use.limit(1)).first() for use in uses):
        connection.execute(delete(_ALIAS).where(_ALIAS.c.actor_id == actor))
        connection.execute(delete(_ACTOR).where(_ACTOR.c.id == actor))


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(values)
    for n in range(0, len(listed), _SOME):
        yield listed[n : n + _SOME]
