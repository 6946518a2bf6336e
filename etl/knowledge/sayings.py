"""Sayings: verbs of saying and what the words said give away, read from ``sayings.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from db.errors import CommuniqueError
from etl.knowledge.loader import FOLDER, load_knowledge
from etl.knowledge.yaml_files import load_yaml

Cue = tuple[frozenset[str], ...]
"""Words in a row, each with its alternatives; `ANY` stands for up to three words."""
ANY = frozenset({"_"})


class Sayings(BaseModel):
    """What the file holds; its header says what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    verbs: Mapping[str, tuple[str, ...]]
    acts: frozenset[str]
    voicing: frozenset[str]
    nouns: Mapping[str, frozenset[str]]
    adjectives: Mapping[str, frozenset[str]]
    being: frozenset[str]
    judging: frozenset[str]
    telling: frozenset[str]
    naming: frozenset[str]
    entitling: frozenset[str]
    labels: frozenset[str]
    negations: frozenset[str]
    turned: Mapping[str, str]
    favourable: frozenset[str]
    valuing: frozenset[str]
    grounded: frozenset[str]
    official: frozenset[str]
    private: frozenset[str]
    cues: Mapping[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _one_stance(self) -> Self:
        seen: dict[str, str] = {}
        for stance, verbs in self.verbs.items():
            for verb in verbs:
                if verb in seen:
                    raise ValueError(f"verbs: {verb!r} stands under {seen[verb]} and {stance}; leave it in one")
                seen[verb] = stance
        return self

    @model_validator(mode="after")
    def _begun(self) -> Self:
        for stance, cue in ((s, c) for s, cues in self.cues.items() for c in cues):
            if cue.split()[:1] in ([], ["_"]):
                raise ValueError(f"cues: {stance}: {cue!r} begins with no word; put one first")
        return self

    def stance_of_noun(self, noun: str) -> str | None:
        """The stance that somebody takes who voices `noun` (a lemma)."""
        return next((stance for stance, nouns in self.nouns.items() if noun in nouns), None)

    @property
    def stances(self) -> frozenset[str]:
        """Every stance that the file names."""
        named = (self.verbs, self.nouns, self.adjectives, self.cues, self.turned, self.turned.values())
        return frozenset().union(*named, self.favourable, self.valuing, self.grounded)


def cue_of(phrase: str) -> Cue:
    """'will|shall _ respond' as words in a row."""
    return tuple(frozenset(word.split("|")) for word in phrase.split())


@cache
def load_sayings(path: Path = FOLDER / "sayings.yaml") -> Sayings:
    """The sayings in `path`.

    Raises CommuniqueError, naming file, part, value and mend, for anything malformed, doubled or of an unknown stance.
    """
    try:
        found = Sayings.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CommuniqueError(f"{path}: {error}") from error
    vocabularies = load_knowledge(path.parent).vocabularies
    for what, named in (("stance", found.stances), ("sector", found.official | found.private)):
        known = vocabularies[what]
        if unknown := sorted(named - known.keys()):
            raise CommuniqueError(
                f"{path}: {unknown[0]!r} is no {what}. Known (vocabularies.yaml): {', '.join(known)}."
            )
    return found
