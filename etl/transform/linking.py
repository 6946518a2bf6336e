"""Same event?: the mentions of one article that report one event are merged into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from etl.records import (
    Actor,
    ActorKind,
    DateBasis,
    DatePrecision,
    Event,
    EventDate,
    EventMention,
    Modality,
    ParagraphKind,
    Participant,
    Role,
    TreatyReport,
)

# Types that may report the same occasion: 'a diplomatic exchange' is the phone call spoken of before.
_OCCASIONS = frozenset({"call", "meeting", "negotiation", "visit"})
_STANCE_GROUPS = (
    frozenset({"condemn", "concern", "regret"}),
    frozenset({"support", "praise", "welcome"}),
    frozenset({"demand", "appeal"}),
    frozenset({"warn", "threat"}),
)
_STEM = 5
_OPPOSED = frozenset({"OPP", "REB"})
# Steps that the same parties take once with a treaty, whatever days the sentences speak of.
_ONCE = frozenset({"initialled", "signed", "ratified", "in_force", "withdrawn", "terminated"})
_GENERAL_CONSULT = frozenset({"04", "040"})


def link(mentions: Sequence[EventMention]) -> tuple[Event, ...]:
    """The events that `mentions` (of one article, in the order of the text) report, the most salient first."""
    clusters: list[list[EventMention]] = []
    for mention in mentions:
        home = next((c for c in clusters if _same_event(c, mention)), None)
        if home is None:
            clusters.append([mention])
        else:
            home.append(mention)
    events = [_event(cluster) for cluster in clusters]
    return tuple(sorted(events, key=lambda event: (-salience(event), event.facts.trigger.start)))


def salience(event: Event) -> float:
    """How much an event is what its article is about; higher is more."""
    first = min(event.mentions, key=lambda mention: mention.sentence.index)
    value = event.facts.confidence + 0.1 * (len(event.mentions) - 1)
    value -= 0.04 * min(first.sentence.index, 15)
    if event.facts.modality is not Modality.ASSERTED:
        value -= 0.3
    if event.facts.background:
        value -= 0.3
    if first.sentence.kind is ParagraphKind.CAPTION:
        value -= 0.2
    if any(m.sentence.kind is ParagraphKind.TITLE for m in event.mentions):
        value += 0.2
    return value


def _same_event(cluster: Sequence[EventMention], mention: EventMention) -> bool:
    if not any(_same(other, mention) for other in cluster):
        return False
    if mention.treaty and mention.treaty.action in _ONCE and all(other.treaty for other in cluster):
        return True
    return not any(_clash(other, mention) for other in cluster)


def _same(one: EventMention, two: EventMention) -> bool:
    if one.modality is not two.modality:
        return False
    if one.treaty and two.treaty:
        return _same_step(one.treaty, two.treaty)
    if not _same_kind(one, two):
        return False
    if one.sentence.index == two.sentence.index and one.type == two.type and one.cameo[:3] != two.cameo[:3]:
        return False
    return _compatible(one, two)


def _same_step(one: TreatyReport, two: TreatyReport) -> bool:
    """Whether the same is done with the same treaty, by some of those who do it in the other."""
    sides = (frozenset(_side(m.actor) for m in report.by) for report in (one, two))
    return one.treaty.id == two.treaty.id and one.action == two.action and _nested(*sides)


def _same_kind(one: EventMention, two: EventMention) -> bool:
    if one.type in _OCCASIONS and two.type in _OCCASIONS:
        return one.type == two.type or one.cameo in _GENERAL_CONSULT or two.cameo in _GENERAL_CONSULT
    if one.type != two.type:
        return False
    if one.statement and two.statement:
        stances = {one.statement.stance, two.statement.stance}
        return (len(stances) == 1 and one.cameo[:2] == two.cameo[:2]) or any(
            stances <= group for group in _STANCE_GROUPS
        )
    return one.cameo.startswith(two.cameo[:2]) and (
        one.cameo[:3] == two.cameo[:3] or one.cameo[2:] in ("", "0") or two.cameo[2:] in ("", "0")
    )


def _sides(mention: EventMention, *roles: Role) -> frozenset[str]:
    """Whose the participants are: countries, those who oppose their government apart from it, and bodies of none."""
    return frozenset(_side(p.mention.actor) for p in mention.participants if not roles or p.role in roles)


def _side(actor: Actor) -> str:
    if actor.country is None:
        return actor.key
    return f"{actor.country}:against" if actor.sector in _OPPOSED else actor.country


def _compatible(one: EventMention, two: EventMention) -> bool:
    """Whether the participants of one mention are among those of the other, role by role."""
    if one.type in _OCCASIONS:
        a, b = _sides(one), _sides(two)
        return bool(a and b) and (a <= b or b <= a)
    if bool(_sides(one, Role.PARTY)) != bool(_sides(two, Role.PARTY)) or _sectors(one) != _sectors(two):
        return False
    actors = (_sides(one, Role.SOURCE, Role.PARTY), _sides(two, Role.SOURCE, Role.PARTY))
    if one.statement and two.statement:
        return _one_statement(one, two)
    others = (_sides(one, Role.TARGET, Role.ABOUT), _sides(two, Role.TARGET, Role.ABOUT))
    if not _nested(*actors):
        return False
    if others[0] == others[1]:
        return True
    # one that names no target may be of anything: only what stands beside it, or says the same word, is the same event
    beside = abs(one.sentence.index - two.sentence.index) <= 1 or bool(_stems(one) & _stems(two))
    return beside and not all(others)


def _one_statement(one: EventMention, two: EventMention) -> bool:
    """Whether two mentions tell of one act of speech: the same who speak, of the same, told at one place, alike or in the headline."""
    if _sides(one, Role.SOURCE, Role.PARTY) != _sides(two, Role.SOURCE, Role.PARTY):
        return False
    if ParagraphKind.TITLE in (one.sentence.kind, two.sentence.kind):
        return True
    others = (_sides(one, Role.TARGET, Role.ABOUT), _sides(two, Role.TARGET, Role.ABOUT))
    beside = abs(one.sentence.index - two.sentence.index) <= 1 or bool(_stems(one) & _stems(two))
    return beside if not all(others) else others[0] == others[1]


def _sectors(mention: EventMention) -> frozenset[str]:
    """The sectors of those who act, a government's officials being as their country."""
    acting = (p.mention.actor.sector for p in mention.participants if p.role in (Role.SOURCE, Role.PARTY))
    return frozenset(sector for sector in acting if sector and sector != "GOV")


