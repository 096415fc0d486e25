"""What the backend counts besides requests. Counting costs nothing measurable where nobody has asked for it.

A counter's attributes are names of ours: never an organisation, a project or a member, so that whoever watches sees no tenant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from opentelemetry import metrics

_METER = metrics.get_meter("stoker_cloud")
_EVENTS = _METER.create_counter(
    "stoker.events.received", unit="{event}", description="Events in accepted batches, by kind."
)
_ALERTS = _METER.create_counter("stoker.alerts.received", unit="{alert}", description="Alerts that monitoring told of.")


def events_received(kinds: Iterable[str]) -> None:
    """Count events of a batch that was accepted; one that was sent before counts again."""
    for kind, count in Counter(kinds).items():
        _EVENTS.add(count, {"kind": kind})


def alerts_received(statuses: Iterable[str]) -> None:
    """Count alerts of a notification, by whether they fire or have ended."""
    for status, count in Counter(statuses).items():
        _ALERTS.add(count, {"status": status})
