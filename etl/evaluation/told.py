"""Articles in which every statement and every treaty is marked: how they are read, and how well the coder reads them.

A line is one JSON object: ``id``, ``split``, ``title``, ``date`` (of publication, may be null), ``text``, ``statements`` (scored by
``statements.py``) and ``treaties`` (scored by ``treaties.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from db.errors import CommuniqueError
from etl.evaluation.gold import Evaluation, read_records
from etl.evaluation.statements import GoldStatement, score_statements
from etl.evaluation.treaties import GoldTreaty, score_treaties
from etl.extract.text import article_from_text
from etl.knowledge import load_knowledge
from etl.records import Article, Event
from etl.transform.linking import link

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
    statements: tuple[GoldStatement, ...]
    treaties: tuple[GoldTreaty, ...]

    @property
    def article(self) -> Article:
        """The article with its headline above it, as a newspaper prints it."""
        return article_from_text(f"{self.title}\n\n{self.text}", published=self.date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article with what was coded in it."""

    told: ToldArticle
    article: Article
    events: tuple[Event, ...]


def is_told(path: Path) -> bool:
    """Whether the file's first record is an article with its statements and treaties marked."""
    try:
        with path.open(encoding="utf-8") as lines:
            first = next((line for line in lines if line.strip()), "")
    except (OSError, UnicodeDecodeError):
        return False
    return '"treaties"' in first or '"statements"' in first


def load_told(path: Path, *, split: str | None = None) -> tuple[ToldArticle, ...]:
    """The articles of a file (JSON Lines), of one `split` where given.

    Raises CommuniqueError naming the line that is none, or that has a code which no coder can give.
    """
    known, out = load_knowledge().vocabularies, []
    for number, told in read_records(path, ToldArticle, "id, title, text, statements, treaties"):
        for vocabulary, codes in (
            ("stance", [s.stance for s in told.statements]),
            ("treaty_kind", [t.kind for t in told.treaties]),
            ("treaty_action", [e.action for t in told.treaties for e in t.events]),
            ("provision", [p.code for t in told.treaties for p in t.provisions]),
        ):
            if unknown := [code for code in codes if code not in known[vocabulary]]:
                raise CommuniqueError(
                    f"{path}, line {number}: {unknown[0]!r} is no {vocabulary}. Known: {', '.join(known[vocabulary])}.",
                    exit_code=2,
                )
        if split is None or told.split == split:
            out.append(told)
    return tuple(out)


def read_told(articles: Sequence[ToldArticle], coder: Coder) -> tuple[Reading, ...]:
    """What `coder` finds in each of `articles`."""
    coded = coder.code_many([told.article for told in articles])
    return tuple(
        Reading(told=told, article=article, events=link(found.mentions))
        for told, (article, found) in zip(articles, coded, strict=True)
    )


def evaluate_told(articles: Sequence[ToldArticle], coder: Coder) -> Evaluation:
    """How `coder` reads `articles`: the scores told by `gold.SCORES`, and each statement or treaty that was read wrongly."""
    readings = read_told(articles, coder)
    parts = [score(readings) for score in (score_statements, score_treaties)]
    return Evaluation(
        overall={"told": len(articles), **{name: value for part in parts for name, value in part.overall.items()}},
        by_category={},
        confusion={},
        misses=tuple(miss for part in parts for miss in part.misses),
        outcomes={a.id: ", ".join(part.outcomes[a.id] for part in parts) for a in articles},
    )
