"""What a candidate event looks like to the scorer: its words, its syntax, who takes part and how they were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from etl.records import ActorMention, EventMention, ParagraphKind, Role
from etl.transform.clauses import depth_of, path_between, reporting_verb
from etl.transform.frames import Candidate

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

VERSION = 1
"""Changes with the features; a model trained for others is refused."""

SUREST = 4
"""Topics run from minus this, surely not politics, to this."""

_CONTENT = frozenset({"NOUN", "VERB", "ADJ", "ADV"})
_FUNCTION = frozenset("aux auxpass neg advmod prt det mark expl agent prep".split())
_ARGUMENTS = frozenset("dobj nsubj nsubjpass attr xcomp ccomp amod compound poss advcl".split())
_FAR = 4
_MANY = 3
_PRONOUNS = frozenset("he she it they his her its their him them i we our us my you your who".split())


def features_of(candidate: Candidate, mention: EventMention, offset: int) -> tuple[str, ...]:
    """The features of `candidate`, coded as `mention`, in a document that begins at `offset` of its article."""
    return tuple(
        dict.fromkeys((*_act(candidate, mention), *_who(candidate, mention, offset), *_around(candidate, mention)))
    )


def content_words(tokens: Iterable[Token]) -> frozenset[str]:
    """The lemmas by which a text tells what it is about; no names."""
    return frozenset(_lemma(t) for t in tokens if t.pos_ in _CONTENT and t.is_alpha and not t.is_stop)


def topic_features(article: int, sentence: int) -> tuple[str, ...]:
    """What the topics of article and sentence (see ``Topics.topic``) add to the features of the events in them.

    One feature for each step up the scale, so that what is learned of one step holds for those beyond it.
    """
    return (
        *(f"topic above {step}" for step in range(-SUREST, article)),
        *(f"sentence topic above {step}" for step in range(-SUREST, sentence)),
    )


def _act(candidate: Candidate, mention: EventMention) -> Iterator[str]:
    """The event itself: code, trigger, what hangs on it and what it hangs on."""
    head, anchor, code = candidate.head, candidate.anchor, candidate.code
    lemma = _lemma(head)
    yield from (f"root={code[:2]}", f"code={code}", f"lemma={lemma}", f"lemma,root={lemma},{code[:2]}")
    yield from (f"tag={head.tag_}", f"tag,root={head.tag_},{code[:2]}", f"dep={anchor.dep_}")
    yield f"dep,pos={anchor.dep_},{head.pos_},{_lemma(anchor.head) if anchor.dep_ != 'ROOT' else ''}"
    yield f"under={anchor.dep_},{anchor.head.pos_}"
    yield f"modality={mention.modality.value}"
    yield f"modality,root={mention.modality.value},{code[:2]}"
    if mention.background:
        yield "background"
    if candidate.alone:
        yield from ("alone", f"alone,root={code[:2]}", f"alone,lemma={lemma}")
    if candidate.operator is not None:
        yield from (f"operator={candidate.operator.name}", f"operator,word={candidate.operator.name},{lemma}")
        if candidate.embedded is not None:
            yield f"operator,inner={candidate.operator.name},{candidate.embedded.code[:2]}"
    if candidate.frame is not None:
        yield f"specific={min(int(candidate.score), _FAR)}"
        yield f"frame={'_'.join(_lemma(w) for w in candidate.words)},{code}"
    for token in dict.fromkeys((head, anchor)):
        for child in token.children:
            if child.dep_ in _FUNCTION:
                yield f"child={child.dep_},{child.lower_}"
            elif child.dep_ in _ARGUMENTS:
                yield f"child={child.dep_},{child.pos_}"
                if child.pos_ in ("NOUN", "VERB", "ADJ", "PRON"):
                    yield f"child={child.dep_},{_lemma(child)}"
            if child.dep_ == "prep":
                yield from (f"prep={child.lower_},{o.ent_type_ or o.pos_}" for o in child.children if o.dep_ == "pobj")
    if not any(c.dep_ in ("nsubj", "nsubjpass", "csubj") for c in anchor.children) and anchor.pos_ in ("VERB", "AUX"):
        yield "no subject of its own"
    yield f"clauses={min(depth_of(anchor), _FAR)}"
    teller = reporting_verb(anchor)
    if teller is not None:
        yield from ("reported", f"reported={_lemma(teller)}")


def _who(candidate: Candidate, mention: EventMention, offset: int) -> Iterator[str]:
    """The participants: how many, of what kind, and where they stand to the trigger."""
    root = candidate.code[:2]
    doc = candidate.head.doc
    countries: dict[str, set[str]] = {}
    for role in Role:
        those = [p.mention for p in mention.participants if p.role is role]
        side = "target" if role is Role.ABOUT else role.value
        if role in (Role.SOURCE, Role.TARGET, Role.PARTY, Role.ABOUT):
            yield f"{side}s={min(len(those), _MANY)}"
            if not those:
                yield f"no {side},root={root}"
        for who in those:
            yield from (f"{side}:{word}" for word in _one(who, doc, candidate, offset))
            yield f"{side},root={who.actor.kind.value},{who.actor.sector},{root}"
        countries.setdefault(side, set()).update(m.actor.country or m.actor.key for m in those)
    sources, targets = countries["source"], countries["target"]
    if sources and targets:
        yield f"same={sources == targets}"
        yield f"same,root={sources == targets},{root}"
    if countries["party"]:
        yield f"party countries={min(len(countries['party']), _MANY)}"


def _one(who: ActorMention, doc: Doc, candidate: Candidate, offset: int) -> Iterator[str]:
    actor = who.actor
    yield from (f"kind={actor.kind.value}", f"sector={actor.sector}", f"kind,sector={actor.kind.value},{actor.sector}")
    family = actor.key.partition(":")[0] if ":" in actor.key else "known"
    yield from (f"family={family}", f"family,sector={family},{actor.sector}")
    if actor.country is None:
        yield from ("no country", f"no country={family}")
    if actor.office:
        yield "office"
    word = who.text.lower()
    if word in _PRONOUNS:
        yield from ("pronoun", f"pronoun={word}")
    elif word.startswith(("the ", "both", "a ", "an ", "this ", "these ")):
        yield "nominal"
    words = doc.char_span(who.start - offset, who.end - offset, alignment_mode="expand")
    if words is None or words.root.sent != candidate.head.sent:
        yield "elsewhere"
        return
    token = words.root
    yield f"pos={token.pos_}"
    yield f"own={token.dep_}"
    if token.dep_ == "pobj":
        yield f"behind={token.head.lower_}"
    path = _path(token, candidate)
    yield from (f"path={path}", f"path,root={path},{candidate.code[:2]}")
    distance = token.i - candidate.head.i
    yield f"far={'before' if distance < 0 else 'behind'},{min(abs(distance) // 4, _FAR)}"
    between = doc[min(token.i, candidate.head.i) + 1 : max(token.i, candidate.head.i)]
    if any(t.pos_ in ("VERB", "AUX") and t.dep_ not in ("aux", "auxpass") for t in between):
        yield "verb between"
    if any(t.text == "," for t in between):
        yield "comma between"


def _path(token: Token, candidate: Candidate) -> str:
    """How `token` hangs on the trigger: 'nsubj', 'dobj.poss'; 'up' where it stands above or beside it."""
    for trigger in (candidate.anchor, candidate.head):
        if token == trigger:
            return "itself"
        if trigger in token.ancestors:
            steps = [
                f"{t.dep_}:{t.lower_}" if t.dep_ in ("prep", "agent") else t.dep_ for t in path_between(token, trigger)
            ]
            return ".".join(reversed(steps)) if len(steps) <= _FAR else "deep"
    for up, ancestor in enumerate(candidate.anchor.ancestors, start=1):
        if up > _FAR:
            break
        chain = [t.dep_ for t in path_between(candidate.anchor, ancestor)]
        if token == ancestor:
            return "up:" + ".".join(chain)
        if ancestor in token.ancestors:
            steps = [t.dep_ for t in path_between(token, ancestor)]
            if len(steps) <= _FAR:
                return "up:" + ".".join(chain) + ">" + ".".join(reversed(steps))
            break
    return "far"


def _around(candidate: Candidate, mention: EventMention) -> Iterator[str]:
    """The sentence it stands in."""
    sent = candidate.head.sent
    if mention.sentence.kind is not ParagraphKind.BODY:
        yield f"paragraph={mention.sentence.kind.value}"
    yield f"root tense={sent.root.tag_}"
    if sent[-1].text == "?":
        yield "question"
    quotes = sum(t.text == '"' for t in sent[: max(0, candidate.head.i - sent.start)])
    if quotes % 2:
        yield "in quotation"
    yield f"dated={mention.date.basis.value}"
    if mention.place is not None:
        yield "placed"


def _lemma(token: Token) -> str:
    return token.lemma_.lower()
