"""Communiqué from Python: what the command line does, for notebooks and for tasks of schedulers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from threading import Event
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeAlias, overload

from db.errors import CommuniqueError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from db.query import Result
    from etl.config import Settings
    from etl.pipeline import RunReport
    from etl.records import Article, RawDocument, Reject
    from etl.transform.coder import Coder

Codable: TypeAlias = "str | Mapping[str, Any] | Article"
"""What can be coded: a text, a record (``text``, and where known ``id``, ``title``, ``published``, ``url``, ``source``), an Article."""


class Events(list[dict[str, Any]]):
    """Events, newest first; `total` is how many there are without the limit."""

    def __init__(self, rows: Iterable[dict[str, Any]], *, total: int) -> None:
        super().__init__(rows)
        self.total = total


class Communique:
    """One database and one coder, opened when they are first used and kept.

    Whatever goes wrong that a user can mend is a CommuniqueError; its ``exit_code`` is the one of the command line. Not for use
    by several threads at a time.
    """

    def __init__(
        self,
        database_url: str | Path | None = None,
        *,
        config: str | Path | None = None,
        model: str | None = None,
        scorer: bool | None = None,
        batch_size: int | None = None,
        settings: Settings | None = None,
    ) -> None:
        """What is not given comes from the environment, communique.toml and defaults, as for the command line.

        `database_url` is an SQLite path or a postgresql:// URL, `config` the settings file, `model` an installed spaCy pipeline,
        `scorer` whether the learned scorer judges, `batch_size` the articles per transaction. With `settings`, ready-made,
        nothing else is looked at. Raises CommuniqueError (exit code 2) for settings that are wrong.
        """
        from etl.config import load_settings

        flags = {
            "database_url": None if database_url is None else str(database_url),
            "model": model, "scorer": scorer, "batch_size": batch_size,
        }  # fmt: skip
        environ = os.environ if config is None else {**os.environ, "COMMUNIQUE_CONFIG": str(config)}
        self.settings: Settings = settings or load_settings(flags, environ=environ, given="Communique()")
        self._engine: Engine | None = None
        self._coder: Coder | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the database; whatever is used again opens new ones."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    # -- what writes ---------------------------------------------------------------------------------------------------

    def run(
        self,
        *inputs: str | Path,
        sources: str | Sequence[str] = (),
        wait: float = 0.0,
        stdin: BinaryIO | None = None,
        stop: Event | None = None,
        progress: Callable[[RunReport], None] = lambda report: None,
    ) -> RunReport:
        """Read paths, folders, addresses or ``-`` into the database and code them; without any, the sources of communique.toml.

        `sources` names those to read (default: all that are enabled). The database is created where it is not there; articles
        that it has are left alone. Another run is waited for up to `wait` seconds. `stop`, once set, ends the run after the
        batch in hand; `progress` is called after each batch.

        The report has ``run_id``, the counts ``documents``, ``new``, ``known``, ``skipped`` (not in English), ``rejected``,
        ``events``, then ``rejects``, ``failed_sources`` and ``is_stopped``. Documents and sources that fail are in it and raise
        nothing. Raises CommuniqueError when the run as a whole fails (exit code 1), was asked for wrongly (2), or another run
        is at work (4).
        """
        from etl.pipeline import run

        if inputs and sources:
            raise CommuniqueError("sources are for runs without inputs. Give one or the other.", exit_code=2)
        return run(
            [str(one) for one in inputs],
            engine=self._opened(create=True),
            settings=self.settings,
            stdin=stdin,
            sources=_many(sources),
            wait=wait,
            stop=stop,
            progress=progress,
        )

    # -- what needs no database ----------------------------------------------------------------------------------------

    @overload
    def code(self, articles: Codable) -> list[dict[str, Any]]: ...  # type: ignore[overload-overlap]
    @overload
    def code(self, articles: Iterable[Codable]) -> Iterator[dict[str, Any]]: ...
    def code(self, articles: Codable | Iterable[Codable]) -> list[dict[str, Any]] | Iterator[dict[str, Any]]:
        """The events of one article, or those of many, without a database; the coder is loaded once.

        One article (a text, a record or an Article) gives a list of events, the most salient first, as docs/architecture.md
        describes them; raises CommuniqueError where it cannot be coded. Many give, in their order and as they are asked for,
        ``{"id": ..., "events": [...]}`` each, with ``error`` or ``skipped`` where one was not coded, as 'communique code' does.
        """
        from etl.coding import coded_lines
        from etl.records import Article

        if not isinstance(articles, str | Mapping | Article):
            stream = (self._read(one, n) for n, one in enumerate(articles, start=1))
            return map(_json, coded_lines(stream, coder=self._loaded, batch_size=self.settings.batch_size))
        (line,) = coded_lines([self._read(articles, 1)], coder=self._loaded, batch_size=1)
        if "error" in line:
            raise CommuniqueError(line["error"]["detail"])
        if "skipped" in line:
            raise CommuniqueError(f"The article was not coded ({line['skipped']}). Give articles in English.")
        return list(_json(line["events"]))

    # -- what reads the database ---------------------------------------------------------------------------------------

    def events(
        self,
        *,
        type: str | Sequence[str] = (),
        actor: str | None = None,
        country: str | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        modality: str | None = None,
        limit: int = 100,
    ) -> Events:
        """Events as 'communique events --json' gives them, newest first, at most `limit`; ``total`` says how many there are.

        `type` is one event type or several, `actor` an id or words of a name, `country` 'KOR', 'KR' or 'South Korea'; `since`
        and `until` are calendar days, included, and leave out events without a date. Raises CommuniqueError (exit code 2) for
        what does not exist.
        """
        from db.lookup import EventFilter, find_events

        wanted = EventFilter(
            types=_many(type), actor=actor, country=country, since=_day("since", since), until=_day("until", until),
            modality=modality, limit=_limit(limit),
        )  # fmt: skip
        with self._reading() as connection:
            rows, total = find_events(connection, wanted)
        return Events(_json(rows), total=total)

    def show(self, event_id: str) -> dict[str, Any]:
        """One event with participants, treaty, statement and every sentence that reports it; the first characters of its id are enough.

        Raises CommuniqueError (exit code 2) where none, or more than one, has such an id.
        """
        from db.lookup import event_detail

        with self._reading() as connection:
            detail = event_detail(connection, event_id)
        return dict(_json(detail))

    def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, limit: int = 1000, timeout: float = 30.0
    ) -> Result:
        """The ``columns`` and ``rows`` of one SELECT, which cannot write; ``truncated`` where there are more than `limit` rows.

        `parameters` are bound where the SQL says ``:name``; `timeout` is in seconds. Raises CommuniqueError (exit code 2) for
        anything but reading and for SQL that fails, and (1) when the time is up.
        """
        from db.query import read_only

        with self._reading() as connection:
            engine = connection.engine
        return read_only(engine, sql, parameters, limit=_limit(limit), seconds=timeout)

    def status(self) -> dict[str, Any]:
        """What is in the database, what ran and what failed, as 'communique status --json' gives it."""
        from db.engine import shown
        from db.lookup import database_status

        with self._reading() as connection:
            found = database_status(connection)
            return dict(_json({"database": shown(connection.engine.url), **found}))

    # -- what is kept --------------------------------------------------------------------------------------------------

    def _opened(self, *, create: bool = False) -> Engine:
        from db.engine import open_engine

        if self._engine is None:
            self._engine = open_engine(self.settings.database_url, create=create)
        return self._engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        from db.migrate import connected, require_head

        with connected(self._opened()) as connection:
            require_head(connection)
            yield connection

    def _loaded(self) -> Coder:
        from etl.transform.coder import Coder

        if self._coder is None:
            self._coder = Coder(model=self.settings.model, scored=self.settings.scorer)
        return self._coder

    def _read(self, given: Codable, number: int) -> Article | Reject:
        from etl.extract.article import article_of
        from etl.extract.limits import Limits
        from etl.records import Article, Reject

        if isinstance(given, Article):
            return given
        document = _document(given, f"article {number}")
        limits = Limits(max_document_bytes=self.settings.max_document_bytes)
        return document if isinstance(document, Reject) else article_of(document, limits=limits)


def _document(given: object, location: str) -> RawDocument | Reject:
    from etl.extract.rows import document_of
    from etl.records import Reject

    if isinstance(given, str):
        return document_of({"text": given}, location=location, line=b"")
    if isinstance(given, Mapping):
        values = {
            # of a table, pandas gives cells without a value as what does not equal itself
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in given.items()
            if not isinstance(value, float | date) or value == value
        }
        return document_of(values, location=location, line=b"")
    problem = f"{location}: is of type {type(given).__name__}. Give a text, a record with a 'text', or an Article."
    return Reject(location=location, reason="bad_field", detail=problem)


def _many(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _limit(given: int) -> int:
    if given < 1:
        raise CommuniqueError(f"limit {given}: is less than one row. Give 1 or more.", exit_code=2)
    return given


def _day(name: str, given: date | str | None) -> date | None:
    if isinstance(given, datetime):
        return given.date()
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise CommuniqueError(f"{name} {given!r}: is no day. Write it like 2026-01-31.", exit_code=2) from error


def _json(value: object) -> Any:
    """`value` as it is in JSON, so that both kinds of databases give the same."""
    from etl.output import to_json

    return json.loads(to_json(value))
