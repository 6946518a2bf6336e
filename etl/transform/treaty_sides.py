"""Whom an actor binds by what he does with a treaty: his state, or the body in whose name he acts."""

from __future__ import annotations

from etl.records import ActorKind, ActorMention

_AGAINST = frozenset({"REB", "OPP", "SEP", "INS"})
"""Sectors of those who act against their state."""
_FACTIONS = frozenset({"OPP", "PTY", "CVL"})
"""Sectors of those who bind nobody."""


def side(mention: ActorMention) -> str:
    """The side for which an actor acts: the code of his state, else the key of his body."""
    actor = mention.actor
    if actor.country is None or actor.sector in _AGAINST or actor.key.startswith("arm:"):
        return ":".join(actor.key.split(":")[:2])
    return actor.country


def is_known(mention: ActorMention) -> bool:
    """Whether an actor may be bound by a treaty: a state, an official of one, an organisation or armed group with a name."""
    actor = mention.actor
    return bool(actor.country) or (actor.kind is ActorKind.ORGANISATION and not actor.key.startswith("group:"))


def is_faction(mention: ActorMention) -> bool:
    """Whether an actor is one of those who bind no state."""
    return mention.actor.sector in _FACTIONS
