"""What the coder knows of events: frames, operators, chains and domains, read from ``etl/knowledge/predicates/``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from db.errors import CommuniqueError
from etl.knowledge.yaml_files import load_yaml

FOLDER = Path(__file__).parent / "predicates"


def _words(value: object) -> object:
    return tuple(word for word in value.split("|") if word) if isinstance(value, str) else value


_HYPHENATED = re.compile(
    r"[a-z]+-(in|out|up|off|down|over|by|fire|strike|between|determination|back|sharing|bomb|attack|blast|raid)"
)
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(_Strict):
    """A sentence that a frame must code, and how."""

    text: str
    code: str
    source: Words = ()
    """Country codes (or actor keys) that the source, or the parties, must have."""
    target: Words = ()
    modality: str = "asserted"


class Frame(_Strict):
    """A predicate, what its arguments must be, and the code it gives. Fields are described in predicates/README.md."""

    code: str
    verbs: Words = ()
    nouns: Words = ()
    subjects: Words = ()
    objects: Words = ()
    complements: Words = ()
    preps: Words = ()
    cues: Words = ()
    unless: Words = ()
    source: Words = ()
    target: Words = ()
    patient: Literal["target", "source"] = "target"
    negated: bool = False
    reciprocal: bool = False
    needs: Literal["source", "target", "both", "either", "parties"] = "either"
    object_actor: bool = False
    stance: str | None = None
    action: str | None = None
    alone: bool = True


class FrameFile(_Strict):
    """One file of frames: those of one CAMEO root."""

    root: str
    classes: Mapping[str, Words] = {}
    frames: tuple[Frame, ...]
    must: tuple[Example, ...] = ()
    must_not: tuple[str, ...] = ()


class Operator(_Strict):
    """A predicate that takes another event as its complement and changes its code or its modality."""

    name: str
    verbs: Words = ()
    adjectives: Words = ()
    nouns: Words = ()
    objects: Words = ()
    complements: Words
    preps: Words = ()
    addressee: Words = ()
    unless: Words = ()
    modality: str | None = None
    stance: str | None = None
    bare: str | None = None
    bare_needs: Literal["source", "both"] = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicates:
    """All predicates, indexed by the lemma a sentence must contain."""

    frames: tuple[Frame, ...]
    verbs: Mapping[str, tuple[tuple[Frame, tuple[str, ...]], ...]]
    nouns: Mapping[str, tuple[tuple[Frame, tuple[str, ...]], ...]]
    operators: Mapping[str, tuple[tuple[Operator, str, tuple[str, ...]], ...]]
    chains: Mapping[str, Mapping[str, str]]
    domains: Mapping[str, frozenset[str]]
    refinements: Mapping[str, Mapping[str, str]]
    support_verbs: frozenset[str]
    examples: tuple[tuple[str, Example], ...]
    counter_examples: tuple[tuple[str, str, str], ...]
    """File, CAMEO root and sentence that must not yield an asserted event of that root."""

    @property
    def hyphenated(self) -> frozenset[str]:
        """The nouns of frames that are written with a hyphen: 'sit-in', 'cease-fire'."""
        phrases = (p for f in self.frames for p in (*f.nouns, *f.objects, *f.subjects, *f.complements, *f.cues))
        return frozenset(word for phrase in phrases for word in phrase.split() if _HYPHENATED.fullmatch(word))

    def chain(self, operator: str, embedded: str) -> str | None:
        """The code of an operator over an event with code `embedded`; None where the chain table has none."""
        table = self.chains.get(operator, {})
        return next((table[embedded[:n]] for n in range(len(embedded), 1, -1) if embedded[:n] in table), None)

    def refine(self, code: str, words: frozenset[str]) -> str:
        """The child of `code` that the domain `words` support, else `code` itself."""
        for domain, child in self.refinements.get(code, {}).items():
            if words & self.domains[domain]:
                return self.refine(child, words)
        return code


def _read(path: Path) -> object:
    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CommuniqueError(f"{path}: cannot be read as YAML: {error}. Mend the file or reinstall.") from error


def _validated(model: type[Model], path: Path, data: object) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CommuniqueError(f"{path}: {where}: {first['msg']} (value {first['input']!r}).") from error


class _Operators(_Strict):
    operators: tuple[Operator, ...]


class _Chains(_Strict):
    chains: Mapping[str, Mapping[str, str]]


class _Domains(_Strict):
    domains: Mapping[str, Words]
    refine: Mapping[str, Mapping[str, str]]


class _SupportVerbs(_Strict):
    verbs: Words


@cache
def load_predicates(folder: Path = FOLDER) -> Predicates:
    """All predicates in `folder`.

    Raises CommuniqueError, naming file, place, value and mend, for a file that breaks the format.
    """
    frames: list[Frame] = []
    examples: list[tuple[str, Example]] = []
    counter: list[tuple[str, str, str]] = []
    for path in sorted(folder.glob("[0-9]*.yaml")):
        file = _validated(FrameFile, path, _read(path))
        for frame in file.frames:
            if not frame.code.startswith(file.root):
                raise CommuniqueError(
                    f"{path}: frame with code {frame.code} belongs in the file of root {frame.code[:2]}."
                )
            phrases = {name: tuple(_expand(getattr(frame, name), file, path)) for name in _PHRASES}
            frames.append(frame.model_copy(update=phrases))
        examples.extend((path.name, example) for example in file.must)
        counter.extend((path.name, file.root, text) for text in file.must_not)
    operators = _validated(_Operators, folder / "operators.yaml", _read(folder / "operators.yaml")).operators
    domains = _validated(_Domains, folder / "domains.yaml", _read(folder / "domains.yaml"))
    chains = _validated(_Chains, folder / "chains.yaml", _read(folder / "chains.yaml")).chains
    for operator in operators:
        if operator.name not in chains and operator.modality is None and operator.bare is None:
            raise CommuniqueError(f"{folder / 'operators.yaml'}: operator {operator.name!r} has no row in chains.yaml.")
    return Predicates(
        frames=tuple(frames),
        verbs=_index((frame, phrase) for frame in frames for phrase in frame.verbs),
        nouns=_index_last((frame, phrase) for frame in frames for phrase in frame.nouns),
        operators=_operator_index(operators),
        chains=chains,
        domains={name: frozenset(words) for name, words in domains.domains.items()},
        refinements=domains.refine,
        support_verbs=frozenset(
            _validated(_SupportVerbs, folder / "support_verbs.yaml", _read(folder / "support_verbs.yaml")).verbs
        ),
        examples=tuple(examples),
        counter_examples=tuple(counter),
    )


_PHRASES = ("subjects", "objects", "complements", "cues", "unless")
"""Fields of a frame in which '@class' stands for a class of the file."""


def _expand(objects: tuple[str, ...], file: FrameFile, path: Path) -> Iterator[str]:
    for item in objects:
        if not item.startswith("@"):
            yield item
        elif item[1:] in file.classes:
            yield from file.classes[item[1:]]
        else:
            raise CommuniqueError(f"{path}: class {item!r} is not defined under 'classes' of this file.")


def _index(pairs: Iterator[tuple[Frame, str]]) -> dict[str, tuple[tuple[Frame, tuple[str, ...]], ...]]:
    index: dict[str, list[tuple[Frame, tuple[str, ...]]]] = {}
    for frame, phrase in pairs:
        head, *rest = phrase.split()
        index.setdefault(head, []).append((frame, tuple(rest)))
    return {head: tuple(entries) for head, entries in index.items()}


def _index_last(pairs: Iterator[tuple[Frame, str]]) -> dict[str, tuple[tuple[Frame, tuple[str, ...]], ...]]:
    index: dict[str, list[tuple[Frame, tuple[str, ...]]]] = {}
    for frame, phrase in pairs:
        *modifiers, head = phrase.split()
        index.setdefault(head, []).append((frame, tuple(modifiers)))
    return {head: tuple(entries) for head, entries in index.items()}


def _operator_index(operators: tuple[Operator, ...]) -> dict[str, tuple[tuple[Operator, str, tuple[str, ...]], ...]]:
    index: dict[str, list[tuple[Operator, str, tuple[str, ...]]]] = {}
    for operator in operators:
        for pos, phrases in (("VERB", operator.verbs), ("ADJ", operator.adjectives), ("NOUN", operator.nouns)):
            for phrase in phrases:
                head, *rest = phrase.split()
                index.setdefault(head, []).append((operator, pos, tuple(rest)))
    return {head: tuple(entries) for head, entries in index.items()}


AIMS = {"1": "leadership change", "2": "policy change", "3": "rights", "4": "change in institutions or regime"}
"""Last digit of the codes of demands and protests -> what is asked for (CAMEO 0241 to 0244, 1041 to 1044, 1411 to 1454)."""


def coverage(predicates: Predicates) -> dict[str, tuple[str, ...]]:
    """CAMEO code -> the predicates that lead to it: frames, domains of frames, operators over other codes, aims of protests."""
    found: dict[str, dict[str, None]] = {}
    for frame in predicates.frames:
        of_code = found.setdefault(frame.code, {})
        first = frame.objects[:1] if frame.objects != ("*",) else ()
        of_code |= {" ".join((phrase, *first)): None for phrase in frame.verbs}
        of_code |= dict.fromkeys(frame.nouns)
    for _ in range(3):
        for code, children in predicates.refinements.items():
            for domain, child in children.items():
                found.setdefault(child, {}).update({f"{word} ({domain})": None for word in found.get(code, ())})
    names = {
        op.name: (*op.verbs, *op.nouns, *op.adjectives)[0] for ops in predicates.operators.values() for op, _, _ in ops
    }
    direct = {code: tuple(words) for code, words in found.items()}
    for name, table in predicates.chains.items():
        for embedded, code in table.items():
            words = [w for c, ws in direct.items() if c.startswith(embedded) for w in ws[:2]]
            found.setdefault(code, {}).update({f"{names.get(name, name)} + {word}": None for word in words})
    for protest in ("141", "142", "143", "144", "145"):
        for aim, label in AIMS.items():
            found.setdefault(protest + aim, {}).update(
                {f"{word} for {label}": None for word in direct.get(protest, ())}
            )
    return {code: tuple(words) for code, words in found.items()}
