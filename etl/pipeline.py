"""The run: extract, transform, load, in batches that each are one transaction, with a record of the run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from itertools import islice
from threading import Event
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import Connection, Engine, update
from sqlalchemy.exc import SQLAlchemyError

from db.engine import lock_writers
from db.errors import CommuniqueError
from db.lock import run_lock
from db.migrate import ensure_head, explained
from db.schema import Base
from etl.arrivals import Arrival, Counts, SourceReport, articles, listed, of_sources
from etl.config import Settings, SourceSettings
from etl.knowledge import Knowledge, load_knowledge, with_dictionaries
from etl.load.batch import CodedArticle, clear_rejects, known_articles, load_batch, load_rejects
from etl.load.dictionaries import stored_entries
from etl.load.reference import sync_reference
from etl.load.sources import keep_counts, keep_items, keep_state, sync_sources
from etl.logs import tell
from etl.records import Article, Coded, Reject

if TYPE_CHECKING:
    from etl.transform.coder import Coder

_RUN = Base.metadata.tables["run"]
CODED_LANGUAGE = "en"
_REJECTS_KEPT = 1000


@dataclass(slots=True, kw_only=True)
class RunReport(Counts):
    """What a run has done so far."""

    run_id: int
    rejects: list[Reject] = field(default_factory=list)
    """The first thousand, for the user; all of them are in the database."""
    sources: tuple[SourceReport, ...] = ()
    is_stopped: bool = False
    """Whether it was told to stop before its end."""

    @property
    def failed_sources(self) -> tuple[SourceReport, ...]:
        """The sources that could not be read to their end."""
        return tuple(source for source in self.sources if source.error)


def version() -> str:
    """The installed version of communiqué."""
    return metadata.version("communique")


def model_label(model: str) -> str:
    """Name and version of a language model, without loading it."""
    try:
        return f"{model} {metadata.version(model)}"
    except metadata.PackageNotFoundError:
        return model


def code_articles(coder: Coder, batch: Sequence[Article]) -> Iterator[tuple[Article, Coded | Reject]]:
    """Each article with what the coder finds in it, or the Reject for one on which the coder fails."""
    try:
        coded = list(coder.code_many(batch))
    except Exception as error:
        if len(batch) == 1:
            yield batch[0], _failed(batch[0], error)
            return
        for article in batch:
            yield from code_articles(coder, [article])
        return
    yield from coded


def _failed(article: Article, error: Exception) -> Reject:
    return Reject(
        location=article.location or "-",
        reason="coder_error",
        detail=f"the coder failed: {type(error).__name__}: {error}. Please report it with the article; a later run tries again.",
        source=article.source,
    )


def run(
    inputs: Sequence[str] = (),
    *,
    engine: Engine,
    settings: Settings,
    stdin: BinaryIO | None = None,
    sources: Sequence[str] = (),
    wait: float = 0.0,
    stop: Event | None = None,
    progress: Callable[[RunReport], None] = lambda report: None,
) -> RunReport:
    """Read `inputs` into the database, which is created or upgraded first; without inputs, the sources of `settings`.

    `sources` names those to read, by default all that are enabled. Articles that the database has are left alone. Every
    batch is one transaction: a run that is cut off loses nothing that was committed, and the next run does the rest. One
    run works at a time; another is waited for up to `wait` seconds. `stop`, once set, ends the run after the batch in hand.
    Raises CommuniqueError when the run as a whole fails.
    """
    wanted = () if inputs else listed(settings, sources)
    if settings.scorer:
        from etl.transform.scorer import load_scorer

        # one that cannot be used is refused before anything is written
        load_scorer()
    stop = stop or Event()
    try:
        with run_lock(engine, wait=wait):
            ensure_head(engine)
            return _run(inputs, wanted, engine, settings, stdin, stop, progress)
    except SQLAlchemyError as error:
        raise explained(error, engine) from error


def _run(
    inputs: Sequence[str],
    wanted: Sequence[SourceSettings],
    engine: Engine,
    settings: Settings,
    stdin: BinaryIO | None,
    stop: Event,
    progress: Callable[[RunReport], None],
) -> RunReport:
    knowledge = load_knowledge()
    writer = engine.execution_options(sqlite_begin="IMMEDIATE")
    with writer.begin() as connection:
        lock_writers(connection)
        sync_reference(connection, knowledge)
        knowledge = with_dictionaries(knowledge, stored_entries(connection))
        # whoever runs now holds the lock of runs: what is still called running is not
        connection.execute(update(_RUN).where(_RUN.c.status_code == "running").values(status_code="abandoned"))
        read = inputs or [f"source: {source.name}" for source in wanted]
        report = RunReport(run_id=_start(connection, read, settings, knowledge.version))
        if wanted:
            ids = sync_sources(connection, settings.sources)
            report.sources = tuple(SourceReport(name=source.name, id=ids[source.name]) for source in wanted)
    tell("run started", run=report.run_id, inputs=list(read))
    if wanted:
        stream = of_sources(wanted, report.sources, settings=settings, engine=engine, stop=stop)
    else:
        stream = (Arrival(content=item) for item in articles(inputs, settings=settings, stdin=stdin))
    try:
        _load(stream, writer, settings, knowledge, stop, report, progress)
    except BaseException as error:
        with writer.begin() as connection:
            _end(connection, report, "failed", error=f"{type(error).__name__}: {error}")
        tell("run failed", level=logging.ERROR, run=report.run_id, error=f"{type(error).__name__}: {error}")
        raise
    report.is_stopped = stop.is_set()
    with writer.begin() as connection:
        _end(connection, report, "stopped" if report.is_stopped else "finished")
    tell("run stopped" if report.is_stopped else "run finished", run=report.run_id, **_counted(report))
    return report


def _load(
    stream: Iterator[Arrival],
    writer: Engine,
    settings: Settings,
    knowledge: Knowledge,
    stop: Event,
    report: RunReport,
    progress: Callable[[RunReport], None],
) -> None:
    """Load what comes in, batch by batch, until it ends or `stop` is set."""
    coder: Coder | None = None
    while batch := list(islice(stream, settings.batch_size)):
        found = {a.content.id: a.content for a in reversed(batch) if isinstance(a.content, Article)}
        with writer.connect() as connection:
            known = known_articles(connection, found)
        new = [article for article in reversed(found.values()) if article.id not in known]
        readable = [article for article in new if article.language == CODED_LANGUAGE]
        coded: dict[str, Coded | Reject | None] = {article.id: None for article in new}
        if readable:
            coder = coder or _coder(settings, knowledge)
            coded |= {article.id: result for article, result in code_articles(coder, readable)}
        with writer.begin() as connection:
            lock_writers(connection)
            _load_batch(connection, batch, new, coded, report)
        progress(report)
        if stop.is_set():
            return


def _load_batch(
    connection: Connection,
    batch: Sequence[Arrival],
    new: Sequence[Article],
    coded: Mapping[str, Coded | Reject | None],
    report: RunReport,
) -> None:
    # without a lock of runs (a server that was gone for a while) another may have loaded the same in the meantime
    late = known_articles(connection, coded)
    kept = [
        CodedArticle(article=article, coded=result)
        for article in new
        if article.id not in late and not isinstance(result := coded[article.id], Reject)
    ]
    events = load_batch(connection, report.run_id, kept)
    loaded = {c.article.id: c for c in kept}
    rejects, taken, items = list[Reject](), list[Article](), list[tuple[int, str, str]]()
    for arrival in batch:
        content = arrival.content
        is_taken = True
        if isinstance(content, Article) and isinstance(failure := coded.get(content.id), Reject):
            content, is_taken = replace(failure, location=content.location or "-"), False
        counted = [report, *([arrival.source] if arrival.source else [])]
        if isinstance(content, Reject):
            rejects.append(content)
            for counts in counted:
                counts.rejected += 1
        elif content is not None:
            taken.append(content)
            first = loaded.pop(content.id, None)
            for counts in counted:
                counts.new += first is not None
                counts.known += first is None
                counts.skipped += first is not None and first.coded is None
                counts.events += events[content.id] if first else 0
        for counts in counted:
            counts.documents += content is not None
        if arrival.source:
            arrival.source.has_coder_error |= not is_taken
            # what the coder failed on is offered again, and so what listed it
            if arrival.item and is_taken and (content is not None or not arrival.source.has_coder_error):
                items.append((arrival.source.id, arrival.item.key, arrival.item.stamp))
    clear_rejects(connection, taken)
    load_rejects(connection, report.run_id, rejects)
    report.rejects += rejects[: _REJECTS_KEPT - len(report.rejects)]
    for reject in rejects:
        tell("rejected", level=logging.WARNING, reason=reject.reason, location=reject.location, detail=reject.detail)
    keep_items(connection, report.run_id, items)
    for source in {a.source.id: a.source for a in batch if a.source}.values():
        is_read = any(a.is_last for a in batch if a.source is source)
        finished = {"finished_at": datetime.now(UTC), "error": source.error} if is_read else {}
        keep_counts(
            connection, report.run_id, source.id, {"started_at": source.started_at, **_counted(source), **finished}
        )
        if is_read:
            keep_state(connection, source.id, error=source.error, is_changed=source.new > 0)
    connection.execute(update(_RUN).where(_RUN.c.id == report.run_id).values(_counted(report)))


def _coder(settings: Settings, knowledge: Knowledge) -> Coder:
    from etl.transform.coder import Coder

    return Coder(model=settings.model, knowledge=knowledge, scored=settings.scorer)


def _start(connection: Connection, inputs: Sequence[str], settings: Settings, knowledge_version: str) -> int:
    inserted = connection.execute(
        _RUN.insert().values(
            started_at=datetime.now(UTC),
            status_code="running",
            version=version(),
            model=model_label(settings.model),
            knowledge_version=knowledge_version if settings.scorer else f"{knowledge_version} without scorer",
            inputs="\n".join(inputs),
        )
    )
    if inserted.inserted_primary_key is None:
        raise CommuniqueError("The database gave the run no number.")
    return int(inserted.inserted_primary_key[0])


def _end(connection: Connection, report: RunReport, status_code: str, *, error: str | None = None) -> None:
    """Note how a run ended; what it did stands there since its last batch, and of one that failed no more than that was loaded."""
    values = {"status_code": status_code, "finished_at": datetime.now(UTC), "error": error}
    connection.execute(update(_RUN).where(_RUN.c.id == report.run_id).values(values))


def _counted(counts: Counts) -> dict[str, int]:
    return {
        "document_count": counts.documents,
        "article_count": counts.new,
        "known_count": counts.known,
        "skipped_count": counts.skipped,
        "reject_count": counts.rejected,
        "event_count": counts.events,
    }
