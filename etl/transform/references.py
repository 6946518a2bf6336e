"""Whom short forms stand for: 'he', 'its', 'the minister', 'both sides', 'the alliance', 'we'.

An article is read once, sentence by sentence, before anything is coded. Whom it speaks of is weighed as Lappin and Leass
(1994, 'An algorithm for pronominal anaphora resolution') do: by grammatical role, halved with each sentence, more where the
roles are parallel; number, gender and kind must agree, and who acts upon somebody is not that somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from etl.knowledge.short_forms import ShortForms, load_short_forms
from etl.records import Actor, ActorKind, ActorMention
from etl.transform.actors import ActorFinder
from etl.transform.arguments import arguments, conjuncts, noun_modifiers
from etl.transform.cast import Cast, Person, Scene
from etl.transform.clauses import JOINT_NOUNS, SAYING, reporting_verb, verb_above
from etl.transform.names import Named
from etl.transform.roles import unique

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_IT = frozenset({"it", "its", "itself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
_WE = frozenset({"i", "me", "my", "we", "us", "our", "ours", "mine", "myself", "ourselves"})
PRONOUNS = _HE | _SHE | _IT | _THEY | _WE
_REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves"})

# How much a role in its clause makes one spoken of; the ratios are those of Lappin and Leass.
_WEIGHT = {
    "nsubj": 4.0, "nsubjpass": 3.6, "csubj": 3.0, "ROOT": 3.0, "agent": 2.6, "dobj": 2.4, "dative": 2.0, "attr": 1.5, "pobj": 1.6,
    "poss": 1.4, "appos": 1.2, "compound": 0.8, "amod": 0.8, "nmod": 0.8,
}  # fmt: skip
_LEAST_WEIGHT = 1.0
_NAMED, _OFTEN = 0.3, 6
"""For each time that an article has named a state, up to so many, where it is asked which state it speaks of."""
# What share of that weight belongs to one who is named as one of several, before another noun ('Turkish exports'), or only behind
# another actor ('a Turkish minister' for Turkey); from a half on it is spoken of itself.
_ONE_OF_SEVERAL, _BEFORE_A_NOUN, _BEHIND_ANOTHER, _ITSELF = 0.6, 0.4, 0.3, 0.5
_ALL_TOGETHER = 1.1
_DECAY = 0.5
_PARALLEL = 1.0
_THINGS = 0.8
_UNNAMED = 0.7
"""Of an official without a name an article speaks less than of one with."""
_OBJECTS = 3.0
"""For things, where 'it' is an object."""
_SPEAKS = 2.5
"""For whom a clause of speech is ascribed to: 'X said he ...'."""
_OWNS = 1.2
"""For the subject of the clause in which a possessive stands."""
_KNOWN_GENDER = 0.5
_WITHIN = 3
"""Pronouns reach back so many sentences."""
_NOUNS_WITHIN = 8
_MOST_TOGETHER = 4
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "both", "all", "either", "neither", "each"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_NOMINAL = frozenset(
    {"nsubj", "nsubjpass", "dobj", "pobj", "attr", "dative", "conj", "ROOT", "poss", "agent", "dep", "oprd"}
)
_ASIDE = frozenset({"poss", "prep", "pobj", "compound", "det", "amod", "nmod", "case"})
_OF = re.compile(r" (?:of|for) ")
_PAIR = 2
_PUBLIC = frozenset({"GOV", "MIL", "LEG", "OPP", "PTY"})
_SPEAKING = "spokes"
_OFFICIAL_BODY = re.compile(
    r"\b(?:Ministry|Department of|Foreign Office|Cabinet|Presidency|National Security Council|Transitional Council)\b"
)
_BODIES_OF_STATE = frozenset(
    {"ministry", "government", "cabinet", "junta", "parliament", "presidency", "department", "legislature"}
)
_PAIR_ALONE = frozenset({"both", "neither", "either"})
_ORDINAL = {"former": 0, "latter": -1}
_EXPLETIVE = frozenset({"be", "seem", "appear", "take", "become", "remain", "turn", "rain", "snow", "happen", "follow"})


class _Kind(Enum):
    PERSON = "person"
    STATE = "state"
    BODY = "body"
    GROUP = "group"
    THING = "thing"


@dataclass(slots=True, kw_only=True)
class _Referent:
    """One that an article has spoken of; several at once where they were named together."""

    mentions: tuple[ActorMention, ...]
    """Empty for a thing that is no actor."""
    kind: _Kind
    plural: bool
    female: bool | None = None
    past: float = 0.0
    """Weight from earlier sentences."""
    now: float = 0.0
    """Weight from this one."""
    subject: bool = False
    """Whether it was a subject when last spoken of."""
    sentence: int = 0
    tokens: list[Token] = field(default_factory=list)
    """Where this sentence speaks of it."""
    count: int = 0
    human: bool = False
    """Whether a noun for one of a group: 'a soldier'."""

    @property
    def weight(self) -> float:
        """How much is spoken of it now."""
        return self.past + self.now

    @property
    def presence(self) -> float:
        """How much the article is about it: now, and as often as it was named."""
        return self.weight + _NAMED * min(self.count, _OFTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """The clause of a pronoun: who else stands in it, and who speaks it; as token numbers."""

    token: Token
    acts: bool
    """Whether the pronoun does something that things do not do."""
    of_thing: bool
    """Whether it does what only things do."""
    subject: int | None
    speaker: int | None
    beside: frozenset[int]

    @classmethod
    def of(cls, token: Token, verb: Token | None, acts: Collection[str], of_things: Collection[str]) -> _Clause:
        """The clause of `token`, which stands under `verb`; `acts` are the lemmas of what only actors do, `of_things` only things."""
        subject = speaker = None
        beside: frozenset[int] = frozenset()
        if verb is not None:
            args = arguments(verb)
            found = args.object if args.passive else args.subject
            subject = found.i if found is not None else None
            if token.dep_ != "poss":
                near = {
                    t.i for t in (args.subject, args.object, args.dative, *(o for _, o in args.preps)) if t is not None
                }
                own = {token.i}
                for above in token.ancestors:
                    if above.i == verb.i:
                        break
                    own.add(above.i)
                beside = frozenset(near - own) if near & own else frozenset()
            saying = verb_above(verb)
            if saying is not None and saying.lemma_.lower() in SAYING:
                said_by = arguments(saying).subject
                speaker = said_by.i if said_by is not None else None
        is_agent = verb is not None and token.dep_ == "nsubj" and token.head == verb and verb.lemma_.lower() in acts
        of_thing = token.dep_ in _SUBJECTS and verb is not None and verb.lemma_.lower() in of_things
        return cls(token=token, acts=is_agent, of_thing=of_thing, subject=subject, speaker=speaker, beside=beside)

    def excludes(self, referent: _Referent) -> bool:
        """Whether the syntax keeps the pronoun from standing for `referent`."""
        return any(t.i in self.beside or _is_inside(self.token, t) for t in referent.tokens)


class References:
    """Whom the short forms of one article stand for."""

    def __init__(self, cast: Cast, finder: ActorFinder, acts: Collection[str], home: str | None = None) -> None:
        """`acts` are the lemmas of the verbs of events, `home` the country that the article is filed from."""
        self._home = home
        self._cast = cast
        self._part_of = finder.names.part_of
        self._offices = finder.offices
        self._words: ShortForms = load_short_forms()
        self._acts = frozenset(acts) - self._words.of_things
        offices = "|".join(map(re.escape, self._words.state_offices))
        self._of_states = re.compile(rf"\b({offices})\b", re.IGNORECASE)
        self._known: dict[str, _Referent] = {}
        self._sentence = 0
        self._sent: Span
        """The sentence being read."""
        self._at = 0
        """The word of it being read, by its number in the paragraph."""
        self._speaker: tuple[ActorMention, ...] = ()
        self._parties: tuple[ActorMention, ...] = ()
        self._parties_at = 0
        self._placed: dict[str, Actor] = {}
        """Persons of no told country, by their keys, with the country that the article implies."""
        self._quoted: tuple[Scene | None, Collection[int]] = (None, ())
        """The paragraph being read, and its tokens between quotation marks."""

    def read(self, sent: Span, scene: Scene) -> None:
        """Settle the short forms of a sentence: `scene.heads` then has an entry for each that stands for an actor.

        To be called for every sentence of an article, in order.
        """
        self._sentence += 1
        self._begin()
        if self._quoted[0] is not scene:
            self._quoted = scene, _quoted(scene.doc)
        self._sent = sent
        for token in sent:
            self._at = token.i
            self._token(token, scene)
        self._enter_pairs()
        self._speaker = self._speaker_of(sent, scene) or self._speaker

    def took_part(self, parties: tuple[ActorMention, ...]) -> None:
        """Remember the parties of a meeting, call or deal that the last sentence told of, for 'both sides' and 'they'."""
        self._parties, self._parties_at = parties, self._sentence

    # -- reading -------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        for key in [
            k for k, r in self._known.items() if r.kind is _Kind.THING and self._sentence - r.sentence > _WITHIN
        ]:
            del self._known[key]
        for referent in self._known.values():
            referent.past = (referent.past + referent.now) * _DECAY
            referent.now = 0.0
            referent.tokens = []

    def _token(self, token: Token, scene: Scene) -> None:
        lower = token.lower_
        if lower in PRONOUNS and token.text != "US":
            found = self._first_person(token, scene) if lower in _WE else self._pronoun(token, scene)
            self._settle(token, found, scene)
            return
        name = scene.modifiers.get(token.i)
        if name is not None and token.dep_ in _NOMINAL and (national := self._national(token, name)):
            self._settle(token, national, scene)
            return
        here = scene.heads.get(token.i)
        if here is not None or (token.dep_ in _NOMINAL and token.i not in scene.covered and self._is_noun(token)):
            self._read_noun(token, here, scene)
        elif name is not None and name.end - 1 == token.i and name.entry.kind != "person":
            in_a_town = name.entry.kind == "capital" and token.dep_ == "pobj"
            if name.entry.actor.country and not in_a_town:
                self._enter_state(name.entry.actor.country, token, scene, _BEFORE_A_NOUN)

    def _is_noun(self, token: Token) -> bool:
        """Whether a word stands for somebody or something: nouns, 'the two', 'both', 'the former'."""
        if token.pos_ in ("NOUN", "PROPN") or token.lower_ in _ORDINAL:
            return True
        counts = token.lower_ in self._words.numbers or token.lower_ in _PAIR_ALONE
        return counts and not any(c.dep_ == "prep" for c in token.children)

    def _read_noun(self, token: Token, here: tuple[ActorMention, ...] | None, scene: Scene) -> None:
        lemma = token.lemma_.lower()
        named = scene.heads.get(token.i + 1) if token.i + 1 < len(scene.doc) else None
        if (
            here is None
            and named
            and self._calls(lemma)
            and named[0].start == scene.offset + scene.doc[token.i + 1].idx
        ):
            # 'the bloc ECOWAS', whatever the parser makes of it
            scene.heads[token.i] = named
            return
        if lemma in JOINT_NOUNS and token.dep_ in _SUBJECTS and self._parties and _is_pointed_at(token):
            self._parties_at = self._sentence
        if here is not None:
            here = scene.heads[token.i] = self._known_better(token, here, scene)
        if found := self._noun(token, here, scene):
            self._settle(token, found, scene)
        elif here is not None:
            self._enter_actors(token, here, scene)
        elif token.pos_ == "PROPN" or (token.pos_ == "NOUN" and (not self._calls(lemma) or _is_introduced(token))):
            self._enter(f"thing:{lemma}", (), _Kind.THING, token)

    def _known_better(self, token: Token, here: tuple[ActorMention, ...], scene: Scene) -> tuple[ActorMention, ...]:
        """`here` with what only the article tells of them: whose officials they are, the country of a minister."""
        actor = here[0].actor
        if actor.key.startswith("group:") and actor.sector:
            owner = next((c for c in token.children if c.dep_ == "poss" and c.lower_ in PRONOUNS), None)
            owners = scene.heads.get(owner.i, ()) if owner is not None else ()
            parts = unique(
                replace(here[0], actor=self._part_of(m.actor.country or m.actor, actor.sector)) for m in owners
            )
            if (
                not parts
                and token.lemma_.lower() in _BODIES_OF_STATE
                and token.dep_ in _SUBJECTS
                and _is_one_body(token)
            ):
                # 'the Defence Ministry said' of the state that the article is about
                country = _acting_before(token, scene) or self._home or scene.country
                return (replace(here[0], actor=self._part_of(country, actor.sector)),) if country else here
            return parts or here
        if actor.key.startswith("org:-:") and _OFFICIAL_BODY.search(actor.name):
            country = _acting_before(token, scene) or self._home or scene.country
            return (replace(here[0], actor=self._part_of(country, "GOV")),) if country else here
        if actor.key in self._placed:
            return (replace(here[0], actor=self._placed[actor.key]), *here[1:])
        person = self._cast.find(actor.name) if actor.key.startswith("person:-:") else None
        if person is None or person.country is not None or not person.office:
            return here
        if person.sector != "LEG" and self._of_states.search(person.office):
            country = self._country_of_office(token, person, scene)
        else:
            public = person.sector in _PUBLIC and not person.name.islower()
            country = (_acting_before(token, scene) or self._home or scene.country) if public else None
        if country is None:
            return here
        person.country = country
        self._placed[actor.key] = person.actor
        return (replace(here[0], actor=person.actor), *here[1:])

    def _country_of_office(self, token: Token, person: Person, scene: Scene) -> str | None:
        """The state whose official one of no told country is: the one most spoken of that has no other in the office."""
        beside = [
            token,
            *(c for c in token.children if c.dep_ == "appos"),
            *([token.head] if token.dep_ == "appos" else []),
        ]
        owners = [m for t in beside for c in t.children if c.dep_ == "poss" for m in scene.heads.get(c.i, ())]
        if any(c.dep_ == "poss" for t in beside for c in t.children):
            countries = {m.actor.country for m in owners if m.actor.country}
            return next(iter(countries)) if len(countries) == 1 else None
        office = (person.office or "").lower()
        taken = {
            p.country for p in self._cast.persons.values() if p is not person and (p.office or "").lower() == office
        }
        if (here := _acting_before(token, scene)) is not None and here not in taken:
            return here
        if self._is_at_home(token, taken, scene, speaks=_SPEAKING in office):
            return self._home
        best = self._best(
            lambda r: (
                r.kind is _Kind.STATE and not r.plural and r.count > 0 and r.mentions[0].actor.country not in taken
            ),
            counts=True,
        )
        if best is not None:
            return best.mentions[0].actor.country
        # of 'spoke with Kenya's foreign minister' Kenya is the other's
        others = [(m.start - scene.offset, m.end - scene.offset) for i in range(self._sent.start, self._sent.end) if i != token.i
                  for m in scene.heads.get(i, ()) if m.actor.kind is ActorKind.PERSON]  # fmt: skip
        behind = (
            scene.modifiers[i].entry
            for i in range(token.i, self._sent.end)
            if i in scene.modifiers and not any(start <= scene.doc[i].idx < end for start, end in others)
        )
        named = (e.actor.country for e in behind if e.kind != "person" and e.actor.country not in (None, *taken))
        return next(named, self._home)

    def _is_at_home(self, token: Token, taken: Collection[str | None], scene: Scene, *, speaks: bool) -> bool:
        """Whether an official is of the country that an article is filed from: one that it speaks of, and of nobody beside him."""
        home = self._home
        if home is None or home in taken:
            return False
        beside = {m.actor.country for i in range(self._sent.start, self._sent.end) if i != token.i
                  for m in scene.heads.get(i, ()) if m.actor.office}  # fmt: skip
        most = max(self._cast.countries.values(), default=0)
        return home not in beside and self._cast.countries[home] * (1 + speaks) >= most

    def _calls(self, lemma: str) -> bool:
        """Whether a noun can call an actor, so that it is no mere thing even where nobody is found for it."""
        words = self._words
        return any(
            lemma in part
            for part in (words.persons, words.states, words.governments, words.sides, words.bodies, words.numbers)
        )

    def _settle(self, token: Token, found: tuple[ActorMention, ...], scene: Scene) -> None:
        if not found:
            return
        words = scene.doc[_first_word(token).i : token.i + 1]
        text, start, end = words.text, words.start_char, words.end_char
        mentions = tuple(replace(m, text=text, start=scene.offset + start, end=scene.offset + end) for m in found)
        scene.heads[token.i] = mentions
        self._enter_actors(token, mentions, scene)

    def _enter_actors(self, token: Token, mentions: tuple[ActorMention, ...], scene: Scene) -> None:
        if len(mentions) > 1:
            self._enter_set(mentions, token)
        for mention in mentions:
            actor = mention.actor
            singular = token.tag_ not in ("NNS", "NNPS")
            kind = self._kind(actor, token)
            key = _state_key(actor.country) if kind is _Kind.STATE and actor.country else actor.key
            if key.startswith("group:"):
                key += actor.name
            # of 'Chile and Peru' neither is 'it'
            share = _ONE_OF_SEVERAL if len(mentions) > 1 or _is_listed(token) else 1.0
            name = scene.modifiers.get(token.i)
            if name is not None and name.entry.kind == "capital" and token.dep_ == "pobj":
                # 'flew from Doha', 'a train to Vienna': rather a town than a state
                share = _BEHIND_ANOTHER
            referent = self._enter(
                key, (mention,), kind, token, plural=not singular and kind is _Kind.GROUP, share=share
            )
            referent.human = kind is _Kind.GROUP and singular and self._is_human(token.lemma_.lower())
            if kind is _Kind.PERSON and referent.female is None:
                referent.female = self._gender(mention)
            if actor.country and kind is not _Kind.STATE:
                self._enter_state(actor.country, token, scene, _BEHIND_ANOTHER)
        joined = [t for t in conjuncts(token) if t.i != token.i]
        if joined and token.dep_ != "conj":
            everyone = [m for t in (token, *joined) for m in scene.heads.get(t.i, ())]
            if len(everyone) > 1:
                self._enter_set(tuple(everyone), token, share=_ALL_TOGETHER)

    def _enter_state(self, code: str, token: Token, scene: Scene, share: float) -> None:
        start = scene.offset + token.idx
        state = ActorMention(actor=self._part_of(code, None), text=token.text, start=start, end=start + len(token))
        self._enter(_state_key(code), (state,), _Kind.STATE, token, share=share)

    def _enter_set(self, mentions: tuple[ActorMention, ...], token: Token, share: float = 1.0) -> None:
        unique = {m.actor.key: m for m in mentions}
        if len(unique) < 2:
            return
        kinds = {self._kind(m.actor, token) for m in unique.values()}
        kind = next(iter(kinds)) if len(kinds) == 1 else _Kind.GROUP
        self._enter("+".join(sorted(unique)), tuple(unique.values()), kind, token, plural=True, share=share)

    def _enter(
        self,
        key: str,
        mentions: tuple[ActorMention, ...],
        kind: _Kind,
        token: Token,
        *,
        plural: bool = False,
        share: float = 1.0,
    ) -> _Referent:
        referent = self._known.get(key)
        if referent is None:
            thing_plural = kind is _Kind.THING and token.tag_ in ("NNS", "NNPS")
            referent = self._known[key] = _Referent(mentions=mentions, kind=kind, plural=plural or thing_plural)
        head = _head_of_list(token)
        weight = _WEIGHT.get(head.dep_, _LEAST_WEIGHT) * share * (0.9 if head.i != token.i else 1.0)
        if kind is _Kind.THING:
            weight *= _THINGS
        elif kind is _Kind.PERSON and not key.startswith("person:"):
            weight *= _UNNAMED
        referent.now = max(referent.now, weight)
        if share >= _ITSELF:
            referent.subject = head.dep_ in _SUBJECTS
            referent.sentence = self._sentence
            referent.tokens.append(token)
            referent.count += 1
            if mentions:
                referent.mentions = mentions
        elif not referent.sentence:
            referent.sentence = self._sentence
        return referent

    def _enter_pairs(self) -> None:
        """Two persons, or two states, of one sentence can be spoken of together."""
        for kind in (_Kind.PERSON, _Kind.STATE):
            here = [
                r
                for r in self._known.values()
                if r.kind is kind
                and not r.plural
                and r.tokens
                and r.mentions
                and not r.mentions[0].actor.key.startswith("group:")
            ]
            if 1 < len(here) <= _MOST_TOGETHER:
                leading = max((t for r in here for t in r.tokens), key=lambda t: _WEIGHT.get(t.dep_, 0))
                self._enter_set(tuple(m for r in here for m in r.mentions), leading)

    # -- pronouns ------------------------------------------------------------------------------------------------

    def _pronoun(self, token: Token, scene: Scene) -> tuple[ActorMention, ...]:
        lower = token.lower_
        if lower == "it" and _is_expletive(token, self._words.of_mind):
            return ()
        verb = verb_above(token)
        if lower in _REFLEXIVE and verb is not None:
            args = arguments(verb)
            subject = args.object if args.passive else args.subject
            return self._stands_for(subject, scene)
        if lower in _THEY:
            self._enter_pairs()
            if self._parties and self._parties_at == self._sentence - 1:
                self._enter_set(self._parties, _root(token))
        clause = _Clause.of(token, verb, self._acts, self._words.of_things_alone)
        candidates = [
            (self._score(r, token, clause), n, r)
            for n, r in enumerate(self._known.values())
            if self._agrees(r, token, clause) and not clause.excludes(r)
        ]
        ahead = self._ahead(token, scene)
        if ahead and not any(c[0] >= _WEIGHT["dobj"] for c in candidates):
            return ahead
        if not candidates:
            return ahead
        _, _, best = max(candidates, key=lambda c: (c[0], c[1]))
        if best.kind is _Kind.PERSON and not best.plural and best.female is None and lower in _HE | _SHE:
            best.female = lower in _SHE
        return best.mentions

    def _agrees(self, referent: _Referent, token: Token, clause: _Clause) -> bool:
        lower = token.lower_
        if self._sentence - referent.sentence > _WITHIN:
            return False
        if (referent.kind is _Kind.THING and clause.acts) or (referent.kind is not _Kind.THING and clause.of_thing):
            return False
        if lower in _HE | _SHE:
            return (
                (referent.kind is _Kind.PERSON or referent.human)
                and not referent.plural
                and referent.female is not (lower in _HE)
            )
        if lower in _IT:
            return not referent.plural and referent.kind is not _Kind.PERSON
        return referent.plural or referent.kind is _Kind.GROUP

    def _score(self, referent: _Referent, token: Token, clause: _Clause) -> float:
        score = referent.weight
        if token.dep_ in _SUBJECTS and referent.subject:
            score += _PARALLEL
        if token.lower_ in _HE | _SHE and referent.female is not None:
            score += _KNOWN_GENDER
        here = {t.i for t in referent.tokens}
        if token.dep_ == "poss" and clause.subject in here:
            score += _OWNS
        if clause.speaker in here:
            score += _SPEAKS
        if referent.kind is _Kind.THING and token.dep_ in ("dobj", "pobj"):
            score += _OBJECTS
        return score

    def _ahead(self, token: Token, scene: Scene) -> tuple[ActorMention, ...]:
        """Whom a pronoun in front of the main clause stands for: 'In his speech, Putin said'."""
        root = _root(token)
        subject = next((c for c in root.children if c.dep_ in _SUBJECTS), None)
        if subject is None or subject.i < token.i or root.i < token.i:
            return ()
        if not any(a.dep_ in ("prep", "advcl") and a.head == root for a in token.ancestors):
            return ()
        found = scene.heads.get(subject.i, ())
        person = token.lower_ in _HE | _SHE
        return tuple(m for m in found if (self._kind(m.actor, subject) is _Kind.PERSON) == person)

    def _stands_for(self, token: Token | None, scene: Scene) -> tuple[ActorMention, ...]:
        joined = conjuncts(token) if token is not None else ()
        for one in joined:
            if one.i in scene.heads and scene.heads[one.i][0].actor.key.startswith("person:-:"):
                scene.heads[one.i] = self._known_better(one, scene.heads[one.i], scene)
        return tuple(m for one in joined for m in scene.heads.get(one.i, ()))

    # -- nouns ---------------------------------------------------------------------------------------------------

    def _noun(self, token: Token, here: tuple[ActorMention, ...] | None, scene: Scene) -> tuple[ActorMention, ...]:
        """Whom a noun that names nobody stands for; nothing where it names somebody or points at nobody."""
        if here is not None and any(m.actor.key.startswith(("person:", "igo:", "ngo:", "org:")) for m in here):
            return self._namesakes(token, here)
        if any(c.dep_ == "appos" and c.i in scene.heads for c in token.children):
            # 'his host, King Salman'
            return ()
        words, lemma, modifiers = self._words, token.lemma_.lower(), noun_modifiers(token)
        owner = next((c for c in token.children if c.dep_ == "poss" and c.lower_ in PRONOUNS), None)
        if owner is not None and not any(t.i in scene.modifiers for t in modifiers):
            return self._of_owner(lemma, scene.heads.get(owner.i, ()))
        determiner = next((c.lower_ for c in token.children if c.dep_ in ("det", "predet")), None)
        if token.lower_ in _PAIR_ALONE or (determiner in _PAIR_ALONE and lemma in words.sides):
            return self._several("side" if token.lower_ in _PAIR_ALONE else lemma, 2)
        if determiner not in _DEFINITE or _is_told_of(token):
            return ()
        if lemma in _ORDINAL:
            last = self._best(lambda r: r.plural and len(r.mentions) > 1, within=_WITHIN)
            return (last.mentions[_ORDINAL[lemma]],) if last is not None else ()
        country = next((m.actor.country for m in here or () if m.actor.country), None)
        numbered = (token, *modifiers, *token.children)
        count = next((n for t in numbered if (n := words.numbers.get(t.lower_))), None)
        if token.tag_ in ("NNS", "NNPS") or lemma in words.numbers:
            if country:
                return ()
            return self._several(lemma, count) or (self._body_known(here, modifiers) if here and not count else ())
        if lemma in words.persons or (here is not None and self._is_person(here[0].actor)):
            return self._person_called(token, here, country)
        if country:
            return ()
        if lemma in words.states or lemma in words.governments:
            # 'the Gulf state', 'the tiny kingdom', but not 'the chess federation', 'the German state'
            if any(t.i in scene.modifiers or (t.dep_ == "compound" and t.text.islower()) for t in modifiers):
                return ()
            return self._state_called(lemma)
        if here is not None and (known := self._body_known(here, modifiers)):
            return known
        described = frozenset(t.lower_ for t in modifiers if t.dep_ in ("compound", "amod", "nmod"))
        return self._body_called(lemma, described)

    def _of_owner(self, lemma: str, owners: tuple[ActorMention, ...]) -> tuple[ActorMention, ...]:
        """'His country' is the owner's; 'his host', 'their rival' the other side of those who were named with the owner."""
        if lemma in self._words.states - self._words.sides:
            return self._states_of(owners)
        if lemma not in self._words.relations or len(owners) != 1:
            return ()
        key = owners[0].actor.key
        best = self._best(
            lambda r: r.plural and len(r.mentions) == _PAIR and key in {m.actor.key for m in r.mentions}, within=_WITHIN
        )
        return tuple(m for m in best.mentions if m.actor.key != key) if best is not None else ()

    def _state_called(self, lemma: str) -> tuple[ActorMention, ...]:
        best = self._best(lambda r: r.kind is _Kind.STATE and not r.plural, counts=True)
        if best is None or not best.mentions[0].actor.country:
            return ()
        sector = "GOV" if lemma in self._words.governments else None
        return (replace(best.mentions[0], actor=self._part_of(best.mentions[0].actor.country, sector)),)

    def _national(self, token: Token, name: Named) -> tuple[ActorMention, ...]:
        """'The Georgian' is the person of Georgia who was spoken of last."""
        country = name.entry.actor.country
        if name.entry.kind not in ("adjective", "inhabitant") or token.tag_ in ("NNS", "NNPS") or country is None:
            return ()
        if not any(c.dep_ == "det" and c.lower_ == "the" for c in token.children):
            return ()
        best = self._best(lambda r: r.kind is _Kind.PERSON and not r.plural and r.mentions[0].actor.country == country)
        return best.mentions if best is not None else ()

    def _body_known(self, here: tuple[ActorMention, ...], modifiers: tuple[Token, ...]) -> tuple[ActorMention, ...]:
        """'The army', 'the rebels' of an article that has told whose they are, where nothing else is said of them."""
        sector = here[0].actor.sector
        if not here[0].actor.key.startswith("group:") or modifiers:
            return ()
        best = self._best(
            lambda r: (
                r.kind in (_Kind.GROUP, _Kind.BODY)
                and len(r.mentions) == 1
                and r.mentions[0].actor.sector == sector
                and (r.mentions[0].actor.country is not None or r.kind is _Kind.BODY)
            )
        )
        return best.mentions if best is not None else ()

    def _namesakes(self, token: Token, here: tuple[ActorMention, ...]) -> tuple[ActorMention, ...]:
        """Of two persons of one last name, the one whom the title fits, else the one spoken of last."""
        words = here[0].text.split()
        if not here[0].actor.key.startswith("person:") or len(token.text) < 2:
            return ()
        family = [
            p for p in self._cast.persons.values() if len(p.name.split()) > 1 and p.name.split()[-1] == token.text
        ]
        if len(family) < 2 or any(p.name in here[0].text for p in family):
            return ()
        title = " ".join(words[:-1]).lower()
        fitting = [p for p in family if title and p.office and p.office.lower().endswith(title)]
        if len(fitting) == 1:
            return (replace(here[0], actor=fitting[0].actor),)
        keys = {p.actor.key for p in family}
        best = self._best(lambda r: r.kind is _Kind.PERSON and not r.plural and r.mentions[0].actor.key in keys)
        return best.mentions if best is not None else ()

    def _several(self, lemma: str, count: int | None) -> tuple[ActorMention, ...]:
        """'The two leaders', 'both sides', 'the neighbours': those of a meeting or deal, else those named together or most."""
        words, together = self._words, self._together(count)
        if lemma in words.states or lemma in words.governments:
            two = self._named_together(_Kind.STATE, count, within=1) if count else ()
            return self._states_of(together) or two or self._most_named(_Kind.STATE, count or 2)
        if lemma in words.persons:
            if together and all(self._is_person(m.actor) for m in together):
                return together
            return self._named_together(_Kind.PERSON, count) or self._most_named(_Kind.PERSON, count)
        if lemma in words.numbers:
            persons = together if all(self._is_person(m.actor) for m in together) else ()
            return (
                persons
                or self._named_together(_Kind.PERSON, count)
                or together
                or self._named_together(None, count)
                or self._most_named(_Kind.PERSON, count)
            )
        if lemma in words.sides:
            return together or self._most_named(_Kind.STATE, count or 2) or self._named_together(None, count)
        return ()

    def _named_together(
        self, kind: _Kind | None, count: int | None, within: int = _WITHIN + 1
    ) -> tuple[ActorMention, ...]:
        best = self._best(
            lambda r: (
                r.plural
                and len(r.mentions) > 1
                and (r.kind is kind if kind else r.kind is not _Kind.THING)
                and count in (None, len(r.mentions))
                and _apart(r.mentions)
            ),
            within=within,
        )
        return best.mentions if best is not None else ()

    def _most_named(self, kind: _Kind, count: int | None) -> tuple[ActorMention, ...]:
        if count is None:
            return ()
        within = _NOUNS_WITHIN if kind is _Kind.STATE else _WITHIN
        known = [
            r
            for r in self._known.values()
            if r.kind is kind and not r.plural and r.count and self._sentence - r.sentence <= within
        ]
        known.sort(key=lambda r: -(r.presence if kind is _Kind.STATE else r.weight))
        return tuple(r.mentions[0] for r in known[:count]) if len(known) >= count else ()

    def _together(self, count: int | None) -> tuple[ActorMention, ...]:
        """The parties of the last meeting or deal, while the article still speaks of it."""
        fresh = self._sentence - self._parties_at <= _WITHIN + 1
        return self._parties if fresh and count in (None, len(self._parties)) else ()

    def _states_of(self, mentions: tuple[ActorMention, ...]) -> tuple[ActorMention, ...]:
        return tuple(replace(m, actor=self._part_of(m.actor.country, None)) for m in mentions if m.actor.country)

    def _person_called(
        self, token: Token, here: tuple[ActorMention, ...] | None, country: str | None
    ) -> tuple[ActorMention, ...]:
        """The person whose office 'the minister', 'the French leader', 'the woman' may stand for."""
        lemma = token.lemma_.lower()
        office = (here[0].actor.office or here[0].actor.name.strip("()")) if here else lemma
        female = True if lemma in self._words.female else False if lemma in self._words.male else None

        def fits(referent: _Referent, exactly: bool) -> bool:
            if referent.kind is not _Kind.PERSON or referent.plural or not referent.mentions:
                return False
            actor = referent.mentions[0].actor
            if (country and actor.country != country) or (
                actor.country is None and not actor.key.startswith("person:")
            ):
                return False
            if here and actor.key == here[0].actor.key:
                return False
            if female is not None and referent.female is (not female):
                return False
            return self._may_be(office.lower(), actor, exactly=exactly)

        best = self._best(lambda r: fits(r, True)) or self._best(lambda r: fits(r, False))
        if best is not None:
            return best.mentions
        if country and here:
            known = [
                p for p in self._cast.persons.values() if p.country == country and self._may_be(office.lower(), p.actor)
            ]
            if len(known) == 1:
                return (replace(here[0], actor=known[0].actor),)
        return ()

    def _may_be(self, office: str, actor: Actor, *, exactly: bool = False) -> bool:
        """Whether a person may be called by a noun, or by an office that ends with it; `exactly`: holds an office that ends so."""
        offices = [actor.office.lower()] if actor.office else self._offices.get(actor.key, ())
        # a minister of foreign affairs is a minister
        offices = [part for held in offices for part in (held, _OF.split(held)[0])]
        if any(held.endswith(office) for held in offices):
            return True
        called = self._words.persons.get(office)
        if exactly or called is None:
            # 'the deputy minister' is not any minister
            return False
        return "*" in called or any(held.endswith(o) for held in offices for o in called)

    def _body_called(self, lemma: str, described: frozenset[str]) -> tuple[ActorMention, ...]:
        """The organisation that a noun may stand for: one with the noun, and what describes it, in its name, else one known as such."""
        called = self._words.bodies.get(lemma)
        if called is None:
            return ()

        def is_body(referent: _Referent) -> bool:
            return referent.kind in (_Kind.BODY, _Kind.GROUP) and not referent.plural

        best = self._best(lambda r: is_body(r) and {lemma, *described} <= set(r.mentions[0].actor.name.lower().split()))
        if best is None and not described:
            best = self._best(lambda r: is_body(r) and r.mentions[0].actor.key in called)
        if best is None and "*" in called and f"thing:{lemma}" not in self._known:
            best = self._best(
                lambda r: r.kind is _Kind.BODY and not r.plural and not r.mentions[0].actor.key.startswith("org:-"),
                within=_WITHIN + 1,
            )
        return best.mentions if best is not None else ()

    def _best(
        self, fits: Callable[[_Referent], bool], *, within: int = _NOUNS_WITHIN, counts: bool = False
    ) -> _Referent | None:
        found = [r for r in self._known.values() if r.mentions and self._sentence - r.sentence <= within and fits(r)]
        return max(found, key=lambda r: r.presence if counts else r.weight, default=None)

    # -- speakers ------------------------------------------------------------------------------------------------

    def _first_person(self, token: Token, scene: Scene) -> tuple[ActorMention, ...]:
        """'I' and 'we' within quotation marks are whoever is quoted: in this sentence, later in the paragraph, or before."""
        if token.i not in self._quoted[1] and reporting_verb(token) is None:
            return ()
        if speaker := self._speaker_of(self._sent, scene):
            return speaker
        if self._sent.start == 0:
            later = (self._speaker_of(sent, scene) for sent in scene.doc.sents if sent.start > 0)
            return next((found for found in later if found), self._speaker)
        return self._speaker

    def _speaker_of(self, sent: Span, scene: Scene) -> tuple[ActorMention, ...]:
        """Whom `sent` quotes or reports: the subject of its verb of saying, of any verb beside a quotation, or 'according to' whom."""
        quoted = self._quoted[1]
        beside = any(token.i in quoted for token in sent)
        for token in sent:
            if token.pos_ == "VERB" and token.i not in quoted and (beside or token.lemma_.lower() in SAYING):
                subject = arguments(token).subject
                if subject is None or subject.i == token.i or subject.i in quoted:
                    continue
                found = self._stands_for(subject, scene)
                if sent == self._sent and subject.i > self._at:
                    # '"I see no reason," he said': he comes behind what he says
                    found = (
                        self._pronoun(subject, scene)
                        if subject.lower_ in _HE | _SHE
                        else self._noun(subject, found or None, scene) or found
                    )
                if found:
                    return found
            if token.lower_ == "according":
                obj = next((o for p in token.children for o in p.children if o.dep_ == "pobj"), None)
                if found := self._stands_for(obj, scene):
                    return found
        return ()

    # -- what one is -----------------------------------------------------------------------------------------------

    def _kind(self, actor: Actor, token: Token) -> _Kind:
        if actor.key.startswith("person:") or (self._is_person(actor) and token.tag_ not in ("NNS", "NNPS")):
            return _Kind.PERSON
        if actor.kind is ActorKind.COUNTRY or (
            actor.key == f"{actor.country}:GOV" and token.tag_ not in ("NNS", "NNPS")
        ):
            return _Kind.STATE
        return _Kind.BODY if actor.kind is ActorKind.ORGANISATION else _Kind.GROUP

    def _is_human(self, lemma: str) -> bool:
        """Whether a noun for an agent is one for a single person."""
        return lemma.endswith(self._words.human_endings) and lemma not in self._words.inhuman

    def _is_person(self, actor: Actor) -> bool:
        return actor.kind is ActorKind.PERSON or (
            actor.key.startswith("group:")
            and bool({actor.name.strip("()"), actor.name.strip("()").split()[-1]} & self._words.persons.keys())
        )

    def _gender(self, mention: ActorMention) -> bool | None:
        """Whether a person is a woman; None where nothing tells."""
        titles = [*mention.text.lower().split(), *(mention.actor.office or "").lower().split()]
        if set(titles) & self._words.female:
            return True
        if set(titles) & self._words.male:
            return False
        first = mention.actor.name.split()[0]
        return True if first in self._words.female_names else False if first in self._words.male_names else None


