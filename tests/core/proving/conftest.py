"""What tests of the proving ground share: the sandboxes that work on this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from stoker_server.proving.sandbox import Kind, Sandbox, works


def _isolating() -> list[Sandbox]:
    found = [Sandbox(Kind.NAMESPACES)] if sys.platform == "linux" else []
    if bubblewrap := shutil.which("bwrap"):
        found.append(Sandbox(Kind.BUBBLEWRAP, bubblewrap))
    return [each for each in found if works(each)]


ISOLATING = _isolating()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``sandbox`` is each one that keeps code in; ``any_sandbox`` also the limits that don't."""
    if "sandbox" in metafunc.fixturenames:
        missing = pytest.param(None, marks=pytest.mark.skip("this machine lets nobody make namespaces"))
        metafunc.parametrize("sandbox", ISOLATING or [missing], ids=lambda each: each and each.kind.value)
    if "any_sandbox" in metafunc.fixturenames:
        every = [*ISOLATING, Sandbox(Kind.LIMITS)]
        metafunc.parametrize("any_sandbox", every, ids=lambda each: each.kind.value)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder for what a run writes."""
    folder = tmp_path.resolve() / "private"
    folder.mkdir()
    return folder
