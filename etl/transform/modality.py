"""Really?: whether a report asserts its event, denies it, or only weighs, plans, demands or alleges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.records import Modality
from etl.transform.arguments import is_negated, modals
from etl.transform.clauses import CLAIMS, SAYING
from etl.transform.frames import Candidate

if TYPE_CHECKING:
    from spacy.tokens import Token

_CONDITIONS = frozenset({"if", "unless", "whether", "should", "until", "lest"})
_POSSIBLY = frozenset({"possibly", "potentially", "perhaps", "maybe", "likely", "probably"})
_HARDLY = frozenset({"rarely", "seldom", "hardly", "scarcely"})
_ALLEGEDLY = frozenset({"allegedly", "reportedly", "purportedly", "supposedly", "apparently"})
_CLAIMING = frozenset({"claim", "allege", "accuse", "charge", "suspect", "blame"})
_POSSIBILITY = frozenset(
    {
        "possibility",
        "prospect",
        "risk",
        "danger",
        "chance",
        "likelihood",
        "potential",
        "fear",
        "threat",
        "hypothesis",
        "scenario",
    }
)
_TO_COME = frozenset(
    {"near", "imminent", "likely", "unlikely", "possible", "inevitable", "close", "planned", "expected", "due"}
)
_DENYING = frozenset({"deny", "reject", "dismiss", "refute", "dispute", "rebut", "repudiate"})
_INTENTION = frozenset(
    {
        "plan",
        "proposal",
        "bid",
        "effort",
        "intention",
        "hope",
        "attempt",
        "call",
        "demand",
        "offer",
        "need",
        "aim",
        "goal",
        "readiness",
    }
)
_WANTING = frozenset(
    (
        "want hope plan intend aim seek try attempt propose agree promise vow pledge threaten urge ask call demand "
        "expect consider mull refuse decline fail need like wish prepare"
    ).split()
)
_REVERSING = frozenset({"refuse", "intend", "allow", "expect"})


def modality_of(candidate: Candidate) -> Modality:
    """The modality of a candidate event, from its own words and from the clauses it stands in.

    What an operator has already made of the event ('refused', 'considered') is kept.
    """
    anchor, head = candidate.anchor, candidate.head
    negatable = candidate.operator is None or candidate.operator.name not in _REVERSING
    if candidate.frame is not None and candidate.frame.negated:
        negatable = False
    # 'reached no agreement', 'has shown little interest'
    nouns = [w for w in candidate.words if w.pos_ == "NOUN" and w.dep_ in ("dobj", "nsubjpass", "attr")]
    if negatable and not candidate.code.startswith("01") and any(is_negated(noun) for noun in nouns):
        return Modality.NEGATED
    if negatable and (is_negated(anchor) or is_negated(head) or any(c.lower_ in _HARDLY for c in anchor.children)):
        return Modality.NEGATED
    if candidate.modality is not Modality.ASSERTED:
        return candidate.modality
    if anchor.text == ":":
        # what stands behind it is said, whatever it tells: 'Lavrov: the West wants war'
        return Modality.ASSERTED
    if _conditional(anchor) or anchor.sent[-1].text == "?":
        return Modality.HYPOTHETICAL
    own = {c.lower_ for token in {anchor, head} for c in token.children if c.dep_ in ("advmod", "amod")}
    own |= {word for token in {anchor, head} for word in modals(token)}
    if anchor.dep_ == "conj":
        own |= {c.lower_ for c in anchor.head.children if c.dep_ == "advmod"} & _ALLEGEDLY
    if candidate.frame is not None and candidate.frame.negated:
        # 'would not comment' is what was said
        own -= {"would", "could"}
    if (
        own & {"may", "might", "could", "can", "ca"}
        or own & _POSSIBLY
        or {"possible", "potential", "hypothetical"} & own
    ):
        return Modality.HYPOTHETICAL
    if "would" in own and candidate.operator is None:
        return Modality.HYPOTHETICAL
    if own & _ALLEGEDLY or "alleged" in own:
        return Modality.ALLEGED
    if own & {"planned", "upcoming", "forthcoming", "proposed", "scheduled"}:
        return Modality.PLANNED
    return _of_surroundings(anchor)


def _is_to_come(head: Token) -> bool:
    """Whether a verb says of its subject that it is not there yet: 'is near', 'is likely', 'is on the way'."""
    return head.lemma_ == "be" and any(c.lower_ in _TO_COME for c in head.children)


def _is_done(head: Token) -> bool:
    """Whether an infinitive under `head` tells of what was done: 'began to', 'became the first country to'."""
    if head.lemma_.lower() in ("continue", "begin", "start", "manage", "become", "force", "compel", "oblige"):
        return True
    return any(c.lower_ in ("first", "last", "only", "latest", "second", "third") for c in head.children)


def _conditional(token: Token) -> bool:
    for current in (token, *token.ancestors):
        if current.dep_ == "advcl" and any(
            c.lower_ in _CONDITIONS and c.dep_ in ("mark", "advmod", "aux") for c in current.children
        ):
            return True
        if current.dep_ in ("ccomp", "pcomp") and any(c.lower_ == "whether" for c in current.children):
            # 'asked whether he regretted it'
            return True
        if (
            current.lower_ in ("event", "case")
            and current.dep_ == "pobj"
            and current.head.lower_ == "in"
            and current.i < token.i
        ):
            return True
    return False


def _of_surroundings(token: Token) -> Modality:
    """Climb from `token` through the clauses that hold it, as far as they lend it their own modality."""
    current = token
    while current.head != current:
        head = current.head
        if current.dep_ in ("conj", "appos"):
            current = head
            continue
        doubted = any(c.lower_ in _ALLEGEDLY for c in head.children if c.dep_ == "advmod")
        if doubted and current.dep_ in ("prep", "pcomp", "xcomp", "acomp", "attr"):
            # 'is allegedly responsible for killing'
            return Modality.ALLEGED
        infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in current.children)
        if current.dep_ in ("xcomp", "advcl", "acl") and infinitive and current != token:
            return Modality.PLANNED
        if current == token and infinitive and current.dep_ in ("xcomp", "advcl", "acl", "relcl"):
            return Modality.ASSERTED if _is_done(head) else Modality.PLANNED
        if head.lemma_.lower() in CLAIMS and current.dep_ in ("acl", "ccomp"):
            denied = head.head.lemma_.lower() in _DENYING and head.dep_ == "dobj"
            return Modality.NEGATED if denied else Modality.ALLEGED
        if head.lemma_.lower() in _POSSIBILITY and current.dep_ in ("prep", "acl", "pcomp", "compound"):
            return Modality.HYPOTHETICAL
        if (
            head.lemma_.lower() in _INTENTION
            and head.pos_ == "NOUN"
            and current.dep_ in ("prep", "acl")
            and current.lower_ in ("for", "of", "to")
        ):
            return Modality.PLANNED
        if current.dep_ == "relcl":
            return Modality.ASSERTED
        if head.pos_ in ("VERB", "AUX"):
            lemma = head.lemma_.lower()
            auxiliaries = modals(head)
            adverbs = {c.lower_ for c in head.children if c.dep_ == "advmod"} | (
                {"possibly"} if current.dep_ == "prep" and {c.lower_ for c in current.children} & _POSSIBLY else set()
            )
            if current.dep_ in ("ccomp", "parataxis") and lemma in _CLAIMING:
                return Modality.ALLEGED
            through_object = current.dep_ == "dobj" and current != token
            if (current.dep_ in ("prep", "xcomp") or through_object) and lemma in _CLAIMING:
                return Modality.ALLEGED
            if current.dep_ in ("nsubj", "nsubjpass") and auxiliaries & {"may", "might", "could", "would"}:
                # 'an attack on Poland would trigger war'
                return Modality.HYPOTHETICAL
            if current.dep_ == "nsubj" and (lemma == "risk" or _is_to_come(head)):
                # 'an operation is near'
                return Modality.HYPOTHETICAL
            if lemma not in SAYING and current.dep_ not in ("nsubj", "nsubjpass", "advcl", "ccomp"):
                if is_negated(head) and current.dep_ in ("xcomp", "dobj"):
                    return Modality.NEGATED
                if auxiliaries & {"may", "might", "could", "would"} or adverbs & _POSSIBLY:
                    return Modality.HYPOTHETICAL
                if auxiliaries & {"will", "shall", "'ll"}:
                    return Modality.PLANNED
                if lemma in _WANTING:
                    return Modality.PLANNED
        current = head
    return Modality.ASSERTED
