"""Which of an article's treaties a mention is of, and what the article has told of each so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etl.knowledge.treaties import TreatyWords
from etl.records import Actor, ActorKind, ActorMention, Provision, Span
from etl.transform.arguments import arguments, prepositions
from etl.transform.clauses import verb_above
from etl.transform.language import span_of
from etl.transform.roles import Roles
from etl.transform.treaty_mentions import Mention
from etl.transform.treaty_sides import side
from etl.transform.treaty_words import singular

if TYPE_CHECKING:
    from spacy.tokens import Span as Words
    from spacy.tokens import Token

_NEAR = 2
"""Sentences."""
_ARTICLE = 5
"""Code points by which the name of a treaty may be longer than what was taken for an organisation: 'the ' and a mark."""
AT_HAND = ("with", "between", "among", "involving")
"""Prepositions behind which the parties of a treaty stand."""


@dataclass(slots=True, kw_only=True)
class Thing:
    """A treaty of the article, as far as it has been read."""

    kinds: Counter[str] = field(default_factory=Counter)
    lemmas: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    proper: set[str] = field(default_factory=set)
    is_nickname: bool = True
    is_other: bool = False
    is_known: bool = False
    """Whether the text takes it as known: 'the treaty', a proper name."""
    in_title: bool = True
    years: set[str] = field(default_factory=set)
    names: list[Span] = field(default_factory=list)
    """In the order in which they were read, not always that of the text."""
    best: tuple[int, int, str] = (-1, 0, "")
    """Rank, length and words of its fullest name."""
    last: int = -9
    """The sentence that spoke of it last."""
    parties: dict[str, ActorMention] = field(default_factory=dict)
    beside: dict[str, ActorMention] = field(default_factory=dict)
    """The countries of which the sentence speaks that first names it."""
    depositary: ActorMention | None = None
    provisions: dict[str, Provision] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind by which it is called most."""
        return self.kinds.most_common(1)[0][0] if self.kinds else "treaty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sentence whose mentions of treaties are told apart."""

    sent: Words
    roles: Roles
    index: int
    """Its number in the article."""
    at: Mapping[int, int]
    """The number of the treaty that a word names."""

    @property
    def offset(self) -> int:
        """Where its document begins in the article's text (code points)."""
        return self.roles.scene.offset


