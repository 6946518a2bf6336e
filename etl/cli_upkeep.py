"""Upkeep: how the database and its sources are doing."""

from __future__ import annotations

import click

from etl.cli_options import database_option, json_option, reading


@click.command()
@database_option
@json_option
def status(database_url: str | None, as_json: bool) -> None:
    """Say what is in the database, what ran, what failed, and how the sources are doing.

    Of each source of communique.toml: when a run last read it to its end, when it last had a new article, since when it fails and
    how often in a row, and what the last run that came to it did. Times are UTC.
    """
    from db.engine import shown
    from db.lookup import database_status
    from etl.output import print_status, to_json

    with reading(database_url) as connection:
        found = database_status(connection)
        name = shown(connection.engine.url)
    if as_json:
        click.echo(to_json({"database": name, **found}))
    else:
        print_status(found, database=name)
