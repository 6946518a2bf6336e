"""The command line: a thin function per command; what they do lives in the modules they call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from db.errors import CommuniqueError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from etl.config import Settings
    from etl.extract.dictionaries import DictionaryFormat
    from etl.knowledge import Knowledge

REJECTED = 3
INTERRUPTED = 130
_MOST_ROWS = 10_000_000
F = TypeVar("F", bound=Callable[..., Any])


class _Group(click.Group):
    """Turns what a user can mend into a message and an exit code, in one place."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CommuniqueError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted. What was committed stays; the next run does the rest.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # the reader ('| head') has seen enough; leave nothing for the interpreter to flush at exit
            sys.stdout = None
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="communique")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def main(debug: bool) -> None:
    """The event database of diplomacy: who did what to whom, when, where, and which sentence says so.

    \b
    communique run articles/                  articles into the database
    communique events --type call             what is in it, as a table
    communique show EVENT                     one event with all its evidence
    communique query "SELECT * FROM dyads"    SQL that can only read
    communique code < articles.jsonl          code without a database

    Exit codes: 0 all went in, 3 some documents were rejected, 2 wrong usage, 1 the run failed.
    """


def _database_option(command: F) -> F:
    return click.option(
        "--db", "database_url", metavar="URL",
        help="SQLite path or postgresql:// URL. Default: COMMUNIQUE_DATABASE_URL, communique.toml, else a file in your data directory.",
    )(command)  # fmt: skip


def _model_option(command: F) -> F:
    return click.option("--model", help="Installed spaCy English pipeline to parse with.")(command)


def _json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="For machines: JSON.")(command)


def _settings(**flags: object) -> Settings:
    from etl.config import load_settings

    return load_settings(flags)


def _stdin() -> BinaryIO:
    # None where the caller has closed it (cron, '<&-')
    return sys.stdin.buffer if sys.stdin else BytesIO()


@contextmanager
def _reading(database_url: str | None) -> Iterator[Connection]:
    from db.engine import open_engine
    from db.migrate import connected, require_head

    with connected(open_engine(_settings(database_url=database_url).database_url)) as connection:
        require_head(connection)
        yield connection


