"""The small model of these tests, where it is there, and one process that runs it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from stoker_providers.fim import template_for
from stoker_providers.local.link import Link
from stoker_providers.local.provider import LocalProvider
from stoker_providers.models import MODELS, models_folder

FOLDER = models_folder(os.environ)
"""Read before each test gets a home of its own."""

MODEL = MODELS[0]

Open = Callable[..., LocalProvider]


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The model's file; without it the test is skipped."""
    if not importlib.util.find_spec("xllamacpp"):
        pytest.skip("the extra `local` is not installed; `make test-model` installs it and runs these")
    path = FOLDER / MODEL.file
    if not path.is_file():
        pytest.skip(f"{MODEL.name} is not in {FOLDER}; `make test-model` fetches it (491 MB) and runs these")
    return path


@pytest.fixture(autouse=True)
def _models_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOKER_MODELS", str(FOLDER))


@pytest.fixture(scope="session")
def shared_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder whose model's process lives on from test to test, as long as the next one comes soon."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
async def open_provider(model_file: Path) -> AsyncIterator[Open]:
    """Opens providers for a state folder, as many windows would; they are closed after the test."""
    opened: list[LocalProvider] = []

    def provider(state: Path, *options: str) -> LocalProvider:
        link = Link("local/test", model_file, state, options)
        opened.append(LocalProvider("local/test", link, template=template_for(MODEL.file), timeout=60))
        return opened[-1]

    yield provider
    for each in opened:
        await each.aclose()


@pytest.fixture
def provider(open_provider: Open, shared_state: Path) -> LocalProvider:
    """A window on the shared process."""
    return open_provider(shared_state)
