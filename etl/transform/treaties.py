"""The treaties of an article: puts together their mentions, the steps in their lives, their parties and their provisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from etl.records import Actor, Article, EventMention, Modality, Treaty, TreatyReport, stable_id
from etl.transform.frames import Candidate
from etl.transform.roles import Roles
from etl.transform.treaty_events import events_of
from etl.transform.treaty_identity import Things, countries
from etl.transform.treaty_mentions import mentions
from etl.transform.treaty_parties import REAL, Parties
from etl.transform.treaty_provisions import keep_provisions
from etl.transform.treaty_sides import is_faction
from etl.transform.treaty_steps import Step, keep_depositary, steps_in
from etl.transform.treaty_words import TreatyFinder

if TYPE_CHECKING:
    from spacy.tokens import Span as Words


class Treaties:
    """The treaties of one article, as it is read."""

    def __init__(self, finder: TreatyFinder, article: Article, state: Callable[[str], Actor], year: int | None) -> None:
        """`state` gives the country of an ISO 3166-1 alpha-3 code as an actor; `year` is that of the article, if known."""
        self._finder = finder
        self._year = year
        self._article = article.id
        self._things = Things(finder, state, article.dateline.place if article.dateline else None)
        self._parties = Parties(finder.words, self._things)

    def read(self, sent: Words, roles: Roles, index: int, *, is_title: bool) -> list[Step]:
        """The steps that a sentence, the `index`-th of the article, takes with treaties; what it says of them is kept."""
        found = mentions(sent, self._finder, self._year, is_title=is_title)
        reading = self._things.read(found, sent, roles, index, is_title=is_title)
        steps = steps_in(reading, self._things, self._finder) if sent[-1].text != "?" else []
        for step in steps:
            self._things[step.treaty].countries |= countries(m for m in step.by if not is_faction(m))
        keep_depositary(reading, self._things, self._finder)
        keep_provisions(reading, self._things, self._finder, (step.trigger for step in steps))
        return steps

    def candidates(self, found: Sequence[Candidate], steps: Sequence[Step]) -> list[tuple[Candidate, Step | None]]:
        """The events of a sentence, each with the step that it is; steps that no event of `found` is become events."""
        return events_of(found, steps)

    def report(self, step: Step, candidate: Candidate) -> TreatyReport:
        """What a step says, its treaty known by its number until the article is read."""
        return self._parties.report(step, candidate)

    def with_parties(self, mentions: Sequence[EventMention], home: str | None, *, scored: bool) -> list[EventMention]:
        """`mentions` (of the whole article), each step with those who take it; `home` is where the article is filed from."""
        return self._parties.completed(mentions, home, scored=scored)

    def settled(self, mentions: Sequence[EventMention]) -> list[EventMention]:
        """`mentions` with the treaties that the article tells of; steps that nobody takes and treaties only wished for are left out."""
        told: dict[int, list[EventMention]] = defaultdict(list)
        for mention in mentions:
            if mention.treaty is not None:
                told[int(mention.treaty.treaty.id)].append(mention)
        whole = {number: self._treaty(number, steps) for number, steps in told.items()}
        wished = {number for number, steps in told.items() if self._is_wished(number, steps)}
        out = []
        for mention in mentions:
            if (report := mention.treaty) is None:
                out.append(mention)
            elif mention.participants:
                number = int(report.treaty.id)
                final = TreatyReport(treaty=whole[number], name=report.name, action=report.action, by=report.by)
                out.append(replace(mention, treaty=None if number in wished else final))
        return out

    def _is_wished(self, number: int, told: Sequence[EventMention]) -> bool:
        """Whether a treaty is only wished for: not known to the text, and no step with it is taken, or not taken."""
        real = any(m.modality in REAL or m.modality is Modality.NEGATED for m in told)
        return not (self._things[number].is_known or real)

    def _treaty(self, number: int, told: Sequence[EventMention]) -> Treaty:
        thing = self._things[number]
        first = thing.names[0]
        signed = [m for m in told if m.treaty and m.treaty.action == "signed" and m.modality is Modality.ASSERTED]
        return Treaty(
            id=stable_id("treaty", self._article, str(first.start), str(first.end)),
            name=thing.best[2],
            kind=thing.kind,
            names=tuple(span for _, span in sorted({n.start: n for n in thing.names}.items())),
            parties=tuple(self._parties.bound(number).values()),
            signatories=self._parties.signatories(number),
            depositary=thing.depositary,
            venue=next((m.place for m in signed if m.place), None),
            provisions=tuple(sorted(thing.provisions.values(), key=lambda p: (p.span.start, p.code))),
        )
