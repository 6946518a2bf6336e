"""Whose groups are of which a text says only what they are ('police', 'rebels'), by what their sentence or paragraph names.

What only the event tells, where it happens and who is on its other side, is in ``unnamed.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from etl.records import Actor
from etl.transform.arguments import noun_modifiers

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from etl.transform.cast import Scene

PartOf = Callable[[str, str | None], Actor]
_LOCATIVES = frozenset({"in", "at", "near", "outside", "around", "across", "through", "inside", "throughout", "within"})
_ARMED = frozenset({"MIL", "COP", "REB"})
_OPPOSED = frozenset({"REB", "OPP"})
_OVERTHROWN = frozenset({"topple", "overthrow", "oust", "depose", "unseat"})
_DISMISSED = frozenset(
    {"dismiss", "sack", "fire", "appoint", "replace", "disband", "dissolve", "reshuffle", "promote", "retire"}
)
_MEETING = frozenset({"meet", "sign", "negotiate", "talk", "gather", "initial"})
_OWNERS = frozenset({"his", "her", "its", "their", "our", "my", "your", "whose"})
_POINTERS = frozenset({"the", "this", "that", "these", "those", "both"})
# Those who are as often of elsewhere.
_FROM_ANYWHERE = frozenset(
    (
        "people man woman child other family relative lawyer hostage tourist passenger prisoner detainee follower supporter veteran "
        "coalition exile kidnapper captive critic"
    ).split()
)
_OVER_PEOPLE = frozenset(
    {"arrest", "detain", "jail", "imprison", "ban", "pardon", "release", "free", "sentence", "charge", "try"}
)
# Groups that these words say to be of elsewhere, of no one country: 'the international community', 'foreign tourists'.
_FOREIGN = frozenset({"foreign", "global", "international", "multinational", "outside", "overseas", "western", "world"})
_ELSEWHERE = ":elsewhere"
# Who is sent somewhere: 'in' a country says where, not whose.
POSTED = frozenset(
    (
        "ambassador envoy representative diplomat correspondent consul mediator coordinator observer monitor attache attaché delegate "
        "embassy consulate mission delegation emissary"
    ).split()
)
# Those who are of the country that a text speaks of unless it says otherwise, and those among them who fight.
_AT_HOME = frozenset({"MIL", "COP", "LEG", "JUD", "OPP", "REB", "CVL"})


def group_key(head: Token, sector: str | None) -> str:
    """The key of a group whose country nothing before it names."""
    foreign = any(t.lower_ in _FOREIGN for t in noun_modifiers(head))
    return f"group:{sector}{_ELSEWHERE if foreign else ''}"


def is_unsettled(actor: Actor) -> bool:
    """Whether it is a group that may be of the country that is spoken of."""
    return actor.key.startswith("group:") and not actor.key.endswith(_ELSEWHERE)


def settle_groups(sent: Span, scene: Scene, part_of: PartOf, *, pointed_at: bool) -> None:
    """Give the soldiers, rebels, police and people of a sentence the country that it or its paragraph tells of.

    `part_of` gives the actor of a country and a sector. With `pointed_at` those too
    that an article points at ('the police'), which may have been spoken of before.
    """
    for token in sent:
        mentions = scene.heads.get(token.i, ())
        if len(mentions) != 1 or not is_unsettled(mentions[0].actor):
            continue
        sector = mentions[0].actor.sector
        before = {c.lower_ for c in token.children if c.dep_ in ("det", "poss")}
        governs = any(c.dep_ == "compound" and c.lower_ == "government" for c in token.children)
        if (
            not (sector in _AT_HOME or governs)
            or before & _OWNERS
            or token.lemma_.lower() in _FROM_ANYWHERE | POSTED
            or token.dep_ == "attr"
            or (token.dep_ == "pobj" and token.head.lower_ == "as")
            or any(
                t.ent_type_ == "NORP" or (t.text[:1].isupper() and not t.is_sent_start)
                for t in (token, *noun_modifiers(token))
            )
            or (before & _POINTERS and not pointed_at)
        ):
            continue
        if (country := _country_at_home(token, sector, sent, scene)) is not None:
            scene.heads[token.i] = (replace(mentions[0], actor=part_of(country, sector)),)


def _countries(scene: Scene, start: int, end: int) -> dict[str, list[int]]:
    """The countries that the tokens from `start` to `end` name, each with the tokens that do."""
    found: dict[str, list[int]] = {}
    for i in range(start, end):
        actors = [m.actor for m in scene.heads.get(i, ())]
        actors += [scene.modifiers[i].entry.actor] if i in scene.modifiers else []
        actors += [scene.towns[i].entry.actor] if i in scene.towns else []
        for country in {a.country for a in actors if a.country}:
            found.setdefault(country, []).append(i)
    return found


def _country_at_home(token: Token, sector: str | None, sent: Span, scene: Scene) -> str | None:
    """The country of a group of which nothing but a kind is said, as its sentence or else its paragraph tells it.

    'Army officers toppled Guinea-Bissau's president', 'Sanca dismissed the head of the army', 'the president and rebels in the
    north', 'police in the capital'. Nobody is of the country that he attacks or that says so of him.
    """
    here = _countries(scene, sent.start, sent.end)
    verb = token
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    subjects = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "agent")]
    objects = [c for c in verb.children if c.dep_ in ("dobj", "pobj")]
    own = next((c for c in (*subjects, *objects) if c.i == token.i or c.is_ancestor(token)), None)
    if own is not None and verb.lemma_ in _OVERTHROWN and own.dep_ == "nsubj":
        return _single(_within(here, objects))
    if own is not None and verb.lemma_ in _DISMISSED and own.dep_ == "dobj":
        return _single(_within(here, subjects))
    civil = [t for t in token.conjuncts if any(m.actor.sector not in ("MIL", "COP") for m in scene.heads.get(t.i, ()))]
    if sector in _OPPOSED and (joined := _within(here, civil)):
        return _single(joined)
    across = [c for c in (*subjects, *objects) if own is None or c.i != own.i]
    if sector in _OPPOSED:
        # who says what of whom
        clauses = [verb.head] if verb.dep_ == "ccomp" else [c for c in verb.children if c.dep_ == "ccomp"]
        across += [c for clause in clauses for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")]
    if sector in _ARMED | _OPPOSED and verb.lemma_ not in _OVER_PEOPLE and _within(here, across):
        return None
    if _within(here, list(token.conjuncts)):
        return None
    if verb.lemma_ in _MEETING or sector in ("MIL", "JUD"):
        # talks are held, soldiers fight and cases are heard in other countries too
        venues = [c for c in sent if c.dep_ == "prep" and c.lower_ in _LOCATIVES]
        here = {c: at for c, at in here.items() if c not in _within(here, venues)}
    if here:
        return _single(here)
    for previous in reversed([s for s in scene.doc.sents if s.end <= sent.start]):
        if before := _countries(scene, previous.start, previous.end):
            return _single(before)
    return None if _countries(scene, sent.start, len(scene.doc)) else scene.country


def _within(countries: Mapping[str, list[int]], tokens: Sequence[Token]) -> dict[str, list[int]]:
    """Those of `countries` that are named in what depends on `tokens`."""
    inside = {t.i for token in tokens for t in token.subtree}
    return {country: at for country, at in countries.items() if inside & set(at)}


def _single(countries: Mapping[str, list[int]]) -> str | None:
    return next(iter(countries)) if len(countries) == 1 else None
