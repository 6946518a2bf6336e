"""The tables: communiqué's public interface. Every table and column says what it means; docs/schema.md is made from here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, always aware and in UTC; SQLite, which has no time zones, keeps it as UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value to store; a naive datetime is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; give an aware datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored instant, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[str, mapped_column(String(16))]
Code = Annotated[str, mapped_column(String(40))]


class Base(DeclarativeBase):
    """The tables' metadata, with a name for every constraint and index."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, date: Date, float: Double, str: Text}  # noqa: RUF012


def _comment(text: str, **options: Any) -> Any:
    return mapped_column(comment=text, **options)


def _fk(column: str, text: str, **options: Any) -> Any:
    return mapped_column(ForeignKey(column), comment=text, **options)


# -- reference tables --------------------------------------------------------------------------------------------------


class _Vocabulary:
    """A small closed list: code, label, description."""

    code: Mapped[str] = mapped_column(String(40), primary_key=True, comment="The code that other tables refer to")
    label: Mapped[str] = mapped_column(comment="Short name for people")
    description: Mapped[str] = mapped_column(comment="What it means")

    @declared_attr.directive
    def __tablename__(cls) -> str:
        name: str = cls.__name__  # type: ignore[attr-defined]
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class EventType(_Vocabulary, Base):
    """What an analyst calls an event; users may add types."""

    __table_args__ = {"comment": "Event types: what an analyst calls an event (call, meeting, treaty ...)"}  # noqa: RUF012


class ModalityRow(_Vocabulary, Base):
    """How a report stands to the fact."""

    __tablename__ = "modality"
    __table_args__ = {"comment": "How a report stands to the fact: asserted, negated, planned, alleged ..."}  # noqa: RUF012


class ParticipantRole(_Vocabulary, Base):
    """What a participant is to an event."""

    __table_args__ = {"comment": "What a participant is to an event: source, target, party, host ..."}  # noqa: RUF012


class ActorKindRow(_Vocabulary, Base):
    """What an actor is."""

    __tablename__ = "actor_kind"
    __table_args__ = {"comment": "What an actor is: country, organisation, group, person"}  # noqa: RUF012


class DatePrecisionRow(_Vocabulary, Base):
    """How narrowly a date is known."""

    __tablename__ = "date_precision"
    __table_args__ = {"comment": "How narrowly an event's date is known"}  # noqa: RUF012


class DateBasisRow(_Vocabulary, Base):
    """Where a date comes from."""

    __tablename__ = "date_basis"
    __table_args__ = {"comment": "Where an event's date comes from; never the day of loading"}  # noqa: RUF012


class ParagraphKindRow(_Vocabulary, Base):
    """Where in an article a sentence stands."""

    __tablename__ = "paragraph_kind"
    __table_args__ = {"comment": "Where in an article a sentence stands: headline, heading, body, caption"}  # noqa: RUF012


class Stance(_Vocabulary, Base):
    """The side a statement takes."""

    __table_args__ = {"comment": "What a statement does: praise, condemn, demand, threaten ..."}  # noqa: RUF012


class TreatyKind(_Vocabulary, Base):
    """What a formal agreement is called."""

    __table_args__ = {"comment": "What a formal agreement is: treaty, pact, memorandum ..."}  # noqa: RUF012


class TreatyAction(_Vocabulary, Base):
    """A stage in the life of a treaty."""

    __table_args__ = {"comment": "A stage in the life of a treaty: signed, ratified, suspended ..."}  # noqa: RUF012


class ProvisionRow(_Vocabulary, Base):
    """What treaties provide for."""

    __tablename__ = "provision"
    __table_args__ = {"comment": "What treaties provide for: mutual defence, trade, extradition ..."}  # noqa: RUF012


class Sector(_Vocabulary, Base):
    """CAMEO role codes of actors."""

    __table_args__ = {"comment": "Sectors of actors (CAMEO role codes): GOV, MIL, REB, OPP ..."}  # noqa: RUF012


class ArticleStatus(_Vocabulary, Base):
    """What was done with an article."""

    __table_args__ = {"comment": "What was done with an article: coded, skipped"}  # noqa: RUF012


