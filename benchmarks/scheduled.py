"""What runs by a scheduler cost: `python -m benchmarks.scheduled [ARTICLES]`.

Prints what a run over sources with nothing new costs beside one that finds so many new articles (default 1000, half in files, half
behind a feed on this machine): by the clock of the run itself, with everything loaded, and as a whole process (`communique run`),
with its largest memory. Then what a hundred runs that find nothing leave in the database.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.news import Site, configure, lay_out
from benchmarks.run_in_process import context, run
from db.engine import open_engine
from db.schema import Base

_ROUNDS = 5
_UNCHANGED = 100


def main() -> None:
    """Measure and print."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Site(range(articles // 2, articles))
        lay_out(folder / "incoming", range(articles // 2))
        config = str(configure(folder, site))
        database = str(folder / "events.sqlite")
        # the first process of the benchmark loads what the others begin with
        _in_process(str(folder / "first.sqlite"), config)
        new = {"run": _in_process(database, config)}
        nothing = {"run": min(_in_process(database, config) for _ in range(_ROUNDS))}
        new["process"], memory = _process(str(folder / "process.sqlite"), config)
        nothing["process"], nothing_memory = min(_process(database, config) for _ in range(_ROUNDS))
        print(f"{articles} articles; nothing new: best of {_ROUNDS}")
        for what, told in (("run", "the run itself"), ("process", "whole process")):
            ratio = nothing[what] / new[what]
            print(f"{told:15} new {new[what]:8.3f} s   nothing new {nothing[what]:7.3f} s   {ratio:.4f} of it")
        print(f"{'largest memory':15} new {memory:8.0f} MB  nothing new {nothing_memory:7.0f} MB")
        before, size = _rows(database), Path(database).stat().st_size
        began = time.perf_counter()
        _in_process(database, config, times=_UNCHANGED)
        took, after = time.perf_counter() - began, _rows(database)
        added = {table: after[table] - before[table] for table in after if after[table] != before[table]}
        grown = (Path(database).stat().st_size - size) / _UNCHANGED
        print(f"{_UNCHANGED} runs with nothing new: {took:.1f} s; rows added {added}; {grown:.0f} bytes a run")
        site.close()


def _in_process(database: str, config: str, times: int = 1) -> float:
    """Seconds that a run takes, its process started from one with everything loaded."""
    process = context().Process(target=_runs, args=(database, config, times))
    began = time.perf_counter()
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"a run failed (exit code {process.exitcode})")
    return time.perf_counter() - began


def _runs(database: str, config: str, times: int) -> None:
    for _ in range(times):
        run(database, config, 32)


def _process(database: str, config: str) -> tuple[float, float]:
    """Seconds and megabytes of ``communique run``; broken lines are rejected, so it ends with 3 where it reads them."""
    command = [str(Path(sys.executable).parent / "communique"), "run", "--quiet", "--db", database]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, "COMMUNIQUE_CONFIG": config}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"a run failed (exit code {process.returncode})")
    # kilobytes on Linux
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def _rows(database: str) -> Mapping[str, int]:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return {
                name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
                for name in Base.metadata.tables
            }
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
