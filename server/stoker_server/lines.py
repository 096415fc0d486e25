"""A text as lines, and lines that others take the place of. Knows nothing of editors: features read edits in these words."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


class Splice(NamedTuple):
    """Lines of a document that others took the place of.

    Attributes:
        line: The first one's number, from 0.
        before: The lines that stood there, with their ends.
        after: Those that stand there since.
    """

    line: int
    before: list[str]
    after: list[str]


def split_lines(text: str) -> list[str]:
    """The lines with their ends; the last one is without, and empty where the text ends in a line end."""
    if "\r" not in text:
        lines = [line + "\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]
        return lines
    lines = _LINE.findall(text)
    if text.endswith(("\r", "\n")):
        lines.append("")
    return lines
