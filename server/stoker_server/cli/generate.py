"""``stoker generate``: code from a request, into a file or as new files, with tests that prove it; needs a model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.consent import add_consent
from stoker_server.cli.errors import CommandError
from stoker_server.cli.places import folder_of, parse_place, read_file
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.features.generate import GenerateFeature
from stoker_server.uris import uri_of

_UNNAMED = "new"
"""Stands for the files that the model names, in the receipt's subject."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("generate", help="write code from a request; needs a model", description=__doc__)
    parser.add_argument("request", metavar="REQUEST", help="what to write, in words")
    parser.add_argument(
        "--into",
        metavar="FILE[:LINE]",
        help="put it at the end of FILE or above LINE, or make FILE; default: new files of the model's choice",
    )
    parser.add_argument("--no-tests", action="store_true", help="draft no tests with it")
    add_common(parser)
    add_consent(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer code."""
    if not arguments.request.strip():
        raise CommandError("say what to write, e.g. stoker generate 'a function that parses ISO dates' --into dates.py")
    snapshot, span, where = _place(arguments.into)
    options = {"request": arguments.request, "where": where, **({"tests": "no"} if arguments.no_tests else {})}
    return run_feature(arguments, GenerateFeature(), snapshot, span, options, looks_around=True)


def _place(into: str | None) -> tuple[Snapshot, Span, str]:
    """The file, the cursor, and where the code goes.

    Raises:
        CommandError: It can't be read, or is in no language that Stoker reads.
    """
    if into is None:
        return Snapshot(uri_of(folder_of(Path.cwd() / "file") / _UNNAMED), "", None), Span(0, 0), "new"
    path = Path(into)
    if not path.exists() and ":" in into:
        snapshot, span = parse_place(into)
        where = "here"
    elif path.exists():
        snapshot = read_file(path)
        span, where = Span(len(snapshot.text), len(snapshot.text)), "end"
    else:
        snapshot, span, where = Snapshot(uri_of(path), "", by_path(path)), Span(0, 0), "new"
    if snapshot.language is None:
        raise CommandError(f"{into} is in no language that Stoker reads")
    if not snapshot.text.strip() and where == "end":
        return snapshot, span, "here"
    return snapshot, span, where