class Things:
    """The treaties of one article, by their numbers: the order in which they are first named."""

    def __init__(self, words: TreatyWords, state: Callable[[str], Actor]) -> None:
        """`state` gives the country of an ISO 3166-1 alpha-3 code as an actor."""
        self._words = words
        self._state = state
        self._all: list[Thing] = []

    def __getitem__(self, number: int) -> Thing:
        return self._all[number]

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def main(self) -> Thing:
        """The treaty of which the article tells most."""
        return max(self._all, key=lambda t: (bool(t.parties), len(t.names)))

    def recent(self, index: int, *, near: int) -> int | None:
        """The treaty spoken of last, if that is no more than `near` sentences before the `index`-th."""
        order = range(len(self._all))
        last = max(order, key=lambda n: (self._all[n].last, len(self._all[n].names)), default=None)
        return last if last is not None and index - self._all[last].last <= near else None

    def is_in_name(self, who: ActorMention) -> bool:
        """Whether an actor is named within the name of a treaty."""
        return any(True for _ in self._names_around(who))

    def is_named_by(self, who: ActorMention) -> bool:
        """Whether what was taken for an organisation is the name of a treaty."""
        if who.actor.kind is not ActorKind.ORGANISATION:
            return False
        return any(n.end - n.start - _ARTICLE <= who.end - who.start for n in self._names_around(who))

    def _names_around(self, who: ActorMention) -> Iterator[Span]:
        return (n for t in self._all for n in t.names if n.start <= who.start and who.end <= n.end)

    def party(self, who: ActorMention) -> ActorMention:
        """The state for which an official acts; other parties as they are."""
        country = who.actor.country
        return replace(who, actor=self._state(country)) if country and side(who) == country else who

    def read(self, found: Sequence[Mention], sent: Words, roles: Roles, index: int, *, is_title: bool) -> Reading:
        """The `index`-th sentence of the article with each of its mentions taken for a treaty; what they tell of it is kept."""
        heads = {m.head.i: m for m in found}
        # 'its companion, the Neutrality Treaty' is one, by its name
        twins = {m.head.i: m.head.head.i for m in found if m.head.dep_ == "appos" and m.head.head.i in heads}
        at: dict[int, int] = {}
        for mention in sorted(found, key=lambda m: (m.head.i in twins.values() and not m.proper, m.head.i)):
            i = mention.head.i
            if mention.is_new and _is_provided(mention.head, at):
                continue
            beside = (b if i == a else a for a, b in twins.items() if i in (a, b))
            number = next((at[twin] for twin in beside if twin in at), None)
            if number is None and _is_said_of_pronoun(mention.head):
                # 'It is a bad deal'
                if (recent := self.recent(index, near=3)) is not None:
                    at[i] = recent
                continue
            if i in twins and heads[twins[i]].is_other:
                mention = replace(mention, is_other=True)
            if number is None:
                number = self._resolve(mention, index, is_title=is_title)
            if number is not None:
                at[i] = number
                self._note(self._all[number], mention, roles, index, is_title=is_title)
        return Reading(sent=sent, roles=roles, index=index, at=at)

    def _resolve(self, mention: Mention, index: int, *, is_title: bool) -> int | None:
        """Which treaty of the article a mention is of; a new one where it is of none before. None where it points at none."""
        fits = ((n, self._fit(mention, thing, index, is_title=is_title)) for n, thing in enumerate(self._all))
        scores = {n: score for n, score in fits if score is not None}
        if scores:
            return max(scores, key=lambda n: (scores[n], n))
        if mention.kind is None and not (mention.is_other and self._all):
            return None
        self._all.append(Thing(is_other=mention.is_other))
        return len(self._all) - 1

    def _fit(self, mention: Mention, thing: Thing, index: int, *, is_title: bool) -> float | None:
        """How well a mention fits a treaty named before; None where it cannot be of it."""
        shared = mention.stems & thing.stems
        gap = index - thing.last
        fresh = thing.in_title or gap <= _NEAR
        if not self._may_be(mention, thing, index, is_title=is_title):
            return None
        score = 0.0
        if mention.kind is not None:
            strange = not self._words.interchangeable & thing.kinds.keys() and mention.kind not in thing.kinds
            score += (mention.kind in thing.kinds) - 2 * (strange and not thing.in_title)
        if mention.proper and thing.proper:
            if mention.proper & thing.proper:
                score += 5
            elif not self._is_byname(mention, thing, index) or not fresh:
                return None
        elif mention.proper and not fresh and not shared:
            return None
        if mention.stems and thing.stems:
            score += 2 * len(shared) if shared else -1
        score += singular(mention.head) in thing.lemmas
        if thing.is_other and not mention.is_other and index > thing.last:
            score -= 2
        return score + 0.3 * min(len(thing.names), 4) - 0.3 * min(gap, 8) + (gap <= 1)

    def _may_be(self, mention: Mention, thing: Thing, index: int, *, is_title: bool) -> bool:
        """Whether nothing that a mention says, its name aside, sets it apart from a treaty named before."""
        shared = mention.stems & thing.stems
        if mention.is_other != thing.is_other and (mention.is_other or (not shared and index - thing.last > 1)):
            return False
        if mention.is_other and thing.is_other and mention.stems != thing.stems and not shared:
            return False
        if mention.years and thing.years and not mention.years & thing.years:
            return False
        if mention.years and not thing.years and not shared and mention.proper:
            return False
        if mention.kind is not None and not self._akin(mention.kind, thing):
            return False
        if mention.kind == "ceasefire" and "ceasefire" not in thing.kinds and not thing.in_title and not shared:
            return False
        return not mention.is_new or (thing.in_title and not is_title) or bool(is_title and shared)

    def _is_byname(self, mention: Mention, thing: Thing, index: int) -> bool:
        """Whether of two names one may be a nickname: 'the Algiers accord ... The Agreement for Peace and Reconciliation was'."""
        alike = self._words.interchangeable
        if mention.is_nickname == thing.is_nickname or mention.kind not in alike or thing.kind not in alike:
            return False
        return mention.is_nickname or (mention.head.dep_ in ("nsubj", "nsubjpass") and index - thing.last <= _NEAR)

    def _akin(self, kind: str, thing: Thing) -> bool:
        """Whether what is called by the kinds of `thing` may be called a `kind` too."""
        return (
            not thing.kinds
            or kind in thing.kinds
            or kind in self._words.interchangeable
            or (thing.kinds.keys() <= self._words.interchangeable)
        )

    def _note(self, thing: Thing, mention: Mention, roles: Roles, index: int, *, is_title: bool) -> None:
        doc, offset = mention.head.doc, roles.scene.offset
        thing.names.append(span_of(doc[mention.first], doc[mention.last], offset))
        thing.lemmas.add(singular(mention.head))
        thing.stems |= mention.stems
        if mention.proper:
            thing.is_nickname = thing.is_nickname and mention.is_nickname
        thing.proper |= mention.proper
        thing.years |= mention.years
        thing.last = index
        thing.in_title = thing.in_title and is_title
        thing.is_known = thing.is_known or bool(mention.proper) or not mention.is_new
        if mention.kind:
            thing.kinds[mention.kind] += 2 if mention.proper and not mention.is_nickname else 1
        _note_name(thing, mention, offset)
        for who in _named_parties(mention, roles):
            thing.parties.setdefault(side(who), who)
        if not is_title and not thing.beside:
            sent, heads = mention.head.sent, roles.scene.heads
            everyone = (m for i in range(sent.start, sent.end) for m in heads.get(i, ()))
            thing.beside = {m.actor.country: self.party(m) for m in everyone if m.actor.country}


