"""Asks a feature from the command line and shows, prints or writes what it offers."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Edit, FileEdit, Span
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.consent import allowance
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import console, say, show_diff, show_note, show_receipt, unified
from stoker_server.cli.places import folder_of, patch_name
from stoker_server.cli.surrounded import surrounded
from stoker_server.features.base import Feature, FeatureRequest, NoOffer, Offer
from stoker_server.features.taking_over import not_asked, why_from_facts
from stoker_server.files import staged
from stoker_server.paths import find_paths
from stoker_server.proving.sweeping import scratch_place, sweep_aside
from stoker_server.settings_sources import said_refusals
from stoker_server.state.receipts import ReceiptStore
from stoker_server.state.written import Mark, WrittenStore, marks_of
from stoker_server.uris import path_of
from stoker_server.workspace import Workspace

PATIENCE = 5.0
"""Seconds that names are looked up for: nobody types meanwhile."""


def add_common(parser: argparse.ArgumentParser, *, write: bool = True) -> None:
    """The options that every command which asks a feature has."""
    parser.add_argument("--provider", help="who drafts: facts, openai, gemini, compatible, local or tandem")
    parser.add_argument("--model", help="the model's name")
    parser.add_argument("--json", action="store_true", help="print JSON")
    if write:
        parser.add_argument("--write", action="store_true", help="apply the edit to the files")


def open_workspace(arguments: argparse.Namespace, folder: Path | None) -> Workspace:
    """A workspace with the settings of the command line.

    Raises:
        CommandError: A setting can't be used.
    """
    given = {"name": getattr(arguments, "provider", None), "model": getattr(arguments, "model", None)}
    overrides = {"provider": {key: value for key, value in given.items() if value}}
    sweep_aside(scratch_place())
    workspace = Workspace(find_paths(os.environ), os.environ, overrides)
    if folder:
        workspace.add(folder)
    resolved = workspace.resolved(folder / "file" if folder else None)
    for refusal in said_refusals(resolved.refusals):
        print(f"stoker: {refusal}", file=sys.stderr)  # noqa: T201
    if resolved.problems:
        raise CommandError(resolved.problems[0])
    return workspace


def _untold(_offer: Offer, _written: bool) -> None:
    """Nobody counts."""


def run_feature(
    arguments: argparse.Namespace,
    feature: Feature,
    snapshot: Snapshot,
    span: Span,
    options: Mapping[str, str],
    *,
    looks_around: bool = False,
    told: Callable[[Offer, bool], None] = _untold,
) -> int:
    """Ask a feature about a file and end the command with what it says.

    Args:
        arguments: Those of ``add_common``.
        feature: What is asked.
        snapshot: The file.
        span: The selection.
        options: The feature's own.
        looks_around: Whether it draws on other files, so that the folder's index is brought in step first.
        told: Called with what was shown, and whether it was written.
    """
    path = path_of(snapshot.uri)
    workspace = open_workspace(arguments, folder_of(path) if path else None)
    workspace.prepare()
    if workspace.problem:
        raise CommandError(workspace.problem)
    if why := workspace.spent_out(path):
        print(f"stoker: {why}", file=sys.stderr)  # noqa: T201
    options = {**options, **allowance(arguments, trusted=workspace.trusts(workspace.folder_of(path)))}
    result = asyncio.run(_propose(workspace, feature, snapshot, span, options, looks_around))
    ReceiptStore(workspace.paths.database).put(result.receipt)
    if arguments.json:
        say(json.dumps(as_json(result)))
    else:
        show(result, snapshot)
    if isinstance(result, NoOffer):
        return Status.UNREACHABLE if _unreachable(result) else Status.NOTHING
    if why := why_facts(workspace, path, result):
        print(f"stoker: {why} This draft is from the facts of the code.", file=sys.stderr)  # noqa: T201
    if wanted := getattr(arguments, "write", False):
        marks = _marks(result, snapshot)
        write(result.edit)
        for file, found in marks:
            WrittenStore(workspace.paths.database).put(file, found)
    told(result, wanted)
    return Status.DONE


def why_facts(workspace: Workspace, path: Path | None, offer: Offer) -> str:
    """Why the facts of the code drafted, where a model was asked to; empty where none was, or where it drafted."""
    provider = workspace.services(path).provider
    return why_from_facts(provider.name, offer.receipt) if provider else ""


def _marks(offer: Offer, snapshot: Snapshot) -> list[tuple[str, list[Mark]]]:
    """What an offer is about to write, by file, so that an editor can show its receipt there."""
    found = []
    for part in offer.edit.files:
        if path := path_of(part.uri):
            before = snapshot.text if part.uri == snapshot.uri else _on_disk(path) if part.base else ""
            found.append((str(path), marks_of(part, before, offer.receipt.id)))
    return found


async def _propose(
    workspace: Workspace,
    feature: Feature,
    snapshot: Snapshot,
    span: Span,
    options: Mapping[str, str],
    looks_around: bool,
) -> Offer | NoOffer:
    path = path_of(snapshot.uri)
    workspace.names.patience, workspace.names.hurried = PATIENCE, False
    try:
        async with surrounded(workspace, workspace.folder_of(path), snapshot) if looks_around else nullcontext():
            services = await workspace.running_services(path)
            return await feature.propose(FeatureRequest(snapshot, span, services, options, _progress))
    finally:
        await workspace.aclose()


def as_json(result: Offer | NoOffer) -> dict[str, Any]:
    """An offer or the reason for none as JSON values."""
    common = {"receipt": result.receipt.to_json()}
    if isinstance(result, NoOffer):
        return {"offer": None, "reason": result.reason, **common}
    offer = {"title": result.title, "notes": list(result.notes), "edit": asdict(result.edit)}
    return {"offer": offer, "reason": None, **common}


def show(result: Offer | NoOffer, snapshot: Snapshot) -> None:
    """Print an offer as a diff with its receipt, or the reason for none."""
    if isinstance(result, NoOffer):
        console().print(f"nothing to offer: {result.reason}", style="yellow")
    else:
        for part in result.edit.files:
            show_diff(diff_of(part, snapshot))
        for note in result.notes:
            show_note(note)
    show_receipt(result.receipt)


def diff_of(part: FileEdit, snapshot: Snapshot) -> str:
    """A file's part of an edit as a unified diff."""
    path = path_of(part.uri)
    name = patch_name(path) if path else part.uri
    before = snapshot.text if part.uri == snapshot.uri else _on_disk(path) if path and part.base else ""
    return unified(before, part.apply(before), name, new=part.base is None)


