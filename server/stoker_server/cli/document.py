"""``stoker document``: docstrings that agree with the code."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.places import read_file
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.cli.symbols import chosen, cursor, nothing_in, refuse_unread
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.subject import file_name


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("document", help="write docstrings", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "symbols", nargs="*", metavar="SYMBOL", help="e.g. TextWrapper.wrap; default: the first that lacks one"
    )
    parser.add_argument("--style", choices=["auto", "google", "numpy", "sphinx"], help="default: as the settings say")
    parser.add_argument("--all", action="store_true", help="every public symbol that lacks one; needs --write")
    add_common(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer a docstring for each symbol."""
    if arguments.all and not arguments.write:
        raise CommandError("--all writes one docstring after the other, so it needs --write")
    feature, snapshot = DocstringFeature(), read_file(arguments.file)
    options = {"style": arguments.style} if arguments.style else {}
    found = [each.qualified for each in chosen(snapshot, [], feature)]
    refuse_unread(snapshot, "docstrings")
    names = arguments.symbols or list(dict.fromkeys(found))  # a property's setter has its getter's name
    if not names:
        defines = any(each.public and each.body for each in snapshot.outline.walk())
        said = "has a docstring for every public symbol" if defines else "defines no public function or class"
        raise nothing_in(snapshot, said)
    wanted = names if arguments.symbols or arguments.all else names[:1]
    if len(wanted) > 1 and not arguments.write:
        raise CommandError("several symbols are documented one after the other, so that needs --write")
    statuses = []
    for name in wanted:
        snapshot = read_file(arguments.file)
        (symbol,) = chosen(snapshot, [name], feature)
        if not feature.applies(snapshot, cursor(symbol)):
            if arguments.all:
                continue
            lacks = "has a docstring that says all of it" if symbol.documentation else "is nothing that has a docstring"
            raise CommandError(f"{file_name(snapshot)}:{name} {lacks}", Status.NOTHING)
        statuses.append(run_feature(arguments, feature, snapshot, cursor(symbol), {**options, "symbol": name}))
    return max(statuses, default=Status.DONE)
