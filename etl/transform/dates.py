"""When: temporal expressions of a sentence, resolved against the date of the article or what it told of before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from etl.records import DateBasis, DatePrecision, EventDate, ParagraphKind
from etl.records import Span as Words
from etl.transform.clauses import SAYING
from etl.transform.expressions import EXPRESSIONS, Point, length_of, may_hold_date, moved, resolved

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from etl.transform.frames import Candidate

_BOUND = re.compile(
    r"\b(?:by|until|till|before|after|not later than|no later than|pending)\s+(?:the (?:end|start|beginning|middle) of\s+)?"
    r"(?:early |late |mid-|midnight on |noon on |next |last |this )?$",
    re.IGNORECASE,
)
"""Before a date: a term, on which nothing is said to happen."""

_SINCE = re.compile(r"\bsince (?:early |late |mid-|last |the )?$", re.IGNORECASE)

_PARTS = frozenset(
    "day night morning evening afternoon noon midnight dawn dusk hour time week weekend month year end start beginning "
    "middle half part course eve".split()
)
"""Nouns by which a date hangs in its clause: 'late on the evening of June 3'."""
_REACTING = SAYING | frozenset(
    "condemn criticise criticize denounce decry deplore praise welcome hail applaud regret reject accuse blame discuss "
    "recall cite remember commemorate mention propose plan demand urge call threaten want seek offer invite protest "
    "mourn investigate probe await fear expect support back defend justify oppose".split()
)
"""Verbs whose object may be of any other time."""
_PERFORMING = frozenset(
    "hold host attend join boycott skip win lose open close begin start end conclude conduct stage launch carry sign "
    "attack have lead chair address interrupt disrupt cancel postpone suspend mark celebrate finish".split()
)
"""Verbs whose object is of their own time."""
_PHASES = frozenset("begin start continue manage fail refuse decline stop cease finish help try force compel".split())
"""Verbs of one time with the verb under them."""
_SCHEDULING = frozenset("schedule plan set slate expect due propose".split())
_GIVING = frozenset("hold issue release publish deliver post broadcast air give carry conduct launch".split())
"""Participles that date their noun: 'a statement issued on Sunday'."""
_PLANS = frozenset(
    "plan proposal invitation preparation call hope deadline promise pledge decision agreement offer threat vow bid "
    "commitment intention date".split()
)
_STATES = frozenset("plan intend expect schedule prepare want hope set slate aim seek mean wish".split())
"""Verbs of an event ahead that tell of no act of their own."""
_AFTERMATHS = frozenset(
    "wake aftermath anniversary run-up eve light response reaction view retaliation revenge memory".split()
)
_OCCASIONS = frozenset("sideline margin course session round day end start opening close".split())
_ENDING = frozenset("end conclude finish wrap close complete".split())
_WITHIN = frozenset({"in", "at", "during", "on", "by", "with", "into", "via", "through"})
_OTHER = frozenset(
    {"after", "before", "since", "despite", "following", "about", "because", "ahead", "prior", "until", "under", "from"}
)
"""Prepositions whose noun is of another time than their verb."""
_AHEAD = frozenset({"will", "shall", "'ll", "’ll", "wo", "would", "may", "might", "could", "can", "should", "must"})
_UPCOMING = frozenset({"upcoming", "planned", "scheduled", "forthcoming", "proposed", "next", "future", "coming"})
BACKGROUND_DAYS = 60
"""Days back from which on events are background."""
_STORY_DAYS = 7
"""Days back to which a date in a paragraph is that of its story, whatever older ones it goes back to."""
_LEAD_DAYS = 3
"""Days back to which the first date of an article is that of all its story."""
_EVENT_LAG = 10
"""Days after which a date beside a noun is the noun's, not that of the verb which speaks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A temporal expression: its words, the rule that reads it, and the word that it dates."""

    rule: str
    groups: dict[str, str]
    start: int
    end: int
    text: str
    head: Token
    holder: Token
    inside: bool
    """Whether it stands within the noun phrase that it dates: 'the 2018 treaty', 'Monday's talks'."""
    ahead: bool | None
    open: bool = False
    """Whether it says only when something began: 'since March'."""

    def resolve(
        self,
        reference: date | None,
        told: Sequence[EventDate] = (),
        spoken: Sequence[EventDate] = (),
        *,
        era: int | None = None,
        past: bool = False,
    ) -> EventDate:
        """The date, without its words; one of unknown precision where the calendar or the reference lacks it."""
        ahead = False if past else self.ahead
        at = Point(ahead=ahead, reference=reference, told=told, spoken=spoken, era=era)
        found = resolved(self.rule, self.groups, at)
        return replace(found, end=None) if self.open else found


