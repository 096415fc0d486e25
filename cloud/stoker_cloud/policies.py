"""What a project may decide for itself, with what holds where it has not. Numbers alone; what is not declared is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from stoker_cloud.store.working import policies


@dataclass(frozen=True, slots=True)
class Policy:
    """A number that a project may set.

    Attributes:
        default: What holds where nothing is set.
        least: The smallest that may be set.
        most: The largest.
        doc: What it means, with its unit.
    """

    default: int
    least: int
    most: int
    doc: str


EVENTS_DAYS = "events_days"
ALERT_FAILED_PERCENT = "alert_failed_percent"
ALERT_USD_A_DAY = "alert_usd_a_day"
ALERT_P95_MS = "alert_p95_ms"
ALERT_ACCEPTANCE_DROP_PERCENT = "alert_acceptance_drop_percent"

POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        EVENTS_DAYS: Policy(400, 1, 36_500, "Days that events are kept; what was counted of them stays."),
        ALERT_FAILED_PERCENT: Policy(
            25, 0, 100, "Percent of today's questions to models that may fail before it is an alert; 0 for never."
        ),
        ALERT_USD_A_DAY: Policy(
            0, 0, 10**6, "US dollars that models may cost a day before it is an alert; 0 for never."
        ),
        ALERT_P95_MS: Policy(
            0, 0, 600_000, "Milliseconds within which 95 percent of today's suggestions are to be shown; 0 for any."
        ),
        ALERT_ACCEPTANCE_DROP_PERCENT: Policy(
            50,
            0,
            100,
            "Percent by which a week's acceptance may fall below that of the four weeks before it; 0 for any.",
        ),
    }
)
"""Every policy, by its name."""


async def policies_of(connection: AsyncConnection, org: str, project: str) -> dict[str, int]:
    """What holds for a project."""
    query = select(policies.c.name, policies.c.value).where(policies.c.org == org, policies.c.project == project)
    chosen = {name: value for name, value in await connection.execute(query) if name in POLICIES}
    return {**{name: each.default for name, each in POLICIES.items()}, **chosen}