class RunStatus(_Vocabulary, Base):
    """How a run ended."""

    __table_args__ = {"comment": "How a run ended"}  # noqa: RUF012


class RejectReason(_Vocabulary, Base):
    """Why something could not be taken in."""

    __table_args__ = {"comment": "Why a document could not be taken in"}  # noqa: RUF012


class QuadClass(Base):
    """Verbal or material, cooperation or conflict."""

    __tablename__ = "quad_class"
    __table_args__ = {"comment": "Quad classes, numbered as in GDELT"}  # noqa: RUF012
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="1 to 4")
    label: Mapped[str] = _comment("Short name for people")
    description: Mapped[str] = _comment("What it means")


class PloverType(_Vocabulary, Base):
    """A category of the PLOVER ontology (2021)."""

    __table_args__ = {"comment": "PLOVER categories (2021 manual)"}  # noqa: RUF012
    score: Mapped[float] = _comment("Conflict and cooperation score of the category, -10 to +10")


class Country(Base):
    """A country or territory, states of the past among them."""

    __tablename__ = "country"
    __table_args__ = {"comment": "Countries and territories, a few states of the past among them"}  # noqa: RUF012
    code: Mapped[str] = mapped_column(
        String(3),
        primary_key=True,
        comment="ISO 3166-1 alpha-3; XKX for Kosovo; SUN, YUG, CSK, DDR for states of the past",
    )
    alpha2: Mapped[str | None] = mapped_column(String(2), comment="ISO 3166-1 alpha-2; empty for states of the past")
    name: Mapped[str] = _comment("Common English name")


class OrganisationMember(Base):
    """A country's time as a member of an organisation."""

    __tablename__ = "organisation_member"
    organisation_id: Mapped[str] = mapped_column(
        String(200), primary_key=True, comment="The organisation, by its actor id: igo:nato"
    )
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"), primary_key=True, comment="The member")
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="1 for its first time as a member, 2 where it left and came back"
    )
    valid_from: Mapped[date | None] = _comment("First day; empty from the founding, or where it is not known")
    valid_to: Mapped[date | None] = _comment("Last day; empty for a member of today")
    __table_args__ = (
        Index(None, "country_code"),
        {
            "comment": "Who was a member of which organisation when; only organisations whose membership is known for certain"
        },
    )


class CameoCode(Base):
    """A code of the CAMEO ontology (codebook 1.1b3)."""

    __tablename__ = "cameo_code"
    __table_args__ = {"comment": "CAMEO event codes (codebook 1.1b3) and what they are in the other vocabularies"}  # noqa: RUF012
    code: Mapped[str] = mapped_column(
        String(4), primary_key=True, comment="CAMEO code, as text: 010 and 10 are different things"
    )
    label: Mapped[str] = _comment("What the codebook calls it")
    parent_code: Mapped[str | None] = _fk("cameo_code.code", "The code one level up; empty for roots", index=True)
    root_code: Mapped[str] = mapped_column(String(2), comment="The two-digit root")
    quad_class: Mapped[int] = _fk(
        "quad_class.code",
        "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict",
        index=True,
    )
    goldstein: Mapped[float] = _comment("Goldstein scale, -10 (conflict) to +10 (cooperation)")
    plover_code: Mapped[str | None] = _fk(
        "plover_type.code", "PLOVER category; empty where PLOVER has none", index=True
    )
    plover_mode: Mapped[str | None] = _comment("PLOVER mode")
    contexts: Mapped[str | None] = _comment("PLOVER contexts, separated by ';'")
    event_type_code: Mapped[str] = _fk("event_type.code", "Event type of events with this code", index=True)


# -- what came in ------------------------------------------------------------------------------------------------------


class _Counts:
    """What a run, or a run of one source, did."""

    document_count: Mapped[int] = _comment("Documents read, rejected ones among them", default=0)
    article_count: Mapped[int] = _comment("Articles new to the database", default=0)
    known_count: Mapped[int] = _comment("Articles that were in the database already", default=0)
    skipped_count: Mapped[int] = _comment("New articles stored but not coded (another language)", default=0)
    reject_count: Mapped[int] = _comment("Documents rejected", default=0)
    event_count: Mapped[int] = _comment("Events new to the database", default=0)


