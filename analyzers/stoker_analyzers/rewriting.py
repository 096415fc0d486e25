"""Lines that somebody rewrote, as an edit: laid out as the old ones were, as few characters as they show.

For every feature that has a model rewrite lines. Takes texts and gives texts; nothing is asked and nothing is written.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.indentation import indent_of, text_lines
from stoker_analyzers.selection import statements
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE

_FENCE = re.compile(r"```[\w+-]*[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_MARKS = re.compile(r"\A[ \t]*<<<(?:EDIT)?[ \t]*\n|\n[ \t]*(?:EDIT)?>>>[ \t]*(?:\n\s*)?\Z")
"""The marks round the lines in a prompt, which models repeat, whole or in part."""
_LONG = 1_000
"""Lines up to which each is compared with each."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def normalized(text: str) -> str:
    r"""The text with ``\n`` for every line end."""
    return _LINE_END.sub("\n", text)


def to_normalized(text: str, offset: int) -> int:
    """An offset in the text as one in the normalized text."""
    return len(normalized(text[:offset])) - (text[:offset].endswith("\r") and text[offset : offset + 1] == "\n")


def from_normalized(text: str, offset: int) -> int:
    """An offset in the normalized text as one in the text."""
    shift = 0
    for found in re.finditer("\r\n", text):
        if found.start() - shift >= offset:
            break
        shift += 1
    return offset + shift


def replacements(text: str, new: str) -> tuple[Replacement, ...]:
    """What turns a text into another.

    Args:
        text: The text as it is, with whatever line ends it has.
        new: The normalized text as it should be; new lines get the line end that the text uses.
    """
    found = _LINE_END.search(text)
    newline = found.group() if found else "\n"
    lines = _LINE.findall(text)
    starts = [0, *accumulate(map(len, lines))]
    wanted = _LINE.findall(new)
    made = tuple(
        _trimmed(text, Span(starts[first], starts[last]), "".join(wanted[begin:end]).replace("\n", newline))
        for first, last, begin, end in _changed(list(map(normalized, lines)), wanted)
    )
    result = replace("", text, made).files[0].apply(text) if text else "".join(each.text for each in made)
    if normalized(result) != new:  # where line ends are mixed, two neighbours can become one
        return (Replacement(Span(0, len(text)), new.replace("\n", newline)),)
    return made


def _changed(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """The lines that differ, from and to before, in the old ones and in the new ones.

    What both begin and end with is left out first, and in what is long all the same the lines that stand everywhere guide
    nothing: comparing each blank line with each other one takes seconds in a long file.
    """
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=max(len(left), len(right)) > _LONG)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag != "equal":
            yield head + first, head + last, head + begin, head + end


def _trimmed(text: str, span: Span, new: str) -> Replacement:
    """A replacement without what it leaves as it is at either end."""
    old = text[span.start : span.end]
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    return Replacement(Span(span.start + head, span.end - tail), new[head : len(new) - tail])


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the common beginning."""
    pairs = zip(left, right, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))


def region_of(snapshot: Snapshot, span: Span) -> Span:
    """The whole lines that a selection stands for; for a cursor, those of the function or class around it."""
    around = statements(snapshot, span)
    if around is None:
        owners = [each for each in snapshot.outline.enclosing(span.start) if each.kind in CALLABLE or each.children]
        around = owners[-1].span if owners else span
    first, last = snapshot.line_of(around.start), snapshot.line_of(around.end)
    return Span(snapshot.line_span(first).start, snapshot.line_span(last).end)


def rewritten(old: str, answer: str) -> str:
    """The lines of an answer, indented as the old ones were; empty where there are none."""
    fenced = _FENCE.search(answer)
    new = normalized(fenced[1] if fenced else answer).strip("\n")
    new = _MARKS.sub("", new)
    if not new.strip():
        return ""
    first = next((line for line in normalized(old).split("\n") if line.strip()), "")
    indent = indent_of(first)
    given = next(line for line in new.split("\n") if line.strip())
    if given.startswith(indent) and not given[len(indent) :].startswith((" ", "\t")):
        return new
    lines, inside = new.split("\n"), text_lines(new)
    code = [line for number, line in enumerate(lines, 1) if number not in inside and line.strip()]
    surplus = min((len(line) - len(line.lstrip()) for line in code), default=0)
    return "\n".join(
        line if number in inside or not line.strip() else indent + line[surplus:]
        for number, line in enumerate(lines, 1)
    )


def without_surroundings(answer: str, before: str, after: str) -> str:
    """The lines of an answer without those at its ends that repeat what stands above and below the lines it was asked for."""
    lines = answer.split("\n")
    above, below = ([line.rstrip() for line in text.splitlines() if line.strip()] for text in (before, after))
    for count in range(len(lines) - 1, 0, -1):
        head = [line.rstrip() for line in lines[:count] if line.strip()]
        if head and above[-len(head) :] == head:
            lines = lines[count:]
            break
    for count in range(len(lines) - 1, 0, -1):
        tail = [line.rstrip() for line in lines[-count:] if line.strip()]
        if tail and below[: len(tail)] == tail:
            lines = lines[:-count]
            break
    return "\n".join(lines).strip("\n")
