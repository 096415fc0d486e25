"""What is told of calls that were tried, by the authors that need no model, in every language but Python."""

from __future__ import annotations

from collections.abc import Sequence

from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.facts import PINS
from stoker_server.features.testing.observing import Dropped
from stoker_wire.receipts import FACTS, Withheld
from stoker_wire.verdicts import failed

_MOST_WITHHELD = 8


def said(each: Dropped) -> str:
    """A call and why it can't be relied on."""
    return f"{each.plan.plain}: {each.reason}"


def withheld(qualified: str, dropped: Sequence[Dropped]) -> tuple[Withheld, ...]:
    """The calls of a function that can't be relied on, as the receipt has them."""
    return tuple(
        Withheld(FACTS, f"a test of {each.plan.plain}", (failed("steady", f"{qualified}: {each.reason}"),))
        for each in dropped[:_MOST_WITHHELD]
    )


def failing(reasons: Sequence[tuple[str, str]]) -> tuple[Withheld, ...]:
    """The tests that don't hold in the runs that count, as the receipt has them.

    Args:
        reasons: Each test's name and why it does not hold; empty where it does.
    """
    return tuple(Withheld(FACTS, name, (failed("runs", reason),)) for name, reason in reasons if reason)


def notes(pins: int, dropped: Sequence[Dropped], existing: Existing) -> list[str]:
    """What the user should read with the tests: that some pin, which documented results did not come, what is there."""
    found = [PINS] if pins else []
    found += [f"{said(each)}." for each in dropped if each.plan.candidate.wanted is not None]
    return [*found, *([existing.note] if existing.note else [])]
