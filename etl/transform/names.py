"""Names of the gazetteer in a text, longest match first; names that mean more than one thing are decided by their context."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from etl.knowledge import Knowledge
from etl.records import Actor, ActorKind, stable_id
from etl.transform.cast import Cast, slug
from etl.transform.name_forms import forms
from etl.transform.phrases import entity_around
from etl.transform.places import country_of_place

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

_OF_LANGUAGES = frozenset({"speak", "learn", "teach", "understand", "study"})
# A nationality before one of these says how a thing is, not who acts: 'U.S.-led talks', 'pro-Iranian group'.
_STANCE_PREFIXES = frozenset({"pro", "anti", "ex", "non", "post", "pre"})
LED = frozenset({"coalition", "alliance", "force", "troop", "mission", "warplane", "strike", "airstrike", "air"})
BODIES = frozenset({"IGO", "NGO"})
OF_PRIVATE_LIFE = frozenset({"BUS", "EDU", "MED"})
HONORIFICS = frozenset({"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "dr", "dr.", "sir", "lord", "lady", "sheikh"})
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name of the gazetteer and what it stands for."""

    kind: str
    """``country``, ``adjective``, ``inhabitant``, ``capital``, ``seat``, ``region``, ``organisation`` or ``person``."""
    actor: Actor
    valid_from: date | None = None
    valid_to: date | None = None
    exact: bool = False
    """Whether it counts between its dates alone, not also around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A gazetteer name found in a document: token span and entry."""

    start: int
    end: int
    entry: Entry


