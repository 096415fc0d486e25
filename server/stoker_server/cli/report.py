"""``stoker report``: who goes first of the models, and why; what models cost."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stoker_providers.errors import NotConfiguredError
from stoker_providers.routing import Row, table
from stoker_providers.tandem import Tandem
from stoker_server.cli.errors import Status
from stoker_server.cli.output import say
from stoker_server.cli.places import folder_of
from stoker_server.cli.proposing import open_workspace
from stoker_server.state.outcomes import OutcomeStore
from stoker_server.state.spend import SpendRow, SpendStore
from stoker_server.workspace import Workspace

TASKS = (
    *("completion", "docstring", "fix", "generate", "next_edit", "refactor", "test", "end-to-end", "guide", "review"),
)
"""Shown with what is assumed of them, before anything is known."""
WORDS, DAYS = 3, 30


def add_parser(subparsers: Any) -> None:
    """Declare the command and its parts."""
    parser = subparsers.add_parser("report", help="show who drafts best, and what it costs", description=__doc__)
    parts = parser.add_subparsers(title="reports", metavar="REPORT", required=True)
    routing = parts.add_parser("routing", help="who goes first, by task and language", description=routing_of.__doc__)
    spend = parts.add_parser("spend", help="tokens and money, by day, task and model", description=spend_of.__doc__)
    spend.add_argument("--days", type=_days, default=DAYS, metavar="N", help=f"how far back; default {DAYS}")
    for part, show in ((routing, routing_of), (spend, spend_of)):
        part.add_argument("--json", action="store_true", help="print JSON")
        part.set_defaults(run=_here(show))


def routing_of(arguments: argparse.Namespace, workspace: Workspace) -> int:
    """How often each model's drafts passed the checks and were kept, and which of two goes first.

    The rate of success lies in the range with 95 % probability, by what is assumed at first and what was seen since.
    """
    rows = table(OutcomeStore(workspace.paths.database).records(), _models(workspace), TASKS)
    if arguments.json:
        say(json.dumps([_routing_json(row) for row in rows]))
    elif not rows:
        say("no model has drafted yet")
    else:
        heads = ("task", "language", "model", "tries", "successes", "rate", "95 % between", "goes first")
        _show([heads, *map(_routing_cells, rows)])
    return Status.DONE


def spend_of(arguments: argparse.Namespace, workspace: Workspace) -> int:
    """Requests, tokens and US dollars by day, task and model.

    ~ marks money that is partly reckoned from bytes, because an answer was not read to its end; ? a price that is not known.
    """
    since = (date.today() - timedelta(days=arguments.days - 1)).isoformat()
    rows = SpendStore(workspace.paths.database).rows(since)
    cap, today = workspace.resolved(None).settings.spend.daily_cap, workspace.spending.today
    spent = sum(row.usd + row.estimated_usd for row in rows if row.day == today)
    if arguments.json:
        say(json.dumps({"rows": [row.to_json() for row in rows], "today": spent, "daily_cap": cap or None}))
    elif not rows:
        say(f"no model was asked in the last {arguments.days} days")
    else:
        heads = ("day", "task", "model", "requests", "tokens in", "cached", "tokens out", "money")
        _show([heads, *map(_spend_cells, rows)])
        say(f"today ${spent:.4f}" + (f" of ${cap:g} (spend.daily_cap)" if cap else ", without a cap (spend.daily_cap)"))
    return Status.DONE


def _here(show: Callable[[argparse.Namespace, Workspace], int]) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        return show(arguments, open_workspace(arguments, folder_of(Path("file").absolute())))

    return run


def _models(workspace: Workspace) -> tuple[str, ...]:
    """The names of the two that work in tandem; none where one works alone, or one can't be made, which is said."""
    try:
        provider = workspace.build_provider()
    except NotConfiguredError as error:
        print(f"stoker: {error}. {error.remedy}", file=sys.stderr)  # noqa: T201
        return ()
    return tuple(half.name for half in provider.halves) if isinstance(provider, Tandem) else ()


def _routing_json(row: Row) -> dict[str, Any]:
    arm, record = row.arm, row.record
    return {
        "task": arm.task,
        "language": arm.language,
        "model": arm.model,
        "tries": record.tries,
        "successes": record.successes,
        "rate": row.rate,
        "low": row.low,
        "high": row.high,
        "first": row.first,
    }


def _routing_cells(row: Row) -> tuple[str, ...]:
    arm, record = row.arm, row.record
    rate = "-" if row.rate is None else f"{row.rate:.0%}"
    first = "-" if row.first is None else f"{row.first:.0%}"
    between = f"{row.low:.0%} and {row.high:.0%}"
    return arm.task, arm.language or "any", arm.model, str(record.tries), str(record.successes), rate, between, first


def _spend_cells(row: SpendRow) -> tuple[str, ...]:
    if row.money is None:
        money = "?"
    else:
        mark = "~" if row.estimated_usd else ""
        money = f"{mark}${row.money:.4f}" + (" + ?" if row.unpriced else "")
    counts = (row.requests, row.input_tokens, row.cached_tokens, row.output_tokens)
    return row.day, row.task, row.model, *(f"{count:,}" for count in counts), money


def _show(rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose first row is its head; the first three columns are words, the others numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if at < WORDS else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        say("  ".join(cells))


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of days")
    return min(int(text), 36_500)
