"""The command line: a thin function per command; what they do lives in the modules they call."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from db.errors import CommuniqueError
from etl.cli_actors import actors
from etl.cli_options import (
    MOST_ROWS,
    REJECTED,
    database_option,
    json_option,
    model_option,
    scorer_option,
    settings_of,
    stdin,
)
from etl.cli_upkeep import backup, status

if TYPE_CHECKING:
    from etl.config import Settings
    from etl.extract.dictionaries import DictionaryFormat
    from etl.knowledge import Knowledge
    from etl.pipeline import RunReport

INTERRUPTED = 130
STOPPED = 143


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

    Exit codes: 0 all went in, 3 some documents were rejected or a source could not be read, 2 wrong usage, 1 the run failed,
    4 another run is at work, 5 'status --check' found something wrong.
    """


main.add_command(actors)
main.add_command(backup)
main.add_command(status)


@main.command()
@click.argument("inputs", nargs=-1, metavar="[PATH|URL|-]...")
@click.option("--source", "sources", multiple=True, help="Only this source of communique.toml; may be repeated.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another run to end (default: not at all).",
)
@database_option
@model_option
@scorer_option
@click.option("--batch-size", type=int, help="Articles per transaction (default 32).")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    inputs: tuple[str, ...],
    sources: tuple[str, ...],
    wait: float,
    database_url: str | None,
    model: str | None,
    scorer: bool | None,
    batch_size: int | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read articles into the database and code them.

    Takes files (.txt .html .jsonl .csv .tsv, each also with .gz; .warc .warc.gz .wacz), folders, http(s) addresses, and
    - for standard input; without any of them, what is new in the sources that communique.toml lists. The database is created
    when it is not there. Articles that it has are left alone, so a run can be repeated at any time, and one that was cut off is
    completed by the next. One run works on a database at a time: another says so and ends with exit code 4. SIGTERM ends a run
    after the batch in hand (exit code 143). Where standard error is no terminal, what happens is told there as JSON Lines.

    \b
    communique run                            the sources of communique.toml
    communique run news/ --db diplomacy.sqlite
    communique run https://example.org/story.html
    zcat dump.jsonl.gz | communique run - --db postgresql://me@localhost/news
    """
    from etl.api import Communique
    from etl.logs import log_to_stderr
    from etl.output import console, print_run, run_json, to_json

    if inputs and sources:
        raise click.UsageError("--source is for runs without PATH or URL.")
    settings = settings_of(database_url=database_url, model=model, scorer=scorer, batch_size=batch_size)
    communique = Communique(settings=settings)
    err = console(stderr=True)
    if not err.is_terminal and not quiet:
        log_to_stderr()
    stop = Event()
    with err.status("reading ...") as status, _stopping(stop):

        def progress(report: RunReport) -> None:
            status.update(
                f"{report.documents} documents read, {report.new} new articles, {report.events} events, {report.rejected} rejected"
            )

        report = communique.run(*inputs, sources=sources, wait=wait, stdin=stdin(), stop=stop, progress=progress)
    if as_json:
        click.echo(to_json(run_json(report)))
    elif not quiet or report.rejects or report.failed_sources:
        print_run(report)
    ctx.exit(STOPPED if report.is_stopped else REJECTED if report.rejected or report.failed_sources else 0)


@contextmanager
def _stopping(stop: Event) -> Iterator[None]:
    """Within it, SIGTERM sets `stop` instead of ending the process."""
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
@model_option
@scorer_option
@click.option("--batch-size", type=int, help="Articles parsed together (default 32).")
@click.pass_context
def code(
    ctx: click.Context, inputs: tuple[str, ...], format_: str, actors: Path | None, actors_format: DictionaryFormat | None,
    model: str | None, scorer: bool | None, batch_size: int | None,
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

    settings = settings_of(model=model, scorer=scorer, batch_size=batch_size)
    knowledge = _knowledge_with(actors, actors_format, settings) if actors else None
    rejected = False
    for line in code_documents(inputs or ("-",), settings=settings, stdin=stdin(), knowledge=knowledge):
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
    "--limit", type=click.IntRange(1, MOST_ROWS), default=100, show_default=True, help="At most so many, newest first."
)
@database_option
@json_option
def events(
    types: tuple[str, ...], actor: str | None, country: str | None, since: datetime | None, until: datetime | None, modality: str | None,
    limit: int, database_url: str | None, as_json: bool,
) -> None:  # fmt: skip
    """List events, newest first, each with its sentence.

    \b
    communique events --type call --type meeting --country Japan --since 2026-01-01
    communique events --actor Campbell --json | jq .sentence
    """
    from etl.api import Communique
    from etl.output import print_events, to_json

    found = Communique(settings=settings_of(database_url=database_url)).events(
        type=types, actor=actor, country=country, since=since, until=until, modality=modality, limit=limit
    )
    if as_json:
        for row in found:
            click.echo(to_json(row))
    else:
        print_events(found, total=found.total)


@main.command()
@click.argument("event")
@database_option
@json_option
def show(event: str, database_url: str | None, as_json: bool) -> None:
    """Show one event, its participants, and every sentence that reports it.

    EVENT is an id as 'communique events' lists it; the first characters are enough. In the sentences, the trigger is
    reversed, participants are cyan, dates green, places magenta.
    """
    from etl.api import Communique
    from etl.output import print_event, to_json

    detail = Communique(settings=settings_of(database_url=database_url)).show(event)
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
    "--limit", type=click.IntRange(1, MOST_ROWS), default=1000, show_default=True, help="At most so many rows."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.01, 86_400),
    default=30.0,
    show_default=True,
    help="Seconds after which it is stopped.",
)
@database_option
@json_option
def query(sql: str, format_: str, limit: int, timeout: float, database_url: str | None, as_json: bool) -> None:
    """Run one SELECT; whatever SQL it is given, it cannot write.

    Views to begin with: event_list, dyads, reports, participants, calls, meetings, visits, negotiations, treaties, statements.

    \b
    communique query "SELECT date_start, who, whom FROM calls ORDER BY date_start"
    communique query --format csv "SELECT source_country, target_country, avg(goldstein) FROM dyads GROUP BY 1, 2"
    """
    import csv

    from etl.api import Communique
    from etl.output import print_rows, to_json

    result = Communique(settings=settings_of(database_url=database_url)).query(sql, limit=limit, timeout=timeout)
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


@main.group()
def db() -> None:
    """Manage the database's schema."""


