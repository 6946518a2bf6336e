"""What a run tells while nobody watches: one JSON object a line on standard error, for whoever collects logs."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

LOG = logging.getLogger("communique")
# whoever has not asked for lines gets none
LOG.addHandler(logging.NullHandler())


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One line: time (UTC), level, what happened, and the values that belong to it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        values: dict[str, object] = getattr(record, "values", {})
        return json.dumps(
            {"time": at, "level": record.levelname.lower(), "event": record.getMessage(), **values}, ensure_ascii=False
        )


def log_to_stderr() -> None:
    """Write what runs tell to standard error, as JSON Lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    LOG.handlers = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def tell(event: str, *, level: int = logging.INFO, **values: object) -> None:
    """Tell that `event` happened."""
    LOG.log(level, event, extra={"values": values})
