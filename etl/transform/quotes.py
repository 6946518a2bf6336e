"""Quotations: the quoted stretches of an article, from its typographic and its plain marks.

A paragraph that opens with a mark while the one before did not close goes on with its quotation, as newspapers print long ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from etl.records import Article, ParagraphKind

_DOUBLE = re.compile('["“”«»]')
# A single mark that opens stands before a word, one that closes behind one; 'the '90s' and 'states' rights' have neither.
_SINGLE = re.compile(
    r"(?<![\w’'])(?P<open>[‘'])(?=[\w(\[])(?!\d\ds?\b)(?P<words>(?:[^\n‘\"“”]){1,400}?)(?P<close>[’'])(?!\w)"
    r"(?=$|[\s,.;:!?)\]—–-])"
)
_BEFORE_OPENING = re.compile(r"[\s(\[—–\-/:]")
# three letters before the stop, which abbreviations and titles have not
_SENTENCE_ENDS = re.compile(r"(?<=[a-z]{3})[.!?…](?=\s)")
_LONGEST = 2_000
"""Code points; a mark that nothing closes for longer quotes nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Quoted words, without their outer marks; offsets into the article's text."""

    start: int
    end: int
    closed: bool = True
    paragraphs: tuple[int, ...] = ()
    """Numbers of the paragraphs in which it stands."""


def quotations(article: Article) -> tuple[Quotation, ...]:
    """The quotations of `article`, in the order of its text."""
    out: list[Quotation] = []
    for number, paragraph in enumerate(article.paragraphs):
        words = article.text[paragraph.start : paragraph.end]
        found = [
            Quotation(start=paragraph.start + start, end=paragraph.start + end, closed=closed, paragraphs=(number,))
            for start, end, closed in _within(words)
        ]
        last = out[-1] if out else None
        goes_on = (
            last is not None
            and not last.closed
            and last.paragraphs[-1] == number - 1
            and paragraph.kind is ParagraphKind.BODY
        )
        if last is not None and goes_on and found and found[0].start <= paragraph.start + 1:
            first = found.pop(0)
            out[-1] = replace(last, end=first.end, closed=first.closed, paragraphs=(*last.paragraphs, number))
        out += found
    return tuple(q for q in (_sure(q, article.text) for q in out) if q.end - q.start <= _LONGEST)


def _sure(quote: Quotation, text: str) -> Quotation:
    """Of a quotation that is neither closed nor goes on, the first sentence: those behind it may be anybody's words."""
    if quote.closed or len(quote.paragraphs) > 1:
        return quote
    stop = _SENTENCE_ENDS.search(text, quote.start, quote.end)
    return replace(quote, end=stop.end()) if stop else quote


def _within(words: str) -> list[tuple[int, int, bool]]:
    """Start, end and whether it was closed, of each quotation in a paragraph."""
    found = list(_doubles(words))
    free = list(words)
    for start, end, _ in found:
        free[start - 1 : end + 1] = "\n" * (min(end + 1, len(words)) - start + 1)
    found += [(m.start("words"), m.end("words"), True) for m in _SINGLE.finditer("".join(free))]
    return sorted(found)


def _doubles(words: str) -> Iterator[tuple[int, int, bool]]:
    opened: int | None = None
    for match in _DOUBLE.finditer(words):
        at, mark = match.start(), match.group()
        if opened is None:
            # a plain mark behind a word closes what opened outside the text, or measures inches
            if mark in "“«" or (mark == '"' and (at == 0 or _BEFORE_OPENING.match(words, at - 1))):
                opened = at + 1
        elif mark in "”»" or (mark == '"' and not _opens_again(words, at)):
            if at > opened:
                yield opened, at, True
            opened = None
        elif mark == '"':
            yield opened, at, False
            opened = at + 1
    if opened is not None and len(words.rstrip()) > opened:
        yield opened, len(words.rstrip()), False


def _opens_again(words: str, at: int) -> bool:
    """Whether a plain mark can only open: a space before it and a word behind it."""
    return words[at - 1] == " " and words[at + 1 : at + 2].isalnum()
