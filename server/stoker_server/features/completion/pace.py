"""How long to wait before a model is asked: the longer, the more of its answers come to nothing.

What a wasted request costs is the model's time, so the wait is its measured latency times the share of recent requests that
nobody used. Who accepts most of what is suggested, or has a fast model, never waits.
"""

from __future__ import annotations

LONGEST = 0.3
"""Seconds: beyond that, a pause in typing is long enough to show something."""
SHORTEST = 0.03
"""Seconds below which there is no wait: hardly a key follows another so soon, so nothing would be saved."""
_WEIGHT = 0.2
"""Of the newest request, in the moving averages of latency and waste."""
_FREE = 0.4
"""Share of wasted requests that is nothing to wait for: nobody accepts everything."""


class Pace:
    """The measured latency and usefulness of a model's suggestions."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.waste = 0.0

    def wait(self) -> float:
        """Seconds to wait before the next request."""
        seconds = min(LONGEST, self.latency * max(0.0, self.waste - _FREE) / (1 - _FREE))
        return seconds if seconds >= SHORTEST else 0.0

    def answered(self, seconds: float) -> None:
        """A request took this long."""
        self.latency = seconds if not self.latency else self.latency + _WEIGHT * (seconds - self.latency)

    def ended(self, *, used: bool) -> None:
        """A suggestion was typed along or accepted, or it was not."""
        self.waste += _WEIGHT * ((0.0 if used else 1.0) - self.waste)
