"""Whom a sentence names as taking the steps that it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etl.knowledge.treaties import TreatyWords
from etl.records import Actor, ActorKind, ActorMention
from etl.transform.arguments import arguments, prepositions
from etl.transform.clauses import verb_above
from etl.transform.roles import Roles, unique
from etl.transform.treaty_identity import Things
from etl.transform.treaty_mentions import NOUN_PARTS
from etl.transform.treaty_sides import is_faction
from etl.transform.treaty_words import singular

if TYPE_CHECKING:
    from spacy.tokens import Token

_FIRMS = frozenset({"BUS", "MNC"})


class Takers:
    """Who takes the steps of one sentence."""

    def __init__(self, roles: Roles, things: Things, words: TreatyWords) -> None:
        self._roles = roles
        self._offset = roles.scene.offset
        self._things = things
        self._words = words

    def of_verb(self, verb: Token, subject: Token | None) -> tuple[ActorMention, ...] | None:
        """Who does what `verb` tells; None where it is a firm."""
        if subject is None:
            return ()
        roles = self._roles
        each_other = subject.lemma_.lower() == "other" and any(c.lower_ == "each" for c in subject.children)
        if subject.lower_ in ("other", "another") or each_other:
            governor = next((t for t in verb.ancestors if t.pos_ == "VERB"), None)
            return roles.loosely(arguments(governor).subject) if governor is not None else ()
        if self._is_firm(subject):
            return None
        found = unique((*roles.loosely(subject), *(m for t in _joined(subject) for m in roles.actors(t))))
        granted = verb.head if verb.dep_ == "acl" and verb.head.dep_ == "dobj" else None
        if granted is not None and (dative := arguments(granted.head).dative) is not None:
            # 'would give Russia the right to leave'
            found = roles.actors(dative) or found
        if not found and subject.pos_ in ("NOUN", "PROPN"):
            found = roles.inside(subject)
        return self._of_chamber(found, subject)

    def of_noun(self, noun: Token, heads: list[Token], *, joint: bool) -> tuple[ActorMention, ...]:
        """Who takes the step that a noun tells: its owners, those behind 'by', else who governs it."""
        roles = self._roles
        if owners := unique(m for m in roles.owners(noun) if not any(_inside(m, h, self._offset) for h in heads)):
            return owners
        behind = (obj for n in (noun, *heads) for prep, obj in prepositions(n) if prep == "by")
        if by := unique(m for obj in behind for m in roles.loosely(obj)):
            return by
        if joint:
            return ()
        # 'nationalists fight ratification'
        return tuple(m for m in self._governing(noun) if not is_faction(m))

    def _governing(self, noun: Token) -> tuple[ActorMention, ...]:
        """Who does what a noun tells, by the verb above it: 'announced a withdrawal', 'accused X of breaches'."""
        verb = verb_above(noun)
        if verb is None or noun.dep_ in ("nsubj", "nsubjpass"):
            return ()
        args = arguments(verb)
        if verb.lemma_.lower() in self._words.accusing:
            return self._roles.loosely(args.object)
        return self._of_chamber(self._roles.loosely(args.subject), noun)

    def _is_firm(self, noun: Token) -> bool:
        firms, roles = self._words.firms, self._roles
        if noun.text[0].islower() and noun.lemma_.lower() in firms:
            return True
        phrase = (noun, *(c for c in noun.children if c.dep_ in NOUN_PARTS))
        if any(t.lemma_.lower() in firms for t in phrase) and not roles.actors(noun):
            return True
        return any(m.actor.sector in _FIRMS for m in roles.loosely(noun))

    def _of_chamber(self, found: tuple[ActorMention, ...], noun: Token) -> tuple[ActorMention, ...]:
        """'The Senate' as that of the only country of which its sentence speaks."""
        told = any(
            c.dep_ in ("poss", "amod", "compound", "nmod") or (c.dep_ == "prep" and c.lower_ in ("of", "in"))
            for c in noun.children
        )
        if told or noun.lemma_.lower() not in self._words.chambers or singular(noun) != noun.lower_ or len(found) > 1:
            return found
        scene, sent = self._roles.scene, noun.sent
        others = [m for i, ms in scene.heads.items() if sent.start <= i < sent.end and i != noun.i for m in ms]
        towns = [m for i in range(sent.start, sent.end) if i in scene.towns for m in self._roles.town(sent.doc[i])]
        named = {m.actor.country: m for m in (*others, *towns) if m.actor.country}
        if len(named) == 1:
            return tuple(self._things.party(m) for m in named.values())
        start = self._offset + noun.idx
        chamber = Actor(key="group:LEG", name=noun.text, kind=ActorKind.GROUP, sector="LEG")
        return (ActorMention(actor=chamber, text=noun.text, start=start, end=start + len(noun)),)


def _joined(token: Token) -> Iterator[Token]:
    """`token` and what is joined to it, to an apposition or behind its 'of' or 'in': 'General X of Peru and General Y of Chile'."""
    yield token
    for child in token.rights:
        if child.dep_ in ("conj", "appos") and child.pos_ in ("NOUN", "PROPN"):
            yield from _joined(child)
        elif child.dep_ == "prep" and child.lower_ in ("of", "in"):
            yield from (t for obj in child.children if obj.dep_ == "pobj" for t in list(_joined(obj))[1:])


def _inside(mention: ActorMention, head: Token, offset: int) -> bool:
    """Whether an actor is named within the phrase of a treaty."""
    start, end = head.left_edge.idx, head.right_edge.idx + len(head.right_edge)
    return offset + start <= mention.start < offset + end
