"""Who: actors named in a text, composed from gazetteer, titles, nationalities and named entities."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
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
from etl.transform.arguments import noun_modifiers
from etl.transform.dictionaries import forms
from etl.transform.places import country_of_place

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

# A nationality before one of these says how a thing is, not who acts: 'U.S.-led talks', 'pro-Iranian group'.
_STANCE_PREFIXES = frozenset({"pro", "anti", "ex", "non", "post", "pre"})
_LOCATIVES = frozenset({"in", "at", "near", "outside", "around", "across", "through", "inside", "throughout", "within"})
_BODIES = frozenset({"IGO", "NGO"})
_OF_PRIVATE_LIFE = frozenset({"BUS", "EDU", "MED"})
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
            self.short.setdefault(_unaccented(word), person)

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


def slug(name: str) -> str:
    """`name` as lower-case ASCII words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", _unaccented(name).lower()).strip("-")


def _unaccented(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


# A last name this long that differs from an office holder's by a letter is his, where a title stands before it.
_LONG_NAME = 7
_ALIKE = 0.93


_LED = frozenset({"coalition", "alliance", "force", "troop", "mission", "warplane", "strike", "airstrike", "air"})
_STATE_BODIES = frozenset({"ministry", "government", "army", "military", "police", "presidential", "parliament"})
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
# Who stands for what stands behind 'of'.
_LEADING = frozenset({"head", "member", "leader", "chair", "chairman", "deputy", "founder", "secretary"})
_SHORT = 3
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III"})
_SPEAKERS = frozenset({"spokesman", "spokeswoman", "spokesperson"})
# Titles that stand for the office of somebody else; a colleague is one only where a nationality sets him apart.
_ALIKE_IN_OFFICE = frozenset({"counterpart", "colleague", "opposite number"})
_COLLEAGUE = "colleague"
# Nouns for who serves somebody: 'an aide to Lula' is of Brazil.
_SERVING = frozenset(
    {"aide", "adviser", "advisor", "spokesman", "spokeswoman", "spokesperson", "envoy", "emissary", "assistant"}
)
# What is named after people: 'Queen Elizabeth barracks', 'the Suleiman mosque'.
_NAMED_AFTER = frozenset(
    (
        "airport barracks base bridge camp cathedral center centre church college hall highway hospital hotel lake mosque mountain "
        "museum palace park port prison river road school square stadium street theatre theater tower university valley"
    ).split()
)
_MORE_NAMES = 3
_NAMING = frozenset({"call", "name", "identify"})
_CALLING_ONESELF = frozenset({"give", "identify", "introduce", "describe"})
_LEADS = frozenset({"lead", "head", "command", "chair"})
_OF_SOLDIERS = "command"
_ONE_OF_TWO = frozenset({"one", "other", "another"})
# Those who are of the country that a text speaks of unless it says otherwise, and those among them who fight.
_AT_HOME = frozenset({"MIL", "COP", "LEG", "JUD", "OPP", "REB", "CVL"})
_ARMED = frozenset({"MIL", "COP", "REB"})
_OPPOSED = frozenset({"REB", "OPP"})
_OVERTHROWN = frozenset({"topple", "overthrow", "oust", "depose", "unseat"})
_DISMISSED = frozenset(
    {"dismiss", "sack", "fire", "appoint", "replace", "disband", "dissolve", "reshuffle", "promote", "retire"}
)
# Who is sent somewhere: 'in' a country says where, not whose.
_POSTED = frozenset(
    (
        "ambassador envoy representative diplomat correspondent consul mediator coordinator observer monitor attache attaché delegate "
        "embassy consulate mission delegation emissary"
    ).split()
)
# Nouns for what is done and where as well as for who: an actor where it acts or is somebody's.
_ACTS_OR_PLACES = frozenset({"mission", "palace"})
_OPPOSITION = {"opposition": "OPP", "rebel": "REB", "separatist": "REB", "insurgent": "REB", "guerrilla": "REB"}
_MEETING = frozenset({"meet", "sign", "negotiate", "talk", "gather", "initial"})
_OWNERS = frozenset({"his", "her", "its", "their", "our", "my", "your", "whose"})
_POINTERS = frozenset({"the", "this", "that", "these", "those", "both"})
# Those who are as often of elsewhere.
_FROM_ANYWHERE = frozenset(
    (
        "people man woman child other family relative lawyer hostage tourist passenger prisoner detainee follower supporter veteran "
        "coalition exile kidnapper captive critic"
    ).split()
)
_OVER_PEOPLE = frozenset(
    {"arrest", "detain", "jail", "imprison", "ban", "pardon", "release", "free", "sentence", "charge", "try"}
)
# What is done to towns, and what is done to persons too.
_OF_TOWNS = frozenset({"take", "retake", "recapture", "besiege", "shell", "bomb", "overrun", "storm"})
_OF_TOWNS_TOO = frozenset({"capture", "seize", "enter", "leave", "reach", "visit", "attack"})
_CLOSING = frozenset({",", ".", ";", ")"})
_OF_LANGUAGES = frozenset({"speak", "learn", "teach", "understand", "study"})
_NOMINAL = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "attr", "appos", "conj", "dative", "poss", "compound"})

_HEADS = _NOMINAL - {"compound", "poss"}


