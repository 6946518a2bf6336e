"""JSON Lines."""

import gzip
import io
import json
import random
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.article import article_of
from etl.extract.jsonl import read_jsonl
from etl.extract.limits import Limits
from etl.extract.stream import Rewound
from etl.records import Article, RawDocument, Reject


def read(content: bytes, limits: Limits | None = None, location: str = "a.jsonl") -> list[RawDocument | Reject]:
    return list(read_jsonl(io.BytesIO(content), location, limits or Limits()))


def only_reject(content: bytes) -> Reject:
    (reject,) = read(content)
    assert isinstance(reject, Reject), reject
    assert reject.location == "a.jsonl:1"
    assert reject.detail.startswith("a.jsonl:1: ")
    assert reject.content == content.strip()
    return reject


def test_all_keys_and_none_besides() -> None:
    record = {
        "id": "a1",
        "text": "The envoy left.",
        "title": "Envoy leaves",
        "published": "2031-05-03T10:00:00+02:00",
        "url": "https://harbour.example/1",
        "source": "Harbour Post",
        "html": "<p>ignored</p>",
        "score": {"a": [1]},
    }
    assert read(json.dumps(record).encode()) == [
        RawDocument(
            content=b"The envoy left.",
            media_type="text/plain; charset=utf-8",
            location="a.jsonl:1",
            source="Harbour Post",
            external_id="a1",
            title="Envoy leaves",
            published=datetime(2031, 5, 3, 8, tzinfo=UTC),
            url="https://harbour.example/1",
        )
    ]


def test_keys_that_are_null_or_missing_are_unknown() -> None:
    (document,) = read(b'{"text": "A.", "id": null, "title": null, "published": null, "url": "", "source": null}')
    assert isinstance(document, RawDocument)
    assert (document.external_id, document.title, document.published) == (None, None, None)
    assert (document.url, document.source) == (None, None)


def test_a_number_as_id_is_kept_as_its_digits() -> None:
    (document,) = read(b'{"text": "A.", "id": 17}')
    assert isinstance(document, RawDocument)
    assert document.external_id == "17"


@pytest.mark.parametrize(
    ("line", "reason", "said"),
    [
        (b'{"text": "A."', "bad_json", "column 14"),
        (b"not json", "bad_json", "column 1"),
        (b"[1, 2]", "bad_json", "object"),
        (b'"words"', "bad_json", "object"),
        (b"[" * 100_000, "bad_json", "nested"),
        (b'{"text": ' + b"9" * 5000 + b"}", "bad_json", "number"),
        (b'{"title": "No text"}', "missing_field", "'text'"),
        (b'{"text": null}', "missing_field", "'text'"),
        (b'{"text": 7}', "bad_field", "'text' is a number"),
        (b'{"text": ["A."]}', "bad_field", "'text' is a list"),
        (b'{"text": "A.", "title": {}}', "bad_field", "'title' is an object"),
        (b'{"text": "A.", "id": true}', "bad_field", "'id' is true or false"),
        (b'{"text": "A.", "published": "last Tuesday"}', "bad_field", "'last Tuesday'"),
        (b'{"text": "A.", "published": "2031-02-30"}', "bad_field", "'2031-02-30'"),
        (b'{"text": "A.", "published": 1934582400}', "bad_field", "'published' is a number"),
        (b'{"text": "half \\ud83d"}', "bad_field", "surrogate"),
        (b'{"text": "A.", "id": "\\udc00"}', "bad_field", "'id'"),
        (b'{"text": "caf\xe9"}', "encoding", "byte 14"),
    ],
)
def test_a_line_that_cannot_be_read(line: bytes, reason: str, said: str) -> None:
    if len(line) > 64 * 1024:
        (reject,) = read(line)
        assert isinstance(reject, Reject)
        assert reject.content is None
    else:
        reject = only_reject(line)
    assert reject.reason == reason
    assert said in reject.detail


def test_bad_lines_in_the_middle_do_not_stop_the_rest() -> None:
    content = b'{"text": "One."}\r\n{"text": \n\n   \n\xff\xfe\n{"text": "Two."}\n{"text": "Three."}'
    found = [(item.location, item.reason if isinstance(item, Reject) else item.content) for item in read(content)]
    assert found == [
        ("a.jsonl:1", b"One."),
        ("a.jsonl:2", "bad_json"),
        ("a.jsonl:5", "encoding"),
        ("a.jsonl:6", b"Two."),
        ("a.jsonl:7", b"Three."),
    ]


def test_a_large_bad_line_is_kept_only_where_it_cannot_be_read_again() -> None:
    line = b'{"text": "' + b"x" * 70_000
    in_file, on_stdin = read(line)[0], read(line, location="-")[0]
    assert isinstance(in_file, Reject)
    assert in_file.content is None
    assert isinstance(on_stdin, Reject)
    assert on_stdin.content == line


def test_a_file_in_utf_16_is_refused_once() -> None:
    (reject,) = read('{"text": "A."}\n{"text": "B."}\n'.encode("utf-16"))
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location) == ("encoding", "a.jsonl")


def test_an_empty_file_holds_no_articles() -> None:
    assert read(b"") == []
    assert read(b"\n \n") == []


class Endless:
    """A stream that holds a line of `size` bytes between two records, and makes it only as it is read."""

    def __init__(self, size: int) -> None:
        self.before = b'{"text": "Before."}\n'
        self.left = size
        self.after = b'\n{"text": "After."}\n'

    def readline(self, size: int, /) -> bytes:
        if self.before:
            taken, self.before = self.before, b""
            return taken
        if self.left:
            taken = b"x" * min(size, self.left)
            self.left -= len(taken)
            return taken
        stop = self.after.find(b"\n") + 1
        taken, self.after = self.after[:stop], self.after[stop:]
        return taken

    def read(self, size: int, /) -> bytes:
        raise AssertionError("JSON Lines are read line by line")


