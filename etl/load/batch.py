"""Mentions and events into rows: one batch of articles, to be called within one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.registry import Decisions
from db.schema import Base
from etl.knowledge.short_forms import load_short_forms
from etl.load.registry import Registry, actor_id, day_of, full_name, is_bare, is_registered, shortened
from etl.records import (
    Actor,
    ActorKind,
    ActorMention,
    Article,
    Coded,
    Event,
    EventMention,
    Participant,
    Place,
    Reject,
    Span,
    Treaty,
)
from etl.transform.linking import link
from etl.transform.linking import salience as salience_of

_TABLES = Base.metadata.tables
_ALIAS_LONGEST = 300
_NAME_LONGEST = 600
_LOCATION_LONGEST = 600
_VARIABLES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedArticle:
    """An article with what was found in it; `coded` is None where it was not coded."""

    article: Article
    coded: Coded | None


def known_articles(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Those of the article `ids` that are in the database."""
    table = _TABLES["article"]
    return frozenset(connection.execute(select(table.c.id).where(table.c.id.in_(list(ids)))).scalars())


def load_batch(connection: Connection, run_id: int, coded: Sequence[CodedArticle]) -> Counter[str]:
    """Insert new articles with all that was coded in them, and give the number of events of each, by its id.

    None of the articles may be in the database yet.
    """
    if not coded:
        return Counter()
    now = datetime.now(UTC)
    actors_of = {c.article.id: _named(c.coded) for c in coded if c.coded}
    registry = Registry(connection, [actor for named in actors_of.values() for actor in named])
    events, registered, claims = [], list[tuple[Article, Actor]](), dict[tuple[str, str], tuple[str, ...]]()
    for c in coded:
        if c.coded is None:
            continue
        known = registry.read(c.article, actors_of[c.article.id])
        private = [m for m in c.coded.private if any(actor_id(p.mention.actor) in known for p in m.participants)]
        mentions_of = (
            sorted((*c.coded.mentions, *private), key=lambda m: m.sentence.index) if private else c.coded.mentions
        )
        found = link(mentions_of)
        events += [(c.article, event, salience_of(event)) for event in found]
        registered += [(c.article, person) for person in c.coded.persons if is_registered(person)]
        taking_part = {actor_id(p.mention.actor) for e in found for m in (*e.mentions, e.facts) for p in m.participants}
        claims |= {(c.article.id, key): known[key] for key in sorted(taking_part & known.keys()) if known[key]}
    decisions = Decisions(connection)
    sources = _sources(connection, {shortened(c.article.source, _NAME_LONGEST) for c in coded if c.article.source})
    mentions = [(article, event, m) for article, event, _ in events for m in event.mentions]
    everyone = [(article, p) for article, event, m in mentions for p in m.participants]
    everyone += [(article, p) for article, event, _ in events for p in event.facts.participants]
    actors = [p.mention.actor for _, p in everyone] + [m.attribution.actor for _, _, m in mentions if m.attribution]
    actors += [person for _, person in registered]
    treaties = [e.facts.treaty.treaty for _, e, _ in events if e.facts.treaty]
    actors += [m.actor for treaty in treaties for _, m in _bound(treaty)]
    _insert(connection, "article", [_article(c, sources, run_id, now) for c in coded])
    _actors(connection, actors, registered)
    _aliases(connection, [p for _, e, _ in events for p in _called(e)], [person for _, person in registered])
    _offices(connection, [*((a, p.mention.actor) for a, p in everyone), *registered])
    _insert(
        connection,
        "actor_claim",
        [
            {"article_id": article_id, "actor_id": key, "candidate_id": candidate}
            for (article_id, key), candidates in claims.items()
            for candidate in candidates
        ],
    )
    places = [m.place for _, _, m in mentions if m.place] + [e.facts.place for _, e, _ in events if e.facts.place]
    places += [treaty.venue for treaty in treaties if treaty.venue]
    _insert(connection, "place", [_place(place) for place in {p.geonames_id: p for p in places}.values()], ignore=True)
    _insert(connection, "event", [_event(event, salience) for _, event, salience in events])
    _insert(
        connection,
        "event_mention",
        [_mention(m, event.id, n) for _, event, _ in events for n, m in enumerate(event.mentions)],
    )
    _insert(
        connection,
        "event_participant",
        [
            {
                "event_id": event.id,
                **_participant(p, n),
                "actor_id": decisions.resolve(
                    actor_id(p.mention.actor), {article.id}, claims.get((article.id, actor_id(p.mention.actor)), ())
                ),
                "coded_actor_id": actor_id(p.mention.actor),
            }
            for article, event, _ in events
            for n, p in enumerate(event.facts.participants)
        ],
    )
    _insert(
        connection,
        "mention_participant",
        [
            {
                "mention_id": m.id,
                **_participant(p, n),
                "text": p.mention.text,
                "text_start": p.mention.start,
                "text_end": p.mention.end,
            }
            for _, _, m in mentions
            for n, p in enumerate(m.participants)
        ],
    )
    _subtypes(connection, [(article, event) for article, event, _ in events])
    return Counter(article.id for article, _, _ in events)


