"""Treaties: what names them, what is done to them, what they provide for, read from ``treaties.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from db.errors import CommuniqueError
from etl.knowledge.loader import FOLDER, load_knowledge
from etl.knowledge.yaml_files import load_yaml


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """How a text says that a step in the life of a treaty is taken: phrases, each its words in a row."""

    code: str
    """CAMEO."""
    of_ceasefire: str | None = None
    """CAMEO, where the treaty is a ceasefire."""
    joint: bool
    object: tuple[str, ...] = ()
    brokered: tuple[str, ...] = ()
    """As `object`, but whoever does it is no party."""
    voted: tuple[str, ...] = ()
    """As `object`, of parliaments."""
    against: tuple[str, ...] = ()
    """As `voted`, but the step is then not taken."""
    subject: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    """Verbs that need no object where a treaty was spoken of: 'has not signed'."""
    nouns: tuple[str, ...] = ()

    @property
    def binds(self) -> bool:
        """Whether who takes it is bound by the treaty from then on; else it undoes or breaks it (CAMEO 12: reject)."""
        return not self.code.startswith("12")


class TreatyWords(_Part):
    """What the file holds; its header says what each part means."""

    kinds: Mapping[str, tuple[str, ...]]
    interchangeable: frozenset[str]
    loose: frozenset[str]
    named: Mapping[str, str]
    referring: frozenset[str]
    parts: frozenset[str]
    other: frozenset[str]
    vague: frozenset[str]
    naming: frozenset[str]
    unreal: frozenset[str]
    private: frozenset[str]
    declared: frozenset[str]
    chambers: frozenset[str]
    weak: frozenset[str]
    firms: frozenset[str]
    legal_forms: frozenset[str]
    bound: frozenset[str]
    promising: frozenset[str]
    accusing: frozenset[str]
    denying: frozenset[str]
    entrusting: frozenset[str]
    awaiting: frozenset[str]
    crowning: frozenset[str]
    american: frozenset[str]
    steps: Mapping[str, Step]
    provisions: Mapping[str, tuple[str, ...]]


@cache
def load_treaty_words(path: Path = FOLDER / "treaties.yaml") -> TreatyWords:
    """The words of treaties in `path`.

    Raises CommuniqueError, naming file, part, value and mend, for anything malformed or unknown.
    """
    try:
        found = TreatyWords.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CommuniqueError(f"{path}: {error}") from error
    knowledge = load_knowledge(path.parent)
    for part, vocabulary, codes in (
        ("kinds", "treaty_kind", {*found.kinds, *found.interchangeable, *found.named.values()}),
        ("steps", "treaty_action", set(found.steps)),
        ("provisions", "provision", set(found.provisions)),
    ):
        if unknown := sorted(codes - knowledge.vocabularies[vocabulary].keys()):
            raise CommuniqueError(
                f"{path}: {part}: {unknown[0]!r} is not among {vocabulary} in vocabularies.yaml. Use a known code, or add it there."
            )
    for action, step in found.steps.items():
        for code in filter(None, (step.code, step.of_ceasefire)):
            if code not in knowledge.cameo:
                raise CommuniqueError(f"{path}: steps: {action}: code {code!r} is none of cameo.tsv. Quote it: '057'.")
    nouns = [noun for words in found.kinds.values() for noun in words]
    if twice := sorted({noun for noun in nouns if nouns.count(noun) > 1}):
        raise CommuniqueError(f"{path}: kinds: {twice[0]!r} stands under two kinds. Keep one.")
    return found
