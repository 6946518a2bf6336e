"""Sitemaps and indexes of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.extract.conftest import Site
    from tests.extract.sources.conftest import Source

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def urlset(*entries: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>{"".join(entries)}</urlset>'


def url(location: str, more: str = "") -> str:
    return f"<url><loc>\n {location} </loc>{more}</url>"


def index(*entries: tuple[str, str]) -> str:
    rows = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for loc, day in entries
    )
    return f"<sitemapindex {SPACES}>{rows}</sitemapindex>"


@pytest.fixture
def places(site: Site) -> Site:
    for place in ("oslo", "lima", "rome"):
        site[f"/{place}.html"] = site.page(place.title())
    return site


def test_news_say_who_published_what_and_when(places: Site, source: Callable[..., Source]) -> None:
    news = (
        "<news:news><news:publication><news:name>The Norland Times</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2024-05-03T10:00:00+02:00</news:publication_date><news:title>Envoy</news:title></news:news>"
    )
    places["/map"] = urlset(url(f"{places.address}/oslo.html", news), url("/lima.html", "<lastmod>whenever</lastmod>"))
    run = source("sitemap", f"{places.address}/map").run()
    assert run.locations == [f"{places.address}/oslo.html", f"{places.address}/lima.html"]
    assert run.documents[0].publisher == "The Norland Times"
    assert run.documents[0].published == datetime(2024, 5, 3, 8, tzinfo=UTC)
    assert run.documents[1].published is None


def test_pages_are_fetched_again_when_the_map_says_that_they_changed(
    places: Site, source: Callable[..., Source]
) -> None:
    places["/map"] = urlset(*(url(f"/{place}.html", "<lastmod>2024-05-03</lastmod>") for place in ("oslo", "lima")))
    sitemap = source("sitemap", f"{places.address}/map")
    assert len(sitemap.run().documents) == 2
    places.paths()
    assert not sitemap.run().documents
    assert places.paths() == ["/map"]
    places["/map"] = urlset(
        url("/oslo.html", "<lastmod>2024-05-04</lastmod>"), url("/lima.html", "<lastmod>2024-05-03</lastmod>")
    )
    assert sitemap.run().locations == [f"{places.address}/oslo.html"]


def test_an_index_leads_to_the_maps_that_changed(places: Site, source: Callable[..., Source]) -> None:
    places["/index"] = index(("/a.xml.gz", "2024-05-03"), ("/b.xml", ""), ("/none.xml", ""))
    places["/a.xml.gz"] = gzip.compress(urlset(url("/oslo.html")).encode())
    places["/b.xml"] = urlset(url("/lima.html"))
    sitemap = source("sitemap", f"{places.address}/index")
    run = sitemap.run()
    assert run.locations == [f"{places.address}/oslo.html", f"{places.address}/lima.html"]
    assert [r.location for r in run.rejects] == [f"{places.address}/none.xml"]
    places.paths()
    places["/b.xml"] = urlset(url("/lima.html"), url("/rome.html"))
    assert sitemap.run().locations == [f"{places.address}/rome.html"]
    assert places.paths() == ["/index", "/b.xml", "/rome.html", "/none.xml"]


def test_an_index_of_itself_ends(places: Site, source: Callable[..., Source]) -> None:
    places["/index"] = index(("/index", ""), ("file:///etc/passwd", ""))
    run = source("sitemap", f"{places.address}/index").run()
    assert not run.documents
    assert "bad_address" in run.reasons
    assert len(places.paths()) <= 3


def test_one_run_takes_no_more_than_it_may(places: Site, source: Callable[..., Source]) -> None:
    places["/index"] = index(*((f"/{n}.xml", "") for n in range(100)))
    for n in range(100):
        places[f"/{n}.xml"] = urlset()
    run = source("sitemap", f"{places.address}/index", max_items=3).run()
    assert run.reasons == ["too_many"]
    assert len(places.paths()) == 4


def test_addresses_that_are_none_are_rejects(places: Site, source: Callable[..., Source]) -> None:
    places["/map"] = urlset(url("file:///etc/passwd"), "<url/>", url("/oslo.html"), url("http://[::1"))
    sitemap = source("sitemap", f"{places.address}/map")
    run = sitemap.run()
    assert run.reasons == ["bad_address"] * 3
    assert run.locations == [f"{places.address}/oslo.html"]
    assert not sitemap.run().rejects


def test_links_inside_are_not_followed(places: Site, source: Callable[..., Source]) -> None:
    places["/map"] = urlset(url(f"{places.address}/oslo.html"))
    run = source("sitemap", f"{places.address}/map").run(private_addresses=False)
    assert run.reasons == ["private_address"]
    assert places.paths() == ["/map"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))


@pytest.mark.parametrize(
    "doctype", [f"<!DOCTYPE r [{LAUGHS}]>", '<!DOCTYPE r [<!ENTITY l11 SYSTEM "file:///etc/hostname">]>']
)
def test_entities_are_not_expanded_and_open_no_file(places: Site, source: Callable[..., Source], doctype: str) -> None:
    places["/map"] = urlset(url("/oslo.html"), url("/&l11;.html")).replace("?>", f"?>{doctype}", 1)
    run = source("sitemap", f"{places.address}/map").run()
    assert run.error or run.locations[:1] == [f"{places.address}/oslo.html"]
    # pages are fetched side by side, so in any order
    assert set(places.paths()) <= {"/map", "/oslo.html", "/"}


@pytest.mark.parametrize(
    "body", ["", "<html><body>Log in</body></html>", "no map", "\0", "<rss></rss>", b"\x1f\x8b\x08 cut"]
)
def test_what_is_no_map_fails_the_source(site: Site, source: Callable[..., Source], body: str | bytes) -> None:
    site["/map"] = body
    assert source("sitemap", f"{site.address}/map").run().error
