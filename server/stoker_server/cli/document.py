"""``stoker document``: documentation that agrees with the code, and the news where it no longer does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Span
from stoker_server.cli import documenting, drifted, pages
from stoker_server.cli.consent import add_consent
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.places import read_file
from stoker_server.cli.proposing import add_common, run_feature
from stoker_server.cli.symbols import chosen, cursor, nothing_in
from stoker_server.features.docstring import DocstringFeature
from stoker_server.features.docstring.target import documents
from stoker_server.features.spoken import NAMES
from stoker_server.features.subject import file_name

_EPILOG = """\
examples:
  stoker document prices.py                       the first symbol that lacks a docstring, as a diff
  stoker document prices.py Cart.total --write    that one, into the file
  stoker document src --write                     everything public in a folder
  stoker document --check src tests               for CI: what has drifted from its code; exit status 1 if anything has
  stoker document --check src --write             the same, mended
  stoker document src --pages docs/api --write    reference, user guide and start page in Markdown
"""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "document",
        help="write docstrings and documentation comments, and check those that are there",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", type=Path, metavar="PATH", help="a file, or a folder: its ignored files and tests are left out"
    )
    parser.add_argument(
        "symbols",
        nargs="*",
        metavar="SYMBOL",
        help="e.g. TextWrapper.wrap; default: the first that lacks one. With --check: these alone, or more paths",
    )
    parser.add_argument(
        "--style", choices=["auto", "google", "numpy", "sphinx"], help="Python's; default: as the settings say"
    )
    parser.add_argument(
        "--language",
        metavar="CODE",
        help="of the prose that a model writes: en, de, zh, ...; default: as the settings say",
    )
    parser.add_argument(
        "--examples",
        action="store_true",
        help="with examples, which are run where the folder is trusted (Python, by a model)",
    )
    parser.add_argument(
        "--comments", action="store_true", help="comments inside the body of a function, by a model, and nothing else"
    )
    parser.add_argument(
        "--pages",
        type=Path,
        metavar="DIR",
        help="pages on a folder in Markdown: reference, user guide, start page; with --check: do they still say what is so?",
    )
    parser.add_argument("--module", action="store_true", help="the docstring of the file itself (Python)")
    parser.add_argument("--all", action="store_true", help="every public symbol of the file that lacks one")
    parser.add_argument(
        "--check", action="store_true", help="list what has drifted from its code; no model is asked and no code is run"
    )
    parser.add_argument("--missing", action="store_true", help="with --check: list what has no documentation, too")
    add_common(parser)
    add_consent(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Offer documentation for each symbol, or check what is there."""
    if arguments.pages:
        checking = {"check": "yes"} if arguments.check else {}
        return pages.run(arguments, {"language": _language(arguments.language) or "", **checking})
    if arguments.check:
        paths = [Path(each) for each in arguments.symbols if not arguments.file.is_file() or Path(each).exists()]
        names = [each for each in arguments.symbols if Path(each) not in paths]
        if names:
            chosen(read_file(arguments.file), names, DocstringFeature())  # says so where the file defines no such
        return drifted.run(arguments, [arguments.file, *paths], names)
    if arguments.missing:
        raise CommandError("--missing goes with --check")
    wanted = {"style": arguments.style, "language": _language(arguments.language)}
    options = {key: value for key, value in wanted.items() if value}
    if arguments.examples:
        options["examples"] = "yes"
    else:
        del arguments.unsandboxed  # nothing but examples is run, so nobody is asked
    if arguments.comments:
        return _comments(arguments, options)
    if arguments.module:
        asked = {**options, "module": "yes"}
        return run_feature(arguments, DocstringFeature(), read_file(arguments.file), Span(0, 0), asked)
    if arguments.file.is_dir():
        if arguments.symbols:
            raise CommandError(f"{arguments.file} is a folder, which has no symbol {arguments.symbols[0]}")
        files = documenting.files_of(arguments.file)
        documenting.tell_left_out(arguments.file, files)
        return documenting.run(arguments, files, options)
    return _in_file(arguments, options)


def _language(code: str | None) -> str | None:
    """A language's code as it is asked for.

    Raises:
        CommandError: It is none.
    """
    if code is None:
        return None
    plain = code.lower().replace("_", "-").partition("-")[0]
    if plain not in NAMES:
        raise CommandError(f"{code!r} is no language that is known here; the codes are {', '.join(NAMES)}")
    return plain


def _comments(arguments: argparse.Namespace, options: dict[str, str]) -> int:
    """Comments in the body of one function."""
    if len(arguments.symbols) != 1:
        raise CommandError("--comments takes a file and one function of it")
    feature, snapshot = DocstringFeature(), read_file(arguments.file)
    (symbol,) = chosen(snapshot, arguments.symbols, feature)
    asked = {**options, "symbol": symbol.qualified, "comments": "yes"}
    return run_feature(arguments, feature, snapshot, cursor(symbol), asked)


def _in_file(arguments: argparse.Namespace, options: dict[str, str]) -> int:
    feature, snapshot = DocstringFeature(), read_file(arguments.file)
    found = [each.qualified for each in chosen(snapshot, [], feature)]
    if not documents(snapshot):
        language = snapshot.language.name if snapshot.language else "this language"
        said = f"documentation is not written for {language} yet, and {file_name(snapshot)} is {language}"
        raise CommandError(said, Status.NOTHING)
    names = arguments.symbols or list(dict.fromkeys(found))  # a property's setter has its getter's name
    if not names:
        defines = any(each.public and each.body for each in snapshot.outline.walk())
        said = "has a docstring for every public symbol" if defines else "defines no public function or class"
        raise nothing_in(snapshot, said)
    if arguments.all or len(arguments.symbols) > 1:
        return documenting.run(arguments, [arguments.file], options, arguments.symbols)
    (symbol,) = chosen(snapshot, [names[0]], feature)
    if not feature.applies(snapshot, cursor(symbol)):
        lacks = "has a docstring that says all of it" if symbol.documentation else "is nothing that has a docstring"
        raise CommandError(f"{file_name(snapshot)}:{names[0]} {lacks}", Status.NOTHING)
    return run_feature(arguments, feature, snapshot, cursor(symbol), {**options, "symbol": names[0]})
