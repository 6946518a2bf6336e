"""Scores of the coder on gold sentences; what each score means is told by `SCORES`."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as day
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from db.errors import CommuniqueError
from etl.extract.text import article_from_text
from etl.knowledge.loader import FOLDER, read_table
from etl.records import Event, EventMention, Modality, Role
from etl.transform.coder import Coder
from etl.transform.linking import link

SCORES = {
    "top1": "share of sentences whose most salient event falls in the gold category",
    "any": "share of sentences with any event in the gold category",
    "extra": "events per sentence beyond one that fall outside the gold category",
    "coded": "share of sentences with any event",
    "source_f1": "F1 of source countries on the event matched under 'any', micro-averaged",
    "target_f1": "F1 of target countries on the event matched under 'any', micro-averaged",
    "triple": "share of sentences with category, source countries and target countries of one event right",
    "modality": "share of matched events with the gold modality, where the gold gives one",
    "false_alarms": "asserted events per sentence whose gold says that there is none",
    "articles": "articles, whose gold lists every event",
    "article_recall": "share of their gold events that were coded: category, and somebody on each side",
    "article_precision": "share of their coded events, comments left out, that are gold events",
    "article_exact": "share of their gold events with category, both sides and modality right",
    "annotated": "articles with every mention, date and place marked",
    "person_f1": "persons called by their name, in full or in part: name and country right",
    "short_form_f1": "pronouns, capitals that act, 'the minister', 'both sides': whom they stand for right",
    "description_f1": "first mentions without a name ('Israeli troops', 'a French envoy'): country and kind right",
    "date_right": "share of marked events that were coded whose date and precision are exactly right",
    "place_right": "share of marked events that were coded whose place, or its absence, is right",
    "passages": "passages, each with every event marked in place",
    "passage_recall": "share of marked events that were coded in their category",
    "passage_precision": "share of coded mentions that are marked events in their category",
    "passage_right": "share of coded mentions also right in countries of both sides and in whether asserted",
    "calibration_error": "expected calibration error of the confidence: 0.05 is five points off on average",
    "told": "articles with every statement and treaty marked",
    "treaty_event_f1": "steps in the life of treaties: F1 of those with action and all parties right",
    "treaty_event_modality": "share of these with the gold modality",
    "treaty_event_date": "share of these that begin on the gold's day, in its month or year, or like it on none told",
    "provision_f1": "F1 of provisions: code on the right treaty",
    "treaty_f1": "F1 of treaties: exactly one coded treaty goes by its names",
    "events_matched": "share of marked events that were coded, by their triggers",
    "statements": "statements that the articles' gold lists",
    "statement_precision": "share of coded statements that are gold ones: speakers' countries, persons and stance right",
    "statement_recall": "share of their gold statements that were coded so",
    "statement_f1": "statements with speakers and stance right, F1",
    "speaker_recall": "share of their gold statements of whose speakers a statement was coded there, whatever its stance",
    "quote_precision": "share of coded quotations whose words are exactly those of a gold one",
    "quote_recall": "share of gold quotations that were coded exactly",
    "quote_f1": "quotations with exactly the right words, F1",
    "addressee_right": "share of right statements with a gold addressee that name him as addressee or target",
}
_POSSIBLE = frozenset({Modality.NEGATED, Modality.HYPOTHETICAL, Modality.CONSIDERED})
_BODIES = frozenset({"IGO", "NGO", "IMG"})


Record = TypeVar("Record", bound=BaseModel)


class _GoldActor(BaseModel):
    model_config = ConfigDict(frozen=True)
    text: str
    country: str | None = None
    sector: str | None = None


class _GoldEvent(BaseModel):
    model_config = ConfigDict(frozen=True)
    plover: str
    sources: tuple[_GoldActor, ...] = ()
    targets: tuple[_GoldActor, ...] = ()
    trigger: str | None = None
    modality: str | None = None


class GoldSentence(BaseModel):
    """A sentence and the events that it reports; other keys are ignored."""

    model_config = ConfigDict(frozen=True)
    id: str
    text: str
    split: str | None = None
    title: str | None = None
    """The headline of an article; a sentence has none."""
    date: day | None = None
    events: tuple[_GoldEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """The CAMEO codes that match a gold category."""

    prefixes: tuple[str, ...]
    is_speech: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Countries on each side of an event; of a reciprocal one all are sources."""

    sources: frozenset[str]
    targets: frozenset[str]
    reciprocal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A sentence that was not coded as the gold says, and why."""

    id: str
    text: str
    gold: str
    coded: tuple[str, ...]
    reason: str
    """``no trigger``, ``no actor``, ``no frame``, ``wrong frame``, ``order``, ``modality``, ``wrong role`` or ``false alarm``;
    in articles ``no event``, ``wrong role``, ``modality`` or ``false event``."""
    parse: str


@dataclass(slots=True, kw_only=True)
class _Tally:
    sentences: int = 0
    top1: int = 0
    any: int = 0
    extra: int = 0
    coded: int = 0
    triple: int = 0
    source: Counter[str] = field(default_factory=Counter)
    target: Counter[str] = field(default_factory=Counter)
    modality: Counter[bool] = field(default_factory=Counter)

    def scores(self) -> dict[str, float]:
        n = max(self.sentences, 1)
        judged = self.modality[True] + self.modality[False]
        return {
            "sentences": self.sentences,
            "top1": round(self.top1 / n, 4),
            "any": round(self.any / n, 4),
            "extra": round(self.extra / n, 4),
            "coded": round(self.coded / n, 4),
            "source_f1": _f1(self.source),
            "target_f1": _f1(self.target),
            "triple": round(self.triple / n, 4),
            **({"modality": round(self.modality[True] / judged, 4)} if judged else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The scores of a gold file."""

    overall: Mapping[str, float]
    by_category: Mapping[str, Mapping[str, float]]
    confusion: Mapping[str, Mapping[str, int]]
    """Gold category -> category of the most salient event -> sentences."""
    misses: tuple[Miss, ...]
    outcomes: Mapping[str, str]
    """Id of a sentence -> ``right`` or the reason of its miss; of an article -> its exact events of all, '3/5'."""
    reliability: tuple[tuple[float, float, float, float, int], ...] = ()
    """Bins of confidence: bounds, mean confidence, share of right mentions, mentions; of marked passages only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two evaluations side by side."""

    scores: tuple[tuple[str, float | None, float | None], ...]
    """Score, before, after."""
    changed: tuple[tuple[str, str, str], ...]
    """Id of a record, its outcome before and after, where they differ."""


