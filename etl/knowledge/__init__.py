"""What the coder knows, as data files, and the loader that validates them."""

from etl.knowledge.loader import Knowledge, check_knowledge, load_knowledge, reference_rows

__all__ = ["Knowledge", "check_knowledge", "load_knowledge", "reference_rows"]
