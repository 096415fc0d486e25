"""The command line: one command a module, in the visible tuple below."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from stoker_server.cli.errors import CommandError, Status
from stoker_server.state.errors import UnusableError
from stoker_server.version import __version__

COMMANDS: tuple[str, ...] = (
    "lsp",
    "demo",
    "complete",
    "context",
    "document",
    "test",
    "refactor",
    "fix",
    "explain",
    "generate",
    "tasks",
    "doctor",
    "models",
    "settings",
    "trust",
    "receipt",
    "feedback",
    "report",
    "events",
    "sent",
    "cache",
    "login",
    "logout",
    "sync",
    "cloud",
)
"""The modules in here that are commands, by their names. Each has ``add_parser(subparsers)``, which sets ``run``: a function
from the parsed arguments to an exit status. Only the one that is asked for is imported: all of them take most of a second."""


def build_parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The command line's parser, for all of the commands or for some."""
    parser = argparse.ArgumentParser(
        prog="stoker",
        description="Completions, docstrings, tests and refactors that are checked before they are shown.",
        epilog="Exit status: 0 done, 1 nothing to offer or a check failed, 2 wrong usage or settings, "
        "3 nothing to offer because the provider can't or may not be asked, or gave no answer. Where the facts of the code "
        "take over from a provider, that is 0 with a warning.",
    )
    parser.add_argument("--version", action="version", version=f"stoker {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in commands:
        import_module(f"{__name__}.{name}").add_parser(subparsers)
    for each in subparsers.choices.values():  # a terminal shows reStructuredText as it stands
        each.description = (each.description or "").replace("``", "`")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        The exit status.
    """
    parsed = build_parser(_needed(arguments)).parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
    except CommandError as error:
        print(f"stoker: {error}", file=sys.stderr)  # noqa: T201
        return error.status
    except UnusableError as error:
        print(f"stoker: the local database can't be used, {error}; nothing was changed", file=sys.stderr)  # noqa: T201
        return Status.USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has seen enough
        return 0
    return status


def _needed(arguments: Sequence[str]) -> Sequence[str]:
    """The commands that must be known to understand some arguments: help and mistakes need all of them."""
    first = arguments[0] if arguments else ""
    if first == "--version":
        return ()
    return (first,) if first in COMMANDS else COMMANDS
