"""``stoker demo`` does the main job, end to end, and says honestly what it did."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import stoker

from stoker_server.cli.demo.results import DemoResult, Job, Scripted
from stoker_server.cli.demo.showing import show
from stoker_wire.receipts import Receipt


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    done = stoker("demo", "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("name", ["completion", "docstring", "test", "refactor"])
def test_each_job_offers_a_diff_with_a_receipt(result: dict[str, Any], name: str) -> None:
    (job,) = [each for each in result["jobs"] if each["name"] == name]
    assert job["diff"].startswith("--- ")
    assert job["title"]
    receipt = job["receipt"]
    assert receipt["author"] == "facts"
    assert receipt["feature"] == name
    assert {verdict["outcome"] for verdict in receipt["verdicts"]} <= {"passed", "undecided"}
    assert any(verdict["outcome"] == "passed" for verdict in receipt["verdicts"])
    assert receipt["usage"]["requests"] == 0


@pytest.mark.xdist_group("demo")
def test_the_test_job_shows_a_mutant_and_its_sandbox(result: dict[str, Any]) -> None:
    (job,) = [each for each in result["jobs"] if each["name"] == "test"]
    assert [note for note in job["notes"] if note.startswith("--- ")]
    assert job["receipt"]["sandbox"]
    assert {"runs", "covers", "kills"} <= {verdict["check"] for verdict in job["receipt"]["verdicts"]}


@pytest.mark.xdist_group("demo")
def test_the_scripted_draft_is_stopped_and_nothing_is_changed(result: dict[str, Any]) -> None:
    assert "is defined nowhere" in result["scripted"]["reason"]
    assert result["files_changed"] == 0
    assert result["usage"]["bytes_sent"] == 0
    assert result["offered"] == 4
    assert result["withheld"] >= 1
    assert result["file"] == textwrap.__file__


def test_a_file_that_offers_nothing_is_status_1(tmp_path: Path) -> None:
    file = tmp_path / "tiny.py"
    file.write_text("def run_it():\n    pass\n")
    done = stoker("demo", "--file", file)
    assert done.returncode == 1, done
    assert "nothing offered" in done.stdout
    summary, last = done.stdout.splitlines()[-2:]
    assert "offered: " in summary
    assert last.startswith("The exit status is 1, because nothing was offered for a test: ")


def test_what_does_not_apply_to_a_file_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "constants.py"
    file.write_text("LIMIT = 3\n")
    done = stoker("demo", "--file", file)
    assert done.returncode == 0, done
    assert done.stdout.count("  not applicable: ") == 4
    assert "not applicable: it defines no function" in done.stdout
    assert "offered: 0 of 4" in done.stdout.splitlines()[-1]


def shown(provider: str, *authors: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is printed where these authors drafted what is offered."""
    names = ["completion", "docstring", "test", "refactor"]
    receipts = [Receipt(name, "a.py:1", author) for name, author in zip(names, authors, strict=True)]
    done = tuple(Job(each.feature, "a title", "--- a/a.py\n", receipt=each) for each in receipts)
    show(DemoResult("a.py", provider, done, Scripted("x()", "no"), 0, 1.0))
    return capsys.readouterr().out.splitlines()


def test_each_job_says_who_drafted_it(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown("local", "local/qwen", "facts", "local/qwen", "facts", capsys=capsys)
    assert lines[0] == "Stoker works on a copy of a.py; asked to draft: local, else facts"
    by = [line.partition("drafted by ")[2].partition(",")[0] for line in lines if line.startswith("  a title (drafted")]
    assert by == ["local/qwen", "facts", "local/qwen", "facts"]
    assert "offered: 4 of 4, 2 of them drafted by the model" in lines[-1]


def test_without_a_model_nothing_is_said_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown("facts", *["facts"] * 4, capsys=capsys)
    assert lines[0].endswith("drafts by: facts")
    assert "offered: 4 of 4 ·" in lines[-1]
    assert "model" not in lines[-1]


def test_a_file_of_another_language_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.go"
    file.write_text("package a\n")
    done = stoker("demo", "--file", file)
    assert done.returncode == 2
    assert "is no Python file" in done.stderr