def _called(event: Event) -> Iterator[Participant]:
    """Who takes part in any report of an event by words of his own: 'came into force' stands for a treaty's parties, and names nobody."""
    triggers = {(m.trigger.start, m.trigger.end) for m in event.mentions}
    taking_part = (p for m in (*event.mentions, event.facts) for p in m.participants)
    yield from (p for p in taking_part if (p.mention.start, p.mention.end) not in triggers)


def _named(coded: Coded) -> list[Actor]:
    """The persons of an article, and whoever else takes part in it by a name alone."""
    taking_part = (p.mention.actor for m in (*coded.mentions, *coded.private) for p in m.participants)
    bare = {actor.key: actor for actor in taking_part if is_bare(actor)}
    persons = {person.key for person in coded.persons}
    return [*coded.persons, *(actor for key, actor in bare.items() if key not in persons)]


def load_rejects(connection: Connection, run_id: int, rejects: Sequence[Reject]) -> None:
    """Record what could not be taken in; what an earlier run met only counts up."""
    table = _TABLES["reject"]
    for reject in rejects:
        same = and_(
            table.c.location == shortened(reject.location, _LOCATION_LONGEST), table.c.reason_code == reject.reason
        )
        seen = connection.execute(
            update(table)
            .where(same)
            .values(
                last_run_id=run_id,
                detail=reject.detail,
                content=reject.content,
                attempt_count=case(
                    (table.c.last_run_id == run_id, table.c.attempt_count), else_=table.c.attempt_count + 1
                ),
            )
        )
        if not seen.rowcount:
            connection.execute(
                table.insert().values(
                    location=shortened(reject.location, _LOCATION_LONGEST),
                    reason_code=reject.reason,
                    detail=reject.detail,
                    content=reject.content,
                    first_run_id=run_id,
                    last_run_id=run_id,
                    attempt_count=1,
                )
            )


def clear_rejects(connection: Connection, articles: Iterable[Article]) -> None:
    """Forget what was once wrong with documents that have become `articles`.

    Standard input is never the same document again, so what was rejected there stays.
    """
    table = _TABLES["reject"]
    locations = [
        shortened(a.location, _LOCATION_LONGEST)
        for a in articles
        if a.location and a.location != "-" and not a.location.startswith("-:")
    ]
    if locations:
        connection.execute(delete(table).where(table.c.location.in_(locations)))


def _insert(connection: Connection, name: str, rows: list[dict[str, Any]], *, ignore: bool = False) -> None:
    if not rows:
        return
    table = _TABLES[name]
    connection.execute(_ignoring(connection, table) if ignore else table.insert(), rows)


