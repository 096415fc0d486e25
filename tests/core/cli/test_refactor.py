"""``stoker refactor`` across files: what is written can be taken back byte by byte, and what is missing is asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.cli import SCRIPT, stoker

GIT = shutil.which("git")

LOAD = """\
import json


def load(path):
    return json.loads(path)


def twice(path):
    return load(path) * 2
""".replace("\n", "\r\n")
FILES = {
    "stoker.toml": b"",
    "shop/__init__.py": b"",
    "shop/reading.py": LOAD.encode(),
    "shop/cart.py": b"\xef\xbb\xbffrom .reading import load, twice\n\nprint(load('\xc3\xa4'), twice(1))\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.skipif(GIT is None, reason="Git is not installed")
@pytest.mark.parametrize(
    "arguments",
    [
        ("shop/reading.py:4:5", "--kind", "move", "--to", "shop/new.py"),
        ("shop/reading.py:4:5", "--kind", "change-signature", "--parameters", "path->place, limit=None"),
        ("shop/reading.py:1-9", "--kind", "dead-code"),
    ],
    ids=lambda each: each[2],
)
def test_what_is_written_in_several_files_is_taken_back_byte_by_byte(project: Path, arguments: tuple[str, ...]) -> None:
    if "dead-code" in arguments:
        (project / "shop/reading.py").write_bytes(b"import os\r\n" + FILES["shop/reading.py"])
    before = contents(project)
    done = subprocess.run(
        [SCRIPT, "refactor", *arguments, "--write"],
        cwd=project,
        capture_output=True,
        check=True,
    )
    after = contents(project)
    assert after != before
    assert b"\r\n" in after["shop/reading.py"]
    assert after["shop/cart.py"].startswith(b"\xef\xbb\xbf")
    if "move" in arguments:
        assert b"from .new import load" in after["shop/cart.py"]
        assert b"def load" in after["shop/new.py"]
    back = subprocess.run(
        ["git", "apply", "--reverse", "-"], input=done.stdout, cwd=project, capture_output=True, check=False
    )
    assert back.returncode == 0, back.stderr
    assert contents(project) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shop/reading.py:4:5", "--kind", "move", "--to", "../other.py"), "no Python file in"),
        (("shop/reading.py:4:5", "--kind", "move", "--to", "shop/reading.py"), "is in reading.py already"),
        (
            ("shop/reading.py:4:5", "--kind", "change-signature", "--parameters", "path, mode"),
            "a new one needs a default",
        ),
        (("shop/reading.py:4:5", "--kind", "change-signature", "--parameters", "path, ("), "a new one needs a default"),
        (("shop/reading.py:4:5", "--kind", "optimise"), "needs a model"),
    ],
    ids=lambda each: " ".join(each[1:]) if isinstance(each, tuple) else "",
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_changed(
    project: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = contents(project)
    done = stoker("refactor", *arguments, "--write", cwd=project)
    assert done.returncode == 1
    assert said in " ".join(done.stdout.split())
    assert contents(project) == before


def test_help_lists_every_kind() -> None:
    said = stoker("refactor", "--help").stdout
    for kind in (
        "extract-constant",
        "extract-class-constant",
        "guard-clauses",
        "dead-code",
        "split",
        "move",
        "change-signature",
        "optimise",
    ):
        assert kind in said
