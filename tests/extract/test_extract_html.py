"""Web pages."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.article import article_of
from etl.extract.html import declared_charset
from etl.records import Article, RawDocument, Reject

LEAD = "<p>LISBON, May 3 (Harbour) - The foreign ministers of Norland and Sudland agreed to reopen their border.</p>"
MORE = (
    "<p>Officials said that trade in grain and timber would resume at once, and that a commission of both countries "
    "would meet every month until all of the bridges between them, some of which had been mined, were safe again.</p>"
)


def page(body: str = LEAD + MORE, head: str = "<title>Border to reopen</title>") -> str:
    return f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>"


def read(html: str | bytes) -> Article | Reject:
    content = html if isinstance(html, bytes) else html.encode()
    return article_of(RawDocument(content=content, media_type="text/html", location="page.html"))


def article(html: str | bytes) -> Article:
    found = read(html)
    assert isinstance(found, Article), found
    return found


def parts(found: Article) -> list[tuple[str, str]]:
    return [(p.kind.value, found.text[p.start : p.end]) for p in found.paragraphs]


FULL = """<!doctype html><html lang="en"><head><title>Border to reopen | The Harbour Post</title>
<meta property="og:site_name" content="The Harbour Post"><meta property="og:title" content="Border to reopen">
<meta name="author" content="Mara Lind"><meta property="article:published_time" content="2031-05-03T10:00:00-05:00">
<meta property="article:modified_time" content="2031-05-09T10:00:00-05:00">
<link rel="canonical" href="https://harbour.example/world/border">
<script>var later = "Norland attacks Sudland.";</script><style>p { color: red }</style></head>
<body><nav><a href="/">Home</a><a href="/world">World</a></nav>
<div class="cookie-banner">We use cookies to improve your experience. Accept all cookies.</div>
<article><h1>Border to reopen</h1><p class="byline">By Mara Lind</p>
<figure><img src="a.jpg"><figcaption>Lena Voss (R) greets <b>Daniel Oduya</b> in Lisbon on May 3, 2031. (Pool photo)
</figcaption></figure>
<p>LISBON, May 3 (Harbour) - The foreign ministers of <a href="x">Norland</a> and Sudland agreed on Saturday to reopen
their border after two years.</p>
<p>"We have turned a page," Lena Voss told reporters after the talks,<br>which lasted three hours.</p>
<h2>Trade to resume</h2>
<p>Officials said that trade in grain and timber would resume at once, and that a commission would meet.</p>
<ul><li>Crossings open at dawn.</li><li>Visas are free for a year.</li></ul>
<figure><img src="b.jpg"><figcaption>The bridge at Karst, closed since 2029.</figcaption></figure>
<blockquote>It is a good day, said the envoy of the United Nations, who had mediated between the two.</blockquote>
<div class="related"><h3>Related stories</h3><ul><li><a href="/1">Sudland bombs Norland</a></li></ul></div>
</article><aside><p>Norland expels the envoy of Westland after a row.</p></aside>
<footer>Copyright 2028 Harbour Post. Updated 2 January 2028.</footer></body></html>"""


def test_the_parts_of_a_page() -> None:
    found = article(FULL)
    assert parts(found) == [
        ("title", "Border to reopen"),
        ("caption", "Lena Voss (R) greets Daniel Oduya in Lisbon on May 3, 2031."),
        (
            "body",
            "The foreign ministers of Norland and Sudland agreed on Saturday to reopen their border after two years.",
        ),
        ("body", '"We have turned a page," Lena Voss told reporters after the talks, which lasted three hours.'),
        ("heading", "Trade to resume"),
        (
            "body",
            "Officials said that trade in grain and timber would resume at once, and that a commission would meet.",
        ),
        ("body", "Crossings open at dawn."),
        ("body", "Visas are free for a year."),
        ("caption", "The bridge at Karst, closed since 2029."),
        ("body", "It is a good day, said the envoy of the United Nations, who had mediated between the two."),
    ]
    assert found.title == "Border to reopen"
    assert found.byline == "Mara Lind"
    assert found.source == "The Harbour Post"
    assert found.url == "https://harbour.example/world/border"
    assert found.published == datetime(2031, 5, 3, 15, tzinfo=UTC)
    assert found.dateline is not None
    assert (found.dateline.place, found.dateline.on) == ("Lisbon", date(2031, 5, 3))


def test_what_the_document_knows_goes_before_what_the_page_says() -> None:
    document = RawDocument(
        content=FULL.encode(),
        media_type="text/html",
        location="page.html",
        title="Given title",
        source="Given source",
        url="https://given.example/",
        published=date(2031, 1, 1),
        external_id="a1",
    )
    found = article_of(document)
    assert isinstance(found, Article)
    assert (found.title, found.source, found.url) == ("Given title", "Given source", "https://given.example/")
    assert (found.published, found.external_id, found.location) == (date(2031, 1, 1), "a1", "page.html")


def test_the_title_of_the_page_comes_first_where_the_text_has_none() -> None:
    found = article(page())
    assert parts(found)[0] == ("title", "Border to reopen")
    assert found.text.startswith("Border to reopen\n\nLISBON, May 3")
    assert [kind for kind, _ in parts(found)] == ["title", "body", "body"]


def test_the_title_is_not_repeated() -> None:
    found = article(page(f"<h1>Border to  reopen</h1>{LEAD}{MORE}"))
    assert found.text.count("Border to reopen") == 1
    assert [kind for kind, _ in parts(found)] == ["title", "body", "body"]


def test_a_page_without_a_title_has_none() -> None:
    found = article(f"<div>{LEAD}{MORE}</div>")
    assert found.title is None
    assert [kind for kind, _ in parts(found)] == ["body", "body"]


@pytest.mark.parametrize(
    "figure",
    [
        "<figure><img src=a><figcaption>The bridge at Karst, closed since 2029.</figcaption></figure>",
        "<p><a><figure><img src=a><figcaption>The bridge at Karst, closed since 2029.</figcaption></figure></a></p>",
        "<div class='media'><figure><figcaption><p>The bridge at Karst,</p> closed since 2029.</figcaption></figure></div>",
        "<div class='wp-caption'><p class='wp-caption-text'>The bridge at Karst, closed since 2029.</p></div>",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_captions_are_captions(figure: str, is_first: bool) -> None:
    found = article(page(figure + LEAD + MORE if is_first else LEAD + figure + MORE))
    assert ("caption", "The bridge at Karst, closed since 2029.") in parts(found)
    assert [kind for kind, _ in parts(found)].count("body") == 2
    assert "caption⟧" not in found.text


def test_captions_of_other_stories_are_left_out() -> None:
    teaser = "<figure><img src=b><figcaption>Norland bombs Westland in June 2030.</figcaption></figure>"
    html = page().replace("</article>", f"</article><aside>{teaser}</aside><article>{teaser}</article>")
    assert "Westland" not in article(html).text


def test_words_that_look_like_a_mark_of_ours_are_no_caption() -> None:
    found = article(page(LEAD + MORE.replace("Officials", "⟦caption⟧ Officials")))
    assert [kind for kind, _ in parts(found)] == ["title", "body", "body"]


DATED = [
    ('<meta property="article:published_time" content="2031-05-03">', date(2031, 5, 3)),
    ('<meta name="DC.date.issued" content="2031-05-03">', date(2031, 5, 3)),
    ('<meta itemprop="datePublished" content="2031-05-03T08:00:00Z">', datetime(2031, 5, 3, 8, tzinfo=UTC)),
    (
        '<script type="application/ld+json">{"dateModified":"2031-06-01","datePublished":"2031-05-03T08:00Z"}</script>',
        datetime(2031, 5, 3, 8, tzinfo=UTC),
    ),
    ('<link rel="canonical" href="https://h.example/2031/05/03/border">', date(2031, 5, 3)),
    # A date that the page does not give in full is not known, whatever a parser makes of it.
    ('<meta property="article:published_time" content="2031-05">', None),
    ('<meta property="article:published_time" content="soon">', None),
    ('<meta property="article:modified_time" content="2031-05-03">', None),
    ('<script type="application/ld+json">{"dateModified": "2031-05-03"}</script>', None),
    ("", None),
]


@pytest.mark.parametrize(("head", "expected"), DATED)
def test_the_date_of_publication(head: str, expected: datetime | date | None) -> None:
    body = LEAD + MORE + "<p>They had met last on 4 March 2030 in Oslo.</p>"
    html = page(body, f"<title>Border to reopen</title>{head}")
    footer = "<footer>Copyright 2029. Updated 2028-01-02</footer>"
    assert article(html.replace("</body>", f"{footer}</body>")).published == expected


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ('<time datetime="2031-05-03">Saturday</time>', date(2031, 5, 3)),
        ('<span itemprop="datePublished" content="2031-05-03">Saturday</span>', date(2031, 5, 3)),
        ('<p class="date">3 May 2031</p>', date(2031, 5, 3)),
        ('<aside><time datetime="2030-01-01">old</time></aside>', None),
    ],
)
def test_the_date_in_the_body_of_the_page(mark: str, expected: date | None) -> None:
    assert article(page(mark + LEAD + MORE)).published == expected


@pytest.mark.parametrize(
    "html",
    [
        f"{LEAD}{MORE}",
        f"<html><body><div>{LEAD}<p>Officials said <b>that trade in grain would resume at once.<div>",
        f"{LEAD}</p></div></table></body></html>{MORE}",
        f"\x00\x01<html>{LEAD}{MORE}".replace("\x00", ""),
        f'<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body>{LEAD}{MORE}</body></html>',
        f'\ufeff<?xml version="1.0" encoding="utf-8"?><html><body>{LEAD}{MORE}</body></html>',
        f'<html><head><meta charset="utf-8"></head><body>&#xD800;&#0;{LEAD}{MORE}</body></html>',
    ],
)
def test_broken_pages_are_read_all_the_same(html: str) -> None:
    found = article(html)
    assert "reopen their border" in found.text
    assert found.dateline is not None


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<",
        "<!-- nothing but a comment -->",
        "no tags",
        "<html><head><title>Post</title></head><body><nav><a href=/>Home</a><a href=/w>World</a></nav></body></html>",
        "<html><body><div>We use cookies to improve your experience. Accept all cookies.</div></body></html>",
        "<html><title>Log in</title><body><form><input name=u><button>Log in</button></form></body></html>",
        "<html><body><script>render('The foreign ministers agreed to reopen the border.')</script></body>",
        page("<figure><figcaption>The bridge at Karst, closed since 2029, seen from the east.</figcaption></figure>"),
    ],
)
def test_a_page_without_an_article(html: str) -> None:
    reject = read(html)
    assert isinstance(reject, Reject)
    assert reject.reason == "no_text"
    assert reject.content is None


def test_nested_markup_without_end_is_no_danger() -> None:
    assert isinstance(read("<div>" * 20_000 + LEAD), Article | Reject)
    assert isinstance(read("<table><tr><td>" * 5_000 + LEAD), Article | Reject)
    figure = "<figure><figcaption>The bridge at Karst, closed since 2029.</figcaption></figure>"
    assert isinstance(read("<article>" * 200 + LEAD + MORE + figure * 5_000), Article)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        ('<?xml version="1.0" encoding="windows-1251"?>', "cp1251"),
        ("", "utf-16"),
    ],
)
def test_the_charset_a_page_declares(head: str, encoding: str) -> None:
    russian = "Министры иностранных дел Норландии и Судландии договорились открыть границу между двумя странами."
    found = article(f"{head}<html><body><p>{russian}</p><p>{russian[::-1]}</p></body></html>".encode(encoding))
    assert russian in found.text
    assert found.language != "en" or encoding == "utf-16"


def test_the_charset_is_looked_for_at_the_start_alone() -> None:
    assert declared_charset(b"<meta charset='koi8-r'>") == "koi8-r"
    assert declared_charset(b" " * 5000 + b"<meta charset='koi8-r'>") is None


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<article>",
        "</article>",
        "<figure>",
        "<figcaption>",
        "</figcaption>",
        "</figure>",
        "<h1>",
        "</h1>",
        "<ul><li>",
        "<table><tr><td>",
        "<br>",
        "<head>",
        "<title>",
        "</title>",
        "<html>",
        "<body>",
        "<a href=x>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&#0;",
        "&#xD800;",
        "&amp",
        "<meta charset=utf-7>",
        "<time datetime=2031-05-03>",
        "<blockquote>",
        "<![CDATA[",
        "<?xml version='1.0' encoding='x'?>",
        "<p class=caption-text>",
        LEAD,
        MORE,
        "\ufffe",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES | st.text(max_size=30), max_size=25).map("".join))
def test_any_markup_gives_an_article_or_a_reject(html: str) -> None:
    found = read(html.encode(errors="replace"))
    if isinstance(found, Article):
        end = 0
        for paragraph in found.paragraphs:
            assert end <= paragraph.start < paragraph.end <= len(found.text)
            end = paragraph.end
        assert any(kind == "body" for kind, _ in parts(found))
    else:
        assert found.reason in {"no_text", "empty", "binary"}
