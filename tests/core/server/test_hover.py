"""Hovering over what Stoker wrote shows its receipt; lenses are there where they are wanted. Through a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.cli import stoker
from tests.support.desk import desk
from tests.support.fixtures import CURSOR
from tests.support.raw_lsp import RawClient, raw_server

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_server.state import written
from stoker_server.state.written import Mark, WrittenStore, find, marks_at, marks_of

CODE = """\
def area(width, height):
    return width * height


class Box:
    def volume(self, depth):
        return depth * 2


limit = 5
"""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[RawClient]:
    async with raw_server() as running:
        await running.initialize(tmp_path, capabilities={"workspace": {"workspaceEdit": {"documentChanges": True}}})
        yield running


def place(text: str, before: str, more: int = 0) -> dict[str, int]:
    """The position of a text's first occurrence."""
    at = text.index(before) + more
    return {"line": text.count("\n", 0, at), "character": at - text.rfind("\n", 0, at) - 1}


async def hover(client: RawClient, uri: str, position: dict[str, int]) -> Any:
    return await client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})


async def documented(client: RawClient, uri: str, name: str) -> tuple[str, str]:
    """Have a function documented, and apply what comes; the new text and the receipt's id."""
    client.open(uri, CODE)
    cursor = place(CODE, name)
    argument = {"uri": uri, "range": {"start": cursor, "end": cursor}}
    started = await client.request("workspace/executeCommand", {"command": "stoker.document", "arguments": [argument]})
    outcome = await client.request("stoker/outcome", {"job": started["job"]})
    assert outcome["applied"]
    (request,) = [each for each in client.requests if each["method"] == "workspace/applyEdit"]
    (change,) = request["params"]["edit"]["documentChanges"]
    (edit,) = change["edits"]
    assert edit["range"]["start"] == edit["range"]["end"]
    lines = CODE.splitlines(keepends=True)
    at = sum(map(len, lines[: edit["range"]["start"]["line"]])) + edit["range"]["start"]["character"]
    text = CODE[:at] + edit["newText"] + CODE[at:]
    change_params = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [edit | {"text": edit["newText"]}]}
    client.notify("textDocument/didChange", change_params)
    return text, outcome["receipt"]["id"]


async def test_what_was_written_shows_its_receipt_and_nothing_else_does(client: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "shapes.py").as_uri()
    text, receipt = await documented(client, uri, "volume")
    docstring = place(text, '"""')
    for position in (docstring, place(text, "volume", 2)):
        shown = await hover(client, uri, position)
        value = shown["contents"]["value"]
        assert shown["contents"]["kind"] == "plaintext"
        assert value.startswith("Stoker wrote this: docstring of shapes.py:Box.volume, by facts, ")
        assert "✓ docstring-agrees: " in value
        assert value.endswith(f"stoker receipt {receipt}")
        assert shown["range"]["start"]["line"] == docstring["line"]
    for other in ("area", "limit", "return depth"):
        assert await hover(client, uri, place(text, other)) is None


async def test_what_the_user_changed_is_the_users(client: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "shapes.py").as_uri()
    text, _ = await documented(client, uri, "volume")
    line = place(text, '"""')["line"]
    start = {"line": line, "character": text.splitlines()[line].index('"""') + 3}
    change = {"range": {"start": start, "end": start}, "text": "In short: "}
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 3}, "contentChanges": [change]})
    assert await hover(client, uri, start) is None
    assert await hover(client, uri, place(text, "volume")) is None


async def test_it_is_known_in_the_next_session_and_after_lines_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shapes.py"
    file.write_text(CODE)
    environ = {"STOKER_HOME": str(tmp_path / "home")}
    done = stoker("document", str(file), "Box.volume", "--write", environ=environ)
    assert done.returncode == 0, done.stderr
    text = "# moved\n\n" + file.read_text().replace("class Box", "class Crate")
    async with raw_server(environ) as client:
        await client.initialize(tmp_path)
        client.open(file.as_uri(), text)
        shown = await hover(client, file.as_uri(), place(text, '"""'))
    assert "docstring of shapes.py:Box.volume, by facts" in shown["contents"]["value"]


