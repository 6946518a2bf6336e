"""Treaties and statements: what a mention says beyond who did what to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etl.knowledge import Knowledge
from etl.records import Provision, Span, StatementReport, TreatyReport
from etl.transform.arguments import conjuncts, noun_modifiers, prepositions
from etl.transform.frames import Candidate

if TYPE_CHECKING:
    from spacy.tokens import Span as Words
    from spacy.tokens import Token

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


class SubtypeFinder:
    """Finds the treaty and the statement in a candidate event."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._kinds = knowledge.treaty_nouns
        self._cues = {
            code: tuple(tuple(cue.split()) for cue in cues) for code, cues in knowledge.provision_cues.items()
        }

    def treaty(self, candidate: Candidate, offset: int) -> TreatyReport | None:
        """The treaty that a candidate acts on; None where its frame has no treaty action."""
        action = candidate.frame.action if candidate.frame else None
        noun = next((t for t in reversed(candidate.words) if self._kind(t)), None)
        if noun is None and candidate.head.pos_ == "NOUN":
            noun = next((t for _, obj in prepositions(candidate.head) for t in conjuncts(obj) if self._kind(t)), None)
        if action is None or noun is None:
            return None
        first = min([noun.i, *(t.i for t in noun_modifiers(noun))])
        words = noun.doc[first : noun.i + 1]
        behind = next(
            (c for c in noun.children if c.dep_ == "prep" and c.lower_ in ("of", "on") and c.i == noun.i + 1), None
        )
        name = words.text if behind is None else noun.doc[first : behind.right_edge.i + 1].text
        return TreatyReport(
            name=name if len(name) < 120 else words.text,
            kind=self._kind(noun) or "treaty",
            action=action,
            provisions=self.provisions(
                [*noun.doc[noun.left_edge.i : noun.i], *noun.doc[noun.i : noun.sent.end]], offset
            ),
        )

    def provisions(self, words: Sequence[Token], offset: int) -> tuple[Provision, ...]:
        """What a treaty provides for, as `words` (in a row) say."""
        lemmas = [t.lemma_.lower() for t in words]
        lowers = [t.lower_ for t in words]
        found: dict[str, Provision] = {}
        for code, cues in self._cues.items():
            for cue in cues:
                n = len(cue)
                for i in range(len(lemmas) - n + 1):
                    if code not in found and all(word in (lemmas[i + k], lowers[i + k]) for k, word in enumerate(cue)):
                        found[code] = Provision(code=code, span=_span(words[i], words[i + n - 1], offset))
        return tuple(found.values())

    def speaks_of_treaty(self, sent: Words) -> bool:
        """Whether a sentence goes on about a treaty named before it: 'The treaty, which includes ...'."""
        return any(
            self._kind(t)
            and t.dep_ in ("nsubj", "nsubjpass", "pobj")
            and any(c.lower_ in ("the", "this", "its", "that") for c in t.children)
            for t in sent
        )

    def _kind(self, token: Token) -> str | None:
        if token.pos_ not in ("NOUN", "PROPN"):
            return None
        lemma = token.lemma_.lower()
        behind = next((f"{lemma} of {o.lemma_.lower()}" for p, o in prepositions(token) if p == "of"), "")
        before = f"{token.nbor(-1).lower_} {lemma}" if token.i > 0 else ""
        return self._kinds.get(behind) or self._kinds.get(before) or self._kinds.get(lemma)

    def statement(self, candidate: Candidate, event_type: str, offset: int) -> StatementReport | None:
        """The statement made by a candidate; None where it is no act of speech."""
        stance = candidate.stance or next(
            (_STANCES[candidate.code[:n]] for n in (3, 2) if candidate.code[:n] in _STANCES), None
        )
        if stance is None or (event_type != "statement" and candidate.stance is None):
            return None
        return StatementReport(stance=stance, topic=self._topic(candidate), quote=_quote(candidate, offset))

    @staticmethod
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
    return _span(doc[best[0] + 1], doc[best[1] - 1], offset) if best else None


def _span(first: Token, last: Token, offset: int) -> Span:
    doc = first.doc
    return Span(text=doc[first.i : last.i + 1].text, start=offset + first.idx, end=offset + last.idx + len(last))
