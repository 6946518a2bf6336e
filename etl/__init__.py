"""Communiqué: articles in, events out. ``from etl import Communique`` is for Python what ``communique`` is for the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.errors import CommuniqueError
    from etl.api import Communique, Events
    from etl.records import Article

__all__ = ["Article", "Communique", "CommuniqueError", "Events"]

if not TYPE_CHECKING:
    _HOMES = {
        "Article": "etl.records",
        "Communique": "etl.api",
        "CommuniqueError": "db.errors",
        "Events": "etl.api",
    }

    def __getattr__(name: str) -> object:
        """What is exported, imported when it is first asked for."""
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
