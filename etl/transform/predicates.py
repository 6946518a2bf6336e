"""What: frames over the dependency parse, and the operators that compose them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etl.knowledge.predicates import AIMS, Frame, Operator, Predicates
from etl.records import ActorMention, Modality
from etl.transform.arguments import (
    Arguments,
    arguments,
    conjuncts,
    has_modifiers,
    is_negated,
    modals,
    noun_modifiers,
    phrase_matches,
    prepositions,
    through_partitive,
)
from etl.transform.roles import DEFAULT_TARGET, Roles, unique

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_HOSTING = frozenset(
    {"host", "chair", "co-chair", "broker", "mediate", "organise", "organize", "convene", "facilitate", "sponsor"}
)
_FUTURE = frozenset({"will", "shall", "'ll", "wo"})
# Operators whose whole is an act of speech of its own, asserted whatever becomes of what is spoken of.
_SPEECH = frozenset({"demand", "appeal", "deny", "allege"})
_OBLIGATION = {"must": "demand", "should": "appeal", "ought": "appeal"}
SAYING = frozenset(
    (
        "say tell add state announce declare report note claim insist stress emphasise emphasize reiterate argue "
        "explain confirm warn write tweet remark observe assert maintain conclude quote comment acknowledge admit "
        "reply respond believe think allege charge deny suggest hint predict recall disclose reveal vow pledge "
        "tweet"
    ).split()
)


CLAIMS = frozenset(
    {"charge", "allegation", "claim", "report", "accusation", "suggestion", "rumour", "rumor", "assertion"}
)
_MESSAGES = frozenset({"reminder", "message", "statement", "warning", "declaration", "note", "letter", "notice"})


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
    frame: Frame | None = None
    operator: Operator | None = None
    modality: Modality = Modality.ASSERTED
    stance: str | None = None
    score: float = 0.0
    alone: bool = False
    """A bare noun that is neither the object of a support verb nor within an operator."""
    embedded: Candidate | None = None

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


class PredicateFinder:
    """Finds the events of a sentence: frames first, then what operators make of them."""

    def __init__(self, predicates: Predicates) -> None:
        self._predicates = predicates

    def may_hold_event(self, sent: Span) -> bool:
        """Whether any word of `sent` could trigger an event; cheap."""
        known = self._predicates
        return any(
            t.lemma_.lower() in known.verbs or t.lemma_.lower() in known.nouns or t.lemma_.lower() in known.operators
            for t in sent
        )

    def find(self, sent: Span, roles: Roles) -> list[Candidate]:
        """The events of `sent`, those that an operator has taken up left out."""
        plain: dict[int, Candidate] = {}
        for token in sent:
            candidate = self._best(token, roles)
            if candidate is not None:
                plain[token.i] = candidate
        self._drop_consumed(plain)
        composed = self._compose(sent, roles, plain)
        taken = {w.i for c in plain.values() if self._complete(c) for w in c.words if w.i != c.head.i}
        composed = [c for c in composed if c.head.i not in taken]
        found = [c for c in (*plain.values(), *composed) if self._complete(c)]
        return [_with_near_target(_with_speaker(c, roles), roles) for c in _protests_absorbing(found)]

    # -- frames ------------------------------------------------------------------------------------------------

    def _best(self, token: Token, roles: Roles) -> Candidate | None:
        fallback: Candidate | None = None
        for trial in sorted(self.trials(token, roles), key=lambda t: -t.score):
            if trial.problem is not None:
                continue
            candidate = self._candidate(token, trial, roles)
            if candidate is not None and self._complete(candidate):
                return candidate
            # an operator may still supply what is missing
            fallback = fallback or candidate
        return fallback

    def trials(self, token: Token, roles: Roles) -> list[Trial]:
        """Every frame that `token` could trigger, and why it does not match where it does not."""
        lemma = token.lemma_.lower()
        out: list[Trial] = []
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            for frame, rest in self._predicates.verbs.get(lemma, ()):
                matched = self._match_verb(token, frame, rest, roles)
                if isinstance(matched, str):
                    out.append(Trial(frame=frame, problem=matched))
                else:
                    out.append(Trial(frame=frame, score=matched[0], words=matched[1]))
        elif token.pos_ in ("NOUN", "PROPN"):
            for key in {lemma, token.lower_}:
                for frame, modifiers in self._predicates.nouns.get(key, ()):
                    problem = self._unfit_noun(token, frame, modifiers, roles)
                    words = (*self._noun_words(token, modifiers), *self._complement_heads(token, frame)[:1])
                    score = len(modifiers) * 2 + bool(frame.preps) + bool(frame.cues)
                    out.append(Trial(frame=frame, score=score, words=words, problem=problem))
        return out

    def completed(self, token: Token, trial: Trial, roles: Roles) -> tuple[Candidate | None, str | None]:
        """The candidate event of a frame that matches, and what it lacks to be an event by itself."""
        candidate = self._candidate(token, trial, roles)
        if candidate is None:
            return None, f"the participants it needs ({trial.frame.needs}) are not there"
        if not self._complete(candidate):
            return candidate, f"lacks participants (needs {trial.frame.needs})" + (
                ", a noun that stands alone" if candidate.alone else ""
            )
        return candidate, None

    def _candidate(self, token: Token, trial: Trial, roles: Roles) -> Candidate | None:
        is_verb = token.tag_.startswith("VB") or token.pos_ in ("VERB", "AUX")
        return (self._from_verb if is_verb else self._from_noun)(token, trial.frame, trial.words, roles, trial.score)

    def _match_verb(
        self, verb: Token, frame: Frame, rest: tuple[str, ...], roles: Roles
    ) -> tuple[float, tuple[Token, ...]] | str:
        words = [verb]
        for word in rest:
            particle = _dependent(words[-1], word) or _dependent(verb, word)
            if particle is None:
                return f"no {word!r}"
            words.append(particle)
        score: float = 2 * len(rest)
        args = arguments(verb)
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
                    if any(phrase_matches(t, p) for p in frame.complements)
                ]
                if not heads:
                    return f"behind {_some(frame.preps)} is none of {_some(frame.complements)}"
                words.append(heads[0])
                score += 3
            elif not objects:
                return f"no phrase with {_some(frame.preps)}"
            score += 1
        if frame.cues:
            cues = self._cues(verb, frame)
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
                if any(phrase_matches(candidate, phrase) for phrase in phrases):
                    return candidate
        return None

    @staticmethod
    def _cues(trigger: Token, frame: Frame) -> list[Token]:
        return [
            t
            for t in _clause(trigger, purposes=True)
            if t.lemma_.lower() in frame.cues or t.lower_ in frame.cues or _hyphenated(t) in frame.cues
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
            if any(phrase_matches(t, phrase) for phrase in frame.complements)
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
        code = self._predicates.refine(frame.code, self._domain_words(verb, args.object, words))
        if frame.reciprocal:
            others = roles.targets(
                frame.target or ("object", "with", "dative", "between", "among", "to", "inside"),
                args,
                None,
                sources,
                verb,
            )
            if args.passive and not sources:
                others = unique((*roles.actors(args.object), *others))
            candidate = Candidate(
                code=code,
                head=verb,
                anchor=verb,
                words=words,
                parties=unique((*sources, *others)),
                frame=frame,
                score=score,
                stance=frame.stance,
            )
        else:
            object_word = next(
                (w for w in words if w != verb and w.pos_ in ("NOUN", "PROPN") and w == args.object), None
            )
            inner = next((w for w in words if w.dep_ == "pobj"), None) if frame.complements else None
            if frame.source:
                # 'drew criticism from Spain': the subject is at the receiving end
                sources, receiving = roles.targets(frame.source, args, object_word, sources, verb, inner=inner), sources
                targets = receiving
            else:
                targets = roles.targets(frame.target or DEFAULT_TARGET, args, object_word, sources, verb, inner=inner)
            if not targets and object_word is not None:
                targets = tuple(
                    m for m in roles.inside(object_word) if m.actor.key not in {s.actor.key for s in sources}
                )
            candidate = Candidate(
                code=code,
                head=verb,
                anchor=verb,
                words=words,
                sources=sources,
                targets=targets,
                frame=frame,
                score=score,
                stance=frame.stance,
            )
        return candidate if self._needs(candidate, lenient=True) else None

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
        subject: tuple[ActorMention, ...] = ()
        hosts: tuple[ActorMention, ...] = ()
        if support is not None and args is not None:
            subject = roles.loosely(args.subject)
        elif frame.code.startswith("04") and (verb := _occasion_of(noun)) is not None:
            # 'said during a visit to Berlin', 'left Sanaa after talks with rebels'
            support, subject = verb, roles.loosely(arguments(verb).subject)
        code = self._predicates.refine(frame.code, self._domain_words(noun, noun, words))
        anchor = support if support is not None else noun
        empty = Arguments(subject=None, object=None, dative=None, preps=(), passive=False)
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
            candidate = Candidate(
                code=code,
                head=noun,
                anchor=anchor,
                words=words,
                parties=parties,
                hosts=hosts,
                frame=frame,
                score=score,
                alone=support is None,
                stance=frame.stance,
            )
        else:
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
            candidate = Candidate(
                code=code,
                head=noun,
                anchor=anchor,
                words=words,
                sources=sources,
                targets=targets,
                frame=frame,
                score=score,
                alone=support is None,
                stance=frame.stance,
            )
        return candidate

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
    def _domain_words(head: Token, object_: Token | None, words: tuple[Token, ...]) -> frozenset[str]:
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

    def _complete(self, candidate: Candidate) -> bool:
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

    def _drop_consumed(self, plain: dict[int, Candidate]) -> None:
        """One action, one event: a noun that a verb frame has as its word is not an event beside it."""
        for candidate in list(plain.values()):
            for word in candidate.words:
                if word.i != candidate.head.i and word.i in plain and candidate.head.i in plain:
                    other = plain[word.i]
                    if self._complete(other) and not self._complete(candidate):
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

    # -- operators ---------------------------------------------------------------------------------------------

    def _compose(self, sent: Span, roles: Roles, plain: dict[int, Candidate]) -> list[Candidate]:
        """What operators and auxiliaries make of the plain events, the innermost first; takes up what it uses."""
        composed: dict[int, Candidate] = {}
        for token in sorted(sent, key=lambda t: -_depth(t)):
            if not (token.i in plain and plain[token.i].score >= _SURE):
                self._operate(token, roles, plain, composed)
            self._apply_auxiliary(token, roles, plain, composed)
        return list(composed.values())

    def _operate(self, token: Token, roles: Roles, plain: dict[int, Candidate], composed: dict[int, Candidate]) -> None:
        """What the operator that `token` may be makes of its complement."""
        matches = self.operators(token)
        complements = [(match, self._complement(token, match[0], plain, composed)) for match in matches]
        bare = [(match, None) for match in matches if match[0].bare and self.complement_tokens(token, match[0])]
        chosen = next((entry for entry in complements if entry[1]), None) or next(iter(bare), None)
        if chosen is None:
            return
        (operator, rest), found = chosen
        own = plain.get(token.i)
        if operator.name == "same" and own is not None and self._complete(own):
            # 'marched to demand': marching is an event of its own
            return
        args = self._operator_arguments(token)
        sources = roles.loosely(args.subject)
        if token.pos_ in ("NOUN", "PROPN"):
            by = (obj for prep, obj in prepositions(token) if prep in ("by", "from"))
            sources = sources or roles.owners(token) or unique(m for obj in by for m in roles.loosely(obj))
        if found is None:
            alone = self._bare(token, operator, rest, args, sources, roles)
            if alone is not None and token.i not in plain:
                composed[token.i] = alone
            return
        for embedded in found:
            result = self._chained(token, operator, rest, args, sources, embedded, roles)
            if result is None:
                continue
            plain.pop(embedded.head.i, None)
            for key in [k for k, c in composed.items() if c is embedded]:
                del composed[key]
            plain.pop(token.i, None)
            composed[token.i if token.i not in composed else embedded.head.i] = result

    def operators(self, token: Token) -> list[tuple[Operator, tuple[Token, ...]]]:
        """The operators that `token` may be, with their particles; those of more words first."""
        out: list[tuple[Operator, tuple[Token, ...]]] = []
        for operator, pos, rest in self._predicates.operators.get(token.lemma_.lower(), ()):
            is_verb = token.tag_.startswith("VB") and token.dep_ != "amod"
            fits = {
                "VERB": is_verb,
                "NOUN": token.pos_ in ("NOUN", "PROPN") and not is_verb,
                "ADJ": token.pos_ == "ADJ" or token.tag_ == "VBN",
            }
            words = [_dependent(token, word) for word in rest]
            ruled_out = operator.unless and any(c.lemma_.lower() in operator.unless for c in token.children)
            if fits[pos] and all(words) and not ruled_out:
                out.append((operator, tuple(word for word in words if word)))
        return sorted(out, key=lambda match: -len(match[1]))

    def complement_tokens(self, token: Token, operator: Operator) -> list[Token]:
        """The words that may carry the event which `operator` takes up."""
        out: list[Token] = []
        for child in token.children:
            kinds = operator.complements
            if child.dep_ in ("xcomp", "ccomp", "acl", "advcl", "relcl") and child.pos_ in (
                "VERB",
                "AUX",
                "NOUN",
                "ADJ",
            ):
                to = any(c.lower_ == "to" and c.dep_ == "aux" for c in child.children)
                if (
                    (to and "infinitive" in kinds)
                    or ("subjunctive" in kinds and child.dep_ in ("ccomp", "acl") and _is_subjunctive(child))
                    or (not to and child.tag_ == "VBG" and "gerund" in kinds)
                    or (
                        "clause" in kinds and child.dep_ in ("ccomp", "acl", "xcomp") and not to and child.tag_ != "VBG"
                    )
                ):
                    out.append(child)
            elif child.dep_ in ("dobj", "nsubjpass") and "object" in kinds:
                out.extend(conjuncts(child))
                if child.lemma_.lower() in CLAIMS:
                    # 'denied reports that it had armed rebels'
                    out.extend(c for c in child.children if c.dep_ in ("acl", "ccomp", "relcl") and c.pos_ == "VERB")
            elif child.dep_ == "nsubj" and "subject" in kinds:
                out.extend(conjuncts(child))
            elif child.dep_ in ("prep", "dative", "agent") and child.lower_ in kinds:
                out.extend(t for obj in child.children if obj.dep_ in ("pobj", "pcomp") for t in conjuncts(obj))
        # 'the decision was to withdraw', 'an offer of aid': nouns as predicates
        return [through_partitive(t) if t.pos_ == "NOUN" else t for t in out]

    def _complement(
        self, token: Token, operator: Operator, plain: dict[int, Candidate], composed: dict[int, Candidate]
    ) -> list[Candidate] | None:
        anchored: dict[int, list[Candidate]] = {}
        for candidate in (*plain.values(), *composed.values()):
            for i in {candidate.anchor.i, candidate.head.i}:
                anchored.setdefault(i, []).append(candidate)
        found: list[Candidate] = []
        for complement in self.complement_tokens(token, operator):
            for verb in (complement, *(c for c in complement.children if c.dep_ == "conj" and c.pos_ == "VERB")):
                found.extend(c for c in anchored.get(verb.i, ()) if c.head.i != token.i and c not in found)
        return found or None

    @staticmethod
    def _operator_arguments(token: Token) -> Arguments:
        if (
            token.pos_ == "ADJ"
            and token.dep_ in ("acomp", "oprd", "conj", "ROOT")
            and token.head.pos_ in ("AUX", "VERB")
        ):
            return arguments(token.head)
        if token.pos_ in ("NOUN", "PROPN"):
            if token.dep_ in ("dobj", "attr", "nsubjpass") and token.head.pos_ in ("VERB", "AUX"):
                return arguments(token.head)
            return Arguments(subject=None, object=None, dative=None, preps=(), passive=False)
        args = arguments(token)
        if (
            args.passive
            and token.tag_ == "VBN"
            and token.lemma_.lower()
            in ("expect", "schedule", "slate", "set", "prepare", "commit", "determine", "bind", "book")
        ):
            return replace(args, subject=args.object, object=None, passive=False)
        return args

    def _bare(
        self,
        token: Token,
        operator: Operator,
        rest: tuple[Token, ...],
        args: Arguments,
        sources: tuple[ActorMention, ...],
        roles: Roles,
    ) -> Candidate | None:
        if not operator.bare or not sources or not self.complement_tokens(token, operator):
            return None
        if token.pos_ not in ("NOUN", "PROPN") and not roles.actors(args.subject):
            # 'a Polish singer asked fans': a nationality alone makes nobody an actor of politics
            return None
        targets = roles.targets(operator.addressee or DEFAULT_TARGET, args, None, sources, token)
        if operator.bare_needs == "both" and not targets:
            return None
        words = self._domain_words(token, args.object, ())
        return Candidate(
            code=self._predicates.refine(operator.bare, words), head=token, anchor=token, words=(token, *rest), sources=sources, targets=targets,
            operator=operator, stance=operator.stance, score=1.0,
        )  # fmt: skip

    def _chained(
        self, token: Token, operator: Operator, rest: tuple[Token, ...], args: Arguments, sources: tuple[ActorMention, ...],
        embedded: Candidate, roles: Roles,
    ) -> Candidate | None:  # fmt: skip
        name = operator.name
        if name == "demand" and not sources and token.tag_ == "VBN" and args.passive:
            # 'was forced to withdraw': nobody is named who demands it
            return embedded
        if name == "threaten" and token.lemma_ != "threaten" and _is_of_others(embedded, sources, token):
            # 'warned that rebels would attack': a fear, not a threat
            return replace(embedded, modality=Modality.HYPOTHETICAL)
        if (is_negated(token) or (token.pos_ == "ADJ" and is_negated(token.head))) and name in (
            "intend",
            "allow",
            "expect",
        ):
            name = "refuse"
        code = self._predicates.chain(name, embedded.code)
        denied = embedded.frame is None or not embedded.frame.negated
        if name in ("intend", "announce") and denied and embedded.anchor != token and is_negated(embedded.anchor):
            # 'promised not to attack' is an intent to cooperate, 'decided not to sign' a refusal
            code = "030" if embedded.code >= "09" else self._predicates.chain("refuse", embedded.code)
        modality = Modality(operator.modality) if operator.modality and name == operator.name else Modality.ASSERTED
        if code is not None and name in _SPEECH:
            modality = Modality.ASSERTED
        words = tuple(sorted({t.i: t for t in (token, *rest, *embedded.words)}.values(), key=lambda t: t.i))
        if name == "try" and embedded.code.startswith(_HOSTILE):
            # an attempt on a life or a computer is itself a hostile act
            modality = Modality.ASSERTED
        if code is None:
            if operator.modality is None or name in ("demand", "appeal"):
                return None
            if modality is Modality.ASSERTED:
                modality = embedded.modality
            return replace(embedded, modality=modality, anchor=token, words=words if name != "same" else embedded.words,
                           operator=embedded.operator, alone=False,
                           sources=embedded.sources or (() if embedded.parties else sources))  # fmt: skip
        if (
            name in _OWN_ACTS
            and embedded.sources
            and not any(m.actor.country or m.actor.sector == "IGO" for m in sources)
        ):
            # 'Canada will take in refugees, a minister announced'
            sources = embedded.sources
        own = {m.actor.key for m in sources}
        addressee = roles.targets(operator.addressee, args, None, sources, token) if operator.addressee else ()
        if token.pos_ in ("NOUN", "PROPN") and operator.addressee and not addressee:
            addressee = roles.targets(
                [w for w in operator.addressee if w not in ("object", "inside")], args, token, sources, token
            )
        rest_of = [
            m
            for group in (embedded.targets, embedded.parties, embedded.sources)
            for m in group
            if m.actor.key not in own
        ]
        if name in ("demand", "appeal"):
            rest_of = [
                m
                for group in (embedded.sources, embedded.parties, embedded.targets)
                for m in group
                if m.actor.key not in own
            ]
            targets = (
                addressee or unique(rest_of)[:1] if embedded.sources and not addressee else addressee or unique(rest_of)
            )
            if not targets and embedded.head.pos_ == "NOUN":
                targets = tuple(m for m in roles.inside(embedded.head) if m.actor.key not in own)
        elif name == "consider":
            targets = unique(m for m in (*rest_of, *self._in_view_of(token, embedded, roles)) if m.actor.key not in own)
        elif name in ("intend", "announce", "expect", "threaten") and embedded.targets:
            targets = tuple(m for m in embedded.targets if m.actor.key not in own) or addressee
        else:
            targets = addressee or unique(rest_of)
        parties: tuple[ActorMention, ...] = ()
        if name in ("intend", "announce", "expect", "refuse") and not targets and len(sources) > 1:
            parties, sources = sources, ()
        if not sources and not parties:
            if embedded.sources and name in ("intend", "announce", "expect", "threaten", "stop", "allow"):
                sources = tuple(m for m in embedded.sources if m.actor.key not in {t.actor.key for t in targets})
            elif embedded.parties:
                parties, targets = embedded.parties, ()
        stance = operator.stance or embedded.stance
        return Candidate(
            code=code, head=token, anchor=token, words=words, sources=sources, targets=targets, parties=parties, operator=operator,
            modality=modality, stance=stance, score=embedded.score + 1, embedded=embedded, frame=None,
        )  # fmt: skip

    @staticmethod
    def _in_view_of(operator: Token, embedded: Candidate, roles: Roles) -> tuple[ActorMention, ...]:
        """Whom a decision is weighed about: 'in light of X's support', 'in response to X's attack'."""
        return unique(
            m
            for token in (operator, *embedded.words)
            for prep, view in prepositions(token)
            if prep == "in" and view.lemma_.lower() in ("light", "view", "response", "reaction", "retaliation")
            for _, obj in prepositions(view)
            for m in roles.actors(obj) or roles.inside(obj)
        )

    def _apply_auxiliary(
        self, verb: Token, roles: Roles, plain: dict[int, Candidate], composed: dict[int, Candidate]
    ) -> None:
        """Future, obligation and possibility of a verb: 'will meet', 'must withdraw', 'could attack'."""
        if verb.pos_ not in ("VERB", "AUX"):
            return
        auxiliaries = modals(verb)
        obligation = next((_OBLIGATION[a] for a in auxiliaries if a in _OBLIGATION), None)
        if verb.lemma_ in ("have", "need") and verb.i not in plain and self._obliges(verb, plain, composed):
            obligation = "demand" if verb.lemma_ == "have" else "appeal"
        future = (
            bool(auxiliaries & _FUTURE)
            or ("would" in auxiliaries and _reported(verb) is not None)
            or ("to" in auxiliaries and _is_to_be(verb))
        )
        negated = is_negated(verb)
        held = [(table, key, candidate) for table in (plain, composed) for key, candidate in table.items()]
        for table, key, candidate in held:
            if candidate.anchor.i == verb.i:
                if obligation:
                    changed = self._obligation(verb, obligation, candidate, roles)
                elif future:
                    changed = self._future(verb, candidate, negated=negated)
                else:
                    changed = None
                if changed is not None:
                    del table[key]
                    composed[changed.head.i] = changed
        if obligation and verb.i not in composed and (speaker := _reported(verb)) is not None:
            sources = roles.loosely(arguments(speaker).subject)
            args = arguments(verb)
            targets = tuple(
                m
                for m in roles.loosely(args.subject or args.object)
                if m.actor.key not in {s.actor.key for s in sources}
            )
            if sources and targets and not any(m.actor.key.startswith("group:") for m in (*sources, *targets)):
                words = (*(c for c in verb.children if c.dep_ == "aux"), verb)
                composed[verb.i] = Candidate(
                    code="100" if obligation == "demand" else "020", head=verb, anchor=speaker, words=words, sources=sources, targets=targets,
                    stance=obligation, score=1.0, operator=self._named_operator(obligation),
                )  # fmt: skip

    @staticmethod
    def _obliges(verb: Token, plain: dict[int, Candidate], composed: dict[int, Candidate]) -> bool:
        """Whether 'have to' demands; in 'will have to pay the price' the threat is in what follows."""
        obliged = [c for c in verb.children if c.dep_ == "xcomp"]
        threats = {c.anchor.i for c in (*plain.values(), *composed.values()) if c.code.startswith("13")}
        return bool(obliged) and threats.isdisjoint(c.i for c in obliged)

    def _named_operator(self, name: str) -> Operator:
        return next(op for entries in self._predicates.operators.values() for op, _, _ in entries if op.name == name)

    def _obligation(self, verb: Token, obligation: str, candidate: Candidate, roles: Roles) -> Candidate | None:
        speaker = _reported(verb)
        code = self._predicates.chain(obligation, candidate.code)
        if speaker is None or code is None:
            return replace(candidate, modality=Modality.DEMANDED)
        sources = roles.loosely(arguments(speaker).subject)
        keys = {m.actor.key for m in sources}
        targets = tuple(m for m in (candidate.sources or candidate.everyone) if m.actor.key not in keys)
        if not sources:
            return replace(candidate, modality=Modality.DEMANDED)
        return replace(
            candidate,
            code=code,
            sources=sources,
            targets=targets,
            parties=(),
            anchor=speaker,
            stance=obligation,
            operator=self._named_operator(obligation),
        )

    def _future(self, verb: Token, candidate: Candidate, *, negated: bool) -> Candidate | None:
        if candidate.frame is not None and candidate.frame.negated:
            return candidate
        if candidate.code[:2] in ("01", "02", "03", "10", "11", "12", "13") or candidate.code.startswith(
            ("051", "052", "053")
        ):
            return replace(candidate, modality=Modality.PLANNED) if not negated else None
        name = "refuse" if negated else "intend"
        code = self._predicates.chain(name, candidate.code)
        if code is None:
            return replace(candidate, modality=Modality.PLANNED)
        aux = tuple(c for c in verb.children if c.dep_ in ("aux", "neg"))
        return replace(
            candidate, code=code, words=tuple(sorted((*aux, *candidate.words), key=lambda t: t.i)), operator=self._named_operator(name), embedded=candidate,
            stance=None, alone=False,
        )  # fmt: skip


_SURE = 3
"""Score from which a frame of a word comes before an operator that the same word may be."""
_OWN_ACTS = ("intend", "announce", "expect", "prepare", "refuse")
_HOSTILE = ("17", "18", "19", "20")
_DIRECTED = ("02", "03", "05", "06", "07", "08", "09", "10", "11", "12", "13", "15", "16", "17", "18", "19", "20")
"""Roots of acts that are directed at somebody, whom the frame's own places may not show."""


