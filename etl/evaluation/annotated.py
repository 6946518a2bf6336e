"""How well actors, dates and places are found: scores on articles in which every mention is marked.

An annotated article is one JSON object: ``id``, ``split``, ``title``, ``date`` (of publication, may be null), ``marked``, ``entities``
and ``events``. In ``marked``, ``[[words|entity|form]]`` stands around every mention of an actor (several entities joined by '+';
form ``name``, ``last``, ``pronoun``, ``nominal`` or ``seat``) and ``{{words|event}}`` around the trigger of every event.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from etl.evaluation.gold import Evaluation, Miss, read_records
from etl.extract.text import article_from_text
from etl.records import Actor, ActorKind, ActorMention, EventMention
from etl.transform.cast import slug
from etl.transform.references import PRONOUNS

if TYPE_CHECKING:
    from etl.transform.coder import Coder

_MARK = re.compile(
    r"\[\[(?P<words>[^\]|]+)\|(?P<who>[^\]|]+)\|(?P<form>[a-z]+)\]\]|\{\{(?P<trigger>[^}|]+)\|(?P<event>[^}|]+)\}\}"
)
_BODIES = frozenset({"IGO", "NGO"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Entity(_Strict):
    name: str
    kind: Literal["person", "country", "organisation", "group"]
    country: str | None = None
    sector: str | None = None


class _PlaceName(_Strict):
    name: str
    country: str


class _Event(_Strict):
    start: day | None = None
    end: day | None = None
    precision: Literal["day", "month", "year", "unknown"] = "unknown"
    place: _PlaceName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    start: int
    end: int
    who: tuple[str, ...]
    form: str


class AnnotatedArticle(_Strict):
    """An article with every mention of an actor and every event marked."""

    id: str
    split: str | None = None
    title: str
    date: day | None = None
    marked: str
    entities: Mapping[str, _Entity]
    events: Mapping[str, _Event]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for match in _MARK.finditer(self.marked):
            unknown = [w for w in (match["who"] or "").split("+") if w and w not in self.entities]
            if unknown or (match["event"] and match["event"] not in self.events):
                raise ValueError(f"{match.group()!r} names what is not among the entities or events")
        if re.search(r"\[\[|\]\]|\{\{|\}\}", self.text):
            raise ValueError("a mark is not closed, or stands within another")
        return self

    @property
    def text(self) -> str:
        """The article's text without the marks."""
        return _MARK.sub(lambda m: m["words"] or m["trigger"], self.marked)

    def mentions(self) -> tuple[_Mention, ...]:
        """The marked mentions, with offsets into `text`."""
        return tuple(
            _Mention(start=start, end=start + len(m["words"]), who=tuple(m["who"].split("+")), form=m["form"])
            for start, m in self._marks()
            if m["words"]
        )

    def triggers(self) -> tuple[tuple[str, int, int], ...]:
        """Event id and span in `text` of each marked trigger."""
        return tuple((m["event"], start, start + len(m["trigger"])) for start, m in self._marks() if m["trigger"])

    def _marks(self) -> Iterator[tuple[int, re.Match[str]]]:
        shift = 0
        for match in _MARK.finditer(self.marked):
            yield match.start() - shift, match
            shift += len(match.group()) - len(match["words"] or match["trigger"])


def is_annotated(path: Path) -> bool:
    """Whether the file's first record is an annotated article."""
    try:
        with path.open(encoding="utf-8") as lines:
            return '"marked"' in next((line for line in lines if line.strip()), "")
    except (OSError, UnicodeDecodeError):
        return False


def load_annotated(path: Path, *, split: str | None = None) -> tuple[AnnotatedArticle, ...]:
    """The annotated articles of a file (JSON Lines), of one `split` where given.

    Raises CommuniqueError naming the line that is none.
    """
    keys = "id, title, marked, entities, events"
    return tuple(a for _, a in read_records(path, AnnotatedArticle, keys) if split is None or a.split == split)