def load_gold(path: Path, *, split: str | None = None) -> tuple[GoldSentence, ...]:
    """The sentences of a gold file (JSON Lines), of one `split` where given.

    Raises CommuniqueError naming the line that is not a gold record.
    """
    out = []
    known = categories()
    for number, record in read_records(path, GoldSentence, "id, text, events"):
        if unknown := [e.plover for e in record.events if e.plover not in known]:
            raise CommuniqueError(
                f"{path}, line {number}: category {unknown[0]!r} is not known. Known: {', '.join(known)}.", exit_code=2
            )
        if split is None or record.split == split:
            out.append(record)
    return tuple(out)


def read_records(path: Path, kind: type[Record], keys: str) -> Iterator[tuple[int, Record]]:
    """The records of `kind` in a file of JSON Lines, each with the number of its line; `keys` are what a record needs.

    Raises CommuniqueError naming the line that is no such record.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommuniqueError(f"{path}: cannot be read ({error}).", exit_code=2) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, kind.model_validate_json(line)
            except ValidationError as error:
                reason = str(error).replace("\n", " ")
                raise CommuniqueError(
                    f"{path}, line {number}: is no gold record: {reason}. Each line is an object with {keys}.",
                    exit_code=2,
                ) from error


def categories() -> dict[str, Category]:
    """The gold categories, from knowledge file gold_categories.tsv."""
    rows = read_table(FOLDER / "gold_categories.tsv", ("category", "cameo", "speech"))
    return {row["category"]: Category(prefixes=row.words("cameo"), is_speech=row["speech"] == "yes") for row in rows}


def evaluate(gold: Sequence[GoldSentence], coder: Coder) -> Evaluation:
    """The scores of `coder` on `gold`."""
    articles = [g for g in gold if g.title is not None]
    gold = [g for g in gold if g.title is None]
    known = categories()
    overall, by_category = _Tally(), defaultdict[str, _Tally](_Tally)
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    misses: list[Miss] = []
    empty = alarms = 0
    coded_articles = coder.code_many([article_from_text(g.text) for g in gold])
    for sentence, (_, coded) in zip(gold, coded_articles, strict=True):
        events = link(coded.mentions)
        if not sentence.events:
            empty += 1
            asserted = [e for e in events if e.facts.modality is Modality.ASSERTED]
            alarms += len(asserted)
            if asserted:
                misses.append(_miss(sentence, events, "false alarm", coder))
            continue
        wanted = sentence.events[0]
        category = known[wanted.plover]
        fitting = [e for e in events if _matches(e, category, wanted)]
        tallies = (overall, by_category[wanted.plover])
        best = max(fitting, key=lambda e: _agreement(e, wanted), default=None)
        top = bool(events) and events[0] in fitting
        right = any(_is_triple(e, wanted) for e in fitting)
        others = [e for e in events if not e.facts.cameo.startswith(category.prefixes)]
        gold_others = [known[e.plover] for e in sentence.events[1:]]
        others = [e for e in others if not any(e.facts.cameo.startswith(c.prefixes) for c in gold_others)]
        extra = min(len(others), max(len(events) - 1, 0))
        confusion[wanted.plover][_category_of(events[0], wanted.plover, known) if events else "-"] += 1
        for tally in tallies:
            tally.sentences += 1
            tally.coded += bool(events)
            tally.top1 += top
            tally.any += best is not None
            tally.triple += right
            tally.extra += extra
            if best is not None:
                _count(tally, best, wanted)
        if not (top and right):
            misses.append(
                _miss(
                    sentence,
                    events,
                    _reason(sentence, events, category, top=top, found=best is not None, coder=coder),
                    coder,
                )
            )
    scores = overall.scores() if gold else {}
    if empty:
        scores |= {"empty_sentences": empty, "false_alarms": round(alarms / empty, 4)}
    outcomes = {g.id: "right" for g in gold} | {m.id: m.reason for m in misses}
    if articles:
        read = [_read(article, coder, known) for article in articles]
        scores |= _article_scores(read)
        misses += [miss for one in read for miss in one.misses]
        outcomes |= {g.id: f"{one.exact}/{one.gold}" for g, one in zip(articles, read, strict=True)}
    return Evaluation(
        overall=scores,
        by_category={name: tally.scores() for name, tally in sorted(by_category.items())},
        confusion={name: dict(row.most_common()) for name, row in sorted(confusion.items())},
        misses=tuple(misses),
        outcomes=outcomes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    gold: int
    coded: int
    found: int
    exact: int
    misses: tuple[Miss, ...]


def _read(article: GoldSentence, coder: Coder, known: Mapping[str, Category]) -> _Reading:
    """What of an article's gold events was coded; each coded event answers for one of them."""
    events = list(link(coder.code(article_from_text(article.text, published=article.date))))
    found = exact = 0
    misses: list[Miss] = []
    for wanted in article.events:
        fitting = [e for e in events if _fits(e, known[wanted.plover], wanted)]
        best = max(fitting, key=lambda e: (_is_exact(e, wanted), _agreement(e, wanted)), default=None)
        if best is not None:
            events.remove(best)
            found += 1
            exact += _is_exact(best, wanted)
        if best is None or not _is_exact(best, wanted):
            reason = "no event" if best is None else "modality" if _is_triple(best, wanted) else "wrong role"
            misses.append(_article_miss(article, [wanted], [best] if best else [], reason, coder))
    left = [e for e in events if not e.facts.cameo.startswith("01")]
    misses += [_article_miss(article, [], [e], "false event", coder) for e in left]
    return _Reading(gold=len(article.events), coded=found + len(left), found=found, exact=exact, misses=tuple(misses))


