"""Runs over the sources of communique.toml, again and again: nothing lost, nothing double, failures told and passed over."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event, text

from db.engine import open_engine
from etl import Communique, CommuniqueError, pipeline
from etl.cli import main
from etl.records import Article, Coded
from etl.transform.coder import Coder

DEEDS = {
    "a": "Kenya's foreign minister Amina Odera spoke by phone with Norway's foreign minister Jonas Lind on Monday.",
    "b": "Peru imposed sanctions on Chile on Tuesday over the fishing dispute between the two countries.",
    "c": "Ghana expelled two diplomats of Togo on Wednesday, the government said in a statement.",
}


class Site:
    """A site with a feed, whose pages and failures a test decides."""

    def __init__(self) -> None:
        self.entries = ["a", "b"]
        self.is_down = False
        self.broken: set[str] = set()
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                name = self.path.strip("/")
                if name == "rss" and not site.is_down:
                    self.answer(200, site.feed(), "application/rss+xml")
                elif name in DEEDS and name not in site.broken:
                    words = f"<p>{DEEDS[name]} It was reported by the wire.</p>"
                    self.answer(200, f"<html><body><article>{words}</article></body></html>", "text/html")
                else:
                    self.answer(404 if name == "robots.txt" else 503, "no", "text/plain")

            def answer(self, status: int, body: str, media_type: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def feed(self) -> str:
        items = "".join(f"<item><title>{n}</title><link>{self.url}/{n}</link></item>" for n in self.entries)
        return f'<rss version="2.0"><channel><title>The Wire</title>{items}</channel></rss>'

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def configured(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a communique.toml that lists the feed and a folder of files."""
    (tmp_path / "news").mkdir()
    path = tmp_path / "communique.toml"
    path.write_text(
        "[web]\ninterval = 0\nretries = 0\nprivate_addresses = true\n"
        f'[[sources]]\nname = "Wire"\nkind = "feed"\nlocation = "{site.url}/rss"\n'
        '[[sources]]\nname = "Folder"\nkind = "files"\nlocation = "news"\n'
        '[[sources]]\nname = "Asleep"\nkind = "files"\nlocation = "other"\nenabled = false\n'
    )
    monkeypatch.setenv("COMMUNIQUE_CONFIG", str(path))
    return tmp_path


def run(database: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments, "--db", database, "--json"])


def report(result: Result, *, code: int = 0) -> tuple[int, int, int]:
    assert result.exit_code == code, result.output
    found = json.loads(result.stdout)
    return found["documents"], found["new"], found["rejected"]


def ask(database: str, sql: str) -> list[tuple[Any, ...]]:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]
    finally:
        engine.dispose()


def test_a_run_without_arguments_reads_what_is_new_in_the_sources(database: str, configured: Path, site: Site) -> None:
    (configured / "news" / "c.txt").write_text(DEEDS["c"])
    assert report(run(database)) == (3, 3, 0)
    states = "SELECT s.name, t.kind, t.is_configured, t.failure_count FROM source_state t JOIN source s ON s.id = t.source_id ORDER BY 1"
    assert ask(database, states) == [
        ("Asleep", "files", False, 0),
        ("Folder", "files", True, 0),
        ("Wire", "feed", True, 0),
    ]
    counts = "SELECT s.name, r.document_count, r.article_count, r.event_count > 0, r.error FROM run_source r JOIN source s ON s.id = r.source_id"
    assert ask(database, f"{counts} ORDER BY 1") == [("Folder", 1, 1, True, None), ("Wire", 2, 2, True, None)]
    assert {name for (name,) in ask(database, "SELECT DISTINCT source FROM reports")} == {None, "The Wire"}


def test_runs_on_unchanged_sources_add_no_row_but_those_of_runs(
    database: str, configured: Path, site: Site, rows_of: Callable[..., Any]
) -> None:
    (configured / "news" / "c.txt").write_text(DEEDS["c"])
    report(run(database))
    changing = {"source_state", "run_source"}
    before = {name: found for name, found in rows_of(database).items() if name not in changing}
    site.asked.clear()
    for _ in range(3):
        assert report(run(database)) == (0, 0, 0)
    assert {name: found for name, found in rows_of(database).items() if name not in changing} == before
    assert {path for path in site.asked if path in ("/a", "/b")} == set()
    assert ask(database, "SELECT count(*) FROM run") == [(4,)]


