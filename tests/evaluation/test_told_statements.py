"""How statements are scored, and that the coder is no worse at them than it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import CommuniqueError
from etl.evaluation.statements import score_statements
from etl.evaluation.told import is_told, load_told, read_told
from etl.transform.coder import Coder

GOLD = Path(__file__).parent.parent / "gold" / "statements.jsonl"
SAID = {
    "speakers": ["Rosa Prieto"], "countries": ["CHL"], "stance": "condemn", "verb": "said", "addressees": [], "about": [],
    "topic": None, "quote": "This is an outrage", "planned": False,
}  # fmt: skip
ARTICLE = {
    "id": "A",
    "split": "tuned",
    "title": "Chile and Peru quarrel",
    "date": "2031-03-01",
    "text": 'LIMA - "This is an outrage," Chilean Foreign Minister Rosa Prieto said.',
    "statements": [SAID],
    "treaties": [],
}
FLOORS = {"tuned": {"statement_f1": 0.64, "quote_f1": 0.94}, "validation": {"statement_f1": 0.50, "quote_f1": 0.92}}


def write(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(ARTICLE | changes) + "\n", encoding="utf-8")
    return path


def test_a_statement_and_its_quotation_are_scored(coder: Coder, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl")
    assert is_told(gold)
    result = score_statements(read_told(load_told(gold), coder))
    assert (result.overall["statement_f1"], result.overall["quote_f1"]) == (1.0, 1.0)
    assert not result.misses


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"stance": "praise"}, {"stance", "false statement"}),
        ({"speakers": ["Ana Soto"]}, {"no statement", "false statement"}),
        ({"countries": ["PER"]}, {"no statement", "false statement"}),
        ({"quote": "an outrage"}, {"quote missed", "false quote"}),
    ],
)
def test_a_wrong_stance_speaker_and_quotation_are_told(
    coder: Coder, tmp_path: Path, changes: dict[str, object], reasons: set[str]
) -> None:
    gold = write(tmp_path / "gold.jsonl", statements=[SAID | changes])
    assert {m.reason for m in score_statements(read_told(load_told(gold), coder)).misses} == reasons


def test_misses_stand_in_the_order_of_the_gold(coder: Coder, tmp_path: Path) -> None:
    quotes = [f"Lie number {n}" for n in ("one", "two", "three", "four", "five", "six")]
    gold = write(tmp_path / "gold.jsonl", statements=[SAID | {"quote": quote} for quote in quotes])
    misses = score_statements(read_told(load_told(gold), coder)).misses
    assert [m.gold for m in misses if m.reason == "quote missed"] == quotes


def test_a_bad_statement_names_its_line(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", statements=[{"speakers": ["Rosa Prieto"]}])
    with pytest.raises(CommuniqueError, match=r"gold\.jsonl, line 1"):
        load_told(gold)


def test_an_unknown_stance_is_refused(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", statements=[SAID | {"stance": "prayse"}])
    with pytest.raises(CommuniqueError, match=r"line 1: 'prayse' is no stance. Known: support, "):
        load_told(gold)


@pytest.mark.parametrize("split", FLOORS)
def test_the_coder_is_no_worse_at_statements_than_it_was(coder: Coder, split: str) -> None:
    scores = score_statements(read_told(load_told(GOLD, split=split), coder)).overall
    for score, floor in FLOORS[split].items():
        assert scores[score] >= floor, scores