def _fits(event: Event, category: Category, wanted: _GoldEvent) -> bool:
    if not event.facts.cameo.startswith(category.prefixes):
        return False
    coded_s, gold_s, coded_t, gold_t = _paired(event, wanted)
    return bool(coded_s & gold_s or not gold_s) and bool(coded_t & gold_t or not gold_t)


def _is_exact(event: Event, wanted: _GoldEvent) -> bool:
    return _is_triple(event, wanted) and (wanted.modality is None or event.facts.modality.value == wanted.modality)


def _article_miss(
    article: GoldSentence, wanted: Sequence[_GoldEvent], events: Sequence[Event], reason: str, coder: Coder
) -> Miss:
    trigger = wanted[0].trigger if wanted else None
    text = next((p for p in article.text.split("\n\n") if trigger and trigger in p), None)
    text = text or (events[0].facts.sentence.text if events else article.text)
    return _miss(GoldSentence(id=article.id, text=text, events=tuple(wanted)), events, reason, coder)


def _article_scores(read: Sequence[_Reading]) -> dict[str, float]:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in read)

    return {
        "articles": len(read),
        "article_recall": round(total("found") / max(total("gold"), 1), 4),
        "article_precision": round(total("found") / max(total("coded"), 1), 4),
        "article_exact": round(total("exact") / max(total("gold"), 1), 4),
    }


