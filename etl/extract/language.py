"""Which language a text is in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]+")
# Words that no other language with Latin letters has in this number.
_ENGLISH = frozenset(
    {
        "the",
        "and",
        "with",
        "that",
        "said",
        "from",
        "has",
        "have",
        "had",
        "which",
        "by",
        "for",
        "will",
        "would",
        "to",
        "were",
        "been",
        "not",
        "but",
        "after",
        "its",
        "their",
    }
)
# English headlines without little words are taken for Nigerian Pidgin.
_ENGLISH_CREOLES = frozenset({"pcm"})
_SAMPLE = 4000


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`; ``en`` where too few letters tell, or nothing is likely.

    A language is only named when the model is more sure than not: foreign names in a short English headline look
    like many languages, none of them clearly.
    """
    words = _WORD.findall(text[:_SAMPLE].lower())
    if sum(map(len, words)) < 40:
        return "en"
    english = [word for word in words if word in _ENGLISH]
    if len(set(english)) >= 2 and len(english) >= 0.08 * len(words):
        return "en"
    language, probability = _identifier().classify(text[:_SAMPLE])
    return str(language) if probability >= 0.5 and language not in _ENGLISH_CREOLES else "en"


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
