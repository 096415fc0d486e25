"""The command line: one command a module, in the visible tuple below."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

from stoker_server.cli import (
    cache,
    complete,
    context,
    demo,
    doctor,
    document,
    events,
    explain,
    feedback,
    fix,
    generate,
    lsp,
    models,
    receipt,
    refactor,
    report,
    sent,
    settings,
    test,
    trust,
)
from stoker_server.cli.errors import CommandError
from stoker_server.version import __version__

COMMANDS: tuple[ModuleType, ...] = (
    lsp,
    demo,
    complete,
    context,
    document,
    test,
    refactor,
    fix,
    explain,
    generate,
    doctor,
    models,
    settings,
    trust,
    receipt,
    feedback,
    report,
    events,
    sent,
    cache,
)
"""Each has ``add_parser(subparsers)``, which sets ``run``: a function from the parsed arguments to an exit status."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line's parser."""
    parser = argparse.ArgumentParser(
        prog="stoker",
        description="Completions, docstrings, tests and refactors that are checked before they are shown.",
        epilog="Exit status: 0 done, 1 nothing to offer or a check failed, 2 wrong usage or settings, "
        "3 nothing to offer because the provider can't or may not be asked, or gave no answer. Where the facts of the code "
        "take over from a provider, that is 0 with a warning.",
    )
    parser.add_argument("--version", action="version", version=f"stoker {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        The exit status.
    """
    parsed = build_parser().parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
    except CommandError as error:
        print(f"stoker: {error}", file=sys.stderr)  # noqa: T201
        return error.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has seen enough
        return 0
    return status
