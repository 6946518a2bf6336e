"""What the scorer costs: `python -m benchmarks.scorer [ARTICLES.jsonl]`.

Prints the time of coding articles with the scorer as a ratio of that without it, in the same run. Without a file the articles of
`examples/` are taken, repeated.
"""

from __future__ import annotations

import time
from itertools import islice

from benchmarks.actors import texts
from etl.extract.text import article_from_text
from etl.transform.coder import Coder

_ROUNDS = 3
_ARTICLES = 60


def main() -> None:
    """Measure and print."""
    articles = [article_from_text(text) for text in islice(texts(), _ARTICLES)]
    coders = {"without": Coder(scored=False), "with": Coder()}
    best = dict.fromkeys(coders, float("inf"))
    mentions = dict.fromkeys(coders, 0)
    for _ in range(_ROUNDS):
        for name, coder in coders.items():
            began = time.perf_counter()
            mentions[name] = sum(len(coded.mentions) for _, coded in coder.code_many(articles))
            best[name] = min(best[name], time.perf_counter() - began)
    print(f"{len(articles)} articles, best of {_ROUNDS}")
    for name, seconds in best.items():
        print(f"{name:8} {seconds:7.3f} s   {seconds / best['without']:.3f}   {mentions[name]} mentions")


if __name__ == "__main__":
    main()
