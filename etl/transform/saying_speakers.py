"""Who speaks by a word that carries what is said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from etl.records import ActorKind, ActorMention, EventMention, Role
from etl.transform.arguments import arguments, prepositions
from etl.transform.roles import Roles
from etl.transform.saying_carriers import Carrier
from etl.transform.saying_sentences import Sentence, Unquoted

if TYPE_CHECKING:
    from spacy.tokens import Token

_THIRD = frozenset({"he", "she", "it", "they"})
_PUNCTUATION = frozenset({",", ".", ";", ":", "-", "–", "—"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
_BEGINS_PHRASE = _NOMINAL | {"DET", "ADJ", "NUM"}


class Speakers:
    """Who speaks in one paragraph."""

    def __init__(self, paragraph: Unquoted, roles: Roles) -> None:
        self._inside = paragraph.inside
        self._roles = roles
        self._heads = heads = roles.scene.heads
        self._named = sorted(i for i, who in heads.items() if who and i not in paragraph.inside)
        self._persons = [i for i in self._named if heads[i][0].actor.key.startswith("person:")]

    def of(
        self, carrier: Carrier, sentence: Sentence, last: tuple[ActorMention, ...], *, named: bool = False
    ) -> tuple[ActorMention, ...]:
        """Who speaks by `carrier`, `last` being who spoke last.

        Nobody where it is no actor, or is only called by a nationality where `named` is asked for.
        """
        token = carrier.token
        if token.lower_ == "according":
            behind = next((obj for prep, obj in prepositions(token) if prep == "to"), None)
            return self._roles.loosely(behind)
        if token.text == ":":
            return self._before_colon(token, sentence) or last
        subject = arguments(token).subject
        if subject is None or subject.i in self._inside or subject.i not in sentence.at:
            subject = self._beside_verb(token, sentence)
        if subject is None:
            return ()
        standing_for = self._roles.actors if named else self._roles.loosely
        found = self._in_apposition(subject) or standing_for(subject)
        return last if not found and subject.lower_ in _THIRD else found

    def _before_colon(self, colon: Token, sentence: Sentence) -> tuple[ActorMention, ...]:
        at = bisect_left(self._named, colon.i)
        if at and self._named[at - 1] in sentence.at:
            return self._heads[self._named[at - 1]]
        # 'The minister has just ended his news conference. The main line: "..."'
        at = bisect_left(self._persons, colon.i)
        return self._heads[self._persons[at - 1]][:1] if at else ()

    def _in_apposition(self, subject: Token) -> tuple[ActorMention, ...]:
        """'A spokesman for the Commission, Nico Wegter, said'."""
        beside = (m for c in subject.children if c.dep_ == "appos" for m in self._roles.actors(c))
        persons = (m for m in beside if m.actor.key.startswith("person:"))
        person = next((m for m in persons if m.actor.country or m.actor.sector == "IGO"), None)
        return (person,) if person is not None else ()

    def _beside_verb(self, verb: Token, sentence: Sentence) -> Token | None:
        """The subject that a parser misses: the actor behind 'said', else the one before it."""
        words, at = sentence.words, sentence.at[verb.i]
        first = words[at + 1] if at + 1 < len(words) else None
        if first is not None and first.pos_ in _BEGINS_PHRASE and first.lower_ != "that":
            behind = (words[i] for i in range(at + 1, len(words)))
            phrase = list(takewhile(_is_in_phrase, behind))
            return next((t for t in reversed(phrase) if t.i in self._heads), phrase[-1] if phrase else None)
        before = (words[i] for i in range(at - 1, -1, -1))
        return next((t for t in before if t.i in self._heads or t.pos_ in _NOMINAL), None)


def _is_in_phrase(token: Token) -> bool:
    return token.text not in _PUNCTUATION and token.pos_ not in ("VERB", "AUX", "ADP")


def voice_of(mention: EventMention) -> tuple[ActorMention, ...]:
    """Who makes a coded statement."""
    return tuple(p.mention for p in mention.participants if p.role in (Role.SOURCE, Role.PARTY))


def is_private(speaker: ActorMention) -> bool:
    """Whether a speaker is a person who speaks for nobody else."""
    actor = speaker.actor
    return actor.key.startswith("person:") and not (actor.country or actor.office or actor.sector)


def is_act_of(mention: EventMention, speakers: Sequence[ActorMention]) -> bool:
    """Whether what is said to be done is done by those who say so, or by their state."""
    keys, countries = {m.actor.key for m in speakers}, {m.actor.country for m in speakers if m.actor.country}
    return any(
        m.actor.key in keys
        or (m.actor.country in countries and (m.actor.kind is ActorKind.COUNTRY or m.actor.sector == "GOV"))
        for m in voice_of(mention)
    )
