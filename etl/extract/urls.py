"""Addresses as text: which are of the web, and which of them are one."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

_CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# What says where a reader came from, not what is read (AdGuard's and ClearURLs' lists). Not among them: short names such
# as 'cid', 'eid', 'uid', 'source', 'ref', by which some sites number their articles.
_TRACKER = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|itm|vero|oly|mkt|hsa|fb_action|ns|at|ga)_\w+|_(?:ga|gl|hsenc|hsmi|openstat)|mc_[ce]id"
    r"|(?:fb|g|d|tw|y|tt)clid|msclkid|[gw]braid|igsh(?:id)?|li_fat_id|s_kwcid|ref_(?:src|url)|cmpid|ocid|smid|smtyp|xtor|spm",
    re.IGNORECASE,
)
# What is longer is no link but a page in disguise; servers refuse it (RFC 9110, 4.1, asks for 8,000).
_LONGEST_LINK = 8000
_LONGEST = 600


def is_address(name: str) -> bool:
    """Whether an input is an address with a scheme rather than a path."""
    return _SCHEME.match(name) is not None


def is_web_address(name: str) -> bool:
    """Whether `name` begins like an address of http or https."""
    return name.lower().startswith(("http://", "https://"))


def without_credentials(url: str) -> str:
    """The address without user and password, which are not for the database."""
    return _CREDENTIALS.sub("", url)


def link(value: object, base: str = "") -> str | None:
    """The http or https address that a link on the page `base` means, None where it means none."""
    text = re.sub(r"[\t\r\n]", "", value).strip() if isinstance(value, str) else ""
    try:
        # joined, 'http://' would be the page itself
        found = text if not text or is_address(text) else urljoin(base, text)
        return found if is_web_address(found) and urlsplit(found).hostname and len(found) <= _LONGEST_LINK else None
    except ValueError:
        return None


def canonical_url(url: str) -> str:
    """What an address is known by: without credentials, trackers, fragment and default port, parameters sorted.

    Two addresses of one article may stay two; addresses of two articles are never one.
    """
    parts = urlsplit(without_credentials(url.strip()))
    query = "&".join(sorted(p for p in parts.query.split("&") if p and not _TRACKER.fullmatch(p.partition("=")[0])))
    path = quote(parts.path or "/", safe="/%!$&'()*+,;=:@~", errors="replace")
    return urlunsplit(SplitResult(parts.scheme.lower(), _netloc(parts), path, query, ""))


def _netloc(parts: SplitResult) -> str:
    netloc = parts.netloc.lower()
    default = {"http": ":80", "https": ":443"}.get(parts.scheme.lower(), ":")
    return netloc.removesuffix(default)


def key_of(text: str) -> str:
    """`text` as the key of an item: cut where it is too long, with a hash of all of it at its end."""
    if len(text) <= _LONGEST:
        return text
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return f"{text[: _LONGEST - len(digest) - 1]}#{digest}"