@main.command()
@click.argument("inputs", nargs=-1, required=True, metavar="PATH|URL|-...")
@_database_option
@_model_option
@click.option("--batch-size", type=int, help="Articles per transaction (default 32).")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@_json_option
@click.pass_context
def run(
    ctx: click.Context,
    inputs: tuple[str, ...],
    database_url: str | None,
    model: str | None,
    batch_size: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read articles into the database and code them.

    Takes files (.txt .html .jsonl .jsonl.gz .csv .tsv), folders, http(s) addresses, and - for standard input. The database
    is created when it is not there. Articles that it has are left alone, so a run can be repeated at any time.

    \b
    communique run news/ --db diplomacy.sqlite
    communique run https://example.org/story.html
    zcat dump.jsonl.gz | communique run - --db postgresql://me@localhost/news
    """
    from db.engine import open_engine
    from etl.output import console, print_run, to_json
    from etl.pipeline import RunReport
    from etl.pipeline import run as run_pipeline

    settings = _settings(database_url=database_url, model=model, batch_size=batch_size)
    engine = open_engine(settings.database_url, create=True)
    err = console(stderr=True)
    with err.status("reading ...") as status:

        def progress(report: RunReport) -> None:
            status.update(
                f"{report.documents} documents read, {report.new} new articles, {report.events} events, {report.rejected} rejected"
            )

        report = run_pipeline(inputs, engine=engine, settings=settings, stdin=_stdin(), progress=progress)
    if as_json:
        summary = {
            name: getattr(report, name)
            for name in ("run_id", "documents", "new", "known", "skipped", "rejected", "events")
        }
        rejects = [{"location": r.location, "reason": r.reason, "detail": r.detail} for r in report.rejects]
        click.echo(to_json({**summary, "rejects": rejects}))
    elif not quiet or report.rejects:
        print_run(report)
    ctx.exit(REJECTED if report.rejected else 0)


@main.command()
@click.argument("inputs", nargs=-1, metavar="[FILE|-]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "table"]),
    default="jsonl",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--actors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also know the names of this actor dictionary (see 'communique actors import').",
)
@click.option(
    "--actors-format", type=click.Choice(["petrarch", "csv"]), help="Its format, where its content does not tell."
)
@_model_option
@click.option("--batch-size", type=int, help="Articles parsed together (default 32).")
@click.pass_context
def code(
    ctx: click.Context, inputs: tuple[str, ...], format_: str, actors: Path | None, actors_format: DictionaryFormat | None,
    model: str | None, batch_size: int | None,
) -> None:  # fmt: skip
    """Code articles without a database.

    JSON Lines in (id, text, and where known title, published, url, source), one JSON object per line out, in the same
    order: {"id": ..., "events": [...]}, most salient event first. Other files are taken as by 'communique run'. What cannot
    be coded gives a line with no events and the reason under "error" (exit code 3), or under "skipped" for another language.

    \b
    communique code articles.jsonl > events.jsonl
    echo '{"id": "a1", "text": "Norway hosted the president of Kenya."}' | communique code
    """
    from etl.coding import code_documents
    from etl.output import participants_shown, print_rows, to_json

    settings = _settings(model=model, batch_size=batch_size)
    knowledge = _knowledge_with(actors, actors_format, settings) if actors else None
    rejected = False
    for line in code_documents(inputs or ("-",), settings=settings, stdin=_stdin(), knowledge=knowledge):
        rejected = rejected or "error" in line
        if format_ == "jsonl":
            click.echo(to_json(line))
        elif line["events"]:
            rows = [
                [
                    e["type"],
                    e["cameo"],
                    e["modality"],
                    e["date"]["start"],
                    participants_shown(e),
                    e["confidence"],
                    e["trigger"]["text"],
                ]
                for e in line["events"]
            ]
            print_rows(rows, ("type", "cameo", "modality", "date", "participants", "sure", "trigger"))
        else:
            click.echo(f"{line['id'] or '-'}: {line.get('error') or line.get('skipped') or 'no events'}")
    ctx.exit(REJECTED if rejected else 0)


_DAY = click.DateTime(["%Y-%m-%d"])


@main.command()
@click.option("--type", "types", multiple=True, help="Event type (call, meeting, treaty ...); may be repeated.")
@click.option("--actor", help="Words of an actor's name, or its id.")
@click.option("--country", help="Country of a participant: KOR, KR or 'South Korea'.")
@click.option("--since", type=_DAY, help="Events on or after this day (YYYY-MM-DD).")
@click.option("--until", type=_DAY, help="Events on or before this day (YYYY-MM-DD).")
@click.option("--modality", help="asserted, negated, planned, considered, hypothetical, demanded or alleged.")
@click.option(
    "--limit", type=click.IntRange(1, _MOST_ROWS), default=100, show_default=True, help="At most so many, newest first."
)
@_database_option
@_json_option
def events(
    types: tuple[str, ...], actor: str | None, country: str | None, since: datetime | None, until: datetime | None, modality: str | None,
    limit: int, database_url: str | None, as_json: bool,
) -> None:  # fmt: skip
    """List events, newest first, each with its sentence.

    \b
    communique events --type call --type meeting --country Japan --since 2026-01-01
    communique events --actor Campbell --json | jq .sentence
    """
    from db.lookup import EventFilter, find_events
    from etl.output import print_events, to_json

    wanted = EventFilter(
        types=types, actor=actor, country=country, modality=modality, limit=limit,
        since=since.date() if since else None, until=until.date() if until else None,
    )  # fmt: skip
    with _reading(database_url) as connection:
        rows, total = find_events(connection, wanted)
    if as_json:
        for row in rows:
            click.echo(to_json(row))
    else:
        print_events(rows, total=total)


@main.command()
@click.argument("event")
@_database_option
@_json_option
def show(event: str, database_url: str | None, as_json: bool) -> None:
    """Show one event, its participants, and every sentence that reports it.

    EVENT is an id as 'communique events' lists it; the first characters are enough. In the sentences, the trigger is
    reversed, participants are cyan, dates green, places magenta.
    """
    from db.lookup import event_detail
    from etl.output import print_event, to_json

    with _reading(database_url) as connection:
        detail = event_detail(connection, event)
    if as_json:
        click.echo(to_json(detail))
    else:
        print_event(detail)


@main.command()
@click.argument("sql")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "jsonl"]),
    default="table",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--limit", type=click.IntRange(1, _MOST_ROWS), default=1000, show_default=True, help="At most so many rows."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.01, 86_400),
    default=30.0,
    show_default=True,
    help="Seconds after which it is stopped.",
)
@_database_option
@_json_option
def query(sql: str, format_: str, limit: int, timeout: float, database_url: str | None, as_json: bool) -> None:
    """Run one SELECT; whatever SQL it is given, it cannot write.

    Views to begin with: event_list, dyads, reports, participants, calls, meetings, visits, negotiations, treaties, statements.

    \b
    communique query "SELECT date_start, who, whom FROM calls ORDER BY date_start"
    communique query --format csv "SELECT source_country, target_country, avg(goldstein) FROM dyads GROUP BY 1, 2"
    """
    import csv

    from db.query import read_only
    from etl.output import print_rows, to_json

    with _reading(database_url) as connection:
        engine = connection.engine
    result = read_only(engine, sql, limit=limit, seconds=timeout)
    if as_json or format_ == "jsonl":
        for row in result.rows:
            click.echo(to_json(dict(zip(result.columns, row, strict=True))))
    elif format_ == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(result.columns)
        writer.writerows(result.rows)
    else:
        print_rows(result.rows, result.columns)
    if result.truncated:
        click.echo(f"The first {limit} rows; --limit gives more.", err=True)


@main.command()
@_database_option
@_json_option
def status(database_url: str | None, as_json: bool) -> None:
    """Say what is in the database, what ran, and what failed."""
    from db.engine import shown
    from db.lookup import database_status
    from etl.output import print_status, to_json

    with _reading(database_url) as connection:
        found = database_status(connection)
        name = shown(connection.engine.url)
    if as_json:
        click.echo(to_json({"database": name, **found}))
    else:
        print_status(found, database=name)


@main.group()
def db() -> None:
    """Manage the database's schema."""


@db.command()
@click.argument("revision", default="head")
@_database_option
def upgrade(revision: str, database_url: str | None) -> None:
    """Bring the database to REVISION (default: the newest), keeping every row; creates it when it is not there."""
    from db import migrate
    from db.engine import lock_writers, open_engine
    from etl.knowledge import load_knowledge
    from etl.load.reference import sync_reference

    engine = open_engine(_settings(database_url=database_url).database_url, create=True)
    before, after = migrate.upgrade(engine, revision)
    if after == migrate.head():
        with migrate.connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection, connection.begin():
            lock_writers(connection)
            sync_reference(connection, load_knowledge())
    click.echo(f"{before or 'empty'} -> {after}" if before != after else f"already at {after}")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_database_option
def downgrade(revision: str, yes: bool, database_url: str | None) -> None:
    """Take the database back to REVISION (-1: one step; base: empty, all rows lost)."""
    from db import migrate
    from db.engine import open_engine, shown

    engine = open_engine(_settings(database_url=database_url).database_url)
    if not yes:
        click.confirm(
            f"Downgrade {shown(engine.url)} to {revision}? What that revision cannot hold is lost.", abort=True
        )
    before, after = migrate.downgrade(engine, revision)
    click.echo(f"{before or 'empty'} -> {after or 'empty'}")


@db.command()
@_database_option
def current(database_url: str | None) -> None:
    """Say at which revision the database is, and which is the newest."""
    from db import migrate
    from db.engine import open_engine

    with migrate.connected(open_engine(_settings(database_url=database_url).database_url)) as connection:
        revision = migrate.current(connection)
        migrate.refuse_newer(connection)
    newest = migrate.head()
    click.echo(
        f"{revision or 'empty'}"
        + (" (newest)" if revision == newest else f" (newest: {newest}; run 'communique db upgrade')")
    )


@db.command()
@_database_option
@click.pass_context
def check(ctx: click.Context, database_url: str | None) -> None:
    """Check the database: tables as expected, no broken reference, every span the words it claims to be."""
    from db.check import problems
    from db.engine import open_engine
    from db.migrate import connected

    with connected(open_engine(_settings(database_url=database_url).database_url)) as connection:
        found = list(problems(connection))
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(found)} problems" if found else "sound")
    ctx.exit(1 if found else 0)


