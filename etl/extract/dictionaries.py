"""Actor dictionaries of the field: the PETRARCH/TABARI format and CSV, read and written.

The format is that of the published documentation of TABARI, PETRARCH and PETRARCH2; ``communique actors import --help``
says what of it is understood, and how. Nothing is read twice and no line is passed over: each is an entry, a comment,
blank, or part of a rejected row.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, get_args

from db.errors import CommuniqueError
from etl.extract.decode import Undecodable, decoded
from etl.extract.limits import Limits
from etl.extract.stream import whole
from etl.knowledge import DictionaryEntry, Knowledge, dictionary_countries
from etl.records import ActorKind, Reject

DictionaryFormat = Literal["petrarch", "csv"]
FORMATS: tuple[DictionaryFormat, ...] = get_args(DictionaryFormat)
COLUMNS = ("name", "aliases", "country", "sector", "kind", "valid_from", "valid_to")
LineUse = Literal["entry", "comment", "blank", "rejected"]

_LONGEST_NAME = 300
_LONGEST_LINE = 10_000
_MOST_VARIANTS = 1_000
_MOST_RANGES = 200
# Years of two digits: 30 to 99 are of the twentieth century, 00 to 29 of the twenty-first.
_FIRST_YEAR_OF_1900 = 30
_CODE = re.compile(r"\[([^\[\]]*)\]\s*")
_SET = re.compile(r"!(\w+)!\s*=(.*)")
_DATES = re.compile(r"([<>])\s*(\d+)|(\d+)\s*-\s*(\d+)")
_NOT_IN_PHRASES = re.compile(r"[=|<>!~()\[\]{}\x00-\x1f\x7f-\x9f]")
_NOT_IN_CELLS = re.compile(r"[|\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that did not go in, and why."""

    line: int
    value: str
    """What is wrong in it, as written."""
    problem: str
    """Why, with the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """What a file holds."""

    format: DictionaryFormat
    entries: tuple[DictionaryEntry, ...]
    rejects: tuple[RejectedRow, ...]
    lines: Mapping[int, LineUse]
    """What each line of the file is, by its number (from 1)."""


_Span = tuple[date | None, date | None]
"""First and last day; None without limit."""


class _Bad(Exception):
    """Why a row is rejected: the words that are wrong in it, the problem and its mend."""

    def __init__(self, value: str, problem: str) -> None:
        super().__init__(problem)
        self.value = value
        self.problem = problem


def read_dictionary(
    path: Path, *, knowledge: Knowledge, limits: Limits, format: DictionaryFormat | None = None
) -> Dictionary:
    """The dictionary in the file at `path`; without `format` its content tells which it is.

    Raises CommuniqueError, with the mend, for a file that cannot be read, is too large, or is no UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            content = whole(file, str(path), limits)
    except OSError as error:
        raise CommuniqueError(f"{path}: cannot be read ({error.strerror}). Check its name and permissions.") from error
    if isinstance(content, Reject):
        raise CommuniqueError(content.detail.replace("Cut it into articles", "Split it into several dictionaries"))
    return parse_dictionary(_text(path, content), knowledge=knowledge, format=format)


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig") if b"\0" not in content else decoded(content)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CommuniqueError(
            f"{path}, line {line}: byte {content[error.start]:#04x} is not UTF-8. Save the file as UTF-8."
        ) from error
    except Undecodable as error:
        raise CommuniqueError(f"{path}: is no dictionary: {error.problem}. Give a text file.") from error


def parse_dictionary(text: str, *, knowledge: Knowledge, format: DictionaryFormat | None = None) -> Dictionary:
    """The dictionary that `text` is; what is wrong in it is among its rejects. Raises nothing, whatever the text."""
    lines = re.split(r"\r\n|\r|\n", text)
    if not lines[-1]:
        lines.pop()
    found = format or _format_of(lines)
    reader: _PetrarchReader | _CsvReader
    reader = _CsvReader(knowledge) if found == "csv" else _PetrarchReader(knowledge)
    reader.read(lines)
    return Dictionary(
        format=found,
        entries=tuple(reader.entries()),
        rejects=tuple(sorted(reader.rejects, key=lambda r: r.line)),
        lines=dict(sorted(reader.uses.items())),
    )


def _format_of(lines: Iterable[str]) -> DictionaryFormat:
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    cells = {cell.strip().strip('"').lower() for cell in first.split(",")}
    return "csv" if "name" in cells and (cells - {"name"}) <= set(COLUMNS) else "petrarch"


