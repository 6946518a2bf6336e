"""Scores of treaties on articles in which every treaty is marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.errors import CommuniqueError
from etl.evaluation.told import evaluate_told, is_told, load_told, read_told
from etl.evaluation.treaties import score_treaties
from etl.transform.coder import Coder

GOLD = Path(__file__).parents[1] / "gold" / "statements.jsonl"
FLOORS = {
    "tuned": {"treaty_event_f1": 0.75, "provision_f1": 0.80, "treaty_f1": 0.87},
    "validation": {"treaty_event_f1": 0.57, "provision_f1": 0.55, "treaty_f1": 0.69},
}
ARTICLE: dict[str, Any] = {
    "id": "a",
    "split": "tuned",
    "title": "Peru and Chile agree",
    "date": "2031-03-04",
    "text": "Peru and Chile signed a border treaty in Lima on Monday. The pact lifts tariffs on fruit.",
    "statements": [],
    "treaties": [
        {
            "id": "t1",
            "names": ["a border treaty", "The pact"],
            "normal": "border treaty",
            "kind": "treaty",
            "parties": ["PER", "CHL"],
            "signatories": [],
            "venue": "Lima",
            "provisions": [{"code": "trade", "words": "lifts tariffs on fruit"}],
            "events": [
                {
                    "action": "signed",
                    "verb": "signed",
                    "parties": ["PER", "CHL"],
                    "date": "2031-03-03",
                    "modality": "asserted",
                    "background": False,
                }
            ],
        }
    ],
}


@pytest.mark.parametrize("split", FLOORS)
def test_treaties_are_read_no_worse_than_they_were(coder: Coder, split: str) -> None:
    scores = score_treaties(read_told(load_told(GOLD, split=split), coder)).overall
    assert all(scores[name] >= floor for name, floor in FLOORS[split].items()), scores


def write(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(ARTICLE | changes), encoding="utf-8")
    return path


def test_everything_right_scores_full(coder: Coder, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl")
    assert is_told(gold)
    result = evaluate_told(load_told(gold), coder)
    names = ("treaty_event_f1", "treaty_event_modality", "treaty_event_date", "treaty_f1")
    assert [result.overall[name] for name in names] == [1.0] * 4
    assert result.overall["told"] == 1


def test_a_party_too_few_and_a_treaty_too_many_count(coder: Coder, tmp_path: Path) -> None:
    (treaty,) = ARTICLE["treaties"]
    stage = {**treaty["events"][0], "parties": ["PER"]}
    gold = write(tmp_path / "gold.jsonl", treaties=[{**treaty, "events": [stage]}])
    result = score_treaties(read_told(load_told(gold), coder))
    assert result.overall["treaty_event_f1"] == 0.0
    assert {m.reason for m in result.misses} >= {"treaty event", "false treaty event"}
    none = score_treaties(read_told(load_told(write(tmp_path / "gold.jsonl", treaties=[])), coder))
    assert "false treaty" in {m.reason for m in none.misses}


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", treaties=[{"id": "t1"}])
    with pytest.raises(CommuniqueError, match="line 1"):
        load_told(gold)


@pytest.mark.parametrize("key", ["statements", "treaties"])
def test_an_article_without_its_statements_or_treaties_is_no_gold(tmp_path: Path, key: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({k: v for k, v in ARTICLE.items() if k != key}), encoding="utf-8")
    assert is_told(path)
    with pytest.raises(CommuniqueError, match=key):
        load_told(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "concordat"}, "'concordat' is no treaty_kind"),
        ({"provisions": [{"code": "tariffs", "words": "lifts tariffs"}]}, "'tariffs' is no provision"),
        ({"events": [{**ARTICLE["treaties"][0]["events"][0], "action": "sealed"}]}, "'sealed' is no treaty_action"),
    ],
)
def test_a_code_that_no_coder_gives_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    gold = write(tmp_path / "gold.jsonl", treaties=[{**ARTICLE["treaties"][0], **changes}])
    with pytest.raises(CommuniqueError, match=f"line 1: {said}"):
        load_told(gold)
