"""``stoker feedback`` means the suggestion that the user means, and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stoker_server.cli import main

CODE = """\
def fill(width):
    wrapper = make_wrapper(width=width)
    return wrapper


def wrap(width):
    wrapper = make
"""


@pytest.fixture
def place(tmp_path: Path) -> str:
    (tmp_path / "stoker.toml").write_text("")
    (tmp_path / "a.py").write_text(CODE)
    return f"{tmp_path / 'a.py'}:7:19"


def complete(place: str, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["complete", place, "--json", *more]) == 0
    return str(json.loads(capsys.readouterr().out)["receipt"]["id"])


def noted(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["feedback", "good", "--json", *more]) == 0
    return str(json.loads(capsys.readouterr().out)["suggestion"])


def test_what_a_command_showed_last_is_meant_and_what_it_wrote_before_all(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = complete(place, capsys), complete(place, capsys)
    assert noted(capsys) == second
    assert noted(capsys, "--receipt", first[:8]) == first
    written = complete(place, capsys, "--write")
    assert noted(capsys) == written


def test_a_suggestion_that_nobody_knows_is_refused(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "bad"]) == 1
    assert capsys.readouterr().err == "stoker: no suggestion was shown yet; name one with --receipt ID\n"
    complete(place, capsys)
    assert main(["feedback", "bad", "--receipt", "zzz"]) == 1
    assert capsys.readouterr().err == "stoker: there is no one suggestion zzz; `stoker receipt` lists them\n"
