"""Add what runs keep of the sources that communique.toml lists: their state, the items they have had, counts of each run.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261127_0100
Revises: 20261126_0200
Create Date: 2026-11-27 01:00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261127_0100"
down_revision = "20261126_0200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_state",
        sa.Column("source_id", sa.Integer(), nullable=False, comment="The source"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="feed, sitemap, pages, files, archive or urls"),
        sa.Column("location", sa.Text(), nullable=False, comment="Where it is read, one address or path a line"),
        sa.Column(
            "is_configured",
            sa.Boolean(),
            nullable=False,
            comment="True where communique.toml listed it, enabled, at the last run without arguments",
        ),
        sa.Column(
            "checked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a run last came to its end, or failed at it (UTC)",
        ),
        sa.Column(
            "succeeded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a run last read it to its end (UTC)",
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), nullable=True, comment="When it last had a new article (UTC)"
        ),
        sa.Column(
            "failed_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when it fails (UTC); empty where the last run read it well",
        ),
        sa.Column("failure_count", sa.Integer(), nullable=False, comment="How many runs in a row it has failed"),
        sa.Column("error", sa.Text(), nullable=True, comment="Why it fails; empty where the last run read it well"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_state_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_state")),
        comment="Sources that communique.toml lists: what they are, last success, failures",
    )
    op.create_table(
        "run_source",
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run"),
        sa.Column("source_id", sa.Integer(), nullable=False, comment="The source"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When the run came to it (UTC)"),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was done with it (UTC); empty where it was cut off",
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="Why the source could not be read to its end"),
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
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_source_run_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_run_source_source_id")),
        sa.PrimaryKeyConstraint("run_id", "source_id", name=op.f("pk_run_source")),
        comment="What each run did with each source of communique.toml",
    )
    op.create_index(op.f("ix_run_source_source_id"), "run_source", ["source_id"])

    op.create_table(
        "source_item",
        sa.Column("source_id", sa.Integer(), nullable=False, comment="The source"),
        sa.Column(
            "key",
            sa.String(length=600),
            nullable=False,
            comment="What the item is known by: address, id in the feed, path",
        ),
        sa.Column(
            "stamp",
            sa.String(length=600),
            nullable=False,
            comment="What changes when the item does: ETag, hash of the entry, size and time of the file",
        ),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run that last had it"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_source_item_run_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_item_source_id")),
        sa.PrimaryKeyConstraint("source_id", "key", name=op.f("pk_source_item")),
        comment="Items of sources that are not read again as long as their stamp is the same",
    )
    op.create_index(op.f("ix_source_item_run_id"), "source_item", ["run_id"])


def downgrade() -> None:
    op.drop_table("source_item")
    op.drop_table("run_source")
    op.drop_table("source_state")
    op.execute("UPDATE run SET status_code = 'failed' WHERE status_code IN ('stopped', 'abandoned')")
    op.execute("DELETE FROM run_status WHERE code IN ('stopped', 'abandoned')")
