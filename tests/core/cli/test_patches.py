"""What a command prints is a patch: Git applies it where the command ran, and the files are then as ``--write`` leaves them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.cli import stoker

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="Git is not installed")

FILES = {
    "stoker.toml": "",
    "shop/__init__.py": "",
    "shop/prices.py": """\
def scale(value, factor=2):
    if factor < 0:
        raise ValueError("negative")
    return value * factor
""",
    "shop/cart.py": "from shop.prices import scale\n\n\ndef total(items):\n    return scale(sum(items))\n",
    "shop/half.py": """\
def first(items):
    found = sum(item.price for item in items)
    return found


def second(items):
    found = {}
    return found
""".format(""),  # a cursor behind the space; no space may end a line here
}

DOCUMENT = ("document", "shop/prices.py", "scale")
TEST = ("test", "shop/prices.py", "scale")
RENAME = ("refactor", "shop/prices.py:1:5", "--kind", "rename", "--name", "grow")
COMPLETE = ("complete", "shop/half.py:7:13")


def project(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {each.relative_to(folder).as_posix(): each.read_text() for each in folder.rglob("*") if each.is_file()}


def apply(patch: str, folder: Path, *options: str) -> None:
    command = [GIT or "git", "apply", *options, "-"]
    done = subprocess.run(command, input=patch, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stderr, patch)


@pytest.mark.parametrize("arguments", [DOCUMENT, TEST, RENAME, COMPLETE], ids=lambda each: each[0])
def test_the_printed_patch_does_what_writing_does(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    printed, written = project(tmp_path / "a" / "project"), project(tmp_path / "b" / "project")
    before = contents(printed)
    for folder in (printed, written):
        stoker("trust", "add", folder)
    shown = stoker(*arguments, cwd=printed)
    assert shown.returncode == 0, shown
    assert contents(printed) == before
    apply(shown.stdout, printed)
    assert stoker(*arguments, "--write", cwd=written).returncode == 0
    assert contents(printed) == contents(written)
    assert contents(printed) != before


def test_the_mutant_is_shown_but_not_in_the_patch(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    stoker("trust", "add", folder)
    shown = stoker(*TEST, cwd=folder).stdout
    assert "# a mutant that the new tests kill:\n# --- a/shop/prices.py\n" in shown
    assert [line for line in shown.splitlines() if line.startswith("+++ ")] == ["+++ b/tests/test_prices.py"]


def test_names_are_as_seen_from_the_folder_the_command_runs_in(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    for place, file, name in (
        (folder, "shop/prices.py", "shop/prices.py"),
        (folder / "shop", "prices.py", "prices.py"),
        (folder, tmp_path / "link/shop/prices.py", "shop/prices.py"),
        (tmp_path, "project/shop/prices.py", "project/shop/prices.py"),
        (folder / "shop", "../shop/prices.py", "prices.py"),
        (tmp_path / "project/shop/..", folder / "shop/prices.py", "shop/prices.py"),
    ):
        shown = stoker("document", file, "scale", cwd=place).stdout
        assert shown.startswith(f"--- a/{name}\n+++ b/{name}\n"), shown
        apply(shown, place, "--check")


def test_a_file_outside_the_folder_is_named_from_its_own_project(tmp_path: Path) -> None:
    folder, elsewhere = project(tmp_path / "project"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = stoker("document", folder / "shop/prices.py", "scale", cwd=elsewhere).stdout
    assert shown.startswith("--- a/shop/prices.py\n")
    apply(shown, folder, "--check")


def test_a_receipt_names_the_file_as_seen_from_its_project(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    assert "docstring of shop/prices.py:scale," in stoker("document", "prices.py", "scale", cwd=folder / "shop").stdout
    assert "completion of shop/half.py:7," in stoker(*COMPLETE, cwd=folder).stdout
    assert "refactor of shop/prices.py:1," in stoker(*RENAME, cwd=folder).stdout
    assert "test of shop/prices.py:scale," in stoker(*TEST, cwd=folder).stdout
