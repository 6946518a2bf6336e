"""Who: actors named in a text, composed from gazetteer, titles, nationalities and named entities."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from spacy.matcher import PhraseMatcher
from spacy.tokens import Span
from spacy.util import filter_spans

from etl.knowledge import Knowledge
from etl.records import Actor, ActorKind, ActorMention, stable_id
from etl.transform.dictionaries import forms
from etl.transform.places import country_of_place

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

# A nationality before one of these says how a thing is, not who acts: 'U.S.-led talks', 'pro-Iranian group'.
_STANCE_PREFIXES = frozenset({"pro", "anti", "ex", "non", "post", "pre"})
_LOCATIVES = frozenset({"in", "at", "near", "outside", "around", "across", "through", "inside", "throughout", "within"})
_BODIES = frozenset({"IGO", "NGO"})
_STATE_SECTORS = frozenset({"GOV", "MIL", "LEG", "JUD", "COP", "SPY"})
_HONORIFICS = frozenset({"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "dr", "dr.", "sir", "lord", "lady", "sheikh"})


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

    def enter(self, found: Person) -> None:
        """Add `found`, or what is new of it to the person already known by that name."""
        known = self.persons.get(found.name)
        if known is None:
            words = found.name.split()
            known = self.short.get(words[0]) if len(words) == 1 else None
            if known is None:
                self.persons[found.name] = known = found
                for word in {words[0], words[-1]} if len(words) > 1 else {words[0]}:
                    self.short.setdefault(word, found)
        known.country = known.country or found.country
        known.sector = known.sector or found.sector
        known.key = known.key or found.key
        if found.office and len(found.office) > len(known.office or ""):
            known.office = found.office

    def find(self, name: str) -> Person | None:
        """The person called `name`, in full or by one name."""
        return self.persons.get(name) or self.short.get(name)

    def with_office(self, title: str) -> Person | None:
        """The only person whose office ends with `title`; None when there is none or more than one."""
        holders = [p for p in self.persons.values() if p.office and p.office.lower().endswith(title)]
        return holders[0] if len(holders) == 1 else None


@dataclass(frozen=True, slots=True)
class Scene:
    """The actors of one document (a paragraph), by the token that heads each of them."""

    doc: Doc
    offset: int
    heads: Mapping[int, tuple[ActorMention, ...]]
    covered: frozenset[int]
    named: tuple[Named, ...]
    modifiers: Mapping[int, Named]
    """Country and organisation names by each of their tokens, for what they modify."""
    private: frozenset[str]
    """Nouns whose nationality makes nobody an actor: 'a Dutch retailer'."""
    towns: Mapping[int, Named]
    """Towns by the token that heads their name, as the country they lie in."""


def slug(name: str) -> str:
    """`name` as lower-case ASCII words joined by hyphens."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")


# A last name this long that differs from an office holder's by a letter is his, where a title stands before it.
_LONG_NAME = 7
_ALIKE = 0.93


_LED = frozenset({"coalition", "alliance", "force", "troop", "mission", "warplane", "strike", "airstrike", "air"})
_OF_A_RULER = frozenset({"government", "regime", "administration", "cabinet"})
# Offices whose holders a report names without their country, where it has just spoken of it.
_HIGH_OFFICES = (
    "president",
    "minister",
    "premier",
    "king",
    "chancellor",
    "secretary of state",
    "general",
    "ambassador",
    "adviser",
    "advisor",
)
_NOMINAL = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "attr", "appos", "conj", "dative", "poss", "compound"})


