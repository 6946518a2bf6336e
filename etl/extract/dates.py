"""Dates as senders and pages write them. No clock is read: a date that is not written is not known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?\b"
# 'June 20', '20 June', each with or without a year.
WRITTEN = (
    rf"(?:{MONTH}\ {DAY.format('day_after')}(?:,?\ (?P<year_after>\d{{4}})\b)?"
    rf"|{DAY.format('day_before')}\ {MONTH}(?:,?\ (?P<year_before>\d{{4}})\b)?)"
)
_WRITTEN = re.compile(rf"\b{WRITTEN}")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?!\d)")
_RFC_2822 = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s.*)?")


def published_from(value: str) -> datetime | date:
    """Return the UTC instant, or the calendar date, that `value` gives in ISO 8601 or as an RFC 2822 date.

    A time without a zone is taken as UTC. Raises ValueError where `value` is neither.
    """
    value = value.strip()
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value) if _RFC_2822.fullmatch(value) else datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError) as error:
        raise ValueError(f"{value!r} is neither an ISO 8601 date or time nor an RFC 2822 date") from error


def written_date(text: str, published: date | None = None) -> date | None:
    """Return the first calendar date in `text` ('3 May 2031', 'Oct. 4', '2031-05-03'), else None.

    A date without a year is the last one before `published`, give or take a week, and None where that is unknown.
    """
    if iso := _ISO.search(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if not (match := _WRITTEN.search(text)):
        return None
    day = int(match["day_after"] or match["day_before"])
    month = next(n for n, name in enumerate(_MONTHS, 1) if name in match.group().lower())
    if year := match["year_after"] or match["year_before"]:
        return _day(int(year), month, day)
    if published is None:
        return None
    days = (_day(published.year + offset, month, day) for offset in (1, 0, -1))
    return next((found for found in days if found and (found - published).days <= 7), None)


def is_written(day: date, page: str) -> bool:
    """Whether `page` spells out `day`, its day of the month included, in digits or in words."""
    year, month, number = day.year, rf"0?{day.month}", rf"0?{day.day}(?!\d)"
    name = rf"{_MONTHS[day.month - 1]}[a-z]*\.?"
    forms = (
        rf"{year}\W?{month}\W?{number}",
        rf"\b{number}\W{month}\W{year}",
        rf"\b{month}\W{number}\W{year}",
        rf"\b{name}\s+{number}(?:st|nd|rd|th)?,?\s+{year}",
        rf"\b0?{day.day}(?:st|nd|rd|th)?\s+{name},?\s+{year}",
    )
    return any(re.search(form, page, re.IGNORECASE) for form in forms)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
