"""Syntax: what a predicate's arguments are, whoever they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

_PARTITIVES = frozenset(
    (
        "series round package set number range host raft wave bout group part lot pair handful dozen hundred "
        "thousand score ten couple member kind form type string spate variety majority most some many each both "
        "one two three several all bulk batch total crowd column team day week month hour half third quarter "
        "shipment consignment tonne ton load last rest remainder remnant box crate sack bag barrel pallet litre liter gallon "
        "kilo kilogram truckload planeload shipload boatload dose"
    ).split()
)
_BRINGING_ABOUT = frozenset(
    "raise prompt spark fuel trigger cause shock anger draw provoke ignite stoke heighten deepen threaten".split()
)
_GIVING = frozenset(
    "give grant offer award deny refuse pay send hand promise lend accord allow bring sell show teach assign guarantee".split()
)
_GOING = frozenset({"tour", "visit", "spend", "leave", "reach", "enter", "travel", "cross", "take"})
_NEXT_BUT_ONE = 2
_RELATIVES = frozenset({"who", "which", "that", "whom"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of a verb, as tokens; a passive's patient is its ``object``."""

    subject: Token | None
    object: Token | None
    dative: Token | None
    preps: tuple[tuple[str, Token], ...]
    passive: bool


def arguments(verb: Token, depth: int = 0) -> Arguments:
    """The arguments of `verb`, with those that it shares with or inherits from the verbs and nouns around it."""
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "csubj")), None)
    patient = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    passive = patient is not None or any(c.dep_ == "auxpass" for c in verb.children)
    object_ = next((c for dep in ("dobj", "attr", "oprd") for c in verb.children if c.dep_ == dep), None)
    if object_ is None and patient is None:
        object_ = _object_elsewhere(verb)
    dative = next((c for c in verb.children if c.dep_ == "dative"), None)
    if verb.dep_ == "amod" and subject is not None and object_ is None and verb.head.i > verb.i:
        # 'a frigate escorted food ships', taken for ships that are escorted
        object_ = verb.head
    preps = tuple(_preps(verb))
    if dative is not None and dative.pos_ == "ADP":
        preps += tuple((dative.lower_, c) for c in dative.children if c.dep_ == "pobj")
        dative = None
    if (
        verb.dep_ in ("acl", "amod")
        and verb.tag_ in ("VBN", "VBD")
        and subject is None
        and not passive
        and object_ is None
    ):
        passive, patient = True, verb.head
    agent = next((t for prep, t in preps if prep == "by"), None) if passive else None
    if passive and agent is None:
        # 'was declared persona non grata by Moscow'
        inner = (t for c in verb.children if c.dep_ in ("oprd", "attr", "dobj", "xcomp", "acomp") for t in _preps(c))
        agent = next((t for prep, t in inner if prep == "by" and t.pos_ in ("PROPN", "NOUN")), None)
    if subject is None and patient is None and depth < 4:
        subject, patient, passive = _inherited(verb, depth, passive)
    given = next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)
    if passive and given is not None and dative is None and verb.lemma_.lower() in _GIVING:
        # 'was given refuge by Peru': what is given is the object, who is given it the dative
        return Arguments(subject=agent, object=given, dative=_antecedent(verb, patient), preps=preps, passive=True)
    if passive:
        return Arguments(
            subject=agent, object=_antecedent(verb, patient) or object_, dative=dative, preps=preps, passive=True
        )
    if verb.dep_ == "relcl" and object_ is not None and object_.lower_ in _RELATIVES:
        object_ = verb.head
    return Arguments(subject=_antecedent(verb, subject), object=object_, dative=dative, preps=preps, passive=False)


def _object_elsewhere(verb: Token) -> Token | None:
    """The object that a parser hangs on a joined verb ('shot and killed a soldier') or an adjective ('shot dead a soldier')."""
    for child in verb.children:
        near = child.dep_ == "conj" and child.tag_ == verb.tag_ and child.i - verb.i == _NEXT_BUT_ONE
        if near or (child.dep_ in ("acomp", "oprd") and child.pos_ == "ADJ" and child.i == verb.i + 1):
            found = next((c for c in child.children if c.dep_ == "dobj"), None)
            if found is not None:
                return found
    return None


