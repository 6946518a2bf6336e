"""Treaties: what is done to which, and what they provide for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etl.knowledge import Knowledge
from etl.records import Provision, TreatyReport
from etl.transform.arguments import conjuncts, noun_modifiers, prepositions
from etl.transform.frames import Candidate
from etl.transform.language import span_of

if TYPE_CHECKING:
    from spacy.tokens import Span as Words
    from spacy.tokens import Token


class TreatyFinder:
    """Finds the treaty in a candidate event."""

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
                        found[code] = Provision(code=code, span=span_of(words[i], words[i + n - 1], offset))
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
