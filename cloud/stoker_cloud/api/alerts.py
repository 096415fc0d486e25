"""Alerts, as Alertmanager's webhook tells them. They are shown on the dashboard; nobody is called from here.

Source of the form: Prometheus' documentation of Alertmanager, "webhook_config", version 4. What is not used of it is ignored: a
newer Alertmanager may say more.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from stoker_cloud.auth.guard import Known
from stoker_cloud.monitoring.counting import alerts_received
from stoker_cloud.store.raised import Alert, put, told

router = APIRouter(prefix="/alerts", tags=["alerts"])

MOST = 500
"""Alerts of a notification."""
LABELS = 40
LONGEST = 500
"""Characters of a text that are kept."""

Text = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1, 1, 1, tzinfo=UTC), le=datetime(9999, 12, 31, tzinfo=UTC))]
"""A time that can be told in UTC; Alertmanager's zero is the first of them."""
Texts = Annotated[dict[Text, Text], Field(max_length=LABELS)]


class Heard(BaseModel):
    """An alert, as Alertmanager tells it."""

    status: Literal["firing", "resolved"]
    labels: Texts
    annotations: Texts = {}
    startsAt: Moment  # noqa: N815  # Alertmanager's name
    endsAt: Moment | None = None  # noqa: N815
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,32}$")] = ""


class Notification(BaseModel):
    """What Alertmanager sends."""

    version: Literal["4"]
    alerts: Annotated[list[Heard], Field(max_length=MOST)]


@router.post("")
async def receive_alerts(caller: Known, notification: Notification) -> dict[str, int]:
    """Store what Alertmanager says. It may say so again."""
    await put(caller.connection, caller.org, [_alert(each) for each in notification.alerts])
    alerts_received(each.status for each in notification.alerts)
    return {"stored": len(notification.alerts)}


@router.get("")
async def list_raised_alerts(caller: Known, ended: bool = False) -> dict[str, list[dict[str, Any]]]:
    """The alerts that fire, or the latest that have ended; the newest first."""
    found = await told(caller.connection, caller.org, ended=ended)
    names = ("id", "since", "until", "heard", "name", "severity", "summary", "source", "labels")
    return {"alerts": [{name: getattr(each, name) for name in names} for each in found]}


def _alert(heard: Heard) -> Alert:
    labels = {name[:LONGEST]: value[:LONGEST] for name, value in heard.labels.items()}
    written = "\n".join(f"{name}={heard.labels[name]}" for name in sorted(heard.labels))
    ended = (heard.endsAt or datetime.now(UTC)) if heard.status == "resolved" else None
    return Alert(
        id=heard.fingerprint or hashlib.sha256(written.encode()).hexdigest()[:32],
        since=_time(heard.startsAt),
        name=labels.get("alertname", "alert"),
        severity=labels.get("severity", ""),
        summary=(heard.annotations.get("summary") or heard.annotations.get("description") or "")[:LONGEST],
        source="alertmanager",
        labels={name: value for name, value in labels.items() if name not in ("alertname", "severity")},
        until=_time(ended) if ended else None,
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
