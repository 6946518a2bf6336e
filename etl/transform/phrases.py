"""Syntax of noun phrases: where a name begins and ends, what is said of it, whether a word is the head of a phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.tokens import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from etl.transform.names import Named

_PARTICLES = frozenset(
    "al bin ibn de da van von der den del el ul abu dos di du la le y e bint ben ter ten al-".split()
)
_PLACE_NOUNS = frozenset(
    "city town village province region island district port capital state suburb neighbourhood valley river county".split()
)
_WHERE = frozenset({"in", "near", "outside", "at", "into", "around", "across"})
_ONE_OF_TWO = frozenset({"one", "other", "another"})
_CALLING_ONESELF = frozenset({"give", "identify", "introduce", "describe"})
_NAMING = frozenset({"call", "name", "identify"})
_CLOSING = frozenset({",", ".", ";", ")"})


def said_of(head: Token) -> list[Token]:
    """The nouns that an apposition, 'who is' or 'is' says of `head`."""
    said = [child for child in head.children if child.dep_ == "appos"]
    if head.dep_ == "appos":
        said.append(head.head)
    said += called(head)
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


def is_one_of_two(head: Token, left: int) -> bool:
    """'One, Ana Belo, had ...; the other, Rui Costa, led ...'."""
    doc = head.doc
    return (
        left > head.sent.start + 1
        and doc[left - 1].text == ","
        and doc[left - 2].lower_ in _ONE_OF_TWO
        and head.i + 1 < len(doc)
        and doc[head.i + 1].text == ","
    )


def names_behind(doc: Doc, i: int) -> bool:
    """Whether the title that ends before `i` stands before a name."""
    return doc[i - 1].dep_ == "compound" or (i < len(doc) and doc[i].pos_ == "PROPN")


def own_names(head: Token, left: int) -> int:
    """Where the names before `head` begin that belong to it."""
    start = head.i
    while start > left and head.doc[start - 1].pos_ == "PROPN" and head.doc[start - 1].text[:1].isupper():
        start -= 1
    return start


def called(head: Token) -> list[Token]:
    """Who is called by the name of `head`: 'the envoy is called X', 'a man named X', 'a colonel who gave his name as X'."""
    doc, start = head.doc, own_names(head, head.sent.start)
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
    doc, start = head.doc, left_edge(head)
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


def joined_names(one: Named, other: Named, doc: Doc) -> bool:
    """'Russian and Syrian', 'Chile's, Peru's', 'U.S.-Russian'."""
    return any(token.lower_ in ("and", "or", ",", "-", "/") for token in doc[one.end : other.start])


def entity_around(head: Token) -> Span | None:
    """The named entity that `head` is part of; without `doc.ents`, which builds all of them anew at each call."""
    if head.ent_iob_ not in ("B", "I"):
        return None
    doc, start, end = head.doc, head.i, head.i + 1
    while start > 0 and doc[start].ent_iob_ == "I":
        start -= 1
    while end < len(doc) and doc[end].ent_iob_ == "I":
        end += 1
    return Span(doc, start, end, label=head.ent_type)


def left_edge(head: Token) -> int:
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


def ends_name(head: Token) -> bool:
    """Whether a name may end with `head`: no hyphen and no other part of a person's name behind it."""
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


def is_name(doc: Doc, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` are capitalised as a name's, its particles left out."""
    if not 0 < end - start <= 6 or not doc[start].text[:1].isupper():
        return False
    return all(
        token.text[:1].isupper()
        or token.text == "-"
        or (token.i > start and token.nbor(-1).text == "-")
        or token.lower_ in _PARTICLES
        for token in doc[start:end]
    ) and not any(token.pos_ in ("ADP", "AUX", "DET") and token.text[:1].isupper() for token in doc[start:end])


def is_noun(head: Token) -> bool:
    """Whether a nationality stands as a noun: 'the Russians said', 'a Georgian'."""
    return (head.tag_ in ("NNS", "NNPS", "NN", "NNP") and not is_left_modifier(head)) or head.dep_ in (
        "nsubj",
        "pobj",
        "dobj",
        "nsubjpass",
    )


def is_left_modifier(head: Token) -> bool:
    """Whether a word says how the noun behind it is."""
    return head.dep_ in ("compound", "nmod", "amod", "nummod") and head.head.i > head.i


def with_particle(head: Token, name: str) -> bool:
    """'De Mistura' at the head of a sentence is Staffan de Mistura."""
    before = head.doc[head.i - 1 : head.i + 1].text.lower() if head.i else ""
    return before.partition(" ")[0] in _PARTICLES and name.lower().endswith(f" {before}")


def has_proper_neighbour(head: Token) -> bool:
    """Whether another part of the same name stands beside `head`."""
    if head.i + 1 < len(head.doc) and head.dep_ == "compound" and head.doc[head.i + 1].pos_ == "PROPN":
        return head.doc[head.i + 1].ent_type_ == head.ent_type_ == "PERSON"
    return (
        head.i > 0 and head.doc[head.i - 1].pos_ == "PROPN" and head.doc[head.i - 1].ent_type_ == head.ent_type_ != ""
    )


def is_place_name(entity: Span) -> bool:
    """Whether what was taken for a person is a place by the words before it: 'the city of Bukavu', 'in Buea'."""
    before = entity.root.head
    return before.dep_ == "prep" and (
        before.lower_ in _WHERE or (before.lower_ == "of" and before.head.lemma_.lower() in _PLACE_NOUNS)
    )
