"""Passages with every event marked in place: what the scorer learns from, and what its confidence is measured on.

One passage a line: a genre, a tab, and the text with marks ``{{trigger|CAMEO|sources|targets|modality}}``. Sources and
targets are country codes joined with ``+``, each with ``:SECTOR`` where it is a part of the country; ``IGO`` and ``NGO``
are bodies without a country, ``NIL`` is any other actor without one; ``=`` as targets: the sources act on each other. A
modality followed by ``bg`` is an older event recalled. What is not marked is no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import CommuniqueError
from etl.evaluation.gold import Evaluation, Miss, categories, shown, sides
from etl.extract.text import article_from_text
from etl.knowledge import load_knowledge
from etl.records import Article, EventMention, Modality
from etl.transform.coder import Coder

_MARK = re.compile(r"\{\{([^{}]*)\}\}")
_FIELDS = 5
_BINS = 10
_MODALITIES = {modality.value: modality for modality in Modality}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An event marked in a passage."""

    start: int
    end: int
    cameo: str
    sources: frozenset[str]
    targets: frozenset[str]
    is_reciprocal: bool
    modality: Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage, without its marks, and the events in it."""

    id: str
    genre: str
    text: str
    events: tuple[Marked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is right about a coded mention."""

    event: Marked | None
    """The marked event whose words its trigger shares."""
    is_real: bool
    """The event is there, and in this category."""
    is_right: bool
    """And those who act, those who are acted upon, and whether it is asserted: a row that can be cited."""


def is_passages(path: Path) -> bool:
    """Whether a file holds passages; by its name, since their lines are plain text."""
    return path.suffix == ".tsv"


