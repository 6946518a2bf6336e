"""Create the tables.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261124_2118
Revises:
Create Date: 2026-11-24 21:18:24.676094
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_2118"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actor_kind",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_actor_kind")),
        comment="What an actor is: country, organisation, group, person",
    )
    op.create_table(
        "article_status",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_article_status")),
        comment="What was done with an article: coded, skipped",
    )
    op.create_table(
        "country",
        sa.Column(
            "code",
            sa.String(length=3),
            nullable=False,
            comment="ISO 3166-1 alpha-3; XKX for Kosovo; SUN, YUG, CSK, DDR for states of the past",
        ),
        sa.Column(
            "alpha2", sa.String(length=2), nullable=True, comment="ISO 3166-1 alpha-2; empty for states of the past"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Common English name"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_country")),
        comment="Countries and territories, a few states of the past among them",
    )
    op.create_table(
        "date_basis",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_date_basis")),
        comment="Where an event's date comes from; never the day of loading",
    )
    op.create_table(
        "date_precision",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_date_precision")),
        comment="How narrowly an event's date is known",
    )
    op.create_table(
        "event_type",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_event_type")),
        comment="Event types: what an analyst calls an event (call, meeting, treaty ...)",
    )
    op.create_table(
        "modality",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_modality")),
        comment="How a report stands to the fact: asserted, negated, planned, alleged ...",
    )
    op.create_table(
        "paragraph_kind",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_paragraph_kind")),
        comment="Where in an article a sentence stands: headline, heading, body, caption",
    )
    op.create_table(
        "participant_role",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_participant_role")),
        comment="What a participant is to an event: source, target, party, host ...",
    )
    op.create_table(
        "plover_type",
        sa.Column(
            "score", sa.Double(), nullable=False, comment="Conflict and cooperation score of the category, -10 to +10"
        ),
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_plover_type")),
        comment="PLOVER categories (2021 manual)",
    )
    op.create_table(
        "provision",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_provision")),
        comment="What treaties provide for: mutual defence, trade, extradition ...",
    )
    op.create_table(
        "quad_class",
        sa.Column("code", sa.Integer(), autoincrement=False, nullable=False, comment="1 to 4"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_quad_class")),
        comment="Quad classes, numbered as in GDELT",
    )
    op.create_table(
        "reject_reason",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reject_reason")),
        comment="Why a document could not be taken in",
    )
    op.create_table(
        "run_status",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_run_status")),
        comment="How a run ended",
    )
    op.create_table(
        "sector",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sector")),
        comment="Sectors of actors (CAMEO role codes): GOV, MIL, REB, OPP ...",
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the source"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the publisher or feed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        comment="Sources: publishers and feeds of articles",
    )
    op.create_table(
        "stance",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_stance")),
        comment="What a statement does: praise, condemn, demand, threaten ...",
    )
    op.create_table(
        "treaty_action",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_treaty_action")),
        comment="A stage in the life of a treaty: signed, ratified, suspended ...",
    )
    op.create_table(
        "treaty_kind",
        sa.Column("code", sa.String(length=40), nullable=False, comment="The code that other tables refer to"),
        sa.Column("label", sa.Text(), nullable=False, comment="Short name for people"),
        sa.Column("description", sa.Text(), nullable=False, comment="What it means"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_treaty_kind")),
        comment="What a formal agreement is: treaty, pact, memorandum ...",
    )
    op.create_table(
        "actor",
        sa.Column(
            "id",
            sa.String(length=200),
            nullable=False,
            comment="Readable and stable: USA, igo:nato, ISR:MIL, person:KOR:kim-hong-kyun",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name for people"),
        sa.Column("kind_code", sa.String(length=40), nullable=False, comment="country, organisation, group or person"),
        sa.Column(
            "country_code",
            sa.String(length=3),
            nullable=True,
            comment="For whom the actor acts; empty where unknown or none",
        ),
        sa.Column(
            "sector_code", sa.String(length=40), nullable=True, comment="Sector of the actor; empty where unknown"
        ),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"], name=op.f("fk_actor_country_code")),
        sa.ForeignKeyConstraint(["kind_code"], ["actor_kind.code"], name=op.f("fk_actor_kind_code")),
        sa.ForeignKeyConstraint(["sector_code"], ["sector.code"], name=op.f("fk_actor_sector_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
        comment="Actors: countries, organisations, groups and persons",
    )
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_actor_country_code_sector_code"), ["country_code", "sector_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_actor_kind_code"), ["kind_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_actor_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_actor_sector_code"), ["sector_code"], unique=False)

    op.create_table(
        "cameo_code",
        sa.Column(
            "code", sa.String(length=4), nullable=False, comment="CAMEO code, as text: 010 and 10 are different things"
        ),
        sa.Column("label", sa.Text(), nullable=False, comment="What the codebook calls it"),
        sa.Column("parent_code", sa.String(length=4), nullable=True, comment="The code one level up; empty for roots"),
        sa.Column("root_code", sa.String(length=2), nullable=False, comment="The two-digit root"),
        sa.Column(
            "quad_class",
            sa.Integer(),
            nullable=False,
            comment="1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict",
        ),
        sa.Column(
            "goldstein", sa.Double(), nullable=False, comment="Goldstein scale, -10 (conflict) to +10 (cooperation)"
        ),
        sa.Column(
            "plover_code", sa.String(length=40), nullable=True, comment="PLOVER category; empty where PLOVER has none"
        ),
        sa.Column("plover_mode", sa.Text(), nullable=True, comment="PLOVER mode"),
        sa.Column("contexts", sa.Text(), nullable=True, comment="PLOVER contexts, separated by ';'"),
        sa.Column(
            "event_type_code", sa.String(length=40), nullable=False, comment="Event type of events with this code"
        ),
        sa.ForeignKeyConstraint(["event_type_code"], ["event_type.code"], name=op.f("fk_cameo_code_event_type_code")),
        sa.ForeignKeyConstraint(["parent_code"], ["cameo_code.code"], name=op.f("fk_cameo_code_parent_code")),
        sa.ForeignKeyConstraint(["plover_code"], ["plover_type.code"], name=op.f("fk_cameo_code_plover_code")),
        sa.ForeignKeyConstraint(["quad_class"], ["quad_class.code"], name=op.f("fk_cameo_code_quad_class")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_cameo_code")),
        comment="CAMEO event codes (codebook 1.1b3) and what they are in the other vocabularies",
    )
    with op.batch_alter_table("cameo_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cameo_code_event_type_code"), ["event_type_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_cameo_code_parent_code"), ["parent_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_cameo_code_plover_code"), ["plover_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_cameo_code_quad_class"), ["quad_class"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="GeoNames id"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name"),
        sa.Column(
            "admin1_name", sa.Text(), nullable=True, comment="First-level division (state, province), where known"
        ),
        sa.Column("country_code", sa.String(length=3), nullable=False, comment="Country in which it lies"),
        sa.Column("latitude", sa.Double(), nullable=False, comment="Degrees north, WGS 84"),
        sa.Column("longitude", sa.Double(), nullable=False, comment="Degrees east, WGS 84"),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"], name=op.f("fk_place_country_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        comment="Places of events (GeoNames, CC BY 4.0)",
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_country_code"), ["country_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_name"), ["name"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the run"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When it started (UTC)"),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it ended (UTC); empty while it runs or when it was cut off",
        ),
        sa.Column("status_code", sa.String(length=40), nullable=False, comment="How it ended"),
        sa.Column("version", sa.Text(), nullable=False, comment="Version of communique"),
        sa.Column("model", sa.Text(), nullable=False, comment="Language model and its version"),
        sa.Column("knowledge_version", sa.Text(), nullable=False, comment="Hash of the knowledge files"),
        sa.Column("inputs", sa.Text(), nullable=False, comment="What it was asked to read, one a line"),
        sa.Column("document_count", sa.Integer(), nullable=False, comment="Documents read, rejected ones among them"),
        sa.Column("article_count", sa.Integer(), nullable=False, comment="Articles new to the database"),
        sa.Column("known_count", sa.Integer(), nullable=False, comment="Articles that were in the database already"),
        sa.Column(
            "skipped_count",
            sa.Integer(),
            nullable=False,
            comment="New articles stored but not coded (another language)",
        ),
        sa.Column("reject_count", sa.Integer(), nullable=False, comment="Documents rejected"),
        sa.Column("event_count", sa.Integer(), nullable=False, comment="Events new to the database"),
        sa.Column("error", sa.Text(), nullable=True, comment="What ended a failed run"),
        sa.ForeignKeyConstraint(["status_code"], ["run_status.code"], name=op.f("fk_run_status_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        comment="Runs: when articles were read, with which versions, and how it ended",
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_status_code"), ["status_code"], unique=False)

    op.create_table(
        "actor_alias",
        sa.Column("actor_id", sa.String(length=200), nullable=False, comment="The actor"),
        sa.Column("alias", sa.String(length=300), nullable=False, comment="Words by which a text named it"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_alias_actor_id")),
        sa.PrimaryKeyConstraint("actor_id", "alias", name=op.f("pk_actor_alias")),
        comment="The words by which texts have named each actor",
    )
    with op.batch_alter_table("actor_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actor_alias_alias"), ["alias"], unique=False)

    op.create_table(
        "actor_office",
        sa.Column("actor_id", sa.String(length=200), nullable=False, comment="The person"),
        sa.Column("office", sa.String(length=300), nullable=False, comment="The office as the text gives it"),
        sa.Column("first_seen_on", sa.Date(), nullable=True, comment="Earliest date of an article that says so"),
        sa.Column("last_seen_on", sa.Date(), nullable=True, comment="Latest date of an article that says so"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_office_actor_id")),
        sa.PrimaryKeyConstraint("actor_id", "office", name=op.f("pk_actor_office")),
        comment="Offices in which articles have shown persons, with the dates of those articles",
    )
    op.create_table(
        "article",
        sa.Column(
            "id",
            sa.String(length=16),
            nullable=False,
            comment="Hash of the article's words: the same text is the same article everywhere",
        ),
        sa.Column("source_id", sa.Integer(), nullable=True, comment="Publisher or feed, where known"),
        sa.Column("title", sa.Text(), nullable=True, comment="Headline"),
        sa.Column("byline", sa.Text(), nullable=True, comment="Who wrote it, as printed"),
        sa.Column("url", sa.Text(), nullable=True, comment="Address of the article"),
        sa.Column(
            "location",
            sa.Text(),
            nullable=False,
            comment="Where it was read: path, PATH:LINE, URL, or - for standard input",
        ),
        sa.Column("external_id", sa.Text(), nullable=True, comment="The id that the sender gave it"),
        sa.Column("language", sa.String(length=3), nullable=False, comment="ISO 639-1 code of its language"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was published (UTC), where the time is known",
        ),
        sa.Column("published_on", sa.Date(), nullable=True, comment="Calendar date of publication (UTC)"),
        sa.Column("dateline_place", sa.Text(), nullable=True, comment="Place of the dateline, as printed"),
        sa.Column("dateline_on", sa.Date(), nullable=True, comment="Date of the dateline"),
        sa.Column(
            "text",
            sa.Text(),
            nullable=False,
            comment="The text; every span of this database is an offset in characters (code points) into it",
        ),
        sa.Column("status_code", sa.String(length=40), nullable=False, comment="What was done with it"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run that read it"),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was loaded (UTC); never the date of an event",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_article_run_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_article_source_id")),
        sa.ForeignKeyConstraint(["status_code"], ["article_status.code"], name=op.f("fk_article_status_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        comment="Articles: what was read, with the text that all evidence points into",
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_published_on"), ["published_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_status_code"), ["status_code"], unique=False)

    op.create_table(
        "event",
        sa.Column(
            "id",
            sa.String(length=16),
            nullable=False,
            comment="Stable id: depends on the article and the words, not on the run",
        ),
        sa.Column(
            "quad_class",
            sa.Integer(),
            nullable=False,
            comment="1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict",
        ),
        sa.Column(
            "goldstein",
            sa.Double(),
            nullable=False,
            comment="Goldstein scale of the code, -10 (conflict) to +10 (cooperation)",
        ),
        sa.Column("place_id", sa.Integer(), nullable=True, comment="Where it happened; empty when unsaid"),
        sa.Column("article_count", sa.Integer(), nullable=False, comment="In how many articles it is reported"),
        sa.Column("mention_count", sa.Integer(), nullable=False, comment="How often it is reported"),
        sa.Column(
            "type_code",
            sa.String(length=40),
            nullable=False,
            comment="Event type: call, meeting, treaty, statement ...",
        ),
        sa.Column(
            "cameo_code", sa.String(length=4), nullable=False, comment="CAMEO code, as deep as the text supports"
        ),
        sa.Column(
            "plover_code", sa.String(length=40), nullable=True, comment="PLOVER category; empty where PLOVER has none"
        ),
        sa.Column("mode", sa.Text(), nullable=True, comment="PLOVER mode"),
        sa.Column("contexts", sa.Text(), nullable=True, comment="PLOVER contexts, separated by ';'"),
        sa.Column(
            "modality_code",
            sa.String(length=40),
            nullable=False,
            comment="Whether it is asserted, negated, planned, considered, hypothetical, demanded or alleged",
        ),
        sa.Column(
            "is_background", sa.Boolean(), nullable=False, comment="True where the text looks back at an older event"
        ),
        sa.Column("date_start", sa.Date(), nullable=True, comment="First day on which it happened; empty when unknown"),
        sa.Column("date_end", sa.Date(), nullable=True, comment="Last day on which it happened"),
        sa.Column(
            "date_precision_code",
            sa.String(length=40),
            nullable=False,
            comment="How narrow the date is: day, month, year, unknown",
        ),
        sa.Column(
            "date_basis_code",
            sa.String(length=40),
            nullable=False,
            comment="Where the date comes from: text, caption, dateline, published, none",
        ),
        sa.Column("confidence", sa.Double(), nullable=False, comment="How sure the coder is, 0 to 1"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_event_confidence_range")),
        sa.CheckConstraint("date_end >= date_start", name=op.f("ck_event_dates_in_order")),
        sa.ForeignKeyConstraint(["cameo_code"], ["cameo_code.code"], name=op.f("fk_event_cameo_code")),
        sa.ForeignKeyConstraint(["date_basis_code"], ["date_basis.code"], name=op.f("fk_event_date_basis_code")),
        sa.ForeignKeyConstraint(
            ["date_precision_code"], ["date_precision.code"], name=op.f("fk_event_date_precision_code")
        ),
        sa.ForeignKeyConstraint(["modality_code"], ["modality.code"], name=op.f("fk_event_modality_code")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_place_id")),
        sa.ForeignKeyConstraint(["plover_code"], ["plover_type.code"], name=op.f("fk_event_plover_code")),
        sa.ForeignKeyConstraint(["quad_class"], ["quad_class.code"], name=op.f("fk_event_quad_class")),
        sa.ForeignKeyConstraint(["type_code"], ["event_type.code"], name=op.f("fk_event_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        comment="Events: what happened, said once however often it is reported. Facts merged from the mentions",
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_cameo_code"), ["cameo_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_date_start"), ["date_start"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_modality_code_date_start"), ["modality_code", "date_start"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_plover_code"), ["plover_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_quad_class"), ["quad_class"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_type_code_date_start"), ["type_code", "date_start"], unique=False)

    op.create_table(
        "reject",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the reject"),
        sa.Column("location", sa.Text(), nullable=False, comment="Path, PATH:LINE or URL of what was rejected"),
        sa.Column("reason_code", sa.String(length=40), nullable=False, comment="Why, as a code"),
        sa.Column("detail", sa.Text(), nullable=False, comment="Why, in words, with the mend"),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=True,
            comment="What was rejected, where it cannot be read again from its location",
        ),
        sa.Column("first_run_id", sa.Integer(), nullable=False, comment="The run that met it first"),
        sa.Column("last_run_id", sa.Integer(), nullable=False, comment="The run that met it last"),
        sa.Column("attempt_count", sa.Integer(), nullable=False, comment="How many runs met it"),
        sa.ForeignKeyConstraint(["first_run_id"], ["run.id"], name=op.f("fk_reject_first_run_id")),
        sa.ForeignKeyConstraint(["last_run_id"], ["run.id"], name=op.f("fk_reject_last_run_id")),
        sa.ForeignKeyConstraint(["reason_code"], ["reject_reason.code"], name=op.f("fk_reject_reason_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reject")),
        sa.UniqueConstraint("location", "reason_code", name=op.f("uq_reject_location_reason_code")),
        comment="Rejects: documents that could not become articles, with the reason",
    )
    with op.batch_alter_table("reject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reject_first_run_id"), ["first_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reject_last_run_id"), ["last_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reject_reason_code"), ["reason_code"], unique=False)

    op.create_table(
        "event_mention",
        sa.Column("id", sa.String(length=16), nullable=False, comment="Stable id: article, trigger and type"),
        sa.Column("event_id", sa.String(length=16), nullable=False, comment="The event it reports"),
        sa.Column("article_id", sa.String(length=16), nullable=False, comment="The article it stands in"),
        sa.Column(
            "ordinal", sa.Integer(), nullable=False, comment="Order among the event's mentions, the best report first"
        ),
        sa.Column(
            "paragraph_kind_code",
            sa.String(length=40),
            nullable=False,
            comment="Where the sentence stands: title, heading, body, caption",
        ),
        sa.Column(
            "sentence_index", sa.Integer(), nullable=False, comment="Number of the sentence in the article, from 0"
        ),
        sa.Column("sentence_start", sa.Integer(), nullable=False, comment="Where the sentence begins in article.text"),
        sa.Column("sentence_end", sa.Integer(), nullable=False, comment="Where the sentence ends, exclusive"),
        sa.Column("sentence", sa.Text(), nullable=False, comment="The sentence that reports the event"),
        sa.Column("trigger", sa.Text(), nullable=False, comment="The words that carry the event"),
        sa.Column("trigger_start", sa.Integer(), nullable=False, comment="Where they begin in article.text"),
        sa.Column("trigger_end", sa.Integer(), nullable=False, comment="Where they end, exclusive"),
        sa.Column("date_text", sa.Text(), nullable=True, comment="The words that the date came from"),
        sa.Column("date_text_start", sa.Integer(), nullable=True, comment="Where they begin in article.text"),
        sa.Column("date_text_end", sa.Integer(), nullable=True, comment="Where they end, exclusive"),
        sa.Column("place_id", sa.Integer(), nullable=True, comment="Where it happened, as this report says"),
        sa.Column("place_text", sa.Text(), nullable=True, comment="The words that name the place"),
        sa.Column("place_text_start", sa.Integer(), nullable=True, comment="Where they begin in article.text"),
        sa.Column("place_text_end", sa.Integer(), nullable=True, comment="Where they end, exclusive"),
        sa.Column("place_confidence", sa.Double(), nullable=True, comment="How sure the place is, 0 to 1"),
        sa.Column(
            "attributed_to_actor_id",
            sa.String(length=200),
            nullable=True,
            comment="Who says so, when the sentence names somebody",
        ),
        sa.Column("attribution", sa.Text(), nullable=True, comment="The words that name who says so"),
        sa.Column(
            "type_code",
            sa.String(length=40),
            nullable=False,
            comment="Event type: call, meeting, treaty, statement ...",
        ),
        sa.Column(
            "cameo_code", sa.String(length=4), nullable=False, comment="CAMEO code, as deep as the text supports"
        ),
        sa.Column(
            "plover_code", sa.String(length=40), nullable=True, comment="PLOVER category; empty where PLOVER has none"
        ),
        sa.Column("mode", sa.Text(), nullable=True, comment="PLOVER mode"),
        sa.Column("contexts", sa.Text(), nullable=True, comment="PLOVER contexts, separated by ';'"),
        sa.Column(
            "modality_code",
            sa.String(length=40),
            nullable=False,
            comment="Whether it is asserted, negated, planned, considered, hypothetical, demanded or alleged",
        ),
        sa.Column(
            "is_background", sa.Boolean(), nullable=False, comment="True where the text looks back at an older event"
        ),
        sa.Column("date_start", sa.Date(), nullable=True, comment="First day on which it happened; empty when unknown"),
        sa.Column("date_end", sa.Date(), nullable=True, comment="Last day on which it happened"),
        sa.Column(
            "date_precision_code",
            sa.String(length=40),
            nullable=False,
            comment="How narrow the date is: day, month, year, unknown",
        ),
        sa.Column(
            "date_basis_code",
            sa.String(length=40),
            nullable=False,
            comment="Where the date comes from: text, caption, dateline, published, none",
        ),
        sa.Column("confidence", sa.Double(), nullable=False, comment="How sure the coder is, 0 to 1"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_event_mention_confidence_range")),
        sa.CheckConstraint(
            "sentence_start <= trigger_start AND trigger_end <= sentence_end",
            name=op.f("ck_event_mention_trigger_in_sentence"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_event_mention_article_id")),
        sa.ForeignKeyConstraint(
            ["attributed_to_actor_id"], ["actor.id"], name=op.f("fk_event_mention_attributed_to_actor_id")
        ),
        sa.ForeignKeyConstraint(["cameo_code"], ["cameo_code.code"], name=op.f("fk_event_mention_cameo_code")),
        sa.ForeignKeyConstraint(
            ["date_basis_code"], ["date_basis.code"], name=op.f("fk_event_mention_date_basis_code")
        ),
        sa.ForeignKeyConstraint(
            ["date_precision_code"], ["date_precision.code"], name=op.f("fk_event_mention_date_precision_code")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_mention_event_id")),
        sa.ForeignKeyConstraint(["modality_code"], ["modality.code"], name=op.f("fk_event_mention_modality_code")),
        sa.ForeignKeyConstraint(
            ["paragraph_kind_code"], ["paragraph_kind.code"], name=op.f("fk_event_mention_paragraph_kind_code")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_mention_place_id")),
        sa.ForeignKeyConstraint(["plover_code"], ["plover_type.code"], name=op.f("fk_event_mention_plover_code")),
        sa.ForeignKeyConstraint(["type_code"], ["event_type.code"], name=op.f("fk_event_mention_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_mention")),
        comment="Event mentions: each report of an event, with sentence and character spans",
    )
    with op.batch_alter_table("event_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_mention_article_id"), ["article_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_mention_attributed_to_actor_id"), ["attributed_to_actor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_mention_cameo_code"), ["cameo_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_mention_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_mention_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_mention_plover_code"), ["plover_code"], unique=False)

    op.create_table(
        "event_participant",
        sa.Column("event_id", sa.String(length=16), nullable=False, comment="The event"),
        sa.Column(
            "ordinal", sa.Integer(), autoincrement=False, nullable=False, comment="Order among the participants, from 0"
        ),
        sa.Column("role_code", sa.String(length=40), nullable=False, comment="source, target, party, host, about ..."),
        sa.Column("actor_id", sa.String(length=200), nullable=False, comment="Who"),
        sa.Column(
            "office",
            sa.Text(),
            nullable=True,
            comment="The office in which a person took part, as the article gives it",
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_event_participant_actor_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_participant_event_id")),
        sa.ForeignKeyConstraint(["role_code"], ["participant_role.code"], name=op.f("fk_event_participant_role_code")),
        sa.PrimaryKeyConstraint("event_id", "ordinal", name=op.f("pk_event_participant")),
        comment="Participants of events: who, in which role",
    )
    with op.batch_alter_table("event_participant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_participant_actor_id_role_code_event_id"),
            ["actor_id", "role_code", "event_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_event_participant_role_code_event_id"), ["role_code", "event_id"], unique=False
        )

    op.create_table(
        "statement",
        sa.Column("event_id", sa.String(length=16), nullable=False, comment="The event: the act of speech"),
        sa.Column(
            "stance_code",
            sa.String(length=40),
            nullable=False,
            comment="The side it takes: support, condemn, demand ...",
        ),
        sa.Column("topic", sa.Text(), nullable=True, comment="What it is about, in the words of the text"),
        sa.Column("article_id", sa.String(length=16), nullable=True, comment="The article that quotes it"),
        sa.Column("quote", sa.Text(), nullable=True, comment="The quoted words"),
        sa.Column("quote_start", sa.Integer(), nullable=True, comment="Where they begin in article.text"),
        sa.Column("quote_end", sa.Integer(), nullable=True, comment="Where they end, exclusive"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_statement_article_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_statement_event_id")),
        sa.ForeignKeyConstraint(["stance_code"], ["stance.code"], name=op.f("fk_statement_stance_code")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_statement")),
        comment="Statements: stance, topic and quoted words, for events of that kind",
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_stance_code"), ["stance_code"], unique=False)

    op.create_table(
        "treaty",
        sa.Column("event_id", sa.String(length=16), nullable=False, comment="The event: a stage in the treaty's life"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as the article gives it"),
        sa.Column("kind_code", sa.String(length=40), nullable=False, comment="treaty, agreement, memorandum ..."),
        sa.Column(
            "action_code",
            sa.String(length=40),
            nullable=False,
            comment="What is done to it: signed, ratified, suspended ...",
        ),
        sa.ForeignKeyConstraint(["action_code"], ["treaty_action.code"], name=op.f("fk_treaty_action_code")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_treaty_event_id")),
        sa.ForeignKeyConstraint(["kind_code"], ["treaty_kind.code"], name=op.f("fk_treaty_kind_code")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_treaty")),
        comment="Treaties: which, and what is done to it, for events of that kind",
    )
    with op.batch_alter_table("treaty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_treaty_action_code"), ["action_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_treaty_kind_code"), ["kind_code"], unique=False)

    op.create_table(
        "mention_participant",
        sa.Column("mention_id", sa.String(length=16), nullable=False, comment="The mention"),
        sa.Column(
            "ordinal", sa.Integer(), autoincrement=False, nullable=False, comment="Order among the participants, from 0"
        ),
        sa.Column("role_code", sa.String(length=40), nullable=False, comment="source, target, party, host, about ..."),
        sa.Column("actor_id", sa.String(length=200), nullable=False, comment="Who"),
        sa.Column(
            "office",
            sa.Text(),
            nullable=True,
            comment="The office in which a person took part, as the article gives it",
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="The words that name the participant"),
        sa.Column("text_start", sa.Integer(), nullable=False, comment="Where they begin in article.text"),
        sa.Column("text_end", sa.Integer(), nullable=False, comment="Where they end, exclusive"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_mention_participant_actor_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["event_mention.id"], name=op.f("fk_mention_participant_mention_id")),
        sa.ForeignKeyConstraint(
            ["role_code"], ["participant_role.code"], name=op.f("fk_mention_participant_role_code")
        ),
        sa.PrimaryKeyConstraint("mention_id", "ordinal", name=op.f("pk_mention_participant")),
        comment="Participants of mentions: who, in which role, and the words that name them",
    )
    with op.batch_alter_table("mention_participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_participant_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "treaty_provision",
        sa.Column("event_id", sa.String(length=16), nullable=False, comment="The treaty's event"),
        sa.Column("provision_code", sa.String(length=40), nullable=False, comment="What it provides for"),
        sa.Column("article_id", sa.String(length=16), nullable=False, comment="The article that says so"),
        sa.Column("text", sa.Text(), nullable=False, comment="The words that say so"),
        sa.Column("text_start", sa.Integer(), nullable=False, comment="Where they begin in article.text"),
        sa.Column("text_end", sa.Integer(), nullable=False, comment="Where they end, exclusive"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_treaty_provision_article_id")),
        sa.ForeignKeyConstraint(["event_id"], ["treaty.event_id"], name=op.f("fk_treaty_provision_event_id")),
        sa.ForeignKeyConstraint(
            ["provision_code"], ["provision.code"], name=op.f("fk_treaty_provision_provision_code")
        ),
        sa.PrimaryKeyConstraint("event_id", "provision_code", name=op.f("pk_treaty_provision")),
        comment="Provisions of treaties, with the words that name them",
    )
    with op.batch_alter_table("treaty_provision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_treaty_provision_article_id"), ["article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_treaty_provision_provision_code"), ["provision_code"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("treaty_provision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_treaty_provision_provision_code"))
        batch_op.drop_index(batch_op.f("ix_treaty_provision_article_id"))

    op.drop_table("treaty_provision")
    with op.batch_alter_table("mention_participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_participant_actor_id"))

    op.drop_table("mention_participant")
    with op.batch_alter_table("treaty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_treaty_kind_code"))
        batch_op.drop_index(batch_op.f("ix_treaty_action_code"))

    op.drop_table("treaty")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_stance_code"))
        batch_op.drop_index(batch_op.f("ix_statement_article_id"))

    op.drop_table("statement")
    with op.batch_alter_table("event_participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_participant_role_code_event_id"))
        batch_op.drop_index(batch_op.f("ix_event_participant_actor_id_role_code_event_id"))

    op.drop_table("event_participant")
    with op.batch_alter_table("event_mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_mention_plover_code"))
        batch_op.drop_index(batch_op.f("ix_event_mention_place_id"))
        batch_op.drop_index(batch_op.f("ix_event_mention_event_id"))
        batch_op.drop_index(batch_op.f("ix_event_mention_cameo_code"))
        batch_op.drop_index(batch_op.f("ix_event_mention_attributed_to_actor_id"))
        batch_op.drop_index(batch_op.f("ix_event_mention_article_id"))

    op.drop_table("event_mention")
    with op.batch_alter_table("reject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reject_reason_code"))
        batch_op.drop_index(batch_op.f("ix_reject_last_run_id"))
        batch_op.drop_index(batch_op.f("ix_reject_first_run_id"))

    op.drop_table("reject")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_type_code_date_start"))
        batch_op.drop_index(batch_op.f("ix_event_quad_class"))
        batch_op.drop_index(batch_op.f("ix_event_plover_code"))
        batch_op.drop_index(batch_op.f("ix_event_place_id"))
        batch_op.drop_index(batch_op.f("ix_event_modality_code_date_start"))
        batch_op.drop_index(batch_op.f("ix_event_date_start"))
        batch_op.drop_index(batch_op.f("ix_event_cameo_code"))

    op.drop_table("event")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_status_code"))
        batch_op.drop_index(batch_op.f("ix_article_source_id"))
        batch_op.drop_index(batch_op.f("ix_article_run_id"))
        batch_op.drop_index(batch_op.f("ix_article_published_on"))

    op.drop_table("article")
    op.drop_table("actor_office")
    with op.batch_alter_table("actor_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actor_alias_alias"))

    op.drop_table("actor_alias")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_status_code"))

    op.drop_table("run")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_name"))
        batch_op.drop_index(batch_op.f("ix_place_country_code"))

    op.drop_table("place")
    with op.batch_alter_table("cameo_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cameo_code_quad_class"))
        batch_op.drop_index(batch_op.f("ix_cameo_code_plover_code"))
        batch_op.drop_index(batch_op.f("ix_cameo_code_parent_code"))
        batch_op.drop_index(batch_op.f("ix_cameo_code_event_type_code"))

    op.drop_table("cameo_code")
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actor_sector_code"))
        batch_op.drop_index(batch_op.f("ix_actor_name"))
        batch_op.drop_index(batch_op.f("ix_actor_kind_code"))
        batch_op.drop_index(batch_op.f("ix_actor_country_code_sector_code"))

    op.drop_table("actor")
    op.drop_table("treaty_kind")
    op.drop_table("treaty_action")
    op.drop_table("stance")
    op.drop_table("source")
    op.drop_table("sector")
    op.drop_table("run_status")
    op.drop_table("reject_reason")
    op.drop_table("quad_class")
    op.drop_table("provision")
    op.drop_table("plover_type")
    op.drop_table("participant_role")
    op.drop_table("paragraph_kind")
    op.drop_table("modality")
    op.drop_table("event_type")
    op.drop_table("date_precision")
    op.drop_table("date_basis")
    op.drop_table("country")
    op.drop_table("article_status")
    op.drop_table("actor_kind")
