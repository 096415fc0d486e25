"""Tasks that a team shares: two people's edits are merged field by field, and none is lost."""

from __future__ import annotations

import itertools
import random
from typing import Any

from tests.support.backend import Backend
from tests.support.shared import FIRST, edit

from stoker_cloud.auth.permissions import Role
from stoker_wire.sharing import AHEAD_MS, FIELDS, now_ms, stamp

ANN, BOB = "a" * 32, "b" * 32
TASK = "f00d" * 4
BEGUN = 1_780_000_000_000


async def test_edits_of_different_fields_both_hold_and_of_the_same_one_the_later(backend: Backend) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/tasks"

    async def send(*edits: dict[str, object]) -> dict[str, object]:
        answer = await backend.ask(token, "POST", path, {"edits": list(edits)})
        assert answer.status_code == 200, answer.text
        return {name: each["value"] for name, each in answer.json()["tasks"][-1]["fields"].items()}

    await send(edit(TASK, BEGUN, ANN, **FIRST, state="open", assignee=""))
    await send(edit(TASK, BEGUN + 2, BOB, state="done"))
    merged = await send(edit(TASK, BEGUN + 1, ANN, assignee="ann", state="open"))  # made earlier, arrives later
    assert (merged["state"], merged["assignee"], merged["title"]) == ("done", "ann", "ask Zoe")
    edits = (await backend.ask(token, "GET", f"{path}/{TASK}/edits")).json()["edits"]
    assert [each["value"] for each in edits if each["field"] == "state"] == ["open", "open", "done"]  # none is lost


async def test_edits_merge_alike_in_every_order_and_however_often(backend: Backend) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/tasks"
    edits = [(BEGUN, ANN, "one"), (BEGUN, BOB, "two"), (BEGUN + 1, ANN, "three"), (BEGUN - 1, BOB, "four")]
    for number, order in enumerate(itertools.permutations(edits)):
        task = f"{number:016x}"
        sent = [edit(task, at, client, title=title) for at, client, title in order]
        answer = await backend.ask(token, "POST", path, {"edits": [*sent, random.choice(sent)]})
        assert {each["fields"]["title"]["value"] for each in answer.json()["tasks"][3:]} == {"three"}


async def test_a_cursor_gives_every_change_once_in_pages(backend: Backend) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/tasks"
    for start in range(0, 1200, 400):
        edits = [edit(f"{number:016x}", title=f"task {number}") for number in range(start, start + 400)]
        assert (await backend.ask(token, "POST", path, {"edits": edits})).status_code == 200
    seen, cursor = list[str](), 0
    while page := (await backend.ask(token, "GET", f"{path}?since={cursor}")).json():
        if not page["tasks"]:
            break
        seen, cursor = [*seen, *(each["id"] for each in page["tasks"])], page["cursor"]
    assert seen == [f"{number:016x}" for number in range(1200)]
    changed = edit(f"{7:016x}", BEGUN + 9, state="done")
    await backend.ask(token, "POST", path, {"edits": [changed, changed]})
    page = (await backend.ask(token, "GET", f"{path}?since={cursor}")).json()
    assert [each["id"] for each in page["tasks"]] == [f"{7:016x}"]


async def test_what_is_no_edit_changes_nothing(backend: Backend) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/tasks"
    late = edit(TASK, now_ms() + AHEAD_MS + 60_000, title="x")
    wrong: list[dict[str, Any]] = [
        {"state": "gone"},
        {"kind": "epic"},
        {"title": "two\nlines"},
        {"title": "x" * 501},
        {"line": -1},
        {"colour": "red"},
    ]
    bad = [late, edit("../etc", title="x"), *(edit(TASK, **each) for each in wrong)]
    unstamped = {"id": TASK, "fields": {"title": {"value": "x", "stamp": "now"}}}
    for each in [*bad, unstamped]:
        answer = await backend.ask(token, "POST", path, {"edits": [edit(TASK, title="fine"), each]})
        assert answer.status_code == 422, each
    assert (await backend.ask(token, "GET", path)).json() == {"tasks": [], "cursor": 0}


def test_stamps_order_as_texts_do() -> None:
    assert stamp(999, BOB) < stamp(1000, ANN) < stamp(1000, BOB) < stamp(BEGUN, ANN)
    assert set(FIRST) | {"state", "assignee"} == set(FIELDS)
