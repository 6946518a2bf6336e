"""Web pages: the article in them, without what surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from etl.extract.dates import is_written, published_from
from etl.extract.text import Block
from etl.records import ParagraphKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped, unused-ignore]

# Stand around a caption while the page goes through trafilatura, which drops figures but keeps paragraphs.
_CAPTION, _CAPTION_END = "⟦caption⟧", "⟦/caption⟧"
_CAPTIONED = re.compile(f"{_CAPTION}(.*?)(?:{_CAPTION_END}|$)", re.DOTALL)
_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# What XML, and so lxml, cannot hold.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PARTS = frozenset({"p", "head", "item", "quote", "cell", "row", "table", "list", "div", "body", "code", "main", "ab"})
_INLINE_ANCESTORS = frozenset({"p", "a", "span", "h1", "h2", "h3", "h4", "em", "strong", "b", "i"})
_DATE_META = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publication_date",
)
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
# A page with fewer words of running text than this holds no article.
_FEWEST_WORDS = 5
# Each caption is looked for in the article around it; more of them than this are no captions of one article.
_MOST_CAPTIONS = 200
# No clock is read, so that the same page gives the same date on any day.
_LATEST = "2099-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The article of a web page: its text, and what each stretch of it is."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    author: str | None
    site: str | None
    url: str | None
    published: datetime | date | None


def declared_charset(content: bytes) -> str | None:
    """Return the charset that the page itself names in its first 4096 bytes."""
    match = _CHARSET.search(content[:4096])
    return match[1].decode("ascii") if match else None


def page_of(html: str) -> Page | None:
    """Return the article of the page `html`, or None where it has no running text."""
    import trafilatura
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]
    from lxml.html import HTMLParser, document_fromstring

    html = _XML_DECLARATION.sub("", html.lstrip("\ufeff"), count=1)
    html = _NO_XML.sub("", html).replace(_CAPTION, "").replace(_CAPTION_END, "")
    try:
        tree = document_fromstring(html, parser=HTMLParser(remove_comments=True, remove_pis=True))
        published = _published(tree, html)
        captions = _mark_captions(tree)
        found = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            # The date is not taken from here; the fixed bounds keep the clock out.
            date_extraction_params={"original_date": True, "extensive_search": False, "max_date": _LATEST},
        )
    except (etree.LxmlError, ValueError, AssertionError):
        # What lxml cannot build a tree of: no element at all, or names that no tree can hold.
        return None
    if found is None or isinstance(found, dict) or found.body is None:
        return None
    parts = list(_parts(found.body))
    if sum(len(words.split()) for kind, words in parts if kind is ParagraphKind.BODY) < _FEWEST_WORDS:
        return None
    parts = _with_title(_with_own_captions(parts, captions), _plain(found.title))
    text, blocks = _joined(parts)
    title = next((words for kind, words in parts if kind is ParagraphKind.TITLE), None)
    return Page(
        text=text,
        blocks=blocks,
        title=title,
        author=_plain(found.author),
        site=_plain(found.sitename),
        url=found.url if str(found.url).startswith(("http://", "https://")) else None,
        published=published,
    )


def _plain(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value else None


def _mark_captions(tree: HtmlElement) -> list[tuple[str, str | None]]:
    """Turn captions into marked paragraphs after their figure; return each with the article around it, squeezed."""
    from lxml.html import HtmlElement, fragment_fromstring

    captions: list[tuple[str, str | None]] = []
    articles: dict[HtmlElement, str] = {}
    for element in tree.xpath("//figcaption | //*[contains(@class, 'caption-text')]")[:_MOST_CAPTIONS]:
        words = _plain(element.text_content())
        if element.getparent() is None or not words:
            continue
        around = next((a for a in element.iterancestors("article", "main")), None)
        figure = next((a for a in element.iterancestors("figure")), element)
        while isinstance(parent := figure.getparent(), HtmlElement) and (
            parent.tag in _INLINE_ANCESTORS or "caption" in parent.get("class", "")
        ):
            figure = parent
        if figure.getparent() is None:
            continue
        paragraph = fragment_fromstring("", create_parent="p")
        paragraph.text = f"{_CAPTION} {words} {_CAPTION_END}"
        paragraph.tail, figure.tail = figure.tail, None
        figure.addnext(paragraph)
        if around is not None and around not in articles:
            articles[around] = _squeezed(around.text_content())
        captions.append((words, None if around is None else articles[around]))
        element.drop_tree()
    return captions


def _parts(element: HtmlElement) -> Iterator[tuple[ParagraphKind, str]]:
    """Yield the stretches of text of trafilatura's tree, in order, each with its kind."""
    kind = ParagraphKind.BODY
    if element.tag == "head":
        kind = ParagraphKind.TITLE if element.get("rend") == "h1" else ParagraphKind.HEADING
    words = element.text or ""
    for child in element:
        if child.tag in _PARTS:
            yield from _split(kind, words)
            yield from _parts(child)
            words = child.tail or ""
        else:
            words += ("\n" if child.tag == "lb" else "") + "".join(child.itertext()) + (child.tail or "")
    yield from _split(kind, words)


