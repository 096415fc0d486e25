"""Batches of events and edits of tasks, as installations send them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from stoker_wire.envelope import PREFIX, Batch, Envelope, source_of
from stoker_wire.events import Event, Shown, to_json
from stoker_wire.sharing import stamp

SHOWN = Shown("a1b2", "python", "facts", 12, 1, 8)
AT = "2026-11-23T12:00:00+00:00"
FIRST: dict[str, Any] = {
    "kind": "note",
    "title": "ask Zoe",
    "file": "",
    "symbol": "",
    "line": 0,
    "source": "",
    "created": AT,
}


def batch(events: Sequence[Event], client: str, after: int = 0, through: int | None = None) -> Batch:
    """A batch of new events."""
    envelopes = [
        Envelope(secrets.token_hex(16), source_of(client), f"{PREFIX}{each.kind}", AT, to_json(each)) for each in events
    ]
    return Batch(client, after, after + len(events) if through is None else through, envelopes)


def edit(task: str, at: int = 1_780_000_000_000, client: str = "c" * 32, **fields: Any) -> dict[str, Any]:
    """An edit of some fields at a time in milliseconds; where there is none but these, the task's first."""
    return {
        "id": task,
        "fields": {name: {"value": value, "stamp": stamp(at, client)} for name, value in fields.items()},
    }
