"""Coding without a database: articles in, one JSON object per article out, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    from etl.transform.coder import Coder
    from etl.transform.linking import link

    coder: Coder | None = None
    stream = articles(inputs, settings=settings, stdin=stdin)
    while batch := list(islice(stream, settings.batch_size)):
        readable = [item for item in batch if isinstance(item, Article) and item.language == CODED_LANGUAGE]
        if readable and coder is None:
            coder = Coder(model=settings.model, knowledge=knowledge, scored=settings.scorer)
        coded = code_articles(coder, readable) if coder else iter(())
        for item in batch:
            if isinstance(item, Reject):
                yield {
                    "id": None,
                    "events": [],
                    "error": {"reason": item.reason, "location": item.location, "detail": item.detail},
                }
            elif item.language != CODED_LANGUAGE:
                yield {"id": item.external_id, "events": [], "skipped": f"language: {item.language}"}
            else:
                _, result = next(coded)
                if isinstance(result, Reject):
                    yield {
                        "id": item.external_id,
                        "events": [],
                        "error": {"reason": result.reason, "location": result.location, "detail": result.detail},
                    }
                else:
                    yield {"id": item.external_id, "events": [event_json(event) for event in link(result.mentions)]}
