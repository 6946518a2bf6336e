"""Which of an article's treaties a mention is of, and what the article has told of each so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etl.records import Actor, ActorKind, ActorMention, Provision, Span
from etl.transform.arguments import arguments, conjuncts, prepositions
from etl.transform.clauses import verb_above
from etl.transform.language import span_of
from etl.transform.roles import Roles
from etl.transform.treaty_mentions import PLACES, STEM, Mention
from etl.transform.treaty_sides import side
from etl.transform.treaty_words import TreatyFinder, singular

if TYPE_CHECKING:
    from spacy.tokens import Span as Words
    from spacy.tokens import Token

_NEAR = 2
"""Sentences."""
_TWO = 2
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
    is_theirs: bool = False
    """Whether it is said to belong to what was spoken of before: 'its companion', 'their Treaty of Friendship'."""
    in_title: bool = True
    years: set[str] = field(default_factory=set)
    names: list[Span] = field(default_factory=list)
    """In the order in which they were read, not always that of the text."""
    best: tuple[int, int, str] = (-1, 0, "")
    """Rank, length and words of its fullest name."""
    last: int = -9
    """The sentence that spoke of it last."""
    parties: dict[str, ActorMention] = field(default_factory=dict)
    countries: set[str] = field(default_factory=set)
    """Those that are said to be its parties or to take a step with it (ISO 3166-1 alpha-3)."""
    places: set[str] = field(default_factory=set)
    """Stems of the places named in the sentences that speak of it."""
    beside: dict[str, ActorMention] = field(default_factory=dict)
    """The countries of which the sentence speaks that first names it."""
    depositary: ActorMention | None = None
    provisions: dict[str, Provision] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind by which it is called most."""
        return self.kinds.most_common(1)[0][0] if self.kinds else "treaty"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whose:
    """Of whom the sentence of a mention speaks (ISO 3166-1 alpha-3)."""

    own: frozenset[str]
    """Those whose treaty its own phrase says it is."""
    takers: frozenset[str]
    """Those who do to it what its verb tells."""
    around: frozenset[str]


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

    def __init__(self, finder: TreatyFinder, state: Callable[[str], Actor], place: str | None) -> None:
        """`state` gives the country of an ISO 3166-1 alpha-3 code as an actor; `place` is where the article is filed from."""
        self._words = finder.words
        self._verbs = finder.verbs
        self._places = {word[:STEM] for word in (place or "").lower().split()}
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
        twins = {i: twin for i in heads if (twin := self._twin(heads[i], heads)) is not None}
        at: dict[int, int] = {}
        for mention in sorted(found, key=lambda m: (m.head.i in twins.values() and not m.proper, m.head.i)):
            i = mention.head.i
            if mention.is_new and _is_provided(mention.head, at):
                continue
            beside = [b if i == a else a for a, b in twins.items() if i in (a, b)]
            number = next((at[twin] for twin in beside if twin in at), None)
            if number is None and _is_said_of_pronoun(mention.head):
                # 'It is a bad deal'
                if (recent := self.recent(index, near=3)) is not None:
                    at[i] = recent
                continue
            if i in twins and heads[twins[i]].is_other:
                mention = replace(mention, is_other=True)
            if number is None:
                called = (mention, *(heads[twin] for twin in beside if not heads[twin].is_other))
                fits = (self._fitting(m, self._whose(m, roles), index, is_title=is_title) for m in called)
                number = next((n for n in fits if n is not None), None)
            if number is None and (mention.kind is not None or (mention.is_other and self._all)):
                self._all.append(Thing(is_other=mention.is_other))
                number = len(self._all) - 1
            if number is not None:
                at[i] = number
                self._note(self._all[number], mention, roles, index, is_title=is_title)
        told = [self._all[number] for number in set(at.values())]
        for thing in told:
            # of two treaties in a sentence, those of whom it speaks need not be the parties of one with a name
            if not (is_title or thing.beside or (thing.proper and len(told) > 1)):
                everyone = _named_in(sent, roles)
                thing.beside = {m.actor.country: self.party(m) for m in everyone if m.actor.country}
        return Reading(sent=sent, roles=roles, index=index, at=at)

    def _whose(self, mention: Mention, roles: Roles) -> _Whose:
        own = [*_named_parties(mention, roles), *_possessors(mention, roles)]
        around = countries(_named_in(mention.head.sent, roles))
        return _Whose(own=countries(own), takers=countries(self._takers(mention, roles)), around=around)

    def _takers(self, mention: Mention, roles: Roles) -> tuple[ActorMention, ...]:
        """The subject of a verb of steps whose object a mention is: who 'ratified the convention', 'signed up to the pact'."""
        verb = verb_above(mention.head)
        if verb is None or verb.lemma_.lower() not in self._verbs:
            return ()
        args = arguments(verb)
        undergoing = (args.object, *(obj for _, obj in args.preps))
        if not any(mention.head in conjuncts(obj) for obj in undergoing if obj is not None):
            return ()
        return roles.loosely(args.subject)

    def _twin(self, mention: Mention, heads: Mapping[int, Mention]) -> int | None:
        """The word of the mention to which another is in apposition, or that is called by its name."""
        noun, above = mention.head, mention.head.head
        before = sorted((i for i in heads if i < noun.i), reverse=True)
        # a treaty is no measure of time: 'suspended an earlier pact with Chile, the Arica Convention' is read so
        if noun.dep_ in ("appos", "npadvmod"):
            # 'a pact in Bamako, the Liptako-Gourma Charter'
            near = (i for i in before if heads[i].is_new and verb_above(noun.doc[i]) == verb_above(noun))
            return above.i if above.i in heads else next(near, None)
        naming = above.head if above.lower_ == "as" else above
        return next(iter(before), None) if naming.lemma_.lower() in self._words.naming else None

    def _fitting(self, mention: Mention, whose: _Whose, index: int, *, is_title: bool) -> int | None:
        """Which treaty of those named before a mention is of, if any."""
        fits = ((n, self._fit(mention, whose, thing, index, is_title=is_title)) for n, thing in enumerate(self._all))
        scores = {n: score for n, score in fits if score is not None}
        return max(scores, key=lambda n: (scores[n], n), default=None)

    def _fit(self, mention: Mention, whose: _Whose, thing: Thing, index: int, *, is_title: bool) -> float | None:
        """How well a mention fits a treaty named before; None where it cannot be of it."""
        shared = mention.stems & thing.stems
        gap = index - thing.last
        fresh = thing.in_title or gap <= _NEAR
        if not self._may_be(mention, thing, index, is_title=is_title) or _is_of_others(mention, whose, thing):
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
        elif mention.proper and not shared and not self._may_be_named(mention, whose, thing, fresh=fresh):
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

    def _may_be_named(self, mention: Mention, whose: _Whose, thing: Thing, *, fresh: bool) -> bool:
        """Whether a proper name may be that of a treaty so far without one, none of whose words it has.

        'Signed a deal in Jeddah ... the Jeddah agreement', 'a treaty ... the Treaty of Friendship'.
        """
        if thing.in_title or not mention.stems or mention.proper <= thing.places | self._places:
            return True
        if any(c.dep_ == "advcl" and c.lemma_ in self._words.naming for c in mention.head.children):
            # 'the Treaty of Arica, as it is known'
            return True
        if mention.is_nickname:
            return False
        alike = self._words.interchangeable
        of_kind = singular(mention.head) in thing.lemmas or (mention.kind in alike and thing.kind in alike)
        return of_kind and ((fresh and not thing.stems) or len(whose.around & thing.countries) >= _TWO)

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
        thing.is_theirs = thing.is_theirs or any(c.tag_ == "PRP$" for c in mention.head.children)
        if mention.kind:
            thing.kinds[mention.kind] += 2 if mention.proper and not mention.is_nickname else 1
        _note_name(thing, mention, offset)
        for who in _named_parties(mention, roles):
            thing.parties.setdefault(side(who), who)
        thing.countries |= countries((*thing.parties.values(), *_possessors(mention, roles)))
        thing.places |= {t.lower_[:STEM] for t in mention.head.sent if t.ent_type_ in PLACES}