class Run(_Counts, Base):
    """One run of the pipeline."""

    __tablename__ = "run"
    __table_args__ = {"comment": "Runs: when articles were read, with which versions, and how it ended"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the run")
    started_at: Mapped[datetime] = _comment("When it started (UTC)")
    finished_at: Mapped[datetime | None] = _comment("When it ended (UTC); empty while it runs or when it was cut off")
    status_code: Mapped[str] = _fk("run_status.code", "How it ended", index=True)
    version: Mapped[str] = _comment("Version of communique")
    model: Mapped[str] = _comment("Language model and its version")
    knowledge_version: Mapped[str] = _comment("Hash of the knowledge files and imported dictionaries")
    inputs: Mapped[str] = _comment("What it was asked to read, one a line")
    error: Mapped[str | None] = _comment("What ended a failed run")


class Source(Base):
    """A publisher or feed."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the source")
    name: Mapped[str] = _comment("Name of the publisher or feed")
    __table_args__ = (UniqueConstraint("name"), {"comment": "Sources: publishers and feeds of articles"})


class SourceState(Base):
    """How a source of communique.toml is doing."""

    __tablename__ = "source_state"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, comment="The source")
    kind: Mapped[str] = mapped_column(String(20), comment="feed, sitemap, pages, files, archive or urls")
    location: Mapped[str] = _comment("Where it is read, one address or path a line")
    is_configured: Mapped[bool] = _comment(
        "True where communique.toml listed it, enabled, at the last run without arguments"
    )
    checked_at: Mapped[datetime | None] = _comment("When a run last came to its end, or failed at it (UTC)")
    succeeded_at: Mapped[datetime | None] = _comment("When a run last read it to its end (UTC)")
    changed_at: Mapped[datetime | None] = _comment("When it last had a new article (UTC)")
    failed_since: Mapped[datetime | None] = _comment("Since when it fails (UTC); empty where the last run read it well")
    failure_count: Mapped[int] = _comment("How many runs in a row it has failed")
    error: Mapped[str | None] = _comment("Why it fails; empty where the last run read it well")
    __table_args__ = {"comment": "Sources that communique.toml lists: what they are, last success, failures"}  # noqa: RUF012


class SourceItem(Base):
    """What a source offered, and a run has had."""

    __tablename__ = "source_item"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, comment="The source")
    key: Mapped[str] = mapped_column(
        String(600), primary_key=True, comment="What the item is known by: address, id in the feed, path"
    )
    stamp: Mapped[str] = mapped_column(
        String(600), comment="What changes when the item does: ETag, hash of the entry, size and time of the file"
    )
    run_id: Mapped[int] = _fk("run.id", "The run that last had it", index=True)
    __table_args__ = {"comment": "Items of sources that are not read again as long as their stamp is the same"}  # noqa: RUF012


class RunSource(_Counts, Base):
    """What one run did with one source of communique.toml."""

    __tablename__ = "run_source"
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True, comment="The run")
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, comment="The source")
    started_at: Mapped[datetime] = _comment("When the run came to it (UTC)")
    finished_at: Mapped[datetime | None] = _comment("When it was done with it (UTC); empty where it was cut off")
    error: Mapped[str | None] = _comment("Why the source could not be read to its end")
    __table_args__ = (Index(None, "source_id"), {"comment": "What each run did with each source of communique.toml"})


class Article(Base):
    """A news article as it was read."""

    __tablename__ = "article"
    id: Mapped[str] = mapped_column(
        String(16),
        primary_key=True,
        comment="Hash of the article's words: the same text is the same article everywhere",
    )
    source_id: Mapped[int | None] = _fk("source.id", "Publisher or feed, where known", index=True)
    title: Mapped[str | None] = _comment("Headline")
    byline: Mapped[str | None] = _comment("Who wrote it, as printed")
    url: Mapped[str | None] = _comment("Address of the article")
    location: Mapped[str] = _comment("Where it was read: path, PATH:LINE, URL, or - for standard input")
    external_id: Mapped[str | None] = _comment("The id that the sender gave it")
    language: Mapped[str] = mapped_column(String(3), comment="ISO 639-1 code of its language")
    published_at: Mapped[datetime | None] = _comment("When it was published (UTC), where the time is known")
    published_on: Mapped[date | None] = _comment("Calendar date of publication (UTC)")
    dateline_place: Mapped[str | None] = _comment("Place of the dateline, as printed")
    dateline_on: Mapped[date | None] = _comment("Date of the dateline")
    text: Mapped[str] = _comment(
        "The text; every span of this database is an offset in characters (code points) into it"
    )
    status_code: Mapped[str] = _fk("article_status.code", "What was done with it", index=True)
    run_id: Mapped[int] = _fk("run.id", "The run that read it", index=True)
    loaded_at: Mapped[datetime] = _comment("When it was loaded (UTC); never the date of an event")
    __table_args__ = (
        Index(None, "published_on"),
        {"comment": "Articles: what was read, with the text that all evidence points into"},
    )


class Reject(Base):
    """What could not be taken in, and why."""

    __tablename__ = "reject"
    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the reject")
    location: Mapped[str] = _comment("Path, PATH:LINE or URL of what was rejected")
    reason_code: Mapped[str] = _fk("reject_reason.code", "Why, as a code", index=True)
    detail: Mapped[str] = _comment("Why, in words, with the mend")
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="What was rejected, where it cannot be read again from its location"
    )
    first_run_id: Mapped[int] = _fk("run.id", "The run that met it first", index=True)
    last_run_id: Mapped[int] = _fk("run.id", "The run that met it last", index=True)
    attempt_count: Mapped[int] = _comment("How many runs met it", default=1)
    __table_args__ = (
        UniqueConstraint("location", "reason_code"),
        {"comment": "Rejects: documents that could not become articles, with the reason"},
    )


# -- actors and places -------------------------------------------------------------------------------------------------


class Actor(Base):
    """A country, an organisation, a group or a person."""

    __tablename__ = "actor"
    id: Mapped[str] = mapped_column(
        String(200), primary_key=True, comment="Readable and stable: USA, igo:nato, ISR:MIL, person:KOR:kim-hong-kyun"
    )
    name: Mapped[str] = _comment("Name for people")
    kind_code: Mapped[str] = _fk("actor_kind.code", "country, organisation, group or person", index=True)
    country_code: Mapped[str | None] = _fk("country.code", "For whom the actor acts; empty where unknown or none")
    sector_code: Mapped[str | None] = _fk("sector.code", "Sector of the actor; empty where unknown", index=True)
    first_seen_on: Mapped[date | None] = _comment(
        "Earliest date of an article that gives a person's country or office; empty for others"
    )
    last_seen_on: Mapped[date | None] = _comment("Latest date of such an article")
    __table_args__ = (
        CheckConstraint("last_seen_on >= first_seen_on", name="seen_in_order"),
        Index(None, "country_code", "sector_code"),
        Index(None, "name"),
        {"comment": "Actors: countries, organisations, groups and persons"},
    )


class ActorAlias(Base):
    """A form under which texts name an actor."""

    __tablename__ = "actor_alias"
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), primary_key=True, comment="The actor")
    alias: Mapped[str] = mapped_column(
        String(300), primary_key=True, comment="Words by which a text or a user named it"
    )
    slug: Mapped[str | None] = mapped_column(
        String(300),
        comment="A person's full name in small letters of ASCII, by which articles that give the name alone find the person; "
        "empty for other words",
    )
    is_seen: Mapped[bool] = _comment("True where a text has the words")
    is_given: Mapped[bool] = _comment("True where a user gave them ('communique actors alias')")
    __table_args__ = (
        Index(None, "alias"),
        Index(None, "slug"),
        {"comment": "The words by which texts and users have named each actor"},
    )


class ActorOffice(Base):
    """An office in which a text has shown a person."""

    __tablename__ = "actor_office"
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), primary_key=True, comment="The person")
    office: Mapped[str] = mapped_column(String(300), primary_key=True, comment="The office as the text gives it")
    first_seen_on: Mapped[date | None] = _comment("Earliest date of an article that says so")
    last_seen_on: Mapped[date | None] = _comment("Latest date of an article that says so")
    __table_args__ = {"comment": "Offices in which articles have shown persons, with the dates of those articles"}  # noqa: RUF012


class Dictionary(Base):
    """An actor dictionary that a user has imported."""

    __tablename__ = "dictionary"
    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the dictionary")
    name: Mapped[str] = mapped_column(String(300), comment="The name under which it was imported")
    format: Mapped[str] = mapped_column(String(40), comment="Format of the file: petrarch or csv")
    imported_at: Mapped[datetime] = _comment("When it was imported last (UTC); of two entries the later import's wins")
    content_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of what was read in the file")
    entry_count: Mapped[int] = _comment("Entries that went in")
    reject_count: Mapped[int] = _comment("Rows that were rejected")
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("format IN ('petrarch', 'csv')", name="known_format"),
        {"comment": "Actor dictionaries that users have imported; runs code with their entries"},
    )


class DictionaryEntry(Base):
    """What names of an imported dictionary stand for, at a time."""

    __tablename__ = "dictionary_entry"
    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the entry")
    dictionary_id: Mapped[int] = _fk("dictionary.id", "The dictionary", index=True)
    line: Mapped[int] = _comment("Line of the file that says so")
    name: Mapped[str] = mapped_column(String(300), comment="The name, as the dictionary writes it")
    is_agent: Mapped[bool] = _comment("True for a noun that takes its country from the text: police officer")
    kind_code: Mapped[str] = _fk("actor_kind.code", "country, organisation, group or person")
    country_code: Mapped[str | None] = _fk("country.code", "For whom the actor acts; empty where there is none")
    sector_code: Mapped[str | None] = _fk("sector.code", "Sector of the actor; empty where unsaid")
    valid_from: Mapped[date | None] = _comment("First day on which it holds; empty without limit")
    valid_to: Mapped[date | None] = _comment("Last day on which it holds; empty without limit")
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        Index(None, "name"),
        {"comment": "Entries of imported dictionaries: what a name stands for, always or between two days"},
    )


class DictionaryAlias(Base):
    """A synonym of an entry."""

    __tablename__ = "dictionary_alias"
    entry_id: Mapped[int] = mapped_column(ForeignKey("dictionary_entry.id"), primary_key=True, comment="The entry")
    alias: Mapped[str] = mapped_column(String(300), primary_key=True, comment="A synonym; of an agent, also a plural")
    __table_args__ = (Index(None, "alias"), {"comment": "Synonyms of the entries of imported dictionaries"})


class ActorClaim(Base):
    """Whom a name without country may stand for in an article."""

    __tablename__ = "actor_claim"
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id"), primary_key=True, comment="The article")
    actor_id: Mapped[str] = mapped_column(
        ForeignKey("actor.id"), primary_key=True, comment="The actor as coded: a name without a country"
    )
    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("actor.id"),
        primary_key=True,
        comment="A person of that name whom the database knew when it loaded the article; where there is one, it is that person",
    )
    __table_args__ = (
        Index(None, "candidate_id"),
        Index(None, "actor_id"),
        {
            "comment": "Whom a name that an article gives without a country may stand for; more than one: the claim is open"
        },
    )


class ActorDecision(Base):
    """A user's word on who is who."""

    __tablename__ = "actor_decision"
    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the decision")
    kind: Mapped[str] = mapped_column(
        String(40), comment="merge: two actors are one; split: in some articles the actor is another"
    )
    from_actor_id: Mapped[str] = mapped_column(
        String(200), comment="The actor that goes into another (merge), or from which another is taken (split)"
    )
    into_actor_id: Mapped[str] = mapped_column(
        String(200), comment="The actor that stays (merge) or is new (split; it goes when the split is undone)"
    )
    reason: Mapped[str | None] = _comment("Why, in the user's words")
    author: Mapped[str | None] = _comment("Who decided")
    made_at: Mapped[datetime] = _comment("When (UTC)")
    undone_at: Mapped[datetime | None] = _comment("When it was undone (UTC); empty while it holds")
    __table_args__ = (
        CheckConstraint("kind IN ('merge', 'split')", name="known_kind"),
        CheckConstraint("from_actor_id <> into_actor_id", name="two_actors"),
        Index(None, "from_actor_id"),
        Index(None, "into_actor_id"),
        {"comment": "Decisions of users on who is who; event_participant.actor_id follows those that hold"},
    )


class ActorDecisionArticle(Base):
    """An article in which a split holds."""

    __tablename__ = "actor_decision_article"
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("actor_decision.id"), primary_key=True, comment="The decision: a split"
    )
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id"), primary_key=True, comment="An article in which the actor is another"
    )
    __table_args__ = (Index(None, "article_id"), {"comment": "The articles in which a split holds"})


