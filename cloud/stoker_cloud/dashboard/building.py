"""Makes a page's tiles, charts and tables of what the queries gave. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stoker_cloud.dashboard.figures import Breakdown, Chart, Column, Form, Tile, Unit, share
from stoker_cloud.dashboard.queries import Sums
from stoker_cloud.dashboard.span import Span
from stoker_cloud.store.rollups import quantile
from stoker_wire.tasks import State

KEPT = 30
"""Seconds after which the share of kept lines is looked at; the server's own default."""
MICRO = 1_000_000
LONGEST = 12
"""Rows of a table."""
_EPOCH = date(1970, 1, 1)

Durations = Mapping[str, Mapping[int, int]]
"""By day and upper bound in milliseconds."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one value of a dimension, or of several added up."""

    sums: Sums
    values: Sequence[str]

    def __call__(self, kind: str, measure: str = "count") -> int:
        """The sum of a measure of a kind of event."""
        return sum(self.sums.get((each, kind, measure), 0) for each in self.values)

    @property
    def accepted(self) -> float | None:
        """Suggestions of which something was taken, in percent of those shown."""
        return share(self("accepted", "suggestions"), self("shown"))

    @property
    def kept(self) -> float | None:
        """What still stood of what was taken, in percent of its lines."""
        return share(self("kept", f"percent:{KEPT}") / 100, self("kept", f"count:{KEPT}"))

    @property
    def clean(self) -> float | None:
        """Offers that failed no check, in percent."""
        return share(self("checked", "clean"), self("checked"))

    @property
    def dollars(self) -> float | None:
        """What models cost; ``None`` where none was asked."""
        return self("spent", "microdollars") / MICRO if self("spent") else None


def tiles(sums: Sums, shown: Durations, span: Span, open_count: int) -> Sequence[Tile]:
    """The numbers of the whole span, each beside the one before."""
    now, then = (Counted(sums, each.dates) for each in (span, span.before))
    return [
        Tile("Accepted", now.accepted, Unit.PERCENT, then.accepted, f"of {now('shown'):,} suggestions"),
        Tile("Kept", now.kept, Unit.PERCENT, then.kept, f"{KEPT} s after accepting"),
        Tile(
            "Latency, median",
            quantile(_together(shown, span.dates), 0.5),
            Unit.MILLISECONDS,
            quantile(_together(shown, span.before.dates), 0.5),
            "request to suggestion",
        ),
        Tile("Checks passed", now.clean, Unit.PERCENT, then.clean, f"of {now('checked'):,} offers failed none"),
        Tile("Spend", now.dollars, Unit.DOLLARS, then.dollars, f"{now('spent', 'requests'):,} requests"),
        Tile("Open tasks", open_count, Unit.COUNT, None, "shared by the team"),
    ]


def charts(
    sums: Sums, shown: Durations, made: Mapping[str, int], done: Mapping[int, int], span: Span
) -> Sequence[Chart]:
    """The charts, in the order of the page."""
    days = span.dates
    by_day = [Counted(sums, [each]) for each in days]
    return [
        _usage(days, by_day),
        _latency(days, shown),
        _checks(days, by_day),
        _spend(days, by_day),
        _volume(days, by_day),
        _tasks(days, made, done),
    ]


def breakdown(key: str, title: str, of: str, sums: Sums, names: Mapping[str, str] | None = None) -> Breakdown:
    """How suggestions fare, by a dimension's values: those with most of them first."""
    known = {each for each, _, _ in sums if each and (names is None or each in names)}
    rows = _most(((each, Counted(sums, [each])) for each in known), lambda row: row("shown") + row("checked"))
    columns = [
        Column("Suggestions", Unit.COUNT, [row("shown") for _, row in rows]),
        Column("Accepted", Unit.PERCENT, [row.accepted for _, row in rows]),
        Column("Kept", Unit.PERCENT, [row.kept for _, row in rows]),
    ]
    if any(row("checked") for _, row in rows):
        columns.append(Column("Checks passed", Unit.PERCENT, [row.clean for _, row in rows]))
    if any(row("spent") for _, row in rows):
        columns.append(Column("Spend", Unit.DOLLARS, [row.dollars for _, row in rows]))
    return Breakdown(key, title, of, [names[each] if names else each for each, _ in rows], columns)


def models(sums: Sums) -> Breakdown:
    """What each model cost, the dearest first."""
    known = {each for each, _, _ in sums}
    rows = _most(((each, Counted(sums, [each])) for each in known), lambda row: row.dollars or 0)
    columns = [
        Column("Requests", Unit.COUNT, [row("spent", "requests") for _, row in rows]),
        Column("Tokens in", Unit.COUNT, [row("spent", "input_tokens") for _, row in rows]),
        Column("Tokens out", Unit.COUNT, [row("spent", "output_tokens") for _, row in rows]),
        Column("Failed", Unit.COUNT, [row("failed") for _, row in rows]),
        Column("Spend", Unit.DOLLARS, [row.dollars for _, row in rows]),
    ]
    return Breakdown("models", "By model", "Model", [each for each, _ in rows], columns)