class ActorFinder:
    """Finds the actors of documents; built once for a pipeline and the knowledge files."""

    def __init__(self, knowledge: Knowledge, nlp: Language) -> None:
        self._knowledge = knowledge
        self._entries: dict[str, list[Entry]] = {}
        for name, entry in (*_dictionary(knowledge), *_gazetteer(knowledge)):
            self._entries.setdefault(name, []).append(entry)
        self._names = PhraseMatcher(nlp.vocab)
        self._names.add("NAME", [nlp.make_doc(name) for name in self._entries])
        self._titles = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._plural_titles = {_plural(title): title for title in knowledge.titles}
        self._titles.add("TITLE", [nlp.make_doc(title) for title in (*knowledge.titles, *self._plural_titles)])
        self._agents = knowledge.agents
        own_agents = (name for entry in knowledge.dictionary if entry.is_agent for name in entry.names)
        self._longest_agent = max([2, *(len(name.split()) for name in own_agents)])
        self._title_words = {w for title in (*knowledge.titles, *knowledge.title_modifiers) for w in title.split()}
        self._title_words |= _HONORIFICS
        self._last_names: dict[str, set[str]] = {}
        for holder in knowledge.office_holders:
            last = holder.name.split()[-1]
            if holder.country and len(last) >= _LONG_NAME:
                self._last_names.setdefault(last, set()).add(holder.country)

    def country_actor(self, code: str) -> Actor:
        """The country with ISO 3166-1 alpha-3 `code` as an actor."""
        return _country_actor(self._knowledge.countries[code].name, code)

    def part_of(self, code: str, sector: str | None) -> Actor:
        """The part of a country that `sector` names, or the country itself."""
        return _part_of(self.country_actor(code), sector)

    def gather(self, doc: Doc, cast: Cast, on: date | None, *, home: str | None = None) -> None:
        """Enter the persons of `doc` into `cast`.

        `on` is the article's date, for offices held at the time; `home` the country it was filed from, whose officials a
        report names without their country ('Prime Minister X').
        """
        named = self._named(doc, on)
        titles = self._title_spans(doc)
        found = []
        for head in doc:
            _, person = self._person(head, named, titles)
            if person is None:
                continue
            high = person.office is not None and any(w in person.office.lower() for w in _HIGH_OFFICES)
            if person.country is None and person.key is None and high and person.sector in _STATE_SECTORS:
                person.country = _country_spoken_of(head, named) or home
            found.append(person)
        for person in sorted(found, key=lambda p: -len(p.name.split())):
            cast.enter(person)

    def scene(self, doc: Doc, offset: int, cast: Cast, on: date | None) -> Scene:
        """The actors of `doc`, whose text begins at `offset` of the article."""
        named = self._named(doc, on)
        titles = self._title_spans(doc)
        heads: dict[int, tuple[ActorMention, ...]] = {}
        covered: set[int] = set()
        modifiers = {i: name for name in named for i in range(name.start, name.end)}
        for head in doc:
            if head.pos_ not in ("NOUN", "PROPN", "ADJ", "X", "VERB") or head.i in covered:
                continue
            found = self._compose(head, named, titles, cast, modifiers)
            if found is None:
                continue
            start, end, actors = found
            mentions = tuple(
                ActorMention(
                    actor=actor,
                    text=doc[start:end].text,
                    start=offset + doc[start].idx,
                    end=offset + doc[end - 1].idx + len(doc[end - 1]),
                )
                for actor in actors
            )
            heads[head.i] = mentions
            covered.update(range(start, end))
        for head in list(doc):
            for apposed in (child for child in head.children if child.dep_ == "appos"):
                if head.i in heads and apposed.i in heads:
                    _merge_apposition(heads, head.i, apposed.i)
        private = self._knowledge.private
        return Scene(
            doc,
            offset,
            heads,
            frozenset(covered),
            named,
            modifiers,
            private,
            self._towns(doc, covered | modifiers.keys()),
        )

    def _towns(self, doc: Doc, taken: Collection[int]) -> dict[int, Named]:
        out = {}
        for head in doc:
            if head.pos_ == "PROPN" and head.i not in taken and head.dep_ in _NOMINAL - {"compound", "poss"}:
                name = doc[_left_edge(head) : head.i + 1]
                code = country_of_place(name.text.removeprefix("the "))
                if code and code in self._knowledge.countries:
                    out[head.i] = Named(
                        start=name.start, end=name.end, entry=Entry(kind="town", actor=self.country_actor(code))
                    )
        return out

    # -- names, titles -----------------------------------------------------------------------------------------

    def _named(self, doc: Doc, on: date | None) -> tuple[Named, ...]:
        found = []
        for span in filter_spans([doc[start:end] for _, start, end in self._names(doc)]):
            entries = [entry for entry in self._entries.get(span.text, ()) if _valid(entry, on)]
            if entries and not _is_stance(span) and (entries[0].kind == "person" or not _inside_person(span)):
                found.append(Named(start=span.start, end=span.end, entry=entries[0]))
        names = {i for n in found for i in range(n.start, n.end)}
        return tuple(n for n in found if not self._has_other_first_name(doc, n, names))

    def _has_other_first_name(self, doc: Doc, name: Named, names: set[int]) -> bool:
        """Whether a last name known alone is another's: 'Marta Kallas' is not Kaja Kallas."""
        if name.entry.kind != "person" or name.end - name.start > 1 or name.start == 0:
            return False
        before = doc[name.start - 1]
        return (
            before.pos_ == "PROPN"
            and before.dep_ == "compound"
            and before.head.i == name.start
            and before.text[:1].isupper()
            and before.i not in names
            and before.lower_ not in self._title_words
        )

    def _title_spans(self, doc: Doc) -> tuple[tuple[int, int, str], ...]:
        spans = filter_spans([doc[start:end] for _, start, end in self._titles(doc)])
        return tuple((s.start, s.end, self._plural_titles.get(s.text.lower(), s.text.lower())) for s in spans)

    # -- composition -------------------------------------------------------------------------------------------

    def _compose(
        self,
        head: Token,
        named: tuple[Named, ...],
        titles: tuple[tuple[int, int, str], ...],
        cast: Cast,
        modifiers: Mapping[int, Named],
    ) -> tuple[int, int, tuple[Actor, ...]] | None:
        span, person = self._person(head, named, titles)
        if person is not None and span is not None:
            known = cast.find(person.name) or person
            return span[0], span[1], (known.actor,)
        name = modifiers.get(head.i)
        if name is not None:
            if head.doc[name.start : name.end].root.i != head.i or (
                name.entry.kind == "adjective" and not _is_noun(head)
            ):
                return None
            if name.entry.kind == "inhabitant":
                return self._inhabitants(head, name, named)
            if name.entry.kind == "capital" and head.dep_ == "pobj" and head.head.lower_ in _LOCATIVES:
                return None
            return name.start, name.end, (name.entry.actor,)
        if (known_person := cast.short.get(head.text)) and head.pos_ == "PROPN" and not _has_proper_neighbour(head):
            return head.i, head.i + 1, (known_person.actor,)
        title = next((t for t in titles if t[0] <= head.i < t[1] and head.i == t[1] - 1), None)
        if title is not None:
            return self._office(head, title, named, cast)
        if (head.pos_ != "VERB" or head.dep_ in _NOMINAL) and self._agent(head) is not None:
            return self._group(head, named)
        if head.ent_type_ == "ORG" and head.pos_ == "PROPN" and not _is_left_modifier(head):
            return self._organisation(head, named)
        return None

    def _inhabitants(self, head: Token, name: Named, named: tuple[Named, ...]) -> tuple[int, int, tuple[Actor, ...]]:
        """'Iraqis' are of Iraq, but 'the Albanians of Serbia' and 'ethnic Turks' (of where they live) are a minority."""
        if name.start > 0 and head.doc[name.start - 1].lower_ == "ethnic":
            minority = Actor(key="group:CVL", name=f"({name.entry.actor.name})", kind=ActorKind.GROUP, sector="CVL")
            countries = _behind(head, named)
            return name.start, name.end, (_part_of(countries[0], "CVL") if countries else minority,)
        countries = _behind(head, named)
        if countries and countries[0].country:
            return name.start, name.end, (_part_of(countries[0], "CVL"),)
        return name.start, name.end, (name.entry.actor,)

    def _person(
        self, head: Token, named: tuple[Named, ...], titles: tuple[tuple[int, int, str], ...]
    ) -> tuple[tuple[int, int] | None, Person | None]:
        if head.pos_ not in ("PROPN", "NOUN", "X", "ADJ", "VERB") or not _ends_name(head):
            return None, None
        left = _left_edge(head)
        before = [t for t in titles if left <= t[0] and t[1] <= head.i]
        start = max([left, *(t[1] for t in before)])
        holder = next((n for n in named if n.entry.kind == "person" and n.end - 1 == head.i), None)
        entity = _entity_around(head)
        if holder is not None:
            start = holder.start
        elif before and before[-1][1] <= head.i and _is_name(head.doc, before[-1][1], head.i + 1):
            start = before[-1][1]
            if any(n.start < head.i + 1 and n.end > start for n in named):
                return None, None
        elif entity is not None and entity.label_ == "PERSON" and not _is_place_name(entity):
            names_inside = [n.end for n in named if entity.start <= n.start and n.end <= head.i]
            start = max(
                [entity.start, *names_inside, *(t[1] for t in titles if entity.start <= t[0] and t[1] <= head.i)]
            )
            if start > head.i or any(n.start <= head.i < n.end for n in named):
                return None, None
        else:
            return None, None
        while start < head.i and head.doc[start].lower_ in _HONORIFICS:
            start += 1
        if not _is_name(head.doc, start, head.i + 1):
            return None, None
        name = head.doc[start : head.i + 1].text
        title = before[-1] if before and before[-1][1] >= start - 1 else None
        countries = [n for n in named if left <= n.start and n.end <= start and n.entry.actor.country]
        apposed = None if title else self._apposed_title(head, titles, named)
        actor = holder.entry.actor if holder else None
        sector = actor.sector if actor else None
        office = None
        if title:
            first = title[0]
            while first - 1 >= left and head.doc[first - 1].lower_ in self._knowledge.title_modifiers:
                first -= 1
            office = head.doc[first : title[1]].text
            sector = self._title_sector(title[2], head.doc[first : title[0]])
        elif apposed:
            office, sector = apposed[0], apposed[1]
        bodies = [n for n in named if left <= n.start and n.end <= start and n.entry.actor.sector in _BODIES]
        if bodies and not countries:
            sector = bodies[-1].entry.actor.sector
        country = actor.country if actor else None
        if countries:
            country = countries[-1].entry.actor.country
        elif apposed and apposed[2]:
            country = apposed[2]
        elif country is None and title:
            country = self._knowledge.titles[title[2]].country or self._misspelt(name, sector)
        first_token = min([start, *([title[0]] if title else []), *(n.start for n in countries)])
        if title:
            while first_token > left and head.doc[first_token - 1].lower_ in self._knowledge.title_modifiers:
                first_token -= 1
        return (first_token, head.i + 1), Person(
            name=actor.name if actor else name,
            country=country,
            sector=sector,
            office=office,
            key=actor.key if actor else None,
        )

    def _misspelt(self, name: str, sector: str | None) -> str | None:
        """The country of the office holder whose last name `name` is but for a letter: 'President Mitterand'."""
        last = name.split()[-1]
        if sector != "GOV" or len(last) < _LONG_NAME:
            return None
        near = get_close_matches(last, self._last_names, n=1, cutoff=_ALIKE)
        countries = self._last_names[near[0]] if near else set()
        return next(iter(countries)) if len(countries) == 1 else None

    def _apposed_title(
        self, head: Token, titles: tuple[tuple[int, int, str], ...], named: tuple[Named, ...]
    ) -> tuple[str, str | None, str | None] | None:
        beside = [child for child in head.children if child.dep_ == "appos"]
        if head.dep_ == "appos":
            beside.append(head.head)
        for other in beside:
            title = next((t for t in titles if t[1] - 1 == other.i), None)
            if title is None:
                continue
            left = _left_edge(other)
            first = title[0]
            while first - 1 >= left and other.doc[first - 1].lower_ in self._knowledge.title_modifiers:
                first -= 1
            countries = self._countries_of(other, named)
            country = countries[0].country if countries else self._knowledge.titles[title[2]].country or None
            return other.doc[first : title[1]].text, self._title_sector(title[2], other.doc[first : title[0]]), country
        return None

    def _title_sector(self, title: str, modifiers: Iterable[Token]) -> str | None:
        sector = self._knowledge.titles[title].sector
        effects = [self._knowledge.title_modifiers.get(t.lower_) for t in modifiers]
        return next((effect for effect in effects if effect), sector)

    def _office(
        self, head: Token, title: tuple[int, int, str], named: tuple[Named, ...], cast: Cast
    ) -> tuple[int, int, tuple[Actor, ...]] | None:
        if _is_left_modifier(head):
            return None
        left, doc = _left_edge(head), head.doc
        first = title[0]
        while first - 1 >= left and doc[first - 1].lower_ in self._knowledge.title_modifiers:
            first -= 1
        text = doc[first : title[1]].text
        owners = self._countries_of(head, named)
        if not owners:
            default = self._knowledge.titles[title[2]].country
            if default:
                owners = [self.country_actor(default)]
            elif known := cast.with_office(title[2]):
                return first, head.i + 1, (known.actor,)
        sector = self._title_sector(title[2], doc[first : title[0]])
        start = min([first, *(n.start for n in named if left <= n.start and n.end <= first)])
        if not owners:
            actor = Actor(key=f"group:{sector}", name=f"({title[2]})", kind=ActorKind.GROUP, sector=sector)
            return start, head.i + 1, (actor,)
        if head.tag_ in ("NNS", "NNPS"):
            return start, head.i + 1, tuple(_part_of(owner, sector) for owner in owners)
        return (
            start,
            head.i + 1,
            tuple(
                Actor(
                    key=f"{owner.country or owner.key}:{sector}:{slug(text)}",
                    name=f"{text.lower()} ({owner.name})",
                    kind=ActorKind.PERSON,
                    country=owner.country,
                    sector=owner.sector if owner.sector in _BODIES else sector or owner.sector,
                    office=text,
                )
                for owner in owners
            ),
        )

    def _group(self, head: Token, named: tuple[Named, ...]) -> tuple[int, int, tuple[Actor, ...]] | None:
        if _is_left_modifier(head):
            return None
        sector = self._agent(head)
        owners = self._countries_of(head, named)
        left = _left_edge(head)
        if sector == "MIL" and owners and not any(left <= n.start and n.end <= head.i for n in named):
            # 'Kurdish forces in Syria' are not Syria's army
            foreign = [c for c in head.lefts if c.dep_ == "amod" and c.text[:1].isupper() and not c.is_sent_start]
            sector = "REB" if foreign else sector
        if sector == "OPP" and head.lemma_.lower() in _LED and any(t.lower_ == "led" for t in head.doc[left : head.i]):
            sector = "MIL"
        start = min([head.i, *(n.start for n in named if left <= n.start and n.end <= head.i)])
        if not owners:
            return (
                start,
                head.i + 1,
                (Actor(key=f"group:{sector}", name=f"({head.lemma_.lower()})", kind=ActorKind.GROUP, sector=sector),),
            )
        return start, head.i + 1, tuple(_part_of(owner, sector) for owner in owners)

    def _organisation(self, head: Token, named: tuple[Named, ...]) -> tuple[int, int, tuple[Actor, ...]] | None:
        entity = _entity_around(head)
        if entity is None or entity.end - 1 != head.i:
            return None
        start = entity.start
        while start < head.i and head.doc[start].pos_ == "DET":
            start += 1
        if not head.doc[start].text[:1].isupper() or head.is_sent_start:
            return None
        owners = [n.entry.actor for n in named if _left_edge(head) <= n.start and n.end <= head.i]
        country = owners[0].country if owners else None
        name = head.doc[start : head.i + 1].text
        if country_of_place(name) is not None:
            # 'captured Manbij': a town
            return None
        actor = Actor(key=f"org:{country or '-'}:{slug(name)}", name=name, kind=ActorKind.ORGANISATION, country=country)
        return start, head.i + 1, (actor,)

    def _agent(self, head: Token) -> str | None:
        """The sector of an agent noun; a capitalised plural ('Rebels' at the head of a sentence) is read as its singular."""
        before = [t.lower_ for t in head.doc[max(0, head.i + 1 - self._longest_agent) : head.i]]
        for form in dict.fromkeys((head.lemma_.lower(), head.lower_, head.lower_.removesuffix("s"))):
            for first in range(len(before) + 1):
                if sector := self._agents.get(" ".join((*before[first:], form))):
                    return sector
        return None

    def _countries_of(self, head: Token, named: tuple[Named, ...]) -> list[Actor]:
        """Whom a noun belongs to: nationality or possessor before it, or 'of', 'from', 'in' behind it."""
        left = _left_edge(head)
        before = [n.entry.actor for n in named if left <= n.start and n.end <= head.i and n.entry.kind != "person"]
        if before:
            return before
        holders = [
            n.entry.actor
            for n in named
            if left <= n.start
            and n.end <= head.i
            and n.entry.actor.country
            and (head.doc[n.end - 1].dep_ == "poss" or head.lemma_.lower() in _OF_A_RULER)
        ]
        if holders:
            # 'Erdogan's government'
            return [self.country_actor(a.country) for a in holders if a.country]
        for preps in (("of", "from"), ("in", "across", "at")):
            for prep in (c for c in head.children if c.dep_ == "prep" and c.lower_ in preps):
                for obj in (c for c in prep.children if c.dep_ == "pobj"):
                    behind = [
                        n.entry.actor
                        for token in (obj, *obj.conjuncts)
                        for n in named
                        if n.start <= token.i < n.end and n.entry.kind != "person"
                    ] or [
                        n.entry.actor
                        for n in named
                        if obj.left_edge.i <= n.start and n.end <= obj.i + 1 and n.entry.kind != "person"
                    ]
                    if behind:
                        return behind
        return self._of_town(head)

    def _of_town(self, head: Token) -> list[Actor]:
        """The country of a town behind 'in' or 'near': 'residents of Homs', 'authorities in Srinagar'."""
        for prep in (
            c for c in head.children if c.dep_ == "prep" and c.lower_ in ("in", "at", "near", "outside", "of")
        ):
            for obj in (c for c in prep.children if c.dep_ == "pobj" and c.pos_ == "PROPN"):
                code = country_of_place(obj.doc[_left_edge(obj) : obj.i + 1].text.removeprefix("the "))
                if code and code in self._knowledge.countries:
                    return [self.country_actor(code)]
        return []


