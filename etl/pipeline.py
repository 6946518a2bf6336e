"""The run: extract, transform, load, in batches that each are one transaction, with a record of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import Connection, Engine, update
from sqlalchemy.exc import SQLAlchemyError

from db.engine import lock_writers
from db.errors import CommuniqueError
from db.migrate import ensure_head, explained
from db.schema import Base
from etl.config import Settings
from etl.extract.article import article_of
from etl.extract.documents import documents
from etl.extract.limits import Limits
from etl.knowledge import Knowledge, load_knowledge, with_dictionaries
from etl.load.batch import CodedArticle, clear_rejects, known_articles, load_batch, load_rejects
from etl.load.dictionaries import stored_entries
from etl.load.reference import sync_reference
from etl.records import Article, Coded, Reject

if TYPE_CHECKING:
    from etl.transform.coder import Coder

_RUN = Base.metadata.tables["run"]
CODED_LANGUAGE = "en"
_REJECTS_KEPT = 1000


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What a run has done so far."""

    run_id: int
    documents: int = 0
    new: int = 0
    known: int = 0
    skipped: int = 0
    rejected: int = 0
    events: int = 0
    rejects: list[Reject] = field(default_factory=list)
    """The first thousand, for the user; all of them are in the database."""


def version() -> str:
    """The installed version of communiqué."""
    return metadata.version("communique")


def model_label(model: str) -> str:
    """Name and version of a language model, without loading it."""
    try:
        return f"{model} {metadata.version(model)}"
    except metadata.PackageNotFoundError:
        return model


def articles(inputs: Iterable[str], *, settings: Settings, stdin: BinaryIO | None = None) -> Iterator[Article | Reject]:
    """The articles of `inputs` (paths, folders, URLs, ``-``), and what could not become one, in order."""
    limits = Limits(max_document_bytes=settings.max_document_bytes)
    for document in documents(inputs, stdin=stdin, limits=limits, web=settings.web):
        yield document if isinstance(document, Reject) else article_of(document, limits=limits)


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
    inputs: Sequence[str],
    *,
    engine: Engine,
    settings: Settings,
    stdin: BinaryIO | None = None,
    progress: Callable[[RunReport], None] = lambda report: None,
) -> RunReport:
    """Read `inputs` into the database, which is created or upgraded first.

    Articles that the database has are left alone. Every batch is one transaction: a run that is cut off loses nothing
    that was committed, and the next run does the rest. Raises CommuniqueError when the run as a whole fails.
    """
    if settings.scorer:
        from etl.transform.scorer import load_scorer

        # one that cannot be used is refused before anything is written
        load_scorer()
    ensure_head(engine)
    knowledge = load_knowledge()
    writer = engine.execution_options(sqlite_begin="IMMEDIATE")
    try:
        with writer.begin() as connection:
            lock_writers(connection)
            sync_reference(connection, knowledge)
            knowledge = with_dictionaries(knowledge, stored_entries(connection))
            report = RunReport(run_id=_start(connection, inputs, settings, knowledge.version))
        try:
            _read(inputs, writer, settings, knowledge, stdin, report, progress)
        except BaseException as error:
            with writer.begin() as connection:
                _record(connection, report, status_code="failed", error=f"{type(error).__name__}: {error}")
            raise
        with writer.begin() as connection:
            _record(connection, report, status_code="finished")
    except SQLAlchemyError as error:
        raise explained(error, engine) from error
    return report


def _read(
    inputs: Sequence[str],
    writer: Engine,
    settings: Settings,
    knowledge: Knowledge,
    stdin: BinaryIO | None,
    report: RunReport,
    progress: Callable[[RunReport], None],
) -> None:
    coder: Coder | None = None
    stream = articles(inputs, settings=settings, stdin=stdin)
    while batch := list(islice(stream, settings.batch_size)):
        rejects = [item for item in batch if isinstance(item, Reject)]
        found = {item.id: item for item in reversed(batch) if isinstance(item, Article)}
        with writer.connect() as connection:
            known = known_articles(connection, found)
        new = [article for article in reversed(found.values()) if article.id not in known]
        coded = {a.id: CodedArticle(article=a, coded=None) for a in new}
        readable = [a for a in new if a.language == CODED_LANGUAGE]
        if readable:
            coder = coder or _coder(settings, knowledge)
            for article, result in code_articles(coder, readable):
                if isinstance(result, Reject):
                    rejects.append(result)
                    del coded[article.id]
                else:
                    coded[article.id] = CodedArticle(article=article, coded=result)
        taken = [item for item in batch if isinstance(item, Article) and (item.id in coded or item.id in known)]
        with writer.begin() as connection:
            lock_writers(connection)
            # another run may have loaded the same article in the meantime
            late = known_articles(connection, coded)
            kept = [c for id_, c in coded.items() if id_ not in late]
            events = load_batch(connection, report.run_id, kept)
            clear_rejects(connection, taken)
            load_rejects(connection, report.run_id, rejects)
            report.documents += len(batch)
            report.new += len(kept)
            report.known += len(batch) - len(rejects) - len(kept)
            report.skipped += sum(c.coded is None for c in kept)
            report.rejected += len(rejects)
            report.events += events
            report.rejects += rejects[: _REJECTS_KEPT - len(report.rejects)]
            _record(connection, report)
        progress(report)


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


def _record(
    connection: Connection, report: RunReport, *, status_code: str | None = None, error: str | None = None
) -> None:
    values: dict[str, object] = {
        "document_count": report.documents,
        "article_count": report.new,
        "known_count": report.known,
        "skipped_count": report.skipped,
        "reject_count": report.rejected,
        "event_count": report.events,
    }
    if status_code:
        values |= {"status_code": status_code, "finished_at": datetime.now(UTC), "error": error}
    connection.execute(update(_RUN).where(_RUN.c.id == report.run_id).values(values))
