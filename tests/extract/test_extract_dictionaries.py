"""Actor dictionaries: what of the format is understood, what is rejected and how, and that every line is accounted for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import CommuniqueError
from etl.extract.dictionaries import (
    COLUMNS,
    Dictionary,
    DictionaryFormat,
    as_csv,
    as_petrarch,
    parse_dictionary,
    read_dictionary,
)
from etl.extract.limits import Limits
from etl.knowledge import DictionaryEntry, load_knowledge
from etl.records import ActorKind

KNOWLEDGE = load_knowledge()

ACTORS = """\
# Actors of a region, made up
<?xml version="1.0"?>
<!-- who made it:
     nobody -->
RIVER_COUNCIL_  [ROMGOV]  ; of the old country code
+COUNCIL_OF_THE_RIVER_

ANA_BELO_
\t[PRTGOV 990115-020406]  # minister
\t[PRTELI >020406]
\t[PRT]
+A._BELO_
OLD_MARSHAL [ETHMIL <19740912]
MARSHLAND_FRONT [ETHREBSEP]
NORTHERN_LIGHT [IGOEURNOR]
HARBOUR_RADIO [---MED]
LUSITANIA [PRT]
"""

AGENTS = """\
!PERSON! = MAN, MEN, WOMAN, WOMEN
POLICE_OFFICER [~COP]
DEPUTY [~LEG]
COACH [~EDU]
GUARDSMAN {GUARDSMEN} [~MIL]
STAFF {-} [GOV~]
CONGRESS!PERSON! [~LEG]
"""


def petrarch(text: str) -> Dictionary:
    return parse_dictionary(text, knowledge=KNOWLEDGE, format="petrarch")


def csv(text: str) -> Dictionary:
    return parse_dictionary(text, knowledge=KNOWLEDGE, format="csv")


def said(entry: DictionaryEntry) -> tuple[str, str, str, str, date | None, date | None]:
    return entry.names[0], entry.country, entry.sector, entry.kind.value, entry.valid_from, entry.valid_to


# -- PETRARCH and TABARI -----------------------------------------------------------------------------------------------


def test_actors_with_codes_dates_synonyms_and_comments() -> None:
    found = petrarch(ACTORS)
    assert found.rejects == ()
    assert [said(entry) for entry in found.entries] == [
        ("RIVER COUNCIL", "ROU", "GOV", "organisation", None, None),
        ("ANA BELO", "PRT", "GOV", "person", date(1999, 1, 15), date(2002, 4, 5)),
        ("ANA BELO", "PRT", "ELI", "person", date(2002, 4, 6), None),
        ("ANA BELO", "PRT", "", "person", None, None),
        ("OLD MARSHAL", "ETH", "MIL", "person", None, date(1974, 9, 11)),
        ("MARSHLAND FRONT", "ETH", "REB", "organisation", None, None),
        ("NORTHERN LIGHT", "", "IGO", "organisation", None, None),
        ("HARBOUR RADIO", "", "MED", "organisation", None, None),
        ("LUSITANIA", "PRT", "", "country", None, None),
    ]
    assert found.entries[0].names == ("RIVER COUNCIL", "COUNCIL OF THE RIVER")
    assert {entry.names for entry in found.entries[1:4]} == {("ANA BELO", "A. BELO")}
    assert [n for n, use in found.lines.items() if use == "comment"] == [1, 2, 3, 4]
    assert [n for n, use in found.lines.items() if use == "blank"] == [7]


def test_agents_with_regular_irregular_and_no_plurals_and_sets() -> None:
    found = petrarch(AGENTS)
    assert found.rejects == ()
    assert all(entry.is_agent and not entry.country for entry in found.entries)
    assert [(entry.sector, *entry.names) for entry in found.entries] == [
        ("COP", "police officer", "police officers"),
        ("LEG", "deputy", "deputies"),
        ("EDU", "coach", "coaches"),
        ("MIL", "guardsman", "guardsmen"),
        ("GOV", "staff"),
        ("LEG", "congressman", "congressmen", "congresswoman", "congresswomen"),
    ]


def test_a_regular_plural_yields_to_what_the_dictionary_says_of_the_word() -> None:
    found = petrarch("FORCE [~MIL]\nFORCES {-} [~COP]\n")
    assert [(e.names, e.sector) for e in found.entries] == [(("force",), "MIL"), (("forces",), "COP")]


@pytest.mark.parametrize(
    ("digits", "year"), [("300101", 1930), ("990101", 1999), ("000101", 2000), ("290101", 2029), ("18480101", 1848)]
)
def test_years_of_two_digits(digits: str, year: int) -> None:
    (entry,) = petrarch(f"ANA_BELO [PRTGOV >{digits}]").entries
    assert entry.valid_from == date(year, 1, 1)


@pytest.mark.parametrize(
    ("rows", "line", "value", "problem"),
    [
        ("FOO [XQZGOV]", 1, "XQZ", "is no known country"),
        ("FOO [PRTXQZ]", 1, "XQZ", "is no known sector"),
        ("FOO [PRTGO]", 1, "PRTGO", "is not a code"),
        ("FOO [prtgov]", 1, "prtgov", "is not a code"),
        ("FOO []", 1, "", "is not a code"),
        ("FOO [~]", 1, "~", "is not a code"),
        ("FOO [---]", 1, "---", "says nothing"),
        ("FOO PRTGOV", 1, "FOO PRTGOV", "has no code"),
        ("FOO [PRTGOV", 1, "[PRTGOV", "is not a code in brackets"),
        ("FOO [PRTGOV] BAR", 1, "BAR", "is not a code in brackets"),
        ("FOO\n\t[PRTGOV 20020101-19990101]", 2, "20020101-19990101", "dates reversed"),
        ("FOO\n\t[PRTGOV 990101-990101]", 2, "990101-990101", "no day between"),
        ("FOO\n\t[PRTGOV >991301]", 2, "991301", "is not a date"),
        ("FOO\n\t[PRTGOV >1999]", 2, "1999", "is not a date"),
        ("FOO\n\t[PRTGOV since 1999]", 2, "since 1999", "are no dates"),
        ("FOO\n\t[PRTGOV <00010101]", 2, "00010101", "is not a date"),
        ("FOO\n\t[PRTGOV 990101-020101]\n\t[PRTELI >010101]", 3, "PRTELI >010101", "in line 2 already"),
        ("FOO [PRT]\n+BAR [ESP]", 2, "+BAR [ESP]", "code of its own"),
        ("+FOO", 1, "+FOO", "belongs to no name"),
        ("\t[PRT]", 1, "[PRT]", "belongs to no name"),
        ("FOO [~COP >990101]", 1, "~COP >990101", "agent's code with a date"),
        ("FOO [~COP] [PRT]", 1, "PRT", "beside an actor's"),
        ("FOO {FOOS [~COP]", 1, "FOO {FOOS", "braces"),
        ("FOO!BARS! [~COP]", 1, "!BARS!", "is no set of this file"),
        ("FOO!BARS [~COP]", 1, "FOO!BARS", "exclamation mark"),
        ("!BARS! =", 1, "!BARS!", "without words"),
        ("1999 [PRT]", 1, "1999", "has no letter"),
        ("A|B [PRT]", 1, "A|B", "holds '|'"),
        ("<!-- FOO", 1, "<!-- FOO", "comment without an end"),
        (f"{'A' * 301} [PRT]", 1, "A" * 200, "longer than 300"),
        (f"{'A' * 20_000} [PRT]", 1, "A" * 200, "longer than 10,000"),
    ],
)
def test_a_bad_row_is_rejected_by_line_value_and_mend_and_the_rest_goes_in(
    rows: str, line: int, value: str, problem: str
) -> None:
    found = petrarch(f"{rows}\nHARBOUR_RADIO [---MED]\n")
    (reject,) = found.rejects
    assert (reject.line, reject.value.rstrip()) == (line, value)
    assert problem in reject.problem
    assert re.search(r"\. [A-Z].*\.$", reject.problem), "no mend"
    assert found.entries[-1].names == ("HARBOUR RADIO",)
    assert found.lines[line] == "rejected"


@pytest.mark.parametrize(
    "code", ["[PRTGOV >20020406]", "[PRTGOV>020406 ]", "[ PRTGOV  > 20020406 ]", "[PRTGOVMIL >020406]"]
)
def test_ways_to_write_a_code(code: str) -> None:
    found = petrarch(f"ANA_BELO {code}")
    assert [said(e) for e in found.entries] == [("ANA BELO", "PRT", "GOV", "person", date(2002, 4, 6), None)]


def test_codes_of_older_dictionaries_and_those_of_today() -> None:
    found = petrarch("A [ROMGOV]\nB [ROUGOV]\nC [ZARGOV]\nD [TMPGOV]\nE [GMYGOV]\nF [XKXGOV]\nG [DDRGOV]\n")
    assert [e.country for e in found.entries] == ["ROU", "ROU", "COD", "TLS", "DEU", "XKX", "DDR"]


def test_a_bad_code_leaves_the_other_codes_of_its_name() -> None:
    found = petrarch("ANA_BELO_ [XQZ]\n\t[PRTGOV >020406]\n+A._BELO\n")
    assert [said(e) for e in found.entries] == [("ANA BELO", "PRT", "GOV", "person", date(2002, 4, 6), None)]
    assert found.lines == {1: "rejected", 2: "entry", 3: "entry"}


def test_a_name_without_a_code_is_reported_beside_its_bad_synonym() -> None:
    found = petrarch("FOO\n+1999\n+BAR\n")
    assert [(r.line, r.value) for r in found.rejects] == [(1, "FOO"), (2, "1999")]
    assert set(found.lines.values()) == {"rejected"}


def test_of_codes_in_one_line_all_or_none_go_in() -> None:
    found = petrarch("FOO [PRTGOV <990101] [XQZ]\n\t[PRTELI >990101]\n")
    assert [e.sector for e in found.entries] == ["ELI"]
    assert "beside an actor's" in petrarch("FOO [PRTGOV <990101] [~GOV]\n").rejects[0].problem


def test_what_belongs_to_a_rejected_name_goes_with_it() -> None:
    found = petrarch("FOO\n\t[XQZ]\n+BAR\n+BAZ\nHARBOUR_RADIO [---MED]\n")
    assert [r.line for r in found.rejects] == [2]
    assert list(found.lines.values()) == ["rejected"] * 4 + ["entry"]


@pytest.mark.parametrize(
    ("second", "line"),
    [
        ("FOO_ [ESPGOV]", 3),
        ("foo [PRTGOV]", 3),
        ("BAR [ESPGOV]\n+FOO", 4),
        ("+FOO", 3),
        ("BAR [ESPGOV]\n+QUX\n+QUX", 5),
    ],
)
def test_a_name_that_stands_twice_is_rejected_with_both_lines(second: str, line: int) -> None:
    (reject,) = petrarch(f"# head\nFOO [PRTGOV]\n{second}\n").rejects
    assert reject.line == line
    assert f"in line {line}" in reject.problem
    assert re.search(r"stands in line [24] already", reject.problem)


def test_a_name_may_stand_twice_for_other_times() -> None:
    found = petrarch("FOO [PRTGOV <990101]\nFOO [ESPGOV >990101]\nFOO [FRA]\n")
    assert found.rejects == ()
    assert len(found.entries) == 3


def test_a_doubled_synonym_is_rejected_alone() -> None:
    found = petrarch("FOO [PRTGOV]\nBAR [ESPGOV]\n+FOO\n+QUX\n")
    assert [e.names for e in found.entries] == [("FOO",), ("BAR", "QUX")]
    assert found.lines == {1: "entry", 2: "entry", 3: "rejected", 4: "entry"}


def test_sets_cannot_be_made_to_explode() -> None:
    sets = "!A! = " + ", ".join("ABCDEFGHIJK") + "\n"
    (reject,) = petrarch(sets + "X" + "!A!_" * 8 + "X [~COP]").rejects
    assert "more than 1,000 names" in reject.problem


# -- CSV ---------------------------------------------------------------------------------------------------------------


def test_csv_rows() -> None:
    found = csv(
        "name,aliases,country,sector,kind,valid_from,valid_to\n"
        "# a comment\n"
        'Ana Belo,"A. Belo|Belo, Ana",PRT,GOV,person,1999-01-15,2002-04-05\n'
        "River Council,,ROU,GOV,,,\n"
        "Lusitania,,PRT,,,,\n"
        "beekeeper,beekeepers,,AGR,agent,,\n"
    )
    assert found.rejects == ()
    assert [said(e) for e in found.entries] == [
        ("Ana Belo", "PRT", "GOV", "person", date(1999, 1, 15), date(2002, 4, 5)),
        ("River Council", "ROU", "GOV", "organisation", None, None),
        ("Lusitania", "PRT", "", "country", None, None),
        ("beekeeper", "", "AGR", "group", None, None),
    ]
    assert found.entries[0].names == ("Ana Belo", "A. Belo", "Belo, Ana")
    assert found.entries[-1].is_agent


@pytest.mark.parametrize(
    ("row", "value", "problem"),
    [
        ("Ana,,XQZ,GOV,,,", "XQZ", "is no known country"),
        ("Ana,,PRT,XQZ,,,", "XQZ", "is no known sector"),
        ("Ana,,PRT,GOV,king,,", "king", "is no kind"),
        ("Ana,,PRT,GOV,,2002-01-01,1999-01-01", "2002-01-01 to 1999-01-01", "dates reversed"),
        ("Ana,,PRT,GOV,,2002-13-01,", "2002-13-01", "is not a date"),
        ("Ana,,PRT,GOV,,02-01-2002,", "02-01-2002", "is not a date"),
        ("Ana,PRT,GOV", "Ana,PRT,GOV", "3 cells where the header has 7"),
        (",,PRT,GOV,,,", ",,PRT,GOV,,,", "has no name"),
        ("Ana,,,,,,", "Ana", "neither country nor sector"),
        ("Ana,,PRT,GOV,country,,", "Ana", "of the kind country"),
        ("Ana,,PRT,GOV,agent,,", "Ana", "is an agent"),
        ('"Ana,,PRT,GOV,,,', '"Ana,,PRT,GOV,,,', "quotation marks"),
        ("Bruno,,PRT,GOV,,,", "Bruno", "stands in line 2 already"),
        ("Ana,bruno,PRT,GOV,,,", "bruno", "stands in line 2 already"),
    ],
)
def test_a_bad_csv_row_is_rejected_and_the_rest_goes_in(row: str, value: str, problem: str) -> None:
    found = csv(f"{','.join(COLUMNS)}\nBruno,,PRT,GOV,person,,\n{row}\nCarla,,PRT,GOV,person,,\n")
    (reject,) = found.rejects
    assert (reject.line, reject.value) == (3, value)
    assert problem in reject.problem
    assert [e.names[0] for e in found.entries] == ["Bruno", "Carla"]


@pytest.mark.parametrize("header", ["nom,pays", "name,colour", "name,name", "Ana,,PRT,GOV,,,"])
def test_a_csv_file_without_its_header_is_rejected_as_a_whole(header: str) -> None:
    found = csv(f"{header}\nAna,PRT\n\n")
    assert found.entries == ()
    assert "is no header" in found.rejects[0].problem
    assert found.lines == {1: "rejected", 2: "rejected", 3: "blank"}


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,country,sector\nAna,PRT,GOV\n", "csv"),
        ('# own\n"name","country"\nAna,PRT\n', "csv"),
        (ACTORS, "petrarch"),
        ("NAME_GIVER [PRT]\n", "petrarch"),
        ("", "petrarch"),
    ],
)
def test_the_content_tells_the_format(text: str, expected: DictionaryFormat) -> None:
    assert parse_dictionary(text, knowledge=KNOWLEDGE).format == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_in_unicode_with_any_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "own.actors"
    path.write_bytes("JOSÉ_BELO [PRTGOV]\n+JOSE_BELO\n".replace("\n", end).encode(encoding))
    (entry,) = read_dictionary(path, knowledge=KNOWLEDGE, limits=Limits()).entries
    assert entry.names == ("JOSÉ BELO", "JOSE BELO")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"FOO [PRT]\nJOS\xc9 [PRT]\n", r"line 2: byte 0xc9 is not UTF-8\. Save the file as UTF-8"),
        (b"PK\x03\x04\0\0", "a ZIP archive"),
        (b"FOO\0 [PRT]", "NUL"),
        (b"F" * 2000, "Split it into several dictionaries"),
    ],
)
def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "own.actors"
    path.write_bytes(content)
    with pytest.raises(CommuniqueError, match=problem):
        read_dictionary(path, knowledge=KNOWLEDGE, limits=Limits(max_document_bytes=1000))


# -- any text ----------------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    ["FOO", "BAR_", "+", "\t", "[", "]", "PRT", "GOV", "~COP", "---", "<", ">", "-", "990101", "20020101", "{", "}", "!A!", "!", " = ",
     ",", "#", ";", "<!--", "-->", "|", '"', "\n", "\n", "\n", "\r", "name", "é", "\x0b", " ", "_", "agent"]
)  # fmt: skip


@given(text=st.one_of(st.text(), st.lists(_PIECES).map("".join)), format=st.sampled_from(["petrarch", "csv"]))
def test_no_text_breaks_the_reader_and_every_line_is_accounted_for(text: str, format: DictionaryFormat) -> None:
    found = parse_dictionary(text, knowledge=KNOWLEDGE, format=format)
    lines = re.split(r"\r\n|\r|\n", text)
    assert list(found.lines) == list(range(1, len(lines) + bool(lines[-1])))
    assert {r.line for r in found.rejects} <= {n for n, use in found.lines.items() if use == "rejected"}
    assert all(found.lines[n] == "blank" for n in found.lines if not lines[n - 1].strip() and "<!--" not in text)
    assert all(entry.names and (entry.is_agent or entry.line in found.lines) for entry in found.entries)
    if not found.rejects:
        assert all(use != "rejected" for use in found.lines.values())
        assert all(found.lines[entry.line] == "entry" for entry in found.entries)


_DAY = st.dates(date(1850, 1, 1), date(2090, 1, 1))
_NAMES = st.lists(st.from_regex(r"[A-Z]{2,6}(?: [A-Z]{2,6}){0,2}", fullmatch=True), min_size=1, max_size=3, unique=True)


@st.composite
def dictionaries(draw: st.DrawFn) -> list[DictionaryEntry]:
    """Entries as a dictionary may hold them, each name once."""
    taken: set[tuple[bool, str]] = set()
    entries = []
    for number in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from([*ActorKind, "agent"]))
        is_agent = kind == "agent"
        names = tuple(n.lower() if is_agent else n for n in draw(_NAMES) if (is_agent, n) not in taken)
        taken |= {(is_agent, n.upper()) for n in names}
        country = "" if is_agent else draw(st.sampled_from(["PRT", "ROU", "KEN"]))
        sector = "" if kind is ActorKind.COUNTRY else draw(st.sampled_from(["GOV", "REB", "MED"]))
        start, end = sorted((draw(_DAY), draw(_DAY))) if kind is ActorKind.PERSON else (None, None)
        if names:
            entries.append(
                DictionaryEntry(
                    names=names, country=country, sector=sector, is_agent=is_agent, valid_from=start, valid_to=end,
                    kind=ActorKind.GROUP if is_agent else ActorKind(kind), line=number,
                )
            )  # fmt: skip
    return entries


def facts(entries: list[DictionaryEntry] | tuple[DictionaryEntry, ...], *, kinds: bool) -> set[tuple[object, ...]]:
    return {
        (
            e.names[0],
            frozenset(e.names),
            e.country,
            e.sector,
            e.kind if kinds else "",
            e.is_agent,
            e.valid_from,
            e.valid_to,
        )
        for e in entries
    }


@given(entries=dictionaries())
def test_what_is_written_is_read_again(entries: list[DictionaryEntry]) -> None:
    text, left_out = as_csv(entries)
    assert left_out == 0
    again = parse_dictionary(text, knowledge=KNOWLEDGE)
    assert again.rejects == ()
    assert facts(again.entries, kinds=True) == facts(entries, kinds=True)
    text, left_out = as_petrarch(entries)
    assert left_out == 0
    again = parse_dictionary(text, knowledge=KNOWLEDGE)
    assert again.rejects == ()
    # the format has no kinds
    assert facts(again.entries, kinds=False) == facts(entries, kinds=False)


def test_petrarch_says_when_it_cannot_hold_an_actor() -> None:
    person = DictionaryEntry(names=("Ana Belo",), country="PRT", sector="", kind=ActorKind.PERSON)
    odd = DictionaryEntry(names=("Group [A]",), country="PRT", sector="REB", kind=ActorKind.ORGANISATION)
    text, left_out = as_petrarch([person, odd])
    assert left_out == 2
    assert petrarch(text).entries == ()
    assert csv(as_csv([person, odd])[0]).entries[0].kind is ActorKind.PERSON
