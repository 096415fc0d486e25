"""Which days, and of which project, a page is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CHOICES: tuple[int, ...] = (7, 30, 90)
"""How many days can be asked for."""
USUAL = 30


@dataclass(frozen=True, slots=True)
class Span:
    """Some days up to one, in UTC, of a project or of all.

    Attributes:
        last: The last day.
        days: How many there are.
        project: The project's id; empty for all of the organisation's.
    """

    last: date
    days: int = USUAL
    project: str = ""

    @property
    def first(self) -> date:
        """The first day."""
        return self.last - timedelta(days=self.days - 1)

    @property
    def before(self) -> Span:
        """As many days, right before."""
        return Span(self.first - timedelta(days=1), self.days, self.project)

    @property
    def dates(self) -> Sequence[str]:
        """Every day, ISO 8601, the oldest first."""
        return [(self.first + timedelta(days=number)).isoformat() for number in range(self.days)]


def span(days: int, project: str) -> Span:
    """The days up to today."""
    return Span(datetime.now(UTC).date(), days, project)
