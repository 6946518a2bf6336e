"""How well statements are found: who says what of whom, to whom, in which words.

A gold statement has `speakers` (a person's full name, or the name of a body), their `countries` (ISO 3166-1 alpha-3, ``IGO`` for
organisations), `stance`, the `verb` that carries it, `addressees`, `about`, `topic`, `quote` (without its outer marks, the longer
part where it is broken) and `planned`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from etl.evaluation.gold import Evaluation, Miss, sides
from etl.knowledge import load_knowledge
from etl.records import Article, Event, Modality, Role
from etl.transform.cast import slug

if TYPE_CHECKING:
    from etl.evaluation.told import Reading, ToldArticle

_MARKS = " \n\t\"'“”‘’,.;:"
_MADE = frozenset({Modality.ASSERTED, Modality.PLANNED, Modality.DEMANDED})
"""A statement that is denied, only possible or ascribed by another is none that somebody made."""
_NEAR = 40
"""Code points around a gold statement's verb or quote within which a coded one must have its trigger or quote."""


class GoldStatement(BaseModel):
    """One public act of speech."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    speakers: tuple[str, ...]
    countries: tuple[str, ...]
    stance: str
    verb: str
    addressees: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    topic: str | None = None
    quote: str | None = None
    planned: bool = False

    @property
    def shown(self) -> str:
        """The statement in a line, for a list of misses."""
        return f"{'+'.join(self.speakers)} ({'+'.join(self.countries)}) {self.stance}"


def score_statements(readings: Sequence[Reading]) -> Evaluation:
    """How well the statements of articles were read; each coded statement answers for one gold statement."""
    tally: Counter[str] = Counter()
    misses: list[Miss] = []
    outcomes = {}
    for reading in readings:
        mine: Counter[str] = Counter()
        told, article = reading.told, reading.article
        coded = [e for e in reading.events if e.facts.modality in _MADE and e.facts.statement is not None]
        misses += _quotes(told, article, coded, mine)
        misses += _statements(told, article, coded, mine)
        outcomes[told.id] = f"statements {mine['right']}/{mine['gold']}"
        tally += mine
    return Evaluation(
        overall={
            "statements": tally["gold"],
            "statement_precision": _share(tally["right"], tally["coded"]),
            "statement_recall": _share(tally["right"], tally["gold"]),
            "statement_f1": _share(2 * tally["right"], tally["gold"] + tally["coded"]),
            "speaker_recall": _share(tally["speaker"], tally["gold"]),
            "quote_precision": _share(tally["quote right"], tally["quote coded"]),
            "quote_recall": _share(tally["quote right"], tally["quote gold"]),
            "quote_f1": _share(2 * tally["quote right"], tally["quote gold"] + tally["quote coded"]),
            "addressee_right": _share(tally["addressee right"], tally["addressee"]),
        },
        by_category={},
        confusion={},
        misses=tuple(misses),
        outcomes=outcomes,
    )


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 4)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A gold statement and a coded one that stands where it does and has its speaker."""

    gold: int
    coded: int
    stance: bool
    distance: int


def _statements(told: ToldArticle, article: Article, coded: Sequence[Event], tally: Counter[str]) -> Iterator[Miss]:
    gold = told.statements
    pairs = [
        _Pair(i, j, wanted.stance == _stance(event), distance)
        for i, wanted in enumerate(gold)
        for j, event in enumerate(coded)
        if _is_speaker(wanted, event) and (distance := _distance(wanted, event, article)) is not None
    ]
    tally["gold"] += len(gold)
    tally["coded"] += len(coded)
    tally["speaker"] += len({pair.gold for pair in pairs})
    answered: dict[int, int] = {}
    for pair in sorted((p for p in pairs if p.stance), key=lambda p: p.distance):
        if pair.gold not in answered and pair.coded not in answered.values():
            answered[pair.gold] = pair.coded
    tally["right"] += len(answered)
    for i, j in answered.items():
        if gold[i].addressees:
            tally["addressee"] += 1
            tally["addressee right"] += _is_addressed(gold[i].addressees, coded[j])
    for i, wanted in enumerate(gold):
        if i not in answered:
            near = [_shown(coded[p.coded]) for p in pairs if p.gold == i]
            reason = "stance" if near else "no statement"
            yield Miss(
                id=told.id, text=_place(wanted, article), gold=wanted.shown, coded=tuple(near), reason=reason, parse=""
            )
    for j, event in enumerate(coded):
        if j not in answered.values():
            text = event.facts.sentence.text
            yield Miss(id=told.id, text=text, gold="-", coded=(_shown(event),), reason="false statement", parse="")


def _stance(event: Event) -> str | None:
    return event.facts.statement.stance if event.facts.statement else None


def _shown(event: Event) -> str:
    who = "+".join(p.mention.actor.key for p in event.facts.participants if p.role in (Role.SOURCE, Role.PARTY))
    return f"{who} {_stance(event)} {event.facts.cameo} [{event.facts.trigger.text}]"