async def test_ghost_text_that_was_accepted_is_known(tmp_path: Path) -> None:
    async with desk(tmp_path, cache_mb=0) as at:
        page = at.open("a.py", f"width, height = 2, 3\narea = {CURSOR}\n")
        at.says("width * height")
        item = await page.ghost(invoked=True)
        assert item
        page.accept(item)
        found: Any = None
        for _ in range(100):  # it is written in the background
            found = await hover(at.client, page.uri, place(page.text, "area"))
            if found:
                break
        assert found["contents"]["value"].startswith("Stoker wrote this: completion of a.py:")
        assert await hover(at.client, page.uri, place(page.text, "width")) is None


async def lenses(client: RawClient, uri: str) -> Any:
    return await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})


async def test_lenses_are_off_by_default(client: RawClient, tmp_path: Path) -> None:
    uri = (tmp_path / "shapes.py").as_uri()
    client.open(uri, CODE)
    assert await lenses(client, uri) is None


async def test_lenses_stand_above_what_can_be_documented_and_tested(tmp_path: Path) -> None:
    (tmp_path / "stoker.toml").write_text("[code_lens]\nenabled = true\n")
    uri = (tmp_path / "shapes.py").as_uri()
    async with raw_server() as client:
        await client.initialize(tmp_path, capabilities={"workspace": {"workspaceEdit": {"documentChanges": True}}})
        client.open(uri, CODE)
        found = await lenses(client, uri)
        told = [
            (each["command"]["title"], each["command"]["arguments"][0]["options"]["symbol"], each["range"]["start"])
            for each in found
        ]
        assert told == [
            ("Document", "area", place(CODE, "area")),
            ("Test", "area", place(CODE, "area")),
            ("Document", "Box", place(CODE, "Box")),
            ("Document", "Box.volume", place(CODE, "volume")),
            ("Test", "Box.volume", place(CODE, "volume")),
        ]
        command = found[3]["command"]
        params = {"command": command["command"], "arguments": command["arguments"]}
        started = await client.request("workspace/executeCommand", params)
        outcome = await client.request("stoker/outcome", {"job": started["job"]})
        assert outcome["receipt"]["subject"] == "shapes.py:Box.volume"
        assert outcome["applied"]


# -- the marks


def test_marks_are_the_lines_that_were_touched_wherever_they_are_indented() -> None:
    before = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
    at = before.index("g()")
    edit = replace(
        "file:///a.py",
        before,
        [Replacement(Span(9, 9), '    """Say one."""\n'), Replacement(Span(at, at + 1), "other_name")],
    ).files[0]
    assert "def other_name():" in edit.apply(before)
    marks = marks_of(edit, before, "r")
    after = edit.apply(before)
    assert [find(after, [mark], 0, 99) for mark in marks] == [(1, 1, "r"), (5, 5, "r")]
    assert find(after.replace("    ", "\t"), marks, 1, 1) == (1, 1, "r")
    assert find(after.replace("one", "two"), marks, 0, 4) is None
    assert find(after, marks, 2, 4) is None


def test_lines_that_stand_everywhere_are_no_mark() -> None:
    assert marks_at("if x:\n    pass\n", "pass", "r") == []
    assert marks_at("a = total\nb = total\n", "total", "r") == [], "it can't be said which"


def test_the_newest_offer_is_the_one_that_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "KEPT", 3)
    store, (mark,) = WrittenStore(tmp_path / "state.db"), marks_at("value = compute()\n", "compute()", "old")
    store.put("a.py", [mark])
    store.put("a.py", [Mark(mark.lines, mark.digest, "new")])
    assert find("value = compute()\n", store.of("a.py"), 0, 0) == (0, 0, "new")
    assert store.of("b.py") == []
    store.put("b.py", [mark] * 3)
    assert store.of("a.py") == []
