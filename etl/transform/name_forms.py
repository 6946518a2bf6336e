"""How news writes the names of actor dictionaries, which are in capitals."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = "'’"
_SMALL = frozenset(
    "of the and for in on to at by with from against under de del da do dos di du la le el al as ul bin ibn bint van von der den".split()
)
_JOINED = re.compile(r"\b(Al|El|Ul|As|An|Ar|Ad|Ash)(?=-)")
# Words that an acronym would be taken for, were it written with small letters: 'WHO', 'US', 'IT', 'MAY'.
_COMMON = frozenset(
    "a all am an and any are as at be but by can did do for from had has have he her him his how if in is it its may me my no not of "
    "off on one or our out she so the them they this to up us was we were what when who why will with you your".split()
)
_ACRONYMS = frozenset("AU EU NATO OAS OSCE UAE UK UN US USA".split())
_VOWELS = frozenset("AEIOUY")


def forms(name: str) -> tuple[str, ...]:
    """`name` as texts may write it, the likeliest first.

    A name that is not all in capitals is taken as it is. 'DEPARTMENT OF STATE' is also 'Department of State' and 'Department
    Of State'; a single word that with small letters would be a common one ('WHO', 'US') stays in capitals.
    """
    if name != name.upper() or name == name.lower():
        return (name,)
    words = name.split()
    if len(words) == 1 and name.lower() in _COMMON:
        return (name,)
    every = [_capitalised(word) for word in words]
    small = [w.lower() if n and w.lower() in _SMALL else w for n, w in enumerate(every)]
    acronyms = [
        word
        if len(words) > 1 and (word in _ACRONYMS or (len(word) > 1 and word.isalpha() and not _VOWELS & set(word)))
        else other
        for word, other in zip(words, small, strict=True)
    ]
    written = [" ".join(variant) for variant in (acronyms, small, every)]
    written += [_JOINED.sub(lambda m: m[0].lower(), variant) for variant in written]
    return tuple(dict.fromkeys((*written, name)))


def _capitalised(word: str) -> str:
    return _LETTERS.sub(lambda found: _part(word, found), word)


def _part(word: str, found: re.Match[str]) -> str:
    letters, start = found[0], found.start()
    # 'O'Neill' and 'N'Djamena', but 'Children's' and 'Qur'an'
    if start > 1 and word[start - 1] in _APOSTROPHES and len(re.split(r"[\W_]", word[: start - 1])[-1]) > 1:
        return letters.lower()
    if letters.startswith("MC") and len(letters) > len("MCX"):
        return f"Mc{letters[2:].capitalize()}"
    return letters.capitalize()