def _behind(head: Token, named: tuple[Named, ...]) -> list[Actor]:
    """The countries behind 'of' or 'in' that depend on `head`: 'the Albanians of southern Serbia'."""
    return [
        n.entry.actor
        for prep in head.children
        if prep.dep_ == "prep" and prep.lower_ in ("of", "in")
        for obj in prep.children
        for n in named
        if obj.dep_ == "pobj" and n.start <= obj.i < n.end and n.entry.actor.country and n.entry.kind != "person"
    ]


def _country_spoken_of(head: Token, named: tuple[Named, ...]) -> str | None:
    """The country that was the subject last before `head` in its paragraph: 'Norway agreed. Prime Minister X said'."""
    for name in reversed(named):
        last = head.doc[name.end - 1]
        if (
            name.end <= head.i
            and name.entry.kind in ("country", "capital", "seat")
            and last.dep_ in ("nsubj", "nsubjpass")
        ):
            return name.entry.actor.country
    return None


def _gazetteer(knowledge: Knowledge) -> Iterator[tuple[str, Entry]]:
    for country in knowledge.countries.values():
        actor = _country_actor(country.name, country.code)
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
            yield seat, Entry(kind="seat", actor=_part_of(actor, sector))
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
            actor = _country_actor(knowledge.countries[country].name, country)
        elif said.kind is ActorKind.GROUP and country:
            actor = _part_of(_country_actor(knowledge.countries[country].name, country), sector)
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


