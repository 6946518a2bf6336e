"""What stands in deploy/ and in the documentation works: every command line, every unit, the exit codes each scheduler sees."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import click
import psycopg
import pytest
import yaml

from db.engine import open_engine
from db.lock import run_lock
from db.migrate import downgrade, upgrade
from etl import Communique, CommuniqueError
from etl.cli import main

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
DOCUMENTED = (ROOT / "README.md", ROOT / "docs" / "operations.md")
SANCTION = "Peru imposed sanctions on Chile on Tuesday."


# -- command lines -----------------------------------------------------------------------------------------------------


def command_lines() -> Iterator[tuple[str, str]]:
    """Every line in which a command of ours is typed: where it stands, and from 'communique' to its end."""
    for path in sorted(p for p in DEPLOY.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        for line in path.read_text().splitlines():
            if line.lstrip().startswith("#") and "'communique" not in line:
                continue
            if listed := re.search(r'\["communique".*?\]', line):
                yield path.name, shlex.join(json.loads(listed.group()))
            for typed in re.findall(r"(?:^|[\s'\"(=/])(communique (?!communique)[a-z][^;|&>)'\"]*)", line):
                yield path.name, typed
    for path in DOCUMENTED:
        whole = path.read_text()
        blocks = [block for kind, block in re.findall(r"```(\w*)\n(.*?)```", whole, re.DOTALL) if kind == "sh"]
        typed_in = [line.split("sudo -u communique ")[-1] for block in blocks for line in block.splitlines()]
        spans = re.findall(r"`(communique [^`]+)`", re.sub(r"```.*?```", "", whole, flags=re.DOTALL))
        for line in [*typed_in, *spans]:
            if found := re.search(r"(?:^|[\s|])(communique [^|;>&]*)", line):
                yield path.name, found.group(1)


LINES = sorted(set(command_lines()))


@pytest.mark.parametrize(("where", "line"), LINES, ids=[f"{where}: {line[:60]}" for where, line in LINES])
def test_every_command_line_is_one_that_the_program_takes(where: str, line: str) -> None:
    # what redirects the errors is the shell's
    words = shlex.split(re.sub(r" 2$", "", line), comments=True)[1:]
    command: click.Command = main
    context = click.Context(main, info_name="communique")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"{where}: there is no command {words[0]!r}"
        command, words = found, words[1:]
    # an option that is not there, or has no value, is an error
    command.make_parser(click.Context(command)).parse_args(words)


def test_the_command_lines_are_found() -> None:
    assert len(LINES) > 40
    assert {
        "communique.cron",
        "communique.service",
        "communique_dag.py",
        "cronjob.yaml",
        "README.md",
        "operations.md",
    } <= {where for where, _ in LINES}


# -- files -------------------------------------------------------------------------------------------------------------


def test_the_lines_of_cron_are_whole() -> None:
    lines = (DEPLOY / "cron" / "communique.cron").read_text().splitlines()
    jobs = [line for line in lines if re.match(r"[\d*]", line)]
    assert jobs
    for job in jobs:
        *when, user, command = job.split(maxsplit=6)
        assert all(re.fullmatch(r"[\d*/,-]+", field) for field in when)
        assert user == "communique"
        # cron takes a bare % for the end of the line
        assert not re.search(r"(?<!\\)%", command)
        assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/communique/bin/communique", str(BIN / "communique"))
        (tmp_path / unit.name).write_text(text)
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    offline = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20",
        str(DEPLOY / "systemd" / "communique.service"),
    ]
    assert subprocess.run(offline, capture_output=True, check=False).returncode == 0


def test_the_service_knows_the_exit_codes() -> None:
    unit = (DEPLOY / "systemd" / "communique.service").read_text()
    assert "\nSuccessExitStatus=3 4 143\n" in unit
    settings = [line.partition("=")[0] for line in unit.splitlines() if re.match(r"[A-Z]\w*=", line)]
    assert {"User", "ProtectSystem", "NoNewPrivileges", "MemoryMax", "TimeoutStopSec", "StateDirectory"} <= set(
        settings
    )


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / "cronjob.yaml").read_text()))


def test_the_jobs_of_kubernetes_cannot_write_and_do_not_overlap() -> None:
    assert [m["kind"] for m in manifests()] == ["ConfigMap", "Secret", "CronJob", "CronJob"]
    for job in manifests()[2:]:
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["resources"]["limits"]["memory"]
        assert "change-me" not in json.dumps(pod)


def test_the_settings_of_kubernetes_are_settings(tmp_path: Path) -> None:
    from etl.config import load_settings

    (tmp_path / "communique.toml").write_text(manifests()[0]["data"]["communique.toml"])
    settings = load_settings({}, environ={}, folder=tmp_path)
    assert [source.kind for source in settings.sources] == ["feed"]


def test_the_image_holds_what_the_wheel_is_made_of() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = {name for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for name in line.split()}
    assert {"db", "etl", "migrations", "alembic.ini", "pyproject.toml", "README.md", "requirements.lock"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    assert "--require-hashes" in text
    assert re.search(r"^USER 10001", text, re.MULTILINE)


# -- what schedulers see of a run --------------------------------------------------------------------------------------


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings, a source that is there, and `communique` on the PATH."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(SANCTION)
    (tmp_path / "communique.toml").write_text(
        'database_url = "events.sqlite"\n[[sources]]\nname = "Folder"\nkind = "files"\nlocation = "news"\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def break_source(folder: Path) -> None:
    with (folder / "communique.toml").open("a") as file:
        file.write('[[sources]]\nname = "Gone"\nkind = "files"\nlocation = "gone"\n')


def exit_codes(command: list[str], folder: Path) -> list[int]:
    """Of a run that has all, one whose source fails, one beside another, one that fails."""

    def code() -> int:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode

    found = [code()]
    break_source(folder)
    found.append(code())
    with run_lock(open_engine(str(folder / "events.sqlite"))):
        found.append(code())
    (folder / "communique.toml").write_text("database_url = 'events.sqlite'\nmodel = 'none'\nbatch_size = 0\n")
    return [*found, code()]


def test_the_job_of_kubernetes_fails_only_when_a_run_does(surroundings: Path) -> None:
    command = manifests()[2]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    assert exit_codes(command, surroundings) == [0, 0, 0, 2]


def test_the_task_of_airflow_fails_only_when_a_run_does(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks: dict[str, dict[str, Any]] = {}

    class Operator:
        def __init__(self, **given: Any) -> None:
            tasks[given["task_id"]] = given

        def __rshift__(self, other: object) -> None:
            pass

    class Dag:
        def __init__(self, **given: Any) -> None:
            assert given["max_active_runs"] == 1

        def __enter__(self) -> Dag:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    packages = (
        "airflow",
        "airflow.models",
        "airflow.providers",
        "airflow.providers.standard",
        "airflow.providers.standard.operators",
    )
    for name in packages:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "airflow.models.dag", SimpleNamespace(DAG=Dag))
    operators = SimpleNamespace(BashOperator=Operator)
    monkeypatch.setitem(sys.modules, "airflow.providers.standard.operators.bash", operators)
    runpy.run_path(str(DEPLOY / "airflow" / "communique_dag.py"))
    assert list(tasks) == ["run", "check"]
    assert tasks["run"]["skip_on_exit_code"] == 4
    assert exit_codes(["bash", "-c", tasks["run"]["bash_command"]], surroundings) == [0, 0, 4, 2]


def test_the_job_of_dagster_warns_skips_and_fails(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failure(Exception):
        def __init__(self, description: str) -> None:
            super().__init__(description)

    told: list[tuple[str, str]] = []
    log = SimpleNamespace(
        info=lambda text: told.append(("info", text)), warning=lambda text: told.append(("warning", text))
    )
    dagster = SimpleNamespace(
        op=lambda f: f,
        job=lambda f: f,
        Failure=Failure,
        OpExecutionContext=object,
        ScheduleDefinition=dict,
        Definitions=dict,
    )
    monkeypatch.setitem(sys.modules, "dagster", dagster)
    read = runpy.run_path(str(DEPLOY / "dagster" / "communique_job.py"))["read_sources"]
    context = SimpleNamespace(log=log)
    read(context)
    assert [(level, text.split(",")[0]) for level, text in told] == [("info", "1 new articles")]
    told.clear()
    break_source(surroundings)
    read(context)
    assert [level for level, _ in told] == ["warning", "info"]
    told.clear()
    with run_lock(open_engine("events.sqlite")):
        read(context)
    assert told[0][1].startswith("skipped: ")
    (surroundings / "communique.toml").write_text("database_url = 'events.sqlite'\n")
    with pytest.raises(Failure, match="nothing to read"):
        read(context)


# -- rights ------------------------------------------------------------------------------------------------------------


def test_the_rights_on_postgresql_are_enough_and_no_more(postgresql_server: Callable[[], Any], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SANCTION)
    (rights,) = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL)
    before, within = rights.split("-- in that database\n")
    server = postgresql_server()

    def url(role: str) -> str:
        return str(server.get_uri("events")).replace("postgres:@", f"{role}@")

    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for statement in before.split(";"):
                connection.execute(statement.encode())
        with Communique(url("communique")) as communique:
            assert communique.run(tmp_path).new == 1
        with psycopg.connect(server.get_uri("events"), autocommit=True) as connection:
            connection.execute(within.encode())
        engine = open_engine(url("communique"))
        downgrade(engine, "-1")
        upgrade(engine)
        engine.dispose()
        with Communique(url("analyst")) as analyst:
            assert [event["type"] for event in analyst.events()] == ["sanction"]
            assert len(analyst.query("SELECT * FROM dyads").rows) == 1
            assert analyst.status()["counts"]["article"] == 1
            with pytest.raises(CommuniqueError):
                analyst.run(tmp_path)
        with psycopg.connect(url("analyst")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM article")
    finally:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS events WITH (FORCE)")
            connection.execute("DROP ROLE IF EXISTS analyst")
            connection.execute("DROP ROLE IF EXISTS communique")
