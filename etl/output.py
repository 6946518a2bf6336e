"""What the commands show: the JSON contract of ``communique code``, tables and highlighted sentences on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from etl.extract.dictionaries import RejectedRow
from etl.pipeline import RunReport
from etl.records import ActorMention, Event, EventDate, Participant, Place, Span, StatementReport, TreatyReport
from etl.transform.explain import Explanation

_WIDE = 160
_FEW = 6


def to_json(value: object) -> str:
    """`value` as one line of JSON; dates and instants in ISO form."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


# -- the JSON Lines contract -------------------------------------------------------------------------------------------


def event_json(event: Event) -> dict[str, Any]:
    """An event as ``communique code`` writes it (docs/architecture.md, 'The JSON Lines contract')."""
    facts = event.facts
    return {
        "type": facts.type,
        "cameo": facts.cameo,
        "plover": facts.plover,
        "mode": facts.mode,
        "context": list(facts.context),
        "quad_class": facts.quad_class,
        "goldstein": facts.goldstein,
        "modality": facts.modality.value,
        "background": facts.background,
        "confidence": facts.confidence,
        "date": _date(facts.date),
        "place": _place(facts.place),
        "attribution": _who(facts.attribution) if facts.attribution else None,
        "participants": [_participant(p) for p in facts.participants],
        "trigger": _span(facts.trigger),
        "sentence": {
            "index": facts.sentence.index,
            "start": facts.sentence.start,
            "end": facts.sentence.end,
            "text": facts.sentence.text,
        },
        "treaty": _treaty(facts.treaty),
        "statement": _statement(facts.statement),
        "mentions": [{"sentence": m.sentence.index, "trigger": _span(m.trigger)} for m in event.mentions],
    }


def run_json(report: RunReport) -> dict[str, Any]:
    """What a run did, as ``communique run --json`` writes it."""
    counts = {
        name: getattr(report, name) for name in ("run_id", "documents", "new", "known", "skipped", "rejected", "events")
    }
    return {
        **counts,
        "rejects": [{"location": r.location, "reason": r.reason, "detail": r.detail} for r in report.rejects],
        "failed_sources": [{"source": source.name, "error": source.error} for source in report.failed_sources],
        "stopped": report.is_stopped,
    }


def _span(span: Span) -> dict[str, Any]:
    return {"text": span.text, "start": span.start, "end": span.end}


def _who(mention: ActorMention) -> dict[str, Any]:
    actor = mention.actor
    return {
        "name": actor.name,
        "kind": actor.kind.value,
        "country": actor.country,
        "sector": actor.sector,
        "office": actor.office,
        "text": mention.text,
        "start": mention.start,
        "end": mention.end,
    }


def _participant(participant: Participant) -> dict[str, Any]:
    return {"role": participant.role.value, **_who(participant.mention)}


def _date(when: EventDate) -> dict[str, Any]:
    return {
        "start": when.start,
        "end": when.end,
        "precision": when.precision.value,
        "basis": when.basis.value,
        "text": when.span.text if when.span else None,
        "rule": when.rule,
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "geonames_id": place.geonames_id,
        "name": place.name,
        "admin1": place.admin1,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "confidence": place.confidence,
        "basis": place.basis.value,
        **_span(place.span),
    }


def _treaty(report: TreatyReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    treaty = report.treaty
    return {
        "id": treaty.id,
        "name": report.name,
        "normal": treaty.name,
        "kind": treaty.kind,
        "action": report.action,
        "by": [_who(m) for m in report.by],
        "parties": [_who(m) for m in treaty.parties],
        "signatories": [_who(m) for m in treaty.signatories],
        "depositary": _who(treaty.depositary) if treaty.depositary else None,
        "venue": _place(treaty.venue),
        "names": [_span(n) for n in treaty.names],
        "provisions": [{"code": p.code, **_span(p.span)} for p in treaty.provisions],
    }


def _statement(statement: StatementReport | None) -> dict[str, Any] | None:
    if statement is None:
        return None
    quote = _span(statement.quote) if statement.quote else None
    return {"stance": statement.stance, "topic": statement.topic, "quote": quote}


def participants_shown(event: Mapping[str, Any]) -> str:
    """Return the participants of an event of the JSON contract, for people."""
    return "; ".join(f"{p['role']} {p['name']} ({p['country'] or p['sector'] or '?'})" for p in event["participants"])


# -- terminal ----------------------------------------------------------------------------------------------------------


def console(*, stderr: bool = False) -> Console:
    """A console; wide enough for a table where the output is no terminal."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDE)


def print_rows(rows: Iterable[Sequence[object]], columns: Sequence[str], *, out: Console | None = None) -> None:
    """A plain table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else Text(str(_plain(cell))) for cell in row))
    (out or console()).print(table)


