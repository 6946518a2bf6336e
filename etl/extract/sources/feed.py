"""RSS and Atom feeds, as feedparser reads them: in the wild they are seldom what the standards say."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from etl.config import SourceSettings
from etl.extract.dates import published_from
from etl.extract.limits import Limits
from etl.extract.sources import Found, Item, Known, SourceError
from etl.extract.sources.reading import Listing, Offer, Reading, digest_of
from etl.extract.stream import whole
from etl.extract.urls import canonical_url, is_web_address, key_of, link
from etl.extract.web import Web
from etl.records import RawDocument, Reject


def read_feed(source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
    """Yield the article of each new or changed entry: its page, or its own text where there is no link or `source` says so.

    An entry is known by the canonical address it links to, else by its id.
    """
    reading = Reading(source, known, web, limits)

    def read(location: str) -> Iterator[Found]:
        with reading.opened(location) as listing:
            if listing is not None:
                yield from reading.read(_offers(listing, reading), listing.item)

    return reading.each(read)


def _offers(listing: Listing, reading: Reading) -> Iterator[Offer]:
    import feedparser

    content = whole(listing.stream, listing.location, reading.limits)
    if isinstance(content, Reject):
        raise SourceError(content.detail)
    # a stream: of a name, feedparser would fetch what it names
    headers = {"content-type": listing.media_type}
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers, sanitize_html=False)
    if not feed.get("version") and not feed.entries:
        raise SourceError(
            f"{listing.location}: it is no RSS or Atom feed (it begins with {content[:40].decode(errors='replace')!r}). "
            "Check the address in a browser."
        )
    publisher = _plain(feed.feed.get("publisher")) or _plain(feed.feed.get("title"))
    for number, entry in enumerate(feed.entries, 1):
        yield _offer(entry, number, listing, reading, publisher)


def _offer(entry: Any, number: int, listing: Listing, reading: Reading, feed_publisher: str | None) -> Offer:
    given = entry.get("link")
    # an id is an address unless it says that it is none, which many forget
    url = link(given, listing.base) if "links" in entry or is_web_address(given or "") else None
    external_id = _plain(entry.get("id"))
    title, text = _plain(entry.get("title")), _text(entry)
    published = _published(entry)
    # asked for what it has not, feedparser gives one date for another
    dates = [str(entry[name]) for name in ("published", "updated") if name in entry]
    said = digest_of(given, external_id, title, *dates, *text)
    item = Item(key=key_of(canonical_url(url) if url else external_id or f"{listing.location}#{said}"), stamp=said)
    # of an aggregator's entry: the paper it was taken from
    publisher = _plain((entry.get("source") or {}).get("title")) or reading.source.publisher or feed_publisher
    shown = url or f"{listing.location}#{external_id or number}"
    content: RawDocument | Reject | None = None
    if not url or reading.source.full_text == "entry":
        content = _document(text, title, shown) if text[0] else _nothing(entry, number, url, listing, reading)
    if isinstance(content, RawDocument):
        content = replace(content, url=url, external_id=external_id)
    return Offer(item=item, url=url, content=content, published=published, publisher=publisher)


def _text(entry: Any) -> tuple[str, bool]:
    """The longest text that an entry holds, and whether it is HTML."""
    found = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    best: Any = max(found, key=lambda part: len(part.get("value") or ""), default={})
    value = (best.get("value") or "").strip()
    # RSS has no types: what looks like markup is markup
    return value, best.get("type") != "text/plain" or "</" in value


def _document(text: tuple[str, bool], title: str | None, location: str) -> RawDocument:
    value, is_html = text
    if is_html:
        heading = f"<h1>{html.escape(title)}</h1>" if title else ""
        value = f"<html><head><title>{html.escape(title or '')}</title></head><body><article>{heading}<div>{value}</div></article></body></html>"
    return RawDocument(
        content=value.encode(errors="replace"),
        media_type=f"text/{'html' if is_html else 'plain'}; charset=utf-8",
        location=location,
        title=title,
    )


def _nothing(entry: Any, number: int, url: str | None, listing: Listing, reading: Reading) -> Reject:
    location = f"{listing.location}#{_plain(entry.get('id')) or number}"
    given = entry.get("link")
    if url:
        problem = (
            f'entry {number} has no text of its own. Set full_text = "page" for the source {reading.source.name!r}.'
        )
        reason = "missing_field"
    elif given:
        problem = f"entry {number} has no text, and its link {str(given)[:200]!r} is no address of http or https. Tell who publishes the feed."
        reason = "bad_address"
    else:
        problem = f"entry {number} has neither a link nor a text. Tell who publishes the feed."
        reason = "missing_field"
    return Reject(location=location, reason=reason, detail=f"{location}: {problem}")


def _published(entry: Any) -> datetime | date | None:
    """When an entry was published, as far as it says so in a way that can be read."""
    for name in ("published", "updated"):
        if name not in entry:
            continue
        try:
            return published_from(str(entry[name]))
        except ValueError:
            pass
        try:
            year, month, day, hour, minute, second = entry[f"{name}_parsed"][:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _plain(value: object) -> str | None:
    """One line of text without markup."""
    if not isinstance(value, str) or not value.strip():
        return None
    if "<" in value or "&" in value:
        from lxml.etree import LxmlError  # type: ignore[import-untyped, unused-ignore]
        from lxml.html import fromstring  # type: ignore[import-untyped, unused-ignore]

        try:
            value = str(fromstring(f"<div>{value}</div>").text_content())
        except (LxmlError, ValueError):
            value = html.unescape(value)
    return " ".join(value.split())[:1000] or None