# -- what the formats share --------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Pending:
    """An entry in the making."""

    entry: DictionaryEntry
    plurals: list[str] = field(default_factory=list)
    """Regular plurals formed of its names; they yield to what the dictionary says of such a word itself."""


class _Reader:
    """What has been read so far of a dictionary."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._countries = {**dictionary_countries(), **{code: code for code in knowledge.countries}}
        self._sectors = knowledge.vocabularies["sector"]
        self._claims: dict[tuple[bool, str], list[tuple[_Span, int]]] = {}
        self._pending: list[_Pending] = []
        self.rejects: list[RejectedRow] = []
        self.uses: dict[int, LineUse] = {}

    def entries(self) -> Iterator[DictionaryEntry]:
        """The entries, in the order of the file."""
        formed: set[str] = set()
        for pending in self._pending:
            own = [
                plural
                for plural in pending.plurals
                if (True, plural.casefold()) not in self._claims
                and plural not in formed
                and len(plural) <= _LONGEST_NAME
            ]
            formed.update(own)
            yield replace(pending.entry, names=(*pending.entry.names, *own))

    def _reject(self, line: int, value: str, problem: str) -> None:
        self.rejects.append(RejectedRow(line=line, value=" ".join(value.split())[:200], problem=problem))
        self.uses[line] = "rejected"

    def _country(self, code: str) -> str:
        try:
            return self._countries[code]
        except KeyError:
            raise _Bad(
                code, "is no known country. Write its ISO 3166-1 alpha-3 code, or --- for an actor of none."
            ) from None

    def _sector(self, code: str) -> str:
        if code not in self._sectors:
            raise _Bad(code, f"is no known sector. Write one of {', '.join(self._sectors)}.")
        return code

    def _claim(self, names: Iterable[str], *, agent: bool, spans: list[_Span], line: int) -> None:
        """Take `names` for some times; raises _Bad, and takes none, where an earlier line has one of them."""
        keys = {(agent, name.casefold()): name for name in names}
        for key, name in keys.items():
            claims = self._claims.get(key, [])
            if len(claims) >= _MOST_RANGES:
                raise _Bad(name, f"has more than {_MOST_RANGES} meanings. Remove some.")
            for span, other in claims:
                if any(_overlap(span, own) for own in spans):
                    raise _Bad(name, _doubled(other, line))
        for key in keys:
            self._claims.setdefault(key, []).extend((span, line) for span in spans)


def _overlap(one: _Span, other: _Span) -> bool:
    """Whether two times have a day in common; one without dates is what holds at all times that no other claims."""
    if any(one) != any(other):
        return False
    return (one[0] or date.min) <= (other[1] or date.max) and (other[0] or date.min) <= (one[1] or date.max)


def _doubled(earlier: int, line: int) -> str:
    return (
        f"stands in line {earlier} already, for the same time as in line {line}. Keep one of the two, or give them dates that "
        "do not overlap."
    )


def _checked_name(text: str, forbidden: re.Pattern[str]) -> str:
    """`text` as a name; raises _Bad where it is none."""
    name = " ".join(text.split())
    if found := forbidden.search(name):
        raise _Bad(text, f"holds {found[0]!r}, which no name does. Remove it.")
    if not any(c.isalpha() for c in name):
        raise _Bad(text, "has no letter in it. Write a name.")
    # 'İ' in small letters is two characters
    if max(len(name), len(name.lower())) > _LONGEST_NAME:
        raise _Bad(text, f"is longer than {_LONGEST_NAME} characters. Shorten it.")
    return name


# -- PETRARCH and TABARI -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """A code in brackets."""

    line: int
    text: str
    country: str
    sector: str
    is_agent: bool
    valid_from: date | None
    valid_to: date | None

    @property
    def span(self) -> _Span:
        """When it holds."""
        return self.valid_from, self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """A root or a synonym: its forms, an irregular plural among them."""

    line: int
    forms: tuple[str, ...]
    plurals: bool
    """Whether regular plurals are formed of it where it is an agent."""


@dataclass(slots=True, kw_only=True)
class _Block:
    """A root with its codes and synonyms."""

    line: int
    phrases: list[_Phrase] = field(default_factory=list)
    codes: list[_Code] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    is_bad: bool = False
    """Whether its root was rejected, and all that belongs to it."""
    is_coded: bool = False
    """Whether it has a code, be it a bad one."""


class _PetrarchReader(_Reader):
    """Reads the format of PETRARCH and TABARI."""

    def read(self, lines: list[str]) -> None:
        """Take in `lines`."""
        self._sets: dict[str, tuple[int, tuple[str, ...]]] = {}
        stripped = dict(self._without_comments(lines))
        for number, line in stripped.items():
            if found := _SET.fullmatch(line):
                self._define(number, found[1], found[2])
        block: _Block | None = None
        for number, line in stripped.items():
            if number in self.uses:
                continue
            if line[0] not in "+[":
                self._finish(block)
                block = _Block(line=number)
            self.uses[number] = "entry"
            if block is None:
                self._reject(number, line, "belongs to no name. Write a line with a name above it.")
                continue
            block.lines.append(number)
            if block.is_bad:
                self.uses[number] = "rejected"
                continue
            try:
                self._take(number, line, block)
            except _Bad as bad:
                block.is_bad = number == block.line and not block.phrases
                self._reject(number, bad.value, bad.problem)
        self._finish(block)

    def _without_comments(self, lines: list[str]) -> Iterator[tuple[int, str]]:
        """The lines that say something, by number; the rest is put down as comment or blank."""
        last_end = max((n for n, line in enumerate(lines, start=1) if "-->" in line), default=0)
        within = False
        for number, line in enumerate(lines, start=1):
            if within:
                self.uses[number] = "comment"
                within = "-->" not in line
                continue
            bare = line.strip()
            if not bare:
                self.uses[number] = "blank"
            elif bare[0] in "#;":
                self.uses[number] = "comment"
            elif bare.startswith("<!--") and "-->" not in bare[4:]:
                within = last_end > number
                if within:
                    self.uses[number] = "comment"
                else:
                    self._reject(number, bare, "is a comment without an end. Close it with -->.")
            elif bare.startswith("<") and ">" in bare:
                self.uses[number] = "comment"
            elif len(bare) > _LONGEST_LINE:
                self._reject(number, bare, f"is longer than {_LONGEST_LINE:,} characters. Split it.")
            else:
                yield number, re.split("[#;]", bare, maxsplit=1)[0].rstrip()

    def _define(self, number: int, name: str, members: str) -> None:
        words = tuple(word for word in (m.strip().strip("_") for m in members.split(",")) if word)
        if name in self._sets:
            problem = (
                f"is defined in line {self._sets[name][0]} already, and here in line {number}. Keep one of the two."
            )
            self._reject(number, f"!{name}!", problem)
        elif not words:
            self._reject(number, f"!{name}!", "is a set without words. Write !NAME! = WORD, WORD.")
        else:
            self._sets[name] = number, words
            self.uses[number] = "entry"

    def _take(self, number: int, line: str, block: _Block) -> None:
        if line.startswith("["):
            self._codes(number, line, block)
            return
        at = line.find("[")
        head, codes = (line, "") if at < 0 else (line[:at], line[at:])
        if line.startswith("+"):
            if codes:
                raise _Bad(
                    line, "is a synonym with a code of its own. Write the code below the name, or leave out the +."
                )
            head = head[1:]
        block.phrases.append(self._phrase(number, head))
        if codes:
            self._codes(number, codes, block)

    def _phrase(self, number: int, head: str) -> _Phrase:
        text, brace, plural = head.partition("{")
        if brace and (not plural.rstrip().endswith("}") or plural.count("}") > 1):
            raise _Bad(head, "has braces that do not match. Write {PLURAL} behind the name, {-} for none.")
        variants = self._variants(text)
        names = [_checked_name(v.replace("_", " "), _NOT_IN_PHRASES) for v in variants]
        irregular = plural.rstrip()[:-1].strip()
        if irregular.strip("-_ "):
            names.append(_checked_name(irregular.replace("_", " "), _NOT_IN_PHRASES))
        return _Phrase(line=number, forms=tuple(dict.fromkeys(names)), plurals=not brace and "!" not in text)

    def _variants(self, text: str) -> list[str]:
        parts = text.split("!")
        if len(parts) == 1:
            return parts
        if len(parts) % 2 == 0:
            raise _Bad(text, "has an exclamation mark too many. Write !SET! for one of the words of a set.")
        choices: list[tuple[str, ...]] = []
        for n, part in enumerate(parts):
            if n % 2 and part not in self._sets:
                raise _Bad(f"!{part}!", f"is no set of this file. Define it: !{part}! = WORD, WORD.")
            choices.append(self._sets[part][1] if n % 2 else (part,))
        count = 1
        for choice in choices:
            count *= len(choice)
            if count > _MOST_VARIANTS:
                raise _Bad(text, f"stands for more than {_MOST_VARIANTS:,} names. Use fewer sets.")
        return ["".join(chosen) for chosen in itertools.product(*choices)]

    def _codes(self, number: int, text: str, block: _Block) -> None:
        block.is_coded = True
        codes: list[_Code] = []
        at = 0
        while at < len(text):
            found = _CODE.match(text, at)
            if found is None:
                raise _Bad(
                    text[at:],
                    "is not a code in brackets. Write [CODE], [CODE <date], [CODE >date] or [CODE date-date].",
                )
            code = self._code(number, found[1])
            if code.is_agent != (*block.codes, *codes, code)[0].is_agent:
                raise _Bad(
                    found[1], "is an agent's code beside an actor's. Write ~ in all codes of a name, or in none."
                )
            codes.append(code)
            at = found.end()
        block.codes += codes

    def _code(self, number: int, text: str) -> _Code:
        bare = text.strip()
        code = re.split(r"[\s<>]", bare, maxsplit=1)[0]
        dates = bare[len(code) :]
        is_agent = code.startswith("~") or code.endswith("~")
        chunks = re.findall("...?|.", code[1:] if code.startswith("~") else code.removesuffix("~"))
        if not chunks or any(not re.fullmatch("[A-Z]{3}|---", chunk) for chunk in chunks):
            raise _Bad(
                code or text,
                "is not a code. Write a country's three letters and those of sectors: USAGOV; for an agent ~GOV.",
            )
        country = ""
        if is_agent:
            sector = self._sector(chunks[0])
        elif chunks[0] == "---":
            if len(chunks) == 1:
                raise _Bad(code, "says nothing of its actor. Write a sector behind it: ---MED.")
            sector = self._sector(chunks[1])
        elif chunks[0] in self._sectors:
            # what stands behind IGO, NGO, MNC ... says more of the body itself
            sector = chunks[0]
        else:
            country = self._country(chunks[0])
            sector = self._sector(chunks[1]) if len(chunks) > 1 else ""
        start, end = _range(dates)
        if is_agent and (start or end):
            raise _Bad(text, "is an agent's code with a date. Remove the date.")
        return _Code(
            line=number, text=text, country=country, sector=sector, is_agent=is_agent, valid_from=start, valid_to=end
        )

    def _finish(self, block: _Block | None) -> None:
        """Turn a block into entries, as far as no earlier one has its names."""
        if block is None or block.is_bad:
            return
        codes = self._disjoint(block.codes)
        if not codes:
            # where a code was rejected, that has been said
            if not block.is_coded:
                problem = "has no code. Write [CODE] behind it or in the next line."
                self._reject(block.line, block.phrases[0].forms[0], problem)
            self.uses |= dict.fromkeys(block.lines, "rejected")
            return
        good = [phrase for phrase in block.phrases if self._takes(phrase, codes)]
        if not good:
            self.uses |= dict.fromkeys(block.lines, "rejected")
            return
        is_country = all(c.country and not c.sector for c in codes)
        is_person = any(c.valid_from or c.valid_to for c in codes)
        kind = ActorKind.COUNTRY if is_country else ActorKind.PERSON if is_person else ActorKind.ORGANISATION
        names = tuple(dict.fromkeys(form for phrase in good for form in phrase.forms))
        for code in codes:
            entry = DictionaryEntry(
                names=names, country=code.country, sector=code.sector, kind=kind,
                valid_from=code.valid_from, valid_to=code.valid_to, line=code.line,
            )  # fmt: skip
            plurals = []
            if code.is_agent:
                entry = replace(
                    entry,
                    kind=ActorKind.GROUP,
                    is_agent=True,
                    names=tuple(dict.fromkeys(name.lower() for name in names)),
                )
                plurals = [_plural(p.forms[0].lower()) for p in good if p.plurals]
            self._pending.append(_Pending(entry=entry, plurals=plurals))

    def _disjoint(self, codes: list[_Code]) -> list[_Code]:
        """`codes` without those that hold for the same time as one before them."""
        out: list[_Code] = []
        for code in codes:
            if len(out) >= _MOST_RANGES:
                self._reject(
                    code.line, code.text, f"is one code more than the {_MOST_RANGES} a name may have. Remove some."
                )
            elif clash := next((c for c in out if _overlap(c.span, code.span)), None):
                self._reject(code.line, code.text, _doubled(clash.line, code.line))
            else:
                out.append(code)
        return out

    def _takes(self, phrase: _Phrase, codes: list[_Code]) -> bool:
        try:
            self._claim(phrase.forms, agent=codes[0].is_agent, spans=[c.span for c in codes], line=phrase.line)
        except _Bad as bad:
            self._reject(phrase.line, bad.value, bad.problem)
            return False
        return True


def _range(text: str) -> tuple[date | None, date | None]:
    """First and last day of the dates of a code: ``<D`` until the day before D, ``>D`` from D on, ``D-E`` from D until before E."""
    if not text.strip():
        return None, None
    found = _DATES.fullmatch(text.strip())
    if found is None:
        raise _Bad(text, "are no dates of a code. Write <YYMMDD, >YYMMDD or YYMMDD-YYMMDD; years may have four digits.")
    if found[1]:
        day = _day(found[2])
        return (None, day - timedelta(days=1)) if found[1] == "<" else (day, None)
    start, end = _day(found[3]), _day(found[4]) - timedelta(days=1)
    if end < start:
        raise _Bad(text, "has its dates reversed, or no day between them. Write the earlier date first.")
    return start, end


def _day(digits: str) -> date:
    year, rest = digits[:-4], digits[-4:]
    if len(digits) == len("YYMMDD"):
        year = f"{19 if int(year) >= _FIRST_YEAR_OF_1900 else 20}{year}"
    try:
        if len(digits) not in (len("YYMMDD"), len("YYYYMMDD")) or year < "1000":
            raise ValueError
        return date(int(year), int(rest[:2]), int(rest[2:]))
    except ValueError:
        raise _Bad(digits[:20], "is not a date. Write YYMMDD or YYYYMMDD.") from None


def _plural(noun: str) -> str:
    if re.search("[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"


# -- CSV ---------------------------------------------------------------------------------------------------------------


class _CsvReader(_Reader):
    """Reads comma-separated values, a row a line."""

    def read(self, lines: list[str]) -> None:
        """Take in `lines`."""
        header: list[str] | None = None
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                self.uses[number] = "comment" if line.strip() else "blank"
                continue
            self.uses[number] = "entry"
            try:
                if len(line) > _LONGEST_LINE:
                    raise _Bad(line, f"is longer than {_LONGEST_LINE:,} characters. Shorten it.")
                cells = [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
                if header is None:
                    header = _header(cells)
                elif len(cells) != len(header):
                    raise _Bad(
                        line, f"has {len(cells)} cells where the header has {len(header)}. Quote cells with commas."
                    )
                else:
                    self._row(number, {**dict.fromkeys(COLUMNS, ""), **dict(zip(header, cells, strict=True))})
            except (_Bad, csv.Error) as error:
                bad = (
                    error if isinstance(error, _Bad) else _Bad(line, f"is no row ({error}). Close its quotation marks.")
                )
                self._reject(number, bad.value, bad.problem)
                if header is None:
                    rest = enumerate(lines[number:], start=number + 1)
                    self.uses |= {n: "rejected" if other.strip() else "blank" for n, other in rest}
                    return

    def _row(self, number: int, row: Mapping[str, str]) -> None:
        names = tuple(
            dict.fromkeys(
                _checked_name(n, _NOT_IN_CELLS) for n in (row["name"], *row["aliases"].split("|")) if n.strip()
            )
        )
        if not row["name"]:
            raise _Bad(",".join(row.values()), "has no name. Write one.")
        country = self._country(row["country"]) if row["country"] else ""
        sector = self._sector(row["sector"]) if row["sector"] else ""
        start, end = _iso(row["valid_from"]), _iso(row["valid_to"])
        if start and end and end < start:
            raise _Bad(f"{row['valid_from']} to {row['valid_to']}", "are dates reversed. Swap them.")
        if not (country or sector or row["kind"]):
            raise _Bad(row["name"], "has neither country nor sector nor kind. Write at least one.")
        is_agent = row["kind"] == "agent"
        if is_agent and (country or start or end or not sector):
            raise _Bad(row["name"], "is an agent, which has a sector, and no country and no dates. Mend them.")
        if row["kind"] == "country" and (sector or not country):
            raise _Bad(
                row["name"], "is of the kind country, which has a country and no sector. Mend them, or the kind."
            )
        if is_agent:
            kind, names = ActorKind.GROUP, tuple(dict.fromkeys(name.lower() for name in names))
        elif row["kind"]:
            try:
                kind = ActorKind(row["kind"])
            except ValueError:
                raise _Bad(row["kind"], f"is no kind. Write agent, {', '.join(ActorKind)}, or nothing.") from None
        elif country and not sector:
            kind = ActorKind.COUNTRY
        else:
            kind = ActorKind.PERSON if start or end else ActorKind.ORGANISATION
        self._claim(names, agent=is_agent, spans=[(start, end)], line=number)
        entry = DictionaryEntry(
            names=names, country=country, sector=sector, kind=kind, is_agent=is_agent, valid_from=start, valid_to=end,
            line=number,
        )  # fmt: skip
        self._pending.append(_Pending(entry=entry))


def _header(cells: list[str]) -> list[str]:
    header = [cell.lower() for cell in cells]
    if "name" not in header or len(set(header)) < len(header) or not set(header) <= set(COLUMNS):
        raise _Bad(",".join(cells), f"is no header. Write {','.join(COLUMNS)}, of which only 'name' must be there.")
    return header


def _iso(text: str) -> date | None:
    if not text:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise _Bad(text, "is not a date. Write YYYY-MM-DD.") from None


# -- writing -----------------------------------------------------------------------------------------------------------


def as_csv(entries: Iterable[DictionaryEntry]) -> tuple[str, int]:
    """`entries` as CSV, and how many were left out because the format cannot hold their names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    left_out = 0
    for entry in entries:
        name, *aliases = (name if _is_name(name, _NOT_IN_CELLS) else "" for name in entry.names)
        if not name or name.startswith("#"):
            left_out += 1
            continue
        kind = "agent" if entry.is_agent else entry.kind.value
        dates = (d.isoformat() if d else "" for d in (entry.valid_from, entry.valid_to))
        writer.writerow((name, "|".join(filter(None, aliases)), entry.country, entry.sector, kind, *dates))
    return out.getvalue(), left_out