class Place(Base):
    """A place of GeoNames in which an event happened."""

    __tablename__ = "place"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="GeoNames id")
    name: Mapped[str] = _comment("Name")
    admin1_name: Mapped[str | None] = _comment("First-level division (state, province), where known")
    country_code: Mapped[str] = _fk("country.code", "Country in which it lies", index=True)
    latitude: Mapped[float] = _comment("Degrees north, WGS 84")
    longitude: Mapped[float] = _comment("Degrees east, WGS 84")
    __table_args__ = (Index(None, "name"), {"comment": "Places of events (GeoNames, CC BY 4.0)"})


# -- events ------------------------------------------------------------------------------------------------------------


class _Coded:
    """What an event and each of its mentions have in common."""

    type_code: Mapped[str] = _fk("event_type.code", "Event type: call, meeting, treaty, statement ...")
    cameo_code: Mapped[str] = _fk("cameo_code.code", "CAMEO code, as deep as the text supports", index=True)
    plover_code: Mapped[str | None] = _fk(
        "plover_type.code", "PLOVER category; empty where PLOVER has none", index=True
    )
    mode: Mapped[str | None] = _comment("PLOVER mode")
    contexts: Mapped[str | None] = _comment("PLOVER contexts, separated by ';'")
    modality_code: Mapped[str] = _fk(
        "modality.code", "Whether it is asserted, negated, planned, considered, hypothetical, demanded or alleged"
    )
    is_background: Mapped[bool] = _comment("True where the text looks back at an older event")
    date_start: Mapped[date | None] = _comment("First day on which it happened; empty when unknown")
    date_end: Mapped[date | None] = _comment("Last day on which it happened")
    date_precision_code: Mapped[str] = _fk("date_precision.code", "How narrow the date is: day, month, year, unknown")
    date_basis_code: Mapped[str] = _fk(
        "date_basis.code", "Where the date comes from: text, caption, dateline, published, none"
    )
    confidence: Mapped[float] = _comment("How sure the coder is, 0 to 1")