def _inherited(verb: Token, depth: int, passive: bool) -> tuple[Token | None, Token | None, bool]:
    """Subject and patient of a verb that names neither: from its governor, by control or coordination."""
    head = verb.head
    if verb.dep_ == "conj" and head.pos_ in ("VERB", "AUX"):
        shared = arguments(head, depth + 1)
        bare_participle = verb.tag_ == "VBN" and not any(c.dep_ in ("aux", "auxpass") for c in verb.children)
        if shared.passive and (bare_participle or passive):
            return None, shared.object, True
        return (
            (None, shared.subject, True)
            if passive
            else (shared.object if shared.passive else shared.subject, None, False)
        )
    if verb.dep_ == "xcomp" and head.pos_ in ("VERB", "AUX", "ADJ"):
        governor = head if head.pos_ != "ADJ" else head.head
        shared = arguments(governor, depth + 1)
        object_ = shared.object if shared.object is not None and shared.object.dep_ != "attr" else None
        if (
            object_ is not None
            and object_.ent_type_ in ("GPE", "LOC", "DATE", "TIME")
            and head.lemma_.lower() in _GOING
        ):
            # 'toured Africa to rally support', 'spent the week drumming up support'
            object_ = None
        controller = object_ if object_ is not None and object_.i < verb.i else shared.subject
        return (None, controller, True) if passive else (controller, None, False)
    if verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.lemma_.lower() in _BRINGING_ABOUT:
        # 'shot down a drone, raising fears of war': the act raises them, not who did it
        return None, None, passive
    if verb.dep_ in ("advcl", "ccomp", "dep", "parataxis") and head.pos_ in ("VERB", "AUX"):
        shared = arguments(head, depth + 1)
        who = shared.object if shared.passive else shared.subject
        return (None, who, True) if passive else (who, None, False)
    if verb.dep_ == "acl":
        if verb.tag_ == "VBG":
            return head, None, False
        if any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
            return _owner(head, depth), None, False
        return None, head, True
    if (
        verb.dep_ == "relcl"
        and head.dep_ == "attr"
        and any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)
    ):
        # 'X became the first state to recognise Y'
        who = arguments(head.head, depth + 1).subject
        return (None, who, True) if passive else (who, None, False)
    if verb.dep_ == "relcl":
        return (None, head, True) if passive else (head, None, False)
    if verb.dep_ == "pcomp":
        governor = head.head
        if governor.pos_ in ("VERB", "AUX"):
            shared = arguments(governor, depth + 1)
            controller = (
                shared.object
                if head.lower_ in ("of", "for", "from", "into") and shared.object is not None
                else shared.subject
            )
            return controller, None, False
        return _owner(governor, depth), None, False
    return None, None, passive


def _owner(noun: Token, depth: int) -> Token | None:
    """Whose a noun is: its possessor, else the subject of the verb it is an argument of."""
    possessor = next((c for c in noun.children if c.dep_ == "poss"), None)
    if possessor is not None:
        return possessor
    governor = noun.head
    while governor.pos_ == "ADP" and governor.head != governor:
        governor = governor.head
    if governor.pos_ in ("VERB", "AUX") and depth < 3 and governor.i != noun.i:
        shared = arguments(governor, depth + 1)
        return shared.subject if shared.subject != noun else None
    return None


def _antecedent(verb: Token, token: Token | None) -> Token | None:
    if token is not None and token.lower_ in _RELATIVES and token.pos_ == "PRON":
        clause = next((t for t in (verb, *verb.ancestors) if t.dep_ == "relcl"), None)
        return clause.head if clause is not None else token
    return token


def _preps(head: Token) -> Iterator[tuple[str, Token]]:
    for child in head.children:
        if child.dep_ in ("advmod", "prt") and child.pos_ != "VERB":
            # 'pulled back from Debaltseve', 'close to Norway'
            yield from _preps(child)
        elif child.dep_ in ("prep", "agent"):
            for obj in child.children:
                if obj.dep_ in ("pobj", "pcomp"):
                    yield child.lower_, obj
                elif obj.dep_ == "prep" and child.lower_ != "according":
                    yield from (
                        (f"{child.lower_} {obj.lower_}", inner) for inner in obj.children if inner.dep_ == "pobj"
                    )
                    yield from ((obj.lower_, inner) for inner in obj.children if inner.dep_ == "pobj")


