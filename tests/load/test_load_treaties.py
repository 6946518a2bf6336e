"""Treaties in the database: one row for many names and events, the same however often it is loaded; what the commands show of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db.check import problems
from db.engine import open_engine
from db.lookup import event_detail
from etl import pipeline
from etl.output import print_event

PACT = (
    "LIMA, May 6 - Peru and Chile signed a treaty in Lima on Monday.\n\n"
    "The Pacific Border Treaty, initialled in March, draws the frontier along the river and lifts tariffs on fish. The pact, which Peru's "
    "congress is expected to ratify in July, was deposited with the United Nations.\n\n"
    "Peru suspended an earlier agreement with Chile, the Arica Convention of 1999, last year."
)


@pytest.fixture
def treaties(kind: str, database: str, tmp_path: Path, read_into: Callable[..., pipeline.RunReport]) -> str:
    path = tmp_path / "pact.txt"
    path.write_text(PACT, encoding="utf-8")
    read_into(database, path)
    return database


def rows(database: str, sql: str) -> list[tuple[Any, ...]]:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]
    finally:
        engine.dispose()


def test_one_treaty_has_its_events_names_parties_and_provisions(treaties: str) -> None:
    assert {name for (name,) in rows(treaties, "SELECT name FROM treaty")} == {
        "Pacific Border Treaty",
        "Arica Convention",
    }
    key = "(SELECT id FROM treaty WHERE name = 'Pacific Border Treaty')"
    assert set(rows(treaties, f"SELECT action_code FROM treaty_event WHERE treaty_id = {key}")) == {
        ("signed",),
        ("initialled",),
        ("ratified",),
    }
    names = rows(treaties, f"SELECT text FROM treaty_name WHERE treaty_id = {key} ORDER BY text_start")
    assert names == [("a treaty",), ("The Pacific Border Treaty",), ("The pact",)]
    parties = rows(treaties, f"SELECT role, actor_id FROM treaty_party WHERE treaty_id = {key} ORDER BY role, actor_id")
    assert parties == [("depositary", "igo:un"), ("party", "CHL"), ("party", "PER")]
    provisions = rows(treaties, f"SELECT provision_code FROM treaty_provision WHERE treaty_id = {key}")
    assert {"border", "trade"} <= {code for (code,) in provisions}
    assert rows(treaties, f"SELECT p.name FROM treaty t JOIN place p ON p.id = t.place_id WHERE t.id = {key}") == [
        ("Lima",)
    ]
    listed = rows(treaties, f"SELECT treaty, action FROM treaties WHERE treaty_id = {key}")
    assert ("Pacific Border Treaty", "ratified") in listed


def test_what_is_done_to_a_treaty_is_nobodys_name(
    database: str, tmp_path: Path, read_into: Callable[..., pipeline.RunReport]
) -> None:
    path = tmp_path / "pact.txt"
    path.write_text(
        "Peru and Chile signed a border treaty in Lima on Monday. The treaty came into force.", encoding="utf-8"
    )
    read_into(database, path)
    assert rows(database, "SELECT count(*) FROM mention_participant WHERE text = 'came into force'") == [(2,)]
    names = rows(database, "SELECT alias FROM actor_alias WHERE is_seen ORDER BY alias")
    assert names == [("Chile",), ("Peru",)]


def test_loading_it_again_changes_nothing(
    treaties: str, tmp_path: Path, read_into: Callable[..., pipeline.RunReport], rows_of: Callable[..., Any]
) -> None:
    before = rows_of(treaties)
    read_into(treaties, tmp_path / "pact.txt")
    assert rows_of(treaties) == before
    engine = open_engine(treaties)
    with engine.connect() as connection:
        assert list(problems(connection)) == []
    engine.dispose()


def test_an_event_shows_the_treaty_and_its_other_steps(treaties: str, capsys: pytest.CaptureFixture[str]) -> None:
    ((event,),) = rows(treaties, "SELECT event_id FROM treaty_event WHERE action_code = 'signed'")
    engine = open_engine(treaties)
    with engine.connect() as connection:
        detail = event_detail(connection, event)
    engine.dispose()
    assert detail["treaty"]["name"] == "Pacific Border Treaty"
    assert {s["action"] for s in detail["treaty_steps"]} == {"initialled", "ratified"}
    print_event(detail)
    shown = capsys.readouterr().out
    for words in (
        "Pacific Border Treaty (treaty, signed",
        "between",
        "Chile; Peru",
        "kept by",
        "initialled",
        "(planned)",
    ):
        assert words in shown
