"""When: temporal expressions of a sentence, resolved against the date of the article."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import dateparser

from etl.records import DateBasis, DatePrecision, EventDate, ParagraphKind
from etl.records import Span as Words

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sept",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)(?=\b)"
_NUMBERS = {
    "one": 1,
    "a": 1,
    "an": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|an?)"

# In the order in which they are tried at one place of the text; the longest form of a kind comes first.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("day_range", rf"(?P<m>{_MONTH})\s+(?P<d1>\d{{1,2}})\s*(?:-|–|to)\s*(?P<d2>\d{{1,2}})(?:,?\s+(?P<y>(?:19|20)\d\d))?"),
    ("day_range", rf"(?P<d1>\d{{1,2}})\s*(?:-|–|to)\s*(?P<d2>\d{{1,2}})\s+(?P<m>{_MONTH})(?:,?\s+(?P<y>(?:19|20)\d\d))?"),
    ("day", rf"(?:{_WEEKDAY},?\s+)?(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>(?:19|20)\d\d))?"),
    ("day", rf"(?:{_WEEKDAY},?\s+)?(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<y>(?:19|20)\d\d))?"),
    ("iso", r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"),
    ("month", rf"(?:early|late|mid)[- ](?P<m>{_MONTH})(?:,?\s+(?P<y>(?:19|20)\d\d))?"),
    ("month", rf"(?P<m>{_MONTH}),?\s+(?P<y>(?:19|20)\d\d)"),
    ("month_said", rf"(?:in|since|during|last|next|by|until)\s+(?P<m>{_MONTH})(?!\s+\d)"),
    ("weekday", rf"(?:(?P<rel>last|next|this|previous)\s+)?(?P<w>{_WEEKDAY})(?!\s+(?:prayers?|market|newspaper|Times|Post))"),
    ("today", r"(?P<t>today|tonight|this (?:morning|afternoon|evening)|yesterday|tomorrow|the previous day|the day before|overnight|last night)"),
    ("ago", rf"(?P<n>{_COUNT})\s+(?P<u>day|week|month|year)s?\s+(?:ago|earlier)"),
    ("unit", r"(?:earlier |later )?(?P<rel>this|last|next|past|previous)\s+(?P<u>week|month|year|weekend)"),
    ("weekend", r"over the (?P<u>weekend)"),
    ("years", r"(?:between|from)\s+(?P<y1>(?:19|20)\d\d)\s+(?:and|to)\s+(?P<y2>(?:19|20)\d\d)"),
    ("decade", r"(?:the\s+)?(?:early |late |mid-)?(?P<y>(?:19|20)\d)0s"),
    ("year", r"(?<![\w$€£.,:-])(?P<y>(?:19|20)\d\d)(?![\w%:-]|,\d|\.\d|\s+(?:people|troops|soldiers|men|women|dollars|tons|tonnes|km|miles|members))"),
)  # fmt: skip
_EXPRESSIONS = tuple(
    (kind, re.compile(rf"(?<!\w){pattern}(?!\w)" if kind != "year" else pattern)) for kind, pattern in _PATTERNS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A temporal expression: its words, the token that heads it, and how it resolves."""

    start: int
    end: int
    text: str
    head: Token
    resolve: Callable[[bool, date | None], EventDate | None]
    """(the event lies ahead, reference date) -> date without span, or None where the reference is missing."""


def find_dates(sent: Span, *, offset: int) -> tuple[DateMention, ...]:
    """The temporal expressions of `sent`, in order; `offset` is where the document begins in its article."""
    text, base = sent.text, sent.start_char
    taken: list[tuple[int, int]] = []
    found: list[DateMention] = []
    for name, expression in _EXPRESSIONS:
        for match in expression.finditer(text):
            start, end = match.span()
            if any(a < end and start < b for a, b in taken):
                continue
            span = sent.doc.char_span(base + start, base + end, alignment_mode="expand")
            if span is None or _is_no_date(name, span):
                continue
            taken.append((start, end))
            found.append(
                DateMention(
                    start=offset + base + start,
                    end=offset + base + end,
                    text=match.group(),
                    head=span.root,
                    resolve=_resolver(name, match),
                )
            )
    return tuple(sorted(found, key=lambda mention: mention.start))


def date_of(
    trigger: Token,
    mentions: Sequence[DateMention],
    *,
    future: bool,
    reference: date | None,
    reference_basis: DateBasis,
    kind: ParagraphKind,
) -> EventDate:
    """The date of the event that `trigger` carries: its own expression, else the article's date.

    `future` says that the event lies ahead of the article: weekdays then look forward, and an event without an
    expression of its own has no date. Captions never take the article's date, being often older than it.
    """
    own = _nearest(trigger, mentions)
    if own is None and kind is ParagraphKind.CAPTION and len(mentions) == 1:
        # a caption dates its picture, and the picture shows the event
        own = mentions[0]
    if own is not None:
        ahead = future or _is_future(trigger)
        resolved = own.resolve(ahead, reference)
        span = Words(text=own.text, start=own.start, end=own.end)
        basis = DateBasis.CAPTION if kind is ParagraphKind.CAPTION else DateBasis.TEXT
        if resolved is None:
            return EventDate(basis=basis, span=span)
        return EventDate(start=resolved.start, end=resolved.end, precision=resolved.precision, basis=basis, span=span)
    if reference is None or future or kind is ParagraphKind.CAPTION or _is_noun_of_past(trigger):
        return EventDate()
    return EventDate(start=reference, end=reference, precision=DatePrecision.DAY, basis=reference_basis)


