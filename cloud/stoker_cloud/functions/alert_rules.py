"""What counts as an alert: each rule reads the sums of some days and gives a number and the most that it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from stoker_cloud import policies
from stoker_cloud.store.rollups import quantile

FEWEST_ASKED, FEWEST_SHOWN = 20, 200
"""Of fewer questions to models, or suggestions, a share says nothing."""
WEEK, BEFORE = 7, 28
"""Days of the week that is judged, and of the time that it is judged by."""
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Counted:
    """The sums that rules read.

    Attributes:
        today: The day, in UTC.
        sums: By day, kind and measure.
        spread: Today's latencies of suggestions, by their buckets.
    """

    today: date
    sums: Mapping[tuple[str, str, str], int]
    spread: Mapping[int, int]

    def of(self, kind: str, measure: str, *, back: int = 0, days: int = 1) -> int:
        """A sum over some days, the last of which lies ``back`` days before today."""
        wanted = [(self.today - timedelta(days=back + each)).isoformat() for each in range(days)]
        return sum(self.sums.get((day, kind, measure), 0) for day in wanted)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is an alert.

    Attributes:
        name: Its name.
        policy: The project's number; 0 switches the rule off.
        measure: What is measured; ``None`` where there is too little to say.
        threshold: The most that it may be, by the project's number.
    """

    name: str
    policy: str
    measure: Callable[[Counted], float | None]
    threshold: Callable[[int], float] = float


def _failed(counted: Counted) -> float | None:
    failed = counted.of("failed", "count")
    asked = failed + counted.of("spent", "count")
    return PERCENT * failed / asked if asked >= FEWEST_ASKED else None


def _spent(counted: Counted) -> float:
    return counted.of("spent", "microdollars") / 1e6


def _slow(counted: Counted) -> float | None:
    return quantile(counted.spread, 0.95) if sum(counted.spread.values()) >= FEWEST_SHOWN else None


def _acceptance_lost(counted: Counted) -> float | None:
    """By how many percent the last week's acceptance lies below that of the weeks before."""
    shown, shown_before = counted.of("shown", "count", days=WEEK), counted.of("shown", "count", back=WEEK, days=BEFORE)
    before = counted.of("accepted", "suggestions", back=WEEK, days=BEFORE)
    if min(shown, shown_before) < FEWEST_SHOWN or before == 0:
        return None
    now = counted.of("accepted", "suggestions", days=WEEK) / shown
    return PERCENT * (1 - now / (before / shown_before))


RULES: tuple[Rule, ...] = (
    Rule("models_fail", policies.ALERT_FAILED_PERCENT, _failed),
    Rule("spend", policies.ALERT_USD_A_DAY, _spent),
    Rule("slow", policies.ALERT_P95_MS, _slow),
    Rule("acceptance_fell", policies.ALERT_ACCEPTANCE_DROP_PERCENT, _acceptance_lost),
)
