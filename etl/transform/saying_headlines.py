"""What a headline says that somebody says: 'Lavrov: talks useful'. A colon without quotation marks behind an actor alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from etl.records import ActorKind, ActorMention
from etl.transform.cast import Scene
from etl.transform.saying_stances import PLAIN, Stances

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_WITHIN = 3
"""Words behind the colon among which one tells that the headline is a label: 'the latest updates'."""
_REFUSING = frozenset({"no", "not", "never"})
_ARTICLES = frozenset({"a", "an", "the"})
_ASKING = frozenset({"demand", "appeal"})
_SPOKEN = frozenset({"reject", "denial", "pledge", "threat"})
"""Stances that show that a country speaks, rather than is spoken of: 'Iran: no intention of talking'."""


def spoken_colon(doc: Doc, scene: Scene, stances: Stances) -> tuple[Token, ActorMention] | None:
    """The colon of a headline by which an actor speaks, and who; None where the headline has none.

    A headline's colon may also stand behind its topic: 'Syria: a timeline', 'Navalny: doctors say he is stable'. What follows is
    somebody's words where it is a clause, a refusal or a demand, not a question, and tells of nobody else's words nor of who stands
    before the colon.
    """
    colon = next((t for t in doc if t.text == ":"), None)
    speaker = _alone_before(colon, scene) if colon is not None else None
    if colon is None or speaker is None or not _may_speak(speaker, stances):
        return None
    words = [t for t in doc[colon.i + 1 :] if not t.is_space]
    if not _is_said(words, stances) or any(_is_called(speaker, t, scene) for t in words):
        return None
    if speaker.actor.kind is ActorKind.COUNTRY and stances.of_words(words, PLAIN)[0] not in _SPOKEN:
        return None
    return colon, speaker


def _alone_before(colon: Token, scene: Scene) -> ActorMention | None:
    """The actor that is all of what stands before a colon, an article aside."""
    before = [t for t in colon.doc[: colon.i] if not t.is_space and t.lower_ not in _ARTICLES]
    if not before:
        return None
    start, end = scene.offset + before[0].idx, scene.offset + before[-1].idx + len(before[-1])
    found = (m for t in before for m in scene.heads.get(t.i, ()))
    return next((m for m in found if m.start <= start and m.end == end), None)


def _may_speak(speaker: ActorMention, stances: Stances) -> bool:
    """Whether an actor is a country, or speaks for a state, an organisation or an armed group."""
    actor = speaker.actor
    if actor.kind is ActorKind.COUNTRY:
        return True
    named = actor.country is not None or not actor.key.startswith("group:")
    return named and actor.sector in stances.words.official


def _is_called(speaker: ActorMention, token: Token, scene: Scene) -> bool:
    """Whether a word of what follows stands for who stands before the colon, who is then spoken of: 'doctors say he is'."""
    here = scene.heads.get(token.i, ())
    third = token.tag_ in ("PRP", "PRP$") and token.lower_ not in ("i", "we", "us", "our", "my", "me")
    return third and any(m.actor.key == speaker.actor.key for m in here)


def _is_said(words: Sequence[Token], stances: Stances) -> bool:
    """Whether what stands behind a colon may be somebody's words: a clause, a refusal or a demand, no label, no question, no report."""
    first = words[0] if words else None
    if first is None or words[-1].text == "?" or first.tag_ in ("WP", "WP$", "WRB", "WDT"):
        return False
    if any({t.lemma_.lower(), t.lower_} & stances.words.labels for t in words[:_WITHIN]):
        return False
    if any(stances.of_verb(t) is not None and _has_subject(t) for t in words):
        return False
    asks = first.tag_ == "VB" and stances.of_words(words)[0] in _ASKING
    return asks or first.lower_ in _REFUSING or any(_is_main(t, words) for t in words)


def _has_subject(verb: Token) -> bool:
    """Whether somebody else is the subject of a verb of saying."""
    return any(c.dep_ in ("nsubj", "nsubjpass") and c.i < verb.i and c.tag_ != "PRP" for c in verb.children)


def _is_main(token: Token, words: Sequence[Token]) -> bool:
    """Whether a word is the verb of a clause that hangs on no noun: not 'would' of 'the man who would be king'."""
    is_finite = token.tag_ in ("VBZ", "VBP", "VBD", "MD")
    own = any(c.dep_ in ("nsubj", "nsubjpass") and c.i >= words[0].i for c in token.children)
    if not is_finite and not (token.pos_ in ("VERB", "AUX") and own):
        return False
    return not any(t.dep_ == "relcl" for t in (token, *token.ancestors) if t.i >= words[0].i)
