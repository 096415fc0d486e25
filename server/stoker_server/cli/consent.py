"""Asks whether code may be run where nothing shuts it in. The answer holds for one command.

A command that is nothing without running code ends on a no; one that runs code to check more goes on and checks less.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from stoker_server.cli.errors import CommandError, Status
from stoker_server.features.running import UNSANDBOXED
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
    if not _can_ask():
        said = (
            "this machine has no sandbox, and there is no terminal to ask on: --unsandboxed runs the code all the same"
        )
        raise CommandError(said, Status.NOTHING)
    if not _said_yes():
        raise CommandError("nothing was run", Status.NOTHING)
    return True


def allowance(arguments: argparse.Namespace, *, trusted: bool) -> dict[str, str]:
    """The option that lets a feature run code without a sandbox, where it is needed and the user gives it.

    Args:
        arguments: Those of ``add_consent``; a command without them runs no code.
        trusted: Whether the folder's code may be run at all; nobody is asked about code that is not run anyway.
    """
    given = getattr(arguments, UNSANDBOXED, None)
    if given is None or not trusted or asyncio.run(find_sandbox()).isolates:
        return {}
    return {UNSANDBOXED: "yes"} if given or (_can_ask() and _said_yes()) else {}


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _said_yes() -> bool:
    print(_QUESTION, end="", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in ("y", "yes")
