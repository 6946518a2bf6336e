"""Statements: the stance an act of speech takes, what it is about, and to whom it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.knowledge.sayings import load_sayings
from etl.records import ActorMention, StatementReport
from etl.transform.arguments import arguments, prepositions
from etl.transform.clauses import CLAIMS
from etl.transform.frames import Candidate
from etl.transform.roles import Roles, unique

if TYPE_CHECKING:
    from spacy.tokens import Token

# Stance by CAMEO code, the longest prefix first, where the frame gives none of its own.
_STANCES = {
    **dict.fromkeys(("010", "013", "014", "015", "056"), "comment"),
    **dict.fromkeys(("111", "112", "113", "114"), "condemn"),
    **dict.fromkeys(("019", "052", "053"), "support"),
    "012": "concern", "016": "denial", "018": "regret", "051": "praise", "055": "apology",
    "02": "appeal", "03": "pledge", "10": "demand", "12": "reject", "13": "threat",
}  # fmt: skip
# CAMEO code of an act of speech that takes a stance and of which no frame says more.
CODES = {
    "support": "051", "praise": "051", "welcome": "013", "condemn": "111", "concern": "012", "regret": "018", "apology": "055",
    "denial": "016", "reject": "120", "demand": "100", "appeal": "020", "warn": "130", "threat": "130", "pledge": "030",
    "comment": "010",
}  # fmt: skip
_CLAIMED = CLAIMS | {"figure", "accusation", "assertion", "insinuation", "story"}
_SUMMONING = frozenset({"summon", "call", "haul", "convoke", "carpet"})
_WARNING = frozenset({"warn", "caution", "warning"})
_ABOUT = ("over", "about", "on", "for", "regarding", "concerning", "at", "of", "against", "that")
_OF_TIME = frozenset({"DATE", "TIME"})


def statement_of(candidate: Candidate, event_type: str) -> StatementReport | None:
    """The statement made by a candidate; None where it is no act of speech. Its quotation is found by `sayings.py`."""
    stance = candidate.stance or next(
        (_STANCES[candidate.code[:n]] for n in (3, 2) if candidate.code[:n] in _STANCES), None
    )
    lemma = candidate.anchor.lemma_.lower()
    if stance == "threat" and {lemma, candidate.head.lemma_.lower()} & _WARNING:
        stance = "warn"
    words = load_sayings()
    if lemma in words.voicing:
        stance = next((s for w in candidate.words if (s := words.stance_of_noun(w.lemma_.lower()))), stance)
    if (
        stance == "reject"
        and (object_ := arguments(candidate.anchor).object) is not None
        and object_.lemma_ in _CLAIMED
    ):
        stance = "denial"
    if stance == "reject" and lemma in words.verbs["condemn"]:
        # 'denounced the treaty' need not leave it
        stance = "condemn"
    if candidate.frame is not None and candidate.frame.action is not None and lemma not in words.verbs["condemn"]:
        return None
    promised = event_type == "agreement" and not {lemma, candidate.head.lemma_.lower()}.isdisjoint(
        words.verbs["pledge"]
    )
    if candidate.code.startswith("011"):
        # who declines to speak says nothing
        return None
    if candidate.code.startswith("114") and lemma in _SUMMONING:
        # an ambassador summoned is no word said
        return None
    if stance is None or (event_type != "statement" and candidate.stance is None and not promised):
        return None
    return StatementReport(stance=stance, topic=_topic(candidate))


def made_by_saying(code: str) -> str | None:
    """The stance that one takes by saying what is coded so: 'Iraq said it would let them return' promises."""
    return next((_STANCES[code[:n]] for n in (3, 2) if code[:n] in _STANCES and not code.startswith("010")), None)


def _topic(candidate: Candidate) -> str | None:
    for token in dict.fromkeys((candidate.head, *reversed(candidate.words), candidate.anchor)):
        for prep, obj in prepositions(token):
            if prep in _ABOUT and obj not in candidate.words and obj.ent_type_ not in _OF_TIME:
                phrase = obj.doc[obj.left_edge.i : obj.right_edge.i + 1].text
                return phrase if len(phrase) <= 200 else obj.doc[obj.left_edge.i : obj.i + 1].text
    return None


def addressees(verb: Token, roles: Roles) -> tuple[ActorMention, ...]:
    """To whom it is said: 'told his counterpart that', 'assured the Senate', 'said to reporters'."""
    args = arguments(verb)
    if args.passive:
        return ()
    told = args.dative if args.dative is not None else args.object
    if verb.lemma_.lower() in load_sayings().telling and not _is_within_quotes(told) and (found := roles.actors(told)):
        return found
    return unique(m for prep, obj in args.preps if prep == "to" and obj.i > verb.i for m in roles.actors(obj))


def _is_within_quotes(token: Token | None) -> bool:
    return token is not None and token.i > 0 and token.nbor(-1).text == '"'
