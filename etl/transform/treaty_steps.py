"""Which steps in the life of its treaties a sentence tells of, and whom it names as taking them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etl.records import ActorMention, Span
from etl.transform.arguments import Arguments, arguments, conjuncts, prepositions, through_partitive
from etl.transform.clauses import dependent, reporting_verb
from etl.transform.language import span_of
from etl.transform.roles import unique
from etl.transform.treaty_identity import AT_HAND, Reading, Thing, Things
from etl.transform.treaty_sides import side
from etl.transform.treaty_takers import Takers
from etl.transform.treaty_words import Phrase, TreatyFinder, singular

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUNS = frozenset({"it", "this", "them", "both"})
_NAME_REACH = 4
"""Words behind 'Status' of 'Status of Forces Agreement' within which the noun of a name stands."""
_UNDERGONE = frozenset({"object", "brokered", "voted", "against"})
"""Parts of a step whose phrases have the treaty as object."""


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


def steps_in(reading: Reading, things: Things, finder: TreatyFinder) -> list[Step]:
    """The steps of a sentence, in the order of the text; a pronoun for a treaty is kept among its names."""
    return _Sentence(reading, things, finder).steps()


class _Sentence:
    """One sentence being read for steps."""

    def __init__(self, reading: Reading, things: Things, finder: TreatyFinder) -> None:
        self._sent = reading.sent
        self._roles = reading.roles
        self._at = reading.at
        self._index = reading.index
        self._offset = reading.offset
        self._things = things
        self._finder = finder
        self._words = finder.words
        self._takers = Takers(reading.roles, things, finder.words)

    def steps(self) -> list[Step]:
        found: dict[tuple[str, int, int], Step] = {}
        for token in self._sent:
            for step in self._of_token(token):
                found.setdefault((step.action, step.treaty, step.trigger.i), step)
        every = [self._with_speaker(step) for step in (*found.values(), *self._talks_before(list(found.values())))]
        # 'voted on ratification', 'the signing of the treaty that they signed': a noun within a verb's step is not another
        return [step for step in every if step.trigger.pos_ != "NOUN" or not any(_covers(o, step) for o in every)]

    def _of_token(self, token: Token) -> list[Step]:
        gerund = (
            token.tag_ == "VBG"
            and token.lower_ in self._finder.nouns
            and any(c.dep_ in ("det", "poss") for c in token.children)
        )
        if gerund:
            return self._of_noun(token, token.lower_)
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            return self._of_verb(token)
        if token.pos_ in ("NOUN", "PROPN"):
            return self._of_noun(token, token.lemma_.lower())
        return self._in_force(token) if token.lower_ in ("in", "into") else []

    def _talks_before(self, found: list[Step]) -> Iterator[Step]:
        """The talks that a treaty signed has behind it: 'signed it after two days of talks'."""
        done = next((s for s in found if s.action in ("signed", "initialled")), None)
        if done is None or any(s.action == "negotiated" for s in found):
            return
        nouns = (t for t in self._sent if t.pos_ == "NOUN" and t.lemma_ in self._finder.nouns)
        talks = next((t for t in nouns if self._came_before(t)), None)
        if talks is not None and any(p.action == "negotiated" for p in self._finder.nouns[talks.lemma_]):
            yield self._step("negotiated", done.treaty, talks, (talks,), (), None)

    def _came_before(self, talks: Token) -> bool:
        """'Signed after two days of talks', 'ending years of talks'."""
        top = talks
        while top.dep_ == "pobj" and top.head.lower_ == "of":
            top = top.head.head
        if top.dep_ == "pobj":
            return top.head.lower_ in ("after", "following")
        return top.dep_ == "dobj" and top.head.tag_ == "VBG" and top.head.lemma_ in self._words.crowning

    def _with_speaker(self, step: Step) -> Step:
        """A step with what its subject and those who tell of it say of it."""
        subject = _arguments(step.trigger).subject if step.trigger.pos_ == "VERB" else None
        if subject is not None and _is_plural(subject):
            step = replace(step, is_joint=True)
        if step.action != "violated":
            return step
        if (verb := reporting_verb(step.trigger)) is not None:
            speakers = {side(m) for m in self._roles.loosely(arguments(verb).subject)}
            charged = speakers.isdisjoint(side(m) for m in step.by)
            return replace(step, is_charge=charged, is_denied=verb.lemma_ in self._words.denying)
        return replace(step, is_charge=any(t.lemma_.lower() in self._words.accusing for t in step.trigger.ancestors))

    # -- told by verbs

    def _of_verb(self, verb: Token) -> list[Step]:
        phrases = self._finder.verbs.get(verb.lemma_.lower(), ())
        if not phrases or (verb.dep_ == "amod" and verb.head.i not in self._at):
            return []
        active = _arguments(verb)
        undergone = self._undergone(verb, active)
        for phrase in phrases:
            if verb.dep_ == "amod" and phrase.action in ("amended", "extended", "negotiated"):
                # 'the revised accord' is spoken of, not revised
                continue
            words = _in_row(verb, phrase.rest[:-1] if phrase.how == "behind" else phrase.rest)
            if words is None:
                continue
            args = undergone if phrase.how in _UNDERGONE else active
            found = self._alone(phrase, words, args) if phrase.how == "alone" else self._taken(phrase, words, args)
            if found is not None:
                return found
        return []

    def _undergone(self, verb: Token, args: Arguments) -> Arguments:
        """The arguments of a verb, as a passive's where a treaty would do itself what is done to treaties.

        Parsers take 'the accord, signed in May, lapsed' for 'the accord signed'.
        """
        acting = args.subject is not None and args.subject.i in self._at
        if verb.tag_ in ("VBN", "VBD") and acting and not args.passive and args.object is None:
            return _as_passive(args)
        return args

    def _alone(self, phrase: Phrase, words: tuple[Token, ...], args: Arguments) -> list[Step] | None:
        """'Has not signed', of the treaty spoken of just before; None where the phrase is not that."""
        if args.object is not None or args.passive or args.preps or args.subject is None:
            return None
        recent = self._things.recent(self._index, near=1)
        by = self._roles.loosely(args.subject)
        return [self._step(phrase.action, recent, words[0], words, by, None)] if recent is not None and by else None

    def _taken(self, phrase: Phrase, words: tuple[Token, ...], args: Arguments) -> list[Step] | None:
        """The steps that `words` tell of with the treaties in their place; None where the phrase is not that."""
        verb, how = words[0], phrase.how
        if how == "against" and verb.tag_ not in ("VBD", "VBN", "VBZ"):
            return None
        weak = verb.lemma_.lower() in self._words.weak and not phrase.rest
        things = [thing for t in _places(phrase, words, args) for thing in self._meant(t, weak=weak)]
        if not things or self._is_of_parliament(phrase, verb, args):
            return None
        by = () if how in ("subject", "brokered") else self._takers.of_verb(verb, args.subject)
        if by is None:
            return []
        if how in ("voted", "against") and not any(m.actor.sector == "LEG" for m in by):
            return None
        step = self._words.steps[phrase.action]
        joint = step.binds and step.joint
        if joint and how in ("object", "behind"):
            beside = (obj for prep, obj in args.preps if prep in AT_HAND and not _looks_on(obj))
            by = unique((*by, *(m for obj in beside for m in self._roles.actors(obj))))
        out = []
        for number, head in things:
            if verb.lemma_.lower() == "issue" and not _is_issued(self._things[number]):
                continue
            with_: list[ActorMention] = []
            if joint and by and how == "object":
                with_ = [m for p, obj in prepositions(head) if p in AT_HAND for m in self._roles.actors(obj)]
            told = (*words, head) if head.i > verb.i else words
            side_ = unique((*by, *with_))
            out.append(self._step(phrase.action, number, verb, told, side_, head, is_denied=how == "against"))
        return out

    def _is_of_parliament(self, phrase: Phrase, verb: Token, args: Arguments) -> bool:
        """'Parliament adopted the treaty': states that adopt one sign it, parliaments do not."""
        if phrase.action != "signed" or verb.lemma_.lower() != "adopt" or args.subject is None:
            return False
        return any(m.actor.sector == "LEG" for m in self._roles.loosely(args.subject))

    # -- told by nouns

    def _of_noun(self, noun: Token, lemma: str) -> list[Step]:
        for phrase in self._finder.nouns.get(lemma, ()):
            words = _in_row(noun, phrase.rest)
            things = self._undergoing(noun, words, phrase) if words is not None else []
            if words is not None and things:
                heads = [head for _, head in things if head is not None]
                by = self._takers.of_noun(noun, heads, joint=self._words.steps[phrase.action].joint)
                return [self._step(phrase.action, number, noun, words, by, head) for number, head in things]
        return []

    def _undergoing(self, noun: Token, words: tuple[Token, ...], phrase: Phrase) -> list[tuple[int, Token | None]]:
        """The treaties with which the step is taken that a noun tells, each with the word that names it there."""
        places = [
            *(
                obj
                for n in words
                for prep, obj in prepositions(n)
                if prep in ("of", "to", "from", "on", "over", "for", "in", "with")
            ),
            *(c for c in noun.children if c.dep_ in ("compound", "nmod", "poss")),
        ]
        things: list[tuple[int, Token | None]] = [thing for t in places for thing in self._meant(t, weak=True)]
        recent = self._things.recent(self._index, near=1)
        if not things and phrase.action == "ratified" and noun.lower_ == "ratification" and recent is not None:
            return [(recent, None)]
        return things

    def _in_force(self, prep: Token) -> list[Step]:
        """'A truce in effect since Tuesday'."""
        state = next((c for c in prep.children if c.dep_ == "pobj" and c.lower_ in ("force", "effect")), None)
        if state is None or (prep.head.pos_ == "VERB" and prep.head.dep_ != "acl" and prep.dep_ != "conj"):
            return []
        head = next((t for t in prep.ancestors if t.i in self._at), None)
        return [self._step("in_force", self._at[head.i], state, (prep, state), (), head)] if head is not None else []

    # -- with which treaty

    def _meant(self, token: Token, *, weak: bool) -> list[tuple[int, Token]]:
        """The treaties that an argument names, itself or through a part of it: 'the terms of the truce', 'it'.

        `weak` verbs and nouns need more than a pronoun.
        """
        out: dict[int, Token] = {}
        clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
        if token.lower_ in ("which", "that") and token.tag_ in ("WDT", "WP") and clause is not None:
            token = clause.head
        for joined in conjuncts(token):
            for noun in (joined, through_partitive(joined)):
                for head in self._named_in(noun):
                    out.setdefault(self._at[head.i], head)
            is_clause = singular(joined) in ("clause", "term", "provision", "article") and not prepositions(joined)
            if is_clause or (joined.lower_ in _PRONOUNS and not weak and joined.pos_ in ("PRON", "DET")):
                recent = self._things.recent(self._index, near=1 if len(self._things) > 1 else 3)
                if recent is not None:
                    out.setdefault(recent, joined)
        return list(out.items())

    def _named_in(self, noun: Token) -> list[Token]:
        """The words by which a phrase names treaties: its head, or what is behind its 'of'."""
        if noun.i in self._at:
            return [noun]
        if noun.pos_ == "PROPN" and (inner := next((o for o in _ends_of_name(noun) if o.i in self._at), None)):
            return [inner]
        if singular(noun) in self._words.parts or noun.lemma_.lower() in self._finder.nouns:
            behind = (o for prep, o in prepositions(noun) if prep in ("of", "in", "under", "from", "with", "to"))
            return [o for o in behind if o.i in self._at]
        return []

    def _step(
        self, action: str, number: int, trigger: Token, words: tuple[Token, ...], by: tuple[ActorMention, ...], head: Token | None,
        *, is_denied: bool = False,
    ) -> Step:  # fmt: skip
        thing, known = self._things[number], self._words.steps[action]
        # before a pronoun for the treaty is kept among its names, which may be an actor's too
        by = tuple(m for m in by if not self._things.is_named_by(m))
        return Step(
            action=action,
            code=(known.of_ceasefire if thing.kind == "ceasefire" else None) or known.code,
            treaty=number,
            name=self._name(thing, head),
            trigger=trigger,
            words=tuple(sorted(dict.fromkeys(words), key=lambda t: t.i)),
            by=by,
            is_denied=is_denied,
        )

    def _name(self, thing: Thing, head: Token | None) -> Span:
        """By which of its names a treaty is called at `head`; by the last, where it is not called there."""
        if head is not None:
            here = [n for n in thing.names if n.start <= self._offset + head.idx < n.end]
            if not here and head.lower_ in _PRONOUNS:
                here = [span_of(head, head, self._offset)]
                thing.names += here
            if here:
                return here[-1]
        return thing.names[-1]


def keep_depositary(reading: Reading, things: Things, finder: TreatyFinder) -> None:
    """Keep with whom a sentence says that a treaty is lodged: 'lodged with the Secretary-General'."""
    for token in reading.sent:
        if token.lemma_.lower() in finder.words.entrusting and token.pos_ == "VERB":
            behind = (obj for prep, obj in prepositions(token) if prep == "with")
            keepers = [m for obj in behind for m in reading.roles.loosely(obj)]
            here = (reading.at[t.i] for t in reading.sent if t.i in reading.at)
            number = next(here, things.recent(reading.index, near=1))
            if keepers and number is not None and things[number].depositary is None:
                things[number].depositary = keepers[0]


def _in_row(head: Token, rest: tuple[str, ...]) -> tuple[Token, ...] | None:
    """`head` and the words of `rest`, each of which depends on it or on the one before; None where one does not."""
    words = [head]
    for word in rest:
        part = dependent(head, word) or dependent(words[-1], word)
        if part is None:
            return None
        words.append(part)
    return tuple(words)


def _places(phrase: Phrase, words: tuple[Token, ...], args: Arguments) -> list[Token]:
    """Where `phrase` has the treaty, as the arguments of its verb stand."""
    verb = words[0]
    if phrase.how == "subject":
        free = phrase.rest or args.object is None
        return [args.subject] if free and not args.passive and args.subject is not None else []
    if phrase.how == "behind":
        sources = (verb, *(c for w in words[1:] for c in conjuncts(w)))
        return [obj for s in sources for prep, obj in prepositions(s) if prep.split()[-1] == phrase.rest[-1]]
    only_called = verb.lemma_.lower() in ("denounce", "bury") and any(p == "as" for p, _ in args.preps)
    if args.object is None or (phrase.action == "terminated" and only_called):
        return []
    return [args.object]


def _arguments(verb: Token) -> Arguments:
    """The arguments of a verb; of 'Signed in Rome by both, it ...' as of a passive."""
    args = arguments(verb)
    bare = (
        verb.tag_ in ("VBN", "VBD")
        and verb.dep_ == "advcl"
        and not any(c.dep_ in ("aux", "auxpass", "nsubj", "mark") for c in verb.children)
    )
    return args if args.passive or not bare or args.object is not None else _as_passive(args)


def _as_passive(args: Arguments) -> Arguments:
    """The arguments of a participle that was taken for active: its subject undergoes, who acts is behind 'by'."""
    agent = next((obj for prep, obj in args.preps if prep == "by" and obj.ent_type_ != "DATE"), None)
    return replace(args, subject=agent, object=args.subject, passive=True)


def _covers(one: Step, other: Step) -> bool:
    """Whether what `other` tells is but a word of `one`."""
    same = one.action == other.action and one.treaty == other.treaty
    return same and one is not other and other.trigger in one.words


def _is_issued(thing: Thing) -> bool:
    """Whether a treaty is of the kinds that are issued rather than signed."""
    return bool(thing.kinds.keys() & {"communique", "declaration"})


def _ends_of_name(noun: Token) -> Iterator[Token]:
    """'Agreement' of 'Status of Forces Agreement', which parsers take for what 'Status' is of."""
    for _, obj in prepositions(noun):
        if obj.pos_ == "PROPN" and noun.i < obj.i <= noun.i + _NAME_REACH:
            yield obj


def _looks_on(noun: Token) -> bool:
    """'Signed it, with President X looking on'."""
    return any(c.dep_ in ("acl", "advcl", "relcl") and c.tag_ == "VBG" for c in noun.children) or noun.dep_ == "nsubj"


def _is_plural(noun: Token) -> bool:
    """'They', 'both parliaments', 'the two generals', 'X and Y'."""
    if noun.lower_ in ("they", "both", "two") or any(c.dep_ == "conj" for c in noun.rights):
        return True
    several = any(c.lower_ in ("both", "two", "all", "their") for c in noun.lefts)
    pointed = any(c.dep_ == "appos" or c.lower_ == "the" for c in noun.children)
    return noun.tag_ in ("NNS", "NNPS") and (several or pointed)