class Chronology:
    """The times of one article: where its dates count from, and what it has told so far."""

    def __init__(self, reference: date | None, basis: DateBasis) -> None:
        self._reference = reference
        self._basis = basis
        self._told: list[EventDate] = []
        self._spoken: list[EventDate] = []
        self._lead: EventDate | None = None
        self._recent: EventDate | None = None
        self._before: EventDate | None = None
        self._era: int | None = None
        """The year of which the paragraph tells, where that is past."""

    def told_of(self, mentions: Sequence[DateMention]) -> EventDate | None:
        """The date of a sentence all of whose expressions lie long before the article; None of another.

        An event in it without an expression of its own is then of that time (of none, where there are several), not of
        the day the article was written.
        """
        found = [self._resolved(mention, mentions) for mention in mentions if _is_of_sentence(mention)]
        ends = [resolved.end or resolved.start for resolved in found]
        known = [end for end in ends if end is not None]
        if self._reference is None or len(found) < len(mentions) or len(known) < len(found) or not known:
            return None
        if (self._reference - max(known)).days <= BACKGROUND_DAYS:
            return None
        return found[0] if len(found) == 1 else EventDate(rule="several")

    def date_of(
        self,
        trigger: Token,
        mentions: Sequence[DateMention],
        *,
        planned: bool,
        kind: ParagraphKind,
        words: Sequence[Token] = (),
    ) -> EventDate:
        """The date of the event that `trigger` carries: its own expression, else the article's date.

        An event that is `planned`, one that had happened before and one named in passing have no date unless they are
        given one. Captions never take the article's date, being often older than it.
        """
        caption = kind is ParagraphKind.CAPTION
        own = self._own(trigger, mentions, caption=caption) or self._apart(trigger, mentions, kind=kind)
        if own is None and caption and len(mentions) == 1:
            # a caption dates its picture, and the picture shows the event
            own = self._resolved(mentions[0], mentions, past=True)
        if own is not None:
            own = _lasting((trigger, *words), own)
            return replace(own, basis=DateBasis.CAPTION) if caption and own.basis is DateBasis.TEXT else own
        if self._reference is None or planned or caption or _is_in_passing(trigger):
            return EventDate()
        main = _main_of_time_clause(trigger)
        of_main = self._own(main, mentions) if main is not None else None
        if of_main is not None:
            # 'recalled its envoy on Friday after Rome expelled two officers'
            return EventDate() if of_main.precision is DatePrecision.DAY else of_main
        then = self.told_of(mentions)
        if then is not None:
            return then
        story = self._story_before(trigger, mentions)
        if story and _is_past(trigger):
            return replace(story, rule="story")
        return EventDate(
            start=self._reference,
            end=self._reference,
            precision=DatePrecision.DAY,
            basis=self._basis,
            rule=self._basis.value,
        )

    def begin_paragraph(self) -> None:
        """A paragraph tells of the day of the story until it names another."""
        self._recent = self._before = self._era = None

    def remember(self, mentions: Sequence[DateMention]) -> None:
        """What a sentence told: expressions that follow ('two days later') count from it, undated events are of it."""
        self._before = None
        spoken = [(mention, self._resolved(mention, mentions)) for mention in mentions]
        spoken = [(mention, when) for mention, when in spoken if when.start is not None]
        told = [when for mention, when in spoken if _is_of_sentence(mention)]
        self._spoken = [*(when for _, when in reversed(spoken)), *self._spoken]
        self._told = [*reversed(told or [when for _, when in spoken]), *self._told]
        for when in told:
            if self._reference is None or when.start is None or when.start > self._reference:
                continue
            end = when.end or when.start
            age, length = (self._reference - end).days, (end - when.start).days
            closed = replace(when, end=end)
            if age > _STORY_DAYS:
                self._before, self._era = closed, when.start.year
            elif length <= 1:
                self._recent, self._era = closed, None
                self._lead = self._lead or (closed if age <= _LEAD_DAYS and not length else None)

    def _story_before(self, trigger: Token, mentions: Sequence[DateMention]) -> EventDate | None:
        """The time that the text is telling of, where it has named one.

        That is a day named before in the sentence, else the last recent day of the paragraph, else an older time that
        the sentence before goes back to, else the day of the lead.
        """
        for mention in reversed(mentions):
            if mention.head.i < trigger.i and _is_of_sentence(mention) and mention.rule not in ("apart", "vague"):
                when = self._resolved(mention, mentions)
                if any(t.dep_ == "advcl" for t in (mention.holder, *mention.holder.ancestors)):
                    # 'after rebels seized the town on Friday, Rwanda urged ...'
                    continue
                if when.start and when.start == when.end and self._reference and when.start <= self._reference:
                    return when
        return self._recent or self._before or self._lead

    def _own(self, trigger: Token, mentions: Sequence[DateMention], *, caption: bool = False) -> EventDate | None:
        """The date by an expression of the trigger's own clause."""
        ranked = sorted(
            (cost, mention.rule in ("told", "vague", "ago"), abs(mention.holder.i - trigger.i), n)
            for n, mention in enumerate(mentions)
            if mention.rule != "apart" and (cost := _distance(trigger, mention, self._days_ahead(mention))) is not None
        )
        if not ranked:
            return None
        return self._resolved(mentions[ranked[0][-1]], mentions, past=caption)

    def _days_ahead(self, mention: DateMention) -> int | None:
        """How many days after the article an expression begins."""
        start = mention.resolve(self._reference).start
        return (start - self._reference).days if start and self._reference else None

    def _resolved(self, mention: DateMention, mentions: Sequence[DateMention], *, past: bool = False) -> EventDate:
        earlier = [m for m in reversed(mentions) if m.end <= mention.start and m.rule not in ("apart", "vague")]
        before = [self._resolved(m, mentions) for m in earlier if _is_of_sentence(m, ahead=True)]
        today = [EventDate(start=self._reference, end=self._reference, precision=DatePrecision.DAY)]
        now = today if self._reference else []
        # what follows a date in its sentence counts from that one or from none: not '... in March, four days later'
        told = before or [*self._told, *now]
        spoken = [*(self._resolved(m, mentions) for m in earlier), *self._spoken, *now]
        found = mention.resolve(self._reference, told, spoken, era=self._era, past=past)
        span = Words(text=mention.text, start=mention.start, end=mention.end)
        return replace(found, basis=DateBasis.TEXT, span=span, rule=mention.rule)

    def _apart(self, trigger: Token, mentions: Sequence[DateMention], *, kind: ParagraphKind) -> EventDate | None:
        """The date by another event's of the sentence: 'a day after the army arrested him'."""
        for mention in mentions:
            if mention.rule != "apart":
                continue
            pivot = mention.head
            other = pivot.head if pivot.dep_ == "mark" else next((c for c in pivot.children if c.i > pivot.i), None)
            if other is None:
                continue
            later = mention.groups["to"] not in ("before", "prior to")
            if _belongs(trigger, other):
                holder = mention.holder
                base = self._own(holder, mentions) or self.date_of(holder, [], planned=False, kind=kind)
                later = not later
            elif _distance(trigger, mention, None) is not None:
                found = self._own(other, mentions)
                if found is None:
                    continue
                base = found
            else:
                continue
            span = Words(text=mention.text, start=mention.start, end=mention.end)
            found_at = moved(base, mention.groups, later=later)
            return replace(found_at, basis=DateBasis.TEXT, span=span, rule="apart")
        return None


