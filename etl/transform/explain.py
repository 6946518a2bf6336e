"""Why?: how a sentence was coded, step by step, for those who check or widen the predicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.records import ActorMention, EventMention
from etl.transform.frames import Candidate
from etl.transform.predicates import PredicateFinder
from etl.transform.roles import Roles

if TYPE_CHECKING:
    from spacy.tokens import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A frame or an operator that a word of the sentence could be, and what came of it."""

    word: str
    what: str
    """The code of the frame, or the name of the operator."""
    pattern: str
    """What the frame or operator asks for, as its file says it."""
    fired: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How one sentence was coded."""

    index: int
    """The number of the sentence in its article."""
    sentence: str
    parse: tuple[tuple[str, str, str, str, str], ...]
    """Word, lemma, tag, dependency relation, head."""
    actors: tuple[ActorMention, ...]
    tried: tuple[Tried, ...]
    events: tuple[EventMention, ...] = ()
    """What it was coded as, once the whole article was read."""
    doubted: tuple[tuple[EventMention, float], ...] = ()
    """What the frames proposed and the scorer left out, and how likely it finds it, 0 to 1."""


def explain_sentence(
    sent: Span,
    index: int,
    roles: Roles,
    finder: PredicateFinder,
    doubted: Sequence[tuple[EventMention, float]],
) -> Explanation:
    """How `sent`, the sentence with this `index`, was read; its events are those of the whole article."""
    return Explanation(
        index=index,
        sentence=sent.text,
        parse=tuple((t.text, t.lemma_, t.tag_, t.dep_, t.head.text) for t in sent),
        actors=tuple(m for t in sent for m in roles.scene.heads.get(t.i, ())),
        tried=tuple(_tried(sent, roles, finder)),
        doubted=tuple(doubted),
    )


def _tried(sent: Span, roles: Roles, finder: PredicateFinder) -> Iterator[Tried]:
    for token in sent:
        chosen = False
        for trial in sorted(finder.frames.trials(token, roles), key=lambda t: (t.problem is not None, -t.score)):
            why, fired = trial.problem or "", False
            if trial.problem is None:
                candidate, lacking = finder.frames.completed(token, trial, roles)
                fired = lacking is None and not chosen
                why = lacking or (
                    f"score {trial.score:g}, {_sides(candidate)}"
                    if fired
                    else f"score {trial.score:g}, a closer frame fired"
                )
                chosen = chosen or fired
            frame = trial.frame
            fields = ("verbs", "nouns", "subjects", "objects", "preps", "complements", "cues")
            pattern = "; ".join(f"{name} {_words(getattr(frame, name))}" for name in fields if getattr(frame, name))
            yield Tried(word=token.text, what=frame.code, pattern=pattern, fired=fired, why=why)
        for operator, _ in finder.operators.operators(token):
            complements = finder.operators.complement_tokens(token, operator)
            yield Tried(
                word=token.text,
                what=operator.name,
                pattern=f"takes {_words(operator.complements)}",
                fired=bool(complements),
                why=f"takes {', '.join(repr(t.text) for t in complements)}" if complements else "nothing to take",
            )


def _words(words: tuple[str, ...], most: int = 5) -> str:
    return "|".join(words[:most]) + ("|..." if len(words) > most else "")


def _sides(candidate: Candidate | None) -> str:
    if candidate is None:
        return "nobody"
    sides = (("source", candidate.sources), ("target", candidate.targets), ("party", candidate.parties))
    return "; ".join(f"{name} {', '.join(m.text for m in found)}" for name, found in sides if found) or "nobody"
