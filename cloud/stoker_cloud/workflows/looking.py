"""Looks at the queue for whoever runs the backend: what waits, and what failed and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dbos import DBOSClient, WorkflowStatus, WorkflowStatusString

from stoker_cloud.workflows.calls import BUS
from stoker_cloud.workflows.queue import BUS_QUEUE, FUNCTIONS_QUEUE

MOST = 10_000
"""Calls that are looked at; where there are more, that many are told."""
SHOWN = 20
_WAITING = (WorkflowStatusString.ENQUEUED, WorkflowStatusString.PENDING, WorkflowStatusString.DELAYED)
_FAILED = (WorkflowStatusString.ERROR, WorkflowStatusString.MAX_RECOVERY_ATTEMPTS_EXCEEDED)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is in the queue.

    Attributes:
        waiting: Calls that are to be made.
        working: Calls that are being made.
        later: Calls that are to be made at a set time.
        failed: Why each call failed, by its id.
    """

    waiting: int
    working: int
    later: int
    failed: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def told(self, *, again: bool) -> str:
        """In words."""
        lines = [f"calls that wait: {self.waiting}, are being made: {self.working}, are set for later: {self.later}"]
        if self.failed:
            lines.append(
                f"failed: {len(self.failed)}{', and made again' if again else '; `--retry` has them made again'}"
            )
            lines += [f"  {name}: {why}" for name, why in list(self.failed.items())[:SHOWN]]
        return "\n".join(lines)


def look(client: DBOSClient, *, why: bool = True) -> Looked:
    """Look at the queue. Waits for the database.

    Args:
        client: The queue's.
        why: Whether it is read why calls failed: what they were told comes along, which may be much.
    """
    waiting, working, later = (len(_found(client, each)) for each in _WAITING)
    failed = {call.workflow_id: _why(call) for each in _FAILED for call in _found(client, each, why=why)}
    return Looked(waiting, working, later, failed)


def retry(client: DBOSClient, calls: Mapping[str, str]) -> None:
    """Have calls made again. Waits for the database."""
    for each in calls:
        of_bus = each.startswith(f"{BUS}.")
        client.rewind_workflow(each, queue_name=BUS_QUEUE if of_bus else FUNCTIONS_QUEUE)


def _found(client: DBOSClient, status: WorkflowStatusString, *, why: bool = False) -> list[WorkflowStatus]:
    return client.list_workflows(status=status.value, limit=MOST, load_input=why, load_output=why)


def _why(call: WorkflowStatus) -> str:
    """The kind of error and its first line, and whose call it was."""
    kind = getattr(call.error, "name", type(call.error).__name__)
    said = f"{kind}: {call.error}".partition("\n")[0] if call.error else call.status
    told: Mapping[str, Any] = next(iter(call.input["args"]), {}) if call.input else {}
    return f"{said} (project {told.get('project')} of {told.get('org')})"
