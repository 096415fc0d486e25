"""The environment of the tests of web applications: Flask, FastAPI, Django and pytest-benchmark, by `make web`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import make_project

WEB = Path(__file__).parents[2] / ".tools" / "web"

needs_web = pytest.mark.skipif(
    not (WEB / ".synced").exists(), reason="the web frameworks are not there: `make web` fetches them"
)


def make_web_project(folder: Path, files: dict[str, str]) -> Path:
    """A project whose own environment is that one: a link, as people have who share an environment."""
    made = make_project(folder, files)
    (made / ".venv").symlink_to(WEB, target_is_directory=True)
    return made
