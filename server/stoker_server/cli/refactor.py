"""``stoker refactor``: extract, inline, rename, tidy, or what an instruction says; checked before it is shown."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stoker_server.cli.consent import add_consent
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.places import parse_range
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.features.refactor import KINDS, OPTIMISE, RefactorFeature, kinds

_NEEDED = {
    "rename": ("name", "--name"),
    "move": ("to", "--to FILE, the module that it goes to"),
    "change-signature": ("parameters", "--parameters, e.g. 'path, mode->flags, timeout=30'"),
}
"""The option that a kind can't do without, as the feature and as the user calls it."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("refactor", help="change code without changing what it does", description=__doc__)
    parser.add_argument(
        "range",
        metavar="FILE:START-END",
        help="START and END are LINE or LINE:COLUMN, counted from 1; FILE:LINE:COLUMN is a cursor",
    )
    parser.add_argument("instruction", nargs="?", help="what to do, in words; needs a model")
    parser.add_argument(
        "--kind",
        choices=[*(kind.name for kind in KINDS), OPTIMISE],
        help="default: the first that applies",
    )
    parser.add_argument("--name", help="the new name; for extractions Stoker can choose one")
    parser.add_argument("--all", action="store_true", help="extract-constant: every equal expression of the function")
    parser.add_argument(
        "--parameters",
        metavar="LIST",
        help="change-signature: the new parameters, e.g. 'path, mode->flags, timeout=30'; what is not listed goes",
    )
    parser.add_argument("--to", metavar="FILE", help="move: the module that it goes to; it may be new")
    add_common(parser)
    add_consent(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer a refactoring of a selection."""
    snapshot, span = parse_range(arguments.range)
    options = {key: getattr(arguments, key) for key in ("instruction", "kind", "name") if getattr(arguments, key)}
    options |= {"parameters": arguments.parameters} if arguments.parameters is not None else {}
    options |= {"to": str(Path(arguments.to).absolute())} if arguments.to else {}
    options |= {"all": "yes"} if arguments.all else {}
    if "kind" not in options and "instruction" not in options:
        applicable = kinds(snapshot, span)
        if not applicable:
            said = "no refactoring applies to this selection; select an expression, statements or a name"
            raise CommandError(said, Status.NOTHING)
        options["kind"] = "rename" if "name" in options and len(span) == 0 else applicable[0].name
    _refuse_incomplete(options)
    return run_feature(arguments, RefactorFeature(), snapshot, span, options)


def _refuse_incomplete(options: Mapping[str, str]) -> None:
    """Say which option is missing."""
    needed, said = _NEEDED.get(options.get("kind", ""), ("kind", ""))
    if said and needed not in options:
        raise CommandError(f"{options['kind']} needs {said}")
