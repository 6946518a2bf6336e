"""What operators make of events: 'agreed to meet', 'refused to sign', 'would attack'."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etl.knowledge.predicates import Operator, Predicates
from etl.records import ActorMention, Modality
from etl.transform.arguments import Arguments, arguments, conjuncts, is_negated, modals, prepositions, through_partitive
from etl.transform.clauses import CLAIMS, dependent, depth_of, is_over, is_subjunctive, is_to_be, reported
from etl.transform.frames import Candidate, FrameFinder
from etl.transform.roles import DEFAULT_TARGET, Roles, one_side, unique, whose

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_FUTURE = frozenset({"will", "shall", "'ll", "wo"})
# Operators whose whole is an act of speech of its own, asserted whatever becomes of what is spoken of.
_SPEECH = frozenset({"demand", "appeal", "deny", "allege"})
_OBLIGATION = {"must": "demand", "should": "appeal", "ought": "appeal"}
_SURE = 3
"""Score from which a frame of a word comes before an operator that the same word may be."""
_OWN_ACTS = ("intend", "announce", "expect", "prepare", "refuse")
"""Operators over what their own subject is to do."""
_HOSTILE = ("17", "18", "19", "20")
_STATES_OF_MIND = frozenset({"be", "know", "feel", "see", "have", "seem", "remain", "expect", "think", "believe"})


class Composer:
    """Composes the events of a sentence: what operators and auxiliaries make of them."""

    def __init__(self, predicates: Predicates, frames: FrameFinder) -> None:
        self._predicates = predicates
        self._frames = frames

    def compose(self, sent: Span, roles: Roles, plain: dict[int, Candidate]) -> list[Candidate]:
        """What operators and auxiliaries make of the plain events, the innermost first; takes up what it uses."""
        composed: dict[int, Candidate] = {}
        for token in sorted(sent, key=lambda t: -depth_of(t)):
            if not (token.i in plain and plain[token.i].score >= _SURE):
                self._operate(token, roles, plain, composed)
            self._apply_auxiliary(token, roles, plain, composed)
        return list(composed.values())

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
            words: list[Token | None] = []
            for word in rest:
                before = words[-1] if words else None
                words.append((dependent(before, word) if before is not None else None) or dependent(token, word))
            ruled_out = operator.unless and any(c.lemma_.lower() in operator.unless for c in token.children)
            if fits[pos] and all(words) and not ruled_out:
                out.append((operator, tuple(word for word in words if word)))
        return sorted(out, key=lambda match: -len(match[1]))

    def complement_tokens(self, token: Token, operator: Operator) -> list[Token]:
        """The words that may carry the event which `operator` takes up."""
        out: list[Token] = []
        # 'stopped short of condemning': the preposition hangs on the adverb
        below = (c for adverb in token.children if adverb.dep_ in ("advmod", "prt", "acomp") for c in adverb.children)
        for child in (*token.children, *(c for c in below if c.dep_ == "prep")):
            kinds = operator.complements
            if child.dep_ in ("xcomp", "ccomp", "acl", "advcl", "relcl") and child.pos_ in (
                "VERB",
                "AUX",
                "NOUN",
                "ADJ",
            ):
                to = any(c.lower_ == "to" and c.dep_ == "aux" for c in child.children)
                if operator.name == "appeal" and any(
                    c.dep_ == "mark" and c.lower_ in ("whether", "if") for c in child.children
                ):
                    # 'asked whether Hanoi would back the plan' asks for no backing
                    continue
                if child.dep_ == "advcl" and child.tag_ == "VBG" and child.doc[child.left_edge.i - 1].text == ",":
                    # 'announced a withdrawal, shocking everyone'
                    continue
                if (
                    (to and "infinitive" in kinds)
                    or ("subjunctive" in kinds and child.dep_ in ("ccomp", "acl") and is_subjunctive(child))
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
        if operator.name == "same" and own is not None and self._frames.complete(own):
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
            if operator.name == "announce" and embedded.anchor.dep_ == "ccomp" and is_over(embedded.anchor):
                # 'it had sent troops, Paris announced' is no intent
                continue
            result = self._chained(token, operator, rest, args, sources, embedded.within or embedded, roles)
            if embedded.within is not None and result is not None and not self._frames.complete(result):
                # 'started pumping gas': nothing is made of it, so what counts only within operators does not count
                result = self._chained(token, operator, rest, args, sources, embedded, roles)
            if result is None:
                continue
            if own is not None and own.code[:2] == result.code[:2] and result.code[2:] == "0" != own.code[2:]:
                # the operator's own frame says more: 'called on both to reach an accord'
                result = replace(result, code=own.code)
            plain.pop(embedded.head.i, None)
            for key in [k for k, c in composed.items() if c is embedded]:
                del composed[key]
            plain.pop(token.i, None)
            composed[token.i if token.i not in composed else embedded.head.i] = result

    def _apply_auxiliary(
        self, verb: Token, roles: Roles, plain: dict[int, Candidate], composed: dict[int, Candidate]
    ) -> None:
        """Future, obligation and possibility of a verb: 'will meet', 'must withdraw', 'could attack'."""
        if verb.pos_ not in ("VERB", "AUX"):
            return
        auxiliaries = modals(verb)
        obligation = next((_OBLIGATION[a] for a in auxiliaries if a in _OBLIGATION), None)
        if _is_inverted(verb):
            # 'should Iran transgress' is a condition
            obligation = None
        if verb.lemma_ in ("have", "need") and verb.i not in plain and self._obliges(verb, plain, composed):
            obligation = "demand" if verb.lemma_ == "have" else "appeal"
        future = (
            bool(auxiliaries & _FUTURE)
            or ("would" in auxiliaries and reported(verb) is not None)
            or ("to" in auxiliaries and is_to_be(verb))
        )
        negated = is_negated(verb)
        held = [(table, key, candidate) for table in (plain, composed) for key, candidate in table.items()]
        for table, key, candidate in held:
            ready = candidate.anchor.pos_ == "ADJ" and candidate.anchor.head.i == verb.i and verb.lemma_ == "be"
            if candidate.anchor.i == verb.i or ready:
                if obligation:
                    changed = self._obligation(verb, obligation, candidate, roles)
                elif future:
                    changed = self._future(verb, candidate, roles, negated=negated)
                else:
                    changed = None
                if changed is not None:
                    del table[key]
                    composed[changed.head.i] = changed
        # 'should know' asks for no act
        idle = verb.lemma_.lower() in _STATES_OF_MIND
        if obligation and not idle and verb.i not in composed and (speaker := reported(verb)) is not None:
            sources = roles.loosely(arguments(speaker).subject)
            args = arguments(verb)
            targets = tuple(
                m
                for m in roles.loosely(args.subject or args.object)
                if m.actor.key not in {s.actor.key for s in sources}
            )
            known = not any(m.actor.key.startswith("group:") for m in (*sources, *targets))
            if sources and targets and known and not _are_own(sources, targets):
                words = (*(c for c in verb.children if c.dep_ == "aux"), verb)
                composed[verb.i] = Candidate(
                    code="100" if obligation == "demand" else "020", head=verb, anchor=speaker, words=words, sources=sources, targets=targets,
                    stance=obligation, score=1.0, operator=self._named_operator(obligation),
                )  # fmt: skip

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
        words = self._frames.domain_words(token, args.object, ())
        return Candidate(
            code=self._predicates.refine(operator.bare, words), head=token, anchor=token, words=(token, *rest), sources=sources, targets=targets,
            operator=operator, stance=operator.stance, score=1.0,
        )  # fmt: skip

    def _chained(
        self, token: Token, operator: Operator, rest: tuple[Token, ...], args: Arguments, sources: tuple[ActorMention, ...],
        embedded: Candidate, roles: Roles,
    ) -> Candidate | None:  # fmt: skip
        name = operator.name
        if name == "force" and not sources:
            # 'was forced to withdraw', 'rain forced them to withdraw': nobody is named who coerces
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
        # a refusal vowed is a refusal
        refused = name in ("intend", "announce") and embedded.code.startswith("12")
        code = embedded.code if refused else self._predicates.chain(name, embedded.code)
        denied = embedded.frame is None or not embedded.frame.negated
        if (
            name in ("intend", "announce")
            and denied
            and not refused
            and embedded.anchor != token
            and is_negated(embedded.anchor)
        ):
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
            if code.startswith(("0253", "1053")):
                # who is to be freed is not who is asked to free them
                freed = {m.actor.key for m in embedded.targets}
                rest_of = [m for m in rest_of if m.actor.key not in freed]
            targets = (
                addressee or unique(rest_of)[:1] if embedded.sources and not addressee else addressee or unique(rest_of)
            )
            if not targets and embedded.head.pos_ == "NOUN" and not code.startswith(("0253", "1053")):
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

    @staticmethod
    def _obliges(verb: Token, plain: dict[int, Candidate], composed: dict[int, Candidate]) -> bool:
        """Whether 'have to' demands; in 'will have to pay the price' the threat is in what follows."""
        obliged = [c for c in verb.children if c.dep_ == "xcomp"]
        threats = {c.anchor.i for c in (*plain.values(), *composed.values()) if c.code.startswith("13")}
        return bool(obliged) and threats.isdisjoint(c.i for c in obliged)

    def _named_operator(self, name: str) -> Operator:
        return next(op for entries in self._predicates.operators.values() for op, _, _ in entries if op.name == name)

    def _obligation(self, verb: Token, obligation: str, candidate: Candidate, roles: Roles) -> Candidate | None:
        speaker = reported(verb)
        code = self._predicates.chain(obligation, candidate.code)
        if speaker is None or code is None:
            return replace(candidate, modality=Modality.DEMANDED)
        sources = roles.loosely(arguments(speaker).subject)
        keys = {m.actor.key for m in sources}
        targets = tuple(m for m in (candidate.sources or candidate.everyone) if m.actor.key not in keys)
        if not sources or _are_own(sources, targets):
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

    def _future(self, verb: Token, candidate: Candidate, roles: Roles, *, negated: bool) -> Candidate | None:
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
        speaker = reported(verb)
        if code.startswith(("12", "13")) and speaker is not None:
            speakers = roles.loosely(arguments(speaker).subject)
            if _are_others(speakers, candidate):
                # 'Russia will attack, Norway said' is no threat of Russia's
                return replace(candidate, modality=Modality.NEGATED if negated else Modality.PLANNED)
        aux = tuple(c for c in verb.children if c.dep_ in ("aux", "neg"))
        return replace(
            candidate, code=code, words=tuple(sorted((*aux, *candidate.words), key=lambda t: t.i)), operator=self._named_operator(name), embedded=candidate,
            stance=None, alone=False,
        )  # fmt: skip


def _is_of_others(embedded: Candidate, sources: tuple[ActorMention, ...], token: Token) -> bool:
    """Whether what is warned of is done by others than who warns."""
    if not embedded.sources or embedded.anchor.dep_ != "ccomp" or embedded.anchor.head != token:
        return False
    return not one_side(sources, embedded.sources)


def _is_inverted(verb: Token) -> bool:
    """Whether an auxiliary stands before its subject: 'should Iran transgress'."""
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    return subject is not None and any(c.dep_ == "aux" and c.i < subject.left_edge.i for c in verb.children)


def _are_own(speakers: tuple[ActorMention, ...], targets: tuple[ActorMention, ...]) -> bool:
    """Whether a speaker's demand is on his own side: 'Trump says US troops must leave'."""
    known = all(m.actor.country and m.actor.sector in (None, "GOV", "MIL") for m in (*speakers, *targets))
    return bool(targets) and known and set(map(whose, targets)) <= set(map(whose, speakers))


def _are_others(speakers: tuple[ActorMention, ...], candidate: Candidate) -> bool:
    """Whether those who speak of an act to come are not of the country that is to do it."""
    if not speakers or not candidate.sources or not all(m.actor.country for m in (*speakers, *candidate.sources)):
        return False
    return not one_side(speakers, candidate.sources)
