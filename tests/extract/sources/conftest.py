"""A source as a run sees it: what it yields, and what is kept of it until the next run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from etl.config import SourceSettings, WebSettings
from etl.extract.limits import Limits
from etl.extract.sources import Found, SourceError
from etl.extract.sources.readers import READERS
from etl.extract.web import Web
from etl.records import RawDocument, Reject


@dataclass
class Run:
    """What one run got."""

    documents: list[RawDocument] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]

    @property
    def locations(self) -> list[str]:
        return [document.location for document in self.documents]


@dataclass
class Source:
    """One source over many runs."""

    settings: SourceSettings
    web: dict[str, Any]
    had: dict[str, str] = field(default_factory=dict)

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        assert len(keys) <= 1000
        return {key: self.had[key] for key in keys if key in self.had}

    def run(self, *, limits: Limits | None = None, **web: Any) -> Run:
        limits = limits or Limits()
        run = Run()
        usual = {"interval": 0, "longest_wait": 0, "retries": 1, "private_addresses": True}
        had: dict[str, str] = {}
        with Web(WebSettings.model_validate(usual | self.web | web), limits) as client:
            found = READERS[self.settings.kind](self.settings, self.known, client, limits)
            try:
                for thing in found:
                    self._keep(thing, run, had)
            except SourceError as error:
                run.error = str(error)
        self.had |= had
        return run

    def _keep(self, found: Found, run: Run, had: dict[str, str]) -> None:
        if isinstance(found.content, RawDocument):
            run.documents.append(found.content)
        elif found.content:
            assert found.content.detail.startswith(found.content.location)
            run.rejects.append(found.content)
        if found.item:
            assert len(found.item.key) <= 600
            assert len(found.item.stamp) <= 600
            had[found.item.key] = found.item.stamp
            run.done.append(found.item.key)


@pytest.fixture
def source() -> Callable[..., Source]:
    """Make a source of a kind."""

    def made(kind: str, *location: str, web: dict[str, Any] | None = None, **settings: Any) -> Source:
        values = {"name": "The source", "kind": kind, "location": location} | settings
        return Source(SourceSettings.model_validate(values), web or {})

    return made
