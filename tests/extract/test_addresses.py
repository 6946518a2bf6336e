"""Addresses as text."""

from __future__ import annotations

import pytest

from etl.extract.urls import canonical_url, key_of, link


@pytest.mark.parametrize(
    "url",
    [
        "https://Example.org:443/a?b=1&c=2",
        "HTTPS://example.org/a?c=2&b=1#comments",
        "https://me:secret@example.org/a?b=1&utm_source=rss&utm_campaign=x&c=2&fbclid=abc",
        "https://example.org/a?&b=1&c=2&gclid=1&mc_cid=2&_ga=3",
    ],
)
def test_addresses_of_one_article_are_one(url: str) -> None:
    assert canonical_url(url) == "https://example.org/a?b=1&c=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/view?cid=1", "https://example.org/view?cid=2"),
        ("https://example.org/view?uid=1", "https://example.org/view?uid=2"),
        ("https://example.org/view?1001", "https://example.org/view?1002"),
        ("https://example.org/view.php?source=a&ref=1", "https://example.org/view.php?source=a&ref=2"),
        ("https://example.org/News", "https://example.org/news"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org:8080/a", "https://example.org/a"),
    ],
)
def test_addresses_of_two_articles_are_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_letters_that_are_written_out_and_those_that_are_not_are_one() -> None:
    assert canonical_url("https://example.org/caf\u00e9") == canonical_url("https://example.org/caf%C3%A9")
    assert canonical_url("https://example.org") == "https://example.org/"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("b.html", "https://example.org/news/b.html"),
        (" /b.html\n", "https://example.org/b.html"),
        ("//example.net/b", "https://example.net/b"),
        ("http://example.net/b", "http://example.net/b"),
        *(
            (wrong, None)
            for wrong in ("", "javascript:x", "file:///b", "http://", "http://[::1", "data:text/html,x", None, 7)
        ),
    ],
)
def test_links_lead_to_the_web_or_nowhere(given: object, meant: str | None) -> None:
    assert link(given, "https://example.org/news/a.html") == meant


def test_keys_fit_and_stay_apart() -> None:
    long = "https://example.org/" + "x" * 5000
    assert len(key_of(long)) == 600
    assert key_of(long + "1") != key_of(long + "2")
    assert key_of("short") == "short"
