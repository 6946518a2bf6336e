"""What a sentence says that its treaties provide for: the words that tell it, and the cues that stand in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from etl.records import Provision
from etl.transform.arguments import modals
from etl.transform.language import span_of
from etl.transform.treaty_identity import Reading, Things
from etl.transform.treaty_mentions import LONG_NAME
from etl.transform.treaty_words import Slots, TreatyFinder, singular

if TYPE_CHECKING:
    from spacy.tokens import Token

_TERMS = frozenset({"under", "by", "per"})
"""Prepositions behind which a treaty is what somebody has to keep."""


def keep_provisions(reading: Reading, things: Things, finder: TreatyFinder, steps: Iterable[Token]) -> None:
    """Keep what a sentence says that its treaties provide for; `steps` are the triggers of the steps that it tells of."""
    sentence = _Sentence(reading, things, finder, frozenset(t.i for t in steps))
    for number, indices in sentence.regions().items():
        for provision in _longest(sentence.provisions(indices)):
            things[number].provisions.setdefault(provision.code, provision)


class _Sentence:
    """One sentence being read for provisions."""

    def __init__(self, reading: Reading, things: Things, finder: TreatyFinder, stepping: frozenset[int]) -> None:
        self._reading = reading
        self._sent = reading.sent
        self._things = things
        self._finder = finder
        self._words = finder.words
        self._stepping = stepping

    def regions(self) -> Mapping[int, set[int]]:
        """The words that tell what each treaty provides for."""
        out: dict[int, set[int]] = defaultdict(set)
        for i, number in self._reading.at.items():
            noun = self._sent.doc[i]
            out[number] |= self._in_phrase(noun) | self._behind(noun) | self._governing(noun)
        recent = self._things.recent(self._reading.index, near=2)
        if not self._reading.at and recent is not None:
            out[recent] = self._of_recent(recent)
        return out

    def provisions(self, indices: Iterable[int]) -> Iterator[Provision]:
        """What the words at `indices` provide for."""
        words = _words([self._sent.doc[i] for i in sorted(indices)])
        for i, word in enumerate(words):
            # sorted: the order of a set differs from process to process
            for code, slots in (cue for form in sorted(word.forms) for cue in self._finder.cues.get(form, ())):
                end = _matched(words, i, slots)
                if end is not None:
                    yield Provision(code=code, span=span_of(word.first, words[end].last, self._reading.offset))

    def _in_phrase(self, noun: Token) -> set[int]:
        """'An extradition treaty'; but 'the truce' alone says nothing of what it provides for."""
        out = _below(c for c in noun.children if c.dep_ in ("compound", "amod", "nmod"))
        for child in (c for t in noun.doc[noun.i : self._name_end(noun) + 1] for c in t.rights):
            clause = child.dep_ in ("relcl", "acl", "xcomp", "advcl", "ccomp")
            matter = child.dep_ == "prep" and (
                child.lower_ in ("on", "for", "of", "about", "over", "under", "to", "concerning", "covering")
            )
            if (clause or matter) and (child.dep_ == "relcl" or child.i not in self._stepping):
                out |= _below([child])
        return out

    def _name_end(self, noun: Token) -> int:
        """The last word of the name of a treaty that `noun` heads."""
        start = self._reading.offset + noun.idx
        names = (n for t in self._things for n in t.names)
        end = max((n.end for n in names if n.start <= start < n.end), default=0) - self._reading.offset
        return max((t.i for t in self._sent if t.idx < end), default=noun.i)

    def _behind(self, noun: Token) -> set[int]:
        """The relative clauses behind a treaty, which parsers hang on other words of its name."""
        if noun.dep_ not in ("dobj", "pobj", "nsubjpass"):
            return set()
        clauses = (t for t in noun.doc[noun.i : self._sent.end] if t.dep_ == "relcl" and t.head.i <= noun.i + LONG_NAME)
        return _below(
            t for t in clauses if any(c.lower_ in ("which", "that") for d in t.children for c in (d, *d.children))
        )

    def _governing(self, noun: Token) -> set[int]:
        """What the clause in which a treaty stands says of it."""
        verb, role = noun.head, noun.dep_
        if role == "pobj" and verb.lower_ in (*_TERMS, "in"):
            # 'under the treaty, they share'; 'in the treaty both pledge to share'
            binds = verb.lower_ in _TERMS or verb.head.lemma_.lower() in self._words.promising
            return _below([verb.head]) if binds and verb.head.pos_ in ("VERB", "AUX") else set()
        out: set[int] = set()
        if role == "pobj" and verb.lower_ == "of" and verb.head.lemma_.lower() in self._words.parts:
            # 'the terms of the treaty allow', 'under the terms of the treaty'
            verb, role = verb.head.head, verb.head.dep_
            if role == "pobj" and verb.lower_ in _TERMS:
                out |= _below([verb.head])
        root, start = self._sent.root, self._sent.start
        if (
            root.pos_ not in ("VERB", "AUX")
            and noun.i - start <= LONG_NAME
            and (role == "compound" or root.i == noun.i)
        ):
            # 'The treaty abolishes visas', whose verb parsers may take for a noun
            out |= {t.i for t in self._sent if t.i > noun.i}
        if role in ("nsubj", "nsubjpass") and verb.pos_ in ("VERB", "AUX"):
            out |= self._clause(verb)
        if role == "dobj" and verb.i in self._stepping:
            # 'signed a treaty to share': parsers hang what it is for on the verb
            out |= _below(c for c in verb.rights if c.i > noun.i and _is_purpose(c))
        return out

    def _of_recent(self, number: int) -> set[int]:
        """What a sentence that names no treaty says of the one spoken of last: 'Under its terms', 'It bans', 'Both will'."""
        terms = (t for t in self._sent if t.lower_ in ("terms", "it") and t.dep_ == "pobj" and t.head.lower_ in _TERMS)
        out = next((_below([t.head.head]) for t in terms), set())
        who = next((t for t in self._sent if t.dep_ in ("nsubj", "nsubjpass") and t.head.dep_ == "ROOT"), None)
        if who is None:
            return out
        verb = who.head
        if who.lower_ == "it" and verb.i not in self._stepping:
            said = self._clause(verb)
            if any(True for _ in self.provisions(said)):
                self._things[number].last = self._reading.index
                self._things[number].names.append(span_of(who, who, self._reading.offset))
                return out | said
        bound = singular(who) in self._words.bound
        if bound and (modals(verb) & {"will", "shall", "must", "may"} or verb.lemma_.lower() in self._words.promising):
            return out | _below([verb])
        return out

    def _clause(self, verb: Token) -> set[int]:
        """The words of a clause of which a treaty is the subject, without those who say so and the steps taken with it."""
        if verb.lemma_ == "be" and not any(c.dep_ in ("xcomp", "ccomp") for c in verb.children):
            return set()
        if verb.i not in self._stepping:
            return {verb.i} | _below(c for c in verb.children if c.dep_ != "parataxis")
        joined = (c for c in verb.children if c.dep_ == "conj" and c.pos_ in ("VERB", "AUX"))
        return {i for c in joined for i in self._clause(c)}


def _below(heads: Iterable[Token]) -> set[int]:
    return {t.i for head in heads for t in head.subtree}


def _is_purpose(child: Token) -> bool:
    """Whether what depends on a verb tells what its treaty is for: 'to share', 'on fishing', but not 'on Monday'."""
    if child.dep_ in ("xcomp", "advcl"):
        return any(c.lower_ == "to" for c in child.lefts)
    matter = child.dep_ == "prep" and child.lower_ in ("on", "for", "covering", "under", "about")
    return matter and not any(t.ent_type_ in ("DATE", "TIME") for t in child.children)


def _longest(found: Iterable[Provision]) -> list[Provision]:
    """`found` without those whose words are but a part of another's: 'nuclear tests' of 'bans nuclear tests'."""
    every = list(found)
    return [p for p in every if not any(o.code != p.code and _is_within(p, o) for o in every)]