def evaluate_annotated(articles: Sequence[AnnotatedArticle], coder: Coder) -> Evaluation:
    """How `coder` reads `articles`: the scores told by `SCORES`, and each mention or event that was read wrongly."""
    tally: Counter[tuple[str, str]] = Counter()
    misses: list[Miss] = []
    outcomes = {}
    for article in articles:
        mine: Counter[tuple[str, str]] = Counter()
        plain = article_from_text(article.text, published=article.date)
        misses += _mentions(article, coder.actors(plain), mine)
        misses += _events(article, coder.code(plain), mine)
        kinds = ("person", "short form", "description", "date", "place")
        outcomes[article.id] = ", ".join(f"{what} {mine[what, 'right']}/{mine[what, 'gold']}" for what in kinds)
        tally += mine
    return Evaluation(
        overall={
            "annotated": len(articles),
            **{f"{name}_f1": _f1(tally, name.replace("_", " ")) for name in ("person", "short_form", "description")},
            **{f"{name}_right": _share(tally[name, "right"], tally[name, "gold"]) for name in ("date", "place")},
            "events_matched": _share(tally["date", "gold"], tally["event", "gold"]),
        },
        by_category={},
        confusion={},
        misses=tuple(misses),
        outcomes=outcomes,
    )


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 4)


def _miss(article: AnnotatedArticle, what: str, start: int, end: int, gold: str, found: str) -> Miss:
    """One mention or event that was read wrongly, in its context."""
    text = article.text
    words = f"{text[max(start - 60, 0) : start]}[{text[start:end]}]{text[end : end + 60]}"
    return Miss(id=article.id, text=words, gold=gold, coded=(found,), reason=what, parse="")


def _f1(tally: Mapping[tuple[str, str], int], what: str) -> float:
    total = tally[what, "gold"] + tally[what, "found"]
    return round(2 * tally[what, "right"] / total, 4) if total else 0.0


def _mentions(
    article: AnnotatedArticle, found: Sequence[ActorMention], tally: Counter[tuple[str, str]]
) -> Iterator[Miss]:
    """Each marked mention of a person or by a short form against what was found at its words.

    Found counts what was resolved: a pronoun or title that is left open is missed, not wrong. A person found where none is
    marked counts against the persons, a pronoun found where none is marked against the short forms.
    """
    by_span: dict[tuple[int, int], list[Actor]] = defaultdict(list)
    for mention in found:
        by_span[mention.start, mention.end].append(mention.actor)
    text, used, seen = article.text, set[tuple[int, int]](), set[str]()
    for gold in article.mentions():
        spans = [s for s in by_span if s[0] < gold.end and gold.start < s[1]]
        end = gold.end if gold.form != "nominal" else _noun_end(text, gold)
        best = max(spans, key=lambda s: (s[1] == end, min(s[1], end) - max(s[0], gold.start)), default=None)
        if best is not None:
            used.add(best)
        used |= {s for s in spans if gold.start <= s[0] and s[1] <= gold.end}
        entities = [article.entities[w] for w in gold.who]
        is_new = not set(gold.who) <= seen
        seen |= set(gold.who)
        what = _what(gold.form, entities[0].kind, is_new=is_new)
        if what is None:
            continue
        actors = by_span[best] if best is not None else []
        if len(entities) > 1 and len(actors) == 1:
            # 'leaders X and Y' is one mark and two mentions
            inside = {a.key: a for s in spans if gold.start <= s[0] and s[1] <= gold.end for a in by_span[s]}
            named = [a for a in inside.values() if a.key.startswith("person:")]
            actors = named if len(named) == len(entities) else actors
        tally[what, "gold"] += 1
        resolved = bool(actors) and not all(a.key.startswith("group:") for a in actors)
        tally[what, "found"] += resolved
        we = article.text[gold.start : gold.end].lower() in ("we", "us", "our")
        if len(actors) == len(entities) and all(
            any(
                _is(a, e)
                or (we and a.country == e.country)
                or (what == "description" and a.country == e.country and _alike(a.sector, e.sector))
                for a in actors
            )
            for e in entities
        ):
            tally[what, "right"] += 1
            tally[what, "found"] += not resolved
        else:
            coded = " + ".join(f"{a.name} <{a.key}>" for a in actors)
            wanted = " + ".join(f"{e.name} ({e.country} {e.sector})" for e in entities)
            yield _miss(article, what, gold.start, gold.end, wanted, coded or "-")
    for span, actors in by_span.items():
        if span not in used and not any(span[0] < g.end and g.start < span[1] for g in article.mentions()):
            is_person = any(a.key.startswith("person:") for a in actors)
            what = "short form" if text[span[0] : span[1]].lower() in PRONOUNS else "person" if is_person else None
            if what is not None:
                tally[what, "found"] += 1
                yield _miss(article, what, *span, "nobody", " + ".join(f"{a.name} <{a.key}>" for a in actors))


