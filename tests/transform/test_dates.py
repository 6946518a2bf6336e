"""When: the table of sentences, and what holds of any expression at any time."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.extract.text import article_from_text
from etl.records import DateBasis, DatePrecision, EventDate, EventMention
from etl.transform.coder import Coder
from etl.transform.expressions import EXPRESSIONS, Point, may_hold_date, resolved

TABLE = Path(__file__).with_name("dates.txt")


def rows() -> Iterator[tuple[str, str, str, str]]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            published, trigger, expected, text = line.split(" | ", 3)
            yield published, trigger, expected, text


def meant(expected: str) -> tuple[date | None, date | None, str]:
    """'2018', '2024-05', '2024-05-06/2024-05-07', '2023-01/2023-03', '2000-02/', '-': first day, last day, precision."""
    if expected == "-":
        return None, None, "unknown"
    first, ranged, last = expected.partition("/")
    ends = [[int(number) for number in end.split("-")] for end in (first, last or first)]
    start, end = ((*parts, *(1, 1)[len(parts) - 1 :]) for parts in ends)
    if len(ends[1]) < 2:
        end = (end[0], 12, 31)
    elif len(ends[1]) < 3:
        end = (end[0], end[1], calendar.monthrange(end[0], end[1])[1])
    return date(*start), None if ranged and not last else date(*end), ("year", "month", "day")[len(ends[0]) - 1]


def coded(coder: Coder, text: str, published: str = "-") -> tuple[EventMention, ...]:
    on = None if published == "-" else date.fromisoformat(published)
    return coder.code(article_from_text(text.replace(" // ", "\n\n"), published=on))


@pytest.mark.parametrize(("published", "trigger", "expected", "text"), list(rows()))
def test_when_an_event_happened(coder: Coder, published: str, trigger: str, expected: str, text: str) -> None:
    at = text.index(trigger)
    found = [
        (m.date.start, m.date.end, m.date.precision.value)
        for m in coded(coder, text, published)
        if m.trigger.start < at + len(trigger) and at < m.trigger.end
    ]
    assert meant(expected) in found


def test_a_date_keeps_its_words_and_its_rule(coder: Coder) -> None:
    text = "Peru expelled two Chilean diplomats last Friday. Chile has condemned Peru."
    first, second = coded(coder, text, "2024-05-08")
    assert first.date.span is not None
    assert (first.date.span.text, first.date.rule, first.date.basis) == ("last Friday", "weekday", DateBasis.TEXT)
    assert text[first.date.span.start : first.date.span.end] == "last Friday"
    assert (second.date.span, second.date.rule, second.date.basis) == (None, "published", DateBasis.PUBLISHED)


def test_the_dateline_goes_before_the_day_of_publication(coder: Coder) -> None:
    text = "NAIROBI, March 4 (Agency) - Kenya and Somalia signed a trade agreement on Sunday. Uganda has praised Kenya."
    signing, praise = coded(coder, text, "2019-03-06")
    assert signing.date.start == date(2019, 3, 3)
    assert (praise.date.start, praise.date.rule) == (date(2019, 3, 4), "dateline")


def test_undated_events_are_of_the_day_of_the_story(coder: Coder) -> None:
    text = "Poland expelled two Belarusian diplomats yesterday. Belarus, which arrested a Polish officer in 2021, condemned Poland."
    _, *rest = coded(coder, text, "2024-05-08")
    (answer,) = (m for m in rest if m.trigger.text == "condemned")
    assert (answer.date.start, answer.date.rule, answer.date.basis) == (date(2024, 5, 7), "story", DateBasis.TEXT)
    assert answer.date.span is not None
    assert answer.date.span.text == "yesterday"


def test_a_caption_has_a_date_of_its_own_or_none(coder: Coder) -> None:
    text = "Uganda condemned Kenya.\n\nPhoto: Kenyan and Somali ministers met in Nairobi{}."
    _, dated = coded(coder, text.format(" on June 3, 2023"), "2024-05-08")
    assert (dated.date.start, dated.date.basis, dated.date.rule) == (date(2023, 6, 3), DateBasis.CAPTION, "day")
    _, undated = coded(coder, text.format(""), "2024-05-08")
    assert undated.date == EventDate()


EXAMPLES = (
    "June 20|20 June|Feb. 29|February 30|June 30-July 2|20-21 June|29 February 2023|June 20, 2018|between June 3 and 5|"
    "in May|last May|next May|this May|that May|May of last year|late February|from March to May|"
    "Monday|last Monday|next Monday|Monday next week|Friday of last week|the previous Friday|from Friday to Monday|"
    "Monday and Tuesday|last week on Sunday|today|yesterday|the day before yesterday|tomorrow|overnight|"
    "three days ago|999 years ago|12 months ago|an hour ago|two days later|999 years earlier|a month later|hours later|"
    "the previous day|the following weekend|the same month|the year before|later that year|earlier in the day|"
    "earlier this month|next year|last weekend|over the weekend|the end of the year|in 400 years|in two weeks|recently|"
    "a few weeks ago|the last quarter of 2022|the first half of last year|1980-88|between 2014 and 2016|the 1990s|2018|"
    "2/5/2024|25/5/2024|5/25/2024|31.12.1999|99/99/1999|2024-02-30|May Day|New Year’s Eve 2020|Sept. 11 attacks|"
    "June of that year|in June the following year"
).split("|")
WIDEST = {DatePrecision.DAY: 400, DatePrecision.MONTH: 400, DatePrecision.YEAR: 40_000}


def readings(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for rule, expression in EXPRESSIONS:
        if rule not in ("no date", "apart") and (match := expression.search(text)):
            yield rule, {name: value for name, value in match.groupdict().items() if value is not None}


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_an_expression(text: str) -> None:
    assert list(readings(text))
    assert may_hold_date(text)


@given(
    text=st.sampled_from(EXAMPLES),
    reference=st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    ahead=st.sampled_from([None, True, False]),
    told=st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    precision=st.sampled_from([DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR]),
)
def test_any_expression_at_any_time_is_in_order(
    text: str, reference: date | None, ahead: bool | None, told: date | None, precision: DatePrecision
) -> None:
    before = (EventDate(start=told, end=told, precision=precision),) if told else ()
    for rule, groups in readings(text):
        when = resolved(rule, groups, Point(ahead=ahead, reference=reference, told=before))
        if when.precision is DatePrecision.UNKNOWN:
            assert when.start is when.end is None
            continue
        assert when.start is not None
        assert when.end is not None
        assert when.start <= when.end
        assert when.end - when.start < timedelta(days=WIDEST[when.precision])
        if when.precision is not DatePrecision.DAY:
            assert when.start.day == 1
            assert (when.end + timedelta(days=1)).day == 1
        if when.precision is DatePrecision.YEAR:
            assert (when.start.month, when.end.month) == (1, 12)


@given(reference=st.dates(date(1900, 1, 1), date(2100, 12, 31)), name=st.sampled_from(list(calendar.day_name)))
def test_a_weekday_is_less_than_a_week_away(reference: date, name: str) -> None:
    def day(**groups: str) -> date:
        when = resolved("weekday", {"w": name, **groups}, Point(ahead=ahead, reference=reference, told=()))
        assert when.start is not None
        assert when.start == when.end
        assert calendar.day_name[when.start.weekday()] == name
        return when.start

    ahead = False
    assert 0 <= (reference - day()).days < 7
    assert 1 <= (reference - day(rel="last")).days <= 7
    ahead = True
    assert 0 <= (day() - reference).days < 7
    assert 1 <= (day(rel="next") - reference).days <= 7