class Event(_Coded, Base):
    """What the reports are reports of."""

    __tablename__ = "event"
    id: Mapped[str] = mapped_column(
        String(16), primary_key=True, comment="Stable id: depends on the article and the words, not on the run"
    )
    quad_class: Mapped[int] = _fk(
        "quad_class.code",
        "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict",
        index=True,
    )
    goldstein: Mapped[float] = _comment("Goldstein scale of the code, -10 (conflict) to +10 (cooperation)")
    place_id: Mapped[int | None] = _fk("place.id", "Where it happened; empty when unsaid", index=True)
    salience: Mapped[float] = _comment("How much its article is about it; higher is more")
    article_count: Mapped[int] = _comment("In how many articles it is reported")
    mention_count: Mapped[int] = _comment("How often it is reported")
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
        CheckConstraint("date_end >= date_start", name="dates_in_order"),
        Index(None, "type_code", "date_start"),
        Index(None, "date_start"),
        Index(None, "modality_code", "date_start"),
        {"comment": "Events: what happened, said once however often it is reported. Facts merged from the mentions"},
    )


class EventMention(_Coded, Base):
    """One report of an event in one article, with the words it rests on."""

    __tablename__ = "event_mention"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, comment="Stable id: article, trigger and type")
    event_id: Mapped[str] = _fk("event.id", "The event it reports", index=True)
    article_id: Mapped[str] = _fk("article.id", "The article it stands in", index=True)
    ordinal: Mapped[int] = _comment("Order among the event's mentions, the best report first")
    paragraph_kind_code: Mapped[str] = _fk(
        "paragraph_kind.code", "Where the sentence stands: title, heading, body, caption"
    )
    sentence_index: Mapped[int] = _comment("Number of the sentence in the article, from 0")
    sentence_start: Mapped[int] = _comment("Where the sentence begins in article.text")
    sentence_end: Mapped[int] = _comment("Where the sentence ends, exclusive")
    sentence: Mapped[str] = _comment("The sentence that reports the event")
    trigger: Mapped[str] = _comment("The words that carry the event")
    trigger_start: Mapped[int] = _comment("Where they begin in article.text")
    trigger_end: Mapped[int] = _comment("Where they end, exclusive")
    date_text: Mapped[str | None] = _comment("The words that the date came from")
    date_text_start: Mapped[int | None] = _comment("Where they begin in article.text")
    date_text_end: Mapped[int | None] = _comment("Where they end, exclusive")
    place_id: Mapped[int | None] = _fk("place.id", "Where it happened, as this report says", index=True)
    place_text: Mapped[str | None] = _comment("The words that name the place")
    place_text_start: Mapped[int | None] = _comment("Where they begin in article.text")
    place_text_end: Mapped[int | None] = _comment("Where they end, exclusive")
    place_confidence: Mapped[float | None] = _comment("How sure the place is, 0 to 1")
    attributed_to_actor_id: Mapped[str | None] = _fk(
        "actor.id", "Who says so, when the sentence names somebody", index=True
    )
    attribution: Mapped[str | None] = _comment("The words that name who says so")
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_range"),
        CheckConstraint("sentence_start <= trigger_start AND trigger_end <= sentence_end", name="trigger_in_sentence"),
        {"comment": "Event mentions: each report of an event, with sentence and character spans"},
    )


