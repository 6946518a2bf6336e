"""Plain text: its title, byline, dateline, captions and paragraphs, found by how they look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

import etl.knowledge
from db.errors import CommuniqueError
from etl.extract.dates import WRITTEN, written_date
from etl.records import Article, Dateline, Paragraph, ParagraphKind

DEBRIS_FILE = Path(etl.knowledge.__file__).parent / "debris.yaml"

# A regular expression only sees this many characters of a paragraph, so that no page can make it slow.
_LOOK = 600
# Bylines and datelines stand before the story; further down the same form is a coincidence.
_TOP = 8
# A line this long that does not end a sentence goes on in the next line.
_LONG_LINE = 50

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĪĮİŁŃŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ]"
_NAME = rf"{_CAPITAL}[\w.'\u2019-]*"
_WEEKDAY = r"(?i:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATELINE = re.compile(
    rf"""(?P<place>{_NAME}(?:[ /](?:{_NAME}|de|del|do|da|la|of|the|al|el|den|am|an|es)){{0,4}}?
        (?:,\ (?!(?:{WRITTEN.replace("?P<", "?P<no_")}|{_WEEKDAY}))(?:{_NAME})(?:\ {_NAME}){{0,3}}?)?)
    (?:[,.]?\ (?:{_WEEKDAY},?\ )?(?P<date>{WRITTEN}))?[,.]?
    (?:\ ?(?P<agency>\({_CAPITAL}[^()\n]{{1,40}}\)|/{_CAPITAL}[^/\n]{{1,30}}/|(?<=[\d.]\ )[A-Z]{{3,12}}(?=\ )))?
    (?:\ ?(?:(?:--|[\u2013\u2014])\s?|-\s)|(?<=/)\.?\s|(?<=/)\.?\ ?-\s)""",
    re.VERBOSE,
)
# Words that begin a sentence or a label, and so no dateline.
_NO_PLACE = frozenset(
    {
        "the",
        "a",
        "an",
        "on",
        "in",
        "at",
        "by",
        "from",
        "since",
        "after",
        "before",
        "until",
        "between",
        "last",
        "this",
        "that",
        "these",
        "those",
        "its",
        "his",
        "her",
        "their",
        "our",
        "my",
        "analysis",
        "breaking",
        "correction",
        "editorial",
        "exclusive",
        "explainer",
        "factbox",
        "live",
        "opinion",
        "timeline",
        "update",
        "watch",
    }
)
_BYLINE = re.compile(
    rf"(?:By|BY) (?!{_WEEKDAY})(?P<name>{_NAME}(?: (?:{_NAME}|de|van|von|al|bin|der)){{1,4}}?)"
    r"(?:,? (?:and|in|for|\|) .{0,80}|(?:,|\n) ?.{0,80})?",
    re.DOTALL,
)
_PUBLISHED = re.compile(
    rf"(?P<label>Published|Posted|Date|Last updated|Updated)\s*(?:on|at)?\s*:?\s*.{{0,25}}{WRITTEN}.{{0,30}}"
    r"|(?P<iso_label>Published|Posted|Date|Last updated|Updated)\s*(?:on|at)?\s*:?\s*\d{4}-\d{2}-\d{2}.{0,30}",
    re.IGNORECASE,
)
_DATE_ONLY = re.compile(
    rf"(?:{_WEEKDAY},? )?(?:{WRITTEN}|\d{{4}}-\d{{2}}-\d{{2}})(?:[ ,T|-]+(?:at )?\d{{1,2}}[:.]\d{{2}}.{{0,20}})?"
)
_SENTENCE_END = re.compile(r"""(?:[.;,:…]["'”\u2019)\]]*|[?!]["'”\u2019)\]]*)$""")
_NO_HEADLINE_END = re.compile(r"""(?:[.;,:…]["'”\u2019)\]]*|[?!]["'”\u2019)\]]+)$""")
_LIST_ITEM = re.compile(r"(?:[-•*\u2013—·]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])\s")
# White space, and the marks that are as invisible.
BLANK = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufeff\u200b\u2060"


class _Examples(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    debris: tuple[str, ...]
    caption: tuple[str, ...]
    keep: tuple[str, ...]


class _DebrisFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    debris: tuple[str, ...]
    caption: tuple[str, ...]
    credits: tuple[str, ...]
    examples: _Examples


class Debris:
    """What the debris file knows: which lines to drop and which are captions."""

    def __init__(self, path: Path = DEBRIS_FILE) -> None:
        try:
            self.file = _DebrisFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
            self._debris = re.compile("|".join(f"(?:{p})" for p in self.file.debris), re.IGNORECASE)
            self._caption = re.compile("|".join(f"(?:{p})" for p in self.file.caption), re.IGNORECASE)
            self._credits = re.compile("(?:" + "|".join(self.file.credits) + ")$", re.IGNORECASE)
        except (OSError, yaml.YAMLError, ValidationError, re.error) as error:
            raise CommuniqueError(f"{path}: cannot be used: {error}. Mend the file.") from error

    def is_debris(self, line: str) -> bool:
        """Whether a whole line is no part of the article."""
        return len(line) <= _LOOK and self._debris.fullmatch(line.strip()) is not None

    def is_caption(self, paragraph: str) -> bool:
        """Whether a paragraph is the caption of a picture."""
        return len(paragraph) <= _LOOK and self._caption.fullmatch(" ".join(paragraph.split())) is not None

    def without_credits(self, paragraph: str) -> int:
        """Return the length of a caption without the photo and agency tags at its end."""
        tail = paragraph[-_LOOK:]
        match = self._credits.search(tail)
        return len(paragraph) - (len(tail) - match.start()) if match else len(paragraph)


@cache
def debris() -> Debris:
    """Return the debris file that comes with communiqué, read once."""
    return Debris()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of text that stands alone; `kind` where the source says what it is, None where looks decide."""

    start: int
    end: int
    kind: ParagraphKind | None = None


def article_from_text(
    text: str,
    *,
    blocks: Sequence[Block] | None = None,
    title: str | None = None,
    byline: str | None = None,
    published: datetime | date | None = None,
    url: str | None = None,
    source: str | None = None,
    external_id: str | None = None,
    location: str | None = None,
    language: str = "en",
) -> Article:
    """Return an article of `text`, which is kept exactly as given: spans are offsets into it.

    What looks like a headline, a caption, a byline, a dateline or debris is marked as such or left out. `blocks` are
    the paragraphs where the source marks them (HTML); without them they are found by blank lines and line breaks.
    """
    found = list(_blocks(text)) if blocks is None else list(blocks)
    kept: list[Block] = []
    updated: date | None = None
    for number, block in enumerate(found):
        words = text[block.start : block.end]
        if block.kind in (None, ParagraphKind.BODY) and number < _TOP and (name := _byline(words)):
            byline = byline or name
        elif block.kind is not ParagraphKind.TITLE and (day := _publication(words, top=number < _TOP)):
            if words[0] in "UuLl":
                updated = updated or day
            else:
                published = published or day
        elif block.kind is ParagraphKind.TITLE or not debris().is_debris(words):
            kept.append(block)
    published = published or updated

    paragraphs: list[Paragraph] = []
    dateline: Dateline | None = None
    for number, block in enumerate(kept):
        start, end = block.start, block.end
        words = text[start:end]
        kind = block.kind or _looks_like(words, number, len(kept))
        if kind is ParagraphKind.BODY and block.kind and debris().is_caption(words):
            kind = ParagraphKind.CAPTION
        if kind is ParagraphKind.CAPTION:
            end = start + len(words[: debris().without_credits(words)].rstrip(BLANK))
            # What is left of 'Photo: Agency' tells nothing.
            if end - start <= 20:
                continue
        elif block.kind is None and kind is ParagraphKind.TITLE and _has_text(paragraphs):
            kind = ParagraphKind.HEADING
        elif kind is ParagraphKind.BODY and dateline is None and number < _TOP and (match := _dateline_match(words)):
            dateline = _dateline(match, start, published)
            start = end - len(words[match.end() :].lstrip(BLANK))
        paragraphs.append(Paragraph(kind=kind, start=start, end=end))
    found_title = next((text[p.start : p.end] for p in paragraphs if p.kind is ParagraphKind.TITLE), None)
    return Article(
        text=text,
        paragraphs=tuple(paragraphs),
        title=title or found_title,
        byline=byline,
        dateline=dateline,
        published=published,
        language=language,
        url=url,
        source=source,
        external_id=external_id,
        location=location,
    )


def _looks_like(words: str, number: int, total: int) -> ParagraphKind:
    if debris().is_caption(words):
        return ParagraphKind.CAPTION
    return ParagraphKind.TITLE if _is_headline(words, number, total) else ParagraphKind.BODY


def _has_text(paragraphs: Sequence[Paragraph]) -> bool:
    return any(p.kind is not ParagraphKind.CAPTION for p in paragraphs)


def _blocks(text: str) -> Iterator[Block]:
    """Find where paragraphs begin and end.

    Blank lines part them. Without blank lines each line is one, unless the text is wrapped at a fixed width. Debris,
    bylines and datelines part them too.
    """
    lines = list(_lines(text))
    full = [(start, end) for start, end in lines if end > start]
    if not full:
        return
    first, last = lines.index(full[0]), len(lines) - 1 - lines[::-1].index(full[-1])
    by_line = all(end > start for start, end in lines[first : last + 1])
    width = _wrap_width([text[start:end] for start, end in full]) if by_line else 0
    begin: int | None = None
    before = (0, 0)
    for start, end in lines:
        line = text[start:end]
        if begin is not None and (
            not line
            or (by_line and not width)
            or (width and before[1] - before[0] < 0.75 * width)
            or _stands_alone(text[before[0] : before[1]])
            or _begins_anew(text[before[0] : before[1]], line)
        ):
            yield Block(start=begin, end=before[1])
            begin = None
        if line:
            begin = start if begin is None else begin
            before = (start, end)
    if begin is not None:
        yield Block(start=begin, end=before[1])


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each line without the white space around it; a blank line is empty."""
    start = 0
    while start <= len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        line = text[start:stop]
        bare = line.strip(BLANK)
        first = start + line.find(bare) if bare else start
        yield first, first + len(bare)
        start = stop + 1


def _wrap_width(lines: Sequence[str]) -> int:
    """Return the width at which a text without blank lines is wrapped, 0 where its lines are paragraphs."""
    width = max(map(len, lines))
    running = sum(len(line) >= 0.6 * width and not _SENTENCE_END.search(line[-5:]) for line in lines[:-1])
    return width if len(lines) >= 4 and _LONG_LINE <= width <= 120 and 2 * running >= len(lines) - 1 else 0


def _stands_alone(line: str) -> bool:
    return bool(_byline(line) or _publication(line, top=True) or (len(line) < _LONG_LINE and debris().is_debris(line)))


def _begins_anew(before: str, line: str) -> bool:
    if _stands_alone(line) or _dateline_match(line):
        return True
    # In running text a line may happen to begin like debris ('listen to ...'), so the line before must be complete.
    return (len(before) < _LONG_LINE or bool(_SENTENCE_END.search(before[-5:]))) and debris().is_debris(line)


def _byline(words: str) -> str | None:
    match = _BYLINE.fullmatch(words) if len(words) < 200 and not words.endswith((".", "?", "!", ":")) else None
    return match["name"] if match else None


def _publication(words: str, *, top: bool) -> date | None:
    """Return the date of a line that gives nothing but the day of publication."""
    if len(words) > 100 or not (_PUBLISHED.fullmatch(words) or (top and _DATE_ONLY.fullmatch(words))):
        return None
    return written_date(words)


def _is_headline(block: str, number: int, total: int) -> bool:
    if number == total - 1 or len(block) > 180 or "\n" in block:
        return False
    if _NO_HEADLINE_END.search(block[-5:]) or _LIST_ITEM.match(block) or _dateline_match(block):
        return False
    words = block.split()
    return 2 <= len(words) <= 28 and (number < 3 or len(words) <= 10)


def _dateline_match(block: str) -> re.Match[str] | None:
    match = _DATELINE.match(block[:160])
    if not match or match.end() >= len(block):
        return None
    place = match["place"]
    first = place.split(",")[0]
    if place.split()[0].lower() in _NO_PLACE or re.match(rf"{_WEEKDAY}\b", place):
        return None
    if match["date"] or match["agency"]:
        return match
    return match if first.isupper() and len(first) > 3 and first not in _organisation_names() else None


@cache
def _organisation_names() -> frozenset[str]:
    organisations = etl.knowledge.load_knowledge().organisations.values()
    return frozenset(name for o in organisations for name in (o.name, *o.aliases))


def _dateline(match: re.Match[str], offset: int, published: datetime | date | None) -> Dateline:
    place = match["place"].strip().rstrip(",")
    if place.count(".") == 1:
        place = place.rstrip(".")
    if place.split(",")[0].isupper():
        place = place.title()
    published_on = published.date() if isinstance(published, datetime) else published
    return Dateline(
        place=place,
        on=written_date(match["date"], published_on) if match["date"] else None,
        start=offset,
        end=offset + len(match.group().rstrip()),
    )
