"""Upkeep: how the database and its sources are doing, backups."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from etl.cli_options import ALARM, database_option, json_option, reading, settings_of

_HOURS = click.FloatRange(0)


@click.command()
@click.option("--check", is_flag=True, help="Tell only what is wrong, a line each; exit code 5 where something is.")
@click.option("--prometheus", is_flag=True, help="Write metrics in Prometheus' text format.")
@click.option(
    "--stale",
    type=_HOURS,
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="--check: how long a source may go without being read to its end.",
)
@click.option(
    "--quiet-hours",
    type=_HOURS,
    default=0.0,
    metavar="HOURS",
    help="--check: how long a source may have no new article (default 0: for ever).",
)
@click.option(
    "--failures",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    metavar="N",
    help="--check: at how many failures in a row a source is reported.",
)
@click.option(
    "--reject-rate",
    type=click.FloatRange(0, 1),
    default=0.25,
    show_default=True,
    metavar="SHARE",
    help="--check: which share of the last finished run's documents may have been rejected.",
)
@click.option(
    "--reject-least",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="--check: how many documents that run must have read, so that 1 of 1 is no alarm.",
)
@click.option(
    "--lag",
    type=_HOURS,
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="--check: how long ago the last run may have finished; none at all is reported too.",
)
@database_option
@json_option
@click.pass_context
def status(
    ctx: click.Context, check: bool, prometheus: bool, stale: float, quiet_hours: float, failures: int, reject_rate: float,
    reject_least: int, lag: float, database_url: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say what is in the database, what ran, what failed, and how the sources are doing.

    Of each source of communique.toml: when a run last read it to its end, when it last had a new article, since when it fails and
    how often in a row, and what the last run that came to it did. Times are UTC.

    With --check, for cron or a monitor, say only what is worse than it may be: by source and limit, a line each, and exit with
    code 5; where nothing is, say so and exit with code 0. A limit of 0 leaves its check out. Sources that communique.toml no longer lists are passed
    over.

    With --prometheus, write gauges for node_exporter's textfile collector: rows, the last run, each source that is listed (names and
    meanings stand in the output). Write to another name and rename it, so that no half file is collected; what has never been
    has no sample.

    \b
    communique status
    communique status --check --stale 6 --quiet-hours 72 || mail -s "news" desk@example.org
    communique status --check --lag 2 --json | jq -r .problems[].message
    communique status --prometheus > /var/lib/node_exporter/communique.tmp &&
      mv /var/lib/node_exporter/communique.tmp /var/lib/node_exporter/communique.prom
    """
    from dataclasses import asdict

    from db.engine import shown
    from db.health import Tolerance, ailments
    from db.lookup import database_status
    from etl.output import print_status, to_json

    if prometheus and (check or as_json):
        raise click.UsageError(f"--prometheus and {'--check' if check else '--json'} do not go together.")
    if not check:
        _refuse_without(ctx, "--check", "stale", "quiet_hours", "failures", "reject_rate", "reject_least", "lag")
    tolerance = Tolerance(
        stale=stale, quiet=quiet_hours, failures=failures, reject_rate=reject_rate, reject_least=reject_least, lag=lag
    )
    with reading(database_url) as connection:
        name = shown(connection.engine.url)
        if prometheus:
            from db.metrics import exposition

            click.echo(exposition(connection), nl=False)
            return
        if check:
            problems = list(ailments(connection, tolerance))
        else:
            found = database_status(connection)
    if check and as_json:
        click.echo(to_json({"database": name, "problems": [asdict(problem) for problem in problems]}))
    elif check:
        for problem in problems:
            click.echo(problem.message)
        if not problems:
            click.echo("Nothing is wrong.")
    elif as_json:
        click.echo(to_json({"database": name, **found}))
    else:
        print_status(found, database=name)
    ctx.exit(ALARM if check and problems else 0)


def _refuse_without(ctx: click.Context, flag: str, *names: str) -> None:
    """Raise UsageError where one of the options `names` was given, which mean nothing without `flag`."""
    for name in names:
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name.replace('_', '-')} is for {flag}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE where it is there.")
@database_option
@json_option
def backup(file: Path, force: bool, database_url: str | None, as_json: bool) -> None:
    """Write all of the database to FILE, while it is in use.

    The backup is of one instant, also while a run is at work. It is written and checked beside FILE (.FILE.*.part, which may be
    deleted where a backup was killed) and takes the name only when it is whole and on disk; an earlier FILE stays until then. Only
    you may read it: it holds every article.

    An SQLite database is backed up as one, sound by SQLite's integrity check. To restore it, let no run be at work, move away the
    database with its -wal and -shm files, and copy FILE to its place:

    \b
    communique backup news-monday.sqlite
    communique status --db news-monday.sqlite
    communique db check --db news-monday.sqlite
    cp news-monday.sqlite communique.sqlite

    A PostgreSQL database is backed up by pg_dump, which must be on the PATH, in its custom format. To restore it into a new
    database:

    \b
    communique backup news.dump --db postgresql://me@localhost/news
    createdb restored
    pg_restore --no-owner --exit-on-error --dbname restored news.dump
    communique db check --db postgresql://me@localhost/restored
    """
    from dataclasses import asdict

    from db.backup import backup as write_backup
    from db.engine import open_engine, shown
    from etl.output import to_json

    engine = open_engine(settings_of(database_url=database_url).database_url)
    done = write_backup(engine, file, force=force)
    if as_json:
        click.echo(to_json({"database": shown(engine.url), **asdict(done)}))
    else:
        click.echo(f"{done.file}: {done.bytes:,} bytes, {done.format}, revision {done.revision}.")
