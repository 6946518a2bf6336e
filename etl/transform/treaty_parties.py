"""Who takes each step, where its sentence does not name all of them, and between whom each treaty is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from etl.knowledge.treaties import TreatyWords
from etl.records import ActorMention, EventMention, Modality, Participant, Role, Treaty, TreatyReport
from etl.transform.frames import Candidate
from etl.transform.roles import unique
from etl.transform.treaty_identity import Things, countries
from etl.transform.treaty_sides import is_faction, is_known, side
from etl.transform.treaty_steps import Step

REAL = frozenset({Modality.ASSERTED, Modality.PLANNED, Modality.ALLEGED})
"""Modalities of steps that bind those who take them."""
_TWO = 2
_LEAST, _SURE = 0.5, 0.55
"""How sure a step is at least: with one party, with several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told(TreatyReport):
    """A report whose article is still being read: its treaty is known by its number."""

    step: Step


class Parties:
    """Who is party to the treaties of one article."""

    def __init__(self, words: TreatyWords, things: Things) -> None:
        self._words = words
        self._things = things
        self._signed: dict[int, dict[str, ActorMention]] = defaultdict(dict)

    def report(self, step: Step, candidate: Candidate) -> TreatyReport:
        """What a step says, its treaty known by its number until the article is read."""
        by = step.by
        if candidate.parties and self._words.steps[step.action].joint and (by or candidate.head.pos_ == "NOUN"):
            mentions = (m for m in candidate.everyone if m not in candidate.hosts and m.text.lower() != "it")
            by = unique((*by, *(m for m in mentions if not self._things.is_named_by(m))))
        treaty = Treaty(id=str(step.treaty), name="", kind="", names=())
        return _Told(treaty=treaty, name=step.name.text, action=step.action, by=by, step=step)

    def completed(self, mentions: Sequence[EventMention], home: str | None, *, scored: bool) -> list[EventMention]:
        """`mentions` (of the whole article), each step with those who take it: whom it does not name are the treaty's parties.

        `home` is the country that the article is filed from: whose 'the Senate' is.
        """
        steps = [(m, m.treaty, int(m.treaty.treaty.id)) for m in mentions if m.treaty]
        for last in (False, True):
            for mention, report, number in steps:
                # what binds nobody tells of the parties too, where nothing else does
                if self._words.steps[report.action].binds or (last and len(self._things[number].parties) < _TWO):
                    self._bind(mention, report, number)
        for mention, report, number in steps:
            if report.action in ("signed", "initialled") and mention.modality is Modality.ASSERTED:
                for who in (m for m in report.by if m.actor.key.startswith("person:")):
                    self._signed[number].setdefault(who.actor.key, who)
        return [self._completed(m, m.treaty, home, scored=scored) if m.treaty else m for m in mentions]

    def bound(self, number: int) -> Mapping[str, ActorMention]:
        """The parties of a treaty by their sides.

        Of one of which nothing is told those of the article's main one, save where it has a proper name of its own
        or is said to be another's.
        """
        main, thing = self._things.main(), self._things[number]
        if (thing.proper and not thing.is_theirs) or not thing.countries <= countries(main.parties.values()):
            main = thing
        few = len(thing.parties) < _TWO and thing.parties.keys() <= main.parties.keys()
        found = main.parties if few else thing.parties
        beside = thing.beside or main.beside
        return beside if len(found) < _TWO and len(beside) == _TWO and found.keys() <= beside.keys() else found

    def signatories(self, number: int) -> tuple[ActorMention, ...]:
        """The persons who are said to have signed a treaty."""
        return tuple(self._signed[number].values())

    def _bind(self, mention: EventMention, report: TreatyReport, number: int) -> None:
        if mention.modality in REAL:
            for who in report.by:
                if is_known(who) and not is_faction(who):
                    self._things[number].parties.setdefault(side(who), self._things.party(who))

    def _completed(
        self, mention: EventMention, report: TreatyReport, home: str | None, *, scored: bool
    ) -> EventMention:
        bound = self.bound(int(report.treaty.id))
        by = self._takers(report, bound, mention, home)
        participants = tuple(p for p in mention.participants if not self._things.is_named_by(p.mention))
        if mention.type == "treaty":
            # 'the Paris agreement' is no treaty with France
            named = {side(m) for m in (*by, *bound.values())}
            participants = tuple(
                p for p in participants if side(p.mention) in named or not self._things.is_in_name(p.mention)
            )
        sides = {side(p.mention) for p in participants if is_known(p.mention)}
        if not sides or mention.type == "treaty":
            role = Role.SOURCE if mention.cameo.startswith("12") else Role.PARTY
            more = (Participant(role=role, mention=m) for m in by if side(m) not in sides)
            participants = (*(p for p in participants if sides or is_known(p.mention)), *more)
        least = 0.0 if scored else _SURE if len(participants) > 1 else _LEAST
        return replace(
            mention,
            confidence=max(mention.confidence, least),
            treaty=replace(report, by=by),
            participants=participants,
            is_private=mention.is_private and not any(map(is_known, by)),
        )

    def _takers(
        self, report: TreatyReport, bound: Mapping[str, ActorMention], mention: EventMention, home: str | None
    ) -> tuple[ActorMention, ...]:
        """Who takes a step, of those whom its sentence names and of the treaty's parties."""
        everyone = {party: _at(m, mention) for party, m in bound.items()}
        known = tuple(filter(is_known, report.by))
        others = [m for m in report.by if m not in known]
        sides = {side(m) for m in known}
        missing = [m for party, m in everyone.items() if party not in sides]
        if isinstance(report, _Told) and report.step.is_joint and len(sides) < _TWO and missing:
            return tuple(everyone.values())
        if self._words.steps[report.action].joint:
            if known and len(missing) == 1 and any(m.actor.key.startswith("person:") for m in others):
                return (*known, *missing)
            return known or tuple(everyone.values()) or report.by
        if known or not others:
            return known or tuple(everyone.values())
        whose = self._whose_chamber(others, everyone, home)
        return (whose,) if whose is not None else tuple(everyone.values()) or report.by

    def _whose_chamber(
        self, bodies: Iterable[ActorMention], everyone: Mapping[str, ActorMention], home: str | None
    ) -> ActorMention | None:
        """The party whose 'the Senate' is, of which a text says no more."""
        texts = [m.text.lower().split() for m in bodies]
        if any(words[0] in ("both", "two", "all", "their") or words[-1].endswith("s") for words in texts):
            # 'both legislatures', 'the parliaments'
            return None
        if home is not None and home in everyone:
            return everyone[home]
        is_american = any(word in self._words.american for words in texts for word in words)
        return everyone.get("USA") if is_american else None


def _at(who: ActorMention, mention: EventMention) -> ActorMention:
    """Somebody for whom the words of a step stand: 'the treaty' for its parties."""
    return replace(who, text=mention.trigger.text, start=mention.trigger.start, end=mention.trigger.end)
