"""Migrations: found anywhere, up and down on both databases, and no row lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from pytest_alembic.tests import (
    test_model_definitions_match_ddl as test_model_definitions_match_ddl,
)
from pytest_alembic.tests import test_single_head_revision as test_single_head_revision
from pytest_alembic.tests import test_up_down_consistency as test_up_down_consistency
from pytest_alembic.tests import test_upgrade as test_upgrade
from sqlalchemy import Engine, MetaData, inspect, select, text

from db import migrate
from db.errors import CommuniqueError
from db.schema import Base
from db.views import VIEWS

ROOT = Path(__file__).parent.parent.parent
FIRST = "20261124_2118"
NOW = datetime(2031, 5, 3, 10, 0, tzinfo=UTC)
DAY = date(2031, 5, 2)
TEXT = "Norland's envoy met Sudland's envoy in Midport and signed the River Treaty. 'We welcome it,' she said."
CODED = {
    "type_code": "treaty",
    "cameo_code": "057",
    "modality_code": "asserted",
    "is_background": False,
    "date_start": DAY,
    "date_end": DAY,
    "date_precision_code": "day",
    "date_basis_code": "text",
    "confidence": 0.75,
    "place_id": 7,
}
ENTRY = {"label": "label", "description": "what it means"}
# A row for every table of the first revision, written as they were then.
ROWS: dict[str, list[dict[str, Any]]] = {
    **{
        name: [{"code": code, **ENTRY}]
        for name, code in (
            ("modality", "asserted"),
            ("participant_role", "party"),
            ("actor_kind", "country"),
            ("date_precision", "day"),
            ("date_basis", "text"),
            ("paragraph_kind", "body"),
            ("stance", "welcome"),
            ("treaty_kind", "treaty"),
            ("treaty_action", "signed"),
            ("provision", "border"),
            ("sector", "GOV"),
            ("article_status", "coded"),
            ("run_status", "finished"),
            ("reject_reason", "binary"),
            ("event_type", "treaty"),
        )
    },
    "quad_class": [{"code": 1, **ENTRY}],
    "plover_type": [{"code": "AGREE", "score": 3.0, **ENTRY}],
    "country": [{"code": "NRL", "alpha2": "NR", "name": "Norland"}, {"code": "SUD", "alpha2": None, "name": "Sudland"}],
    "cameo_code": [
        {
            "code": "05",
            "label": "root",
            "root_code": "05",
            "quad_class": 1,
            "goldstein": 3.5,
            "event_type_code": "treaty",
        },
        {
            "code": "057",
            "label": "Sign formal agreement",
            "parent_code": "05",
            "root_code": "05",
            "quad_class": 1,
            "goldstein": 8.0,
            "plover_code": "AGREE",
            "event_type_code": "treaty",
        },
    ],
    "run": [
        {
            "id": 1,
            "started_at": NOW,
            "status_code": "finished",
            "version": "0",
            "model": "m",
            "knowledge_version": "k",
            "inputs": "a.txt",
            "document_count": 2,
            "article_count": 1,
            "known_count": 0,
            "skipped_count": 0,
            "reject_count": 1,
            "event_count": 1,
        }
    ],
    "source": [{"id": 1, "name": "River Post"}],
    "article": [
        {
            "id": "a" * 16,
            "source_id": 1,
            "title": "Treaty signed",
            "location": "a.txt",
            "language": "en",
            "published_at": NOW,
            "published_on": DAY,
            "text": TEXT,
            "status_code": "coded",
            "run_id": 1,
            "loaded_at": NOW,
        }
    ],
    "reject": [
        {
            "id": 1,
            "location": "b.txt",
            "reason_code": "binary",
            "detail": "not text",
            "content": b"\x00\xff",
            "first_run_id": 1,
            "last_run_id": 1,
            "attempt_count": 1,
        }
    ],
    "actor": [
        {"id": "NRL", "name": "Norland", "kind_code": "country", "country_code": "NRL", "sector_code": "GOV"},
        {"id": "SUD", "name": "Sudland", "kind_code": "country", "country_code": "SUD"},
    ],
    "actor_alias": [{"actor_id": "NRL", "alias": "Norland's envoy"}],
    "actor_office": [{"actor_id": "NRL", "office": "envoy", "first_seen_on": DAY, "last_seen_on": DAY}],
    "place": [{"id": 7, "name": "Midport", "country_code": "SUD", "latitude": 1.5, "longitude": -2.25}],
    "event": [{"id": "e" * 16, "quad_class": 1, "goldstein": 8.0, "article_count": 1, "mention_count": 1, **CODED}],
    "event_mention": [
        {
            "id": "m" * 16,
            "event_id": "e" * 16,
            "article_id": "a" * 16,
            "ordinal": 0,
            "paragraph_kind_code": "body",
            "sentence_index": 0,
            "sentence_start": 0,
            "sentence_end": 75,
            "sentence": TEXT[:75],
            "trigger": "signed",
            "trigger_start": 51,
            "trigger_end": 57,
            **CODED,
        }
    ],
    "event_participant": [
        {"event_id": "e" * 16, "ordinal": 0, "role_code": "party", "actor_id": "NRL"},
        {"event_id": "e" * 16, "ordinal": 1, "role_code": "party", "actor_id": "SUD", "office": "envoy"},
    ],
    "mention_participant": [
        {
            "mention_id": "m" * 16,
            "ordinal": 0,
            "role_code": "party",
            "actor_id": "NRL",
            "text": "Norland's envoy",
            "text_start": 0,
            "text_end": 15,
        }
    ],
    "treaty": [{"event_id": "e" * 16, "name": "River Treaty", "kind_code": "treaty", "action_code": "signed"}],
    "treaty_provision": [
        {
            "event_id": "e" * 16,
            "provision_code": "border",
            "article_id": "a" * 16,
            "text": "River",
            "text_start": 62,
            "text_end": 67,
        }
    ],
    "statement": [
        {
            "event_id": "e" * 16,
            "stance_code": "welcome",
            "article_id": "a" * 16,
            "quote": "We welcome it",
            "quote_start": 77,
            "quote_end": 90,
        }
    ],
}

# Tables of later revisions: what their downgrade gives up.
DICTIONARY_ROWS: dict[str, dict[str, Any]] = {
    "dictionary": {
        "id": 1,
        "name": "norland.actors",
        "format": "petrarch",
        "imported_at": NOW,
        "content_hash": "0" * 64,
        "entry_count": 1,
        "reject_count": 0,
    },
    "dictionary_entry": {
        "id": 1,
        "dictionary_id": 1,
        "line": 3,
        "name": "RIVER COUNCIL",
        "is_agent": False,
        "kind_code": "country",
        "country_code": "NRL",
        "sector_code": "GOV",
        "valid_from": DAY,
        "valid_to": None,
    },
    "dictionary_alias": {"entry_id": 1, "alias": "COUNCIL OF THE RIVER"},
}


# Rows of the registry of actors, which its downgrade gives up.
REGISTRY_ROWS: dict[str, dict[str, Any]] = {
    "actor_claim": {"article_id": "a" * 16, "actor_id": "NRL", "candidate_id": "SUD"},
    "actor_decision": {
        "id": 1,
        "kind": "split",
        "from_actor_id": "NRL",
        "into_actor_id": "SUD",
        "reason": "two of one name",
        "author": "an analyst",
        "made_at": NOW,
        "undone_at": None,
    },
    "actor_decision_article": {"decision_id": 1, "article_id": "a" * 16},
}
# What becomes of the treaty of the first revision, under the id of its event.
TREATY_ROWS: dict[str, list[dict[str, Any]]] = {
    "treaty": [
        {"id": "e" * 16, "name": "River Treaty", "kind_code": "treaty", "article_id": "a" * 16, "place_id": None}
    ],
    "treaty_event": [
        {"event_id": "e" * 16, "treaty_id": "e" * 16, "action_code": "signed", "name": "River Treaty"},
    ],
    "treaty_name": [],
    "treaty_party": [
        {"treaty_id": "e" * 16, "actor_id": "NRL", "role": "party"},
        {"treaty_id": "e" * 16, "actor_id": "SUD", "role": "party"},
    ],
    "treaty_provision": [
        {
            "treaty_id": "e" * 16,
            "provision_code": "border",
            "article_id": "a" * 16,
            "text": "River",
            "text_start": 62,
            "text_end": 67,
        }
    ],
}
# A person in an event, in an older database.
PERSON = (
    "INSERT INTO actor_kind (code, label, description) VALUES ('person', 'Person', 'A person')",
    "INSERT INTO actor (id, name, kind_code, country_code, sector_code) VALUES ('person:NRL:ana-belo', 'Ana Belo', 'person', 'NRL', 'GOV')",
    f"INSERT INTO event_participant (event_id, ordinal, role_code, actor_id) VALUES ('{'e' * 16}', 2, 'party', 'person:NRL:ana-belo')",
    "INSERT INTO mention_participant (mention_id, ordinal, role_code, actor_id, text, text_start, text_end) "
    f"VALUES ('{'m' * 16}', 1, 'party', 'person:NRL:ana-belo', 'Norland', 0, 7)",
)


@pytest.fixture
def alembic_config() -> Config:
    return migrate.config()


@pytest.fixture
def alembic_engine(engine: Engine) -> Engine:
    return engine


def fill(engine: Engine) -> None:
    """Put a row into every table, as the tables are."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            for row in ROWS.get(table.name, ()):
                connection.execute(table.insert().values(row))


