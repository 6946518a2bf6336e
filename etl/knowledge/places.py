"""The table of places, derived from GeoNames (see ``scripts/build_places.py``), and the buildings that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.errors import CommuniqueError
from etl.knowledge.loader import FOLDER, load_knowledge, read_table

_COLUMNS = ("geonames_id", "name", "aliases", "admin1", "country", "latitude", "longitude", "population", "feature")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place of the table; coordinates are WGS 84 degrees."""

    geonames_id: int
    name: str
    admin1: str
    country: str
    country_name: str
    latitude: float
    longitude: float
    population: int
    feature: str
    """``capital``, ``known`` (to news, by its name alone) or ``city``."""


@cache
def places_named(name: str) -> tuple[PlaceRow, ...]:
    """The places that have `name`, or the town in which the building called `name` stands; none where it is unknown."""
    building = load_buildings().get(name)
    if building is not None:
        return tuple(row for row in places_named(building[0]) if row.country == building[1])[:1]
    return tuple(row for line in _index().get(name, ()) if (row := _row(line)) is not None)


def is_building(name: str) -> bool:
    """Whether `name` is that of a building or a seat."""
    return name in load_buildings()


def is_place(name: str) -> bool:
    """Whether a place or a building has `name`."""
    return name in _index() or name in load_buildings()


@cache
def load_buildings(folder: Path = FOLDER) -> Mapping[str, tuple[str, str]]:
    """The town and country of each building.

    Raises CommuniqueError for one whose town is not in the table.
    """
    found: dict[str, tuple[str, str]] = {}
    for row in read_table(folder / "buildings.tsv", ("name", "aliases", "town", "country")):
        town = row["town"], row["country"]
        if not any(f"\t{town[1]}\t" in line for line in _index(folder).get(town[0], ())):
            raise row.error("town", f"is no place of {town[1]}", "Write a town of places.tsv, and its country.")
        for name in (row["name"], *row.words("aliases")):
            if name in found and found[name] != town:
                raise row.error("name", f"{name!r} stands in another row already", "Name each building once.")
            found[name] = town
    return found


@cache
def _index(folder: Path = FOLDER) -> Mapping[str, tuple[str, ...]]:
    """The lines of the table by the names in them; a line is read when a text names its place."""
    path = folder / "places.tsv"
    index: dict[str, tuple[str, ...]] = {}
    header = "\t".join(_COLUMNS)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise CommuniqueError(f"{path}: cannot be read ({error.strerror}). Reinstall communique.") from error
    for number, line in enumerate(lines, start=1):
        if not line or line[0] == "#" or line == header:
            continue
        if line.count("\t") != len(_COLUMNS) - 1:
            raise CommuniqueError(
                f"{path}, line {number}: has not {len(_COLUMNS)} cells. Make the file anew with scripts/build_places.py."
            )
        _, name, aliases, _ = line.split("\t", 3)
        for written in (name, *aliases.split("|")) if aliases else (name,):
            index[written] = (*index.get(written, ()), line)
    return index


def _row(line: str) -> PlaceRow | None:
    identity, name, _, admin1, country, latitude, longitude, population, feature = line.split("\t")
    known = load_knowledge().countries.get(country)
    if known is None:
        return None
    return PlaceRow(
        geonames_id=int(identity),
        name=name,
        admin1=admin1,
        country=country,
        country_name=known.name,
        latitude=float(latitude),
        longitude=float(longitude),
        population=int(population),
        feature=feature,
    )