class EventParticipant(Base):
    """Who takes part in an event, merged from its mentions."""

    __tablename__ = "event_participant"
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True, comment="The event")
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Order among the participants, from 0"
    )
    role_code: Mapped[str] = _fk("participant_role.code", "source, target, party, host, about ...")
    actor_id: Mapped[str] = _fk("actor.id", "Who, by the registry of actors: claims and decisions followed")
    coded_actor_id: Mapped[str] = _fk("actor.id", "Who, by the article alone", index=True)
    office: Mapped[str | None] = _comment("The office in which a person took part, as the article gives it")
    __table_args__ = (
        Index(None, "actor_id", "role_code", "event_id"),
        Index(None, "role_code", "event_id"),
        {"comment": "Participants of events: who, in which role"},
    )


class MentionParticipant(Base):
    """Who takes part according to one mention, with the words that name them."""

    __tablename__ = "mention_participant"
    mention_id: Mapped[str] = mapped_column(ForeignKey("event_mention.id"), primary_key=True, comment="The mention")
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Order among the participants, from 0"
    )
    role_code: Mapped[str] = _fk("participant_role.code", "source, target, party, host, about ...")
    actor_id: Mapped[str] = _fk("actor.id", "Who, by the article alone", index=True)
    office: Mapped[str | None] = _comment("The office in which a person took part, as the article gives it")
    text: Mapped[str] = _comment("The words that name the participant")
    text_start: Mapped[int] = _comment("Where they begin in article.text")
    text_end: Mapped[int] = _comment("Where they end, exclusive")
    __table_args__ = {"comment": "Participants of mentions: who, in which role, and the words that name them"}  # noqa: RUF012


