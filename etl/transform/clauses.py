"""Syntax: how clauses hang together, who reports them, what depends on a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

SAYING = frozenset(
    (
        "say tell add state announce declare report note claim insist stress emphasise emphasize reiterate argue "
        "explain confirm warn write tweet remark observe assert maintain conclude quote comment acknowledge admit "
        "reply respond believe think allege charge deny suggest hint predict recall disclose reveal vow pledge "
        "tweet"
    ).split()
)

JOINT_NOUNS = frozenset(
    "exchange talk meeting call conversation discussion summit dialogue negotiation consultation".split()
)

CLAIMS = frozenset(
    {"charge", "allegation", "claim", "report", "accusation", "suggestion", "rumour", "rumor", "assertion"}
)

_MESSAGES = frozenset({"reminder", "message", "statement", "warning", "declaration", "note", "letter", "notice"})


def reported(verb: Token) -> Token | None:
    """The verb of saying that reports the clause of `verb`, if any."""
    for token in (verb, *verb.ancestors):
        if token.dep_ in ("ccomp", "parataxis") and token.head.lemma_.lower() in SAYING:
            return token.head
        if token.dep_ in ("acl", "ccomp", "appos") and token.head.lemma_.lower() in _MESSAGES:
            return token.head.head if token.head.head.pos_ == "VERB" else None
        for child in token.children:
            if (
                child.dep_ in ("parataxis", "ccomp")
                and child.lemma_.lower() in SAYING
                and child.i > token.i
                and token.dep_ == "ROOT"
            ):
                return child
        if token.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "ccomp", "dobj", "pobj", "prep", "acl"):
            return None
    return None


def reporting_verb(token: Token) -> Token | None:
    """The verb of saying under which `token` stands: 'said' for what is said."""
    for current in (token, *token.ancestors):
        if (
            current.dep_ in ("ccomp", "parataxis")
            and current.head.lemma_.lower() in SAYING
            and current.head.i != token.i
        ):
            return current.head
    return None


def verb_above(token: Token) -> Token | None:
    """The verb nearest above `token`: that of its clause, where it is none itself."""
    return next((t for t in token.ancestors if t.pos_ in ("VERB", "AUX")), None)


def inner_saying(root: Token) -> Token | None:
    """The verb of saying that a parser hangs below what is said: 'said' in '"We have won," the minister said'."""
    return next(
        (c for c in root.children if c.dep_ in ("parataxis", "ccomp") and c.lemma_.lower() in SAYING and c.i > root.i),
        None,
    )


def dependent(head: Token, word: str) -> Token | None:
    """A child or grandchild of `head` that is `word`: its particle, preposition or fixed object."""
    for child in head.children:
        if (child.lower_ == word or child.lemma_.lower() == word) and child.dep_ not in ("nsubj", "conj"):
            return child
    for child in head.children:
        if child.dep_ in ("prep", "prt", "advmod", "dobj"):
            for inner in child.children:
                if child.dep_ == "dobj" and inner.dep_ == "prep":
                    # the 'on' of 'called the attack on' is not that of 'call on'
                    continue
                if inner.lower_ == word or inner.lemma_.lower() == word:
                    return inner
    return None


def clause_of(verb: Token, *, purposes: bool = False, within: bool = False) -> Iterator[Token]:
    """The tokens of the clause of `verb`, without clauses and verbs joined to it, save those of purpose where asked.

    `within` a clause of purpose what is asked for counts too: 'marched to demand that the minister resign'.
    """
    yield verb
    for child in verb.children:
        if child.dep_ in ("conj", "relcl", "ccomp", "advcl", "parataxis") and child.pos_ in ("VERB", "AUX"):
            purpose = child.dep_ in ("advcl", "relcl") and (child.tag_ == "VBG" or is_infinitive(child))
            if not ((purposes and purpose) or (within and child.dep_ == "ccomp")):
                continue
            yield from clause_of(child, purposes=purposes, within=True)
        else:
            yield from clause_of(child, purposes=purposes, within=within)


def hyphenated(token: Token) -> str | None:
    """'self-determination', which parsers split, by its last part."""
    doc = token.doc
    if token.i < 2 or doc[token.i - 1].text != "-":
        return None
    return f"{doc[token.i - 2].lower_}-{token.lemma_.lower()}"


def is_to_be(verb: Token) -> bool:
    """Whether an infinitive tells of what is to come: 'the leaders are to meet', in headlines 'France to send troops'."""
    if verb.dep_ == "ROOT":
        return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)
    head = verb.head
    return (
        verb.dep_ == "xcomp"
        and head.lemma_ == "be"
        and not any(c.dep_ in ("acomp", "attr", "oprd") for c in head.children)
    )


def is_subjunctive(verb: Token) -> bool:
    """Whether a clause says what should be: 'insisted that Iran stop', 'insisted that Iran must stop'."""
    if any(c.dep_ == "aux" and c.lower_ in ("must", "should", "ought") for c in verb.children):
        return True
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or any(c.dep_ == "aux" and c.lower_ != "be" for c in verb.children):
        return False
    passive = next((c for c in verb.children if c.dep_ == "auxpass"), None)
    if passive is not None:
        return passive.lower_ == "be"
    if verb.tag_ in ("NN", "NNS"):
        # parsers take 'that the Council dispatch troops' for a clause without a verb
        return any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.children)
    if verb.tag_ == "VBD":
        return verb.lower_ == verb.lemma_.lower()
    return verb.tag_ == "VB" or (verb.tag_ == "VBP" and subject.tag_ in ("NN", "NNP") and subject.lower_ != "they")


def is_over(verb: Token) -> bool:
    """Whether a clause says what was done: 'had sent', 'have sent', 'sent', 'was sent'; not 'would send', 'was sending'."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if any(c.tag_ in ("MD", "TO") for c in auxiliaries) or verb.tag_ in ("VB", "VBG"):
        return False
    if any(c.lemma_ == "have" for c in auxiliaries):
        return True
    return verb.tag_ == "VBD" or (verb.tag_ == "VBN" and any(c.tag_ == "VBD" for c in auxiliaries))


def is_infinitive(verb: Token) -> bool:
    """Whether a verb has its 'to'."""
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)


def depth_of(token: Token) -> int:
    """How far below the root of its sentence a word hangs."""
    return sum(1 for _ in token.ancestors)


def path_between(token: Token, ancestor: Token) -> list[Token]:
    """`token` and those above it, below `ancestor`."""
    out = [token]
    while out[-1].head != ancestor:
        out.append(out[-1].head)
    return out
