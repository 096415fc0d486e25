"""``stoker context`` shows what a prompt holds, and ``stoker complete`` uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, make_project

from stoker_server.cli import main

MAIN = "from prices import parse\n\n\ndef total(texts):\n    x = parse('1')\n    return x\n"
FILES = {
    "stoker.toml": "",
    "prices.py": "def parse(text: str) -> int:\n    return 1\n",
    "main.py": MAIN,
    ".env": "A=1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "folder", FILES)


def test_it_says_what_is_taken_from_where_and_why(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = fingerprint(root)
    assert main(["context", f"{root / 'main.py'}:6:5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "window: lines 1 to 6, the cursor in line 6; about 26 tokens"
    assert lines[1] == "definition: prices.py:1 (11 tokens): parse is imported from prices and used here"
    assert lines[2] == "    def parse(text: str) -> int: ..."
    assert lines[-1].startswith("about 11 tokens of other text, gathered in ")
    assert fingerprint(root) == before


def test_as_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", f"{root / 'main.py'}:6:5", "--json", "--tokens", "5"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["excerpts"] == []
    assert [each["path"] for each in said["left_out"]] == [str(root / "prices.py")]
    assert said["window"] == {"first_line": 1, "last_line": 6, "tokens": 26}
    assert said["kept_here"] is None


def test_what_stays_here_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", f"{root / '.env'}:1:1"]) == 0
    assert capsys.readouterr().out.startswith("stays on this machine: .env is a file for keys; ")


def test_less_than_nothing_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["context", f"{root / 'main.py'}:6:5", "--tokens", "-1"]) == 2
    assert capsys.readouterr().err == "stoker: --tokens -1 is less than nothing; 0 is the least\n"