def _stems(mention: EventMention) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in mention.trigger.text.lower().split() if len(word) >= _STEM)


def _nested(a: frozenset[str], b: frozenset[str]) -> bool:
    return a == b or bool(a and b and (a <= b or b <= a))


def _apart(one: EventDate, two: EventDate) -> bool:
    """Whether both dates are known and have no day in common."""
    if not (one.start and one.end and two.start and two.end):
        return False
    return one.end < two.start or two.end < one.start


def _stated(when: EventDate) -> bool:
    """Whether the words of a mention date it, not the story around it."""
    return when.basis in (DateBasis.TEXT, DateBasis.CAPTION) and when.rule != "story"


def _clash(one: EventMention, two: EventMention) -> bool:
    """Facts that cannot both be of one event: different days in the text, different persons of one country."""
    if _stated(one.date) and _stated(two.date) and _apart(one.date, two.date):
        return True
    if _stated(one.date) != _stated(two.date) and one.sentence.kind is not two.sentence.kind:
        dated = one if _stated(one.date) else two
        if dated.sentence.kind is ParagraphKind.CAPTION:
            return True
    if one.statement and two.statement and one.statement.quote and two.statement.quote:
        quotes = (one.statement.quote.text, two.statement.quote.text)
        if not (quotes[0] in quotes[1] or quotes[1] in quotes[0]):
            return True
    persons = [
        {
            p.mention.actor.country: p.mention.actor.key
            for p in m.participants
            if p.mention.actor.kind is ActorKind.PERSON and p.mention.actor.key.startswith("person:")
        }
        for m in (one, two)
    ]
    return any(persons[0][c] != persons[1][c] for c in persons[0].keys() & persons[1].keys() if c)


