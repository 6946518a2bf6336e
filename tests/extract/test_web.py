"""Addresses, against a real server on this machine."""

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from etl.config import WebSettings
from etl.extract.article import article_of
from etl.extract.documents import Limits, documents
from etl.records import Article, RawDocument, Reject

PAGE = (
    "<html><head><title>Envoy leaves Oslo</title></head><body><article><h1>Envoy leaves Oslo</h1>"
    "<p>The envoy of Norland left Oslo on Friday after talks about the border had failed.</p>"
    "<p>He said that the café where they met had been cold.</p></article></body></html>"
)
LINES = b'{"id": "a", "text": "One."}\nbroken\n{"id": "b", "text": "Two."}\n'


class Handler(BaseHTTPRequestHandler):
    agents: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.agents.append(self.headers["user-agent"])
        try:
            getattr(self, "get_" + self.path.strip("/").split("/")[0].split(".")[0])()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, body: bytes, content_type: str | None, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_page(self) -> None:
        self.send(PAGE.encode(), "text/html; charset=utf-8")

    def get_latin(self) -> None:
        self.send(PAGE.encode("latin-1"), "text/html; charset=ISO-8859-1")

    def get_undeclared(self) -> None:
        self.send(PAGE.encode("cp1252"), "text/html")

    def get_nonsense(self) -> None:
        self.send(PAGE.encode(), 'text/html; charset="no such thing"')

    def get_text(self) -> None:
        self.send(b"The envoy left.", "text/plain")

    def get_lines(self) -> None:
        self.send(LINES, "application/x-ndjson")

    def get_raw(self) -> None:
        self.send(LINES, "application/octet-stream")

    def get_gzip(self) -> None:
        self.send(gzip.compress(PAGE.encode()), "text/html", Content_Encoding="gzip")

    def get_bomb(self) -> None:
        self.send(gzip.compress(bytes(50 * 1024**2)), "text/html", Content_Encoding="gzip")

    def get_twice(self) -> None:
        self.send(gzip.compress(gzip.compress(PAGE.encode())), "text/html", Content_Encoding="gzip, gzip")

    def get_liar(self) -> None:
        self.send(b"this is not compressed", "text/html", Content_Encoding="gzip")

    def get_deflate(self) -> None:
        self.send(zlib.compress(PAGE.encode()), "text/html", Content_Encoding="deflate")

    def get_pdf(self) -> None:
        self.send(b"%PDF-1.7", "application/pdf")

    def get_untyped(self) -> None:
        self.send(b"bytes", None)

    def get_missing(self) -> None:
        self.send(b"<p>gone</p>", "text/html", status=404)

    def get_broken(self) -> None:
        self.send(b"", "text/html", status=503)

    def get_moved(self) -> None:
        self.send(b"", None, status=302, Location="/page")

    def get_loop(self) -> None:
        self.send(b"", None, status=302, Location="/loop")

    def get_local(self) -> None:
        self.send(b"", None, status=302, Location="file:///etc/hostname")

    def get_short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"<p>cut")

    def get_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        while True:
            self.wfile.write(b"and on and on and on " * 1000)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def fetch(url: str, limits: Limits | None = None, **web: float) -> RawDocument | Reject:
    settings = WebSettings.model_validate({"interval": 0, "longest_wait": 0, "retries": 1} | web)
    (item,) = documents([url], limits=limits or Limits(), web=settings)
    return item


def fetched(url: str) -> RawDocument:
    item = fetch(url)
    assert isinstance(item, RawDocument), item
    return item


def refused(url: str, limits: Limits | None = None, **web: float) -> Reject:
    item = fetch(url, limits, **web)
    assert isinstance(item, Reject), item
    assert item.location == url
    assert item.detail.startswith(f"{url}: ")
    return item


def test_a_page_comes_with_its_address_and_time(server: str) -> None:
    document = fetched(f"{server}/page")
    assert document.content == PAGE.encode()
    assert document.media_type == "text/html; charset=utf-8"
    assert document.location == document.url == f"{server}/page"
    assert document.fetched_at is not None
    assert document.fetched_at.tzinfo is not None
    assert Handler.agents[-1].startswith("communique")


@pytest.mark.parametrize("path", ["page", "latin", "undeclared", "nonsense", "gzip", "deflate"])
def test_a_page_becomes_an_article_in_whatever_encoding_it_comes(server: str, path: str) -> None:
    article = article_of(fetched(f"{server}/{path}"))
    assert isinstance(article, Article)
    assert article.title == "Envoy leaves Oslo"
    assert "the café where" in article.text


def test_plain_text(server: str) -> None:
    document = fetched(f"{server}/text")
    assert (document.content, document.media_type) == (b"The envoy left.", "text/plain")


@pytest.mark.parametrize("path", ["lines", "raw.jsonl"])
def test_json_lines_are_one_article_a_line(server: str, path: str) -> None:
    url = f"{server}/{path}"
    found = list(documents([url]))
    assert [(i.location, i.reason if isinstance(i, Reject) else i.external_id) for i in found] == [
        (f"{url}:1", "a"),
        (f"{url}:2", "bad_json"),
        (f"{url}:3", "b"),
    ]


def test_a_redirect_is_followed_and_the_final_address_kept(server: str) -> None:
    document = fetched(f"{server}/moved")
    assert document.location == f"{server}/moved"
    assert document.url == f"{server}/page"


def test_a_redirect_without_end(server: str) -> None:
    reject = refused(f"{server}/loop")
    assert reject.reason == "http"
    assert "5 redirects" in reject.detail
    assert refused(f"{server}/moved", Limits(max_redirects=0)).reason == "http"


def test_a_redirect_to_a_file_of_this_machine_is_refused(server: str) -> None:
    assert refused(f"{server}/local").reason == "http"


@pytest.mark.parametrize(("path", "said"), [("missing", "404 Not Found"), ("broken", "503 Service Unavailable")])
def test_an_error_names_the_status(server: str, path: str, said: str) -> None:
    reject = refused(f"{server}/{path}")
    assert reject.reason == "http"
    assert said in reject.detail


@pytest.mark.parametrize(
    ("path", "said"), [("pdf", "application/pdf"), ("untyped", "no content type"), ("raw", "octet")]
)
def test_other_content_is_unsupported(server: str, path: str, said: str) -> None:
    reject = refused(f"{server}/{path}")
    assert reject.reason == "unsupported"
    assert said in reject.detail


@pytest.mark.parametrize("path", ["endless", "bomb"])
def test_a_body_is_cut_at_the_limit_that_counts_unpacked_bytes(server: str, path: str) -> None:
    assert refused(f"{server}/{path}", Limits(max_document_bytes=100_000)).reason == "too_large"


@pytest.mark.parametrize("path", ["twice", "liar", "short"])
def test_a_body_that_is_not_what_it_claims(server: str, path: str) -> None:
    assert refused(f"{server}/{path}").reason == "http"


def test_a_silent_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        reject = refused(url, timeout=0.1)
    assert reject.reason == "http"
    assert "silent" in reject.detail


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/").reason == "http"


@pytest.mark.parametrize("url", ["http://", "http://[::1", "https://a..b/", "http://127.0.0.1:99999/", "http://\x01/"])
def test_an_address_that_is_none(url: str) -> None:
    assert refused(url).reason in ("http", "unsupported", "bad_address")


def test_a_password_in_the_address_goes_to_the_server_alone(server: str) -> None:
    document = fetched(server.replace("http://", "http://user:secret@") + "/page")
    assert document.location == document.url == f"{server}/page"
