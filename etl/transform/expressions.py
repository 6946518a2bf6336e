"""Temporal expressions: what they look like, and which days they mean. Words alone, no syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from etl.records import DatePrecision, EventDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY_NAME = rf"(?:{'|'.join(_WEEKDAYS)})"
_WEEKDAY = rf"(?:{_DAY_NAME}|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.)"
_NEIGHBOURS = "|".join(
    rf"{one}(?= and (?:on )?{two})" for one, two in zip(_WEEKDAYS, (*_WEEKDAYS[1:], _WEEKDAYS[0]), strict=True)
)
_NUMBERS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)
_COUNT = rf"(?i:\d{{1,3}}|{'|'.join(_NUMBERS)}|an?)"
_UNIT = r"(?P<u>minute|hour|day|week|month|year|decade)s?"
_YEAR = r"(?:19|20)\d\d"
_WHICH = r"(?P<yr>last|this|next|that|the same|the previous|the following) year"
_OF_YEAR = rf"(?:,?\s+(?:of\s+|in\s+)?(?:(?P<y>{_YEAR})(?![\w:])|{_WHICH}))"
_NTH = r"(?:st|nd|rd|th)?(?![\d:])"
_TO = r"\s*(?:-|–|—|\b(?:to|until|till|through)\b)\s*"
_WEEK = r"(?:\s+(?:of\s+)?(?P<wk>last|next|this) week)"
_FEASTS = {
    "new year's day": (1, 1),
    "international women's day": (3, 8),
    "may day": (5, 1),
    "bastille day": (7, 14),
    "halloween": (10, 31),
    "armistice day": (11, 11),
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
}
"""Feasts that fall on one day, every year and everywhere: (month, day)."""
_FEAST = "|".join(feast.replace("'", "['’]") for feast in _FEASTS)
_COUNTED = (
    "people|troops|soldiers|men|women|dollars|euros|tons|tonnes|km|kilomet\\w+|miles|members|deaths|prisoners|"
    "civilians|refugees|migrants|victims|homes"
)

# In the order in which they are tried; of two kinds that share words, the longer comes first.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("no date", rf"(?:Black|Bloody|Good|Palm|Easter|Ash|Maundy|Super|[Ee]very|[Ee]ach) {_DAY_NAME}"),
    ("no date", rf"{_DAY_NAME} (?:[Pp]rayers?|[Mm]arket|[Nn]ewspapers?|[Pp]apers?|Times|Post|Telegraph|Express|Mail|[Mm]ass)"),
    ("no date", rf"{_MONTH} \d{{1,2}} (?:Movement|Alliance|Brigades?|Coalition|Party|Front|Street|Square)"),
    ("september_11", r"(?:Sept(?:ember|\.) 11|9/11)(?=,? (?:2001,? )?(?:terror|attack|hijack|victim|suicide))(?:,? 2001)?"),
    ("numbers", rf"(?P<a>\d{{1,2}})(?P<s>[/.])(?P<b>\d{{1,2}})(?P=s)(?P<y>{_YEAR})"),
    ("iso", rf"(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)"),
    ("day_range", rf"(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}}){_NTH}{_TO}(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}}){_NTH}{_OF_YEAR}?"),
    ("day_range", rf"(?P<d>\d{{1,2}}){_NTH}\s+(?P<m>{_MONTH}){_TO}(?P<d2>\d{{1,2}}){_NTH}\s+(?P<m2>{_MONTH}){_OF_YEAR}?"),
    ("day_range", rf"(?:[Bb]etween )?(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}}){_NTH}(?:{_TO}| and )(?P<d2>\d{{1,2}}){_NTH}{_OF_YEAR}?"),
    ("day_range", rf"(?:[Bb]etween )?(?P<d>\d{{1,2}}){_NTH}(?:{_TO}| and )(?P<d2>\d{{1,2}}){_NTH}\s+(?:of\s+)?(?P<m>{_MONTH}){_OF_YEAR}?"),
    ("day", rf"(?:{_WEEKDAY},?\s+\(?)?(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}}){_NTH}{_OF_YEAR}?"),
    ("day", rf"(?:{_WEEKDAY},?\s+\(?)?(?:the\s+)?(?P<d>\d{{1,2}}){_NTH}\s+(?:of\s+)?(?P<m>{_MONTH}){_OF_YEAR}?"),
    ("feast", rf"(?P<f>(?i:{_FEAST})){_OF_YEAR}?"),
    ("month_range", rf"(?:[Ff]rom |[Bb]etween )(?P<m>{_MONTH}){_OF_YEAR}?(?:{_TO}| and )(?P<m2>{_MONTH})(?:,? (?P<y2>{_YEAR}))?"),
    ("month", rf"(?P<m>{_MONTH}){_OF_YEAR}"),
    ("month", rf"(?i:early|late|mid)[- ](?:in )?(?P<m>{_MONTH})"),
    ("month", rf"(?:(?<=\b[Ii]n )|(?<=[Ss]ince )|(?<=[Dd]uring )|(?<=until ))(?P<m>{_MONTH})(?!['’]|\s+\d)"),
    ("month", rf"(?:(?<=[Bb]y )|(?<= of ))(?P<m>{_MONTH})(?!['’]|\s+(?:\d|[A-Z]))"),
    ("month", rf"(?P<rel>(?i:last|next|this|that))\s+(?P<m>{_MONTH})(?!\s+\d)"),
    ("month", rf"(?<=\b[Tt]he )(?P<m>{_MONTH})(?= [a-z])"),
    ("month", rf"(?P<m>{_MONTH})(?=['’]s? [a-z])"),
    ("weekday_range", rf"(?:[Ff]rom |[Bb]etween )(?P<w>{_WEEKDAY})(?:{_TO}| and )(?:on )?(?P<w2>{_WEEKDAY}){_WEEK}?"),
    ("weekday_range", rf"(?P<w>{_WEEKDAY}){_TO}(?P<w2>{_WEEKDAY}){_WEEK}?"),
    ("weekday_range", rf"(?P<w>{_NEIGHBOURS}) and (?:on )?(?P<w2>{_DAY_NAME})(?!['’]){_WEEK}?"),
    ("weekday", rf"(?P<rel>(?i:last|next|this|previous|the previous|the following))\s+(?P<w>{_WEEKDAY}){_WEEK}?"),
    ("weekday", rf"(?P<wk>(?i:last|next)) week on (?P<w>{_WEEKDAY})"),
    ("weekday", rf"(?P<w>{_WEEKDAY}){_WEEK}?"),
    ("ago", rf"(?P<n>{_COUNT})\s+{_UNIT}\s+ago(?P<same> today| to the day)?"),
    ("today", r"(?P<t>(?i:the day before yesterday|the day after tomorrow|today|tonight|this (?:morning|afternoon|evening)|yesterday|tomorrow|last night))"),
    ("today", rf"(?P<t>(?i:overnight))(?! (?:(?:on|from|to|into) )?{_DAY_NAME})"),
    ("apart", rf"(?P<n>{_COUNT})\s+{_UNIT}\s+(?P<to>(?:after|before|since|following|prior to))(?! (?:that|this)\b|[,.;])"),
    ("apart", r"(?P<n>(?i:several |a few )?)(?P<u>(?i:minute|hour|day|week|month|year))s\s+(?P<to>after|before|since|following)(?! (?:that|this)\b|[,.;])"),
    ("apart", r"(?i:the) (?P<u>day|week|month|year)\s+(?P<to>after|before)(?= \w)(?! (?:that|this)\b)"),
    ("told", rf"(?P<n>{_COUNT})\s+{_UNIT}\s+(?P<to>later|earlier|before|previously|afterwards?|after)(?: (?:that|this)(?=[,.;]))?"),
    ("told", r"(?P<n>(?i:several|a few|some)? ?)(?P<u>(?i:minute|hour))s\s+(?P<to>later|earlier|before|afterwards?)"),
    ("told", r"(?P<to>(?i:within)) (?:the|an|a few|several|two|three) ?(?P<u>hour|minute)s?"),
    ("told", r"(?P<to>(?i:within)) (?P<u>hour|minute)s"),
    ("told", r"(?i:the) (?:very )?(?P<to>previous|next|following|preceding|same) (?P<u>day|week|month|year|weekend|night|morning|afternoon|evening)"),
    ("told", r"(?i:the) (?P<u>day|night|evening|week|month|year) (?P<to>before|after)"),
    ("told", r"(?i:(?:later |earlier )?(?P<to>that)(?: same)? (?P<u>day|week|month|year|night|morning|evening|afternoon))"),
    ("told", r"(?i:earlier|later|early|late) (?P<to>in) the (?P<u>day|week|month|year)"),
    ("vague", r"(?:in |for |during |over |within )?(?:the )?(?i:last|past|next|coming|recent) (?:\w+ )?(?:hours|days|weeks|months|years|decades|centuries)"),
    ("vague", r"(?i:(?:several|some|many|a few|a couple of) )?(?i:days|weeks|months|years|decades|centuries|long) (?:ago|earlier|later|before)"),
    ("vague", r"(?i:recently|lately|in the past)"),
    ("vague", r"(?i:last|next|this) (?i:spring|summer|autumn|fall|winter)"),
    ("unit", r"(?:(?i:earlier|later|early|late) )?(?P<rel>(?i:this|last|next|past|previous))\s+(?P<u>week|month|year|weekend)"),
    ("unit", r"(?i:the (?:end|start|beginning|middle) of) (?P<rel>the|this|last|next) (?P<u>week|month|year)"),
    ("unit", r"(?:(?<=[Oo]ver )|(?<=[Aa]t )|(?<=[Dd]uring )|(?<=[Oo]n ))the (?P<u>weekend)"),
    ("in", rf"(?i:in) (?!an? day|one )(?P<n>{_COUNT}) {_UNIT}(?:['’]? time)?"),
    ("quarter", rf"(?i:the )?(?P<q>(?i:first|second|third|fourth|last|final)) (?P<part>quarter|half) of (?:(?P<y>{_YEAR})|(?P<yr>last|this|next|the) year)"),
    ("years", rf"(?P<y>{_YEAR})(?:\s*[-–]\s*|\s+(?:to|until)\s+)(?P<y2>{_YEAR}|\d\d)(?![\w:])"),
    ("years", rf"(?:[Bb]etween|[Ff]rom)\s+(?P<y>{_YEAR})\s+and\s+(?P<y2>{_YEAR})"),
    ("decade", r"(?:the )?(?:(?:early|late|mid)[- ])?(?P<y>(?:19|20)\d)0s"),
    ("year", rf"(?<![$€£.,:–-])(?P<y>{_YEAR})(?![%:–-]|,\d|\.\d| (?:[a-z]+ )?(?:{_COUNTED})\b)"),
)  # fmt: skip
EXPRESSIONS = tuple((kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for kind, pattern in _PATTERNS)
_HINT = re.compile(
    r"\d|(?i:day|week|month|year|hour|minute|night|morning|evening|noon|decade|centur|tomorrow|recent|lately|past|ago\b)|"
    rf"(?i:spring|summer|autumn|fall|winter|eve|halloween)\b|\b(?:{_MONTH}|{_WEEKDAY})"
)
_LENGTH = re.compile(rf"\b({'|'.join(_NUMBERS)}|\d{{1,2}})[- ]day\b")
_DAYS_A_WEEK = 7
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """From where an expression is read."""

    ahead: bool | None
    """Whether the event is yet to come; None where its words do not say."""
    reference: date | None
    told: Sequence[EventDate]
    """The dates of what was told before, the latest first."""
    spoken: Sequence[EventDate] = ()
    """All dates spoken of before, the latest first: 'that year'."""
    era: int | None = None
    """The past year of which the text tells, where it does."""


def may_hold_date(text: str) -> bool:
    """Whether it is worth looking for expressions in `text`."""
    return _HINT.search(text) is not None


def resolved(rule: str, groups: dict[str, str], at: Point) -> EventDate:
    """The date, of unknown precision where the calendar or the reference lacks it."""
    return _within_calendar(lambda: _RULES[rule](groups, at))


def moved(base: EventDate, groups: dict[str, str], *, later: bool) -> EventDate:
    """The date that lies as far from `base` as the groups of an ``apart`` expression say: 'two days after'."""
    return _within_calendar(lambda: _moved(base, groups, 1 if later else -1))


def _within_calendar(find: Callable[[], EventDate | None]) -> EventDate:
    try:
        return find() or EventDate()
    except (ValueError, OverflowError):
        # a day that the calendar does not have: 'February 30'
        return EventDate()


def length_of(words: str) -> int | None:
    """The days that a 'three-day visit' lasts, if `words` say so."""
    found = _LENGTH.search(words)
    return _count(found[1]) if found else None


def _count(words: str) -> int:
    word = words.strip().lower()
    return int(word) if word.isdigit() else 1 if word in ("a", "an") else _NUMBERS.index(word) + 1


def _day(on: date) -> EventDate:
    return EventDate(start=on, end=on, precision=DatePrecision.DAY)


def _days(start: date, end: date) -> EventDate:
    return EventDate(start=start, end=end, precision=DatePrecision.DAY)


def _week_of(on: date) -> EventDate:
    monday = on - timedelta(days=on.weekday())
    return _days(monday, monday + timedelta(days=6))


def _weekend_of(on: date) -> EventDate:
    saturday = on + timedelta(days=_SATURDAY - on.weekday())
    return _days(saturday, saturday + timedelta(days=1))


def _months(index: int, last: int | None = None) -> EventDate:
    """From the first of a month to the end of that one or another; `index` counts months from the year 0."""
    following = (index if last is None else last) + 1
    end = date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
    return EventDate(start=date(index // 12, index % 12 + 1, 1), end=end, precision=DatePrecision.MONTH)


def _index(on: date) -> int:
    return on.year * 12 + on.month - 1


def _years(year: int, last: int | None = None) -> EventDate:
    return EventDate(start=date(year, 1, 1), end=date(last or year, 12, 31), precision=DatePrecision.YEAR)


def _month_number(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def _weekday_number(name: str) -> int:
    return next(i for i, day in enumerate(_WEEKDAYS) if day[:3] == name[:3])


def _base(at: Point, *precisions: DatePrecision, that: bool = False) -> EventDate | None:
    """The date told last that is narrow enough to count from, or spoken of last: 'that year'."""
    return next(
        (
            when
            for when in (at.spoken if that else at.told)
            if when.start and (not precisions or when.precision in precisions)
        ),
        None,
    )


def _stated_year(groups: dict[str, str], at: Point) -> int | None:
    if "y" in groups:
        return int(groups["y"])
    which = groups.get("yr", "").lower()
    if which in ("that", "the same", "the previous", "the following"):
        told = _base(at, that=True)
        steps = {"the previous": -1, "the following": 1}
        return told.start.year + steps.get(which, 0) if told and told.start else None
    if not which and at.era is not None and "m" in groups and not at.ahead:
        return at.era
    if at.reference is None or not which:
        return None
    return at.reference.year + {"last": -1, "next": 1}.get(which, 0)


def _on(month: int, day: int, groups: dict[str, str], at: Point) -> date | None:
    """A day of the calendar; without a year that of the year which puts it nearest on its side of the reference."""
    year = _stated_year(groups, at)
    if year is not None:
        return date(year, month, day)
    if at.reference is None or "yr" in groups:
        return None
    # a 29 February may be eight years off
    around = range(max(1, at.reference.year - 8), at.reference.year + 9)
    found = [date(y, month, day) for y in around if day <= _months(y * 12 + month - 1).end.day]  # type: ignore[union-attr]
    sides = [d for d in found if at.ahead is None or (d >= at.reference if at.ahead else d <= at.reference)]
    return min(sides, key=lambda d: _remoteness((d - at.reference).days), default=None)  # type: ignore[operator]


def _remoteness(ahead: int) -> int:
    """How far off a date is; what is told without a tense is rather past than to come."""
    return 3 * ahead if ahead > 0 else -ahead


def _calendar_day(groups: dict[str, str], at: Point) -> EventDate | None:
    on = _on(_month_number(groups["m"]), int(groups["d"]), groups, at)
    return _day(on) if on else None


def _day_range(groups: dict[str, str], at: Point) -> EventDate | None:
    month, month2 = _month_number(groups["m"]), _month_number(groups.get("m2", groups["m"]))
    if at.ahead:
        last = _on(month2, int(groups["d2"]), groups, at)
        first = date(last.year - (month > month2), month, int(groups["d"])) if last else None
    else:
        first = _on(month, int(groups["d"]), groups, at)
        last = date(first.year + (month > month2), month2, int(groups["d2"])) if first else None
    return _days(first, last) if first and last and first <= last else None


def _numbers(groups: dict[str, str], at: Point) -> EventDate | None:
    a, b = int(groups["a"]), int(groups["b"])
    if groups["s"] == "." or a > 12 or a == b:
        return _day(date(int(groups["y"]), b, a))
    return _day(date(int(groups["y"]), a, b)) if b > 12 else None


def _feast(groups: dict[str, str], at: Point) -> EventDate | None:
    month, day = _FEASTS[groups["f"].lower().replace("’", "'")]
    on = _on(month, day, groups, at)
    return _day(on) if on else None


def _month(groups: dict[str, str], at: Point) -> EventDate | None:
    month = _month_number(groups["m"]) - 1
    year = _stated_year(groups, at)
    which = groups.get("rel", "").lower()
    if which == "that":
        told = _base(at, that=True)
        year = told.start.year if told and told.start else None
    if year is not None:
        return _months(year * 12 + month)
    if at.reference is None or "yr" in groups or which == "that":
        return None
    if which == "this":
        return _months(at.reference.year * 12 + month)
    now = _index(at.reference)
    back, forth = (now - month) % 12, (month - now) % 12
    if which == "last":
        return _months(now - (back or 12))
    if which == "next":
        return _months(now + (forth or 12))
    ahead = at.ahead if at.ahead is not None else _remoteness(forth) < back
    return _months(now + forth if ahead else now - back)


def _month_range(groups: dict[str, str], at: Point) -> EventDate | None:
    last = _month({**groups, "m": groups["m2"], **({"y": groups["y2"]} if "y2" in groups else {})}, at)
    if last is None or last.start is None:
        return None
    if "y" in groups and "y2" in groups:
        first = int(groups["y"]) * 12 + _month_number(groups["m"]) - 1
    else:
        first = _index(last.start) - (_month_number(groups["m2"]) - _month_number(groups["m"])) % 12
    return _months(first, _index(last.start)) if first <= _index(last.start) else None


def _weekday(groups: dict[str, str], at: Point) -> EventDate | None:
    wanted, which = _weekday_number(groups["w"]), groups.get("rel", "").lower()
    start = at.reference
    if which.startswith("the "):
        told = _base(at, DatePrecision.DAY)
        start = told.start if told else None
    if start is None:
        return None
    if "wk" in groups:
        return _day(_monday(start, groups["wk"]) + timedelta(days=wanted))
    back, forth = (start.weekday() - wanted) % _DAYS_A_WEEK, (wanted - start.weekday()) % _DAYS_A_WEEK
    if which in ("next", "the following"):
        return _day(start + timedelta(days=forth or _DAYS_A_WEEK))
    if which in ("last", "previous", "the previous"):
        return _day(start - timedelta(days=back or _DAYS_A_WEEK))
    return _day(start + timedelta(days=forth) if at.ahead else start - timedelta(days=back))


def _monday(reference: date, which: str) -> date:
    step = {"last": -1, "past": -1, "previous": -1, "next": 1}.get(which.lower(), 0)
    return reference - timedelta(days=reference.weekday()) + timedelta(weeks=step)


def _weekday_range(groups: dict[str, str], at: Point) -> EventDate | None:
    length = timedelta(days=(_weekday_number(groups["w2"]) - _weekday_number(groups["w"])) % _DAYS_A_WEEK)
    if at.ahead or "wk" in groups:
        first = _weekday({k: groups[k] for k in ("w", "wk") if k in groups}, at)
        return _days(first.start, first.start + length) if first and first.start else None
    last = _weekday({"w": groups["w2"]}, at)
    return _days(last.start - length, last.start) if last and last.start else None


_TODAY = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}


def _today(groups: dict[str, str], at: Point) -> EventDate | None:
    return _day(at.reference + timedelta(days=_TODAY.get(groups["t"].lower(), 0))) if at.reference else None


def _ago(groups: dict[str, str], at: Point) -> EventDate | None:
    if at.reference and "same" in groups and groups["u"] == "year":
        return _day(at.reference.replace(year=at.reference.year - _count(groups["n"])))
    return _moved(_day(at.reference), groups, -1) if at.reference else None


def _in(groups: dict[str, str], at: Point) -> EventDate | None:
    return _moved(_day(at.reference), groups, 1) if at.reference else None


def _moved(base: EventDate, groups: dict[str, str], sign: int) -> EventDate | None:
    """`base` so many units away: of the unit's own precision, since 'two months later' names no day."""
    unit, count = groups["u"].lower(), groups.get("n", "a").strip()
    from_day = base.precision is DatePrecision.DAY
    on = base.end if sign > 0 else base.start
    if on is None:
        return None
    if unit in ("minute", "hour"):
        return replace(base, span=None) if from_day else None
    if not (count.isdigit() or count.lower() in (*_NUMBERS, "a", "an")):
        return None
    steps = sign * _count(count)
    if unit in ("day", "week"):
        return _day(on + timedelta(days=steps * (_DAYS_A_WEEK if unit == "week" else 1))) if from_day else None
    if unit == "month":
        return None if base.precision is DatePrecision.YEAR else _months(_index(on) + steps)
    return _years(on.year + steps * (10 if unit == "decade" else 1))


