"""Events of a project. A batch is stored whole, once, and acknowledged by its watermark."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from sqlalchemy import func, select, update

from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.quotas import spend
from stoker_cloud.store.inserting import insert_new
from stoker_cloud.store.tables import events, watermarks
from stoker_wire.envelope import Batch, EnvelopeError
from stoker_wire.events import to_json

router = APIRouter(prefix="/projects/{project}/events", tags=["events"])


@router.post("")
async def send_events(caller: Known, project: str, batch: Batch) -> dict[str, int]:
    """Store a batch. What was stored before is left as it is, so a batch may be sent again.

    Status 429 says when to go on, where the organisation has sent enough for a day.
    Status 409 names the watermark that the backend knows, where the batch begins behind it: what lies between never came.
    """
    try:
        read = batch.checked()
    except EnvelopeError as error:
        raise HTTPException(422, str(error)) from error
    known = await _watermark(caller, batch.client)
    if batch.after > known:
        raise HTTPException(409, {"acknowledged": known})
    shared = {"org": caller.org, "project": project, "client": batch.client}
    rows = [
        {**shared, "id": envelope.id, "kind": event.kind, "at": envelope.time, "data": to_json(event)}
        for envelope, event in zip(batch.events, read, strict=True)
    ]
    await insert_new(caller.connection, events, rows)
    if batch.through > known:
        await spend(caller.connection, caller.org, "events", len(rows), caller.quotas.events)
        own = (watermarks.c[name] == value for name, value in shared.items())
        await caller.connection.execute(update(watermarks).where(*own).values(watermark=batch.through))
    return {"acknowledged": max(known, batch.through)}


@router.get("")
async def count_events(caller: Known, project: str) -> dict[str, Any]:
    """How many there are of each kind."""
    query = select(events.c.kind, func.count().label("count")).group_by(events.c.kind)
    rows = await caller.rows(query.where(events.c.org == caller.org, events.c.project == project))
    return {"counts": {each["kind"]: each["count"] for each in rows}}


async def _watermark(caller: Caller, client: str) -> int:
    """Up to where a client's events were stored; its row is locked until the transaction ends."""
    row = {"org": caller.org, "project": caller.project, "client": client, "watermark": 0}
    await insert_new(caller.connection, watermarks, [row])
    own = (watermarks.c.org == caller.org, watermarks.c.project == caller.project, watermarks.c.client == client)
    found = await caller.one(select(watermarks.c.watermark).where(*own).with_for_update())
    return int(found["watermark"]) if found else 0
