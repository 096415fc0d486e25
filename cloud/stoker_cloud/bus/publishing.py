"""Publishes what a call is for. Reads in a transaction of the organisation, publishes after it: a slow bus locks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stoker_cloud.bus.base import Bus
from stoker_cloud.functions.base import Stored
from stoker_cloud.store.database import Database
from stoker_cloud.workflows.calls import Call
from stoker_cloud.workflows.making import stored_events, type_of
from stoker_wire.envelope import SPECVERSION, source_of
from stoker_wire.events import to_json


async def publish(database: Database, bus: Bus, call: Call) -> None:
    """Publish stored events, or what a function told.

    Raises:
        stoker_cloud.bus.base.BusError: Not all of it was taken. What was is known by its id when it is published again.
    """
    async with database.transaction(call.org, writes=False) as connection:
        found = await stored_events(connection, call)
    told = [_envelope(call, _stored(each)) for each in found]
    if call.type:
        own = {"id": call.delivery, "source": f"/projects/{call.project}", "type": call.type, "time": call.time}
        told.append(_envelope(call, {**own, "data": dict(call.data)}))
    await bus.publish(told)


def _envelope(call: Call, own: Mapping[str, Any]) -> dict[str, Any]:
    shared = {"specversion": SPECVERSION, "datacontenttype": "application/json"}
    return {**shared, **own, "org": call.org, "project": call.project}


def _stored(each: Stored) -> dict[str, Any]:
    told = {"id": each.id, "source": source_of(each.client), "type": type_of(each.event.kind), "time": each.at}
    return {**told, "data": to_json(each.event), **({"subject": each.subject} if each.subject else {})}
