"""Emacs, the real one, with editors/emacs/stoker.el and its own eglot."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.support.editors import DRIFTED, ORDERS, ROOT, TIMEOUT, environment, unpacked

EMACS = unpacked("emacs")
SCRIPT = ROOT / "tests/support/editors/eglot.el"

pytestmark = pytest.mark.skipif(EMACS is None, reason="Emacs is not there: run `make editors`")


def emacs(file: Path, *, server: bool = True) -> subprocess.CompletedProcess[str]:
    plugin = ROOT / "editors/emacs"
    return subprocess.run(
        [str(EMACS), "-Q", "--batch", "-L", str(plugin), "-l", str(SCRIPT)],
        env={
            **environment(file.parents[1], server=server),
            "TEST_FILE": str(file),
            "STOKER_EDITOR_SECONDS": os.environ.get("STOKER_EDITOR_SECONDS", "30"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=8 * TIMEOUT,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/stoker.toml").write_text("")
    (tmp_path / "project/orders.py").write_text(f"{DRIFTED}\n\n{ORDERS}")
    return tmp_path / "project/orders.py"


def test_eglot_completes_acts_and_marks(file: Path) -> None:
    ran = emacs(file)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = dict(line.split(": ", 1) for line in ran.stdout.splitlines() if ": " in line)
    assert "divisor" in said["diagnostics"]
    assert "Stoker: Write a docstring" in said["code actions"]
    assert {"completion", "accepted", "code action", "command"} <= set(said)


def test_a_missing_server_is_said(file: Path) -> None:
    ran = emacs(file, server=False)
    assert ran.returncode != 0
    assert "server is not installed: " in ran.stderr
    assert "pipx install stoker" in ran.stderr
