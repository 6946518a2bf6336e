"""A run in a process of its own that begins with the language model loaded, so that what is measured or killed is the run."""

from __future__ import annotations

import multiprocessing
from functools import cache
from multiprocessing.context import ForkServerContext

from etl import pipeline
from etl.api import Communique
from etl.knowledge import Knowledge
from etl.transform.coder import Coder


@cache
def _coder() -> Coder:
    coder = Coder()
    coder.parse("Norway phoned Kenya.")
    return coder


def warm(settings: object, knowledge: Knowledge) -> Coder:
    """The coder of a run: the one that was loaded before, since no dictionaries are imported here."""
    return _coder()


def run(database: str, config: str, batch_size: int) -> None:
    """``communique run --wait 60``."""
    pipeline._coder = warm
    with Communique(database, config=config, batch_size=batch_size) as communique:
        communique.run(wait=60)


def context() -> ForkServerContext:
    """Starts processes that have everything loaded."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["benchmarks.warm"])
    return made