def _country_actor(name: str, code: str) -> Actor:
    return Actor(key=code, name=name, kind=ActorKind.COUNTRY, country=code)


def _part_of(owner: Actor, sector: str | None) -> Actor:
    """The part of a country or organisation that acts: its government, its army, its farmers."""
    if sector is None or owner.kind is ActorKind.PERSON:
        return owner
    base = owner.key.split(":")[0] if owner.kind is ActorKind.COUNTRY or owner.key[:3] == owner.country else owner.key
    name = owner.name.split(" (")[0]
    if owner.sector in _BODIES:
        # an official of an international organisation acts for it, not for a government
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


def _plural(title: str) -> str:
    words = title.split()
    head = words.index("of") - 1 if "of" in words[1:] else len(words) - 1
    word = words[head]
    if word.endswith("man"):
        word = word[:-2] + "en"
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        word = word[:-1] + "ies"
    else:
        word += "es" if word.endswith(("s", "ch", "x")) else "s"
    return " ".join([*words[:head], word, *words[head + 1 :]])


def _entity_around(head: Token) -> Span | None:
    """The named entity that `head` is part of; without `doc.ents`, which builds all of them anew at each call."""
    if head.ent_iob_ not in ("B", "I"):
        return None
    doc, start, end = head.doc, head.i, head.i + 1
    while start > 0 and doc[start].ent_iob_ == "I":
        start -= 1
    while end < len(doc) and doc[end].ent_iob_ == "I":
        end += 1
    return Span(doc, start, end, label=head.ent_type)


