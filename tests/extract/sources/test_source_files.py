"""Files that come, grow and change between runs, and files at addresses."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.extract.limits import Limits

if TYPE_CHECKING:
    from tests.extract.conftest import Site
    from tests.extract.sources.conftest import Source


def line(name: str) -> str:
    return f'{{"id": "{name}", "text": "The envoy of {name} left."}}\n'


def test_a_folder_gives_each_file_once_and_what_comes_and_changes(
    tmp_path: Path, source: Callable[..., Source]
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "b.txt").write_text("Bee.")
    (folder / "a.html").write_text("<p>Ay.</p>")
    (folder / "c.docx").write_bytes(b"PK")
    files = source("files", str(folder))
    run = files.run()
    assert run.locations == [f"{folder}/a.html", f"{folder}/b.txt"]
    assert run.reasons == ["unsupported"]
    assert run.done == [f"{folder}/{name}" for name in ("a.html", "b.txt", "c.docx")]
    run = files.run()
    assert not run.documents
    assert not run.rejects
    assert not run.done
    (folder / "b.txt").write_text("Bee, mended.")
    (folder / "d.txt").write_text("Dee.")
    assert [d.content for d in files.run().documents] == [b"Bee, mended.", b"Dee."]


def test_a_file_as_it_was_is_not_opened(tmp_path: Path, source: Callable[..., Source]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("a"))
    files = source("files", str(path))
    assert files.run().documents
    status = path.stat()
    path.write_text(line("b"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not files.run().documents


def test_globs_with_and_without_folders_below(tmp_path: Path, source: Callable[..., Source]) -> None:
    for name in ("2024/05/a.jsonl", "2024/b.jsonl", "2024/note.txt", "2023/c.jsonl", ".hidden/d.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line(path.stem))
    assert [d.external_id for d in source("files", f"{tmp_path}/**/*.jsonl").run().documents] == ["c", "a", "b"]
    assert [d.external_id for d in source("files", f"{tmp_path}/20*/*.jsonl").run().documents] == ["c", "b"]
    both = source("files", f"{tmp_path}/2024/*.jsonl", f"{tmp_path}/2024").run()
    assert [d.external_id for d in both.documents if d.external_id] == ["b", "a"]
    later = source("files", f"{tmp_path}/2025/*.jsonl")
    assert later.run().error is None


def test_a_name_with_brackets_is_a_name_where_there_is_such_a_file(
    tmp_path: Path, source: Callable[..., Source]
) -> None:
    (tmp_path / "a[1].txt").write_text("Ay.")
    assert len(source("files", f"{tmp_path}/a[1].txt").run().documents) == 1


def test_json_lines_that_grew_are_read_on_with_the_numbers_of_their_lines(
    tmp_path: Path, source: Callable[..., Source]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("a") + line("b"))
    files = source("files", str(path))
    assert files.run().locations == [f"{path}:1", f"{path}:2"]
    with path.open("a") as file:
        file.write("broken\n" + line("c"))
    run = files.run()
    assert run.locations == [f"{path}:4"]
    assert [r.location for r in run.rejects] == [f"{path}:3"]
    assert not files.run().documents


def test_half_a_line_is_left_for_the_next_run_and_a_whole_one_without_its_end_is_not(
    tmp_path: Path, source: Callable[..., Source]
) -> None:
    path = tmp_path / "a.jsonl"
    whole = line("a") + line("b")
    path.write_text(whole[:-20])
    files = source("files", str(path))
    run = files.run()
    assert [d.external_id for d in run.documents] == ["a"]
    assert not run.rejects
    path.write_text(whole[:-1])
    assert [d.external_id for d in files.run().documents] == ["b"]
    path.write_text(whole + line("c"))
    run = files.run()
    assert run.locations == [f"{path}:3"]
    assert not run.rejects


@pytest.mark.parametrize(
    "content", [line("x") + line("y") + line("z"), line("c"), "", line("a").replace("left", "stayed")]
)
def test_json_lines_that_were_replaced_rotated_or_cut_are_read_anew(
    tmp_path: Path, source: Callable[..., Source], content: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("a") + line("b"))
    files = source("files", str(path))
    files.run()
    path.rename(tmp_path / "a.jsonl.1")
    path.write_text(content)
    assert len(files.run().documents) == content.count("\n")


def test_a_table_that_grew_is_read_anew(tmp_path: Path, source: Callable[..., Source]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\na,One.\n")
    files = source("files", str(path), publisher="The Post")
    (document,) = files.run().documents
    assert document.publisher == "The Post"
    path.write_text("id,text\na,One.\nb,Two.\n")
    assert [d.external_id for d in files.run().documents] == ["a", "b"]


def test_what_is_not_there_fails_the_source_and_the_rest_goes_on(tmp_path: Path, source: Callable[..., Source]) -> None:
    (tmp_path / "a.txt").write_text("Ay.")
    run = source("files", f"{tmp_path}/none", f"{tmp_path}/a.txt").run()
    assert len(run.documents) == 1
    assert run.error
    assert f"{tmp_path}/none" in run.error


def test_what_may_not_be_read_today_is_tried_again(tmp_path: Path, source: Callable[..., Source]) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "later.txt")
    files = source("files", str(tmp_path))
    assert files.run().reasons == ["unreadable"]
    (tmp_path / "later.txt").write_text("Later.")
    assert len(files.run().documents) == 2


def test_files_at_an_address_are_fetched_when_they_changed(site: Site, source: Callable[..., Source]) -> None:
    site["/a.jsonl.gz"] = [
        (200, {"ETag": '"1"'}, gzip.compress((line("a") + line("b")).encode())),
        (304, {}, b""),
        (200, {"ETag": '"2"'}, gzip.compress(line("c").encode())),
    ]
    files = source("files", f"{site.address}/a.jsonl.gz")
    assert files.run().locations == [f"{site.address}/a.jsonl.gz:1", f"{site.address}/a.jsonl.gz:2"]
    assert not files.run().documents
    assert [d.external_id for d in files.run().documents] == ["c"]
    assert not files.run().documents


def test_a_table_at_an_address_is_known_by_its_type(site: Site, source: Callable[..., Source]) -> None:
    site["/export"] = (200, {"Content-Type": "text/csv; charset=utf-8"}, "id,text\na,The envoy left.\n")
    (document,) = source("files", f"{site.address}/export").run().documents
    assert document.content == b"The envoy left."
    assert document.fetched_at
    site["/page.jsonl"] = (200, {"Content-Type": "text/html"}, "<h1>Log in</h1>")
    assert source("files", f"{site.address}/page.jsonl").run().reasons == ["unsupported"]
    assert "404" in (source("files", f"{site.address}/none.csv").run().error or "")


def test_a_file_at_an_address_may_be_larger_than_one_document(site: Site, source: Callable[..., Source]) -> None:
    site["/a.jsonl"] = "".join(line(f"a{n}") for n in range(100))
    run = source("files", f"{site.address}/a.jsonl").run(limits=Limits(max_document_bytes=1000))
    assert len(run.documents) == 100
    run = source("files", f"{site.address}/a.jsonl").run(limits=Limits(max_decompressed_bytes=1000))
    assert "larger than the limit" in (run.error or "")
