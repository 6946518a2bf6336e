"""`communique actors`: who is who, and actor dictionaries of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.errors import CommuniqueError
from etl.cli_options import MOST_ROWS, REJECTED, database_option, json_option, reading, settings_of, writing

if TYPE_CHECKING:
    from etl.extract.dictionaries import DictionaryFormat


def _slug(name: str) -> str:
    from etl.transform.cast import slug

    return slug(name)


_reason_option = click.option("--reason", help="Why, for those who come later.")
_author_option = click.option("--author", help="Who decides.")


@click.group()
def actors() -> None:
    """Who is who: look up and correct (every decision can be undone); dictionaries of your own, read in and written out."""


@actors.command(name="list")
@click.option("--kind", help="country, organisation, group or person.")
@click.option("--country", help="For whom they act: KOR, KR or 'South Korea'.")
@click.option("--sector", help="CAMEO role code: GOV, MIL, OPP ...")
@click.option("--name", help="Words of a name or alias.")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_ROWS),
    default=100,
    show_default=True,
    help="At most so many, busiest first.",
)
@database_option
@json_option
def list_actors_command(
    kind: str | None, country: str | None, sector: str | None, name: str | None, limit: int, database_url: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """List actors, those with most events first.

    \b
    communique actors list --kind person --country Portugal
    communique actors list --name Belo --json | jq .actor_id
    """
    from db.lookup import country_code
    from db.registry import list_actors
    from etl.output import print_actors, to_json

    with reading(database_url) as connection:
        code = country_code(connection, country) if country else None
        rows, total = list_actors(connection, kind=kind, country=code, sector=sector, name=name, limit=limit)
    if as_json:
        for row in rows:
            click.echo(to_json(row))
    else:
        print_actors(rows, total=total)


@actors.command(name="show")
@click.argument("actor")
@database_option
@json_option
def show_actor(actor: str, database_url: str | None, as_json: bool) -> None:
    """Show one actor: its names, offices with dates, decisions, events.

    ACTOR is an id as 'communique actors list' gives it.
    """
    from db.registry import actor_detail
    from etl.output import print_actor, to_json

    with reading(database_url) as connection:
        detail = actor_detail(connection, actor)
    if as_json:
        click.echo(to_json(detail))
    else:
        print_actor(detail)


@actors.command()
@click.argument("source", metavar="FROM")
@click.argument("into")
@click.option("--reason", required=True, help="Why, for those who come later.")
@_author_option
@database_option
@json_option
def merge(source: str, into: str, reason: str, author: str | None, database_url: str | None, as_json: bool) -> None:
    """Make the actor FROM part of the actor INTO: its events become those of INTO, in later runs too.

    What each article says stays as it was coded, so that 'communique actors undo' restores everything.

    \b
    communique actors merge person:PRT:a-belo person:PRT:ana-belo --reason "the same minister"
    """
    from db.registry import merge_actors
    from etl.output import to_json

    with writing(database_url) as connection:
        done = merge_actors(connection, source, into, reason=reason, author=author)
    said = f"decision {done['decision']}: {source} is part of {into}; {done['events']} events follow"
    click.echo(to_json(done) if as_json else said)


@actors.command()
@click.argument("actor")
@click.option("--article", "articles", multiple=True, required=True, help="Id of an article; may be repeated.")
@click.option("--name", required=True, help="Full name of the other person.")
@click.option("--country", help="For whom the other acts: KOR, KR or 'South Korea'.")
@click.option("--sector", help="CAMEO role code of the other: GOV, MIL, OPP ...")
@_reason_option
@_author_option
@database_option
@json_option
def split(
    actor: str, articles: tuple[str, ...], name: str, country: str | None, sector: str | None, reason: str | None,
    author: str | None, database_url: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make the person ACTOR another one in some articles: two people of one name.

    \b
    communique actors split person:PRT:ana-belo --article 3f2a --name "Ana Belo" --country Brazil
    """
    from db.lookup import country_code
    from db.registry import split_actor
    from etl.output import to_json

    words = " ".join(name.split())
    with writing(database_url) as connection:
        code = country_code(connection, country) if country else None
        done = split_actor(
            connection, actor, articles, name=words, slug=_slug(words), country=code, sector=sector, reason=reason,
            author=author,
        )  # fmt: skip
    said = f"decision {done['decision']}: {done['events']} events are of {done['actor']} now"
    click.echo(to_json(done) if as_json else said)


