"""Add the salience of events.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261124_2140
Revises: 20261124_2118
Create Date: 2026-11-24 21:40:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_2140"
down_revision = "20261124_2118"
branch_labels = None
depends_on = None

_COMMENT = "How much its article is about it; higher is more"


def upgrade() -> None:
    op.add_column("event", sa.Column("salience", sa.Double(), nullable=True, comment=_COMMENT))
    op.execute("UPDATE event SET salience = confidence")
    with op.batch_alter_table("event") as table:
        table.alter_column("salience", existing_type=sa.Double(), nullable=False, existing_comment=_COMMENT)


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_column("salience")