# -- who is who --------------------------------------------------------------------------------------------------------


@contextmanager
def _deciding(database_url: str | None) -> Iterator[Connection]:
    from db.engine import lock_writers, open_engine
    from db.migrate import connected, require_head

    engine = open_engine(_settings(database_url=database_url).database_url)
    with connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection, connection.begin():
        lock_writers(connection)
        require_head(connection)
        yield connection


def _slug(name: str) -> str:
    from etl.transform.cast import slug

    return slug(name)


_reason_option = click.option("--reason", help="Why, for those who come later.")
_author_option = click.option("--author", help="Who decides.")


@main.group()
def actors() -> None:
    """Who is who: look up and correct (every decision can be undone); dictionaries of your own, read in and written out."""


@actors.command(name="list")
@click.option("--kind", help="country, organisation, group or person.")
@click.option("--country", help="For whom they act: KOR, KR or 'South Korea'.")
@click.option("--sector", help="CAMEO role code: GOV, MIL, OPP ...")
@click.option("--name", help="Words of a name or alias.")
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST_ROWS),
    default=100,
    show_default=True,
    help="At most so many, busiest first.",
)
@_database_option
@_json_option
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

    with _reading(database_url) as connection:
        code = country_code(connection, country) if country else None
        rows, total = list_actors(connection, kind=kind, country=code, sector=sector, name=name, limit=limit)
    if as_json:
        for row in rows:
            click.echo(to_json(row))
    else:
        print_actors(rows, total=total)


