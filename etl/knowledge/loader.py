"""Reads the knowledge files, refuses what is wrong in them with file, line and mend, and freezes the rest."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from db.errors import CommuniqueError
from etl.knowledge.predicates import coverage, load_predicates
from etl.knowledge.yaml_files import load_yaml
from etl.records import ActorKind

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class CameoCode:
    """A CAMEO code and what it is in the other vocabularies."""

    code: str
    label: str
    parent: str
    goldstein: float
    quad_class: int
    plover: str
    mode: str
    contexts: tuple[str, ...]
    event_type: str

    @property
    def root(self) -> str:
        """The two-digit root."""
        return self.code[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country or territory and the words that stand for it."""

    code: str
    alpha2: str
    name: str
    adjectives: tuple[str, ...] = ()
    inhabitants: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    seats: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation, its names, and for whom it acts."""

    key: str
    name: str
    aliases: tuple[str, ...]
    sector: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A country's time in an organisation; None where it has not ended, or where its beginning is not on record."""

    organisation: str
    country: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHolder:
    """Who held a high office, and when."""

    name: str
    aliases: tuple[str, ...]
    office: str
    country: str
    organisation: str
    sector: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title of office: its sector, and the country it implies ('' for none)."""

    sector: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """One thing that an ambiguous name can mean, and the words that tell."""

    country: str
    """'' where the name is nobody's."""
    before: frozenset[str]
    behind: frozenset[str]
    near: frozenset[str]
    unless: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """What ``ambiguous.yaml`` knows of names with more than one meaning; its head says what each list is."""

    readings: Mapping[str, tuple[Sense, ...]]
    several: Mapping[str, tuple[str, ...]]
    combining: Mapping[str, str]
    bodies: Mapping[str, str]
    given_names: frozenset[str]
    first_names: frozenset[str]
    last_names: frozenset[str]
    languages: frozenset[str]
    surname_first: frozenset[str]
    features_behind: frozenset[str]
    features_before: frozenset[str]
    states: frozenset[str]
    treaties_behind: frozenset[str]
    treaties_before: frozenset[str]
    common_words: frozenset[str]
    lower_words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryEntry:
    """What names of an actor dictionary of the user's stand for, always or between two dates ('' where nothing is said)."""

    names: tuple[str, ...]
    """As the dictionary writes them, the main one first; an agent's with its plurals."""
    country: str
    sector: str
    kind: ActorKind
    is_agent: bool = False
    """Whether it is a noun that takes its country from the text: 'police officer'."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The last day."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything the coder knows but its predicates (see ``etl.knowledge.predicates``)."""

    cameo: Mapping[str, CameoCode]
    plover: Mapping[tuple[str, str], float]
    event_types: Mapping[str, tuple[str, str]]
    """Label and description by code."""
    countries: Mapping[str, Country]
    organisations: Mapping[str, Organisation]
    members: tuple[Membership, ...]
    office_holders: tuple[OfficeHolder, ...]
    titles: Mapping[str, Title]
    title_modifiers: Mapping[str, str]
    agents: Mapping[str, str]
    ambiguous: Ambiguous
    private: frozenset[str]
    """Nouns of private life: a nationality before them makes nobody an actor of politics."""
    vocabularies: Mapping[str, Mapping[str, tuple[str, str]]]
    version: str
    """A hash of all knowledge files, predicates and the user's dictionaries among them."""
    dictionary: tuple[DictionaryEntry, ...] = ()
    """What the user's dictionaries add; of two entries for one name the first that is valid counts."""

    def members_of(self, key: str, on: date) -> tuple[str, ...]:
        """ISO codes of the countries that were members of organisation `key` on the day `on`, in alphabetical order.

        A membership whose beginning is not on record counts from ever. Empty for an organisation without rows in members.tsv.
        """
        return tuple(
            sorted(
                m.country
                for m in self.members
                if m.organisation == key
                and (m.valid_from is None or m.valid_from <= on)
                and (m.valid_to is None or on <= m.valid_to)
            )
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with where it stands, so that errors can name it."""

    path: Path
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def words(self, column: str) -> tuple[str, ...]:
        """The '|'-separated values of a cell."""
        return tuple(word for word in self.values[column].split("|") if word)

    def error(self, column: str, problem: str, mend: str) -> CommuniqueError:
        """The error that names this row, `column` and its value."""
        return CommuniqueError(
            f"{self.path}, line {self.line}, column {column!r}, value {self.values[column]!r}: {problem}. {mend}"
        )

    def date(self, column: str) -> date | None:
        """An ISO date, None where the cell is empty."""
        value = self.values[column]
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.error(column, "is not a date", "Write it as YYYY-MM-DD.") from error

    def one_of(self, column: str, known: Mapping[str, object], *, empty: bool = False) -> str:
        """The cell, which must be a code of `known`."""
        value = self.values[column]
        if value not in known and not (empty and not value):
            raise self.error(column, "is not known", "Use a code of its vocabulary, or add it there first.")
        return value

    def number(self, column: str) -> float:
        """The cell as a number."""
        try:
            return float(self.values[column])
        except ValueError as error:
            raise self.error(column, "is not a number", "Write a decimal number.") from error


def read_table(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a tab-separated file with a commented head and a header row of exactly `columns`."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise CommuniqueError(f"{path}: cannot be read ({error.strerror}). Reinstall communique.") from error
    header: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if header is None:
            header = cells
            if header != list(columns):
                raise CommuniqueError(
                    f"{path}, line {number}: the header row is {header!r}. Write these columns, separated by tabs: {list(columns)!r}."
                )
            continue
        if len(cells) != len(header):
            raise CommuniqueError(
                f"{path}, line {number}: {len(cells)} cells where the header has {len(header)}. Separate cells by single tabs."
            )
        yield Row(path, number, dict(zip(header, cells, strict=True)))
    if header is None:
        raise CommuniqueError(f"{path}: has no header row. Its first line must be {chr(9).join(columns)!r}.")


def _period(row: Row) -> tuple[date | None, date | None]:
    """`valid_from` and `valid_to` of a row, ISO dates or mere years: from their first day, to their last."""
    ends = []
    for column, day in (("valid_from", "01-01"), ("valid_to", "12-31")):
        value = row[column]
        ends.append(date.fromisoformat(f"{value}-{day}") if re.fullmatch(r"\d{4}", value) else row.date(column))
    start, end = ends
    if start and end and end < start:
        raise row.error("valid_to", "lies before valid_from", "Swap the dates.")
    return start, end


def _unique(rows: Iterator[Row], column: str) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        if row[column] in seen:
            raise row.error(column, f"stands in line {seen[row[column]]} already", "Keep one of the two rows.")
        seen[row[column]] = row.line
        yield row


class _Names:
    """Who claims which name: it must mean one country, organisation or person, or the coder would have to guess."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, str]] = {}

    def packaged(self, name: str, owner: str) -> bool:
        """Enter a name that a package gives, unless another has it; whether it is `owner`'s now."""
        return self._owners.setdefault(name, (owner, "pycountry and Babel"))[0] == owner

    def claim(self, row: Row, owner: str, columns: Sequence[str]) -> None:
        """Enter the names in `columns` of `row` as those of `owner`; raises CommuniqueError where another has one of them."""
        for column in columns:
            names = [name.partition("=")[0] for name in row.words(column)]
            for name in names:
                if names.count(name) > 1:
                    raise row.error(column, f"{name!r} stands in it twice", "Keep one.")
                other, where = self._owners.setdefault(name, (owner, f"{row.path.name}, line {row.line}"))
                if other != owner:
                    raise row.error(
                        column,
                        f"{name!r} means {owner} here and {other} in {where}",
                        "Keep it where it is meant more often.",
                    )


def _yaml(path: Path) -> Mapping[str, object]:
    try:
        data = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CommuniqueError(f"{path}: cannot be read as YAML: {error}. Mend the file.") from error
    if not isinstance(data, dict):
        raise CommuniqueError(f"{path}: must be a mapping at the top.")
    return data


def _slip(path: Path, word: str, problem: str, mend: str) -> CommuniqueError:
    """The error that names the last line of a YAML file on which `word` stands."""
    lines = [
        node.start_mark.line + 1
        for node in _scalars(yaml.compose(path.read_text(encoding="utf-8")))
        if node.value == word
    ]
    return CommuniqueError(f"{path}, line {lines[-1] if lines else 1}, value {word!r}: {problem}. {mend}")


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _lists(path: Path, data: object, what: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(data, dict) or not all(
        isinstance(words, list) and all(isinstance(word, str) for word in words) for words in data.values()
    ):
        raise CommuniqueError(
            f"{path}: {what!r} must map each code to a list of words. Quote words that YAML takes for others (yes, no, on)."
        )
    return {str(code): tuple(words) for code, words in data.items()}


def _inverted(path: Path, lists: Mapping[str, tuple[str, ...]], known: Mapping[str, object]) -> dict[str, str]:
    out: dict[str, str] = {}
    for code, words in lists.items():
        if code not in known:
            raise _slip(path, code, "is not in its vocabulary", "Use a known code, or add it to vocabularies.yaml.")
        for word in words:
            if word in out:
                raise _slip(path, word, f"stands under {out[word]!r} and under {code!r}", "Keep one.")
            out[word] = code
    return out


def _pairs(path: Path, data: object, known: Mapping[str, object]) -> dict[str, str]:
    """A mapping of words to codes of `known`."""
    if not isinstance(data, dict):
        raise CommuniqueError(f"{path}: must map words to codes.")
    for word, code in data.items():
        if code not in known:
            raise _slip(path, str(word), f"{code!r} is not in its vocabulary", "Use a known code.")
    return {str(word): str(code) for word, code in data.items()}


@cache
def load_knowledge(folder: Path = FOLDER) -> Knowledge:
    """The knowledge in `folder`; every call gives the same frozen object.

    Raises CommuniqueError, naming file, line, value and mend, for anything malformed, doubled or unknown.
    """
    vocabularies = _vocabularies(folder / "vocabularies.yaml")
    sectors = vocabularies["sector"]
    event_types = {
        row["code"]: (row["label"], row["description"])
        for row in _unique(read_table(folder / "event_types.tsv", ("code", "label", "description")), "code")
    }
    plover = {
        (row["type"], row["mode"]): row.number("score")
        for row in read_table(folder / "plover.tsv", ("type", "mode", "score"))
    }
    cameo = _cameo(folder / "cameo.tsv", event_types, {category: 0 for category, _ in plover})
    names = _Names()
    countries = _countries(folder / "countries.tsv", sectors, names)
    organisations = _organisations(folder / "organisations.tsv", countries, sectors, names)
    titles_path = folder / "titles.yaml"
    titles = _yaml(titles_path)
    sector_of_title = _inverted(titles_path, _lists(titles_path, titles.get("titles"), "titles"), sectors)
    implied = _pairs(titles_path, titles.get("countries"), countries)
    for title in implied:
        if title not in sector_of_title:
            raise _slip(titles_path, title, "is no title", "Add it to a sector of 'titles'.")
    agents_path = folder / "agents.yaml"
    agents = _yaml(agents_path)
    return Knowledge(
        cameo=cameo,
        plover=plover,
        event_types=event_types,
        countries=countries,
        organisations=organisations,
        members=tuple(_members(folder / "members.tsv", countries, organisations)),
        office_holders=tuple(_holders(folder / "office_holders.tsv", countries, organisations, sectors, names)),
        titles={
            title: Title(sector=sector, country=implied.get(title, "")) for title, sector in sector_of_title.items()
        },
        title_modifiers=_pairs(titles_path, titles.get("modifiers"), {"": "", **sectors}),
        agents=_inverted(agents_path, _lists(agents_path, agents.get("agents"), "agents"), sectors),
        ambiguous=_ambiguous(folder / "ambiguous.yaml", countries, sectors),
        private=frozenset(w for words in _lists(agents_path, agents.get("private"), "private").values() for w in words),
        vocabularies=vocabularies,
        version=_version(folder),
    )


def _vocabularies(path: Path) -> dict[str, dict[str, tuple[str, str]]]:
    out: dict[str, dict[str, tuple[str, str]]] = {}
    for name, entries in _yaml(path).items():
        if not isinstance(entries, dict) or not all(
            isinstance(e, list) and len(e) == 2 and all(isinstance(t, str) for t in e) for e in entries.values()
        ):
            raise CommuniqueError(f"{path}: {name!r} must map each code to [label, description].")
        out[name] = {str(code): (entry[0], entry[1]) for code, entry in entries.items()}
    return out


def _cameo(path: Path, event_types: Mapping[str, object], categories: Mapping[str, object]) -> dict[str, CameoCode]:
    columns = ("code", "label", "parent", "goldstein", "quad_class", "plover", "mode", "contexts", "event_type")
    out: dict[str, CameoCode] = {}
    for row in _unique(read_table(path, columns), "code"):
        if row["parent"]:
            row.one_of("parent", out)
        if row["quad_class"] not in ("1", "2", "3", "4"):
            raise row.error("quad_class", "is not a quad class", "Write 1, 2, 3 or 4.")
        out[row["code"]] = CameoCode(
            code=row["code"],
            label=row["label"],
            parent=row["parent"],
            goldstein=row.number("goldstein"),
            quad_class=int(row["quad_class"]),
            plover=row.one_of("plover", categories, empty=True),
            mode=row["mode"],
            contexts=row.words("contexts"),
            event_type=row.one_of("event_type", event_types),
        )
    return out


_CODES_OF_OUR_OWN = frozenset({"XKX", "RVN"})
# Of a name with a comma ('Korea, Republic of'), the other way round where that is what is said.
_INVERTED = re.compile(r"(?P<last>[^,()]+), (?P<first>.* of(?: the)?|British|U\.S\.)$")
_COUNTRY_NAMES = ("name", "adjectives", "inhabitants", "capital", "seats", "aliases", "regions")


def _countries(path: Path, sectors: Mapping[str, object], names: _Names) -> dict[str, Country]:
    import pycountry
    from babel import Locale

    english = Locale("en").territories
    iso = {c.alpha_3: c for c in pycountry.countries}
    past = {c.alpha_3 for c in pycountry.historic_countries}
    columns = (
        "code",
        "name",
        "adjectives",
        "inhabitants",
        "capital",
        "seats",
        "aliases",
        "regions",
        "valid_from",
        "valid_to",
    )
    rows = {row["code"]: row for row in _unique(read_table(path, columns), "code")}
    for code, known in iso.items():
        names.packaged(str(english[known.alpha_2]), code)
    for code, row in rows.items():
        if code not in iso and code not in past | _CODES_OF_OUR_OWN:
            raise row.error("code", "is no ISO 3166-1 or 3166-3 alpha-3 code", "Mend the code.")
        if code not in iso and not row["name"]:
            raise row.error("name", "is missing", "Give the name: the packages have none for this code.")
        names.claim(row, code, _COUNTRY_NAMES)
    out: dict[str, Country] = {}
    for code in (*iso, *(code for code in rows if code not in iso)):
        row = rows.get(code) or Row(path, 0, dict.fromkeys(columns, ""))
        alpha2 = iso[code].alpha_2 if code in iso else ""
        name = row["name"] or str(english[alpha2])
        given = (getattr(iso.get(code), field, "") for field in ("name", "common_name", "official_name"))
        spellings = [s for s in _spellings((name, *given)) if names.packaged(s, code)]
        valid_from, valid_to = _period(row)
        out[code] = Country(
            code=code,
            alpha2=alpha2,
            name=name,
            adjectives=row.words("adjectives"),
            inhabitants=row.words("inhabitants"),
            capitals=row.words("capital"),
            seats=_seats(row, sectors),
            aliases=tuple(dict.fromkeys(a for a in (*row.words("aliases"), *spellings) if a != name)),
            regions=row.words("regions"),
            valid_from=valid_from,
            valid_to=valid_to,
        )
    return out


def _seats(row: Row, sectors: Mapping[str, object]) -> dict[str, str]:
    seats: dict[str, str] = {}
    for seat in row.words("seats"):
        name, _, sector = seat.partition("=")
        if sector not in sectors:
            raise row.error("seats", f"{seat!r} has no known sector", "Write NAME=SECTOR.")
        seats[name] = sector
    return seats


def _spellings(names: Iterable[str]) -> Iterator[str]:
    """The names as texts write them: 'Republic of Korea' for 'Korea, Republic of', 'and' for '&', without accents.

    A single word keeps its accents: 'Reunion' would be found where people meet again.
    """
    for given in names:
        name = _INVERTED.sub(r"\g<first> \g<last>", given)
        if not name or any(mark in name for mark in ",()") or " - " in name:
            continue
        name = re.sub("^[Tt]he ", "", name)
        spoken = name.replace("&", "and").replace("’", "'")
        plain = unicodedata.normalize("NFKD", spoken).encode("ascii", "ignore").decode() if " " in spoken else spoken
        for form in (name, spoken, plain):
            yield form
            if saint := re.match(r"(?:St\.|Saint) (.*)", form):
                yield from (f"{word} {saint[1]}" for word in ("St.", "St", "Saint"))


# Words that one newspaper writes in one way and the next in another.
_WRITTEN_BOTH_WAYS = tuple(
    (re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])"), new)
    for pair in (
        ("Organization", "Organisation"),
        ("Defense", "Defence"),
        ("Center", "Centre"),
        ("Program", "Programme"),
        ("Cooperation", "Co-operation"),
        ("UN", "U.N."),
    )
    for old, new in (pair, pair[::-1])
)


def _variants(name: str) -> Iterable[str]:
    """`name` in British and American spelling, 'UN' with and without dots, 'Party' also as 'party'."""
    forms = {name: None}
    for word, other in (*_WRITTEN_BOTH_WAYS, (re.compile(" Party$"), " party")):
        forms |= {word.sub(other, form): None for form in forms}
    return forms


def _organisations(
    path: Path, countries: Mapping[str, object], sectors: Mapping[str, object], names: _Names
) -> dict[str, Organisation]:
    rows = list(_unique(read_table(path, ("key", "name", "aliases", "sector", "country")), "key"))
    for row in rows:
        names.claim(row, row["key"], ("name", "aliases"))
    out = {}
    for row in rows:
        key, name = row["key"], row["name"]
        spelt = [v for n in (name, *row.words("aliases")) for v in _variants(n) if names.packaged(v, key)]
        out[key] = Organisation(
            key=key,
            name=name,
            aliases=tuple(dict.fromkeys(v for v in spelt if v != name)),
            sector=row.one_of("sector", sectors),
            country=row.one_of("country", countries, empty=True),
        )
    return out


def _members(path: Path, countries: Mapping[str, object], organisations: Mapping[str, object]) -> Iterator[Membership]:
    columns = ("organisation", "country", "valid_from", "valid_to")
    seen: dict[tuple[str, str], list[tuple[int, date, date]]] = {}
    for row in read_table(path, columns):
        organisation, country = row.one_of("organisation", organisations), row.one_of("country", countries)
        start, end = _period(row)
        first, last = start or date.min, end or date.max
        for line, other_first, other_last in seen.setdefault((organisation, country), []):
            if first <= other_last and other_first <= last:
                raise row.error("country", f"is a member for the same time in line {line}", "Keep one of the two rows.")
        seen[organisation, country].append((row.line, first, last))
        yield Membership(organisation=organisation, country=country, valid_from=start, valid_to=end)


def _holders(
    path: Path,
    countries: Mapping[str, object],
    organisations: Mapping[str, object],
    sectors: Mapping[str, object],
    names: _Names,
) -> Iterator[OfficeHolder]:
    columns = ("name", "aliases", "office", "country", "organisation", "sector", "valid_from", "valid_to")
    for row in read_table(path, columns):
        start, end = _period(row)
        if start is None:
            raise row.error("valid_from", "is missing", "Give the day the office began.")
        names.claim(row, row["name"], ("name", "aliases"))
        yield OfficeHolder(
            name=row["name"],
            aliases=row.words("aliases"),
            office=row["office"],
            country=row.one_of("country", countries, empty=True),
            organisation=row.one_of("organisation", organisations, empty=True),
            sector=row.one_of("sector", sectors),
            valid_from=start,
            valid_to=end,
        )


_WORD_LISTS = (
    "given_names", "first_names", "last_names", "languages", "surname_first", "features_behind",
    "features_before", "states", "treaties_behind", "treaties_before", "common_words", "lower_words",
)  # fmt: skip


def _ambiguous(path: Path, countries: Mapping[str, object], sectors: Mapping[str, object]) -> Ambiguous:
    data = _yaml(path)
    if unknown := sorted(set(data) - {"readings", "several", "combining", "bodies", *_WORD_LISTS}):
        raise CommuniqueError(f"{path}: {unknown[0]!r} is no list of this file. Use the names that its head explains.")
    words = {name: frozenset(_lists(path, {name: data.get(name) or []}, name)[name]) for name in _WORD_LISTS}
    several = _lists(path, data.get("several"), "several")
    combining = _pairs(path, data.get("combining"), countries)
    for name, code in (
        *combining.items(),
        *((n, c) for n, codes in several.items() for c in codes),
        *(("surname_first", c) for c in sorted(words["surname_first"])),
    ):
        if code not in countries:
            raise CommuniqueError(
                f"{path}: {name!r} means {code!r}, which is no country. Use an ISO 3166-1 alpha-3 code."
            )
    readings = data.get("readings")
    if not isinstance(readings, dict):
        raise CommuniqueError(f"{path}: 'readings' must map each name to a list of readings.")
    return Ambiguous(
        readings={
            str(name): tuple(_sense(path, str(name), sense, countries) for sense in senses)
            for name, senses in readings.items()
        },
        several=several,
        combining=combining,
        bodies=_inverted(path, _lists(path, data.get("bodies"), "bodies"), sectors),
        **words,
    )


def _sense(path: Path, name: str, data: object, countries: Mapping[str, object]) -> Sense:
    fields = ("before", "behind", "near", "unless")
    if not isinstance(data, dict) or set(data) - {"means", *fields}:
        raise CommuniqueError(f"{path}: a reading of {name!r} must be a mapping of means, {', '.join(fields)}.")
    means = data.get("means")
    if means != "none" and means not in countries:
        raise CommuniqueError(
            f"{path}: {name!r} means {means!r}, which is no country. Use an ISO 3166-1 alpha-3 code, or none."
        )
    lists = _lists(path, {field: data.get(field) or [] for field in fields}, name)
    return Sense(country="" if means == "none" else str(means), **{field: frozenset(lists[field]) for field in fields})


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".tsv", ".yaml", ".json")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def check_knowledge(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the knowledge in `folder`, as messages for whoever mends it; empty when nothing is."""
    from etl.knowledge.dictionary import dictionary_countries
    from etl.knowledge.places import load_buildings
    from etl.knowledge.sayings import load_sayings
    from etl.knowledge.short_forms import load_short_forms
    from etl.knowledge.treaties import load_treaty_words

    problems: list[str] = []
    checks: tuple[Callable[[], object], ...] = (
        lambda: load_knowledge(folder),
        lambda: load_predicates(folder / "predicates"),
        lambda: load_short_forms(folder / "short_forms.yaml"),
        lambda: load_sayings(folder / "sayings.yaml"),
        lambda: load_treaty_words(folder / "treaties.yaml"),
        lambda: dictionary_countries(folder),
        lambda: load_buildings(folder),
    )
    for check in checks:
        try:
            check()
        except CommuniqueError as error:
            problems.append(str(error))
    if problems:
        return problems
    knowledge, predicates = load_knowledge(folder), load_predicates(folder / "predicates")
    used = {frame.code for frame in predicates.frames}
    used |= {code for table in predicates.chains.values() for code in table.values()}
    used |= {operator.bare for entries in predicates.operators.values() for operator, _, _ in entries if operator.bare}
    problems += [
        f"{folder / 'predicates'}: code {code!r} is not in cameo.tsv." for code in sorted(used - set(knowledge.cameo))
    ]
    problems += [
        f"{folder / 'event_types.tsv'}: {code!r} has no CAMEO code; add one in cameo.tsv."
        for code in knowledge.event_types
        if code not in {c.event_type for c in knowledge.cameo.values()}
    ]
    problems += _ontology_problems(knowledge, folder)
    led_to = coverage(predicates)
    problems += [
        f"{folder / 'predicates'}: code {c.code} ({c.label}) has {len(led_to.get(c.code, ()))} predicates, fewer than "
        f"{_FEWEST}; add frames for it."
        for c in knowledge.cameo.values()
        if c.parent and len(led_to.get(c.code, ())) < _FEWEST
    ]
    for frame in predicates.frames:
        if frame.stance and frame.stance not in knowledge.vocabularies["stance"]:
            problems.append(
                f"{folder / 'predicates'}: frame {frame.code}: stance {frame.stance!r} is not in vocabularies.yaml."
            )
        if frame.action and frame.action not in knowledge.vocabularies["treaty_action"]:
            problems.append(
                f"{folder / 'predicates'}: frame {frame.code}: action {frame.action!r} is not in vocabularies.yaml."
            )
    return problems


_FEWEST = 3
_ROOTS = 20
_EXTREME = 10.0


def _ontology_problems(knowledge: Knowledge, folder: Path) -> list[str]:
    """Where the table of CAMEO codes has holes: roots, parents, general codes, values."""
    path, codes, out = folder / "cameo.tsv", knowledge.cameo, []
    roots = {c.code for c in codes.values() if not c.parent}
    if roots != {f"{n:02}" for n in range(1, _ROOTS + 1)}:
        out.append(f"{path}: the roots must be 01 to {_ROOTS}; found {', '.join(sorted(roots))}.")
    out += [
        f"{path}: root {root} has no general code {root}0; add it." for root in sorted(roots) if f"{root}0" not in codes
    ]
    for code in codes.values():
        if code.parent and (code.parent not in codes or code.parent != code.code[: len(code.parent)]):
            out.append(f"{path}: code {code.code}: parent {code.parent!r} is not the code it begins with.")
        if not -_EXTREME <= code.goldstein <= _EXTREME:
            out.append(f"{path}: code {code.code}: Goldstein value {code.goldstein} is not between -10 and 10.")
        if code.quad_class not in (1, 2, 3, 4):
            out.append(f"{path}: code {code.code}: quad class {code.quad_class} is not 1 to 4.")
        if code.event_type not in knowledge.event_types:
            out.append(f"{path}: code {code.code}: event type {code.event_type!r} is not in event_types.tsv.")
    return out


def reference_rows(knowledge: Knowledge) -> dict[str, list[dict[str, object]]]:
    """The rows of the database's reference tables, by table, parents first."""
    rows: dict[str, list[dict[str, object]]] = {
        name: [
            {"code": int(code) if name == "quad_class" else code, "label": label, "description": description}
            for code, (label, description) in entries.items()
        ]
        for name, entries in knowledge.vocabularies.items()
    }
    rows["event_type"] = [
        {"code": code, "label": label, "description": description}
        for code, (label, description) in knowledge.event_types.items()
    ]
    rows["plover_type"] = [
        {"code": category, "label": category.capitalize(), "description": f"PLOVER category {category}", "score": score}
        for (category, mode), score in knowledge.plover.items()
        if not mode
    ]
    rows["country"] = [
        {"code": c.code, "alpha2": c.alpha2 or None, "name": c.name} for c in knowledge.countries.values()
    ]
    times: Counter[tuple[str, str]] = Counter()
    rows["organisation_member"] = []
    for member in sorted(knowledge.members, key=lambda m: (m.organisation, m.country, m.valid_from or date.min)):
        times[member.organisation, member.country] += 1
        rows["organisation_member"].append(
            {
                "organisation_id": member.organisation,
                "country_code": member.country,
                "ordinal": times[member.organisation, member.country],
                "valid_from": member.valid_from,
                "valid_to": member.valid_to,
            }
        )
    rows["cameo_code"] = [
        {
            "code": c.code,
            "label": c.label,
            "parent_code": c.parent or None,
            "root_code": c.root,
            "quad_class": c.quad_class,
            "goldstein": c.goldstein,
            "plover_code": c.plover or None,
            "plover_mode": c.mode or None,
            "contexts": ";".join(c.contexts) or None,
            "event_type_code": c.event_type,
        }
        for c in knowledge.cameo.values()
    ]
    return rows
