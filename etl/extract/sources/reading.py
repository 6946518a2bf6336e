"""What all kinds of sources share: what is new, what is fetched, what is done with, what is for the next run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from etl.config import SourceSettings
from etl.extract.addresses import documents_of, fetched_file
from etl.extract.files import shown
from etl.extract.limits import Limits
from etl.extract.sources import Found, Item, Known, SourceError
from etl.extract.stream import ByteStream, unpacked, unreadable
from etl.extract.urls import is_address, key_of, without_credentials
from etl.extract.web import Answer, Failed, Fetched, NotModified, Request, Web
from etl.records import RawDocument, Reject

# So many keys are looked up at a time.
_CHUNK = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that a listing offers: a link, or what it holds itself."""

    item: Item
    url: str | None = None
    """The page to fetch, where there is no `content`."""
    content: RawDocument | Reject | None = None
    published: datetime | date | None = None
    publisher: str | None = None
    """Of this thing, whatever else the source gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A feed, sitemap or list that has changed since it was last read to its end."""

    location: str
    base: str
    """Against which its links are resolved."""
    media_type: str
    stream: ByteStream
    item: Item


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What an address was when it was last read: its validators, its digest, and what pointed to it said of it."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    version: str = ""

    @classmethod
    def read(cls, stamp: str | None) -> _Stamp:
        fields = (stamp or "").split("\n")
        return cls(*fields) if len(fields) == 4 else cls()

    def __str__(self) -> str:
        return "\n".join((self.etag, self.last_modified, self.digest, self.version))


