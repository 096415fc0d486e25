"""Forgets calls that were made: the queue would grow with every batch of events. Failed ones stay until somebody has looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dbos import DBOSClient, WorkflowStatusString

KEPT = timedelta(hours=1)
"""How long a call that was made stays in the queue."""
MOST = 500
"""Calls that are forgotten at once: other workers want to write, too."""


def clean(client: DBOSClient) -> None:
    """Forget some of what was done long ago. Waits for the database."""
    before = (datetime.now(UTC) - KEPT).isoformat()
    found = client.list_workflows(
        status=WorkflowStatusString.SUCCESS.value,
        completed_before=before,
        limit=MOST,
        load_input=False,
        load_output=False,
    )
    if found:
        client.delete_workflows([each.workflow_id for each in found])
