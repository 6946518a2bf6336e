"""Marked passages: how they are read, what counts as right, and how far confidence can be trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import CommuniqueError
from etl.evaluation.gold import evaluate, load_gold
from etl.evaluation.passages import calibration_error, evaluate_passages, load_passages, reliability
from etl.transform.coder import Coder

GOLD = Path(__file__).parents[1] / "gold"


def passages(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "passages.tsv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_marks_are_taken_out_of_the_text(tmp_path: Path) -> None:
    (one,) = load_passages(
        passages(tmp_path, "# what follows", "wire\tChad {{condemned|111|TCD:GOV|NIL:REB+SDN|asserted bg}} the raid.")
    )
    (event,) = one.events
    assert one.text == "Chad condemned the raid."
    assert one.text[event.start : event.end] == "condemned"
    assert (set(event.sources), set(event.targets)) == ({"TCD"}, {"SDN"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wire Chad condemned the raid.", "a genre, a tab and a text"),
        ("wire\tChad {{condemned|111|TCD}} the raid.", "is not of the form"),
        ("wire\tChad {{condemned|111|TCD||maybe}} the raid.", "'maybe' is none of asserted"),
        ("wire\tChad {{condemned|119|TCD||asserted}} the raid.", "'119' is none of cameo.tsv"),
        ("wire\tChad {{condemned|111|CHD||asserted}} the raid.", "'CHD' is no country"),
        ("wire\tChad {{condemned|111|TCD|SDN+Iran|asserted}} the raid.", "'Iran' is no country"),
        ("wire\tChad {{|111|TCD||asserted}} the raid.", "has no trigger"),
        ("wire\tChad {{condemned|111|TCD||asserted} the raid.", "belongs to no mark"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CommuniqueError, match=r"passages\.tsv, line 2") as error:
        load_passages(passages(tmp_path, "wire\tNothing here.", line))
    assert said in str(error.value)


def test_the_passages_to_learn_from_are_sound() -> None:
    for path in sorted((GOLD.parents[1] / "training" / "passages").glob("*.tsv")):
        assert load_passages(path)


@pytest.mark.parametrize(
    ("line", "recall", "right"),
    [
        ("wire\tFinland {{condemned|111|FIN|BLR|asserted}} Belarus on Monday.", 1, 1),
        ("wire\tFinland {{condemned|111|FIN|RUS|asserted}} Belarus on Monday.", 1, 0),
        ("wire\tFinland {{condemned|111|FIN|BLR|negated}} Belarus on Monday.", 1, 0),
        ("wire\tFinland {{condemned|051|FIN|BLR|asserted}} Belarus on Monday.", 0, 0),
        ("wire\tEgypt and Greece {{signed|057|EGY+GRC|=|asserted}} a treaty in Cairo on Monday.", 1, 1),
    ],
)
def test_what_is_right(coder: Coder, tmp_path: Path, line: str, recall: float, right: float) -> None:
    scores = evaluate_passages(load_passages(passages(tmp_path, line)), coder).overall
    assert (scores["passage_recall"], scores["passage_right"]) == (recall, right)


def test_calibration_is_measured_in_ten_bins() -> None:
    judged = [(0.82, True)] * 8 + [(0.82, False)] * 2 + [(0.25, False)] * 4
    assert reliability(judged) == ((0.2, 0.3, 0.25, 0.0, 4), (0.8, 0.9, 0.82, 0.8, 10))
    assert calibration_error(judged) == pytest.approx((10 * 0.02 + 4 * 0.25) / 14)
    assert calibration_error([]) == 0


def test_passages_nobody_trained_on_are_coded_no_worse_and_confidence_holds(scored_coder: Coder) -> None:
    scores = evaluate_passages(load_passages(GOLD / "passages.tsv"), scored_coder).overall
    assert scores["passage_recall"] >= 0.52
    assert scores["passage_precision"] >= 0.74
    assert scores["passage_right"] >= 0.48
    assert scores["calibration_error"] < 0.07


def test_articles_that_are_not_about_politics_yield_next_to_nothing(scored_coder: Coder) -> None:
    gold = load_gold(GOLD / "relevance.jsonl")
    kinds = {r["id"]: r["kind"] for r in map(json.loads, (GOLD / "relevance.jsonl").read_text().splitlines())}
    plain = [g for g in gold if kinds[g.id] == "plain"]
    assert evaluate(gold, scored_coder).overall["false_alarms"] <= 0.19
    assert evaluate(plain, scored_coder).overall["false_alarms"] <= 0.02
