"""Recognises tasks again after the code has changed: moved with its function, renamed, retold, or gone. Pure.

A cause and a task are the same where kind, file, symbol and words are; else where kind and words are, in the file or in another
one that was read; else where kind, file and symbol are and the words are much alike. What remains is new, or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from stoker_server.tasks.causes import Cause
from stoker_wire.receipts import new_id
from stoker_wire.tasks import State, Task

ALIKE = 0.5
"""Least similarity (difflib's ratio) of the words of a comment before and after somebody retold it."""

Pair = tuple[Task, Cause]


def matched(tasks: Sequence[Task], causes: Sequence[Cause], now: str) -> list[Task]:
    """The tasks as they stand after files were read again.

    Args:
        tasks: Every task that came from the files that were read, or from files that are gone.
        causes: Everything that was found in those files.
        now: The time, in UTC, ISO 8601.

    Returns:
        The tasks that are new or have changed in anything; their lines too.
    """
    pairs, left_tasks, left_causes = list[Pair](), list(tasks), list(causes)
    for key in (_exactly, _in_the_file, _anywhere):
        found, left_tasks, left_causes = _paired(left_tasks, left_causes, key)
        pairs += found
    retold, left_tasks, left_causes = _retold(left_tasks, left_causes)
    changed = [_followed(task, cause, now) for task, cause in [*pairs, *retold]]
    gone = [replace(each, state=State.GONE, changed=now) for each in left_tasks if each.state is not State.GONE]
    before = {each.id: each for each in tasks}
    new = [_made(each, now) for each in left_causes]
    return [each for each in [*changed, *gone, *new] if before.get(each.id) != each]


def moved(tasks: Iterable[Task], lines: Mapping[str, Mapping[str, int]]) -> Iterator[Task]:
    """The tasks of no file's text whose definitions begin elsewhere now: on another line, or in another file.

    Args:
        tasks: Notes, failed tests and findings.
        lines: Where the definitions of the files that were read begin, by file and qualified name.
    """
    for task in tasks:
        place = task.place
        if not place.symbol or place.file not in lines:
            continue
        files = (
            [place.file]
            if place.symbol in lines[place.file]
            else [each for each in lines if place.symbol in lines[each]]
        )
        if len(files) == 1:
            line = lines[files[0]][place.symbol] + place.below
            if (files[0], line) != (place.file, place.line):
                yield replace(task, place=replace(place, file=files[0], line=line))


def _exactly(of: Task | Cause) -> Hashable:
    return of.kind, of.source, of.place.file, of.place.symbol, of.title


def _in_the_file(of: Task | Cause) -> Hashable:
    return of.kind, of.source, of.place.file, of.title


def _anywhere(of: Task | Cause) -> Hashable:
    return of.kind, of.source, of.title


def _paired(
    tasks: Sequence[Task], causes: Sequence[Cause], key: Callable[[Task | Cause], Hashable]
) -> tuple[list[Pair], list[Task], list[Cause]]:
    """Those that are equal by a key, and what remains; equal ones are paired in the order of their lines, open tasks first."""
    waiting: dict[Hashable, list[Task]] = {}
    for task in sorted(tasks, key=lambda each: (each.state is State.GONE, each.place.line), reverse=True):
        waiting.setdefault(key(task), []).append(task)
    pairs, rest = list[Pair](), list[Cause]()
    for cause in sorted(causes, key=lambda each: each.place.line):
        if candidates := waiting.get(key(cause)):
            pairs.append((candidates.pop(), cause))
        else:
            rest.append(cause)
    taken = {task.id for task, _ in pairs}
    return pairs, [each for each in tasks if each.id not in taken], rest


def _retold(tasks: Iterable[Task], causes: Sequence[Cause]) -> tuple[list[Pair], list[Task], list[Cause]]:
    """Those whose words are much alike in the same place; a task that is gone does not come back with other words."""
    pairs, left, rest = list[Pair](), list(tasks), list[Cause]()
    for cause in causes:
        near = [each for each in left if each.state is not State.GONE and _place(each) == _place(cause)]
        best = max(near, key=lambda each: _likeness(each.title, cause.title), default=None)
        if best is not None and _likeness(best.title, cause.title) >= ALIKE:
            pairs.append((best, cause))
            left.remove(best)
        else:
            rest.append(cause)
    return pairs, left, rest


def _place(of: Task | Cause) -> Hashable:
    return of.kind, of.source, of.place.file, of.place.symbol


def _likeness(before: str, after: str) -> float:
    return SequenceMatcher(None, before, after).ratio()


def _followed(task: Task, cause: Cause, now: str) -> Task:
    """A task where its cause is now; one that was gone is open again, one that somebody called done stays that."""
    state = State.OPEN if task.state is State.GONE else task.state
    told = replace(task, title=cause.title, state=state, assignee=task.assignee or cause.who, place=cause.place)
    alike = replace(told, place=replace(told.place, line=task.place.line, below=task.place.below)) == task
    return told if alike else replace(told, changed=now)


def _made(cause: Cause, now: str) -> Task:
    return Task(new_id(), cause.kind, cause.title, cause.place, State.OPEN, cause.who, cause.source, now, now)
