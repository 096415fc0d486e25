"""Finds what comments leave to be done: ``TODO``, ``FIXME``, ``XXX`` and ``HACK``, with the person and the words behind them.

A mark counts where it begins a comment, or where a colon or a person in brackets follows it: prose that merely speaks of a
TODO list is left alone. What is written in strings is no comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot

LONGEST = 200
"""Characters of the words that are kept."""
_MARK = re.compile(
    r"(?<![\w.-])(?P<mark>TODO|FIXME|XXX|HACK)\b(?:\((?P<who>[^()\n]{0,60})\))?(?P<colon>[ \t]*:)?(?=(?P<text>[^\n\r]*))"
)
MARKS = (b"TODO", b"FIXME", b"XXX", b"HACK")
"""A file without any of these bytes has nothing to find, and need not be parsed."""
_OPENING = re.compile(r"[\s#/*;:%!<@'-]*\Z")
_CLOSING = re.compile(r"\s*(?:\*+/|-->|\"\"\"|''')?\s*\Z")


class Mark(StrEnum):
    """The word that a comment uses."""

    TODO = "todo"
    FIXME = "fixme"
    XXX = "xxx"
    HACK = "hack"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that is left to be done.

    Attributes:
        mark: The word used.
        text: What the rest of its line says; empty where it says nothing.
        who: The person in brackets behind the mark; empty without one.
        span: From the mark to the end of the words.
        symbol: The qualified name of the innermost definition that it stands in; empty at the top level.
    """

    mark: Mark
    text: str
    who: str
    span: Span
    symbol: str


def todos(snapshot: Snapshot) -> Iterator[Todo]:
    """What the comments of a file leave to be done, in order; nothing without a grammar."""
    end = 0
    for found in _MARK.finditer(snapshot.text):
        if found.start() < end:
            continue  # it is among the words of the one before
        comment = _comment_at(snapshot, Span(found.start("mark"), found.end("mark")))
        if comment is None or not _is_meant(snapshot, comment, found):
            continue
        words = _CLOSING.sub("", snapshot.text[found.start("text") : min(found.end("text"), comment.end)])
        end = found.start("text") + len(words) if words.strip() else found.end("mark")
        text = words.strip(" \t:-").lstrip(" \t,;")
        enclosing = snapshot.outline.enclosing(found.start())
        symbol = enclosing[-1].qualified if enclosing else ""
        span = Span(found.start(), end)
        yield Todo(Mark(found["mark"].lower()), text[:LONGEST], (found["who"] or "").strip(" @"), span, symbol)


def _comment_at(snapshot: Snapshot, span: Span) -> Span | None:
    """The comment that holds a span; ``None`` where it is no comment's."""
    node = snapshot.node_at(span)
    while node is not None and not node.type.endswith("comment"):
        node = node.parent if node.type in ("comment_content", "line_comment_content", "doc_comment_content") else None
    return snapshot.span(node) if node is not None else None


def _is_meant(snapshot: Snapshot, comment: Span, found: re.Match[str]) -> bool:
    """Whether a mark stands for work to do: first in its line of the comment, or with a colon or a person behind it."""
    line = snapshot.text.rfind("\n", comment.start, found.start()) + 1
    before = snapshot.text[max(comment.start, line) : found.start()]
    return bool(_OPENING.match(before) or found["colon"] or found["who"] is not None)
