"""Where, when an event's own clause does not say: where the article has who takes part, else whence it is filed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etl.records import (
    Article,
    DateBasis,
    EventMention,
    Modality,
    ParagraphKind,
    Place,
    PlaceBasis,
    Role,
    Sentence,
)
from etl.records import Span as Words
from etl.transform.places import PlaceMention, place_named, stays

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from etl.transform.cast import Scene

_OCCASIONS = frozenset({"meeting", "visit", "negotiation", "mediation", "treaty"})
_NATIONAL = frozenset({"visit", "protest", "assault", "fight"})
# What somebody does where he is; a call, sanctions or an order to troops take effect elsewhere.
_IN_PERSON = _OCCASIONS | {"statement", "agreement"}
_NEARBY = 2
_SURE = 0.6
# 'CARACAS - Students marched', 'KIEV, Ukraine (Agency) --': what opens a story within a roundup.
_DATELINE = re.compile(
    r"(?P<place>[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de' .]{2,30}(?:, [A-Z][a-z]+(?: [A-Z][a-z]+)?)?)"
    r"(?: \([^()\n]{2,40}\))? (?:--?|[\u2013\u2014]) "
)
_SOMEWHERE = frozenset({"in", "at", "near", "outside", "inside", "off", "across", "along", "around", "on"})
_NO_PLACES = frozenset({"DATE", "TIME", "EVENT", "CARDINAL"})
_OWN_DATES = frozenset({DateBasis.TEXT, DateBasis.CAPTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """That persons or sides (keys of actors) were at a place, as a sentence says."""

    who: frozenset[str]
    place: Place
    sentence: int
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filed:
    """A dateline's place, and from where to where the paragraph goes that it opens."""

    start: int
    end: int
    place: Place


