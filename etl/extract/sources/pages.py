"""Pages by address, each read when it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from etl.config import SourceSettings
from etl.extract.limits import Limits
from etl.extract.sources import Found, Item, Known, SourceError
from etl.extract.sources.reading import Offer, Reading, is_same, stamp_of
from etl.extract.web import Failed, Fetched, NotModified, Request, Web


def read_pages(source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
    """Yield the pages that are new or have changed. A page that cannot be had is a failure of the source."""
    reading = Reading(source, known, web, limits)
    problems: list[str] = []

    def wanted() -> Iterator[tuple[Item, Request]]:
        for location in dict.fromkeys(source.location):
            item, request = reading.conditional(location, is_named=True)
            assert item is not None
            assert request is not None
            yield item, request

    with closing(web.fetch_all(wanted())) as answers:
        for item, answer in answers:
            if isinstance(answer, Failed):
                problems.append(answer.reject.detail)
            elif isinstance(answer, Fetched):
                fresh = replace(item, stamp=stamp_of(answer))
                same = is_same(item.stamp, answer)
                yield from reading.found(Offer(item=fresh), NotModified(location=answer.location) if same else answer)
    if problems:
        raise SourceError(" ".join(problems))
