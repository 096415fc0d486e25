"""Events that come in: stored once, acknowledged by a watermark, and nothing else gets in with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.support.backend import Backend
from tests.support.shared import SHOWN, batch

from stoker_cloud.auth.permissions import Role
from stoker_wire.envelope import EnvelopeError
from stoker_wire.events import KINDS, PURPOSES

CLIENT = "ab" * 16


async def test_a_batch_is_stored_once_however_often_it_comes(backend: Backend) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.SERVICE], f"/v1/projects/{tenant.project}/events"
    first = batch([SHOWN] * 3, CLIENT, through=7)
    for _ in range(3):
        assert (await backend.ask(token, "POST", path, first.to_json())).json() == {"acknowledged": 7}
    second = replace(batch([SHOWN], CLIENT, 7), events=[*first.events, *batch([SHOWN], CLIENT).events])
    assert (await backend.ask(token, "POST", path, second.to_json())).json() == {"acknowledged": 8}
    assert (await backend.ask(token, "POST", path, first.to_json())).json() == {"acknowledged": 8}
    assert (await backend.ask(token, "GET", path)).json() == {"counts": {"shown": 4}}


async def test_a_batch_that_begins_behind_what_is_known_is_not_acknowledged(backend: Backend) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.MEMBER], f"/v1/projects/{tenant.project}/events"
    late = await backend.ask(token, "POST", path, batch([SHOWN], CLIENT, after=5).to_json())
    assert (late.status_code, late.json()) == (409, {"detail": {"acknowledged": 0}})
    assert (await backend.ask(token, "GET", path)).json() == {"counts": {}}
    other = await backend.ask(token, "POST", path, batch([SHOWN], "cd" * 16).to_json())
    assert other.json() == {"acknowledged": 1}  # another installation's watermark is its own


WRONG: list[dict[str, Any]] = [
    {"type": "stoker.typed"},
    {"type": "shown"},
    {"id": "x"},
    {"time": "yesterday"},
    {"time": "2026-11-23T12:00:00"},
    {"specversion": "0.3"},
    {"source": "/clients/" + "0" * 32},
    {"data": {"language": "def secret(): pass"}},
    {"data": {"why": "def secret(): pass"}},
    {"data": {"characters": "12"}},
    {"data": {"characters": True}},
    {"data": {"characters": 2**60}},
    {"data": {"suggestion": "x" * 200}},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
async def test_free_text_has_no_way_in(backend: Backend, wrong: dict[str, Any]) -> None:
    tenant = await backend.tenant()
    token, path = tenant.tokens[Role.OWNER], f"/v1/projects/{tenant.project}/events"
    body = batch([SHOWN, SHOWN], CLIENT).to_json()
    body["events"][1].update({**wrong, "data": {**body["events"][1]["data"], **wrong.get("data", {})}})
    answer = await backend.ask(token, "POST", path, body)
    assert answer.status_code == 422 and "secret" not in answer.text
    assert (await backend.ask(token, "GET", path)).json() == {"counts": {}}  # nor does the event beside it


def test_a_batch_has_an_end_and_every_event_a_purpose() -> None:
    with pytest.raises(EnvelopeError, match="at most"):
        batch([SHOWN] * 1001, CLIENT).checked()
    assert PURPOSES.keys() == {each.kind for each in KINDS}
