"""Is it one?: a linear model that says how likely a candidate event is real, and how likely its row is right.

Frames propose, the scorer disposes: what it finds unlikely is left out, and its estimate is the confidence of what stays.
The model is two logistic regressions over the features of ``features.py``, each with a scaling that makes its figures
mean what they say (Platt, 1999). ``training/scorer.py`` writes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from db.errors import CommuniqueError
from etl.transform.features import SUREST, VERSION, topic_features

MODEL = Path(__file__).parent.parent / "knowledge" / "scorer.json"
_FEW = 20
"""Content words below which a text is not sure of its topic."""
_MEND = "Reinstall communiqué, retrain it (python -m training.scorer), or go on without it: --no-scorer."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Scale(_Part):
    """Of one question: the bias of the regression, and the slope and shift of its calibration."""

    bias: float
    slope: float
    shift: float

    def probability(self, total: float) -> float:
        """From the sum of weights to a probability."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * (self.bias + total) + self.shift))))


def length(words: Collection[str]) -> float:
    """What the weights of a text are divided by: long texts are surer than short ones, a few words are never sure."""
    return math.sqrt(max(len(words), _FEW))


class Topics(_Part):
    """Words that speak of politics (above 0) or of something else (below), as they stand in a text."""

    bias: float
    words: Mapping[str, float]

    def topic(self, words: Collection[str]) -> int:
        """What a text with these content words is about: from -4, surely not politics, to 4, surely politics."""
        # exact sums: the order of a set differs from process to process
        total = math.fsum(self.words.get(word, 0.0) for word in words)
        return max(-SUREST, min(SUREST, round(self.bias + total / length(words))))


class _Model(_Part):
    features: int
    topics: Topics
    least: float
    """Candidates less likely to be real are left out."""
    off_topic: int
    """So are those of articles whose topic is this or less."""
    real: _Scale
    right: _Scale
    weights: Mapping[str, tuple[float, float]]
    """Feature -> its weight for 'real' and for 'right'."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the scorer thinks of a candidate, each 0 to 1."""

    real: float
    """How likely it is that the event is told of, and is of this category."""
    right: float
    """How likely it is that those who take part and the modality are right too."""
    accepted: bool


class Scorer:
    """Judges candidate events by their features."""

    def __init__(self, model: _Model) -> None:
        self._model = model

    def topic(self, words: Collection[str]) -> int:
        """What a text with these content words is about: -4, surely not politics, to 4."""
        return self._model.topics.topic(words)

    def off_topic(self, topic: int, words: Collection[str]) -> bool:
        """Whether an article of this topic, with these content words, is surely not about politics; a sentence alone never is."""
        return len(words) >= _FEW and topic <= self._model.off_topic

    def judge(self, features: Iterable[str], *, topic: int, sentence: Collection[str]) -> Judgement:
        """How likely a candidate with these features is real, and right, in an article of this topic and a sentence with these content words.

        Whether the whole article is off topic is for the caller to ask, once.
        """
        model = self._model
        every = (*features, *topic_features(topic, self.topic(sentence)))
        known = [model.weights[f] for f in every if f in model.weights]
        real = model.real.probability(math.fsum(w for w, _ in known))
        right = model.right.probability(math.fsum(w for _, w in known))
        return Judgement(real=real, right=min(right, real), accepted=real >= model.least)


@cache
def load_scorer(path: Path = MODEL) -> Scorer:
    """The scorer in `path`.

    Raises CommuniqueError where it is missing, damaged, or trained for other features.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = data.get("features")
        if found != VERSION:
            raise CommuniqueError(f"{path}: was trained for features {found}, this version has {VERSION}. {_MEND}")
        return Scorer(_Model.model_validate(data))
    except OSError as error:
        raise CommuniqueError(f"{path}: the scorer's model cannot be read ({error.strerror}). {_MEND}") from error
    except (ValueError, AttributeError) as error:
        slip = error.errors()[0] if isinstance(error, ValidationError) else None
        reason = f"{'.'.join(map(str, slip['loc']))}: {slip['msg']}" if slip else str(error).splitlines()[0]
        raise CommuniqueError(f"{path}: the scorer's model is damaged ({reason}). {_MEND}") from error
