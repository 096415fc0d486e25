"""``stoker cloud``: a team's backend. It is found by an entry point: nothing of the server imports it."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

GROUP = "stoker.commands"


def add_parser(subparsers: Any) -> None:
    """Declare the command, as its package does."""
    for found in entry_points(group=GROUP, name="cloud"):
        found.load()(subparsers)