def load_passages(path: Path) -> tuple[Passage, ...]:
    """The passages of a file. Raises CommuniqueError, with file, line, value and mend, for a line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommuniqueError(f"{path}: cannot be read ({error}).", exit_code=2) from error
    rows = ((n, line) for n, line in enumerate(lines, start=1) if line and not line.startswith("#"))
    return tuple(_passage(line, f"{path.stem}:{number}", f"{path}, line {number}") for number, line in rows)


def _passage(line: str, id_: str, where: str) -> Passage:
    genre, tab, marked = line.partition("\t")
    if not tab or "\t" in marked:
        raise CommuniqueError(f"{where}: a passage is a genre, a tab and a text, not {line[:60]!r}.", exit_code=2)
    text, events, last = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        fields = mark[1].split("|")
        if len(fields) != _FIELDS:
            wanted = "{{trigger|CAMEO|sources|targets|modality}}"
            raise CommuniqueError(f"{where}: the mark {mark[0]!r} is not of the form {wanted}.", exit_code=2)
        words, cameo, sources, targets, modality = fields
        name = modality.removesuffix(" bg")
        if name not in _MODALITIES:
            raise CommuniqueError(f"{where}: {name!r} is none of {', '.join(_MODALITIES)}.", exit_code=2)
        if not words.strip():
            raise CommuniqueError(
                f"{where}: the mark {mark[0]!r} has no trigger. Mark a word of the text.", exit_code=2
            )
        if cameo not in load_knowledge().cameo:
            raise CommuniqueError(f"{where}: code {cameo!r} is none of cameo.tsv.", exit_code=2)
        events.append(
            Marked(
                start=len(text),
                end=len(text) + len(words),
                cameo=cameo,
                sources=_countries(sources, where),
                targets=frozenset() if targets == "=" else _countries(targets, where),
                is_reciprocal=targets == "=",
                modality=_MODALITIES[name],
            )
        )
        text += words
        last = mark.end()
    text += marked[last:]
    if left := re.search(r"\{\{|\}\}", text):
        raise CommuniqueError(
            f"{where}: {left[0]!r} belongs to no mark, at {text[left.start() : left.start() + 30]!r}.", exit_code=2
        )
    return Passage(id=id_, genre=genre, text=text, events=tuple(events))


def _countries(field: str, where: str) -> frozenset[str]:
    found = frozenset(part.partition(":")[0] for part in field.split("+") if part) - {"NIL"}
    if unknown := sorted(found - load_knowledge().countries.keys() - {"IGO", "NGO"}):
        raise CommuniqueError(
            f"{where}: {unknown[0]!r} is no country of countries.tsv, nor IGO, NGO or NIL.", exit_code=2
        )
    return found


class Judge:
    """Says of coded mentions what is right about them."""

    def __init__(self) -> None:
        self._categories = tuple(category.prefixes for category in categories().values())

    def verdict(self, mention: EventMention, events: Iterable[Marked]) -> Verdict:
        """What is right about `mention`, by the marked `events` of its passage."""
        shared = [e for e in events if e.start < mention.trigger.end and mention.trigger.start < e.end]
        event = max(shared, key=lambda e: (self._is_real(mention, e), _sides_right(mention, e)), default=None)
        is_real = event is not None and self._is_real(mention, event)
        is_right = (
            event is not None
            and is_real
            and _sides_right(mention, event)
            and (
                _is_plan(mention, event)
                or (mention.modality is Modality.ASSERTED) == (event.modality is Modality.ASSERTED)
            )
        )
        return Verdict(event=event, is_real=is_real, is_right=is_right)

    def _is_real(self, mention: EventMention, event: Marked) -> bool:
        return _is_plan(mention, event) or any(
            mention.cameo.startswith(prefixes) and event.cameo.startswith(prefixes) for prefixes in self._categories
        )


def _is_plan(mention: EventMention, event: Marked) -> bool:
    """Whether both tell of the same plan: 'will meet' is an intention to meet (036), or a meeting that is planned."""
    ahead = (Modality.PLANNED, Modality.CONSIDERED)
    return (mention.cameo.startswith("03") and event.modality in ahead) or (
        event.cameo.startswith("03") and mention.modality in ahead
    )


def _sides_right(mention: EventMention, event: Marked) -> bool:
    """Whether the countries on each side are those of `event`: of what is reciprocal, on both sides together.

    An act at home ('the government freed the students') need not name its country again as the target.
    """
    coded = sides(mention)
    if event.is_reciprocal or coded.reciprocal:
        return _bodies(coded.sources | coded.targets) == _bodies(event.sources | event.targets)
    targets = _bodies(coded.targets)
    at_home = not targets and event.targets == event.sources
    return _bodies(coded.sources) == _bodies(event.sources) and (at_home or targets == _bodies(event.targets))


def _bodies(countries: Iterable[str]) -> set[str]:
    """Countries, with every kind of body without a country as one: the marks do not always tell which kind it is."""
    return {"IGO" if country in ("IGO", "NGO", "IMG") else country for country in countries}


def evaluate_passages(passages: Sequence[Passage], coder: Coder) -> Evaluation:
    """The scores of `coder` on `passages`, among them how far its confidence can be trusted."""
    judge = Judge()
    judged: list[tuple[float, bool]] = []
    misses: list[Miss] = []
    outcomes: dict[str, str] = {}
    marked = found = real = right = 0
    for passage, (_, coded) in zip(passages, coder.code_many(article_of(p) for p in passages), strict=True):
        # plain sayings are coded for their words; the marks pass them over
        told = [m for m in coded.mentions if m.cameo != "010"]
        verdicts = [(m, judge.verdict(m, passage.events)) for m in told]
        hit = {v.event.start for _, v in verdicts if v.event is not None and v.is_real}
        marked, found = marked + len(passage.events), found + len(hit)
        real, right = real + sum(v.is_real for _, v in verdicts), right + sum(v.is_right for _, v in verdicts)
        judged += [(m.confidence, v.is_right) for m, v in verdicts]
        outcomes[passage.id] = f"{sum(v.is_right for _, v in verdicts)}/{len(passage.events)}"
        for event in passage.events:
            if event.start not in hit:
                misses.append(_miss(passage, [event], [], "no event", coder))
        for mention, verdict in verdicts:
            if not verdict.is_right:
                gold = [verdict.event] if verdict.event else []
                misses.append(
                    _miss(passage, gold, [mention], "wrong role" if verdict.is_real else "false event", coder)
                )
    n = max(len(judged), 1)
    return Evaluation(
        overall={
            "passages": len(passages),
            "passage_recall": round(found / max(marked, 1), 4),
            "passage_precision": round(real / n, 4),
            "passage_right": round(right / n, 4),
            "calibration_error": round(calibration_error(judged), 4),
        },
        by_category={},
        confusion={},
        misses=tuple(misses),
        outcomes=outcomes,
        reliability=reliability(judged),
    )


def article_of(passage: Passage) -> Article:
    """`passage` as an article to be coded."""
    return article_from_text(passage.text, external_id=passage.id)


def calibration_error(judged: Iterable[tuple[float, bool]]) -> float:
    """Expected calibration error, 0 to 1, of (confidence, right) pairs.

    The mean distance between confidence and share of right ones in ten bins of equal width, weighted by their size
    (Naeini, Cooper and Hauskrecht, 2015).
    """
    rows = reliability(judged)
    total = sum(n for *_, n in rows)
    return sum(n * abs(mean - share) for _, _, mean, share, n in rows) / max(total, 1)


def reliability(judged: Iterable[tuple[float, bool]]) -> tuple[tuple[float, float, float, float, int], ...]:
    """For each bin of confidence that holds any: its bounds, mean confidence, share of right ones, and how many."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    return tuple(
        (
            i / _BINS,
            (i + 1) / _BINS,
            round(sum(confidence for confidence, _ in found) / len(found), 4),
            round(sum(right for _, right in found) / len(found), 4),
            len(found),
        )
        for i, found in sorted(bins.items())
    )


def _miss(passage: Passage, marked: Sequence[Marked], coded: Sequence[EventMention], reason: str, coder: Coder) -> Miss:
    gold = "; ".join(
        f"{e.cameo} {e.modality.value} {_joined(e.sources)} -> {_joined(e.targets)} [{passage.text[e.start : e.end]}]"
        for e in marked
    )
    return Miss(
        id=passage.id,
        text=passage.text,
        gold=gold or "no event",
        coded=tuple(shown(m) for m in coded),
        reason=reason,
        parse=coder.parse(coded[0].sentence.text if coded else passage.text),
    )


def _joined(countries: Iterable[str]) -> str:
    return "|".join(sorted(countries)) or "-"
