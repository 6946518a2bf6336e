"""Addresses: one document, or a file of JSON Lines, over http or https."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from etl.extract.formats import READERS, format_of
from etl.extract.limits import Limits
from etl.extract.stream import too_large
from etl.records import RawDocument, Reject

if TYPE_CHECKING:
    import httpx

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_JSON_LINES = frozenset(
    {"application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines"}
    | {"application/json-lines", "application/x-ndjson", "application/ndjson"}
)
# Two compressions in a row, or one that packs more than gzip, would unpack one small piece to gigabytes at once.
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")


def is_address(name: str) -> bool:
    """Whether an input is an address with a scheme rather than a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", name) is not None


def read_url(url: str, limits: Limits) -> Iterator[RawDocument | Reject]:
    """Yield what the address `url` gives; where that is nothing, a reject that says why.

    The user names the address, so one on this machine or in a private network is as good as any.
    """
    import httpx

    # A password in the address is not for the database.
    location = _CREDENTIALS.sub("", url)
    if not location.lower().startswith(("http://", "https://")):
        yield _reject(
            location, "unsupported", "only http and https are supported. Save the document and give its path."
        )
        return
    fetched_at = datetime.now(UTC)
    try:
        with (
            httpx.Client(
                timeout=limits.http_timeout,
                follow_redirects=True,
                max_redirects=limits.max_redirects,
                headers={"user-agent": _user_agent(), "accept-encoding": "gzip, deflate"},
            ) as client,
            client.stream("GET", url) as response,
        ):
            fetched = _fetched(response, location, limits)
            final = _CREDENTIALS.sub("", str(response.url))
    except httpx.TooManyRedirects:
        problem = f"more than {limits.max_redirects} redirects. Check the address in a browser."
        fetched = _reject(location, "http", problem)
    except httpx.TimeoutException:
        problem = f"the server was silent for more than {limits.http_timeout:g} seconds. Try again later."
        fetched = _reject(location, "http", problem)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        problem = f"{str(error) or type(error).__name__}. Check the address and the network."
        fetched = _reject(location, "http", problem)
    if isinstance(fetched, Reject):
        yield fetched
        return
    media_type, body = fetched
    if media_type in _JSON_LINES:
        for document in READERS["jsonl"](io.BytesIO(body), location, limits):
            yield document if isinstance(document, Reject) else replace(document, fetched_at=fetched_at)
    else:
        yield RawDocument(content=body, media_type=media_type, location=location, url=final, fetched_at=fetched_at)


def _fetched(response: httpx.Response, location: str, limits: Limits) -> tuple[str, bytes] | Reject:
    """Return the media type and the body of an answer, or why it cannot be used."""
    if response.status_code != 200:
        status = f"{response.status_code} {response.reason_phrase}".strip()
        mend = (
            "Try again later." if response.status_code >= 500 or response.status_code == 429 else "Check the address."
        )
        return _reject(location, "http", f"the server answered {status}. {mend}")
    media_type = _media_type(response)
    if media_type is None:
        given = response.headers.get("content-type", "")[:100] or "no content type"
        return _reject(
            location,
            "unsupported",
            f"the server sent {given}; text/html, text/plain and JSON Lines are supported. Save it and give its path.",
        )
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        problem = f"the answer is compressed as {encoding[:100]!r}, which was not asked for. Save it and give its path."
        return _reject(location, "http", problem)
    # An answer that is not done in time is not waited for: a server may send one byte a second for ever.
    deadline = time.monotonic() + limits.http_total
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > limits.max_document_bytes:
            return too_large(location, "the answer", limits.max_document_bytes)
        if time.monotonic() > deadline:
            return _reject(location, "http", f"not done after {limits.http_total:g} seconds. Try again later.")
    return media_type, bytes(body)


def _media_type(response: httpx.Response) -> str | None:
    """Return the media type with its charset, as far as the readers know it."""
    bare = response.headers.get("content-type", "").split(";")[0].strip().lower()
    # Servers of plain files know no type for JSON Lines.
    is_jsonl = format_of(urlsplit(str(response.url)).path) == "jsonl"
    if bare in _JSON_LINES or (is_jsonl and bare in ("text/plain", "application/octet-stream", "application/json")):
        return "application/jsonl"
    if bare not in _PAGES and bare != "text/plain":
        return None
    media_type = "text/html" if bare in _PAGES else bare
    charset = response.charset_encoding
    return f"{media_type}; charset={charset}" if charset and charset.isascii() and charset.isprintable() else media_type


def _user_agent() -> str:
    try:
        return f"communique/{version('communique')}"
    except PackageNotFoundError:
        # Run from a checkout that was not installed.
        return "communique"


def _reject(location: str, reason: str, problem: str) -> Reject:
    return Reject(location=location, reason=reason, detail=f"{location}: {problem}")
