"""Addresses: one document, or a file of many, over http or https."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO
from urllib.parse import urlsplit

from etl.extract.formats import READERS, Format, format_of
from etl.extract.limits import Limits
from etl.extract.stream import unpacked
from etl.extract.urls import is_web_address
from etl.extract.web import JSON_LINES, Answer, Failed, Fetched, NotModified, Request, Web
from etl.records import RawDocument, Reject

# What is larger than this goes from memory to a temporary file.
_IN_MEMORY = 4 * 1024 * 1024
_FILES: dict[str, Format] = {
    **dict.fromkeys(JSON_LINES, "jsonl"),
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/warc": "warc",
    "application/wacz": "wacz",
}


def read_url(url: str, limits: Limits, web: Web) -> Iterator[RawDocument | Reject]:
    """Yield what the address `url` gives; where that is nothing, a reject that says why.

    The user names the address, so one on this machine or in a private network is as good as any.
    """
    request = Request(url=url, is_named=True)
    form = format_of(urlsplit(url).path) if is_web_address(url) and "[" not in url else None
    if form in ("csv", "tsv", "jsonl", "warc", "wacz"):
        with fetched_file(request, web) as (answer, file):
            yield from documents_of(answer, limits, file=file)
    else:
        yield from documents_of(web.fetch(request), limits)


@contextmanager
def fetched_file(request: Request, web: Web) -> Iterator[tuple[Answer, IO[bytes]]]:
    """Fetch what may be large into a temporary file."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        answer = web.fetch(replace(request, any_type=True), into=file)
        file.seek(0)
        yield answer, file


def documents_of(
    answer: Answer, limits: Limits, *, file: IO[bytes] | None = None, form: Format | None = None
) -> Iterator[RawDocument | Reject]:
    """Yield the documents of an answer, which is in `file` where it was fetched as a file."""
    if isinstance(answer, NotModified):
        return
    if isinstance(answer, Failed):
        yield answer.reject
        return
    if file is None and answer.media_type not in JSON_LINES:
        yield RawDocument(
            content=answer.content,
            media_type=answer.media_type,
            location=answer.location,
            url=answer.url,
            fetched_at=answer.fetched_at,
        )
        return
    form = _form(answer, form)
    if form is None:
        yield unsupported(answer)
        return
    with unpacked(file or io.BytesIO(answer.content)) as stream:
        for document in READERS[form](stream, answer.location, limits):
            if isinstance(document, RawDocument) and document.fetched_at is None:
                document = replace(document, fetched_at=answer.fetched_at)
            yield document


def unsupported(answer: Fetched) -> Reject:
    """The reject of an answer of which nobody knows how to read it."""
    given = answer.media_type[:100] or "no content type"
    return Reject(
        location=answer.location,
        reason="unsupported",
        detail=f"{answer.location}: the server sent {given}; JSON Lines, CSV, TSV, WARC and WACZ are supported. "
        "Save it and give its path.",
    )


def _form(answer: Fetched, form: Format | None) -> Format | None:
    bare = answer.media_type.split(";")[0].strip().lower()
    by_type: Format | None = _FILES.get(bare)
    if bare in ("text/html", "application/xhtml+xml"):
        # an error page, whatever the address is called
        return None
    return form or format_of(urlsplit(answer.location).path) or format_of(urlsplit(answer.url).path) or by_type
