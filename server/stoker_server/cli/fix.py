"""``stoker fix``: mend what linters, a failing test or an error log report; "gone" is said where the tool was run again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.consent import add_consent
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.places import folder_of, parse_place, read_file
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.features.fix import FIRST, FixFeature, places_in, said_of

_LOG_LIMIT = 2_000_000
"""Characters of a log that are read: its end, where the error stands."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "fix", help="mend findings, a failing test or an error in a log", description=__doc__
    )
    parser.add_argument(
        "place", nargs="?", metavar="FILE[:LINE]", help="what to mend; with --log the log says where it is"
    )
    parser.add_argument(
        "--rule", action="append", help="only findings of this rule, e.g. F401; may be given several times"
    )
    parser.add_argument(
        "--test",
        nargs="?",
        const=FIRST,
        metavar="ID",
        help="mend FILE so that this test passes, e.g. tests/test_shop.py::test_total; default: the first that fails",
    )
    parser.add_argument("--log", metavar="LOG", help="a file with a traceback or an error log; - for standard input")
    add_common(parser)
    add_consent(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer a fix."""
    given = [name for name in ("rule", "test", "log") if getattr(arguments, name) is not None]
    if len(given) > 1:
        raise CommandError(f"--{given[0]} and --{given[1]} ask for different things; give one of them")
    if arguments.log is not None:
        log = _read_log(arguments.log)
        return run_feature(arguments, FixFeature(), *_located(arguments, log), {"log": log}, looks_around=True)
    if not arguments.place:
        raise CommandError("name a FILE to mend, or give a traceback with --log")
    snapshot, span = _place(arguments.place)
    options = {"rules": ",".join(arguments.rule)} if arguments.rule else {}
    if arguments.test is not None:
        options = {"test": arguments.test}
    return run_feature(arguments, FixFeature(), snapshot, span, options, looks_around=True)


def _place(text: str) -> tuple[Snapshot, Span]:
    """A file as a whole, or a line of it."""
    if Path(text).exists() or ":" not in text:
        snapshot = read_file(Path(text))
        return snapshot, Span(0, len(snapshot.text))
    return parse_place(text)


def _located(arguments: argparse.Namespace, log: str) -> tuple[Snapshot, Span]:
    """The file that a log is about: the one that is named, else the one that its frames lead to from this folder."""
    if arguments.place:
        return _place(arguments.place)
    folder = folder_of(Path.cwd() / "file")
    places = places_in(log, folder)
    if not places:
        raise CommandError(f"the log leads to no file of {folder}: {said_of(log)}", Status.NOTHING)
    snapshot = read_file(folder / places[0].path)
    return snapshot, Span(0, 0)


def _read_log(name: str) -> str:
    """A log's text.

    Raises:
        CommandError: There is no such file, or nothing in it.
    """
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}") from error
    text = data.decode("utf-8", "replace")[-_LOG_LIMIT:]
    if not text.strip():
        raise CommandError(f"{'standard input' if name == '-' else name} is empty; give a traceback or an error log")
    return text
