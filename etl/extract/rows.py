"""One record of JSON Lines or of a table becomes a raw document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from etl.extract.dates import published_from
from etl.extract.stream import line_to_keep
from etl.records import RawDocument, Reject

FIELDS = ("id", "text", "title", "published", "url", "source")
"""The keys that are read; a sender's other keys are ignored."""


def document_of(
    record: Mapping[str, object], *, location: str, line: bytes, text: bytes | None = None, charset: str = "utf-8"
) -> RawDocument | Reject:
    """Return the raw document that `record` describes, or why it is none; `line` is what the record was read from.

    `text` are the bytes of the text, where it did not come as a string; `charset` is what they are in, '' if unknown.
    """
    if record.get("text") is None:
        return reject(location, "missing_field", "the record has no 'text'. Give each article its text.", line)
    values: dict[str, str] = {}
    for name in FIELDS:
        value = record.get(name)
        # Numbers are common as ids, and their digits are the same wherever they are printed.
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            continue
        if not isinstance(value, str):
            kind = {dict: "an object", list: "a list", bool: "true or false"}.get(type(value), "a number")
            return reject(location, "bad_field", f"{name!r} is {kind}, not a string. Put it in quotation marks.", line)
        if not _is_text(value):
            return reject(
                location, "bad_field", f"{name!r} holds half a character (a lone surrogate). Write whole ones.", line
            )
        values[name] = value
    published: datetime | date | None = None
    if values.get("published", "").strip():
        try:
            published = published_from(values["published"])
        except ValueError as error:
            shown = (
                str(error)
                if len(str(error)) < 200
                else f"a value of {len(values['published']):,} characters is no date"
            )
            return reject(location, "bad_field", f"'published': {shown}. Write it like 2031-05-03T10:00:00Z.", line)
    return RawDocument(
        content=values["text"].encode() if text is None else text,
        media_type=f"text/plain; charset={charset}" if charset else "text/plain",
        location=location,
        source=values.get("source") or None,
        external_id=values.get("id"),
        title=values.get("title") or None,
        published=published,
        url=values.get("url") or None,
    )


def reject(location: str, reason: str, problem: str, line: bytes) -> Reject:
    """Return the reject of one record, with its line where that is worth keeping."""
    return Reject(
        location=location, reason=reason, detail=f"{location}: {problem}", content=line_to_keep(location, line)
    )


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
