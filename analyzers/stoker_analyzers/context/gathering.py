"""Puts a context together: in a fixed order, within a budget of tokens and of time.

The window first, then the definitions that the code uses, then what was changed elsewhere, then near snippets. When time is
up, what was found by then is the context; what was read stays read, so that the next one comes further.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stoker_analyzers.context.changes import Change, changes_elsewhere
from stoker_analyzers.context.definitions import Workspace, definitions_shown, definitions_used
from stoker_analyzers.context.excerpts import Context, Excerpt, Used
from stoker_analyzers.context.imports import imports_of
from stoker_analyzers.context.place import Place
from stoker_analyzers.context.snippets import near_snippets
from stoker_analyzers.context.window import window
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot

SECONDS = 0.03
"""How long it may take."""
TOKENS = 1_024
"""What everything but the window may take, unless the settings say otherwise: as much as aider's map, or Continue's prompt."""
AGAIN = 20.0
"""Seconds for which what was gathered serves."""
EDITS = 4
"""The part of the budget that recent changes may take: one over this."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a context is made for.

    Attributes:
        snapshot: The file.
        offset: The cursor.
        path: The file's path; ``None`` for a document that is none.
        workspace: What is known of the files around; ``None`` outside a folder, or where there is no index.
        changes: What was changed lately, newest first.
        sendable: Whether a file's text may be sent at all.
        tokens: What everything but the window may take.
        seconds: How long it may take.
    """

    snapshot: Snapshot
    offset: int
    path: Path | None = None
    workspace: Workspace | None = None
    changes: Sequence[Change] = field(default=())
    sendable: Callable[[Path], bool] = lambda _: True
    tokens: int = TOKENS
    seconds: float = SECONDS


def gather(ask: Ask, last: Gathered | None = None) -> tuple[Context, Gathered | None]:
    """The context of a cursor. Not for the event loop: it reads the index and files.

    Args:
        ask: What it is made for.
        last: What was gathered for the same file before; where the code at the cursor still uses nothing else, it is taken
            again, which takes less time, and lets providers use what they have read.

    Returns:
        The context, and what may be taken again; nothing where time was up before all was looked at.
    """
    began = time.perf_counter()
    extent = window(ask.snapshot.text, ask.offset)
    if ask.tokens <= 0:
        return Context(extent), None
    spending, late = _Spending(ask.tokens), False
    state = _state(ask)  # what changes while it is being read makes it stale

    def is_late() -> bool:
        return time.perf_counter() - began > ask.seconds

    place = Place.at(ask.snapshot, ask.offset)
    if (
        last
        and last.serves(state, extent, place)
        and all(each.written in ask.snapshot.text for each in last.context.shown)
    ):
        milliseconds = 1_000 * (time.perf_counter() - began)
        return replace(last.context, window=extent, milliseconds=milliseconds), last
    shown: tuple[Used, ...] = ()
    if ask.workspace:
        imports, own = imports_of(_parsed(ask.snapshot)), ask.workspace.index.definitions_in(ask.workspace.own)
        shown = definitions_shown(place, extent, own)
        found = definitions_used(place, extent, imports, own, ask.workspace, is_late)
        spending.take(_sendable(found, ask), ask.tokens)
    changed = changes_elsewhere(ask.changes, ask.path, ask.snapshot, extent, ask.sendable)
    spending.take(changed, ask.tokens // EDITS)
    if ask.workspace and not (late := is_late()):
        spending.take(_sendable(near_snippets(place, ask.workspace, is_late), ask), ask.tokens)
    milliseconds = 1_000 * (time.perf_counter() - began)
    late = late or is_late()
    context = Context(extent, tuple(spending.taken), tuple(spending.left_out), milliseconds, late, shown)
    return context, None if late else Gathered(context, frozenset(place.uses), state, began)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A context with what it was made for.

    Attributes:
        context: What was found.
        uses: The names that the code at the cursor used.
        state: What the files around were then.
        at: When, in seconds of the performance counter.
    """

    context: Context
    uses: frozenset[tuple[str, ...]]
    state: tuple[Any, ...]
    at: float

    def serves(self, state: tuple[Any, ...], extent: Span, place: Place) -> bool:
        """Whether it is still what would be found."""
        return (
            time.perf_counter() - self.at < AGAIN
            and self.uses.issuperset(place.uses)
            and extent.start == self.context.window.start
            and self.state == state
        )


def _state(ask: Ask) -> tuple[Any, ...]:
    """What changes when another file does: the index, the open documents, what the user changed elsewhere."""
    files = ask.workspace
    others = {path: text for path, text in files.texts.items() if path != files.own} if files else {}
    changes = [(each.path, each.line, each.before, each.after) for each in ask.changes if each.path != ask.path]
    return (ask.tokens, files.index.version if files else 0, others, changes)


def _parsed(snapshot: Snapshot) -> Snapshot:
    """The snapshot of the last tree that there is: its imports are as good."""
    return snapshot.parsed_before or snapshot


def _sendable(excerpts: Iterable[Excerpt], ask: Ask) -> Iterator[Excerpt]:
    """Those that may be sent: the index may still know a file that is ignored by now, and one of it holds back a prompt."""
    return (each for each in excerpts if each.installed or ask.sendable(each.path))


class _Spending:
    """A budget of tokens and what was taken from it."""

    def __init__(self, tokens: int) -> None:
        self._left = tokens
        self.taken = list[Excerpt]()
        self.left_out = list[Excerpt]()
        self._shown = set[tuple[Path, int]]()

    def take(self, excerpts: Iterable[Excerpt], most: int) -> None:
        """Take what fits, in order; what is shown already is not taken again."""
        left = min(self._left, most)
        for each in excerpts:
            if (each.path, each.line) in self._shown:
                continue
            if each.tokens > left:
                self.left_out.append(each)
                continue
            self._shown.add((each.path, each.line))
            self.taken.append(each)
            left -= each.tokens
            self._left -= each.tokens
