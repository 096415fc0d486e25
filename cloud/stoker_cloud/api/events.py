"""Events of a project. A batch is stored whole, once, and acknowledged by its watermark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from sqlalchemy import func, select, update

from stoker_cloud.api.calls import Calls
from stoker_cloud.auth.caller import Caller
from stoker_cloud.auth.guard import Known
from stoker_cloud.auth.quotas import spend
from stoker_cloud.monitoring.counting import events_received
from stoker_cloud.store.inserting import insert_new
from stoker_cloud.store.tables import events, new_id, watermarks
from stoker_cloud.workflows.calls import Happened
from stoker_wire.envelope import Batch, Envelope, EnvelopeError
from stoker_wire.events import Event, to_json

router = APIRouter(prefix="/projects/{project}/events", tags=["events"])


@router.post("")
async def send_events(caller: Known, project: str, batch: Batch, queue: Calls) -> dict[str, int]:
    """Store a batch, and have what follows from it done. What was stored before is left as it is, so a batch may be sent again.

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
    both = zip(batch.events, read, strict=True)
    rows = [
        {**shared, **_row(envelope, event), "position": batch.after + number}
        for number, (envelope, event) in enumerate(both, 1)
    ]
    stored = await insert_new(caller.connection, events, rows)
    if stored:
        types = {each.id: each.type for each in batch.events}
        new = {identifier: types[identifier] for *_, identifier in stored}
        await queue.events(caller.connection, Happened(caller.org, project, new_id(), events=new))
    if batch.through > known:
        own = (watermarks.c[name] == value for name, value in shared.items())
        await caller.connection.execute(update(watermarks).where(*own).values(watermark=batch.through))
    await spend(caller.connection, caller.org, "events", len(stored), caller.quotas.events)
    events_received(each.kind for each in read)
    return {"acknowledged": max(known, batch.through)}


@router.get("")
async def count_events(caller: Known, project: str) -> dict[str, Any]:
    """How many there are of each kind."""
    query = select(events.c.kind, func.count().label("count")).group_by(events.c.kind)
    rows = await caller.rows(query.where(events.c.org == caller.org, events.c.project == project))
    return {"counts": {each["kind"]: each["count"] for each in rows}}


def _row(envelope: Envelope, event: Event) -> dict[str, Any]:
    """An event's own columns; its time is written in one way, so that times order as their texts do."""
    at = datetime.fromisoformat(envelope.time).isoformat(timespec="milliseconds")
    data = to_json(event)
    subject = data.get("suggestion") or data.get("receipt")
    return {"id": envelope.id, "kind": event.kind, "at": at, "data": data, "subject": subject}


async def _watermark(caller: Caller, client: str) -> int:
    """Up to where a client's events were stored; its row is locked until the transaction ends."""
    row = {"org": caller.org, "project": caller.project, "client": client, "watermark": 0}
    await insert_new(caller.connection, watermarks, [row])
    own = (watermarks.c.org == caller.org, watermarks.c.project == caller.project, watermarks.c.client == client)
    found = await caller.one(select(watermarks.c.watermark).where(*own).with_for_update())
    return int(found["watermark"]) if found else 0
