"""What the coder knows, as data files, and the loader that validates them."""

from etl.knowledge.dictionary import dictionary_countries, with_dictionaries
from etl.knowledge.loader import DictionaryEntry, Knowledge, check_knowledge, load_knowledge, reference_rows

__all__ = [
    "DictionaryEntry",
    "Knowledge",
    "check_knowledge",
    "dictionary_countries",
    "load_knowledge",
    "reference_rows",
    "with_dictionaries",
]
