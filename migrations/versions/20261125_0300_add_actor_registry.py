"""Add the registry of actors: sightings of persons, claims to names, decisions of users.

Never: drop or rename what users may have data in without carrying the data over; refer to etl or db.schema (both change
later); leave a constraint without its name; leave out the downgrade.

Revision ID: 20261125_0300
Revises: 20261124_2140
Create Date: 2026-11-25 03:00:00
"""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261125_0300"
down_revision = "20261124_2140"
branch_labels = None
depends_on = None

_LONGEST = 300
_NAMED = "Who, by the article alone"
_COMMENTS = (
    ("actor_alias", "alias", sa.String(300), "Words by which a text named it", "Words by which a text or a user named it"),
    ("event_participant", "actor_id", sa.String(200), "Who", "Who, by the registry of actors: claims and decisions followed"),
    ("mention_participant", "actor_id", sa.String(200), "Who", _NAMED),
)  # fmt: skip
_ALIASES = "The words by which texts have named each actor"
# where a person whose country or office is known takes part, or speaks
_SIGHTED = """
    SELECT a.id, min(coalesce(t.dateline_on, t.published_on)), max(coalesce(t.dateline_on, t.published_on))
    FROM actor a
    JOIN (
        SELECT p.actor_id AS actor_id, m.article_id AS article_id FROM mention_participant p JOIN event_mention m ON m.id = p.mention_id
        UNION SELECT attributed_to_actor_id, article_id FROM event_mention
    ) AS s ON s.actor_id = a.id
    JOIN article t ON t.id = s.article_id
    WHERE a.kind_code = 'person' AND (a.country_code IS NOT NULL OR a.id IN (SELECT actor_id FROM actor_office))
    GROUP BY a.id"""


