"""Projects whose tests are run by runners that nobody here wrote; see tests/support/runners/README.md."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_INSTALLED = Path(__file__).parent / "runners" / "node_modules"
_PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"


def project_with(runner: str, folder: Path) -> Path:
    """A copy of a project with its packages; skips the test where they, or Node, are not there."""
    need_node()
    if not (_INSTALLED / runner).exists():
        pytest.skip(f"{runner} is not there; `make runners` fetches it")
    shutil.copytree(_PROJECTS / runner, folder)
    (folder / "node_modules").symlink_to(_INSTALLED, target_is_directory=True)
    return folder.resolve()


def need_node() -> None:
    """Skips the test where Node is not there."""
    if shutil.which("node") is None:
        pytest.skip("Node 20, which runs JavaScript's tests, is not on the PATH")
