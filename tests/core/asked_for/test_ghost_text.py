"""Points 1, 2 and 4: models write brackets twice, indent as they like, and talk where nobody asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.desk import Desk
from tests.support.fixtures import CURSOR
from tests.support.markdown import Case, cases, expect

FILES = Path(__file__).with_name("files")
NOTHING = "(nothing is shown)"

pytestmark = pytest.mark.asyncio(loop_scope="session")


def told(name: str) -> pytest.MarkDecorator:
    """The cases of a file, each a test."""
    return pytest.mark.parametrize("case", cases(FILES / f"{name}.md"), ids=lambda case: case.name)


async def after_accepting(desk: Desk, case: Case) -> str:
    """The document once its suggestion is accepted, or that there was none."""
    block, says = case.blocks[0], case.block("says").text
    desk.says(says, *([""] * 5))
    page = desk.open(f"{case.path.stem}/{block.info.split()[1]}", f"{block.text}\n")
    item = await page.ghost()
    if item is None:
        return NOTHING
    page.accept(item)
    return page.marked.removesuffix("\n")


@pytest.mark.asked_for(1, "no duplicated code or brackets after the cursor")
@told("twice")
async def test_nothing_stands_twice(at: Desk, case: Case, update: bool) -> None:
    expect(case, case.block("then"), await after_accepting(at, case), update=update)


@pytest.mark.asked_for(2, "right indentation")
@told("indentation")
async def test_lines_are_indented_as_the_file_is(at: Desk, case: Case, update: bool) -> None:
    expect(case, case.block("then"), await after_accepting(at, case), update=update)


@pytest.mark.asked_for(4, "less noise")
@told("silence")
async def test_nothing_is_shown_that_adds_nothing(at: Desk, case: Case, update: bool) -> None:
    expect(case, case.block("then"), await after_accepting(at, case), update=update)


@pytest.mark.asked_for(4, "less noise")
async def test_where_nothing_would_be_shown_nothing_is_asked(at: Desk) -> None:
    page = at.open("quiet.ts", f"const answer = 42;{CURSOR}\n")
    assert await page.ghost() is None
    page.type(" ")
    assert await page.ghost() is None
    assert at.double.seen == []
    at.says("// the answer")
    assert await page.ghost_text(invoked=True) == "// the answer"