def as_petrarch(entries: Iterable[DictionaryEntry]) -> tuple[str, int]:
    """`entries` in the format of PETRARCH, and how many were left out because it cannot hold them.

    The format has no kinds: it cannot hold a person or organisation of which no more than the country is known.
    """
    blocks: dict[tuple[str, ...], list[DictionaryEntry]] = {}
    for entry in entries:
        blocks.setdefault(entry.names, []).append(entry)
    out, left_out = ["# Actors, in the format of PETRARCH: names, codes with dates, synonyms behind +"], 0
    for names, block in blocks.items():
        name, *aliases = map(_as_phrase, names)
        coded = [entry for entry in block if entry.country or entry.sector]
        is_country = all(entry.country and not entry.sector for entry in coded)
        if not name or not coded or (is_country and block[0].kind is not ActorKind.COUNTRY):
            left_out += len(block)
            continue
        left_out += len(block) - len(coded)
        plain = " {-}" if block[0].is_agent else ""
        if len(coded) == 1 and not (coded[0].valid_from or coded[0].valid_to):
            out.append(f"{name}{plain} {_as_code(coded[0])}")
        else:
            out += [f"{name}{plain}", *(f"\t{_as_code(entry)}" for entry in coded)]
        out += [f"+{alias}{plain}" for alias in dict.fromkeys(filter(None, aliases)) if alias != name]
    return "\n".join(out) + "\n", left_out


def _is_name(name: str, forbidden: re.Pattern[str]) -> bool:
    try:
        return _checked_name(name, forbidden) == name
    except _Bad:
        return False


def _as_phrase(name: str) -> str:
    """`name` as a phrase; '' where the format cannot hold it."""
    is_phrase = _is_name(name, _NOT_IN_PHRASES) and name[0] != "+" and not any(c in name for c in "_#;")
    return f"{name.upper().replace(' ', '_')}_" if is_phrase else ""


def _as_code(entry: DictionaryEntry) -> str:
    if entry.is_agent:
        return f"[~{entry.sector}]"
    after = (entry.valid_to + timedelta(days=1)).strftime("%Y%m%d") if entry.valid_to else ""
    start = entry.valid_from.strftime("%Y%m%d") if entry.valid_from else ""
    dates = f" {start}-{after}" if start and after else f" >{start}" if start else f" <{after}" if after else ""
    return f"[{entry.country or '---'}{entry.sector}{dates}]"
