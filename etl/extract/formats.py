"""Which reader reads what: by name, and by the suffix of a file. A new format is added here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from etl.extract.archives import read_wacz, read_warc
from etl.extract.jsonl import read_jsonl
from etl.extract.limits import Limits
from etl.extract.stream import ByteStream, Reader, whole
from etl.extract.tables import read_csv, read_tsv
from etl.records import RawDocument, Reject

Format = Literal["text", "html", "jsonl", "csv", "tsv", "warc", "wacz"]


def read_text(stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the stream as one plain text."""
    yield _whole(stream, location, limits, "text/plain")


def read_html(stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the stream as one web page."""
    yield _whole(stream, location, limits, "text/html")


def _whole(stream: ByteStream, location: str, limits: Limits, media_type: str) -> RawDocument | Reject:
    content = whole(stream, location, limits)
    if isinstance(content, Reject):
        return content
    return RawDocument(content=content, media_type=media_type, location=location)


READERS: Mapping[Format, Reader] = {
    "text": read_text,
    "html": read_html,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "tsv": read_tsv,
    "warc": read_warc,
    "wacz": read_wacz,
}
SUFFIXES: Mapping[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".warc": "warc",
    ".wacz": "wacz",
}
"""Each may be followed by ``.gz``."""


def format_of(name: str) -> Format | None:
    """Return the format that the suffix of a file's name stands for, None where it stands for none."""
    bare = name.lower().removesuffix(".gz")
    return next((form for suffix, form in SUFFIXES.items() if bare.endswith(suffix)), None)
