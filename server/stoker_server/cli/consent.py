"""Asks whether code may be run where nothing shuts it in. The answer holds for one command."""

from __future__ import annotations

import argparse
import asyncio
import sys

from stoker_server.cli.errors import CommandError, Status
from stoker_server.proving.sandbox import find_sandbox

_QUESTION = (
    "This machine has no sandbox (neither bubblewrap nor user namespaces): the code would run as you, with limits on time and\n"
    "memory but with your files and your network. Run it this once? [y/N] "
)


def add_consent(parser: argparse.ArgumentParser) -> None:
    """The option that answers the question beforehand."""
    parser.add_argument(
        "--unsandboxed", action="store_true", help="run code though this machine has no sandbox, without being asked"
    )


def consented(arguments: argparse.Namespace) -> bool:
    """Whether code may be run without a sandbox; nobody is asked where there is one.

    Raises:
        CommandError: There is none, and the user said no or can't be asked.
    """
    if asyncio.run(find_sandbox()).isolates:
        return False
    if arguments.unsandboxed:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        said = (
            "this machine has no sandbox, and there is no terminal to ask on: --unsandboxed runs the code all the same"
        )
        raise CommandError(said, Status.NOTHING)
    print(_QUESTION, end="", file=sys.stderr, flush=True)  # noqa: T201
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandError("nothing was run", Status.NOTHING)
    return True
