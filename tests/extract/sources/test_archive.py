"""Folders of web archives, and archives at addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.extract.conftest import Site
    from tests.extract.sources.conftest import Source


def warc(*places: str) -> bytes:
    records = []
    for place in places:
        body = f"The envoy left {place}.".encode()
        head = f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://example.org/{place}\r\nContent-Type: text/plain\r\n"
        records.append(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n")
    return b"".join(records)


def test_a_folder_of_archives_gives_each_once(tmp_path: Path, source: Callable[..., Source]) -> None:
    (tmp_path / "a.warc").write_bytes(warc("oslo", "lima"))
    (tmp_path / "index.cdx").write_text("no archive")
    archives = source("archive", str(tmp_path), publisher="The Post")
    run = archives.run()
    assert run.locations == [f"{tmp_path}/a.warc#https://example.org/{place}" for place in ("oslo", "lima")]
    assert run.documents[0].publisher == "The Post"
    assert not run.rejects
    assert run.done == [f"{tmp_path}/a.warc"]
    assert not archives.run().documents
    (tmp_path / "b.warc").write_bytes(warc("rome")[:-10])
    assert archives.run().reasons == ["truncated"]
    (tmp_path / "b.warc").write_bytes(warc("rome"))
    assert [d.url for d in archives.run().documents] == ["https://example.org/rome"]


def test_an_archive_at_an_address_is_fetched_when_it_changed(site: Site, source: Callable[..., Source]) -> None:
    site["/a.warc"] = warc("oslo")
    archives = source("archive", f"{site.address}/a.warc")
    assert [d.url for d in archives.run().documents] == ["https://example.org/oslo"]
    assert not archives.run().documents