class Unavailable(SourceError):
    """An address of listings gave none."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reject.detail)
        self.failed = failed


class Reading:
    """One source, while a run reads it."""

    def __init__(self, source: SourceSettings, known: Known, web: Web, limits: Limits) -> None:
        self.source = source
        self.known = known
        self.web = web
        self.limits = limits
        self.left = source.max_items
        self._is_cut = False
        self._seen: set[str] = set()

    def each(self, read: Callable[[str], Iterator[Found]]) -> Iterator[Found]:
        """Read each location of the source; one that cannot be read is told at the end, for the others go on."""
        problems: list[str] = []
        for location in self.source.location:
            try:
                yield from read(location)
            except SourceError as error:
                problems.append(str(error))
        if self._is_cut:
            location = without_credentials(self.source.location[0])
            problem = f"the source {self.source.name!r} offers more than {self.source.max_items:,} new items; the rest is for the next run."
            yield Found(
                content=Reject(location=location, reason="too_many", detail=f"{location}: {problem} Raise max_items.")
            )
        if problems:
            raise SourceError(" ".join(problems))

    def conditional(self, url: str, *, is_named: bool, version: str = "") -> tuple[Item | None, Request | None]:
        """The item that an address is, as known, and the request for what has changed; None where `version` is known."""
        item = Item(key=key_of(without_credentials(url)), stamp="")
        stamp = self.known([item.key]).get(item.key)
        old = _Stamp.read(stamp)
        if version and old.version == version:
            return None, None
        request = Request(url=url, is_named=is_named, etag=old.etag or None, last_modified=old.last_modified or None)
        return replace(item, stamp=stamp or ""), request

    @contextmanager
    def opened(
        self, location: str, *, is_named: bool = True, is_large: bool = False, version: str = ""
    ) -> Iterator[Listing | None]:
        """Open a listing: an address or a path; None where it has not changed.

        `version` is what pointed to it says of its state. Raises SourceError where it cannot be had.
        """
        if is_address(location):
            item, request = self.conditional(location, is_named=is_named, version=version)
            if item is None or request is None:
                yield None
            elif is_large:
                with (
                    fetched_file(request, self.web) as (answer, file),
                    self._listing(item, answer, file, version) as listing,
                ):
                    yield listing
            else:
                answer = self.web.fetch(replace(request, any_type=True))
                file = BytesIO(answer.content if isinstance(answer, Fetched) else b"")
                with self._listing(item, answer, file, version) as listing:
                    yield listing
            return
        path = Path(location).expanduser().absolute()
        name = shown(path)
        try:
            opened = path.open("rb")
            status = path.stat()
        except (OSError, ValueError) as error:
            raise SourceError(unreadable(name, error).detail) from error
        item = Item(key=key_of(name), stamp=f"{status.st_size}:{status.st_mtime_ns}")
        with opened:
            if self.known([item.key]).get(item.key) == item.stamp:
                yield None
                return
            with unpacked(opened) as stream:
                yield Listing(location=name, base="", media_type="", stream=stream, item=item)

    @contextmanager
    def _listing(self, item: Item, answer: Answer, file: IO[bytes], version: str) -> Iterator[Listing | None]:
        if isinstance(answer, Failed):
            raise Unavailable(answer)
        if isinstance(answer, NotModified) or _Stamp.read(item.stamp).digest == answer.digest:
            yield None
            return
        with unpacked(file) as stream:
            yield Listing(
                location=answer.location,
                base=answer.url,
                media_type=answer.media_type,
                stream=stream,
                item=replace(item, stamp=stamp_of(answer, version)),
            )

    def read(self, offers: Iterable[Offer], listing: Item) -> Iterator[Found]:
        """Yield what is new of `offers`; `listing` is done with when nothing of it is left for a later run."""
        if (yield from self.take(offers)):
            yield Found(content=None, item=listing)

    def take(self, offers: Iterable[Offer]) -> Generator[Found, None, bool]:
        """Yield what is new of `offers`, and return whether nothing is left for a later run."""
        is_whole = True

        def wanted() -> Iterator[tuple[Offer, Request | None]]:
            nonlocal is_whole
            for offer in self._new(offers):
                if not self.spend():
                    is_whole = False
                    return
                yield offer, Request(url=offer.url) if offer.url and offer.content is None else None

        with closing(self.web.fetch_all(wanted())) as answers:
            for offer, answer in answers:
                is_whole = is_whole and not (isinstance(answer, Failed) and answer.may_pass)
                yield from self.found(offer, answer)
        return is_whole

    def spend(self) -> bool:
        """Whether one more item may be taken in this run; it is counted."""
        self._is_cut = self._is_cut or not self.left
        self.left = max(self.left - 1, 0)
        return not self._is_cut

    def found(self, offer: Offer, answer: Answer | None) -> Iterator[Found]:
        """Yield what became of one offer."""
        if isinstance(answer, Failed) and answer.may_pass:
            yield Found(content=self.told(answer.reject, offer))
            return
        contents = iter([offer.content]) if answer is None else documents_of(answer, self.limits)
        last: RawDocument | Reject | None = None
        for content in contents:
            if last is not None:
                yield Found(content=self.told(last, offer))
            last = content
        yield Found(content=last and self.told(last, offer), item=offer.item)

    def told(self, content: RawDocument | Reject, offer: Offer | None = None) -> RawDocument | Reject:
        """`content` with what `offer` and the source say of it."""
        publisher = (offer.publisher if offer else None) or self.source.publisher
        if isinstance(content, Reject):
            return replace(content, source=content.source or publisher)
        return replace(
            content, publisher=publisher, published=content.published or (offer.published if offer else None)
        )

    def _new(self, offers: Iterable[Offer]) -> Iterator[Offer]:
        for some in chunks(offers):
            had = self.known([offer.item.key for offer in some])
            for offer in some:
                if had.get(offer.item.key) != offer.item.stamp and self.is_first(offer.item.key):
                    yield offer

    def is_first(self, key: str) -> bool:
        """Whether this run of the source comes upon a key for the first time."""
        is_first = key not in self._seen
        self._seen.add(key)
        return is_first


def stamp_of(answer: Fetched, version: str = "") -> str:
    """The stamp of what an address gave."""
    return str(_Stamp(answer.etag or "", answer.last_modified or "", answer.digest, version))


def is_same(stamp: str, answer: Fetched) -> bool:
    """Whether an address gave the very bytes of which `stamp` was made."""
    return _Stamp.read(stamp).digest == answer.digest


def chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """Yield `things` by the number that is looked up at a time."""
    stream = iter(things)
    while some := list(islice(stream, _CHUNK)):
        yield some


def digest_of(*parts: object) -> str:
    """A stamp of what is said of a thing."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode(errors="surrogatepass")).hexdigest()
