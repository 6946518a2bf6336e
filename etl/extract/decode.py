"""Bytes to text: what kind of thing the bytes are, and which encoding they are in."""

from __future__ import annotations

import codecs
import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (also: a Word or OpenDocument file)"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x7fELF", "an ELF program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office document"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's codecs that are no encodings of web pages; some take quadratic time.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem", "utf-7"}
)
# Pages and servers that say 'latin-1' mean Windows-1252 (WHATWG Encoding Standard, section 4.2).
_LATIN_1 = frozenset({"iso8859-1", "ascii"})
_SAMPLE = 64 * 1024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WINDOWS_1252 = re.compile(r"[\x00-\x7f\xa0-\xff€\u201a„…ŠšŒœŽžŸ\u2018\u2019“”•\u2013—™]*")


class Undecodable(Exception):
    """Why bytes are no text: `reason` is ``binary`` or ``encoding``, `problem` says what was found."""

    def __init__(self, *, reason: str, problem: str) -> None:
        super().__init__(problem)
        self.reason = reason
        self.problem = problem


def decoded(content: bytes, *, charset: str | None = None) -> str:
    """Return the text that `content` is, without a byte order mark unless UTF-8 is declared.

    A byte order mark decides; then strict UTF-8, which other encodings hardly ever happen to be; then `charset`, which
    somebody declared; then what the bytes look like. Raises Undecodable for what is no text.
    """
    for magic, name in _MAGIC:
        if content.startswith(magic):
            raise Undecodable(reason="binary", problem=f"it is {name}")
    for encoding in _candidates(content, charset):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return _checked(text)
    if b"\0" in content:
        raise Undecodable(reason="binary", problem="it holds NUL bytes")
    return _checked(_guessed(content))


def _candidates(content: bytes, charset: str | None) -> list[str]:
    declared = _known(charset)
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            # Where UTF-8 is declared there is nothing to mark, and the character belongs to the text.
            return [declared] if declared == "utf-8" == encoding.removesuffix("-sig") else [encoding]
    # These are made of ASCII bytes or of NULs, so they would pass as UTF-8.
    if declared and declared.startswith(("utf-16", "utf-32", "iso2022", "hz")):
        return [declared, "utf-8"]
    if wide := _utf_16_without_mark(content):
        return [wide]
    return ["utf-8", declared] if declared else ["utf-8"]


def _known(charset: str | None) -> str | None:
    try:
        name = codecs.lookup(charset.strip("\"' ")).name if charset else None
    except (LookupError, ValueError):
        return None
    return None if name in _NO_CHARSETS else "cp1252" if name in _LATIN_1 else name


def _utf_16_without_mark(content: bytes) -> str | None:
    sample = content[:512]
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if high > 0.4 * len(sample) and not low:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 * len(sample) and not high else None


def _guessed(content: bytes) -> str:
    # What comes before the first byte that is not ASCII tells nothing.
    first = _NOT_ASCII.search(content)
    start = first.start() if first else 0
    sample = content[start : start + _SAMPLE]
    if len(_NOT_ASCII.findall(sample)) <= max(3, len(sample) // 4):
        # English with a few typographic quotes and accents: charset-normalizer takes it for Central European (cp1250).
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            text = ""
        if text and _WINDOWS_1252.fullmatch(text):
            return text
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    if best is None:
        raise Undecodable(reason="encoding", problem="no known encoding fits its bytes")
    try:
        return content.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise Undecodable(
            reason="encoding", problem=f"it looks like {best.encoding} but byte {error.start} does not fit"
        ) from error


def _checked(text: str) -> str:
    if "\0" in text:
        raise Undecodable(reason="binary", problem=f"it holds a NUL character at offset {text.index(chr(0))}")
    if len(_CONTROL.findall(text)) > 0.02 * len(text):
        raise Undecodable(reason="binary", problem="it is full of control characters")
    return text
