"""``stoker complete``: what comes next at a cursor."""

from __future__ import annotations

import argparse
from typing import Any

from stoker_server.cli.places import parse_place
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.features.completion import CompletionFeature


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("complete", help="complete the code at a cursor", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE:COLUMN", help="the cursor, counted from 1")
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the completion as a diff."""
    snapshot, span = parse_place(arguments.place)
    return run_feature(arguments, CompletionFeature(), snapshot, span, {}, looks_around=True)
