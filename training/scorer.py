"""Train the scorer: ``python -m training.scorer`` writes etl/knowledge/scorer.json, the same bytes from the same files.

The frames propose candidates in ``training/passages``; a candidate that is marked there is one to keep. Two logistic
regressions learn from their features which are real, and which have the right participants and modality too. A third
learns which words speak of politics: from passages with events on one side, from genre 'none' and from texts on other
topics (``topics.tsv``) on the other. Each file of passages is by another hand: what regressions trained on the others say
of a file is what the scaling of their figures is fitted on, so that a confidence is that of sentences not trained on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from etl.evaluation.passages import Judge, Verdict, article_of, load_passages
from etl.transform.coder import Coder, Proposal
from etl.transform.features import VERSION, topic_features
from etl.transform.scorer import MODEL, Topics, length

FOLDER = Path(__file__).parent / "passages"
LEAST_COUNT = 3
"""Candidates that must have a feature, texts that must have a word, for it to be learned."""
STRENGTH = 0.05
"""Inverse of the regularisation: of 0.05, 0.1 and 0.2 the one whose confidence held best on a file not trained on."""
TOPIC_STRENGTH = 30.0
"""The same for words: of 3, 10 and 30 the one that told other topics best from politics."""
LEAST_REAL = 0.15
"""Candidates less likely to be real are left out."""
OFF_TOPIC = -2
"""Candidates of articles whose topic is this or less are left out."""
_SMALLEST = 0.001

Row = Mapping[str, float]
"""The features of a sample and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A candidate event of a passage."""

    file: str
    proposal: Proposal
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicText:
    """A text that is about politics, or is not, by its content words."""

    file: str
    words: frozenset[str]
    is_politics: bool


class Regression:
    """A logistic regression over named features."""

    def __init__(self, rows: Sequence[Row], wanted: Sequence[bool], *, strength: float = STRENGTH) -> None:
        counts = Counter(name for row in rows for name in row)
        self._columns = {name: i for i, name in enumerate(sorted(k for k, n in counts.items() if n >= LEAST_COUNT))}
        cells = [(i, self._columns[k], v) for i, row in enumerate(rows) for k, v in row.items() if k in self._columns]
        at, columns, values = zip(*cells, strict=True)
        matrix = csr_matrix((values, (at, columns)), shape=(len(rows), len(self._columns)))
        # coordinate descent in plain loops gives the same weights on any machine
        model = LogisticRegression(C=strength, solver="liblinear", random_state=0, max_iter=1000)
        model.fit(matrix, np.array(wanted))
        self.bias = float(model.intercept_[0])
        self.weights = dict(zip(self._columns, map(float, model.coef_[0]), strict=True))

    def totals(self, rows: Sequence[Row]) -> list[float]:
        """The bias and the weighted sum of the features of each row."""
        return [self.bias + sum(self.weights.get(k, 0.0) * v for k, v in row.items()) for row in rows]


def read(folder: Path = FOLDER) -> tuple[list[Sample], list[TopicText]]:
    """Every candidate that the frames propose in the passages of `folder`, and the texts that show what politics is."""
    coder, judge = Coder(scored=False), Judge()
    samples, texts = [], []
    for path in sorted(folder.glob("*.tsv")):
        for number, passage in enumerate(load_passages(path)):
            # the topics are by one hand, and too many to do without at once
            file = f"{path.stem} {number % 3}" if path.stem == "topics" else path.stem
            for proposal in coder.proposals(article_of(passage)):
                verdict = judge.verdict(proposal.mention, passage.events)
                samples.append(Sample(file=file, proposal=proposal, verdict=verdict))
            if passage.events or passage.genre not in ("wire", "paper"):
                words = coder.content_words(passage.text)
                texts.append(TopicText(file=file, words=words, is_politics=bool(passage.events)))
    return samples, texts


def train_topics(texts: Sequence[TopicText]) -> Topics:
    """Which words speak of politics."""
    rows = [dict.fromkeys(sorted(t.words), 1 / length(t.words)) for t in texts]
    model = Regression(rows, [t.is_politics for t in texts], strength=TOPIC_STRENGTH)
    words = {word: round(w, 3) for word, w in sorted(model.weights.items()) if abs(w) >= _SMALLEST}
    return Topics(bias=round(model.bias, 3), words=words)


def rows_of(samples: Sequence[Sample], texts: Sequence[TopicText]) -> list[Row]:
    """The features of each sample, its topics by what the other files say of words."""
    topics = {
        file: train_topics([t for t in texts if t.file != file]) for file in sorted({sample.file for sample in samples})
    }
    return [features(sample.proposal, topics[sample.file]) for sample in samples]


def features(proposal: Proposal, topics: Topics) -> Row:
    """The features of a proposal, those of its topics among them."""
    about = topic_features(topics.topic(proposal.article_words), topics.topic(proposal.sentence_words))
    return dict.fromkeys((*proposal.features, *about), 1.0)


def unseen_totals(rows: Sequence[Row], wanted: Sequence[bool], files: Sequence[str]) -> list[float]:
    """What regressions trained on the other files say of each row."""
    out = [0.0] * len(rows)
    for file in sorted(set(files)):
        own = [i for i, of in enumerate(files) if of == file]
        others = [i for i, of in enumerate(files) if of != file]
        model = Regression([rows[i] for i in others], [wanted[i] for i in others])
        for i, total in zip(own, model.totals([rows[i] for i in own]), strict=True):
            out[i] = total
    return out


def _trained(rows: Sequence[Row], wanted: Sequence[bool], files: Sequence[str]) -> tuple[Regression, dict[str, float]]:
    model = Regression(rows, wanted)
    scale = LogisticRegression(C=1e6, solver="liblinear", random_state=0)
    scale.fit(np.array(unseen_totals(rows, wanted, files)).reshape(-1, 1), np.array(wanted))
    figures = {"bias": model.bias, "slope": scale.coef_[0][0], "shift": scale.intercept_[0]}
    return model, {name: round(float(value), 4) for name, value in figures.items()}


def train(samples: Sequence[Sample], texts: Sequence[TopicText]) -> dict[str, Any]:
    """The model, as its file holds it."""
    rows, files = rows_of(samples, texts), [sample.file for sample in samples]
    real, real_scale = _trained(rows, [s.verdict.is_real for s in samples], files)
    right, right_scale = _trained(rows, [s.verdict.is_right for s in samples], files)
    weights = {f: (round(real.weights[f], 3), round(right.weights[f], 3)) for f in sorted(real.weights)}
    return {
        "features": VERSION,
        "least": LEAST_REAL,
        "off_topic": OFF_TOPIC,
        "topics": train_topics(texts).model_dump(),
        "real": real_scale,
        "right": right_scale,
        "weights": {f: pair for f, pair in weights.items() if max(map(abs, pair)) >= _SMALLEST},
    }


def text_of(model: Mapping[str, Any]) -> str:
    """The model as text, one feature a line, so that a new one can be compared with the old."""
    head = {name: value for name, value in model.items() if name != "weights"}
    lines = ",\n".join(f"{json.dumps(f, ensure_ascii=False)}: {json.dumps(w)}" for f, w in model["weights"].items())
    return json.dumps(head, ensure_ascii=False, indent=0)[:-2] + ',\n"weights": {\n' + lines + "\n}}\n"


if __name__ == "__main__":
    MODEL.write_text(text_of(train(*read())), encoding="utf-8")
