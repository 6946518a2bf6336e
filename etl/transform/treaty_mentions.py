"""Which noun phrases of a sentence name a treaty, and what their words tell of which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.transform.arguments import prepositions
from etl.transform.treaty_words import TreatyFinder, singular

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Words

NOUN_PARTS = frozenset(
    {"det", "poss", "amod", "compound", "nmod", "nummod", "quantmod", "predet", "advmod", "npadvmod"}
)
LONG_NAME = 9
"""Words within which what belongs to a treaty's name stands."""
STEM = 4
"""Letters by which two words are taken for one: 'fishing' and 'fisheries'."""
_HEADLINE = 0.6
"""The share of capitalised words from which a title has them whatever they are."""
_INDEFINITE = frozenset({"a", "an", "another", "some", "any", "no", "two", "three", "four", "several"})
_NAMES_GO_ON = frozenset({"of", "on", "for", "against"})
_WITHIN_NAMES = _NAMES_GO_ON | {"and", "the", "in", "to", "&"}
PLACES = frozenset({"GPE", "LOC", "NORP", "FAC"})
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A noun phrase that names a treaty."""

    head: Token
    first: int
    last: int
    kind: str | None
    """None where the noun names no kind: 'the document'."""
    stems: frozenset[str]
    proper: frozenset[str]
    is_nickname: bool
    """Called after a place alone: 'the Dakar accord'."""
    is_new: bool
    is_other: bool
    years: frozenset[str]
    is_part: bool
    """Within another noun: 'truce violations'."""


def mentions(sent: Words, finder: TreatyFinder, year: int | None, *, is_title: bool) -> list[Mention]:
    """The mentions of treaties in `sent`, those by a known name first; `year` is that of the article, if known."""
    return list(_Reader(sent, finder, year, is_title=is_title).mentions())


class _Reader:
    """One sentence being read for mentions."""

    def __init__(self, sent: Words, finder: TreatyFinder, year: int | None, *, is_title: bool) -> None:
        self._sent = sent
        self._finder = finder
        self._words = finder.words
        self._year = year
        self._is_title = is_title
        heavy = [t for t in sent if t.is_alpha and len(t) >= STEM]
        self._is_headline = is_title and sum(t.text[:1].isupper() for t in heavy) > _HEADLINE * len(heavy)

    def mentions(self) -> Iterator[Mention]:
        """The mentions, those by a known name first."""
        taken: set[int] = set()
        for token in self._sent:
            for name, kind in self._finder.named.get(token.text, ()):
                here = self._sent.doc[token.i : token.i + len(name)]
                if token.i not in taken and tuple(t.text for t in here) == name:
                    taken |= {t.i for t in here}
                    yield self._mention(here.root, kind, here)
        for token in self._sent:
            if token.i in taken:
                continue
            kind_ = self._finder.kind(token)
            if kind_ is None and self._refers(token):
                yield self._mention(token, None)
            elif kind_ is not None and self._names(token):
                inner = (self._finder.kind(c) for c in token.lefts if c.dep_ in ("compound", "nmod"))
                yield self._mention(token, next(filter(None, inner), kind_))

    def _refers(self, noun: Token) -> bool:
        """Whether a noun that names no kind calls a treaty again: 'the document', 'an earlier version'."""
        pointed = any(c.lower_ in ("the", "this", "that", "neither", "its") for c in noun.children) or (
            singular(noun) in ("version", "text") and any(c.lower_ in self._words.other for c in noun.lefts)
        )
        again = noun.pos_ == "NOUN" and singular(noun) in self._words.referring
        return pointed and (again or noun.lower_ in ("version", "companion"))

    def _names(self, noun: Token) -> bool:
        """Whether a noun that may be a treaty's is one's: not of a longer name, of none in particular, of no states."""
        outer = noun.head if noun.dep_ in ("compound", "nmod") else None
        if outer is not None and (self._finder.kind(outer) or (outer.pos_ == "PROPN" and noun.pos_ == "PROPN")):
            return False
        vague = noun.tag_ == "NNS" and not any(c.dep_ in ("det", "poss", "nummod", "relcl") for c in noun.children)
        if vague and not self._is_title and not any(c.text[0].isupper() for c in noun.lefts):
            # 'peace deals' are none in particular
            return False
        such = noun.dep_ in ("appos", "attr", "npadvmod") and any(c.lower_ == "such" for c in noun.lefts)
        return not (such or self._is_none(noun))

    def _is_none(self, noun: Token) -> bool:
        """Whether a noun is no treaty of states: a draft, a contract of firms."""
        known = self._words
        before = {
            w for c in noun.lefts if c.dep_ in NOUN_PARTS for t in c.subtree for w in (t.lemma_.lower(), t.lower_)
        }
        if before & known.unreal:
            return True
        if singular(noun) not in known.loose:
            return False
        behind = {
            w
            for c in noun.rights
            if c.dep_ not in ("conj", "punct")
            for t in list(c.subtree)[:8]
            if t.text[0].islower() or t.lower_.rstrip(".") in known.legal_forms
            for w in (t.lemma_.lower(), t.lower_.rstrip("."))
        }
        declared = {o.lemma_.lower() for prep, o in prepositions(noun) if prep == "of"} & known.declared
        worth = any(c.lower_ == "worth" for c in noun.rights)
        return bool(before & known.private or declared or worth or behind & known.firms)

    def _mention(self, head: Token, kind: str | None, name: Words | None = None) -> Mention:
        """What the phrase of `head` tells, which is `name` where that is known."""
        doc = head.doc
        parts = self._parts(head)
        if name is not None:
            start, end = name.start, name.end - 1
        else:
            start, end = min([head.i, *(t.i for t in parts)]), _name_end(head)
        inside = [t for t in doc[start : end + 1] if self._tells_apart(t)]
        proper = self._proper(inside, head, start)
        determiners = {t.lower_ for t in parts}
        is_new = not determiners & {"the", "this"} and any(c.lower_ in _INDEFINITE for c in head.children)
        around = doc[max(start - 2, head.sent.start) : min(end + _years_behind(doc, end), len(doc))].text
        return Mention(
            head=head,
            first=start,
            last=end,
            kind=kind,
            stems=frozenset(t.lower_[:STEM] for t in inside if t.lower_ not in self._words.vague),
            proper=frozenset(t.lower_[:STEM] for t in proper),
            is_nickname=bool(proper) and all(t.ent_type_ in PLACES for t in proper),
            is_new=bool(determiners & _INDEFINITE) and is_new,
            is_other=any(t.lower_ in self._words.other for t in doc[start : end + 1]),
            years=frozenset(y for y in _YEAR.findall(around) if self._year is None or int(y) < self._year - 1),
            is_part=head.dep_ in ("compound", "nmod") and head.head.pos_ in ("NOUN", "PROPN"),
        )

    def _parts(self, head: Token) -> list[Token]:
        """The words before a noun that belong to its phrase."""
        parts = [t for c in head.lefts if c.dep_ in NOUN_PARTS for t in c.subtree]
        if not self._is_title:
            return parts
        # 'Peru and Chile sign peace deal', whose verb parsers take for a noun
        verbs = [t.i for t in parts if t.lemma_.lower() in self._finder.verbs]
        return [t for t in parts if t.i > max(verbs, default=-1)]

    def _tells_apart(self, token: Token) -> bool:
        """Whether a word of a treaty's name may tell it from others."""
        if not token.is_alpha or len(token) < STEM or token.is_stop:
            return False
        return singular(token) not in self._finder.kinds and token.lower_ not in self._words.other

    def _proper(self, inside: list[Token], head: Token, start: int) -> list[Token]:
        """Those of the words `inside` that are capitalised because they are a name's."""
        is_common = head.text[0].islower()
        if self._is_headline or (self._is_title and is_common):
            return []
        proper = [
            t
            for t in inside
            if t.text[0].isupper() and t.ent_type_ != "DATE" and (t.i <= head.i or head.text[0].isupper())
        ]
        if not is_common:
            return proper
        # 'Two-year fishing accord' at the head of a sentence, 'the Senate's treaty'
        owners = {t.i for c in head.lefts if c.dep_ == "poss" for t in c.subtree}
        return [t for t in proper if (t.pos_ == "PROPN" or t.i > start) and t.i not in owners]