def _is_within(one: Provision, other: Provision) -> bool:
    a, b = one.span, other.span
    return b.start <= a.start and a.end <= b.end and b.end - b.start > a.end - a.start


class _Word(NamedTuple):
    """A word as cues may have it, with its first and last token: hyphenated ones are whole."""

    forms: frozenset[str]
    first: Token
    last: Token


def _words(tokens: Sequence[Token]) -> list[_Word]:
    out: list[_Word] = []
    for token in tokens:
        if token.text == "-" and out:
            continue
        forms = frozenset({token.lower_, token.lemma_.lower(), singular(token)})
        if out and token.i >= 2 and _is_joined(token, out[-1].last):
            before = out.pop()
            whole = {f"{b}-{f}" for b in before.forms for f in forms}
            out.append(_Word(forms | whole, before.first, token))
        elif not token.is_punct:
            out.append(_Word(forms, token, token))
    return out


def _is_joined(token: Token, before: Token) -> bool:
    hyphen = token.nbor(-1)
    return hyphen.text == "-" and before.i == token.i - 2 and not hyphen.whitespace_


def _matched(words: Sequence[_Word], start: int, slots: Slots) -> int | None:
    """Where a cue that begins at `start` ends; None where it does not stand there."""
    end = start
    for forms, gap in slots[1:]:
        end = next((i for i in range(end + 1, min(end + 2 + gap, len(words))) if words[i].forms & forms), -1)
        if end < 0:
            return None
    return end