def _event(cluster: Sequence[EventMention]) -> Event:
    """The event of a cluster, as sure as the mention that its facts come from: that several tell of it makes it no surer."""
    best = max(cluster, key=lambda m: (m.confidence, len(m.participants), -m.sentence.index))
    specific = max(cluster, key=lambda m: (m.cameo not in _GENERAL_CONSULT, len(m.cameo.rstrip("0")), m.confidence))
    if specific.cameo != best.cameo:
        best = specific
    dated = [m for m in cluster if m.date.precision is not DatePrecision.UNKNOWN]
    order = list(DatePrecision)
    date = (
        min(
            dated,
            key=lambda m: (order.index(m.date.precision), not _stated(m.date)),
        ).date
        if dated
        else best.date
    )
    places = [m.place for m in cluster if m.place]
    quotes = [m.statement for m in cluster if m.statement and m.statement.quote]
    statement = best.statement
    if statement is not None and statement.quote is None and quotes:
        statement = replace(statement, quote=quotes[0].quote)
    facts = replace(
        best,
        participants=_participants(cluster, best),
        date=date,
        place=max(places, key=lambda place: place.confidence) if places else None,
        treaty=_treaty(cluster),
        statement=statement,
        background=all(m.background for m in cluster),
    )
    return Event(facts=facts, mentions=(best, *(m for m in cluster if m is not best)))


def _participants(cluster: Sequence[EventMention], best: EventMention) -> tuple[Participant, ...]:
    """Whom the best mention names and whom the others add to it, once; a country gives way to its own officials.

    Of an occasion or a treaty every mention may add a party; of an act done to somebody the others only name more closely
    those who are there, or fill a role that the best leaves empty.
    """
    joint = best.type in _OCCASIONS or best.treaty is not None
    filled = {p.role for p in best.participants}
    there = {(p.role, _side(p.mention.actor)) for p in best.participants}
    reciprocal = any(p.role is Role.PARTY for p in best.participants)

    def place(participant: Participant) -> tuple[str, str]:
        # in a reciprocal event everybody is there once; one who acts towards his own is there twice
        return participant.mention.actor.key, "" if reciprocal else participant.role.value

    roles = {place(p): p for p in best.participants}
    for participant in (p for m in cluster if m is not best for p in m.participants):
        if joint or participant.role not in filled or (participant.role, _side(participant.mention.actor)) in there:
            roles.setdefault(place(participant), participant)
    found = [
        replace(p, role=Role.PARTY) if reciprocal and p.role in (Role.SOURCE, Role.TARGET) else p
        for p in roles.values()
    ]
    spoken_for = {
        (p.mention.actor.country, p.role)
        for p in found
        if p.mention.actor.kind is not ActorKind.COUNTRY
        and p.mention.actor.country
        and p.mention.actor.sector not in _OPPOSED
    }
    persons = {(p.mention.actor.country, p.role) for p in found if p.mention.actor.key.startswith("person:")}
    kept = []
    for p in found:
        actor = p.mention.actor
        if actor.kind is ActorKind.COUNTRY and (actor.country, p.role) in spoken_for:
            continue
        if (
            actor.country
            and ":" in actor.key
            and not actor.key.startswith(("person:", "igo:"))
            and actor.sector == "GOV"
            and (actor.country, p.role) in persons
        ):
            continue
        kept.append(p)
    return tuple(kept)


def _treaty(cluster: Iterable[EventMention]) -> TreatyReport | None:
    reports = [m.treaty for m in cluster if m.treaty]
    if not reports:
        return None
    best = max(reports, key=lambda report: len(report.name))
    by = {m.actor.key: m for report in reports for m in report.by}
    return replace(best, by=tuple(by.values()))
