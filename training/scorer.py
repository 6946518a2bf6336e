"""Train the scorer: ``python -m training.scorer`` writes etl/knowledge/scorer.json, the same bytes from the same files.

The frames propose candidates in the passages of ``training/passages``; a candidate that is marked there is one to keep.
Two logistic regressions learn from their features which are real, and which have the right participants and modality
too. Each file is by another hand: what the regressions say of the candidates of a file when trained on the others is
what the scaling of their figures is fitted on, so that a confidence is that of sentences not trained on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from etl.evaluation.passages import Judge, article_of, load_passages
from etl.transform.coder import Coder
from etl.transform.features import VERSION
from etl.transform.scorer import MODEL

PASSAGES = Path(__file__).parent / "passages"
LEAST_COUNT = 3
"""Candidates that must have a feature for it to be learned."""
STRENGTH = 0.1
"""Inverse of the regularisation: of 0.03, 0.1 and 0.3 the best on files not trained on."""
LEAST_REAL = 0.4
"""Candidates less likely to be real are left out."""
_SMALLEST = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A candidate event of a passage."""

    file: str
    features: tuple[str, ...]
    is_real: bool
    is_right: bool


def samples(folder: Path = PASSAGES) -> list[Sample]:
    """Every candidate that the frames propose in the passages of `folder`."""
    coder, judge = Coder(scored=False), Judge()
    out = []
    for path in sorted(folder.glob("*.tsv")):
        for passage in load_passages(path):
            for mention, features in coder.candidates(article_of(passage)):
                verdict = judge.verdict(mention, passage.events)
                out.append(
                    Sample(file=path.stem, features=features, is_real=verdict.is_real, is_right=verdict.is_right)
                )
    return out


class Regression:
    """A logistic regression over named features."""

    def __init__(self, rows: Sequence[Sample], wanted: Sequence[bool]) -> None:
        counts = Counter(f for row in rows for f in row.features)
        self._columns = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= LEAST_COUNT))}
        # coordinate descent in plain loops gives the same weights on any machine
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, max_iter=1000)
        model.fit(self._matrix(rows), np.array(wanted))
        self.bias = float(model.intercept_[0])
        self.weights = dict(zip(self._columns, map(float, model.coef_[0]), strict=True))

    def totals(self, rows: Sequence[Sample]) -> list[float]:
        """The sum of bias and weights of each row."""
        return [self.bias + sum(self.weights.get(f, 0.0) for f in row.features) for row in rows]

    def _matrix(self, rows: Sequence[Sample]) -> csr_matrix:
        cells = [(i, self._columns[f]) for i, row in enumerate(rows) for f in row.features if f in self._columns]
        at, column = zip(*cells, strict=True)
        return csr_matrix((np.ones(len(cells)), (at, column)), shape=(len(rows), len(self._columns)))


def unseen_totals(rows: Sequence[Sample], wanted: Sequence[bool]) -> list[float]:
    """What regressions trained on the other files say of each row."""
    out = [0.0] * len(rows)
    for file in sorted({row.file for row in rows}):
        others = [i for i, row in enumerate(rows) if row.file != file]
        model = Regression([rows[i] for i in others], [wanted[i] for i in others])
        own = [i for i, row in enumerate(rows) if row.file == file]
        for i, total in zip(own, model.totals([rows[i] for i in own]), strict=True):
            out[i] = total
    return out


def _trained(rows: Sequence[Sample], wanted: Sequence[bool]) -> tuple[Regression, dict[str, float]]:
    model = Regression(rows, wanted)
    scale = LogisticRegression(C=1e6, solver="liblinear", random_state=0)
    scale.fit(np.array(unseen_totals(rows, wanted)).reshape(-1, 1), np.array(wanted))
    figures = {"bias": model.bias, "slope": scale.coef_[0][0], "shift": scale.intercept_[0]}
    return model, {name: round(float(value), 4) for name, value in figures.items()}


def train(rows: Sequence[Sample]) -> dict[str, Any]:
    """The model, as its file holds it."""
    real, real_scale = _trained(rows, [row.is_real for row in rows])
    right, right_scale = _trained(rows, [row.is_right for row in rows])
    weights = {f: (round(real.weights[f], 4), round(right.weights[f], 4)) for f in sorted(real.weights)}
    return {
        "features": VERSION,
        "least": LEAST_REAL,
        "real": real_scale,
        "right": right_scale,
        "weights": {f: pair for f, pair in weights.items() if max(map(abs, pair)) >= _SMALLEST},
    }


def text_of(model: dict[str, Any]) -> str:
    """The model as text, one feature a line, so that a new one can be compared with the old."""
    head = {name: value for name, value in model.items() if name != "weights"}
    lines = ",\n".join(f"{json.dumps(f, ensure_ascii=False)}: {json.dumps(pair)}" for f, pair in model["weights"].items())
    return json.dumps(head, indent=1)[:-2] + ',\n "weights": {\n' + lines + "\n}}\n"


if __name__ == "__main__":
    MODEL.write_text(text_of(train(samples())), encoding="utf-8")
