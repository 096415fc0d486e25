"""``stoker tasks``: what is left to be done in a folder: comments that say so, drifted documentation, reports, your own notes.

A task moves with its code, and is done when what it came from is gone. All of it stays on this machine, unless you share
its folder (`stoker sync link`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stoker_server.cli.errors import CommandError, Status
from stoker_server.cli.local_database import usable_database
from stoker_server.cli.output import say
from stoker_server.cli.places import folder_of, parse_place
from stoker_server.state.tasks import TaskStore
from stoker_server.tasks.causes import place_at, scan_folder
from stoker_server.tasks.reports import ReportError, read_report
from stoker_server.uris import path_of
from stoker_wire.tasks import Kind, Place, State, Task
from stoker_wire.words import counted

SHORT = 6
"""Characters of an id that are shown, where they tell tasks apart."""


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "tasks", help="list, add, assign or finish what is left to be done", description=__doc__
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="look for them anew, and list them")
    listed.add_argument(
        "path", metavar="PATH", nargs="?", type=Path, default=Path(), help="only those of a file or folder"
    )
    listed.add_argument(
        "--kind", action="append", choices=[each.value for each in Kind], default=[], help="only these; may be repeated"
    )
    listed.add_argument("--all", action="store_true", help="also those that are done, or whose cause is gone")
    listed.set_defaults(run=show)
    added = actions.add_parser("add", help="write one down")
    added.add_argument("title", metavar="TITLE")
    added.add_argument(
        "--at", metavar="FILE:LINE", help="where it belongs; it moves with the function that stands there"
    )
    added.add_argument("--for", dest="assignee", metavar="WHO", default="", help="who is to do it")
    added.set_defaults(run=add)
    assigned = actions.add_parser("assign", help="say who is to do one")
    assigned.add_argument("id", metavar="ID")
    assigned.add_argument("assignee", metavar="WHO", nargs="?", default="", help="nobody, where it is left out")
    assigned.set_defaults(run=assign)
    for name, state, text in (
        ("done", State.DONE, "say that one is done"),
        ("reopen", State.OPEN, "say that it is not"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("id", metavar="ID", nargs="+")
        action.set_defaults(run=mark, state=state)
    imported = actions.add_parser("import", help="take failed tests and findings from a report: JUnit XML or SARIF")
    imported.add_argument("report", metavar="FILE", type=Path)
    imported.set_defaults(run=take)
    for action in (listed, added, assigned, imported, *(actions.choices[name] for name in ("done", "reopen"))):
        action.add_argument("--json", action="store_true", help="print JSON")


def show(arguments: argparse.Namespace) -> int:
    """Look for tasks anew, and list them."""
    if not arguments.path.exists():
        raise CommandError(f"there is no file or folder {arguments.path}")
    path = arguments.path.resolve()
    folder, store = _folder(path if path.is_dir() else path.parent), _store()
    store.take(folder, scan_folder(folder, store.stamps(folder), lines=store.is_anchored(folder)))
    every = store.all(folder)
    found = [each for each in every if _is_meant(each, arguments, folder, path)]
    if arguments.json:
        say(json.dumps([each.to_json() for each in found]))
        return Status.DONE
    _show(found, every)
    open_ = sum(each.state is State.OPEN for each in found)
    say(f"{counted(open_, 'open task')} in {folder if path == folder else path.relative_to(folder)}")
    return Status.DONE


def add(arguments: argparse.Namespace) -> int:
    """Write a task down."""
    title = " ".join(arguments.title.split())
    if not title:
        raise CommandError("say in a few words what is to be done")
    folder, place = _folder(Path.cwd()), Place()
    if arguments.at:
        snapshot, span = parse_place(arguments.at, "FILE:LINE, e.g. app.py:12")
        path = path_of(snapshot.uri)
        if path is None or not path.is_relative_to(folder):
            raise CommandError(f"{arguments.at} is not in {folder}; go to the folder that it belongs to")
        place = place_at(path.relative_to(folder).as_posix(), snapshot, snapshot.line_of(span.start) + 1)
    return _said(arguments, [_store().note(folder, title, place, arguments.assignee)], "written down")


def assign(arguments: argparse.Namespace) -> int:
    """Say who is to do a task."""
    folder, assignee = _folder(Path.cwd()), arguments.assignee
    tasks = [_changed(folder, _one(folder, arguments.id), assignee=assignee)]
    return _said(arguments, tasks, f"assigned to {assignee}" if assignee else "assigned to nobody")


def mark(arguments: argparse.Namespace) -> int:
    """Say that tasks are done, or not."""
    folder = _folder(Path.cwd())
    meant = [_one(folder, each) for each in arguments.id]  # all of them are known before the first is changed
    tasks = [_changed(folder, each, state=arguments.state) for each in meant]
    return _said(arguments, tasks, "done" if arguments.state is State.DONE else "open again")


def take(arguments: argparse.Namespace) -> int:
    """Take failed tests and findings from a report."""
    folder, store = _folder(Path.cwd()), _store()
    try:
        found = read_report(arguments.report, folder)
    except ReportError as error:
        raise CommandError(str(error)) from error
    for source, causes in found.items():
        store.report(folder, source, causes)
    count = sum(map(len, found.values()))
    if arguments.json:
        say(json.dumps({source: len(causes) for source, causes in found.items()}))
    else:
        said = ", ".join(source.partition(":")[2] for source in found) or "no tool"
        say(f"{counted(count, 'finding')} of {said}; what it no longer reports is gone from the list")
    return Status.DONE


# -- what they have in common


def _store() -> TaskStore:
    return TaskStore(usable_database())


def _folder(path: Path) -> Path:
    """The project that a folder belongs to."""
    return folder_of(path.resolve() / "file")


def _one(folder: Path, beginning: str) -> Task:
    found = _store().find(folder, beginning)
    if len(found) != 1:
        if found:
            raise CommandError(f"{len(found)} tasks begin with {beginning!r}; give more of the id", Status.NOTHING)
        raise CommandError(
            f"no task of {folder} begins with {beginning}; `stoker tasks list` shows them", Status.NOTHING
        )
    return found[0]


def _changed(folder: Path, task: Task, *, state: State | None = None, assignee: str | None = None) -> Task:
    changed = _store().change(folder, task.id, state=state, assignee=assignee)
    if changed is None:
        raise CommandError(f"{task.id[:SHORT]} could not be changed: it is gone, or the database can't be written to")
    return changed


def _said(arguments: argparse.Namespace, tasks: Sequence[Task], said: str) -> int:
    for each in tasks:
        say(json.dumps(each.to_json()) if arguments.json else f"{each.id[:SHORT]} {said}: {each.title}")
    return Status.DONE


def _is_meant(task: Task, arguments: argparse.Namespace, folder: Path, path: Path) -> bool:
    if not (arguments.all or task.state is State.OPEN) or (arguments.kind and task.kind not in arguments.kind):
        return False
    return path == folder or (folder / task.place.file).is_relative_to(path)


def _show(tasks: Sequence[Task], every: Iterable[Task]) -> None:
    """One line a task; ids as short as tells them all apart."""
    ids, length = [each.id for each in every], SHORT
    while len({each[:length] for each in ids}) < len(ids):
        length += 1
    rows = [(each.id[:length], each.kind.value, str(each.place), each.place.symbol) for each in tasks]
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)] if rows else []
    for row, task in zip(rows, tasks, strict=True):
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        state = "" if task.state is State.OPEN else f"  ({task.state.value})"
        who = f"  @{task.assignee}" if task.assignee else ""
        say(f"{cells}  {task.title}{who}{state}")