def _ignoring(connection: Connection, table: Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def _sources(connection: Connection, names: set[str]) -> dict[str, int]:
    table = _TABLES["source"]
    _insert(connection, "source", [{"name": name} for name in sorted(names)], ignore=True)
    return {
        name: id_
        for id_, name in connection.execute(select(table.c.id, table.c.name).where(table.c.name.in_(names))).tuples()
    }


def _article(coded: CodedArticle, sources: dict[str, int], run_id: int, now: datetime) -> dict[str, Any]:
    article = coded.article
    return {
        "id": article.id,
        "source_id": sources.get(shortened(article.source, _NAME_LONGEST)) if article.source else None,
        "title": article.title,
        "byline": article.byline,
        "url": article.url,
        "location": article.location or "-",
        "external_id": article.external_id,
        "language": article.language,
        "published_at": article.published if isinstance(article.published, datetime) else None,
        "published_on": article.published_on,
        "dateline_place": article.dateline.place if article.dateline else None,
        "dateline_on": article.dateline.on if article.dateline else None,
        "text": article.text,
        "status_code": "skipped_language" if coded.coded is None else "coded",
        "run_id": run_id,
        "loaded_at": now,
    }


def _actors(connection: Connection, actors: Sequence[Actor], registered: Sequence[tuple[Article, Actor]]) -> None:
    table = _TABLES["actor"]
    days: dict[str, list[date]] = {}
    for article, person in registered:
        if on := day_of(article):
            days.setdefault(actor_id(person), []).append(on)
    found: list[dict[str, Any]] = [
        {
            "id": actor_id(actor), "name": shortened(actor.name, _NAME_LONGEST), "kind_code": actor.kind.value,
            "country_code": actor.country, "sector_code": actor.sector,
        }
        for actor in actors
    ]  # fmt: skip
    ids = sorted({row["id"] for row in found})
    present: dict[str, dict[str, Any]] = {}
    for n in range(0, len(ids), _VARIABLES):
        some = connection.execute(select(table).where(table.c.id.in_(ids[n : n + _VARIABLES]))).mappings()
        present |= {row["id"]: dict(row) for row in some}
    rows = {id_: dict(row) for id_, row in present.items()}
    for new in found:
        row = rows.setdefault(new["id"], dict(new))
        # whichever article comes first, the actor is the same: accents win over none, small letters over capitals
        rows[new["id"]] = {name: max(filter(None, (row[name], new[name])), default=None) for name in new}
        rows[new["id"]] |= {"first_seen_on": row.get("first_seen_on"), "last_seen_on": row.get("last_seen_on")}
    for id_, seen in days.items():
        row = rows[id_]
        seen += [d for d in (row["first_seen_on"], row["last_seen_on"]) if d]
        row |= {"first_seen_on": min(seen), "last_seen_on": max(seen)}
    _insert(connection, "actor", [row for id_, row in rows.items() if id_ not in present])
    for id_, row in rows.items():
        if id_ in present and row != present[id_]:
            connection.execute(update(table).where(table.c.id == id_).values(row))


def _aliases(connection: Connection, participants: Iterable[Participant], registered: Iterable[Actor]) -> None:
    short_forms = load_short_forms()
    found: dict[tuple[str, str], str | None] = {
        (actor_id(p.mention.actor), " ".join(p.mention.text.split())): None
        for p in participants
        if len(p.mention.text) <= _ALIAS_LONGEST and not short_forms.calls_again(p.mention.text)
    }
    found |= {
        (actor_id(person), person.name): full_name(person.name)
        for person in registered
        if len(person.name) <= _ALIAS_LONGEST
    }
    if not found:
        return
    table = _TABLES["actor_alias"]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table)
    # what a user gave may be seen in a text later, and a form of address turn out to be the full name
    both = insert.on_conflict_do_update(
        index_elements=["actor_id", "alias"],
        set_={"is_seen": True, "slug": func.coalesce(table.c.slug, insert.excluded.slug)},
    )
    connection.execute(
        both,
        [
            {"actor_id": key, "alias": alias, "slug": slug, "is_seen": True, "is_given": False}
            for (key, alias), slug in sorted(found.items(), key=lambda item: item[0])
        ],
    )


def _offices(connection: Connection, shown: Iterable[tuple[Article, Actor]]) -> None:
    seen: dict[tuple[str, str], list[date]] = {}
    for article, actor in shown:
        if actor.kind is ActorKind.PERSON and actor.office and len(actor.office) <= _ALIAS_LONGEST:
            days = seen.setdefault((actor_id(actor), actor.office), [])
            if on := day_of(article):
                days.append(on)
    table = _TABLES["actor_office"]
    keys = {key for key, _ in seen}
    for row in connection.execute(select(table).where(table.c.actor_id.in_(keys))).mappings():
        if (row["actor_id"], row["office"]) in seen:
            seen[row["actor_id"], row["office"]] += [d for d in (row["first_seen_on"], row["last_seen_on"]) if d]
            connection.execute(
                delete(table).where(table.c.actor_id == row["actor_id"], table.c.office == row["office"])
            )
    _insert(
        connection,
        "actor_office",
        [
            {
                "actor_id": key,
                "office": office,
                "first_seen_on": min(days, default=None),
                "last_seen_on": max(days, default=None),
            }
            for (key, office), days in sorted(seen.items())
        ],
    )


