"""Files and folders on this machine."""

from __future__ import annotations

import gzip
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from etl.extract.formats import READERS, SUFFIXES, format_of
from etl.extract.limits import Limits
from etl.extract.stream import too_large, unreadable
from etl.records import RawDocument, Reject

# Companions of a collection that are no articles; in a folder they are left out without a word, like hidden files.
_IGNORED_PREFIXES = ("readme", "license")
_IGNORED_SUFFIX = ".md"


def read_path(path: Path, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a file, or of all files in a folder and below, in the order of their names.

    In folders, hidden files and files named README*, LICENSE* or *.md are ignored; other files of a kind that is not
    supported are rejects. A folder is read once, however many links lead to it.
    """
    for found in walk(path):
        if isinstance(found, Reject):
            yield found
        else:
            yield from read_file(*found, limits)


def walk(path: Path) -> Iterator[tuple[Path, os.stat_result] | Reject]:
    """Yield the files that `read_path` reads, each with its status."""
    seen: set[tuple[int, int]] = set()
    todo = [(path, True)]
    while todo:
        current, is_named = todo.pop()
        try:
            status = current.stat()
            is_folder = stat.S_ISDIR(status.st_mode)
            names = sorted(entry.name for entry in current.iterdir()) if is_folder else []
        except (OSError, ValueError) as error:
            # ValueError: a path with a NUL character.
            yield unreadable(shown(current), error)
            continue
        if is_folder and (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            todo.extend((current / name, False) for name in reversed(names) if not name.startswith("."))
        elif not is_folder and (is_named or not _is_ignored(current.name)):
            yield current, status


def read_file(path: Path, status: os.stat_result, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield the documents of one file."""
    location = shown(path)
    form = format_of(path.name)
    if form is None:
        what = f"a file with the suffix {path.suffix!r}" if path.suffix else "a file without a suffix"
        yield _unsupported(location, what)
        return
    if not stat.S_ISREG(status.st_mode):
        yield _unsupported(location, "a device or a pipe")
        return
    is_compressed = path.name.lower().endswith(".gz")
    if form in ("text", "html") and not is_compressed and status.st_size > limits.max_document_bytes:
        yield too_large(location, "the file", limits.max_document_bytes)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        yield unreadable(location, error)
        return
    with file:
        if is_compressed:
            with gzip.open(file) as unpacked:
                yield from READERS[form](unpacked, location, limits)
        else:
            yield from READERS[form](file, location, limits)


def _is_ignored(name: str) -> bool:
    return name.lower().startswith(_IGNORED_PREFIXES) or name.lower().endswith(_IGNORED_SUFFIX)


def _unsupported(location: str, what: str) -> Reject:
    return Reject(
        location=location,
        reason="unsupported",
        detail=f"{location}: {what} is not supported. Supported are {', '.join(SUFFIXES)}, each also with .gz. "
        "Rename or convert it, or give it on standard input (-).",
    )


def shown(path: Path) -> str:
    """Return the path as text that can be stored and printed, whatever bytes the name is made of."""
    return os.fsencode(path).decode(errors="backslashreplace") if "\0" not in str(path) else repr(str(path))