def _told(groups: dict[str, str], at: Point) -> EventDate | None:
    """Against what was told before: 'two days later', 'the previous week', 'later that month'."""
    unit, which = groups["u"].lower(), groups["to"].lower()
    day, month = DatePrecision.DAY, DatePrecision.MONTH
    narrow = {"month": (day, month), "year": (), "decade": ()}.get(unit, (day,))
    base = _base(at, *narrow, that=which == "that")
    if base is None or base.start is None or base.end is None:
        return None
    sign = {"earlier": -1, "before": -1, "previously": -1, "previous": -1, "preceding": -1}.get(which, 1)
    if "n" in groups:
        found = _moved(base, groups, sign)
    else:
        step = 0 if which in ("same", "that", "in", "within") or unit in ("hour", "minute") else sign
        on = base.end if step > 0 else base.start
        found = {
            "week": lambda: _week_of(on + timedelta(weeks=step)),
            "weekend": lambda: _weekend_of(on + timedelta(weeks=min(step, 0) if which != "same" else 0)),
            "month": lambda: _months(_index(on) + step),
            "year": lambda: _years(on.year + step),
        }.get(unit, lambda: _day(on + timedelta(days=step)))()
    late = found and found.start and at.reference and found.start > at.reference
    return None if late and not at.ahead else found


