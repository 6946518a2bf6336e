"""The schema is a public interface: everything named, everything said what it means, the page up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Engine, Table, inspect, text

from db import migrate
from db.docs import schema_page
from db.schema import REFERENCE_TABLES, Base

ROOT = Path(__file__).parent.parent.parent
TABLES = list(Base.metadata.tables.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_table_and_column_says_what_it_means(table: Table) -> None:
    assert table.comment
    for column in table.columns:
        assert column.comment, column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_constraint_and_index_has_a_name(table: Table) -> None:
    for constraint in table.constraints:
        assert str(constraint.name).startswith(("pk_", "fk_", "uq_", "ck_")), constraint
        assert table.name in str(constraint.name)
    for index in table.indexes:
        assert str(index.name).startswith(f"ix_{table.name}_")
        assert len(str(index.name)) <= 63


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_reference_has_an_index_or_a_small_table_behind_it(table: Table) -> None:
    first = [next(iter(index.columns)).name for index in table.indexes] + [next(iter(table.primary_key)).name]
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table.name not in REFERENCE_TABLES and table.name not in REFERENCE_TABLES:
                if (
                    table.name in ("event_participant", "mention_participant", "actor_alias", "actor_office")
                    and column.primary_key
                ):
                    continue
                assert column.name in first, f"{table.name}.{column.name}"


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_catalogue_has_the_comments_and_names(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        without = connection.execute(
            text(
                "SELECT c.relname, a.attname FROM pg_class c "
                "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped "
                "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version' "
                "AND col_description(c.oid, a.attnum) IS NULL"
            )
        ).all()
        tables = connection.execute(
            text(
                "SELECT relname, obj_description(oid) FROM pg_class "
                "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
                "AND relname <> 'alembic_version'"
            )
        ).all()
        names = set(
            connection.execute(
                text(
                    "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' "
                    "UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
                )
            ).scalars()
        ) - {"alembic_version_pkc"}
    assert without == []
    assert {name for name, _ in tables} == set(Base.metadata.tables)
    assert all(comment for _, comment in tables)
    assert {name for name in names if not name.startswith(("pk_", "fk_", "uq_", "ck_", "ix_"))} == set()


def test_names_in_the_database_are_those_of_the_tables(engine: Engine) -> None:
    migrate.upgrade(engine)
    found = inspect(engine)
    for table in TABLES:
        assert {i["name"] for i in found.get_indexes(table.name)} - {c.name for c in table.constraints} == {
            i.name for i in table.indexes
        }
        assert {k["name"] for k in found.get_foreign_keys(table.name)} == {
            k.name for k in table.foreign_key_constraints
        }
        assert {c["name"] for c in found.get_check_constraints(table.name)} == {
            c.name for c in table.constraints if isinstance(c, CheckConstraint)
        }
        assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name


def test_the_page_of_the_schema_is_up_to_date() -> None:
    assert (ROOT / "docs" / "schema.md").read_text(encoding="utf-8") == schema_page(), "run 'make docs'"


def test_the_page_names_every_table_and_column() -> None:
    page = schema_page()
    for table in TABLES:
        assert f"### {table.name}\n" in page
        for column in table.columns:
            assert f"| `{column.name}` |" in page


def test_the_page_can_be_written_to_a_file_and_to_standard_output(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "db.docs", str(tmp_path / "page.md")], cwd=ROOT, check=True)
    shown = subprocess.run(
        [sys.executable, "-m", "db.docs"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == shown == schema_page()
