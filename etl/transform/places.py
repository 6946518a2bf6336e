"""Where: the place of an event, against GeoNames, by the words that attach it to the event.

A place is the event's own where the parse hangs it on the event: in, at, near, outside a town; the town visited or attacked; the
town in which those stand who are arrested or who march. What is said, agreed or imposed happens only where its own verb says so
('said in Cairo'), not where the things are that it speaks of. Buildings stand for their town (``buildings.tsv``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from etl.knowledge import load_knowledge
from etl.knowledge.places import PlaceRow, is_building, is_place, places_named
from etl.records import Place, PlaceBasis
from etl.records import Span as Words
from etl.transform.phrases import entity_around

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_LOCATIVE = frozenset(
    "in at near outside inside off around through along across throughout within behind beside opposite".split()
)
_TOWARDS = frozenset({"to", "into", "for", "toward", "towards"})
# What happens where people and things are; the other types are words and decisions, which happen where they are spoken.
_BODILY = frozenset(
    (
        "meeting visit negotiation mediation treaty fight assault protest coercion mobilisation retreat aid "
        "cooperation investigation expulsion recognition"
    ).split()
)
_REACHING = frozenset({"visit", "aid", "mobilisation", "retreat", "fight", "assault"})
_LEAVING = frozenset({"retreat", "expulsion"})
_ATTACKED = frozenset({"fight", "assault", "visit", "coercion", "mobilisation"})
_PLANNED_OCCASION = "036"
_GOING = frozenset(
    "fly travel go arrive come return head visit journey drive sail set leave depart send dispatch rush descend".split()
)
_LEFT = frozenset({"leave", "depart", "quit", "flee", "evacuate"})
_SPEAKING = frozenset("speak meet talk gather address appear stand assemble convene sit attend".split())
_MEETING = _SPEAKING | {
    "hold",
    "receive",
    "host",
    "welcome",
    "sign",
    "visit",
    "greet",
    "shake",
    "arrest",
    "protest",
    "march",
    "stay",
}
_LAUNCHING = frozenset({"fire", "launch", "shoot", "lob"})
# Nouns of which a town is the name or the site: 'the town of Manbij', 'a Doha hotel', 'the outskirts of Aleppo'.
_SITES = frozenset(
    (
        "city town village capital port suburb district province region area neighbourhood neighborhood quarter outskirts "
        "centre center downtown street square hotel airport airfield airbase base headquarters hospital prison jail "
        "barracks camp mosque church cathedral temple university school palace house step embassy consulate mission station "
        "resort stronghold enclave bastion county governorate municipality settlement market hall theatre court bridge "
        "border coast shore island side part east west north south heart middle fringe sideline edge farmhouse room "
        "museum venue compound checkpoint crossing residence building office stadium factory plant refinery "
        "cemetery park museum spa retreat castle courthouse monastery abbey villa mansion ballroom parliament tarmac"
    ).split()
)
# What a town before it makes a name, not a place: 'the Paris agreement', 'the Geneva convention'.
_NAMED_AFTER = frozenset(
    (
        "agreement accord treaty pact protocol convention declaration deal process formula communique memorandum charter "
        "consensus plan statement initiative regime government club group bank stock newspaper daily visit trip"
    ).split()
)
# A noun in its own right that happens somewhere: its place is not that of what is done to it.
_HAPPENINGS = frozenset(
    (
        "attack bombing war conflict fighting violence crackdown massacre killing murder clash protest battle siege "
        "coup uprising unrest shooting raid strike assault invasion offensive blast explosion crisis riot"
    ).split()
)
_BEFALLING = frozenset(
    "kill wound injure hit shake rock begin start open resume end close continue last follow fail take occur happen".split()
)
_EDGES = frozenset("step sideline fringe margin border shore coast island outskirts bridge tarmac edge side".split())
_SPANS = frozenset({"hour", "day", "night", "week", "month"})
_AUDIENCES = frozenset(
    "reporter journalist conference parliament lawmaker rally crowd meeting summit audience forum gathering congress".split()
)
_NOT_A_TOWN = frozenset({"DATE", "TIME", "EVENT", "LAW", "LANGUAGE"})
_TOWNS = frozenset({"GPE", "LOC", "FAC", "ORG", ""})
_LONGEST = 5
# A smaller town counts only in a country of which the text speaks.
_WELL_KNOWN = 60_000
_MANY = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place named in a sentence: its words, the rows it could be, and the token that heads it."""

    start: int
    end: int
    text: str
    head: Token
    rows: tuple[PlaceRow, ...]
    within: Collection[str]
    """What follows behind a comma, 'Texas' in 'Paris, Texas': first-level division, country (ISO 3166-1 alpha-3)."""