def contents(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as it is in the database."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in metadata.sorted_tables
            if table.name != "alembic_version"
        }


def as_then(
    found: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """What of `found` the tables and columns of `before` can hold."""
    return {
        name: sorted(({k: row[k] for k in rows[0]} for row in found[name]), key=repr) if rows else found[name]
        for name, rows in before.items()
    }


def test_every_table_of_the_first_revision_has_a_row_here(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    assert set(ROWS) == set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_down_to_base_leaves_no_table_and_no_view(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert set(inspect(engine).get_view_names()) == set(VIEWS)
    assert set(inspect(engine).get_table_names()) >= set(Base.metadata.tables)
    assert migrate.downgrade(engine, "base") == (migrate.head(), None)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    assert inspect(engine).get_view_names() == []


def test_a_filled_database_keeps_every_row_and_reference_on_the_way_up(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    before = contents(engine)
    assert sum(map(len, before.values())) == sum(map(len, ROWS.values()))
    assert migrate.upgrade(engine) == (FIRST, migrate.head())
    after = contents(engine)
    # the rows of treaties are carried into tables of another shape
    kept = {name: rows for name, rows in before.items() if name not in TREATY_ROWS}
    assert as_then(after, kept) == kept
    assert {name: after[name] for name in TREATY_ROWS} == TREATY_ROWS
    assert [row["salience"] for row in after["event"]] == [0.75]
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(text("SELECT who, place, sentence FROM event_list"))] == [
            ("Norland; Sudland", "Midport", TEXT[:75])
        ]
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_references_still_hold_after_the_upgrade(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine)
    with engine.connect() as connection, pytest.raises(Exception, match=r"(?i)foreign key"):
        connection.execute(text("DELETE FROM event"))


def test_one_step_down_and_up_again_keeps_every_row(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    first = contents(engine)
    migrate.upgrade(engine)
    before = contents(engine)
    assert migrate.downgrade(engine, "-1")[0] == migrate.head()
    assert inspect(engine).get_view_names() == []
    after = contents(engine)
    assert after == as_then(before, after)
    migrate.downgrade(engine, "20261125_0420")
    after = contents(engine)
    expected = {**before, "treaty": first["treaty"], "treaty_provision": first["treaty_provision"]}
    assert after == as_then(expected, after)
    migrate.downgrade(engine, FIRST)
    after = contents(engine)
    assert after == as_then(expected, after) == first
    migrate.upgrade(engine)
    assert contents(engine) == before
    assert set(inspect(engine).get_view_names()) == set(VIEWS)


def test_dictionaries_go_with_their_tables_and_nothing_else_does(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine, "20261125_0310")
    bare = contents(engine)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        for name, row in DICTIONARY_ROWS.items():
            connection.execute(metadata.tables[name].insert().values(row))
    assert all(contents(engine)[name] for name in DICTIONARY_ROWS)
    migrate.downgrade(engine, "20261125_0300")
    assert contents(engine) == {name: rows for name, rows in bare.items() if name not in DICTIONARY_ROWS}
    migrate.upgrade(engine, "20261125_0310")
    assert contents(engine) == bare


def test_one_treaty_of_two_events_goes_down_as_two_and_keeps_its_provisions(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine, "20261126_0100")
    metadata = MetaData()
    metadata.reflect(engine)
    tables = metadata.tables
    with engine.begin() as connection:
        connection.execute(
            tables["treaty_action"].insert().values(code="ratified", label="Ratified", description="Approved")
        )
        event = dict(connection.execute(select(tables["event"])).mappings().one())
        mention = dict(connection.execute(select(tables["event_mention"])).mappings().one())
        connection.execute(tables["event"].insert().values({**event, "id": "f" * 16}))
        connection.execute(tables["event_mention"].insert().values({**mention, "id": "n" * 16, "event_id": "f" * 16}))
        step = {"event_id": "f" * 16, "treaty_id": "e" * 16, "action_code": "ratified", "name": "the pact"}
        connection.execute(tables["treaty_event"].insert().values(step))
        name = {"treaty_id": "e" * 16, "text_start": 62, "text_end": 74, "text": "River Treaty", "article_id": "a" * 16}
        connection.execute(tables["treaty_name"].insert().values(name))
    migrate.downgrade(engine, "20261125_0420")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT event_id, name, kind_code, action_code FROM treaty ORDER BY event_id"))
        assert [tuple(row) for row in rows] == [
            ("e" * 16, "River Treaty", "treaty", "signed"),
            ("f" * 16, "the pact", "treaty", "ratified"),
        ]
        rows = connection.execute(text("SELECT event_id, text FROM treaty_provision ORDER BY event_id"))
        assert [tuple(row) for row in rows] == [("e" * 16, "River"), ("f" * 16, "River")]
    assert not set(inspect(engine).get_table_names()) & {"treaty_event", "treaty_party", "treaty_name", "treaty_was"}


def test_persons_of_older_databases_enter_the_registry(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine, "20261124_2140")
    with engine.begin() as connection:
        for statement in PERSON:
            connection.execute(text(statement))
    before = contents(engine)
    migrate.upgrade(engine, "20261125_0300")
    with engine.connect() as connection:
        seen = connection.execute(
            text("SELECT first_seen_on, last_seen_on FROM actor WHERE id = 'person:NRL:ana-belo'")
        )
        assert [str(day) for day in seen.one()] == ["2031-05-02", "2031-05-02"]
        slugs = connection.execute(text("SELECT actor_id, slug FROM actor_alias WHERE slug IS NOT NULL")).all()
        assert [tuple(row) for row in slugs] == [("person:NRL:ana-belo", "ana-belo")]
        coded = connection.execute(text("SELECT count(*) FROM event_participant WHERE coded_actor_id = actor_id"))
        assert coded.scalar_one() == 3
    migrate.downgrade(engine, "20261124_2140")
    after = contents(engine)
    assert {**after, "actor_alias": []} == {**before, "actor_alias": []}


def test_a_downgrade_gives_the_events_back_to_whom_the_articles_name(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine, "20261125_0300")
    bare = contents(engine)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        for name, row in REGISTRY_ROWS.items():
            connection.execute(metadata.tables[name].insert().values(row))
        connection.execute(text("UPDATE event_participant SET actor_id = 'SUD' WHERE ordinal = 0"))
    assert all(contents(engine)[name] for name in REGISTRY_ROWS)
    migrate.downgrade(engine, "20261124_2140")
    after = contents(engine)
    assert after == as_then(bare, after)
    migrate.upgrade(engine, "20261125_0300")
    assert contents(engine) == bare


def test_the_addressees_are_given_up_on_the_way_down_and_nothing_else(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine)
    bare = contents(engine)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO participant_role (code, label, description) VALUES ('addressee', 'Addressee', 'To whom')")
        )
        connection.execute(text("INSERT INTO event_participant (event_id, ordinal, role_code, actor_id, coded_actor_id) "
                                f"VALUES ('{'e' * 16}', 2, 'addressee', 'SUD', 'SUD')"))  # fmt: skip
        connection.execute(text("INSERT INTO mention_participant (mention_id, ordinal, role_code, actor_id, text, text_start, text_end) "
                                f"VALUES ('{'m' * 16}', 1, 'addressee', 'SUD', 'Sudland', 21, 28)"))  # fmt: skip
    with engine.connect() as connection:
        spoken_to = connection.execute(
            text("SELECT speaker, addressee, addressee_countries, stance FROM statements")
        ).all()
    assert [tuple(row) for row in spoken_to] == [("Norland; Sudland", "Sudland", "SUD", "welcome")]
    migrate.downgrade(engine, "20261126_0100")
    after = contents(engine)
    assert after == as_then(bare, after)


def test_what_runs_keep_of_sources_is_given_up_on_the_way_down_and_nothing_else(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    migrate.upgrade(engine)
    bare = contents(engine)
    metadata = MetaData()
    metadata.reflect(engine)
    state = {
        "source_id": 1,
        "kind": "feed",
        "location": "https://example.org/rss",
        "is_configured": True,
        "failure_count": 0,
    }
    counts = {f"{name}_count": 0 for name in ("document", "article", "known", "skipped", "reject", "event")}
    kept: dict[str, dict[str, Any]] = {
        "source_state": state,
        "source_item": {"source_id": 1, "key": "https://example.org/a", "stamp": "x", "run_id": 1},
        "run_source": {"run_id": 1, "source_id": 1, "started_at": NOW, **counts},
    }
    with engine.begin() as connection:
        for name, row in kept.items():
            connection.execute(metadata.tables[name].insert().values(row))
        connection.execute(
            text("INSERT INTO run_status (code, label, description) VALUES ('abandoned', 'Abandoned', 'Cut off')")
        )
        connection.execute(
            text("INSERT INTO run_status (code, label, description) VALUES ('failed', 'Failed', 'Ended by an error')")
        )
        connection.execute(text("UPDATE run SET status_code = 'abandoned'"))
    migrate.downgrade(engine, "20261126_0200")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT status_code FROM run")).scalar_one() == "failed"
        connection.execute(text("UPDATE run SET status_code = 'finished'"))
        connection.execute(text("DELETE FROM run_status WHERE code = 'failed'"))
    after = contents(engine)
    assert after == as_then(bare, after)
    migrate.upgrade(engine)
    assert contents(engine) == bare


def test_a_migration_that_fails_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine, FIRST)
    fill(engine)
    with engine.begin() as connection:
        # the second revision adds this column, and cannot
        connection.execute(text("ALTER TABLE event ADD COLUMN salience TEXT"))
    before = contents(engine)
    with pytest.raises(CommuniqueError, match="salience"):
        migrate.upgrade(engine)
    assert contents(engine) == before
    with engine.connect() as connection:
        assert migrate.current(connection) == FIRST


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    assert migrate.upgrade(engine) == (None, migrate.head())
    assert migrate.upgrade(engine) == (migrate.head(), migrate.head())


def test_an_unknown_revision_is_named(engine: Engine) -> None:
    with pytest.raises(CommuniqueError, match="'nonsense'"):
        migrate.upgrade(engine, "nonsense")
    assert inspect(engine).get_table_names() == []


def test_every_view_can_be_read_at_head(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        for view in VIEWS:
            assert connection.execute(text(f"SELECT * FROM {view}")).all() == [], view


def test_names_of_migrations_say_when_and_what() -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
        assert "Never: drop or rename" in script.longdoc


def test_migrations_are_found_where_the_package_is_installed(tmp_path: Path) -> None:
    site = tmp_path / "100% site"
    for package in ("db", "migrations"):
        shutil.copytree(ROOT / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "alembic.ini", site / "migrations" / "alembic.ini")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from db import migrate\nfrom db.engine import open_engine\n"
        "assert migrate.__file__.startswith(sys.argv[1]), migrate.__file__\n"
        "print(migrate.upgrade(open_engine('new.sqlite', create=True)))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(site)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str((None, migrate.head()))


def test_alembics_own_command_works(tmp_path: Path) -> None:
    alembic = Path(sys.executable).parent / "alembic"
    arguments = ["-c", str(ROOT / "alembic.ini"), "-x", f"db={tmp_path}/own.sqlite"]
    for more in (["upgrade", "head"], ["check"], ["downgrade", "base"]):
        done = subprocess.run([alembic, *arguments, *more], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("offline", [True])
def test_no_offline_sql(offline: bool) -> None:
    from alembic import command

    with pytest.raises(SystemExit, match="online"):
        command.upgrade(migrate.config(), "head", sql=offline)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, plain_engine: Callable[[str], Engine]) -> None:
    from db.engine import open_engine

    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no database. " * 50)
    before = path.read_bytes()
    with pytest.raises(CommuniqueError, match="not a working SQLite database"):
        migrate.upgrade(open_engine(str(path)))
    assert path.read_bytes() == before