def _named_in(sent: Words, roles: Roles) -> Iterator[ActorMention]:
    return (m for i in range(sent.start, sent.end) for m in roles.scene.heads.get(i, ()))


def countries(mentions: Iterable[ActorMention]) -> frozenset[str]:
    """The countries (ISO 3166-1 alpha-3) of actors or for which they act."""
    return frozenset(m.actor.country for m in mentions if m.actor.country)


def _is_of_others(mention: Mention, whose: _Whose, thing: Thing) -> bool:
    """Whether a mention is of a treaty of others than those of `thing`."""
    if _are_others(whose.own, thing.countries):
        return True
    points_back = not mention.is_new and (not mention.proper or mention.proper & thing.proper)
    return not points_back and _are_others(whose.takers, thing.countries)


def _are_others(some: Set[str], known: Set[str]) -> bool:
    """Whether `some` and the `known` cannot be the parties of one treaty, of whom each text may name one alone."""
    if not some or not known or len(some | known) <= _TWO:
        return False
    few = min(len(some), len(known)) < _TWO
    return some.isdisjoint(known) if few else not (some <= known or known <= some)


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
            if prep == "with":
                yield from _possessors(mention, roles)
    before = [m for m in roles.modifiers(mention.head) if m.actor.kind is ActorKind.COUNTRY]
    if len(before) > 1:
        yield from before


def _possessors(mention: Mention, roles: Roles) -> Iterator[ActorMention]:
    """The states that own a treaty: 'Kenya's treaty'."""
    owners = (m for c in mention.head.lefts if c.dep_ == "poss" for m in roles.actors(c))
    return (m for m in owners if m.actor.kind is ActorKind.COUNTRY)


def _is_provided(noun: Token, at: Mapping[int, int]) -> bool:
    """Whether a treaty provides for what `noun` names: 'the protocol provides for a ceasefire'."""
    verb = verb_above(noun)
    subject = arguments(verb).subject if verb is not None else None
    return subject is not None and subject.i < noun.i and subject.i in at


def _is_said_of_pronoun(noun: Token) -> bool:
    return noun.dep_ == "attr" and any(c.dep_ == "nsubj" and c.pos_ == "PRON" for c in noun.head.children)
