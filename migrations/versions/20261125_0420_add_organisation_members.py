"""Add who was a member of which organisation when.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261125_0420
Revises: 20261125_0310
Create Date: 2026-11-25 04:20:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0420"
down_revision = "20261125_0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_member",
        sa.Column(
            "organisation_id", sa.String(200), nullable=False, comment="The organisation, by its actor id: igo:nato"
        ),
        sa.Column("country_code", sa.String(3), nullable=False, comment="The member"),
        sa.Column(
            "ordinal",
            sa.Integer(),
            nullable=False,
            autoincrement=False,
            comment="1 for its first time as a member, 2 where it left and came back",
        ),
        sa.Column(
            "valid_from",
            sa.Date(),
            nullable=True,
            comment="First day; empty from the founding, or where it is not known",
        ),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="Last day; empty for a member of today"),
        sa.ForeignKeyConstraint(["country_code"], ["country.code"], name=op.f("fk_organisation_member_country_code")),
        sa.PrimaryKeyConstraint("organisation_id", "country_code", "ordinal", name=op.f("pk_organisation_member")),
        comment="Who was a member of which organisation when; only organisations whose membership is known for certain",
    )
    op.create_index(op.f("ix_organisation_member_country_code"), "organisation_member", ["country_code"])


def downgrade() -> None:
    op.drop_table("organisation_member")
