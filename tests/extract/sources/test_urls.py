"""Lists of addresses, and tables such as GDELT's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.extract.conftest import Site
    from tests.extract.sources.conftest import Source


@pytest.fixture
def places(site: Site) -> Site:
    for place in ("oslo", "lima", "rome"):
        site[f"/{place}.html"] = site.page(place.title())
    return site


def zipped(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def event_row(number: int, address: str) -> str:
    """A row of GDELT 2.0's events: 61 columns, the last is the address of the article."""
    return "\t".join([str(number), "20240503", *["x"] * 58, address]) + "\n"


def mention_row(number: int, address: str, kind: str = "1") -> str:
    """A row of GDELT 2.0's mentions: 16 columns, the sixth says what the article is known by."""
    return (
        "\t".join([str(number), "20240503100000", "20240503101500", kind, "example.org", address, *["1"] * 10]) + "\n"
    )


def test_a_file_of_addresses_one_on_a_line(places: Site, source: Callable[..., Source], tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    a = places.address
    path.write_text(
        f"\ufeff# articles\r\n{a}/oslo.html\r\n\r\n{a}/lima.html?utm_medium=x\n{a}/oslo.html#top\nnot an address\n"
    )
    urls = source("urls", str(path))
    run = urls.run()
    assert run.locations == [f"{a}/oslo.html", f"{a}/lima.html?utm_medium=x"]
    assert [r.location for r in run.rejects] == [f"{path}:6"]
    path.write_text(path.read_text() + f"{a}/rome.html\n")
    run = urls.run()
    assert run.locations == [f"{a}/rome.html"]
    assert not run.rejects


def test_tables_as_gdelt_makes_them_are_read_once(places: Site, source: Callable[..., Source]) -> None:
    a = places.address
    events = event_row(1, f"{a}/oslo.html") + event_row(2, f"{a}/oslo.html") + event_row(3, "BBC Monitoring")
    mentions = (
        mention_row(1, f"{a}/oslo.html") + mention_row(1, "BBC Monitoring", "2") + mention_row(2, f"{a}/lima.html")
    )
    places["/1.export.CSV.zip"] = zipped("1.export.CSV", events)
    places["/1.mentions.CSV.zip"] = zipped("1.mentions.CSV", mentions)
    places["/lastupdate.txt"] = "".join(
        f"12345 d41d8cd98f00b204e9800998ecf8427e {a}/1.{kind}.zip\n"
        for kind in ("export.CSV", "mentions.CSV", "gkg.csv")
    )
    urls = source("urls", f"{a}/lastupdate.txt")
    run = urls.run()
    assert run.locations == [f"{a}/oslo.html", f"{a}/lima.html"]
    assert not run.rejects
    places.paths()
    places["/lastupdate.txt"] = f"1 d4 {a}/1.export.CSV.zip\n1 d4 {a}/2.export.CSV.zip\n"
    places["/2.export.CSV.zip"] = zipped(
        "2.export.CSV", event_row(4, f"{a}/rome.html") + event_row(5, f"{a}/lima.html")
    )
    assert urls.run().locations == [f"{a}/rome.html"]
    assert places.paths() == ["/lastupdate.txt", "/2.export.CSV.zip", "/rome.html"]


def test_a_table_that_fails_for_now_is_tried_again_and_one_that_is_gone_is_told_once(
    places: Site, source: Callable[..., Source]
) -> None:
    a = places.address
    places["/list"] = f"{a}/gone.csv.zip\n{a}/busy.csv.zip\n"
    places["/busy.csv.zip"] = (503, {}, b"")
    urls = source("urls", f"{a}/list")
    assert urls.run().reasons == ["http", "http"]
    places["/busy.csv.zip"] = zipped("a.csv", event_row(1, f"{a}/oslo.html"))
    run = urls.run()
    assert run.locations == [f"{a}/oslo.html"]
    assert not run.rejects
    places.paths()
    urls.run()
    assert places.paths() == ["/list"]


def test_a_table_by_itself(places: Site, source: Callable[..., Source], tmp_path: Path) -> None:
    path = tmp_path / "1.export.CSV.zip"
    path.write_bytes(zipped("1.export.CSV", event_row(1, f"{places.address}/oslo.html")))
    assert source("urls", str(path)).run().locations == [f"{places.address}/oslo.html"]
    path.write_bytes(path.read_bytes()[:-30])
    assert str(path) in (source("urls", str(path)).run().error or "")


def test_addresses_inside_are_not_reached_through_a_list(
    places: Site, source: Callable[..., Source], tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text(f"{places.address}/oslo.html\nfile:///etc/passwd\n")
    urls = source("urls", f"{tmp_path}/list.txt")
    assert urls.run(private_addresses=False).reasons == ["private_address", "bad_address"]
    assert places.paths() == []
    assert not urls.run(private_addresses=False).rejects


def test_what_is_no_list_fails_the_source(site: Site, source: Callable[..., Source], tmp_path: Path) -> None:
    site["/list.html"] = "<p>Log in</p>"
    assert "web page" in (source("urls", f"{site.address}/list.html").run().error or "")
    assert f"{tmp_path}/none" in (source("urls", f"{tmp_path}/none").run().error or "")
    assert "404" in (source("urls", f"{site.address}/none").run().error or "")
