"""The web client against a server that misbehaves in every way."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import pytest

from db.errors import CommuniqueError
from etl.config import WebSettings
from etl.extract.connect import is_public
from etl.extract.limits import Limits
from etl.extract.web import Answer, Failed, Fetched, NotModified, Request, Web

if TYPE_CHECKING:
    from tests.extract.conftest import Site

PAGE = "<p>The envoy left.</p>"


def client(limits: Limits | None = None, **settings: Any) -> Web:
    usual = {"interval": 0, "longest_wait": 0, "retries": 2}
    return Web(WebSettings.model_validate(usual | settings), limits or Limits())


def fetch(url: str, *, named: bool = True, limits: Limits | None = None, **settings: Any) -> Answer:
    with client(limits, **settings) as web:
        return web.fetch(Request(url=url, is_named=named))


def failed(answer: Answer | None, *, may_pass: bool, reason: str = "http") -> str:
    assert isinstance(answer, Failed), answer
    assert (answer.reject.reason, answer.may_pass) == (reason, may_pass)
    return answer.reject.detail


def fetched(answer: Answer | None) -> str:
    assert isinstance(answer, Fetched), answer
    return answer.content.decode()


def test_the_client_says_who_it_is_and_whom_to_write_to(site: Site) -> None:
    site["/a.html"] = PAGE
    assert fetched(fetch(f"{site.address}/a.html", contact="desk@example.org")) == PAGE
    assert {headers["user-agent"].split("/")[0] for _, headers in site.asked} == {"communique"}
    assert all(headers["user-agent"].endswith("(+desk@example.org)") for _, headers in site.asked)


class TestPatience:
    @pytest.mark.parametrize("status", [429, 500, 502, 503])
    def test_a_server_that_is_busy_is_asked_again(self, site: Site, status: int) -> None:
        site["/a.html"] = [(status, {}, b""), (status, {"Retry-After": "0"}, b""), PAGE]
        assert fetched(fetch(f"{site.address}/a.html")) == PAGE
        assert len(site.paths()) == 3

    def test_so_is_one_that_cuts_the_connection_or_says_nothing(self, site: Site) -> None:
        def cut(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            handler.wfile.write(b"<p>The")
            handler.close_connection = True

        def nothing(handler: BaseHTTPRequestHandler) -> None:
            handler.close_connection = True

        site["/a.html"] = [cut, nothing, PAGE]
        assert fetched(fetch(f"{site.address}/a.html")) == PAGE

    def test_but_not_for_ever(self, site: Site) -> None:
        site["/a.html"] = (500, {}, b"")
        assert "500" in failed(fetch(f"{site.address}/a.html"), may_pass=True)
        assert len(site.paths()) == 3

    def test_one_that_asks_for_a_longer_wait_than_is_allowed_is_left_alone(self, site: Site) -> None:
        site["/a.html"] = (429, {"Retry-After": "3600"}, b"")
        site["/b.html"] = PAGE
        with client(robots=False) as web:
            for path in ("a", "b"):
                answer = web.fetch(Request(url=f"{site.address}/{path}.html", is_named=True))
                assert "left alone" in failed(answer, may_pass=True)
        assert site.paths() == ["/a.html"]

    @pytest.mark.parametrize("given", ["soon", "-5", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT", "١٢"])
    def test_a_wait_that_is_none_is_survived(self, site: Site, given: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(f"HTTP/1.0 503 Busy\r\nRetry-After: {given}\r\n\r\n".encode())
            handler.close_connection = True

        site["/a.html"] = answer
        failed(fetch(f"{site.address}/a.html", robots=False), may_pass=True)

    @pytest.mark.parametrize(("is_silent", "asked"), [(True, 5), (False, 8)])
    def test_a_host_that_does_not_answer_is_left_alone_but_not_for_pages_that_are_broken(
        self, site: Site, is_silent: bool, asked: int
    ) -> None:
        def nothing(handler: BaseHTTPRequestHandler) -> None:
            handler.close_connection = True

        with client(robots=False, retries=0) as web:
            for n in range(8):
                site[f"/{n}.html"] = nothing if is_silent else (500, {}, b"")
                failed(web.fetch(Request(url=f"{site.address}/{n}.html", is_named=True)), may_pass=True)
        assert len(site.paths()) == asked

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
    def test_a_no_is_taken_for_an_answer(self, site: Site, status: int) -> None:
        site["/a.html"] = (status, {}, b"")
        assert str(status) in failed(fetch(f"{site.address}/a.html"), may_pass=False)
        assert len(site.paths()) == 1

    def test_a_name_that_nobody_knows_may_be_known_tomorrow(self) -> None:
        failed(fetch("http://nobody.invalid/", robots=False), may_pass=True)


class TestBounds:
    @pytest.mark.parametrize("part", ["headers", "body"])
    def test_bytes_that_dribble_in_for_ever_are_given_up(self, site: Site, part: str) -> None:
        def drip(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n")
            handler.wfile.write(b"X-Drip: " if part == "headers" else b"\r\n")
            for _ in range(1000):
                handler.wfile.write(b"x")
                time.sleep(0.01)

        site["/a.html"] = drip
        assert "not done after 0.2" in failed(fetch(f"{site.address}/a.html", total=0.2, timeout=5), may_pass=True)

    def test_pages_that_never_end_and_bombs_are_too_large(self, site: Site) -> None:
        def endless(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
            while True:
                handler.wfile.write(b"and on " * 1000)

        site["/endless.html"] = endless
        site["/bomb.html"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50 * 1024**2)))
        limits = Limits(max_document_bytes=100_000)
        for path in ("endless", "bomb"):
            failed(fetch(f"{site.address}/{path}.html", limits=limits), may_pass=False, reason="too_large")

    @pytest.mark.parametrize(
        ("head", "body"),
        [
            (b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n", b"not gzip"),
            (b"Content-Type: text/html\r\nContent-Encoding: br\r\n", b"what is br"),
            (b"Content-Type: text/html\r\nContent-Length: 10, 20\r\n", b"0123456789"),
            (b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n", b"zz\r\nno chunk\r\n"),
            (b"Content-Type: text/html\r\n" + b"X-Long: " + b"x" * 200_000 + b"\r\n", b"long"),
            (b"no header at all\r\n", b"junk"),
        ],
    )
    def test_answers_that_lie_are_rejects(self, site: Site, head: bytes, body: bytes) -> None:
        def lie(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body)
            handler.close_connection = True

        site["/a.html"] = lie
        assert isinstance(fetch(f"{site.address}/a.html", robots=False), Failed)

    def test_a_server_that_speaks_something_else(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def speak() -> None:
                for _ in range(3):
                    connection, _ = listener.accept()
                    with connection:
                        connection.sendall(b"220 mail.example.org ESMTP\r\n")

            threading.Thread(target=speak, daemon=True).start()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            failed(fetch(url, robots=False), may_pass=True)


class TestManners:
    """Pauses are made; half of what is asked for is left to a busy machine, how much longer they are is not tested."""

    @staticmethod
    def gaps(site: Site, *answers: object, **settings: Any) -> list[float]:
        at: list[float] = []

        def note(handler: BaseHTTPRequestHandler) -> None:
            at.append(time.monotonic())
            send = answers[min(len(at), len(answers)) - 1]
            assert isinstance(send, bytes)
            handler.wfile.write(b"HTTP/1.0 " + send + b"\r\nContent-Type: text/html\r\n\r\n")

        with client(**settings) as web:
            for n in range(3):
                site[f"/{n}.html"] = note
                web.fetch(Request(url=f"{site.address}/{n}.html", is_named=True))
        return [later - earlier for earlier, later in itertools.pairwise(at)]

    def test_between_two_requests_to_a_host(self, site: Site) -> None:
        assert sum(self.gaps(site, b"200 OK", interval=0.5)) > 0.5

    def test_as_robots_txt_asks_for(self, site: Site) -> None:
        site["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.5\n"
        assert sum(self.gaps(site, b"200 OK", longest_wait=1)) > 0.5

    def test_as_a_busy_server_asks_for(self, site: Site) -> None:
        assert self.gaps(site, b"503 Busy\r\nRetry-After: 1", b"200 OK", longest_wait=1, retries=1)[0] > 0.5


class TestConditions:
    def test_what_has_not_changed_is_not_sent(self, site: Site) -> None:
        site["/a.html"] = [
            (200, {"ETag": 'W/"1"', "Last-Modified": "Fri, 03 May 2024 10:00:00 GMT"}, PAGE),
            (304, {}, b""),
        ]
        with client() as web:
            first = web.fetch(Request(url=f"{site.address}/a.html", is_named=True))
            assert isinstance(first, Fetched)
            again = Request(url=first.url, is_named=True, etag=first.etag, last_modified=first.last_modified)
            assert isinstance(web.fetch(again), NotModified)
        assert site.asked[-1][1]["if-none-match"] == 'W/"1"'

    def test_a_server_that_says_so_without_being_asked_is_wrong(self, site: Site) -> None:
        site["/a.html"] = (304, {}, b"")
        failed(fetch(f"{site.address}/a.html"), may_pass=False)


class TestRobots:
    def test_what_is_forbidden_is_not_fetched_and_the_rules_are_read_once(self, site: Site) -> None:
        site["/robots.txt"] = "User-agent: communique\nDisallow: /private\nUser-agent: *\nDisallow: /\n"
        site["/a.html"] = site["/private/b.html"] = PAGE
        with client() as web:
            answer = web.fetch(Request(url=f"{site.address}/private/b.html", is_named=True))
            assert "forbids" in failed(answer, may_pass=False, reason="robots")
            assert fetched(web.fetch(Request(url=f"{site.address}/a.html", is_named=True))) == PAGE
        assert [path for path, _ in site.asked] == ["/robots.txt", "/a.html"]

    def test_a_redirect_into_what_is_forbidden_is_not_followed(self, site: Site) -> None:
        site["/robots.txt"] = "User-agent: *\nDisallow: /private\n"
        site["/a.html"] = (302, {"Location": "/private/b.html"}, b"")
        failed(fetch(f"{site.address}/a.html"), may_pass=False, reason="robots")

    @pytest.mark.parametrize("status", [401, 403, 404, 410])
    def test_a_site_without_rules_forbids_nothing(self, site: Site, status: int) -> None:
        site["/robots.txt"] = (status, {}, b"")
        site["/a.html"] = PAGE
        assert fetched(fetch(f"{site.address}/a.html")) == PAGE

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_site_whose_rules_cannot_be_read_is_left_for_later(self, site: Site, status: int) -> None:
        site["/robots.txt"] = (status, {}, b"")
        site["/a.html"] = PAGE
        assert "robots.txt" in failed(fetch(f"{site.address}/a.html"), may_pass=True)
        assert site.paths() == []
        assert fetched(fetch(f"{site.address}/a.html", robots=False)) == PAGE

    def test_rules_that_are_nonsense_forbid_nothing(self, site: Site) -> None:
        site["/robots.txt"] = b"\xff\xfe\0<html>Disallow\n: : :\nCrawl-delay: NaN\nUser-agent: *\nCrawl-delay: inf\n"
        site["/a.html"] = PAGE
        assert fetched(fetch(f"{site.address}/a.html")) == PAGE


class TestGuard:
    def test_a_link_to_this_machine_is_not_followed_unless_that_is_allowed(self, site: Site) -> None:
        site["/a.html"] = PAGE
        port = site.address.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
            answer = fetch(f"http://{host}:{port}/a.html", named=False)
            assert "private_addresses" in failed(answer, may_pass=False, reason="private_address")
        assert not site.asked
        assert fetched(fetch(f"{site.address}/a.html", named=False, private_addresses=True)) == PAGE

    def test_a_name_that_leads_to_this_machine_is_found_out(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        found = socket.getaddrinfo

        def lying(host: str, *rest: Any, **more: Any) -> Any:
            return found("127.0.0.1" if host == "news.example.org" else host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", lying)
        port = site.address.rpartition(":")[2]
        url = f"http://news.example.org:{port}/a.html"
        site["/a.html"] = PAGE
        failed(fetch(url, named=False), may_pass=False, reason="private_address")
        assert fetched(fetch(url, named=True)) == PAGE

    def test_a_redirect_may_stay_where_the_user_sent_it_but_not_go_elsewhere_inside(self, site: Site) -> None:
        port = site.address.rpartition(":")[2]
        site["/a.html"] = (302, {"Location": "/b.html"}, b"")
        site["/b.html"] = PAGE
        site["/c.html"] = (302, {"Location": f"http://localhost:{port}/b.html"}, b"")
        assert fetched(fetch(f"{site.address}/a.html")) == PAGE
        failed(fetch(f"{site.address}/c.html"), may_pass=False, reason="private_address")
        assert fetched(fetch(f"{site.address}/c.html", private_addresses=True)) == PAGE

    @pytest.mark.parametrize(
        "location", ["file:///etc/passwd", "ftp://example.org/a", "gopher://127.0.0.1:70/_x", "javascript:1"]
    )
    def test_a_redirect_out_of_the_web_is_refused(self, site: Site, location: str) -> None:
        site["/a.html"] = (302, {"Location": location}, b"")
        failed(fetch(f"{site.address}/a.html"), may_pass=False)

    def test_redirects_for_ever(self, site: Site) -> None:
        for n in range(20):
            site[f"/{n}.html"] = (302, {"Location": f"/{n + 1}.html"}, b"")
        assert "redirects" in failed(fetch(f"{site.address}/0.html"), may_pass=False)
        assert len(site.paths()) == Limits().max_redirects + 1

    @pytest.mark.parametrize(
        "address",
        [
            *"10.0.0.1 100.64.0.1 169.254.169.254 192.0.2.1 224.0.0.1 240.0.0.1 255.255.255.255 0.0.0.0".split(),
            *":: fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: 2001:db8::1".split(),
        ],
    )
    def test_addresses_that_are_not_public(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
    def test_addresses_that_are(self, address: str) -> None:
        assert is_public(address)


class TestProxy:
    def test_the_proxy_of_the_environment_is_used_but_for_hosts_that_are_left_out(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_PROXY", "localhost")
        monkeypatch.setenv("http_proxy", site.address)
        site["http://news.example.org/a.html"] = (200, {"Content-Type": "text/html"}, PAGE)
        assert fetched(fetch("http://news.example.org/a.html", named=False, robots=False)) == PAGE
        failed(fetch("http://10.0.0.1/", named=False, robots=False), may_pass=False, reason="private_address")

    def test_a_proxy_that_is_none_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "nonsense://x")
        with pytest.raises(CommuniqueError, match="HTTP_PROXY"):
            client()


class TestMany:
    def test_answers_come_in_the_order_asked_whatever_is_ready_first(self, site: Site) -> None:
        slow = threading.Event()

        def wait(handler: BaseHTTPRequestHandler) -> None:
            slow.wait(5)
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n0")

        def go(handler: BaseHTTPRequestHandler) -> None:
            slow.set()
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n1")

        site["/0.html"], site["/1.html"] = wait, go
        wanted = [(n, Request(url=f"{site.address}/{n}.html", is_named=True) if n < 2 else None) for n in range(3)]
        with client(connections=4, connections_per_host=2, robots=False) as web:
            assert [(n, answer and fetched(answer)) for n, answer in web.fetch_all(wanted)] == [
                (0, "0"),
                (1, "1"),
                (2, None),
            ]

    def test_no_more_is_taken_than_is_soon_needed_and_nothing_is_waited_for_at_the_end(self, site: Site) -> None:
        over = threading.Event()
        taken = itertools.count()

        def silent(handler: BaseHTTPRequestHandler) -> None:
            over.wait(20)

        def wanted() -> Iterator[tuple[int, Request]]:
            for n in taken:
                site[f"/{n}.html"] = silent if n else PAGE
                yield n, Request(url=f"{site.address}/{n}.html", is_named=True)

        with client(connections=2, robots=False) as web:
            answers = web.fetch_all(wanted())
            assert fetched(next(answers)[1]) == PAGE
            answers.close()
        assert not over.is_set()
        over.set()
        assert next(taken) <= 7

    def test_a_host_is_asked_by_no_more_at_a_time_than_is_set(self, site: Site) -> None:
        lock, at_once, most = threading.Lock(), 0, 0

        def count(handler: BaseHTTPRequestHandler) -> None:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.01)
            with lock:
                at_once -= 1
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n1")

        for n in range(12):
            site[f"/{n}.html"] = count
        wanted = [(n, Request(url=f"{site.address}/{n}.html", is_named=True)) for n in range(12)]
        with client(connections=8, connections_per_host=2, robots=False) as web:
            assert len(list(web.fetch_all(wanted))) == 12
        assert most <= 2
