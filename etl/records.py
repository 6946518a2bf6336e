"""The types that flow through a run, in the order in which they flow.

``RawDocument`` -> ``Article`` -> ``Sentence`` -> ``ActorMention``, ``Trigger`` -> ``EventMention`` -> ``Event``.

Every ``start`` and ``end`` is a code-point offset into ``Article.text``, end exclusive, so that
``article.text[start:end]`` is the evidence. All types are immutable.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ParagraphKind(StrEnum):
    """What a stretch of an article is; debris (advertising, share buttons) is no paragraph at all."""

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    CAPTION = "caption"


class ActorKind(StrEnum):
    """What an actor is."""

    COUNTRY = "country"
    ORGANISATION = "organisation"
    GROUP = "group"
    PERSON = "person"


class Modality(StrEnum):
    """How the report stands to the fact (see the ``modality`` table for definitions)."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    PLANNED = "planned"
    CONSIDERED = "considered"
    HYPOTHETICAL = "hypothetical"
    DEMANDED = "demanded"
    ALLEGED = "alleged"


class DatePrecision(StrEnum):
    """How narrow an event's date is."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class DateBasis(StrEnum):
    """Where an event's date comes from. The day of loading is never a basis."""

    TEXT = "text"
    CAPTION = "caption"
    DATELINE = "dateline"
    PUBLISHED = "published"
    NONE = "none"