def _with_speaker(candidate: Candidate, roles: Roles) -> Candidate:
    """Of a comment that names nobody the speaker is the source: 'a deal was within reach, Oslo said'."""
    if candidate.sources or candidate.parties or not candidate.code.startswith("01"):
        return candidate
    speaker = _reported(candidate.anchor)
    return replace(candidate, sources=roles.loosely(arguments(speaker).subject)) if speaker is not None else candidate


def _is_of_others(embedded: Candidate, sources: tuple[ActorMention, ...], token: Token) -> bool:
    """Whether what is warned of is done by others than who warns."""
    if not embedded.sources or embedded.anchor.dep_ != "ccomp" or embedded.anchor.head != token:
        return False
    own = {m.actor.country or m.actor.key for m in sources}
    return own.isdisjoint(m.actor.country or m.actor.key for m in embedded.sources)


def _with_near_target(candidate: Candidate, roles: Roles) -> Candidate:
    if candidate.targets or candidate.parties or not candidate.sources or not candidate.code.startswith(_DIRECTED):
        return candidate
    if candidate.alone or (candidate.head.pos_ in ("NOUN", "PROPN") and candidate.anchor == candidate.head):
        return candidate
    roots = dict.fromkeys([candidate.anchor, candidate.head])
    if candidate.embedded is not None:
        roots |= dict.fromkeys([candidate.embedded.anchor, candidate.embedded.head])
    return replace(candidate, targets=roles.near(roots, candidate.sources))


