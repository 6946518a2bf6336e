"""Add to whom a statement is made: the role 'addressee' and its columns in the view of statements.

The role's row comes with the other reference rows at the next run, and the views are made anew after every upgrade, so that
no table changes. Versions before this one do not know the role: the downgrade gives up who was spoken to.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261126_0200
Revises: 20261126_0100
Create Date: 2026-11-26 02:00:00
"""

from __future__ import annotations

from alembic import op

revision = "20261126_0200"
down_revision = "20261126_0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    op.execute("DELETE FROM event_participant WHERE role_code = 'addressee'")
    op.execute("DELETE FROM mention_participant WHERE role_code = 'addressee'")
    op.execute("DELETE FROM participant_role WHERE code = 'addressee'")
