"""``stoker context``: what a prompt for a cursor holds, from where, and why."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stoker_analyzers.context.excerpts import Context, Excerpt, tokens
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.output import console, say
from stoker_server.cli.places import folder_of, parse_place
from stoker_server.cli.proposing import open_workspace
from stoker_server.cli.surrounded import surrounded
from stoker_server.uris import path_of
from stoker_server.workspace import Workspace


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "context", help="show what a completion's prompt holds, and why", description=__doc__
    )
    parser.add_argument("place", metavar="FILE:LINE:COLUMN", help="the cursor, counted from 1")
    parser.add_argument("--tokens", type=int, help="how much of other files is wanted; completion.context_tokens")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the context of a cursor; no model is asked."""
    snapshot, span = parse_place(arguments.place)
    if arguments.tokens is not None and arguments.tokens < 0:
        raise CommandError(f"--tokens {arguments.tokens} is less than nothing; 0 is the least")
    path = path_of(snapshot.uri)
    folder = folder_of(path) if path else None
    workspace = open_workspace(arguments, folder)
    context = asyncio.run(_gathered(workspace, folder, snapshot, span.start, arguments.tokens))
    reason = workspace.private.reason(path) if path else None
    if arguments.json:
        say(json.dumps(_as_json(context, snapshot, reason)))
    else:
        _show(context, snapshot, span.start, folder, reason)
    return Status.DONE


async def _gathered(
    workspace: Workspace, folder: Path | None, snapshot: Snapshot, offset: int, wanted: int | None
) -> Context:
    settings = workspace.resolved(path_of(snapshot.uri)).settings
    most = settings.completion.context_tokens if wanted is None else wanted
    async with surrounded(workspace, folder, snapshot) as surroundings:
        return await surroundings.around(snapshot, offset, most)


def _as_json(context: Context, snapshot: Snapshot, reason: str | None) -> dict[str, Any]:
    first, last = _lines(context, snapshot)
    window = snapshot.text[context.window.start : context.window.end]
    return {
        "window": {"first_line": first, "last_line": last, "tokens": tokens(window)},
        "excerpts": [_excerpt(each) for each in context.excerpts],
        "left_out": [_excerpt(each) for each in context.left_out],
        "milliseconds": round(context.milliseconds, 1),
        "late": context.late,
        "kept_here": reason,
    }


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "source": excerpt.source,
        "path": str(excerpt.path),
        "line": excerpt.line,
        "tokens": excerpt.tokens,
        "why": excerpt.why,
        "text": excerpt.text,
    }


def _show(context: Context, snapshot: Snapshot, offset: int, folder: Path | None, reason: str | None) -> None:
    out = console()
    if reason:
        out.print(f"stays on this machine: {reason}; only a local model is asked here", style="yellow")
    first, last = _lines(context, snapshot)
    window = tokens(snapshot.text[context.window.start : context.window.end])
    here = snapshot.line_of(offset) + 1
    out.print(f"window: lines {first} to {last}, the cursor in line {here}; about {window} tokens", style="bold")
    for each in context.excerpts:
        out.print(f"{_title(each, folder)}", style="bold")
        for line in each.text.splitlines():
            out.print(f"    {line}")
    _show_left_out(context.left_out, folder)
    total = sum(each.tokens for each in context.excerpts)
    out.print(f"about {total} tokens of other text, gathered in {context.milliseconds:.0f} ms", style="bold")
    if context.late:
        out.print("time was up before everything was looked at", style="yellow")


def _show_left_out(excerpts: Sequence[Excerpt], folder: Path | None) -> None:
    if excerpts:
        console().print("no room for:", style="bold")
    for each in excerpts:
        console().print(f"  {_title(each, folder)}", style="dim")


def _title(excerpt: Excerpt, folder: Path | None) -> str:
    inside = folder is not None and excerpt.path.is_relative_to(folder)
    path = excerpt.path.relative_to(folder).as_posix() if inside and folder else str(excerpt.path)
    return f"{excerpt.source}: {path}:{excerpt.line} ({excerpt.tokens} tokens): {excerpt.why}"


def _lines(context: Context, snapshot: Snapshot) -> tuple[int, int]:
    return snapshot.line_of(context.window.start) + 1, snapshot.line_of(max(context.window.end - 1, 0)) + 1
