"""Web archives: as inputs, and as a source."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from etl.extract.article import article_of
from etl.extract.documents import documents
from etl.extract.limits import Limits
from etl.records import Article, RawDocument, Reject

if TYPE_CHECKING:
    from tests.extract.conftest import Site

DAY = "2024-05-03T10:00:00Z"


class Archive:
    """Writes a WARC file."""

    def __init__(self, *, packed: bool = False) -> None:
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=packed)

    def add(
        self,
        uri: str,
        body: bytes,
        kind: str = "text/html",
        *,
        status: str = "200 OK",
        type_: str = "response",
        **headers: str,
    ) -> Archive:
        fields = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
        http = StatusAndHeaders(status, fields, protocol="HTTP/1.1") if type_ == "response" else None
        record = self.writer.create_warc_record(
            uri, type_, payload=io.BytesIO(body), http_headers=http, warc_content_type="" if http else kind,
            warc_headers_dict={"WARC-Date": DAY},
        )  # fmt: skip
        self.writer.write_record(record)
        return self

    @property
    def content(self) -> bytes:
        return self.file.getvalue()


def read(path: Path, limits: Limits | None = None) -> list[RawDocument | Reject]:
    return list(documents([str(path)], limits=limits or Limits()))


def page(place: str = "Oslo") -> bytes:
    paragraph = f"The envoy of Norland left {place} on Friday after talks about the border had failed."
    return f"<html><head><title>Envoy leaves {place}</title></head><body><h1>Envoy leaves {place}</h1><p>{paragraph}</p></body></html>".encode()


@pytest.mark.parametrize("packed", [False, True])
def test_pages_and_texts_are_read_and_all_else_is_passed_over(tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed=packed)
    archive.add("https://example.org/oslo", page(), "text/html; charset=utf-8")
    archive.add("https://example.org/moved", b"", status="301 Moved", Location="/oslo")
    archive.add("https://example.org/none", b"<p>none</p>", status="404 Not Found")
    archive.add("https://example.org/a.png", b"\x89PNG", "image/png")
    archive.add("https://example.org/robots.txt", b"User-agent: *", "text/plain")
    archive.add("https://example.org/lima", b"The envoy left Lima.", "text/plain", type_="conversion")
    archive.add("urn:note", b"A note.", "text/plain", type_="resource")
    archive.add("https://example.org/oslo", b"via: x", "application/warc-fields", type_="metadata")
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    path.write_bytes(archive.content)
    found = read(path)
    assert [(d.location, d.url if isinstance(d, RawDocument) else d.reason) for d in found] == [
        (f"{path}#https://example.org/oslo", "https://example.org/oslo"),
        (f"{path}#https://example.org/lima", "https://example.org/lima"),
        (f"{path}#urn:note", None),
    ]
    first = found[0]
    assert isinstance(first, RawDocument)
    assert first.fetched_at == datetime(2024, 5, 3, 10, tzinfo=UTC)
    article = article_of(first)
    assert isinstance(article, Article)
    assert article.title == "Envoy leaves Oslo"


def test_what_the_server_packed_is_unpacked(tmp_path: Path) -> None:
    chunked = b"%x\r\n" % len(page()) + page() + b"\r\n0\r\n\r\n"
    archive = Archive()
    archive.add("https://example.org/1", gzip.compress(page()), Content_Encoding="gzip")
    archive.add("https://example.org/2", zlib.compress(page()), Content_Encoding="deflate")
    archive.add("https://example.org/3", chunked, Transfer_Encoding="chunked")
    archive.add("https://example.org/4", page(), Content_Encoding="gzip")
    archive.add("https://example.org/5", page(), Transfer_Encoding="chunked")
    path = tmp_path / "a.warc"
    path.write_bytes(archive.content)
    assert [d.content for d in read(path)] == [page()] * 5


def test_what_is_larger_than_a_document_may_be_is_left_out_with_bounded_memory(tmp_path: Path) -> None:
    archive = Archive(packed=True)
    archive.add("https://example.org/1", gzip.compress(bytes(200 * 1024**2)), Content_Encoding="gzip")
    archive.add("https://example.org/2", b"<p>" + bytes(20 * 1024**2))
    archive.add("https://example.org/3", page())
    path = tmp_path / "a.warc.gz"
    path.write_bytes(archive.content)
    tracemalloc.start()
    found = read(path, Limits(max_document_bytes=1024**2))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [d.reason if isinstance(d, Reject) else d.content for d in found] == ["too_large", "too_large", page()]
    assert peak < 40 * 1024**2
    assert [d.reason for d in read(path, Limits(max_decompressed_bytes=1000)) if isinstance(d, Reject)] == ["too_large"]


@pytest.mark.parametrize("packed", [False, True])
def test_of_an_archive_that_is_cut_off_the_whole_records_are_read(tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed=packed)
    archive.add("https://example.org/1", page())
    whole = len(archive.content)
    archive.add("https://example.org/2", page(place="Lima"))
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    for end in range(whole + 20, len(archive.content) - 10, 97):
        path.write_bytes(archive.content[:end])
        found = read(path)
        assert [d.reason if isinstance(d, Reject) else d.content for d in found] == [page(), "truncated"], end


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a WARC file\n",
        b"WARC/1.0\r\n" + b"x" * 6_000_000,
        b"WARC/1.0\r\nContent-Length: minus\r\n\r\n",
        bytes(1000),
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 20\r\n\r\nHTTP/1.1 abc\r\n\r\n<p>x",
    ],
)
def test_what_is_no_archive_is_a_reject(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    found = read(path)
    assert all(isinstance(d, Reject) for d in found)
    assert len(found) <= 1


def test_a_wacz_file_holds_archives(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pages/pages.jsonl", '{"text": "no"}')
        archive.writestr("archive/b.warc", Archive().add("https://example.org/lima", page(place="Lima")).content)
        archive.writestr("archive/a.warc.gz", Archive(packed=True).add("https://example.org/oslo", page()).content)
    assert [d.location for d in read(path)] == [f"{path}#https://example.org/{place}" for place in ("oslo", "lima")]
    path.write_bytes(path.read_bytes()[:-100])
    assert [d.reason for d in read(path) if isinstance(d, Reject)] == ["truncated"]


def test_an_archive_at_an_address(site: Site) -> None:
    site["/a.warc.gz"] = Archive(packed=True).add("https://example.org/oslo", page()).content
    (document,) = documents([f"{site.address}/a.warc.gz"])
    assert document.location == f"{site.address}/a.warc.gz#https://example.org/oslo"
    assert isinstance(document, RawDocument)
    assert document.fetched_at == datetime(2024, 5, 3, 10, tzinfo=UTC)
