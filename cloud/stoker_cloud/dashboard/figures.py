"""What a page shows, as plain data: tiles, charts and tables. Reads nothing and knows no HTML.

A chart is a table of days: the page holds that table, and the script draws it from there. So whoever does not see the chart, or
has no script, has the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Value = float | int | str | None


class Unit(StrEnum):
    """What a number counts."""

    COUNT = "count"
    PERCENT = "percent"
    MILLISECONDS = "ms"
    DOLLARS = "usd"
    TEXT = "text"


class Form(StrEnum):
    """How a chart is drawn."""

    LINES = "lines"
    BESIDE = "beside"
    """Bars, one beside the other."""
    WITHIN = "within"
    """Bars, of which the second is a part of the first."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers, one a row.

    Attributes:
        label: What it is.
        unit: What it counts.
        values: The numbers; ``None`` where there is nothing to count.
        drawn: Whether the chart draws it; the table shows it in any case.
    """

    label: str
    unit: Unit
    values: Sequence[Value]
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns of numbers by day.

    Attributes:
        key: Its name in the page.
        title: Its name for people.
        about: What the numbers mean, in a sentence.
        days: ISO 8601, the oldest first.
        columns: What was counted.
        missing: What to do where there is nothing, in a sentence.
        form: How it is drawn.
    """

    key: str
    title: str
    about: str
    days: Sequence[str]
    columns: Sequence[Column]
    missing: str
    form: Form = Form.LINES

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for each in self.columns for value in each.values)

    @property
    def drawn(self) -> Sequence[Column]:
        """What the chart draws."""
        return [each for each in self.columns if each.drawn]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of a whole span.

    Attributes:
        label: What it is.
        value: The number; ``None`` where there is nothing to count.
        unit: What it counts.
        before: The same of the span before.
        note: What it is made of, in a few words.
    """

    label: str
    value: float | None
    unit: Unit
    before: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Numbers by something that has a name.

    Attributes:
        key: Its name in the page.
        title: Its name for people.
        of: What the first column holds.
        columns: The rest; the values of all stand in the same order as the names.
        names: The first column.
    """

    key: str
    title: str
    of: str
    names: Sequence[str]
    columns: Sequence[Column]


def share(part: float, whole: float) -> float | None:
    """A part in percent; ``None`` of nothing."""
    return 100 * part / whole if whole else None


def told(value: Value, unit: Unit) -> str:
    """A number as people read it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    match unit:
        case Unit.PERCENT:
            return f"{value:.1f} %"
        case Unit.MILLISECONDS:
            return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"
        case Unit.DOLLARS:
            return f"${value:,.2f}" if value == 0 or abs(value) >= 0.01 else f"${value:.4f}"
        case _:
            return f"{value:,.0f}"


def change(tile: Tile) -> str:
    """How a tile's number differs from the one before; empty where that can't be said."""
    if tile.value is None or tile.before is None:
        return ""
    difference = tile.value - tile.before
    if tile.unit is Unit.PERCENT:
        return "unchanged" if abs(difference) < 0.05 else f"{difference:+.1f} points".replace("-", "−")
    if not tile.before:
        return "" if difference else "unchanged"
    if abs(difference) / tile.before < 0.005:
        return "unchanged"
    return f"{100 * difference / tile.before:+,.0f} %".replace("-", "−")
