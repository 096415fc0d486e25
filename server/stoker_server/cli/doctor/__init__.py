"""``stoker doctor``: what works here, and what to do about the rest."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stoker_server.cli.doctor.findings import Finding, State
from stoker_server.cli.doctor.looking import look
from stoker_server.cli.errors import Status
from stoker_server.cli.output import console, say
from stoker_server.cli.places import folder_of
from stoker_server.paths import find_paths
from stoker_server.workspace import Workspace

_COLOURS = {State.GOOD: "green", State.NOTE: "default", State.PROBLEM: "red"}
_MARKS = {State.GOOD: "✓", State.NOTE: "·", State.PROBLEM: "✗"}


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "doctor", help="say what works here and what to do about the rest", description=__doc__
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at everything.

    Returns:
        0 where no problem was found, else 1.
    """
    workspace = Workspace(find_paths(os.environ), os.environ)
    folder = folder_of(Path("file").absolute())
    workspace.add(folder)
    findings = asyncio.run(look(workspace, folder, os.environ))
    if arguments.json:
        say(json.dumps([asdict(each) for each in findings]))
    else:
        show(findings)
    return Status.NOTHING if any(each.state is State.PROBLEM for each in findings) else Status.DONE


def show(findings: list[Finding]) -> None:
    """Print the findings by topic, each problem with its remedy."""
    out, topic = console(), ""
    for finding in findings:
        if finding.topic != topic:
            topic = finding.topic
            out.print(topic, style="bold")
        out.print(f"  {_MARKS[finding.state]} {finding.text}", style=_COLOURS[finding.state])
        if finding.remedy:
            out.print(f"      → {finding.remedy}", style="yellow")