def _protests_absorbing(found: list[Candidate]) -> list[Candidate]:
    """What a protest is for is no event beside it: 'blocked roads to demand reforms' is one; who is asked is its target."""
    protests = [c for c in found if c.code.startswith("14")]
    out = list(found)
    for protest in protests:
        if protest not in out:
            continue
        claims = [
            c
            for c in out
            if c is not protest
            and c.code.startswith(("02", "10", "11", "14"))
            and c.head.i > protest.anchor.i
            and protest.anchor in c.head.ancestors
            and all(t.dep_ in _OF_PURPOSE for t in _path(c.head, protest.anchor))
        ]
        targets = unique(m for c in claims for m in c.targets)
        index = out.index(protest)
        aim = next((_AIM_OF[c.code[:4]] for c in claims if c.code[:4] in _AIM_OF), "")
        code = protest.code + aim if len(protest.code) == 3 and protest.code != "140" else protest.code
        out[index] = replace(protest, code=code, targets=protest.targets or targets)
        out = [c for c in out if c not in claims]
    return out


_AIM_OF = {f"{root}{digit}": digit for root in ("024", "104") for digit in AIMS} | {"0253": "3", "1053": "3"}
"""What is asked for -> the last digit of the protest's code; the release of prisoners is a matter of rights."""
_OF_PURPOSE = frozenset({"advcl", "acl", "xcomp", "prep", "pobj", "pcomp", "dobj", "conj"})


