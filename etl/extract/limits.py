"""How much the extract stage reads before it gives up: text from outside is hostile until it is parsed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds for what comes from outside; sizes are bytes."""

    max_document_bytes: int = 10 * 1024 * 1024
    """One article, as bytes; also the whole answer of a web server, after decompression."""
    max_line_bytes: int = 10 * 1024 * 1024
    """One line of JSON Lines, or one row of a table."""
    max_decompressed_bytes: int = 8 * 1024 * 1024 * 1024
    """All that one compressed file may unpack to."""
    max_redirects: int = 5


DEFAULT_LIMITS = Limits()
