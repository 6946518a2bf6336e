"""Whose?: parties of whom a text says only what they are ('police', 'students'), settled by where the event happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from etl.records import Actor, ActorMention, Participant, Role
from etl.transform.groups import is_unsettled

# Those who act at home unless the text says otherwise; ministers and soldiers act abroad as well.
_AT_HOME = frozenset(
    {"OPP", "REB", "CVL", "LAB", "AGR", "EDU", "COP", "JUD", "LEG", "REL", "PTY", "HLH", "MED", "BUS", "CRM"}
)
# Acts towards one's own government or people where no other is named: protest (14), curfews, bans, emergency rule and
# threats of them (172, 132), violent repression (175), easing them and political reform, and asking for them or refusing.
_DOMESTIC = (
    "14", "172", "132", "175", "081", "082", "083", "034", "024", "104", "123", "0351", "0352", "1051", "1052", "1241", "1242",
)  # fmt: skip
# Bodies of public life, which in a report filed from a country are that country's.
_PUBLIC = frozenset({"GOV", "MIL", "COP", "LEG", "JUD", "OPP", "REB", "PTY"})
# Those who act in public: in a report about one country they are that country's.
_ORGANISED = (_PUBLIC - {"JUD"}) | {"LAB", "AGR"}
_VIOLENT = ("18", "19", "20")
# Violence and arrests of which a text tells the place alone: those who do it are of that place.
_BY_SOMEBODY_THERE = ("173", "183", "19", "20")
# Acts of armies and states on people who are seldom their own: aid, inquiry, sanctions, war.
_ABROAD_TOO = ("07", "09", "16", "19")
# Acts of speech that those of no government direct at their own, where no other is named.
_OF_OPPOSITION = ("02", "10", "11", "12", "13", "17", "18")
_OPPOSED = frozenset({"OPP", "REB", "CVL", "LAB", "EDU", "REL", "PTY", "AGR"})
# Acts that are of a place even where nobody in them is named: 'police shot two students in Nairobi'.
_ON_THE_GROUND = ("08", "14", "15", "17", "18", "19", "20")


def settled(
    participants: Sequence[Participant],
    code: str,
    place: tuple[str, ActorMention] | None,
    part_of: Callable[[str, str | None], Actor],
    home: str | None = None,
    about: str | None = None,
) -> tuple[Participant, ...]:
    """`participants` with a country for those who have none, and the target that a domestic act implies.

    `place` is the country in which the event happens (ISO 3166-1 alpha-3), with the words that say so; `part_of` gives
    the actor of a country and a sector; `home` is the country that the article is filed from, `about` the one it is about.
    """
    if all(_is_unnamed(p.mention.actor) for p in participants) and not code.startswith(_ON_THE_GROUND):
        sectors = _sectors(participants)
        if not ((home and sectors & _PUBLIC) or (about and sectors & _ORGANISED)):
            return tuple(participants)
    case = _Case(code, place, home, about, part_of)
    found = list(participants)
    if code.startswith("14") and place and not _sides(found, _ACTING):
        # 'rioting broke out in Belfast'
        found.insert(0, case.of_the_place(Role.SOURCE, "CVL"))
    opposed = _sectors(found) & _OPPOSED
    found = [case.with_country(p, found, opposed=bool(opposed)) for p in found]
    if place and code.startswith(_VIOLENT):
        found += case.missing_in_violence(found)
    police = _sectors(found) & {"COP", "JUD"}
    if (
        not _sides(found, _OTHERS)
        and _sides(found, _ACTING)
        and (
            code.startswith(_DOMESTIC)
            or (opposed and code.startswith(_OF_OPPOSITION))
            or (police and code.startswith("17"))
        )
    ):
        found += case.own_people(found)
    return tuple(found)


_ACTING = (Role.SOURCE, Role.PARTY)
_OTHERS = (Role.TARGET, Role.ABOUT)


@dataclass(frozen=True, slots=True)
class _Case:
    """One event whose unnamed parties are being settled."""

    code: str
    place: tuple[str, ActorMention] | None
    home: str | None
    about: str | None
    part_of: Callable[[str, str | None], Actor]

    def of_the_place(self, role: Role, sector: str | None) -> Participant:
        """Somebody of the country in which the event happens; only where that is known."""
        assert self.place is not None
        country, words = self.place
        return Participant(role=role, mention=replace(words, actor=self.part_of(country, sector)))

    def with_country(self, one: Participant, everyone: Sequence[Participant], *, opposed: bool) -> Participant:
        """`one` with the country that the place, the other side or the article gives a party without one."""
        actor = one.mention.actor
        domestic = self.code.startswith(_DOMESTIC)
        if actor.country is not None or not (is_unsettled(actor) or (actor.office and domestic)):
            return one
        is_other = one.role in _OTHERS
        # of 'the prime minister' whom an opposition accuses nothing needs to be said
        at_home = actor.sector in _AT_HOME or domestic or (opposed and is_other)
        abroad = is_other and self.code.startswith(_ABROAD_TOO) and not _sectors(everyone) & (_AT_HOME | {"GOV"})
        country = self.place[0] if self.place and (at_home or is_other) else None
        if country is None and at_home and not abroad and not self._may_be_anywhere(one, everyone):
            country = _only_country(everyone, _ACTING if is_other else _OTHERS)
        if country is None and not abroad and (at_home or actor.sector in _PUBLIC):
            country = self.home
        if country is None and not is_other and actor.sector in _ORGANISED:
            country = self.about
        if country is None:
            return one
        settled_actor = self.part_of(country, actor.sector) if _is_unnamed(actor) else replace(actor, country=country)
        return replace(one, mention=replace(one.mention, actor=settled_actor))

    def _may_be_anywhere(self, one: Participant, everyone: Sequence[Participant]) -> bool:
        """Whether those who attack soldiers need not be of the soldiers' country: 'militants killed American soldiers'."""
        soldiers = any(p.mention.actor.sector == "MIL" for p in _sides(everyone, _OTHERS))
        return one.role in _ACTING and self.code.startswith(_VIOLENT) and soldiers

    def missing_in_violence(self, everyone: Sequence[Participant]) -> list[Participant]:
        """The side of which a text tells the place alone: 'were killed by a bomb in Basra', 'shelled districts of Homs'."""
        here = self.place[0] if self.place else None
        if not _sides(everyone, _OTHERS):
            return [self.of_the_place(Role.TARGET, None)]
        abroad = any(p.mention.actor.country not in (None, here) for p in everyone)
        if _sides(everyone, _ACTING) or abroad or not self.code.startswith(_BY_SOMEBODY_THERE):
            return []
        return [self.of_the_place(Role.SOURCE, None)]

    def own_people(self, everyone: Sequence[Participant]) -> list[Participant]:
        """The country towards which a domestic act is directed."""
        if self.place:
            return [self.of_the_place(Role.TARGET, None)]
        words = next((p.mention for p in everyone if p.mention.actor.country), None)
        if words is None or words.actor.country is None:
            return []
        return [Participant(role=Role.TARGET, mention=replace(words, actor=self.part_of(words.actor.country, None)))]


def _is_unnamed(actor: Actor) -> bool:
    return actor.key.startswith("group:")


def _sides(everyone: Sequence[Participant], roles: tuple[Role, ...]) -> list[Participant]:
    return [p for p in everyone if p.role in roles]


def _sectors(everyone: Sequence[Participant]) -> set[str | None]:
    """The sectors of those who act."""
    return {p.mention.actor.sector for p in everyone if p.role is Role.SOURCE}


def _only_country(everyone: Sequence[Participant], roles: tuple[Role, ...]) -> str | None:
    countries = {p.mention.actor.country for p in _sides(everyone, roles) if p.mention.actor.country}
    return next(iter(countries)) if len(countries) == 1 else None