@actors.command(name="show")
@click.argument("actor")
@_database_option
@_json_option
def show_actor(actor: str, database_url: str | None, as_json: bool) -> None:
    """Show one actor: its names, offices with dates, decisions, events.

    ACTOR is an id as 'communique actors list' gives it.
    """
    from db.registry import actor_detail
    from etl.output import print_actor, to_json

    with _reading(database_url) as connection:
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
@_database_option
@_json_option
def merge(source: str, into: str, reason: str, author: str | None, database_url: str | None, as_json: bool) -> None:
    """Make the actor FROM part of the actor INTO: its events become those of INTO, in later runs too.

    What each article says stays as it was coded, so that 'communique actors undo' restores everything.

    \b
    communique actors merge person:PRT:a-belo person:PRT:ana-belo --reason "the same minister"
    """
    from db.registry import merge_actors
    from etl.output import to_json

    with _deciding(database_url) as connection:
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
@_database_option
@_json_option
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
    with _deciding(database_url) as connection:
        code = country_code(connection, country) if country else None
        done = split_actor(
            connection, actor, articles, name=words, slug=_slug(words), country=code, sector=sector, reason=reason,
            author=author,
        )  # fmt: skip
    said = f"decision {done['decision']}: {done['events']} events are of {done['actor']} now"
    click.echo(to_json(done) if as_json else said)


@actors.command()
@click.argument("decision", type=int)
@_database_option
@_json_option
def undo(decision: int, database_url: str | None, as_json: bool) -> None:
    """Undo a merge or a split, as if it had never been made.

    DECISION is its number, as 'communique actors show' lists it.
    """
    from db.registry import undo_decision
    from etl.output import to_json

    with _deciding(database_url) as connection:
        done = undo_decision(connection, decision)
    said = f"decision {decision}: {done['kind']} undone; {done['events']} events follow"
    click.echo(to_json(done) if as_json else said)


@actors.command()
@click.argument("actor")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take the alias back.")
@_database_option
@_json_option
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
    with _deciding(database_url) as connection:
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


@main.group()
def knowledge() -> None:
    """Look after what the coder knows (etl/knowledge/)."""


