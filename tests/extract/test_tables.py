"""CSV and TSV."""

# Typographic and foreign characters are what is tested here.

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.article import article_of
from etl.extract.limits import Limits
from etl.extract.tables import read_csv, read_tsv
from etl.records import Article, RawDocument, Reject


def read(content: bytes, limits: Limits | None = None) -> list[RawDocument | Reject]:
    return list(read_csv(io.BytesIO(content), "a.csv", limits or Limits()))


def test_all_columns_in_any_order_and_case() -> None:
    content = b"Title,id, TEXT ,rating,published,url,source\nEnvoy leaves,a1,The envoy left.,5,2031-05-03,https://h.example/1,Post\n"
    assert read(content) == [
        RawDocument(
            content=b"The envoy left.",
            media_type="text/plain",
            location="a.csv:2",
            source="Post",
            external_id="a1",
            title="Envoy leaves",
            published=date(2031, 5, 3),
            url="https://h.example/1",
        )
    ]


def test_quoted_fields_may_hold_anything_and_lines_are_counted() -> None:
    content = b'id,text\r\na,"First, they ""met"".\r\n\r\nThen they left."\r\n\r\nb,Second.\r\n'
    found = read(content)
    assert [(d.location, d.content) for d in found if isinstance(d, RawDocument)] == [
        ("a.csv:2", b'First, they "met".\r\n\r\nThen they left.'),
        ("a.csv:6", b"Second."),
    ]
    assert len(found) == 2


def test_tabs_part_the_columns_of_tsv() -> None:
    (document,) = read_tsv(io.BytesIO(b"id\ttext\na\tOne, two, three.\n"), "a.tsv", Limits())
    assert isinstance(document, RawDocument)
    assert (document.content, document.external_id) == (b"One, two, three.", "a")


@pytest.mark.parametrize("content", [b"id,body\na,b\n", b"id;text\na;b\n", b"\n\nid\n"])
def test_a_table_without_a_text_column(content: bytes) -> None:
    (reject,) = read(content)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location) == ("missing_column", "a.csv")
    assert "found: id" in reject.detail


def test_a_table_without_a_header() -> None:
    (reject,) = read(b"\n\n")
    assert isinstance(reject, Reject)
    assert reject.reason == "empty"


def test_a_header_alone_holds_no_articles() -> None:
    assert read(b"id,text\n") == []


def test_bad_rows_do_not_stop_the_rest() -> None:
    content = b"id,text,published\na,One.,2031-05-03\nb\nc,Two, as it were.,2031-05-03\nd,Three.,soon\ne,Four.,\n"
    found = read(content)
    assert [(i.location, i.reason if isinstance(i, Reject) else i.content) for i in found] == [
        ("a.csv:2", b"One."),
        ("a.csv:3", "missing_field"),
        ("a.csv:4", "bad_field"),
        ("a.csv:5", "bad_field"),
        ("a.csv:6", b"Four."),
    ]
    assert isinstance(found[2], Reject)
    assert "4 fields, the header 3" in found[2].detail
    assert found[2].content == b"c,Two, as it were.,2031-05-03\n"


def test_the_text_keeps_its_bytes_and_is_decoded_as_any_document() -> None:
    rows = "id,title,text\na,São Paulo,The minister’s visit to São Paulo was “a success”.\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        (document,) = read(rows.encode(encoding))
        assert isinstance(document, RawDocument)
        assert document.title == "São Paulo"
        article = article_of(document)
        assert isinstance(article, Article)
        assert article.text == "The minister’s visit to São Paulo was “a success”."


def test_a_table_in_utf_16_is_refused_with_the_mend() -> None:
    (reject,) = read("id,text\na,b\n".encode("utf-16"))
    assert isinstance(reject, Reject)
    assert reject.reason == "encoding"
    assert "UTF-8" in reject.detail


def test_a_field_longer_than_the_csv_module_allows_by_default() -> None:
    (document,) = read(b"text\n" + b"word " * 40_000 + b"\n")
    assert isinstance(document, RawDocument)
    assert len(document.content) == 200_000


def test_a_quotation_mark_that_is_never_closed_stops_with_a_reason() -> None:
    content = b'text\nOne.\n"Two.\n' + b"More words.\n" * 1000
    first, reject = read(content, Limits(max_line_bytes=1000))
    assert isinstance(first, RawDocument)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location) == ("too_large", "a.csv:3")
    assert "not closed" in reject.detail


def test_a_row_longer_than_the_limit_stops_with_a_reason() -> None:
    first, reject = read(b"text\nOne.\n" + b"x" * 2000 + b"\nTwo.\n", Limits(max_line_bytes=1000))
    assert isinstance(first, RawDocument)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.location) == ("too_large", "a.csv:3")


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was_written(texts: list[str]) -> None:
    # White space alone is a blank row, and the csv module writes a lone NUL that it cannot read again.
    texts = [f"x{text}" for text in texts if "\0" not in text]
    table = io.StringIO(newline="")
    csv.writer(table, quoting=csv.QUOTE_ALL).writerows([["text"], *([text] for text in texts)])
    assert [d.content.decode() for d in read(table.getvalue().encode()) if isinstance(d, RawDocument)] == texts
