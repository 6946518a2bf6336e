"""Web archives: WARC (ISO 28500) and WACZ, a ZIP file with WARC files in its folder ``archive``."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import urlsplit

from etl.extract.dates import published_from
from etl.extract.limits import Limits
from etl.extract.stream import READ_ERRORS, ByteStream, too_large, unpacked, unreadable
from etl.records import RawDocument, Reject

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

_TYPES = {"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain"}
_CHUNK = 64 * 1024
# The headers of one record: a line without end is none.
_MOST_HEADERS = 4 * 1024 * 1024


class _TooMuch(Exception):
    """The archive, or the headers of one record, are larger than they may be."""


class _Metered:
    """A stream of which warcio reads no more than it may."""

    def __init__(self, stream: ByteStream, limits: Limits) -> None:
        # read1 gives what comes before a file is cut off, where read gives nothing
        self._read = getattr(stream, "read1", stream.read)
        self._left = limits.max_decompressed_bytes
        self.headers_left: int | None = None
        self.is_cut = False
        self.is_over = False

    def read(self, size: int = _CHUNK) -> bytes:
        """Return at most `size` bytes. Raises _TooMuch."""
        try:
            piece: bytes = self._read(size)
        except EOFError:
            # to warcio that would be an end like any other
            self.is_cut = True
            piece = b""
        self.is_over = not piece
        self._left -= len(piece)
        if self.headers_left is not None:
            self.headers_left -= len(piece)
        if self._left < 0 or (self.headers_left is not None and self.headers_left < 0):
            raise _TooMuch
        return piece


def read_warc(stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the pages and texts of a WARC file; other records (images, requests, errors, redirects) are passed over.

    Of a file that ends in the middle, what is whole is read, then a reject says so.
    """
    from warcio.archiveiterator import WARCIterator
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParser

    metered = _Metered(stream, limits)
    # the headers of HTTP are parsed here: warcio would take a cut among them for the end
    records = WARCIterator(metered, no_record_parse=True)
    headers = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False)
    is_first = True
    try:
        while True:
            metered.headers_left = _MOST_HEADERS
            record = next(records, None)
            if record is None:
                break
            is_first = False
            if record.rec_type == "response" and record.length:
                record.http_headers = headers.parse(record.raw_stream)
            metered.headers_left = None
            found = _document(record, location, limits)
            # so that what is cut off is noticed, and only headers are read before the next record
            while record.raw_stream.read(_CHUNK):
                pass
            if record.length is None or getattr(record.raw_stream, "limit", 0) > 0:
                yield _truncated(location)
                return
            if found is not None:
                yield found
    except EOFError:
        yield _truncated(location)
        return
    except READ_ERRORS as error:
        yield unreadable(location, error)
        return
    except _TooMuch:
        detail = "the archive unpacks to more, or has longer headers, than the limits allow; the rest was left unread. Split it."
        yield Reject(location=location, reason="too_large", detail=f"{location}: {detail}")
        return
    except (ArchiveLoadFailed, ValueError, AttributeError, TypeError) as error:
        # warcio takes headers as they come, also the half of them at the end of what was cut off
        if metered.is_over and not is_first:
            yield _truncated(location)
            return
        problem = f"not a WARC record: {' '.join(str(error).split())[:200]}. Make the archive anew."
        yield Reject(location=location, reason="unsupported", detail=f"{location}: {problem}")
        return
    if metered.is_cut:
        yield _truncated(location)
    elif is_first:
        problem = "there is no record in it. Leave it out."
        yield Reject(location=location, reason="empty", detail=f"{location}: {problem}")


def read_wacz(stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the pages and texts of the WARC files in a WACZ file."""
    with tempfile.TemporaryFile() as copy:
        file = cast("IO[bytes]", stream)
        if not getattr(stream, "seekable", lambda: False)():
            try:
                size = 0
                while piece := stream.read(_CHUNK):
                    copy.write(piece)
                    size += len(piece)
                    if size > limits.max_decompressed_bytes:
                        yield too_large(location, "the archive", limits.max_decompressed_bytes)
                        return
            except READ_ERRORS as error:
                yield unreadable(location, error)
                return
            file = copy
        try:
            with zipfile.ZipFile(file) as archive:
                for name in sorted(archive.namelist()):
                    if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                        with archive.open(name) as member, unpacked(member) as content:
                            yield from read_warc(content, location, limits)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *READ_ERRORS) as error:
            problem = f"not a WACZ archive, or one that is cut off: {error}. Copy it again."
            yield Reject(location=location, reason="truncated", detail=f"{location}: {problem}")


def _document(record: ArcWarcRecord, location: str, limits: Limits) -> RawDocument | Reject | None:
    uri = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type == "response":
        if record.http_headers is None or record.http_headers.get_statuscode() != "200":
            return None
        given = record.http_headers.get_header("content-type") or ""
    elif record.rec_type in ("resource", "conversion"):
        given = record.content_type or ""
    else:
        return None
    bare, _, rest = given.partition(";")
    media_type = _TYPES.get(bare.strip().lower())
    if media_type is None or _is_for_robots(uri):
        return None
    shown = f"{location}#{uri}"
    content = _content(record, shown, limits)
    if isinstance(content, Reject):
        return content
    return RawDocument(
        content=content,
        media_type=f"{media_type};{rest}" if rest.isascii() and rest.isprintable() and rest else media_type,
        location=shown,
        url=uri if uri.startswith(("http://", "https://")) else None,
        fetched_at=_instant(record.rec_headers.get_header("WARC-Date")),
    )


def _content(record: ArcWarcRecord, location: str, limits: Limits) -> bytes | Reject:
    """The body of a record without the transfer's and the content's encodings, within bounds."""
    from warcio.bufferedreaders import ChunkedDataReader

    most = limits.max_document_bytes
    headers = record.http_headers
    encoding = (headers.get_header("content-encoding") or "").strip().lower() if headers else ""
    stream: ByteStream = record.raw_stream
    if headers and (headers.get_header("transfer-encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(record.raw_stream)
    raw = _read(stream, most)
    # crawlers often keep the header of what they have unpacked
    is_packed = encoding in ("gzip", "x-gzip", "deflate") and (raw[:2] == b"\x1f\x8b" or raw[:1] == b"\x78")
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate") and b"\0" in raw[:1024]:
        problem = f"its content is compressed as {encoding[:50]!r}. Convert the archive to one with gzip or none."
        return Reject(location=location, reason="unsupported", detail=f"{location}: {problem}")
    if is_packed:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            raw = unpacker.decompress(raw, most + 1)
        except zlib.error as error:
            problem = f"its content cannot be unpacked: {error}. Leave it out."
            return Reject(location=location, reason="unsupported", detail=f"{location}: {problem}")
    return too_large(location, "the record", most) if len(raw) > most else raw


def _read(stream: ByteStream, most: int) -> bytes:
    pieces: list[bytes] = []
    left = most + 1
    while left and (piece := stream.read(min(left, _CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _is_for_robots(uri: str) -> bool:
    try:
        return urlsplit(uri).path in ("/robots.txt", "/ads.txt", "/humans.txt", "/.well-known/security.txt")
    except ValueError:
        return False


def _instant(value: str | None) -> datetime | None:
    try:
        moment = published_from(value or "")
    except ValueError:
        return None
    return moment if isinstance(moment, datetime) else None


def _truncated(location: str) -> Reject:
    problem = "the archive ends in the middle of a record; what came before it was read. Copy it again."
    return Reject(location=location, reason="truncated", detail=f"{location}: {problem}")
