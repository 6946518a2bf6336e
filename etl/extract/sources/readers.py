"""Which reader reads which kind of source. A new kind is added here, and to `etl.config.SourceKind`."""

from __future__ import annotations

from collections.abc import Mapping

from etl.config import SourceKind
from etl.extract.sources import SourceReader
from etl.extract.sources.archive import read_archive
from etl.extract.sources.feed import read_feed
from etl.extract.sources.files import read_files
from etl.extract.sources.pages import read_pages
from etl.extract.sources.sitemap import read_sitemap
from etl.extract.sources.urls import read_urls

READERS: Mapping[SourceKind, SourceReader] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "pages": read_pages,
    "files": read_files,
    "archive": read_archive,
    "urls": read_urls,
}