class ActorFinder:
    """Finds the actors of documents; built once for a pipeline and the knowledge files."""

    def __init__(self, knowledge: Knowledge, nlp: Language) -> None:
        self._knowledge = knowledge
        self._entries: dict[str, list[Entry]] = {}
        for name, entry in (*_dictionary(knowledge), *_gazetteer(knowledge)):
            self._entries.setdefault(name, []).append(entry)
        self._ambiguous = knowledge.ambiguous
        for name, codes in self._ambiguous.several.items():
            self._entries[name] = [Entry(kind="country", actor=self.country_actor(code)) for code in codes]
        for name, senses in self._ambiguous.readings.items():
            if name not in self._entries and senses[-1].country:
                self._entries[name] = [Entry(kind="country", actor=self.country_actor(senses[-1].country))]
        self._names = PhraseMatcher(nlp.vocab)
        self._names.add("NAME", [nlp.make_doc(name) for name in self._entries])
        # in headlines in capitals and in texts without any
        self._folded = {
            name.lower(): name for name in reversed(self._entries) if self._entries[name][0].kind != "person"
        }
        self._names_in_any_case = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._names_in_any_case.add("NAME", [nlp.make_doc(name) for name in self._folded])
        self._titles = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._plural_titles = {_plural(title): title for title in knowledge.titles}
        titles = (*knowledge.titles, *self._plural_titles)
        # 'Sen.' is one word to the tokenizer, 'sen.' two
        spelt = (*titles, *(title.title() for title in titles if "." in title))
        self._titles.add("TITLE", [nlp.make_doc(title) for title in spelt])
        self._agents = knowledge.agents
        own_agents = (name for entry in knowledge.dictionary if entry.is_agent for name in entry.names)
        self._longest_agent = max([2, *(len(name.split()) for name in own_agents)])
        self._title_words = {w for title in (*knowledge.titles, *knowledge.title_modifiers) for w in title.split()}
        self._title_words |= _HONORIFICS
        self._offices = {
            entry.actor.key: entry.actor.office
            for entries in self._entries.values()
            for entry in entries
            if entry.kind == "person" and entry.actor.office
        }
        self._holders: dict[tuple[str, str], set[Actor]] = {}
        for entries in self._entries.values():
            for actor in (entry.actor for entry in entries if entry.kind == "person"):
                words = actor.name.split()
                known_by = words[0] if actor.country in self._ambiguous.surname_first else words[-1]
                if actor.country and actor.office:
                    self._holders.setdefault((known_by, actor.office.lower()), set()).add(actor)
        self._last_names: dict[str, set[str]] = {}
        self.offices: dict[str, set[str]] = {}
        """The offices, in lower case, that the gazetteer knows for a person's key."""
        for holder in knowledge.office_holders:
            key = f"person:{holder.country or holder.organisation}:{slug(holder.name)}"
            self.offices.setdefault(key, set()).add(holder.office.lower())
            last = holder.name.split()[-1]
            if holder.country and len(last) >= _LONG_NAME:
                self._last_names.setdefault(last, set()).add(holder.country)

    def country_actor(self, code: str) -> Actor:
        """The country with ISO 3166-1 alpha-3 `code` as an actor."""
        return _country_actor(self._knowledge.countries[code].name, code)

    def part_of(self, owner: str | Actor, sector: str | None) -> Actor:
        """The part of a country or organisation that `sector` names, or the country or organisation itself."""
        return _part_of(self.country_actor(owner) if isinstance(owner, str) else owner, sector)

    def gather(self, doc: Doc, cast: Cast, on: date | None, *, home: str | None = None) -> None:
        """Enter the persons of `doc` into `cast`.

        `on` is the article's date, for offices held at the time; `home` the country it was filed from, whose officials a
        report names without their country ('Prime Minister X').
        """
        named = self._named(doc, on)
        cast.countries.update(n.entry.actor.country for n in named if n.entry.actor.country)
        found = []
        for head, near, titles in self._by_sentence(doc, named):
            _, person = self._person(head, near, titles, cast)
            if person is None:
                continue
            high = person.office is not None and any(w in person.office.lower() for w in _HIGH_OFFICES)
            high = high or self._speaks_for_a_body(head)
            if person.country is None and person.key is None and high and person.sector in _STATE_SECTORS:
                person.country = _country_spoken_of(head, named, near) or home
            found.append(person)
        for person in sorted(found, key=lambda p: -len(p.name.split())):
            cast.enter(person)

    def _speaks_for_a_body(self, head: Token) -> bool:
        """Whether a part of a state stands before a person's title: 'Foreign Ministry spokesman X'."""
        words = head.doc[_left_edge(head) : head.i]
        return any(word.lower_ in _STATE_BODIES for word in words)

    def scene(self, doc: Doc, offset: int, cast: Cast, on: date | None) -> Scene:
        """The actors of `doc`, whose text begins at `offset` of the article."""
        named = self._without_persons(self._named(doc, on), doc, cast)
        heads: dict[int, tuple[ActorMention, ...]] = {}
        covered: set[int] = set()
        modifiers = {i: name for name in named for i in range(name.start, name.end)}
        for head, near, titles in self._by_sentence(doc, named):
            if head.pos_ not in ("NOUN", "PROPN", "ADJ", "X", "VERB") or head.i in covered:
                continue
            found = self._compose(head, near, titles, cast, modifiers)
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
            for inside in range(start, end):
                if inside not in heads or not head.is_ancestor(doc[inside]):
                    continue
                same = heads[inside][0].actor.key == actors[0].key
                if same or (doc[inside].dep_ == "compound" and actors[0].office):
                    # 'Chad President Idriss Deby' is one actor
                    del heads[inside]
            heads[head.i] = mentions
            covered.update(range(start, end))
        for i in sorted(heads):
            if doc[i].dep_ == "appos" and doc[i].head.i in heads:
                _merge_apposition(heads, doc[i].head.i, i)
        towns = self._towns(doc, covered | modifiers.keys())
        scene = Scene(
            doc, offset, heads, frozenset(covered), named, modifiers, self._knowledge.private, towns, cast.country
        )
        for sent in doc.sents:
            if not any(token.tag_ in ("PRP", "PRP$") for token in sent):
                self.settle(sent, scene, pointed_at=False)
        return scene

    def settle(self, sent: Span, scene: Scene, *, pointed_at: bool) -> None:
        """Give the soldiers, rebels, police and people of a sentence the country that it or its paragraph tells of.

        With `pointed_at` those too that an article points at ('the police'), which may have been spoken of before.
        """
        for token in sent:
            mentions = scene.heads.get(token.i, ())
            if len(mentions) != 1 or not mentions[0].actor.key.startswith("group:"):
                continue
            sector = mentions[0].actor.sector
            before = {c.lower_ for c in token.children if c.dep_ in ("det", "poss")}
            governs = any(c.dep_ == "compound" and c.lower_ == "government" for c in token.children)
            if (
                not (sector in _AT_HOME or governs)
                or before & _OWNERS
                or token.lemma_.lower() in _FROM_ANYWHERE | _POSTED
                or token.dep_ == "attr"
                or (token.dep_ == "pobj" and token.head.lower_ == "as")
                or any(
                    t.ent_type_ == "NORP" or (t.text[:1].isupper() and not t.is_sent_start)
                    for t in (token, *noun_modifiers(token))
                )
                or (before & _POINTERS and not pointed_at)
            ):
                continue
            if (country := _country_at_home(token, sector, sent, scene)) is not None:
                scene.heads[token.i] = (replace(mentions[0], actor=self.part_of(country, sector)),)

    def _towns(self, doc: Doc, taken: Collection[int]) -> dict[int, Named]:
        out = {}
        for head in doc:
            if head.i not in taken and head.text[:1].isupper() and head.pos_ == "PROPN" and head.dep_ in _HEADS:
                name = doc[_left_edge(head) : head.i + 1]
                code = country_of_place(name.text.removeprefix("the "))
                if code and code in self._knowledge.countries:
                    out[head.i] = Named(
                        start=name.start, end=name.end, entry=Entry(kind="town", actor=self.country_actor(code))
                    )
        return out

    # -- names, titles -----------------------------------------------------------------------------------------

    def _named(self, doc: Doc, on: date | None) -> tuple[Named, ...]:
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
            known = self._entries.get(name, ())
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
                owned = replace(entries[0], actor=_part_of(found[-1].entry.actor, entries[0].actor.sector))
                found.append(Named(start=span.start, end=span.end, entry=owned))
            elif (meant := self._meant(span, name, entries[0])) is not None:
                if meant.entry.kind == "adjective" and (joined := self._joined(span)) is not None:
                    found.append(joined)
                found.append(meant)
        names = {i for n in found for i in range(n.start, n.end)}
        return tuple(n for n in found if not self._has_other_first_name(doc, n, names))

    def _without_persons(self, named: tuple[Named, ...], doc: Doc, cast: Cast) -> tuple[Named, ...]:
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
            or {word.lower() for word in before} & _HONORIFICS
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
        return span.text in known.first_names and self._is_first_name(doc, span.start)

    def _is_first_name(self, doc: Doc, i: int) -> bool:
        """Whether a last name follows: a capitalised word that is neither a title nor a party nor a feature of a land."""
        if i + 1 >= len(doc):
            return False
        behind = doc[i + 1]
        return (
            behind.tag_ == "NNP"
            and behind.text.istitle()
            and doc[i].head.i == i + 1
            and behind.text not in self._entries
            and behind.lower_ not in self._title_words
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
            and before.lower_ not in self._title_words
        )

    def _by_sentence(
        self, doc: Doc, named: tuple[Named, ...]
    ) -> Iterator[tuple[Token, tuple[Named, ...], tuple[tuple[int, int, str], ...]]]:
        """Each word with the names and the titles of its sentence, so that long paragraphs cost no more than short ones."""
        titles = self._title_spans(doc)
        for sent in doc.sents:
            near = tuple(n for n in named if sent.start <= n.start < sent.end)
            held = tuple(t for t in titles if sent.start <= t[0] < sent.end)
            for head in sent:
                yield head, near, held

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
        span, person = self._person(head, named, titles, cast)
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
            same = (n.entry.actor for n in named if n.start == name.start and n.end == name.end)
            return name.start, name.end, tuple(same)
        if (
            (known_person := cast.short.get(head.text))
            and head.pos_ in ("PROPN", "NOUN")
            and (not _has_proper_neighbour(head) or _with_particle(head, known_person.name))
        ):
            return head.i, head.i + 1, (known_person.actor,)
        title = next((t for t in titles if t[0] <= head.i < t[1] and head.i == t[1] - 1), None)
        if title is not None:
            return self._office(head, title, named, titles, cast)
        is_name = head.ent_type_ == "ORG" and head.pos_ == "PROPN" and not _is_left_modifier(head)
        sector = self._agent(head) if head.pos_ != "VERB" or head.dep_ in _NOMINAL else None
        if is_name and sector in _OF_PRIVATE_LIFE and not self._countries_of(head, named):
            # 'Deutsche Bank' is one bank; 'Supreme Court' is the court of wherever the text speaks of
            return self._organisation(head, named, sector) or self._group(head, named)
        if sector is not None:
            return self._group(head, named)
        return self._organisation(head, named) if is_name else None

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
        self,
        head: Token,
        named: tuple[Named, ...],
        titles: tuple[tuple[int, int, str], ...],
        cast: Cast | None = None,
    ) -> tuple[tuple[int, int] | None, Person | None]:
        """The person whose name ends at `head`, with the tokens that name and title span.

        Without `cast`, a counterpart's office stays unknown.
        """
        doc = head.doc
        if not (head.text[:1].isupper() or (head.i > 0 and doc[head.i - 1].text == "-")):
            return None, None
        if head.pos_ not in ("PROPN", "NOUN", "X", "ADJ", "VERB") or not _ends_name(head):
            return None, None
        left = _left_edge(head)
        before = [t for t in titles if left <= t[0] and t[1] <= head.i]
        if not before and (beside := next((t for t in titles if t[1] == left), None)) and self._is_plural(beside, doc):
            # 'Cypriot leaders Andreas Kyriakou and Mehmet Denizli', whatever a parser makes of it
            before, left = [beside], min(beside[0], _left_edge(doc[left - 1]))
        start = max([left, *(t[1] for t in before)])
        holder = next((n for n in named if n.entry.kind == "person" and n.end - 1 == head.i), None)
        entity = _entity_around(head)
        if holder is not None:
            start = holder.start
        elif before and before[-1][1] <= head.i and _is_name(doc, before[-1][1], head.i + 1):
            start = before[-1][1]
            if any(n.start < head.i + 1 and n.end > start for n in named):
                return None, None
        elif self._is_namesake(head):
            start = head.i - 1
        elif entity is not None and entity.label_ == "PERSON" and not self._is_no_person(entity, titles):
            names_inside = [
                n.end for n in named if entity.start <= n.start and n.end <= head.i and n.entry.kind != "person"
            ]
            start = max(
                [entity.start, *names_inside, *(t[1] for t in titles if entity.start <= t[0] and t[1] <= head.i)]
            )
            if start > head.i or any(n.start <= head.i < n.end for n in named):
                return None, None
            if start == head.i == entity.start:
                start = self._with_first_name(head, named)
        elif self._is_named_by_title(head, own := _own_names(head, left), titles, named):
            start = own
        else:
            return None, None
        while start < head.i and doc[start].lower_ in _HONORIFICS:
            start += 1
        if not _is_name(doc, start, head.i + 1):
            return None, None
        if holder is None and head.dep_ == "compound" and head.head.lower_ in _NAMED_AFTER and head.head.i > head.i:
            return None, None
        title = before[-1] if before and before[-1][1] >= start - 1 else self._shared_title(head, titles)
        first = self._first_of_title(title, titles, doc, left) if title else start
        of_them = [n.start for n in named if _is_before(n, first, left, doc) and n.entry.actor.country]
        # of 'Presidents Putin and Xi' the title is the first one's
        first_word = start if first < left else min([start, first, *of_them])
        begin = self._first_modifier(doc, first_word, left)
        person = self._described(doc[start : head.i + 1], title, first, holder, named, titles, cast)
        return (begin, head.i + 1), person

    def _with_first_name(self, head: Token, named: tuple[Named, ...]) -> int:
        """Where a name begins of which the model saw the last alone: 'Mehmet Denizli'."""
        first = head.doc[head.i - 1] if head.i else head
        if (
            first.pos_ == "PROPN"
            and first.dep_ == "compound"
            and first.head.i == head.i
            and first.text.istitle()
            and first.ent_type_ in ("", "GPE", "NORP")
            and first.lower_ not in self._title_words
            and first.lower_ not in self._agents
            and not any(n.start <= first.i < n.end for n in named)
        ):
            return first.i
        return head.i

    def _is_no_person(self, entity: Span, titles: tuple[tuple[int, int, str], ...]) -> bool:
        """Whether what was taken for a person is a place, or a water or a building: 'the Teesta river'."""
        head = entity.root
        if _is_place_name(entity):
            return True
        if len(entity) > 1 or any(t[1] == entity.start for t in titles):
            return False
        if _is_left_modifier(head) and head.dep_ != "amod" and entity.end < len(entity.doc):
            noun = entity.doc[entity.end]
            return noun.lower_ in _NAMED_AFTER
        return head.dep_ == "dobj" and (
            head.head.lemma_ in _OF_TOWNS
            or (head.head.lemma_ in _OF_TOWNS_TOO and country_of_place(head.text) is not None)
        )

    def _first_modifier(self, doc: Doc, start: int, left: int) -> int:
        """Where the modifiers of a title before `start` begin: 'former' in 'former Polish'."""
        while start > max(left, 0) and doc[start - 1].lower_ in self._knowledge.title_modifiers:
            start -= 1
        return start

    def _is_named_by_title(
        self,
        head: Token,
        left: int,
        titles: tuple[tuple[int, int, str], ...],
        named: tuple[Named, ...],
    ) -> bool:
        """'Ana Belo, Portugal's foreign minister': two names that a title beside them tells to be a person's."""
        doc = head.doc
        called = _called(head)
        if not (
            head.pos_ == "PROPN"
            and 1 <= head.i - left <= _MORE_NAMES
            and all(t.pos_ == "PROPN" for t in doc[left : head.i])
        ):
            return False
        if head.i - left > 1 and not called:
            return False
        return (
            (head.ent_type_ != "ORG" or bool(called))
            and (
                _is_one_of_two(head, left)
                or any(
                    t[1] - 1 == other.i
                    for other in _said_of(head)
                    if other.dep_ == "appos" or head.dep_ == "appos" or other in called
                    for t in titles
                )
            )
            and not any(n.start < head.i + 1 and n.end > left for n in named)
            and country_of_place(doc[left : head.i + 1].text) is None
        )

    def _described(
        self,
        name: Span,
        title: tuple[int, int, str] | None,
        first: int,
        holder: Named | None,
        named: tuple[Named, ...],
        titles: tuple[tuple[int, int, str], ...],
        cast: Cast | None,
    ) -> Person:
        """Who `name` is by what stands around it: title, nationality, 'of' a country behind a title, apposition.

        `first` is where the title with its modifiers begins, or the name where it has none.
        """
        head, doc = name[-1], name.doc
        left = min(_left_edge(head), first)
        of_them = [n for n in named if _is_before(n, first if title else name.start, left, doc)]
        if title and not of_them:
            of_them = [n for n in named if n.entry.kind != "person" and _is_behind(n, head)]
        countries = [n for n in of_them if n.entry.actor.country]
        bodies = [n for n in of_them if n.entry.actor.sector in _BODIES]
        apposed = None if title and of_them else self._apposed_title(head, titles, named, cast)
        actor = (
            holder.entry.actor if holder else self._by_office(name.text, title[2]) if title and not of_them else None
        )
        sector, office = actor.sector if actor else None, None
        if title:
            office, sector = self._title_said(title, first, [n.start for n in of_them], left, doc)
        elif apposed:
            office, sector = apposed[0], apposed[1]
        if bodies and not countries:
            sector = bodies[-1].entry.actor.sector
        country = actor.country if actor else None
        if countries:
            country = countries[-1].entry.actor.country
        elif apposed and apposed[2]:
            country = apposed[2]
        elif country is None and title and not bodies and actor is None:
            implied = self._knowledge.titles[title[2]].country
            country = implied or self._misspelt(name.text, sector)
        return Person(
            name=actor.name if actor else name.text,
            country=country,
            sector=sector,
            office=office,
            key=actor.key if actor else None,
        )

    def _is_namesake(self, head: Token) -> bool:
        """'Denzel Washington', 'Jordan Peterson', where the model sees no person."""
        if head.i == 0 or (head.i + 1 < len(head.doc) and head.doc[head.i + 1].text in self._ambiguous.bodies):
            return False
        known, first = self._ambiguous, head.doc[head.i - 1]
        if head.text in known.last_names and (first.text in known.given_names or first.lower_ in _HONORIFICS):
            return True
        return first.text in known.first_names and self._is_first_name(head.doc, first.i)

    def _is_plural(self, title: tuple[int, int, str], doc: Doc) -> bool:
        return doc[title[0] : title[1]].text.lower() in self._plural_titles

    def _shared_title(self, head: Token, titles: tuple[tuple[int, int, str], ...]) -> tuple[int, int, str] | None:
        """The title in the plural that `head` shares with the name it is joined to: 'Presidents Putin and Xi'."""
        if head.dep_ != "conj":
            return None
        first = head
        while first.dep_ == "conj":
            first = first.head
        left = _left_edge(first)
        return next(
            (
                t
                for t in titles
                if (left <= t[0] or t[1] == left)
                and t[1] <= first.i
                and self._is_plural(t, head.doc)
                and first.pos_ == "PROPN"
            ),
            None,
        )

    def _first_of_title(
        self, title: tuple[int, int, str], titles: tuple[tuple[int, int, str], ...], doc: Doc, left: int
    ) -> int:
        """Where `title` begins, with its modifiers and a title joined to it: 'Prime Minister and Defence Minister X'."""
        first = self._first_modifier(doc, title[0], left)
        if first > 1 and doc[first - 1].lower_ == "and" and doc[title[0]].text[:1].isupper():
            other = next((t for t in titles if t[1] == first - 1 and doc[t[0]].text[:1].isupper()), None)
            if other is not None:
                return self._first_of_title(other, titles, doc, 0)
        return first

    def _title_said(
        self, title: tuple[int, int, str], first: int, owners: Iterable[int], left: int, doc: Doc
    ) -> tuple[str, str | None]:
        """Office and sector of `title` with the modifiers before it and before its owners: 'former Polish minister'.

        `first` is where the title begins with what stands right before it, `owners` where the names of its owners do.
        """
        start = min([first, *(i for i in owners if i < first)])
        begin = self._first_modifier(doc, start, left)
        if begin > 1 and doc[begin - 1].lower_ == "and" and doc[begin - 2].pos_ == "ADJ":
            # 'current and former officials' are not all former
            begin = start
        words = doc[first : title[1]].text
        if doc[title[0] : title[1]].text.lower() in self._plural_titles and _names_behind(doc, title[1]):
            words = title[2]
        if begin < start < first:
            words = f"{doc[begin:start].text} {words}"
        return words, self._title_sector(title[2], doc[begin : title[0]])

    def _by_office(self, name: str, title: str) -> Actor | None:
        """The only holder of an office who is known by one name: 'President Xi'."""
        holders = self._holders.get((name, title), set())
        return next(iter(holders)) if len(holders) == 1 else None

    def _misspelt(self, name: str, sector: str | None) -> str | None:
        """The country of the office holder whose last name `name` is but for a letter: 'President Mitterand'."""
        last = name.split()[-1]
        if sector != "GOV" or len(last) < _LONG_NAME:
            return None
        near = get_close_matches(last, self._last_names, n=1, cutoff=_ALIKE)
        countries = self._last_names[near[0]] if near else set()
        return next(iter(countries)) if len(countries) == 1 else None

    def _apposed_title(
        self,
        head: Token,
        titles: tuple[tuple[int, int, str], ...],
        named: tuple[Named, ...],
        cast: Cast | None,
    ) -> tuple[str | None, str | None, str | None] | None:
        """Office, sector and country that an apposition or 'who is' gives a name; without a title, no office."""
        for other in _said_of(head):
            title = next((t for t in titles if t[1] - 1 == other.i), None)
            if title is None:
                if (sector := self._sector_said(other)) and (owners := self._countries_of(other, named)):
                    return None, owners[0].sector if owners[0].sector in _BODIES else sector, owners[0].country
                continue
            left = _left_edge(other)
            first = self._first_modifier(other.doc, title[0], left)
            inside = [n.start for n in named if left <= n.start and n.end <= first]
            countries = self._countries_of(other, named)
            country = countries[0].country if countries else self._knowledge.titles[title[2]].country or None
            alike = self._likeness(other, titles, named, cast) if title[2] in _ALIKE_IN_OFFICE and cast else None
            office, sector = alike or self._title_said(title, first, inside, left, other.doc)
            if countries and countries[0].kind is ActorKind.ORGANISATION:
                sector = countries[0].sector or sector
            return office, sector, country
        return self._led_by(head, named)

    def _led_by(self, head: Token, named: tuple[Named, ...]) -> tuple[None, str | None, str] | None:
        """Sector and country of those whom `head` leads: 'led a platoon of the Peruvian army', 'a delegation led by X'."""
        verb = head.head
        if head.dep_ == "pobj" and verb.dep_ == "agent" and verb.head.lemma_ in _LEADS:
            led = (
                [verb.head.head]
                if verb.head.dep_ == "acl"
                else [c for c in verb.head.children if c.dep_ == "nsubjpass"]
            )
        else:
            subject = head.head if head.dep_ == "appos" else head
            verbs = [c for c in head.children if c.dep_ == "relcl"]
            verbs += [subject.head] if subject.dep_ == "nsubj" else []
            verb = next((v for v in verbs if v.lemma_ in _LEADS), head)
            led = [c for c in verb.children if c.dep_ == "dobj"] if verb.i != head.i else []
            verb = verb if led else head
        for noun in led:
            sector = self._agent(noun) or ("MIL" if verb.lemma_ == _OF_SOLDIERS else None)
            owners = self._countries_of(noun, named) if sector else []
            if owners and owners[0].country:
                return None, owners[0].sector or sector, owners[0].country
        return None

    def _sector_said(self, noun: Token) -> str | None:
        """The sector of 'a Polish farmer', 'head of the Czech delegation'."""
        if noun.lower_ not in _LEADING:
            return self._agent(noun) if noun.pos_ == "NOUN" and noun.tag_ == "NN" else None
        of_what = (o for prep in noun.children if prep.lower_ == "of" for o in prep.children if o.dep_ == "pobj")
        return next((sector for sector in map(self._agent, of_what) if sector), None)

    def _likeness(
        self, head: Token, titles: tuple[tuple[int, int, str], ...], named: tuple[Named, ...], cast: Cast
    ) -> tuple[str, str | None] | None:
        """Office and sector that 'counterpart' repeats: of the subject of its clause, else of the title last before it."""
        subjects = [
            t
            for verb in head.ancestors
            for subject in verb.children
            if subject.dep_ in ("nsubj", "nsubjpass")
            for t in (subject, *subject.conjuncts)
        ]
        sent = head.sent.start
        for token in (*subjects, *(head.doc[t[1] - 1] for t in reversed(titles) if sent <= t[0])):
            if token.i >= head.i:
                continue
            title = next((t for t in titles if t[1] - 1 == token.i and t[2] not in _ALIKE_IN_OFFICE), None)
            if title is not None:
                first = self._first_of_title(title, (), head.doc, _left_edge(token))
                return head.doc[first : title[1]].text, self._title_sector(title[2], head.doc[first : title[0]])
            _, person = self._person(token, named, titles)
            if person is None:
                continue
            known = cast.find(person.name) or person
            office = known.office or next(
                (n.entry.actor.office for n in named if n.entry.kind == "person" and n.end - 1 == token.i), None
            )
            if office and office.lower() not in _ALIKE_IN_OFFICE:
                return office, known.sector
        return None

    def _title_sector(self, title: str, modifiers: Iterable[Token]) -> str | None:
        sector = self._knowledge.titles[title].sector
        effects = [self._knowledge.title_modifiers.get(t.lower_) for t in modifiers]
        return next((effect for effect in effects if effect), sector)

    def _office(
        self,
        head: Token,
        title: tuple[int, int, str],
        named: tuple[Named, ...],
        titles: tuple[tuple[int, int, str], ...],
        cast: Cast,
    ) -> tuple[int, int, tuple[Actor, ...]] | None:
        if _is_left_modifier(head) and not (head.text.isupper() and len(head) > _SHORT):
            # in a headline in capitals every word is a name to the parser
            return None
        left, doc = _left_edge(head), head.doc
        first = self._first_modifier(doc, title[0], left)
        inside = [n.start for n in named if left <= n.start and n.end <= first]
        text, sector = self._title_said(title, first, inside, left, doc)
        owners = self._countries_of(head, named)
        if not owners:
            default = self._knowledge.titles[title[2]].country
            if default:
                owners = [self.country_actor(default)]
            elif (known := cast.with_office(title[2])) and not self._has_rival(known, title[2], cast):
                return first, head.i + 1, (known.actor,)
        if not owners and title[2] == _COLLEAGUE:
            return None
        if not owners and head.lemma_.lower() in _SERVING:
            owners = self._served(head, named, cast)
        if title[2] in _ALIKE_IN_OFFICE and (alike := self._likeness(head, titles, named, cast)):
            text, sector = alike
        start = min([first, *inside])
        if not owners:
            actor = Actor(key=f"group:{sector}", name=f"({title[2]})", kind=ActorKind.GROUP, sector=sector)
            return start, head.i + 1, (actor,)
        if head.tag_ in ("NNS", "NNPS"):
            return start, head.i + 1, tuple(_part_of(owner, sector) for owner in owners)
        return start, head.i + 1, tuple(_official(owner, sector, text) for owner in owners)

    def _served(self, head: Token, named: tuple[Named, ...], cast: Cast) -> list[Actor]:
        """The country of the person behind 'to' or 'of': 'an aide to Lula'."""
        for prep in (c for c in head.children if c.dep_ == "prep" and c.lower_ in ("to", "of", "for")):
            for obj in (c for c in prep.children if c.dep_ == "pobj"):
                known = [n.entry.actor.country for n in named if n.start <= obj.i < n.end and n.entry.kind == "person"]
                person = cast.find(obj.doc[_left_edge(obj) : obj.i + 1].text) or cast.find(obj.text)
                country = known[0] if known else person.country if person else None
                if country:
                    return [self.country_actor(country)]
        return []

    def _has_rival(self, known: Person, title: str, cast: Cast) -> bool:
        """Whether somebody else in `cast` is known to hold such an office, though the article does not say so."""
        return any(
            p is not known and self._offices.get(p.key or "", "").lower().endswith(title) for p in cast.persons.values()
        )

    def _group(self, head: Token, named: tuple[Named, ...]) -> tuple[int, int, tuple[Actor, ...]] | None:
        if _is_left_modifier(head):
            return None
        sector = self._agent(head)
        owners = self._countries_of(head, named)
        left = _left_edge(head)
        if (
            head.lemma_.lower() in _ACTS_OR_PLACES
            and head.dep_ not in ("nsubj", "nsubjpass", "poss")
            and not any(left <= n.start and n.end <= head.i for n in named)
        ):
            return None
        if sector == "IGO":
            # of 'monitors in Syria' none is Syria's, and 'Russian monitors' are sent by Russia
            owners = [n.entry.actor for n in named if left <= n.start and n.end <= head.i and n.entry.kind != "person"]
            sector = "GOV" if owners and owners[0].kind is ActorKind.COUNTRY else sector
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

    def _organisation(
        self, head: Token, named: tuple[Named, ...], sector: str | None = None
    ) -> tuple[int, int, tuple[Actor, ...]] | None:
        entity = _entity_around(head)
        if entity is None or entity.end - 1 != head.i:
            return None
        start = entity.start
        while start < head.i and head.doc[start].pos_ == "DET":
            start += 1
        if not head.doc[start].text[:1].isupper() or head.is_sent_start or _is_place_name(entity):
            return None
        name = head.doc[start : head.i + 1].text
        if name.count("(") != name.count(")"):
            return None
        owners = [n.entry.actor for n in named if _left_edge(head) <= n.start and n.end <= head.i]
        country = owners[0].country if owners else None
        if country_of_place(name) is not None:
            # 'captured Manbij': a town
            return None
        actor = Actor(
            key=f"org:{country or '-'}:{slug(name)}",
            name=name,
            kind=ActorKind.ORGANISATION,
            country=country,
            sector=sector,
        )
        return start, head.i + 1, (actor,)

    def _agent(self, head: Token) -> str | None:
        """The sector of an agent noun; a capitalised plural ('Rebels' at the head of a sentence) is read as its singular."""
        before = [t.lower_ for t in head.doc[max(0, head.i + 1 - self._longest_agent) : head.i]]
        for form in dict.fromkeys((head.lemma_.lower(), head.lower_, head.lower_.removesuffix("s"))):
            for first in range(len(before) + 1):
                if sector := self._agents.get(" ".join((*before[first:], form))):
                    side = _OPPOSITION.get(before[-1], sector) if before and first == len(before) else sector
                    return side if sector in _STATE_SECTORS else sector
        return None

    def _countries_of(self, head: Token, named: tuple[Named, ...]) -> list[Actor]:
        """Whom a noun belongs to: nationality or possessor before it, or 'of', 'from', 'in' behind it."""
        left = _left_edge(head)
        before = [n for n in named if left <= n.start and n.end <= head.i and n.entry.kind != "person"]
        if len(before) > 1 and head.lemma_.lower() in _POSTED and not _joined_names(before[0], before[-1], head.doc):
            # 'the UN's Syria envoy' is the UN's
            before = before[:1]
        if before:
            return [n.entry.actor for n in before]
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
        speaks = ("for",) if head.lemma_.lower() in _SPEAKERS else ()
        # where an envoy is posted is not whose he is
        where = () if head.lemma_.lower() in _POSTED else ("in", "across", "at")
        for preps in (("of", "from", *speaks), where):
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
        behind = [n.entry.actor for n in named if n.entry.kind != "person" and _is_behind(n, head)]
        return behind or ([] if not where else self._of_town(head))

    def _of_town(self, head: Token) -> list[Actor]:
        """The country of a town: 'residents of Homs', 'authorities in Srinagar', 'Srinagar police'."""
        for town in (c for c in head.lefts if c.dep_ == "compound" and c.ent_type_ == "GPE"):
            code = country_of_place(head.doc[town.left_edge.i : town.i + 1].text)
            if code and code in self._knowledge.countries:
                return [self.country_actor(code)]
        for prep in (
            c for c in head.children if c.dep_ == "prep" and c.lower_ in ("in", "at", "near", "outside", "of")
        ):
            for obj in (c for c in prep.children if c.dep_ == "pobj" and c.pos_ == "PROPN"):
                code = country_of_place(obj.doc[_left_edge(obj) : obj.i + 1].text.removeprefix("the "))
                if code and code in self._knowledge.countries:
                    return [self.country_actor(code)]
        return []