def _inside_person(span: Span) -> bool:
    """'Michael Jordan', 'Chad Smith': a country's name within a person's."""
    entity = _entity_around(span[0])
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
            return not any(t.lemma_.lower() in _LED for t in doc[span.end + 2 : span.end + 5])
        return doc[span.end + 1].text[:1].islower()
    if span.text.endswith(("-led", "-backed")):
        return True
    return span.start > 1 and doc[span.start - 1].text == "-" and doc[span.start - 2].lower_ in _STANCE_PREFIXES


def _left_edge(head: Token) -> int:
    """Where the noun phrase of `head` begins, without what is joined to it from the left."""
    return min(
        [
            head.i,
            *(
                c.left_edge.i
                for c in head.lefts
                if c.dep_ not in ("cc", "preconj", "conj", "punct", "prep", "advmod", "relcl", "mark")
            ),
        ]
    )


def _ends_name(head: Token) -> bool:
    if head.i + 1 < len(head.doc):
        following = head.doc[head.i + 1]
        if (
            following.text == "-"
            and head.i + 2 < len(head.doc)
            and following.idx == head.idx + len(head)
            and not following.whitespace_
        ):
            return False
        if (
            following.pos_ == "PROPN"
            and following.ent_type_ == "PERSON"
            and following.ent_iob_ == "I"
            and head.ent_type_ == "PERSON"
        ):
            return False
    return True


