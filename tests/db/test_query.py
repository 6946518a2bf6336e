"""Whatever SQL a user gives: it reads, or it fails with a message and changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from db.engine import open_engine
from db.errors import CommuniqueError
from db.query import Result, read_only

from sqlalchemy import text  # isort: skip

FOREVER = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
WRITING = [
    "DELETE FROM event",
    "delete from event where 1 = 1 returning id",
    "/* SELECT */ DELETE FROM event",
    "-- SELECT\nDELETE FROM event",
    "UPDATE event SET confidence = 0",
    "INSERT INTO source (name) VALUES ('x')",
    "INSERT INTO source (name) VALUES ('x') RETURNING id",
    "WITH x AS (SELECT 'x' AS name) INSERT INTO source (name) SELECT name FROM x",
    "WITH x AS (DELETE FROM event RETURNING id) SELECT * FROM x",
    "REPLACE INTO source (name) VALUES ('x')",
    "DROP TABLE event",
    "DROP VIEW event_list",
    "ALTER TABLE event ADD COLUMN x TEXT",
    "CREATE TABLE x (y INTEGER)",
    "CREATE TABLE x AS SELECT * FROM event",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE TEMPORARY VIEW x AS SELECT 1",
    "CREATE INDEX x ON event (id)",
    "CREATE TRIGGER x AFTER INSERT ON run BEGIN DELETE FROM event; END",
    "TRUNCATE event",
    "SELECT 1; DELETE FROM event",
    "SELECT 1;\n\nDELETE FROM event;",
    "COMMIT; DELETE FROM event",
    "ROLLBACK; BEGIN; DELETE FROM event; COMMIT",
    "; DELETE FROM event",
    "BEGIN IMMEDIATE",
    "SAVEPOINT x",
    "COMMIT",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "EXPLAIN ANALYZE DELETE FROM event",
]
WRITING_SQLITE = [
    "PRAGMA writable_schema = ON",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA user_version = 7",
    "PRAGMA foreign_keys = OFF",
    "ATTACH DATABASE '{folder}/attached.sqlite' AS other",
    "DETACH DATABASE main",
    "VACUUM INTO '{folder}/copy.sqlite'",
    "SELECT load_extension('mod_spatialite')",
    "SELECT writefile('{folder}/written', 'x')",
    "CREATE VIRTUAL TABLE x USING fts5(y)",
    "SELECT fts3_tokenizer('simple')",
    "UPDATE sqlite_master SET sql = ''",
    "SELECT * FROM pragma_journal_mode('DELETE')",
]
WRITING_POSTGRESQL = [
    "COPY event TO PROGRAM 'touch {folder}/written'",
    "COPY event TO '{folder}/written'",
    "COPY source FROM PROGRAM 'echo 1'",
    "SET transaction_read_only = off",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
    "RESET ALL",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT set_config('role', 'none', true), query_to_xml('SELECT pg_reload_conf()', true, true, '')",
    "SELECT U&\"\\0073et_config\"('role', 'none', true)",
    "SELECT query_to_xml('SELECT set_con' || 'fig(''role'', ''none'', true)', true, true, '')",
    "SELECT ts_stat('SELECT set_con' || 'fig(''role'', ''none'', true)::tsvector')",
    "SELECT query_to_xml('DELETE FROM event', true, true, '')",
    "SELECT setval('run_id_seq', 100)",
    "SELECT nextval('run_id_seq')",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_export(1, '{folder}/written')",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('x')",
    "SELECT pg_stat_reset()",
    "SELECT pg_create_physical_replication_slot('x')",
    "SELECT pg_logical_emit_message(false, 'a', 'b')",
    "SELECT pg_notify('a', 'b')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "SELECT * INTO x FROM event",
    "SELECT id FROM event FOR UPDATE",
    "LOCK TABLE event",
    "DO $$ BEGIN DELETE FROM event; END $$",
    "CALL x()",
    "NOTIFY a",
    "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "GRANT ALL ON event TO public",
    "CREATE ROLE x SUPERUSER",
    "PREPARE x AS DELETE FROM event",
    "DECLARE x CURSOR FOR SELECT 1",
    "REFRESH MATERIALIZED VIEW x",
]
ATTEMPTS = [
    *((kind, sql) for kind in ("sqlite", "postgresql") for sql in WRITING),
    *(("sqlite", sql) for sql in WRITING_SQLITE),
    *(("postgresql", sql) for sql in WRITING_POSTGRESQL),
]


@pytest.fixture(scope="module")
def open_loaded(loaded: Callable[[str], str]) -> Iterator[Callable[[str], Engine]]:
    engines: dict[str, Engine] = {}

    def opened(kind: str) -> Engine:
        if kind not in engines:
            engines[kind] = open_engine(loaded(kind))
        return engines[kind]

    yield opened
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(scope="module")
def rows_at_first(loaded: Callable[[str], str], rows_of: Callable[..., Any]) -> dict[str, Any]:
    return {kind: rows_of(loaded(kind)) for kind in ("sqlite", "postgresql")}


def ask(engine: Engine, sql: str, *, limit: int = 1000, seconds: float = 30) -> Result:
    return read_only(engine, sql, limit=limit, seconds=seconds)


@pytest.mark.parametrize(("kind", "sql"), ATTEMPTS)
def test_nothing_can_be_written(
    kind: str,
    sql: str,
    open_loaded: Callable[[str], Engine],
    loaded: Callable[[str], str],
    rows_of: Callable[..., Any],
    rows_at_first: dict[str, Any],
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o777)
    engine = open_loaded(kind)
    with engine.connect() as connection:
        schema = "sqlite_master" if kind == "sqlite" else "pg_class"
        things = connection.execute(text(f"SELECT count(*) FROM {schema}")).scalar()
    with pytest.raises(CommuniqueError) as caught:
        ask(engine, sql.replace("{folder}", str(tmp_path)), seconds=5)
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(("The query may only read: ", "The query failed: ", "The query gives no rows."))
    assert rows_of(loaded(kind)) == rows_at_first[kind]
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {schema}")).scalar() == things
    assert list(tmp_path.iterdir()) == []
    assert ask(engine, "SELECT count(*) FROM event").rows[0][0] > 0


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM event", "WITH x AS (DELETE FROM event RETURNING id) SELECT * FROM x", "SELECT 1; DELETE FROM event"],
)
def test_the_message_says_that_a_query_may_only_read(kind: str, sql: str, open_loaded: Callable[[str], Engine]) -> None:
    with pytest.raises(CommuniqueError, match=r"may only read.*Give one SELECT"):
        ask(open_loaded(kind), sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 AS n",
        "  select 1 as n ;  ",
        "-- a remark\nSELECT 1 AS n",
        "/* a remark */ SELECT 1 AS n",
        "WITH x AS (SELECT 1 AS n) SELECT n FROM x",
        "SELECT 1 AS n UNION SELECT 1",
    ],
)
def test_reading_works(kind: str, sql: str, open_loaded: Callable[[str], Engine]) -> None:
    result = ask(open_loaded(kind), sql)
    assert (result.columns, result.rows, result.truncated) == (("n",), ((1,),), False)


def test_values_and_views_and_joins_can_be_read(kind: str, open_loaded: Callable[[str], Engine]) -> None:
    engine = open_loaded(kind)
    assert ask(engine, "VALUES (1, 'a'), (2, 'b')").rows == ((1, "a"), (2, "b"))
    assert len(ask(engine, "SELECT * FROM event_list").rows) == ask(engine, "SELECT count(*) FROM event").rows[0][0]
    assert ask(engine, "SELECT d.source_country FROM dyads d JOIN calls c ON c.event_id = d.event_id").columns == (
        "source_country",
    )


def test_percent_signs_and_colons_in_strings_are_what_they_are(kind: str, open_loaded: Callable[[str], Engine]) -> None:
    sql = "SELECT 'ten %, %s %(a)s :b 10:30 ::' AS words, count(*) FROM article WHERE text LIKE '%e%'"
    result = ask(open_loaded(kind), sql)
    assert result.rows[0][0] == "ten %, %s %(a)s :b 10:30 ::"
    assert result.rows[0][1] > 0


def test_both_databases_answer_alike(open_loaded: Callable[[str], Engine]) -> None:
    sql = (
        "SELECT event_id, date_start, type, who, whom, who_countries, place, sentence FROM event_list ORDER BY event_id"
    )
    sqlite, postgresql = (ask(open_loaded(kind), sql).rows for kind in ("sqlite", "postgresql"))
    assert [tuple(map(str, row)) for row in sqlite] == [tuple(map(str, row)) for row in postgresql]


def test_more_rows_than_the_limit_are_cut_off_and_said_so(kind: str, open_loaded: Callable[[str], Engine]) -> None:
    engine = open_loaded(kind)
    three = "SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3"
    assert (len(ask(engine, three, limit=2).rows), ask(engine, three, limit=2).truncated) == (2, True)
    assert (len(ask(engine, three, limit=3).rows), ask(engine, three, limit=3).truncated) == (3, False)
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"
    assert ask(engine, endless, limit=3).rows == ((1,), (2,), (3,))


def test_a_query_that_never_ends_is_stopped(kind: str, open_loaded: Callable[[str], Engine]) -> None:
    with pytest.raises(CommuniqueError, match=r"more than 0\.3 seconds.*--timeout") as caught:
        ask(open_loaded(kind), FOREVER, seconds=0.3)
    assert caught.value.exit_code == 1
    assert ask(open_loaded(kind), "SELECT 1").rows == ((1,),)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_time_limit_cannot_be_lifted_from_within(kind: str, open_loaded: Callable[[str], Engine]) -> None:
    with pytest.raises(CommuniqueError, match="may only read"):
        ask(open_loaded(kind), "SELECT set_config('statement_timeout', '0', false), pg_sleep(60)", seconds=0.3)
    with pytest.raises(CommuniqueError, match="seconds"):
        ask(open_loaded(kind), "SELECT pg_sleep(60)", seconds=0.3)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT nothing FROM event", "nothing"),
        ("SELECT * FROM evnt", "evnt"),
        ("SELEC 1", "SELEC"),
        ("SELECT 'open", "open"),
        ("SELECT :name", ""),
        ("SELECT '\udcff'", "UTF-8"),
        ("   ", "empty"),
        (";", ""),
        ("nonsense", "nonsense"),
        ("SELECT 1 AS a, 2 AS", ""),
    ],
)
def test_bad_sql_is_explained(kind: str, sql: str, reason: str, open_loaded: Callable[[str], Engine]) -> None:
    with pytest.raises(CommuniqueError) as caught:
        ask(open_loaded(kind), sql)
    assert caught.value.exit_code == 2
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e12])
def test_any_number_of_seconds_will_do(kind: str, seconds: float, open_loaded: Callable[[str], Engine]) -> None:
    assert ask(open_loaded(kind), "SELECT 1", seconds=seconds, limit=10**12).rows == ((1,),)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_somebody_who_is_no_superuser_can_query_too(loaded: Callable[[str], str], examples_database: str) -> None:
    with psycopg.connect(examples_database, autocommit=True) as connection:
        with contextlib.suppress(psycopg.errors.DuplicateObject):
            connection.execute("CREATE ROLE asker LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO asker")
    engine = open_engine(examples_database.replace("postgres:@", "asker@"))
    assert ask(engine, "SELECT current_user, count(*) > 0 FROM event_list").rows == (("asker", True),)
    with pytest.raises(CommuniqueError, match="may only read"):
        ask(engine, "DELETE FROM event")
    engine.dispose()
