"""Helix, the real one, with editors/helix/languages.toml: it has no ghost text, so the suggestion is in its menu."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.support.editors import DRIFTED, GHOST, ORDERS, ROOT, environment, kill_server, servers, unpacked, until
from tests.support.editors.pictures import picture
from tests.support.editors.terminal import TMUX, Terminal, terminal

HELIX = unpacked("hx")
TEXT = f"{DRIFTED}\n\n{ORDERS}"

pytestmark = [
    pytest.mark.skipif(not (HELIX and TMUX), reason="Helix is not there: run `make editors`"),
    pytest.mark.xdist_group("helix"),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("helix")
    (home / ".config/helix").mkdir(parents=True)
    configuration = (ROOT / "editors/helix/languages.toml").read_text(encoding="utf-8")
    (home / ".config/helix/languages.toml").write_text(configuration)
    (home / "project").mkdir()
    (home / "project/pyproject.toml").write_text("")  # what Helix takes a project of Python by
    (home / "project/orders.py").write_text(TEXT)
    return home / "project/orders.py"


@pytest.fixture(scope="module")
def helix(file: Path) -> Iterator[Terminal]:
    environ = environment(file.parents[1])
    with terminal([str(HELIX), file.name], file.parent, environ) as opened:
        opened.shows("def shrink")
        opened.type(":lsp-")  # it takes keys one by one from here on
        opened.shows(":lsp-")
        opened.keys("Escape")
        until(lambda: ":lsp-" not in opened.text, "normal mode", lambda: opened.text)
        yield opened


def leave(helix: Terminal) -> None:
    """Back to normal mode. A key that comes with Escape in one read is one with Alt."""
    helix.keys("Escape")
    time.sleep(0.1)


@pytest.fixture(autouse=True)
def _as_it_was(helix: Terminal, file: Path) -> None:
    file.write_text(TEXT)
    leave(helix)
    helix.type(":reload")
    helix.keys("Enter")
    helix.type("gg")


def written(helix: Terminal, file: Path, what: str) -> None:
    """Wait until the file, written, has a text."""

    def has_it() -> bool:
        leave(helix)
        helix.type(":w!")
        helix.keys("Enter")
        with suppress(FileNotFoundError):  # Helix puts another file in its place
            return what in file.read_text(encoding="utf-8")
        return False

    until(has_it, f"{what!r} in the file", lambda: helix.text)


def test_a_drifted_docstring_is_marked(helix: Terminal) -> None:
    def is_listed() -> bool:
        leave(helix)
        helix.type(" d")
        return "docstring-drift" in helix.text

    until(is_listed, "a diagnostic", lambda: helix.text)


def test_the_suggestion_is_taken_from_the_menu(helix: Terminal, file: Path) -> None:
    helix.shows("def shrink")
    helix.type("geo")
    helix.type("for ")

    def is_listed() -> object:
        helix.keys("C-x")
        with suppress(AssertionError):
            return until(lambda: f"{GHOST} snippet" in helix.text, "the menu", seconds=3)
        return False

    until(is_listed, "the suggestion in the menu", lambda: helix.text)
    picture(helix, "helix-suggestion", "Helix")
    helix.keys("C-n", "Enter")
    written(helix, file, f"{TEXT}    for {GHOST}\n")


def offered(helix: Terminal, title: str) -> None:
    """Open the menu of code actions until one is in it."""

    def is_offered() -> object:
        leave(helix)
        helix.type(" a")
        with suppress(AssertionError):
            return until(lambda: title in helix.text, "the menu", seconds=3)
        return False

    until(is_offered, "the code action", lambda: helix.text)


def test_a_code_action_writes_a_docstring(helix: Terminal, file: Path) -> None:
    file.write_text(f"{TEXT}\n\ndef half(value: int) -> float:\n    return value / 2\n")
    helix.type(":reload")
    helix.keys("Enter")
    helix.type("gek")
    helix.shows("def half")
    offered(helix, "Stoker: Write a docstring")
    helix.keys("Enter")  # it is the first
    written(helix, file, '"""Return the half of ``value``')


def test_a_folder_that_is_not_trusted_is_said(helix: Terminal) -> None:
    helix.type("3j")
    offered(helix, "Stoker: Generate a test")
    menu = [line.strip() for line in helix.text.splitlines() if "Stoker: " in line]
    steps = next(index for index, line in enumerate(menu) if "Generate a test" in line)
    helix.keys(*["Down"] * steps)
    helix.keys("Enter")
    helix.shows("this folder is not trusted: `stoker trust add")


def test_a_killed_server_is_said_and_starts_again(helix: Terminal, file: Path) -> None:
    kill_server(file.parent)
    helix.shows("Language server exited: stoker")
    helix.type(":lsp-restart stoker")
    helix.keys("Enter")
    until(lambda: servers(file.parent), "a server", lambda: helix.text)


def test_a_missing_server_is_said(file: Path) -> None:
    environ = environment(file.parents[1], server=False)
    ran = subprocess.run(
        [str(HELIX), "--health", "python"], env=environ, capture_output=True, text=True, check=False, timeout=30
    )
    assert "'stoker' not found in $PATH" in ran.stdout