def _place(place: Place) -> dict[str, Any]:
    return {
        "id": place.geonames_id,
        "name": place.name,
        "admin1_name": place.admin1,
        "country_code": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _coded(facts: EventMention) -> dict[str, Any]:
    return {
        "type_code": facts.type,
        "cameo_code": facts.cameo,
        "plover_code": facts.plover,
        "mode": facts.mode,
        "contexts": ";".join(facts.context) or None,
        "modality_code": facts.modality.value,
        "is_background": facts.background,
        "date_start": facts.date.start,
        "date_end": facts.date.end,
        "date_precision_code": facts.date.precision.value,
        "date_basis_code": facts.date.basis.value,
        "confidence": facts.confidence,
        "place_id": facts.place.geonames_id if facts.place else None,
    }


def _event(event: Event, salience: float) -> dict[str, Any]:
    return {
        "id": event.id,
        **_coded(event.facts),
        "quad_class": event.facts.quad_class,
        "goldstein": event.facts.goldstein,
        "salience": round(salience, 4),
        "article_count": len({m.article_id for m in event.mentions}),
        "mention_count": len(event.mentions),
    }


def _mention(mention: EventMention, event_id: str, ordinal: int) -> dict[str, Any]:
    when, place, by = mention.date.span, mention.place, mention.attribution
    return {
        "id": mention.id,
        "event_id": event_id,
        "article_id": mention.article_id,
        "ordinal": ordinal,
        **_coded(mention),
        "paragraph_kind_code": mention.sentence.kind.value,
        "sentence_index": mention.sentence.index,
        "sentence_start": mention.sentence.start,
        "sentence_end": mention.sentence.end,
        "sentence": mention.sentence.text,
        "trigger": mention.trigger.text,
        "trigger_start": mention.trigger.start,
        "trigger_end": mention.trigger.end,
        "date_text": when.text if when else None,
        "date_text_start": when.start if when else None,
        "date_text_end": when.end if when else None,
        "place_text": place.span.text if place else None,
        "place_text_start": place.span.start if place else None,
        "place_text_end": place.span.end if place else None,
        "place_confidence": place.confidence if place else None,
        "attributed_to_actor_id": actor_id(by.actor) if by else None,
        "attribution": by.text if by else None,
    }


def _participant(participant: Participant, ordinal: int) -> dict[str, Any]:
    actor = participant.mention.actor
    return {
        "ordinal": ordinal,
        "role_code": participant.role.value,
        "actor_id": actor_id(actor),
        "office": actor.office,
    }


def _subtypes(connection: Connection, events: Sequence[tuple[Article, Event]]) -> None:
    treaties, steps, statements = dict[str, tuple[Article, Treaty]](), [], []
    for article, event in events:
        if report := event.facts.treaty:
            treaties[report.treaty.id] = article, report.treaty
            steps.append(
                {"event_id": event.id, "treaty_id": report.treaty.id, "action_code": report.action, "name": report.name}
            )
        if statement := event.facts.statement:
            quote = statement.quote
            statements.append(
                {
                    "event_id": event.id,
                    "stance_code": statement.stance,
                    "topic": statement.topic,
                    "article_id": article.id if quote else None,
                    "quote": quote.text if quote else None,
                    "quote_start": quote.start if quote else None,
                    "quote_end": quote.end if quote else None,
                }
            )
    _treaties(connection, list(treaties.values()))
    _insert(connection, "treaty_event", steps)
    _insert(connection, "statement", statements)


def _treaties(connection: Connection, found: Sequence[tuple[Article, Treaty]]) -> None:
    def words(span: Span) -> dict[str, Any]:
        return {"text": span.text, "text_start": span.start, "text_end": span.end}

    _insert(
        connection,
        "treaty",
        [
            {
                "id": treaty.id,
                "name": treaty.name,
                "kind_code": treaty.kind,
                "article_id": article.id,
                "place_id": treaty.venue.geonames_id if treaty.venue else None,
            }
            for article, treaty in found
        ],
    )
    _insert(
        connection,
        "treaty_name",
        [{"treaty_id": treaty.id, "article_id": a.id, **words(name)} for a, treaty in found for name in treaty.names],
    )
    roles = {(treaty.id, actor_id(m.actor), role) for _, treaty in found for role, m in _bound(treaty)}
    _insert(
        connection,
        "treaty_party",
        [{"treaty_id": treaty, "actor_id": actor, "role": role} for treaty, actor, role in sorted(roles)],
    )
    _insert(
        connection,
        "treaty_provision",
        [
            {"treaty_id": treaty.id, "provision_code": p.code, "article_id": article.id, **words(p.span)}
            for article, treaty in found
            for p in treaty.provisions
        ],
    )


def _bound(treaty: Treaty) -> Iterator[tuple[str, ActorMention]]:
    """Everybody who is something to a treaty, with what."""
    yield from (("party", m) for m in treaty.parties)
    yield from (("signatory", m) for m in treaty.signatories)
    if treaty.depositary:
        yield "depositary", treaty.depositary
