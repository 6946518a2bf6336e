"""Which word of a sentence carries a quotation, or that a quotation is a name and nobody's words.

The verb of saying nearest before a quotation carries it, else the nearest behind, else a noun or a colon.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.knowledge.sayings import Sayings
from etl.transform.clauses import is_infinitive
from etl.transform.saying_sentences import Sentence
from etl.transform.saying_stances import Stances

if TYPE_CHECKING:
    from spacy.tokens import Token

IN_INVERTED_COMMAS = 3
"""Quoted words, up to so many, may be but words in inverted commas: 'Tripoli's "Arab socialist" friends'."""
_NAMING_WITHIN, _ENTITLING_WITHIN = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A word that tells that something is said."""

    token: Token
    stance: str | None = None
    """None for a noun; '' for a verb that judges: the words quoted decide."""
    mention: int | None = None
    """The coded statement that it makes."""
    is_verb: bool = True


class Carriers:
    """The carriers of one sentence, in the order of its text."""

    def __init__(self, sentence: Sentence, coded: Mapping[int, int], stances: Stances) -> None:
        """`coded`: the statements coded already, by the words that carry them."""
        self._sentence = sentence
        self._all = list(_carriers(sentence, coded, stances))
        self._indices = [c.token.i for c in self._all]
        self._next_verbs: list[Carrier | None] = [None]
        """The verb at or behind each carrier."""
        for carrier in reversed(self._all):
            self._next_verbs.append(carrier if carrier.is_verb else self._next_verbs[-1])
        self._next_verbs.reverse()

    def __iter__(self) -> Iterator[Carrier]:
        return iter(self._all)

    def of(self, at: int) -> Carrier | None:
        """What carries the quotation that stands behind `at` words of the sentence."""
        words = self._sentence.words
        first = bisect_left(self._indices, words[at].i) if at < len(words) else len(self._all)
        verb = self._next_verbs[first]
        if first and (self._all[first - 1].is_verb or verb is None):
            return self._all[first - 1]
        if first < len(self._all):
            return verb or self._all[first]
        if at > 0 and words[at - 1].text == ":":
            return Carrier(token=words[at - 1], stance="comment")
        return None


def _carriers(sentence: Sentence, coded: Mapping[int, int], stances: Stances) -> Iterator[Carrier]:
    for token in sentence.words:
        stance = stances.of_verb(token)
        if token.i in coded:
            yield Carrier(token=token, stance=stance, mention=coded[token.i], is_verb=stance is not None)
        elif stance is not None and not _is_unsaid(token, stance):
            yield Carrier(token=token, stance=stance)
        elif token.lower_ == "according" and any(c.lower_ == "to" for c in token.children):
            yield Carrier(token=token, stance="comment")


def _is_unsaid(verb: Token, stance: str) -> bool:
    """Whether a verb of saying says nothing: 'declined to say', 'did not say', 'what it called'."""
    if is_infinitive(verb) or any(c.dep_ == "neg" for c in verb.children):
        return True
    if stance == "" and verb.i > 1 and verb.nbor(-2).lower_ == "what":
        return True
    return any(c.lower_ == "what" and c.dep_ in ("dobj", "oprd", "attr") for c in verb.children)


def is_name(said: Sequence[Token], sentence: Sentence, at: int, carrier: Carrier | None, words: Sayings) -> bool:
    """Whether the quoted words `said`, behind `at` words of the sentence, are a title, a nickname or in inverted commas only."""
    before = sentence.words[max(at - _ENTITLING_WITHIN, 0) : at]
    named = (t for t in before[-_NAMING_WITHIN:] if t.lemma_.lower() in words.naming)
    if any(t.pos_ != "VERB" or t.tag_ == "VBN" for t in named):
        return True
    if any(t.lemma_.lower() in words.entitling for t in before):
        return True
    heavy = [t for t in said if len(t) > 3 and t.text.isalpha()]
    if len(said) > 1 and heavy and all(t.text[:1].isupper() for t in heavy) and not said[-1].is_punct:
        return sum(t.text[:1].isupper() for t in said) > 1
    if (carrier is not None and carrier.stance not in ("comment", None)) or len(said) > IN_INVERTED_COMMAS:
        return False
    after = sentence.words[at] if at < len(sentence.words) else None
    if not before or after is None or after.pos_ not in ("NOUN", "PROPN"):
        return False
    return before[-1].pos_ in ("DET", "ADJ", "PRON") or before[-1].tag_ in ("POS", "PRP$")
