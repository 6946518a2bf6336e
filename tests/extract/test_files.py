"""Files and folders."""

import gzip
import os
import tracemalloc
from pathlib import Path

import pytest

from etl.extract.documents import Limits, documents
from etl.records import RawDocument, Reject


def read(path: Path | str, limits: Limits | None = None) -> list[RawDocument | Reject]:
    return list(documents([str(path)], limits=limits or Limits()))


def reject_of(path: Path | str, limits: Limits | None = None) -> Reject:
    (reject,) = read(path, limits)
    assert isinstance(reject, Reject), reject
    assert reject.location == str(path)
    assert reject.detail.startswith(f"{path}: ")
    return reject


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.txt", "text/plain"),
        ("a.text", "text/plain"),
        ("A.TXT", "text/plain"),
        ("a.html", "text/html"),
        ("a.htm", "text/html"),
        ("a.xhtml", "text/html"),
    ],
)
def test_suffix_decides_the_media_type(tmp_path: Path, name: str, media_type: str) -> None:
    (tmp_path / name).write_bytes(b"<p>Bytes \xff as they came</p>\r\n")
    (document,) = read(tmp_path / name)
    assert document == RawDocument(
        content=b"<p>Bytes \xff as they came</p>\r\n", media_type=media_type, location=str(tmp_path / name)
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.csv", "a.tsv"])
@pytest.mark.parametrize("is_compressed", [False, True])
def test_files_of_many_articles(tmp_path: Path, name: str, is_compressed: bool) -> None:
    content = {
        "a.csv": b"id,text\nx,The envoy left.\ny,The envoy came back.\n",
        "a.tsv": b"id\ttext\nx\tThe envoy left.\ny\tThe envoy came back.\n",
    }.get(name, b'{"id": "x", "text": "The envoy left."}\n{"id": "y", "text": "The envoy came back."}\n')
    path = tmp_path / (name + ".gz" if is_compressed else name)
    path.write_bytes(gzip.compress(content) if is_compressed else content)
    first = 1 if "json" in name else 2
    assert [(d.external_id, d.content, d.location) for d in read(path) if isinstance(d, RawDocument)] == [
        ("x", b"The envoy left.", f"{path}:{first}"),
        ("y", b"The envoy came back.", f"{path}:{first + 1}"),
    ]


def test_a_folder_is_read_to_its_depth_in_order_of_names(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", "c.html", ".hidden.txt", ".git/x.txt", "README", "b/readme.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    for name in ("LICENSE.txt", "notes.md"):
        (tmp_path / name).write_text(name)
    assert [Path(d.location).relative_to(tmp_path).as_posix() for d in read(tmp_path)] == [
        "a.txt",
        "b/1.txt",
        "b/2.txt",
        "c.html",
    ]


def test_a_file_that_a_folder_would_ignore_is_read_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("Named by the user.")
    assert [type(item) for item in read(tmp_path / "readme.txt")] == [RawDocument]


def test_a_file_of_unknown_kind_is_a_reject_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "b").write_text("no suffix")
    (tmp_path / "c.txt").write_text("Text.")
    docx, bare, text = read(tmp_path)
    assert isinstance(docx, Reject)
    assert docx.reason == "unsupported"
    assert ".docx" in docx.detail
    assert ".jsonl" in docx.detail
    assert isinstance(bare, Reject)
    assert bare.reason == "unsupported"
    assert isinstance(text, RawDocument)


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    folder = tmp_path / "news" / "world"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Text.")
    (folder / "up").symlink_to(tmp_path / "news", target_is_directory=True)
    (folder / "itself.txt").symlink_to(folder / "itself.txt")
    text, loop = read(tmp_path)
    assert isinstance(text, RawDocument)
    assert isinstance(loop, Reject)
    assert loop.reason == "unreadable"


def test_what_is_not_there_is_a_reject_that_says_so(tmp_path: Path) -> None:
    reject = reject_of(tmp_path / "missing.txt")
    assert reject.reason == "unreadable"
    assert "No such file" in reject.detail


def test_a_path_that_no_system_can_open_is_a_reject() -> None:
    assert [d.reason for d in read("a\0b.txt") if isinstance(d, Reject)] == ["unreadable"]
    assert reject_of("x" * 300 + ".txt").reason == "unreadable"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    reject = reject_of(tmp_path / "pipe.txt")
    assert reject.reason == "unsupported"
    assert "(-)" in reject.detail


def test_a_name_that_is_no_text_has_a_location_that_can_be_stored(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(b"Text.")
    (document,) = read(tmp_path)
    assert isinstance(document, RawDocument)
    assert document.location.encode().endswith(b"caf\\xe9.txt")


def test_a_file_larger_than_a_document_may_be_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(40 * 1024**3)
    reject = reject_of(path)
    assert reject.reason == "too_large"
    assert "10,485,760" in reject.detail
    path = tmp_path / "exact.txt"
    path.write_bytes(b"x" * 100)
    assert isinstance(read(path, Limits(max_document_bytes=100))[0], RawDocument)
    assert reject_of(path, Limits(max_document_bytes=99)).reason == "too_large"


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_with_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(gzip.compress(bytes(100 * 1024**2)))
    tracemalloc.start()
    assert reject_of(path, Limits(max_document_bytes=1024**2)).reason == "too_large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024**2


def test_a_file_that_only_claims_to_be_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(b"plain text")
    reject = reject_of(tmp_path / "a.txt.gz")
    assert reject.reason == "unreadable"
    assert "gzip" in reject.detail


def test_a_compressed_text_cut_in_the_middle(tmp_path: Path) -> None:
    whole = gzip.compress(os.urandom(5000))
    (tmp_path / "a.txt.gz").write_bytes(whole[:3000])
    assert reject_of(tmp_path / "a.txt.gz").reason == "truncated"
