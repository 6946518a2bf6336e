"""Reads the knowledge files, refuses what is wrong in them with file, line and mend, and freezes the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from db.errors import CommuniqueError
from etl.knowledge.predicates import coverage, load_predicates
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
    office_holders: tuple[OfficeHolder, ...]
    titles: Mapping[str, Title]
    title_modifiers: Mapping[str, str]
    agents: Mapping[str, str]
    private: frozenset[str]
    """Nouns of private life: a nationality before them makes nobody an actor of politics."""
    treaty_nouns: Mapping[str, str]
    provision_cues: Mapping[str, tuple[str, ...]]
    vocabularies: Mapping[str, Mapping[str, tuple[str, str]]]
    version: str
    """A hash of all knowledge files, predicates and the user's dictionaries among them."""
    dictionary: tuple[DictionaryEntry, ...] = ()
    """What the user's dictionaries add; of two entries for one name the first that is valid counts."""


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


def _unique(rows: Iterator[Row], column: str) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        if row[column] in seen:
            raise row.error(column, f"stands in line {seen[row[column]]} already", "Keep one of the two rows.")
        seen[row[column]] = row.line
        yield row


def _yaml(path: Path) -> Mapping[str, object]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CommuniqueError(f"{path}: cannot be read as YAML: {error}. Mend the file.") from error
    if not isinstance(data, dict):
        raise CommuniqueError(f"{path}: must be a mapping at the top.")
    return data


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
            raise CommuniqueError(
                f"{path}: {code!r} is not in its vocabulary. Use a known code, or add it to vocabularies.yaml."
            )
        for word in words:
            if out.get(word, code) != code:
                raise CommuniqueError(f"{path}: {word!r} stands under {out[word]!r} and under {code!r}. Keep one.")
            out[word] = code
    return out


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
    countries = _countries(folder / "countries.tsv", sectors)
    organisations = {
        row["key"]: Organisation(
            key=row["key"],
            name=row["name"],
            aliases=row.words("aliases"),
            sector=row.one_of("sector", sectors),
            country=row.one_of("country", countries, empty=True),
        )
        for row in _unique(
            read_table(folder / "organisations.tsv", ("key", "name", "aliases", "sector", "country")), "key"
        )
    }
    titles_path = folder / "titles.yaml"
    titles = _yaml(titles_path)
    implied = cast("dict[str, str]", titles.get("countries") or {})
    treaties_path = folder / "treaties.yaml"
    treaties = _yaml(treaties_path)
    provisions = _lists(treaties_path, treaties.get("provisions"), "provisions")
    _inverted(treaties_path, dict.fromkeys(provisions, ()), vocabularies["provision"])
    agents_path = folder / "agents.yaml"
    agents = _yaml(agents_path)
    knowledge = Knowledge(
        cameo=cameo,
        plover=plover,
        event_types=event_types,
        countries=countries,
        organisations=organisations,
        office_holders=tuple(_holders(folder / "office_holders.tsv", countries, organisations, sectors)),
        titles={
            title: Title(sector=sector, country=implied.get(title, ""))
            for title, sector in _inverted(
                titles_path, _lists(titles_path, titles.get("titles"), "titles"), sectors
            ).items()
        },
        title_modifiers=cast("dict[str, str]", titles.get("modifiers") or {}),
        agents=_first(_lists(agents_path, agents.get("agents"), "agents")),
        private=frozenset(w for words in _lists(agents_path, agents.get("private"), "private").values() for w in words),
        treaty_nouns=_inverted(
            treaties_path, _lists(treaties_path, treaties.get("kinds"), "kinds"), vocabularies["treaty_kind"]
        ),
        provision_cues=provisions,
        vocabularies=vocabularies,
        version=_version(folder),
    )
    _refuse_ambiguous(folder, knowledge)
    return knowledge


def _first(lists: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    out: dict[str, str] = {}
    for sector, words in lists.items():
        for word in words:
            out.setdefault(word, sector)
    return out


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


def _countries(path: Path, sectors: Mapping[str, object]) -> dict[str, Country]:
    import pycountry
    from babel import Locale

    names = Locale("en").territories
    codes = {c.alpha_3: c.alpha_2 for c in pycountry.countries}
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
    out: dict[str, Country] = {}
    for code, alpha2 in {**codes, **{code: "" for code in rows if code not in codes}}.items():
        row = rows.get(code)
        if row is None:
            out[code] = Country(code=code, alpha2=alpha2, name=str(names[alpha2]), seats={})
            continue
        if code not in codes and not row["name"]:
            raise row.error("code", "is no ISO 3166-1 alpha-3 code", "Mend the code, or give the state's name.")
        seats: dict[str, str] = {}
        for seat in row.words("seats"):
            name, _, sector = seat.partition("=")
            if sector not in sectors:
                raise row.error("seats", f"{seat!r} has no known sector", "Write NAME=SECTOR.")
            seats[name] = sector
        valid_from, valid_to = row.date("valid_from"), row.date("valid_to")
        if valid_from and valid_to and valid_to < valid_from:
            raise row.error("valid_to", "lies before valid_from", "Swap the dates.")
        name = row["name"] or str(names[alpha2])
        official = getattr(pycountry.countries.get(alpha_3=code), "official_name", "") if alpha2 else ""
        out[code] = Country(
            code=code,
            alpha2=alpha2,
            name=name,
            adjectives=row.words("adjectives"),
            inhabitants=row.words("inhabitants"),
            capitals=row.words("capital"),
            seats=seats,
            aliases=tuple(dict.fromkeys(a for a in (*row.words("aliases"), official) if a and a != name)),
            regions=row.words("regions"),
            valid_from=valid_from,
            valid_to=valid_to,
        )
    return out


def _holders(
    path: Path, countries: Mapping[str, object], organisations: Mapping[str, object], sectors: Mapping[str, object]
) -> Iterator[OfficeHolder]:
    columns = ("name", "aliases", "office", "country", "organisation", "sector", "valid_from", "valid_to")
    for row in read_table(path, columns):
        start, end = row.date("valid_from"), row.date("valid_to")
        if start is None:
            raise row.error("valid_from", "is missing", "Give the day the office began.")
        if end is not None and end < start:
            raise row.error("valid_to", "lies before valid_from", "Swap the dates.")
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


def _refuse_ambiguous(folder: Path, knowledge: Knowledge) -> None:
    """A name of a country or organisation must mean one of them, or the coder would have to guess."""
    owners: dict[str, tuple[str, str]] = {}
    for file, key, names in (
        *(
            ("countries.tsv", c.code, (c.name, *c.aliases, *c.adjectives, *c.inhabitants, *c.seats))
            for c in knowledge.countries.values()
        ),
        *(("organisations.tsv", o.key, (o.name, *o.aliases)) for o in knowledge.organisations.values()),
    ):
        for name in names:
            other_file, other = owners.setdefault(name, (file, key))
            if other != key:
                raise CommuniqueError(
                    f"{folder / file}: {name!r} means {key} here and {other} in {other_file}. Keep it where it is meant more often."
                )


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".tsv", ".yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def check_knowledge(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the knowledge in `folder`, as messages for whoever mends it; empty when nothing is."""
    from etl.knowledge.dictionary import dictionary_countries

    problems: list[str] = []
    checks: tuple[Callable[[], object], ...] = (
        lambda: load_knowledge(folder),
        lambda: load_predicates(folder / "predicates"),
        lambda: dictionary_countries(folder),
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
