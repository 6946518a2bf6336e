"""Which stance a verb of saying carries, and which the words that somebody says show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from etl.knowledge.sayings import ANY, Cue, Sayings, cue_of, load_sayings

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEGATED_WITHIN = 3
_GAP = 3
PLAIN = 2
"""Words of cues from which what is not quoted takes a stance."""
_MOST = 3
"""Words of a cue that count."""


class Stances:
    """What the coder knows of stances, by the words with which verbs and cues begin."""

    def __init__(self, words: Sayings) -> None:
        self.words = words
        self._verbs: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for stance, verbs in words.verbs.items():
            for lemma, *rest in map(str.split, verbs):
                self._verbs[lemma].append((tuple(rest), stance))
        for entries in self._verbs.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._cues = [(stance, cue_of(cue)) for stance, cues in words.cues.items() for cue in cues]
        self._beginning: dict[str, list[int]] = defaultdict(list)
        """Cues by each of their first words."""
        for number, (_, cue) in enumerate(self._cues):
            for word in cue[0]:
                self._beginning[word].append(number)
        self._order = {stance: n for n, stance in enumerate(words.cues)}

    def of_verb(self, token: Token) -> str | None:
        """The stance of a verb of saying, '' for one that judges; None for other words."""
        # taggers take 'thanks' of 'the chairman thanks both men' for a noun
        mistagged = token.tag_ == "NNS" and token.dep_ == "ROOT"
        if token.pos_ not in ("VERB", "AUX") and not token.tag_.startswith("VB") and not mistagged:
            return None
        if token.dep_ == "amod":
            return None
        lemma = token.lower_.removesuffix("s") if mistagged else token.lemma_.lower()
        if lemma in self._verbs and (found := self._with_words(lemma, token)) is not None:
            return found
        if lemma in self.words.voicing:
            voiced = (c.lemma_.lower() for c in token.children if c.dep_ == "dobj")
            return next((stance for noun in voiced if (stance := self.words.stance_of_noun(noun))), None)
        if lemma in self.words.being:
            return self._of_adjective(token)
        return "" if lemma in self.words.judging else None

    def _with_words(self, lemma: str, verb: Token) -> str | None:
        """The stance of a verb with the words below it that belong to it: 'put it', 'lash out'."""
        children = list(verb.children)
        below = {t.lower_ for c in children for t in (c, *c.children)} | {c.lemma_.lower() for c in children}
        return next((stance for rest, stance in self._verbs[lemma] if below.issuperset(rest)), None)

    def _of_adjective(self, verb: Token) -> str | None:
        if any(c.dep_ == "neg" for c in verb.children):
            return None
        felt = (c.lower_ for c in verb.children if c.dep_ in ("acomp", "oprd"))
        return next((s for word in felt for s, words in self.words.adjectives.items() if word in words), None)

    def of_words(self, words: Sequence[Token], least: int = 1) -> tuple[str | None, tuple[Token, ...]]:
        """The stance that `words` show by cues of at least so many words, and the words that show it."""
        forms = [{t.lemma_.lower(), t.lower_} for t in words]
        scores: dict[str, int] = {}
        shown: dict[str, tuple[Token, ...]] = {}
        for number, i, end in sorted(self._hits(forms)):
            stance, cue = self._cues[number]
            found = self._turned(stance, cue, forms[max(i - _NEGATED_WITHIN, 0) : i])
            if found is not None:
                scores[found] = scores.get(found, 0) + min(len(cue), _MOST)
                shown.setdefault(found, tuple(words[i:end]))
        best = max(scores, key=lambda s: (scores[s], -self._order[s]), default=None)
        return (best, shown[best]) if best is not None and scores[best] >= least else (None, ())

    def _hits(self, forms: Sequence[set[str]]) -> list[tuple[int, int, int]]:
        """The cues that stand in words, each with where it begins and ends."""
        begun = (
            (number, i)
            for i, form in enumerate(forms)
            for number in {n for word in form for n in self._beginning.get(word, ())}
        )
        return [(n, i, end) for n, i in begun if (end := _match(self._cues[n][1], forms, i)) is not None]

    def _turned(self, stance: str, cue: Cue, before: Sequence[set[str]]) -> str | None:
        """What becomes of the stance of a cue by the words before it."""
        negations = self.words.negations
        is_negated = not cue[0] & negations and any(form & negations for form in before)
        return self.words.turned.get(stance) if is_negated else stance


@cache
def load_stances() -> Stances:
    """The stances of ``sayings.yaml``."""
    return Stances(load_sayings())


def _match(cue: Cue, forms: Sequence[set[str]], at: int) -> int | None:
    """Where a cue that begins at `at` ends; None where it does not stand there."""
    for i, part in enumerate(cue):
        if part == ANY:
            rest = cue[i + 1 :]
            return next((end for k in range(at, at + _GAP + 1) if (end := _match(rest, forms, k)) is not None), None)
        if at >= len(forms) or not part & forms[at]:
            return None
        at += 1
    return at