@actors.command()
@click.argument("decision", type=int)
@database_option
@json_option
def undo(decision: int, database_url: str | None, as_json: bool) -> None:
    """Undo a merge or a split, as if it had never been made.

    DECISION is its number, as 'communique actors show' lists it.
    """
    from db.registry import undo_decision
    from etl.output import to_json

    with writing(database_url) as connection:
        done = undo_decision(connection, decision)
    said = f"decision {decision}: {done['kind']} undone; {done['events']} events follow"
    click.echo(to_json(done) if as_json else said)


@actors.command()
@click.argument("actor")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take the alias back.")
@database_option
@json_option
def alias(actor: str, name: str, remove: bool, database_url: str | None, as_json: bool) -> None:
    """Call ACTOR also NAME.

    Later runs take a person whom an article names so, without a country, for ACTOR; NAME must be a full name, of two words
    or more. Any alias is found by 'communique events --actor'.
    """
    from db.registry import add_alias, remove_alias
    from etl.output import to_json

    words = " ".join(name.split())
    slug = _slug(words)
    full = slug if "-" in slug else None
    with writing(database_url) as connection:
        others = [] if remove else add_alias(connection, actor, words, slug=full)
        if remove:
            remove_alias(connection, actor, words)
    if as_json:
        click.echo(to_json({"actor_id": actor, "alias": words, "removed": remove, "also_of": others}))
        return
    click.echo(f"{actor}: no longer called {words!r}" if remove else f"{actor}: also called {words!r}")
    if others:
        click.echo(
            f"So is {', '.join(others)}: an article that gives the name alone leaves it open who it is.", err=True
        )
    elif not remove and full is None:
        click.echo("A single word does not tell persons apart: it is for searching only.", err=True)


# -- actor dictionaries ------------------------------------------------------------------------------------------------


