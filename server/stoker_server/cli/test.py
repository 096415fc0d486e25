"""``stoker test``: tests that run, pass three times and kill a mutant."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from stoker_server.cli.places import read_file
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.cli.symbols import chosen, cursor, nothing_in, refuse_unread
from stoker_server.features.testing import WRITTEN, TestFeature


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("test", help="generate a test for a function", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "symbol", nargs="?", metavar="SYMBOL", help="e.g. TextWrapper.wrap; default: the first public function"
    )
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer tests for one function."""
    feature, snapshot = TestFeature(), read_file(arguments.file)
    symbols = chosen(snapshot, [arguments.symbol] if arguments.symbol else [], feature)
    refuse_unread(snapshot, "tests", WRITTEN)
    if not symbols:
        raise nothing_in(snapshot, "has no public function to test")
    return run_feature(arguments, feature, snapshot, cursor(symbols[0]), {"symbol": symbols[0].qualified})