class Treaty(Base):
    """A formal agreement of which an article tells, in one event or many."""

    __tablename__ = "treaty"
    id: Mapped[Id] = mapped_column(
        primary_key=True, comment="Depends on the article and on where it first names the treaty"
    )
    name: Mapped[str] = _comment("The fullest name that the article gives it, a proper one first")
    kind_code: Mapped[str] = _fk("treaty_kind.code", "treaty, agreement, memorandum ...", index=True)
    article_id: Mapped[str] = _fk("article.id", "The first article that tells of it", index=True)
    place_id: Mapped[int | None] = _fk("place.id", "Where it was signed", index=True)
    __table_args__ = (
        Index(None, "name"),
        {"comment": "Treaties: one row for what an article calls by several names and tells of in several events"},
    )


class TreatyEvent(Base):
    """What an event says of a treaty."""

    __tablename__ = "treaty_event"
    event_id: Mapped[str] = mapped_column(
        ForeignKey("event.id"), primary_key=True, comment="The event: a step in the treaty's life"
    )
    treaty_id: Mapped[str] = _fk("treaty.id", "The treaty", index=True)
    action_code: Mapped[str] = _fk(
        "treaty_action.code", "What is done to it: signed, ratified, suspended ...", index=True
    )
    name: Mapped[str] = _comment("Name as the report of this event gives it")
    __table_args__ = {"comment": "Steps in the life of treaties: which event does what to which"}  # noqa: RUF012


