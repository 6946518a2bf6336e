"""docs/ontology.md, made from the knowledge files: ``python -m etl.knowledge.docs docs/ontology.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from etl.knowledge.loader import CameoCode, Knowledge, load_knowledge
from etl.knowledge.predicates import Predicates, coverage, load_predicates

_MOST = 5


def ontology_page(knowledge: Knowledge, predicates: Predicates) -> str:
    """The page: event types, then every CAMEO code with what it is in the other vocabularies and what triggers it."""
    return "\n".join(_lines(knowledge, predicates)) + "\n"


def _lines(knowledge: Knowledge, predicates: Predicates) -> Iterator[str]:
    yield "# Ontology"
    yield ""
    yield "Made from `etl/knowledge/` by `make docs`; do not edit."
    yield ""
    yield (
        f"{len(knowledge.cameo)} CAMEO codes in {sum(not c.parent for c in knowledge.cameo.values())} roots. Goldstein: -10 "
        "(conflict) to 10 (cooperation). Quad class: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material "
        "conflict. Predicates: how many lead to the code, by themselves, by the domain of what they are about, or within "
        "another predicate (`threaten` + `attack`), and the first of them. How they are written: "
        "`etl/knowledge/predicates/README.md`."
    )
    yield ""
    yield "## Event types"
    yield ""
    yield "| type | what it is | CAMEO |"
    yield "|---|---|---|"
    for name, (_, description) in knowledge.event_types.items():
        codes = [c.code for c in knowledge.cameo.values() if c.event_type == name]
        yield f"| `{name}` | {description} | {', '.join(_shortest(codes))} |"
    words = coverage(predicates)
    for root in (c for c in knowledge.cameo.values() if not c.parent):
        yield ""
        yield f"## {root.code} {root.label}"
        yield ""
        yield "| code | label | type | Goldstein | quad class | PLOVER | predicates |"
        yield "|---|---|---|---|---|---|---|"
        for code in knowledge.cameo.values():
            if code.code[:2] == root.code and code.parent:
                yield _row(code, words.get(code.code, ()))


def _row(code: CameoCode, words: tuple[str, ...]) -> str:
    plover = " / ".join(x for x in (code.plover, code.mode, ", ".join(code.contexts)) if x)
    shown = f"{len(words)}: {', '.join(words[:_MOST])}" if words else ""
    return f"| {code.code} | {code.label} | {code.event_type} | {code.goldstein:g} | {code.quad_class} | {plover} | {shown} |"


def _shortest(codes: list[str]) -> list[str]:
    """`codes` without those whose parent is among them too."""
    return [c for c in codes if not any(c != other and c.startswith(other) for other in codes)]


def main() -> None:
    """Write the page to the path given, or to standard output."""
    page = ontology_page(load_knowledge(), load_predicates())
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()
