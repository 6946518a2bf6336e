"""Plain text: what its parts are."""

# Typographic and foreign characters are what is tested here.

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import CommuniqueError
from etl.extract.text import Debris, article_from_text, debris
from etl.records import Article, ParagraphKind


def parts(article: Article) -> list[tuple[str, str]]:
    return [(p.kind.value, article.text[p.start : p.end]) for p in article.paragraphs]


STORY = """Norland and Sudland reopen border after talks

By Mara Lind and Tom Lee

Published on 4 May 2031, 09:30 GMT

AA1x9Kqz

Foreign Minister Lena Voss (R) greets her guest Daniel Oduya in Lisbon on May 3, 2031. (Pool photo)

LISBON, May 3 (Harbour) - The foreign ministers of Norland and Sudland agreed on Saturday to reopen their border.

Trade to resume

Officials said that trade would resume at once.

Read more: Ten lakes to visit this summer

Exit mobile version
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_parts_of_a_story(newline: str) -> None:
    text = STORY.replace("\n", newline)
    article = article_from_text(text)
    assert article.text == text
    assert parts(article) == [
        ("title", "Norland and Sudland reopen border after talks"),
        ("caption", "Foreign Minister Lena Voss (R) greets her guest Daniel Oduya in Lisbon on May 3, 2031."),
        ("body", "The foreign ministers of Norland and Sudland agreed on Saturday to reopen their border."),
        ("heading", "Trade to resume"),
        ("body", "Officials said that trade would resume at once."),
    ]
    assert article.title == "Norland and Sudland reopen border after talks"
    assert article.byline == "Mara Lind"
    assert article.published == date(2031, 5, 4)
    assert article.dateline is not None
    assert (article.dateline.place, article.dateline.on) == ("Lisbon", date(2031, 5, 3))
    assert text[article.dateline.start : article.dateline.end] == "LISBON, May 3 (Harbour) -"


def test_what_the_sender_says_goes_before_what_the_text_says() -> None:
    published = datetime(2030, 1, 1, tzinfo=UTC)
    article = article_from_text(STORY, title="Border open", published=published, byline="Staff")
    assert (article.title, article.published, article.byline) == ("Border open", published, "Staff")
    assert article.dateline is not None
    assert article.dateline.on == date(2029, 5, 3)
    # A report is not filed months after it was published.


@pytest.mark.parametrize(
    ("dateline", "place", "on"),
    [
        ("WASHINGTON, June 20 (Agency) -", "Washington", date(2031, 6, 20)),
        ("GENEVA (Reuters) —", "Geneva", None),
        ("Geneva, 3 May 2031 –", "Geneva", date(2031, 5, 3)),
        ("SEOUL, Oct. 4 (Yonhap) --", "Seoul", date(2031, 10, 4)),
        ("MOSCOW, January 12. /TASS/.", "Moscow", date(2031, 1, 12)),
        ("Moscow. January 12. INTERFAX -", "Moscow", date(2031, 1, 12)),
        ("KYIV, Ukraine (AP) —", "Kyiv, Ukraine", None),
        ("WASHINGTON, D.C. (AP) -", "Washington, D.C.", None),
        ("ST. PETERSBURG, Russia, May 3 (Harbour News) -", "St. Petersburg, Russia", date(2031, 5, 3)),
        ("UNITED NATIONS, Sept 3, 2031 (Harbour) --", "United Nations", date(2031, 9, 3)),
        ("TOKYO, Monday, May 3 (Harbour) -", "Tokyo", date(2031, 5, 3)),
        ("BOGOTÁ, May 3 -", "Bogotá", date(2031, 5, 3)),
        ("PARIS —", "Paris", None),
    ],
)
def test_dateline_forms(dateline: str, place: str, on: date | None) -> None:
    text = f"{dateline} The envoys met.\n\nThey ate."
    article = article_from_text(text, published=date(2031, 10, 5))
    assert article.dateline is not None
    assert (article.dateline.place, article.dateline.on) == (place, on)
    assert text[article.dateline.start : article.dateline.end] == dateline
    assert parts(article) == [("body", "The envoys met."), ("body", "They ate.")]


def test_a_dateline_without_a_year_has_no_date_when_nothing_tells_the_year() -> None:
    article = article_from_text("OSLO, June 20 (Harbour) - The envoys met.")
    assert article.dateline is not None
    assert article.dateline.on is None


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday, May 4 - the day of the talks - it rained.",
        "NATO - the alliance of thirty states - met.",
        "The plan - which he made - failed.",
        "Kenya - Uganda border posts were closed.",
        "BREAKING - The envoys met.",
        "Talks in Oslo, May 3 - all of them - failed.",
    ],
)
def test_what_only_looks_like_a_dateline(text: str) -> None:
    article = article_from_text(text)
    assert article.dateline is None
    assert parts(article) == [("body", text)]


@pytest.mark.parametrize(
    "text",
    [
        "Norland attacks Sudland",
        "Norland attacks Sudland.",
        "By Monday Morning, the rebels held the bridge",
        "  Norland attacks Sudland\n",
        "Norland attacks Sudland\n\nExit mobile version",
        "Norland attacks\nSudland at dawn on Friday\n\n\n",
    ],
)
def test_a_single_sentence_is_body(text: str) -> None:
    assert [kind for kind, _ in parts(article_from_text(text))][-1:] == ["body"]
    assert article_from_text(text.split("\n\n")[0]).paragraphs[-1].kind is ParagraphKind.BODY


def test_lines_are_paragraphs_where_there_are_no_blank_lines() -> None:
    text = "Envoy leaves Oslo\nThe envoy left on Friday.\nHe will not come back.\nTalks go on"
    assert parts(article_from_text(text)) == [
        ("title", "Envoy leaves Oslo"),
        ("body", "The envoy left on Friday."),
        ("body", "He will not come back."),
        ("body", "Talks go on"),
    ]


def test_lines_wrapped_at_a_width_are_no_paragraphs() -> None:
    text = (
        "Ministers meet in Oslo\n"
        "The foreign ministers of Norland and Sudland met in Oslo on Monday and\n"
        "agreed to reopen the border between the two countries, which had been\n"
        "closed since 2029.\n"
        "Officials said that trade in grain and timber would resume at once, and\n"
        "listen to complaints of the farmers in both of the countries, of course."
    )
    kinds = parts(article_from_text(text))
    assert [kind for kind, _ in kinds] == ["title", "body", "body"]
    assert kinds[1][1].endswith("been\nclosed since 2029.")
    assert kinds[2][1].endswith("and\nlisten to complaints of the farmers in both of the countries, of course.")


def test_debris_byline_and_dateline_part_a_block_without_blank_lines_around_them() -> None:
    text = "Envoy leaves Oslo\nBy Mara Lind\nAA1x9Kqz\nOSLO, May 3 (Harbour) - The envoy left.\n\nHe was sad."
    article = article_from_text(text)
    assert parts(article) == [("title", "Envoy leaves Oslo"), ("body", "The envoy left."), ("body", "He was sad.")]
    assert article.byline == "Mara Lind"


def test_a_readout_with_a_date_and_numbered_points() -> None:
    text = (
        "Readout of the call of Minister Voss with Minister Oduya\n\n3 May 2031\n\n"
        "The following is attributable to the spokesperson:\n\n"
        "1. The ministers spoke of the border\n\n2. They agreed to meet in June\n\n(a) in Lisbon, or\n\n- in Oslo\n\nEnd of it."
    )
    article = article_from_text(text)
    assert article.published == date(2031, 5, 3)
    assert [kind for kind, _ in parts(article)] == ["title"] + ["body"] * 6
    assert article.title == "Readout of the call of Minister Voss with Minister Oduya"


def test_the_day_of_publication_goes_before_that_of_a_change() -> None:
    assert article_from_text("Updated: 5 May 2031\n\nPosted: 2031-05-03\n\nTalks failed.").published == date(2031, 5, 3)
    assert article_from_text("Updated: 5 May 2031\n\nTalks failed.").published == date(2031, 5, 5)


def test_a_long_dateless_paragraph_is_no_publication_line() -> None:
    assert article_from_text("The pact of 3 May 2031 was published.\n\nIt is short.").published is None


def test_a_caption_without_its_credits_tells_what_is_seen() -> None:
    article = article_from_text("Photo: Delegates at the Lisbon conference (Yonhap)\n\nPhoto: x (AP)\n\nTalks failed.")
    assert parts(article) == [("caption", "Photo: Delegates at the Lisbon conference"), ("body", "Talks failed.")]


TEXT = st.lists(
    st.sampled_from(
        [
            "\n",
            "\n\n",
            "\r\n",
            " ",
            "\ufeff",
            "\u2028",
            "Read more: x",
            "By Mara Lind",
            "OSLO, May 3 (X) - ",
            "3 May 2031",
            "(L)",
            "Photo: x y z of the long talks",
            " (AP)",
            "Talks failed.",
            "Updated: 3 May 2031",
            "MOSCOW, May 1. /TASS/. ",
            "-- ",
        ]
    )
    | st.text(max_size=12),
    max_size=20,
).map("".join)


@settings(deadline=None, max_examples=400)
@given(TEXT)
def test_paragraphs_lie_within_any_text_in_order_and_apart(text: str) -> None:
    article = article_from_text(text)
    assert article.text == text
    end = 0
    for paragraph in article.paragraphs:
        assert end <= paragraph.start < paragraph.end <= len(text)
        words = text[paragraph.start : paragraph.end]
        assert words == words.strip()
        end = paragraph.end
    if article.dateline:
        assert 0 <= article.dateline.start < article.dateline.end <= len(text)
        assert all(article.dateline.end <= p.start or p.end <= article.dateline.start for p in article.paragraphs)


def test_text_with_an_invisible_mark_before_every_space_is_read_in_one_pass() -> None:
    # Stripping one layer after the other would take hours here.
    text = "\ufeff " * 500_000 + "Talks failed."
    assert parts(article_from_text(text)) == [("body", "Talks failed.")]


@pytest.mark.parametrize("line", debris().file.examples.debris)
def test_debris_examples(line: str) -> None:
    assert debris().is_debris(line)
    assert parts(article_from_text(f"Talks failed in Oslo.\n\n{line}\n\nThey go on.")) == [
        ("body", "Talks failed in Oslo."),
        ("body", "They go on."),
    ]


@pytest.mark.parametrize("line", debris().file.examples.caption)
def test_caption_examples(line: str) -> None:
    assert debris().is_caption(line)


@pytest.mark.parametrize("line", debris().file.examples.keep)
def test_examples_of_what_is_kept(line: str) -> None:
    assert not debris().is_debris(line)
    assert not debris().is_caption(line)


def test_a_debris_file_with_a_mistake_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "debris.yaml"
    for content in (
        "debris: [",
        "debris: ['(']\ncaption: []\ncredits: []\nexamples: {debris: [], caption: [], keep: []}",
        "x: 1",
    ):
        path.write_text(content)
        with pytest.raises(CommuniqueError, match=r"debris\.yaml"):
            Debris(path)
    with pytest.raises(CommuniqueError, match="missing"):
        Debris(tmp_path / "missing.yaml")


def test_a_line_of_repeated_words_is_judged_at_once() -> None:
    assert not debris().is_debris("share this " * 40 + "!")
