"""``stoker sent``: what left this machine for a provider, or was to: every attempt, with what came of it."""

from __future__ import annotations

import argparse
import json
import os
from collections import deque
from dataclasses import asdict
from textwrap import indent
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import console, say
from stoker_server.paths import find_paths
from stoker_wire.words import counted


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("sent", help="show what was sent to providers", description=__doc__)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    action = actions.add_parser("show", help="print the log, newest last")
    action.add_argument("--last", type=int, default=20, metavar="N", help="how many (default: 20)")
    action.add_argument("--json", action="store_true", help="print JSON")
    action.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the last requests with all their text."""
    from stoker_providers.sent_log import read_sent

    if arguments.last < 1:
        raise CommandError(f"--last {arguments.last} shows nothing; 1 is the least")
    found = list(deque(read_sent(find_paths(os.environ).state), maxlen=arguments.last))
    if arguments.json:
        say(json.dumps([asdict(each) for each in found]))
        return Status.DONE
    out = console()
    for sent in found:
        out.print(
            f"{sent.at}  {sent.provider}  {sent.purpose}  {counted(sent.size, 'byte')}: {sent.outcome}", style="bold"
        )
        for span in sent.spans:
            out.print(f"  {span.part} from {span.path or 'Stoker itself'}:", style="cyan")
            out.print(indent(span.text, "    "))
    if not found:
        out.print("nothing was sent")
    return Status.DONE