class NameFinder:
    """Finds the gazetteer's names in documents, each as what it means where it stands."""

    def __init__(self, knowledge: Knowledge, nlp: Language) -> None:
        self._knowledge = knowledge
        self._agents = knowledge.agents
        self._ambiguous = knowledge.ambiguous
        self.entries: dict[str, list[Entry]] = {}
        """What each name may stand for, the likeliest first."""
        for name, entry in (*_dictionary(knowledge), *_gazetteer(knowledge)):
            self.entries.setdefault(name, []).append(entry)
        for name, codes in self._ambiguous.several.items():
            self.entries[name] = [Entry(kind="country", actor=self.country_actor(code)) for code in codes]
        for name, senses in self._ambiguous.readings.items():
            if name not in self.entries and senses[-1].country:
                self.entries[name] = [Entry(kind="country", actor=self.country_actor(senses[-1].country))]
        self._names = PhraseMatcher(nlp.vocab)
        self._names.add("NAME", [nlp.make_doc(name) for name in self.entries])
        # in headlines in capitals and in texts without any
        self._folded = {name.lower(): name for name in reversed(self.entries) if self.entries[name][0].kind != "person"}
        self._names_in_any_case = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._names_in_any_case.add("NAME", [nlp.make_doc(name) for name in self._folded])
        self.title_words = {w for title in (*knowledge.titles, *knowledge.title_modifiers) for w in title.split()}
        self.title_words |= HONORIFICS

    def country_actor(self, code: str) -> Actor:
        """The country with ISO 3166-1 alpha-3 `code` as an actor."""
        return country_actor(self._knowledge.countries[code].name, code)

    def part_of(self, owner: str | Actor, sector: str | None) -> Actor:
        """The part of a country or organisation that `sector` names, or the country or organisation itself."""
        return part_of(self.country_actor(owner) if isinstance(owner, str) else owner, sector)

    def find(self, doc: Doc, on: date | None) -> tuple[Named, ...]:
        """The gazetteer's names in `doc`, longest match first, each as what it means there."""
        text = doc.text
        caseless = text.isupper() or text.islower()
        found: list[Named] = []
        lower_words = self._ambiguous.common_words | self._ambiguous.lower_words
        matcher = self._names_in_any_case if caseless else self._names
        for span in filter_spans([doc[start:end] for _, start, end in matcher(doc)]):
            name = self._folded.get(span.text.lower(), "") if caseless else span.text
            if caseless and name.lower() in (lower_words if text.islower() else self._ambiguous.common_words):
                continue
            known = self.entries.get(name, ())
            entries = [entry for entry in known if _valid(entry, on)] or [
                # who is called in full may have left office long ago
                entry
                for entry in known
                if len(span) > 1 and on and not entry.exact and entry.valid_to and entry.valid_to < on
            ]
            if not entries or _is_stance(span) or (entries[0].kind != "person" and _inside_person(span)):
                continue
            if name in self._ambiguous.several:
                found += [Named(start=span.start, end=span.end, entry=entry) for entry in entries]
            elif entries[0].kind == "seat" and found and _owns(found[-1], span):
                # 'the German Foreign Office' is not Britain's
                owned = replace(entries[0], actor=part_of(found[-1].entry.actor, entries[0].actor.sector))
                found.append(Named(start=span.start, end=span.end, entry=owned))
            elif (meant := self._meant(span, name, entries[0])) is not None:
                if meant.entry.kind == "adjective" and (joined := self._joined(span)) is not None:
                    found.append(joined)
                found.append(meant)
        names = {i for n in found for i in range(n.start, n.end)}
        return tuple(n for n in found if not self._has_other_first_name(doc, n, names))

    def without_persons(self, named: tuple[Named, ...], doc: Doc, cast: Cast) -> tuple[Named, ...]:
        """`named` without countries that are the last name of a person met before: 'Vernon Jordan ... Jordan said'.

        Whoever acts by that name is the person, unless the paragraph speaks of the country by another word as well.
        """
        return tuple(
            name
            for name in named
            if not (
                name.entry.kind in ("country", "capital")
                and name.end - name.start == 1
                and doc[name.start].text in self._ambiguous.last_names
                and doc[name.start].dep_ in ("nsubj", "nsubjpass")
                and (person := cast.short.get(doc[name.start].text)) is not None
                and person.name.endswith(f" {doc[name.start].text}")
                and not any(
                    n.entry.actor.country == name.entry.actor.country and doc[n.start].text != doc[name.start].text
                    for n in named
                )
            )
        )

    def _meant(self, span: Span, name: str, entry: Entry) -> Named | None:
        """`span` as what it means where it stands; None where it is no name of a country or of anybody.

        The order is that of the rules: readings of ambiguous names, then persons, waters, institutions, and towns of
        the same name elsewhere.
        """
        if entry.kind in ("person", "organisation", "seat"):
            return Named(start=span.start, end=span.end, entry=entry)
        known, doc = self._ambiguous, span.doc
        before, behind = _words_before(span), _words_behind(span)
        for sense in known.readings.get(name, ()):
            always = not (sense.before or sense.behind or sense.near)
            if (always or before & sense.before or behind & sense.behind or _any_word(doc, sense.near)) and not (
                sense.unless and _any_word(doc, sense.unless)
            ):
                if not sense.country:
                    return None
                country = self.country_actor(sense.country)
                entry = Entry(kind="country" if sense.country != "USA" else "region", actor=country)
                start = span.start - 1 if before & sense.before else span.start
                return Named(start=start, end=span.end, entry=entry)
        if (
            self._namesake(span)
            or {word.lower() for word in before} & HONORIFICS
            or (name in known.languages and _is_language(span))
        ):
            return None
        if behind & known.features_behind or before & known.features_before:
            return None
        if entry.kind == "capital" and (behind & known.treaties_behind or before & known.treaties_before):
            return None
        end = span.end + 1
        longer = end < len(doc) and doc[end].tag_ == "NNP"
        if (body := next((word for word in behind if word in known.bodies), None)) and not longer:
            code = entry.actor.country or "-"
            actor = Actor(
                key=f"org:{code}:{slug(doc[span.start : end].text)}",
                name=doc[span.start : end].text,
                kind=ActorKind.ORGANISATION,
                country=entry.actor.country,
                sector=known.bodies[body],
            )
            return Named(start=span.start, end=end, entry=Entry(kind="organisation", actor=actor))
        if entry.kind in ("country", "capital") and self._is_town_elsewhere(span, entry):
            return None
        return Named(start=span.start, end=span.end, entry=entry)

    def _namesake(self, span: Span) -> bool:
        """Whether a country's or a capital's name is a person's: 'Denzel Washington', 'Jordan Peterson'."""
        known, doc = self._ambiguous, span.doc
        if len(span) > 1:
            return False
        if span.text in known.last_names and span.start > 0 and doc[span.start - 1].text in known.given_names:
            return True
        return span.text in known.first_names and self.is_first_name(doc, span.start)

    def is_first_name(self, doc: Doc, i: int) -> bool:
        """Whether a last name follows: a capitalised word that is neither a title nor a party nor a feature of a land."""
        if i + 1 >= len(doc):
            return False
        behind = doc[i + 1]
        return (
            behind.tag_ == "NNP"
            and behind.text.istitle()
            and doc[i].head.i == i + 1
            and behind.text not in self.entries
            and behind.lower_ not in self.title_words
            and behind.lower_ not in self._agents
            and behind.text not in self._ambiguous.bodies
            and behind.ent_type_ in ("PERSON", "ORG", "")
            and (behind.ent_type_ == "PERSON" or country_of_place(behind.text) is None)
        )

    def _is_town_elsewhere(self, span: Span, entry: Entry) -> bool:
        """'Lebanon, Pennsylvania', 'Paris, Texas'."""
        doc = span.doc
        if span.end + 1 >= len(doc) or doc[span.end].text != ",":
            return False
        behind = {doc[span.end + 1].text, doc[span.end + 1 : span.end + 3].text}
        return bool(behind & self._ambiguous.states) and entry.actor.country != "USA"

    def _joined(self, span: Span) -> Named | None:
        """'Franco' in 'Franco-German'."""
        doc, start = span.doc, span.start - 2
        if start < 0 or doc[start + 1].text != "-":
            return None
        code = self._ambiguous.combining.get(doc[start].text.capitalize())
        if code is None:
            return None
        return Named(start=start, end=start + 1, entry=Entry(kind="adjective", actor=self.country_actor(code)))

    def _has_other_first_name(self, doc: Doc, name: Named, names: set[int]) -> bool:
        """Whether a last name known alone is another's: 'Marta Kallas' is not Kaja Kallas."""
        if name.entry.kind != "person":
            return False
        if name.end < len(doc) and doc[name.end].text in _SUFFIXES and doc[name.end - 1].text not in _SUFFIXES:
            # 'Donald Trump Jr.' is another
            return True
        if name.end - name.start > 1 or name.start == 0:
            return False
        before = doc[name.start - 1]
        return (
            before.pos_ == "PROPN"
            and before.dep_ == "compound"
            and before.head.i == name.start
            and before.text[:1].isupper()
            and before.i not in names
            and before.lower_ not in self.title_words
        )


