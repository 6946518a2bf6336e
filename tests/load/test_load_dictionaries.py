"""Imported actor dictionaries on both databases: stored whole or not at all, used by runs, and written out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from db.check import problems
from db.engine import open_engine
from etl.cli import main
from etl.knowledge import load_knowledge

OWN = """\
RIVER_COUNCIL_ [ROMGOV]
+COUNCIL_OF_THE_RIVER_
ANA_BELO_
\t[PRTGOV 990115-020406]
\t[PRT]
BEEKEEPER [~AGR]
"""
NEWS = "The Council of the River condemned Hungary on Friday. French beekeepers blocked roads in Lyon."


def call(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{arguments}: traceback instead of a message") from result.exception
    return result


def works(*arguments: str | Path, code: int = 0) -> str:
    result = call(*arguments)
    assert result.exit_code == code, result.output
    return result.stdout


def rows(database: str, sql: str) -> list[tuple[Any, ...]]:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]
    finally:
        engine.dispose()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "own.actors"
    path.write_text(OWN)
    return path


def test_a_dictionary_goes_in_once_and_a_changed_one_replaces_it(own: Path, database: str) -> None:
    assert "own.actors: imported; 4 entries, 0 rows rejected." in works("actors", "import", own, "--db", database)
    first = rows(database, "SELECT * FROM dictionary")
    entries = rows(database, "SELECT * FROM dictionary_entry ORDER BY id")
    assert "unchanged" in works("actors", "import", own, "--db", database)
    assert rows(database, "SELECT * FROM dictionary") == first
    assert rows(database, "SELECT * FROM dictionary_entry ORDER BY id") == entries
    own.write_text(OWN.replace("+COUNCIL_OF_THE_RIVER_", "+RIVERINE_COUNCIL"))
    assert "replaced" in works("actors", "import", own, "--db", database)
    assert rows(database, "SELECT alias FROM dictionary_alias ORDER BY alias") == [
        ("RIVERINE COUNCIL",),
        ("beekeepers",),
    ]
    assert rows(database, "SELECT count(*) FROM dictionary") == [(1,)]
    listed = works("actors", "dictionaries", "--db", database, "--json")
    assert [(r["name"], r["format"], r["entry_count"]) for r in map(json.loads, listed.splitlines())] == [
        ("own.actors", "petrarch", 4)
    ]
    works("db", "check", "--db", database)


def test_bad_rows_are_reported_and_the_rest_goes_in(own: Path, database: str) -> None:
    own.write_text(OWN + "FOO [XQZGOV]\nBAR [PRTXQZ]\n")
    result = call("actors", "import", own, "--db", database)
    assert result.exit_code == 3
    said = " ".join(result.stderr.split())
    assert f"{own.name}, line 7, value 'XQZ': is no known country." in said
    assert f"{own.name}, line 8, value 'XQZ': is no known sector." in said
    found = json.loads(works("actors", "import", own, "--db", database, "--json", code=3))
    assert [(r["line"], r["value"]) for r in found.pop("rejects")] == [(7, "XQZ"), (8, "XQZ")]
    assert found == {"name": "own.actors", "format": "petrarch", "outcome": "unchanged", "entries": 4, "rejected": 2}


def test_where_nothing_can_be_taken_nothing_changes(own: Path, database: str) -> None:
    works("actors", "import", own, "--db", database)
    before = rows(database, "SELECT * FROM dictionary")
    own.write_text("FOO [XQZGOV]\n")
    result = call("actors", "import", own, "--db", database)
    assert result.exit_code == 1
    assert "no row of it could be taken, so nothing was changed" in result.stderr
    assert rows(database, "SELECT * FROM dictionary") == before
    own.write_bytes(b"JOS\xc9 [PRT]\n")
    result = call("actors", "import", own, "--db", database)
    assert (result.exit_code, "line 1: byte 0xc9 is not UTF-8" in result.stderr) == (1, True)


def test_a_replacement_that_fails_leaves_the_old_dictionary(
    own: Path, database: str, plain_engine: Callable[[str], Engine]
) -> None:
    works("actors", "import", own, "--db", database)
    before = rows(database, "SELECT * FROM dictionary_entry ORDER BY id")
    engine = plain_engine(database)
    with engine.begin() as connection:
        # no row of the new state fits any more
        connection.execute(text("CREATE UNIQUE INDEX trap ON dictionary_alias (alias)"))
    engine.dispose()
    own.write_text("ANA_BELO\n\t[PRTGOV >990101]\n\t[PRT]\n+A._BELO\n")
    assert call("actors", "import", own, "--db", database).exit_code == 1
    assert rows(database, "SELECT * FROM dictionary_entry ORDER BY id") == before


def test_a_run_codes_with_the_dictionaries_and_its_record_says_so(own: Path, tmp_path: Path, database: str) -> None:
    (tmp_path / "plain.txt").write_text("Peru imposed sanctions on Chile on Tuesday.")
    works("run", tmp_path / "plain.txt", "--db", database)
    works("actors", "import", own, "--db", database)
    (tmp_path / "news.txt").write_text(NEWS)
    works("run", tmp_path / "news.txt", "--db", database)
    assert rows(
        database, "SELECT country_code, sector_code, kind_code FROM actor WHERE id = 'org:ROU:river-council'"
    ) == [("ROU", "GOV", "organisation")]
    assert rows(database, "SELECT sector_code FROM actor WHERE id = 'FRA:AGR'") == [("AGR",)]
    plain, with_own = (row[0] for row in rows(database, "SELECT knowledge_version FROM run ORDER BY id"))
    assert plain == load_knowledge().version != with_own
    assert "forgotten, 4 entries" in works("actors", "forget", "own.actors", "--db", database)
    (tmp_path / "later.txt").write_text("Chad expelled two Libyan diplomats on Tuesday.")
    works("run", tmp_path / "later.txt", "--db", database)
    assert rows(database, "SELECT knowledge_version FROM run WHERE id = 3") == [(plain,)]
    assert rows(database, "SELECT count(*) FROM actor WHERE id = 'org:ROU:river-council'") == [(1,)]
    works("db", "check", "--db", database)


def test_an_unknown_dictionary_is_named_with_the_nearest(own: Path, database: str) -> None:
    works("actors", "import", own, "--db", database)
    result = call("actors", "forget", "own.actor", "--db", database)
    assert (result.exit_code, "Did you mean 'own.actors'?" in result.stderr) == (1, True)
    result = call("actors", "export", "x.csv", "--dictionary", "nonsense", "--db", database)
    assert (result.exit_code, "'communique actors dictionaries' lists" in result.stderr) == (1, True)


def test_the_later_import_wins(own: Path, tmp_path: Path, database: str) -> None:
    works("actors", "import", own, "--db", database)
    other = tmp_path / "other.csv"
    other.write_text("name,country,sector\nRiver Council,SRB,MIL\n")
    works("actors", "import", other, "--db", database)
    (tmp_path / "news.txt").write_text("The River Council condemned Hungary on Friday.")
    works("run", tmp_path / "news.txt", "--db", database)
    assert rows(database, "SELECT id FROM actor WHERE kind_code = 'organisation'") == [("org:SRB:river-council",)]


@pytest.mark.parametrize("format_", ["csv", "petrarch"])
def test_what_the_database_knows_can_be_exported_and_imported_again(
    examples_database: str, kind: str, databases: Any, tmp_path: Path, format_: str
) -> None:
    path = tmp_path / "known"
    said = json.loads(works("actors", "export", path, "--format", format_, "--db", examples_database, "--json"))
    assert said["entries"] > 20
    again = databases.new(kind)
    found = json.loads(works("actors", "import", path, "--db", again, "--json"))
    assert (found["entries"], found["rejects"], found["format"]) == (said["entries"], [], format_)
    # and once more, from the dictionary
    second = tmp_path / "second"
    works("actors", "export", second, "--format", format_, "--dictionary", "known", "--db", again)
    assert sorted(second.read_text().splitlines()) == sorted(path.read_text().splitlines())


def test_an_export_has_offices_with_their_days_and_only_names_that_mean_one_actor(
    head_database: str, tmp_path: Path
) -> None:
    from etl.load.reference import sync_reference

    engine = open_engine(head_database)
    with engine.begin() as connection:
        sync_reference(connection, load_knowledge())
        for id_, name, kind, country, sector in (
            ("person:PRT:ana-belo", "Ana Belo", "person", "PRT", "GOV"),
            ("person:KEN:joe-odu", "Joe Odu", "person", "KEN", "GOV"),
            ("person:GHA:joe-odu", "Joe Odu", "person", "GHA", "MIL"),
            ("org:ROU:river-council", "River Council", "organisation", "ROU", "GOV"),
            ("ROU:GOV", "Romania (GOV)", "group", "ROU", "GOV"),
            ("ROU", "Romania", "country", "ROU", None),
        ):
            connection.execute(
                text("INSERT INTO actor (id, name, kind_code, country_code, sector_code) VALUES (:i, :n, :k, :c, :s)"),
                {"i": id_, "n": name, "k": kind, "c": country, "s": sector},
            )
        for id_, alias in (
            ("person:PRT:ana-belo", "Belo"),
            ("person:PRT:ana-belo", "Foreign Minister Ana Belo"),
            ("person:PRT:ana-belo", "Prime Minister"),
            ("person:PRT:ana-belo", "Ana Maria Belo"),
            ("person:PRT:ana-belo", "the minister"),
            ("org:ROU:river-council", "Council of the River"),
            ("ROU", "Cluj-Napoca"),
        ):
            connection.execute(
                text("INSERT INTO actor_alias (actor_id, alias, is_seen, is_given) VALUES (:i, :a, :seen, :given)"),
                {"i": id_, "a": alias, "seen": True, "given": False},
            )
        connection.execute(
            text(
                "INSERT INTO actor_office (actor_id, office, first_seen_on, last_seen_on) "
                "VALUES ('person:PRT:ana-belo', 'Foreign Minister', '1999-02-01', '2001-03-04')"
            )
        )
    engine.dispose()
    path = tmp_path / "known.csv"
    assert "left out: 2 ambiguous" in works("actors", "export", path, "--db", head_database)
    assert path.read_text().splitlines() == [
        "name,aliases,country,sector,kind,valid_from,valid_to",
        "Romania,,ROU,,country,,",
        "River Council,Council of the River,ROU,GOV,organisation,,",
        "Ana Belo,Ana Maria Belo,PRT,GOV,person,1999-02-01,2001-03-04",
        "Ana Belo,Ana Maria Belo,PRT,,person,,",
    ]
    result = call("actors", "export", path, "--db", head_database)
    assert (result.exit_code, "--force" in result.stderr) == (1, True)
    works("actors", "export", path, "--format", "petrarch", "--force", "--db", head_database)
    assert path.read_text().splitlines()[1:] == [
        "ROMANIA_ [ROU]",
        "RIVER_COUNCIL_ [ROUGOV]",
        "+COUNCIL_OF_THE_RIVER_",
        "ANA_BELO_",
        "\t[PRTGOV 19990201-20010305]",
        "\t[PRT]",
        "+ANA_MARIA_BELO_",
    ]


def test_a_wrong_count_is_found_by_the_check(own: Path, database: str) -> None:
    works("actors", "import", own, "--db", database)
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE dictionary SET entry_count = 7"))
    with engine.connect() as connection:
        assert list(problems(connection)) == [
            "dictionary whose entry_count is not the number of its entries: own.actors"
        ]
    engine.dispose()
