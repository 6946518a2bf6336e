"""How the database, its runs and its sources are doing, in Prometheus' text format (node_exporter's textfile collector)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from sqlalchemy import Connection, func, select

from db.health import last_finished
from db.lookup import source_states
from db.schema import Base

_TABLES = Base.metadata.tables
_ROWS = {
    "articles": "article", "events": "event", "rejects": "reject", "actors": "actor", "treaties": "treaty",
    "statements": "statement",
}  # fmt: skip
_COUNTS = {
    "document_count": ("documents", "Documents that the last run read, rejected ones among them"),
    "article_count": ("new_articles", "Articles new to the database in the last run"),
    "known_count": ("known_articles", "Articles that the last run found in the database already"),
    "skipped_count": ("skipped_articles", "New articles of the last run stored but not coded (another language)"),
    "reject_count": ("rejects", "Documents that the last run rejected"),
    "event_count": ("events", "Events new to the database in the last run"),
}
_OF_SOURCE = {
    "documents": ("documents", "Documents that the last run to come to the source read"),
    "new_articles": ("new_articles", "New articles of the last run that came to the source"),
    "rejected": ("rejects", "Documents that the last run to come to the source rejected"),
    "events": ("events", "New events of the last run that came to the source"),
}


def exposition(connection: Connection) -> bytes:
    """All metrics, UTF-8. What has never been (a success, a finished run) has no sample; times are seconds since 1970."""
    registry = CollectorRegistry()
    registry.register(_Collector([*_of_rows(connection), *_of_runs(connection), *_of_sources(connection)]))
    return generate_latest(registry)


class _Collector:
    """Gives metrics that are made already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_rows(connection: Connection) -> Iterable[Metric]:
    for name, table in _ROWS.items():
        count = connection.execute(select(func.count()).select_from(_TABLES[table])).scalar_one()
        yield _gauge(name, f"Rows of the table {table}", count)


def _of_runs(connection: Connection) -> Iterable[Metric]:
    run, status = _TABLES["run"], _TABLES["run_status"]
    wanted = select(run).order_by(run.c.id.desc()).limit(1)
    last = connection.execute(wanted).mappings().first()
    finished = last_finished(connection)
    if finished:
        help_ = "When a run last came to its end"
        yield _gauge("last_run_finished_timestamp_seconds", help_, _seconds(finished["finished_at"]))
    if not last:
        return
    yield _gauge("last_run_started_timestamp_seconds", "When the last run started", _seconds(last["started_at"]))
    is_so = _labelled("last_run_status", "1 for how the last run ended, or running; 0 for all else", "status")
    for code in connection.execute(select(status.c.code).order_by(status.c.code)).scalars():
        is_so.add_metric([code], last["status_code"] == code)
    yield is_so
    for column, (name, help_) in _COUNTS.items():
        yield _gauge(f"last_run_{name}", help_, last[column])


def _of_sources(connection: Connection) -> Iterable[Metric]:
    success = _labelled("source_last_success_timestamp_seconds", "When a run last read the source to its end", "source")
    article = _labelled("source_last_new_article_timestamp_seconds", "When the source last had a new article", "source")
    failures = _labelled("source_failures", "How many runs in a row the source has failed", "source")
    done = {key: _labelled(f"source_last_run_{name}", help_, "source") for key, (name, help_) in _OF_SOURCE.items()}
    for source in source_states(connection):
        # what is no longer listed would raise alarms for ever
        if source["state"] == "off":
            continue
        labels = [source["name"]]
        for family, at in ((success, source["last_success"]), (article, source["last_new_article"])):
            if at:
                family.add_metric(labels, _seconds(at))
        failures.add_metric(labels, source["failures"])
        for name in _OF_SOURCE if source["last_run"] else ():
            done[name].add_metric(labels, source["last_run"][name])
    return (success, article, failures, *done.values())


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"communique_{name}", help_, value=value)


def _labelled(name: str, help_: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"communique_{name}", help_, labels=[label])


def _seconds(at: datetime) -> float:
    return at.timestamp()
