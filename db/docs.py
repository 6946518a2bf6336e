"""docs/schema.md, made from the tables' own comments, with a diagram."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Column, Table, create_mock_engine

from db.schema import REFERENCE_TABLES, Base
from db.views import VIEWS

_HEAD = """# Schema

Made from the tables by `make docs`; a test fails when it is stale. The tables are a public interface: changes are migrations
that keep data (`migrations/versions/`), and names follow these rules: tables are singular nouns; `_id` identifiers, `_code`
values of a reference table, `_on` calendar dates, `_at` UTC instants, `is_` truth values, `_start` and `_end` character offsets
into `article.text` (end exclusive).

## Diagram

```mermaid
erDiagram
"""
_MAIN = tuple(name for name in Base.metadata.tables if name not in REFERENCE_TABLES)


def schema_page() -> str:
    """The whole page, as Markdown."""
    out = [_HEAD + "\n".join(_relations()) + "\n```\n"]
    out.append(f"## Views\n\n`{'`, `'.join(VIEWS)}`: see [the SQL](../db/views.py) and the README.\n")
    out.append("## Tables\n")
    out += [_table(Base.metadata.tables[name]) for name in sorted(_MAIN)]
    out.append("## Reference tables\n\nTheir rows come from `etl/knowledge/`; users may add event types.\n")
    out += [_table(Base.metadata.tables[name]) for name in sorted(REFERENCE_TABLES)]
    return "\n".join(out)


def _relations() -> list[str]:
    found = []
    for name in sorted(_MAIN):
        for key in sorted(Base.metadata.tables[name].foreign_keys, key=lambda k: k.parent.name):
            other = key.column.table.name
            if other in _MAIN:
                found.append(f"    {other} ||--o{{ {name} : {key.parent.name}")
    return found


def _table(table: Table) -> str:
    rows = [f"### {table.name}\n", f"{table.comment}.\n", "| column | type | | meaning |", "|---|---|---|---|"]
    rows += [f"| `{c.name}` | {_type(c)} | {_marks(c)} | {c.comment} |" for c in table.columns]
    if table.indexes:
        listed = ", ".join(
            f"({', '.join(c.name for c in i.columns)})" for i in sorted(table.indexes, key=lambda i: str(i.name))
        )
        rows.append(f"\nIndexes: {listed}.")
    return "\n".join(rows) + "\n"


def _type(column: Column[object]) -> str:
    return str(column.type.compile(dialect=_POSTGRESQL)).lower()


def _marks(column: Column[object]) -> str:
    marks = ["key"] if column.primary_key else []
    marks += [f"→ `{key.column.table.name}`" for key in column.foreign_keys]
    if column.nullable:
        marks.append("may be empty")
    return ", ".join(marks)


def main() -> None:
    """Write the page to the path given, else to standard output."""
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(schema_page(), encoding="utf-8")
    else:
        sys.stdout.write(schema_page())


_POSTGRESQL = create_mock_engine("postgresql+psycopg://", lambda *_: None).dialect

if __name__ == "__main__":
    main()
