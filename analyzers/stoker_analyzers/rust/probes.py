"""A copy of a Rust file in which a function tells which of its lines run, and can be switched to one of its mutants.

Every mutant is an arm of one ``match`` over a number that the environment gives, so one build tries them all and the types
stay what they are. Only scratch copies ever hold such a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.rust.functions import RustFunction
from stoker_analyzers.snapshot import Snapshot

_SUPPORT = Path(__file__).with_name("support.rs")
_LOOPS = frozenset({"for_expression", "while_expression", "loop_expression"})
_UNPROBED = frozenset(
    {
        *("attribute_item", "inner_attribute_item", "line_comment", "block_comment", "empty_statement", "label"),
        *("function_item", "use_declaration", "const_item", "static_item", "struct_item", "enum_item", "impl_item"),
        *("macro_definition", "mod_item", "trait_item", "type_item", "extern_crate_declaration"),
    }
)


@dataclass(frozen=True, slots=True)
class Switched:
    """A file with probes and mutants.

    Attributes:
        text: Its text.
        lines: The lines (from 1) of the function that can run.
        arms: Where each of the other bodies stands in the text.
    """

    text: str
    lines: frozenset[int]
    arms: dict[int, Span]


def switched(
    snapshot: Snapshot,
    function: RustFunction,
    bodies: dict[int, tuple[Snapshot, Span]],
    *,
    fine: bool = True,
    moved: int = 0,
) -> Switched:
    """Write probes into a function, and its other bodies beside its own.

    Args:
        snapshot: The file.
        function: The function.
        bodies: The bodies that it can be switched to, blocks with their braces, by number; each in the file that it
            stands in.
        fine: Whether to probe every statement, or that the function is entered alone.
        moved: How many lines the function stands below where the lines are counted.
    """
    path = "super::" * len(function.modules) + "__stoker::"
    start = function.body.start
    line = snapshot.line_of(start) + 1 - moved
    inserted = sorted(_probes(snapshot, function.node, path, moved)) if fine else []
    lines = frozenset(each[1] for each in inserted if each[1]) or {line}
    own = [(at, text) for at, _, text in inserted] + list(_turns(snapshot, function.body, path))
    head = f"{{ match {path}mutant() {{ "
    arms: dict[int, Span] = {}
    for number, (after, span) in bodies.items():
        head += f"{number} => "
        body = applied(after, span, sorted(_turns(after, span, path)))
        at = start + len(head)
        arms[number] = Span(at, at + len(body))
        head += f"{body}\n"
    entered = "" if inserted else f"{path}line({line});"
    text = applied(snapshot, function.body, sorted(own))
    whole = f"{head}_ => {{{entered}{text}}} }} }}"
    front, longer = _unconst(snapshot, function)
    arms = {number: Span(span.start + longer, span.end + longer) for number, span in arms.items()}
    text = f"{front}{whole}{snapshot.text[function.body.end :]}"
    return Switched(text, frozenset(lines), arms)


def support(lines: int) -> str:
    """The module that the probes call; it comes at the end of the file.

    Args:
        lines: How many lines the file has.
    """
    return "\n" + _SUPPORT.read_text(encoding="utf-8").replace("MOST_LINES", str(lines + 1))


def applied(snapshot: Snapshot, span: Span, inserted: Sequence[tuple[int, str]]) -> str:
    """The text of a span with insertions."""
    pieces, at = [], span.start
    for place, text in inserted:
        pieces += [snapshot.text[at:place], text]
        at = place
    return "".join([*pieces, snapshot.text[at : span.end]])


def _unconst(snapshot: Snapshot, function: RustFunction) -> tuple[str, int]:
    """What stands before the body, able to hold probes: nothing constant can read the environment."""
    text, start = snapshot.text, snapshot.span(function.node).start
    head = text[start : function.body.start]
    fn = head.find("fn ")
    changed = head[:fn].replace("const ", "", 1) + head[fn:]
    allowed = "#[allow(warnings, arithmetic_overflow, unconditional_panic)] "
    return f"{text[:start]}{allowed}{changed}", len(allowed) + len(changed) - len(head)


def _probes(snapshot: Snapshot, function: Node, path: str, above: int) -> Iterator[tuple[int, int, str]]:
    """Offset, line and text of each insertion."""
    body = function.child_by_field_name("body")
    for node in _below(body) if body is not None else ():
        if node.type == "block":
            before = None
            for child in node.named_children:
                marked = before is not None and before.type == "attribute_item"
                if child.type not in _UNPROBED and not marked:
                    start = snapshot.span(child).start
                    line = snapshot.line_of(start) + 1 - above
                    yield start, line, f"{path}line({line});"
                before = child
        elif node.type == "match_arm":
            value = node.child_by_field_name("value")
            if value is not None and value.type != "block":
                span = snapshot.span(value)
                line = snapshot.line_of(span.start) + 1 - above
                yield span.start, line, f"{{{path}line({line});"
                yield span.end, 0, "}"


def _turns(snapshot: Snapshot, span: Span, path: str) -> Iterator[tuple[int, str]]:
    """What counts the turns of the loops in a span."""
    if snapshot.tree is None:
        return
    for node in _below(snapshot.tree.root_node):
        if node.type in _LOOPS and span.covers(snapshot.span(node)):
            body = node.child_by_field_name("body")
            if body is not None:
                yield snapshot.span(body).start + 1, f"{path}turn();"


def _below(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += node.children
