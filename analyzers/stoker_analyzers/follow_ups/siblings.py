"""The same change where the same code stands in a sibling: the other branch, the next case, entry or line.

Known from one change where another member or function is named and a branch beside has the same line but for names and values:
a line that says something else is another thing. From two like changes in lines and in the entries of a list or a table, which
may be meant to differ, and where what was replaced says less. A single word is a name, which is no business of this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.follow_ups.changes import Change, FollowUp, Swap, swaps
from stoker_analyzers.snapshot import Snapshot

_LEVELS = 8
"""Ancestors whose children are looked at: an expression in a statement in a branch of a branch."""
_LONGEST = 120
"""Characters of replaced code that is looked for."""
_OUTER = re.compile(r"function|method|class|module|program|source_file|impl|lambda|translation_unit|compilation_unit")
"""Types of nodes beyond which a sibling is another thing: a function's neighbour is no branch."""
_TELLING = re.compile(r"[^\W\d]\w*\s*(?:\.|->|::)\s*[^\W\d]\w*|[^\W\d]\w*\s*\(")
"""What says enough by itself: a member of something, or a call."""
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|\w+|[^\w\s]")
_VALUE = re.compile(r"[\w\"'`]")
_WORD_END = r"(?!\w)"


def same_change(snapshot: Snapshot, change: Change, changes: Sequence[Change]) -> FollowUp | None:
    """The siblings of what was changed that still say what it said."""
    found = swaps(change)
    if not 0 < len(found) <= 2 or change.before.count("\n") != change.after.count("\n"):
        return None
    place = _replaced(snapshot, change, found)
    if place is None:
        return None
    node, old, new = place
    if _WORD.fullmatch(old):
        return None
    twice = _made_twice(change, changes, old, new)
    if not twice and (not _TELLING.search(old) or re.search(rf"{re.escape(old)}{_WORD_END}", new)):
        return None
    shape = _shape(snapshot, _line(change.undone(snapshot), snapshot.span(node).start))
    for level in _levels(node, branches_alone=not twice):
        spans = [span for each in level for span in _same(snapshot, each, old, new)]
        if not twice:
            spans = [each for each in spans if _shape(snapshot, _line(snapshot.text, each.start)) == shape]
        if spans:
            places = tuple(Replacement(span, new) for span in sorted(set(spans)))
            return FollowUp(f"{_short(old)} is {_short(new)} here, too", places, cause=change.before)
    return None


def _replaced(snapshot: Snapshot, change: Change, found: Sequence[Swap]) -> tuple[Node, str, str] | None:
    """The smallest node that holds what was changed and is more than a word, with its text before and now."""
    first, last = found[0], found[-1]
    start = change.start(snapshot)
    end = start + last.at + len("".join(last.new))
    grown = len(change.after) - len(change.before)
    node = snapshot.node_at(Span(start + first.at, end))
    while node is not None and (not node.named_child_count or node.type in ("argument_list", "arguments", "block")):
        node = node.parent
    if node is None or node.parent is None or node.has_error:
        return None
    span = snapshot.span(node)
    new, before = snapshot.text[span.start : span.end], change.undone(snapshot)
    old = before[span.start : span.end - grown]
    inside = start <= span.start and span.end <= start + len(change.after)
    if not inside or not old.strip() or old == new or max(len(old), len(new)) > _LONGEST or "\n" in old + new:
        return None
    return node, old, new


def _made_twice(change: Change, changes: Sequence[Change], old: str, new: str) -> bool:
    """Whether another change did the same."""
    return any(each != change and each.before.replace(old, new) == each.after for each in changes)


def _levels(node: Node, *, branches_alone: bool) -> Iterator[list[Node]]:
    """The siblings of what holds a node, from the inside outwards, up to the function.

    Args:
        node: The node.
        branches_alone: Whether branches and cases alone are siblings, or the lines, entries and operands beside it, too.
    """
    for _ in range(_LEVELS):
        parent = node.parent
        if parent is None or _OUTER.search(node.type):
            return
        siblings = [each for each in parent.named_children if each != node]
        alike = [each for each in siblings if each.type == node.type or _is_branch(each) or _is_branch(node)]
        branches = _is_branch(node) or any(_is_branch(each) for each in alike)
        if alike and (branches or not branches_alone):
            yield alike
        node = parent


def _is_branch(node: Node) -> bool:
    return any(word in node.type for word in ("else", "elif", "case", "catch", "except", "arm", "consequence"))


def _same(snapshot: Snapshot, node: Node, old: str, new: str) -> Iterator[Span]:
    """Where a sibling says what was replaced, as code."""
    whole = snapshot.span(node)
    left = r"(?<!\w)" if old[0].isidentifier() else ""
    right = _WORD_END if old[-1].isalnum() or old[-1] == "_" else ""
    pattern = re.compile(left + r"(?<![.])" + re.escape(old) + right)
    for found in pattern.finditer(snapshot.text, whole.start, whole.end):
        span = Span(found.start(), found.end())
        there = snapshot.node_at(span)
        if there is None or snapshot.span(there) != span or snapshot.text.startswith(new, span.start):
            continue
        if not any(word in there.type for word in ("string", "comment", "char")):
            yield span


def _line(text: str, offset: int) -> str:
    """The line that holds a place."""
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _shape(snapshot: Snapshot, line: str) -> tuple[str, ...]:
    """What a line says but for its names and values."""
    keywords = snapshot.language.keywords if snapshot.language else frozenset[str]()
    tokens = (found.group() for found in _TOKEN.finditer(line))
    return tuple(each if each in keywords or not _VALUE.match(each) else "" for each in tokens)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else f"{line[:29]}…"