def test_a_line_without_end_is_skipped_with_bounded_memory() -> None:
    tracemalloc.start()
    found = list(read_jsonl(Endless(300 * 1024**2), "a.jsonl", Limits(max_line_bytes=1024**2)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item.reason if isinstance(item, Reject) else item.content for item in found] == [
        b"Before.",
        "too_large",
        b"After.",
    ]
    assert found[1].location == "a.jsonl:2"
    assert peak < 8 * 1024**2


def test_a_line_as_long_as_the_limit_is_read() -> None:
    line = b'{"text": "0123456789"}\n'
    assert isinstance(read(line, Limits(max_line_bytes=len(line)))[0], RawDocument)
    assert isinstance(read(line * 2, Limits(max_line_bytes=len(line) - 1))[1], Reject)
    assert len(read(line * 2, Limits(max_line_bytes=len(line) - 1))) == 2


def compressed(count: int) -> bytes:
    # Words that hardly compress, so that the file has many blocks.
    words = random.Random(7)
    texts = [f"Article {n} " + " ".join(f"{words.random()}" for _ in range(40)) for n in range(count)]
    return gzip.compress("".join(json.dumps({"text": text}) + "\n" for text in texts).encode())


def test_a_compressed_file_cut_in_the_middle_gives_what_came_before() -> None:
    content = compressed(500)
    with gzip.open(io.BytesIO(content[: len(content) // 2])) as stream:
        *documents, reject = read_jsonl(stream, "a.jsonl.gz", Limits())
    assert 200 < len(documents) < 300
    assert all(
        isinstance(d, RawDocument) and d.content.startswith(f"Article {n} ".encode()) for n, d in enumerate(documents)
    )
    assert isinstance(reject, Reject)
    assert reject.reason == "truncated"
    assert reject.location == f"a.jsonl.gz:{len(documents) + 1}"


def test_a_compressed_file_with_broken_bytes_is_a_reject() -> None:
    content = bytearray(compressed(500))
    content[len(content) // 2 : len(content) // 2 + 40] = bytes(40)
    with gzip.open(io.BytesIO(content)) as stream:
        last = list(read_jsonl(stream, "a.jsonl.gz", Limits()))[-1]
    assert isinstance(last, Reject)
    assert last.reason == "unreadable"


def test_a_compressed_file_may_not_unpack_without_end(tmp_path: Path) -> None:
    content = gzip.compress(b'{"text": "Again."}\n' * 1000)
    with gzip.open(io.BytesIO(content)) as stream:
        found = list(read_jsonl(stream, "a.jsonl.gz", Limits(max_decompressed_bytes=1000)))
    assert [type(item) for item in found] == [RawDocument] * 52 + [Reject]
    with gzip.open(io.BytesIO(gzip.compress(b"x" * 1_000_000))) as stream:
        limits = Limits(max_decompressed_bytes=300_000, max_line_bytes=1000)
        rejects = [item for item in read_jsonl(stream, "a.jsonl.gz", limits) if isinstance(item, Reject)]
    assert [item.reason for item in rejects] == ["too_large", "too_large"]
    assert "unpacks" in rejects[1].detail


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_the_text_is_kept_exactly_as_given(text: str) -> None:
    (document,) = read(json.dumps({"text": text}).encode())
    assert isinstance(document, RawDocument)
    assert document.content.decode() == text
    article = article_of(document)
    assert isinstance(article, Reject) or article.text == text


def test_a_mark_at_the_start_of_the_text_moves_no_span() -> None:
    (document,) = read(b'{"text": "\\ufeffThe envoy left."}')
    assert isinstance(document, RawDocument)
    article = article_of(document)
    assert isinstance(article, Article)
    assert article.text == "\ufeffThe envoy left."
    assert [(p.start, p.end) for p in article.paragraphs] == [(1, 16)]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["id", "text", "title", "published", "url", "source"]), st.none() | st.integers() | st.text()
    )
)
def test_any_record_is_a_document_or_a_reject(record: dict[str, object]) -> None:
    (item,) = read(json.dumps(record).encode())
    if isinstance(record.get("text"), str) and not record.keys() - {"text"}:
        assert isinstance(item, RawDocument) or "surrogate" in item.detail
    if not isinstance(record.get("text"), str):
        assert isinstance(item, Reject)


def test_published_forms() -> None:
    (day,) = read(b'{"text": "A.", "published": "2031-05-03"}')
    (mail,) = read(b'{"text": "A.", "published": "Sat, 03 May 2031 10:00:00 -0500"}')
    assert isinstance(day, RawDocument)
    assert day.published == date(2031, 5, 3)
    assert isinstance(mail, RawDocument)
    assert mail.published == datetime(2031, 5, 3, 15, tzinfo=UTC)


@settings(deadline=None)
@given(st.binary(max_size=60), st.lists(st.integers(1, 20)), st.integers(0, 60))
def test_bytes_put_back_are_read_again(content: bytes, sizes: list[int], cut: int) -> None:
    plain, rewound = io.BytesIO(content), Rewound(content[:cut], io.BytesIO(content[cut:]))
    for n, size in enumerate(sizes):
        assert rewound.readline(size) == plain.readline(size) if n % 2 else rewound.read(size) == plain.read(size)