def _is_one_body(token: Token) -> bool:
    """'the Defence Ministry', 'the junta', 'parliament': one body, not 'officials' or 'a minister'."""
    return token.tag_ in ("NN", "NNP") and not any(
        c.lower_ in ("a", "an", "no", "any", "every") for c in token.children
    )


def _named_first(token: Token, scene: Scene) -> str | None:
    """The country of the town with whose name the sentence opens: 'In London, the minister said'."""
    start = token.sent.start
    for word in token.doc[start + 1 : min(start + 4, token.i)]:
        name = scene.modifiers.get(word.i) or scene.towns.get(word.i)
        if word.dep_ == "pobj" and word.head.lower_ == "in" and word.head.i <= start + 1 and name is not None:
            return name.entry.actor.country
    return None


def _acting_before(token: Token, scene: Scene) -> str | None:
    """The country that acts, or where it happens, in what its paragraph says before `token`: of its officials are who speak then.

    'Croatia would not budge. "They will see our judge," the interior minister said'; 'In Dhaka, the deputy leader said'.
    """
    doc, quoted = scene.doc, _quoted(scene.doc)
    for sent in reversed([s for s in doc.sents if s.start <= token.i]):
        for word in sent:
            if word.i >= token.left_edge.i or word.i in quoted or word in token.subtree:
                continue
            acting = word.head if word.dep_ == "poss" else word
            first = word.dep_ == "pobj" and word.head.lower_ == "in" and word.head.i <= sent.start + 1
            if acting.dep_ not in _SUBJECTS and not first:
                continue
            for mention in scene.heads.get(word.i, ()):
                actor = mention.actor
                if actor.country and (actor.kind is ActorKind.COUNTRY or actor.sector in _PUBLIC) and not actor.office:
                    return actor.country
            name = scene.modifiers.get(word.i) or scene.towns.get(word.i)
            if first and name is not None and name.entry.actor.country:
                return name.entry.actor.country
    return None


