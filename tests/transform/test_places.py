"""Where events happened: sentences of which each says, or does not say, where (places.tsv)."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from db.errors import CommuniqueError
from etl.extract.text import article_from_text
from etl.knowledge.loader import read_table
from etl.knowledge.places import load_buildings, places_named
from etl.records import EventMention, PlaceBasis
from etl.transform.coder import Coder
from etl.transform.linking import link
from etl.transform.places import country_of_place

COLUMNS = ("dateline", "sentence", "trigger", "place", "known")
ROWS = [row.values for row in read_table(Path(__file__).parent / "places.tsv", COLUMNS)]
PUBLISHED = date(2019, 3, 4)


def mentions(coder: Coder, text: str) -> tuple[EventMention, ...]:
    return coder.code(article_from_text(text, published=PUBLISHED))


def placed(coder: Coder, text: str, trigger: str) -> str:
    """Town and country of the event at `trigger`, 'none' for one without, 'uncoded' where there is no event."""
    start = text.index(trigger)
    at = [m for m in mentions(coder, text) if m.trigger.start < start + len(trigger) and start < m.trigger.end]
    if not at:
        return "uncoded"
    place = at[0].place
    return "none" if place is None else f"{_plain(place.name)} {place.country}"


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['trigger']}-{row['sentence'][:25]}")
def test_where_an_event_happened(coder: Coder, row: dict[str, str]) -> None:
    head = "" if row["dateline"] == "-" else f"{row['dateline']} (Agency) - "
    found = placed(coder, head + row["sentence"].replace(" // ", "\n\n"), row["trigger"])
    if row["known"]:
        assert found != _plain(row["place"]), "read well now: take away the mark"
    else:
        assert found == _plain(row["place"])


def test_a_place_of_the_story_or_the_dateline_is_less_sure_and_says_so(coder: Coder) -> None:
    (meeting,) = mentions(coder, "GENEVA, March 4 (Agency) - The Iranian and Iraqi foreign ministers met on Monday.")
    assert meeting.place is not None
    assert meeting.place.basis is PlaceBasis.DATELINE
    assert (meeting.place.span.text, meeting.place.span.start) == ("GENEVA", 0)
    text = "Narendra Modi told reporters in Dhaka that he was glad. He praised Sheikh Hasina."
    (praise,) = (m for m in mentions(coder, text) if m.trigger.text == "praised")
    assert praise.place is not None
    assert (praise.place.name, praise.place.basis) == ("Dhaka", PlaceBasis.STORY)
    (said,) = mentions(coder, "Narendra Modi praised Sheikh Hasina in Dhaka on Monday.")
    assert said.place is not None
    assert said.place.basis is PlaceBasis.TEXT
    assert said.place.confidence > praise.place.confidence


def test_a_merged_event_has_the_place_of_the_mention_that_names_one(coder: Coder) -> None:
    text = (
        "The French and German foreign ministers met on Sunday.\n\n"
        "The French foreign minister met his German counterpart in Weimar on Sunday."
    )
    (event,) = link(mentions(coder, text))
    assert len(event.mentions) == 2
    assert event.facts.place is not None
    assert event.facts.place.name == "Weimar"


def test_towns_known_from_wars_and_buildings() -> None:
    assert [row.country for row in places_named("Manbij")] == ["SYR"]
    assert [row.name for row in places_named("Kremlin")] == ["Moscow"]
    assert places_named("Nowhere at all") == ()
    assert country_of_place("Bakhmut") == "UKR"
    assert country_of_place("Kremlin") is None


def test_a_building_in_an_unknown_town_is_told(tmp_path: Path) -> None:
    (tmp_path / "places.tsv").write_text(
        "geonames_id\tname\taliases\tadmin1\tcountry\tlatitude\tlongitude\tpopulation\tfeature\n"
        "1\tGeneva\t\t\tCHE\t46.2\t6.1\t200000\tcity\n",
        encoding="utf-8",
    )
    (tmp_path / "buildings.tsv").write_text("name\taliases\ttown\tcountry\nKremlin\t\tMoscow\tRUS\n", encoding="utf-8")
    with pytest.raises(
        CommuniqueError, match=r"buildings\.tsv, line 2, column 'town', value 'Moscow': is no place of RUS"
    ):
        load_buildings(tmp_path)


def test_a_sentence_without_a_finite_verb_at_its_root_ends(coder: Coder) -> None:
    # identity of spaCy's tokens does not hold, so a walk up the tree must compare their places
    assert (
        coder.code(
            article_from_text(
                "Ana San Belo Kyi, addressing supporters in Mandalay on Sunday, called on generals to amend the law."
            )
        )
        is not None
    )