def upgrade() -> None:
    with op.batch_alter_table("actor") as table:
        table.add_column(
            sa.Column(
                "first_seen_on",
                sa.Date(),
                nullable=True,
                comment="Earliest date of an article that gives a person's country or office; empty for others",
            )
        )
        table.add_column(sa.Column("last_seen_on", sa.Date(), nullable=True, comment="Latest date of such an article"))
        table.create_check_constraint(op.f("ck_actor_seen_in_order"), "last_seen_on >= first_seen_on")
    with op.batch_alter_table("actor_alias") as table:
        table.add_column(
            sa.Column(
                "slug",
                sa.String(300),
                nullable=True,
                comment="A person's full name in small letters of ASCII, by which articles that give the name alone find the person; "
                "empty for other words",
            )
        )
        table.add_column(sa.Column("is_seen", sa.Boolean(), nullable=True, comment="True where a text has the words"))
        table.add_column(
            sa.Column(
                "is_given",
                sa.Boolean(),
                nullable=True,
                comment="True where a user gave them ('communique actors alias')",
            )
        )
    op.execute("UPDATE actor_alias SET is_seen = TRUE, is_given = FALSE")
    with op.batch_alter_table("actor_alias") as table:
        table.alter_column(
            "is_seen", existing_type=sa.Boolean(), nullable=False, existing_comment="True where a text has the words"
        )
        table.alter_column(
            "is_given",
            existing_type=sa.Boolean(),
            nullable=False,
            existing_comment="True where a user gave them ('communique actors alias')",
        )
    op.create_index(op.f("ix_actor_alias_slug"), "actor_alias", ["slug"])
    with op.batch_alter_table("event_participant") as table:
        table.add_column(sa.Column("coded_actor_id", sa.String(200), nullable=True, comment=_NAMED))
    op.execute("UPDATE event_participant SET coded_actor_id = actor_id")
    with op.batch_alter_table("event_participant") as table:
        table.alter_column("coded_actor_id", existing_type=sa.String(200), nullable=False, existing_comment=_NAMED)
        table.create_foreign_key(op.f("fk_event_participant_coded_actor_id"), "actor", ["coded_actor_id"], ["id"])
    op.create_index(op.f("ix_event_participant_coded_actor_id"), "event_participant", ["coded_actor_id"])
    op.create_table(
        "actor_claim",
        sa.Column("article_id", sa.String(16), nullable=False, comment="The article"),
        sa.Column("actor_id", sa.String(200), nullable=False, comment="The actor as coded: a name without a country"),
        sa.Column(
            "candidate_id",
            sa.String(200),
            nullable=False,
            comment="A person of that name whom the database knew when it loaded the article; where there is one, it is that person",
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_actor_claim_article_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_claim_actor_id")),
        sa.ForeignKeyConstraint(["candidate_id"], ["actor.id"], name=op.f("fk_actor_claim_candidate_id")),
        sa.PrimaryKeyConstraint("article_id", "actor_id", "candidate_id", name=op.f("pk_actor_claim")),
        comment="Whom a name that an article gives without a country may stand for; more than one: the claim is open",
    )
    op.create_index(op.f("ix_actor_claim_candidate_id"), "actor_claim", ["candidate_id"])
    op.create_index(op.f("ix_actor_claim_actor_id"), "actor_claim", ["actor_id"])
    op.create_table(
        "actor_decision",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the decision"),
        sa.Column(
            "kind",
            sa.String(40),
            nullable=False,
            comment="merge: two actors are one; split: in some articles the actor is another",
        ),
        sa.Column(
            "from_actor_id",
            sa.String(200),
            nullable=False,
            comment="The actor that goes into another (merge), or from which another is taken (split)",
        ),
        sa.Column(
            "into_actor_id",
            sa.String(200),
            nullable=False,
            comment="The actor that stays (merge) or is new (split; it goes when the split is undone)",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why, in the user's words"),
        sa.Column("author", sa.Text(), nullable=True, comment="Who decided"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When (UTC)"),
        sa.Column(
            "undone_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was undone (UTC); empty while it holds",
        ),
        sa.CheckConstraint("kind IN ('merge', 'split')", name=op.f("ck_actor_decision_known_kind")),
        sa.CheckConstraint("from_actor_id <> into_actor_id", name=op.f("ck_actor_decision_two_actors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_decision")),
        comment="Decisions of users on who is who; event_participant.actor_id follows those that hold",
    )
    op.create_index(op.f("ix_actor_decision_from_actor_id"), "actor_decision", ["from_actor_id"])
    op.create_index(op.f("ix_actor_decision_into_actor_id"), "actor_decision", ["into_actor_id"])
    op.create_table(
        "actor_decision_article",
        sa.Column("decision_id", sa.Integer(), nullable=False, comment="The decision: a split"),
        sa.Column("article_id", sa.String(16), nullable=False, comment="An article in which the actor is another"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["actor_decision.id"], name=op.f("fk_actor_decision_article_decision_id")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_actor_decision_article_article_id")),
        sa.PrimaryKeyConstraint("decision_id", "article_id", name=op.f("pk_actor_decision_article")),
        comment="The articles in which a split holds",
    )
    op.create_index(op.f("ix_actor_decision_article_article_id"), "actor_decision_article", ["article_id"])
    _register()
    _comment(new=True)


def downgrade() -> None:
    _comment(new=False)
    op.drop_table("actor_decision_article")
    op.drop_table("actor_decision")
    op.drop_table("actor_claim")
    op.execute("UPDATE event_participant SET actor_id = coded_actor_id")
    op.drop_index(op.f("ix_event_participant_coded_actor_id"), "event_participant")
    with op.batch_alter_table("event_participant") as table:
        table.drop_constraint(op.f("fk_event_participant_coded_actor_id"), type_="foreignkey")
        table.drop_column("coded_actor_id")
    op.drop_index(op.f("ix_actor_alias_slug"), "actor_alias")
    with op.batch_alter_table("actor_alias") as table:
        table.drop_column("is_given")
        table.drop_column("is_seen")
        table.drop_column("slug")
    with op.batch_alter_table("actor") as table:
        table.drop_constraint(op.f("ck_actor_seen_in_order"), type_="check")
        table.drop_column("last_seen_on")
        table.drop_column("first_seen_on")


def _register() -> None:
    """Enter the persons whom the events of the database show with country or office."""
    connection = op.get_bind()
    for id_, first, last in connection.execute(sa.text(_SIGHTED)).tuples().all():
        connection.execute(
            sa.text("UPDATE actor SET first_seen_on = :first, last_seen_on = :last WHERE id = :id"),
            {"id": id_, "first": first, "last": last},
        )
    persons = sa.text(
        "SELECT id, name FROM actor WHERE kind_code = 'person' AND id LIKE 'person:%' "
        "AND (country_code IS NOT NULL OR id IN (SELECT actor_id FROM actor_office))"
    )
    for id_, name in connection.execute(persons).tuples().all():
        slug = _slug(name)
        if "-" not in slug or max(len(name), len(slug)) > _LONGEST:
            continue
        values = {"id": id_, "name": name, "slug": slug}
        known = sa.text("UPDATE actor_alias SET slug = :slug WHERE actor_id = :id AND alias = :name")
        if not connection.execute(known, values).rowcount:
            connection.execute(
                sa.text(
                    "INSERT INTO actor_alias (actor_id, alias, slug, is_seen, is_given) VALUES (:id, :name, :slug, TRUE, FALSE)"
                ),
                values,
            )


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")


def _comment(*, new: bool) -> None:
    # SQLite keeps no comments
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column, kind, old, later in _COMMENTS:
        op.alter_column(table, column, existing_type=kind, existing_nullable=False, comment=later if new else old)
    op.create_table_comment(
        "actor_alias", "The words by which texts and users have named each actor" if new else _ALIASES
    )