def _is_name(doc: Doc, start: int, end: int) -> bool:
    if not 0 < end - start <= 6 or not doc[start].text[:1].isupper():
        return False
    return all(
        token.text[:1].isupper()
        or token.text == "-"
        or (token.i > start and token.nbor(-1).text == "-")
        or token.lower_ in ("al", "bin", "ibn", "de", "da", "van", "von", "der", "el", "ul", "abu", "dos", "di", "la")
        for token in doc[start:end]
    ) and not any(token.pos_ in ("ADP", "AUX", "DET") and token.text[:1].isupper() for token in doc[start:end])


def _is_noun(head: Token) -> bool:
    return (head.tag_ in ("NNS", "NNPS", "NN", "NNP") and not _is_left_modifier(head)) or head.dep_ in (
        "nsubj",
        "pobj",
        "dobj",
        "nsubjpass",
    )


def _is_left_modifier(head: Token) -> bool:
    return head.dep_ in ("compound", "nmod", "amod", "poss", "nummod") and head.dep_ != "poss" and head.head.i > head.i


def _has_proper_neighbour(head: Token) -> bool:
    if head.i + 1 < len(head.doc) and head.dep_ == "compound" and head.doc[head.i + 1].pos_ == "PROPN":
        return head.doc[head.i + 1].ent_type_ == head.ent_type_ == "PERSON"
    return (
        head.i > 0 and head.doc[head.i - 1].pos_ == "PROPN" and head.doc[head.i - 1].ent_type_ == head.ent_type_ != ""
    )


