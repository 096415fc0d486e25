"""What all tests share: a home of their own, no keys, no network but loopback, and the summary by group."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.groups import Groups
from tests.support.offline import only_loopback

KEYS = ("OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "STOKER_API_KEY")
SETTINGS = ("STOKER_PROVIDER", "STOKER_MODEL", "STOKER_BASE_URL", "OPENAI_BASE_URL")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` rewrites the expectations in fixture files."""
    parser.addoption("--update", action="store_true", help="rewrite the expectations in fixture files")


def pytest_configure(config: pytest.Config) -> None:
    """Register the summary by group."""
    config.pluginmanager.register(Groups(), "stoker-groups")


@pytest.fixture(autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the user's files or keys, and none reaches a paid API."""
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("STOKER_HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)  # what the user ignores everywhere is not the tests' business
    # The first look at the keyring decides for the whole process which one it is.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for variable in (*KEYS, *SETTINGS):
        monkeypatch.delenv(variable, raising=False)
    with only_loopback():
        yield


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment for a child process."""
    return dict(os.environ)
