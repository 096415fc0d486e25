"""``stoker receipt``: what was checked before something was offered."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say, show_receipt
from stoker_server.paths import find_paths
from stoker_server.state.receipts import KEPT, ReceiptStore


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("receipt", help="show what was checked", description=__doc__)
    parser.add_argument(
        "id", metavar="ID", nargs="?", help="the receipt's id or its beginning; without it, the latest ones"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one receipt, or the latest ones in a line each."""
    store = ReceiptStore(find_paths(os.environ).database)
    if arguments.id is None:
        found = store.latest(20)
        if arguments.json:
            say(json.dumps([each.to_json() for each in found]))
        else:
            rows = (f"{each.id}  {each.created}  {each.feature:10}  {each.author:24}  {each.subject}" for each in found)
            say("\n".join(rows) or "no receipts yet")
        return Status.DONE
    receipt = store.get(arguments.id)
    if receipt is None:
        raise CommandError(f"there is no one receipt {arguments.id}; the last {KEPT} are kept", Status.NOTHING)
    if arguments.json:
        say(json.dumps(receipt.to_json()))
    else:
        show_receipt(receipt)
    return Status.DONE
