"""Points 5 and 7: ghost text as LSP 3.18 has it, beside the editor's own popup."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.support.desk import AUTOMATIC, INVOKED, Desk, desk
from tests.support.fixtures import CURSOR

CODE = f"import os\n\n\ndef size_of(path):\n    return os.path.{CURSOR}\n"
METHOD = "textDocument/inlineCompletion"

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.asked_for(5, "standard ghost text in every editor")
@pytest.mark.parametrize("dynamic", [None, False, True])
async def test_ghost_text_is_announced_once(tmp_path: Path, dynamic: bool | None) -> None:
    """Statically, whatever the editor can do: one that is told twice asks twice (LSP 3.18, client/registerCapability)."""
    mine = {} if dynamic is None else {"inlineCompletion": {"dynamicRegistration": dynamic}}
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    async with desk(tmp_path, capabilities={"textDocument": mine, "workspace": watching}, ready=False) as at:
        assert at.capabilities["inlineCompletionProvider"] in (True, {})
        async with asyncio.timeout(10):
            while not (asked := [each for each in at.client.requests if each["method"] == "client/registerCapability"]):
                await asyncio.sleep(0.01)
        registered = [every["method"] for each in asked for every in each["params"]["registrations"]]
        assert registered
        assert METHOD not in registered


@pytest.mark.asked_for(5, "standard ghost text in every editor")
async def test_both_kinds_of_trigger_are_answered_in_the_standards_form(at: Desk) -> None:
    at.says("getsize(path)", "")
    page = at.open("sizes.py", CODE)
    for kind in (INVOKED, AUTOMATIC):
        params = {"textDocument": {"uri": page.uri}, "position": page.position(), "context": {"triggerKind": kind}}
        (item,) = (await at.client.request(METHOD, params))["items"]
        assert item["insertText"] == "getsize(path)"
        assert set(item) <= {"insertText", "filterText", "range", "command"}


@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
@pytest.mark.parametrize(
    ("selected", "fits"),
    [("getsize", True), ("get", True), ("getatime", False), ("getsize(path)", True)],
    ids=["what the item begins", "less", "another", "all"],
)
async def test_ghost_text_goes_on_from_the_popups_item_or_stays_away(at: Desk, selected: str, fits: bool) -> None:
    page = at.open("sizes.py", CODE)
    start = page.position()
    page.type("ge")
    at.says("tsize(path)", "")
    item = await page.ghost(selected={"range": {"start": start, "end": page.position()}, "text": selected})
    if not fits:
        assert item is None
        return
    assert item
    assert item["insertText"].startswith(selected), "the editor shows it behind the item that is selected"
    page.accept(item)
    assert page.marked == CODE.replace(CURSOR, f"getsize(path){CURSOR}")


@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
async def test_an_editor_with_ghost_text_has_no_suggestion_in_its_popup(at: Desk) -> None:
    at.says("getsize(path)", "")
    page = at.open("sizes.py", CODE)
    assert await page.ghost_text() == "getsize(path)"
    popup = await page.popup()
    assert "Stoker" not in [each.get("detail") for each in popup]


@pytest.mark.asked_for(7, "popup and ghost text that don't fight")
async def test_an_editor_without_ghost_text_has_the_suggestion_once_in_its_popup(tmp_path: Path) -> None:
    async with desk(tmp_path, capabilities={}) as own:
        own.says("getsize(path)", "")
        page = own.open("sizes.py", CODE)
        async with asyncio.timeout(10):
            while "Stoker" not in (details := [each.get("detail") for each in await page.popup()]):
                await asyncio.sleep(0.05)
        assert details.count("Stoker") == 1
