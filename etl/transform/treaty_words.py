"""Which words name a treaty, and which may tell of a step in its life or of what it provides for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from etl.knowledge.treaties import Step, TreatyWords, load_treaty_words
from etl.transform.arguments import prepositions

if TYPE_CHECKING:
    from spacy.tokens import Token

_GAP = 5
"""Words that '..' in a cue stands for at most."""
VERB_PHRASES = ("object", "brokered", "voted", "against", "subject", "behind", "alone")

Slots = tuple[tuple[frozenset[str], int], ...]
"""The words of a cue, each with its alternatives and how many others may stand before it."""


class Phrase(NamedTuple):
    """One of the ways in which a text says that a step is taken: what follows its verb or noun."""

    action: str
    how: str
    """The part of `etl.knowledge.treaties.Step` in which it stands."""
    rest: tuple[str, ...]


class TreatyFinder:
    """What the coder knows of treaties' words, by the word with which each phrase and cue begins."""

    def __init__(self, words: TreatyWords | None = None) -> None:
        self.words = known = words or load_treaty_words()
        self.kinds = {noun: kind for kind, nouns in known.kinds.items() for noun in nouns}
        self.named: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        """Known names with their kinds, by their first word, the longest first."""
        for name, kind in sorted(known.named.items(), key=lambda n: -len(n[0].split())):
            words_of_name = tuple(name.split())
            self.named[words_of_name[0]].append((words_of_name, kind))
        self.verbs = _phrases(known.steps, VERB_PHRASES)
        self.nouns = _phrases(known.steps, ("nouns",))
        self.cues: dict[str, list[tuple[str, Slots]]] = defaultdict(list)
        for code, cues in known.provisions.items():
            for slots in map(_slots, cues):
                for word in slots[0][0]:
                    self.cues[word].append((code, slots))

    def kind(self, token: Token) -> str | None:
        """The kind of treaty that a noun names, if any."""
        if token.pos_ not in ("NOUN", "PROPN"):
            return None
        lemma = singular(token)
        behind = next((f"{lemma} of {singular(o)}" for p, o in prepositions(token) if p == "of"), "")
        before = f"{token.nbor(-1).lower_} {lemma}" if token.i > token.sent.start else ""
        return self.kinds.get(behind) or self.kinds.get(before) or self.kinds.get(lemma)


def singular(token: Token) -> str:
    """The lemma of a noun; of a name, which parsers leave in the plural, without its 's'."""
    lemma = token.lemma_.lower()
    if token.pos_ == "PROPN" and lemma.endswith("ies"):
        return f"{lemma[:-3]}y"
    return lemma[:-1] if token.pos_ == "PROPN" and lemma.endswith("s") and not lemma.endswith("ss") else lemma


def _phrases(steps: Mapping[str, Step], parts: Iterable[str]) -> Mapping[str, list[Phrase]]:
    """The phrases of `parts` by their first word, the longest first."""
    out: dict[str, list[Phrase]] = {}
    every = ((a, how, phrase) for a, s in steps.items() for how in parts for phrase in getattr(s, how))
    for action, how, phrase in every:
        first, *rest = phrase.split()
        out.setdefault(first, []).append(Phrase(action, how, tuple(rest)))
    for phrases in out.values():
        phrases.sort(key=lambda p: -len(p.rest))
    return out


def _slots(cue: str) -> Slots:
    out: list[tuple[frozenset[str], int]] = []
    gap = 0
    for word in cue.split():
        if word == "..":
            gap = _GAP
        else:
            out.append((frozenset(word.split("|")), gap))
            gap = 0
    return tuple(out)
