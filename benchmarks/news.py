"""News made up from templates, and a place to read it from: files and a feed on this machine."""

from __future__ import annotations

import json
import random
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_STATES = (
    ("Kenya", "Nairobi", "Kenyan"), ("Norway", "Oslo", "Norwegian"), ("Peru", "Lima", "Peruvian"), ("Chile", "Santiago", "Chilean"),
    ("Ghana", "Accra", "Ghanaian"), ("Japan", "Tokyo", "Japanese"), ("Mongolia", "Ulaanbaatar", "Mongolian"), ("Tunisia", "Tunis", "Tunisian"),
    ("Poland", "Warsaw", "Polish"), ("Uruguay", "Montevideo", "Uruguayan"), ("Nepal", "Kathmandu", "Nepalese"), ("Fiji", "Suva", "Fijian"),
)  # fmt: skip
_FIRST = "Ana Boris Clara Deniz Elif Farah Goran Hana Ivo Jana Karim Lena".split()
_LAST = "Abelard Belo Cadogan Drummond Eskola Farrow Gallant Hollis Iverson Jessop Kingsley Lockhart".split()
_TELLING = (
    "{a}'s foreign minister {x} spoke by phone with {b}'s foreign minister {y} on {day} about the {matter}.",
    "{a} expelled two diplomats of {b} on {day} over the {matter}, the foreign ministry said.",
    "{a} and {b} signed an agreement on the {matter} in {city} on {day}.",
    "{x}, the {adjective} foreign minister, met {y} in {city} on {day} for talks on the {matter}.",
    "{a} condemned {b} on {day}. “We will not be silent about the {matter},” {x} told reporters.",
    "{a} imposed sanctions on {b} on {day} because of the {matter}.",
)
_GOING_ON = (
    "{y} will travel to {city} next week, officials said.",
    "“The {matter} is for both of us to settle,” {x} said.",
    "The agreement must be ratified by both parliaments.",
    "{b} had asked for the talks a month earlier.",
)
_MATTERS = "fishing quotas|border crossing|railway|air route|customs dispute|water of the river|prisoners|students' visas".split(
    "|"
)
_ACROSS = 40


def record(n: int, *, seed: int = 0) -> dict[str, Any]:
    """Article number `n`, the same each time: a record of JSON Lines."""
    rng = random.Random(f"{seed} {n}")
    (a, capital, adjective), (b, _, _) = rng.sample(_STATES, 2)
    published = date(2026, 1, 1) + timedelta(days=rng.randrange(300))
    values = {
        "a": a, "b": b, "adjective": adjective, "city": capital, "matter": rng.choice(_MATTERS), "day": f"{published:%A}",
        "x": f"{rng.choice(_FIRST)} {rng.choice(_LAST)}", "y": f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
    }  # fmt: skip
    told = [rng.choice(_TELLING), *rng.sample(_GOING_ON, 2), f"It was dispatch {n} of the year."]
    text = f"{capital.upper()}, {published:%B} {published.day} - " + " ".join(told).format(**values)
    return {
        "id": str(n),
        "text": text,
        "published": published.isoformat(),
        "source": f"Agency {n % 3}",
        "title": f"{a} and {b}: dispatch {n}",
    }


class Site:
    """A server on this machine with a feed, ``/rss``, of `numbers`, each a page of its own."""

    def __init__(self, numbers: range, *, seed: int = 0) -> None:
        self.numbers = numbers
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.strip("/")
                if name == "rss":
                    self.answer(200, site._feed(), "application/rss+xml")
                elif name.isdigit():
                    self.answer(200, _page(record(int(name), seed=seed)), "text/html; charset=utf-8")
                else:
                    self.answer(404, "", "text/plain")

            def answer(self, status: int, body: str, media_type: str) -> None:
                content = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _feed(self) -> str:
        items = "".join(f"<item><title>{n}</title><link>{self.url}/{n}</link></item>" for n in self.numbers)
        return f'<rss version="2.0"><channel><title>The Wire</title>{items}</channel></rss>'

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _page(article: dict[str, Any]) -> str:
    head = f"<title>{article['title']}</title><meta property='article:published_time' content='{article['published']}'>"
    words = article["text"].replace(". ", ".</p><p>")
    return f"<html><head>{head}</head><body><article><h1>{article['title']}</h1><p>{words}</p></article></body></html>"


def lay_out(folder: Path, numbers: range, *, seed: int = 0) -> None:
    """Write the articles of `numbers` into JSON Lines below `folder`, a broken line and a repeated article in each file."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(numbers.start, numbers.stop, _ACROSS):
        lines = [json.dumps(record(n, seed=seed)) for n in range(first, min(first + _ACROSS, numbers.stop))]
        lines[len(lines) // 2 : len(lines) // 2] = ['{"text": ', lines[0]]
        (folder / f"{first:06}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def configure(folder: Path, site: Site) -> Path:
    """A communique.toml in `folder` that lists its ``incoming`` and the feed of `site`."""
    path = folder / "communique.toml"
    path.write_text(
        "[web]\ninterval = 0\nprivate_addresses = true\nrobots = false\n"
        f'[[sources]]\nname = "Folder"\nkind = "files"\nlocation = "incoming"\n'
        f'[[sources]]\nname = "Wire"\nkind = "feed"\nlocation = "{site.url}/rss"\n'
    )
    return path
