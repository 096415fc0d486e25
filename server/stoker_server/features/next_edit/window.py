"""Which lines a model is asked about: those that still say what the user's change took away, or look like what it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.follow_ups import Change
from stoker_analyzers.snapshot import Snapshot

_WORD = re.compile(r"[^\W\d]\w*")
_LIKE = 0.6
"""How much of its words a line must share with the changed one to be one like it."""
_LOOKED_AT = 2_000
"""Lines from the cursor that are looked at, either way."""
_KEPT, _GROWN = 0.4, 6
"""What an answer must share with the lines it is for, and how many lines it may add: all else is not an edit of them."""


def window(snapshot: Snapshot, changes: Sequence[Change], cursor: int, *, above: int, below: int) -> Span | None:
    """The whole lines that may follow from the newest change, nearest to the cursor; ``None`` where none look so.

    Args:
        snapshot: The file.
        changes: What was changed in it, newest first.
        cursor: Where the user is.
        above: Lines that are taken in before the one that is found ...
        below: ... and after the last of as many as were changed.
    """
    newest = changes[0]
    gone = set(_WORD.findall(newest.before)) - set(_WORD.findall(newest.after))
    model = next((line for line in newest.before.splitlines() if line.strip()), "")
    if not model:
        return None
    taken = {line for each in changes for line in range(each.line, each.line + max(1, each.after.count("\n")))}
    here, last = snapshot.line_of(cursor), len(snapshot.line_starts) - 1
    nearest = sorted(
        range(max(0, here - _LOOKED_AT), min(last, here + _LOOKED_AT) + 1), key=lambda line: abs(line - here)
    )
    for line in nearest:
        if line not in taken and _follows(_text(snapshot, line), gone, model):
            end = line + max(1, newest.before.count("\n")) - 1
            first, final = max(0, line - above), min(last, end + below)
            first = next(each for each in range(first, line + 1) if _text(snapshot, each).strip())
            final = next((each for each in range(final, line, -1) if _text(snapshot, each).strip()), line)
            return Span(snapshot.line_starts[first], snapshot.line_span(final).end)
    return None


def edited(text: str, answer: str, start: int) -> tuple[Replacement, ...]:
    """What turns lines into those that a model wrote for them; nothing where it wrote something else.

    Args:
        text: The lines as they are.
        answer: The lines as they should be, with the same line ends.
        start: Where the lines begin in the file.
    """
    old, new = text.splitlines(keepends=True), answer.splitlines(keepends=True)
    alike = SequenceMatcher(None, _WORD.findall(text), _WORD.findall(answer), autojunk=False).ratio()
    if not answer.strip() or alike < _KEPT or abs(len(new) - len(old)) > _GROWN or answer.split() == text.split():
        return ()
    starts = [start + each for each in accumulate((len(each) for each in old), initial=0)]
    return tuple(
        Replacement(Span(starts[first], starts[end]), "".join(new[begin:final]))
        for kind, first, end, begin, final in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    )


def _follows(line: str, gone: set[str], model: str) -> bool:
    words = _WORD.findall(line)
    if gone:
        return bool(gone & set(words))
    return bool(words) and SequenceMatcher(None, words, _WORD.findall(model), autojunk=False).ratio() >= _LIKE


def _text(snapshot: Snapshot, line: int) -> str:
    span = snapshot.line_span(line)
    return snapshot.text[span.start : span.end]