def _path(token: Token, ancestor: Token) -> list[Token]:
    """`token` and those above it, below `ancestor`."""
    out = [token]
    while out[-1].head != ancestor:
        out.append(out[-1].head)
    return out


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


def _reported(verb: Token) -> Token | None:
    """The verb of saying that reports the clause of `verb`, if any."""
    for token in (verb, *verb.ancestors):
        if token.dep_ in ("ccomp", "parataxis") and token.head.lemma_.lower() in SAYING:
            return token.head
        if token.dep_ in ("acl", "ccomp", "appos") and token.head.lemma_.lower() in _MESSAGES:
            return token.head.head if token.head.head.pos_ == "VERB" else None
        for child in token.children:
            if (
                child.dep_ in ("parataxis", "ccomp")
                and child.lemma_.lower() in SAYING
                and child.i > token.i
                and token.dep_ == "ROOT"
            ):
                return child
        if token.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "ccomp", "dobj", "pobj", "prep", "acl"):
            return None
    return None


def reporting_verb(token: Token) -> Token | None:
    """The verb of saying under which `token` stands: 'said' for what is said."""
    for current in (token, *token.ancestors):
        if (
            current.dep_ in ("ccomp", "parataxis")
            and current.head.lemma_.lower() in SAYING
            and current.head.i != token.i
        ):
            return current.head
    return None


