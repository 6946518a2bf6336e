"""A web server on this machine that does whatever a test asks of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]
PARAGRAPHS = "<p>The envoy of Norland left {0} on Friday after talks about the border had failed.</p><p>He said that it was cold.</p>"


@dataclass
class Site:
    """Answers each path as told: with text, bytes, an (status, headers, body), a function, or a list of these in turn."""

    address: str = ""
    routes: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __setitem__(self, path: str, answer: object) -> None:
        self.routes[path] = answer

    @staticmethod
    def page(place: str) -> str:
        """A page with an article of its own."""
        head = f"<html><head><title>Envoy leaves {place}</title></head>"
        return f"{head}<body><article><h1>Envoy leaves {place}</h1>{PARAGRAPHS.format(place)}</article></body></html>"

    def paths(self) -> list[str]:
        """The paths that were asked for since the last call, robots.txt left out."""
        with self.lock:
            asked, self.asked = self.asked, []
        return [path for path, _ in asked if path != "/robots.txt"]

    def clear(self) -> None:
        self.routes.clear()
        self.asked.clear()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self.lock:
            self.asked.append((handler.path, {name.lower(): value for name, value in handler.headers.items()}))
            answer = self.routes.get(
                handler.path.partition("?")[0], (404, {"Content-Type": "text/html"}, b"<p>gone</p>")
            )
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
        try:
            if callable(answer):
                answer(handler)
            else:
                send(handler, answer)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True


def send(handler: BaseHTTPRequestHandler, answer: object) -> None:
    """Send a whole answer."""
    status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
    content = body.encode() if isinstance(body, str) else body
    handler.send_response(status)
    kind = "text/html" if handler.path.partition("?")[0].endswith((".html", "/")) else "application/octet-stream"
    for name, value in ({"Content-Type": kind, "Content-Length": str(len(content))} | headers).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture(scope="session")
def _site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(_site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A server without a page; ask `site.paths()` what was fetched."""
    monkeypatch.setenv("NO_PROXY", "*")
    _site.clear()
    return _site
