"""Make treaties things of their own: one treaty, many events.

Each event that spoke of a treaty keeps one, under the event's id; articles coded from now on tell which events are of one treaty.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261126_0100
Revises: 20261125_0420
Create Date: 2026-11-26 01:00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_0100"
down_revision = "20261125_0420"
branch_labels = None
depends_on = None

_NEW = ("treaty_provision", "treaty_party", "treaty_name", "treaty_event", "treaty")


def upgrade() -> None:
    _set_aside("treaty_provision", "treaty")
    op.create_table(
        "treaty",
        sa.Column(
            "id", sa.String(16), nullable=False, comment="Depends on the article and on where it first names the treaty"
        ),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="The fullest name that the article gives it, a proper one first"
        ),
        sa.Column("kind_code", sa.String(40), nullable=False, comment="treaty, agreement, memorandum ..."),
        sa.Column("article_id", sa.String(16), nullable=False, comment="The first article that tells of it"),
        sa.Column("place_id", sa.Integer(), nullable=True, comment="Where it was signed"),
        sa.ForeignKeyConstraint(["kind_code"], ["treaty_kind.code"], name=op.f("fk_treaty_kind_code")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_treaty_article_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_treaty_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treaty")),
        comment="Treaties: one row for what an article calls by several names and tells of in several events",
    )
    _index("treaty", "name", "kind_code", "article_id", "place_id")
    op.create_table(
        "treaty_event",
        sa.Column("event_id", sa.String(16), nullable=False, comment="The event: a step in the treaty's life"),
        sa.Column("treaty_id", sa.String(16), nullable=False, comment="The treaty"),
        sa.Column(
            "action_code", sa.String(40), nullable=False, comment="What is done to it: signed, ratified, suspended ..."
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as the report of this event gives it"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_treaty_event_event_id")),
        sa.ForeignKeyConstraint(["treaty_id"], ["treaty.id"], name=op.f("fk_treaty_event_treaty_id")),
        sa.ForeignKeyConstraint(["action_code"], ["treaty_action.code"], name=op.f("fk_treaty_event_action_code")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_treaty_event")),
        comment="Steps in the life of treaties: which event does what to which",
    )
    _index("treaty_event", "treaty_id", "action_code")
    op.create_table(
        "treaty_name",
        sa.Column("treaty_id", sa.String(16), nullable=False, comment="The treaty"),
        sa.Column(
            "text_start",
            sa.Integer(),
            nullable=False,
            autoincrement=False,
            comment="Where the words begin in article.text",
        ),
        sa.Column("text_end", sa.Integer(), nullable=False, comment="Where they end, exclusive"),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="The words that name it: 'the new pact', 'the document', 'it'"
        ),
        sa.Column("article_id", sa.String(16), nullable=False, comment="The article"),
        sa.ForeignKeyConstraint(["treaty_id"], ["treaty.id"], name=op.f("fk_treaty_name_treaty_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_treaty_name_article_id")),
        sa.PrimaryKeyConstraint("treaty_id", "text_start", name=op.f("pk_treaty_name")),
        comment="Every mention of a treaty, with the words that name it",
    )
    _index("treaty_name", "article_id")
    op.create_table(
        "treaty_party",
        sa.Column("treaty_id", sa.String(16), nullable=False, comment="The treaty"),
        sa.Column("actor_id", sa.String(200), nullable=False, comment="Who, by the article alone"),
        sa.Column(
            "role",
            sa.String(20),
            nullable=False,
            comment="party: bound by it; signatory: a person who signed it; depositary: with whom it is deposited",
        ),
        sa.CheckConstraint("role IN ('party', 'signatory', 'depositary')", name=op.f("ck_treaty_party_known_role")),
        sa.ForeignKeyConstraint(["treaty_id"], ["treaty.id"], name=op.f("fk_treaty_party_treaty_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_treaty_party_actor_id")),
        sa.PrimaryKeyConstraint("treaty_id", "actor_id", "role", name=op.f("pk_treaty_party")),
        comment="Parties, signatories and depositaries of treaties",
    )
    _index("treaty_party", "actor_id")
    _create_provisions("treaty_id", "The treaty", "treaty.id")
    op.execute(
        "INSERT INTO treaty (id, name, kind_code, article_id) SELECT o.event_id, o.name, o.kind_code, m.article_id "
        "FROM treaty_was o JOIN event_mention m ON m.event_id = o.event_id AND m.ordinal = 0"
    )
    op.execute(
        "INSERT INTO treaty_event (event_id, treaty_id, action_code, name) SELECT event_id, event_id, action_code, name FROM treaty_was"
    )
    op.execute(
        "INSERT INTO treaty_party (treaty_id, actor_id, role) SELECT DISTINCT o.event_id, p.coded_actor_id, 'party' "
        "FROM treaty_was o JOIN event_participant p ON p.event_id = o.event_id JOIN actor a ON a.id = p.coded_actor_id "
        "WHERE p.role_code = 'party' AND a.kind_code <> 'person'"
    )
    _carry_provisions("treaty_id", "event_id", "treaty_provision_was o")
    _forget("treaty_provision", "treaty")


def downgrade() -> None:
    _set_aside(*_NEW)
    op.create_table(
        "treaty",
        sa.Column("event_id", sa.String(16), nullable=False, comment="The event: a stage in the treaty's life"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as the article gives it"),
        sa.Column("kind_code", sa.String(40), nullable=False, comment="treaty, agreement, memorandum ..."),
        sa.Column(
            "action_code", sa.String(40), nullable=False, comment="What is done to it: signed, ratified, suspended ..."
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_treaty_event_id")),
        sa.ForeignKeyConstraint(["kind_code"], ["treaty_kind.code"], name=op.f("fk_treaty_kind_code")),
        sa.ForeignKeyConstraint(["action_code"], ["treaty_action.code"], name=op.f("fk_treaty_action_code")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_treaty")),
        comment="Treaties: which, and what is done to it, for events of that kind",
    )
    _index("treaty", "kind_code", "action_code")
    _create_provisions("event_id", "The treaty's event", "treaty.event_id")
    op.execute(
        "INSERT INTO treaty (event_id, name, kind_code, action_code) SELECT e.event_id, e.name, t.kind_code, e.action_code "
        "FROM treaty_event_was e JOIN treaty_was t ON t.id = e.treaty_id"
    )
    _carry_provisions(
        "event_id", "e.event_id", "treaty_provision_was o JOIN treaty_event_was e ON e.treaty_id = o.treaty_id"
    )
    _forget(*_NEW)


def _set_aside(*tables: str) -> None:
    """Keep the rows of `tables` without their constraints, whose names the new tables need."""
    for table in tables:
        op.execute(f"CREATE TABLE {table}_was AS SELECT * FROM {table}")  # noqa: S608
    for table in tables:
        op.drop_table(table)


def _forget(*tables: str) -> None:
    for table in tables:
        op.drop_table(f"{table}_was")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _create_provisions(key: str, comment: str, target: str) -> None:
    op.create_table(
        "treaty_provision",
        sa.Column(key, sa.String(16), nullable=False, comment=comment),
        sa.Column("provision_code", sa.String(40), nullable=False, comment="What it provides for"),
        sa.Column("article_id", sa.String(16), nullable=False, comment="The article that says so"),
        sa.Column("text", sa.Text(), nullable=False, comment="The words that say so"),
        sa.Column("text_start", sa.Integer(), nullable=False, comment="Where they begin in article.text"),
        sa.Column("text_end", sa.Integer(), nullable=False, comment="Where they end, exclusive"),
        sa.ForeignKeyConstraint([key], [target], name=op.f(f"fk_treaty_provision_{key}")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_treaty_provision_article_id")),
        sa.ForeignKeyConstraint(
            ["provision_code"], ["provision.code"], name=op.f("fk_treaty_provision_provision_code")
        ),
        sa.PrimaryKeyConstraint(key, "provision_code", name=op.f("pk_treaty_provision")),
        comment="Provisions of treaties, with the words that name them",
    )
    _index("treaty_provision", "article_id", "provision_code")


def _carry_provisions(key: str, value: str, source: str) -> None:
    op.execute(
        f"INSERT INTO treaty_provision ({key}, provision_code, article_id, text, text_start, text_end) "  # noqa: S608
        f"SELECT {value}, o.provision_code, o.article_id, o.text, o.text_start, o.text_end FROM {source}"
    )