def _note_name(thing: Thing, mention: Mention, offset: int) -> None:
    """Keep the name of a mention, without the words before it that are no part of it, where it is the fullest yet."""
    doc, first = mention.head.doc, mention.first
    while first < mention.head.i and (doc[first].pos_ in ("DET", "PUNCT") or doc[first].tag_ in ("PRP$", "POS")):
        first += 1
    name = span_of(doc[first], doc[mention.last], offset).text
    rank = (2 if not mention.is_nickname else 1) if mention.proper and mention.kind else 0
    if mention.kind and not mention.is_part:
        length = len(mention.stems) if rank < 2 else len(name)
        thing.best = max(thing.best, (rank, length, name), key=lambda b: b[:2])
    elif not thing.best[2]:
        thing.best = (0, 0, name)


def _named_parties(mention: Mention, roles: Roles) -> Iterator[ActorMention]:
    """Whose treaty its own phrase says it is: 'between X and Y', 'with Z', 'Singapore-Indonesia', 'X's treaty with'."""
    for prep, obj in prepositions(mention.head):
        if prep in AT_HAND and obj.i > mention.head.i:
            yield from (m for m in roles.actors(obj) if not m.actor.key.startswith("group:"))
    before = [m for m in roles.modifiers(mention.head) if m.actor.kind is ActorKind.COUNTRY]
    if len(before) > 1:
        yield from before


def _is_provided(noun: Token, at: Mapping[int, int]) -> bool:
    """Whether a treaty provides for what `noun` names: 'the protocol provides for a ceasefire'."""
    verb = verb_above(noun)
    subject = arguments(verb).subject if verb is not None else None
    return subject is not None and subject.i < noun.i and subject.i in at


def _is_said_of_pronoun(noun: Token) -> bool:
    return noun.dep_ == "attr" and any(c.dep_ == "nsubj" and c.pos_ == "PRON" for c in noun.head.children)
