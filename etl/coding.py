"""Coding without a database: articles in, one JSON object per article out, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from etl.arrivals import articles
from etl.config import Settings
from etl.knowledge import Knowledge
from etl.output import event_json
from etl.pipeline import CODED_LANGUAGE, code_articles
from etl.records import Article, Reject

if TYPE_CHECKING:
    from etl.transform.coder import Coder


def code_documents(
    inputs: Iterable[str], *, settings: Settings, stdin: BinaryIO | None = None, knowledge: Knowledge | None = None
) -> Iterator[dict[str, Any]]:
    """``{"id": ..., "events": [...]}`` for each document of `inputs`; with ``error`` or ``skipped`` where it was not coded."""

    def coder() -> Coder:
        from etl.transform.coder import Coder

        return Coder(model=settings.model, knowledge=knowledge, scored=settings.scorer)

    stream = articles(inputs, settings=settings, stdin=stdin)
    return coded_lines(stream, coder=coder, batch_size=settings.batch_size)


def coded_lines(
    stream: Iterable[Article | Reject], *, coder: Callable[[], Coder], batch_size: int
) -> Iterator[dict[str, Any]]:
    """As `code_documents`, for articles and rejects; `coder` is called once, when there is something to code."""
    from etl.transform.linking import link

    loaded: Coder | None = None
    items = iter(stream)
    while batch := list(islice(items, batch_size)):
        readable = [item for item in batch if isinstance(item, Article) and item.language == CODED_LANGUAGE]
        if readable and loaded is None:
            loaded = coder()
        coded = code_articles(loaded, readable) if loaded else iter(())
        for item in batch:
            if isinstance(item, Reject):
                yield {"id": None, "events": [], "error": _error(item)}
            elif item.language != CODED_LANGUAGE:
                yield {"id": item.external_id, "events": [], "skipped": f"language: {item.language}"}
            else:
                _, result = next(coded)
                if isinstance(result, Reject):
                    yield {"id": item.external_id, "events": [], "error": _error(result)}
                else:
                    yield {"id": item.external_id, "events": [event_json(event) for event in link(result.mentions)]}


def _error(reject: Reject) -> dict[str, Any]:
    return {"reason": reject.reason, "location": reject.location, "detail": reject.detail}
