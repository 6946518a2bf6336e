"""Sitemaps (sitemaps.org), plain or of news, and indexes of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from etl.config import SourceSettings
from etl.extract.dates import published_from
from etl.extract.limits import Limits
from etl.extract.sources import Found, Item, Known, SourceError
from etl.extract.sources.reading import Listing, Offer, Reading, digest_of
from etl.extract.stream import whole
from etl.extract.urls import canonical_url, key_of, link, without_credentials
from etl.extract.web import Web
from etl.records import Reject

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped, unused-ignore]

# An index leads to sitemaps; one that leads to indexes again is no longer followed.
_DEEPEST = 2


def read_sitemap(source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
    """Yield the pages of a sitemap, and of the sitemaps that an index names, that are new or of which it tells a change."""
    reading = Reading(source, known, web, limits)
    return reading.each(lambda location: _read(location, reading, depth=1))


def _read(location: str, reading: Reading, *, depth: int, version: str = "") -> Iterator[Found]:
    with reading.opened(location, is_named=depth == 1, version=version) as listing:
        if listing is None:
            return
        root = _root(listing, reading.limits)
        if _name(root) == "urlset":
            yield from reading.read(_offers(root, listing), listing.item)
            return
        children = list(_children(root, listing))
    for url, state in children:
        reject: Reject | None = None
        if url is None or depth >= _DEEPEST:
            reason, problem = (
                ("bad_address", "it names an address that is none")
                if url is None
                else ("unsupported", "it is an index within an index")
            )
            detail = f"{listing.location}: {problem}. Give the address of the sitemap itself."
            reject = Reject(location=listing.location, reason=reason, detail=detail)
        elif reading.spend():
            try:
                yield from _read(url, reading, depth=depth + 1, version=state)
            except SourceError as error:
                reject = Reject(location=without_credentials(url), reason="http", detail=str(error))
        else:
            return
        if reject:
            yield Found(content=reject)


def _root(listing: Listing, limits: Limits) -> _Element:
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]

    content = whole(listing.stream, listing.location, limits)
    if isinstance(content, Reject):
        raise SourceError(content.detail)
    # entities are left as they are, nothing is fetched, and libxml2's own limits hold
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        raise SourceError(
            f"{listing.location}: it is no sitemap (it begins with {content[:40].decode(errors='replace')!r}). "
            "Check the address in a browser; robots.txt of the site often names it."
        )
    return root


def _children(root: _Element, listing: Listing) -> Iterator[tuple[str | None, str]]:
    for child in root:
        if _name(child) == "sitemap":
            fields = _fields(child)
            yield link(fields.get("loc"), listing.base), fields.get("lastmod", "")[:100]


def _offers(root: _Element, listing: Listing) -> Iterator[Offer]:
    for number, child in enumerate(root, 1):
        if _name(child) != "url":
            continue
        fields = _fields(child)
        given = fields.get("loc")
        url = link(given, listing.base)
        said = digest_of(fields.get("lastmod"), fields.get("publication_date"), fields.get("title"))
        if url:
            yield Offer(
                item=Item(key=key_of(canonical_url(url)), stamp=said),
                url=url,
                published=_day(fields.get("publication_date")),
                publisher=fields.get("name"),
            )
            continue
        location = f"{listing.location}#{number}"
        problem = (
            f"{str(given)[:200]!r} is no address of http or https. Tell who publishes the sitemap."
            if given
            else "there is no address in it. Tell who publishes the sitemap."
        )
        reject = Reject(location=location, reason="bad_address", detail=f"{location}: {problem}")
        yield Offer(item=Item(key=key_of(location), stamp=digest_of(given, said)), content=reject)


def _fields(element: _Element) -> dict[str, str]:
    """The texts below an element, by local name: loc, lastmod, and of news publication_date, title, name."""
    found: dict[str, str] = {}
    for below in element.iterdescendants():
        if isinstance(below.tag, str) and below.text and below.text.strip():
            found.setdefault(_name(below), " ".join(below.text.split())[:4000])
    return found


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _day(value: str | None) -> datetime | date | None:
    try:
        return published_from(value or "")
    except ValueError:
        return None
