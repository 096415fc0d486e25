"""From a file's old and new text to the replacements between them, as few characters as its lines show."""

from __future__ import annotations

import difflib
import re
from itertools import accumulate

from stoker_analyzers.edits import Replacement, Span, replace

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def normalized(text: str) -> str:
    r"""The text with ``\n`` for every line end."""
    return _LINE_END.sub("\n", text)


def to_normalized(text: str, offset: int) -> int:
    """An offset in the text as one in the normalized text."""
    return len(normalized(text[:offset])) - (text[:offset].endswith("\r") and text[offset : offset + 1] == "\n")


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
    matcher = difflib.SequenceMatcher(None, list(map(normalized, lines)), wanted, autojunk=False)
    made = tuple(
        _trimmed(text, Span(starts[first], starts[last]), "".join(wanted[begin:end]).replace("\n", newline))
        for tag, first, last, begin, end in matcher.get_opcodes()
        if tag != "equal"
    )
    result = replace("", text, made).files[0].apply(text) if text else "".join(each.text for each in made)
    if normalized(result) != new:  # where line ends are mixed, two neighbours can become one
        return (Replacement(Span(0, len(text)), new.replace("\n", newline)),)
    return made


def _trimmed(text: str, span: Span, new: str) -> Replacement:
    """A replacement without what it leaves as it is at either end."""
    old = text[span.start : span.end]
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    return Replacement(Span(span.start + head, span.end - tail), new[head : len(new) - tail])


def _shared(left: str, right: str) -> int:
    """Length of the common beginning."""
    pairs = zip(left, right, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))
