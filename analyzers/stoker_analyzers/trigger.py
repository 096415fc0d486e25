"""Whether a completion is worth asking for at a cursor, and how much of one: the rest of a line, or a block.

Told from the line and the nodes at the cursor alone, in well under a millisecond. Silence has a reason, so that it can be
shown and tested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.locality import part_around
from stoker_analyzers.snapshot import Snapshot


class Shape(StrEnum):
    """How much is asked for."""

    LINE = "line"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What to do at a cursor.

    Attributes:
        shape: What to ask for; ``None`` where nothing is worth asking.
        silence: Why nothing is; empty otherwise.
    """

    shape: Shape | None
    silence: str = ""


LONGEST_LINE = 1_000
"""Characters above which a line is taken for generated or packed code, where nobody types."""
_CLOSERS = re.compile(r"[\s)\]}>\"'`;:,]*\Z")
_OPENS_BLOCK = re.compile(r"(?:[:{(\[]|=>|->|\b(?:do|then|else|begin))\s*\Z")
_FINISHED = re.compile(r"[;}]\s*\Z")
_STRINGS = re.compile(r"string|char_literal|heredoc|raw_text")
_FORMATS = re.compile(r"template|interpolat|format")


def trigger(snapshot: Snapshot, offset: int, *, invoked: bool) -> Trigger:
    """What to ask for at a cursor.

    Args:
        snapshot: The document.
        offset: The cursor.
        invoked: Whether the user asked, rather than just typed: then only a word's inside is silent.
    """
    line = snapshot.line_span(snapshot.line_of(offset))
    head, tail = snapshot.text[line.start : offset], snapshot.text[offset : line.end]
    shape = Shape.LINE if tail.strip() or (head.strip() and not _OPENS_BLOCK.search(head)) else Shape.BLOCK
    if tail[:1].isalnum() or tail[:1] == "_":
        return Trigger(None, "the cursor is inside a word")
    if invoked:
        return Trigger(shape)
    if reason := _silence(snapshot, offset, head, tail):
        return Trigger(None, reason)
    return Trigger(shape)


def _silence(snapshot: Snapshot, offset: int, head: str, tail: str) -> str:
    """Why nothing is worth asking as the user types; empty where something is."""
    if len(head) + len(tail) > LONGEST_LINE:
        return "the line is too long to be written by hand"
    if not head.strip() and not snapshot.text[max(0, offset - LONGEST_LINE) : offset].strip():
        return "nothing stands before the cursor"
    if not _CLOSERS.match(tail):
        return "the line goes on after the cursor"
    if head.strip() and _FINISHED.search(head):
        return "the statement is finished"
    return "the cursor is inside a string" if _in_plain_string(snapshot, offset) else ""


def _in_plain_string(snapshot: Snapshot, offset: int) -> bool:
    """Whether a cursor is inside a string that is neither documentation nor a format."""
    part = part_around(snapshot, offset)
    snapshot, offset = part.snapshot, offset - part.shift
    if snapshot.tree is None:
        return False
    node = snapshot.node_at(Span(max(0, offset - 1), offset))
    while node is not None and not _STRINGS.search(node.type):
        if node.child_count and node.type not in ("string_start", "escape_sequence"):
            return False
        node = node.parent
    while node is not None and node.parent is not None and _STRINGS.search(node.parent.type):
        node = node.parent
    if node is None or not snapshot.span(node).start < offset:
        return False
    text = snapshot.slice(node)
    closed = snapshot.span(node).end <= offset and text[-1:] in "\"'`" and len(text) > 1 and not node.has_error
    return not (closed or _FORMATS.search(node.type) or _is_format(text) or _is_documentation(node))


def _is_format(text: str) -> bool:
    """Whether a literal is one that expressions stand in."""
    return text.startswith("`") or bool(re.match(r"[A-Za-z$@]*[fF$][A-Za-z]*[\"']", text))


def _is_documentation(node: Node) -> bool:
    """Whether a string is a statement of its own, as docstrings are."""
    return node.parent is not None and node.parent.type in ("expression_statement", "module", "block")
