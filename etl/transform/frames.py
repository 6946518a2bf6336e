"""What: frames over the dependency parse, each a predicate with its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etl.knowledge.predicates import Frame, Operator, Predicates
from etl.records import ActorMention, Modality
from etl.transform.arguments import (
    Arguments,
    arguments,
    conjuncts,
    has_modifiers,
    is_negated,
    matches_any,
    noun_modifiers,
    prepositions,
    through_partitive,
)
from etl.transform.clauses import clause_of, dependent, hyphenated
from etl.transform.roles import DEFAULT_TARGET, Roles, unique

if TYPE_CHECKING:
    from spacy.tokens import Token

_HOSTING = frozenset(
    {"host", "chair", "co-chair", "broker", "mediate", "organise", "organize", "convene", "facilitate", "sponsor"}
)


_DOING = frozenset({"claim", "plant", "carry", "commit", "launch", "blame", "mount", "stage", "perpetrate", "make"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible event: a trigger, its code, and who takes part."""

    code: str
    head: Token
    """The word that carries the event."""
    anchor: Token
    """The verb or noun by which it hangs in the sentence: 'held' for 'held talks'."""
    words: tuple[Token, ...]
    sources: tuple[ActorMention, ...] = ()
    targets: tuple[ActorMention, ...] = ()
    parties: tuple[ActorMention, ...] = ()
    hosts: tuple[ActorMention, ...] = ()
    addressees: tuple[ActorMention, ...] = ()
    """To whom it is said."""
    frame: Frame | None = None
    operator: Operator | None = None
    modality: Modality = Modality.ASSERTED
    stance: str | None = None
    score: float = 0.0
    alone: bool = False
    """A bare noun that is neither the object of a support verb nor within an operator."""
    embedded: Candidate | None = None
    within: Candidate | None = None
    """What an operator takes instead: a closer frame that counts only within operators."""

    @property
    def everyone(self) -> tuple[ActorMention, ...]:
        """All participants, each once."""
        return unique((*self.sources, *self.parties, *self.targets, *self.hosts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A frame tried on a word."""

    frame: Frame
    score: float = 0.0
    words: tuple[Token, ...] = ()
    problem: str | None = None
    """Why it does not match; None where it does."""


class FrameFinder:
    """Finds the frames that words of a sentence trigger, and who takes part."""

    def __init__(self, predicates: Predicates) -> None:
        self._predicates = predicates

    def trials(self, token: Token, roles: Roles, *, failed: bool = True) -> Iterator[Trial]:
        """Every frame that `token` could trigger, and why it does not match where it does not; without `failed` those that match."""
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            return self._verb_trials(token, roles, failed=failed)
        if token.pos_ in ("NOUN", "PROPN"):
            return self._noun_trials(token, roles, failed=failed)
        return iter(())

    def _verb_trials(self, verb: Token, roles: Roles, *, failed: bool) -> Iterator[Trial]:
        entries = self._predicates.verbs.get(verb.lemma_.lower(), ())
        if not entries:
            return
        args = arguments(verb)
        below = {word for t in verb.subtree for word in (t.lower_, t.lemma_.lower())}
        clause = [(t, {t.lower_, t.lemma_.lower(), hyphenated(t)}) for t in clause_of(verb, purposes=True)]
        for frame, rest in entries:
            if below.issuperset(rest):
                matched = self._match_verb(verb, frame, rest, roles, args, clause)
            elif failed:
                matched = f"no {next(word for word in rest if word not in below)!r}"
            else:
                continue
            if not isinstance(matched, str):
                yield Trial(frame=frame, score=matched[0], words=matched[1])
            elif failed:
                yield Trial(frame=frame, problem=matched)

    def _noun_trials(self, noun: Token, roles: Roles, *, failed: bool) -> Iterator[Trial]:
        for key in dict.fromkeys((noun.lemma_.lower(), noun.lower_)):
            for frame, modifiers in self._predicates.nouns.get(key, ()):
                problem = self._unfit_noun(noun, frame, modifiers, roles)
                if problem and not failed:
                    continue
                words = (*self._noun_words(noun, modifiers), *self._complement_heads(noun, frame)[:1])
                score = len(modifiers) * 2 + bool(frame.preps) + bool(frame.cues)
                yield Trial(frame=frame, score=score, words=words, problem=problem)

    def completed(self, token: Token, trial: Trial, roles: Roles) -> tuple[Candidate | None, str | None]:
        """The candidate event of a frame that matches, and what it lacks to be an event by itself."""
        candidate = self._candidate(token, trial, roles)
        if candidate is None:
            return None, f"the participants it needs ({trial.frame.needs}) are not there"
        if not self.complete(candidate):
            return candidate, f"lacks participants (needs {trial.frame.needs})" + (
                ", a noun that stands alone" if candidate.alone else ""
            )
        return candidate, None

    def best(self, token: Token, roles: Roles) -> Candidate | None:
        """The event that `token` carries: of the frames that match, the most specific whose participants are there."""
        fallback: Candidate | None = None
        within: Candidate | None = None
        for trial in sorted(self.trials(token, roles, failed=False), key=lambda t: -t.score):
            candidate = self._candidate(token, trial, roles)
            if candidate is not None and self.complete(candidate):
                return replace(candidate, within=within)
            if candidate is not None and not trial.frame.alone:
                within = within or candidate
            # an operator may still supply what is missing
            fallback = fallback or candidate
        return fallback

    def _candidate(self, token: Token, trial: Trial, roles: Roles) -> Candidate | None:
        is_verb = token.tag_.startswith("VB") or token.pos_ in ("VERB", "AUX")
        return (self._from_verb if is_verb else self._from_noun)(token, trial.frame, trial.words, roles, trial.score)

    def _match_verb(
        self,
        verb: Token,
        frame: Frame,
        rest: tuple[str, ...],
        roles: Roles,
        args: Arguments,
        clause: Sequence[tuple[Token, set[str | None]]],
    ) -> tuple[float, tuple[Token, ...]] | str:
        """Score and words of a match, or why there is none; `clause` holds the words of the verb's clause and their forms."""
        words = [verb]
        for word in rest:
            particle = dependent(words[-1], word) or dependent(verb, word)
            if particle is None or (
                particle.pos_ == "ADP"
                and ((particle.i < verb.i and verb.dep_ not in ("relcl", "acl")) or _tells_when(particle))
            ):
                return f"no {word!r}"
            words.append(particle)
        score: float = 2 * len(rest)
        if frame.negated:
            if not _is_denied(verb, args):
                return "not negated"
            score += 2
        if frame.subjects:
            subject = self._object_match(args.object if args.passive else args.subject, frame.subjects)
            if subject is None:
                return f"subject is none of {_some(frame.subjects)}"
            words.append(subject)
            score += 3
        if frame.objects:
            noun = self._object_match(args.object, frame.objects)
            if noun is None:
                return f"object is none of {_some(frame.objects)}"
            words.append(noun)
            score += 1 if frame.objects == ("*",) else 3
        if frame.preps:
            objects = [(prep, obj) for prep, obj in args.preps if prep in frame.preps or prep.split()[0] in frame.preps]
            if frame.objects and not objects and args.object is not None:
                objects = [(prep, obj) for prep, obj in prepositions(args.object) if prep in frame.preps]
            if frame.complements:
                heads = [
                    t
                    for _, obj in objects
                    for t in conjuncts(through_partitive(obj))
                    if matches_any(t, frame.complements)
                ]
                if not heads:
                    return f"behind {_some(frame.preps)} is none of {_some(frame.complements)}"
                words.append(heads[0])
                score += 3
            elif not objects:
                return f"no phrase with {_some(frame.preps)}"
            score += 1
        if frame.cues:
            cues = [t for t, forms in clause if not forms.isdisjoint(frame.cues)]
            if not cues:
                return f"none of the cues {_some(frame.cues)}"
            if cues[0].pos_ in ("NOUN", "PROPN") and cues[0] not in words:
                words.append(cues[0])
            score += 2
        if frame.object_actor:
            score += 1
        if found := self._ruled_out(verb, args, frame, roles):
            return f"ruled out by {found!r}"
        return score, tuple(sorted(words, key=lambda t: t.i))

    @staticmethod
    def _object_match(noun: Token | None, phrases: tuple[str, ...]) -> Token | None:
        if noun is None:
            return None
        for joined in conjuncts(noun):
            for candidate in (joined, through_partitive(joined)):
                if matches_any(candidate, phrases):
                    return candidate
        return None

    @staticmethod
    def _cues(trigger: Token, frame: Frame) -> list[Token]:
        return [
            t
            for t in clause_of(trigger, purposes=True)
            if t.lemma_.lower() in frame.cues or t.lower_ in frame.cues or hyphenated(t) in frame.cues
        ]

    @staticmethod
    def _ruled_out(verb: Token, args: Arguments, frame: Frame, roles: Roles) -> str | None:
        if not frame.unless:
            return None
        near = [t for c in verb.children if c.dep_ != "conj" for t in (c, *c.children)]
        near += [t for _, obj in args.preps for t in (obj, *obj.children)]
        if args.object is not None:
            near += [args.object, *args.object.children]
        return next(
            (t.text for t in near if t.lemma_.lower() in frame.unless and t.i not in roles.scene.modifiers), None
        )

    def _unfit_noun(self, noun: Token, frame: Frame, modifiers: tuple[str, ...], roles: Roles) -> str | None:
        """Why `noun` does not carry the event of `frame`; None where it does."""
        if not has_modifiers(noun, modifiers):
            return f"no {' '.join(modifiers)!r} before it"
        behind = prepositions(noun)
        if (
            frame.preps
            and not any(prep in frame.preps for prep, _ in behind)
            and not any(c.dep_ == "poss" for c in noun.children)
        ):
            support, _ = self._support(noun)
            if support is None or not any(prep in frame.preps for prep, _ in arguments(support).preps):
                return f"no phrase with {_some(frame.preps)}"
        if frame.complements and not self._complement_heads(noun, frame):
            return f"behind it is none of {_some(frame.complements)}"
        if frame.cues and not (self._cues(noun, frame) or self._cues(noun.head, frame)):
            return f"none of the cues {_some(frame.cues)}"
        near = (*noun_modifiers(noun), *(o for _, o in behind), *noun.children, noun.head)
        word = next(
            (
                t.text
                for t in near
                if (t.lemma_.lower() in frame.unless or t.lower_ in frame.unless) and t.i not in roles.scene.modifiers
            ),
            None,
        )
        return f"ruled out by {word!r}" if word else None

    @staticmethod
    def _complement_heads(noun: Token, frame: Frame) -> list[Token]:
        """The nouns behind a preposition of `noun` that the frame asks for: 'support' of 'expression of support'."""
        return [
            t
            for prep, obj in prepositions(noun)
            if frame.complements and (not frame.preps or prep in frame.preps)
            for t in conjuncts(through_partitive(obj))
            if matches_any(t, frame.complements)
        ]

    @staticmethod
    def _noun_words(noun: Token, modifiers: tuple[str, ...]) -> tuple[Token, ...]:
        return (*(t for t in noun_modifiers(noun) if t.lower_ in modifiers or t.lemma_.lower() in modifiers), noun)

    def _from_verb(
        self, verb: Token, frame: Frame, words: tuple[Token, ...], roles: Roles, score: float
    ) -> Candidate | None:
        args = arguments(verb)
        if frame.subjects:
            return self._from_subject(verb, args, frame, words, roles, score)
        if frame.patient == "source" and args.passive and args.subject is None:
            # 'troops were deployed': those who are sent are those who act
            args = replace(args, subject=args.object, object=None)
        if frame.object_actor and not (
            roles.actors(args.object)
            or (args.object is not None and (roles.modifiers(args.object) or roles.town(args.object)))
        ):
            return None
        sources = roles.loosely(args.subject)
        code = self._predicates.refine(frame.code, self.domain_words(verb, args.object, words))
        found = Candidate(code=code, head=verb, anchor=verb, words=words, frame=frame, score=score, stance=frame.stance)
        if frame.reciprocal:
            order = frame.target or ("object", "with", "dative", "between", "among", "to", "inside")
            others = roles.targets(order, args, None, sources, verb)
            if args.passive and not sources:
                others = unique((*roles.actors(args.object), *others))
            found = replace(found, parties=unique((*sources, *others)))
            return found if self._needs(found, lenient=True) else None
        object_word = next((w for w in words if w != verb and w.pos_ in ("NOUN", "PROPN") and w == args.object), None)
        inner = next((w for w in words if w.dep_ == "pobj"), None) if frame.complements else None
        if frame.source:
            # 'drew criticism from Spain': the subject is at the receiving end
            targets, sources = sources, roles.targets(frame.source, args, object_word, sources, verb, inner=inner)
        else:
            targets = roles.targets(frame.target or DEFAULT_TARGET, args, object_word, sources, verb, inner=inner)
        if not targets and object_word is not None:
            own = {s.actor.key for s in sources}
            targets = tuple(m for m in roles.inside(object_word) if m.actor.key not in own)
        found = replace(found, sources=sources, targets=targets)
        return found if self._needs(found, lenient=True) else None

    def _from_subject(
        self, verb: Token, args: Arguments, frame: Frame, words: tuple[Token, ...], roles: Roles, score: float
    ) -> Candidate | None:
        """An event that its subject carries: 'talks between X and Y collapsed', 'air strikes by X hit Y'."""
        subject = args.object if args.passive else args.subject
        carrier = self._object_match(subject, frame.subjects)
        candidate = self._from_noun(carrier, frame, words, roles, score) if carrier is not None else None
        if candidate is None:
            return None
        if not candidate.parties and not candidate.targets:
            others = roles.targets(
                frame.target or DEFAULT_TARGET,
                replace(args, object=None if args.passive else args.object),
                None,
                candidate.sources,
                verb,
            )
            candidate = replace(candidate, targets=others)
        candidate = replace(candidate, head=verb, anchor=verb, alone=False)
        return candidate if self._needs(candidate, lenient=True) else None

    def _from_noun(
        self, noun: Token, frame: Frame, words: tuple[Token, ...], roles: Roles, score: float
    ) -> Candidate | None:
        support, args = self._support(noun)
        behind = prepositions(noun)
        own = roles.owners(noun)
        agents = unique(m for prep, obj in behind if prep in ("by", "from") for m in roles.loosely(obj))
        # 'a bombing claimed by', 'a bomb planted by'
        done = (c for c in noun.children if c.dep_ == "acl" and c.lemma_.lower() in _DOING)
        agents = agents or unique(m for c in done for m in roles.loosely(arguments(c).subject))
        subject: tuple[ActorMention, ...] = ()
        hosts: tuple[ActorMention, ...] = ()
        if support is not None and args is not None:
            subject = roles.loosely(args.subject)
        elif frame.code.startswith("04") and (verb := _occasion_of(noun)) is not None:
            # 'said during a visit to Berlin', 'left Sanaa after talks with rebels'
            support, subject = verb, roles.loosely(arguments(verb).subject)
        code = self._predicates.refine(frame.code, self.domain_words(noun, noun, words))
        anchor = support if support is not None else noun
        empty = Arguments(subject=None, object=None, dative=None, preps=(), passive=False)
        alone = support is None
        found = Candidate(
            code=code, head=noun, anchor=anchor, words=words, frame=frame, score=score, alone=alone, stance=frame.stance
        )
        if frame.reciprocal:
            between = unique(
                m for prep, obj in (*behind, *(args.preps if args is not None else ())) if prep in ("between", "with", "among", "of", "involving", "to")
                and (prep not in ("of", "to") or support is None) for m in roles.actors(obj)
            )  # fmt: skip
            parties = unique((*own, *between, *agents))
            if frame.action and support is None and not parties:
                parties = roles.sides_before(noun)
            if support is not None and support.lemma_.lower() in _HOSTING and len(parties) > 1:
                hosts = subject
            else:
                parties = unique((*subject, *parties))
            return replace(found, parties=parties, hosts=hosts)
        sources = subject or agents or own
        if frame.source:
            # 'the withdrawal of French troops from Mali'
            sources = roles.targets(frame.source, empty, noun, (), anchor) or subject or own
        order = frame.target or DEFAULT_TARGET
        inner = next((w for w in words if w.dep_ == "pobj"), None)
        if not (agents or (own and not subject)):
            order = tuple(w for w in order if w != "object")
        targets = roles.targets(order, args or empty, noun, sources, anchor, inner=inner)
        if not targets:
            targets = tuple(m for m in unique((*own, *agents)) if m.actor.key not in {s.actor.key for s in sources})
        return replace(found, sources=sources, targets=targets)

    def _support(self, noun: Token) -> tuple[Token | None, Arguments | None]:
        """The support verb whose object a noun is ('hold talks', 'engage in talks'), and its arguments."""
        while noun.dep_ == "conj" and noun.head.pos_ in ("NOUN", "PROPN"):
            noun = noun.head
        while noun.dep_ == "pobj" and noun.head.lower_ == "of" and through_partitive(noun.head.head) == noun:
            noun = noun.head.head
        head = noun.head
        if noun.dep_ in ("dobj", "nsubjpass"):
            particles = [c.lower_ for c in head.children if c.dep_ in ("prt", "advmod")]
            names = (head.lemma_.lower(), *(f"{head.lemma_.lower()} {particle}" for particle in particles))
            if any(name in self._predicates.support_verbs for name in names):
                return head, arguments(head)
        if noun.dep_ == "pobj" and head.head.pos_ == "VERB":
            verb = head.head
            if f"{verb.lemma_.lower()} {head.lower_}" in self._predicates.support_verbs:
                return verb, arguments(verb)
            if head.dep_ == "prep" and f"{verb.lemma_.lower()} part {head.lower_}" in self._predicates.support_verbs:
                return verb, arguments(verb)
        if (
            head.tag_ == "VBN"
            and head.dep_ == "acl"
            and noun == head.head
            and head.lemma_.lower() in self._predicates.support_verbs
        ):
            return head, arguments(head)
        return None, None

    @staticmethod
    def domain_words(head: Token, object_: Token | None, words: tuple[Token, ...]) -> frozenset[str]:
        """The words that tell which domain an event is of (etl/knowledge/predicates/domains.yaml)."""
        phrases = [w for w in (object_, head) if w is not None]
        out: set[str] = set()
        for phrase in phrases:
            nouns = [
                t
                for n in conjuncts(phrase)
                for t in (n, *(o for p, o in prepositions(n) if p in ("of", "for", "on", "in", "worth of")))
            ]
            for noun in nouns:
                for t in (noun, *(() if noun.pos_ in ("VERB", "AUX") else noun_modifiers(noun))):
                    out.update((t.lemma_.lower(), t.lower_))
        out.update(t.lemma_.lower() for t in words)
        return frozenset(out)

    def _needs(self, candidate: Candidate, *, lenient: bool) -> bool:
        """Whether the participants that the frame needs are there; `lenient` leaves room for operators and passives."""
        frame = candidate.frame
        if frame is None or frame.needs == "either":
            return True
        if frame.needs == "parties":
            return bool(candidate.parties) if lenient else len(candidate.parties) > 1 or _is_plural(candidate)
        if frame.needs == "source":
            return lenient or bool(candidate.sources or candidate.parties)
        if frame.needs == "target":
            return bool(candidate.targets)
        if candidate.parties:
            return len(candidate.parties) > 1 or lenient
        return bool(candidate.targets) and (lenient or bool(candidate.sources))

    def complete(self, candidate: Candidate) -> bool:
        """Whether a candidate has all that makes it an event by itself."""
        if candidate.operator is not None:
            return bool(candidate.everyone)
        frame = candidate.frame
        if frame is None or not self._needs(candidate, lenient=False):
            return False
        if not frame.alone and candidate.head.tag_.startswith("VB"):
            return False
        if candidate.alone:
            if not frame.alone:
                return False
            known = [m for m in candidate.everyone if not m.actor.key.startswith("group:")]
            return len(known) > 1 or (frame.action is not None)
        return bool(candidate.everyone)

    def drop_consumed(self, plain: dict[int, Candidate]) -> None:
        """One action, one event: a noun that a verb frame has as its word is not an event beside it."""
        for candidate in list(plain.values()):
            for word in candidate.words:
                if word.i != candidate.head.i and word.i in plain and candidate.head.i in plain:
                    other = plain[word.i]
                    if self.complete(other) and not self.complete(candidate):
                        del plain[candidate.head.i]
                        break
                    if other.anchor.i == candidate.head.i and (
                        other.score > candidate.score or _is_narrower(other, candidate)
                    ):
                        del plain[candidate.head.i]
                    else:
                        del plain[word.i]
        by_anchor: dict[int, Candidate] = {}
        for candidate in sorted(plain.values(), key=lambda c: -c.score):
            kept = by_anchor.setdefault(candidate.anchor.i, candidate)
            if kept is not candidate and (kept.head.pos_ == "VERB") != (candidate.head.pos_ == "VERB"):
                plain.pop(candidate.head.i, None)


def _occasion_of(noun: Token) -> Token | None:
    """The verb that tells what somebody did on the occasion that `noun` names, if any."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and through_partitive(noun.head.head) == noun:
        noun = noun.head.head
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("during", "on", "after", "following", "at", "in"):
        return None
    verb = noun.head.head
    if verb.pos_ != "VERB" or any(c.dep_ == "poss" for c in noun.children):
        return None
    return verb


def _is_narrower(one: Candidate, other: Candidate) -> bool:
    """Whether `one` has a narrower code of the same family: 'phone conversation' within 'engage in a conversation'."""
    return one.code[:2] == other.code[:2] and other.code[2:] == "0" and one.code[2:] != "0"


def _is_plural(candidate: Candidate) -> bool:
    """'The two leaders met', 'EU ministers met': one phrase that is several."""
    return any(
        m.actor.kind.value == "group" and m.text.lower().rstrip().endswith("s") and not m.actor.key.startswith("group:")
        for m in candidate.parties
    )


def _is_denied(verb: Token, args: Arguments) -> bool:
    """Whether a verb, its subject or its object is negated: 'did not bow', 'made no concession'."""
    return is_negated(verb) or any(
        noun is not None and (is_negated(noun) or noun.lower_ in ("nothing", "none", "nobody"))
        for noun in (args.subject, args.object)
    )


def _tells_when(preposition: Token) -> bool:
    """Whether 'in' or 'on' stands before a time: nobody 'gave in' who 'was given refuge in 1991'."""
    return any(c.dep_ == "pobj" and c.ent_type_ in ("DATE", "TIME") for c in preposition.children)


def _some(words: tuple[str, ...], most: int = 6) -> str:
    """The first of `words`, for a reader."""
    return ", ".join(words[:most]) + (", ..." if len(words) > most else "")