def told_of(mentions: Sequence[DateMention], *, reference: date | None, days: int) -> EventDate | None:
    """The date of a sentence all of whose expressions lie more than `days` days before `reference`; None of another.

    An event in it without an expression of its own is then of that time (of none, where there are several), not of the
    day the article was written.
    """
    found = [(mention, mention.resolve(False, reference)) for mention in mentions]
    ends = [resolved.end for _, resolved in found if resolved is not None and resolved.end is not None]
    if reference is None or len(ends) < len(found) or not ends or (reference - max(ends)).days <= days:
        return None
    mention, resolved = found[0]
    if len(found) > 1 or resolved is None:
        return EventDate()
    span = Words(text=mention.text, start=mention.start, end=mention.end)
    return EventDate(
        start=resolved.start, end=resolved.end, precision=resolved.precision, basis=DateBasis.TEXT, span=span
    )


def _nearest(trigger: Token, mentions: Sequence[DateMention]) -> DateMention | None:
    """The expression that hangs under the trigger's own clause, not under another event's."""
    best: tuple[int, DateMention] | None = None
    clause = _clause_head(trigger)
    for mention in mentions:
        holder = mention.head
        chain = [holder, *holder.ancestors]
        if trigger in chain:
            distance = chain.index(trigger)
            between = chain[1:distance]
            if any(t.pos_ == "VERB" and t.dep_ in ("relcl", "acl", "advcl", "ccomp", "conj") for t in between):
                continue
        elif clause in chain:
            distance = chain.index(clause) + 5
            if any(
                t.pos_ in ("VERB", "AUX") and t.dep_ in ("relcl", "acl", "advcl", "ccomp", "conj") and t != clause
                for t in chain[1 : chain.index(clause)]
            ):
                continue
        elif len(mentions) == 1 and not any(t.dep_ in ("relcl", "acl") for t in chain):
            distance = 20
        else:
            continue
        if best is None or distance < best[0]:
            best = distance, mention
    return best[1] if best else None


def _clause_head(token: Token) -> Token:
    current = token
    while current.pos_ not in ("VERB", "AUX") and current.head != current:
        current = current.head
    while current.dep_ in ("xcomp", "conj") and current.head != current and current.head.pos_ in ("VERB", "AUX"):
        current = current.head
    return current


def _is_future(trigger: Token) -> bool:
    verb = _clause_head(trigger)
    auxiliaries = {c.lower_ for t in {trigger, verb} for c in t.children if c.dep_ == "aux"}
    return bool(auxiliaries & {"will", "shall", "'ll", "to", "would"}) and not auxiliaries & {"has", "have", "had"}


def _is_noun_of_past(trigger: Token) -> bool:
    """A noun named in passing ('the signing of the treaty') is not thereby of today, nor is what had happened."""
    if trigger.pos_ == "NOUN":
        return trigger.dep_ not in ("dobj", "nsubj", "nsubjpass", "ROOT", "conj", "attr") and _support_free(trigger)
    return any(c.lower_ in ("had", "'d") and c.dep_ == "aux" for c in trigger.children)


def _support_free(noun: Token) -> bool:
    """Not 'engaged in talks' or 'took part in a meeting'."""
    governor = noun.head.head if noun.dep_ == "pobj" else noun.head
    return not (governor.pos_ == "VERB" and noun.head.lower_ in ("in", "into", "with"))


def _is_no_date(kind: str, span: Span) -> bool:
    if kind == "month_said":
        return False
    if span.root.ent_type_ == "PERSON" and kind in ("weekday", "month"):
        return True
    if kind == "day" and len(span) == 2 and span[0].text == "May" and span[0].tag_ == "MD":
        return True
    return kind == "today" and span.root.dep_ == "nsubj"


def _resolver(kind: str, match: re.Match[str]) -> Callable[[bool, date | None], EventDate | None]:
    groups = match.groupdict()

    def resolve(future: bool, reference: date | None) -> EventDate | None:
        return _RULES[kind](groups, future, reference)

    return resolve


def _day(on: date) -> EventDate:
    return EventDate(start=on, end=on, precision=DatePrecision.DAY)


def _span_of(start: date, end: date, precision: DatePrecision) -> EventDate:
    return EventDate(start=start, end=end, precision=precision)


def _month_number(name: str) -> int:
    return next(
        i % 12 + 1 for i, month in enumerate(_MONTHS[:12]) if month.lower().startswith(name.lower().rstrip(".")[:3])
    )


