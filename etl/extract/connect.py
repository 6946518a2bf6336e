"""Connections of the web client: none to a private address through a link, none that outlasts its deadline.

Addresses are checked where the connection is made, so that a name that resolves to something else the second time
(DNS rebinding) leads nowhere, and so that TLS and the pools know the host by its name.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

GUARDED = "communique_guarded"
"""Extension of a request: whether only public addresses may be reached."""
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# RFC 6052: IPv4 behind a translator.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_clock = threading.local()


class Late(Exception):
    """The deadline is over."""


class PrivateAddress(Exception):
    """A link leads to an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if not inner:
            return ip in _GLOBAL_UNICAST and ip.is_global
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Within it, connections of this thread are waited for no longer than `seconds` in all; then Late is raised."""
    _clock.end = time.monotonic() + seconds
    try:
        yield
    finally:
        _clock.end = None


def is_late() -> bool:
    """Whether the deadline of this thread is over."""
    end = getattr(_clock, "end", None)
    return end is not None and time.monotonic() >= end


def _left(timeout: float | None) -> float | None:
    end = getattr(_clock, "end", None)
    if end is None:
        return timeout
    left = float(end) - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("too late")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection that heeds the deadline, however many bytes dribble in."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, *, guarded: bool) -> None:
        self._guarded = guarded
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        hosts = public_addresses(host, port) if self._guarded else [host]
        for number, address in enumerate(hosts, 1):
            try:
                return _Stream(self._backend.connect_tcp(address, port, _left(timeout), local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(hosts):
                    raise
        raise httpcore.ConnectError(f"{host} has no address")


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of `host`. Raises PrivateAddress where one of them is not public, httpcore.ConnectError for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host!r} cannot be resolved: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if private := next((a for a in addresses if not is_public(a)), None):
        raise PrivateAddress(f"{host} is {private}" if host != private else private)
    return addresses


class Transport(httpx.BaseTransport):
    """Sends requests directly or through the proxies that the environment names; one pool for each degree of trust."""

    def __init__(self, *, connections: int) -> None:
        self._ssl = httpx.create_ssl_context()
        self._connections = connections
        self._direct = {g: self._pool(_Backend(guarded=g)) for g in (False, True)}
        # httpx takes the environment's proxies only where the transport is its own
        self._proxies: dict[str, httpcore.ConnectionPool] = {}
        for scheme, address in urllib.request.getproxies().items():
            if scheme in ("http", "https", "all"):
                self._proxies[scheme] = self._pool(
                    _Backend(guarded=False), httpx.Proxy(address if "://" in address else f"http://{address}")
                )

    def _pool(self, backend: _Backend, proxy: httpx.Proxy | None = None) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._ssl,
            max_connections=self._connections,
            keepalive_expiry=5.0,
            network_backend=backend,
            proxy=httpcore.Proxy(str(proxy.url), auth=proxy.raw_auth) if proxy else None,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request. Raises httpx.TransportError, Late and PrivateAddress."""
        url = request.url
        with _as_httpx():
            # Through a proxy names are resolved there; what they mean here is all that can be checked.
            proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
            if proxy and urllib.request.proxy_bypass(url.host):
                proxy = None
            if proxy and request.extensions.get(GUARDED):
                with contextlib.suppress(httpcore.ConnectError):
                    public_addresses(url.host, url.port or 0)
            pool = proxy or self._direct[bool(request.extensions.get(GUARDED))]
            answer = pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        for pool in (*self._direct.values(), *self._proxies.values()):
            pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextlib.contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        if is_late():
            raise Late from error
        raise httpx.ReadTimeout(str(error)) from error
    except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
        raise httpx.UnsupportedProtocol(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise httpx.NetworkError(str(error)) from error