def print_events(rows: Sequence[Mapping[str, Any]], *, total: int) -> None:
    """Events, one row each, with the sentence each rests on."""
    out = console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False)
    table.add_column("event", no_wrap=True)
    table.add_column("date", no_wrap=True)
    table.add_column("type", no_wrap=True)
    for column, ratio in (("who", 3), ("whom", 3)):
        table.add_column(column, ratio=ratio, overflow="fold")
    table.add_column("place", overflow="fold", ratio=1)
    table.add_column("sure", no_wrap=True, justify="right")
    table.add_column("sentence", ratio=6, overflow="fold")
    for row in rows:
        kind = Text(str(row["type"]))
        if row["modality"] != "asserted":
            kind.append(f"\n{row['modality']}", style="yellow")
        if row["is_background"]:
            kind.append("\nbackground", style="dim")
        table.add_row(
            Text(str(row["event_id"])[:8], style="dim"), Text(shown_date(row)), kind, Text(row["who"] or ""), Text(row["whom"] or ""),
            Text(row["place"] or ""), f"{row['confidence']:.2f}", marked(str(row["sentence"]), [(str(row["trigger"]), "bold")]),
        )  # fmt: skip
    out.print(table)
    more = f" of {total}; --limit shows more" if total > len(rows) else ""
    out.print(Text(f"{len(rows)} events{more}. 'communique show EVENT' shows one with all its evidence.", style="dim"))


def shown_date(row: Mapping[str, Any]) -> str:
    """The date of an event as precise as it is known; '' where it is not."""
    start, end, precision = row["date_start"], row["date_end"], row["date_precision"]
    if start is None:
        return ""
    if end is None:
        return f"since {str(start)[: {'year': 4, 'month': 7}.get(precision, 10)]}"
    if precision == "year":
        return str(start)[:4] if str(start)[:4] == str(end)[:4] else f"{str(start)[:4]}-{str(end)[:4]}"
    if precision == "month":
        return str(start)[:7]
    return str(start) if str(start) == str(end) else f"{start} to {end}"


def marked(sentence: str, words: Iterable[tuple[str, str]]) -> Text:
    """`sentence` on one line, with the first occurrence of each of `words` in its style."""
    shown = Text(" ".join(sentence.split()))
    for word, style in words:
        at = shown.plain.find(" ".join(word.split()))
        if word and at >= 0:
            shown.stylize(style, at, at + len(" ".join(word.split())))
    return shown


