"""Scores of who, when and where on articles in which every mention and event is marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import CommuniqueError
from etl.evaluation.annotated import evaluate_annotated, is_annotated, load_annotated
from etl.transform.coder import Coder

ARTICLE = {
    "id": "a",
    "title": "Lisbon talks",
    "date": "2031-03-04",
    "marked": (
        "[[Portuguese Foreign Minister Ana Belo|belo|name]] {{met|e1}} [[Japanese Prime Minister Kenji Mori|mori|name]] in Lisbon on "
        "Monday.\n\n[[The two leaders|belo+mori|nominal]] {{signed|e2}} a treaty. [[She|belo|pronoun]] praised [[Tokyo|jpn|seat]]."
    ),
    "entities": {
        "belo": {"name": "Ana Belo", "kind": "person", "country": "PRT", "sector": "GOV"},
        "mori": {"name": "Kenji Mori", "kind": "person", "country": "JPN", "sector": "GOV"},
        "jpn": {"name": "Japan", "kind": "country", "country": "JPN"},
    },
    "events": {
        "e1": {
            "start": "2031-03-03",
            "end": "2031-03-03",
            "precision": "day",
            "place": {"name": "Lisbon", "country": "PRT"},
        },
        "e2": {
            "start": "2031-03-03",
            "end": "2031-03-03",
            "precision": "day",
            "place": {"name": "Lisbon", "country": "PRT"},
        },
    },
}


GOLD = Path(__file__).parents[1] / "gold" / "annotated.jsonl"
# Measured, less a little; raise them when the coder gets better, never lower them.
FLOORS = {
    "tuned": {
        "person_f1": 0.87,
        "short_form_f1": 0.71,
        "description_f1": 0.73,
        "date_right": 0.89,
        "place_right": 0.79,
    },
    "validation": {
        "person_f1": 0.68,
        "short_form_f1": 0.55,
        "description_f1": 0.65,
        "date_right": 0.835,
        "place_right": 0.73,
    },
}


@pytest.mark.parametrize("split", FLOORS)
def test_who_when_and_where_are_no_worse_than_they_were(scored_coder: Coder, split: str) -> None:
    scores = evaluate_annotated(load_annotated(GOLD, split=split), scored_coder).overall
    assert all(scores[name] >= floor for name, floor in FLOORS[split].items()), scores
    assert scores["events_matched"] >= 0.60


def write(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(ARTICLE | changes), encoding="utf-8")
    return path


def test_everything_right_scores_full(coder: Coder, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl")
    assert is_annotated(gold)
    result = evaluate_annotated(load_annotated(gold), coder)
    assert result.overall == {
        "annotated": 1, "person_f1": 1.0, "short_form_f1": 1.0, "description_f1": 0.0, "date_right": 1.0, "place_right": 1.0,
        "events_matched": 1.0,
    }  # fmt: skip
    assert not result.misses


def test_a_wrong_person_date_and_place_are_told(coder: Coder, tmp_path: Path) -> None:
    entities = {**ARTICLE["entities"], "belo": {"name": "Ana Belo", "kind": "person", "country": "ESP"}}  # type: ignore[dict-item]
    events = {"e1": {"start": "2031-03-01", "end": "2031-03-01", "precision": "day"}, "e2": {}}
    result = evaluate_annotated(load_annotated(write(tmp_path / "gold.jsonl", entities=entities, events=events)), coder)
    assert result.overall["person_f1"] == 0.5
    assert result.overall["date_right"] == 0.0
    assert {m.reason for m in result.misses} == {"person", "short form", "date", "place"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"marked": "[[Ana Belo|lopes|name]] left."}, "lopes"),
        ({"marked": "[[Ana Belo|belo left."}, "not closed"),
        ({"marked": "Ana Belo {{left|e9}}."}, "e9"),
        ({"events": {"e1": {"start": "soon"}}}, "date"),
    ],
)
def test_a_bad_annotation_names_its_line(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    gold = write(tmp_path / "gold.jsonl", **changes)
    with pytest.raises(CommuniqueError, match=r"gold\.jsonl, line 1") as error:
        load_annotated(gold)
    assert said in str(error.value)


def test_a_first_mention_without_a_name_is_judged_by_its_noun_country_and_sector(coder: Coder, tmp_path: Path) -> None:
    marked = (
        "[[The envoys of Chile and Peru|a+b|nominal]] met [[Portugal's ambassador to Japan|c|nominal]] in Lisbon.\n\n"
        "[[Ana Belo|c|name]] spoke."
    )
    entities = {
        "a": {"name": "Juan Soto", "kind": "person", "country": "CHL", "sector": "GOV"},
        "b": {"name": "Luis Rojas", "kind": "person", "country": "PER", "sector": "GOV"},
        "c": {"name": "Ana Belo", "kind": "person", "country": "PRT", "sector": "GOV"},
    }
    gold = write(tmp_path / "gold.jsonl", marked=marked, entities=entities, events={})
    assert evaluate_annotated(load_annotated(gold), coder).overall["description_f1"] == 1.0
    entities["c"]["country"] = "JPN"
    gold = write(tmp_path / "gold.jsonl", marked=marked, entities=entities, events={})
    assert evaluate_annotated(load_annotated(gold), coder).overall["description_f1"] == 0.5


def test_two_persons_of_one_mark_may_be_two_mentions(coder: Coder, tmp_path: Path) -> None:
    entities = {
        "a": {"name": "Juan Soto", "kind": "person", "country": "CHL", "sector": "GOV"},
        "b": {"name": "Luis Rojas", "kind": "person", "country": "CHL", "sector": "GOV"},
    }
    marked = "[[Chilean ministers Juan Soto and Luis Rojas|a+b|name]] met in Lisbon."
    gold = write(tmp_path / "gold.jsonl", marked=marked, entities=entities, events={})
    assert evaluate_annotated(load_annotated(gold), coder).overall["person_f1"] == 1.0