def inner_saying(root: Token) -> Token | None:
    """The verb of saying that a parser hangs below what is said: 'said' in '"We have won," the minister said'."""
    return next(
        (c for c in root.children if c.dep_ in ("parataxis", "ccomp") and c.lemma_.lower() in SAYING and c.i > root.i),
        None,
    )


def _dependent(head: Token, word: str) -> Token | None:
    """A child or grandchild of `head` that is `word`: its particle, preposition or fixed object."""
    for child in head.children:
        if (child.lower_ == word or child.lemma_.lower() == word) and child.dep_ not in ("nsubj", "conj"):
            return child
    for child in head.children:
        if child.dep_ in ("prep", "prt", "advmod", "dobj"):
            for inner in child.children:
                if inner.lower_ == word or inner.lemma_.lower() == word:
                    return inner
    return None


def _some(words: tuple[str, ...], most: int = 6) -> str:
    """The first of `words`, for a reader."""
    return ", ".join(words[:most]) + (", ..." if len(words) > most else "")


def _hyphenated(token: Token) -> str | None:
    """'self-determination', which parsers split, by its last part."""
    doc = token.doc
    if token.i < 2 or doc[token.i - 1].text != "-":
        return None
    return f"{doc[token.i - 2].lower_}-{token.lemma_.lower()}"