def _place(wanted: GoldStatement, article: Article) -> str:
    start, end = next(_spots(wanted, article), (0, _NEAR))
    return article.text[max(start - 2 * _NEAR, 0) : end + 2 * _NEAR]


def _spots(wanted: GoldStatement, article: Article) -> Iterator[tuple[int, int]]:
    """Where the words of a gold statement stand: its quote, else its verb, wherever the article has it."""
    if wanted.quote and (at := article.text.find(wanted.quote)) >= 0:
        yield at, at + len(wanted.quote)
        return
    yield from ((m.start(), m.end()) for m in re.finditer(rf"\b{re.escape(wanted.verb)}\b", article.text))


def _distance(wanted: GoldStatement, event: Event, article: Article) -> int | None:
    """How far a coded statement is from where a gold one stands, in code points; None where that is elsewhere."""
    spans = [(m.trigger.start, m.trigger.end) for m in event.mentions]
    spans += [(s.quote.start, s.quote.end) for m in event.mentions if (s := m.statement) and s.quote]
    gaps = [
        max(start - there[1], there[0] - end, 0)
        for start, end in _spots(wanted, article)
        for there in spans
        if "\n\n" not in article.text[min(end, there[1]) : max(start, there[0])]
    ]
    near = [gap for gap in gaps if gap <= (4 * _NEAR if wanted.quote else _NEAR)]
    return min(near, default=None)


def _is_speaker(wanted: GoldStatement, event: Event) -> bool:
    """Whether a coded statement has the countries of the gold speakers, and the persons among them by last name."""
    actors = [p.mention.actor for p in event.facts.participants if p.role in (Role.SOURCE, Role.PARTY)]
    # an official of an organisation speaks for it
    bodies = {"IGO" for a in actors if a.key.startswith("person:igo:")}
    if sides(event.facts).sources | bodies != frozenset(wanted.countries):
        return False
    named = {slug(a.name).split("-")[-1] for a in actors if a.key.startswith("person:")}
    persons = {slug(name).split("-")[-1] for name in wanted.speakers if not _is_body(name)}
    if not persons and {slug(name) for name in wanted.speakers} & named:
        return True
    return persons <= named and (bool(persons) or not named or _is_office(wanted.speakers))


def _is_office(names: Collection[str]) -> bool:
    return any(word in load_knowledge().titles for name in names for word in _parts(name))


def _is_body(name: str) -> bool:
    """Whether a speaker is a body, a country or an office rather than a person called by name."""
    return not name[:1].isupper() or " " not in name or any(part in _bodies() for part in _parts(name))


def _parts(name: str) -> list[str]:
    """Every run of words in `name`, in lower case."""
    words = re.sub(r"[’']s\b", "", name).lower().split()
    return [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]


@cache
def _bodies() -> frozenset[str]:
    known = load_knowledge()
    countries = (n for c in known.countries.values() for n in (c.name, *c.aliases, *c.capitals))
    organisations = (n for o in known.organisations.values() for n in (o.name, *o.aliases))
    names = {n.lower() for n in (*countries, *organisations)}
    return frozenset({*names, *known.titles, *known.agents})


def _addressees(event: Event) -> list[str]:
    roles = (Role.ADDRESSEE, Role.TARGET, Role.ABOUT)
    actors = [p.mention for p in event.facts.participants if p.role in roles]
    return [f"{m.actor.name} {m.text}" for m in actors]


def _is_addressed(names: Collection[str], event: Event) -> bool:
    """Whether one coded as spoken to shares a word with one whom the gold names."""
    wanted = {word for name in names for word in slug(name).split("-")} - {"the", "of", "a", "his", "its", "to"}
    return any(wanted & set(slug(found).split("-")) for found in _addressees(event))


def _quotes(told: ToldArticle, article: Article, coded: Sequence[Event], tally: Counter[str]) -> Iterator[Miss]:
    """The quotes of the coded statements against those of the gold, each once, without outer marks and last commas."""
    gold = {wanted.quote.strip(_MARKS): wanted for wanted in told.statements if wanted.quote}
    found = {
        m.statement.quote.text.strip(_MARKS): e for e in coded for m in e.mentions if m.statement and m.statement.quote
    }
    tally["quote gold"] += len(gold)
    tally["quote coded"] += len(found)
    tally["quote right"] += len(gold.keys() & found.keys())
    for quote in (quote for quote in gold if quote not in found):
        yield Miss(id=told.id, text=_place(gold[quote], article), gold=quote, coded=(), reason="quote missed", parse="")
    for quote in (quote for quote in found if quote not in gold):
        text = found[quote].facts.sentence.text
        yield Miss(id=told.id, text=text, gold="-", coded=(quote,), reason="false quote", parse="")
