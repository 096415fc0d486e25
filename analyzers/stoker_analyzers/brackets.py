"""Brackets in a stretch of text that need not be whole, strings left aside. Told from the text alone, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator

CLOSING = {"(": ")", "[": "]", "{": "}"}
"""Each opening bracket with the one that closes it."""
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`|\\.|[()\[\]{}]')
"""An escaped character is one outside of strings, too: else a line is read again from each quote behind an open one."""


def open_brackets(text: str) -> str:
    """The brackets that close what a text opens, innermost first."""
    stack: list[str] = []
    for mark, _ in _brackets(text):
        if mark in CLOSING:
            stack.append(CLOSING[mark])
        elif stack and mark == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))


def first_unopened(text: str) -> tuple[str, int] | None:
    """The first bracket that closes what the text did not open, and where it is; ``None`` where there is none."""
    stack: list[str] = []
    for mark, at in _brackets(text):
        if mark in CLOSING:
            stack.append(CLOSING[mark])
        elif stack and mark == stack[-1]:
            stack.pop()
        else:
            return mark, at
    return None


def _brackets(text: str) -> Iterator[tuple[str, int]]:
    for found in _TOKEN.finditer(text):
        mark = found.group()
        if len(mark) == 1:
            yield mark, found.start()
