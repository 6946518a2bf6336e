"""Streams of bytes, read piece by piece with bounded memory, whatever comes."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Protocol

from etl.extract.article import KEPT_BYTES
from etl.extract.limits import Limits
from etl.records import RawDocument, Reject

_CHUNK = 64 * 1024
# What reading may raise: gzip.BadGzipFile is an OSError.
READ_ERRORS = (OSError, EOFError, zlib.error)


class ByteStream(Protocol):
    """What the readers ask of an open file, an unpacked file, standard input or the body of an answer."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; nothing at the end."""

    def readline(self, size: int, /) -> bytes:
        """Return the bytes up to the next line feed, at most `size`."""


class Reader(Protocol):
    """One format: turns a stream into the raw documents in it, and a reject for whatever in it cannot be read."""

    def __call__(self, stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
        """Yield the documents of `stream` in order; `location` says where it comes from."""


class Rewound:
    """A stream with the bytes `head`, which were read from it already, put back."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""
        taken, self._head = self._head[:size], self._head[size:]
        return taken + self._stream.read(size - len(taken)) if len(taken) < size else taken

    def readline(self, size: int, /) -> bytes:
        """Return the bytes up to the next line feed, at most `size`."""
        stop = min(self._head.find(b"\n") + 1 or len(self._head), size)
        taken, self._head = self._head[:stop], self._head[stop:]
        if taken.endswith(b"\n") or len(taken) == size:
            return taken
        return taken + self._stream.readline(size - len(taken))


@contextmanager
def unpacked(file: IO[bytes]) -> Iterator[ByteStream]:
    """A file, decompressed where its first bytes say that it is a gzip file."""
    is_compressed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not is_compressed:
        yield file
        return
    with gzip.open(file) as stream:
        yield stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a stream, with its line feed; the first has number 1."""

    number: int
    content: bytes


def lines(stream: ByteStream, location: str, limits: Limits, *, before: int = 0) -> Iterator[Line | Reject]:
    """Yield the lines of `stream`; in place of one that is too long, and of what cannot be read, a reject.

    `before` lines came before it.
    """
    number, total = before, 0
    try:
        while content := stream.readline(limits.max_line_bytes + 1):
            number += 1
            total += len(content)
            if total > limits.max_decompressed_bytes:
                yield _too_much(f"{location}:{number}", limits)
                return
            if len(content) <= limits.max_line_bytes:
                yield Line(number=number, content=content)
                continue
            is_over = content.endswith(b"\n")
            # Nothing of an overlong line is held: its end may never come.
            del content
            yield too_large(f"{location}:{number}", "the line", limits.max_line_bytes)
            while not is_over and (rest := stream.readline(_CHUNK)):
                is_over = rest.endswith(b"\n")
                total += len(rest)
                if total > limits.max_decompressed_bytes:
                    yield _too_much(f"{location}:{number}", limits)
                    return
    except READ_ERRORS as error:
        yield unreadable(f"{location}:{number + 1}", error)


def whole(stream: ByteStream, location: str, limits: Limits) -> bytes | Reject:
    """Return all of `stream`, or a reject where it is larger than one document may be or cannot be read."""
    pieces: list[bytes] = []
    left = limits.max_document_bytes + 1
    try:
        while left and (piece := stream.read(left)):
            pieces.append(piece)
            left -= len(piece)
    except READ_ERRORS as error:
        return unreadable(location, error)
    return b"".join(pieces) if left else too_large(location, "the document", limits.max_document_bytes)


def unreadable(location: str, error: Exception) -> Reject:
    """Return the reject for a stream that broke off."""
    if isinstance(error, EOFError):
        return Reject(
            location=location,
            reason="truncated",
            detail=f"{location}: the compressed file ends in the middle; of it, only "
            "complete lines were read. Copy it again.",
        )
    problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Reject(
        location=location,
        reason="unreadable",
        detail=f"{location}: cannot be read: {problem}. Check that it exists, is whole and may be read by you.",
    )


def too_large(location: str, what: str, limit: int) -> Reject:
    """Return the reject for `what` at `location`, which is larger than `limit` bytes."""
    return Reject(
        location=location,
        reason="too_large",
        detail=f"{location}: {what} is larger than the limit of {limit:,} bytes. "
        "Cut it into articles, or raise the limit.",
    )


def line_to_keep(location: str, content: bytes) -> bytes | None:
    """Return the bytes of a rejected line where it is small, or where nobody can read it again (standard input)."""
    return content if len(content) <= KEPT_BYTES or location.startswith("-:") else None


def _too_much(location: str, limits: Limits) -> Reject:
    return Reject(
        location=location,
        reason="too_large",
        detail=f"{location}: the file unpacks to more than {limits.max_decompressed_bytes:,} bytes; the rest was left "
        "unread. Split it, or raise the limit.",
    )
