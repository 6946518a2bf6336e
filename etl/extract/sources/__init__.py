"""Where a run without arguments reads from: each kind of source is one module here, behind one Protocol (`readers.READERS`).

A reader tells what a source offers, item by item, and skips what an earlier run has had. What was had is kept in the
database by whoever calls (`known`, `Found.item`), in the transaction that loads what came of it, so that a run
that is cut off loses nothing and fetches little twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from etl.config import SourceSettings
from etl.extract.limits import Limits
from etl.extract.web import Web
from etl.records import RawDocument, Reject

Known = Callable[[Sequence[str]], Mapping[str, str]]
"""Of these keys of items, those that an earlier run has had, each with its stamp then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a source offers: an entry of a feed, an address, a file."""

    key: str
    """What it is known by: canonical address, id that the feed gives, absolute path. At most 600 characters."""
    stamp: str
    """What changes when the thing does: ETag, hash of the entry, size and time of modification. At most 600 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a source yields: a document, a reject, or word that an item is done with."""

    content: RawDocument | Reject | None
    item: Item | None = None
    """Had from now on, once `content` is in the database. Of many documents of one file, only the last word has it."""


class SourceError(Exception):
    """The source as a whole cannot be read; the message is for the user and says the mend. Other sources go on."""


class SourceReader(Protocol):
    """One kind of source."""

    def __call__(self, source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
        """Yield what is new in `source`, in the order in which it offers it. Raises SourceError, where it can at the end."""