@knowledge.command(name="check")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Check a folder of your own instead.",
)
@click.option(
    "--examples/--no-examples",
    default=True,
    show_default=True,
    help="Also code the example sentences of every predicate file.",
)
@_model_option
@click.pass_context
def check_knowledge_command(ctx: click.Context, folder: Path | None, examples: bool, model: str | None) -> None:
    """Check every knowledge file: well-formed, consistent, and every example sentence coded as it says."""
    from etl.knowledge import check_knowledge
    from etl.knowledge.loader import FOLDER

    found = check_knowledge(folder or FOLDER)
    if examples and not found:
        from etl.evaluation.examples import failing_examples

        found = failing_examples(folder or FOLDER, model=_settings(model=model).model)
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(found)} problems" if found else "sound")
    ctx.exit(1 if found else 0)


@main.command()
@click.argument("sentence", nargs=-1, metavar="SENTENCE")
@click.option("--all", "every", is_flag=True, help="Show every frame that was tried, not the first few of each word.")
@_model_option
@_json_option
def explain(sentence: tuple[str, ...], every: bool, model: str | None, as_json: bool) -> None:
    """Show how a sentence is coded: its actors, the frames tried on each word, which fired and why.

    Without SENTENCE, text is read from standard input.

    \b
    communique explain "Chile refused to sign the accord with Peru."
    """
    from etl.extract.text import article_from_text
    from etl.knowledge import load_knowledge
    from etl.output import explanation_json, print_explanation, to_json
    from etl.transform.coder import Coder

    text = " ".join(sentence) or _stdin().read().decode("utf-8", "replace")
    if not text.strip():
        raise CommuniqueError("There is nothing to explain: give a sentence, in quotes.", exit_code=2)
    found = Coder(model=_settings(model=model).model).explain(article_from_text(text))
    if as_json:
        click.echo(to_json([explanation_json(one) for one in found]))
        return
    labels = {code: row.label for code, row in load_knowledge().cameo.items()}
    for one in found:
        print_explanation(one, labels, every=every)


@main.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--split", help="Only records whose 'split' is this (tuned, validation).")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every miss with its reason and parse, JSON Lines.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier evaluation, written with --json: show what changed since.",
)
@_model_option
@_json_option
def evaluate(
    gold: Path, split: str | None, errors: Path | None, against: Path | None, model: str | None, as_json: bool
) -> None:
    """Score the coder against gold sentences or articles (JSON Lines: id, text, events; an article also has a title).

    A record of an article lists every event in it; one of a sentence its main event first. Articles in which every mention
    of an actor and every event is marked (key "marked") are scored on who, when and where.

    Reasons of misses: no trigger (no known predicate), no actor, no frame (both, but nothing combines them), wrong frame,
    order (right, but not first), modality, wrong role (right category, wrong countries), false alarm.
    """
    from collections import Counter

    from etl.evaluation.annotated import evaluate_annotated, is_annotated, load_annotated
    from etl.evaluation.gold import SCORES, compare, load_gold, miss_lines, read_evaluation
    from etl.evaluation.gold import evaluate as score
    from etl.output import print_rows, to_json
    from etl.transform.coder import Coder

    earlier = read_evaluation(against) if against else None
    coder = Coder(model=_settings(model=model).model)
    result = (
        evaluate_annotated(load_annotated(gold, split=split), coder)
        if is_annotated(gold)
        else score(load_gold(gold, split=split), coder)
    )
    if errors:
        errors.write_text("".join(to_json(line) + "\n" for line in miss_lines(result.misses)), encoding="utf-8")
    if as_json:
        click.echo(
            to_json(
                {
                    "overall": result.overall,
                    "by_category": result.by_category,
                    "confusion": result.confusion,
                    "outcomes": result.outcomes,
                }
            )
        )
        return
    if earlier is not None:
        comparison = compare(earlier, result)
        print_rows(
            [
                (name, old, new, None if old is None or new is None else round(new - old, 4))
                for name, old, new in comparison.scores
            ],
            ("score", "before", "now", "change"),
        )
        if comparison.changed:
            print_rows(comparison.changed, ("id", "before", "now"))
        else:
            click.echo("no record changed")
        return
    whole = ("false_alarms", *(name for name in SCORES if name.startswith("article")))
    if result.by_category:
        columns = ["sentences", *(name for name in SCORES if name in result.overall and name not in whole)]
        rows = [
            (name, *(scores.get(c) for c in columns))
            for name, scores in (*result.by_category.items(), ("ALL", result.overall))
        ]
        print_rows(rows, ("category", *columns))
        print_rows(
            [(name, ", ".join(f"{other} {n}" for other, n in row.items())) for name, row in result.confusion.items()],
            ("gold", "coded first as"),
        )
    of_articles = [name for name in SCORES if name in result.overall and (name in whole or not result.by_category)]
    of_articles = [name for name in of_articles if name != "false_alarms"]
    if of_articles:
        print_rows([tuple(result.overall[name] for name in of_articles)], of_articles)
    if "false_alarms" in result.overall:
        click.echo(
            f"{result.overall['false_alarms']} asserted events per sentence in {result.overall['empty_sentences']:g} sentences without events"
        )
    click.echo(
        "misses: " + ", ".join(f"{reason} {n}" for reason, n in Counter(m.reason for m in result.misses).most_common())
    )


