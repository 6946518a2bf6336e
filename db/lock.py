"""One run at a time on a database, by a lock that goes with the process which holds it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from db.engine import shown
from db.errors import CommuniqueError

BUSY = 4
"""Exit code: another run is at work, nothing was done."""
_RUNS = 0x636F6D72  # 'comr', an advisory lock of the database
_POLL_S = 0.2


@contextmanager
def run_lock(engine: Engine, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of runs, after at most `wait` seconds.

    On SQLite it is a lock of the operating system on the file ``DATABASE.lock``, on PostgreSQL an advisory lock of the
    session; both end with the process, however it ends. Raises CommuniqueError with the exit code `BUSY`.
    """
    if engine.dialect.name == "sqlite":
        yield from _of_file(engine, wait)
    else:
        yield from _of_server(engine, wait)


def _of_file(engine: Engine, wait: float) -> Iterator[None]:
    if engine.url.database in (None, "", ":memory:"):
        yield
        return
    path = f"{engine.url.database}.lock"
    try:
        # a folder in which nothing can be made is told from a lock that is held
        Path(path).open("a").close()
        lock = FileLock(path)
        lock.acquire(timeout=wait, poll_interval=_POLL_S)
    except Timeout as error:
        raise _busy(engine) from error
    except OSError as error:
        raise CommuniqueError(
            f"{path}: cannot be written ({error.strerror}), so the database may not be written either. "
            "Give its folder write permission, or name another with --db."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _of_server(engine: Engine, wait: float) -> Iterator[None]:
    deadline = time.monotonic() + wait
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(text(f"SELECT pg_try_advisory_lock({_RUNS})")).scalar_one():
            if time.monotonic() >= deadline:
                raise _busy(engine)
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            # a server sees the end of a session late, and the next run is not to meet this one; where it is gone, so is the lock
            with suppress(SQLAlchemyError):
                connection.execute(text(f"SELECT pg_advisory_unlock({_RUNS})"))
            # a pooled connection whose lock could not be given back would keep it
            connection.invalidate()


def _busy(engine: Engine) -> CommuniqueError:
    return CommuniqueError(
        f"{shown(engine.url)}: another run is at work; this one did nothing. Wait for it, or give --wait SECONDS.",
        exit_code=BUSY,
    )
