"""What the user's actor dictionaries add to the knowledge, and the country codes that such dictionaries use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from db.errors import CommuniqueError
from etl.knowledge.loader import FOLDER, DictionaryEntry, Knowledge, Title, load_knowledge, read_table


@cache
def dictionary_countries(folder: Path = FOLDER) -> Mapping[str, str]:
    """Codes of ``countries.tsv`` by the codes of dictionaries that differ from them: ROM is ROU.

    Raises CommuniqueError, naming file, line, value and mend, for an unknown country and a code that stands twice.
    """
    countries = load_knowledge(folder).countries
    out: dict[str, str] = {}
    for row in read_table(folder / "dictionary_countries.tsv", ("code", "country", "note")):
        if row["code"] in out:
            raise row.error("code", "stands in an earlier line", "Keep one of the two rows.")
        out[row["code"]] = row.one_of("country", countries)
    return out


def with_dictionaries(knowledge: Knowledge, dictionaries: Iterable[Iterable[DictionaryEntry]]) -> Knowledge:
    """`knowledge` with the entries of `dictionaries`, of which an earlier one wins over a later one.

    Within a dictionary an entry with dates wins over one without, so that the latter is what holds at other times. All of
    them win over the gazetteer, the agents and the sectors of titles of `knowledge`. Raises CommuniqueError for an entry
    with a country or sector that `knowledge` does not have.
    """
    ordered = [
        sorted(
            entries,
            key=lambda e: (not (e.valid_from or e.valid_to), -(e.valid_from or date.min).toordinal(), e.line),
        )
        for entries in dictionaries
    ]
    found = tuple(entry for entries in ordered for entry in entries)
    if not found:
        return knowledge
    for entry in found:
        if (entry.country and entry.country not in knowledge.countries) or (
            entry.sector and entry.sector not in knowledge.vocabularies["sector"]
        ):
            raise CommuniqueError(
                f"dictionary entry {entry.names[0]!r}: country {entry.country!r} or sector {entry.sector!r} is not known to this "
                "version. Import the dictionary again."
            )
    agents = {
        name.lower(): entry.sector
        for entries in reversed(ordered)
        for entry in entries
        if entry.is_agent
        for name in entry.names
    }
    digest = hashlib.sha256(knowledge.version.encode())
    digest.update(repr([replace(entry, line=0) for entry in found]).encode())
    return replace(
        knowledge,
        agents={**knowledge.agents, **agents},
        private=knowledge.private - agents.keys(),
        titles={
            title: Title(sector=agents.get(title, known.sector), country=known.country)
            for title, known in knowledge.titles.items()
        },
        dictionary=found,
        version=digest.hexdigest()[:12],
    )
