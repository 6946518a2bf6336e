"""Treaties: which mentions are of one, what steps are taken with each, what each provides for."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etl.knowledge.treaties import TreatyWords, load_treaty_words
from etl.records import (
    Actor,
    ActorKind,
    ActorMention,
    EventMention,
    Modality,
    Participant,
    Provision,
    Role,
    Span,
    Treaty,
    TreatyReport,
    stable_id,
)
from etl.transform.arguments import Arguments, arguments, conjuncts, is_negated, modals, prepositions, through_partitive
from etl.transform.clauses import dependent, is_infinitive, reporting_verb
from etl.transform.frames import Candidate
from etl.transform.language import span_of
from etl.transform.modality import modality_of
from etl.transform.roles import Roles, unique

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Words

_NOUN_PARTS = frozenset(
    {"det", "poss", "amod", "compound", "nmod", "nummod", "quantmod", "predet", "advmod", "npadvmod"}
)
_INDEFINITE = frozenset({"a", "an", "another", "some", "any", "no", "two", "three", "four", "several"})
_NAMES_GO_ON = frozenset({"of", "on", "for", "against"})
_WITHIN_NAMES = _NAMES_GO_ON | {"and", "the", "in", "to", "&"}
_PLACES = frozenset({"GPE", "LOC", "NORP", "FAC"})
_PRONOUNS = frozenset({"it", "this", "them", "both"})
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_STEM = 4
_NEAR = 2
_TWO = 2
_LEAST, _SURE = 0.5, 0.55
"""How sure a step is at least: with one party, with several."""
_GAP = 5
_LONG_NAME = 9
_AT_HAND = ("with", "between", "among", "involving")
_OPERATORS = {
    "intend": Modality.PLANNED,
    "announce": Modality.PLANNED,
    "prepare": Modality.PLANNED,
    "expect": Modality.PLANNED,
    "likely": Modality.PLANNED,
    "threaten": Modality.PLANNED,
    "fail": Modality.NEGATED,
    "deny": Modality.NEGATED,
    "demand": Modality.DEMANDED,
    "appeal": Modality.DEMANDED,
    "consider": Modality.CONSIDERED,
    "try": Modality.CONSIDERED,
    "possibility": Modality.HYPOTHETICAL,
    "fear": Modality.HYPOTHETICAL,
    "allege": Modality.ALLEGED,
    "claimed": Modality.ALLEGED,
}
"""Operator (operators.yaml) -> what becomes of the step that it takes."""
_AMERICAN = frozenset({"senate", "congress", "house"})
"""Chambers that are those of the United States where they are a party and nobody's is said."""
_HOLDING = frozenset({"negotiated", "signed", "in_force", "extended"})
_TRUCE = "0871"
"""CAMEO 'declare truce, ceasefire': what steps by which a ceasefire comes about or goes on are."""
_REFUSING = frozenset({"refuse", "withhold", "deadlock"})
_AHEAD = frozenset({"will", "would", "may", "might", "could", "to", "be"})
_TO_COME = frozenset(
    {
        "expect",
        "hope",
        "plan",
        "want",
        "wish",
        "await",
        "need",
        "require",
        "pend",
        "seek",
        "face",
        "schedule",
        "be",
        "due",
        "set",
    }
)
_BINDING = frozenset({"signed", "initialled", "ratified", "in_force", "negotiated", "extended", "amended"})
_REAL = frozenset({Modality.ASSERTED, Modality.PLANNED, Modality.ALLEGED})
_SAID_OF = frozenset({"accuse", "charge", "blame", "suspect", "condemn", "denounce", "criticise", "criticize"})
_DENYING = frozenset({"deny", "reject", "dispute", "dismiss", "refute"})
_ENTRUSTING = frozenset({"deposit", "lodge", "register"})
_AGAINST = frozenset({"REB", "OPP", "SEP", "INS"})
_FACTIONS = frozenset({"OPP", "PTY", "CVL"})
"""Who binds no state."""
_FIRMS = frozenset({"BUS", "MNC"})
_TERMS = frozenset({"under", "by", "per"})
_BOUND = frozenset(
    {"they", "both", "each", "party", "side", "country", "neighbour", "neighbor", "state", "two", "nation", "neither"}
)
_PROMISING = frozenset(
    {"agree", "pledge", "promise", "undertake", "commit", "decide", "announce", "vow", "say", "sign"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step in the life of a treaty, where a sentence tells of it."""

    action: str
    code: str
    """CAMEO."""
    treaty: int
    """Which of the article's treaties, in the order in which they are first named."""
    name: Span
    trigger: Token
    words: tuple[Token, ...]
    by: tuple[ActorMention, ...]
    is_denied: bool = False
    is_joint: bool = False
    """Whether several take it, all of whom the sentence may not name: 'they', 'both parliaments'."""
    is_charge: bool = False
    """Whether somebody else says so of those who take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told(TreatyReport):
    """A report whose article is still being read: its treaty is known by its number."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A noun phrase that names a treaty."""

    head: Token
    first: int
    last: int
    kind: str | None
    """None where the noun names no kind: 'the document'."""
    stems: frozenset[str]
    proper: frozenset[str]
    is_nickname: bool
    """Called after a place alone: 'the Dakar accord'."""
    is_new: bool
    is_other: bool
    years: frozenset[str]
    is_part: bool
    """Within another noun: 'truce violations'."""


@dataclass(slots=True, kw_only=True)
class _Thing:
    """A treaty of the article, as far as it has been read."""

    first: Span
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
    best: tuple[int, int, str] = (-1, 0, "")
    """Rank, length and words of its fullest name."""
    last: int = -9
    parties: dict[str, ActorMention] = field(default_factory=dict)
    beside: dict[str, ActorMention] = field(default_factory=dict)
    """The countries of which the sentence speaks that first names it."""
    depositary: ActorMention | None = None
    provisions: dict[str, Provision] = field(default_factory=dict)


class TreatyFinder:
    """What the coder knows of treaties' words."""

    def __init__(self, words: TreatyWords | None = None) -> None:
        self.words = known = words or load_treaty_words()
        self.kinds = {noun: kind for kind, nouns in known.kinds.items() for noun in nouns}
        self.named = sorted(
            ((tuple(name.split()), kind) for name, kind in known.named.items()), key=lambda n: -len(n[0])
        )
        self.verbs: dict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
        self.nouns: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for action, step in known.steps.items():
            for how in ("object", "brokered", "voted", "against", "subject", "behind", "alone"):
                for phrase in getattr(step, how):
                    verb, *rest = phrase.split()
                    self.verbs[verb].append((action, how, tuple(rest)))
            for phrase in step.nouns:
                noun, *rest = phrase.split()
                self.nouns[noun].append((action, tuple(rest)))
        for entries in self.verbs.values():
            entries.sort(key=lambda e: -len(e[2]))
        self.cues: dict[str, list[tuple[str, tuple[tuple[frozenset[str], int], ...]]]] = defaultdict(list)
        for code, cues in known.provisions.items():
            for cue in cues:
                slots = _slots(cue)
                for word in slots[0][0]:
                    self.cues[word].append((code, slots))

    def kind(self, token: Token) -> str | None:
        """The kind of treaty that a noun names, if any."""
        if token.pos_ not in ("NOUN", "PROPN"):
            return None
        lemma = _singular(token)
        behind = next((f"{lemma} of {_singular(o)}" for p, o in prepositions(token) if p == "of"), "")
        before = f"{token.nbor(-1).lower_} {lemma}" if token.i > token.sent.start else ""
        return self.kinds.get(behind) or self.kinds.get(before) or self.kinds.get(lemma)

    def provisions(self, tokens: Sequence[Token], offset: int) -> Iterator[Provision]:
        """What `tokens`, in the order of the text, provide for."""
        words = _words(tokens)
        for i, (forms, _, _) in enumerate(words):
            for form in forms:
                for code, slots in self.cues.get(form, ()):
                    end = _matched(words, i, slots)
                    if end is not None:
                        yield Provision(code=code, span=span_of(words[i][1], words[end][2], offset))


_LEAVING = frozenset({"suspended", "withdrawn", "terminated", "violated"})


class Treaties:
    """The treaties of one article, as it is read."""

    def __init__(self, finder: TreatyFinder, article_id: str, state: Callable[[str], Actor], year: int | None) -> None:
        """`state` gives the country of an ISO 3166-1 alpha-3 code as an actor; `year` is that of the article, if known."""
        self._finder = finder
        self._state = state
        self._year = year
        self._words = finder.words
        self._article = article_id
        self._things: list[_Thing] = []
        self._signed: dict[int, dict[str, ActorMention]] = defaultdict(dict)

    def read(self, sent: Words, roles: Roles, index: int, *, is_title: bool) -> list[Step]:
        """The steps that a sentence, the `index`-th of the article, takes with treaties; what it says of them is kept."""
        offset = roles.scene.offset
        at: dict[int, int] = {}
        found = list(self._mentions(sent, is_title=is_title))
        heads = {m.head.i: m for m in found}
        # 'its companion, the Neutrality Treaty' is one, by its name
        twins = {m.head.i: m.head.head.i for m in found if m.head.dep_ == "appos" and m.head.head.i in heads}
        order = sorted(found, key=lambda m: (m.head.i in twins.values() and not m.proper, m.head.i))
        for mention in order:
            if mention.is_new and _is_provided(mention.head, at):
                continue
            twin = next(
                (
                    at[a if b == mention.head.i else b]
                    for a, b in twins.items()
                    if mention.head.i in (a, b) and (a in at or b in at)
                ),
                None,
            )
            said = mention.head.dep_ == "attr" and any(
                c.dep_ == "nsubj" and c.pos_ == "PRON" for c in mention.head.head.children
            )
            if twin is None and said:
                # 'It is a bad deal'
                twin = self._recent(index, near=3)
                if twin is None:
                    continue
                at[mention.head.i] = twin
                continue
            if any(heads[b].is_other for a, b in twins.items() if a == mention.head.i):
                mention = replace(mention, is_other=True)
            thing = twin if twin is not None else self._resolve(mention, index, is_title=is_title)
            if thing is not None:
                at[mention.head.i] = thing
                self._note(thing, mention, roles, index, is_title=is_title)
        steps = self._find(sent, roles, at, index, offset) if sent[-1].text != "?" else []
        self._entrusted(sent, roles, at, index)
        self._provide(sent, at, steps, index, offset)
        return steps

    def candidates(self, found: Sequence[Candidate], steps: Sequence[Step]) -> list[tuple[Candidate, Step | None]]:
        """The events of a sentence, each with the step that it is; steps that no event of `found` is become events."""
        out: dict[int, Step] = {}
        more: list[tuple[Candidate, Step]] = []
        for step in steps:
            here = [i for i, c in enumerate(found) if i not in out and step.trigger.i in _own_words(c)]
            plain = next((i for i in here if _is_plain(found[i], step)), None)
            if plain is not None:
                out[plain] = step
                continue
            refusal = next((i for i in here if found[i].code.startswith("12")), None)
            if refusal is not None:
                # 'refused to sign' is the refusal alone; 'announced its withdrawal from' is the step
                if step.action in _LEAVING:
                    out[refusal] = step
                continue
            over = next((c for c in found if c.embedded and step.trigger.i in _own_words(c.embedded)), None)
            if over is None:
                over = next((found[i] for i in here if found[i].operator), None)
            if over is not None and over.operator is not None and over.operator.name in _REFUSING:
                # 'refused to sign': the refusal is the event
                continue
            if step.action == "negotiated" and is_infinitive(step.trigger):
                # what is still to be agreed is told of by who wants it
                continue
            more.append((_as_event(step, over), step))
        return [*((c, out.get(i)) for i, c in enumerate(found)), *more]

    def report(self, step: Step, candidate: Candidate) -> TreatyReport:
        """What a step says, its treaty known by its number until the article is read."""
        by = step.by
        if candidate.parties and self._words.steps[step.action].joint and (by or candidate.head.pos_ == "NOUN"):
            mentions = (m for m in candidate.everyone if m not in candidate.hosts and m.text.lower() != "it")
            by = unique((*by, *(m for m in mentions if not self._is_named_by(m))))
        treaty = Treaty(id=str(step.treaty), name="", kind="", names=())
        return _Told(treaty=treaty, name=step.name.text, action=step.action, by=by, step=step)

    def _is_in_name(self, who: ActorMention) -> bool:
        return any(n.start <= who.start and who.end <= n.end for t in self._things for n in t.names)

    def _is_named_by(self, who: ActorMention) -> bool:
        """Whether what was taken for an organisation is the name of a treaty."""
        if who.actor.kind is not ActorKind.ORGANISATION:
            return False
        return any(
            n.start <= who.start and who.end <= n.end and n.end - n.start - 5 <= who.end - who.start
            for t in self._things
            for n in t.names
        )

    def with_parties(self, mentions: Sequence[EventMention], home: str | None, *, scored: bool) -> list[EventMention]:
        """`mentions` (of the whole article), each step with those who take it: whom it does not name are the treaty's parties.

        `home` is the country that the article is filed from: whose 'the Senate' is.
        """
        steps = [(m, m.treaty, int(m.treaty.treaty.id)) for m in mentions if m.treaty]
        for last in (False, True):
            for mention, report, number in steps:
                thing = self._things[number]
                if mention.modality in _REAL and (report.action in _BINDING or (last and len(thing.parties) < _TWO)):
                    for who in (m for m in report.by if _is_known(m) and m.actor.sector not in _FACTIONS):
                        thing.parties.setdefault(_side(who), self._party(who))
        for mention, report, number in steps:
            if report.action in ("signed", "initialled") and mention.modality is Modality.ASSERTED:
                for who in report.by:
                    if who.actor.key.startswith("person:"):
                        self._signed[number].setdefault(who.actor.key, who)
        out = []
        for mention in mentions:
            if (report_ := mention.treaty) is not None:
                bound = self._bound(int(report_.treaty.id))
                by = self._takers(report_, bound, mention, home)
                participants = tuple(p for p in mention.participants if not self._is_named_by(p.mention))
                if mention.type == "treaty":
                    # 'the Paris agreement' is no treaty with France
                    named = {_side(m) for m in (*by, *bound.values())}
                    participants = tuple(
                        p for p in participants if not self._is_in_name(p.mention) or _side(p.mention) in named
                    )
                sides = {_side(p.mention) for p in participants if _is_known(p.mention)}
                if not sides or mention.type == "treaty":
                    more = (Participant(role=_role(mention), mention=m) for m in by if _side(m) not in sides)
                    participants = (*(p for p in participants if _is_known(p.mention) or sides), *more)
                private = mention.is_private and not any(map(_is_known, by))
                least = 0.0 if scored else _SURE if len(participants) > 1 else _LEAST
                mention = replace(
                    mention,
                    confidence=max(mention.confidence, least),
                    treaty=replace(report_, by=by),
                    participants=participants,
                    is_private=private,
                )
            out.append(mention)
        return out

    def _party(self, who: ActorMention) -> ActorMention:
        """The state for which an official acts; other parties as they are."""
        actor = who.actor
        return replace(who, actor=self._state(actor.country)) if actor.country and _side(who) == actor.country else who

    def _bound(self, number: int) -> dict[str, ActorMention]:
        """The parties of a treaty; of one of which nothing is told those of the article's main one."""
        main = max(self._things, key=lambda t: (bool(t.parties), len(t.names)))
        thing = self._things[number]
        found = (
            main.parties if len(thing.parties) < _TWO and thing.parties.keys() <= main.parties.keys() else thing.parties
        )
        beside = thing.beside or main.beside
        return beside if len(found) < _TWO and len(beside) == _TWO and found.keys() <= beside.keys() else found

    def _takers(
        self, report: TreatyReport, bound: Mapping[str, ActorMention], mention: EventMention, home: str | None
    ) -> tuple[ActorMention, ...]:
        """Who takes a step, of those whom its sentence names and of the treaty's parties."""
        everyone = {side: _at(m, mention) for side, m in bound.items()}
        known = tuple(filter(_is_known, report.by))
        others = [m for m in report.by if m not in known]
        missing = [m for side, m in everyone.items() if side not in {_side(k) for k in known}]
        if isinstance(report, _Told) and report.step.is_joint and len({_side(m) for m in known}) < _TWO and missing:
            return tuple(everyone.values())
        if self._words.steps[report.action].joint:
            if known and len(missing) == 1 and any(m.actor.key.startswith("person:") for m in others):
                return (*known, *missing)
            return known or tuple(everyone.values()) or report.by
        if known or not others:
            return known or tuple(everyone.values())
        if not any(_is_several(m) for m in others):
            chamber = any(w in _AMERICAN for m in others for w in m.text.lower().split())
            if home in everyone or (chamber and "USA" in everyone):
                return (everyone[home if home in everyone else "USA"],)
        return tuple(everyone.values()) or report.by

    def settled(self, mentions: Sequence[EventMention]) -> list[EventMention]:
        """`mentions` with the treaties that the article tells of; steps with one that is only wished for are left out."""
        steps: dict[int, list[EventMention]] = defaultdict(list)
        for mention in mentions:
            if mention.treaty is not None:
                steps[int(mention.treaty.treaty.id)].append(mention)
        whole = {number: self._treaty(number, told) for number, told in steps.items()}
        wished = {
            number
            for number, told in steps.items()
            if not self._things[number].is_known
            and not any(m.modality in _REAL or m.modality is Modality.NEGATED for m in told)
        }
        out = []
        for mention in mentions:
            if (report := mention.treaty) is not None:
                number = int(report.treaty.id)
                if not mention.participants:
                    continue
                mention = replace(mention, treaty=None if number in wished else self._final(report, whole[number]))
            out.append(mention)
        return out

    @staticmethod
    def _final(report: TreatyReport, treaty: Treaty) -> TreatyReport:
        return TreatyReport(treaty=treaty, name=report.name, action=report.action, by=report.by)

    def _treaty(self, number: int, told: Sequence[EventMention]) -> Treaty:
        thing = self._things[number]
        signed = [m for m in told if m.treaty and m.treaty.action == "signed" and m.modality is Modality.ASSERTED]
        return Treaty(
            id=stable_id("treaty", self._article, str(thing.first.start), str(thing.first.end)),
            name=thing.best[2],
            kind=self._kind_of(thing),
            names=tuple(span for _, span in sorted({n.start: n for n in thing.names}.items())),
            parties=tuple(self._bound(number).values()),
            signatories=tuple(self._signed[number].values()),
            depositary=thing.depositary,
            venue=next((m.place for m in signed if m.place), None),
            provisions=tuple(sorted(thing.provisions.values(), key=lambda p: (p.span.start, p.code))),
        )

    @staticmethod
    def _kind_of(thing: _Thing) -> str:
        return thing.kinds.most_common(1)[0][0] if thing.kinds else "treaty"

    # -- mentions

    def _mentions(self, sent: Words, *, is_title: bool) -> Iterator[_Mention]:
        known = self._words
        capitals = sum(t.text[:1].isupper() for t in sent if t.is_alpha and len(t) > _STEM - 1)
        headline = is_title and capitals > 0.6 * sum(t.is_alpha and len(t) > _STEM - 1 for t in sent)
        taken: set[int] = set()
        for token in sent:
            for name, kind in self._finder.named:
                here = sent.doc[token.i : token.i + len(name)]
                if token.i not in taken and tuple(t.text for t in here) == name:
                    taken |= {t.i for t in here}
                    yield self._mention(
                        here.root, kind, headline=headline, is_title=is_title, first=here[0], last=here[-1]
                    )
        for token in sent:
            if token.i in taken:
                continue
            noun = self._finder.kind(token)
            if noun is None:
                pointed = any(c.lower_ in ("the", "this", "that", "neither", "its") for c in token.children)
                pointed = pointed or (
                    _singular(token) in ("version", "text") and any(c.lower_ in known.other for c in token.lefts)
                )
                if (token.pos_ == "NOUN" and _singular(token) in known.referring and pointed) or (
                    token.lower_ in ("version", "companion") and pointed
                ):
                    yield self._mention(token, None, headline=headline, is_title=is_title)
                continue
            outer = token.head if token.dep_ in ("compound", "nmod") else None
            if outer is not None and (self._finder.kind(outer) or (outer.pos_ == "PROPN" and token.pos_ == "PROPN")):
                continue
            inner = next(
                (self._finder.kind(c) for c in token.lefts if c.dep_ in ("compound", "nmod") and self._finder.kind(c)),
                None,
            )
            vague = token.tag_ == "NNS" and not any(
                c.dep_ in ("det", "poss", "nummod", "relcl") for c in token.children
            )
            if vague and not is_title and not any(c.text[0].isupper() for c in token.lefts):
                # 'peace deals' are none in particular
                continue
            if self._is_none(token) or (
                token.dep_ in ("appos", "attr", "npadvmod") and any(c.lower_ == "such" for c in token.lefts)
            ):
                continue
            yield self._mention(token, inner or noun, headline=headline, is_title=is_title)

    def _is_none(self, noun: Token) -> bool:
        """Whether a noun is no treaty of states: a draft, a contract of firms."""
        known = self._words
        before = {
            w for c in noun.lefts if c.dep_ in _NOUN_PARTS for t in c.subtree for w in (t.lemma_.lower(), t.lower_)
        }
        if before & known.unreal:
            return True
        if _singular(noun) not in known.loose:
            return False
        behind = {
            w
            for c in noun.rights
            if c.dep_ not in ("conj", "punct")
            for t in list(c.subtree)[:8]
            if t.text[0].islower() or t.lower_.rstrip(".") in ("ltd", "inc", "plc", "corp")
            for w in (t.lemma_.lower(), t.lower_.rstrip("."))
        }
        declared = {o.lemma_.lower() for prep, o in prepositions(noun) if prep == "of"} & known.declared
        worth = any(c.lower_ == "worth" for c in noun.rights)
        return bool(before & known.private or declared or worth or behind & known.firms)

    def _mention(
        self,
        head: Token,
        kind: str | None,
        *,
        headline: bool,
        is_title: bool,
        first: Token | None = None,
        last: Token | None = None,
    ) -> _Mention:
        doc = head.doc
        parts = [t for c in head.lefts if c.dep_ in _NOUN_PARTS for t in c.subtree]
        if is_title:
            # 'Peru and Chile sign peace deal', whose verb parsers take for a noun
            verbs = [t.i for t in parts if t.lemma_.lower() in self._finder.verbs]
            parts = [t for t in parts if t.i > max(verbs, default=-1)]
        start = first.i if first is not None else min([head.i, *(t.i for t in parts)])
        end = last.i if last is not None else _name_end(head)
        inside = [t for t in doc[start : end + 1] if t.is_alpha and len(t) >= _STEM]
        inside = [
            t
            for t in inside
            if _singular(t) not in self._finder.kinds
            and t.lower_ not in self._words.other
            and not t.is_stop
            and t.lower_ not in ("joint", "known")
        ]
        proper = [
            t
            for t in inside
            if t.text[0].isupper()
            and not headline
            and t.ent_type_ != "DATE"
            and (t.i <= head.i or head.text[0].isupper())
        ]
        if is_title and head.text[0].islower():
            proper = []
        elif head.text[0].islower():
            # 'Two-year fishing accord' at the head of a sentence, 'the Senate's treaty'
            proper = [t for t in proper if t.pos_ == "PROPN" or t.i > start]
            owners = {t.i for c in head.lefts if c.dep_ == "poss" for t in c.subtree}
            proper = [t for t in proper if t.i not in owners]
        determiners = {t.lower_ for t in parts} if parts else set()
        before = {t.lower_ for t in doc[start : end + 1]}
        is_new = bool(
            determiners & _INDEFINITE
            and not determiners & {"the", "this"}
            and any(c.lower_ in _INDEFINITE for c in head.children)
        )
        return _Mention(
            head=head, first=start, last=end, kind=kind,
            stems=frozenset(t.lower_[:_STEM] for t in inside), proper=frozenset(t.lower_[:_STEM] for t in proper),
            is_nickname=bool(proper) and all(t.ent_type_ in _PLACES for t in proper),
            is_new=is_new, is_other=bool(before & self._words.other),
            years=frozenset(
                found for found in _YEAR.findall(doc[max(start - 2, head.sent.start) : min(end + _years_behind(doc, end), len(doc))].text)
                if self._year is None or int(found) < self._year - 1
            ),
            is_part=head.dep_ in ("compound", "nmod") and head.head.pos_ in ("NOUN", "PROPN"),
        )  # fmt: skip

    def _resolve(self, mention: _Mention, index: int, *, is_title: bool) -> int | None:
        """Which treaty of the article a mention is of; a new one where it is of none before. None where it points at none."""
        scores = {
            n: s
            for n, thing in enumerate(self._things)
            if (s := self._fit(mention, thing, index, is_title=is_title)) is not None
        }
        if scores:
            return max(scores, key=lambda n: (scores[n], n))
        if mention.kind is None and not (mention.is_other and self._things):
            return None
        span = span_of(mention.head.doc[mention.first], mention.head.doc[mention.last], 0)
        self._things.append(_Thing(first=span, is_other=mention.is_other))
        return len(self._things) - 1

    def _fit(self, mention: _Mention, thing: _Thing, index: int, *, is_title: bool) -> float | None:
        """How well a mention fits a treaty named before; None where it cannot be of it."""
        shared = mention.stems & thing.stems
        if (
            mention.is_other != thing.is_other
            and (mention.is_other or not shared)
            and (mention.is_other or index - thing.last > 1)
        ):
            return None
        if mention.years and thing.years and not mention.years & thing.years:
            return None
        if mention.years and not thing.years and not shared and mention.proper:
            return None
        if mention.is_other and thing.is_other and mention.stems != thing.stems and not shared:
            return None
        fresh = thing.in_title or index - thing.last <= _NEAR
        score = 0.0
        if mention.kind is not None:
            if not self._akin(mention.kind, thing):
                return None
            strange = not self._words.interchangeable & thing.kinds.keys() and mention.kind not in thing.kinds
            score += (mention.kind in thing.kinds) - 2 * (strange and not thing.in_title)
        if mention.is_new and not (thing.in_title and not is_title) and not (is_title and shared):
            return None
        if mention.proper and thing.proper:
            if mention.proper & thing.proper:
                score += 5
            elif not self._is_byname(mention, thing, index) or not fresh:
                return None
        elif mention.proper and not fresh and not shared:
            return None
        if mention.stems and thing.stems:
            score += 2 * len(shared) if shared else -1
        if mention.kind == "ceasefire" and "ceasefire" not in thing.kinds and not thing.in_title and not shared:
            return None
        score += _singular(mention.head) in thing.lemmas
        if thing.is_other and not mention.is_other and index > thing.last:
            score -= 2
        gap = index - thing.last
        return score + 0.3 * min(len(thing.names), 4) - 0.3 * min(gap, 8) + (gap <= 1)

    def _is_byname(self, mention: _Mention, thing: _Thing, index: int) -> bool:
        """Whether of two names one may be a nickname: 'the Algiers accord ... The Agreement for Peace and Reconciliation was'."""
        alike = self._words.interchangeable
        if mention.is_nickname == thing.is_nickname or mention.kind not in alike or self._kind_of(thing) not in alike:
            return False
        return mention.is_nickname or (mention.head.dep_ in ("nsubj", "nsubjpass") and index - thing.last <= _NEAR)

    def _akin(self, kind: str, thing: _Thing) -> bool:
        alike = self._words.interchangeable
        return (
            not thing.kinds
            or kind in thing.kinds
            or kind in alike
            or bool(thing.kinds.keys() & alike and not thing.kinds.keys() - alike)
        )

    def _note(self, number: int, mention: _Mention, roles: Roles, index: int, *, is_title: bool) -> None:
        thing, doc, offset = self._things[number], mention.head.doc, roles.scene.offset
        span = span_of(doc[mention.first], doc[mention.last], offset)
        if not thing.names:
            thing.first = span
        thing.names.append(span)
        thing.lemmas.add(_singular(mention.head))
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
        first = mention.first
        while first < mention.head.i and (doc[first].pos_ in ("DET", "PUNCT") or doc[first].tag_ in ("PRP$", "POS")):
            first += 1
        name = span_of(doc[first], doc[mention.last], offset).text
        rank = (2 if not mention.is_nickname else 1) if mention.proper and mention.kind else 0
        if mention.kind and not mention.is_part:
            thing.best = max(
                thing.best, (rank, len(mention.stems) if rank < 2 else len(name), name), key=lambda b: b[:2]
            )
        elif not thing.best[2]:
            thing.best = (0, 0, name)
        for who in self._named_parties(mention, roles):
            thing.parties.setdefault(_side(who), who)
        if not is_title and not thing.beside:
            sent, heads = mention.head.sent, roles.scene.heads
            states = {
                m.actor.country: self._party(m)
                for i in range(sent.start, sent.end)
                for m in heads.get(i, ())
                if m.actor.country
            }
            thing.beside = {str(country): m for country, m in states.items()}

    @staticmethod
    def _named_parties(mention: _Mention, roles: Roles) -> Iterator[ActorMention]:
        """Whose treaty its own phrase says it is: 'between X and Y', 'with Z', 'Singapore-Indonesia', 'X's treaty with'."""
        for prep, obj in prepositions(mention.head):
            if prep in _AT_HAND and obj.i > mention.head.i:
                yield from (m for m in roles.actors(obj) if not m.actor.key.startswith("group:"))
        before = [m for m in roles.modifiers(mention.head) if m.actor.kind is ActorKind.COUNTRY]
        if len(before) > 1:
            yield from before

    # -- steps

    def _find(self, sent: Words, roles: Roles, at: Mapping[int, int], index: int, offset: int) -> list[Step]:
        out: dict[tuple[str, int, int], Step] = {}
        for token in sent:
            lemma = token.lemma_.lower()
            gerund = (
                token.tag_ == "VBG"
                and token.lower_ in self._finder.nouns
                and any(c.dep_ in ("det", "poss") for c in token.children)
            )
            if gerund:
                found = self._of_noun(token, token.lower_, roles, at, index, offset)
            elif token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
                found = self._of_verb(token, lemma, roles, at, index, offset)
            elif token.pos_ in ("NOUN", "PROPN") and lemma in self._finder.nouns:
                found = self._of_noun(token, lemma, roles, at, index, offset)
            elif token.lower_ in ("in", "into") and (state := self._in_force(token, at, offset)):
                found = [state]
            else:
                continue
            for step in found:
                out.setdefault((step.action, step.treaty, step.trigger.i), step)
        done = next((s for s in out.values() if s.action in ("signed", "initialled")), None)
        if done is not None and not any(s.action == "negotiated" for s in out.values()):
            talks = next(
                (t for t in sent if t.pos_ == "NOUN" and t.lemma_ in self._finder.nouns and _came_before(t)), None
            )
            if talks is not None and any(action == "negotiated" for action, _ in self._finder.nouns[talks.lemma_]):
                out["negotiated", done.treaty, talks.i] = self._step(
                    "negotiated", done.treaty, talks, (talks,), (), None, offset
                )
        for key, step in out.items():
            subject = _arguments(step.trigger).subject if step.trigger.pos_ == "VERB" else None
            if subject is not None and _is_plural(subject):
                out[key] = step = replace(step, is_joint=True)
            if step.action == "violated" and (verb := reporting_verb(step.trigger)) is not None:
                speakers = {_side(m) for m in roles.loosely(arguments(verb).subject)}
                charged = speakers.isdisjoint(_side(m) for m in step.by)
                out[key] = replace(step, is_charge=charged, is_denied=verb.lemma_ in _DENYING)
            elif step.action == "violated" and any(t.lemma_.lower() in _SAID_OF for t in step.trigger.ancestors):
                out[key] = replace(step, is_charge=True)
        # 'voted on ratification', 'the signing of the treaty that they signed': a noun within a verb's step is not another
        return [
            step
            for step in out.values()
            if not (
                step.trigger.pos_ == "NOUN"
                and any(
                    o.action == step.action and o.treaty == step.treaty and step.trigger in o.words and o is not step
                    for o in out.values()
                )
            )
        ]

    def _of_verb(
        self, verb: Token, lemma: str, roles: Roles, at: Mapping[int, int], index: int, offset: int
    ) -> list[Step]:
        entries = self._finder.verbs.get(lemma, ())
        if not entries:
            return []
        if verb.dep_ == "amod" and verb.head.i not in at:
            return []
        args = _arguments(verb)
        if (
            verb.tag_ in ("VBN", "VBD")
            and not args.passive
            and args.subject is not None
            and args.subject.i in at
            and args.object is None
        ):
            # parsers take 'the accord, signed in May, lapsed' for 'the accord signed': treaties sign nothing
            agent = next((obj for prep, obj in args.preps if prep == "by" and obj.ent_type_ != "DATE"), None)
            undergone = replace(args, subject=agent, object=args.subject, passive=True)
        else:
            undergone = args
        for action, how, rest in entries:
            args = undergone if how in ("object", "brokered", "voted", "against") else _arguments(verb)
            if verb.dep_ == "amod" and action in ("amended", "extended", "negotiated"):
                # 'the revised accord' is spoken of, not revised
                continue
            words = [verb]
            fixed = rest[:-1] if how == "behind" else rest
            for word in fixed:
                part = dependent(verb, word) or (dependent(words[-1], word) if words[-1] is not verb else None)
                if part is None:
                    break
                words.append(part)
            else:
                targets: list[Token] = []
                if how == "subject" and not args.passive and args.subject is not None and (rest or args.object is None):
                    targets = [args.subject]
                elif how in ("object", "brokered", "voted", "against") and args.object is not None:
                    if (
                        action == "terminated"
                        and lemma in ("denounce", "bury")
                        and any(p == "as" for p, _ in args.preps)
                    ):
                        continue
                    targets = [args.object]
                elif how == "behind":
                    sources = [verb, *(c for w in words[1:] for c in conjuncts(w))]
                    targets = [
                        obj
                        for s in sources
                        for prep, obj in prepositions(s)
                        if prep == rest[-1] or prep.split()[-1] == rest[-1]
                    ]
                elif (
                    how == "alone"
                    and args.object is None
                    and not args.passive
                    and not args.preps
                    and args.subject is not None
                ):
                    recent = self._recent(index, near=1)
                    if recent is not None and roles.loosely(args.subject):
                        return [
                            self._step(action, recent, verb, tuple(words), roles.loosely(args.subject), None, offset)
                        ]
                    continue
                if how == "against" and verb.tag_ not in ("VBD", "VBN", "VBZ"):
                    continue
                if (
                    action == "signed"
                    and lemma == "adopt"
                    and args.subject is not None
                    and any(m.actor.sector == "LEG" for m in roles.loosely(args.subject))
                ):
                    continue
                things = [
                    thing
                    for t in targets
                    for thing in self._meant(t, at, index, weak=lemma in self._words.weak and not rest)
                ]
                if not things:
                    continue
                by = () if how in ("subject", "brokered") else self._agents(verb, args.subject, roles)
                if by is None:
                    return []
                in_parliament = any(m.actor.sector == "LEG" for m in by)
                if how in ("voted", "against") and not in_parliament:
                    continue
                joint = action in _BINDING and self._words.steps[action].joint
                if joint and how in ("object", "behind"):
                    beside = (obj for prep, obj in args.preps if prep in _AT_HAND and not _looks_on(obj))
                    by = unique((*by, *(m for obj in beside for m in roles.actors(obj))))
                steps = []
                for number, head in things:
                    if lemma == "issue" and not self._things[number].kinds.keys() & {"communique", "declaration"}:
                        continue
                    side = by
                    if joint and by and how == "object":
                        with_ = [m for prep, obj in prepositions(head) if prep in _AT_HAND for m in roles.actors(obj)]
                        side = unique((*by, *with_))
                    steps.append(
                        self._step(
                            action,
                            number,
                            verb,
                            (*words, *([head] if head.i > verb.i else ())),
                            side,
                            head,
                            offset,
                            is_denied=how == "against",
                        )
                    )
                return steps
        return []

    def _agents(self, verb: Token, subject: Token | None, roles: Roles) -> tuple[ActorMention, ...] | None:
        """Who does what `verb` tells; None where it is a firm."""
        if subject is None:
            return ()
        if subject.lower_ in ("other", "another") or (
            subject.lemma_.lower() == "other" and any(c.lower_ == "each" for c in subject.children)
        ):
            governor = next((t for t in verb.ancestors if t.pos_ == "VERB"), None)
            return roles.loosely(arguments(governor).subject) if governor is not None else ()
        phrase = {
            t.lemma_.lower() for c in (subject, *(x for x in subject.children if x.dep_ in _NOUN_PARTS)) for t in (c,)
        }
        is_firm = subject.text[0].islower() and subject.lemma_.lower() in self._words.firms
        if is_firm or (phrase & self._words.firms and not roles.actors(subject)):
            return None
        if any(m.actor.sector in _FIRMS for m in roles.loosely(subject)):
            return None
        found = unique((*roles.loosely(subject), *(m for t in _joined(subject) for m in roles.actors(t))))
        granted = verb.head if verb.dep_ == "acl" and verb.head.dep_ == "dobj" else None
        if granted is not None and (dative := arguments(granted.head).dative) is not None:
            # 'would give Russia the right to leave'
            found = roles.actors(dative) or found
        if not found and subject.pos_ in ("NOUN", "PROPN"):
            found = roles.inside(subject)
        return self._of_chamber(found, subject, roles)

    def _of_chamber(self, found: tuple[ActorMention, ...], noun: Token, roles: Roles) -> tuple[ActorMention, ...]:
        """'The Senate' as that of the only country of which its sentence speaks."""
        told = any(
            c.dep_ in ("poss", "amod", "compound", "nmod") or (c.dep_ == "prep" and c.lower_ in ("of", "in"))
            for c in noun.children
        )
        if told or noun.lemma_.lower() not in self._words.chambers or _singular(noun) != noun.lower_ or len(found) > 1:
            return found
        sent, scene = noun.sent, roles.scene
        others = [m for i, ms in scene.heads.items() if sent.start <= i < sent.end and i != noun.i for m in ms]
        named = {m.actor.country: m for m in others if m.actor.country}
        towns = [m for i in range(sent.start, sent.end) if i in scene.towns for m in roles.town(sent.doc[i])]
        named |= {m.actor.country: m for m in towns if m.actor.country}
        if len(named) == 1:
            return tuple(self._party(m) for m in named.values())
        start = scene.offset + noun.idx
        chamber = Actor(key="group:LEG", name=noun.text, kind=ActorKind.GROUP, sector="LEG")
        return (ActorMention(actor=chamber, text=noun.text, start=start, end=start + len(noun)),)

    def _of_noun(
        self, noun: Token, lemma: str, roles: Roles, at: Mapping[int, int], index: int, offset: int
    ) -> list[Step]:
        for action, rest in self._finder.nouns[lemma]:
            words = [noun]
            for word in rest:
                part = dependent(words[-1], word)
                if part is None:
                    break
                words.append(part)
            else:
                preps = [
                    obj
                    for n in words
                    for prep, obj in prepositions(n)
                    if prep in ("of", "to", "from", "on", "over", "for", "in", "with")
                ]
                heads = [*preps, *(c for c in noun.children if c.dep_ in ("compound", "nmod", "poss"))]
                things: list[tuple[int, Token | None]] = [
                    thing for t in heads for thing in self._meant(t, at, index, weak=True)
                ]
                if (
                    not things
                    and action == "ratified"
                    and noun.lower_ == "ratification"
                    and (recent := self._recent(index, near=1)) is not None
                ):
                    things = [(recent, None)]
                if not things:
                    continue
                by = unique(m for m in roles.owners(noun) if not any(_inside(m, h, roles) for _, h in things))
                by = by or unique(
                    m
                    for n in (noun, *(h for _, h in things if h))
                    for prep, obj in prepositions(n)
                    if prep == "by"
                    for m in roles.loosely(obj)
                )
                if not by and not self._words.steps[action].joint:
                    # 'nationalists fight ratification'
                    by = tuple(m for m in self._governing(noun, roles) if m.actor.sector not in _FACTIONS)
                return [self._step(action, number, noun, tuple(words), by, head, offset) for number, head in things]
        return []

    def _governing(self, noun: Token, roles: Roles) -> tuple[ActorMention, ...]:
        """Who does what a noun tells, by the verb above it: 'announced a withdrawal', 'accused X of breaches'."""
        verb = next((t for t in noun.ancestors if t.pos_ in ("VERB", "AUX")), None)
        if verb is None or noun.dep_ in ("nsubj", "nsubjpass"):
            return ()
        args = arguments(verb)
        if verb.lemma_.lower() in _SAID_OF:
            return roles.loosely(args.object)
        return self._of_chamber(roles.loosely(args.subject), noun, roles)

    def _in_force(self, prep: Token, at: Mapping[int, int], offset: int) -> Step | None:
        """'A truce in effect since Tuesday'."""
        state = next((c for c in prep.children if c.dep_ == "pobj" and c.lower_ in ("force", "effect")), None)
        if state is None or (prep.head.pos_ == "VERB" and prep.head.dep_ != "acl" and prep.dep_ != "conj"):
            return None
        head = next((t for t in prep.ancestors if t.i in at), None)
        if head is None:
            return None
        return self._step("in_force", at[head.i], state, (prep, state), (), head, offset)

    def _meant(self, token: Token, at: Mapping[int, int], index: int, *, weak: bool) -> list[tuple[int, Token]]:
        """The treaties that an argument names, itself or through a part of it: 'the terms of the truce', 'it'."""
        out: dict[int, Token] = {}
        clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
        if token.lower_ in ("which", "that") and token.tag_ in ("WDT", "WP") and clause is not None:
            token = clause.head
        for joined in conjuncts(token):
            for noun in (joined, through_partitive(joined)):
                if noun.i in at:
                    out.setdefault(at[noun.i], noun)
                elif noun.pos_ == "PROPN" and (inner := next((o for o in _ends_of_name(noun) if o.i in at), None)):
                    out.setdefault(at[inner.i], inner)
                elif _singular(noun) in self._words.parts or noun.lemma_.lower() in self._finder.nouns:
                    for prep, obj in prepositions(noun):
                        if prep in ("of", "in", "under", "from", "with", "to") and obj.i in at:
                            out.setdefault(at[obj.i], obj)
            is_clause = _singular(joined) in ("clause", "term", "provision", "article") and not prepositions(joined)
            if is_clause or (joined.lower_ in _PRONOUNS and not weak and joined.pos_ in ("PRON", "DET")):
                recent = self._recent(index, near=1 if len(self._things) > 1 else 3)
                if recent is not None:
                    out.setdefault(recent, joined)
        return list(out.items())

    def _recent(self, index: int, *, near: int) -> int | None:
        """The treaty spoken of last, if that is no more than `near` sentences ago."""
        last = max(
            range(len(self._things)), key=lambda n: (self._things[n].last, len(self._things[n].names)), default=None
        )
        return last if last is not None and index - self._things[last].last <= near else None

    def _step(
        self, action: str, number: int, trigger: Token, words: tuple[Token, ...], by: tuple[ActorMention, ...], head: Token | None, offset: int,
        *, is_denied: bool = False,
    ) -> Step:  # fmt: skip
        thing = self._things[number]
        by = tuple(m for m in by if not self._is_named_by(m))
        name = thing.names[-1]
        if head is not None and (named := [n for n in thing.names if n.start <= offset + head.idx < n.end]):
            name = named[-1]
        elif head is not None and head.lower_ in _PRONOUNS:
            name = span_of(head, head, offset)
            thing.names.append(name)
            thing.last = max(thing.last, 0)
        return Step(
            action=action,
            code=_TRUCE
            if self._kind_of(thing) == "ceasefire" and action in _HOLDING
            else self._words.steps[action].code,
            treaty=number,
            name=name,
            trigger=trigger,
            words=tuple(sorted(dict.fromkeys(words), key=lambda t: t.i)),
            by=by,
            is_denied=is_denied,
        )

    def _entrusted(self, sent: Words, roles: Roles, at: Mapping[int, int], index: int) -> None:
        """'Lodged with the Secretary-General', 'X, the depositary'."""
        for token in sent:
            if token.lemma_.lower() in _ENTRUSTING and token.pos_ == "VERB":
                keepers = [m for prep, obj in prepositions(token) if prep == "with" for m in roles.loosely(obj)]
                number = next((at[t.i] for t in sent if t.i in at), self._recent(index, near=1))
                if keepers and number is not None and self._things[number].depositary is None:
                    self._things[number].depositary = keepers[0]

    # -- provisions

    def _provide(self, sent: Words, at: Mapping[int, int], steps: Sequence[Step], index: int, offset: int) -> None:
        """Keep what a sentence says that its treaties provide for."""
        regions: dict[int, set[int]] = defaultdict(set)
        stepping = {step.trigger.i: step for step in steps}
        for i, number in at.items():
            noun = sent.doc[i]
            # 'an extradition treaty'; but 'the truce' alone says nothing of what it provides for
            regions[number] |= {t.i for c in noun.children if c.dep_ in ("compound", "amod", "nmod") for t in c.subtree}
            span = self._span_at(noun, offset)
            for child in (c for t in sent.doc[noun.i : span + 1] for c in t.rights):
                if child.dep_ in ("relcl", "acl", "xcomp", "advcl", "ccomp") or (
                    child.dep_ == "prep"
                    and child.lower_ in ("on", "for", "of", "about", "over", "under", "to", "concerning", "covering")
                ):
                    if child.i in stepping and child.dep_ != "relcl":
                        continue
                    regions[number] |= {t.i for t in child.subtree}
            if noun.dep_ in ("dobj", "pobj", "nsubjpass"):
                for clause in (
                    t for t in sent.doc[noun.i : sent.end] if t.dep_ == "relcl" and t.head.i <= noun.i + _LONG_NAME
                ):
                    if any(c.lower_ in ("which", "that") for t in clause.children for c in (t, *t.children)):
                        regions[number] |= {t.i for t in clause.subtree}
            verb, role = noun.head, noun.dep_
            if role == "pobj" and noun.head.lower_ in _TERMS | {"in"}:
                verb = noun.head.head
                if noun.head.lower_ == "in" and verb.lemma_.lower() not in _PROMISING:
                    continue
                if verb.pos_ in ("VERB", "AUX"):
                    regions[number] |= {t.i for t in verb.subtree}
            elif role == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_.lower() in self._words.parts:
                verb, role = noun.head.head.head, noun.head.head.dep_
                if role == "pobj" and verb.lower_ in _TERMS:
                    regions[number] |= {t.i for t in verb.head.subtree}
            if (
                sent.root.pos_ not in ("VERB", "AUX")
                and i - sent.start <= _LONG_NAME
                and (role == "compound" or sent.root.i == i)
            ):
                # 'The treaty abolishes visas', whose verb parsers may take for a noun
                regions[number] |= {t.i for t in sent if t.i > i}
            if role in ("nsubj", "nsubjpass") and verb.pos_ in ("VERB", "AUX"):
                regions[number] |= self._clause(verb, stepping)
            if role == "dobj" and verb.i in stepping:
                # 'signed a treaty to share': parsers hang what it is for on the verb
                for child in verb.rights:
                    purpose = child.dep_ in ("xcomp", "advcl") and any(c.lower_ == "to" for c in child.lefts)
                    subject = (
                        child.dep_ == "prep"
                        and child.lower_ in ("on", "for", "covering", "under", "about")
                        and not any(t.ent_type_ in ("DATE", "TIME") for t in child.children)
                    )
                    if child.i > i and (purpose or subject):
                        regions[number] |= {t.i for t in child.subtree}
        terms = next(
            (t for t in sent if t.lower_ in ("terms", "it") and t.dep_ == "pobj" and t.head.lower_ in _TERMS), None
        )
        if terms is not None and not at and (under := self._recent(index, near=2)) is not None:
            regions[under] |= {t.i for t in terms.head.head.subtree}
        if not at:
            recent = self._recent(index, near=2)
            who = next((t for t in sent if t.dep_ in ("nsubj", "nsubjpass") and t.head.dep_ == "ROOT"), None)
            if recent is not None and who is not None:
                verb = who.head
                if who.lower_ == "it" and verb.i not in stepping:
                    said = self._clause(verb, stepping)
                    if any(True for _ in self._finder.provisions([sent.doc[i] for i in sorted(said)], offset)):
                        regions[recent] |= said
                        self._things[recent].last = index
                        self._things[recent].names.append(span_of(who, who, offset))
                elif _singular(who) in _BOUND and (
                    modals(verb) & {"will", "shall", "must", "may"} or verb.lemma_.lower() in _PROMISING
                ):
                    regions[recent] |= {t.i for t in verb.subtree}
        for number, indices in regions.items():
            thing = self._things[number]
            for provision in _longest(self._finder.provisions([sent.doc[i] for i in sorted(indices)], offset)):
                thing.provisions.setdefault(provision.code, provision)

    def _span_at(self, noun: Token, offset: int) -> int:
        """The last word of the name of a treaty that `noun` heads."""
        start = offset + noun.idx
        end = max((n.end for t in self._things for n in t.names if n.start <= start < n.end), default=0) - offset
        return max((t.i for t in noun.sent if t.idx < end), default=noun.i)

    @staticmethod
    def _clause(verb: Token, stepping: Mapping[int, Step]) -> set[int]:
        """The words of a clause of which a treaty is the subject, without those who say so and the steps taken with it."""
        if verb.lemma_ == "be" and not any(c.dep_ in ("xcomp", "ccomp") for c in verb.children):
            return set()
        out: set[int] = set() if verb.i in stepping else {verb.i}
        for child in verb.children:
            if verb.i in stepping:
                if child.dep_ == "conj" and child.pos_ in ("VERB", "AUX"):
                    out |= Treaties._clause(child, stepping)
            elif child.dep_ not in ("parataxis",):
                out |= {t.i for t in child.subtree}
        return out


def _longest(found: Iterable[Provision]) -> list[Provision]:
    """`found` without those whose words are but a part of another's: 'nuclear tests' of 'bans nuclear tests'."""
    every = list(found)
    return [
        p
        for p in every
        if not any(
            o.code != p.code
            and o.span.start <= p.span.start
            and p.span.end <= o.span.end
            and o.span.end - o.span.start > p.span.end - p.span.start
            for o in every
        )
    ]


def _slots(cue: str) -> tuple[tuple[frozenset[str], int], ...]:
    """A cue as its words, each with how many others may stand before it."""
    out: list[tuple[frozenset[str], int]] = []
    gap = 0
    for word in cue.split():
        if word == "..":
            gap = _GAP
        else:
            out.append((frozenset(word.split("|")), gap))
            gap = 0
    return tuple(out)


def _words(tokens: Sequence[Token]) -> list[tuple[frozenset[str], Token, Token]]:
    """The words of `tokens` with the forms in which a cue may have them, hyphenated ones whole."""
    out: list[tuple[frozenset[str], Token, Token]] = []
    for token in tokens:
        if token.text == "-" and out:
            continue
        forms = {token.lower_, token.lemma_.lower(), _singular(token)}
        if (
            out
            and token.i >= 2
            and token.nbor(-1).text == "-"
            and out[-1][2].i == token.i - 2
            and not token.nbor(-1).whitespace_
        ):
            before, first, _ = out.pop()
            whole = {f"{b}-{f}" for b in before for f in forms}
            out.append((frozenset(whole | forms), first, token))
        elif not token.is_punct:
            out.append((frozenset(forms), token, token))
    return out


def _matched(
    words: Sequence[tuple[frozenset[str], Token, Token]], start: int, slots: Sequence[tuple[frozenset[str], int]]
) -> int | None:
    """Where a cue that begins at `start` ends; None where it does not stand there."""
    end = start
    for forms, gap in slots[1:]:
        end = next((i for i in range(end + 1, min(end + 2 + gap, len(words))) if words[i][0] & forms), -1)
        if end < 0:
            return None
    return end


def _singular(token: Token) -> str:
    """The lemma of a noun; of a name, which parsers leave in the plural, without its 's'."""
    lemma = token.lemma_.lower()
    if token.pos_ == "PROPN" and lemma.endswith("ies"):
        return f"{lemma[:-3]}y"
    return lemma[:-1] if token.pos_ == "PROPN" and lemma.endswith("s") and not lemma.endswith("ss") else lemma


def _name_end(head: Token) -> int:
    """The last word of a treaty's name: 'Treaty of Peace and Friendship', 'accord on fishing in Lake Victoria'."""
    doc, sent = head.doc, head.sent
    end = head.i
    if head.text[0].isupper() and end + 1 < sent.end and doc[end + 1].lower_ in _NAMES_GO_ON:
        i = end + 1
        while (
            i < sent.end
            and (doc[i].lower_ in _WITHIN_NAMES or doc[i].text[0].isupper())
            and doc[i].ent_type_ not in ("DATE", "TIME")
        ):
            if doc[i].text[0].isupper():
                end = i
            i += 1
        return end
    behind = next(
        (
            c
            for c in head.rights
            if c.dep_ == "prep" and c.i == head.i + 1 and c.lower_ in ("of", "on", "between", "with")
        ),
        None,
    )
    if behind is not None:
        phrase = list(behind.subtree)
        if len(phrase) <= _LONG_NAME and not any(
            (t.pos_ == "VERB" and t.dep_ in ("relcl", "acl")) or t.ent_type_ in ("TIME",) for t in phrase
        ):
            last = phrase[-1]
            if not any(t.ent_type_ == "DATE" and not t.like_num for t in phrase):
                return last.i
    return end


def _years_behind(doc: Doc, end: int) -> int:
    """How far behind a name its year may stand: 'the pact of 1881', 'the Rome Treaty, signed in May 1957'."""
    return 8 if end + 1 < len(doc) and doc[end + 1].text == "," else 3


def _ends_of_name(noun: Token) -> Iterator[Token]:
    """'Agreement' of 'Status of Forces Agreement', which parsers take for what 'Status' is of."""
    for _, obj in prepositions(noun):
        if obj.pos_ == "PROPN" and noun.i < obj.i <= noun.i + _STEM:
            yield obj


def _looks_on(noun: Token) -> bool:
    """'Signed it, with President X looking on'."""
    return any(c.dep_ in ("acl", "advcl", "relcl") and c.tag_ == "VBG" for c in noun.children) or noun.dep_ == "nsubj"


def _is_provided(noun: Token, at: Mapping[int, int]) -> bool:
    """Whether a treaty provides for what `noun` names: 'the protocol provides for a ceasefire'."""
    verb = next((t for t in noun.ancestors if t.pos_ in ("VERB", "AUX")), None)
    subject = arguments(verb).subject if verb is not None else None
    return subject is not None and subject.i < noun.i and subject.i in at


def _came_before(talks: Token) -> bool:
    """'Signed after two days of talks', 'ending years of talks'."""
    top = talks
    while top.dep_ == "pobj" and top.head.lower_ == "of":
        top = top.head.head
    if top.dep_ == "pobj":
        return top.head.lower_ in ("after", "following")
    return (
        top.dep_ == "dobj"
        and top.head.tag_ == "VBG"
        and top.head.lemma_ in ("end", "cap", "crown", "conclude", "follow")
    )


def _arguments(verb: Token) -> Arguments:
    """The arguments of a verb; of 'Signed in Rome by both, it ...' as of a passive."""
    args = arguments(verb)
    bare = (
        verb.tag_ in ("VBN", "VBD")
        and verb.dep_ == "advcl"
        and not any(c.dep_ in ("aux", "auxpass", "nsubj", "mark") for c in verb.children)
    )
    if args.passive or not bare or args.object is not None:
        return args
    agent = next((obj for prep, obj in args.preps if prep == "by" and obj.ent_type_ != "DATE"), None)
    return replace(args, subject=agent, object=args.subject, passive=True)


def _joined(token: Token) -> Iterator[Token]:
    """`token` and what is joined to it, to an apposition or behind its 'of' or 'in': 'General X of Peru and General Y of Chile'."""
    yield token
    for child in token.rights:
        if child.dep_ in ("conj", "appos") and child.pos_ in ("NOUN", "PROPN"):
            yield from _joined(child)
        elif child.dep_ == "prep" and child.lower_ in ("of", "in"):
            for obj in child.children:
                if obj.dep_ == "pobj":
                    yield from list(_joined(obj))[1:]


def _side(mention: ActorMention) -> str:
    actor = mention.actor
    if actor.country is None or actor.sector in _AGAINST or actor.key.startswith("arm:"):
        return ":".join(actor.key.split(":")[:2])
    return actor.country


def _inside(mention: ActorMention, head: Token | None, roles: Roles) -> bool:
    """Whether an actor is named within the phrase of a treaty."""
    if head is None:
        return False
    start, end = (
        roles.scene.offset + head.left_edge.idx,
        roles.scene.offset + head.right_edge.idx + len(head.right_edge),
    )
    return start <= mention.start < end


def _at(who: ActorMention, mention: EventMention) -> ActorMention:
    """Somebody for whom the words of a step stand: 'the treaty' for its parties."""
    return replace(who, text=mention.trigger.text, start=mention.trigger.start, end=mention.trigger.end)


def _is_plural(noun: Token) -> bool:
    """'They', 'both parliaments', 'the two generals', 'X and Y'."""
    if noun.lower_ in ("they", "both", "two"):
        return True
    several = any(c.lower_ in ("both", "two", "all", "their") for c in noun.lefts)
    return (
        noun.tag_ in ("NNS", "NNPS") and (several or any(c.dep_ == "appos" or c.lower_ == "the" for c in noun.children))
    ) or any(c.dep_ == "conj" for c in noun.rights)


def _is_known(mention: ActorMention) -> bool:
    """Whether an actor may be bound by a treaty: a state, an official of one, an organisation or armed group with a name."""
    actor = mention.actor
    return bool(actor.country) or (actor.kind is ActorKind.ORGANISATION and not actor.key.startswith("group:"))


def _is_several(mention: ActorMention) -> bool:
    """'Both legislatures', 'the parliaments'."""
    words = mention.text.lower().split()
    return words[0] in ("both", "two", "all", "their") or words[-1].endswith("s")


def _role(mention: EventMention) -> Role:
    return Role.SOURCE if mention.cameo.startswith("12") else Role.PARTY


def _own_words(candidate: Candidate) -> set[int]:
    return {candidate.head.i, candidate.anchor.i, *(w.i for w in candidate.words)}


def _is_plain(candidate: Candidate, step: Step) -> bool:
    """Whether a candidate is the step itself, not what somebody says or thinks of it."""
    if candidate.operator is not None or candidate.embedded is not None:
        return False
    known = candidate.frame is not None and candidate.frame.action is not None
    return known or step.trigger.i in (candidate.head.i, candidate.anchor.i)


def _as_event(step: Step, over: Candidate | None) -> Candidate:
    """A step as an event of its own, `over` being what an operator has made of it."""
    modality = Modality.ASSERTED
    if over is not None and over.operator is not None:
        modality = _OPERATORS.get(over.operator.name, modality)
    bare = Candidate(
        code=step.code, head=step.trigger, anchor=step.trigger, words=step.words, modality=modality, score=3.0
    )
    return replace(bare, sources=step.by) if step.code.startswith("12") else replace(bare, parties=step.by)


def step_modality(step: Step, candidate: Candidate) -> Modality:
    """The modality of a step: that of its event, but by its own tense where that tells more."""
    verb, found = step.trigger, modality_of(candidate)
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if verb.tag_ == "VBN" and verb.dep_ == "acl" and not auxiliaries and not is_negated(verb):
        # 'the truce, signed in June, is due to expire'
        return Modality.ASSERTED
    if found is Modality.DEMANDED and step.action == "ratified" and "must" in auxiliaries:
        return Modality.PLANNED
    past = verb.tag_ == "VBD" or auxiliaries & {"have", "has", "had", "'ve", "was", "were"}
    if found is Modality.PLANNED and past and not auxiliaries & _AHEAD and candidate.operator is None:
        # 'have extended it, they announced'
        return Modality.ASSERTED
    if found is not Modality.ASSERTED:
        return found
    if step.is_denied:
        return Modality.NEGATED
    if step.is_charge:
        return Modality.ALLEGED
    to_come = verb.head.lemma_.lower() in _TO_COME and (is_infinitive(verb) or verb.pos_ == "NOUN")
    if to_come or modals(verb) & {"will", "shall", "'ll", "must"}:
        return Modality.PLANNED
    return found
