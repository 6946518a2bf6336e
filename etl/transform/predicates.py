"""What happened: frames first, then what operators make of them, then what only the whole sentence tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from etl.knowledge.predicates import AIMS, Predicates
from etl.records import ActorKind, Modality
from etl.transform.arguments import arguments, is_negated
from etl.transform.clauses import SAYING, path_between, reported
from etl.transform.frames import Candidate, FrameFinder
from etl.transform.operators import Composer
from etl.transform.roles import Roles, unique

if TYPE_CHECKING:
    from spacy.tokens import Span

_DIRECTED = ("02", "03", "05", "06", "07", "08", "09", "10", "11", "12", "13", "15", "16", "17", "18", "19", "20")
"""Roots of acts that are directed at somebody, whom the frame's own places may not show."""
_OWN_FORCES = ("0874", "0356", "154")
"""Moving one's own troops: 'withdrew American forces' is directed at nobody in America."""
_VIOLENT = ("18", "19", "20")
_DEEDS = ("15", "17", "18", "19", "20")
_ARMED = {"143": "190", "133": "138"}
_HARMING = frozenset({"kill", "wound", "injure", "damage", "destroy", "maim", "hurt"})
_AIM_OF = {f"{root}{digit}": digit for root in ("024", "104") for digit in AIMS} | {"0253": "3", "1053": "3"}
"""What is asked for -> the last digit of the protest's code; the release of prisoners is a matter of rights."""
_OF_PURPOSE = frozenset({"advcl", "acl", "xcomp", "prep", "pobj", "pcomp", "dobj", "conj"})


class PredicateFinder:
    """Finds the events of a sentence."""

    def __init__(self, predicates: Predicates) -> None:
        self._predicates = predicates
        self.frames = FrameFinder(predicates)
        self.operators = Composer(predicates, self.frames)
        self.acts = SAYING | predicates.verbs.keys() | predicates.operators.keys()
        """Lemmas of the verbs whose subject acts or speaks."""

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
            candidate = self.frames.best(token, roles)
            if candidate is not None:
                plain[token.i] = candidate
        self.frames.drop_consumed(plain)
        composed = self.operators.compose(sent, roles, plain)
        taken = {w.i for c in plain.values() if self.frames.complete(c) for w in c.words if w.i != c.head.i}
        composed = [c for c in composed if c.head.i not in taken]
        found = [_strike_of_arms(c) for c in (*plain.values(), *composed) if self.frames.complete(c)]
        found = [_as_said(c, roles) for c in found]
        return [
            _with_near_target(_with_speaker(c, roles), roles) for c in _attacks_absorbing(_protests_absorbing(found))
        ]


def _with_speaker(candidate: Candidate, roles: Roles) -> Candidate:
    """Of a comment that names nobody the speaker is the source: 'a deal was within reach, Oslo said'."""
    if candidate.sources or candidate.parties or not candidate.code.startswith("01"):
        return candidate
    speaker = reported(candidate.anchor)
    return replace(candidate, sources=roles.loosely(arguments(speaker).subject)) if speaker is not None else candidate


def _with_near_target(candidate: Candidate, roles: Roles) -> Candidate:
    if candidate.code.startswith(_OWN_FORCES) and candidate.targets:
        own = {m.actor.country for m in candidate.sources if m.actor.country}
        candidate = replace(candidate, targets=tuple(m for m in candidate.targets if m.actor.country not in own))
    if candidate.targets or candidate.parties or not candidate.sources or not candidate.code.startswith(_DIRECTED):
        return candidate
    if candidate.alone or (candidate.head.pos_ in ("NOUN", "PROPN") and candidate.anchor == candidate.head):
        return candidate
    roots = dict.fromkeys([candidate.anchor, candidate.head])
    if candidate.embedded is not None:
        roots |= dict.fromkeys([candidate.embedded.anchor, candidate.embedded.head])
    return replace(candidate, targets=roles.near(roots, candidate.sources))


def _as_said(candidate: Candidate, roles: Roles) -> Candidate:
    """What a party says of its own acts and of its adversary's.

    'Tehran said it had not sent drones' denies (016); what Kiev says that Russian troops did to Ukraine is alleged.
    """
    speaker = reported(candidate.anchor)
    if speaker is None or candidate.frame is None or not candidate.sources or not candidate.code.startswith(_DEEDS):
        return candidate
    who = roles.loosely(arguments(speaker).subject)
    said_by, done_by, done_to = (
        {m.actor.country for m in side} for side in (who, candidate.sources, candidate.targets)
    )
    if None in said_by | done_by or not said_by:
        return candidate
    if said_by == done_by and is_negated(candidate.anchor):
        words = tuple(sorted((speaker, *candidate.words), key=lambda t: t.i))
        return replace(candidate, code="016", sources=who, frame=None, head=speaker, anchor=speaker, words=words)
    if said_by & done_to and said_by.isdisjoint(done_by) and candidate.modality is Modality.ASSERTED:
        return replace(candidate, modality=Modality.ALLEGED)
    return candidate


def _strike_of_arms(candidate: Candidate) -> Candidate:
    """States and armies do not go on strike: 'Russia launched strikes' is an attack."""
    code = _ARMED.get(candidate.code[:3])
    if code is None or not candidate.sources or not any(w.lemma_.lower() == "strike" for w in candidate.words):
        return candidate
    armed = all(m.actor.sector in ("MIL", "REB", "GOV") or m.actor.kind is ActorKind.COUNTRY for m in candidate.sources)
    return replace(candidate, code=code) if armed else candidate


def _attacks_absorbing(found: list[Candidate]) -> list[Candidate]:
    """Whom an attack killed is no event beside it: 'a bomb tore through a market, killing 20', 'shot and killed'."""
    out = list(found)
    for attack in found:
        if attack.code.startswith(_VIOLENT) and attack in out:
            harm = [
                c
                for c in out
                if c is not attack and c.code.startswith(_VIOLENT) and c.head.lemma_ in _HARMING and c.head.head == attack.anchor
                and (c.head.dep_ == "conj" or (c.head.dep_ == "advcl" and c.head.tag_ == "VBG"))
            ]  # fmt: skip
            targets = unique(m for c in harm for m in c.targets)
            if targets and not attack.targets and not attack.parties:
                out[out.index(attack)] = replace(attack, targets=targets)
            out = [c for c in out if c not in harm]
    return out


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
            and all(t.dep_ in _OF_PURPOSE for t in path_between(c.head, protest.anchor))
        ]
        targets = unique(m for c in claims for m in c.targets)
        index = out.index(protest)
        aim = next((_AIM_OF[c.code[:4]] for c in claims if c.code[:4] in _AIM_OF), "")
        code = protest.code + aim if len(protest.code) == 3 and protest.code != "140" else protest.code
        out[index] = replace(protest, code=code, targets=protest.targets or targets)
        out = [c for c in out if c not in claims]
    return out
