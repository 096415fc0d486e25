"""Fits a model's text to a cursor: it ends where the line or the block does, is indented as the cursor is, repeats nothing.

Models write on. What comes after the end of the block, what stands after the cursor already, and what goes in circles is cut
off here, in every language, from the text alone; whether the rest parses is the gate's business (``insertion``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_analyzers.brackets import CLOSING, first_unopened, open_brackets
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.trigger import Shape

MOST_LINES = 12
"""Lines of a block that are offered: more are rarely read before they are accepted."""
CIRCLES = 3
"""Times that a line may come in a row, and one more than it may begin again what stands right before the cursor."""
_FENCE = re.compile(r"\A\s*```[\w+-]*\n(.*?)(?:\n?```\s*|\Z)\Z", re.DOTALL)
_OPENS = re.compile(r"(?::|\{|\(|\[|\bdo|\bthen)\s*\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """What stands round a cursor.

    Attributes:
        head: The line before it.
        tail: The line after it.
        above: The lines before its line, the last one last; a few are enough.
        below: The next lines that are not blank, without their ends.
    """

    head: str
    tail: str
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @classmethod
    def at(cls, snapshot: Snapshot, offset: int) -> Cursor:
        """The surroundings of an offset."""
        here = snapshot.line_of(offset)
        line = snapshot.line_span(here)
        lines = [snapshot.line_span(number) for number in range(max(0, here - CIRCLES), here)]
        following = snapshot.text[line.end : line.end + 2_000].splitlines()
        return cls(
            snapshot.text[line.start : offset],
            snapshot.text[offset : line.end],
            tuple(snapshot.text[each.start : each.end] for each in lines),
            tuple(each for each in following if each.strip())[:CIRCLES],
        )

    @property
    def indent(self) -> str:
        """The white space that the line begins with."""
        return _leading(self.head)

    @property
    def is_deeper_below(self) -> bool:
        """Whether the line above opens a block that begins deeper than the cursor stands yet."""
        above = self.above[-1] if self.above else ""
        return bool(_OPENS.search(above)) and _width(above) >= len(self.indent)


def unfenced(text: str) -> str:
    """The text without a code fence round it; one that is not closed yet is taken off too."""
    found = _FENCE.match(text)
    return found.group(1) if found else text


def fit(cursor: Cursor, shape: Shape, text: str) -> str:
    r"""A model's text as it fits at a cursor; empty where nothing of it does.

    Args:
        cursor: What stands round the cursor.
        shape: How much was asked for.
        text: What the model wrote, lines ending in ``\\n``.
    """
    text = _without_head(cursor, text)
    if shape is Shape.LINE:
        line = _line(cursor, text) if text.strip("\n") else ""
        return without_overlap(line, cursor.tail).rstrip() if cursor.tail.strip() else line.rstrip()
    kept = "\n".join(_block(cursor, indented(cursor, text).split("\n")))
    return without_overlap(kept, cursor.tail).rstrip() if cursor.tail.strip() else kept.rstrip()


def is_enough(cursor: Cursor, shape: Shape, text: str) -> bool:
    """Whether nothing that still comes would be kept, so that the stream may be closed."""
    text = _without_head(cursor, text)
    if shape is Shape.LINE:
        first, *others = text.split("\n")
        if not others or not (first.strip() or len(others) > 1):
            return False
        return bool(cursor.tail.strip()) or not _goes_on(cursor, text.split("\n")[:-1])
    lines = indented(cursor, text).split("\n")
    return len(_block(cursor, lines[:-1])) < len(lines) - 1


def indented(cursor: Cursor, text: str) -> str:
    """The text with the cursor's indentation: models give the first line its own, or leave the others without."""
    if cursor.head == cursor.indent and _leading(text) == cursor.indent and not cursor.is_deeper_below:
        text = text[len(cursor.indent) :]
    lines = text.split("\n")
    if "\t" in cursor.indent and not any(line.startswith("\t") for line in lines[1:]):
        lines[1:] = [re.sub(r"\A(?: {4})+", lambda run: "\t" * (len(run.group()) // 4), line) for line in lines[1:]]
    following = next((line for line in lines[1:] if line.strip()), "")
    opened = cursor.head + lines[0]
    if cursor.indent and lines[0].strip() and _OPENS.search(opened) and _width(following) <= len(cursor.indent):
        closes = following.strip()[:1] in CLOSING.values() and _width(following) == len(cursor.indent)
        if following and not closes:  # a body is never less indented than its header
            lines[1:] = [cursor.indent + line if line.strip() else line for line in lines[1:]]
    return "\n".join(lines)


def without_overlap(text: str, following: str) -> str:
    """The text without what stands after the cursor already: the brackets and quotes it closes, or its own end."""
    following = following.strip()
    if (at := _closes_what_follows(text, following)) is not None:
        return text[:at]
    for size in range(min(len(text), len(following)), 0, -1):
        if following.startswith(text[-size:]) and (size > 1 or text[-1] in "\"'`,;:"):
            return text[:-size]
    return text


def _closes_what_follows(text: str, following: str) -> int | None:
    """Where a text closes a quote or bracket that it did not open and that stands after the cursor; ``None`` where none."""
    if following[:1] in ('"', "'", "`") and text.count(following[0]) % 2:
        return text.index(following[0])
    unopened = first_unopened(text)
    return unopened[1] if unopened and following.startswith(unopened[0]) else None


def _line(cursor: Cursor, text: str) -> str:
    """The first line, and the next ones as long as a bracket that it opens is not closed; alone where none closes it."""
    lines = indented(cursor, text).split("\n")
    for count in range(1, len(lines) + 1):
        if not _goes_on(cursor, lines[:count]):
            whole = not open_brackets("\n".join(lines[:count]))
            return "\n".join(lines[:count]) if whole else lines[0]
    return lines[0]


def _goes_on(cursor: Cursor, lines: list[str]) -> bool:
    """Whether what some lines open may still be closed by the next ones."""
    if cursor.tail.strip() or len(lines) > MOST_LINES or not open_brackets("\n".join(lines)):
        return False
    return not (len(lines) > 1 and lines[-1].strip() and _reaches(lines[-1], cursor))


def _without_head(cursor: Cursor, text: str) -> str:
    """The text without the cursor's own line at its beginning, which chat models like to repeat."""
    begun = cursor.head.strip()
    if len(begun) >= CIRCLES and text.lstrip().startswith(begun):
        rest = text.lstrip()[len(begun) :]
        return rest.lstrip(" \t") if cursor.head[-1:].isspace() else rest
    return text


def _block(cursor: Cursor, lines: list[str]) -> list[str]:
    """The lines up to where the block ends.

    That is where a line is indented less than the cursor's own, at a blank line once something is written, where the text
    comes to what stands below, and where it goes in circles.
    """
    kept: list[str] = []
    first = lines[0] if cursor.head == cursor.indent and lines and lines[0].strip() else ""
    floor = len(cursor.indent) + _width(first)
    for number, line in enumerate(lines):
        if number and not line.strip() and any(each.strip() for each in kept):
            break
        if number and line.strip() and _width(line) < floor:
            break
        if (number or first) and line.strip() and _reaches(line if number else cursor.indent + line, cursor):
            break
        kept.append(line)
        if _circles(cursor, kept) or len(kept) > MOST_LINES:
            return kept[:-1]
    return kept


def _reaches(line: str, cursor: Cursor) -> bool:
    """Whether a line is the one below the cursor: the same text at the same indentation, or the same longer text."""
    below = cursor.below[0] if cursor.below else ""
    same = below.strip() == line.strip()
    return same and (_width(below) == _width(line) or len(line.strip()) > 2 * CIRCLES)


def _circles(cursor: Cursor, kept: list[str]) -> bool:
    """Whether the last lines are the same, or begin again what stands above the cursor."""
    last = [line.strip() for line in kept[-CIRCLES:]]
    if len(last) == CIRCLES and len(set(last)) == 1 and last[0]:
        return True
    written = [line.strip() for line in kept if line.strip()]
    above = [line.strip() for line in cursor.above if line.strip()]
    return len(written) == len(above) == CIRCLES and written == above


def _leading(text: str) -> str:
    """The white space that a text's first line begins with."""
    return text[: len(text) - len(text.lstrip(" \t"))]


def _width(line: str) -> int:
    return len(_leading(line))
