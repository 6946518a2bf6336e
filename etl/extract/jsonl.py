"""JSON Lines: one article a line, an object with the keys of `rows.FIELDS`."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator

from etl.extract.limits import Limits
from etl.extract.rows import document_of, reject
from etl.extract.stream import ByteStream, lines
from etl.records import RawDocument, Reject


def read_jsonl(stream: ByteStream, location: str, limits: Limits, *, before: int = 0) -> Iterator[RawDocument | Reject]:
    """Yield the article of each line in order; a line that cannot be read is a reject and the rest goes on.

    `before` lines of the file came before the stream.
    """
    for line in lines(stream, location, limits, before=before):
        if isinstance(line, Reject):
            yield line
            continue
        content = line.content
        if line.number == 1:
            if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                yield Reject(location=location, reason="encoding", detail=f"{location}: is UTF-16. Save it as UTF-8.")
                return
            content = content.removeprefix(codecs.BOM_UTF8)
        if content := content.strip():
            yield _document(content, f"{location}:{line.number}")


def _document(content: bytes, location: str) -> RawDocument | Reject:
    try:
        record = json.loads(content.decode())
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} of the line is not UTF-8. Save the file as UTF-8."
        return reject(location, "encoding", problem, content)
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} at column {error.colno}. Write one JSON object on a line."
        return reject(location, "bad_json", problem, content)
    except RecursionError:
        return reject(location, "bad_json", "not JSON that can be read: nested too deeply. Flatten it.", content)
    except ValueError as error:
        return reject(location, "bad_json", f"not JSON that can be read: {error}. Shorten the number.", content)
    if not isinstance(record, dict):
        return reject(location, "bad_json", 'not a JSON object. Write {"text": "..."} on each line.', content)
    return document_of(record, location=location, line=content)