def _split(kind: ParagraphKind, words: str) -> Iterator[tuple[ParagraphKind, str]]:
    # The pattern has one group, so every second piece is a caption.
    for number, part in enumerate(_CAPTIONED.split(words)):
        if plain := " ".join(part.split()):
            yield ParagraphKind.CAPTION if number % 2 else kind, plain


def _squeezed(words: str) -> str:
    return "".join(words.split())


def _with_own_captions(
    parts: list[tuple[ParagraphKind, str]], captions: list[tuple[str, str | None]]
) -> list[tuple[ParagraphKind, str]]:
    """Leave out captions of other articles of the page, and bring back those of this one that trafilatura dropped.

    Those come before the running text. A caption belongs to the ``article`` or ``main`` element that holds the text.
    """
    body = _squeezed(next((words for kind, words in parts if kind is ParagraphKind.BODY), ""))[:40]
    own = {words for words, around in captions if around is not None and body in around}
    other = {words for words, around in captions if around is not None and body not in around} - own
    known = {words for _, words in parts}
    lost = [(ParagraphKind.CAPTION, words) for words, _ in captions if words in own - known]
    kept = [(kind, words) for kind, words in parts if kind is not ParagraphKind.CAPTION or words not in other]
    first = next((n for n, (kind, _) in enumerate(kept) if kind is ParagraphKind.BODY), 0)
    return kept[:first] + lost + kept[first:]


def _with_title(parts: list[tuple[ParagraphKind, str]], title: str | None) -> list[tuple[ParagraphKind, str]]:
    """Make sure that one title stands where the page has it, or first."""
    titles = [n for n, (kind, words) in enumerate(parts) if kind is ParagraphKind.TITLE or (title and words == title)]
    if titles:
        chosen = min(titles, key=lambda n: (parts[n][1] != title, n))
        return [
            (ParagraphKind.TITLE if n == chosen else ParagraphKind.HEADING if kind is ParagraphKind.TITLE else kind, w)
            for n, (kind, w) in enumerate(parts)
            if n == chosen or w != parts[chosen][1]
        ]
    return [(ParagraphKind.TITLE, title), *parts] if title else parts


def _joined(parts: list[tuple[ParagraphKind, str]]) -> tuple[str, tuple[Block, ...]]:
    blocks: list[Block] = []
    at = 0
    for kind, words in parts:
        blocks.append(Block(start=at, end=at + len(words), kind=kind))
        at += len(words) + 2
    return "\n\n".join(words for _, words in parts), tuple(blocks)


def _published(tree: HtmlElement, html: str) -> datetime | date | None:
    """Return when the page says that it was first published; its markup goes before its words."""
    for value in _marked_dates(tree):
        try:
            return published_from(value)
        except ValueError:
            continue
    return _date_in_words(tree, html)


def _marked_dates(tree: HtmlElement) -> Iterator[str]:
    values: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        values.setdefault(name.lower(), meta.get("content") or "")
    yield from (values[name] for name in _DATE_META if name in values)
    for script in tree.xpath("//script[@type='application/ld+json']"):
        yield from _JSON_LD_DATE.findall(script.text or "")
    for element in tree.iter():
        is_time = element.tag == "time" and element.get("datetime") and _stands_in(element, "article", "main")
        is_marked = is_time or element.get("itemprop") == "datePublished"
        if is_marked and not _stands_in(element, "aside", "footer", "nav"):
            yield element.get("datetime") or element.get("content") or ""


def _date_in_words(tree: HtmlElement, html: str) -> date | None:
    from copy import deepcopy

    from htmldate import find_date

    bare = deepcopy(tree)
    # Dates of other stories, of the imprint and of later changes are not the day of publication.
    for element in bare.xpath(
        "//footer | //aside | //nav | //meta[contains(@property, 'modif') or contains(@property, 'update')"
        " or contains(@name, 'modif') or contains(@name, 'update') or contains(@itemprop, 'odified')]"
    ):
        if element.getparent() is not None:
            element.drop_tree()
    found = find_date(bare, original_date=True, extensive_search=False, max_date=_LATEST)
    day = date.fromisoformat(found) if found else None
    # htmldate fills a missing day ('May 2031') with a day of its own.
    return day if day and is_written(day, html) else None


def _stands_in(element: HtmlElement, *tags: str) -> bool:
    return next(element.iterancestors(*tags), None) is not None