def _name_end(head: Token) -> int:
    """The last word of a treaty's name: 'Treaty of Peace and Friendship', 'accord on fishing in Lake Victoria'."""
    doc, end = head.doc, head.sent.end
    if head.text[0].isupper() and head.i + 1 < end and doc[head.i + 1].lower_ in _NAMES_GO_ON:
        last = head.i
        for token in doc[head.i + 1 : end]:
            is_capital = token.text[0].isupper()
            if token.ent_type_ in ("DATE", "TIME") or not (is_capital or token.lower_ in _WITHIN_NAMES):
                break
            last = token.i if is_capital else last
        return last
    behind = next((c for c in head.rights if c.dep_ == "prep" and c.i == head.i + 1), None)
    if behind is None or behind.lower_ not in ("of", "on", "between", "with"):
        return head.i
    phrase = list(behind.subtree)
    goes_on = any(
        (t.pos_ == "VERB" and t.dep_ in ("relcl", "acl"))
        or t.ent_type_ == "TIME"
        or (t.ent_type_ == "DATE" and not t.like_num)
        for t in phrase
    )
    return head.i if goes_on or len(phrase) > LONG_NAME else phrase[-1].i


def _years_behind(doc: Doc, end: int) -> int:
    """How far behind a name its year may stand: 'the pact of 1881', 'the Rome Treaty, signed in May 1957'."""
    return 8 if end + 1 < len(doc) and doc[end + 1].text == "," else 3
