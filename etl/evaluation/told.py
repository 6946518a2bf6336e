"""Articles in which every statement and every treaty is marked: how they are read, and how well the coder reads them.

A line is one JSON object: ``id``, ``split``, ``title``, ``date`` (of publication, may be null), ``text``, ``statements`` (scored by
``statements.py``) and ``treaties`` (scored by ``treaties.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from etl.evaluation.gold import Evaluation, read_records
from etl.evaluation.statements import GoldStatement, score_statements
from etl.evaluation.treaties import GoldTreaty, score_treaties
from etl.extract.text import article_from_text
from etl.records import Article

if TYPE_CHECKING:
    from etl.transform.coder import Coder


class ToldArticle(BaseModel):
    """An article, what is said in it and the treaties of which it tells."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    split: str | None = None
    title: str
    date: day | None = None
    text: str
    statements: tuple[GoldStatement, ...] = ()
    treaties: tuple[GoldTreaty, ...] = ()

    @property
    def article(self) -> Article:
        """The article with its headline above it, as a newspaper prints it."""
        return article_from_text(f"{self.title}\n\n{self.text}", published=self.date)


def is_told(path: Path) -> bool:
    """Whether the file's first record is an article with its statements and treaties marked."""
    try:
        with path.open(encoding="utf-8") as lines:
            first = next((line for line in lines if line.strip()), "")
    except (OSError, UnicodeDecodeError):
        return False
    return '"treaties"' in first and '"statements"' in first


def load_told(path: Path, *, split: str | None = None) -> tuple[ToldArticle, ...]:
    """The articles of a file (JSON Lines), of one `split` where given.

    Raises CommuniqueError naming the line that is none.
    """
    keys = "id, title, text, statements, treaties"
    return tuple(a for _, a in read_records(path, ToldArticle, keys) if split is None or a.split == split)


def evaluate_told(articles: Sequence[ToldArticle], coder: Coder) -> Evaluation:
    """How `coder` reads `articles`: the scores told by `gold.SCORES`, and each statement or treaty that was read wrongly."""
    parts = [score(articles, coder) for score in (score_statements, score_treaties)]
    return Evaluation(
        overall={"told": len(articles), **{name: value for part in parts for name, value in part.overall.items()}},
        by_category={},
        confusion={},
        misses=tuple(miss for part in parts for miss in part.misses),
        outcomes={a.id: ", ".join(part.outcomes[a.id] for part in parts) for a in articles},
    )