def find_dates(sent: Span, *, offset: int) -> tuple[DateMention, ...]:
    """The temporal expressions of `sent`, in order; `offset` is where the document begins in its article."""
    text, base = sent.text, sent.start_char
    if not may_hold_date(text):
        return ()
    taken: list[tuple[int, int]] = []
    found: list[DateMention] = []
    for rule, expression in EXPRESSIONS:
        for match in expression.finditer(text):
            start, end = match.span()
            if any(a < end and start < b for a, b in taken):
                continue
            span = sent.doc.char_span(base + start, base + end, alignment_mode="expand")
            if span is None or _is_no_date(rule, match, span):
                continue
            taken.append((start, end))
            if rule == "no date" or _is_bound(rule, text[:start], text[end:], span):
                continue
            groups = {name: value for name, value in match.groupdict().items() if value is not None}
            head = _pivot(span, groups["to"]) if rule == "apart" else span.root
            holder, inside = _holder(head, span)
            since = _SINCE.search(text[:start]) is not None and rule not in ("apart", "vague")
            ahead = is_ahead(holder) and not since
            if rule == "in" and ahead is not True:
                # 'the third attack in two days'
                continue
            found.append(
                DateMention(
                    rule=rule,
                    groups=groups,
                    start=offset + base + start,
                    end=offset + base + end,
                    text=match.group(),
                    head=head,
                    holder=holder,
                    inside=inside,
                    ahead=ahead,
                    open=since,
                )
            )
    return tuple(sorted(found, key=lambda mention: mention.start))