@actors.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(["petrarch", "csv"]), help="Its format, where its content does not tell."
)
@click.option("--name", help="Name to keep it under (default: the file's name).")
@database_option
@json_option
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    format_: DictionaryFormat | None,
    name: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Read a dictionary of actors and agents; later runs code with it.

    What FILE says of a name wins over what communique knows of it, and of two dictionaries the one imported last. A row that
    cannot be taken is reported with line and mend; the rest goes in. The same file again changes nothing; a changed one of
    the same name replaces it. Exit codes: 0 all went in, 3 some rows were rejected, 1 none went in and nothing was changed.

    \b
    communique actors import norland.actors.txt
    communique actors import --format csv --name team actors.csv

    PETRARCH and TABARI. A name in capitals with _ between words (one at the end is ignored: names match whole words), its code
    in brackets behind it or several in lines below it, synonyms in lines that begin with +. Comments begin with # or ;, or
    stand in <...>, or from <!-- to -->.

    \b
    RIVER_COUNCIL_  [ROUGOV]         # Romania, government
    ANA_BELO_
    \t[PRTGOV 990115-020406]         # from 1999-01-15 until the day before 2002-04-06
    \t[PRTELI >020406]               # from that day on; with < until the day before
    \t[PRT]                          # at other times
    +A._BELO_
    POLICE_OFFICER [~COP]            # an agent: its country comes from the text; plural in -S
    GUARDSMAN {GUARDSMEN} [~MIL]     # irregular plural; {-} for none
    !PERSON! = MAN, MEN, WOMAN, WOMEN
    CONGRESS!PERSON! [~LEG]          # CONGRESSMAN, CONGRESSMEN ...

    Years of two digits: 30 to 99 are 1930 to 1999, 00 to 29 are 2000 to 2029. A code is a country (ISO 3166-1 alpha-3, or a known code of
    older dictionaries: ROM, ZAR, TMP), then a CAMEO sector; what follows is not used. IGO, NGO, MNC, REB ... or ---MED is an
    actor of no country. A name with dates is a person, one with a country alone stands for the country, others are
    organisations. A name may stand twice only for times that do not overlap.

    CSV. The header name,aliases,country,sector,kind,valid_from,valid_to (only name must be there); aliases separated by |,
    kind country, organisation, group, person or agent, dates YYYY-MM-DD, both included; lines that begin with # are comments.

    Names in capitals are found as news writes them ('Department of State', 'DEPARTMENT OF STATE'), others as they stand.
    """
    from etl.extract.dictionaries import read_dictionary
    from etl.extract.limits import Limits
    from etl.knowledge import load_knowledge
    from etl.load.dictionaries import store_dictionary
    from etl.load.reference import sync_reference
    from etl.output import print_rejected_rows, to_json

    settings, knowledge = settings_of(database_url=database_url), load_knowledge()
    limits = Limits(max_document_bytes=settings.max_document_bytes)
    dictionary = read_dictionary(file, knowledge=knowledge, limits=limits, format=format_)
    kept_as = name or file.name
    rejects = [{"line": r.line, "value": r.value, "problem": r.problem} for r in dictionary.rejects]
    if not as_json:
        print_rejected_rows(str(file), dictionary.rejects)
    outcome = "nothing"
    if dictionary.entries:
        with writing(database_url, create=True) as connection:
            sync_reference(connection, knowledge)
            outcome = store_dictionary(connection, kept_as, dictionary)
    counts = {"entries": len(dictionary.entries), "rejected": len(rejects)}
    if as_json:
        click.echo(
            to_json({"name": kept_as, "format": dictionary.format, "outcome": outcome, **counts, "rejects": rejects})
        )
    if outcome == "nothing":
        raise CommuniqueError(
            f"{file}: read as {dictionary.format}, no row of it could be taken, so nothing was changed. Mend the rows, or name "
            "the format with --format."
        )
    if not as_json:
        click.echo(f"{kept_as}: {outcome}; {counts['entries']} entries, {counts['rejected']} rows rejected.")
    ctx.exit(REJECTED if rejects else 0)


@actors.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "petrarch"]),
    default="csv",
    show_default=True,
    help="What to write.",
)
@click.option("--dictionary", "name", help="Write this imported dictionary instead of the actors of the events.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there.")
@database_option
@json_option
def export(file: Path, format_: str, name: str | None, force: bool, database_url: str | None, as_json: bool) -> None:
    """Write the actors that the database knows, so that they can be looked through and imported again.

    Countries, organisations and named persons, with country, sector, the words by which texts named them, and for persons the
    time in which articles showed them in office (at other times their country is known alone). Names that two actors share are
    left out and counted. CSV keeps everything; PETRARCH has no kinds, and no place for an actor of which only the country is known.

    \b
    communique actors export actors.csv
    communique actors export --format petrarch actors.txt
    """
    from etl.extract.dictionaries import as_csv, as_petrarch
    from etl.knowledge import load_knowledge
    from etl.load.dictionaries import known_actors, require_dictionary, stored_entries
    from etl.output import to_json

    with reading(database_url) as connection:
        if name is None:
            entries, ambiguous = known_actors(connection, load_knowledge())
        else:
            require_dictionary(connection, name)
            entries, ambiguous = stored_entries(connection, name)[0], 0
    text, unfit = (as_csv if format_ == "csv" else as_petrarch)(entries)
    try:
        with file.open("w" if force else "x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError as error:
        raise CommuniqueError(f"{file}: is there already. Name another file, or replace it with --force.") from error
    except OSError as error:
        raise CommuniqueError(f"{file}: cannot be written ({error.strerror}). Name another file.") from error
    written = len(entries) - unfit
    if as_json:
        click.echo(to_json({"file": str(file), "entries": written, "ambiguous": ambiguous, "not_in_format": unfit}))
        return
    left_out = [f"{n} {why}" for n, why in ((ambiguous, "ambiguous"), (unfit, f"not to be said in {format_}")) if n]
    click.echo(f"{file}: {written} entries" + (f"; left out: {', '.join(left_out)}" if left_out else ""))


@actors.command()
@database_option
@json_option
def dictionaries(database_url: str | None, as_json: bool) -> None:
    """List the imported dictionaries, the one that wins first."""
    from etl.load.dictionaries import list_dictionaries
    from etl.output import print_rows, to_json

    with reading(database_url) as connection:
        found = list_dictionaries(connection)
    if as_json:
        for row in found:
            click.echo(to_json(row))
    elif found:
        rows = [{**row, "imported_at": row["imported_at"].isoformat(timespec="seconds")} for row in found]
        print_rows([tuple(row.values()) for row in rows], list(rows[0]))
    else:
        click.echo("no dictionaries; 'communique actors import FILE' reads one")


@actors.command()
@click.argument("name")
@database_option
@json_option
def forget(name: str, database_url: str | None, as_json: bool) -> None:
    """Remove the imported dictionary NAME; what was coded with it stays."""
    from etl.load.dictionaries import forget_dictionary
    from etl.output import to_json

    with writing(database_url) as connection:
        count = forget_dictionary(connection, name)
    click.echo(to_json({"name": name, "entries": count}) if as_json else f"{name}: forgotten, {count} entries")