def find_places(sent: Span, *, offset: int, taken: Sequence[tuple[int, int]]) -> tuple[PlaceMention, ...]:
    """The towns and buildings that `sent` names, persons' names (spans in `taken`) left out."""
    doc = sent.doc
    found: list[PlaceMention] = []
    i = sent.start
    while i < sent.end:
        length = next(
            (
                n
                for n in range(min(_LONGEST, sent.end - i), 0, -1)
                if doc[i].text[0].isupper() and is_place(doc[i : i + n].text)
            ),
            0,
        )
        if not length:
            i += 1
            continue
        span = doc[i : i + length]
        start, end = offset + span.start_char, offset + span.end_char
        head = _head(span)
        if not any(a <= start and end <= b for a, b in taken) and _is_town(span):
            found.append(
                PlaceMention(
                    start=start, end=end, text=span.text, head=head, rows=places_named(span.text), within=_within(span)
                )
            )
        i += length
    return tuple(m for m in found if m.rows)


def country_of_place(name: str) -> str | None:
    """The country (ISO 3166-1 alpha-3) of the largest well-known town called `name`, a capital before others; None if unknown."""
    name = name.split(",")[0].strip()
    rows = () if is_building(name) else tuple(row for row in places_named(name) if _is_well_known(row))
    return max(rows, key=_rank).country if rows else None


def place_named(name: str, *, countries: Collection[str], span: Words) -> Place | None:
    """The place that a dateline calls `name` ('Tripoli, Lebanon'), with `span` for its evidence; None if unknown.

    `countries` (ISO 3166-1 alpha-3) are those of which the article speaks.
    """
    town, _, rest = (part.strip() for part in name.partition(","))
    rows = places_named(town)
    if not rows:
        return None
    chosen = _choose(rows, _region(rest), countries, ())
    return _place(chosen[0], chosen[1] * _BY_DATELINE, span, PlaceBasis.DATELINE) if chosen else None


def stays(
    verb: Token, mentions: Sequence[PlaceMention], *, countries: Collection[str], spoken_of: Collection[str]
) -> Place | None:
    """Where who does what `verb` says is: 'told reporters in Dhaka', 'stayed in Santiago'; None if unsaid."""
    near = [m for m in mentions if (cost := _cost(m.head, {verb.i: 0}, (verb,), "meeting")) is not None and cost < _FAR]
    return place_of((verb,), near, countries=countries, spoken_of=spoken_of, type="meeting")


def place_of(
    triggers: Sequence[Token],
    mentions: Sequence[PlaceMention],
    *,
    countries: Collection[str],
    spoken_of: Collection[str] = (),
    type: str,
    code: str = "",
) -> Place | None:
    """The place of the event that `triggers` carry: 'in Geneva', 'at Camp David', 'visited Beijing'; None if unsaid.

    `countries` (ISO 3166-1 alpha-3) of the participants and the sentence, those that the article has `spoken_of` and the
    population choose among places of one name.
    """
    if type == "call":
        return None
    kind = "visit" if code == _PLANNED_OCCASION and triggers[0].lemma_.lower() != "invite" else type
    anchors = _anchors(triggers, kind)
    ranked: list[tuple[int, int, PlaceMention]] = []
    for mention in mentions:
        cost = _cost(mention.head, anchors, triggers, kind)
        if cost is not None:
            ranked.append((cost, abs(mention.head.i - triggers[0].i), mention))
    for cost, _, mention in sorted(ranked, key=lambda r: r[:2]):
        chosen = _choose(mention.rows, mention.within, countries, spoken_of)
        if chosen is not None:
            row, confidence = chosen
            sure = confidence if cost < _FAR else confidence * 0.8
            return _place(row, sure, Words(text=mention.text, start=mention.start, end=mention.end))
    return None