def read_evaluation(path: Path) -> Mapping[str, Any]:
    """An evaluation as ``--json`` wrote it.

    Raises CommuniqueError where `path` holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommuniqueError(
            f"{path}: cannot be read as JSON ({error}). Write it with --json.", exit_code=2
        ) from error
    if not isinstance(found, dict) or not all(isinstance(found.get(k), dict) for k in ("overall", "outcomes")):
        raise CommuniqueError(
            f"{path}: is no evaluation: it lacks 'overall' or 'outcomes'. Write one with communique evaluate --json.",
            exit_code=2,
        )
    return found


def compare(before: Mapping[str, Any], after: Evaluation) -> Comparison:
    """What changed between an evaluation that `read_evaluation` read and a new one."""
    overall, outcomes = before["overall"], before["outcomes"]
    names = [name for name in (*SCORES, "empty_sentences") if name in overall or name in after.overall]
    return Comparison(
        scores=tuple((name, overall.get(name), after.overall.get(name)) for name in names),
        changed=tuple(
            (key, str(outcomes[key]), now) for key, now in after.outcomes.items() if outcomes.get(key, now) != now
        ),
    )


def _matches(event: Event, category: Category, wanted: _GoldEvent) -> bool:
    if not event.facts.cameo.startswith(category.prefixes):
        return False
    if wanted.modality and wanted.modality != "asserted":
        return True
    return category.is_speech or event.facts.modality not in _POSSIBLE


def sides(mention: EventMention) -> Sides:
    """The countries on each side of a coded event; organisations count as IGO, NGO or IMG."""
    found: dict[Role, set[str]] = defaultdict(set)
    for p in mention.participants:
        actor = p.mention.actor
        code = actor.country or (actor.sector if actor.sector in _BODIES else None)
        if code:
            found[p.role].add(code)
    parties = found[Role.PARTY]
    return Sides(
        sources=frozenset(found[Role.SOURCE] | parties | found[Role.MEDIATOR]),
        targets=frozenset(found[Role.TARGET] | found[Role.ABOUT] | found[Role.BENEFICIARY]),
        reciprocal=bool(parties),
    )


def _paired(event: Event, wanted: _GoldEvent) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Coded and gold sources, coded and gold targets; a reciprocal event may be given either way round."""
    gold_s = frozenset(a.country for a in wanted.sources if a.country)
    gold_t = frozenset(a.country for a in wanted.targets if a.country)
    coded = sides(event.facts)
    if not wanted.targets and len(wanted.sources) > 1:
        return coded.sources | coded.targets, gold_s, frozenset(), gold_t
    if coded.reciprocal:
        everyone = coded.sources | coded.targets
        rest = everyone - gold_s - gold_t
        return (everyone & gold_s) | rest, gold_s, everyone & gold_t, gold_t
    return coded.sources, gold_s, coded.targets, gold_t