# What a noun phrase without a name says behind its noun: 'ambassador [to Japan]', 'presidents [of Bosnia and Croatia]'.
_COMPLEMENT = re.compile(r"(?<=\w) (?=(?:of|in|to|from|for|at|with|on|near|who|loyal)\b)")


def _noun_end(text: str, gold: _Mention) -> int:
    """Where the noun of a mention without a name ends: names behind a preposition are not who is meant."""
    behind = _COMPLEMENT.search(text, gold.start, gold.end)
    return behind.start() if behind else gold.end


def _what(form: str, kind: str, *, is_new: bool) -> str | None:
    if form == "nominal" and is_new:
        return "description"
    if form in ("pronoun", "nominal", "seat"):
        return "short form"
    return "person" if kind == "person" else None


# Sectors that a text seldom tells apart: a student who marches is a civilian, a gendarme a soldier of sorts.
_FAMILIES = (
    frozenset({"GOV", "LEG", "JUD", "ELI", "SPY"}),
    frozenset({"MIL", "COP", "SPY"}),
    frozenset({"REB", "CRM"}),
    frozenset({"CVL", "EDU", "LAB", "REF", "MED", "REL", "BUS", "AGR", "HLH", "OPP", "PTY", "NGO"}),
)


def _alike(one: str | None, two: str | None) -> bool:
    return one == two or any(one in family and two in family for family in _FAMILIES)


def _is(actor: Actor, entity: _Entity) -> bool:
    """Whether a coded actor is the entity.

    A named person by last name and country, an unnamed one by country and kind of sector, a state or its government by country,
    a group by country and kind of sector, an organisation by name.
    """
    if entity.kind == "person" and entity.name[:1].isupper() and re.search(r"[A-Z]", entity.name.split()[-1]):
        same = slug(actor.name).split("-")[-1:] == slug(entity.name).split("-")[-1:]
        named = actor.key.startswith("person:")
        return named and same and (actor.country == entity.country or entity.sector in _BODIES)
    if entity.kind == "country":
        return actor.country == entity.country and (
            actor.kind is ActorKind.COUNTRY or actor.key == f"{entity.country}:GOV"
        )
    if entity.kind == "organisation" and actor.kind is ActorKind.ORGANISATION:
        one, two = (set(slug(name.replace(".", "")).split("-")) - {"the"} for name in (actor.name, entity.name))
        return (
            one <= two
            or two <= one
            or _initials(entity.name) == slug(actor.name)
            or _initials(actor.name) == slug(entity.name)
        )
    return (
        not actor.key.startswith("person:") and actor.country == entity.country and _alike(actor.sector, entity.sector)
    )


def _initials(name: str) -> str:
    return "".join(w[0] for w in name.split() if w[0].isupper()).lower()


def _events(
    article: AnnotatedArticle, coded: Sequence[EventMention], tally: Counter[tuple[str, str]]
) -> Iterator[Miss]:
    """The date and the place of each marked event that was coded: a coded event answers for a trigger that it overlaps."""
    for key, start, end in article.triggers():
        tally["event", "gold"] += 1
        gold = article.events[key]
        fitting = [m for m in coded if m.trigger.start < end and start < m.trigger.end]
        if not fitting:
            continue
        best = max(fitting, key=lambda m: (min(m.trigger.end, end) - max(m.trigger.start, start), m.confidence))
        when, where = best.date, best.place
        tally["date", "gold"] += 1
        tally["place", "gold"] += 1
        end_right = when.end == gold.end or (gold.start is not None and gold.end is None)
        if when.start == gold.start and end_right and when.precision.value == gold.precision:
            tally["date", "right"] += 1
        else:
            found = f"{when.start} {when.end} {when.precision.value} {when.basis.value} {when.span.text if when.span else ''}"
            yield _miss(article, "date", start, end, f"{gold.start} {gold.end} {gold.precision}", found)
        same = (where is None) == (gold.place is None)
        if same and where is not None and gold.place is not None:
            same = where.country == gold.place.country and bool(
                set(slug(where.name).split("-")) & set(slug(gold.place.name).split("-"))
            )
        if same:
            tally["place", "right"] += 1
        else:
            wanted = f"{gold.place.name} {gold.place.country}" if gold.place else "none"
            yield _miss(article, "place", start, end, wanted, f"{where.name} {where.country}" if where else "none")