def carrier(candidate: Candidate) -> Token:
    """The word that an event's date belongs to.

    'promised on Monday to send aid next week' is a promise of Monday; 'plans to send aid next week' is of next week.
    """
    inner = candidate.embedded
    if inner is None or (candidate.head.lemma_.lower() not in _STATES and is_ahead(candidate.head) is False):
        return candidate.head
    return inner.head


def _is_no_date(rule: str, match: re.Match[str], span: Span) -> bool:
    words = match.groupdict()
    if span.root.ent_type_ == "PERSON" and rule in ("weekday", "month"):
        return True
    if rule == "month" and words["m"] in ("May", "March") and span.root.tag_ == "MD":
        return True
    if rule == "day" and len(span) == 2 and span[0].text == "May" and span[0].tag_ == "MD":
        return True
    return rule == "today" and span.root.dep_ in ("nsubj", "compound") and span.root.head.pos_ != "NOUN"


def _is_bound(rule: str, before: str, after: str, span: Span) -> bool:
    """A term ('by Friday') or a point from which another counts, not the day of an event."""
    if rule in ("apart", "told", "vague", "in", "ago") or not _BOUND.search(before):
        return False
    if re.search(r"(?:\bnot|n['’]t)\b.*\b(?:until|till)\s+\S*\s?$", before):
        # 'did not ratify it until last month'
        return False
    return not after.startswith(("'s", "’s")) and span.root.dep_ not in ("compound", "nmod", "poss", "nummod", "amod")


def _is_of_sentence(mention: DateMention, *, ahead: bool = False) -> bool:
    """Whether an expression dates what the sentence tells, not something that it names: 'the 2018 treaty'."""
    holder = mention.holder
    if holder.pos_ not in ("VERB", "AUX") and holder.head.lemma_.lower() in _REACTING:
        return False
    above = [holder, *holder.ancestors]
    return (
        not mention.inside
        and (ahead or not mention.ahead)
        and not any(t.dep_ in ("relcl", "acl", "appos") for t in above)
    )


def _pivot(span: Span, word: str) -> Token:
    last = word.split()[0]
    return next((t for t in span if t.lower_ == last), span.root)


def _holder(head: Token, span: Span) -> tuple[Token, bool]:
    """The verb or noun that an expression dates, and whether it stands within that noun's phrase."""
    token = head
    while token.head != token:
        above = token.head
        passing = (
            above.pos_ in ("ADP", "ADV", "SCONJ", "PUNCT", "NUM", "PART", "DET")
            or span.start <= above.i < span.end
            or (above.pos_ in ("NOUN", "PROPN") and above.lemma_.lower() in _PARTS)
            or (above.tag_ == "VBG" and above.lemma_ in ("begin", "start", "date") and above.dep_ != "ROOT")
            or (above.dep_ == "acl" and above.head.lemma_.lower() in _PARTS)
        )
        if token.dep_ == "mark":
            # 'a day after the army arrested him' hangs where the clause of the arrest hangs
            token = above
            continue
        if not passing:
            if above.dep_ == "acl" and above.lemma_.lower() in _SCHEDULING | _GIVING and above.head.pos_ == "NOUN":
                return above.head, False
            if above.dep_ == "xcomp" and above.lemma_ in ("know", "see", "hear", "learn"):
                # 'demanded to know on Friday'
                return above.head, False
            if above.pos_ in ("VERB", "AUX"):
                return _speaking(above, span), False
            return above, token.dep_ in ("compound", "nummod", "poss", "amod", "nmod")
        token = above
    return token, False