class Role(StrEnum):
    """What a participant is to an event; ``PARTY`` is for reciprocal events."""

    SOURCE = "source"
    TARGET = "target"
    PARTY = "party"
    MEDIATOR = "mediator"
    HOST = "host"
    ABOUT = "about"
    BENEFICIARY = "beneficiary"
    ADDRESSEE = "addressee"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """Bytes as they came, and what is known of where they came from."""

    content: bytes
    media_type: str
    """``text/plain`` or ``text/html``."""
    location: str
    """A path, a URL, ``-`` for standard input, or ``PATH:LINE`` for one line of a file."""
    source: str | None = None
    """Name of the publisher, where the document or its sender gives it."""
    publisher: str | None = None
    """Who publishes it where neither `source` nor the page itself says so: the feed, or what the settings say."""
    external_id: str | None = None
    """The id that the sender gave the article, returned unchanged by ``communique code``."""
    title: str | None = None
    published: datetime | date | None = None
    url: str | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A document, or a line of one, that could not become an article, and why."""

    location: str
    reason: str
    """A code of the ``reject_reason`` table: ``empty``, ``binary``, ``encoding``, ``too_large`` ..."""
    detail: str
    """For the user: what is wrong, where, and the mend."""
    content: bytes | None = None
    """What was rejected, where it cannot be read again from `location`: a line, standard input."""
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One stretch of an article that may be coded."""

    kind: ParagraphKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The place and date a report was filed from: 'WASHINGTON, June 20 (Agency) -'."""

    place: str
    """Place as written, without the date and the agency."""
    on: date | None
    """Calendar date; a missing year is taken from the publication date, else the date is None."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A news article, decoded, with its parts marked; what the coder reads."""

    text: str
    """The text as given (for HTML: as extracted). Never normalised, so that spans hold."""
    paragraphs: tuple[Paragraph, ...]
    title: str | None = None
    byline: str | None = None
    dateline: Dateline | None = None
    published: datetime | date | None = None
    """When it was published: an aware UTC instant where the time is known, else a calendar date."""
    language: str = "en"
    """ISO 639-1 code."""
    url: str | None = None
    source: str | None = None
    external_id: str | None = None
    location: str | None = None

    @property
    def id(self) -> str:
        """The article's id: a hash of its words, so that the same text is the same article everywhere."""
        return stable_id("article", " ".join(self.text.split()))

    @property
    def published_on(self) -> date | None:
        """The calendar date (UTC) of publication."""
        return self.published.date() if isinstance(self.published, datetime) else self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an article."""

    index: int
    kind: ParagraphKind
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A country, an organisation, a group or a person."""

    key: str
    """Stable and readable: ``USA``, ``igo:nato``, ``ISR:MIL``, ``person:KOR:kim-hong-kyun``."""
    name: str
    kind: ActorKind
    country: str | None = None
    """ISO 3166-1 alpha-3 of whom the actor acts for; None where it is unknown or there is none."""
    sector: str | None = None
    """CAMEO role code (GOV, MIL, REB, OPP, LEG, JUD, COP, CVL, BUS, MED, IGO, NGO ...)."""
    office: str | None = None
    """The office of a person as the article gives it: 'Deputy Secretary of State'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorMention:
    """An actor where a text names it."""

    actor: Actor
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words of an article."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Span):
    """The words that carry the event: 'phone conversation'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An actor mention in its role."""

    role: Role
    mention: ActorMention


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate:
    """When an event happened, and the words that say so."""

    start: date | None = None
    end: date | None = None
    precision: DatePrecision = DatePrecision.UNKNOWN
    basis: DateBasis = DateBasis.NONE
    span: Span | None = None
    rule: str | None = None
    """The rule that gave it: 'weekday', 'day', 'ago' ... of etl/transform/dates.py, 'dateline', 'published'."""


class PlaceBasis(StrEnum):
    """What says where an event happened."""

    TEXT = "text"
    """The words of its own clause."""
    STORY = "story"
    """Where the article, around it, has who takes part."""
    DATELINE = "dateline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an event happened. Coordinates are WGS 84 degrees."""

    geonames_id: int
    name: str
    admin1: str | None
    """Name of the first-level division (state, province)."""
    country: str
    """ISO 3166-1 alpha-3."""
    latitude: float
    longitude: float
    confidence: float
    span: Span
    basis: PlaceBasis = PlaceBasis.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What a treaty provides for, and the words that say so."""

    code: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Treaty:
    """A formal agreement of which an article tells, whatever it calls it."""

    id: str
    """Stable: the same article and knowledge give the same id."""
    name: str
    """The fullest name that the article gives it, a proper one first, without its article: 'Partnership Treaty'."""
    kind: str
    """A code of the ``treaty_kind`` table."""
    names: tuple[Span, ...]
    """Every mention of it, in the order of the text: 'the new treaty', 'the pact signed in Rome', 'it'."""
    parties: tuple[ActorMention, ...] = ()
    """The states and organisations bound by it, each where it is first said to be."""
    signatories: tuple[ActorMention, ...] = ()
    """The persons who signed it."""
    depositary: ActorMention | None = None
    venue: Place | None = None
    """Where it was signed."""
    provisions: tuple[Provision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyReport:
    """What one mention says of a treaty: a step in its life."""

    treaty: Treaty
    name: str
    """As the mention gives it: 'the new partnership treaty'."""
    action: str
    """Life-cycle action: ``signed``, ``ratified``, ``withdrawn`` ..."""
    by: tuple[ActorMention, ...] = ()
    """Who takes the step: all parties, or the one that ratifies or leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReport:
    """What one mention says of a statement."""

    stance: str
    topic: str | None = None
    quote: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMention:
    """One report of an event in one article: all the answers, each with its words."""

    article_id: str
    type: str
    cameo: str
    plover: str | None
    mode: str | None
    context: tuple[str, ...]
    quad_class: int
    goldstein: float
    modality: Modality
    background: bool
    confidence: float
    date: EventDate
    place: Place | None
    attribution: ActorMention | None
    participants: tuple[Participant, ...]
    trigger: Trigger
    sentence: Sentence
    treaty: TreatyReport | None = None
    statement: StatementReport | None = None
    is_private: bool = False
    """Whether, by the article alone, everybody in it is a private person: no event unless somebody is known otherwise."""

    @property
    def id(self) -> str:
        """The mention's id: article, trigger span and type, so that better actors change no id."""
        return stable_id("mention", self.article_id, str(self.trigger.start), str(self.trigger.end), self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What the coder finds in one article."""

    mentions: tuple[EventMention, ...]
    """In the order of the text."""
    private: tuple[EventMention, ...] = ()
    """Mentions of nobody but private persons, in the order of the text."""
    persons: tuple[Actor, ...] = ()
    """Everybody whom the article names, in events or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the reports are reports of. ``mentions`` is never empty; the best report comes first."""

    facts: EventMention
    """The merged view: the best mention with participants, date, place, treaty of all of them."""
    mentions: tuple[EventMention, ...] = field(default=())

    @property
    def id(self) -> str:
        """The event's id: that of its earliest mention in the text."""
        first = min(self.mentions, key=lambda mention: (mention.trigger.start, mention.trigger.end, mention.type))
        return stable_id("event", first.id)


def stable_id(*parts: str) -> str:
    """Sixteen hex digits that depend on `parts` alone: the same on any machine, in any run."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
