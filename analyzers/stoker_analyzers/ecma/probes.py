"""A copy of a file in which a function tells which of its lines run, and can be switched to one of its mutants.

One text holds every mutant, as StrykerJS does it, so one start of a runner tries them all: what is asked for stands in
``globalThis.__stoker``, which the tests' copies set. Only scratch copies ever hold such a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.ecma.functions import FunctionCode
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.snapshot import Snapshot

MOST_TURNS = 300_000
"""Turns of a mutant's loops before it counts as endless."""

_UNPROBED = frozenset(
    {
        *("function_declaration", "generator_function_declaration", "class_declaration", "comment", "empty_statement"),
        *("interface_declaration", "type_alias_declaration", "function_signature", "import_statement"),
    }
)
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_SINGLE = _LOOPS | {"if_statement", "else_clause"}
_MARK = "// @ts-nocheck\n"
_ENDLESS = 'throw new Error("stoker: it never ends");'
_TURN = f"if(globalThis.__stoker&&++globalThis.__stoker.turns>{MOST_TURNS}){_ENDLESS}"
"""Counts the turns of the function's own loops where somebody began to count: calls that are tried out are made up, and
may well never end."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A file with probes.

    Attributes:
        text: Its text.
        lines: The lines (from 1) of the function that can run.
    """

    text: str
    lines: frozenset[int]


def probed(snapshot: Snapshot, code: FunctionCode, bodies: Sequence[str]) -> Probed:
    """Write probes into a function, and its other bodies beside its own.

    Args:
        snapshot: The file.
        code: The function.
        bodies: The bodies that it can be switched to, from number 1 on: blocks with braces, or expressions where the
            function has one.
    """
    inserted = sorted(_probes(snapshot, code.body))
    lines = frozenset(each[1] for each in inserted if each[1])
    own = _applied(snapshot, code.span, [(at, text) for at, _, text in inserted])
    if code.is_block:
        cut = _after_directives(snapshot, code.body) - code.span.start
        cases = "".join(f"case {n}:{{let __n=0;{each[1:-1]}\n}}return;" for n, each in enumerate(bodies, 1))
        text = own[:cut] + _switch(cases) + own[cut:]
    else:
        line = snapshot.line_of(code.span.start) + 1
        lines |= {line}
        cases = "".join(f"case {n}:{{let __n=0;return(\n{each}\n)}}" for n, each in enumerate(bodies, 1))
        text = f"{{{_switch(cases)}{_probe(line)}return(\n{own}\n)}}"
    whole = snapshot.text[: code.span.start] + text + snapshot.text[code.span.end :]
    head, sep, rest = whole.partition("\n") if whole.startswith("#!") else ("", "", whole)
    return Probed(f"{head}{sep}{_MARK}{rest}\n;globalThis.__stoker_served=true;\n", lines)


def guarded(snapshot: Snapshot, span: Span) -> str:
    """The text of a mutated body in which a loop that does not end throws.

    Args:
        snapshot: The mutated file.
        span: The body.
    """
    if snapshot.tree is None:
        return snapshot.text[span.start : span.end]
    inserted: list[tuple[int, str]] = []
    turn = f"if(++__n>{MOST_TURNS}){_ENDLESS}"
    for node in _below(snapshot.tree.root_node):
        if node.type in _LOOPS and span.covers(snapshot.span(node)):
            body = node.child_by_field_name("body")
            if body is not None:
                own = snapshot.span(body)
                is_block = body.type == "statement_block"
                inserted += [(own.start + 1, turn)] if is_block else [(own.start, "{" + turn), (own.end, "}")]
    return _applied(snapshot, span, inserted)


def _switch(cases: str) -> str:
    return f"switch((globalThis.__stoker||{{}}).mutant){{{cases}}}"


def _probe(line: int) -> str:
    return f"globalThis.__stoker&&globalThis.__stoker.lines.add({line});"


def _probes(snapshot: Snapshot, body: Node) -> Iterator[tuple[int, int, str]]:
    """Offset, line and text of each insertion."""
    for node in _below(body):
        if node.type in ("statement_block", "switch_case", "switch_default"):
            value = node.child_by_field_name("value")
            for child in node.named_children:
                if child != value and child.type not in _UNPROBED and not _is_directive(child):
                    start = snapshot.span(child).start
                    yield start, snapshot.line_of(start) + 1, _probe(snapshot.line_of(start) + 1)
        elif node.type in _SINGLE:
            turn = _TURN if node.type in _LOOPS else ""
            block = node.child_by_field_name("body")
            if turn and block is not None and block.type == "statement_block":
                yield snapshot.span(block).start + 1, 0, turn
            for child in _single(node):
                span = snapshot.span(child)
                line = snapshot.line_of(span.start) + 1
                yield span.start, line, "{" + turn + _probe(line)
                yield span.end, 0, "}"


def _single(node: Node) -> list[Node]:
    """The statement without braces that a condition or a loop governs."""
    found = [node.child_by_field_name("consequence"), node.child_by_field_name("body")]
    if node.type == "else_clause":
        found = [next(iter(node.named_children), None)]
    return [
        each
        for each in found
        if each is not None and each.type not in ("statement_block", "if_statement", "empty_statement")
    ]


def _below(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += node.children


def _is_directive(node: Node) -> bool:
    inner = next(iter(node.named_children), None)
    return node.type == "expression_statement" and inner is not None and inner.type == "string"


def _after_directives(snapshot: Snapshot, block: Node) -> int:
    at = snapshot.span(block).start + 1
    for child in block.named_children:
        if not _is_directive(child):
            break
        at = snapshot.span(child).end
    return at


def _applied(snapshot: Snapshot, span: Span, inserted: Sequence[tuple[int, str]]) -> str:
    """The text of a span with insertions."""
    length = len(snapshot.text)
    edit = replace(snapshot.uri, snapshot.text, [Replacement(Span(at, at), text) for at, text in inserted])
    after = edit.files[0].apply(snapshot.text)
    return after[span.start : len(after) - (length - span.end)]


def head_of(snapshot: Snapshot) -> int:
    """Where code may be put first in a file: after comments, which may be settings of the runner, and directives."""
    if snapshot.tree is None:
        return 0
    for child in snapshot.tree.root_node.named_children:
        if child.type not in ("comment", "hash_bang_line") and not _is_directive(child):
            return snapshot.span(child).start
    return len(snapshot.text)