class TreatyName(Base):
    """Where an article names a treaty."""

    __tablename__ = "treaty_name"
    treaty_id: Mapped[str] = mapped_column(ForeignKey("treaty.id"), primary_key=True, comment="The treaty")
    text_start: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Where the words begin in article.text"
    )
    text_end: Mapped[int] = _comment("Where they end, exclusive")
    text: Mapped[str] = _comment("The words that name it: 'the new pact', 'the document', 'it'")
    article_id: Mapped[str] = _fk("article.id", "The article", index=True)
    __table_args__ = {"comment": "Every mention of a treaty, with the words that name it"}  # noqa: RUF012


class TreatyParty(Base):
    """Who is what to a treaty."""

    __tablename__ = "treaty_party"
    treaty_id: Mapped[str] = mapped_column(ForeignKey("treaty.id"), primary_key=True, comment="The treaty")
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), primary_key=True, comment="Who, by the article alone")
    role: Mapped[str] = mapped_column(
        String(20),
        primary_key=True,
        comment="party: bound by it; signatory: a person who signed it; depositary: with whom it is deposited",
    )
    __table_args__ = (
        CheckConstraint("role IN ('party', 'signatory', 'depositary')", name="known_role"),
        Index(None, "actor_id"),
        {"comment": "Parties, signatories and depositaries of treaties"},
    )


class TreatyProvision(Base):
    """What a treaty provides for."""

    __tablename__ = "treaty_provision"
    treaty_id: Mapped[str] = mapped_column(ForeignKey("treaty.id"), primary_key=True, comment="The treaty")
    provision_code: Mapped[str] = mapped_column(
        ForeignKey("provision.code"), primary_key=True, comment="What it provides for"
    )
    article_id: Mapped[str] = _fk("article.id", "The article that says so", index=True)
    text: Mapped[str] = _comment("The words that say so")
    text_start: Mapped[int] = _comment("Where they begin in article.text")
    text_end: Mapped[int] = _comment("Where they end, exclusive")
    __table_args__ = (
        Index(None, "provision_code"),
        {"comment": "Provisions of treaties, with the words that name them"},
    )


class Statement(Base):
    """What an event says of a statement."""

    __tablename__ = "statement"
    event_id: Mapped[str] = mapped_column(
        ForeignKey("event.id"), primary_key=True, comment="The event: the act of speech"
    )
    stance_code: Mapped[str] = _fk("stance.code", "The side it takes: support, condemn, demand ...", index=True)
    topic: Mapped[str | None] = _comment("What it is about, in the words of the text")
    article_id: Mapped[str | None] = _fk("article.id", "The article that quotes it", index=True)
    quote: Mapped[str | None] = _comment("The quoted words")
    quote_start: Mapped[int | None] = _comment("Where they begin in article.text")
    quote_end: Mapped[int | None] = _comment("Where they end, exclusive")
    __table_args__ = {"comment": "Statements: stance, topic and quoted words, for events of that kind"}  # noqa: RUF012


REFERENCE_TABLES = (
    "quad_class", "modality", "participant_role", "actor_kind", "date_precision", "date_basis", "paragraph_kind", "stance", "treaty_kind",
    "treaty_action", "provision", "article_status", "run_status", "reject_reason", "sector", "event_type", "plover_type", "country", "cameo_code",
)  # fmt: skip
"""Tables whose rows come from the knowledge files, those that others refer to first."""