def _unit(groups: dict[str, str], at: Point) -> EventDate | None:
    if at.reference is None:
        return None
    which, unit = groups.get("rel", "").lower(), groups["u"]
    step = {"last": -1, "past": -1, "previous": -1, "next": 1}.get(which, 0)
    if unit == "weekend":
        begun = at.reference.weekday() >= _SATURDAY
        if which != "next" and not at.ahead and not (begun and step == 0):
            step = -1
        return _weekend_of(at.reference + timedelta(weeks=step))
    if unit == "week":
        return _week_of(at.reference + timedelta(weeks=step))
    return _months(_index(at.reference) + step) if unit == "month" else _years(at.reference.year + step)


def _quarter(groups: dict[str, str], at: Point) -> EventDate | None:
    year = _stated_year(groups, at)
    if year is None:
        return None
    length = 3 if groups["part"] == "quarter" else 6
    names = {"first": 0, "second": 1, "third": 2, "fourth": 3}
    number = names.get(groups["q"].lower(), 12 // length - 1)
    return (
        _months(year * 12 + number * length, year * 12 + number * length + length - 1) if number * length < 12 else None
    )


def _year_range(groups: dict[str, str], at: Point) -> EventDate | None:
    first, last = groups["y"], groups["y2"]
    end = int(last) if len(last) > 2 else int(first[:2] + last)
    return _years(int(first), end) if int(first) <= end else None


_RULES: dict[str, Callable[[dict[str, str], Point], EventDate | None]] = {
    "september_11": lambda groups, at: _day(date(2001, 9, 11)),
    "numbers": _numbers,
    "iso": lambda groups, at: _day(date(int(groups["y"]), int(groups["m"]), int(groups["d"]))),
    "day_range": _day_range,
    "day": _calendar_day,
    "feast": _feast,
    "month_range": _month_range,
    "month": _month,
    "weekday_range": _weekday_range,
    "weekday": _weekday,
    "today": _today,
    "apart": lambda groups, at: None,
    "ago": _ago,
    "told": _told,
    "vague": lambda groups, at: None,
    "unit": _unit,
    "in": _in,
    "quarter": _quarter,
    "years": _year_range,
    "decade": lambda groups, at: _years(int(groups["y"] + "0"), int(groups["y"] + "9")),
    "year": lambda groups, at: _years(int(groups["y"])),
}