def prepositions(head: Token) -> tuple[tuple[str, Token], ...]:
    """The prepositional arguments of a noun or verb: preposition and its object."""
    return tuple(_preps(head))


def through_partitive(noun: Token) -> Token:
    """The noun meant by 'a series of talks', 'thousands of farmers': talks, farmers."""
    while noun.lemma_.lower() in _PARTITIVES or noun.pos_ in ("NUM", "DET"):
        inner = next((obj for prep, obj in _preps(noun) if prep == "of"), None)
        if inner is None:
            return noun
        noun = inner
    return noun


def noun_modifiers(noun: Token) -> tuple[Token, ...]:
    """The tokens of the noun phrase before its head, without possessors."""
    out: list[Token] = []
    for child in noun.lefts:
        if child.dep_ not in ("poss", "det", "cc", "prep", "relcl"):
            out.extend(t for t in child.subtree if t.i < noun.i)
    return tuple(out)


@cache
def _parts(phrase: str) -> tuple[tuple[str, ...], str, str]:
    """Modifiers, head and complement of a phrase of the predicate files: 'rate of exchange', 'arms embargo'."""
    phrase, _, complement = phrase.partition(" of ")
    *modifiers, head = phrase.split()
    return tuple(modifiers), head, complement


def matches_any(noun: Token, phrases: tuple[str, ...]) -> bool:
    """Whether `noun` is headed and modified as one of `phrases` says."""
    heads = _heads(phrases)
    may_be = "*" in heads or noun.lemma_.lower() in heads or noun.lower_ in heads
    return may_be and any(phrase_matches(noun, phrase) for phrase in phrases)


@cache
def _heads(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_parts(phrase)[1] for phrase in phrases)


def phrase_matches(noun: Token, phrase: str) -> bool:
    """Whether `noun` is headed and modified as `phrase` ('arms embargo') says; '*' is any noun."""
    if phrase == "*":
        return noun.pos_ in ("NOUN", "PROPN", "PRON")
    modifiers, head, complement = _parts(phrase)
    if noun.lemma_.lower() != head and noun.lower_ != head:
        return False
    if complement and not any(prep == "of" and phrase_matches(obj, complement) for prep, obj in _preps(noun)):
        return False
    return has_modifiers(noun, modifiers)


def has_modifiers(noun: Token, words: tuple[str, ...]) -> bool:
    """Whether all of `words` stand before the head in the noun phrase of `noun` (or join it by 'of')."""
    if not words:
        return True
    left = noun_modifiers(noun)
    have = {t.lower_ for t in left} | {t.lemma_.lower() for t in left}
    have |= {f"{a.lower_}-{c.lower_}" for a, b, c in zip(left, left[1:], left[2:], strict=False) if b.text == "-"}
    return all(word in have for word in words)


def conjuncts(token: Token) -> tuple[Token, ...]:
    """`token` and what is joined to it behind: 'Iran, Iraq and Syria' from Iran."""
    out = [token]
    for child in token.rights:
        if child.dep_ == "conj" and child.pos_ not in ("VERB", "AUX"):
            out.extend(conjuncts(child))
        elif child.dep_ == "appos" and child.left_edge.i == token.i + 1:
            # 'President Obama and Prime Minister Erdogan' parsed as 'President, Obama and Erdogan'
            out.extend(conjuncts(child)[1:])
    return tuple(out)


def modals(verb: Token) -> frozenset[str]:
    """The auxiliaries of a verb; 'must respect the truce and allow aid' has 'must' for both."""
    own = frozenset(c.lower_ for c in verb.children if c.dep_ == "aux")
    shares = verb.dep_ == "conj" and verb.tag_ == "VB" and not own
    if shares and not any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
        return modals(verb.head)
    return own


def is_negated(token: Token) -> bool:
    """Whether a verb or noun is negated by what depends on it: not, never, no, neither, without."""
    if any(c.dep_ == "neg" or c.lower_ in ("never", "neither", "nor") for c in token.children):
        return True
    if any(c.lower_ == "no" and c.dep_ == "det" for c in token.children):
        return True
    scant = {"little", "few", "scant"} & {c.lower_ for c in token.children if c.dep_ in ("amod", "det")}
    if scant and not any(c.lower_ in ("a", "some", "the", "these", "those") for c in token.children):
        return True
    return token.dep_ in ("pobj", "pcomp") and token.head.lower_ == "without"