@db.command()
@click.argument("revision", default="head")
@database_option
def upgrade(revision: str, database_url: str | None) -> None:
    """Bring the database to REVISION (default: the newest), keeping every row; creates it when it is not there."""
    from db import migrate
    from db.engine import lock_writers, open_engine
    from etl.knowledge import load_knowledge
    from etl.load.reference import sync_reference

    engine = open_engine(settings_of(database_url=database_url).database_url, create=True)
    before, after = migrate.upgrade(engine, revision)
    if after == migrate.head():
        with migrate.connected(engine.execution_options(sqlite_begin="IMMEDIATE")) as connection, connection.begin():
            lock_writers(connection)
            sync_reference(connection, load_knowledge())
    click.echo(f"{before or 'empty'} -> {after}" if before != after else f"already at {after}")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
def downgrade(revision: str, yes: bool, database_url: str | None) -> None:
    """Take the database back to REVISION (-1: one step; base: empty, all rows lost)."""
    from db import migrate
    from db.engine import open_engine, shown

    engine = open_engine(settings_of(database_url=database_url).database_url)
    if not yes:
        click.confirm(
            f"Downgrade {shown(engine.url)} to {revision}? What that revision cannot hold is lost.", abort=True
        )
    before, after = migrate.downgrade(engine, revision)
    click.echo(f"{before or 'empty'} -> {after or 'empty'}")


@db.command()
@database_option
def current(database_url: str | None) -> None:
    """Say at which revision the database is, and which is the newest."""
    from db import migrate
    from db.engine import open_engine

    with migrate.connected(open_engine(settings_of(database_url=database_url).database_url)) as connection:
        revision = migrate.current(connection)
        migrate.refuse_newer(connection)
    newest = migrate.head()
    click.echo(
        f"{revision or 'empty'}"
        + (" (newest)" if revision == newest else f" (newest: {newest}; run 'communique db upgrade')")
    )