def _speaking(verb: Token, span: Span) -> Token:
    """`verb`, or the one that speaks of it where the words stand right behind that: 'said on Monday it would pay'."""
    above = verb.head
    first = next(
        (c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "expl", "mark") and c.i > span.start), None
    )
    between = verb.doc[above.i + 1 : span.start] if above.i < span.start else None
    if verb.dep_ != "ccomp" or first is None or between is None:
        return verb
    return above if all(t.pos_ in ("ADP", "ADV", "DET") or t.dep_ in ("dobj", "dative") for t in between) else verb


def _distance(trigger: Token, mention: DateMention, days_ahead: int | None) -> int | None:
    """How far an expression is from the event of `trigger`; None where it is another's."""
    holder = mention.holder
    if holder == trigger:
        return 0
    if _verb_over(trigger).dep_ == "relcl" and _verb_over(trigger).head == mention.head:
        # 'on Wednesday, when he met her'
        return 1
    if {mention.ahead, is_ahead(_verb_over(trigger))} == {True, False}:
        return None
    below = _reached_from(holder, mention, days_ahead)
    if trigger in below:
        return below[trigger]
    costs = [cost + below[token] for token, cost in _reached_to(trigger, mention) if token in below]
    return min(costs) if costs else None


def _reached_from(holder: Token, mention: DateMention, days_ahead: int | None) -> dict[Token, int]:
    """The words that an expression held by `holder` dates too, going up: 'held talks on Monday'."""
    reached = {holder: 0}
    token, cost, inside = holder, 0, mention.inside
    prep: str | None = None
    while token.head != token:
        above, dep = token.head, token.dep_
        cost += 1
        if above.pos_ == "ADP":
            prep = above.lower_
            if prep in _OTHER or (dep == "pcomp" and not (days_ahead and days_ahead > 0 and above.head.pos_ == "NOUN")):
                break
        elif token.pos_ in ("NOUN", "PROPN", "PRON") and above.pos_ in ("NOUN", "PROPN"):
            if dep in ("appos", "relcl", "acl"):
                break
            inside = inside or dep in ("compound", "poss", "nmod")
            reached[above] = cost + 2
        elif token.pos_ == "ADP" and above.pos_ in ("NOUN", "PROPN"):
            if above.lemma_.lower() in _AFTERMATHS or (inside and above.lemma_.lower() not in _OCCASIONS):
                break
            if prep in ("in", "at", "during", "on", "of", "with", "between"):
                reached[above] = cost + 2
        elif above.pos_ in ("VERB", "AUX"):
            if token.pos_ in ("VERB", "AUX"):
                if not _shares_up(token, above):
                    break
            elif not _noun_dates_verb(token, dep, prep, above, mention, inside, days_ahead):
                break
            reached[above] = cost + 2
            inside, prep = False, None
        else:
            break
        token = above
    # a phrase between verb and date: the ADP tokens on the way are no events
    return reached


def _noun_dates_verb(
    noun: Token, dep: str, prep: str | None, verb: Token, mention: DateMention, inside: bool, days_ahead: int | None
) -> bool:
    lemma = verb.lemma_.lower()
    if inside:
        if prep is not None:
            return prep in ("in", "at", "during", "on")
        if dep in ("nsubj", "nsubjpass"):
            return mention.rule not in ("year", "decade", "years", "month")
        return lemma in _PERFORMING
    if prep is not None and prep not in _WITHIN and days_ahead is not None and abs(days_ahead) > _EVENT_LAG:
        return False
    return not (lemma in _REACTING and days_ahead is not None and not -_EVENT_LAG <= days_ahead <= 0)


def _shares_up(verb: Token, above: Token) -> bool:
    """Whether the date of a verb is that of the verb over it: 'began to withdraw on Monday', 'met and talked on Monday'."""
    if verb.dep_ == "conj":
        return not _subject(verb) and is_ahead(verb) == is_ahead(above)
    if verb.dep_ == "xcomp":
        return above.lemma_.lower() in _PHASES
    if verb.dep_ == "advcl":
        return any(c.lower_ in ("when", "while", "as") for c in verb.children)
    return verb.dep_ in ("aux", "auxpass")