def write(edit: Edit) -> None:
    """Apply an edit on disk: every file, or none where one changed meanwhile or can't be written. Permissions stay.

    Raises:
        CommandError: A file changed meanwhile or can't be written; it names those that could not be put back either.
    """
    target, done = Path(), list[tuple[Path, Path | None]]()
    with ExitStack() as stack:
        try:
            ready = []
            for target, text in _texts(edit):
                old = _beside(stack, target, _on_disk(target)) if target.exists() else None
                ready.append((target, _beside(stack, target, text), old))
            for target, new, old in ready:
                new.replace(target)
                done.append((target, old))
        except OSError as error:
            left = "".join(f"; {each} stays changed" for each in _put_back(done))
            raise CommandError(f"{target} was not written: {error.strerror}{left}", Status.NOTHING) from error


def _beside(stack: ExitStack, target: Path, text: str) -> Path:
    """A file with a text, ready to take the place of another, with that one's permissions."""
    ready = stack.enter_context(staged(target, text))
    ready.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o644)
    return ready


def _put_back(done: Sequence[tuple[Path, Path | None]]) -> Iterator[Path]:
    """Undo what was written; gives the files for which that failed."""
    for target, old in done:
        try:
            if old:
                old.replace(target)
            else:
                target.unlink()
        except OSError:
            yield target


def _texts(edit: Edit) -> Iterator[tuple[Path, str]]:
    """Each file with its new text."""
    for part in edit.files:
        path = path_of(part.uri)
        if path is None:
            raise CommandError(f"{part.uri} is no file")
        target = path.resolve()
        try:
            if part.base is None and target.exists():
                raise CommandError(f"{path} exists already; nothing was written", Status.NOTHING)
            target.parent.mkdir(parents=True, exist_ok=True)
            yield target, part.apply(_on_disk(target) if part.base else "")
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} was not written: {error}", Status.NOTHING) from error


def _on_disk(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _unreachable(result: NoOffer) -> bool:
    """Whether the model could not be asked, which is why there is nothing."""
    return bool(not_asked(result.receipt))


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"  {text} ...", file=sys.stderr)  # noqa: T201
