"""``stoker cache``: what is kept on disk because it would cost to make it again: models' answers, and the folders' indexes."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.paths import find_paths
from stoker_wire.words import counted


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "cache", help="stats or clear: how much is kept to save work, or empty it", description=__doc__
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, text, run in (("stats", "show how much it holds", show), ("clear", "empty it", clear)):
        action = actions.add_parser(name, help=text)
        action.add_argument("--json", action="store_true", help="print JSON")
        action.set_defaults(run=run)


def show(arguments: argparse.Namespace) -> int:
    """Print how much the cache holds."""
    from stoker_providers.cache import stats

    folder = find_paths(os.environ).cache
    try:
        found = stats(folder)
    except OSError as error:
        raise CommandError(str(error), Status.NOTHING) from error
    text = f"{counted(found.entries, 'answer')}, {found.size / 1e6:.1f} MB, in {folder}"
    say(json.dumps(asdict(found)) if arguments.json else text)
    return Status.DONE


def clear(arguments: argparse.Namespace) -> int:
    """Empty the cache."""
    from stoker_analyzers.index.store import clear as forget
    from stoker_providers.cache import clear as empty

    folder = find_paths(os.environ).cache
    try:
        count, indexes = empty(folder), forget(folder)
    except OSError as error:
        raise CommandError(f"the cache was not emptied: {error}", Status.NOTHING) from error
    text = f"{counted(count, 'answer')} and {indexes} {'index' if indexes == 1 else 'indexes'} removed"
    say(json.dumps({"removed": count, "indexes": indexes}) if arguments.json else text)
    return Status.DONE
