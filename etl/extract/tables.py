"""CSV and TSV: one article a row, under a header row with the names of `rows.FIELDS`."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator

from etl.extract.decode import Undecodable, decoded
from etl.extract.limits import Limits
from etl.extract.rows import FIELDS, document_of, reject
from etl.extract.stream import ByteStream, lines, too_large
from etl.records import RawDocument, Reject


def read_csv(stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the article of each row of comma-separated values."""
    return _read(stream, location, limits, delimiter=",")


def read_tsv(stream: ByteStream, location: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the article of each row of tab-separated values."""
    return _read(stream, location, limits, delimiter="\t")


class _Stop(Exception):
    """The table cannot be read on: where a row is cut, nobody knows where the next one begins."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject.detail)
        self.reject = reject


class _Source:
    """The lines of one table for the csv module, and the bytes of the row that is being read.

    Bytes go through as Latin-1, which is reversible, so that each field keeps its bytes and is decoded like any other
    document.
    """

    def __init__(self, stream: ByteStream, location: str, limits: Limits) -> None:
        self._lines = lines(stream, location, limits)
        self._location = location
        self._limit = limits.max_line_bytes
        self._row: list[bytes] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if isinstance(line, Reject):
                raise _Stop(line)
            content = line.content.removeprefix(codecs.BOM_UTF8) if line.number == 1 else line.content
            if not self._row:
                self.first = line.number
            self._row.append(content)
            # A quotation mark that is never closed makes all that follows one row.
            if len(self._row) > 1 and sum(map(len, self._row)) > self._limit:
                what = "the row (is a quotation mark not closed?)"
                raise _Stop(too_large(f"{self._location}:{self.first}", what, self._limit))
            yield content.decode("latin-1")

    def take_row(self) -> bytes:
        """Return the bytes of the row that was read, and begin the next."""
        row, self._row = b"".join(self._row), []
        return row


def _read(stream: ByteStream, location: str, limits: Limits, *, delimiter: str) -> Iterator[RawDocument | Reject]:
    # The csv module has one limit for the whole process, and its default is too small for an article.
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_line_bytes))
    source = _Source(stream, location, limits)
    rows = csv.reader(iter(source), delimiter=delimiter)
    header: list[str] | None = None
    while True:
        try:
            row = next(rows, None)
        except _Stop as stop:
            yield stop.reject
            return
        except csv.Error as error:
            line = source.take_row()
            yield reject(f"{location}:{source.first}", "bad_field", f"not a row: {error}. Quote its fields.", line)
            continue
        line = source.take_row()
        if row is None:
            break
        if not any(field.strip() for field in row):
            continue
        if header is not None:
            yield _document(dict(zip(header, row, strict=False)), len(row), header, f"{location}:{source.first}", line)
        elif line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield Reject(location=location, reason="encoding", detail=f"{location}: is UTF-16. Save it as UTF-8.")
            return
        else:
            header = [name.strip().lower() for name in row]
            if "text" not in header:
                yield _missing_column(location, header)
                return
    if header is None:
        yield Reject(location=location, reason="empty", detail=f"{location}: there is no header row. Leave it out.")


def _document(
    fields: dict[str, str], width: int, header: list[str], location: str, line: bytes
) -> RawDocument | Reject:
    if width > len(header):
        problem = (
            f"the row has {width} fields, the header {len(header)}. Put fields with separators in quotation marks."
        )
        return reject(location, "bad_field", problem, line)
    record: dict[str, object] = {}
    for name in FIELDS:
        if name != "text" and fields.get(name):
            try:
                record[name] = decoded(fields[name].encode("latin-1"))
            except Undecodable as error:
                return reject(location, error.reason, f"{name!r}: {error.problem}. Save the file as UTF-8.", line)
    text = fields.get("text")
    record["text"] = text
    content = None if text is None else text.encode("latin-1")
    return document_of(record, location=location, line=line, text=content, charset="")


def _missing_column(location: str, header: list[str]) -> Reject:
    found = ", ".join(header[:20])[:300]
    return Reject(
        location=location,
        reason="missing_column",
        detail=f"{location}: there is no column 'text' (found: {found}). Name the column with the articles 'text'; "
        "separate columns by commas in .csv and by tabs in .tsv.",
    )
