"""``stoker complete``: what comes next at a cursor."""

from __future__ import annotations

import argparse
import os
from typing import Any

from stoker_server.cli.places import parse_place
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.features.base import Offer
from stoker_server.features.completion import CompletionFeature
from stoker_server.paths import find_paths
from stoker_server.state.events import EventStore
from stoker_wire.events import Accepted, Amount, Shown


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("complete", help="complete the code at a cursor", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE:COLUMN", help="the cursor, counted from 1")
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the completion as a diff."""
    snapshot, span = parse_place(arguments.place)

    def told(offer: Offer, written: bool) -> None:
        """Count it as an editor's would be, so that feedback knows which one was meant."""
        receipt, language = offer.receipt, snapshot.language.id if snapshot.language else ""
        text = "".join(each.text for part in offer.edit.files for each in part.replacements)
        milliseconds, author = round(1_000 * receipt.seconds), receipt.author.partition("/")[0]
        store = EventStore(find_paths(os.environ).database)
        store.put(Shown(receipt.id, language, author, len(text), text.count("\n") + 1, milliseconds))
        if written:
            store.put(Accepted(receipt.id, Amount.WHOLE, len(text)))

    return run_feature(arguments, CompletionFeature(), snapshot, span, {}, looks_around=True, told=told)
