"""The example sentences of the predicate files, coded."""

from __future__ import annotations

from pathlib import Path

from etl.extract.text import article_from_text
from etl.knowledge import load_knowledge
from etl.knowledge.predicates import Example, load_predicates
from etl.records import Event, Modality, Role
from etl.transform.coder import Coder
from etl.transform.linking import link

_ACTING = (Role.SOURCE, Role.PARTY)


def failing_examples(folder: Path, *, model: str) -> list[str]:
    """The examples of `folder` that are not coded as they say, each as a message naming file, sentence and outcome."""
    predicates = load_predicates(folder / "predicates")
    coder = Coder(model=model, knowledge=load_knowledge(folder), predicates=predicates, scored=False)

    def events(text: str) -> tuple[Event, ...]:
        return link(coder.code(article_from_text(text)))

    found = []
    for file, example in predicates.examples:
        coded = events(example.text)
        if not any(_is_coded(example, event) for event in coded):
            found.append(f"{file}: {example.text!r} should give {_wanted(example)}; gave {_given(coded)}.")
    for file, root, text in predicates.counter_examples:
        wrong = [e for e in events(text) if e.facts.cameo.startswith(root) and e.facts.modality is Modality.ASSERTED]
        if wrong:
            found.append(f"{file}: {text!r} should give no event of root {root}; gave {_given(tuple(wrong))}.")
    return found


def _is_coded(example: Example, event: Event) -> bool:
    facts = event.facts
    return (
        facts.cameo == example.code
        and facts.modality.value == example.modality
        and set(example.source) <= _sides(event, *_ACTING)
        and set(example.target) <= _sides(event, Role.TARGET, Role.ABOUT, Role.PARTY, Role.HOST)
    )


def _sides(event: Event, *roles: Role) -> set[str]:
    return {p.mention.actor.country or p.mention.actor.key for p in event.facts.participants if p.role in roles}


def _wanted(example: Example) -> str:
    return f"{example.code} {example.modality} {'|'.join(example.source)} -> {'|'.join(example.target)}"


def _given(events: tuple[Event, ...]) -> str:
    shown = [
        f"{e.facts.cameo} {e.facts.modality.value} {'|'.join(sorted(_sides(e, *_ACTING)))} -> {'|'.join(sorted(_sides(e, Role.TARGET, Role.ABOUT)))}"
        for e in events
    ]
    return "; ".join(shown) or "nothing"
