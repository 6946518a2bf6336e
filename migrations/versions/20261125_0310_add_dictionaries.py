"""Add the actor dictionaries that users import.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261125_0310
Revises: 20261125_0300
Create Date: 2026-11-25 03:10:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0310"
down_revision = "20261125_0300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dictionary",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the dictionary"),
        sa.Column("name", sa.String(300), nullable=False, comment="The name under which it was imported"),
        sa.Column("format", sa.String(40), nullable=False, comment="Format of the file: petrarch or csv"),
        sa.Column(
            "imported_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was imported last (UTC); of two entries the later import's wins",
        ),
        sa.Column("content_hash", sa.String(64), nullable=False, comment="SHA-256 of what was read in the file"),
        sa.Column("entry_count", sa.Integer(), nullable=False, comment="Entries that went in"),
        sa.Column("reject_count", sa.Integer(), nullable=False, comment="Rows that were rejected"),
        sa.CheckConstraint("format IN ('petrarch', 'csv')", name=op.f("ck_dictionary_known_format")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary")),
        sa.UniqueConstraint("name", name=op.f("uq_dictionary_name")),
        comment="Actor dictionaries that users have imported; runs code with their entries",
    )
    op.create_table(
        "dictionary_entry",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the entry"),
        sa.Column("dictionary_id", sa.Integer(), nullable=False, comment="The dictionary"),
        sa.Column("line", sa.Integer(), nullable=False, comment="Line of the file that says so"),
        sa.Column("name", sa.String(300), nullable=False, comment="The name, as the dictionary writes it"),
        sa.Column(
            "is_agent",
            sa.Boolean(),
            nullable=False,
            comment="True for a noun that takes its country from the text: police officer",
        ),
        sa.Column("kind_code", sa.String(40), nullable=False, comment="country, organisation, group or person"),
        sa.Column(
            "country_code", sa.String(3), nullable=True, comment="For whom the actor acts; empty where there is none"
        ),
        sa.Column("sector_code", sa.String(40), nullable=True, comment="Sector of the actor; empty where unsaid"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="First day on which it holds; empty without limit"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="Last day on which it holds; empty without limit"),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_dictionary_entry_dates_in_order")),
        sa.ForeignKeyConstraint(["dictionary_id"], ["dictionary.id"], name=op.f("fk_dictionary_entry_dictionary_id")),
        sa.ForeignKeyConstraint(["kind_code"], ["actor_kind.code"], name=op.f("fk_dictionary_entry_kind_code")),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"], name=op.f("fk_dictionary_entry_country_code")),
        sa.ForeignKeyConstraint(["sector_code"], ["sector.code"], name=op.f("fk_dictionary_entry_sector_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_entry")),
        comment="Entries of imported dictionaries: what a name stands for, always or between two days",
    )
    op.create_index(op.f("ix_dictionary_entry_dictionary_id"), "dictionary_entry", ["dictionary_id"])
    op.create_index(op.f("ix_dictionary_entry_name"), "dictionary_entry", ["name"])
    op.create_table(
        "dictionary_alias",
        sa.Column("entry_id", sa.Integer(), nullable=False, comment="The entry"),
        sa.Column("alias", sa.String(300), nullable=False, comment="A synonym; of an agent, also a plural"),
        sa.ForeignKeyConstraint(["entry_id"], ["dictionary_entry.id"], name=op.f("fk_dictionary_alias_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "alias", name=op.f("pk_dictionary_alias")),
        comment="Synonyms of the entries of imported dictionaries",
    )
    op.create_index(op.f("ix_dictionary_alias_alias"), "dictionary_alias", ["alias"])
    _comment_version("Hash of the knowledge files and imported dictionaries")


def downgrade() -> None:
    _comment_version("Hash of the knowledge files")
    op.drop_table("dictionary_alias")
    op.drop_table("dictionary_entry")
    op.drop_table("dictionary")


def _comment_version(comment: str) -> None:
    # SQLite keeps no comments
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("run", "knowledge_version", existing_type=sa.Text(), existing_nullable=False, comment=comment)
