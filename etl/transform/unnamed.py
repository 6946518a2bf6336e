"""Whose?: parties of whom a text says only what they are ('police', 'students'), settled by where the event happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from etl.records import Actor, ActorMention, Participant, Role

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
_BY_FORCE = ("173", "183", "19", "20")
_VIOLENT = ("18", "19", "20")
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
) -> tuple[Participant, ...]:
    """`participants` with a country for those who have none, and the target that a domestic act implies.

    `place` is the country in which the event happens (ISO 3166-1 alpha-3), with the words that say so; `part_of` gives
    the actor of a country and a sector; `home` is the country that the article is filed from.
    """
    if all(p.mention.actor.key.startswith("group:") for p in participants) and not code.startswith(_ON_THE_GROUND):
        public = any(p.mention.actor.sector in _PUBLIC for p in participants if p.role is Role.SOURCE)
        if not (home and public):
            return tuple(participants)
    here = place[0] if place else None
    domestic = code.startswith(_DOMESTIC)

    def own(roles: tuple[Role, ...]) -> str | None:
        countries = {p.mention.actor.country for p in participants if p.role in roles and p.mention.actor.country}
        return next(iter(countries)) if len(countries) == 1 else None

    acting, others = (Role.SOURCE, Role.PARTY), (Role.TARGET, Role.ABOUT)
    if code.startswith("14") and here and place and not any(p.role in acting for p in participants):
        # 'rioting broke out in Belfast'
        crowd = Participant(role=Role.SOURCE, mention=replace(place[1], actor=part_of(here, "CVL")))
        participants = (crowd, *participants)
    opposed = any(p.mention.actor.sector in _OPPOSED for p in participants if p.role is Role.SOURCE)
    out = []
    for participant in participants:
        actor = participant.mention.actor
        if actor.country is None and (actor.key.startswith("group:") or (actor.office and domestic)):
            # of 'the prime minister' whom an opposition accuses nothing needs to be said
            at_home = actor.sector in _AT_HOME or domestic or (opposed and participant.role in others)
            other_side = own(others if participant.role in acting else acting)
            abroad = participant.role in others and code.startswith(_ABROAD_TOO) and not _acts_at_home(participants)
            if abroad:
                # those whom an army fights or questions, or a state helps or sanctions, are not of its own country
                other_side = None
            attacked = any(p.mention.actor.sector == "MIL" for p in participants if p.role in others)
            if participant.role in acting and code.startswith(_VIOLENT) and attacked and not place:
                # 'militants killed American soldiers' may be anywhere
                other_side = None
            country = (here if at_home or participant.role in others else None) or (other_side if at_home else None)
            if country is None and not abroad and (at_home or actor.sector in _PUBLIC):
                country = home
            if country:
                mine = (
                    part_of(country, actor.sector)
                    if actor.key.startswith("group:")
                    else replace(actor, country=country)
                )
                participant = replace(participant, mention=replace(participant.mention, actor=mine))
        out.append(participant)
    if here and place and code.startswith(_VIOLENT):
        # 'three soldiers were killed by a bomb in Basra', 'shelled rebel districts of Homs'
        for mine_roles, role in ((others, Role.TARGET), (acting, Role.SOURCE)):
            if any(p.role in mine_roles for p in out):
                continue
            abroad = any(p.mention.actor.country not in (None, here) for p in out)
            if role is Role.TARGET or (code.startswith(_BY_FORCE) and not abroad):
                out.append(Participant(role=role, mention=replace(place[1], actor=part_of(here, None))))
    police = any(p.mention.actor.sector in ("COP", "JUD") for p in out if p.role is Role.SOURCE)
    homeward = domestic or (opposed and code.startswith(_OF_OPPOSITION)) or (police and code.startswith("17"))
    if homeward and any(p.role in acting for p in out) and not any(p.role in others for p in out):
        words = place[1] if place else next((p.mention for p in out if p.mention.actor.country), None)
        country = here or (words.actor.country if words else None)
        if words is not None and country:
            out.append(Participant(role=Role.TARGET, mention=replace(words, actor=part_of(country, None))))
    return tuple(out)


def _acts_at_home(participants: Sequence[Participant]) -> bool:
    """Whether those who act do so in their own country: police, courts, governments, rebels; not armies or states as such."""
    at_home = _AT_HOME | {"GOV"}
    return any(p.mention.actor.sector in at_home for p in participants if p.role is Role.SOURCE)