def _state_key(country: str) -> str:
    return f"state:{country}"


def _apart(mentions: tuple[ActorMention, ...]) -> bool:
    """Whether `mentions` are known and may be called sides: not two officials of one state."""
    known = [m.actor.country or m.actor.key for m in mentions if not m.actor.key.startswith("group:")]
    return len(known) == len(mentions) and (
        len(set(known)) > 1 or all(m.actor.key.startswith("person:") for m in mentions)
    )


def _head_of_list(token: Token) -> Token:
    while token.dep_ in ("conj", "appos") and token.head.pos_ not in ("VERB", "AUX") and token.head.i != token.i:
        token = token.head
    return token


def _first_word(head: Token) -> Token:
    """The first word of the noun phrase of `head` that belongs to its short form."""
    if head.pos_ in ("PRON", "DET") or head.lower_ in PRONOUNS:
        return head
    before = (c for c in head.lefts if c.dep_ in ("det", "nummod", "amod", "predet", "compound", "poss"))
    return min((head, *before), key=lambda t: t.i)


def _root(token: Token) -> Token:
    # `token.sent.root` looks at every token of the document
    while token.head.i != token.i:
        token = token.head
    return token


def _is_expletive(token: Token, of_mind: Collection[str]) -> bool:
    """'it is clear that', 'it was Iran that', 'it remains to be seen', but not 'it is ready to'."""
    verb = token.head
    if token.dep_ not in _SUBJECTS or verb.lemma_.lower() not in _EXPLETIVE:
        return any(c.dep_ == "ccomp" for c in verb.children) and token.dep_ == "nsubjpass"
    told = next((c for c in verb.children if c.dep_ in ("acomp", "attr", "oprd")), None)
    if told is not None and told.lemma_.lower() in of_mind:
        return False
    beside = (*verb.children, *(told.children if told is not None else ()))
    return any(c.dep_ in ("ccomp", "csubj", "relcl", "xcomp", "advcl", "acl") and c.i > verb.i for c in beside)