def _gazetteer(knowledge: Knowledge) -> Iterator[tuple[str, Entry]]:
    for country in knowledge.countries.values():
        actor = country_actor(country.name, country.code)
        for kind, names in (
            ("country", (country.name, *country.aliases)),
            ("adjective", country.adjectives),
            ("inhabitant", country.inhabitants),
            ("capital", country.capitals),
            ("region", country.regions),
        ):
            for name in names:
                yield name, Entry(kind=kind, actor=actor)
                if name.startswith("the ") or name.startswith("The "):
                    yield name[4:], Entry(kind=kind, actor=actor)
                if kind == "adjective" and name.endswith(("an", "i")):
                    yield f"{name}s", Entry(kind="inhabitant", actor=actor)
        for seat, sector in country.seats.items():
            yield seat, Entry(kind="seat", actor=part_of(actor, sector))
    for organisation in knowledge.organisations.values():
        actor = Actor(
            key=organisation.key,
            name=organisation.name,
            kind=ActorKind.ORGANISATION,
            country=organisation.country or None,
            sector=organisation.sector,
        )
        for name in (organisation.name, *organisation.aliases):
            yield name, Entry(kind="organisation", actor=actor)
    for holder in knowledge.office_holders:
        person = Actor(
            key=f"person:{holder.country or holder.organisation}:{slug(holder.name)}",
            name=holder.name,
            kind=ActorKind.PERSON,
            country=holder.country or None,
            sector=holder.sector,
            office=holder.office,
        )
        for name in (holder.name, *holder.aliases):
            yield name, Entry(kind="person", actor=person, valid_from=holder.valid_from, valid_to=holder.valid_to)


def _dictionary(knowledge: Knowledge) -> Iterator[tuple[str, Entry]]:
    """The user's names, in the forms in which texts write them; who is in the gazetteer keeps its key."""
    if not any(not said.is_agent for said in knowledge.dictionary):
        return
    known: dict[str, list[Entry]] = {}
    for name, entry in _gazetteer(knowledge):
        known.setdefault(name, []).append(entry)
    # PETRARCH has no kinds: whom it gives no dates may be a person all the same
    kinds = {kind: {kind} - {ActorKind.GROUP} for kind in ActorKind}
    kinds[ActorKind.ORGANISATION].add(ActorKind.PERSON)
    for said in knowledge.dictionary:
        if said.is_agent:
            continue
        written = tuple(dict.fromkeys(form for name in said.names for form in forms(name)))
        country, sector = said.country or None, said.sector or None
        alike = [
            entry.actor
            for form in written
            for entry in known.get(form, ())
            if entry.actor.country == country and entry.actor.kind in kinds[said.kind]
        ]
        if alike:
            actor = replace(alike[0], sector=sector, office=alike[0].office if sector == alike[0].sector else None)
        elif said.kind is ActorKind.COUNTRY and country:
            actor = country_actor(knowledge.countries[country].name, country)
        elif said.kind is ActorKind.GROUP and country:
            actor = part_of(country_actor(knowledge.countries[country].name, country), sector)
        else:
            own = written[0]
            prefix = "person" if said.kind is ActorKind.PERSON else "org"
            key = f"{prefix}:{country or '-'}:{slug(own) or stable_id(own)}"
            actor = Actor(key=key, name=own, kind=said.kind, country=country, sector=sector)
        for form in written:
            # what the gazetteer says too is left to it: it also knows capitals from adjectives
            if (
                actor.kind is ActorKind.PERSON
                or said.valid_from
                or said.valid_to
                or not any((e.actor.country, e.actor.sector) == (country, sector) for e in known.get(form, ()))
            ):
                kind = actor.kind.value if actor.kind is not ActorKind.GROUP else "seat"
                yield (
                    form,
                    Entry(kind=kind, actor=actor, valid_from=said.valid_from, valid_to=said.valid_to, exact=True),
                )


