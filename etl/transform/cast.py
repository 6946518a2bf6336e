"""Of whom an article speaks: its persons, and the actors of each of its paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.records import Actor, ActorKind, ActorMention

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from etl.transform.names import Named


def slug(name: str) -> str:
    """`name` as lower-case ASCII words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", unaccented(name).lower()).strip("-")


def unaccented(name: str) -> str:
    """`name` in letters of ASCII."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


@dataclass(slots=True, kw_only=True)
class Person:
    """What an article says of a person, gathered over all its sentences."""

    name: str
    country: str | None = None
    sector: str | None = None
    office: str | None = None
    key: str | None = None

    @property
    def actor(self) -> Actor:
        """The person as an actor."""
        key = self.key or f"person:{self.country or '-'}:{slug(self.name)}"
        return Actor(
            key=key, name=self.name, kind=ActorKind.PERSON, country=self.country, sector=self.sector, office=self.office
        )


@dataclass(slots=True, kw_only=True)
class Cast:
    """The persons of one article, so that 'Campbell' and 'the minister' find whom they stand for."""

    persons: dict[str, Person] = field(default_factory=dict)
    short: dict[str, Person] = field(default_factory=dict)
    countries: Counter[str] = field(default_factory=Counter)
    """How often the article names each country."""

    def enter(self, found: Person) -> None:
        """Add `found`, or what is new of it to the person already known by that name or a part of it."""
        known = self.persons.get(found.name) or self._in_full(found.name) or self._in_part(found)
        if known is None:
            words = found.name.split()
            known = self.short.get(words[0]) if len(words) == 1 else None
        if known is None:
            self.persons[found.name] = known = found
        self._call(known)
        known.country = known.country or found.country
        known.sector = known.sector or found.sector
        known.key = known.key or found.key
        if found.office and len(found.office) > len(known.office or ""):
            known.office = found.office

    def _call(self, person: Person) -> None:
        words = person.name.split()
        # 'Sulaiti' is al-Sulaiti
        for word in dict.fromkeys((words[0], words[-1], re.sub(r"^[Aa][ld]-", "", words[-1]))):
            self.short.setdefault(word, person)
            self.short.setdefault(unaccented(word), person)

    def _in_full(self, name: str) -> Person | None:
        """The only person of whose name `name` is the end: 'Kiala Fortes' of 'Domingas Kiala Fortes'."""
        found = [p for full, p in self.persons.items() if " " in name and full.endswith(f" {name}")]
        return found[0] if len(found) == 1 else None

    def _in_part(self, found: Person) -> Person | None:
        """Who was called 'Minister Sorheim' before the article gave the name in full, which is then known."""
        last = found.name.split()[-1]
        person = self.persons.get(last)
        if (
            person is None
            or last == found.name
            or (person.country and found.country and person.country != found.country)
        ):
            return None
        del self.persons[last]
        person.name = found.name
        self.persons[found.name] = person
        return person

    @property
    def country(self) -> str | None:
        """The country that the article is about: named more often than all others together."""
        most = self.countries.most_common(1)
        return most[0][0] if most and most[0][1] * 2 > self.countries.total() else None

    def find(self, name: str) -> Person | None:
        """The person called `name`, in full or by one name."""
        return self.persons.get(name) or self.short.get(name) or self._in_full(name)

    def with_office(self, title: str) -> Person | None:
        """The only person whose office ends with `title`; None when there is none or more than one."""
        holders = [p for p in self.persons.values() if p.office and p.office.lower().endswith(title)]
        return holders[0] if len(holders) == 1 else None


@dataclass(frozen=True, slots=True)
class Scene:
    """The actors of one document (a paragraph), by the token that heads each of them."""

    doc: Doc
    offset: int
    heads: dict[int, tuple[ActorMention, ...]]
    """Names and titles, and once `References` has read the article its short forms too."""
    covered: frozenset[int]
    named: tuple[Named, ...]
    modifiers: Mapping[int, Named]
    """Country and organisation names by each of their tokens, for what they modify."""
    private: frozenset[str]
    """Nouns whose nationality makes nobody an actor: 'a Dutch retailer'."""
    towns: Mapping[int, Named]
    """Towns by the token that heads their name, as the country they lie in."""
    country: str | None = None
    """The country that the article is about (ISO 3166-1 alpha-3), if it is about one."""
