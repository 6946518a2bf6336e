"""Passages with every event marked in place: what the scorer learns from, and what its confidence is measured on.

One passage a line: a genre, a tab, and the text with marks ``{{trigger|CAMEO|sources|targets|modality}}``. Sources and
targets are country codes joined with ``+``, each with ``:SECTOR`` where it is a part of the country; ``IGO`` is an
international organisation, ``NIL`` an actor without a country; ``=`` as targets: the sources act on each other. A
modality followed by ``bg`` is an older event recalled. What is not marked is no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import CommuniqueError
from etl.records import EventMention, Modality, Role

_MARK = re.compile(r"\{\{([^{}]*)\}\}")
_FIELDS = 5
BODIES = frozenset({"IGO", "NGO", "IMG"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An event marked in a passage."""

    start: int
    end: int
    cameo: str
    sources: frozenset[str]
    targets: frozenset[str]
    is_reciprocal: bool
    modality: Modality
    background: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage, without its marks, and the events in it."""

    id: str
    genre: str
    text: str
    events: tuple[Marked, ...]


def read_passages(path: Path) -> Iterator[Passage]:
    """The passages of a file. Raises CommuniqueError, with file and line, for what is not one."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        genre, tab, marked = line.partition("\t")
        if not tab or "\t" in marked:
            raise CommuniqueError(f"{path}:{number}: a passage is a genre, a tab and a text, not {line[:60]!r}.")
        text, events, last = "", [], 0
        for mark in _MARK.finditer(marked):
            text += marked[last : mark.start()]
            fields = mark[1].split("|")
            if len(fields) != _FIELDS:
                raise CommuniqueError(f"{path}:{number}: the mark {mark[0]!r} does not have five fields.")
            words, cameo, sources, targets, modality = fields
            name, _, background = modality.partition(" ")
            if name not in {m.value for m in Modality}:
                raise CommuniqueError(f"{path}:{number}: {name!r} is no modality.")
            events.append(
                Marked(
                    start=len(text), end=len(text) + len(words), cameo=cameo, sources=_countries(sources),
                    targets=frozenset() if targets == "=" else _countries(targets), is_reciprocal=targets == "=",
                    modality=Modality(name), background=background == "bg",
                )
            )  # fmt: skip
            text += words
            last = mark.end()
        yield Passage(id=f"{path.stem}:{number}", genre=genre, text=text + marked[last:], events=tuple(events))


def _countries(field: str) -> frozenset[str]:
    return frozenset(part.partition(":")[0] for part in field.split("+") if part) - {"NIL"}


def matching(mention: EventMention, events: Sequence[Marked]) -> Marked | None:
    """The marked event that `mention` reports: its trigger overlaps the mark."""
    fitting = [e for e in events if e.start < mention.trigger.end and mention.trigger.start < e.end]
    return max(fitting, key=lambda e: (category(e.cameo) == category(mention.cameo), sides_right(mention, e)), default=None)


def category(cameo: str) -> str:
    """The PLOVER category of a code: the root, save that formal agreements are AGREE and assaults and fights one."""
    root = cameo[:2]
    if cameo.startswith("057"):
        return "03"
    if root in ("18", "19", "20"):
        return "18"
    if root == "08":
        return "08" if cameo[:3] in ("08", "080", "081", "082", "083") else "084"
    return root


def sides_right(mention: EventMention, event: Marked) -> bool:
    """Whether the countries on each side are those of `event`; of what is reciprocal, those of both together."""
    coded: dict[bool, set[str]] = {True: set(), False: set()}
    reciprocal = event.is_reciprocal
    for participant in mention.participants:
        actor, role = participant.mention.actor, participant.role
        if role not in (Role.SOURCE, Role.TARGET, Role.PARTY, Role.ABOUT):
            continue
        reciprocal |= role is Role.PARTY
        name = actor.country or ("IGO" if actor.sector in BODIES else None)
        if name:
            coded[role in (Role.SOURCE, Role.PARTY)].add(name)
    if reciprocal:
        return coded[True] | coded[False] == event.sources | event.targets
    return coded[True] == event.sources and coded[False] == event.targets


def modality_right(mention: EventMention, event: Marked) -> bool:
    """Whether `mention` is asserted or not, and recalled or not, as `event` is."""
    return (mention.modality is Modality.ASSERTED) == (event.modality is Modality.ASSERTED)
