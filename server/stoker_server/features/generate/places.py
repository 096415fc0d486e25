"""Where drafted code goes: below the comment that asks for it, at a line, at a file's end, or into a file of its own."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from stoker_analyzers.edits import Span
from stoker_analyzers.importing import place_import
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.rewriting import rewritten
from stoker_analyzers.snapshot import Snapshot

_COMMENT = re.compile(r"[ \t]*(?:#(?!!)|//)[/!]?[ \t]?(?P<said>.*)")
_WORDS = 3
"""Words that a comment must have to be a request: fewer are a heading."""
_MARKED = re.compile(r"(?:noqa|type:|pylint:|ruff:|eslint|TODO\b|FIXME\b|-\*-|nosec|pragma)", re.I)
_DEFINES = re.compile(r"(?:@|def |async def |class )")


@dataclass(frozen=True, slots=True)
class Place:
    """Where code goes in a file that there is.

    Attributes:
        at: The offset where it is put.
        indent: The white space that its lines begin with.
        ends: Whether it is the end of the file.
    """

    at: int
    indent: str = ""
    ends: bool = False


def comment_at(snapshot: Snapshot, span: Span) -> tuple[str, Place] | None:
    """The request that a comment at the cursor makes, and the place below it; ``None`` where there is no such comment."""
    if snapshot.language is None or not snapshot.text:
        return None
    first = last = snapshot.line_of(span.start)
    if _said(snapshot, first) is None:
        return None
    while first > 0 and _said(snapshot, first - 1) is not None:
        first -= 1
    while last + 1 < len(snapshot.line_starts) and _said(snapshot, last + 1) is not None:
        last += 1
    text = " ".join(filter(None, (_said(snapshot, line) for line in range(first, last + 1))))
    if len(text.split()) < _WORDS or _MARKED.match(text):
        return None
    return text, Place(snapshot.line_span(last).end, _indent(snapshot, last))


def line_place(snapshot: Snapshot, offset: int) -> Place:
    """The place above a line."""
    line = snapshot.line_of(offset)
    return Place(snapshot.line_starts[line], _indent(snapshot, line))


def end_place(snapshot: Snapshot) -> Place:
    """The place at the end of a file."""
    return Place(len(snapshot.text.rstrip()), ends=True)


def inserted(snapshot: Snapshot, place: Place, code: str, index: IndexQuery | None) -> tuple[str, tuple[int, int]]:
    r"""The file's text with code in it, its imports where the file's are.

    Returns:
        The text with ``\n`` as its only line end, and the first and last line of what was put there, from 1.
    """
    text = snapshot.text.replace("\r\n", "\n").replace("\r", "\n")
    at = len(snapshot.text[: place.at].replace("\r\n", "\n").replace("\r", "\n"))
    is_python = snapshot.language is not None and snapshot.language.id == "python"
    imports, body = _taken_apart(code) if is_python else ((), code)
    lines = rewritten(f"{place.indent}x", body)
    if not lines:
        return text, (1, 1)
    before, after = text[:at], text[at:]
    apart = "\n\n\n" if place.ends and is_python else "\n\n" if place.ends else ""
    if place.ends:
        before, after = (f"{before}{apart}" if before else ""), "\n"
    elif before and not before.endswith("\n"):  # below a comment
        before, after = f"{before}\n", f"{_gap(lines, after, place.indent)}{after}"
    else:
        after = f"\n{_gap(lines, chr(10) + after, place.indent)}{after}"
    whole = Snapshot(snapshot.uri, f"{before}{lines}{after}", snapshot.language)
    first = before.count("\n") + 1
    for statement in _missing(imports, whole):
        found = place_import(whole, statement, index)
        added = found.text.count("\n")
        whole = whole.with_text(whole.text[: found.span.start] + found.text + whole.text[found.span.end :])
        first += added if found.span.start <= len(before) else 0
    return whole.text, (first, first + lines.count("\n"))


def _gap(lines: str, after: str, indent: str) -> str:
    """The blank lines between a definition that is put in and what follows it."""
    following = after.lstrip("\n")
    if not following or not _DEFINES.match(lines.lstrip()):
        return ""
    wanted = 1 if indent else 2
    return "\n" * max(0, wanted - (len(after) - len(following) - 1))


def _taken_apart(code: str) -> tuple[tuple[str, ...], str]:
    """The imports that Python code begins with, one name a statement, and the rest of it."""
    try:
        tree = parse_python(code)
    except (SyntaxError, ValueError):
        return (), code  # the check of the syntax says what is wrong
    lines, statements = code.split("\n"), list[str]()
    for node in tree.body:
        if isinstance(node, ast.Import):
            statements += [ast.unparse(ast.Import([each])) for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.module != "__future__":
                statements += [ast.unparse(ast.ImportFrom(node.module, [each], node.level)) for each in node.names]
        else:
            continue
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    return tuple(statements), "\n".join(lines).strip("\n")


def _missing(statements: tuple[str, ...], snapshot: Snapshot) -> list[str]:
    """The statements that bind a name which the file does not import."""
    known = {each.alias for each in snapshot.outline.imports}
    return [
        each for each in statements if re.split(r"\s(?:as|import)\s|^import\s", each)[-1].partition(".")[0] not in known
    ]


def _said(snapshot: Snapshot, line: int) -> str | None:
    """What a line that is a comment says; ``None`` for another."""
    extent = snapshot.line_span(line)
    found = _COMMENT.fullmatch(snapshot.text[extent.start : extent.end])
    return found["said"].strip() if found else None


def _indent(snapshot: Snapshot, line: int) -> str:
    extent = snapshot.line_span(line)
    text = snapshot.text[extent.start : extent.end]
    return text[: len(text) - len(text.lstrip())]
