"""Emacs, the real one, with editors/emacs/stoker.el and its own eglot."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.support.editors import (
    DRIFTED,
    GHOST,
    ORDERS,
    ROOT,
    TIMEOUT,
    UNPACKED,
    environment,
    kill_server,
    servers,
    unpacked,
    until,
)
from tests.support.editors.pictures import picture
from tests.support.editors.terminal import TMUX, terminal

EMACS = unpacked("emacs")
SCRIPTS = ROOT / "tests/support/editors"
PACKAGES = UNPACKED.parent / "root/usr/share/emacs/site-lisp/elpa-src"
"""Where Debian keeps lsp-mode and what it needs."""

pytestmark = pytest.mark.skipif(EMACS is None, reason="Emacs is not there: run `make editors`")


def emacs(file: Path, script: str = "eglot.el", *, server: bool = True) -> subprocess.CompletedProcess[str]:
    folders = [ROOT / "editors/emacs", *PACKAGES.glob("*")]
    paths = [option for each in folders for option in ("-L", str(each))]
    return subprocess.run(
        [str(EMACS), "-Q", "--batch", *paths, "-l", str(SCRIPTS / script)],
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
    assert {"completion", "accepted", "code action", "command", "trust"} <= set(said)


@pytest.mark.skipif(not PACKAGES.is_dir(), reason="lsp-mode is not there: run `make editors`")
def test_lsp_mode_shows_ghost_text_and_code_actions(file: Path) -> None:
    ran = emacs(file, "lsp-mode.el")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = dict(line.split(": ", 1) for line in ran.stdout.splitlines() if ": " in line)
    assert said["ghost text"] == f'"{GHOST}"'
    assert "Stoker: Write a docstring" in said["code actions"]
    assert "accepted" in said


def test_a_missing_server_is_said(file: Path) -> None:
    ran = emacs(file, server=False)
    assert ran.returncode != 0
    assert "server is not installed: " in ran.stderr
    assert "pipx install stoker" in ran.stderr


@pytest.mark.skipif(TMUX is None, reason="tmux is not there: run `make editors`")
def test_the_suggestion_is_taken_by_keys_and_a_killed_server_starts_again(file: Path) -> None:
    home = file.parents[1]
    lines = (
        "(setq eglot-autoreconnect t)",
        f'(add-to-list \'load-path "{ROOT / "editors/emacs"}")',
        "(require 'stoker)",
    )
    (home / ".emacs").write_text("\n".join(lines))
    with terminal([str(EMACS), "-nw", "--no-splash", file.name], file.parent, environment(home)) as screen:
        screen.shows("def shrink")
        screen.keys("M-x")
        screen.type("eglot")
        screen.keys("Enter")
        screen.shows("eglot:project")
        screen.keys("M->")
        screen.type("    for va")
        screen.keys("C-M-i")  # what all that begin so have in common
        screen.shows("    for value\n")
        screen.keys("C-M-i")
        screen.shows("possible completions", f" {GHOST}")
        picture(screen, "emacs-suggestion", "Emacs")
        screen.keys("M-Down", "M-Enter")
        screen.shows(f"    for {GHOST}")
        screen.keys("C-x", "C-s")
        until(
            lambda: file.read_text().endswith(f"    for {GHOST}\n"), "the suggestion in the file", lambda: screen.text
        )
        (before,) = servers(file.parent)
        kill_server(file.parent)
        screen.shows("Reconnecting after unexpected server exit")
        until(lambda: [each for each in servers(file.parent) if each != before], "another server", lambda: screen.text)