class Whereabouts:
    """The places of one article: what it has told of where persons are, and which of its events may take it up."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._stays: list[_Stay] = []
        self._paragraphs: dict[int, int] = {}
        self._silent: set[int] = set()
        """Sentences that name no place."""
        self._open: set[tuple[int, int, str]] = set()
        """The events that tell what happened, by their triggers and codes."""

    def read(
        self,
        sent: Span,
        sentence: Sentence,
        scene: Scene,
        places: Sequence[PlaceMention],
        *,
        paragraph: int,
        countries: Collection[str],
        spoken_of: Collection[str],
    ) -> None:
        """Take in what `sent` says of where persons are."""
        self._paragraphs[sentence.index] = paragraph
        if not any(_says_where(token) for token in sent):
            self._silent.add(sentence.index)
        for verb in sent if places else ():
            if verb.pos_ != "VERB" or verb.tag_ in ("VB", "VBN") or _is_to_come(verb):
                continue
            subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
            who = _persons(scene, subject)
            place = stays(verb, places, countries=countries, spoken_of=spoken_of) if who else None
            if place is not None:
                self._stays.append(_Stay(who=who, place=place, sentence=sentence.index, paragraph=paragraph))

    def note(self, mention: EventMention, trigger: Token) -> None:
        """Take in an event: whether it may be where the story is, and who was where it happened."""
        if mention.place is not None and mention.type in _IN_PERSON and mention.modality is Modality.ASSERTED:
            stay = _Stay(
                who=_actors(mention),
                place=mention.place,
                sentence=mention.sentence.index,
                paragraph=self._paragraphs[mention.sentence.index],
            )
            self._stays.append(stay)
        verb = next((t for t in (trigger, *trigger.ancestors) if t.pos_ in ("VERB", "AUX")), trigger)
        had = any(c.lower_ in ("had", "has", "have") and c.dep_ == "aux" for c in verb.children)
        if mention.modality is Modality.ASSERTED and not mention.background and not had and not _is_to_come(verb):
            self._open.add(_key(mention))

    def settled(self, mentions: Sequence[EventMention], spoken_of: Collection[str]) -> tuple[EventMention, ...]:
        """`mentions` (of the whole article) with the places that the story or the dateline gives them."""
        datelines = self._datelines(spoken_of)
        out = []
        for mention in mentions:
            place = mention.place
            if place is None and _key(mention) in self._open:
                place = self._of_story(mention)
                line = next((d for d in reversed(datelines) if d.start <= mention.sentence.start), None)
                if place is None and line is not None and self._is_news_of(mention, line):
                    place = line.place
            out.append(replace(mention, place=place))
        return tuple(out)

    def _of_story(self, mention: EventMention) -> Place | None:
        """Where the nearest sentence has those who take part: the same, one shortly before, one behind in the paragraph."""
        if mention.type not in _IN_PERSON:
            return None
        actors, at = _actors(mention), mention.sentence.index
        paragraph = self._paragraphs[at]
        persons = frozenset(key for key in actors if key.startswith("person:"))
        near = [
            stay
            for stay in self._stays
            if (
                stay.sentence == at
                or (stay.paragraph == paragraph and abs(stay.sentence - at) <= _NEARBY)
                or 0 < at - stay.sentence <= _NEARBY
            )
            and (persons & stay.who or (mention.type in _OCCASIONS and len(actors) > 1 and actors <= stay.who))
            and (stay.sentence == at or mention.date.basis not in _OWN_DATES or mention.date.rule == "story")
        ]
        best = min(near, key=lambda s: (s.paragraph != paragraph, abs(s.sentence - at), s.sentence > at), default=None)
        if best is None:
            return None
        return replace(best.place, confidence=round(best.place.confidence * _SURE, 2), basis=PlaceBasis.STORY)

    def _datelines(self, spoken_of: Collection[str]) -> tuple[_Filed, ...]:
        """Whence the story is filed, or each of the stories of a roundup, in the order of the text."""
        text, line = self._article.text, self._article.dateline
        found: list[_Filed] = []
        for paragraph in self._article.paragraphs:
            if paragraph.kind is not ParagraphKind.BODY:
                continue
            if line is not None and not found and paragraph.end > line.end:
                start, name = line.start, line.place
            elif match := _DATELINE.match(text, paragraph.start, paragraph.end):
                start, name = paragraph.start, match["place"].title()
            else:
                continue
            span = Words(text=text[start : start + len(name)], start=start, end=start + len(name))
            place = place_named(name, countries=spoken_of, span=span)
            if place is not None:
                found.append(_Filed(start=paragraph.start, end=paragraph.end, place=place))
            elif not found:
                line = None
        return tuple(found)

    def _is_news_of(self, mention: EventMention, line: _Filed) -> bool:
        """Whether an event is the news itself, told where it happened.

        It stands in a sentence that names no other place, on the day of the dateline, and is of a type that happens in a place.
        Statements and promises are those of the dateline's country alone; the rest stands in the paragraph that the dateline
        opens and may be of the day before (two before the
        day of publication, where the dateline has no day). Violence and visits must have to do with the dateline's country.
        """
        filed = self._article.dateline.on if self._article.dateline else None
        day = filed or self._article.published_on
        start, country = mention.date.start, line.place.country
        if mention.sentence.kind is not ParagraphKind.BODY or mention.sentence.index not in self._silent:
            return False
        if (
            day is None
            or start is None
            or start != mention.date.end
            or not 0 <= (day - start).days <= (1 if filed else 2)
        ):
            return False
        countries = {p.mention.actor.country for p in mention.participants}
        sources = {p.mention.actor.country for p in mention.participants if p.role in (Role.SOURCE, Role.PARTY)}
        is_lead = mention.sentence.start < line.end
        if mention.type in ("statement", "agreement"):
            joint = is_lead and mention.type == "agreement" and country in sources and len(sources) > 1
            return start == day and (joint or sources == {country})
        if mention.type in ("meeting", "negotiation", "mediation", "treaty"):
            return is_lead
        return is_lead and mention.type in _NATIONAL and (country in countries or sources == {None})


def _key(mention: EventMention) -> tuple[int, int, str]:
    return mention.trigger.start, mention.trigger.end, mention.cameo


def _actors(mention: EventMention) -> frozenset[str]:
    return frozenset(p.mention.actor.key for p in mention.participants if p.role in (Role.SOURCE, Role.PARTY))


def _persons(scene: Scene, subject: Token | None) -> frozenset[str]:
    if subject is None:
        return frozenset()
    tokens = (subject, *subject.conjuncts)
    found = (m.actor.key for t in tokens for m in scene.heads.get(t.i, ()))
    return frozenset(key for key in found if key.startswith("person:"))


def _is_to_come(verb: Token) -> bool:
    """'will meet', 'is to visit', 'would reopen', 'to sign'."""
    if any(
        c.dep_ == "aux" and c.lower_ in ("will", "would", "to", "shall", "may", "might", "could", "can")
        for c in verb.children
    ):
        return True
    return verb.dep_ == "xcomp" and any(c.dep_ == "aux" for c in verb.children)


def _says_where(token: Token) -> bool:
    """Whether a word is a place by the preposition before it, known or not: 'at Chushul', 'in Yemen'."""
    return (
        token.pos_ == "PROPN"
        and token.dep_ == "pobj"
        and token.head.lower_ in _SOMEWHERE
        and token.ent_type_ not in _NO_PLACES
    )
