"""The doctor tells which Neovim is there, and what it is too old for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stoker_server.cli.doctor.editors import editors
from stoker_server.cli.doctor.findings import Finding, State


def neovim(folder: Path, script: str) -> Path:
    path = folder / "nvim"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def found(monkeypatch: pytest.MonkeyPatch, folder: str) -> Finding:
    monkeypatch.setenv("PATH", folder)
    (finding,) = editors()
    return finding


@pytest.mark.skipif(sys.platform == "win32", reason="the editors are shell scripts")
@pytest.mark.parametrize(
    ("version", "state", "text", "remedy"),
    [
        ("0.9.5", State.PROBLEM, "Neovim 0.9: {} is too old", "install Neovim 0.11 or newer"),
        ("0.10.4", State.PROBLEM, "Neovim 0.10: {} is too old", "install Neovim 0.11 or newer"),
        ("0.11.4", State.NOTE, "Neovim 0.11: {} has no ghost text of its own", "the plugin in editors/neovim draws it"),
        ("0.12.0-dev-12+g1234", State.NOTE, "Neovim 0.12: {}", ""),
        ("1.0.0", State.NOTE, "Neovim 1.0: {}", ""),
    ],
)
def test_an_old_neovim_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, state: State, text: str, remedy: str
) -> None:
    path = neovim(tmp_path, f"echo 'NVIM v{version}'; echo 'Build type: Release'")
    finding = found(monkeypatch, str(tmp_path))
    assert finding.state is state
    assert finding.text.startswith(text.format(path))
    assert remedy in finding.remedy
    assert bool(remedy) is bool(finding.remedy)


@pytest.mark.skipif(sys.platform == "win32", reason="the editors are shell scripts")
def test_what_says_no_version_is_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    neovim(tmp_path, "exit 1")
    finding = found(monkeypatch, str(tmp_path))
    assert (finding.state, "does not say its version" in finding.remedy) == (State.NOTE, True)


@pytest.mark.skipif(sys.platform == "win32", reason="the editors are shell scripts")
def test_nothing_of_the_folder_at_hand_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    neovim(tmp_path, f"touch {tmp_path}/ran; echo NVIM v0.1.0")
    monkeypatch.chdir(tmp_path)
    assert found(monkeypatch, ".").state is State.NOTE
    assert not (tmp_path / "ran").exists()
