"""A raw document becomes an article or a reject."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.article import article_of
from etl.extract.limits import Limits
from etl.extract.text import BLANK
from etl.records import Article, RawDocument, Reject


def read(content: bytes, media_type: str = "text/plain", location: str = "a.txt") -> Article | Reject:
    return article_of(RawDocument(content=content, media_type=media_type, location=location, source="Post"))


def test_an_article_keeps_the_text_and_what_is_known() -> None:
    text = "  The envoy left\r\n\r\nHe was sad.\n"
    document = RawDocument(
        content=text.encode(),
        media_type="text/plain",
        location="a.txt",
        source="Post",
        external_id="a1",
        title="Envoy leaves",
        published=datetime(2031, 5, 3, 10, tzinfo=UTC),
        url="https://harbour.example/1",
    )
    article = article_of(document)
    assert isinstance(article, Article)
    assert article.text == text
    assert (article.title, article.external_id, article.location) == ("Envoy leaves", "a1", "a.txt")
    assert (article.source, article.url) == ("Post", "https://harbour.example/1")
    assert article.published == datetime(2031, 5, 3, 10, tzinfo=UTC)
    assert article.published_on == date(2031, 5, 3)
    assert article.language == "en"


def test_another_language_is_an_article_too() -> None:
    article = read("Der Außenminister traf sich am Montag mit seinem Amtskollegen in Wien.".encode())
    assert isinstance(article, Article)
    assert article.language == "de"


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        (b"", "empty", "white space"),
        (b" \r\n\t", "empty", "white space"),
        ("\ufeff\u200b\u00a0\u2003 \n".encode(), "empty", "white space"),
        (b"%PDF-1.7 words", "binary", "PDF"),
        (b"word\0word", "binary", "NUL"),
        (bytes(range(128, 256)) * 20, "encoding", "UTF-8"),
    ],
)
def test_rejects_name_place_problem_and_mend(content: bytes, reason: str, said: str) -> None:
    reject = read(content)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location, reject.source) == (reason, "a.txt", "Post")
    assert reject.detail.startswith("a.txt: ")
    assert said in reject.detail
    assert reject.detail.endswith(".")


def test_a_document_over_the_limit() -> None:
    document = RawDocument(content=b"x" * 101, media_type="text/plain", location="-")
    reject = article_of(document, limits=Limits(max_document_bytes=100))
    assert isinstance(reject, Reject)
    assert reject.reason == "too_large"
    assert "101" in reject.detail
    assert isinstance(article_of(document, limits=Limits(max_document_bytes=101)), Article)


@pytest.mark.parametrize(
    ("location", "size", "is_kept"),
    [
        ("a.txt", 10, False),
        ("https://harbour.example/a", 10, False),
        ("a.jsonl:3", 10, True),
        ("a.jsonl:3", 70_000, False),
        ("-", 70_000, True),
        ("-:3", 70_000, True),
    ],
)
def test_bytes_are_kept_where_they_are_small_or_cannot_be_read_again(location: str, size: int, is_kept: bool) -> None:
    content = b"\0" * size
    reject = read(content, location=location)
    assert isinstance(reject, Reject)
    assert reject.content == (content if is_kept else None)


def test_the_charset_of_the_media_type_is_used() -> None:
    article = read("Premiér Škoda přijel do Prahy.".encode("cp1250"), "text/plain; charset=windows-1250")
    assert isinstance(article, Article)
    assert article.text == "Premiér Škoda přijel do Prahy."


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=300),
    st.sampled_from(["text/plain", "text/html", "text/plain; charset=utf-8", "text/html; charset=big5", ""]),
)
def test_any_bytes_give_an_article_or_a_reject(content: bytes, media_type: str) -> None:
    assert isinstance(read(content, media_type), Article | Reject)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_an_article_of_plain_text_is_that_text(text: str) -> None:
    article = read(text.encode(), "text/plain; charset=utf-8")
    if isinstance(article, Article):
        assert article.text == text
    else:
        assert article.reason == "binary" or not text.strip(BLANK)


def test_starting_up_loads_no_heavy_library() -> None:
    heavy = "{'trafilatura', 'htmldate', 'py3langid', 'httpx', 'dateparser', 'charset_normalizer', 'lxml', 'numpy'}"
    code = f"import sys, etl.extract.documents, etl.extract.article; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
