"""The web client: polite to servers, patient with their failures, and bounded in what it takes from them."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from db.errors import CommuniqueError
from etl.config import WebSettings
from etl.extract.formats import format_of
from etl.extract.limits import Limits
from etl.extract.stream import too_large
from etl.extract.urls import is_web_address, without_credentials
from etl.records import Reject

if TYPE_CHECKING:
    import httpx
    from protego import Protego

_AGENT = "communique"
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
JSON_LINES = frozenset(
    {"application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines"}
    | {"application/json-lines", "application/x-ndjson", "application/ndjson"}
)
# Two compressions in a row, or one that packs more than gzip, would unpack one small piece to gigabytes at once.
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
# Those that a later attempt may not get.
_PASSING = frozenset({408, 425, 429})
# A host that gives no answer so often in a row is left alone for the rest of the run. An error is an answer: a few pages that
# are always broken must not keep all others of their site away.
_MOST_FAILURES = 5
# A file is larger than a page; no server holds a run for longer than this by dripping one.
_LONGEST_DOWNLOAD = 3600.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for."""

    url: str
    is_named: bool = False
    """Whether the user names the address, so that one of this machine or of a private network is as good as any."""
    etag: str | None = None
    last_modified: str | None = None
    any_type: bool = False
    """Whether other things than pages, texts and JSON Lines are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address gave."""

    location: str
    """The address that was asked for, without credentials."""
    url: str
    """The address that answered."""
    media_type: str
    content: bytes
    """Unpacked; empty where the answer went into a file."""
    fetched_at: datetime
    digest: str
    """SHA-256 of the content, 64 hex digits."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The address gives what it gave when the validators of the request came from it."""

    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why an address gave nothing."""

    reject: Reject
    may_pass: bool
    """Whether a later run may fare better: the server was busy, silent or could not be reached."""
    status: int | None = None
    """What the server answered, where it did."""


Answer = Fetched | NotModified | Failed


class Sink(Protocol):
    """A file that an answer is written to."""

    def write(self, data: bytes, /) -> object:
        """Append `data`."""

    def seek(self, offset: int, /) -> object:
        """Go to `offset`."""

    def truncate(self) -> object:
        """Cut off what comes here and behind."""


class _Problem(Exception):
    """Why one attempt failed."""

    def __init__(
        self, reason: str, detail: str, *, again: bool = False, may_pass: bool = False, status: int | None = None
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.again = again
        """Whether another attempt in this run is worth while."""
        self.may_pass = may_pass or again
        self.status = status
        self.is_silence = again and status is None
        """Whether the server gave no answer, or none that came to its end."""


class _Stopped(Exception):
    """Nobody waits for the answer any more."""


@dataclass(slots=True)
class _Host:
    """What this run knows of one host."""

    interval: float
    slots: threading.Semaphore
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules_lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    closed_until: float = 0.0
    failures: int = 0
    rules: dict[str, Protego | None] = field(default_factory=dict)
    """Of each origin; None where its robots.txt could not be had, and so nothing may be fetched (RFC 9309, 2.3.1.4)."""


class Web:
    """One client for all that a run fetches; may be used by many threads. Close it, or use it as a context manager."""

    def __init__(self, settings: WebSettings, limits: Limits) -> None:
        import httpx

        from etl.extract.connect import Transport

        self._settings = settings
        self._limits = limits
        self._stop = threading.Event()
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        try:
            self._transport = Transport(connections=settings.connections)
        except (ValueError, httpx.InvalidURL) as error:
            problem = (
                f"The proxy that the environment names is none: {error}. Mend HTTP_PROXY, HTTPS_PROXY or ALL_PROXY."
            )
            raise CommuniqueError(problem, exit_code=2) from error
        self._client = httpx.Client(
            transport=self._transport,
            timeout=settings.timeout,
            headers={"user-agent": user_agent(settings.contact), "accept-encoding": "gzip, deflate"},
            cookies=_no_cookies(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop whatever is under way, without waiting for it."""
        self._stop.set()
        self._client.close()

    def fetch(self, request: Request, *, into: Sink | None = None) -> Answer:
        """Fetch one address, after as many attempts as the settings allow.

        With `into`, the answer is written there and may be as large as what one file may unpack to.
        """
        return self._fetch(request, self._stop, into=into)

    def fetch_all(self, wanted: Iterable[tuple[T, Request | None]]) -> Generator[tuple[T, Answer | None], None, None]:
        """Yield each of `wanted` with its answer, in their order; several are fetched at a time, some ahead.

        None is passed through in its place. Nothing is waited for when the consumer closes the generator.
        """
        stop = threading.Event()
        jobs: SimpleQueue[tuple[Request, Future[Answer]] | None] = SimpleQueue()
        waiting: deque[tuple[T, Future[Answer] | None]] = deque()
        threads = 0
        try:
            for thing, request in wanted:
                future: Future[Answer] | None = None
                if request is not None:
                    future = Future()
                    if threads < self._settings.connections:
                        # daemons: the interpreter does not wait at exit for a server that says nothing
                        threading.Thread(target=self._work, args=(jobs, stop), daemon=True).start()
                        threads += 1
                    jobs.put((request, future))
                waiting.append((thing, future))
                while waiting and (len(waiting) > 2 * self._settings.connections or _is_done(waiting[0][1])):
                    yield _taken(waiting.popleft())
            while waiting:
                yield _taken(waiting.popleft())
        finally:
            stop.set()
            for _ in range(threads):
                jobs.put(None)

    def _work(self, jobs: SimpleQueue[tuple[Request, Future[Answer]] | None], stop: threading.Event) -> None:
        while (job := jobs.get()) and not stop.is_set():
            request, future = job
            try:
                future.set_result(self._fetch(request, stop))
            except BaseException as error:
                # raised again where the answer is taken
                future.set_exception(error)

    def _fetch(
        self, request: Request, stop: threading.Event, *, into: Sink | None = None, with_robots: bool = True
    ) -> Answer:
        import tenacity

        location = without_credentials(request.url)
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.retries + 1),
            wait=tenacity.wait_exponential_jitter(initial=1, max=self._settings.longest_wait),
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _Problem) and error.again),
            sleep=lambda seconds: _sleep(seconds, stop),
            reraise=True,
        )
        try:
            return attempts(self._attempt, request, location, stop, into, with_robots)
        except _Problem as problem:
            host = self._host(request.url)
            if host and problem.is_silence:
                host.failures += 1
            reject = Reject(location=location, reason=problem.reason, detail=f"{location}: {problem}")
            return Failed(reject=reject, may_pass=problem.may_pass, status=problem.status)

    def _attempt(
        self, request: Request, location: str, stop: threading.Event, into: Sink | None, with_robots: bool
    ) -> Answer:
        """Follow `request` through its redirects. Raises _Problem."""
        import httpx

        from etl.extract.connect import Late, PrivateAddress, deadline

        url, is_trusted, cookies = request.url, request.is_named, httpx.Cookies()
        total = self._settings.total if into is None else _LONGEST_DOWNLOAD
        try:
            for _ in range(self._limits.max_redirects + 1):
                if not is_web_address(url):
                    if url == request.url:
                        mend = "only http and https are supported. Save the document and give its path."
                        raise _Problem("unsupported", mend)
                    problem = f"it leads to {without_credentials(url)[:200]!r}, which is neither http nor https. Check the address."
                    raise _Problem("http", problem)
                if not (host := self._host(url)):
                    raise _Problem("bad_address", "it is not an address. Correct it.")
                if with_robots and self._settings.robots:
                    self._heed_robots(host, url, is_trusted, stop)
                sent = self._built(url, request, cookies, is_trusted)
                with self._turn(host, stop), deadline(total):
                    response = self._client.send(sent, stream=True)
                    try:
                        cookies.extract_cookies(response)
                        if response.next_request is None:
                            return self._answer(response, request, location, host, stop, into)
                        following = str(response.next_request.url)
                    finally:
                        response.close()
                is_trusted = is_trusted and _is_same_host(url, following)
                url = following
        except PrivateAddress as error:
            problem = f"it leads to {error}, which is no public address. If that is meant, set private_addresses = true under [web]."
            raise _Problem("private_address", problem) from error
        except Late as error:
            late = _Problem("http", f"not done after {total:g} seconds. Try again later.", may_pass=True)
            late.is_silence = True
            raise late from error
        except httpx.TimeoutException as error:
            detail = f"the server was silent for more than {self._settings.timeout:g} seconds. Try again later."
            raise _Problem("http", detail, again=True) from error
        except (httpx.NetworkError, httpx.RemoteProtocolError, ImportError) as error:
            detail = f"{str(error) or type(error).__name__}. Check the address and the network."
            raise _Problem("http", detail, again=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            detail = f"{str(error) or type(error).__name__}. Check the address and the network."
            raise _Problem("http", detail) from error
        raise _Problem("http", f"more than {self._limits.max_redirects} redirects. Check the address in a browser.")

    def _built(self, url: str, request: Request, cookies: httpx.Cookies, is_trusted: bool) -> httpx.Request:
        from etl.extract.connect import GUARDED

        headers = {"if-none-match": request.etag, "if-modified-since": request.last_modified}
        return self._client.build_request(
            "GET",
            url,
            headers={name: value for name, value in headers.items() if value},
            cookies=cookies,
            extensions={GUARDED: not (is_trusted or self._settings.private_addresses)},
        )

    def _answer(
        self,
        response: httpx.Response,
        request: Request,
        location: str,
        host: _Host,
        stop: threading.Event,
        into: Sink | None,
    ) -> Answer:
        status = response.status_code
        if status >= 500 or status in _PASSING:
            self._note_retry_after(response, host)
            said = f"the server answered {status} {response.reason_phrase}".strip()
            raise _Problem("http", f"{said}. Try again later.", again=True, status=status)
        if status != 200:
            host.failures = 0
        if status == 304 and (request.etag or request.last_modified):
            return NotModified(location=location)
        if status != 200:
            said = f"the server answered {status} {response.reason_phrase}".strip()
            raise _Problem("http", f"{said}. Check the address.", status=status)
        given = response.headers.get("content-type", "")
        media_type = given if request.any_type else _media_type(response)
        if media_type is None:
            raise _Problem(
                "unsupported",
                f"the server sent {given[:100] or 'no content type'}; text/html, text/plain and JSON Lines are supported. "
                "Save it and give its path.",
            )
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            problem = (
                f"the answer is compressed as {encoding[:100]!r}, which was not asked for. Save it and give its path."
            )
            raise _Problem("http", problem)
        body, digest = self._body(response, location, stop, into)
        host.failures = 0
        return Fetched(
            location=location,
            url=without_credentials(str(response.url)),
            media_type=media_type,
            content=body,
            fetched_at=datetime.now(UTC),
            digest=digest,
            etag=_short(response.headers.get("etag")),
            last_modified=_short(response.headers.get("last-modified")),
        )

    def _body(
        self, response: httpx.Response, location: str, stop: threading.Event, into: Sink | None
    ) -> tuple[bytes, str]:
        from etl.extract.connect import Late, is_late

        most = self._limits.max_document_bytes if into is None else self._limits.max_decompressed_bytes
        body, size, digest = bytearray(), 0, hashlib.sha256()
        if into is not None:
            # what an attempt that failed has left
            into.seek(0)
            into.truncate()
        for piece in response.iter_bytes():
            size += len(piece)
            if size > most:
                raise _Problem(
                    "too_large", too_large(location, "the answer", most).detail.removeprefix(f"{location}: ")
                )
            digest.update(piece)
            if into is None:
                body += piece
            else:
                into.write(piece)
            if is_late():
                raise Late
            if stop.is_set():
                raise _Stopped
        return bytes(body), digest.hexdigest()

    def _host(self, url: str) -> _Host | None:
        name = _hostname(url)
        if not name:
            return None
        with self._lock:
            if name not in self._hosts:
                slots = threading.Semaphore(self._settings.connections_per_host)
                self._hosts[name] = _Host(interval=self._settings.interval, slots=slots)
            return self._hosts[name]

    @contextlib.contextmanager
    def _turn(self, host: _Host, stop: threading.Event) -> Iterator[None]:
        """Wait until the host may be asked again. Raises _Problem where that is not worth while."""
        with host.slots:
            if host.failures >= _MOST_FAILURES:
                problem = (
                    f"its server gave no answer {_MOST_FAILURES} times in a row and is left alone. Try again later."
                )
                raise _Problem("http", problem, may_pass=True)
            with host.lock:
                now = time.monotonic()
                closed = host.closed_until - now
                if closed > self._settings.longest_wait:
                    problem = f"its server asks to be left alone for {closed:.0f} seconds. Try again later."
                    raise _Problem("http", problem, may_pass=True)
                start = max(now, host.free_at, host.closed_until)
                host.free_at = start + host.interval
            _sleep(start - now, stop)
            yield

    def _note_retry_after(self, response: httpx.Response, host: _Host) -> None:
        """Heed Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
        given = response.headers.get("retry-after", "").strip()
        seconds = 0.0
        if given.isascii() and given.isdigit():
            # a number without end is longer than any run
            seconds = float(given[:9])
        elif given:
            with contextlib.suppress(ValueError, TypeError, OverflowError):
                until = parsedate_to_datetime(given)
                seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        with host.lock:
            host.closed_until = max(host.closed_until, time.monotonic() + seconds)

    def _heed_robots(self, host: _Host, url: str, is_trusted: bool, stop: threading.Event) -> None:
        """Raise _Problem where robots.txt forbids `url`, or cannot be had at present (RFC 9309)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
        with host.rules_lock:
            if origin not in host.rules:
                host.rules[origin] = self._rules(host, origin, is_trusted, stop)
            rules = host.rules[origin]
        mend = "If you may fetch it all the same, set robots = false under [web]."
        if rules is None:
            problem = f"{origin}/robots.txt cannot be read at present, so nothing is fetched from there. Try again later. {mend}"
            raise _Problem("http", problem, may_pass=True)
        if not rules.can_fetch(url, _AGENT):
            raise _Problem("robots", f"{origin}/robots.txt forbids it. {mend}")

    def _rules(self, host: _Host, origin: str, is_trusted: bool, stop: threading.Event) -> Protego | None:
        from protego import Protego

        request = Request(url=f"{origin}/robots.txt", is_named=is_trusted, any_type=True)
        answer = self._fetch(request, stop, with_robots=False)
        if isinstance(answer, Failed) and answer.reject.reason == "private_address":
            raise _Problem("private_address", str(answer.reject.detail).removeprefix(f"{answer.reject.location}: "))
        if isinstance(answer, Fetched):
            rules = Protego.parse(answer.content.decode(errors="replace"))
            if delay := rules.crawl_delay(_AGENT):
                host.interval = max(host.interval, min(float(delay), self._settings.longest_wait))
            return rules
        is_absent = isinstance(answer, Failed) and answer.status is not None and not answer.may_pass
        return Protego.parse("") if is_absent else None


def user_agent(contact: str | None = None) -> str:
    """What the client calls itself: name, version, and whom to write to."""
    try:
        name = f"{_AGENT}/{version('communique')}"
    except PackageNotFoundError:
        # Run from a checkout that was not installed.
        name = _AGENT
    shown = contact and " ".join(re.sub(r"[^\x20-\x7e]|[()]", "", contact).split())
    return f"{name} (+{shown})" if shown else name


def _media_type(response: httpx.Response) -> str | None:
    """Return the media type with its charset, as far as the readers know it."""
    bare = response.headers.get("content-type", "").split(";")[0].strip().lower()
    # Servers of plain files know no type for JSON Lines.
    is_jsonl = format_of(urlsplit(str(response.url)).path) == "jsonl"
    if bare in JSON_LINES or (is_jsonl and bare in ("text/plain", "application/octet-stream", "application/json")):
        return "application/jsonl"
    if bare not in _PAGES and bare != "text/plain":
        return None
    media_type = "text/html" if bare in _PAGES else bare
    charset = response.charset_encoding
    return f"{media_type}; charset={charset}" if charset and charset.isascii() and charset.isprintable() else media_type


def _no_cookies() -> CookieJar:
    """A jar that keeps nothing: what one page sets is for its own redirects, and none of the next page's business."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_same_host(url: str, other: str) -> bool:
    """Whether a redirect stays on the server that the user named: an upgrade to https does."""
    first, second = urlsplit(url), urlsplit(other)
    ports = (first.port, second.port)
    is_default = first.port in (None, 80, 443) and second.port in (None, 80, 443)
    return first.hostname == second.hostname and (ports[0] == ports[1] or is_default)


def _short(validator: str | None) -> str | None:
    # one that does not fit into the stamp of an item is none
    return validator if validator and len(validator) <= 200 and validator.isprintable() else None


def _sleep(seconds: float, stop: threading.Event) -> None:
    if stop.wait(max(seconds, 0.0)):
        raise _Stopped


def _is_done(future: Future[Answer] | None) -> bool:
    return future is None or future.done()


def _taken(waiting: tuple[T, Future[Answer] | None]) -> tuple[T, Answer | None]:
    thing, future = waiting
    return thing, None if future is None else future.result()
