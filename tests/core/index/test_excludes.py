"""The user's own ignore file is the one that git would take, and counts for the index and for what is sent."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.projects import make_project

from stoker_analyzers.index.excludes import global_excludes
from stoker_analyzers.index.walk import Walker
from stoker_server.private import PrivateFiles

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder, with nothing in it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name, raising=False)
    return make_project(tmp_path / "home", {"mine/ignore": "*.log.py\nsecret/\n"})


def asked_of_git() -> str:
    return subprocess.run(
        ["git", "config", "--global", "--includes", "--type=path", "--get", "core.excludesFile"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


CONFIGURATIONS = {
    "plain": "[core]\n\texcludesFile = ~/mine/ignore\n",
    "case and quotes": '[user]\n name = x\n[CORE]\n  ExcludesFILE="~/mine/ignore" ; mine\n',
    "one line": "[core] excludesfile = ~/mine/ignore # mine\n",
    "the last one": "[core]\nexcludesfile = /nowhere\n[core]\nexcludesfile = ~/mine/ignore\n",
    "of another section": '[core]\nexcludesfile = ~/mine/ignore\n[core "x"]\nexcludesfile = /a\n[b]\nexcludesfile = /b\n',
    "goes on": "[core]\nexcludesfile = ~/mine\\\n/ignore\n",
    "escaped": '[core]\nexcludesfile = "~/my \\"own\\" \\\\ignore"\n',
    "windows": "\ufeff[core]\r\n\texcludesFile = ~/mine/ignore\r\n",
    "included": "[include]\npath = more\npath = ~/mine/none\n",
    "not there": "[include]\npath = nowhere\n[core]\nexcludesfile = ~/mine/ignore\n",
}


@needs_git
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_file_is_the_one_that_git_takes(user: Path, name: str) -> None:
    (user / ".gitconfig").write_bytes(CONFIGURATIONS[name].encode())
    (user / "more").write_text("[core]\nexcludesfile = ~/mine/ignore\n")
    assert str(global_excludes(os.environ)) == asked_of_git() != ""


def test_files_that_include_themselves_come_to_an_end(user: Path) -> None:
    (user / ".gitconfig").write_text("[include]\npath = .gitconfig\n[core]\nexcludesfile = /ignore\n")
    assert global_excludes(os.environ) == Path("/ignore")


def test_without_a_setting_it_is_where_git_looks(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert global_excludes(os.environ) == user / ".config/git/ignore"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(user / "xdg"))
    assert global_excludes(os.environ) == user / "xdg/git/ignore"
    make_project(user, {"xdg/git/config": "[core]\nexcludesfile = ~/mine/ignore\n"})
    assert global_excludes(os.environ) == user / "mine/ignore"
    (user / ".gitconfig").write_text("[core]\nexcludesfile =\n")
    assert global_excludes(os.environ) is None
    assert global_excludes({}) is None


@needs_git
def test_what_the_user_ignores_everywhere_is_neither_indexed_nor_sent(user: Path, tmp_path: Path) -> None:
    files = ("a.py", "a.log.py", "kept.log.py", "secret/a.py", "mine.py")
    root = make_project(tmp_path / "folder", dict.fromkeys(files, "x = 1\n"))
    subprocess.run(["git", "init", "-q", root], check=True)
    make_project(root, {".git/info/exclude": "mine.py\n", ".gitignore": "!kept.log.py\n"})
    (user / ".gitconfig").write_text("[core]\nexcludesfile = ~/mine/ignore\n")
    told = subprocess.run(["git", "check-ignore", *files], capture_output=True, text=True, cwd=root, check=True).stdout
    sent = PrivateFiles(lambda _: root)
    assert {path for path, _ in Walker(root).files()} == set(files) - set(told.split()) == {"a.py", "kept.log.py"}
    assert [each for each in files if sent.may_be_sent(root / each)] == ["a.py", "kept.log.py"]
    assert "ignored" in str(sent.reason(root / "a.log.py"))
