"""What a run reads: the documents of its inputs, or what is new in the sources that communique.toml lists."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import BinaryIO

from sqlalchemy import Engine

from db.errors import CommuniqueError
from etl.config import Settings, SourceSettings
from etl.extract.article import article_of
from etl.extract.documents import documents
from etl.extract.limits import Limits
from etl.extract.sources import Item, SourceError
from etl.extract.sources.readers import READERS
from etl.extract.web import Web
from etl.load.sources import had
from etl.logs import tell
from etl.records import Article, RawDocument, Reject


@dataclass(slots=True, kw_only=True)
class Counts:
    """What was done with documents."""

    documents: int = 0
    new: int = 0
    known: int = 0
    skipped: int = 0
    rejected: int = 0
    events: int = 0


@dataclass(slots=True, kw_only=True)
class SourceReport(Counts):
    """What a run has done with one source so far."""

    name: str
    id: int
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    error: str | None = None
    """Why it could not be read to its end."""
    has_coder_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One thing that comes in: an article, a reject, or word of a source that an item, or the source, is done with."""

    content: Article | Reject | None
    item: Item | None = None
    source: SourceReport | None = None
    is_last: bool = False
    """Whether its source is read."""


def articles(inputs: Iterable[str], *, settings: Settings, stdin: BinaryIO | None = None) -> Iterator[Article | Reject]:
    """The articles of `inputs` (paths, folders, URLs, ``-``), and what could not become one, in order."""
    limits = Limits(max_document_bytes=settings.max_document_bytes)
    for document in documents(inputs, stdin=stdin, limits=limits, web=settings.web):
        yield _read(document, limits)


def listed(settings: Settings, names: Sequence[str]) -> tuple[SourceSettings, ...]:
    """The sources to read: those of `names`, else all that are enabled. Raises CommuniqueError where there is none."""
    known = {source.name: source for source in settings.sources}
    if unknown := next((name for name in names if name not in known), None):
        there = f"Listed are {', '.join(map(repr, known))}." if known else "None is listed."
        raise CommuniqueError(f"--source {unknown!r}: communique.toml lists no such source. {there}", exit_code=2)
    found = tuple(known[name] for name in dict.fromkeys(names)) or tuple(s for s in settings.sources if s.enabled)
    if not found:
        raise CommuniqueError(
            "There is nothing to read. Give paths or addresses (communique run news/), or list [[sources]] in communique.toml.",
            exit_code=2,
        )
    return found


def of_sources(
    sources: Sequence[SourceSettings],
    reports: Sequence[SourceReport],
    *,
    settings: Settings,
    engine: Engine,
    stop: Event,
) -> Iterator[Arrival]:
    """What is new in `sources`, one after the other. One that fails is told, and the others go on; `stop` ends it early."""
    limits = Limits(max_document_bytes=settings.max_document_bytes)
    with Web(settings.web, limits) as web:
        for source, report in zip(sources, reports, strict=True):
            report.started_at = datetime.now(UTC)
            try:
                for thing in READERS[source.kind](source, had(engine, report.id), web, limits):
                    content = None if thing.content is None else _read(thing.content, limits)
                    yield Arrival(content=content, item=thing.item, source=report)
                    if stop.is_set():
                        return
            except SourceError as error:
                report.error = str(error)
                tell("source failed", level=logging.WARNING, source=source.name, error=report.error)
            yield Arrival(content=None, source=report, is_last=True)
            if stop.is_set():
                return


def _read(document: RawDocument | Reject, limits: Limits) -> Article | Reject:
    return document if isinstance(document, Reject) else article_of(document, limits=limits)
