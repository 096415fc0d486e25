"""``stoker test``: tests that run, pass three times and kill a mutant."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from stoker_server.cli.consent import add_consent, consented
from stoker_server.cli.errors import CommandError
from stoker_server.cli.places import read_file
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.cli.symbols import chosen, cursor, nothing_in, refuse_unread
from stoker_server.features.testing import WRITTEN, TestFeature
from stoker_server.features.testing.kinds import TestKind


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("test", help="generate a test for a function", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "symbols",
        nargs="*",
        metavar="SYMBOL",
        help='e.g. TextWrapper.wrap, or "GET /items/:id" for a route\'s nameless handler; default: the first public function',
    )
    parser.add_argument("--all", action="store_true", help="every public function; needs --write")
    kinds = [each.value for each in TestKind]
    said = f"what the tests call; default: {kinds[0]}, and for the nameless handler of a route {TestKind.END_TO_END}"
    parser.add_argument("--kind", choices=kinds, help=said)
    parser.add_argument(
        "--faults",
        action="store_true",
        help="write the suspected faults down instead, as tests that are expected to fail (pytest's xfail, strict)",
    )
    add_common(parser)
    add_consent(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer tests for one function, or write them for several, one after the other."""
    if arguments.all and not arguments.write:
        raise CommandError("--all writes the tests of one function after the other, so it needs --write")
    feature, snapshot = TestFeature(), read_file(arguments.file)
    handlers = feature.handlers(snapshot)
    symbols = chosen(snapshot, arguments.symbols, feature, handlers)
    refuse_unread(snapshot, "tests", WRITTEN)
    if not symbols:
        raise nothing_in(snapshot, "has no public function to test")
    if arguments.kind == TestKind.END_TO_END and not arguments.symbols:
        symbols = [*handlers, *(each for each in symbols if each not in handlers)]
    names = list(dict.fromkeys(each.qualified for each in symbols))
    if len(arguments.symbols) > 1 and not arguments.write:
        raise CommandError("tests for several functions are written one after the other, so that needs --write")
    wanted = names if arguments.all or arguments.symbols else names[:1]
    arguments.unsandboxed = consented(arguments)
    statuses = []
    for name in wanted:
        (symbol,) = chosen(snapshot, [name], feature, handlers)
        kind = {"kind": arguments.kind} if arguments.kind else {}
        options = {"symbol": name, **kind, **({"faults": "yes"} if arguments.faults else {})}
        statuses.append(run_feature(arguments, feature, snapshot, cursor(symbol), options))
    return min(statuses) if arguments.all else max(statuses)
