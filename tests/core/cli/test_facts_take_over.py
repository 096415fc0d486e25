"""Whoever named a provider is told when the facts of the code drafted in its place."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from tests.support.cli import SCRIPT
from tests.support.wire_double import failure, models, wire_double

from stoker_server.cli import build_parser, main
from stoker_server.features.propose import CAPPED
from stoker_server.features.taking_over import why_from_facts
from stoker_wire.receipts import FACTS, Receipt
from stoker_wire.usage import Usage
from stoker_wire.verdicts import undecided


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "stoker.toml").write_text("")
    (tmp_path / "app.py").write_text("def read_value(a):\n    return a\n")
    return tmp_path / "app.py"


def test_a_provider_that_is_not_there_is_a_warning_in_one_line(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_BASE_URL", "http://127.0.0.1:9/v1")
    assert main(["document", str(file), "read_value", "--provider", "compatible", "--model", "m"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("--- a/app.py\n")
    assert shown.err.startswith("stoker: compatible/m at 127.0.0.1:9: no connection (")
    assert shown.err.count("compatible") == 1
    assert "Check that the endpoint is up and that provider.base_url is right. " in shown.err
    assert shown.err.endswith(" This draft is from the facts of the code.\n")
    assert shown.err.count("\n") == 1


def test_where_there_are_no_facts_either_the_reason_says_what_to_do(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("STOKER_API_KEY", "sk-the-key-0123456789abcdef")
    assert main(["complete", f"{file}:1:1", "--provider", "compatible", "--model", "m"]) == 3
    shown = capsys.readouterr()
    first = shown.out.partition("\n")[0]
    assert first.startswith("nothing to offer: compatible/m at 127.0.0.1:9: no connection (")
    assert first.endswith("Check that the endpoint is up and that provider.base_url is right.")
    assert "sk-the-key" not in shown.out + shown.err


def test_a_limit_that_was_reached_is_the_reason() -> None:
    late = Receipt("docstring", "a.py", FACTS, (undecided(CAPPED, "tandem.seconds allows no more than 2 s"),))
    said = "had no draft that could be used when a limit was reached: tandem.seconds allows no more than 2 s."
    assert why_from_facts("one + two", late) == f"one + two {said}"
    empty = Receipt("docstring", "a.py", FACTS, usage=Usage(requests=1))
    assert why_from_facts("one", empty) == "one wrote nothing that fits."
    assert why_from_facts("one", Receipt("docstring", "a.py", "one", usage=Usage(requests=1))) == ""


def test_a_model_that_was_not_asked_is_not_spoken_of(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_BASE_URL", "http://127.0.0.1:9/v1")
    file.write_text("def read_value(a):\n    return a\n    print(a)\n")
    arguments = ["refactor", f"{file}:1-3", "--kind", "dead-code", "--provider", "compatible", "--model", "m"]
    assert main(arguments) == 0
    shown = capsys.readouterr()
    assert "-    print(a)" in shown.out
    assert shown.err == ""


def test_facts_that_were_asked_for_are_no_warning(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["document", str(file), "read_value"]) == 0
    assert capsys.readouterr().err == ""


def test_the_help_says_what_the_statuses_are() -> None:
    text = " ".join(build_parser().format_help().split())
    assert "3 nothing to offer because the provider can't or may not be asked, or gave no answer" in text
    assert "0 with a warning" in text


@pytest.mark.parametrize("what", [["--all"], []], ids=["file", "folder"])
def test_many_drafts_have_one_warning(
    what: list[str], file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_BASE_URL", "http://127.0.0.1:9/v1")
    file.write_text("def read_value(a):\n    return a\n\n\ndef write_value(b):\n    return b\n")
    place = str(file) if what else str(file.parent)
    assert main(["document", place, *what, "--provider", "compatible", "--model", "m", "--json"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("stoker: compatible/m at 127.0.0.1:9: no connection (")
    assert said.endswith(" 2 drafts are from the facts of the code.\n")
    assert said.count("\n") == 1


async def test_half_a_minute_of_a_busy_server_is_not_waited_out(file: Path, environ: dict[str, str]) -> None:
    file.write_text("def read_value(a):\n    return a\n\n\ndef write_value(b):\n    return b\n")
    async with wire_double() as double:
        double.script(models("m"), *[failure(429, "Too many requests", retry_after="42")] * 4)
        environ["STOKER_BASE_URL"] = f"{double.url}/v1"
        command = (str(SCRIPT), "document", str(file), "--all", "--provider", "compatible", "--model", "m")
        ran = await asyncio.create_subprocess_exec(*command, env=environ, stdout=PIPE, stderr=PIPE)
        out, err = await ran.communicate()
    assert ran.returncode == 0
    assert b'+    """' in out
    assert b"2 drafts are from the facts of the code." in err
    drafts = [each for each in double.seen if each.method == "POST"]
    assert len(drafts) == 1, "it was asked again after 42 s, or before it wished to be"
