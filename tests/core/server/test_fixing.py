"""Fix, generate and explain in an editor: a real server process, real linters, a model on loopback with a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import Desk, Page, desk
from tests.support.wire_double import Reply, chat

CODE = "import os\n\n\ndef add(a, b):\n    unused = 3\n    return a + b\n"
MENDED = "```python\ndef add(a, b):\n    return a + b\n```"
ACTIONS = {
    "textDocument": {"codeAction": {}},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "b.py").write_text("def f(prices):\n    # sum up all of the prices\n    return result\n")
    async with desk(tmp_path, capabilities=ACTIONS) as made:
        yield made


def spot(page: Page, text: str) -> dict[str, Any]:
    line = page.text[: page.text.index(text)].count("\n")
    column = page.text.index(text) - page.text.rfind("\n", 0, page.text.index(text)) - 1
    return {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + len(text)}}


async def actions(page: Page, text: str, *diagnostics: dict[str, Any]) -> list[dict[str, Any]]:
    params = {
        "textDocument": {"uri": page.uri},
        "range": spot(page, text),
        "context": {"diagnostics": list(diagnostics)},
    }
    found: list[dict[str, Any]] = await page.client.request("textDocument/codeAction", params)
    return found


async def run(page: Page, command: dict[str, Any]) -> dict[str, Any]:
    params = {"command": command["command"], "arguments": command["arguments"]}
    started = await page.client.request("workspace/executeCommand", params)
    outcome: dict[str, Any] = await page.client.request("stoker/outcome", {"job": started["job"]})
    return outcome


def applied(table: Desk) -> list[dict[str, Any]]:
    asked = [each for each in table.client.requests if each["method"] == "workspace/applyEdit"]
    return [change for each in asked for change in each["params"]["edit"]["documentChanges"]]


async def test_a_linters_finding_is_mended_without_a_model(table: Desk) -> None:
    page = table.open("a.py")
    diagnostic = {"range": spot(page, "os"), "message": "`os` imported but unused", "source": "Ruff", "code": "F401"}
    (action,) = [each for each in await actions(page, "os", diagnostic) if each["kind"] == "quickfix"]
    assert action["title"] == "Fix with Stoker: `os` imported but unused"
    assert action["diagnostics"][0]["code"] == "F401"
    outcome = await run(page, action["command"])
    assert outcome["applied"], outcome
    (change,) = applied(table)
    assert change["textDocument"] == {"uri": page.uri, "version": 1}
    assert [each["newText"] for each in change["edits"]] == [""]
    verdicts = {each["check"]: each["outcome"] for each in outcome["receipt"]["verdicts"]}
    assert verdicts["findings"] == "passed"


async def test_the_editor_is_told_what_a_fix_of_the_whole_file_left(table: Desk) -> None:
    page = table.open("a.py")
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 6, "character": 0}}
    argument = {"uri": page.uri, "range": whole, "options": {"rules": "F401,F841"}}
    outcome = await run(page, {"command": "stoker.fix", "arguments": [argument]})
    assert outcome["applied"], outcome
    (left,) = outcome["receipt"]["left"]
    assert (left["name"], left["line"], left["after"]) == ("ruff F841", 5, 4)
    said = "Stoker: 1 finding left: ruff F841 at line 5 (then 4): Local"
    assert any(each.startswith(said) for each in table.shown), table.shown


async def test_what_a_class_repeats_is_offered_as_its_constant(table: Desk) -> None:
    code = (
        'class A:\n    def one(self):\n        return "stoker/1.0"\n\n    def two(self):\n        return "stoker/1.0"\n'
    )
    page = table.open("a.py", code)
    found = [
        each for each in await actions(page, "oker/1") if each["title"] == "Stoker: Extract a constant of the class"
    ]
    assert [each["kind"] for each in found] == ["refactor.extract"]
    outcome = await run(page, found[0]["command"])
    assert outcome["applied"], outcome
    (change,) = applied(table)
    assert sum("self._STOKER" in each["newText"] for each in change["edits"]) == 2


async def test_the_model_mends_what_another_server_says(table: Desk) -> None:
    table.double.script(Reply(chat([MENDED])))
    page = table.open("a.py")
    diagnostic = {"range": spot(page, "unused"), "message": '"unused" is not accessed', "source": "Pyright"}
    found = [each for each in await actions(page, "unused", diagnostic) if each["kind"] == "quickfix"]
    outcome = await run(page, found[0]["command"])
    assert outcome["applied"], outcome
    verdict = next(each for each in outcome["receipt"]["verdicts"] if each["check"] == "findings")
    assert verdict["outcome"] == "undecided"
    assert "Pyright was not run again" in verdict["evidence"]


async def test_an_edit_that_comes_too_late_is_not_applied(table: Desk) -> None:
    table.double.script(Reply(chat([MENDED]), before=1.0))
    page = table.open("a.py")
    diagnostic = {"range": spot(page, "unused"), "message": "not accessed", "source": "Pyright"}
    found = [each for each in await actions(page, "unused", diagnostic) if each["kind"] == "quickfix"]
    params = {"command": found[0]["command"]["command"], "arguments": found[0]["command"]["arguments"]}
    started = await page.client.request("workspace/executeCommand", params)
    page.type("# typed\n")
    outcome = await page.client.request("stoker/outcome", {"job": started["job"]})
    assert not outcome["applied"]
    assert not applied(table)


async def test_a_comment_becomes_code(table: Desk) -> None:
    table.double.script(Reply(chat(["```python\nresult = sum(prices)\n```"])))
    page = table.open("b.py")
    found = [each for each in await actions(page, "sum up") if each["title"] == "Stoker: Generate from this comment"]
    assert found[0]["kind"] == "refactor.rewrite"
    outcome = await run(page, found[0]["command"])
    assert outcome["applied"], outcome
    assert [each["newText"] for each in applied(table)[0]["edits"]] == ["    result = sum(prices)\n"]


async def test_an_explanation_reaches_an_editor_that_shows_messages_alone(table: Desk) -> None:
    table.double.script(Reply(chat(["Adds `a` and `b`. Calls `nothing_there`."])))
    page = table.open("a.py")
    outcome = await run(
        page, {"command": "stoker.explain", "arguments": [{"uri": page.uri, "range": spot(page, "add")}]}
    )
    assert "**function `add`** (a.py:4)" in outcome["markdown"]
    assert outcome["markdown"].endswith("Adds `a` and `b`.")
    assert any("**function `add`**" in each for each in table.shown)
