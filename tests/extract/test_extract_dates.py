"""Dates as senders and pages write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.dates import is_written, published_from, written_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2031-05-03", date(2031, 5, 3)),
        (" 2031-05-03\n", date(2031, 5, 3)),
        ("2031-05-03T10:00:00Z", datetime(2031, 5, 3, 10, tzinfo=UTC)),
        ("2031-05-03T22:10:00-05:00", datetime(2031, 5, 4, 3, 10, tzinfo=UTC)),
        ("2031-05-03 10:00", datetime(2031, 5, 3, 10, tzinfo=UTC)),
        ("2031-05-03T10:00:00", datetime(2031, 5, 3, 10, tzinfo=UTC)),
        ("Sat, 03 May 2031 10:00:00 GMT", datetime(2031, 5, 3, 10, tzinfo=UTC)),
        ("3 May 2031 10:00:00 +0200", datetime(2031, 5, 3, 8, tzinfo=UTC)),
    ],
)
def test_published_forms(value: str, expected: datetime | date) -> None:
    found = published_from(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2031",
        "2031-05",
        "2031-13-01",
        "03/05/2031",
        "3 May 2031",
        "32 May 2031 10:00",
        "0001-01-01T00:00+23:00",
    ],
)
def test_what_is_no_date_is_named(value: str) -> None:
    with pytest.raises(ValueError, match="neither an ISO 8601") as caught:
        published_from(value)
    assert repr(value) in str(caught.value)


@settings(deadline=None)
@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))
def test_an_instant_is_the_same_instant_in_utc(moment: datetime) -> None:
    found = published_from(moment.isoformat())
    assert isinstance(found, datetime)
    assert found == moment.astimezone(UTC)
    assert found.tzinfo is UTC


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_date_or_a_value_error(value: str) -> None:
    try:
        found = published_from(value)
    except ValueError:
        return
    assert isinstance(found, date)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 May 2031", date(2031, 5, 3)),
        ("May 3, 2031", date(2031, 5, 3)),
        ("Sept. 4 2031", date(2031, 9, 4)),
        ("on the 1st June 2031", date(2031, 6, 1)),
        ("2031-05-03", date(2031, 5, 3)),
        ("JANUARY 12, 2031", date(2031, 1, 12)),
        ("31 June 2031", None),
        ("May 3", None),
        ("maybe 3", None),
        ("no date", None),
    ],
)
def test_written_dates(text: str, expected: date | None) -> None:
    assert written_date(text) == expected


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("June 20", date(2031, 6, 21), date(2031, 6, 20)),
        ("June 20", date(2031, 6, 12), date(2030, 6, 20)),
        ("Dec. 31", date(2031, 1, 1), date(2030, 12, 31)),
        ("1 January", date(2030, 12, 31), date(2031, 1, 1)),
        ("Feb. 29", date(2031, 3, 1), None),
        ("Feb. 29", date(2032, 3, 1), date(2032, 2, 29)),
        ("May 3, 2029", date(2031, 5, 4), date(2029, 5, 3)),
    ],
)
def test_a_date_without_a_year_lies_before_the_day_of_publication(
    text: str, published: date, expected: date | None
) -> None:
    assert written_date(text, published) == expected


@settings(deadline=None)
@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%b. %d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d"]),
)
def test_a_date_that_is_written_is_seen(day: date, form: str) -> None:
    assert is_written(day, f"Published {day.strftime(form)} in Oslo")


@pytest.mark.parametrize("page", ["May 2031", "2031-05", "13 May 2031", "2031-05-31", "3 May 2030", "3 June 2031", ""])
def test_a_date_of_which_a_part_is_missing_is_not_written(page: str) -> None:
    assert not is_written(date(2031, 5, 3), page)
