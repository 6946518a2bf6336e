"""A raw document becomes an article, or a reject that says why not."""

from __future__ import annotations

import re
from email.message import Message

from etl.extract.decode import Undecodable, decoded
from etl.extract.language import language_of
from etl.extract.limits import DEFAULT_LIMITS, Limits
from etl.extract.text import BLANK, article_from_text
from etl.records import Article, RawDocument, Reject

# Rejected bytes up to this size are kept with their reason.
KEPT_BYTES = 64 * 1024
_IS_LINE = re.compile(r":\d+$")


def article_of(document: RawDocument, *, limits: Limits = DEFAULT_LIMITS) -> Article | Reject:
    """Return the article that `document` is, or why it is none.

    A text in another language than English is an article too: `Article.language` says which it is.
    """
    if len(document.content) > limits.max_document_bytes:
        return _reject(
            document,
            "too_large",
            f"{len(document.content):,} bytes are more than the limit of {limits.max_document_bytes:,}. "
            "Cut it into articles, or raise the limit.",
        )
    if not document.content.strip():
        return _reject(document, "empty", "there is nothing in it but white space. Leave it out.")
    media_type, charset = _media_type(document.media_type)
    is_html = media_type == "text/html"
    if is_html and charset is None:
        from etl.extract.html import declared_charset

        charset = declared_charset(document.content)
    try:
        text = decoded(document.content, charset=charset)
    except Undecodable as error:
        mend = "Save it as UTF-8." if error.reason == "encoding" else "Convert it to plain text or HTML."
        return _reject(document, error.reason, f"{error.problem}. {mend}")
    if not text.strip(BLANK):
        return _reject(document, "empty", "there is nothing in it but white space. Leave it out.")
    return _from_html(document, text) if is_html else _from_text(document, text)


def _from_text(document: RawDocument, text: str) -> Article:
    return article_from_text(
        text,
        title=document.title,
        published=document.published,
        url=document.url,
        source=document.source or document.publisher,
        external_id=document.external_id,
        location=document.location,
        language=language_of(f"{document.title or ''}\n{text}"),
    )


def _from_html(document: RawDocument, text: str) -> Article | Reject:
    from etl.extract.html import page_of
    from etl.records import ParagraphKind

    page = page_of(text)
    article = page and article_from_text(
        page.text,
        blocks=page.blocks,
        title=document.title or page.title,
        byline=page.author,
        published=document.published or page.published,
        url=document.url or page.url,
        source=document.source or page.site or document.publisher,
        external_id=document.external_id,
        location=document.location,
        language=language_of(page.text),
    )
    if not article or not any(p.kind is ParagraphKind.BODY for p in article.paragraphs):
        return _reject(
            document,
            "no_text",
            "no article text was found in the page (a list of links, a form, or a page that scripts fill in). "
            "Save the article itself, or give its text.",
        )
    return article


def _media_type(value: str) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = value
    return message.get_content_type(), message.get_content_charset()


def _reject(document: RawDocument, reason: str, problem: str) -> Reject:
    location = document.location
    # Standard input is gone, a line is quickly kept; a file or an address can be read again.
    is_gone = location == "-" or location.startswith("-:")
    is_small_line = bool(_IS_LINE.search(location)) and len(document.content) <= KEPT_BYTES
    return Reject(
        location=location,
        reason=reason,
        detail=f"{location}: {problem}",
        content=document.content if (is_gone or is_small_line) and reason != "too_large" else None,
        source=document.source or document.publisher,
    )