def _reached_to(trigger: Token, mention: DateMention) -> Iterator[tuple[Token, int]]:
    """The words whose date is that of `trigger` where it has none of its own, the nearest first."""
    token, cost, prep = trigger, 0, ""
    while token.head != token:
        above = token.head
        if above.pos_ == "ADP":
            prep = above.lower_
        if (
            token.dep_ == "conj"
            and token.tag_ == "VBD"
            and above.dep_ == "ccomp"
            and _has_had(above)
            and not _has_had(token)
        ):
            # 'said that he had fled, and accused them' is said and accused
            token, cost = above.head, cost + 2
            yield token, cost
            continue
        step = _lent(token, above, prep, mention)
        if step is None:
            return
        token, cost = above, cost + step
        yield token, cost


def _lent(token: Token, above: Token, prep: str, mention: DateMention) -> int | None:
    """What it costs `token` to take the date of the word over it; None where that is of another time."""
    if token.pos_ in ("VERB", "AUX"):
        if above.pos_ in ("VERB", "AUX"):
            return _lent_by_clause(token, above, mention)
        if above.pos_ == "ADP":
            return 2 if prep in ("by", "in", "with") else None
        return 2 if token.dep_ == "xcomp" and above.pos_ == "ADJ" else None
    if token.pos_ == "ADP":
        return 2
    if above.pos_ == "ADP":
        return None if prep in _OTHER else 2
    if above.pos_ in ("VERB", "AUX"):
        return None if prep not in _WITHIN and above.lemma_.lower() in _REACTING else 2
    return 2 if token.dep_ != "appos" and above.pos_ in ("NOUN", "PROPN", "ADJ") else None


def _lent_by_clause(verb: Token, above: Token, mention: DateMention) -> int | None:
    behind = mention.head.i > verb.i
    match verb.dep_:
        case "conj":
            # 'on Monday he met them and they signed', but 'he met them on Monday and they signed'
            return None if _subject(verb) and (behind or mention.head.i > above.i) else 2
        case "xcomp":
            # parsers hang 'on Friday' of 'agreed to meet on Friday' on either verb
            return 4 if behind else 2 if above.lemma_.lower() in _PHASES else None
        case "ccomp" | "parataxis":
            if behind:
                return 4
            return 6 if above.lemma_.lower() in SAYING and verb.tag_ == "VBD" and not _has_had(verb) else None
        case "advcl":
            marks = {c.lower_ for c in verb.children if c.dep_ in ("mark", "advmod")}
            return None if marks & {*_OTHER, "if", "unless"} or is_ahead(verb) else 5
        case _:
            return None


def _subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass", "expl") for c in verb.children)


def _has_had(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("had", "'d", "’d") for c in verb.children)


def _belongs(trigger: Token, other: Token) -> bool:
    """Whether `trigger` is, or hangs in, the clause or the phrase of `other`."""
    for token in (trigger, *trigger.ancestors):
        if token == other:
            return True
        if token.dep_ in ("relcl", "acl", "advcl", "ccomp"):
            return False
    return False


def _verb_over(token: Token) -> Token:
    current = token
    while current.pos_ not in ("VERB", "AUX") and current.head != current:
        current = current.head
    return current


def is_ahead(token: Token) -> bool | None:
    """Whether what a verb or a noun tells of is yet to come; None where its words do not say."""
    if token.pos_ in ("VERB", "AUX"):
        return _is_verb_ahead(token)
    words = {c.lower_ for c in token.children}
    if words & _UPCOMING or any(c.dep_ == "acl" and c.lemma_.lower() in _SCHEDULING for c in token.children):
        return True
    current = token
    while current.head != current:
        above = current.head
        if above.pos_ == "ADP":
            if above.lower_ in ("before", "until") or (
                above.head.lower_ in ("ahead", "prior") and above.lower_ in ("of", "to")
            ):
                return True
            if above.lower_ in ("after", "since", "following"):
                return False
        elif above.pos_ in ("NOUN", "PROPN"):
            if above.lemma_.lower() in _PLANS:
                return True
        elif above.pos_ in ("VERB", "AUX"):
            ahead = _is_verb_ahead(above)
            if (
                ahead
                and above.tag_ in ("VBZ", "VBP")
                and (current.dep_ == "nsubj" or above.lemma_.lower() in _REACTING or above.lemma_ in ("follow", "be"))
            ):
                # what is spoken of now may be of any time
                return None
            if ahead is False and current.dep_ != "nsubj" and above.lemma_.lower() in _REACTING | _STATES:
                return None
            return ahead
        else:
            return None
        current = above
    return None