def print_event(event: Mapping[str, Any]) -> None:
    """One event: its facts, its participants, and every sentence that reports it, with the words highlighted."""
    out = console()
    out.print(Text(f"{event['type']}  {event['cameo_code']} {event['cameo_label']}", style="bold"))
    facts = {
        "event": event["event_id"],
        "date": f"{shown_date(event) or 'unknown'} ({event['date_precision']}, from {event['date_basis']})",
        "place": ", ".join(str(p) for p in (event["place"], event["place_admin1"], event["place_country"]) if p)
        or "unsaid",
        "modality": event["modality"] + (", background" if event["is_background"] else ""),
        "plover": " ".join(str(p) for p in (event["plover_code"], event["mode"]) if p),
        "quad class": f"{event['quad_class']}, Goldstein {event['goldstein']:+.1f}",
        "confidence": f"{event['confidence']:.2f}",
    }
    if treaty := event["treaty"]:
        called = f", called \u201c{treaty['called']}\u201d" if treaty["called"] != treaty["name"] else ""
        facts["treaty"] = f"{treaty['name']} ({treaty['kind']}, {treaty['action']}{called})"
        for role, label in (("party", "between"), ("signatory", "signed by"), ("depositary", "kept by")):
            if names := [p["actor"] for p in event["treaty_parties"] if p["role"] == role]:
                facts[label] = "; ".join(names)
        if event["treaty_steps"]:
            facts["also"] = "; ".join(
                " ".join(
                    str(v)
                    for v in (
                        s["action"],
                        s["date_start"],
                        f"({s['modality']})" if s["modality"] != "asserted" else None,
                    )
                    if v
                )
                for s in event["treaty_steps"]
            )
    if event["provisions"]:
        facts["provisions"] = "; ".join(f"{p['provision']} (\u201c{p['text']}\u201d)" for p in event["provisions"])
    if statement := event["statement"]:
        facts["statement"] = statement["stance"] + (f", on {statement['topic']}" if statement["topic"] else "")
        if statement["quote"]:
            facts["quote"] = f"\u201c{statement['quote']}\u201d"
    for name, value in facts.items():
        out.print(Text(f"{name:>11}  ", style="dim").append(str(value), style="default"))
    print_rows(
        [(p["role"], p["actor"], p["office"], p["kind"], p["country"], p["sector"]) for p in event["participants"]],
        ("role", "actor", "office", "kind", "country", "sector"),
        out=out,
    )
    for number, mention in enumerate(event["mentions"], start=1):
        where = mention["title"] or mention["location"]
        detail = ", ".join(str(v) for v in (mention["source"], mention["published_on"], mention["url"]) if v)
        out.print(Text(f"{number}. {where}" + (f" ({detail})" if detail else ""), style="dim"))
        out.print(_evidence(mention))
        if mention["attribution"]:
            out.print(Text(f"   according to: {mention['attribution']}", style="dim"))
        out.print()


def _evidence(mention: Mapping[str, Any]) -> Text:
    sentence, base = str(mention["sentence"]), int(mention["sentence_start"])
    shown = Text(sentence)
    spans = [(p["text_start"], p["text_end"], "cyan") for p in mention["participants"]]
    spans += [
        (mention["date_text_start"], mention["date_text_end"], "green"),
        (mention["place_text_start"], mention["place_text_end"], "magenta"),
    ]
    spans.append((mention["trigger_start"], mention["trigger_end"], "bold reverse"))
    for start, end, style in spans:
        if start is not None and base <= start and end <= base + len(sentence):
            shown.stylize(style, start - base, end - base)
    return shown


def print_rejected_rows(where: str, rejects: Iterable[RejectedRow]) -> None:
    """The rows of a dictionary that did not go in, on standard error."""
    for row in rejects:
        said = f"{where}, line {row.line}, value {row.value!r}: {row.problem}"
        console(stderr=True).print(Text("rejected  ", style="red").append(said, style="default"))


def print_actors(rows: Sequence[Mapping[str, Any]], *, total: int) -> None:
    """Actors, one row each."""
    out = console()
    names = ("actor_id", "name", "kind", "country", "sector", "first_seen_on", "last_seen_on", "events")
    columns = ("actor", "name", "kind", "country", "sector", "first seen", "last seen", "events")
    print_rows([[row[name] for name in names] for row in rows], columns, out=out)
    more = f" of {total}; --limit shows more" if total > len(rows) else ""
    out.print(Text(f"{len(rows)} actors{more}. 'communique actors show ACTOR' shows one.", style="dim"))


