"""Lines that are moved to another depth. What begins a line within a text is part of that text, and stays."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable


def text_lines(code: str) -> frozenset[int]:
    """The lines, from 1, that begin within a text: what they begin with is part of it."""
    found: set[int] = set()
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "STRING":
                found.update(range(token.start[0] + 1, token.end[0] + 1))
            elif kind.endswith("STRING_START"):
                opened.append(token.start[0])
            elif kind.endswith("STRING_END"):
                found.update(range(opened.pop() + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError):
        return frozenset(found)  # the check of the syntax says what is wrong
    return frozenset(found)


def indent_of(line: str) -> str:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def moved(lines: list[str], numbers: Iterable[int], old: str, new: str, inside: frozenset[int]) -> list[str]:
    """Some lines with another indentation.

    Args:
        lines: All lines of the file.
        numbers: Those to move, from 1.
        old: The indentation of their block ...
        new: ... and the one that it gets.
        inside: The lines that begin within a text.
    """
    return [
        line if number in inside or not line.startswith(old) else new + line[len(old) :]
        for number, line in ((each, lines[each - 1]) for each in numbers)
    ]
