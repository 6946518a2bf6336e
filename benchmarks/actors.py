"""What finding actors costs beside parsing: `python -m benchmarks.actors [ARTICLES.jsonl]`.

Prints the time of matching names, composing actors and settling short forms as a ratio of the time that the parser takes for
the same articles in the same run. Without a file the articles of `examples/` are taken, repeated.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import islice
from pathlib import Path

from etl.extract.text import article_from_text
from etl.knowledge import load_knowledge
from etl.knowledge.predicates import load_predicates
from etl.transform.actors import ActorFinder
from etl.transform.cast import Cast
from etl.transform.language import load_pipeline, plain
from etl.transform.predicates import PredicateFinder
from etl.transform.references import References

_ROUNDS = 3
_ARTICLES = 60


def main() -> None:
    """Measure and print."""
    sources = list(islice(texts(), _ARTICLES))
    nlp = load_pipeline()
    finder = ActorFinder(load_knowledge(), nlp)
    acts = PredicateFinder(load_predicates()).acts
    articles = [article_from_text(text) for text in sources]
    paragraphs = [[plain(a.text[p.start : p.end]) for p in a.paragraphs] for a in articles]
    best = {"parsing": float("inf"), "names and titles": float("inf"), "short forms": float("inf")}
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        docs = [list(nlp.pipe(texts, batch_size=32)) for texts in paragraphs]
        best["parsing"] = min(best["parsing"], time.perf_counter() - began)
        names = short_forms = 0.0
        for parsed in docs:
            began, cast = time.perf_counter(), Cast()
            for doc in parsed:
                finder.gather(doc, cast, None)
            scenes = [finder.scene(doc, 0, cast, None) for doc in parsed]
            names += time.perf_counter() - began
            began, references = time.perf_counter(), References(cast, finder, acts)
            for scene in scenes:
                for sent in scene.doc.sents:
                    references.read(sent, scene)
            short_forms += time.perf_counter() - began
        best["names and titles"] = min(best["names and titles"], names)
        best["short forms"] = min(best["short forms"], short_forms)
    sentences = sum(1 for parsed in docs for doc in parsed for _ in doc.sents)
    print(f"{len(articles)} articles, {sentences} sentences, best of {_ROUNDS}")
    for what, seconds in best.items():
        print(f"{what:18} {seconds:7.3f} s   {seconds / best['parsing']:.3f} of parsing")


def texts() -> list[str]:
    """The articles to measure on: those of the file given, else the examples ten times over."""
    if len(sys.argv) > 1:
        return [json.loads(line)["text"] for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    folder = Path(__file__).parent.parent / "examples"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))] * 10


if __name__ == "__main__":
    main()