def _said_of(head: Token) -> list[Token]:
    """The nouns that an apposition, 'who is' or 'is' says of `head`."""
    said = [child for child in head.children if child.dep_ == "appos"]
    if head.dep_ == "appos":
        said.append(head.head)
    said += _called(head)
    if not any(t.pos_ == "NOUN" for t in said):
        said += _set_before(head)
    verbs = [child for child in head.children if child.dep_ == "relcl"]
    if head.dep_ == "nsubj":
        verbs.append(head.head)
    for verb in verbs:
        if verb.dep_ == "relcl" and head.nbor().text != ",":
            # 'an aide to Schumer who is now a director': said of the aide
            continue
        if verb.lemma_ == "be" and not any(c.dep_ == "neg" or c.tag_ == "MD" for c in verb.children):
            said += [child for child in verb.children if child.dep_ == "attr"]
    return said


def _is_one_of_two(head: Token, left: int) -> bool:
    """'One, Ana Belo, had ...; the other, Rui Costa, led ...'."""
    doc = head.doc
    return (
        left > head.sent.start + 1
        and doc[left - 1].text == ","
        and doc[left - 2].lower_ in _ONE_OF_TWO
        and head.i + 1 < len(doc)
        and doc[head.i + 1].text == ","
    )


def _names_behind(doc: Doc, i: int) -> bool:
    """Whether the title that ends before `i` stands before a name."""
    return doc[i - 1].dep_ == "compound" or (i < len(doc) and doc[i].pos_ == "PROPN")


