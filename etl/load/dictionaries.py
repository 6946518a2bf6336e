"""Imported actor dictionaries in the database, and what the database itself knows of actors as such entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from db.errors import CommuniqueError
from db.schema import Base
from etl.extract.dictionaries import Dictionary
from etl.knowledge import DictionaryEntry, Knowledge
from etl.records import ActorKind
from etl.transform.places import country_of_place

_DICTIONARY = Base.metadata.tables["dictionary"]
_ENTRY = Base.metadata.tables["dictionary_entry"]
_ALIAS = Base.metadata.tables["dictionary_alias"]

Outcome = Literal["imported", "replaced", "unchanged"]


def store_dictionary(connection: Connection, name: str, dictionary: Dictionary) -> Outcome:
    """Put `dictionary` in under `name`, in place of one of that name; what is there already is left alone.

    Raises CommuniqueError for a name that is empty or too long.
    """
    if not name.strip() or len(name) > 300:
        raise CommuniqueError(
            f"dictionary name {name[:40]!r}: must have 1 to 300 characters. Give one with --name.", exit_code=2
        )
    digest = hashlib.sha256(repr((dictionary.format, dictionary.entries, dictionary.rejects)).encode()).hexdigest()
    known = connection.execute(
        select(_DICTIONARY.c.id, _DICTIONARY.c.content_hash).where(_DICTIONARY.c.name == name)
    ).first()
    if known and known.content_hash == digest:
        return "unchanged"
    values = {
        "name": name,
        "format": dictionary.format,
        "imported_at": datetime.now(UTC),
        "content_hash": digest,
        "entry_count": len(dictionary.entries),
        "reject_count": len(dictionary.rejects),
    }
    if known:
        _empty(connection, known.id)
        connection.execute(update(_DICTIONARY).where(_DICTIONARY.c.id == known.id).values(values))
        dictionary_id = known.id
    else:
        dictionary_id = connection.execute(insert(_DICTIONARY).returning(_DICTIONARY.c.id), values).scalar_one()
    ids = connection.execute(
        insert(_ENTRY).returning(_ENTRY.c.id, sort_by_parameter_order=True),
        [
            {
                "dictionary_id": dictionary_id,
                "line": entry.line,
                "name": entry.names[0],
                "is_agent": entry.is_agent,
                "kind_code": entry.kind.value,
                "country_code": entry.country or None,
                "sector_code": entry.sector or None,
                "valid_from": entry.valid_from,
                "valid_to": entry.valid_to,
            }
            for entry in dictionary.entries
        ],
    ).scalars()
    aliases = [
        {"entry_id": id_, "alias": alias}
        for id_, entry in zip(ids, dictionary.entries, strict=True)
        for alias in entry.names[1:]
    ]
    if aliases:
        connection.execute(insert(_ALIAS), aliases)
    return "replaced" if known else "imported"


def list_dictionaries(connection: Connection) -> list[dict[str, Any]]:
    """The imported dictionaries, the latest import first: that is the order in which their entries win."""
    columns = [_DICTIONARY.c[n] for n in ("name", "format", "imported_at", "entry_count", "reject_count")]
    return [dict(row) for row in connection.execute(select(*columns).order_by(*_LATEST)).mappings()]


def require_dictionary(connection: Connection, name: str) -> None:
    """Raise CommuniqueError, naming the nearest, where no dictionary is called `name`."""
    names = list(connection.execute(select(_DICTIONARY.c.name)).scalars())
    if name not in names:
        near = get_close_matches(name, names, n=1)
        mend = f"Did you mean {near[0]!r}?" if near else "'communique actors dictionaries' lists those that are there."
        raise CommuniqueError(f"dictionary {name!r}: there is none of that name. {mend}")


def forget_dictionary(connection: Connection, name: str) -> int:
    """Remove the dictionary called `name`; gives the number of its entries. Raises CommuniqueError where there is none."""
    require_dictionary(connection, name)
    id_, count = connection.execute(
        select(_DICTIONARY.c.id, _DICTIONARY.c.entry_count).where(_DICTIONARY.c.name == name)
    ).one()
    _empty(connection, id_)
    connection.execute(delete(_DICTIONARY).where(_DICTIONARY.c.id == id_))
    return int(count)


def stored_entries(connection: Connection, name: str | None = None) -> tuple[tuple[DictionaryEntry, ...], ...]:
    """The entries of each dictionary (or of the one called `name`), the latest import first."""
    wanted = select(_ENTRY, _DICTIONARY.c.name.label("dictionary")).select_from(_ENTRY.join(_DICTIONARY))
    synonyms = select(_ALIAS).select_from(_ALIAS.join(_ENTRY).join(_DICTIONARY))
    if name is not None:
        wanted, synonyms = wanted.where(_DICTIONARY.c.name == name), synonyms.where(_DICTIONARY.c.name == name)
    aliases: dict[int, list[str]] = {}
    for row in connection.execute(synonyms.order_by(_ALIAS.c.alias)):
        aliases.setdefault(row.entry_id, []).append(row.alias)
    found: dict[str, list[DictionaryEntry]] = {}
    for row in connection.execute(wanted.order_by(*_LATEST, _ENTRY.c.id)):
        found.setdefault(row.dictionary, []).append(
            DictionaryEntry(
                names=(row.name, *sorted(aliases.get(row.id, ()))),
                country=row.country_code or "",
                sector=row.sector_code or "",
                kind=ActorKind(row.kind_code),
                is_agent=row.is_agent,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                line=row.line,
            )
        )
    return tuple(tuple(entries) for entries in found.values())


def _empty(connection: Connection, dictionary_id: int) -> None:
    own = select(_ENTRY.c.id).where(_ENTRY.c.dictionary_id == dictionary_id)
    connection.execute(delete(_ALIAS).where(_ALIAS.c.entry_id.in_(own)))
    connection.execute(delete(_ENTRY).where(_ENTRY.c.dictionary_id == dictionary_id))


_LATEST = (_DICTIONARY.c.imported_at.desc(), _DICTIONARY.c.name)


# -- what the database knows -------------------------------------------------------------------------------------------


def known_actors(connection: Connection, knowledge: Knowledge) -> tuple[tuple[DictionaryEntry, ...], int]:
    """Countries, organisations and named persons of the database as entries, and how many were left out as ambiguous.

    Of the words by which texts named an actor, only those are kept that mean it in any text: written like a name, full names
    for persons, without the title, and claimed by no other actor. A person with dates of office is two entries: with its
    sector between the first and the last day on which articles showed the office, and with the country alone at other times.
    """
    actor, alias, office = (Base.metadata.tables[t] for t in ("actor", "actor_alias", "actor_office"))
    rows = [
        row
        for row in connection.execute(select(actor).order_by(actor.c.id))
        if row.kind_code == ActorKind.ORGANISATION
        or (row.kind_code == ActorKind.COUNTRY and row.country_code)
        or (row.kind_code == ActorKind.PERSON and row.id.startswith("person:") and row.country_code)
    ]
    words: dict[str, list[str]] = {}
    for row in connection.execute(select(alias).order_by(alias.c.actor_id, alias.c.alias)):
        words.setdefault(row.actor_id, []).append(row.alias)
    days: dict[str, list[date]] = {}
    for row in connection.execute(select(office)):
        days.setdefault(row.actor_id, []).extend(d for d in (row.first_seen_on, row.last_seen_on) if d)
    nouns = frozenset(
        word for noun in (*knowledge.titles, *knowledge.title_modifiers, *knowledge.agents) for word in noun.split()
    )
    names = {row.id: _own_names(row, words.get(row.id, []), nouns) for row in rows}
    owners: dict[str, set[str]] = {}
    for id_, own in names.items():
        for name in own:
            owners.setdefault(name.upper(), set()).add(id_)
    entries, left_out = [], 0
    for row in rows:
        main, *others = names[row.id]
        if len(owners[main.upper()]) > 1:
            left_out += 1
            continue
        unique = (main, *(other for other in others if len(owners[other.upper()]) == 1))
        entries += list(_entries_of(row, unique, days.get(row.id, [])))
    return tuple(entries), left_out


def _entries_of(row: Any, names: tuple[str, ...], days: list[date]) -> Iterator[DictionaryEntry]:
    kind, country = ActorKind(row.kind_code), row.country_code or ""
    sector = "" if kind is ActorKind.COUNTRY else row.sector_code or ""
    if kind is ActorKind.PERSON and sector and days:
        yield DictionaryEntry(
            names=names, country=country, sector=sector, kind=kind, valid_from=min(days), valid_to=max(days)
        )
        sector = ""
    yield DictionaryEntry(names=names, country=country, sector=sector, kind=kind)


def _own_names(row: Any, words: list[str], nouns: frozenset[str]) -> list[str]:
    """The actor's name and those of `words` that name it wherever they stand, each but once however it is written."""
    found = {" ".join(row.name.split()).upper(): " ".join(row.name.split())}
    for word in words:
        bare = word.removeprefix("the ").removeprefix("The ")
        parts = bare.split()
        common = [part.lower() in nouns for part in parts]
        if row.kind_code == ActorKind.PERSON:
            is_own = len(parts) > 1 and not any(common) and row.name.upper() not in bare.upper()
        elif row.kind_code == ActorKind.COUNTRY:
            # a town acts for its country where something happens, and is no name of it
            is_own = not all(common) and country_of_place(bare) is None
        else:
            is_own = not all(common) and row.name.upper() not in bare.upper()
        if is_own and parts[0][0].isupper() and all(part[0].isupper() or part in _JOINING for part in parts):
            found.setdefault(bare.upper(), bare)
    return list(found.values())


_JOINING = frozenset("of the and for in on to de del da do dos du la al el bin ibn van von der".split())