def _is_listed(token: Token) -> bool:
    return token.dep_ == "conj" or any(c.dep_ == "conj" and c.pos_ not in ("VERB", "AUX") for c in token.rights)


def _is_told_of(noun: Token) -> bool:
    """Whether a noun phrase itself tells whom it means: 'the leader of the rebels', 'the man who shot'."""
    return any(
        (c.dep_ == "prep" and c.lower_ == "of") or (c.dep_ == "relcl" and c.left_edge.nbor(-1).text != ",")
        for c in noun.children
    )


def _is_pointed_at(noun: Token) -> bool:
    return any(c.lower_ in ("the", "this", "these", "their") for c in noun.children)


def _is_introduced(noun: Token) -> bool:
    return any(c.dep_ == "det" and c.lower_ in ("a", "an", "another") for c in noun.children)


def _is_inside(token: Token, other: Token) -> bool:
    """Whether `token` stands in the phrase that `other` heads, without a clause or list between: 'the king of his country'."""
    current = token
    while current.head.i != current.i:
        if current.dep_ not in _ASIDE:
            return False
        current = current.head
        if current.i == other.i:
            return True
    return False


def _quoted(doc: Doc) -> Collection[int]:
    """The tokens between quotation marks; a paragraph that ends within a quotation ends it."""
    inside, out = False, set()
    for token in doc:
        if token.text == '"' or (token.text in ("'", "''", "``") and token.tag_ in ("``", "''")):
            inside = not inside if token.text == '"' else token.tag_ == "``"
        elif inside:
            out.add(token.i)
    return out
