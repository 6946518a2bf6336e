"""How right the coder is on the project's own gold sentences: a floor that only rises, and scores that can be trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import CommuniqueError
from etl.evaluation.gold import GoldSentence, compare, evaluate, load_gold, miss_lines, read_evaluation
from etl.transform.coder import Coder

GOLD = Path(__file__).parents[1] / "gold"
# Measured, less a sentence or two; raise them when the coder gets better. Precision of articles was lowered once, for a recall and
# an exactness that rose: what is told of treaties and quoted is coded, and this gold does not mark all of it.
FLOORS = {
    ("sentences_verbal.jsonl", "tuned"): {"top1": 0.67, "triple": 0.57},
    ("sentences_verbal.jsonl", "validation"): {"top1": 0.61, "triple": 0.49},
    ("sentences_conflict.jsonl", "tuned"): {"top1": 0.71, "triple": 0.48},
    ("sentences_conflict.jsonl", "validation"): {"top1": 0.60, "triple": 0.44},
    ("sentences_codebook.jsonl", "tuned"): {"top1": 0.88, "triple": 0.71},
    ("sentences_codebook.jsonl", "validation"): {"top1": 0.775, "triple": 0.60},
    ("articles.jsonl", "tuned"): {"article_recall": 0.51, "article_precision": 0.59, "article_exact": 0.45},
    ("articles.jsonl", "validation"): {"article_recall": 0.41, "article_precision": 0.50, "article_exact": 0.32},
}


@pytest.mark.parametrize(("file", "split"), FLOORS)
def test_the_coder_is_no_worse_than_it_was(scored_coder: Coder, file: str, split: str) -> None:
    scores = evaluate(load_gold(GOLD / file, split=split), scored_coder).overall
    for score, floor in FLOORS[file, split].items():
        assert scores[score] >= floor, scores
    assert scores.get("extra", 0) <= 0.12
    assert scores.get("false_alarms", 0) <= 0.30


def gold(text: str, plover: str, sources: list[str], targets: list[str]) -> GoldSentence:
    events = [
        {
            "plover": plover,
            "sources": [{"text": c, "country": c} for c in sources],
            "targets": [{"text": c, "country": c} for c in targets],
        }
    ]
    return GoldSentence.model_validate({"id": "x", "text": text, "events": events})


def test_a_right_event_counts_everywhere(coder: Coder) -> None:
    result = evaluate([gold("Finland condemned Belarus on Monday.", "DISAPPROVE", ["FIN"], ["BLR"])], coder)
    assert result.misses == ()
    assert {k: result.overall[k] for k in ("top1", "any", "triple", "source_f1", "target_f1", "extra")} == {
        "top1": 1, "any": 1, "triple": 1, "source_f1": 1, "target_f1": 1, "extra": 0,
    }  # fmt: skip


def test_a_reciprocal_event_may_be_given_either_way_round(coder: Coder) -> None:
    text = "The foreign ministers of Egypt and Greece spoke by telephone on Monday."
    for sources, targets in ((["EGY", "GRC"], []), (["EGY"], ["GRC"]), (["GRC"], ["EGY"])):
        assert evaluate([gold(text, "CONSULT", sources, targets)], coder).overall["triple"] == 1


@pytest.mark.parametrize(
    ("text", "plover", "sources", "targets", "reason"),
    [
        ("Bright sunshine over Ghana.", "AID", ["GHA"], [], "no trigger"),
        ("Finland condemned Belarus on Monday.", "AID", ["FIN"], ["BLR"], "wrong frame"),
        ("Finland condemned Belarus on Monday.", "DISAPPROVE", ["FIN"], ["RUS"], "wrong role"),
        ("Finland did not send aid to Belarus.", "AID", ["FIN"], ["BLR"], "modality"),
    ],
)
def test_a_miss_says_why(
    coder: Coder, text: str, plover: str, sources: list[str], targets: list[str], reason: str
) -> None:
    (miss,) = evaluate([gold(text, plover, sources, targets)], coder).misses
    assert miss.reason == reason
    (line,) = miss_lines([miss])
    assert line["text"] == text
    assert "/ROOT<" in line["parse"]


def test_a_bad_gold_file_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    good = json.dumps({"id": "a", "text": "x", "events": []})
    for bad, expected in (
        ("{", "line 2"),
        ('{"id": "b"}', "text"),
        ('{"id": "b", "text": "x", "events": [{"plover": "NONE"}]}', "'NONE'"),
    ):
        path.write_text(f"{good}\n{bad}\n", encoding="utf-8")
        with pytest.raises(CommuniqueError, match=r"line 2") as raised:
            load_gold(path)
        assert expected in str(raised.value)


ARTICLE = {
    "id": "x",
    "title": "Chile expels diplomats",
    "date": "2024-05-06",
    "text": "Chile expelled two Peruvian diplomats on Monday.\n\nLima condemned the step. Finland praised Kenya.",
    "events": [
        {"plover": "SANCTION", "modality": "asserted", "trigger": "expelled", "sources": [{"text": "Chile", "country": "CHL"}],
         "targets": [{"text": "Peruvian diplomats", "country": "PER"}]},
        {"plover": "DISAPPROVE", "modality": "asserted", "trigger": "condemned", "sources": [{"text": "Lima", "country": "PER"}],
         "targets": [{"text": "Chile", "country": "CHL"}]},
        {"plover": "AID", "trigger": "praised", "sources": [{"text": "Finland", "country": "FIN"}],
         "targets": [{"text": "Kenya", "country": "KEN"}]},
    ],
}  # fmt: skip


def test_every_event_of_an_article_counts(coder: Coder) -> None:
    result = evaluate([GoldSentence.model_validate(ARTICLE)], coder)
    assert result.overall == {
        "articles": 1,
        "article_recall": 0.6667,
        "article_precision": 0.6667,
        "article_exact": 0.6667,
    }
    assert [m.reason for m in result.misses] == ["no event", "false event"]
    assert result.outcomes == {"x": "2/3"}


def test_two_evaluations_are_compared(coder: Coder, tmp_path: Path) -> None:
    sentence = "Finland condemned Belarus on Monday."
    right, wrong = (gold(sentence, category, ["FIN"], ["BLR"]) for category in ("DISAPPROVE", "AID"))
    before = evaluate([wrong], coder)
    path = tmp_path / "before.json"
    path.write_text(json.dumps({"overall": before.overall, "outcomes": before.outcomes}), encoding="utf-8")
    comparison = compare(read_evaluation(path), evaluate([right], coder))
    assert ("top1", 0.0, 1.0) in comparison.scores
    assert comparison.changed == (("x", "wrong frame", "right"),)


@pytest.mark.parametrize("content", ["[", "[]", '{"overall": {}}', '{"overall": 1, "outcomes": 2}'])
def test_what_is_no_evaluation_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommuniqueError, match=r"other\.json.*--json"):
        read_evaluation(path)