_FAR = 20
_BY_DATELINE = 0.6
_SHARED = 25


def _place(row: PlaceRow, confidence: float, span: Words, basis: PlaceBasis = PlaceBasis.TEXT) -> Place:
    return Place(
        geonames_id=row.geonames_id,
        name=row.name,
        admin1=row.admin1 or None,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        confidence=round(confidence, 2),
        basis=basis,
        span=span,
    )


# -- to which event a place belongs ------------------------------------------------------------------------------------


def _anchors(triggers: Sequence[Token], kind: str) -> dict[int, int]:
    """The tokens on which the place of an event may hang, with what each costs.

    Beside the event's own words: the journey made for it ('flew to Sochi to meet Putin', 'for talks'), what it befell ('the
    attack killed ten in Kabul'), and the verb before it with which it shares its subject.
    """
    anchors = {t.i: 0 for t in triggers if t is triggers[0] or t.lemma_.lower() not in _SITES}
    for trigger in triggers:
        head = trigger.head
        if trigger.pos_ in ("VERB", "AUX"):
            if trigger.dep_ in ("xcomp", "advcl") and head.lemma_.lower() in _GOING and trigger.tag_ in ("VB", "VBG"):
                anchors.setdefault(head.i, 10)
            if (
                trigger.dep_ == "conj"
                and head.pos_ == "VERB"
                and head.lemma_.lower() in _MEETING
                and not any(c.dep_ in ("nsubj", "nsubjpass") for c in trigger.children)
            ):
                anchors.setdefault(head.i, _SHARED)
        elif trigger.dep_ in ("nsubj", "nsubjpass") and head.lemma_.lower() in _BEFALLING:
            anchors.setdefault(head.i, 10)
        elif trigger.dep_ == "pobj" and head.lower_ in ("for", "after", "on") and head.head.lemma_.lower() in _GOING:
            anchors.setdefault(head.head.i, 10)
    return anchors


def _cost(place: Token, anchors: Mapping[int, int], triggers: Sequence[Token], kind: str) -> int | None:
    """How far the name of a place stands from the event that happened there; None where it is not the event's."""
    where = next((c for c in place.rights if c.dep_ == "relcl" and c.i in anchors), None)
    if where is not None and any(c.lower_ == "where" for c in where.children):
        # 'arrived from Washington, where she met Kerry'
        return 1
    at, steps, cost = place, 0, 0
    located = False
    """Whether a preposition says that something is there."""
    while at.i not in anchors or at.i == place.i:
        above = at.head
        if above.i == at.i:
            return None
        steps += 1
        if at.dep_ in ("compound", "nmod", "amod", "poss"):
            if above.i in anchors and above.pos_ in ("NOUN", "PROPN"):
                named = above.lemma_.lower() in _NAMED_AFTER or at.dep_ == "poss" or kind not in _BODILY
                return None if named and not located else 5 + steps
            if above.lemma_.lower() not in _SITES and not _is_of_court(above):
                return None
            if _is_of_court(above):
                located, cost = True, cost + 10
        elif at.dep_ == "pobj":
            step = _through(at, above, located=located, anchors=anchors, kind=kind)
            if step is None:
                return None
            located = located or step
        elif at.dep_ in ("dobj", "nsubj", "nsubjpass", "attr", "dative", "oprd"):
            if above.i not in anchors:
                return None
            if not located:
                own = at.dep_ in ("dobj", "nsubjpass") and kind in _ATTACKED and above.lemma_.lower() not in _LEFT
                return anchors[above.i] + steps if own else None
            lemma = at.lemma_.lower()
            if (kind not in _BODILY and not _is_of_court(at) and lemma not in _AUDIENCES) or (
                lemma in _HAPPENINGS and at.i not in anchors
            ):
                return None
            if anchors[above.i] >= _SHARED:
                return None
            cost += 10 if "subj" in at.dep_ else 3
        elif at.pos_ in ("VERB", "AUX"):
            if not (located and _is_speech_beside(at, anchors)):
                return None
            return cost + steps + 8
        elif at.dep_ == "conj" and above.pos_ in ("VERB", "AUX"):
            return None
        at = above
    return anchors[at.i] + steps + cost if located else None


