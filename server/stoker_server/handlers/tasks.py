"""Tasks in the editor: the request ``stoker/tasks`` lists them, commands write one down, assign it and finish it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stoker_server.capabilities import TASKS_ADD, TASKS_ASSIGN, TASKS_DONE, TASKS_REOPEN
from stoker_server.handlers.base import Handler
from stoker_server.handlers.places import place_of
from stoker_server.protocol import INVALID_PARAMS, Refused
from stoker_server.session import Session
from stoker_server.state.errors import UnusableError
from stoker_server.tasks.causes import place_at
from stoker_server.uris import uri_of
from stoker_server.workers import WorkerError
from stoker_wire.tasks import State, Task


async def tasks(session: Session, params: dict[str, Any] | None) -> list[dict[str, Any]]:
    """``stoker/tasks`` {uri?}: the tasks of the folder that holds a document, or of all open folders, looked for anew.

    Each has, besides what ``stoker tasks list --json`` prints, the ``folder`` and, in a file, its ``uri`` and ``range``.
    What is not saved is not seen.
    """
    uri = (params or {}).get("uri")
    folders = [_folder_of(session, str(uri))] if uri else session.workspace.folders
    try:
        found = [(folder, each) for folder in folders for each in await session.tasks.look(folder)]
    except WorkerError as error:
        raise Refused(INVALID_PARAMS, f"the tasks could not be looked for: {error}") from error
    return [_json(folder, each) for folder, each in found]


async def add(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.tasks.add`` {uri, range, options: {title, assignee?}}: write a task down at the range's start."""
    uri, positions, span, options = place_of(session, TASKS_ADD, [argument])
    folder, path = _folder_of(session, uri), session.path(uri)
    title = " ".join(options.get("title", "").split())
    if not title or path is None:
        raise Refused(INVALID_PARAMS, f"{TASKS_ADD} needs a title, and a document that is a file")
    snapshot = positions.snapshot
    place = place_at(path.relative_to(folder).as_posix(), snapshot, snapshot.line_of(span.start) + 1)
    with _kept():
        return _json(folder, await session.tasks.add(folder, title, place, options.get("assignee", "")))


async def done(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.tasks.done`` {id}: a task is done."""
    return await _change(session, TASKS_DONE, argument, state=State.DONE)


async def reopen(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.tasks.reopen`` {id}: it is not."""
    return await _change(session, TASKS_REOPEN, argument, state=State.OPEN)


async def assign(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """``stoker.tasks.assign`` {id, assignee}: who is to do it; nobody where that is empty."""
    assignee = argument.get("assignee") if isinstance(argument, Mapping) else None
    return await _change(session, TASKS_ASSIGN, argument, assignee=str(assignee or ""))


async def _change(session: Session, command: str, argument: Mapping[str, Any], **change: Any) -> dict[str, Any]:
    identifier = str(argument.get("id") or "") if isinstance(argument, Mapping) else ""
    for folder in session.workspace.folders if identifier else ():
        with _kept():
            task = await session.tasks.change(folder, identifier, **change)
        if task:
            return _json(folder, task)
    raise Refused(INVALID_PARAMS, f"{command} needs the id of a task; there is no one task {identifier!r}")


@contextmanager
def _kept() -> Iterator[None]:
    """Say so where what the user wants can't be written down."""
    try:
        yield
    except UnusableError as error:
        raise Refused(INVALID_PARAMS, f"the local database can't be used, {error}; nothing was changed") from error


def _folder_of(session: Session, uri: str) -> Path:
    folder = session.workspace.folder_of(session.path(uri))
    if folder is None:
        raise Refused(
            INVALID_PARAMS, f"{session.path(uri) or uri} is in no open folder: open the folder that it is a part of"
        )
    return folder


def _json(folder: Path, task: Task) -> dict[str, Any]:
    told = {**task.to_json(), "folder": uri_of(folder)}
    if task.place.file:
        at = {"line": max(0, task.place.line - 1), "character": 0}
        told |= {"uri": uri_of(folder / task.place.file), "range": {"start": at, "end": at}}
    return told


COMMANDS: Mapping[str, Callable[..., Any]] = {
    TASKS_ADD: add,
    TASKS_DONE: done,
    TASKS_REOPEN: reopen,
    TASKS_ASSIGN: assign,
}
"""The commands of this module, each with one argument."""
HANDLERS = (Handler("stoker/tasks", tasks, raw=True),)