def _is_verb_ahead(verb: Token) -> bool | None:
    lemma = verb.lemma_.lower()
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    words = {c.lower_ for c in auxiliaries}
    if words & {"had", "has", "have", "having", "'d", "’d", "'ve", "’ve", "was", "were", "did"} and not words & _AHEAD:
        return False
    if words & _AHEAD:
        return True
    if "to" in words:
        above = verb.head
        if above != verb and above.pos_ in ("VERB", "AUX") and above.lemma_.lower() in _PHASES:
            return _is_verb_ahead(above)
        if verb.dep_ in ("advcl", "relcl") or (verb.dep_ == "acl" and above.lemma_.lower() not in _PLANS):
            # 'the deal that they made to avoid an attack in September' may be of last September
            return None if _is_verb_ahead(_verb_over(above)) is False else True
        return True
    if verb.tag_ == "VBD":
        return False
    if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX") and (verb.tag_ != "VBP" or verb.head.tag_ == "VBD"):
        return _is_verb_ahead(verb.head)
    if verb.tag_ in ("VBZ", "VBP"):
        return None if lemma in SAYING or (lemma == "be" and verb.dep_ != "aux") else True
    if verb.tag_ == "VBN":
        return any(c.tag_ in ("VBZ", "VBP") for c in auxiliaries)
    if verb.tag_ == "VBG":
        if auxiliaries:
            return True
        if verb.dep_ == "pcomp" and verb.head.head.pos_ == "NOUN":
            return None
        if verb.dep_ in ("advcl", "xcomp") and verb.head.pos_ in ("VERB", "AUX"):
            return _is_verb_ahead(verb.head)
        return False
    return True if verb.tag_ == "VB" else None


def _is_past(trigger: Token) -> bool:
    """Whether an event is told in the simple past: 'has condemned' is of today, 'condemned' of the day of the story."""
    verb = _verb_over(trigger)
    if verb.tag_ == "VBG" and verb.dep_ in ("pcomp", "advcl"):
        verb = _verb_over(verb.head)
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if auxiliaries & {"has", "have", "'s", "’s", "had"} or verb.dep_ in ("relcl", "acl"):
        return False
    # parsers take some past tenses for participles
    participle = verb.tag_ == "VBN" and any(c.dep_ == "nsubj" for c in verb.children)
    return verb.tag_ == "VBD" or participle or bool(auxiliaries & {"was", "were", "did"})


def _main_of_time_clause(trigger: Token) -> Token | None:
    """The verb that a clause of `trigger` comes before or after in time."""
    verb = _verb_over(trigger)
    if verb.dep_ != "advcl" or not any(
        c.lower_ in ("after", "before", "since") and c.dep_ == "mark" for c in verb.children
    ):
        return None
    return verb.head


def _is_in_passing(trigger: Token) -> bool:
    """A noun named in passing ('the signing of the treaty') is not thereby of today, nor is what had happened."""
    if trigger.pos_ == "NOUN":
        if trigger.dep_ not in ("dobj", "nsubj", "nsubjpass", "ROOT", "conj", "attr"):
            governor = trigger.head.head if trigger.dep_ == "pobj" else trigger.head
            # not 'engaged in talks', 'took part in a meeting'
            return not (
                governor.pos_ == "VERB"
                and trigger.head.lower_ in ("in", "into", "with", "at", "during")
                and governor.lemma_.lower() not in ("die", "kill", "wound", "injure", "lose", "perish")
            )
        return _has_had(_verb_over(trigger))
    return _has_had(trigger)


def _lasting(words: Sequence[Token], when: EventDate) -> EventDate:
    """`when` as long as the event of `words` is said to last: 'began a three-day visit on Monday'."""
    if when.start is None or when.start != when.end:
        return when
    for noun in words:
        if noun.pos_ not in ("NOUN", "PROPN") or noun.head.lower_ == "for":
            # 'arrived for a three-day visit' tells of the arrival
            continue
        length = length_of(noun.doc[noun.left_edge.i : noun.i].text)
        if length:
            more = timedelta(days=length - 1)
            ends = any(t.lemma_.lower() in _ENDING for t in (_verb_over(noun), _verb_over(noun).head))
            return replace(when, start=when.start - more) if ends else replace(when, end=when.start + more)
    return when
