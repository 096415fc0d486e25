"""What is counted by day: sums, and how long things took. The function of this name fills it, the dashboard reads it.

Latencies are counted in buckets whose bounds grow by the fourth root of two, so that a quantile is at most about 9 percent off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, String, Table

from stoker_cloud.store.tables import metadata

STEPS = 4
"""Buckets to a doubling."""
NAME = 80
"""Characters of a dimension: an event's names have no more."""
LONGEST_MS = 24 * 3600 * 1000
"""What took longer, in milliseconds, is counted as if it took this long."""


def _key(name: str, length: int) -> Column[str]:
    return Column(name, String(length), primary_key=True, nullable=False)


def _shared() -> list[Column[str]]:
    return [
        _key("org", 16),
        _key("project", 32),
        _key("day", 10),
        _key("kind", 16),
        _key("feature", NAME),
        _key("language", NAME),
        _key("provider", NAME),
    ]


def _of_project(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["org", "project"], ["projects.org", "projects.id"], name=name)


rollups = Table(
    "rollups",
    metadata,
    *_shared(),
    _key("model", NAME),
    _key("measure", 100),
    Column("value", BigInteger, nullable=False),
    _of_project("rollup_project"),
)
"""Sums by day (UTC, of the event's own time); a dimension that an event does not have is empty."""

latencies = Table(
    "latencies",
    metadata,
    *_shared(),
    Column("upper", Integer, primary_key=True, nullable=False, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    _of_project("latency_project"),
)
"""How many took at most ``upper`` milliseconds, and more than the bucket below it ends at."""


def upper_bound(milliseconds: int) -> int:
    """The bucket of a duration: its upper bound, in milliseconds."""
    taken = min(max(1, milliseconds), LONGEST_MS)
    step = max(0, math.ceil(STEPS * math.log2(taken)) - 1)
    while bound_of(step) < taken:
        step += 1
    return bound_of(step)


def bound_of(step: int) -> int:
    """The upper bound of a bucket, counted from 0, in milliseconds."""
    return math.floor(math.pow(2, step / STEPS) + 1e-9)


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """The duration, in milliseconds, that a share of all does not exceed; ``None`` where there is none.

    Args:
        counts: Counts by their buckets' upper bounds, summed over whatever is asked for.
        share: From 0 to 1, e.g. 0.99.
    """
    below, wanted = 0, share * sum(counts.values())
    for upper in sorted(counts):
        if counts[upper] > 0 and below + counts[upper] >= wanted:
            lower = upper / 2 ** (1 / STEPS)
            return lower + (upper - lower) * max(0.0, wanted - below) / counts[upper]
        below += counts[upper]
    return None
