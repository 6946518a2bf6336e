"""Bytes to text."""

# Typographic and foreign characters are what is tested here.
# ruff: noqa: RUF001

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.extract.decode import Undecodable, decoded

ENGLISH = (
    "The minister’s visit to São Paulo was “a success”, aides said – and costly. Señor Núñez met the envoy in Bogotá."
)
RUSSIAN = "Министр иностранных дел встретился со своим коллегой в Женеве и обсудил положение на границе."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "cp1252"])
def test_english_in_an_encoding_nobody_declared(encoding: str) -> None:
    assert decoded(ENGLISH.encode(encoding)) == ENGLISH


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_other_scripts_are_told_by_their_bytes(encoding: str) -> None:
    assert decoded(RUSSIAN.encode(encoding)) == RUSSIAN


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("windows-1250", "cp1250"),
        ("iso-8859-2", "iso-8859-2"),
        (" 'ISO-8859-2' ", "iso-8859-2"),
        ("utf-16le", "utf-16-le"),
        ("utf-8", "utf-8"),
    ],
)
def test_a_declared_charset_is_believed(charset: str, encoding: str) -> None:
    assert (
        decoded("Premiér Škoda přijel do Prahy.".encode(encoding), charset=charset) == "Premiér Škoda přijel do Prahy."
    )


def test_latin_1_means_windows_1252() -> None:
    assert decoded(ENGLISH.encode("cp1252"), charset="iso-8859-1") == ENGLISH


@pytest.mark.parametrize("charset", ["iso-8859-1", "no-such-thing", "punycode", "rot13", "base64", "\0", "ascii"])
def test_a_wrong_charset_does_no_harm_to_utf_8(charset: str) -> None:
    assert decoded(ENGLISH.encode(), charset=charset) == ENGLISH


def test_a_mark_is_dropped_unless_utf_8_is_declared() -> None:
    assert decoded(codecs.BOM_UTF8 + b"Text") == "Text"
    assert decoded(codecs.BOM_UTF8 + b"Text", charset="utf-8") == "\ufeffText"
    assert decoded("Text".encode("utf-16"), charset="utf-8") == "Text"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\nwords", "PDF"),
        (b"PK\x03\x04words", "ZIP"),
        (b"\x89PNG\r\n\x1a\nwords", "PNG"),
        (b"\xff\xd8\xff\xe0words", "JPEG"),
        (b"GIF89awords", "GIF"),
        (b"\x7fELFwords", "ELF"),
        (b"\x1f\x8bwords", "gzip"),
        (b"{\\rtf1 words}", "Rich Text"),
        (b"words\0and words", "NUL"),
        (b"caf\xe9 \0 words", "NUL"),
        (b"\x01\x02\x03\x04 words", "control"),
    ],
)
def test_what_is_no_text(content: bytes, said: str) -> None:
    with pytest.raises(Undecodable) as caught:
        decoded(content)
    assert caught.value.reason == "binary"
    assert said in caught.value.problem


def test_bytes_that_fit_no_encoding() -> None:
    with pytest.raises(Undecodable) as caught:
        decoded(bytes(range(128, 256)) * 20)
    assert caught.value.reason == "encoding"


def test_the_encoding_is_found_where_the_first_foreign_byte_stands_late() -> None:
    text = "Plain words. " * 20_000 + RUSSIAN * 200
    assert decoded(text.encode("cp1251")) == text


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
        lambda text: text[0] != "\ufeff"
    )
)
def test_utf_8_always_comes_back(text: str) -> None:
    assert decoded(text.encode(), charset="iso-8859-1") == text
