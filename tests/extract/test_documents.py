"""Inputs: which reader gets what, and standard input."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.documents import Limits, documents
from etl.records import RawDocument, Reject


def raw(item: RawDocument | Reject) -> RawDocument:
    assert isinstance(item, RawDocument), item
    return item


def test_inputs_come_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("Second.")
    (tmp_path / "a.txt").write_text("First.")
    inputs = [str(tmp_path / "b.txt"), "-", str(tmp_path / "a.txt")]
    found = [raw(d) for d in documents(inputs, stdin=io.BytesIO(b"From standard input."))]
    assert [d.content for d in found] == [b"Second.", b"From standard input.", b"First."]
    assert [d.location for d in found] == inputs


def test_documents_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First.")
    stream = documents([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])
    assert raw(next(stream)).content == b"First."
    (tmp_path / "b.txt").write_text("Written after the first was read.")
    assert raw(next(stream)).content == b"Written after the first was read."


@pytest.mark.parametrize("head", [b"", b"\n  \n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"\n" * 9000])
def test_standard_input_that_begins_with_a_brace_is_json_lines(head: bytes) -> None:
    stdin = io.BytesIO(head + b'{"id": "a1", "text": "Norland protests."}\n{"text": "Sudland too."}')
    found = [raw(d) for d in documents(["-"], stdin=stdin)]
    line = head.count(b"\n") + 1
    assert [(d.content, d.location, d.external_id) for d in found] == [
        (b"Norland protests.", f"-:{line}", "a1"),
        (b"Sudland too.", f"-:{line + 1}", None),
    ]


def test_other_standard_input_is_one_plain_text_kept_byte_for_byte() -> None:
    content = b'\n\n  The envoy left.\r\n\r\n{"text": "no record"}\n'
    (document,) = documents(["-"], stdin=io.BytesIO(content))
    assert raw(document).content == content
    assert raw(document).media_type == "text/plain"
    assert raw(document).location == "-"


def test_the_format_of_standard_input_can_be_given() -> None:
    def read(content: bytes, form: str) -> list[RawDocument | Reject]:
        return list(documents(["-"], stdin=io.BytesIO(content), stdin_format=form))  # type: ignore[arg-type]

    assert raw(read(b"{not json", "text")[0]).content == b"{not json"
    assert raw(read(b"<p>Page</p>", "html")[0]).media_type == "text/html"
    assert raw(read(b"id,text\na,Talks failed.", "csv")[0]).location == "-:2"
    assert raw(read(b"id\ttext\na\tTalks, again, failed.", "tsv")[0]).content == b"Talks, again, failed."
    (reject,) = read(b"plain words", "jsonl")
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location, reject.content) == ("bad_json", "-:1", b"plain words")


def test_empty_standard_input_is_one_empty_document() -> None:
    assert [raw(d).content for d in documents(["-"], stdin=io.BytesIO(b""))] == [b""]


def test_a_line_on_standard_input_is_yielded_before_the_next_is_written() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as stdin, open(writing, "wb", buffering=0) as writer:  # noqa: PTH123
        stream = documents(["-"], stdin=stdin)
        writer.write(b'{"text": "One."}\n')
        assert raw(next(stream)).content == b"One."
        writer.write(b'{"text": "Two."}\n')
        assert raw(next(stream)).content == b"Two."


def test_standard_input_that_is_too_large_is_refused_and_not_held() -> None:
    (reject,) = documents(["-"], stdin=io.BytesIO(b"word " * 100), limits=Limits(max_document_bytes=100))
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location, reject.content) == ("too_large", "-", None)


def test_a_scheme_other_than_http_is_refused() -> None:
    (reject,) = documents(["ftp://127.0.0.1/a.txt"])
    assert isinstance(reject, Reject)
    assert reject.reason == "unsupported"
    assert "http" in reject.detail


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_standard_input_gives_documents_or_rejects(content: bytes) -> None:
    for form in (None, "text", "html", "jsonl", "csv", "tsv"):
        for item in documents(["-"], stdin=io.BytesIO(content), stdin_format=form):
            assert item.location.startswith("-")
            assert not isinstance(item, Reject) or len(item.detail) > len(item.location) + 10