def _calendar_day(text: str, year: int) -> date | None:
    parsed = dateparser.parse(f"{text} {year}", languages=["en"], settings={"REQUIRE_PARTS": ["day", "month", "year"]})
    return parsed.date() if parsed else None


def _year_for(month: int, day: int, future: bool, reference: date) -> int:
    """The year that puts a day without one nearest to the reference, behind it or ahead of it."""
    ahead = (month, day) > (reference.month, reference.day)
    if future:
        return reference.year if ahead or (month, day) == (reference.month, reference.day) else reference.year + 1
    return reference.year - 1 if ahead and (month - reference.month) > 1 else reference.year


def _absolute(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    month = _month_number(groups["m"])
    if not groups.get("y") and reference is None:
        return None
    year = int(groups["y"]) if groups.get("y") else _year_for(month, int(groups["d"]), future, reference or date.min)
    on = _calendar_day(f"{groups['d']} {_MONTHS[month - 1]}", year)
    return _day(on) if on else None


def _day_range(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    first = _absolute({**groups, "d": groups["d1"]}, future, reference)
    if first is None or first.start is None:
        return None
    last = _calendar_day(f"{groups['d2']} {_MONTHS[first.start.month - 1]}", first.start.year)
    if last is None or last < first.start:
        return first
    return _span_of(first.start, last, DatePrecision.DAY)


def _month_of(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    month = _month_number(groups["m"])
    if groups.get("y"):
        year = int(groups["y"])
    elif reference is None:
        return None
    else:
        year = reference.year
        if not future and month > reference.month:
            year -= 1
        elif future and month < reference.month:
            year += 1
    return _span_of(date(year, month, 1), _month_end(year, month), DatePrecision.MONTH)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _weekday(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    if reference is None:
        return None
    wanted = next(i for i, day in enumerate(_WEEKDAYS) if day.startswith(groups["w"].lower()[:3]))
    if groups.get("rel") == "next":
        future = True
    back = (reference.weekday() - wanted) % 7
    if future:
        return _day(reference + timedelta(days=(wanted - reference.weekday()) % 7 or 7))
    if groups.get("rel") in ("last", "previous") and back == 0:
        back = 7
    return _day(reference - timedelta(days=back))


def _today(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    if reference is None:
        return None
    word = groups["t"].lower()
    shift = (
        -1
        if word in ("yesterday", "the previous day", "the day before", "last night")
        else 1
        if word == "tomorrow"
        else 0
    )
    return _day(reference + timedelta(days=shift))


def _ago(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    if reference is None:
        return None
    count = _NUMBERS.get(groups["n"]) or int(groups["n"])
    if groups["u"] == "day":
        return _day(reference - timedelta(days=count))
    if groups["u"] == "week":
        return _span_of(reference - timedelta(weeks=count), reference - timedelta(weeks=count), DatePrecision.MONTH)
    if groups["u"] == "month":
        index = reference.year * 12 + reference.month - 1 - count
        return _span_of(
            date(index // 12, index % 12 + 1, 1), _month_end(index // 12, index % 12 + 1), DatePrecision.MONTH
        )
    return _year(reference.year - count)


def _unit(groups: dict[str, str], future: bool, reference: date | None) -> EventDate | None:
    if reference is None:
        return None
    step = {"this": 0, "last": -1, "past": -1, "previous": -1, "next": 1}[groups.get("rel") or "last"]
    monday = reference - timedelta(days=reference.weekday()) + timedelta(weeks=step)
    unit = groups["u"]
    if unit == "weekend":
        saturday = monday + timedelta(days=5)
        return _span_of(saturday, saturday + timedelta(days=1), DatePrecision.DAY)
    if unit == "week":
        return _span_of(monday, monday + timedelta(days=6), DatePrecision.DAY)
    if unit == "month":
        index = reference.year * 12 + reference.month - 1 + step
        return _span_of(
            date(index // 12, index % 12 + 1, 1), _month_end(index // 12, index % 12 + 1), DatePrecision.MONTH
        )
    return _year(reference.year + step)


def _year(year: int, last: int | None = None) -> EventDate:
    return _span_of(date(year, 1, 1), date(last or year, 12, 31), DatePrecision.YEAR)


_RULES: dict[str, Callable[[dict[str, str], bool, date | None], EventDate | None]] = {
    "day": _absolute,
    "day_range": _day_range,
    "iso": lambda groups, future, reference: _iso(groups["iso"]),
    "month": _month_of,
    "month_said": _month_of,
    "weekday": _weekday,
    "today": _today,
    "ago": _ago,
    "unit": _unit,
    "weekend": _unit,
    "years": lambda groups, future, reference: _year(int(groups["y1"]), max(int(groups["y1"]), int(groups["y2"]))),
    "decade": lambda groups, future, reference: _year(int(groups["y"] + "0"), int(groups["y"] + "9")),
    "year": lambda groups, future, reference: _year(int(groups["y"])),
}


def _iso(text: str) -> EventDate | None:
    try:
        return _day(date.fromisoformat(text))
    except ValueError:
        return None
