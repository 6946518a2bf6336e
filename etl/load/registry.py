"""Who is who across articles: persons whom a text shows with country or office, found again by their name alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from db.schema import Base
from etl.records import Actor, ActorKind, Article, stable_id

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLES = Base.metadata.tables
_KEY_LONGEST = 200
_SLUG_LONGEST = 300
_VARIABLES = 10_000
# How far an article may lie from those that tell a person's country or office, for the name alone to mean that person:
# about as long as a career in high office.
_YEARS = 15
_DAYS = _YEARS * 365.25
# Of whom an article tells nothing but the name; names of persons are at times taken for those of organisations.
_BARE = ("person:-:", "org:-:")


def shortened(words: str, longest: int) -> str:
    """`words`, or where they are too long for an index their beginning and a hash of all of them."""
    return words if len(words) <= longest else f"{words[: longest - 17]}-{stable_id(words)}"


def actor_id(actor: Actor) -> str:
    """The id of the row of `actor`."""
    return shortened(actor.key, _KEY_LONGEST)


def day_of(article: Article) -> date | None:
    """The date that an article speaks on: of its dateline, else of its publication."""
    return (article.dateline.on if article.dateline else None) or article.published_on


def full_name(name: str) -> str | None:
    """`name` as articles are compared by it; None for a single word, which is nobody's name across articles."""
    from etl.transform.cast import slug

    return shortened(slug(name), _SLUG_LONGEST) if len(slug(name).split("-")) > 1 else None


def is_bare(actor: Actor) -> bool:
    """Whether an article gives an actor a full name and no country."""
    return actor.key.startswith(_BARE) and full_name(actor.name) is not None


def is_registered(person: Actor) -> bool:
    """Whether an article tells enough of `person` for the registry: a country or an office."""
    return person.kind is ActorKind.PERSON and (person.country is not None or person.office is not None)


@dataclass(slots=True, kw_only=True)
class _Known:
    """A registered person: sector, and the first and last date on which a text told country or office."""

    sector: str | None
    first: date | None = None
    last: date | None = None

    def see(self, on: date | None, sector: str | None) -> None:
        self.sector = max(filter(None, (self.sector, sector)), default=None)
        if on:
            self.first, self.last = min(self.first or on, on), max(self.last or on, on)

    def is_plausible(self, on: date | None) -> bool:
        if on is None or self.first is None or self.last is None:
            return True
        return max((self.first - on).days, (on - self.last).days) <= _DAYS


class Registry:
    """The registered persons of some names, as the database knows them and the articles read since.

    Articles are read in the order in which they are loaded, so that batches of any size give the same.
    """

    def __init__(self, connection: Connection, actors: Iterable[Actor]) -> None:
        self._known: dict[str, _Known] = {}
        self._named: dict[str, dict[str, bool]] = {}
        """By full name: the ids of those called so, and whether a user said so."""
        alias, table = _TABLES["actor_alias"], _TABLES["actor"]
        names = sorted({name for actor in actors if (name := full_name(actor.name))})
        rows = select(
            alias.c.slug, table.c.id, alias.c.is_given, table.c.sector_code, table.c.first_seen_on, table.c.last_seen_on
        ).join(table, table.c.id == alias.c.actor_id)
        for n in range(0, len(names), _VARIABLES):
            some = rows.where(alias.c.slug.in_(names[n : n + _VARIABLES]))
            for slug, id_, given, sector, first, last in connection.execute(some).tuples():
                self._known[id_] = _Known(sector=sector, first=first, last=last)
                called = self._named.setdefault(slug, {})
                called[id_] = called.get(id_, False) or given

    def read(self, article: Article, actors: Sequence[Actor]) -> Mapping[str, tuple[str, ...]]:
        """Enter the persons among the `actors` of `article`, and tell whom its names without country may stand for.

        By the id of each such actor that the registry knows: the ids of the candidates, or none where it is known only as
        it stands, by an office without a country.
        """
        on = day_of(article)
        for person in actors:
            if is_registered(person) and (name := full_name(person.name)):
                self._named.setdefault(name, {}).setdefault(actor_id(person), False)
                self._known.setdefault(actor_id(person), _Known(sector=person.sector)).see(on, person.sector)
        found = {}
        for actor in actors:
            if is_bare(actor) and (named := self._named.get(full_name(actor.name) or "")):
                found[actor_id(actor)] = self._candidates(actor, named, on)
        return {
            id_: candidates
            for id_, candidates in found.items()
            if candidates or (id_ in self._known and self._known[id_].is_plausible(on))
        }

    def _candidates(self, actor: Actor, named: Mapping[str, bool], on: date | None) -> tuple[str, ...]:
        own = actor_id(actor)
        if given := sorted(id_ for id_, by_user in named.items() if by_user and id_ != own):
            return tuple(given)
        return tuple(
            sorted(
                id_
                for id_ in named
                if id_ != own
                and self._known[id_].is_plausible(on)
                and (actor.office is None or actor.sector == self._known[id_].sector)
            )
        )
