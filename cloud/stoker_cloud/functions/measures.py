"""What is counted of an event: a measure's name and its number, by the kind of the event. Reads nothing, writes nothing."""

from __future__ import annotations

from stoker_wire.events import Accepted, Amount, Checked, Event, Failed, Feedback, Kept, Rejected, Shown, Spent

LARGEST = 2**40
"""No number of one event counts for more: the sums of 10**6 such events still are 64 bits."""
WHOLE = 100
"""Percent."""


def measures_of(event: Event) -> dict[str, int]:
    """What an event adds to the sums of its day."""
    counted = {name: min(max(0, value), LARGEST) for name, value in _measures(event).items()}
    return {"count": 1, **{name: value for name, value in counted.items() if value}}


def latency_of(event: Event) -> int | None:
    """How long it took, in milliseconds; ``None`` for events that tell no such thing."""
    return event.milliseconds if isinstance(event, Shown | Checked) else None


def _measures(event: Event) -> dict[str, int]:
    match event:
        case Shown():
            return {"characters": event.characters, "lines": event.lines, "milliseconds": event.milliseconds}
        case Accepted():
            by_amount = {each.value: int(event.amount is each) for each in Amount}
            return {"characters": event.characters, **by_amount}
        case Rejected():
            return {"typed": event.typed}
        case Kept():
            return _kept(event)
        case Feedback():
            return {"good": int(event.good)}
        case Checked():
            return _checked(event)
        case Spent():
            return _spent(event)
        case Failed():
            return {"retryable": int(event.retryable), f"error:{event.error}": 1}


def _kept(event: Kept) -> dict[str, int]:
    own = {"count": 1, "percent": event.percent, "gone": int(event.percent <= 0), "whole": int(event.percent >= WHOLE)}
    return {f"{name}:{event.seconds}": value for name, value in own.items()}


def _checked(event: Checked) -> dict[str, int]:
    return {
        "clean": int(event.failed == 0),
        "passed": event.passed,
        "undecided": event.undecided,
        "failed": event.failed,
        "withheld": event.withheld,
        "milliseconds": event.milliseconds,
    }


def _spent(event: Spent) -> dict[str, int]:
    return {
        "requests": event.requests,
        "input_tokens": event.input_tokens,
        "output_tokens": event.output_tokens,
        "microdollars": event.microdollars,
        "unpriced": int(event.microdollars < 0),
    }
