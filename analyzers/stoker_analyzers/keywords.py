"""What a keyword does: in Python in the words of its language reference, and everywhere by the lines that it stands for."""

from __future__ import annotations

import re

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot

_WORD = re.compile(r"[A-Za-z]+")
_SHOWN = 80
"""Characters of a statement's first line that are shown."""
_QUOTED = re.compile(r'"([^"\n]+)"')


def keyword_at(snapshot: Snapshot, offset: int) -> Span | None:
    """The keyword that a cursor is in or at the end of: a word that the grammar knows by itself."""
    line = snapshot.line_span(snapshot.line_of(offset))
    for found in _WORD.finditer(snapshot.text, line.start, line.end):
        if found.start() <= offset <= found.end():
            span = Span(found.start(), found.end())
            return span if _owner(snapshot, span) is not None else None
    return None


def _owner(snapshot: Snapshot, span: Span) -> Node | None:
    """What a word is a keyword of; ``None`` where it is none."""
    node: Node | None = snapshot.node_at(span)
    word, start = snapshot.text[span.start : span.end], snapshot.byte(span.start)
    while node is not None:
        if any(each.type == word and not each.is_named and each.start_byte == start for each in node.children):
            return node
        node = node.parent if node.start_byte == start and node.type not in ("identifier", "string_content") else None
    return None


def keyword_told(snapshot: Snapshot, span: Span) -> str:
    """What is told of a keyword, as Markdown. Imports the reference; takes some hundredths of a second the first time."""
    word = snapshot.text[span.start : span.end]
    name = snapshot.language.name if snapshot.language else "the language"
    reference = _reference(word) if snapshot.language and snapshot.language.id == "python" else ""
    parts = [f"**`{word}`** is a keyword of {name}.", reference, _stands_for(snapshot, span)]
    return "\n\n".join(filter(None, parts))


def _stands_for(snapshot: Snapshot, span: Span) -> str:
    """The statement, clause or expression that a keyword is part of."""
    node = _owner(snapshot, span)
    if node is None:
        return ""
    first, last = node.start_point.row + 1, node.end_point.row + 1
    code = " ".join(snapshot.slice(node).split("\n", 1)[0].split())
    shown = code if len(code) <= _SHOWN else f"{code[:_SHOWN].rstrip()}..."
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    return f"Here it is part of the {node.type.replace('_', ' ')} in {where}: ``{shown}``"


def _reference(word: str) -> str:
    """The first paragraph that Python's own reference has on a keyword; empty where this Python comes without it."""
    try:
        import pydoc
        from pydoc_data.topics import topics
    except ImportError:
        return ""
    known: object = pydoc.Helper.keywords.get(word, "")
    for _ in range(3):  # a keyword may stand for another one, or for a topic
        name = known[0] if isinstance(known, tuple) else str(known)
        if name in topics:
            return _first_paragraph(topics[name])
        known = pydoc.Helper.topics.get(name) or pydoc.Helper.keywords.get(name, "")
    return ""


def _first_paragraph(text: str) -> str:
    for paragraph in text.split("\n\n"):
        heading = re.search(r"^[*=~-]{3,}$", paragraph, re.MULTILINE)
        if paragraph.strip() and not heading and not paragraph.startswith((" ", "New in", "Added in", "Changed in")):
            return _QUOTED.sub(r"`\1`", " ".join(paragraph.split()))
    return ""
