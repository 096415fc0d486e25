"""One thing that can be taken out of a file, and the lines that it stands on. Decides nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from stoker_server.features.refactor.inlining import span_of

_KEPT = re.compile(r"#\s*(?:noqa|type:|pyright:|pylint:|isort:|nopycln|re-?export|side.?effect)", re.IGNORECASE)
"""Comments that say that a line means what it says."""

Elsewhere = Callable[[str], bool]
"""Whether another file of the workspace may use a name of this one."""


@dataclass(frozen=True, slots=True)
class Dead:
    """One thing to remove.

    Attributes:
        span: The offsets of the first and behind the last character of its lines, or of an alias with its comma.
        new: What stands there afterwards.
        words: What it is, for the title.
        name: The name that it binds in the module; empty for others.
    """

    span: tuple[int, int]
    new: str
    words: str
    name: str = ""


class Source:
    """A text and its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")

    def whole(self, node: ast.stmt) -> tuple[int, int] | None:
        """The lines of a statement; ``None`` where another one shares them."""
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        last = node.end_lineno or node.lineno
        start, stop = self.at(first), self.at(last + 1)
        behind = self.text[span_of(self.text, node)[1] : stop].strip()
        alone = not self.lines[first - 1][: node.col_offset].strip() and (not behind or behind.startswith("#"))
        return (start, stop) if alone else None

    def at(self, line: int) -> int:
        """Where a line begins."""
        return min(sum(len(each) + 1 for each in self.lines[: line - 1]), len(self.text))

    def says_keep(self, node: ast.stmt) -> bool:
        """Whether a comment on a statement's lines, or on the one above, asks to leave it."""
        above = self.lines[node.lineno - 2 : node.lineno - 1] if node.lineno > 1 else []
        comments = [each for each in above if each.lstrip().startswith("#")]
        return any(_KEPT.search(each) for each in (*comments, *self.lines[node.lineno - 1 : node.end_lineno]))
