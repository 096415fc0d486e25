"""Tasks in an editor: listed without holding up a key, finished, written down, and hinted at where that is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import Desk, desk
from tests.support.projects import make_project
from tests.support.raw_lsp import raw_server

CART = "def total(items):\n    # FIXME(ann): discounts\n    return sum(items)\n"


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Desk]:
    root = make_project(tmp_path / "shop", {"stoker.toml": "", "cart.py": CART, "b.py": "# TODO: b\n"})
    async with desk(root, ready=False) as made:
        yield made


async def listed(table: Desk, **params: Any) -> dict[str, dict[str, Any]]:
    found = await table.client.request("stoker/tasks", params)
    return {each["title"]: each for each in found}


async def run(table: Desk, command: str, argument: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await table.client.request(
        "workspace/executeCommand", {"command": f"stoker.tasks.{command}", "arguments": [argument]}
    )
    return answer


async def test_they_are_listed_with_where_to_go(table: Desk) -> None:
    found = await listed(table)
    assert set(found) == {"b", "discounts"}
    one, uri = found["discounts"], (table.root / "cart.py").as_uri()
    assert (one["kind"], one["assignee"], one["uri"]) == ("fixme", "ann", uri)
    assert one["range"]["start"] == {"line": 1, "character": 0}
    assert one["folder"] == table.root.as_uri()
    (table.root / "b.py").write_text("pass\n")
    assert {title: each["state"] for title, each in (await listed(table, uri=uri)).items()} == {
        "b": "gone",
        "discounts": "open",
    }


async def test_one_is_written_down_where_the_cursor_is_assigned_and_finished(table: Desk) -> None:
    page = table.open("cart.py")
    page.type("# one line more, not saved\n" * 2)
    page.go("return")
    place = {"uri": page.uri, "range": {"start": page.position(), "end": page.position()}}
    added = await run(table, "add", {**place, "options": {"title": "ask Zoe"}})
    assert added["place"]["symbol"] == "total"
    assert (await run(table, "assign", {"id": added["id"][:6], "assignee": "zoe"}))["assignee"] == "zoe"
    assert (await run(table, "done", {"id": added["id"]}))["state"] == "done"
    assert (await run(table, "reopen", {"id": added["id"]}))["state"] == "open"
    assert (await listed(table))["ask Zoe"]["assignee"] == "zoe"


@pytest.mark.parametrize(
    ("command", "argument", "said"),
    [
        ("done", {"id": "nobody"}, "there is no one task 'nobody'"),
        ("done", "text", "needs the id of a task"),
        ("assign", {}, "needs the id of a task"),
        ("assign", [1], "needs the id of a task"),
        ("add", {}, "the uri is missing"),
        ("add", "here", "needs a title"),
    ],
)
async def test_what_is_wrong_is_said(table: Desk, command: str, argument: Any, said: str) -> None:
    if argument == "here":
        page = table.open("cart.py")
        argument = {"uri": page.uri, "range": {"start": page.position(), "end": page.position()}}
    params = {"command": f"stoker.tasks.{command}", "arguments": [argument]}
    assert said in (await table.client.ask("workspace/executeCommand", params)[1])["error"]["message"]


async def test_a_document_outside_every_folder_has_none(table: Desk, tmp_path: Path) -> None:
    answer = await table.client.ask("stoker/tasks", {"uri": (tmp_path / "else.py").as_uri()})[1]
    assert "is in no open folder" in answer["error"]["message"]


@pytest.mark.parametrize("wanted", [False, True])
async def test_comments_are_hinted_at_only_where_that_is_wanted(tmp_path: Path, wanted: bool) -> None:
    root = make_project(tmp_path / "shop", {"stoker.toml": "", "cart.py": CART})
    async with raw_server() as client:
        options = {"diagnostics": {"tasks": wanted}}
        await client.initialize(root, capabilities={"textDocument": {"diagnostic": {}}}, initializationOptions=options)
        uri = (root / "cart.py").as_uri()
        client.open(uri, CART, "python")
        found = (await client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}}))["items"]
    told = [(each["severity"], each["code"], each["message"], each["range"]["start"]["character"]) for each in found]
    assert told == ([(4, "task", "FIXME: discounts", 6)] if wanted else [])
