"""A command whose argument is wrong is refused in a sentence that says what is wrong with it, and the server lives on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import Desk, desk

from stoker_server.protocol import INVALID_PARAMS

RANGE = {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}
COMMANDS = ["document", "test", "refactor", "fix", "generate", "explain"]


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "a.py").write_text("def f(a):\n    return a\n")
    async with desk(tmp_path) as made:
        yield made


async def refused(table: Desk, command: str, arguments: Any) -> str:
    params = {"command": f"stoker.{command}", "arguments": arguments}
    answer = await table.client.ask("workspace/executeCommand", params)[1]
    assert answer["error"]["code"] == INVALID_PARAMS
    said: str = answer["error"]["message"]
    return said


async def test_each_command_says_what_is_wrong(table: Desk) -> None:
    uri = table.open("a.py").uri
    wrong: list[tuple[Any, str]] = [
        ([], " takes one argument, "),
        ([{"uri": uri, "range": RANGE}, 2], "there are 2 arguments"),
        (["text"], "this one is no object"),
        ([{}], "the uri is missing"),
        ([{"uri": 3, "range": RANGE}], "the uri is no text"),
        ([{"uri": uri}], "the range is missing"),
        ([{"uri": uri, "range": {"start": 3}}], "the range is no {start, end} of {line, character}"),
        ([{"uri": uri, "range": {"start": {"line": "x"}, "end": 1}}], "the range is no {start, end}"),
        ([{"uri": uri, "range": RANGE, "options": "x"}], "the options are no object"),
        ([{"uri": "file:///nowhere.py", "range": RANGE}], "file:///nowhere.py is not open"),
    ]
    for command in COMMANDS:
        for arguments, said in wrong:
            assert said in await refused(table, command, arguments), (command, arguments)
    assert (await refused(table, "test", [])).startswith("stoker.test takes one argument, {uri, range, options}")


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("refactor", {"kind": "nope"}, "nope is no refactoring; there are extract-function, extract-variable,"),
        ("refactor", {"kind": "extract-constant"}, "does not apply to this selection; select a literal in a function"),
        ("test", {"kind": "nope"}, "nope is no kind of test; there are unit, integration, end-to-end, performance"),
        ("document", {"style": "nope"}, "nope is no style of docstrings; there are google, numpy, sphinx"),
        ("document", {"language": "xx"}, "xx is no language that is known here; the codes are ar, bg,"),
    ],
)
async def test_an_option_that_is_none_is_not_passed_over(
    table: Desk, command: str, options: dict[str, str], said: str
) -> None:
    page = table.open("a.py")
    params = {"command": f"stoker.{command}", "arguments": [{"uri": page.uri, "range": RANGE, "options": options}]}
    outcome = await page.client.request("stoker/outcome", await page.client.request("workspace/executeCommand", params))
    assert said in outcome["reason"]