# -- actor dictionaries ------------------------------------------------------------------------------------------------


def _knowledge_with(path: Path, format_: DictionaryFormat | None, settings: Settings) -> Knowledge:
    from etl.extract.dictionaries import read_dictionary
    from etl.extract.limits import Limits
    from etl.knowledge import load_knowledge, with_dictionaries
    from etl.output import print_rejected_rows

    limits = Limits(max_document_bytes=settings.max_document_bytes)
    dictionary = read_dictionary(path, knowledge=load_knowledge(), limits=limits, format=format_)
    print_rejected_rows(str(path), dictionary.rejects)
    if not dictionary.entries:
        raise CommuniqueError(
            f"{path}: no row of it could be taken. Mend the rows, or name the format with --actors-format."
        )
    return with_dictionaries(load_knowledge(), [dictionary.entries])


@actors.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(["petrarch", "csv"]), help="Its format, where its content does not tell."
)
@click.option("--name", help="Name to keep it under (default: the file's name).")
@_database_option
@_json_option
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
    from db.engine import lock_writers, open_engine
    from db.migrate import connected, ensure_head
    from etl.extract.dictionaries import read_dictionary
    from etl.extract.limits import Limits
    from etl.knowledge import load_knowledge
    from etl.load.dictionaries import store_dictionary
    from etl.load.reference import sync_reference
    from etl.output import print_rejected_rows, to_json

    settings, knowledge = _settings(database_url=database_url), load_knowledge()
    limits = Limits(max_document_bytes=settings.max_document_bytes)
    dictionary = read_dictionary(file, knowledge=knowledge, limits=limits, format=format_)
    kept_as = name or file.name
    rejects = [{"line": r.line, "value": r.value, "problem": r.problem} for r in dictionary.rejects]
    if not as_json:
        print_rejected_rows(str(file), dictionary.rejects)
    outcome = "nothing"
    if dictionary.entries:
        engine = open_engine(settings.database_url, create=True)
        ensure_head(engine)
        with connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection, connection.begin():
            lock_writers(connection)
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
@_database_option
@_json_option
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

    with _reading(database_url) as connection:
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
@_database_option
@_json_option
def dictionaries(database_url: str | None, as_json: bool) -> None:
    """List the imported dictionaries, the one that wins first."""
    from etl.load.dictionaries import list_dictionaries
    from etl.output import print_rows, to_json

    with _reading(database_url) as connection:
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
@_database_option
@_json_option
def forget(name: str, database_url: str | None, as_json: bool) -> None:
    """Remove the imported dictionary NAME; what was coded with it stays."""
    from db.engine import lock_writers, open_engine
    from db.migrate import connected, require_head
    from etl.load.dictionaries import forget_dictionary
    from etl.output import to_json

    engine = open_engine(_settings(database_url=database_url).database_url)
    with connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection, connection.begin():
        lock_writers(connection)
        require_head(connection)
        count = forget_dictionary(connection, name)
    click.echo(to_json({"name": name, "entries": count}) if as_json else f"{name}: forgotten, {count} entries")
