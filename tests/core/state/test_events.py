"""What is counted: declared, free of content, and the user's to read, take along and remove."""

from __future__ import annotations

import json
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from stoker_providers.errors import RateLimitError
from stoker_server.cli import main
from stoker_server.state.events import EventStore
from stoker_server.state.failures import Failures
from stoker_server.state.receipts import ReceiptStore
from stoker_server.state.spend import SpendRow, SpendStore
from stoker_wire.events import KINDS, OTHER, Event, Id, Name, Shown, to_json
from stoker_wire.receipts import Receipt, Withheld
from stoker_wire.verdicts import failed, passed, undecided

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


def shown(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    capsys.readouterr()
    assert main(["events", "show", "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.kind)
def test_no_kind_has_a_field_for_text_from_code(kind: type[Event]) -> None:
    hints = get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        hint = hints[each.name]
        assert hint in (int, bool, Id, Name) or issubclass(hint, StrEnum), each.name


@pytest.mark.parametrize("text", ["import os\n", "a b", "/home/me/secret.gguf", "a/b/c", "x" * 81, "", "ключ"])
def test_what_has_another_form_than_declared_is_told_as_other(text: str) -> None:
    told = to_json(Shown(text, text, text, 1, 1, 1))
    assert [told[name] for name in ("suggestion", "language", "author")] == [OTHER] * 3


@pytest.mark.parametrize("model", ["openai/gpt-5-mini", "compatible/qwen2.5-coder:7b", "gemini/models@latest", "facts"])
def test_names_of_models_are_told(model: str) -> None:
    assert to_json(Shown("a1", "c++", model, 1, 1, 1))["author"] == model


def test_a_field_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="can't hold list"):
        to_json(Shown("a1", "python", "facts", ["code"], 1, 1))  # type: ignore[arg-type]  # the point of it


def test_a_receipt_is_counted_once_and_without_what_it_is_about(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    before = (Withheld("openai/gpt-5-mini", "secret()", (failed("parses", "secret()"),)),)
    verdicts = (passed("parses", "fine"), undecided("names", "secret()"))
    receipt = Receipt("docstring", "secret.py:f", "gemini/gemini-2.5-flash", verdicts, before, seconds=1.5, id="ab12")
    for _ in range(2):
        ReceiptStore(database).put(receipt)
    (found,) = EventStore(database).all()
    outcomes = {"passed": 1, "undecided": 1, "failed": 0, "withheld": 1, "milliseconds": 1500}
    assert found.data == {"receipt": "ab12", "feature": "docstring", "author": "gemini", **outcomes}
    assert "secret" not in json.dumps(found.to_json())


def test_money_is_counted_with_the_request_that_took_it(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    known = SpendRow("2026-11-23", "docstring", "openai/gpt-5-mini", 1, 100, 0, 20, 400, usd=0.0001)
    SpendStore(database).add([known, SpendRow("2026-11-23", "refactor", "compatible/m", 1, 9, 0, 3, 40, unpriced=1)])
    told = [each.data["microdollars"] for each in EventStore(database).all(["spent"])]
    assert told == [100, -1]


async def test_a_failure_is_counted_without_what_was_said(tmp_path: Path) -> None:
    failures = Failures(tmp_path / "state.db")
    failures.note("openai/gpt-5-mini", RateLimitError("openai", "you, secret, are over the quota"))
    await failures.aclose()
    (found,) = EventStore(tmp_path / "state.db").all()
    assert found.data == {"model": "openai/gpt-5-mini", "error": "RateLimitError", "retryable": True}


def test_a_model_that_is_not_there_is_counted(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOKER_PROVIDER", "compatible")
    monkeypatch.setenv("STOKER_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("STOKER_MODEL", "m")
    main(["complete", place])
    found = shown(capsys, "--kind", "failed")
    assert {each["error"] for each in found["latest"]} == {"UnreachableError"}
    assert {each["model"] for each in found["latest"]} == {"compatible/m"}


def test_what_was_counted_is_shown_taken_along_and_removed(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["complete", place, "--write"]) == 0
    found = shown(capsys)
    assert found["counts"]["checked"] == found["counts"]["accepted"] == 1
    assert shown(capsys, "--last", "1", "--kind", "checked")["latest"][0]["feature"] == "completion"
    assert main(["events", "export", str(tmp_path / "all.jsonl")]) == 0
    lines = [json.loads(each) for each in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert lines == found["latest"]
    capsys.readouterr()
    assert main(["events", "export"]) == 0
    assert [json.loads(each) for each in capsys.readouterr().out.splitlines()] == lines
    assert main(["events", "clear"]) == 0
    assert capsys.readouterr().out == f"{len(lines)} events removed\n"
    assert shown(capsys) == {"counts": {}, "latest": []}


def test_a_file_that_exists_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine"
    file.write_text("mine")
    assert main(["events", "export", str(file)]) == 2
    assert capsys.readouterr().err == f"stoker: {file} exists; name a new file\n"
    assert file.read_text() == "mine"
