"""Short forms: which nouns may call again whom an article has named, read from ``short_forms.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from db.errors import CommuniqueError
from etl.knowledge.loader import FOLDER, load_knowledge
from etl.knowledge.yaml_files import load_yaml


class ShortForms(BaseModel):
    """What the file holds; its header says what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    persons: Mapping[str, tuple[str, ...]]
    states: frozenset[str]
    governments: frozenset[str]
    sides: frozenset[str]
    relations: frozenset[str]
    bodies: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, tuple[str, ...]]
    of_mind: frozenset[str]
    of_things: frozenset[str]
    of_things_alone: frozenset[str]
    state_offices: tuple[str, ...]
    human_endings: tuple[str, ...]
    inhuman: frozenset[str]
    pronouns: frozenset[str]
    pointers: frozenset[str]
    numbers: Mapping[str, int]
    female: frozenset[str]
    male: frozenset[str]
    female_names: frozenset[str]
    male_names: frozenset[str]

    @model_validator(mode="after")
    def _one_gender(self) -> Self:
        for one, two in ((self.female, self.male), (self.female_names, self.male_names)):
            if both := sorted(one & two):
                raise ValueError(f"{', '.join(both)} cannot be both a woman's and a man's; leave it out of both lists")
        return self

    def calls_again(self, words: str) -> bool:
        """Whether `words` (as a text has them) only call again whom it has named: 'our', 'both sides', 'the two leaders', 'the accord'.

        A capital alone is a name ('Alliance'), and so is 'US'.
        """
        bare, before = words.split(), self.pointers | self.pronouns | self.numbers.keys()
        while len(bare) > 1 and bare[0].lower() in before:
            bare = bare[1:]
        if len(bare) != 1 or bare[0] == "US":
            return False
        noun = bare[0].lower()
        if noun in self.pronouns:
            return True
        parts = (
            self.persons,
            self.states,
            self.governments,
            self.relations,
            self.sides,
            self.bodies,
            self.acts,
            self.numbers,
        )
        is_name = bare[0][:1].isupper() and bare[0] == words.strip()
        return not is_name and any(form in part for form in _singulars(noun) for part in parts)


def _singulars(noun: str) -> Iterator[str]:
    """`noun` and what it may be the plural of."""
    yield noun
    for ending, singular in (("s", ""), ("es", ""), ("ies", "y"), ("men", "man")):
        if noun.endswith(ending):
            yield noun.removesuffix(ending) + singular


@cache
def load_short_forms(path: Path = FOLDER / "short_forms.yaml") -> ShortForms:
    """The short forms in `path`.

    Raises CommuniqueError, naming file, part, value and mend, for anything malformed or doubled.
    """
    try:
        found = ShortForms.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CommuniqueError(f"{path}: {error}") from error
    known = load_knowledge(path.parent).organisations
    for noun, keys in found.bodies.items():
        if unknown := [key for key in keys if key != "*" and key not in known]:
            raise CommuniqueError(
                f"{path}: bodies: {noun}: {unknown[0]!r} is not a key of organisations.tsv. Add it there or leave it out."
            )
    return found