def print_actor(actor: Mapping[str, Any]) -> None:
    """One actor: names, offices, decisions, events."""
    out = console()
    out.print(Text(str(actor["name"]), style="bold"))
    seen = " to ".join(dict.fromkeys(str(d) for d in (actor["first_seen_on"], actor["last_seen_on"]) if d))
    facts = {
        "actor": actor["actor_id"],
        "kind": actor["kind"],
        "country": actor["country"],
        "sector": actor["sector"],
        "seen": seen,
        "part of": actor["part_of"],
        "aliases": "; ".join(a["alias"] + (" (a user's)" if a["given"] else "") for a in actor["aliases"]),
        "events": "  ".join(f"{row['type']} {row['events']}" for row in actor["events_by_type"]) or "none",
    }
    for name, value in facts.items():
        if value:
            out.print(Text(f"{name:>11}  ", style="dim").append(str(value), style="default"))
    if actor["open_claims"]:
        out.print(f"{len(actor['open_claims'])} articles name this person or another of the name, without a country:")
        print_rows(
            [(c["article_id"], c["actor_id"], c["candidates"]) for c in actor["open_claims"]],
            ("article", "named", "candidates"),
            out=out,
        )
    if actor["offices"]:
        names = ("office", "first_seen_on", "last_seen_on")
        print_rows([[o[n] for n in names] for o in actor["offices"]], ("office", "first seen", "last seen"), out=out)
    if actor["decisions"]:
        columns = ("id", "kind", "from_actor_id", "into_actor_id", "reason", "author", "made_at", "undone_at")
        print_rows(
            [[_second(d[c]) if c.endswith("_at") else d[c] for c in columns] for d in actor["decisions"]],
            ("decision", "kind", "from", "into", "reason", "author", "made", "undone"),
            out=out,
        )
    if actor["latest_events"]:
        print_rows(
            [
                (str(e["event_id"])[:8], shown_date(e), e["type"], e["modality"], e["who"], e["whom"])
                for e in actor["latest_events"]
            ],
            ("event", "date", "type", "modality", "who", "whom"),
            out=out,
        )


def print_run(report: RunReport) -> None:
    """What a run did, in a few lines, and what it could not take in."""
    out = console(stderr=True)
    for reject in report.rejects:
        said = reject.detail.removeprefix(f"{reject.location}: ")
        out.print(Text("rejected  ", style="red").append(f"{reject.location}: {said}", style="default"))
    for source in report.failed_sources:
        out.print(Text("failed    ", style="red").append(f"source {source.name!r}: {source.error}", style="default"))
    if report.is_stopped:
        out.print("Stopped before the end, as told; the next run does the rest.")
    if report.documents == 0 and report.sources and not report.failed_sources:
        count = len(report.sources)
        out.print(f"Nothing new in {count} source{'s' if count > 1 else ''}.")
        return
    if report.new == 0 and report.known and not report.rejected and not report.failed_sources:
        out.print(f"Nothing new: all {report.known} articles are in the database already.")
        return
    out.print(
        f"{report.new} new articles, {report.events} events; {report.known} articles known already, "
        f"{report.skipped} skipped (not in English), {report.rejected} rejected."
    )


def print_status(status: Mapping[str, Any], *, database: str) -> None:
    """What is in the database, what ran, what failed."""
    out = console()
    out.print(Text(database, style="bold"))
    out.print("  ".join(f"{name.replace('_', ' ')}: {count}" for name, count in status["counts"].items()))
    days = status["events"]
    if days["first_day"]:
        out.print(f"events from {days['first_day']} to {days['last_day']}")
    if status["events_by_type"]:
        out.print("  ".join(f"{row['type']} {row['events']}" for row in status["events_by_type"]))
    columns = (
        "id",
        "started_at",
        "finished_at",
        "status",
        "new_articles",
        "known",
        "skipped",
        "rejected",
        "events",
        "error",
    )
    if status["runs"]:
        out.print(Text("\nlatest runs", style="bold"))
        print_rows([[_second(run[c]) for c in columns] for run in status["runs"]], columns, out=out)
    if status["sources"]:
        out.print(Text("sources", style="bold"))
        times = ("last_success", "last_new_article", "failing_since")
        done = ("run", "documents", "new_articles", "rejected", "events")
        rows = [
            [
                *(source[c] for c in ("name", "kind", "state")),
                *(source[c] and f"{source[c]:%Y-%m-%d %H:%M}" for c in times),
                source["failures"] or None,
                *((source["last_run"] or {}).get(c) for c in done),
            ]
            for source in status["sources"]
        ]
        named = ("source", "kind", "state", *(c.replace("_", " ") for c in times), "failures")
        print_rows(rows, (*named, "last run", *(c.replace("_", " ") for c in done[1:])), out=out)
        for source in status["sources"]:
            if source["error"]:
                out.print(Text(f"{source['name']}: {source['error']}", style="red"), soft_wrap=True)
    if status["rejects"]:
        out.print(Text("rejects", style="bold"))
        wanted = ("location", "reason", "detail", "attempts", "last_run")
        print_rows([[reject[c] for c in wanted] for reject in status["rejects"]], wanted, out=out)


