"""Pages by address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.extract.conftest import Site
    from tests.extract.sources.conftest import Source


def test_a_page_is_read_when_it_changed(site: Site, source: Callable[..., Source]) -> None:
    site["/a.html"] = [
        (200, {"ETag": '"1"'}, site.page("Oslo")),
        (304, {}, b""),
        (200, {"ETag": '"2"'}, site.page("Lima")),
    ]
    site["/b.html"] = [site.page("Rome"), site.page("Rome"), site.page("Rome")]
    pages = source("pages", f"{site.address}/a.html", f"{site.address}/b.html", publisher="The Post")
    run = pages.run()
    assert run.locations == [f"{site.address}/a.html", f"{site.address}/b.html"]
    assert run.documents[0].publisher == "The Post"
    assert not pages.run().documents
    run = pages.run()
    assert [d.content.decode() for d in run.documents] == [site.page("Lima")]
    assert site.asked[-2][1].get("if-none-match", site.asked[-1][1].get("if-none-match")) == '"1"'


def test_pages_that_cannot_be_had_fail_the_source_and_the_others_are_read(
    site: Site, source: Callable[..., Source]
) -> None:
    site["/b.html"] = site.page("Rome")
    site["/busy.html"] = (503, {}, b"")
    pages = source("pages", *(f"{site.address}/{name}.html" for name in ("none", "b", "busy")))
    run = pages.run()
    assert run.locations == [f"{site.address}/b.html"]
    assert run.error
    assert "404" in run.error
    assert "503" in run.error


def test_a_page_of_json_lines_is_many(site: Site, source: Callable[..., Source]) -> None:
    site["/a"] = (200, {"Content-Type": "application/x-ndjson"}, '{"text": "One."}\n{"text": "Two."}\n')
    run = source("pages", f"{site.address}/a").run()
    assert run.locations == [f"{site.address}/a:1", f"{site.address}/a:2"]
    assert run.done == [f"{site.address}/a"]