def country_actor(name: str, code: str) -> Actor:
    """The country called `name` with ISO 3166-1 alpha-3 `code`."""
    return Actor(key=code, name=name, kind=ActorKind.COUNTRY, country=code)


def part_of(owner: Actor, sector: str | None) -> Actor:
    """The part of a country or organisation that acts: its government, its army, its farmers."""
    if sector is None or owner.kind is ActorKind.PERSON:
        return owner
    if owner.key.startswith("group:"):
        return replace(owner, key=f"group:{sector}", sector=sector)
    base = owner.key.split(":")[0] if owner.kind is ActorKind.COUNTRY or owner.key[:3] == owner.country else owner.key
    name = owner.name.split(" (")[0]
    if owner.sector in BODIES or (owner.kind is ActorKind.ORGANISATION and owner.sector in OF_PRIVATE_LIFE):
        # an official of an international organisation acts for it, not for a government; an airline's pilots are no airmen
        return Actor(
            key=f"{base}:{sector}",
            name=f"{name} ({sector})",
            kind=ActorKind.GROUP,
            country=owner.country,
            sector=owner.sector,
        )
    return Actor(
        key=f"{base}:{sector}", name=f"{name} ({sector})", kind=ActorKind.GROUP, country=owner.country, sector=sector
    )


def _valid(entry: Entry, on: date | None) -> bool:
    """An office holder's short name counts around the years in office; without a date, any time."""
    if on is None:
        return True
    if entry.exact:
        return (entry.valid_from or on) <= on <= (entry.valid_to or on)
    if entry.valid_from is None:
        return True
    last = entry.valid_to.year + 15 if entry.valid_to else on.year
    return entry.valid_from.year - 10 <= on.year <= last


def _words_before(span: Span) -> set[str]:
    """The word before `span`, and the two before it as one string."""
    doc, start = span.doc, span.start
    return {doc[start - n : start].text for n in (1, 2) if start >= n}


def _words_behind(span: Span) -> set[str]:
    """The word behind `span`, a possessive left out, and the two behind it as one string."""
    doc, end = span.doc, span.end
    if end < len(doc) and doc[end].tag_ == "POS":
        end += 1
    return {doc[end : end + n].text for n in (1, 2) if end + n <= len(doc)}


def _any_word(doc: Doc, words: Collection[str]) -> bool:
    return bool(words) and any(token.text in words for token in doc)


def _is_language(span: Span) -> bool:
    """'in English', 'speaks Russian', but not 'in English courts'."""
    head = span.root
    if head.i + 1 < len(head.doc) and head.doc[head.i + 1].pos_ in ("NOUN", "PROPN", "ADJ"):
        return False
    return (head.dep_ == "pobj" and head.head.lower_ in ("in", "into")) or (
        head.dep_ == "dobj" and head.head.lemma_.lower() in _OF_LANGUAGES
    )


def _owns(name: Named, span: Span) -> bool:
    """Whether `name` is a country's right before `span`: 'the German', 'Germany's'."""
    between = span.doc[name.end : span.start]
    return name.entry.kind in ("country", "adjective") and all(t.tag_ == "POS" for t in between)


def _inside_person(span: Span) -> bool:
    """'Michael Jordan', 'Chad Smith': a country's name within a person's."""
    entity = entity_around(span[0])
    if entity is None or entity.label_ != "PERSON" or len(entity) <= len(span):
        return False
    if span.start > entity.start:
        return span.doc[span.start - 1].pos_ == "PROPN"
    return span.text[-1] not in "nise" and span.doc[span.end].pos_ == "PROPN"


def _is_stance(span: Span) -> bool:
    doc = span.doc
    if (
        span.end + 1 < len(doc)
        and doc[span.end].text == "-"
        and doc[span.end + 1].tag_ in ("VBN", "VBD", "JJ", "VB", "VBG")
    ):
        if doc[span.end + 1].lower_ == "led" and span.end + 2 < len(doc):
            # 'the Saudi-led coalition' is Saudi Arabia's
            return not any(t.lemma_.lower() in LED for t in doc[span.end + 2 : span.end + 5])
        return doc[span.end + 1].text[:1].islower()
    if span.text.endswith(("-led", "-backed")):
        return True
    return span.start > 1 and doc[span.start - 1].text == "-" and doc[span.start - 2].lower_ in _STANCE_PREFIXES
