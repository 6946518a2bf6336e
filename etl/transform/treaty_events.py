"""Which events of a sentence are the steps that it tells of, and how real each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from etl.knowledge.treaties import load_treaty_words
from etl.records import Modality
from etl.transform.arguments import is_negated, modals
from etl.transform.clauses import is_infinitive
from etl.transform.frames import Candidate
from etl.transform.modality import modality_of
from etl.transform.treaty_steps import Step

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
_REFUSING = frozenset({"refuse", "withhold", "deadlock"})
"""Operators that are the event themselves: 'refused to sign'."""
_AHEAD = frozenset({"will", "would", "may", "might", "could", "to", "be"})
_SCORE = 3.0


def events_of(found: Sequence[Candidate], steps: Sequence[Step]) -> list[tuple[Candidate, Step | None]]:
    """The events of a sentence, each with the step that it is; steps that no event of `found` is become events."""
    of: dict[int, Step] = {}
    more: list[tuple[Candidate, Step]] = []
    for step in steps:
        here = [i for i, c in enumerate(found) if i not in of and step.trigger.i in _own_words(c)]
        plain = next((i for i in here if _is_plain(found[i], step)), None)
        refusal = next((i for i in here if found[i].code.startswith("12")), None)
        if plain is not None:
            of[plain] = step
        elif refusal is None:
            over = next((c for c in found if c.embedded and step.trigger.i in _own_words(c.embedded)), None)
            over = over or next((found[i] for i in here if found[i].operator), None)
            if _is_event(step, over):
                more.append((_as_event(step, over), step))
        elif not load_treaty_words().steps[step.action].binds:
            # 'refused to sign' is the refusal alone; 'announced its withdrawal from' is the step
            of[refusal] = step
    return [*((c, of.get(i)) for i, c in enumerate(found)), *more]


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
    awaited = verb.head.lemma_.lower() in load_treaty_words().awaiting
    if awaited and (is_infinitive(verb) or verb.pos_ == "NOUN"):
        return Modality.PLANNED
    return Modality.PLANNED if modals(verb) & {"will", "shall", "'ll", "must"} else found


def _own_words(candidate: Candidate) -> set[int]:
    return {candidate.head.i, candidate.anchor.i, *(w.i for w in candidate.words)}


def _is_plain(candidate: Candidate, step: Step) -> bool:
    """Whether a candidate is the step itself, not what somebody says or thinks of it."""
    if candidate.operator is not None or candidate.embedded is not None:
        return False
    known = candidate.frame is not None and candidate.frame.action is not None
    return known or step.trigger.i in (candidate.head.i, candidate.anchor.i)


def _is_event(step: Step, over: Candidate | None) -> bool:
    """Whether a step is an event of its own, `over` being what an operator has made of it."""
    if over is not None and over.operator is not None and over.operator.name in _REFUSING:
        # 'refused to sign': the refusal is the event
        return False
    # what is still to be agreed is told of by who wants it
    return step.action != "negotiated" or not is_infinitive(step.trigger)


def _as_event(step: Step, over: Candidate | None) -> Candidate:
    modality = Modality.ASSERTED
    if over is not None and over.operator is not None:
        modality = _OPERATORS.get(over.operator.name, modality)
    bare = Candidate(
        code=step.code, head=step.trigger, anchor=step.trigger, words=step.words, modality=modality, score=_SCORE
    )
    return replace(bare, sources=step.by) if step.code.startswith("12") else replace(bare, parties=step.by)