@db.command()
@database_option
@click.pass_context
def check(ctx: click.Context, database_url: str | None) -> None:
    """Check the database: tables as expected, no broken reference, every span the words it claims to be."""
    from db.check import problems
    from db.engine import open_engine
    from db.migrate import connected

    with connected(open_engine(settings_of(database_url=database_url).database_url)) as connection:
        found = list(problems(connection))
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(found)} problems" if found else "sound")
    ctx.exit(1 if found else 0)


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
@model_option
@click.pass_context
def check_knowledge_command(ctx: click.Context, folder: Path | None, examples: bool, model: str | None) -> None:
    """Check every knowledge file: well-formed, consistent, and every example sentence coded as it says."""
    from etl.knowledge import check_knowledge
    from etl.knowledge.loader import FOLDER
    from etl.transform.scorer import MODEL, load_scorer

    found = check_knowledge(folder or FOLDER)
    try:
        load_scorer((folder or FOLDER) / MODEL.name)
    except CommuniqueError as error:
        found.append(str(error))
    if examples and not found:
        from etl.evaluation.examples import failing_examples

        found = failing_examples(folder or FOLDER, model=settings_of(model=model).model)
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(found)} problems" if found else "sound")
    ctx.exit(1 if found else 0)


@main.command()
@click.argument("sentence", nargs=-1, metavar="SENTENCE")
@click.option("--all", "every", is_flag=True, help="Show every frame that was tried, not the first few of each word.")
@model_option
@scorer_option
@json_option
def explain(sentence: tuple[str, ...], every: bool, model: str | None, scorer: bool | None, as_json: bool) -> None:
    """Show how a sentence is coded: its actors, the frames tried on each word, which fired and why.

    Without SENTENCE, text is read from standard input.

    \b
    communique explain "Chile refused to sign the accord with Peru."
    """
    from etl.extract.text import article_from_text
    from etl.knowledge import load_knowledge
    from etl.output import explanation_json, print_explanation, to_json
    from etl.transform.coder import Coder

    text = " ".join(sentence) or stdin().read().decode("utf-8", "replace")
    if not text.strip():
        raise CommuniqueError("There is nothing to explain: give a sentence, in quotes.", exit_code=2)
    settings = settings_of(model=model, scorer=scorer)
    found = Coder(model=settings.model, scored=settings.scorer).explain(article_from_text(text))
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
@model_option
@scorer_option
@json_option
def evaluate(
    gold: Path,
    split: str | None,
    errors: Path | None,
    against: Path | None,
    model: str | None,
    scorer: bool | None,
    as_json: bool,
) -> None:
    """Score the coder against gold sentences or articles (JSON Lines: id, text, events; an article also has a title).

    A record of an article lists every event in it; one of a sentence its main event first. Articles in which every mention
    of an actor and every event is marked (key "marked") are scored on who, when and where; those with keys "statements" and
    "treaties" on what is said and on what becomes of which treaty. A .tsv file holds passages with every event marked in
    place, and tells how far confidence can be trusted: of mentions given 0.8, four in five are right.

    Reasons of misses: no trigger (no known predicate), no actor, no frame (both, but nothing combines them), wrong frame,
    order (right, but not first), modality, wrong role (right category, wrong countries), false alarm.
    """
    from collections import Counter

    from etl.evaluation.annotated import evaluate_annotated, is_annotated, load_annotated
    from etl.evaluation.gold import SCORES, compare, load_gold, miss_lines, read_evaluation
    from etl.evaluation.gold import evaluate as score
    from etl.evaluation.passages import evaluate_passages, is_passages, load_passages
    from etl.evaluation.told import evaluate_told, is_told, load_told
    from etl.output import print_rows, to_json
    from etl.transform.coder import Coder

    earlier = read_evaluation(against) if against else None
    settings = settings_of(model=model, scorer=scorer)
    coder = Coder(model=settings.model, scored=settings.scorer)
    if is_passages(gold):
        if split is not None:
            raise CommuniqueError(f"{gold}: passages have no splits. Leave out --split.", exit_code=2)
        result = evaluate_passages(load_passages(gold), coder)
    elif is_annotated(gold):
        result = evaluate_annotated(load_annotated(gold, split=split), coder)
    elif is_told(gold):
        result = evaluate_told(load_told(gold, split=split), coder)
    else:
        result = score(load_gold(gold, split=split), coder)
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
                    "reliability": result.reliability,
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
        print_rows(
            [(name, result.overall[name], SCORES[name]) for name in of_articles], ("score", "value", "what it says")
        )
    if result.reliability:
        print_rows(result.reliability, ("from", "to", "mean confidence", "share right", "mentions"))
    if "false_alarms" in result.overall:
        click.echo(
            f"{result.overall['false_alarms']} asserted events per sentence in {result.overall['empty_sentences']:g} sentences without events"
        )
    click.echo(
        "misses: " + ", ".join(f"{reason} {n}" for reason, n in Counter(m.reason for m in result.misses).most_common())
    )


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
