"""Files, folders and globs that grow; files of many articles at an address."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import stat
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from etl.config import SourceSettings
from etl.extract.addresses import documents_of, fetched_file
from etl.extract.files import read_file, shown, walk
from etl.extract.formats import format_of
from etl.extract.jsonl import read_jsonl
from etl.extract.limits import Limits
from etl.extract.sources import Found, Item, Known, SourceError
from etl.extract.sources.reading import Reading, chunks, is_same, stamp_of
from etl.extract.stream import unreadable
from etl.extract.urls import is_address, key_of
from etl.extract.web import Failed, Fetched, Web
from etl.records import RawDocument, Reject

_PIECE = 1024 * 1024


def read_files(source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
    """Yield the documents of files that are new or have changed, in the order of their names.

    A file of the size and time that the last run found is not opened. JSON Lines that have only grown are read on from where
    they ended; a last line that is not whole is left for the next run.
    """
    return read_those(source, known, web, limits, formats=None)


def read_those(
    source: SourceSettings, known: Known, web: Web, limits: Limits, *, formats: Sequence[str] | None
) -> Iterator[Found]:
    """What `read_files` does; in folders, only files of `formats`, where they are given."""
    reading = Reading(source, known, web, limits)

    def read(location: str) -> Iterator[Found]:
        if is_address(location):
            yield from _read_address(location, reading)
            return
        for some in chunks(_files(location, formats)):
            keys = {found[0]: key_of(shown(found[0])) for found in some if not isinstance(found, Reject)}
            had = known(list(keys.values()))
            for found in some:
                if isinstance(found, Reject):
                    yield Found(content=found)
                elif not _is_unchanged(had.get(keys[found[0]]), found[1]) and reading.is_first(keys[found[0]]):
                    yield from _read_file(*found, keys[found[0]], had.get(keys[found[0]]), reading)

    return reading.each(read)


def _files(location: str, formats: Sequence[str] | None) -> Iterator[tuple[Path, os.stat_result] | Reject]:
    path = Path(location).expanduser().absolute()
    is_glob = glob.has_magic(location) and not os.path.lexists(path)
    if not is_glob and not path.exists():
        raise SourceError(f"{shown(path)}: there is no such file or folder. Mend the location, or mount the disk.")
    # pathlib's own globs know no absolute patterns, and enter hidden folders
    named = sorted(glob.glob(str(path), recursive=True)) if is_glob else [path]  # noqa: PTH207
    for name in named:
        for found in walk(Path(name)):
            if isinstance(found, Reject) or not formats or found[0] == path or format_of(found[0].name) in formats:
                yield found


def _is_unchanged(stamp: str | None, status: os.stat_result) -> bool:
    return stamp is not None and stamp.split(" ")[0] == _stamp(status)


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}:{status.st_mtime_ns}"


def _read_file(path: Path, status: os.stat_result, key: str, stamp: str | None, reading: Reading) -> Iterator[Found]:
    if format_of(path.name) == "jsonl" and stat.S_ISREG(status.st_mode) and not path.name.lower().endswith(".gz"):
        yield from _read_growing(path, key, stamp, reading)
        return
    if (yield from _documents(read_file(path, status, reading.limits), reading)):
        yield Found(content=None, item=Item(key=key, stamp=_stamp(status)))


def _documents(documents: Iterator[RawDocument | Reject], reading: Reading) -> Generator[Found, None, bool]:
    """Yield the documents of a file, and return whether it is done with: what could not be read today may be tomorrow."""
    is_done = True
    for document in documents:
        is_done = is_done and not (isinstance(document, Reject) and document.reason == "unreadable")
        yield Found(content=reading.told(document))
    return is_done


class _Tail:
    """The whole lines of a file from where it is, hashed as they are read."""

    def __init__(self, file: IO[bytes], digest: hashlib._Hash, before: int) -> None:
        self._file = file
        self._digest = digest
        self.end = file.tell()
        self.lines = before

    def read(self, size: int, /) -> bytes:
        """Unused by readers of lines."""
        return self.readline(size)

    def readline(self, size: int, /) -> bytes:
        """Return the next line or part of one; nothing where only half a record is left."""
        line = self._file.readline(size)
        is_last = not line.endswith(b"\n") and len(line) < size
        if is_last and not _is_json(line):
            return b""
        self._digest.update(line)
        self.end += len(line)
        self.lines += line.endswith(b"\n")
        return line

    def __str__(self) -> str:
        return f"{self.end} {self.lines} {self._digest.hexdigest()}"


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _read_growing(path: Path, key: str, stamp: str | None, reading: Reading) -> Iterator[Found]:
    location = shown(path)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            lines, digest = _resumed(file, stamp)
            tail = _Tail(file, digest, lines)
            if (yield from _documents(read_jsonl(tail, location, reading.limits, before=lines), reading)):
                yield Found(content=None, item=Item(key=key, stamp=f"{_stamp(status)} {tail}"))
    except OSError as error:
        yield Found(content=unreadable(location, error))


def _resumed(file: IO[bytes], stamp: str | None) -> tuple[int, hashlib._Hash]:
    """Go to where `stamp` says that the file ended, if all before is as it was; return the lines and the hash of it."""
    digest = hashlib.sha256()
    fields = (stamp or "").split(" ")
    if len(fields) == 4:
        left = int(fields[1])
        while left and (piece := file.read(min(left, _PIECE))):
            digest.update(piece)
            left -= len(piece)
        if not left and digest.hexdigest() == fields[3]:
            return int(fields[2]), digest
        file.seek(0)
    return 0, hashlib.sha256()


def _read_address(location: str, reading: Reading) -> Iterator[Found]:
    item, request = reading.conditional(location, is_named=True)
    assert item is not None
    assert request is not None
    with fetched_file(request, reading.web) as (answer, file):
        if isinstance(answer, Failed):
            raise SourceError(answer.reject.detail)
        if isinstance(answer, Fetched) and not is_same(item.stamp, answer):
            # fetched again, a file that cannot be read is what it was
            yield from _documents(documents_of(answer, reading.limits, file=file), reading)
            yield Found(content=None, item=replace(item, stamp=stamp_of(answer)))
