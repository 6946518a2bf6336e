"""Is the database sound?: schema as the models say, references whole, every span the words it claims to be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from db.migrate import config, require_head
from db.registry import unsettled

_MOST = 20
_COUNTS = (
    (
        "event without a mention",
        "SELECT e.id FROM event e LEFT JOIN event_mention m ON m.event_id = e.id WHERE m.id IS NULL",
    ),
    (
        "event without a participant",
        "SELECT e.id FROM event e LEFT JOIN event_participant p ON p.event_id = e.id WHERE p.actor_id IS NULL",
    ),
    (
        "event whose mention_count is not the number of its mentions",
        "SELECT e.id FROM event e JOIN event_mention m ON m.event_id = e.id GROUP BY e.id, e.mention_count HAVING count(*) <> e.mention_count",
    ),
    (
        "event whose article_count is not the number of its articles",
        "SELECT e.id FROM event e JOIN event_mention m ON m.event_id = e.id GROUP BY e.id, e.article_count "
        "HAVING count(DISTINCT m.article_id) <> e.article_count",
    ),
    (
        "mention in an article that was not coded",
        "SELECT m.id FROM event_mention m JOIN article a ON a.id = m.article_id WHERE a.status_code <> 'coded'",
    ),
    (
        "dictionary whose entry_count is not the number of its entries",
        "SELECT d.name FROM dictionary d LEFT JOIN dictionary_entry e ON e.dictionary_id = d.id "
        "GROUP BY d.id, d.name, d.entry_count HAVING count(e.id) <> d.entry_count",
    ),
    (
        "decision on an actor that is not there",
        "SELECT d.id FROM actor_decision d WHERE d.undone_at IS NULL AND (d.from_actor_id NOT IN (SELECT id FROM actor) "
        "OR d.into_actor_id NOT IN (SELECT id FROM actor))",
    ),
    (
        "actor merged into more than one other",
        "SELECT from_actor_id FROM actor_decision WHERE kind = 'merge' AND undone_at IS NULL GROUP BY from_actor_id HAVING count(*) > 1",
    ),
    (
        "split that holds in no article",
        "SELECT id FROM actor_decision WHERE kind = 'split' AND id NOT IN (SELECT decision_id FROM actor_decision_article)",
    ),
    (
        "treaty without an event",
        "SELECT t.id FROM treaty t LEFT JOIN treaty_event e ON e.treaty_id = t.id WHERE e.event_id IS NULL",
    ),
    (
        "event that does something to a treaty of another article",
        "SELECT e.event_id FROM treaty_event e JOIN treaty t ON t.id = e.treaty_id WHERE NOT EXISTS "
        "(SELECT 1 FROM event_mention m WHERE m.event_id = e.event_id AND m.article_id = t.article_id)",
    ),
    (
        "words of a treaty from an article that tells of none of its steps",
        "SELECT w.treaty_id FROM (SELECT treaty_id, article_id FROM treaty_name UNION SELECT treaty_id, article_id FROM treaty_provision) w "
        "WHERE NOT EXISTS (SELECT 1 FROM treaty_event e JOIN event_mention m ON m.event_id = e.event_id "
        "WHERE e.treaty_id = w.treaty_id AND m.article_id = w.article_id)",
    ),
    (
        "quotation from an article that does not tell of its event",
        "SELECT s.event_id FROM statement s WHERE s.article_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM event_mention m WHERE m.event_id = s.event_id AND m.article_id = s.article_id)",
    ),
    ("alias that neither a text nor a user gave", "SELECT alias FROM actor_alias WHERE NOT (is_seen OR is_given)"),
)
# substr counts characters on both databases, as the spans do
_SPANS = (
    ("event_mention", "sentence", "sentence_start", "sentence_end", "m.article_id", "event_mention m"),
    ("event_mention", "trigger", "trigger_start", "trigger_end", "m.article_id", "event_mention m"),
    ("event_mention", "date_text", "date_text_start", "date_text_end", "m.article_id", "event_mention m"),
    ("event_mention", "place_text", "place_text_start", "place_text_end", "m.article_id", "event_mention m"),
    ("mention_participant", "text", "text_start", "text_end", "n.article_id", "mention_participant m JOIN event_mention n ON n.id = m.mention_id"),
    ("treaty_name", "text", "text_start", "text_end", "m.article_id", "treaty_name m"),
    ("treaty_provision", "text", "text_start", "text_end", "m.article_id", "treaty_provision m"),
    ("statement", "quote", "quote_start", "quote_end", "m.article_id", "statement m"),
)  # fmt: skip


def problems(connection: Connection) -> Iterator[str]:
    """What is wrong with the database, a line each; nothing when it is sound.

    Raises CommuniqueError for a database that is not at the newest revision.
    """
    require_head(connection)
    connection.rollback()
    try:
        command.check(config(connection))
    except CommandError as error:
        yield f"the tables are not what this version expects: {error}"
    connection.rollback()
    if connection.dialect.name == "sqlite":
        yield from (f"file: {row[0]}" for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok")
        yield from (
            f"{row[0]} row {row[1]}: refers to a row of {row[2]} that is not there"
            for row in connection.execute(text("PRAGMA foreign_key_check"))
        )
    for what, sql in _COUNTS:
        yield from (f"{what}: {id_}" for id_ in connection.execute(text(f"{sql} LIMIT {_MOST}")).scalars())
    yield from (
        f"event with a participant who is not whom claims and decisions make of him: {id_}"
        for id_ in islice(unsettled(connection), _MOST)
    )
    for table, words, start, end, article, source in _SPANS:
        sql = (
            f"SELECT {article} AS article_id, m.{start} AS first FROM {source} JOIN article a ON a.id = {article} "
            f"WHERE m.{words} IS NOT NULL AND substr(a.text, m.{start} + 1, m.{end} - m.{start}) <> m.{words} LIMIT {_MOST}"
        )
        yield from (
            f"{table}.{words} in article {row.article_id} at {row.first}: the text there reads otherwise"
            for row in connection.execute(text(sql))
        )
