"""``stoker document FOLDER --pages DIR``: a start page, a user guide and the reference of a folder, in Markdown."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.documenting import files_of
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import say, show_diff, show_receipt
from stoker_server.cli.places import folder_of
from stoker_server.cli.proposing import as_json, diff_of, open_workspace, write
from stoker_server.features.base import FeatureRequest, NoOffer, Offer
from stoker_server.features.pages import ForeignPageError, PagesFeature
from stoker_server.state.receipts import ReceiptStore
from stoker_server.uris import path_of, uri_of
from stoker_server.workspace import Workspace
from stoker_wire.words import counted


def run(arguments: argparse.Namespace, options: dict[str, str]) -> int:
    """Write the pages, or say which of them differ."""
    folder, target = arguments.file, arguments.pages
    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder; pages are about a folder")
    workspace = open_workspace(arguments, folder_of(folder.absolute() / "file"))
    if not arguments.check:
        workspace.prepare()
        if workspace.problem:
            raise CommandError(workspace.problem)
    try:
        result = asyncio.run(_ask(workspace, folder.absolute(), target.absolute(), options))
    except ForeignPageError as error:
        raise CommandError(str(error)) from error
    ReceiptStore(workspace.paths.database).put(result.receipt)
    if isinstance(result, NoOffer):
        fine = not result.receipt.withheld and result.reason.startswith("every page")
        say(json.dumps(as_json(result)) if arguments.json else result.reason)
        return Status.DONE if fine else Status.NOTHING
    return _finish(arguments, result)


def _finish(arguments: argparse.Namespace, offer: Offer) -> int:
    if arguments.json:
        say(json.dumps(as_json(offer)))
    elif arguments.check:
        for part in offer.edit.files:
            say(f"{path_of(part.uri)}: {'differs from' if part.base else 'is missing beside'} what the code says")
    elif arguments.write:
        say("\n".join(f"{path_of(part.uri)}: {'written anew' if part.base else 'new'}" for part in offer.edit.files))
        show_receipt(offer.receipt)
    else:
        for part in offer.edit.files:
            show_diff(diff_of(part, Snapshot("", "", None)))
        say(f"# {counted(len(offer.edit.files), 'page')} offered; --write puts them into {arguments.pages}")
        show_receipt(offer.receipt)
    if arguments.check:
        return Status.NOTHING
    if arguments.write:
        write(offer.edit)
    return Status.DONE


async def _ask(workspace: Workspace, folder: Path, target: Path, options: dict[str, str]) -> Offer | NoOffer:
    start = target / "index.md"
    snapshot = Snapshot(uri_of(start), "", None)
    files = await asyncio.to_thread(_sources, folder, target)
    try:
        services = workspace.services(start)
        return await PagesFeature().pages(
            FeatureRequest(snapshot, Span(0, 0), services, options), folder, files, target
        )
    finally:
        await workspace.aclose()


def _sources(folder: Path, target: Path) -> list[Path]:
    """The source files of a folder, but for what lies among the pages."""
    return [each for each in files_of(folder) if not each.resolve().is_relative_to(target.resolve())]
