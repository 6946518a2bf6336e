"""Lists of addresses of articles: one on a line, or tables such as GDELT's."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Generator, Iterator
from typing import IO, cast
from urllib.parse import urlsplit

from etl.config import SourceSettings
from etl.extract.limits import Limits
from etl.extract.sources import Found, Item, Known, SourceError
from etl.extract.sources.reading import Listing, Offer, Reading, Unavailable, chunks, digest_of
from etl.extract.stream import READ_ERRORS, Line, lines
from etl.extract.urls import canonical_url, key_of, link
from etl.extract.web import Web
from etl.records import Reject

# An address that is once on a list stays what it is: an article is not fetched again for being named again.
_STAMP = "listed"
_TABLE = re.compile(r"\.(?:csv|tsv)(?:\.zip|\.gz)?$|\.zip$", re.IGNORECASE)
# GDELT's third table names the articles of the first two again, in thirty times the bytes.
_GKG = re.compile(r"\.gkg\.", re.IGNORECASE)


def read_urls(source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
    """Yield the articles at the addresses of a list that no run has had.

    On a line with several fields (GDELT's events and mentions, lastupdate.txt), the address is the first field that is one;
    a row of a table without any is passed over. Addresses of tables are read as lists themselves, once.
    """
    reading = Reading(source, known, web, limits)

    def read(location: str) -> Iterator[Found]:
        tables: dict[str, None] = {}
        with reading.opened(location, is_large=True) as listing:
            if listing is None:
                return
            is_whole = yield from reading.take(_offers(listing, limits, tables))
            item = listing.item
        for some in chunks(tables):
            had = known([key_of(url) for url in some])
            for url in some:
                if key_of(url) in had:
                    continue
                is_whole = reading.spend() and (yield from _table(url, reading)) and is_whole
        if is_whole:
            yield Found(content=None, item=item)

    return reading.each(read)


def _table(url: str, reading: Reading) -> Generator[Found, None, bool]:
    try:
        with reading.opened(url, is_named=False) as listing:
            if listing is None:
                return True
            is_whole = yield from reading.take(_offers(listing, reading.limits, None))
            if is_whole:
                yield Found(content=None, item=listing.item)
            return is_whole
    except Unavailable as error:
        failed = error.failed
        yield Found(content=failed.reject, item=None if failed.may_pass else Item(key=key_of(url), stamp=_STAMP))
        return not failed.may_pass
    except SourceError as error:
        yield Found(content=Reject(location=url, reason="unreadable", detail=str(error)))
        return False


def _offers(listing: Listing, limits: Limits, tables: dict[str, None] | None) -> Iterator[Offer]:
    """The articles that a list names; tables that it names are put into `tables`."""
    if listing.media_type.lower().startswith("text/html"):
        raise SourceError(f"{listing.location}: it is a web page and no list of addresses. Check the address.")
    for line in _lines(listing, limits):
        if isinstance(line, Reject):
            yield Offer(item=Item(key=key_of(line.location), stamp=listing.item.stamp), content=line)
            continue
        text = line.content.decode(errors="replace").strip("\ufeff\r\n ")
        fields = text.split("\t") if "\t" in text else text.split()
        url = next((found for found in map(link, fields) if found), None)
        if url and tables is not None and _TABLE.search(urlsplit(url).path):
            if not _GKG.search(url):
                tables[url] = None
        elif url:
            yield Offer(item=Item(key=key_of(canonical_url(url)), stamp=_STAMP), url=url)
        elif text and not text.startswith("#") and "\t" not in text:
            location = f"{listing.location}:{line.number}"
            problem = f"{text[:200]!r} is no address of http or https. Write one address on a line."
            reject = Reject(location=location, reason="bad_address", detail=f"{location}: {problem}")
            yield Offer(item=Item(key=key_of(location), stamp=digest_of(text)), content=reject)


def _lines(listing: Listing, limits: Limits) -> Iterator[Line | Reject]:
    file = cast("IO[bytes]", listing.stream)
    try:
        is_zip = file.read(2) == b"PK"
        file.seek(0)
        if not is_zip:
            yield from lines(file, listing.location, limits)
            return
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                with archive.open(name) as member:
                    yield from lines(member, listing.location, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *READ_ERRORS) as error:
        raise SourceError(
            f"{listing.location}: it cannot be unpacked: {error}. Check the address, or try again later."
        ) from error
