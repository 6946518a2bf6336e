"""Web archives: WARC and WACZ files, in folders and at addresses."""

from __future__ import annotations

from collections.abc import Iterator

from etl.config import SourceSettings
from etl.extract.limits import Limits
from etl.extract.sources import Found, Known
from etl.extract.sources.files import read_those
from etl.extract.web import Web


def read_archive(source: SourceSettings, known: Known, web: Web, limits: Limits) -> Iterator[Found]:
    """Yield the pages and texts in archives that are new or have changed; other files of a folder are passed over."""
    return read_those(source, known, web, limits, formats=("warc", "wacz"))