def _through(obj: Token, prep: Token, *, located: bool, anchors: Mapping[int, int], kind: str) -> bool | None:
    """Whether a preposition says where ('in Geneva'); False where it only leads on ('the town of'), None where it leads away."""
    word, above = prep.lower_, prep.head
    if above.dep_ == "prep" and above.lower_ == "out" and word == "of":
        word, above = "from", above.head
    lemma, own = above.lemma_.lower(), above.i in anchors
    if word in _LOCATIVE or (word == "on" and obj.lemma_.lower() in _EDGES):
        # what is said, demanded, imposed is not where the things are of which it speaks: 'pressed for a truce in Gaza'
        return None if kind not in _BODILY and own and _is_behind_a_thing(prep, anchors) else True
    if word == "of" and (lemma in _SITES or (located and above.i not in anchors and above.pos_ == "NOUN")):
        return located
    noun = own and above.pos_ in ("NOUN", "PROPN")
    if word == "into" and own and kind in _BODILY:
        return True
    if word in _TOWARDS and own:
        going = kind in _REACHING or lemma in _GOING
        return True if going and (word != "for" or lemma in _LEFT or located) else None
    if word == "from" and (
        (kind in _LEAVING and (own or (above.dep_ == "dobj" and above.head.i in anchors)))
        or (own and lemma in _LAUNCHING)
    ):
        return True
    if word == "after" and located and obj.lemma_.lower() in _SPANS:
        # 'after three weeks in Dayton, they signed'
        return True
    if word in ("on", "of", "against", "over") and kind in _ATTACKED and not located:
        return True if noun or (word in ("on", "over") and own) else None
    if located and word in ("on", "with", "by", "of", "to", "against", "between"):
        # 'on the sidelines of a summit in Paris', 'talks with Merkel in Berlin', 'an attack by rebels in Goma'
        site = word != "on" or obj.lemma_.lower() in _SITES or kind in _ATTACKED
        return True if site and kind in _BODILY else None
    return None


def _is_behind_a_thing(prep: Token, anchors: Collection[int]) -> bool:
    """Whether a common noun that is not one's audience stands before a preposition."""
    if prep.i == prep.sent.start:
        return False
    before = prep.nbor(-1)
    if before.i in anchors or before.lemma_.lower() in _AUDIENCES:
        return False
    return before.pos_ == "NOUN" and before.dep_ in ("dobj", "pobj", "conj")


def _is_of_court(noun: Token) -> bool:
    """'a Moscow court sentenced', 'Srinagar police arrested'."""
    return noun.lemma_.lower() in ("court", "tribunal", "police", "prosecutor", "judge")


def _is_speech_beside(verb: Token, anchors: Mapping[int, int]) -> bool:
    """'Speaking in Amman, Kerry condemned', 'the OAS, meeting in Washington, condemned'."""
    if verb.tag_ != "VBG" or verb.dep_ not in ("advcl", "acl") or verb.lemma_.lower() not in _SPEAKING:
        return False
    return verb.head.i in anchors or (verb.head.dep_ == "nsubj" and verb.head.head.i in anchors)


# -- which of several towns of one name --------------------------------------------------------------------------------


def _rank(row: PlaceRow) -> tuple[bool, int]:
    return row.feature == "capital", row.population


def _is_well_known(row: PlaceRow) -> bool:
    return row.feature != "city" or row.population >= _WELL_KNOWN


