"""Where: the place of an event, against GeoNames, by the words that attach it to the event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from etl.knowledge.places import PlaceRow, load_places
from etl.records import Place
from etl.records import Span as Words
from etl.transform.arguments import arguments

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_LOCATIVE = frozenset(
    {
        "in",
        "at",
        "near",
        "outside",
        "inside",
        "around",
        "off",
        "to",
        "into",
        "across",
        "from",
        "for",
        "through",
        "along",
    }
)
_LONGEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place named in a sentence: its words, the rows it could be, and the token that heads it."""

    start: int
    end: int
    text: str
    head: Token
    rows: tuple[PlaceRow, ...]
    preposition: str | None
    within: str | None
    """What follows behind a comma: 'Texas' in 'Paris, Texas'."""


@cache
def _index() -> Mapping[str, tuple[PlaceRow, ...]]:
    index: dict[str, list[PlaceRow]] = {}
    for row in load_places():
        for name in (row.name, *row.aliases):
            index.setdefault(name, []).append(row)
    return {name: tuple(rows) for name, rows in index.items()}


def find_places(sent: Span, *, offset: int, taken: Sequence[tuple[int, int]]) -> tuple[PlaceMention, ...]:
    """The cities that `sent` names, persons' names (spans in `taken`) left out."""
    index = _index()
    found: list[PlaceMention] = []
    i = sent.start
    while i < sent.end:
        length = next(
            (
                n
                for n in range(min(_LONGEST, sent.end - i), 0, -1)
                if sent.doc[i : i + n].text in index and sent.doc[i].text[0].isupper()
            ),
            0,
        )
        if not length:
            i += 1
            continue
        span = sent.doc[i : i + length]
        start, end = offset + span.start_char, offset + span.end_char
        head = span.root
        if not any(a <= start and end <= b for a, b in taken) and head.pos_ == "PROPN" and not _in_longer_name(span):
            found.append(
                PlaceMention(
                    start=start,
                    end=end,
                    text=span.text,
                    head=head,
                    rows=index[span.text],
                    preposition=_preposition(head),
                    within=_within(span),
                )
            )
        i += length
    return tuple(found)


def country_of_place(name: str) -> str | None:
    """The country (ISO 3166-1 alpha-3) of the largest place called `name`, a capital before others; None if unknown."""
    rows = _index().get(name.split(",")[0].strip(), ())
    return max(rows, key=lambda row: (row.feature == "capital", row.population)).country if rows else None


def place_of(trigger: Token, mentions: Sequence[PlaceMention], *, countries: Sequence[str], type: str) -> Place | None:
    """The place of the event that `trigger` carries: 'in Geneva', 'at Camp David', 'visited Beijing'; None if unsaid.

    `countries` (ISO 3166-1 alpha-3) of the participants and the population choose among places of one name.
    """
    verb = trigger
    while verb.pos_ not in ("VERB", "AUX") and verb.head != verb:
        verb = verb.head
    candidates: list[tuple[int, PlaceMention]] = []
    for mention in mentions:
        token = mention.head
        chain = [token, *token.ancestors]
        if type in ("visit", "fight") and arguments(verb).object == token:
            candidates.append((0, mention))
            continue
        if mention.preposition is None or (
            mention.preposition not in ("in", "at", "near", "outside", "inside", "off", "around", "through", "along")
            and not (type == "visit" and mention.preposition in ("to", "in", "into", "for"))
        ):
            continue
        anchor = next((t for t in (trigger, verb) if t in chain), None)
        if anchor is None:
            continue
        between = chain[1 : chain.index(anchor)]
        if any(t.pos_ == "VERB" and t.dep_ in ("relcl", "advcl", "ccomp", "acl") for t in between):
            continue
        if any(t.pos_ in ("NOUN", "PROPN") for t in between) and anchor != trigger:
            continue
        candidates.append((chain.index(anchor) + (5 if anchor == verb and anchor != trigger else 0), mention))
    if not candidates:
        return None
    _, best = min(candidates, key=lambda c: c[0])
    row, confidence = _choose(best, countries)
    return Place(
        geonames_id=row.geonames_id,
        name=row.name,
        admin1=row.admin1 or None,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        confidence=confidence,
        span=Words(text=best.text, start=best.start, end=best.end),
    )


def _choose(mention: PlaceMention, countries: Sequence[str]) -> tuple[PlaceRow, float]:
    rows = mention.rows
    if mention.within:
        inside = [r for r in rows if mention.within in (r.admin1, r.country_name)]
        if inside:
            return max(inside, key=lambda r: r.population), 0.95
    largest = max(rows, key=lambda r: (r.feature == "capital", r.population))
    if len(rows) == 1 or largest.feature == "capital":
        return largest, 0.9
    near = [r for r in rows if r.country in countries]
    if near and largest not in near and max(r.population for r in near) * 20 > largest.population:
        return max(near, key=lambda r: r.population), 0.6
    second = sorted(rows, key=lambda r: r.population)[-2]
    return largest, 0.85 if largest in near or largest.population > 5 * second.population else 0.6


def _preposition(head: Token) -> str | None:
    current = head
    while current.dep_ in ("conj", "appos", "compound", "nmod") and current.head != current:
        current = current.head
    if current.dep_ == "pobj" and current.head.lower_ in _LOCATIVE:
        return current.head.lower_
    return None


def _within(span: Span) -> str | None:
    doc = span.doc
    if span.end + 1 < len(doc) and doc[span.end].text == "," and doc[span.end + 1].pos_ == "PROPN":
        entity = next((e for e in doc.ents if e.start <= span.end + 1 < e.end), None)
        return entity.text if entity is not None else doc[span.end + 1].text
    return None


def _in_longer_name(span: Span) -> bool:
    """'University of Geneva', 'Paris Club', 'Jordan Smith'."""
    entity = next((e for e in span.doc.ents if e.start <= span.start and span.end <= e.end), None)
    return (
        entity is not None
        and len(entity) > len(span)
        and entity.label_ in ("PERSON", "ORG", "FAC", "WORK_OF_ART", "EVENT")
    )