def _second(value: object) -> object:
    return (
        value.isoformat(timespec="seconds")
        if isinstance(value, datetime)
        else str(value)[:19]
        if value is not None
        else None
    )


# -- how a sentence was coded ------------------------------------------------------------------------------------------


def explanation_json(found: Explanation) -> dict[str, Any]:
    """One sentence of ``communique explain --json``."""
    return {
        "sentence": found.sentence,
        "parse": [dict(zip(("word", "lemma", "tag", "relation", "head"), row, strict=True)) for row in found.parse],
        "actors": [_who(mention) for mention in found.actors],
        "tried": [
            {name: getattr(t, name) for name in ("word", "what", "pattern", "fired", "why")} for t in found.tried
        ],
        "events": [
            {
                "cameo": e.cameo,
                "modality": e.modality.value,
                "trigger": e.trigger.text,
                "date": _date(e.date),
                "place": _place(e.place),
                "participants": [_participant(p) for p in e.participants],
            }
            for e in found.events
        ],
        "doubted": [
            {"cameo": e.cameo, "trigger": e.trigger.text, "probability": round(real, 2)} for e, real in found.doubted
        ],
    }


def print_explanation(found: Explanation, labels: Mapping[str, str], *, every: bool) -> None:
    """The sentence as a tree: actors, frames and operators tried on each word, and the events that came of it.

    Of the frames that do not match only the first few of a word are shown, unless `every`.
    """
    tree = Tree(Text(found.sentence, style="bold"))
    parse = tree.add("parse")
    parse.add(Text(" ".join(f"{word}/{relation}<{head}" for word, _, _, relation, head in found.parse)))
    actors = tree.add("actors" if found.actors else "no actors")
    for mention in found.actors:
        actor = mention.actor
        actors.add(Text(f"{mention.text}: {' '.join(x for x in (actor.country, actor.sector, actor.key) if x)}"))
    tried = tree.add("predicates tried" if found.tried else "no predicate known")
    for word in dict.fromkeys(t.word for t in found.tried):
        branch = tried.add(Text(word, style="bold"))
        # a frame with several verbs is tried once for each
        of_word = list({(t.what, t.pattern): t for t in reversed(found.tried) if t.word == word}.values())[::-1]
        failed = [t for t in of_word if not t.fired]
        for t in (*(t for t in of_word if t.fired), *(failed if every else failed[:_FEW])):
            name = f"{t.what} {labels[t.what]}" if t.what in labels else f"operator {t.what}"
            branch.add(
                Text(f"{'+' if t.fired else '-'} {name} [{t.pattern}]: {t.why}", style="green" if t.fired else "dim")
            )
        if len(failed) > _FEW and not every:
            branch.add(Text(f"and {len(failed) - _FEW} more that do not match (--all)", style="dim"))
    events = tree.add("events" if found.events else "no event")
    for event in found.events:
        who = participants_shown({"participants": [_participant(p) for p in event.participants]})
        branch = events.add(
            Text(f"{event.cameo} {labels[event.cameo]}, {event.modality.value}: {who} ({event.trigger.text!r})")
        )
        if event.place is not None:
            at = f"{event.place.name}, {event.place.country}"
            branch.add(Text(f"where: {at} ({event.place.basis.value} {event.place.span.text!r})"))
        when = event.date
        if when.rule is not None:
            row = {"date_start": when.start, "date_end": when.end, "date_precision": when.precision.value}
            words = f" {when.span.text!r}" if when.span else ""
            branch.add(Text(f"when: {shown_date(row) or 'unknown'} ({when.rule}{words})"))
    for event, real in found.doubted:
        tree.add(
            Text(
                f"left out by the scorer: {event.cameo} {labels[event.cameo]} ({event.trigger.text!r}), {real:.0%} likely"
            )
        )
    console().print(tree)