def _is_denied(verb: Token, args: Arguments) -> bool:
    """Whether a verb, its subject or its object is negated: 'did not bow', 'made no concession'."""
    return is_negated(verb) or any(
        noun is not None and (is_negated(noun) or noun.lower_ in ("nothing", "none", "nobody"))
        for noun in (args.subject, args.object)
    )


def _clause(verb: Token, *, purposes: bool = False, within: bool = False) -> Iterator[Token]:
    """The tokens of the clause of `verb`, without clauses and verbs joined to it, save those of purpose where asked.

    `within` a clause of purpose what is asked for counts too: 'marched to demand that the minister resign'.
    """
    yield verb
    for child in verb.children:
        if child.dep_ in ("conj", "relcl", "ccomp", "advcl", "parataxis") and child.pos_ in ("VERB", "AUX"):
            purpose = child.dep_ in ("advcl", "relcl") and (child.tag_ == "VBG" or _is_infinitive(child))
            if not ((purposes and purpose) or (within and child.dep_ == "ccomp")):
                continue
            yield from _clause(child, purposes=purposes, within=True)
        else:
            yield from _clause(child, purposes=purposes, within=within)


def _is_to_be(verb: Token) -> bool:
    """Whether an infinitive tells of what is to come: 'the leaders are to meet', in headlines 'France to send troops'."""
    if verb.dep_ == "ROOT":
        return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)
    head = verb.head
    return (
        verb.dep_ == "xcomp"
        and head.lemma_ == "be"
        and not any(c.dep_ in ("acomp", "attr", "oprd") for c in head.children)
    )


def _is_subjunctive(verb: Token) -> bool:
    """Whether a clause says what should be: 'insisted that Iran stop', 'insisted that Iran must stop'."""
    if any(c.dep_ == "aux" and c.lower_ in ("must", "should", "ought") for c in verb.children):
        return True
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or any(c.dep_ == "aux" and c.lower_ != "be" for c in verb.children):
        return False
    passive = next((c for c in verb.children if c.dep_ == "auxpass"), None)
    if passive is not None:
        return passive.lower_ == "be"
    return verb.tag_ == "VB" or (verb.tag_ == "VBP" and subject.tag_ in ("NN", "NNP") and subject.lower_ != "they")


def _is_infinitive(verb: Token) -> bool:
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


def _is_plural(candidate: Candidate) -> bool:
    """'The two leaders met', 'EU ministers met': one phrase that is several."""
    return any(
        m.actor.kind.value == "group" and m.text.lower().rstrip().endswith("s") and not m.actor.key.startswith("group:")
        for m in candidate.parties
    )
