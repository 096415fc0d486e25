"""What the user changed elsewhere lately, as excerpts: a change is often made in several places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.context.excerpts import Excerpt, Source
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot

MOST = 6
"""Changes that are shown."""
LINES = 12
"""Lines of a change that are shown; a larger one says little of what comes next."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as whole lines.

    Attributes:
        path: Its file.
        line: Where it begins in the text as it is now; the first line is 1.
        before: What stood there; empty where lines were added.
        after: What stands there since; empty where lines were taken away.
        seconds: How long ago it was made.
    """

    path: Path
    line: int
    before: str
    after: str
    seconds: float


def changes_elsewhere(
    changes: Iterable[Change], own: Path | None, snapshot: Snapshot, window: Span, sendable: Callable[[Path], bool]
) -> Iterator[Excerpt]:
    """The latest changes that the window does not show the result of, newest first.

    Args:
        changes: Newest first.
        own: The file at hand.
        snapshot: Its text.
        window: The part of it that is in the prompt anyway.
        sendable: Whether a file's text may be sent at all.
    """
    first, last = snapshot.line_of(window.start) + 1, snapshot.line_of(window.end) + 1
    shown = 0
    for each in changes:
        here = each.path == own and first <= each.line <= last
        size = max(each.before.count("\n"), each.after.count("\n"))
        if here or size > LINES or not (each.before + each.after).strip() or not sendable(each.path):
            continue
        yield Excerpt(Source.EDIT, each.path, each.line, _said(each), f"changed {_ago(each.seconds)} ago")
        shown += 1
        if shown == MOST:
            return


def _said(change: Change) -> str:
    """What stands there now, and in comments what stood there before."""
    language = by_path(change.path.name)
    mark = (language.comments.line if language else None) or "//"
    old = [line.strip() for line in change.before.splitlines() if line.strip()]
    before = [f"{mark} before: {line}" for line in old]
    return "\n".join([*before, *change.after.rstrip("\r\n").splitlines()])


def _ago(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
