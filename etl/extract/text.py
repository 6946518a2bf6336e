"""Plain text: its title, byline, dateline, captions and paragraphs, found by how they look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import dateparser
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

import etl.knowledge
from db.errors import CommuniqueError
from etl.records import Article, Dateline, Paragraph, ParagraphKind

DEBRIS_FILE = Path(etl.knowledge.__file__).parent / "debris.yaml"

# A regular expression only sees this many characters of a paragraph, so that no page can make it slow.
_LOOK = 600
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DATELINE = re.compile(
    rf"""(?P<place>[A-Z][A-Za-z.'’ -]{{1,40}}(?:,\s(?!{_MONTH})[A-Z][A-Za-z. ]{{1,30}})?)
    (?:,\s(?P<date>{_MONTH}\s\d{{1,2}}(?:,\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?))?
    \s?(?P<agency>\([A-Z][\w .&/-]{{1,40}}\)|/[A-Z][\w ]{{1,20}}/\.?)?
    \s?(?P<dash>--|[-–—])\s""",
    re.VERBOSE,
)
_BYLINE = re.compile(r"By (?P<name>[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]+|de|van|von|al|bin)){1,4})(?:,? (?:and|in|for) .{0,80}|, .{0,80})?", re.DOTALL)
_PUBLISHED = re.compile(r"(?:Published|Posted|Date|Updated|Last updated)\s*(?:on|at|:)?\s*:?\s*(?P<when>.{6,60})", re.IGNORECASE)


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
        """The length of a caption without the photo and agency tags at its end."""
        tail = paragraph[-_LOOK:]
        match = self._credits.search(tail)
        return len(paragraph) - (len(tail) - match.start()) if match else len(paragraph)


@cache
def debris() -> Debris:
    """The debris file that comes with communiqué, read once."""
    return Debris()


def article_from_text(
    text: str,
    *,
    title: str | None = None,
    published: datetime | date | None = None,
    url: str | None = None,
    source: str | None = None,
    external_id: str | None = None,
    location: str | None = None,
    language: str = "en",
) -> Article:
    """An article of `text`, which is kept exactly as given: spans are offsets into it.

    What looks like a headline, a caption, a byline, a dateline or debris is marked as such or left out.
    """
    paragraphs: list[Paragraph] = []
    byline: str | None = None
    dateline: Dateline | None = None
    blocks = list(_blocks(text))
    for number, (start, end) in enumerate(blocks):
        block = text[start:end]
        if found := _BYLINE.fullmatch(block[:_LOOK]) if len(block) < 200 else None:
            byline = byline or found["name"]
            continue
        if published is None and len(block) < 100 and (found := _PUBLISHED.fullmatch(block)):
            published = _full_date(found["when"])
        if debris().is_debris(block):
            continue
        if debris().is_caption(block):
            length = debris().without_credits(block)
            if length > 20:
                paragraphs.append(Paragraph(kind=ParagraphKind.CAPTION, start=start, end=start + length))
            continue
        if _is_headline(block, number, len(blocks)):
            kind = ParagraphKind.HEADING if paragraphs and any(p.kind is not ParagraphKind.CAPTION for p in paragraphs) else ParagraphKind.TITLE
            paragraphs.append(Paragraph(kind=kind, start=start, end=end))
            continue
        if dateline is None and (found := _DATELINE.match(block[:160])) and _is_dateline(found):
            dateline = _dateline(found, start, published)
            start += found.end()
        paragraphs.append(Paragraph(kind=ParagraphKind.BODY, start=start, end=end))
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


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Where paragraphs begin and end: between blank lines, or each line where there are none; debris lines cut too."""
    by_line = not re.search(r"\n[ \t\r]*\n", text)
    start: int | None = None
    end = 0
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group().strip()
        if not match.group():
            break
        first = match.start() + (len(match.group()) - len(match.group().lstrip()))
        last = first + len(line)
        breaks = by_line or not line or debris().is_debris(line)
        if start is not None and breaks:
            yield start, end
            start = None
        if not line:
            continue
        if by_line or debris().is_debris(line):
            yield first, last
            continue
        start = first if start is None else start
        end = last
    if start is not None:
        yield start, end


def _is_headline(block: str, number: int, total: int) -> bool:
    if total < 2 or number == total - 1 or len(block) > 180 or "\n" in block or block.rstrip().endswith((".", ";", ",", ".”", '."', "!”")):
        return False
    if _DATELINE.match(block):
        return False
    words = block.split()
    return 2 <= len(words) <= 28 and (number < 3 or len(words) <= 10)


def _is_dateline(match: re.Match[str]) -> bool:
    place = match["place"]
    return bool(match["date"] or match["agency"]) or (place.split(",")[0].isupper() and len(place) > 3)


def _dateline(match: re.Match[str], offset: int, published: datetime | date | None) -> Dateline:
    place = match["place"].strip().rstrip(",")
    if place.isupper() or place.split(",")[0].isupper():
        place = place.title()
    return Dateline(
        place=place, on=_dateline_date(match["date"], published), start=offset, end=offset + match.end("dash")
    )


def _dateline_date(text: str | None, published: datetime | date | None) -> date | None:
    if text is None:
        return None
    if re.search(r"\d{4}", text):
        return _full_date(text)
    reference = published.date() if isinstance(published, datetime) else published
    if reference is None:
        return None
    years = (reference.year - 1, reference.year, reference.year + 1)
    days = [day for year in years if (day := _full_date(f"{text} {year}")) is not None]
    return min(days, key=lambda day: abs((day - reference).days), default=None)


def _full_date(text: str) -> date | None:
    """The calendar date that `text` gives in full, else None."""
    parsed = dateparser.parse(text.strip(), languages=["en"], settings={"REQUIRE_PARTS": ["day", "month", "year"]})
    return parsed.date() if parsed else None
