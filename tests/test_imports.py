"""Imports go one way: the contracts of ``[tool.importlinter]`` hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_imports_go_one_way() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_migrations_stand_alone() -> None:
    # etl and db change later, and an old migration may not change with them
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        imported = [line.split()[1] for line in path.read_text().splitlines() if line.startswith(("import ", "from "))]
        assert set(imported) <= {"sqlalchemy", "alembic", *sys.stdlib_module_names}, path


def test_no_text_of_the_program_is_printed_outside_the_command_line() -> None:
    for path in (*ROOT.glob("etl/**/*.py"), *ROOT.glob("db/**/*.py")):
        assert "\nprint(" not in path.read_text() and " print(" not in path.read_text(), path  # noqa: PT018
