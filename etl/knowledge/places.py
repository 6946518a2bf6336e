"""The table of places, derived from GeoNames (see ``scripts/build_places.py``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from etl.knowledge.loader import FOLDER, load_knowledge, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place of the table; coordinates are WGS 84 degrees."""

    geonames_id: int
    name: str
    aliases: tuple[str, ...]
    admin1: str
    country: str
    country_name: str
    latitude: float
    longitude: float
    population: int
    feature: str


@cache
def load_places() -> tuple[PlaceRow, ...]:
    """All places."""
    countries = load_knowledge().countries
    columns = ("geonames_id", "name", "aliases", "admin1", "country", "latitude", "longitude", "population", "feature")
    return tuple(
        PlaceRow(
            geonames_id=int(row["geonames_id"]),
            name=row["name"],
            aliases=row.words("aliases"),
            admin1=row["admin1"],
            country=row["country"],
            country_name=countries[row["country"]].name,
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            population=int(row["population"]),
            feature=row["feature"],
        )
        for row in read_table(FOLDER / "places.tsv", columns)
        if row["country"] in countries
    )
