"""Who: actors named in a text, composed from gazetteer, titles, nationalities and named entities."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from etl.knowledge import Knowledge
from etl.records import Actor, ActorKind, ActorMention
from etl.transform.cast import Cast, Person, Scene, slug
from etl.transform.groups import POSTED, group_key, settle_groups
from etl.transform.names import BODIES, HONORIFICS, LED, OF_PRIVATE_LIFE, Entry, Named, NameFinder, part_of
from etl.transform.phrases import (
    called,
    ends_name,
    entity_around,
    has_proper_neighbour,
    is_left_modifier,
    is_name,
    is_noun,
    is_one_of_two,
    is_place_name,
    joined_names,
    left_edge,
    names_behind,
    own_names,
    said_of,
    with_particle,
)
from etl.transform.places import country_of_place

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

_LOCATIVES = frozenset({"in", "at", "near", "outside", "around", "across", "through", "inside", "throughout", "within"})


# A last name this long that differs from an office holder's by a letter is his, where a title stands before it.
_LONG_NAME = 7
_ALIKE = 0.93


_OF_A_RULER = frozenset({"government", "regime", "administration", "cabinet"})
_STATE_SECTORS = frozenset({"GOV", "MIL", "LEG", "JUD", "COP", "SPY"})
# Who stands for what stands behind 'of'.
_LEADING = frozenset({"head", "member", "leader", "chair", "chairman", "deputy", "founder", "secretary"})
_SHORT = 3
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
_LEADS = frozenset({"lead", "head", "command", "chair"})
_OF_SOLDIERS = "command"
# Nouns for what is done and where as well as for who: an actor where it acts or is somebody's.
_ACTS_OR_PLACES = frozenset({"mission", "palace"})
_OPPOSITION = {"opposition": "OPP", "rebel": "REB", "separatist": "REB", "insurgent": "REB", "guerrilla": "REB"}
# What is done to towns, and what is done to persons too.
_OF_TOWNS = frozenset({"take", "retake", "recapture", "besiege", "shell", "bomb", "overrun", "storm"})
_OF_TOWNS_TOO = frozenset({"capture", "seize", "enter", "leave", "reach", "visit", "attack"})
_NOMINAL = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "attr", "appos", "conj", "dative", "poss", "compound"})

_HEADS = _NOMINAL - {"compound", "poss"}


class ActorFinder:
    """Finds the actors of documents; built once for a pipeline and the knowledge files."""

    def __init__(self, knowledge: Knowledge, nlp: Language) -> None:
        self._knowledge = knowledge
        self.names = NameFinder(knowledge, nlp)
        self._ambiguous = knowledge.ambiguous
        self._titles = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._plural_titles = {_plural(title): title for title in knowledge.titles}
        titles = (*knowledge.titles, *self._plural_titles)
        # 'Sen.' is one word to the tokenizer, 'sen.' two
        spelt = (*titles, *(title.title() for title in titles if "." in title))
        self._titles.add("TITLE", [nlp.make_doc(title) for title in spelt])
        self._agents = knowledge.agents
        own_agents = (name for entry in knowledge.dictionary if entry.is_agent for name in entry.names)
        self._longest_agent = max([2, *(len(name.split()) for name in own_agents)])
        self._holders: dict[tuple[str, str], set[Actor]] = {}
        for entries in self.names.entries.values():
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

    def gather(self, doc: Doc, cast: Cast, on: date | None) -> None:
        """Enter the persons of `doc` into `cast`; `on` is the article's date, for offices held at the time."""
        named = self.names.find(doc, on)
        cast.countries.update(n.entry.actor.country for n in named if n.entry.actor.country)
        found = [self._person(head, near, titles, cast)[1] for head, near, titles in self._by_sentence(doc, named)]
        for person in sorted((p for p in found if p is not None), key=lambda p: -len(p.name.split())):
            cast.enter(person)

    def scene(self, doc: Doc, offset: int, cast: Cast, on: date | None) -> Scene:
        """The actors of `doc`, whose text begins at `offset` of the article."""
        named = self.names.without_persons(self.names.find(doc, on), doc, cast)
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
                settle_groups(sent, scene, self.names.part_of, pointed_at=False)
        return scene

    def _towns(self, doc: Doc, taken: Collection[int]) -> dict[int, Named]:
        out = {}
        for head in doc:
            if head.i not in taken and head.text[:1].isupper() and head.pos_ == "PROPN" and head.dep_ in _HEADS:
                name = doc[left_edge(head) : head.i + 1]
                code = country_of_place(name.text.removeprefix("the "))
                if code and code in self._knowledge.countries:
                    out[head.i] = Named(
                        start=name.start, end=name.end, entry=Entry(kind="town", actor=self.names.country_actor(code))
                    )
        return out

    # -- names, titles -----------------------------------------------------------------------------------------

    def _by_sentence(
        self, doc: Doc, named: tuple[Named, ...]
    ) -> Iterator[tuple[Token, tuple[Named, ...], tuple[tuple[int, int, str], ...]]]:
        """Each word with the names and the titles of its sentence, so that long paragraphs cost no more than short ones."""
        starts = [sent.start for sent in doc.sents]
        near: dict[int, list[Named]] = defaultdict(list)
        for name in named:
            near[bisect_right(starts, name.start)].append(name)
        held: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for title in self._title_spans(doc):
            held[bisect_right(starts, title[0])].append(title)
        for number, sent in enumerate(doc.sents, start=1):
            names, titles = tuple(near[number]), tuple(held[number])
            for head in sent:
                yield head, names, titles

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
                name.entry.kind == "adjective" and not is_noun(head)
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
            and (not has_proper_neighbour(head) or with_particle(head, known_person.name))
        ):
            return head.i, head.i + 1, (known_person.actor,)
        title = next((t for t in titles if t[0] <= head.i < t[1] and head.i == t[1] - 1), None)
        if title is not None:
            return self._office(head, title, named, titles, cast)
        is_name = head.ent_type_ == "ORG" and head.pos_ == "PROPN" and not is_left_modifier(head)
        sector = self._agent(head) if head.pos_ != "VERB" or head.dep_ in _NOMINAL else None
        if is_name and sector in OF_PRIVATE_LIFE and not self._countries_of(head, named):
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
            return name.start, name.end, (part_of(countries[0], "CVL") if countries else minority,)
        countries = _behind(head, named)
        if countries and countries[0].country:
            return name.start, name.end, (part_of(countries[0], "CVL"),)
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
        if head.pos_ not in ("PROPN", "NOUN", "X", "ADJ", "VERB") or not ends_name(head):
            return None, None
        left = left_edge(head)
        before = [t for t in titles if left <= t[0] and t[1] <= head.i]
        if not before and (beside := next((t for t in titles if t[1] == left), None)) and self._is_plural(beside, doc):
            # 'Cypriot leaders Andreas Kyriakou and Mehmet Denizli', whatever a parser makes of it
            before, left = [beside], min(beside[0], left_edge(doc[left - 1]))
        start = max([left, *(t[1] for t in before)])
        holder = next((n for n in named if n.entry.kind == "person" and n.end - 1 == head.i), None)
        entity = entity_around(head)
        if holder is not None:
            start = holder.start
        elif before and before[-1][1] <= head.i and is_name(doc, before[-1][1], head.i + 1):
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
        elif self._is_named_by_title(head, own := own_names(head, left), titles, named):
            start = own
        else:
            return None, None
        while start < head.i and doc[start].lower_ in HONORIFICS:
            start += 1
        if not is_name(doc, start, head.i + 1):
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
            and first.lower_ not in self.names.title_words
            and first.lower_ not in self._agents
            and not any(n.start <= first.i < n.end for n in named)
        ):
            return first.i
        return head.i

    def _is_no_person(self, entity: Span, titles: tuple[tuple[int, int, str], ...]) -> bool:
        """Whether what was taken for a person is a place, or a water or a building: 'the Teesta river'."""
        head = entity.root
        if is_place_name(entity):
            return True
        if len(entity) > 1 or any(t[1] == entity.start for t in titles):
            return False
        if is_left_modifier(head) and head.dep_ != "amod" and entity.end < len(entity.doc):
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
        named_so = called(head)
        if not (
            head.pos_ == "PROPN"
            and 1 <= head.i - left <= _MORE_NAMES
            and all(t.pos_ == "PROPN" for t in doc[left : head.i])
        ):
            return False
        if head.i - left > 1 and not named_so:
            return False
        return (
            (head.ent_type_ != "ORG" or bool(named_so))
            and (
                is_one_of_two(head, left)
                or any(
                    t[1] - 1 == other.i
                    for other in said_of(head)
                    if other.dep_ == "appos" or head.dep_ == "appos" or other in named_so
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
        left = min(left_edge(head), first)
        of_them = [n for n in named if _is_before(n, first if title else name.start, left, doc)]
        if title and not of_them:
            of_them = [n for n in named if n.entry.kind != "person" and _is_behind(n, head)]
        countries = [n for n in of_them if n.entry.actor.country]
        bodies = [n for n in of_them if n.entry.actor.sector in BODIES]
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
        if head.text in known.last_names and (first.text in known.given_names or first.lower_ in HONORIFICS):
            return True
        return first.text in known.first_names and self.names.is_first_name(head.doc, first.i)

    def _is_plural(self, title: tuple[int, int, str], doc: Doc) -> bool:
        return doc[title[0] : title[1]].text.lower() in self._plural_titles

    def _shared_title(self, head: Token, titles: tuple[tuple[int, int, str], ...]) -> tuple[int, int, str] | None:
        """The title in the plural that `head` shares with the name it is joined to: 'Presidents Putin and Xi'."""
        if head.dep_ != "conj":
            return None
        first = head
        while first.dep_ == "conj":
            first = first.head
        left = left_edge(first)
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
        if doc[title[0] : title[1]].text.lower() in self._plural_titles and names_behind(doc, title[1]):
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
        for other in said_of(head):
            title = next((t for t in titles if t[1] - 1 == other.i), None)
            if title is None:
                if (sector := self._sector_said(other)) and (owners := self._countries_of(other, named)):
                    return None, owners[0].sector if owners[0].sector in BODIES else sector, owners[0].country
                continue
            left = left_edge(other)
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
                first = self._first_of_title(title, (), head.doc, left_edge(token))
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
        if is_left_modifier(head) and not (head.text.isupper() and len(head) > _SHORT):
            # in a headline in capitals every word is a name to the parser
            return None
        left, doc = left_edge(head), head.doc
        first = self._first_modifier(doc, title[0], left)
        inside = [n.start for n in named if left <= n.start and n.end <= first]
        text, sector = self._title_said(title, first, inside, left, doc)
        owners = self._countries_of(head, named)
        if not owners:
            default = self._knowledge.titles[title[2]].country
            if default:
                owners = [self.names.country_actor(default)]
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
            return start, head.i + 1, tuple(part_of(owner, sector) for owner in owners)
        return start, head.i + 1, tuple(_official(owner, sector, text) for owner in owners)

    def _served(self, head: Token, named: tuple[Named, ...], cast: Cast) -> list[Actor]:
        """The country of the person behind 'to' or 'of': 'an aide to Lula'."""
        for prep in (c for c in head.children if c.dep_ == "prep" and c.lower_ in ("to", "of", "for")):
            for obj in (c for c in prep.children if c.dep_ == "pobj"):
                known = [n.entry.actor.country for n in named if n.start <= obj.i < n.end and n.entry.kind == "person"]
                person = cast.find(obj.doc[left_edge(obj) : obj.i + 1].text) or cast.find(obj.text)
                country = known[0] if known else person.country if person else None
                if country:
                    return [self.names.country_actor(country)]
        return []

    def _has_rival(self, known: Person, title: str, cast: Cast) -> bool:
        """Whether somebody else in `cast` is known to hold such an office, though the article does not say so."""
        return any(
            p is not known and any(held.endswith(title) for held in self.offices.get(p.key or "", ()))
            for p in cast.persons.values()
        )

    def _group(self, head: Token, named: tuple[Named, ...]) -> tuple[int, int, tuple[Actor, ...]] | None:
        if is_left_modifier(head):
            return None
        sector = self._agent(head)
        owners = self._countries_of(head, named)
        left = left_edge(head)
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
        if sector == "OPP" and head.lemma_.lower() in LED and any(t.lower_ == "led" for t in head.doc[left : head.i]):
            sector = "MIL"
        start = min([head.i, *(n.start for n in named if left <= n.start and n.end <= head.i)])
        if not owners:
            return (
                start,
                head.i + 1,
                (
                    Actor(
                        key=group_key(head, sector),
                        name=f"({head.lemma_.lower()})",
                        kind=ActorKind.GROUP,
                        sector=sector,
                    ),
                ),
            )
        return start, head.i + 1, tuple(part_of(owner, sector) for owner in owners)

    def _organisation(
        self, head: Token, named: tuple[Named, ...], sector: str | None = None
    ) -> tuple[int, int, tuple[Actor, ...]] | None:
        entity = entity_around(head)
        if entity is None or entity.end - 1 != head.i:
            return None
        start = entity.start
        while start < head.i and head.doc[start].pos_ == "DET":
            start += 1
        if not head.doc[start].text[:1].isupper() or head.is_sent_start or is_place_name(entity):
            return None
        name = head.doc[start : head.i + 1].text
        if name.count("(") != name.count(")"):
            return None
        owners = [n.entry.actor for n in named if left_edge(head) <= n.start and n.end <= head.i]
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
        left = left_edge(head)
        before = [n for n in named if left <= n.start and n.end <= head.i and n.entry.kind != "person"]
        if len(before) > 1 and head.lemma_.lower() in POSTED and not joined_names(before[0], before[-1], head.doc):
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
            return [self.names.country_actor(a.country) for a in holders if a.country]
        speaks = ("for",) if head.lemma_.lower() in _SPEAKERS else ()
        # where an envoy is posted is not whose he is
        where = () if head.lemma_.lower() in POSTED else ("in", "across", "at")
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
                return [self.names.country_actor(code)]
        for prep in (
            c for c in head.children if c.dep_ == "prep" and c.lower_ in ("in", "at", "near", "outside", "of")
        ):
            for obj in (c for c in prep.children if c.dep_ == "pobj" and c.pos_ == "PROPN"):
                code = country_of_place(obj.doc[left_edge(obj) : obj.i + 1].text.removeprefix("the "))
                if code and code in self._knowledge.countries:
                    return [self.names.country_actor(code)]
        return []


def _is_before(name: Named, first: int, left: int, doc: Doc) -> bool:
    """Whether `name` stands in the noun phrase from `left` to `first`, or right before `first`: 'Kenya's', 'Kenyan'."""
    if name.entry.kind == "person" or name.end > first:
        return False
    if name.start < left and name.end != first and not (name.end == first - 1 and doc[first - 1].tag_ == "POS"):
        return False
    # 'coal from North Korea, a spokesman said'
    return not any(token.text == "," for token in doc[name.end : first])


def _is_behind(name: Named, head: Token) -> bool:
    """Whether 'of' and `name` follow `head` at once, whatever a parser makes of it; 'his counterpart from' too."""
    doc, i = head.doc, head.i + 1
    if i >= len(doc) or not (
        doc[i].lower_ == "of" or (doc[i].lower_ == "from" and head.lemma_.lower() in _ALIKE_IN_OFFICE)
    ):
        return False
    if not (name.start == i + 1 or (name.start == i + 2 and doc[i + 1].pos_ == "DET")):
        return False
    return not is_left_modifier(doc[name.end - 1]) and doc[name.end - 1].dep_ != "poss"


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
