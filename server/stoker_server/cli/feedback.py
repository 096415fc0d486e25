"""``stoker feedback``: say what a suggestion was worth. It stays on this machine."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say
from stoker_server.paths import find_paths
from stoker_server.state.events import EventStore
from stoker_server.state.outcomes import Dropped, OutcomeStore
from stoker_server.state.receipts import ReceiptStore
from stoker_wire.events import Accepted, Feedback, Shown


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("feedback", help="say that a suggestion was good or bad", description=__doc__)
    parser.add_argument("verdict", choices=("good", "bad"))
    parser.add_argument("why", metavar="WHY", nargs="?", default="", help="in your words; kept on this machine")
    parser.add_argument(
        "--receipt", metavar="ID", help="the suggestion's receipt (default: what was accepted last, else shown last)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Keep the user's verdict."""
    store = EventStore(find_paths(os.environ).database)
    if arguments.receipt is not None:
        receipt = ReceiptStore(find_paths(os.environ).database).get(arguments.receipt)
        if receipt is None and not store.mentions(arguments.receipt):
            raise CommandError(
                f"there is no one suggestion {arguments.receipt}; `stoker receipt` lists them", Status.NOTHING
            )
        subject = receipt.id if receipt else arguments.receipt
    else:
        latest = store.latest(Accepted.kind) or store.latest(Shown.kind)
        if latest is None:
            raise CommandError("no suggestion was shown yet; name one with --receipt ID", Status.NOTHING)
        subject = str(latest["suggestion"])
    store.put(Feedback(subject, arguments.verdict == "good"), why=arguments.why)
    if arguments.verdict == "bad":
        OutcomeStore(find_paths(os.environ).database).put([Dropped(subject)])
    if arguments.json:
        say(json.dumps({"suggestion": subject, "verdict": arguments.verdict, "why": arguments.why}))
    else:
        say(f"noted for the suggestion {subject}; it stays on this machine")
    return Status.DONE