def _choose(
    rows: Sequence[PlaceRow], within: Collection[str], countries: Collection[str], spoken_of: Collection[str]
) -> tuple[PlaceRow, float] | None:
    """The likeliest of `rows` and how sure it is, 0 to 1; None where only small towns of other countries have the name."""
    if within:
        inside = [r for r in rows if r.admin1 in within or r.country in within]
        if inside:
            return max(inside, key=_rank), 0.95
    rows = [r for r in rows if _is_well_known(r) or r.country in countries or r.country in spoken_of]
    if not rows:
        return None
    largest = max(rows, key=_rank)
    if len(rows) == 1:
        known = _is_well_known(largest)
        return largest, 0.9 if known or largest.country in countries else 0.7
    for near, ratio, sure in ((countries, _MANY, 0.8), (spoken_of, _MANY // 3, 0.7)):
        there = [r for r in rows if r.country in near]
        if largest in there:
            return largest, 0.9
        best = max(there, key=_rank, default=None)
        if best is not None and best.population * ratio > largest.population:
            return best, sure
    second = sorted(rows, key=_rank)[-2]
    clear = largest.feature == "capital" or largest.population > 5 * second.population
    return largest, 0.85 if clear else 0.6


# -- what names a town -------------------------------------------------------------------------------------------------


def _head(span: Span) -> Token:
    """The word by which a name hangs in its sentence: 'Hague' in 'The Hague tribunal'."""
    return span.root if span.root.pos_ == "PROPN" else span[-1]


def _is_town(span: Span) -> bool:
    if _is_hyphenated(span):
        return False
    if is_building(span.text):
        return True
    head = _head(span)
    of = _regions().get(span.text, ())
    if of and not any(row.country in of and _is_well_known(row) for row in places_named(span.text)):
        # towns are called Lebanon, Peru and Punjab, but it is not they that are meant
        return bool(_within(span))
    if head.pos_ != "PROPN" or head.ent_type_ in _NOT_A_TOWN or _in_longer_name(span):
        return False
    # a name that is read as a person's or a product's is a town only if news knows it for one
    return head.ent_type_ in _TOWNS or any(_is_well_known(row) for row in places_named(span.text))


def _is_hyphenated(span: Span) -> bool:
    """'Geneva-based', 'the Baghdad-Washington talks'."""
    around = [span.doc[i] for i in (span.start - 1, span.end) if 0 <= i < len(span.doc)]
    return any(
        t.text in ("-", "\u2013") and (t.i < span.start or not span[-1].whitespace_) and not t.whitespace_
        for t in around
    )


def _within(span: Span) -> Collection[str]:
    """The country or state named behind a comma."""
    doc: Doc = span.doc
    if span.end + 1 >= len(doc) or doc[span.end].text != ",":
        return ()
    found = (_region(doc[span.end + 1 : span.end + 1 + length].text) for length in (3, 2, 1))
    return next((region for region in found if region), ())


def _region(name: str) -> Collection[str]:
    """The first-level division and the country (its code) that could be called `name`; nothing where it is neither."""
    codes = _regions().get(name.removeprefix("the "), ())
    return (name, *codes) if codes else ()


@cache
def _regions() -> Mapping[str, tuple[str, ...]]:
    """The countries and regions of the world by their names, each with its country."""
    found: dict[str, tuple[str, ...]] = {}
    for code, country in load_knowledge().countries.items():
        for name in (country.name, *country.aliases, *country.regions):
            found[name] = (*found.get(name, ()), code)
    return found


def _in_longer_name(span: Span) -> bool:
    """'University of Geneva', 'Paris Club', 'Jordan Smith'; not 'Dhaka University', which stands in Dhaka."""
    entity = entity_around(span[0])
    if entity is None or entity.end < span.end or len(entity) <= len(span):
        return False
    behind = [t.lower_ for t in span.doc[span.end : entity.end]]
    if behind and all(word in _SITES or word == "international" for word in behind):
        return False
    return entity.label_ in ("PERSON", "ORG", "FAC", "WORK_OF_ART", "EVENT")
