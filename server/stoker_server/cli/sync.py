"""``stoker sync``: what goes to and comes from a team's backend, and from which folders tasks are shared."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.local_database import usable_database
from stoker_server.cli.login import named_project
from stoker_server.cli.output import say
from stoker_server.cli.places import folder_of
from stoker_server.cli.proposing import open_workspace
from stoker_server.settings import Settings
from stoker_server.sync.backend import BackendError, OfflineError
from stoker_server.sync.background import LAST, PROBLEM
from stoker_server.sync.once import Sync, purposes
from stoker_wire.words import counted


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("sync", help="sync with a team's backend", description=__doc__)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    shown = actions.add_parser("status", help="say what is sent and shared, and when that was done last")
    shown.set_defaults(run=status)
    done = actions.add_parser("now", help="send and take what is new; an open editor does so every minute")
    done.set_defaults(run=now)
    linked = actions.add_parser(
        "link", help="share the tasks of this folder with a project: words of its code are in them"
    )
    linked.add_argument("project", metavar="PROJECT", nargs="?", default="", help="its name, or the only one there is")
    linked.set_defaults(run=link)
    ended = actions.add_parser("unlink", help="share them no longer; the tasks stay here and there")
    ended.set_defaults(run=unlink)
    for action in (shown, done, linked, ended):
        action.add_argument("--json", action="store_true", help="print JSON")


def status(arguments: argparse.Namespace) -> int:
    """Say what is sent and shared."""
    settings, sync = _opened(arguments)
    links, telemetry = sync.shared.links(), sorted(each.value for each in purposes(settings))
    told = {
        "backend": settings.backend.url,
        "telemetry": telemetry,
        "folders": [{"folder": str(each.folder), "project": each.project} for each in links],
        "last": sync.outbox.value(LAST),
        "problem": sync.outbox.value(PROBLEM),
    }
    if arguments.json:
        say(json.dumps(told))
        return Status.DONE
    say(f"backend: {settings.backend.url or 'none'}")
    say(f"telemetry: {', '.join(telemetry) or 'off'}")
    for each in links:
        say(f"shared: the tasks of {each.folder}, with the project {each.project}")
    if not links:
        say("shared: no folder's tasks")
    say(f"last sync: {told['last'] or 'none yet'}" + (f"; since then: {told['problem']}" if told["problem"] else ""))
    return Status.DONE


def now(arguments: argparse.Namespace) -> int:
    """Sync once."""
    settings, sync = _opened(arguments)
    if not settings.backend.url:
        raise CommandError("there is no backend; `stoker login URL` names one")
    try:
        done = asyncio.run(sync.run())
    except OfflineError as error:
        sync.outbox.note(PROBLEM, str(error))
        raise CommandError(str(error), Status.UNREACHABLE) from error
    except BackendError as error:
        sync.outbox.note(PROBLEM, str(error))
        raise CommandError(str(error)) from error
    sync.outbox.note(LAST, datetime.now(UTC).isoformat(timespec="seconds"))
    sync.outbox.note(PROBLEM, "")
    if arguments.json:
        say(json.dumps({"events": done.events, "edits": done.edits, "taken": done.taken}))
    else:
        sent = f"{counted(done.events, 'event')} and edits of {counted(done.edits, 'task')} sent"
        say(f"{sent}, {counted(done.taken, 'task')} taken over")
    return Status.DONE


def link(arguments: argparse.Namespace) -> int:
    """Share the tasks of this folder."""
    settings, sync = _opened(arguments)
    if not settings.backend.url:
        raise CommandError("there is no backend; `stoker login URL` names one")

    async def ask() -> Any:
        async with await sync.open() as backend:
            return await backend.ask("GET", "/me")

    try:
        known = asyncio.run(ask())["projects"]
    except BackendError as error:
        status = Status.UNREACHABLE if isinstance(error, OfflineError) else Status.USAGE
        raise CommandError(str(error), status) from error
    project = named_project(known, arguments.project)
    if not project:
        names = ", ".join(each["name"] for each in known)
        raise CommandError(f"name the project to share with: {names}" if names else "the backend has no project yet")
    folder = _folder()
    sync.shared.link(folder, project)
    name = next(each["name"] for each in known if each["id"] == project)
    said = f"the tasks of {folder} are shared with {name} from the next sync on"
    say(json.dumps({"folder": str(folder), "project": project}) if arguments.json else said)
    return Status.DONE


def unlink(arguments: argparse.Namespace) -> int:
    """Share the tasks of this folder no longer."""
    folder = _folder()
    _, sync = _opened(arguments)
    if not sync.shared.unlink(folder):
        raise CommandError(f"the tasks of {folder} are not shared", Status.NOTHING)
    say(json.dumps({"folder": str(folder)}) if arguments.json else f"the tasks of {folder} are no longer shared")
    return Status.DONE


def _opened(arguments: argparse.Namespace) -> tuple[Settings, Sync]:
    settings = open_workspace(arguments, None).resolved(None).settings
    return settings, Sync(usable_database(), settings, os.environ)


def _folder() -> Path:
    return folder_of(Path.cwd().resolve() / "file")
