"""Vim, the real one, with ALE and editors/vim/stoker.vim, as somebody uses it: in a terminal, by keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.editors import (
    DRIFTED,
    GHOST,
    ORDERS,
    ROOT,
    UNPACKED,
    environment,
    kill_server,
    servers,
    unpacked,
    until,
)
from tests.support.editors.pictures import picture
from tests.support.editors.terminal import TMUX, Terminal, terminal

VIM = unpacked("vim")
TEXT = f"{DRIFTED}\n\n{ORDERS}"
PAGE = (ROOT / "docs/editors/vim.md").read_text(encoding="utf-8")
DOCUMENTED = PAGE.split("```vim\n")[1].split("```")[0].replace("~/src/stoker", str(ROOT))
"""What the page has one put into ~/.vimrc. Debian's ALE is a folder; mypy is on the tests' PATH and would take long."""
VIMRC = f"""
set nocompatible noswapfile shortmess+=I runtimepath^={UNPACKED.parent / "root/usr/share/vim-ale"}
filetype plugin indent on
let g:ale_python_mypy_executable = 'nowhere'
{DOCUMENTED}
"""

pytestmark = [
    pytest.mark.skipif(not (VIM and TMUX), reason="Vim is not there: run `make editors`"),
    pytest.mark.xdist_group("vim"),
]


@contextmanager
def vim(home: Path, *, server: bool = True) -> Iterator[tuple[Terminal, Path]]:
    """Vim with a file open in it."""
    (home / "project").mkdir()
    (home / "project/stoker.toml").write_text("")
    file = home / "project/orders.py"
    file.write_text(TEXT)
    (home / ".vimrc").write_text(VIMRC)
    with terminal([str(VIM), file.name], file.parent, environment(home, server=server)) as opened:
        opened.shows("def shrink")
        yield opened, file


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Path]]:
    with vim(tmp_path_factory.mktemp("vim")) as opened:
        yield opened


def written(screen: Terminal, file: Path, what: str) -> None:
    """Wait until the file, written, has a text."""

    def has_it() -> bool:
        screen.keys("Escape")
        screen.type(":silent w!")
        screen.keys("Enter")
        return what in file.read_text(encoding="utf-8")

    until(has_it, f"{what!r} in the file", lambda: screen.text)


def test_a_drifted_docstring_is_marked(shared: tuple[Terminal, Path]) -> None:
    screen, _ = shared
    screen.type(":lopen")
    screen.keys("Enter")
    screen.shows("shrink has no argument divisor")
    screen.type(":lclose")
    screen.keys("Enter")


def test_the_suggestion_is_taken_from_the_menu(shared: tuple[Terminal, Path]) -> None:
    screen, file = shared
    screen.type(":set noautoindent indentexpr=")
    screen.keys("Enter")
    screen.type("Go    for va")
    screen.shows(f"{GHOST} v Stoker")
    picture(screen, "vim-suggestion", "Vim")
    screen.keys("C-n", "C-y")
    screen.shows(f"    for {GHOST}")
    written(screen, file, f"{TEXT}    for {GHOST}\n")


def act(screen: Terminal, title: str) -> None:
    """Pick a code action of the first line by its title."""
    screen.keys("Escape")
    screen.type("gg")
    time.sleep(0.3)  # ALE sends a change by the way, and has no sign of it
    screen.type(":ALECodeAction")
    screen.keys("Enter")
    screen.shows(title)
    line = next(each for each in screen.text.splitlines() if title in each)
    screen.type(line.strip().split(")")[0].split(".")[0])
    screen.keys("Enter")


@pytest.fixture
def half(shared: tuple[Terminal, Path]) -> tuple[Terminal, Path]:
    """Vim with nothing but a function in its file."""
    screen, file = shared
    screen.keys("Escape")
    screen.type(":%d")
    screen.keys("Enter")
    screen.type(":call setline(1, ['def half(value: int) -> float:', '    return value / 2'])")
    screen.keys("Enter")
    return screen, file


def test_a_code_action_writes_a_docstring(half: tuple[Terminal, Path]) -> None:
    screen, file = half
    act(screen, "Stoker: Write a docstring")
    written(screen, file, '"""Return the half of ``value``')


def test_a_folder_that_is_not_trusted_is_said(half: tuple[Terminal, Path]) -> None:
    screen, _ = half
    act(screen, "Stoker: Generate a test")
    screen.shows("this folder is not trusted: `stoker trust add")
    screen.keys("Enter")


def test_a_killed_server_starts_again_with_the_next_change(half: tuple[Terminal, Path]) -> None:
    screen, file = half
    kill_server(file.parent)
    screen.type("Gox = 1")
    screen.keys("Escape")
    until(lambda: servers(file.parent), "a server", lambda: screen.text)
    act(screen, "Stoker: Write a docstring")
    written(screen, file, '"""Return the half of ``value``')


def test_a_missing_server_is_said(tmp_path: Path) -> None:
    with vim(tmp_path, server=False) as (screen, _):
        screen.shows("Stoker is not installed: `pipx install stoker`, or set g:stoker_command")
