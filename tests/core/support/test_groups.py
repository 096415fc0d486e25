"""The summary by group: a skip is shown with what enables it, and is a failure where nothing may be skipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TESTS = """
import pytest
def test_passes(): pass
@pytest.mark.skip(reason="it needs more: run `make more`")
def test_skipped(): pass
"""


def run(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    (folder / "tests/core").mkdir(parents=True)
    (folder / "tests/core/test_a.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.support.groups_plugin",
        "--import-mode=importlib",
        "tests",
    ]
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(folder), **environ},
    )


def test_a_skip_is_shown_with_what_enables_it(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "core     1 passed, 0 failed, 1 skipped" in done.stdout
    assert "1 skipped: it needs more: run `make more`" in done.stdout
    assert "model    not run (`make test-model` runs it)" in done.stdout


@pytest.mark.parametrize(("required", "status"), [("all", 1), ("", 0)])
def test_a_skip_fails_the_run_where_all_is_required(tmp_path: Path, required: str, status: int) -> None:
    assert run(tmp_path, STOKER_REQUIRE=required).returncode == status
