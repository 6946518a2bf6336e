"""Statements: the stance an act of speech takes, what it is about, and the words it is quoted with."""

from __future__ import annotations

from etl.records import Span, StatementReport
from etl.transform.arguments import prepositions
from etl.transform.frames import Candidate
from etl.transform.language import span_of

# Stance by CAMEO code, the longest prefix first, where the frame gives none of its own.
_STANCES = {
    **dict.fromkeys(("010", "011", "013", "014", "015", "056"), "comment"),
    **dict.fromkeys(("111", "112", "113", "114"), "condemn"),
    **dict.fromkeys(("019", "052", "053"), "support"),
    "012": "concern", "016": "denial", "018": "regret", "051": "praise", "055": "apology",
    "02": "appeal", "03": "pledge", "10": "demand", "12": "reject", "13": "threat",
}  # fmt: skip
_ABOUT = ("over", "about", "on", "for", "regarding", "concerning", "at", "of", "against", "that")
_QUOTES = '"'


def statement_of(candidate: Candidate, event_type: str, offset: int) -> StatementReport | None:
    """The statement made by a candidate; None where it is no act of speech."""
    stance = candidate.stance or next(
        (_STANCES[candidate.code[:n]] for n in (3, 2) if candidate.code[:n] in _STANCES), None
    )
    if stance is None or (event_type != "statement" and candidate.stance is None):
        return None
    return StatementReport(stance=stance, topic=_topic(candidate), quote=_quote(candidate, offset))


def _topic(candidate: Candidate) -> str | None:
    for token in dict.fromkeys((candidate.head, *reversed(candidate.words), candidate.anchor)):
        for prep, obj in prepositions(token):
            if prep in _ABOUT and obj not in candidate.words:
                phrase = obj.doc[obj.left_edge.i : obj.right_edge.i + 1].text
                return phrase if len(phrase) <= 200 else obj.doc[obj.left_edge.i : obj.i + 1].text
    return None


def _quote(candidate: Candidate, offset: int) -> Span | None:
    """The quoted words that belong to the candidate: within its phrase, else the only ones of the sentence."""
    doc = candidate.head.doc
    sent = candidate.head.sent
    marks = [t.i for t in sent if t.text in _QUOTES or t.text in ("``", "''")]
    pairs = [(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False) if b - a > 1]
    if not pairs:
        return None
    inside = {t.i for t in candidate.anchor.subtree} | {w.i for w in candidate.words}
    best = next(
        (p for p in pairs if any(i in inside for i in range(p[0] + 1, p[1]))), pairs[0] if len(pairs) == 1 else None
    )
    return span_of(doc[best[0] + 1], doc[best[1] - 1], offset) if best else None
