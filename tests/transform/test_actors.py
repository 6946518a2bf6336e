"""Whom noun phrases name: several hundred of them in sentences, as a table (actors.tsv)."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.knowledge import load_knowledge
from etl.knowledge.loader import read_table
from etl.records import Actor
from etl.transform.actors import ActorFinder
from etl.transform.cast import Cast
from etl.transform.language import load_pipeline, plain

COLUMNS = ("group", "sentence", "words", "country", "sector", "kind", "name", "office")
ROWS = [row.values for row in read_table(Path(__file__).parent / "actors.tsv", COLUMNS)]


@pytest.fixture(scope="module")
def finder() -> ActorFinder:
    """Finds actors with the default model."""
    return ActorFinder(load_knowledge(), load_pipeline())


def found(finder: ActorFinder, text: str, words: str, *, names: bool) -> list[Actor]:
    """The actors whose mention ends within `words`; with `names`, country names that modify something among them."""
    doc, cast = load_pipeline()(plain(text)), Cast()
    finder.gather(doc, cast, None)
    scene = finder.scene(doc, 0, cast, None)
    start = plain(text).index(plain(words))
    end = start + len(words)
    actors = [
        m.actor for i in sorted(scene.heads) for m in scene.heads[i] if start < m.end <= end + 2 and m.start < end
    ]
    if names:
        actors += [n.entry.actor for n in scene.named if start <= doc[n.start].idx < end]
    return actors


def problems(finder: ActorFinder, row: dict[str, str]) -> list[str]:
    """What differs from `row` in what is found; nothing if all is as it says."""
    names = row["kind"] == "name" or (row["country"] == "none" and row["kind"] != "place")
    actors = found(finder, row["sentence"], row["words"], names=names)
    if row["country"] == "none":
        return [f"is {actor.key}" for actor in actors]
    out = [] if actors else ["no actor"]
    countries = {actor.country or "-" for actor in actors}
    if row["country"] != "*" and countries != set(row["country"].split("+")):
        out.append(f"country {'+'.join(sorted(countries))}")
    for field in ("sector", "kind", "name", "office"):
        values = {(getattr(actor, field) or "-").lower() for actor in actors}
        if row[field] not in ("*", "name") and actors and values != {row[field].lower()}:
            out.append(f"{field} {values}")
    return out


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['group']}-{row['words']}-{row['sentence'][:20]}")
def test_whom_a_phrase_names(finder: ActorFinder, row: dict[str, str]) -> None:
    assert problems(finder, row) == []
