"""Where an import statement goes in a Python file. Decides no origin: that is for who knows the workspace."""

from __future__ import annotations

import sys

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.index.modules import parts_of
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Import


def place_import(snapshot: Snapshot, statement: str, index: IndexQuery | None) -> Replacement:
    """An import statement put where a Python file's others stand, in the order of isort and Ruff.

    Args:
        snapshot: The file.
        statement: ``import a.b`` or ``from a import b``, on one line.
        index: Tells which modules are the project's own; without it they count as packages.
    """
    newline = snapshot.newline
    statements = {
        each.span: each
        for each in snapshot.outline.imports
        if snapshot.text[each.span.start - 1 : each.span.start] in ("", "\n", "\r")
    }
    key = _key(statement.split()[1], is_from=statement.startswith("from"), index=index)
    before = [span for span, each in statements.items() if _key_of(each, snapshot, index) <= key]
    if before:
        last = max(before)
        apart = newline if _key_of(statements[last], snapshot, index)[0] != key[0] else ""
        return Replacement(Span(last.end, last.end), f"{newline}{apart}{statement}")
    if statements:
        first = min(statements)
        apart = newline if _key_of(statements[first], snapshot, index)[0] != key[0] else ""
        return Replacement(Span(first.start, first.start), f"{statement}{newline}{apart}")
    documentation = snapshot.outline.documentation
    if documentation:
        return Replacement(Span(documentation.span.end, documentation.span.end), f"{newline * 2}{statement}")
    at = _first_code(snapshot)
    blank = len(snapshot.text[:at]) - len(snapshot.text[:at].rstrip("\r\n"))  # what removed imports left behind
    begin = at - blank
    lead = newline * 2 if begin else ""
    below = newline * (3 if snapshot.text.startswith(("def ", "class ", "@", "async def "), at) else 2)
    return Replacement(Span(begin, at), f"{lead}{statement}{below if at < len(snapshot.text) else newline}")


def _first_code(snapshot: Snapshot) -> int:
    """Where the first line stands that is no comment: below a shebang and a licence."""
    for line, start in enumerate(snapshot.line_starts):
        extent = snapshot.line_span(line)
        text = snapshot.text[extent.start : extent.end].strip()
        if text and not text.lstrip("\ufeff").startswith("#"):
            return start
    return len(snapshot.text)


def _key_of(statement: Import, snapshot: Snapshot, index: IndexQuery | None) -> tuple[int, bool, str]:
    is_from = snapshot.text[statement.span.start : statement.span.end].startswith("from")
    return _key(statement.module, is_from=is_from, index=index)


def _key(module: str, *, is_from: bool, index: IndexQuery | None) -> tuple[int, bool, str]:
    """How isort and Ruff order imports: ``__future__``, the standard library, packages, the project's own, relative ones."""
    top = module.partition(".")[0]
    if module.startswith("."):
        section = 4
    elif top == "__future__":
        section = 0
    elif top in sys.stdlib_module_names:
        section = 1
    else:
        section = 3 if index and index.resolve_module(parts_of(top)) else 2
    return section, is_from, module.lower()
