"""Raw documents from whatever the user names: paths, folders, addresses, standard input."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from etl.config import WebSettings
from etl.extract.addresses import read_url
from etl.extract.files import read_path
from etl.extract.formats import READERS, Format
from etl.extract.limits import DEFAULT_LIMITS, Limits
from etl.extract.stream import ByteStream, Rewound, unreadable
from etl.extract.urls import is_address
from etl.extract.web import Web
from etl.records import RawDocument, Reject

__all__ = ["Format", "Limits", "documents"]


def documents(
    inputs: Iterable[str],
    *,
    stdin: BinaryIO | None = None,
    limits: Limits = DEFAULT_LIMITS,
    stdin_format: Format | None = None,
    web: WebSettings | None = None,
) -> Iterator[RawDocument | Reject]:
    """Yield the documents of each of `inputs` in order, one at a time, and a reject for whatever cannot be read.

    An input is a path, a folder, an http or https address, or ``-`` for standard input (`stdin`, by default the
    process's own). Standard input is read as `stdin_format`; without it, as JSON Lines where its first byte that is not
    blank is ``{``, else as one plain text. Addresses are fetched as `web` says, but whoever names one has seen to it that
    it may be fetched: robots.txt is for what runs by itself.
    """
    with ExitStack() as stack:
        client: Web | None = None
        for name in inputs:
            if name == "-":
                yield from _read_stdin(sys.stdin.buffer if stdin is None else stdin, limits, stdin_format)
            elif is_address(name):
                if client is None:
                    settings = (web or WebSettings()).model_copy(update={"robots": False})
                    client = stack.enter_context(Web(settings, limits))
                yield from read_url(name, limits, client)
            else:
                yield from read_path(Path(name), limits)


def _read_stdin(stream: ByteStream, limits: Limits, form: Format | None) -> Iterator[RawDocument | Reject]:
    try:
        head = b"" if form else _head(stream, limits)
    except OSError as error:
        yield unreadable("-", error)
        return
    if form is None:
        form = "jsonl" if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{") else "text"
    yield from READERS[form](Rewound(head, stream), "-", limits)


def _head(stream: ByteStream, limits: Limits) -> bytes:
    """Return what comes up to the first line that is not blank, as far as one document may be long."""
    head = bytearray()
    while piece := stream.readline(4096):
        head += piece
        if piece.removeprefix(codecs.BOM_UTF8).strip() or len(head) > limits.max_document_bytes:
            break
    return bytes(head)
