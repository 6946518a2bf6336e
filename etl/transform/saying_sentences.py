"""Where the sentences around quotations end, read without what is quoted.

Parsers stumble over what is quoted: a sentence ends where its full stop stands, or that of a quotation that closes it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.records import Span
from etl.transform.quotes import Quotation
from etl.transform.saying_stances import Stances

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_STOPS = frozenset({".", "!", "?", ";"})
_TAIL = 12
"""Words behind a quotation that ends with '?' or '!' within which a verb of saying still belongs to it."""


@dataclass(slots=True)
class Sentence:
    """A sentence of an article, its quotations aside."""

    words: list[Token]
    quotes: list[tuple[int, Quotation]]
    """Each quotation with the number of words before it."""
    at: dict[int, int] = field(init=False)
    """Where each of the words stands among them, by its number in the document."""

    def __post_init__(self) -> None:
        self.at = {t.i: n for n, t in enumerate(self.words)}


class Unquoted:
    """A paragraph with its quotations apart."""

    def __init__(self, doc: Doc, offset: int, text: str, quotes: Sequence[Quotation], stances: Stances) -> None:
        """`offset` is where `doc` begins in `text`, that of the article (code points)."""
        self._doc = doc
        self._offset = offset
        self._text = text
        self._stances = stances
        self._starts = [offset + t.idx for t in doc]
        self._said: dict[Quotation, list[Token]] = {}
        self.inside: dict[int, Quotation] = {}
        """Quoted words, by their number."""
        self.sentences = tuple(self._sentences(self._units(quotes)))

    def said(self, *quotes: Quotation) -> list[Token]:
        """The words of `quotes`, which are in the order of the text."""
        return [t for quote in quotes for t in self._said.get(quote, ())]

    def words_in(self, span: Span) -> Sequence[Token]:
        """The words that begin in `span`."""
        return list(self._doc[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)])

    def _units(self, quotes: Sequence[Quotation]) -> list[Token | Quotation]:
        """The words outside quotations, without their marks, and the quotations, each as one."""
        out: list[Token | Quotation] = []
        marks = {q.end for q in quotes}
        opening = {q.start for q in quotes}
        ahead = iter(quotes)
        quote = next(ahead, None)
        for token, at in zip(self._doc, self._starts, strict=True):
            while quote is not None and quote.end <= at:
                quote = next(ahead, None)
            if quote is not None and quote.start <= at:
                self.inside[token.i] = quote
                self._said.setdefault(quote, []).append(token)
                if not (out and out[-1] == quote):
                    out.append(quote)
            elif not token.is_space and (token.text[-1:].isalnum() or not (at in marks or at + len(token) in opening)):
                out.append(token)
        return out

    def _sentences(self, units: Sequence[Token | Quotation]) -> Iterator[Sentence]:
        words: list[Token] = []
        quotes: list[tuple[int, Quotation]] = []
        for i, unit in enumerate(units):
            if isinstance(unit, Quotation):
                quotes.append((len(words), unit))
            else:
                words.append(unit)
            if self._ends(units, i):
                yield Sentence(words, quotes)
                words, quotes = [], []
        if words or quotes:
            yield Sentence(words, quotes)

    def _ends(self, units: Sequence[Token | Quotation], i: int) -> bool:
        unit = units[i]
        if not isinstance(unit, Quotation):
            return unit.text in _STOPS
        following = units[i + 1] if i + 1 < len(units) else None
        last = self._text[unit.start : unit.end].strip()[-1:]
        if isinstance(following, Quotation):
            return last in ".!?…"
        begins_anew = following is None or not following.text[:1].islower()
        if last in "!?":
            return begins_anew and not self._is_tail(units[i + 1 : i + 1 + _TAIL])
        return last in ".…" and begins_anew and not (following is not None and following.is_punct)

    def _is_tail(self, units: Sequence[Token | Quotation]) -> bool:
        """Whether what follows a question says who asks it: '"More?" the minister asked'."""
        for unit in units:
            if isinstance(unit, Quotation) or unit.text in _STOPS:
                return False
            if self._stances.of_verb(unit) is not None:
                return True
        return False
