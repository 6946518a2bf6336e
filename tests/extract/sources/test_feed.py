"""RSS and Atom, from a real server."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from etl.extract.article import article_of
from etl.records import Article, ParagraphKind

if TYPE_CHECKING:
    from tests.extract.conftest import Site
    from tests.extract.sources.conftest import Source

TEXT = "The envoy of Norland left Oslo on Friday after talks about the border had failed, officials said."


def rss(*items: str, head: str = "<title>Norland Post: World</title>") -> str:
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {namespaces}><channel>{head}{"".join(items)}</channel></rss>'


def entry(link: str, *more: str, title: str = "Envoy leaves") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{''.join(more)}</item>"


@pytest.fixture
def feed(site: Site, source: Callable[..., Source]) -> Source:
    for place in ("oslo", "lima"):
        site[f"/{place}.html"] = site.page(place.title())
    site["/feed"] = rss(
        entry("/oslo.html?utm_source=rss", "<pubDate>Fri, 03 May 2024 10:00:00 +0200</pubDate>"),
        entry("/lima.html#top", "<pubDate>2024-05-04</pubDate>"),
    )
    return source("feed", f"{site.address}/feed")


def test_each_entry_is_its_page_in_the_order_of_the_feed(site: Site, feed: Source) -> None:
    run = feed.run()
    assert [d.content.decode() for d in run.documents] == [site.page("Oslo"), site.page("Lima")]
    assert [d.published for d in run.documents] == [datetime(2024, 5, 3, 8, tzinfo=UTC), date(2024, 5, 4)]
    assert run.locations == [f"{site.address}/oslo.html?utm_source=rss", f"{site.address}/lima.html#top"]
    assert run.done == [f"{site.address}/oslo.html", f"{site.address}/lima.html", f"{site.address}/feed"]
    article = article_of(run.documents[0])
    assert isinstance(article, Article)
    assert article.source == "Norland Post: World"
    assert article.published == datetime(2024, 5, 3, 8, tzinfo=UTC)


def test_a_feed_that_has_not_changed_costs_one_request(site: Site, feed: Source) -> None:
    site["/feed"] = [
        (200, {"ETag": '"1"', "Last-Modified": "Fri, 03 May 2024 10:00:00 GMT"}, site.routes["/feed"]),
        (304, {}, b""),
    ]
    feed.run()
    site.paths()
    run = feed.run()
    assert not run.documents
    assert not run.done
    path, headers = next((p, h) for p, h in site.asked if p == "/feed")
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Fri, 03 May 2024 10:00:00 GMT"
    assert site.paths() == [path]


def test_a_feed_that_is_shuffled_gives_nothing_and_one_that_changes_what_is_new(site: Site, feed: Source) -> None:
    feed.run()
    site.paths()
    lima, oslo = entry("/lima.html", "<pubDate>2024-05-04</pubDate>"), entry("/oslo.html?utm_source=rss")
    site["/feed"] = rss(lima, entry("/rome.html"), oslo.replace("leaves", "leaves at last"))
    site["/rome.html"] = site.page("Rome")
    assert feed.run().locations == [
        f"{site.address}{path}" for path in ("/lima.html", "/rome.html", "/oslo.html?utm_source=rss")
    ]
    site.paths()
    assert not feed.run().documents
    assert site.paths() == ["/feed"]


def test_what_failed_for_now_is_asked_for_again_even_where_the_feed_is_as_it_was(site: Site, feed: Source) -> None:
    site["/oslo.html"] = (503, {}, b"")
    run = feed.run()
    assert run.reasons == ["http"]
    assert run.locations == [f"{site.address}/lima.html#top"]
    site["/oslo.html"] = site.page("Oslo")
    assert feed.run().locations == [f"{site.address}/oslo.html?utm_source=rss"]
    assert not feed.run().documents


def test_what_failed_for_good_is_told_once(site: Site, feed: Source) -> None:
    del site.routes["/oslo.html"]
    site["/lima.html"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")
    assert feed.run().reasons == ["http", "unsupported"]
    assert feed.run().reasons == []


def test_the_text_of_entries_is_taken_where_that_is_wanted(site: Site, source: Callable[..., Source]) -> None:
    long = f"<content:encoded><![CDATA[<p>{TEXT}</p><p>A second paragraph about it.</p>]]></content:encoded>"
    more = "<guid isPermaLink='false'>tag:1</guid>"
    site["/feed"] = rss(
        entry("/oslo.html", "<description>Short.</description>", long, more, title="Norland &amp;amp; Sudland")
    )
    run = source("feed", f"{site.address}/feed", full_text="entry", publisher="The Post").run()
    (document,) = run.documents
    assert document.url == f"{site.address}/oslo.html"
    assert document.external_id == "tag:1"
    assert "/oslo.html" not in site.paths()
    article = article_of(document)
    assert isinstance(article, Article)
    assert article.title == "Norland & Sudland"
    assert article.source == "The Post"
    words = {p.kind: article.text[p.start : p.end] for p in reversed(article.paragraphs)}
    assert words == {ParagraphKind.TITLE: "Norland & Sudland", ParagraphKind.BODY: TEXT}


def test_an_entry_without_a_link_is_its_text(site: Site, source: Callable[..., Source]) -> None:
    site["/feed"] = rss(f"<item><guid isPermaLink='false'>7</guid><description>{TEXT}</description></item>")
    (document,) = source("feed", f"{site.address}/feed").run().documents
    assert TEXT.encode() in document.content


def test_atom_says_who_published_an_entry_that_it_took_from_others(site: Site, source: Callable[..., Source]) -> None:
    site["/oslo.html"] = site.page("Oslo")
    site["/feed"] = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>All the papers</title><entry><id>urn:1</id><title>Envoy</title>'
        '<link rel="alternate" href="oslo.html"/><updated>2024-05-03T10:00:00Z</updated>'
        "<source><title>The Norland Times</title></source></entry></feed>"
    )
    (document,) = source("feed", f"{site.address}/feed").run().documents
    assert document.publisher == "The Norland Times"
    assert document.published == datetime(2024, 5, 3, 10, tzinfo=UTC)


def test_entries_that_lead_nowhere_are_rejects_that_name_feed_and_entry(
    site: Site, source: Callable[..., Source]
) -> None:
    links = (
        "javascript:alert(1)",
        "http://example.org/" + "x" * 10_000,
        "file:///etc/passwd",
        "",
        "ftp://example.org/a",
        "http://",
        "http://[::1",
    )
    site["/feed"] = rss(*(entry(link.replace("&", "&amp;")) for link in links))
    feed = source("feed", f"{site.address}/feed")
    run = feed.run()
    assert not run.documents
    assert set(run.reasons) == {"bad_address", "missing_field"}
    assert all(reject.location.startswith(f"{site.address}/feed#") for reject in run.rejects)
    assert "entry 3" in run.rejects[2].detail
    assert "file:" in run.rejects[2].detail
    assert site.paths() == ["/feed"]
    assert not feed.run().rejects


def test_dates_that_are_none_and_ids_that_are_missing_or_doubled_lose_no_entry(
    site: Site, source: Callable[..., Source]
) -> None:
    dates = (
        "yesterday",
        "32 Foo 20244",
        "",
        "9999999999999999",
        "0000-00-00T99:99:99Z",
        "Fri, 31 Feb 2024 25:00:00 GMT",
    )
    items = [
        f"<item><guid>1</guid><description>{TEXT} Number {n}.</description><pubDate>{given}</pubDate></item>"
        for n, given in enumerate(dates)
    ]
    site["/feed"] = rss(*(item.replace("<guid>1</guid>", "") for item in items))
    run = source("feed", f"{site.address}/feed").run()
    assert len(run.documents) == len(dates)
    site["/feed"] = rss(*items)
    assert len(source("feed", f"{site.address}/feed").run().documents) == 1


def test_of_a_hundred_thousand_entries_a_run_takes_what_it_may(site: Site, source: Callable[..., Source]) -> None:
    site["/feed"] = rss(*(f"<item><guid>{n}</guid><description>Word {n}</description></item>" for n in range(100_000)))
    run = source("feed", f"{site.address}/feed", max_items=2).run()
    assert len(run.documents) == 2
    assert run.reasons == ["too_many"]
    assert "2 new items" in run.rejects[0].detail


def test_the_rest_is_for_the_next_runs(site: Site, source: Callable[..., Source]) -> None:
    site["/feed"] = rss(*(f"<item><guid>{n}</guid><description>Word {n}.</description></item>" for n in range(5)))
    feed = source("feed", f"{site.address}/feed", max_items=2)
    runs = [feed.run() for _ in range(4)]
    assert [[d.external_id for d in run.documents] for run in runs] == [["0", "1"], ["2", "3"], ["4"], []]
    assert [run.reasons for run in runs] == [["too_many"], ["too_many"], [], []]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))


@pytest.mark.parametrize(
    "doctype", [f"<!DOCTYPE r [{LAUGHS}]>", '<!DOCTYPE r [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>']
)
def test_entities_are_not_expanded_and_open_no_file(site: Site, source: Callable[..., Source], doctype: str) -> None:
    body = rss(f"<item><guid>1</guid><title>&l11;</title><description>{TEXT} &l11;</description></item>")
    site["/feed"] = body.replace("?>", f"?>{doctype}", 1)
    (document,) = source("feed", f"{site.address}/feed").run().documents
    assert TEXT.encode() in document.content
    assert b"root:" not in document.content
    assert len(document.content) < 2000


@pytest.mark.parametrize(
    "body",
    [
        "<html><body><h1>Service unavailable</h1></body></html>",
        "",
        "no feed",
        '{"error": 1}',
        "\0\1\2",
        "<rss",
        "<" * 10_000,
    ],
)
def test_what_is_no_feed_fails_the_source_and_says_so(site: Site, source: Callable[..., Source], body: str) -> None:
    site["/feed"] = body
    run = source("feed", f"{site.address}/feed").run()
    assert run.error or (body == "<rss" and not run.documents)


def test_feeds_that_fail_are_told_and_the_others_go_on(site: Site, feed: Source, source: Callable[..., Source]) -> None:
    run = source("feed", f"{site.address}/none", f"{site.address}/feed", f"{site.address}/bomb").run()
    assert len(run.documents) == 2
    assert run.error
    assert "404" in run.error
    assert f"{site.address}/bomb" in run.error


def test_a_feed_that_unpacks_to_gigabytes_is_refused(site: Site, source: Callable[..., Source]) -> None:
    bomb = gzip.compress(bytes(200 * 1024**2))
    site["/feed"] = (200, {"Content-Encoding": "gzip"}, bomb)
    site["/feed.gz"] = bomb
    for path in ("/feed", "/feed.gz"):
        run = source("feed", f"{site.address}{path}").run()
        assert "larger than the limit" in (run.error or "")


def test_a_password_in_the_address_of_a_feed_is_kept_nowhere(
    site: Site, feed: Source, source: Callable[..., Source]
) -> None:
    feed = source("feed", site.address.replace("//", "//me:secret@") + "/feed")
    run = feed.run()
    assert len(run.documents) == 2
    assert "secret" not in repr([run, feed.had])