def test_only_what_comes_later_is_fetched(database: str, configured: Path, site: Site) -> None:
    report(run(database))
    site.entries.insert(0, "c")
    site.asked.clear()
    assert report(run(database)) == (1, 1, 0)
    assert [path for path in site.asked if path in ("/a", "/b", "/c")] == ["/c"]


def test_a_page_that_fails_for_now_is_asked_for_again(database: str, configured: Path, site: Site) -> None:
    site.broken = {"b"}
    assert report(run(database), code=3) == (2, 1, 1)
    site.broken = set()
    assert report(run(database)) == (1, 1, 0)
    assert ask(database, "SELECT count(*) FROM reject") == [(0,)]


def test_a_source_that_fails_is_told_and_the_others_go_on(database: str, configured: Path, site: Site) -> None:
    (configured / "news" / "c.txt").write_text(DEEDS["c"])
    site.is_down = True
    for _ in range(2):
        result = run(database)
        assert result.exit_code == 3
        assert [f["source"] for f in json.loads(result.stdout)["failed_sources"]] == ["Wire"]
    state = (
        "SELECT failure_count, error LIKE '%503%', failed_since IS NOT NULL FROM source_state WHERE failure_count > 0"
    )
    assert ask(database, state) == [(2, True, True)]
    assert ask(database, "SELECT count(*) FROM article") == [(1,)]
    site.is_down = False
    assert report(run(database)) == (2, 2, 0)
    assert ask(database, "SELECT count(*) FROM source_state WHERE failure_count > 0 OR error IS NOT NULL") == [(0,)]


def test_one_source_alone_can_be_read(database: str, configured: Path, site: Site) -> None:
    (configured / "news" / "c.txt").write_text(DEEDS["c"])
    assert report(run(database, "--source", "Folder")) == (1, 1, 0)
    assert site.asked == []
    unknown = run(database, "--source", "Wired")
    assert unknown.exit_code == 2
    assert "'Wired': communique.toml lists no such source. Listed are 'Wire', 'Folder', 'Asleep'" in unknown.stderr


def test_without_sources_and_arguments_there_is_nothing_to_read(database: str) -> None:
    result = run(database)
    assert result.exit_code == 2
    assert "There is nothing to read. Give paths or addresses" in result.stderr


def test_what_the_coder_failed_on_is_offered_again(
    database: str, configured: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def code_many(self, articles: list[Article]) -> Iterator[tuple[Article, Coded]]:
            if any("Peru" in article.text for article in articles):
                raise ValueError("the parser gave up")
            yield from Coder().code_many(articles)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_coder", lambda settings, knowledge: Failing())
        assert report(run(database), code=3) == (2, 1, 1)
    assert report(run(database)) == (1, 1, 0)
    assert ask(database, "SELECT count(*) FROM reject") == [(0,)]


def test_what_happens_is_told_as_json_lines_where_nobody_watches(database: str, configured: Path, site: Site) -> None:
    site.broken = {"b"}
    told = [json.loads(line) for line in run(database).stderr.splitlines() if line.startswith("{")]
    assert [line["event"] for line in told] == ["run started", "rejected", "run finished"]
    assert (told[1]["level"], told[1]["reason"], told[1]["location"]) == ("warning", "http", f"{site.url}/b")
    assert told[2]["article_count"] == 1


def test_a_full_disk_is_told_and_the_next_run_does_the_rest(databases: Any, tmp_path: Path) -> None:
    database = databases.new("sqlite")
    (tmp_path / "a.txt").write_text(DEEDS["a"])
    with Communique(database) as communique:
        communique.run(tmp_path)
        long = "Le ministre des affaires étrangères a rencontré son homologue à Dakar pour parler de la pêche. " * 300
        for n in range(20):
            (tmp_path / f"{n}.txt").write_text(f"{n}. {long}")
        engine = open_engine(database)
        # not one page more than there are
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
        with pytest.raises(CommuniqueError, match="the disk is full or fails") as caught:
            pipeline.run([str(tmp_path)], engine=engine, settings=communique.settings)
        engine.dispose()
        assert caught.value.exit_code == 1
        assert ask(database, "SELECT count(*) FROM article") == [(1,)]
        assert communique.run(tmp_path).new == 20