def open_count(states: Mapping[str, int]) -> int:
    """How many tasks are open."""
    return states.get(State.OPEN, 0)


def _usage(days: Sequence[str], by_day: Sequence[Counted]) -> Chart:
    return Chart(
        "usage",
        "Accepted and kept",
        f"Suggestions of which something was taken, and what still stood of it after {KEPT} seconds.",
        days,
        [
            Column("Accepted", Unit.PERCENT, [each.accepted for each in by_day]),
            Column("Kept", Unit.PERCENT, [each.kept for each in by_day]),
            Column("Suggestions", Unit.COUNT, [each("shown") for each in by_day], drawn=False),
        ],
        "Members send this with telemetry.usage = true in their own settings.",
    )


def _latency(days: Sequence[str], shown: Durations) -> Chart:
    return Chart(
        "latency",
        "Latency",
        "From the editor's request to the suggestion; half of them, and 95 of 100, were at most this slow.",
        days,
        [
            Column("Median", Unit.MILLISECONDS, [quantile(shown.get(each, {}), 0.5) for each in days]),
            Column("95th percentile", Unit.MILLISECONDS, [quantile(shown.get(each, {}), 0.95) for each in days]),
            Column("99th percentile", Unit.MILLISECONDS, [quantile(shown.get(each, {}), 0.99) for each in days], False),
        ],
        "Members send this with telemetry.usage = true in their own settings.",
    )


def _checks(days: Sequence[str], by_day: Sequence[Counted]) -> Chart:
    return Chart(
        "checks",
        "Checks passed",
        "Offers that failed no check. Drafts that failed one were withheld, and are in the table.",
        days,
        [
            Column("Failed none", Unit.PERCENT, [each.clean for each in by_day]),
            Column("Offers", Unit.COUNT, [each("checked") for each in by_day], drawn=False),
            Column("Drafts withheld", Unit.COUNT, [each("checked", "withheld") for each in by_day], drawn=False),
            Column("Checks undecided", Unit.COUNT, [each("checked", "undecided") for each in by_day], drawn=False),
        ],
        "Members send this with telemetry.quality = true in their own settings.",
    )


def _spend(days: Sequence[str], by_day: Sequence[Counted]) -> Chart:
    return Chart(
        "spend",
        "Spend",
        "What models cost, in US dollars. Requests to models without a known price count nothing.",
        days,
        [
            Column("Spend", Unit.DOLLARS, [each("spent", "microdollars") / MICRO for each in by_day]),
            Column("Requests", Unit.COUNT, [each("spent", "requests") for each in by_day], drawn=False),
            Column("Without a price", Unit.COUNT, [each("spent", "unpriced") for each in by_day], drawn=False),
        ],
        "Members send this with telemetry.cost = true in their own settings.",
        form=Form.BESIDE,
    )


def _volume(days: Sequence[str], by_day: Sequence[Counted]) -> Chart:
    return Chart(
        "volume",
        "Suggestions",
        "How many were shown, and of how many something was taken.",
        days,
        [
            Column("Shown", Unit.COUNT, [each("shown") for each in by_day]),
            Column("Accepted", Unit.COUNT, [each("accepted", "suggestions") for each in by_day]),
        ],
        "Members send this with telemetry.usage = true in their own settings.",
        form=Form.WITHIN,
    )


def _tasks(days: Sequence[str], made: Mapping[str, int], done: Mapping[int, int]) -> Chart:
    ends = [done.get((date.fromisoformat(each) - _EPOCH).days, 0) for each in days]
    return Chart(
        "tasks",
        "Tasks",
        "Tasks that were made, and those that somebody called done.",
        days,
        [Column("Made", Unit.COUNT, [made.get(each, 0) for each in days]), Column("Done", Unit.COUNT, ends)],
        "A member shares a folder's tasks by stoker sync link.",
        form=Form.BESIDE,
    )


def _together(durations: Durations, days: Iterable[str]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for day in days:
        for upper, count in durations.get(day, {}).items():
            found[upper] = found.get(upper, 0) + count
    return found


def _most(rows: Iterable[tuple[str, Counted]], weight: Callable[[Counted], float]) -> Sequence[tuple[str, Counted]]:
    return sorted(rows, key=lambda each: (-weight(each[1]), each[0]))[:LONGEST]
