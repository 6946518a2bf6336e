"""The learned scorer: what it leaves out, what its confidence says, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.errors import CommuniqueError
from etl.cli import main
from etl.extract.text import article_from_text
from etl.records import Modality
from etl.transform.coder import Coder
from etl.transform.linking import link
from etl.transform.scorer import MODEL, load_scorer

MATCH = (
    "Portugal attacked from the first whistle and bombarded the Danish goal, the striker scoring twice before half-time.\n\n"
    "The goalkeeper saved a penalty and the crowd sang. The coach praised his midfielders after the match, the captain "
    "limped off with a knee injury, and the two teams meet again in the cup final next season."
)


def asserted(coder: Coder, text: str) -> list[str]:
    return [m.cameo for m in coder.code(article_from_text(text)) if m.modality is Modality.ASSERTED]


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("Finland condemned Belarus on Monday for the detention of two journalists.", "11"),
        ("The presidents of Kenya and Uganda signed a border treaty in Kampala on Friday.", "05"),
        ("Turkey expelled three Danish diplomats.", "16"),
        ("Police in Lagos arrested forty demonstrators.", "17"),
        ("Peru's foreign minister will visit Chile next week.", "0"),
    ],
)
def test_what_diplomats_and_armies_do_is_kept(scored_coder: Coder, text: str, root: str) -> None:
    found = scored_coder.code(article_from_text(text))
    assert any(m.cameo.startswith(root) for m in found)


def test_a_match_is_no_war(coder: Coder, scored_coder: Coder) -> None:
    assert asserted(coder, MATCH)
    assert asserted(scored_coder, MATCH) == []


def test_a_clear_report_is_surer_than_a_phrase_in_passing(scored_coder: Coder) -> None:
    clear = scored_coder.code(article_from_text("Finland condemned Belarus on Monday."))[0]
    passing = scored_coder.code(article_from_text("The museum shows how Syria fought Iraq in the novel."))
    assert passing
    assert all(m.confidence < clear.confidence for m in passing)
    assert 0.5 < clear.confidence <= 1


def test_an_event_is_as_sure_as_the_mention_that_its_facts_come_from(scored_coder: Coder) -> None:
    text = (
        "Turkey expelled three Danish diplomats on Monday. Denmark said that it regretted the step.\n\n"
        "The expulsion of the three Danish diplomats by Turkey came on Monday. Turkey had expelled the Danish diplomats."
    )
    events = link(scored_coder.code(article_from_text(text)))
    assert any(len(e.mentions) > 1 for e in events)
    assert [e.facts.confidence for e in events] == [e.mentions[0].confidence for e in events]


def test_explain_shows_what_was_left_out(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["explain", MATCH])
    assert shown.exit_code == 0
    assert "left out by the scorer" in shown.output
    told = json.loads(CliRunner().invoke(main, ["explain", "--json", MATCH]).output)
    assert all(0 <= doubt["probability"] < 1 for sentence in told for doubt in sentence["doubted"])
    assert any(sentence["doubted"] for sentence in told)


def test_coding_goes_on_without_it() -> None:
    line = json.dumps({"id": "a", "text": MATCH})
    with_it, without = (
        json.loads(CliRunner().invoke(main, ["code", *flags], input=line).output)["events"]
        for flags in ((), ("--no-scorer",))
    )
    assert len(with_it) < len(without)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"features": 0}', "was trained for features 0"),
        (json.dumps({"features": json.loads(MODEL.read_text())["features"]}), "damaged (topics: Field required)"),
        (json.dumps(json.loads(MODEL.read_text()) | {"least": float("nan")}), "damaged (least: "),
        (json.dumps(json.loads(MODEL.read_text()) | {"weights": {"root=11": [0.1]}}), "damaged (weights.root=11"),
    ],
)
def test_a_bad_model_is_refused_by_name(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "scorer.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommuniqueError) as error:
        load_scorer(path)
    assert all(word in str(error.value) for word in (str(path), said, "--no-scorer"))


def test_the_model_has_one_line_a_feature() -> None:
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    assert len(MODEL.read_text(encoding="utf-8").splitlines()) > len(model["weights"])
