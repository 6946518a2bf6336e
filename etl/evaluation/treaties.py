"""How well treaties are read: their events, their provisions, and which mentions are of one treaty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from etl.evaluation.gold import Evaluation, Miss
from etl.records import Actor, ActorKind, Event, Modality, Treaty

if TYPE_CHECKING:
    from etl.evaluation.told import Reading, ToldArticle

_ALPHA3 = re.compile(r"[A-Z]{3}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _GoldProvision(_Strict):
    code: str
    words: str


class _GoldStage(_Strict):
    action: str
    verb: str
    parties: tuple[str, ...]
    date: str | None = None
    modality: Modality
    background: bool


class GoldTreaty(_Strict):
    """A treaty as a reader marked it: parties are ISO 3166-1 alpha-3 codes, or names of what is no state."""

    id: str
    names: tuple[str, ...]
    normal: str
    kind: str
    parties: tuple[str, ...]
    signatories: tuple[str, ...] = ()
    venue: str | None = None
    depositary: str | None = None
    provisions: tuple[_GoldProvision, ...] = ()
    events: tuple[_GoldStage, ...] = ()


def score_treaties(readings: Sequence[Reading]) -> Evaluation:
    """How well the treaties of articles were read: the scores told by `gold.SCORES`, and what was read wrongly.

    An event is right with its action and all its parties, a provision with its code on the right treaty, a treaty when
    exactly one coded treaty has more of its names than of any other's.
    """
    tally: Counter[tuple[str, str]] = Counter()
    misses: list[Miss] = []
    outcomes = {}
    for reading in readings:
        told, mine = reading.told, Counter[tuple[str, str]]()
        events = [e for e in reading.events if e.facts.treaty]
        treaties = {e.facts.treaty.treaty.id: e.facts.treaty.treaty for e in events if e.facts.treaty}
        of = _paired(told.treaties, treaties.values(), reading.article.text)
        misses += _events(told, events, mine)
        misses += _provisions(told, treaties.values(), of, mine)
        misses += _wholes(told, treaties.values(), of, mine)
        kinds = ("treaty event", "provision", "treaty")
        outcomes[told.id] = ", ".join(f"{what} {mine[what, 'right']}/{mine[what, 'gold']}" for what in kinds)
        tally += mine
    return Evaluation(
        overall={
            "treaty_event_f1": _f1(tally, "treaty event"),
            "treaty_event_modality": _share(tally["modality", "right"], tally["treaty event", "right"]),
            "treaty_event_date": _share(tally["date", "right"], tally["treaty event", "right"]),
            "provision_f1": _f1(tally, "provision"),
            "treaty_f1": _f1(tally, "treaty"),
        },
        by_category={},
        confusion={},
        misses=tuple(misses),
        outcomes=outcomes,
    )


def _f1(tally: Mapping[tuple[str, str], int], what: str) -> float:
    total = tally[what, "gold"] + tally[what, "found"]
    return round(2 * tally[what, "right"] / total, 4) if total else 0.0


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 4)


def _paired(gold: Sequence[GoldTreaty], coded: Iterable[Treaty], text: str) -> dict[str, str]:
    """For each coded treaty, by its id, the gold treaty most of whose names it has; without those that have none."""
    places = {
        g.id: [m.span() for name in {*g.names, g.normal} for m in re.finditer(re.escape(name), text)] for g in gold
    }
    found = {}
    for treaty in coded:
        shared = {
            key: sum(any(s < name.end and name.start < e for s, e in spans) for name in treaty.names)
            for key, spans in places.items()
        }
        best = max(shared, key=lambda key: shared[key], default=None)
        if best is not None and shared[best]:
            found[treaty.id] = best
    return found


def _events(told: ToldArticle, events: Sequence[Event], tally: Counter[tuple[str, str]]) -> Iterator[Miss]:
    """Each gold event against one coded event of its action and parties, of those the one whose modality is right first."""
    left = list(events)
    tally["treaty event", "found"] += len(left)
    missing: list[tuple[GoldTreaty, _GoldStage]] = []
    for treaty, stage in ((t, s) for t in told.treaties for s in t.events):
        tally["treaty event", "gold"] += 1
        fitting = [e for e in left if _action(e) == stage.action and _are(_parties(e), stage.parties)]
        best = max(fitting, key=lambda e: (e.facts.modality is stage.modality, _dated(e, stage)), default=None)
        if best is None:
            missing.append((treaty, stage))
            continue
        left.remove(best)
        tally["treaty event", "right"] += 1
        tally["modality", "right"] += best.facts.modality is stage.modality
        tally["date", "right"] += _dated(best, stage)
    for treaty, stage in missing:
        wanted = f"{stage.action} {' '.join(stage.parties)} {stage.modality} ({treaty.normal}: {stage.verb})"
        near = next((e for e in left if _action(e) == stage.action), None)
        yield _miss(told, "treaty event", wanted, _told(near) if near else "-")
    for event in left:
        yield _miss(told, "false treaty event", "-", _told(event))


def _action(event: Event) -> str | None:
    return event.facts.treaty.action if event.facts.treaty else None


def _parties(event: Event) -> tuple[Actor, ...]:
    return tuple(m.actor for m in event.facts.treaty.by) if event.facts.treaty else ()


def _told(event: Event) -> str:
    facts = event.facts
    who = " ".join(actor.country or actor.key for actor in _parties(event))
    return f"{_action(event)} {who} {facts.modality} | {facts.trigger.text} | {facts.sentence.text}"


def _are(actors: Sequence[Actor], codes: Sequence[str]) -> bool:
    """Whether `actors` are those of `codes`, all of them and nobody else."""
    return all(any(_is(a, code) for code in codes) for a in actors) and all(
        any(_is(a, code) for a in actors) for code in codes
    )


def _is(actor: Actor, code: str) -> bool:
    if actor.kind is not ActorKind.ORGANISATION and actor.sector != "REB" and _ALPHA3.fullmatch(code):
        return actor.country == code
    words = re.split(r"[^a-z0-9]+", f"{actor.key} {actor.name}".lower())
    initials = "".join(word[0] for word in actor.name.split() if word[0].isupper())
    return code.lower() in words or code == initials


def _dated(event: Event, stage: _GoldStage) -> bool:
    """Whether the event begins in the day, month or year that the gold gives; without one it has none of its own text."""
    start = event.facts.date.start
    if stage.date is None:
        return start is None or event.facts.date.basis.value != "text"
    return start is not None and start.isoformat().startswith(stage.date)


def _provisions(
    told: ToldArticle, coded: Iterable[Treaty], of: Mapping[str, str], tally: Counter[tuple[str, str]]
) -> Iterator[Miss]:
    gold = {(t.id, p.code): p.words for t in told.treaties for p in t.provisions}
    found = {(of.get(t.id, t.id), p.code): p.span.text for t in coded for p in t.provisions}
    tally["provision", "gold"] += len(gold)
    tally["provision", "found"] += len(found)
    tally["provision", "right"] += len(gold.keys() & found.keys())
    for key in sorted(gold.keys() - found.keys()):
        yield _miss(told, "provision", f"{key[1]}: {gold[key]}", "-")
    for key in sorted(found.keys() - gold.keys()):
        yield _miss(told, "false provision", "-", f"{key[1]}: {found[key]}")


def _wholes(
    told: ToldArticle, coded: Iterable[Treaty], of: Mapping[str, str], tally: Counter[tuple[str, str]]
) -> Iterator[Miss]:
    coded = list(coded)
    tally["treaty", "found"] += len(coded)
    for treaty in told.treaties:
        tally["treaty", "gold"] += 1
        mine = [t for t in coded if of.get(t.id) == treaty.id]
        if len(mine) == 1:
            tally["treaty", "right"] += 1
        else:
            yield _miss(told, "treaty", treaty.normal, " + ".join(t.name for t in mine) or "-")
    for other in coded:
        if other.id not in of:
            yield _miss(told, "false treaty", "-", other.name)


def _miss(told: ToldArticle, reason: str, gold: str, coded: str) -> Miss:
    return Miss(id=told.id, text=told.title, gold=gold, coded=(coded,), reason=reason, parse="")