def _is_triple(event: Event, wanted: _GoldEvent) -> bool:
    coded_s, gold_s, coded_t, gold_t = _paired(event, wanted)
    return coded_s == gold_s and coded_t == gold_t


def _agreement(event: Event, wanted: _GoldEvent) -> int:
    coded_s, gold_s, coded_t, gold_t = _paired(event, wanted)
    return len(coded_s & gold_s) + len(coded_t & gold_t) - len(coded_s ^ gold_s) - len(coded_t ^ gold_t)


def _count(tally: _Tally, event: Event, wanted: _GoldEvent) -> None:
    coded_s, gold_s, coded_t, gold_t = _paired(event, wanted)
    for counter, coded, gold in ((tally.source, coded_s, gold_s), (tally.target, coded_t, gold_t)):
        counter["right"] += len(coded & gold)
        counter["coded"] += len(coded)
        counter["gold"] += len(gold)
    if wanted.modality:
        tally.modality[event.facts.modality.value == wanted.modality] += 1


def _f1(counter: Counter[str]) -> float:
    total = counter["coded"] + counter["gold"]
    return round(2 * counter["right"] / total, 4) if total else 0.0


def _category_of(event: Event, preferred: str, known: Mapping[str, Category]) -> str:
    fitting = [name for name, c in known.items() if event.facts.cameo.startswith(c.prefixes)]
    return preferred if preferred in fitting else fitting[0]


def _reason(
    sentence: GoldSentence, events: Sequence[Event], category: Category, *, top: bool, found: bool, coder: Coder
) -> str:
    if not events:
        return coder.why_nothing(sentence.text)
    if found:
        return "wrong role" if top else "order"
    if any(e.facts.cameo.startswith(category.prefixes) for e in events):
        return "modality"
    return "wrong frame"


def _miss(sentence: GoldSentence, events: Sequence[Event], reason: str, coder: Coder) -> Miss:
    gold = "; ".join(
        f"{e.plover} {_countries(e.sources)} -> {_countries(e.targets)} [{e.trigger}]"
        + (f" {e.modality}" if e.modality else "")
        for e in sentence.events
    )
    return Miss(
        id=sentence.id,
        text=sentence.text,
        gold=gold or "no event",
        coded=tuple(shown(e.facts) for e in events),
        reason=reason,
        parse=coder.parse(sentence.text),
    )


def _countries(actors: Iterable[_GoldActor]) -> str:
    return "|".join(sorted({a.country or "?" for a in actors})) or "-"


def shown(mention: EventMention) -> str:
    """A coded mention in one line: code, modality, countries, trigger."""
    found = sides(mention)
    sources, targets = ("|".join(sorted(side)) or "-" for side in (found.sources, found.targets))
    return f"{mention.cameo} {mention.modality.value} {sources} -> {targets} [{mention.trigger.text}]"


def miss_lines(misses: Iterable[Miss]) -> Iterator[dict[str, Any]]:
    """Misses as JSON objects."""
    for miss in misses:
        yield {
            "id": miss.id,
            "reason": miss.reason,
            "gold": miss.gold,
            "coded": list(miss.coded),
            "text": miss.text,
            "parse": miss.parse,
        }