def _own_names(head: Token, left: int) -> int:
    """Where the names before `head` begin that belong to it."""
    start = head.i
    while start > left and head.doc[start - 1].pos_ == "PROPN" and head.doc[start - 1].text[:1].isupper():
        start -= 1
    return start


def _called(head: Token) -> list[Token]:
    """Who is called by the name of `head`: 'the envoy is called X', 'a man named X', 'a colonel who gave his name as X'."""
    doc, start = head.doc, _own_names(head, head.sent.start)
    if start - 2 > head.sent.start and doc[start - 1].lower_ == "as":
        # whatever a parser makes of what follows 'as'
        verb = next((t for t in doc[max(start - 5, 0) : start - 1] if t.lemma_ in _CALLING_ONESELF), head)
        if verb.i == head.i or not {"name", "himself", "herself"} & {t.lower_ for t in doc[verb.i + 1 : start - 1]}:
            return []
    else:
        verb = head.head
        if verb.lemma_ not in _NAMING or head.dep_ not in ("oprd", "attr"):
            return []
    if verb.dep_ in ("acl", "relcl"):
        return [verb.head]
    return [c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")]


def _set_before(head: Token) -> list[Token]:
    """The nouns before the comma before a name that another comma closes: 'its ambassador to Japan, X, on Sunday'."""
    doc, start = head.doc, _left_edge(head)
    closed = head.i + 1 == len(doc) or doc[head.i + 1].text in _CLOSING
    if not closed or start - 2 < head.sent.start or doc[start - 1].text != ",":
        return []
    noun = doc[start - 2]
    found = [noun] if noun.pos_ == "NOUN" else []
    while noun.dep_ in ("pobj", "prep", "compound", "conj") and noun.head.i < noun.i:
        noun = noun.head
        if noun.pos_ == "NOUN":
            found.append(noun)
    return found


def _is_before(name: Named, first: int, left: int, doc: Doc) -> bool:
    """Whether `name` stands in the noun phrase from `left` to `first`, or right before `first`: 'Kenya's', 'Kenyan'."""
    if name.entry.kind == "person" or name.end > first:
        return False
    if any(token.text == "," for token in doc[name.end : first]):
        # 'coal from North Korea, a spokesman said'
        return False
    return name.start >= left or name.end == first or (name.end == first - 1 and doc[first - 1].tag_ == "POS")


def _is_behind(name: Named, head: Token) -> bool:
    """Whether 'of' and `name` follow `head` at once, whatever a parser makes of it; 'his counterpart from' too."""
    doc, i = head.doc, head.i + 1
    if i >= len(doc) or not (
        doc[i].lower_ == "of" or (doc[i].lower_ == "from" and head.lemma_.lower() in _ALIKE_IN_OFFICE)
    ):
        return False
    if not (name.start == i + 1 or (name.start == i + 2 and doc[i + 1].pos_ == "DET")):
        return False
    return not _is_left_modifier(doc[name.end - 1]) and doc[name.end - 1].dep_ != "poss"


def _joined_names(one: Named, other: Named, doc: Doc) -> bool:
    """'Russian and Syrian', 'Chile's, Peru's', 'U.S.-Russian'."""
    return any(token.lower_ in ("and", "or", ",", "-", "/") for token in doc[one.end : other.start])


def _owns(name: Named, span: Span) -> bool:
    """Whether `name` is a country's right before `span`: 'the German', 'Germany's'."""
    between = span.doc[name.end : span.start]
    return name.entry.kind in ("country", "adjective") and all(t.tag_ == "POS" for t in between)


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


def _country_spoken_of(head: Token, named: tuple[Named, ...], near: tuple[Named, ...]) -> str | None:
    """The country that was the subject last before `head` in its paragraph: 'Norway agreed. Prime Minister X said'.

    It is none whose officials the rest of the sentence (`near`) calls by their nationality: 'Prime Minister X met South Korean
    President Y'.
    """
    others = {
        n.entry.actor.country
        for n in near
        if n.entry.kind == "adjective" and n.start > head.i and head.doc[n.end - 1].head.pos_ == "PROPN"
    }
    for name in reversed(named):
        last = head.doc[name.end - 1]
        if (
            name.end <= head.i
            and name.entry.kind in ("country", "capital", "seat")
            and last.dep_ in ("nsubj", "nsubjpass")
            and name.entry.actor.country not in others
        ):
            return name.entry.actor.country
    return None


def _countries(scene: Scene, start: int, end: int) -> dict[str, list[int]]:
    """The countries that the tokens from `start` to `end` name, each with the tokens that do."""
    found: dict[str, list[int]] = {}
    for i in range(start, end):
        actors = [m.actor for m in scene.heads.get(i, ())]
        actors += [scene.modifiers[i].entry.actor] if i in scene.modifiers else []
        actors += [scene.towns[i].entry.actor] if i in scene.towns else []
        for country in {a.country for a in actors if a.country}:
            found.setdefault(country, []).append(i)
    return found


def _country_at_home(token: Token, sector: str | None, sent: Span, scene: Scene) -> str | None:
    """The country of a group of which nothing but a kind is said, as its sentence or else its paragraph tells it.

    'Army officers toppled Guinea-Bissau's president', 'Sanca dismissed the head of the army', 'the president and rebels in the
    north', 'police in the capital'. Nobody is of the country that he attacks or that says so of him.
    """
    here = _countries(scene, sent.start, sent.end)
    verb = token
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    subjects = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "agent")]
    objects = [c for c in verb.children if c.dep_ in ("dobj", "pobj")]
    own = next((c for c in (*subjects, *objects) if c.i == token.i or c.is_ancestor(token)), None)
    if own is not None and verb.lemma_ in _OVERTHROWN and own.dep_ == "nsubj":
        return _single(_within(here, objects))
    if own is not None and verb.lemma_ in _DISMISSED and own.dep_ == "dobj":
        return _single(_within(here, subjects))
    civil = [t for t in token.conjuncts if any(m.actor.sector not in ("MIL", "COP") for m in scene.heads.get(t.i, ()))]
    if sector in _OPPOSED and (joined := _within(here, civil)):
        return _single(joined)
    across = [c for c in (*subjects, *objects) if own is None or c.i != own.i]
    if sector in _OPPOSED:
        # who says what of whom
        clauses = [verb.head] if verb.dep_ == "ccomp" else [c for c in verb.children if c.dep_ == "ccomp"]
        across += [c for clause in clauses for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")]
    if sector in _ARMED | _OPPOSED and verb.lemma_ not in _OVER_PEOPLE and _within(here, across):
        return None
    if _within(here, list(token.conjuncts)):
        return None
    if verb.lemma_ in _MEETING or sector in ("MIL", "JUD"):
        # talks are held, soldiers fight and cases are heard in other countries too
        venues = [c for c in sent if c.dep_ == "prep" and c.lower_ in _LOCATIVES]
        here = {c: at for c, at in here.items() if c not in _within(here, venues)}
    if here:
        return _single(here)
    for previous in reversed([s for s in scene.doc.sents if s.end <= sent.start]):
        if before := _countries(scene, previous.start, previous.end):
            return _single(before)
    return None if _countries(scene, sent.start, len(scene.doc)) else scene.country


def _within(countries: Mapping[str, list[int]], tokens: Sequence[Token]) -> dict[str, list[int]]:
    """Those of `countries` that are named in what depends on `tokens`."""
    inside = {t.i for token in tokens for t in token.subtree}
    return {country: at for country, at in countries.items() if inside & set(at)}


def _single(countries: Mapping[str, list[int]]) -> str | None:
    return next(iter(countries)) if len(countries) == 1 else None


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
    if owner.key.startswith("group:"):
        return replace(owner, key=f"group:{sector}", sector=sector)
    base = owner.key.split(":")[0] if owner.kind is ActorKind.COUNTRY or owner.key[:3] == owner.country else owner.key
    name = owner.name.split(" (")[0]
    if owner.sector in _BODIES or (owner.kind is ActorKind.ORGANISATION and owner.sector in _OF_PRIVATE_LIFE):
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


def _official(owner: Actor, sector: str | None, office: str) -> Actor:
    """Whoever holds an office; an organisation's acts for it: the commander of a rebel army is a rebel."""
    sector = (owner.sector if owner.kind is ActorKind.ORGANISATION else sector) or sector
    return Actor(
        key=f"{owner.country or owner.key}:{sector}:{slug(office)}",
        name=f"{office.lower()} ({owner.name})",
        kind=ActorKind.PERSON,
        country=owner.country,
        sector=sector,
        office=office,
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
        if head.lower_ in _PARTICLES and following.text[:1].isupper():
            return False
        if (
            following.pos_ == "PROPN"
            and following.ent_type_ == "PERSON"
            and following.ent_iob_ == "I"
            and head.ent_type_ == "PERSON"
        ):
            return False
    return True


_PARTICLES = frozenset(
    "al bin ibn de da van von der den del el ul abu dos di du la le y e bint ben ter ten al-".split()
)


def _is_name(doc: Doc, start: int, end: int) -> bool:
    if not 0 < end - start <= 6 or not doc[start].text[:1].isupper():
        return False
    return all(
        token.text[:1].isupper()
        or token.text == "-"
        or (token.i > start and token.nbor(-1).text == "-")
        or token.lower_ in _PARTICLES
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


def _with_particle(head: Token, name: str) -> bool:
    """'De Mistura' at the head of a sentence is Staffan de Mistura."""
    before = head.doc[head.i - 1 : head.i + 1].text.lower() if head.i else ""
    return before.partition(" ")[0] in _PARTICLES and name.lower().endswith(f" {before}")


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
