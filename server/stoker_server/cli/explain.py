"""``stoker explain``: what a place in the code is: facts first, then, with a model, a short text whose names are looked up."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import console, say, show_receipt
from stoker_server.cli.places import folder_of, parse_place
from stoker_server.cli.proposing import add_common, open_workspace
from stoker_server.cli.surrounded import surrounded
from stoker_server.features.base import FeatureRequest
from stoker_server.features.explain import Explanation, explain
from stoker_server.features.propose import UNREACHED
from stoker_server.state.receipts import ReceiptStore
from stoker_server.uris import path_of
from stoker_server.workspace import Workspace


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("explain", help="say what a place in the code is and does", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE:COLUMN", help="the cursor, counted from 1")
    add_common(parser, write=False)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Explain a place."""
    snapshot, span = parse_place(arguments.place)
    if snapshot.tree is None:
        raise CommandError(f"{arguments.place} is in no language that Stoker reads, or too large to be read")
    path = path_of(snapshot.uri)
    workspace = open_workspace(arguments, folder_of(path) if path else None)
    workspace.prepare()
    if workspace.problem:
        raise CommandError(workspace.problem)
    found = asyncio.run(_explained(workspace, snapshot, span))
    ReceiptStore(workspace.paths.database).put(found.receipt)
    if arguments.json:
        say(json.dumps({"markdown": found.markdown, "receipt": found.receipt.to_json()}))
    else:
        _show(found)
    if not found.markdown:
        return Status.NOTHING
    return Status.DONE


async def _explained(workspace: Workspace, snapshot: Snapshot, span: Span) -> Explanation:
    path = path_of(snapshot.uri)
    try:
        async with surrounded(workspace, workspace.folder_of(path), snapshot):
            services = await workspace.running_services(path)
            return await explain(FeatureRequest(snapshot, span, services))
    finally:
        await workspace.aclose()


def _show(found: Explanation) -> None:
    out = console()
    if not found.markdown:
        out.print("nothing to explain here: no definition, no name and no finding", style="yellow")
    elif out.is_terminal:
        from rich.markdown import Markdown

        out.print(Markdown(found.markdown))
    else:
        say(found.markdown)
    if any(each.check == UNREACHED for each in found.receipt.verdicts):
        out.print("the model could not be asked; these are the facts", style="yellow")
    say("")
    show_receipt(found.receipt)
