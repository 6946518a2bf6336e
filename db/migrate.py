"""The schema's versions: upgrade, downgrade, where a database stands; the migrations travel inside the package."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

import migrations
from db.engine import lock_writers, shown
from db.errors import CommuniqueError


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, for a checkout and for an installed wheel alike."""
    folder = Path(migrations.__file__).parent
    # a wheel carries alembic.ini inside the package, a checkout beside it
    settings = next(path for path in (folder / "alembic.ini", folder.parent / "alembic.ini") if path.exists())
    made = Config(str(settings), stdout=io.StringIO())
    made.set_main_option("script_location", str(folder).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """The newest revision that this version of communiqué knows."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection, or the CommuniqueError that says why there is none."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise explained(error, engine) from error
    except UnicodeEncodeError as error:
        # an argument of the command line in another encoding
        raise CommuniqueError(f"{error.object!r}: is not UTF-8. Write it in UTF-8.", exit_code=2) from error


def explained(error: SQLAlchemyError, engine: Engine) -> CommuniqueError:
    """What went wrong with the database, for the user."""
    reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    where = shown(engine.url)
    if "readonly" in reason or "read-only" in reason:
        return CommuniqueError(
            f"{where}: the database may not be written ({reason}). Give its folder and file write permission, or name another with --db."
        )
    if "unable to open" in reason:
        return CommuniqueError(
            f"{where}: cannot open the database file ({reason}). Check the folder and its permissions, or name another with --db."
        )
    if "disk" in reason or "No space left" in reason:
        return CommuniqueError(
            f"{where}: the disk is full or fails ({reason}). Make room; what was committed stays, and the next run does the rest."
        )
    if "locked" in reason:
        return CommuniqueError(f"{where}: another process is writing ({reason}). Try again when it is done.")
    if "malformed" in reason or "not a database" in reason:
        return CommuniqueError(
            f"{where}: the file is not a working SQLite database ({reason}). Name another with --db, or restore it from a backup."
        )
    if isinstance(error, OperationalError):
        return CommuniqueError(
            f"{where}: cannot be reached ({reason}). Check that the server runs and that --db or COMMUNIQUE_DATABASE_URL is right."
        )
    return CommuniqueError(f"{where}: {reason}.")


def current(connection: Connection) -> str | None:
    """The revision of a database; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring a database to `revision`, in one transaction; gives the revisions before and after."""
    return _move(engine, revision, down=False)


def downgrade(engine: Engine, revision: str) -> tuple[str | None, str | None]:
    """Take a database back to `revision` (``base``: empty), in one transaction; gives the revisions before and after."""
    return _move(engine, revision, down=True)


def ensure_head(engine: Engine) -> None:
    """Bring a database to the newest revision where it is not there; where it is, nothing is locked."""
    with connected(engine) as connection:
        refuse_newer(connection)
        revision = current(connection)
    if revision != head():
        upgrade(engine)


def _move(engine: Engine, revision: str, *, down: bool) -> tuple[str | None, str | None]:
    with connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection:
        before = current(connection)
        refuse_newer(connection)
        connection.rollback()
        lock_writers(connection)
        try:
            (command.downgrade if down else command.upgrade)(config(connection), revision)
        except CommandError as error:
            raise CommuniqueError(
                f"revision {revision!r}: {error}. 'communique db current' shows where the database stands.", exit_code=2
            ) from error
        connection.commit()
        return before, current(connection)


def refuse_newer(connection: Connection) -> None:
    """Raise CommuniqueError for a database that a newer communiqué has made."""
    revision = current(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise CommuniqueError(
            f"{shown(connection.engine.url)}: the database is at revision {revision}, which this version does not know "
            f"(its newest is {head()}). Install a newer communique, or name another database with --db."
        )


def require_head(connection: Connection) -> None:
    """Raise CommuniqueError unless the database is at the newest revision."""
    refuse_newer(connection)
    revision = current(connection)
    if revision != head():
        state = f"at revision {revision}" if revision else "empty"
        raise CommuniqueError(
            f"{shown(connection.engine.url)}: the database is {state}, not at {head()}. Run 'communique db upgrade' first."
        )