def _merge_apposition(heads: dict[int, tuple[ActorMention, ...]], one: int, other: int) -> None:
    """A name beside a title is one actor: the named one stands for both."""
    named = next(
        (
            i
            for i in (one, other)
            if heads[i][0].actor.kind is ActorKind.PERSON and heads[i][0].actor.key.startswith("person:")
        ),
        None,
    )
    if named is not None:
        rest = other if named == one else one
        heads[rest] = tuple(replace(mention, actor=heads[named][0].actor) for mention in heads[rest][:1])


def named_actors(mentions: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    """`mentions` without those of which nothing but a kind is known ('police'), unless there is nothing else."""
    known = tuple(m for m in mentions if not m.actor.key.startswith("group:"))
    return known or tuple(mentions)


_PLACE_NOUNS = frozenset(
    "city town village province region island district port capital state suburb neighbourhood valley river county".split()
)
_WHERE = frozenset({"in", "near", "outside", "at", "into", "around", "across"})


def _is_place_name(entity: Span) -> bool:
    """Whether what was taken for a person is a place by the words before it: 'the city of Bukavu', 'in Buea'."""
    before = entity.root.head
    return before.dep_ == "prep" and (
        before.lower_ in _WHERE or (before.lower_ == "of" and before.head.lemma_.lower() in _PLACE_NOUNS)
    )
