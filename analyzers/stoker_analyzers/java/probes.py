"""A copy of a file in which a method tells which of its lines run, and can be switched to one of its mutants.

Each mutant is a method of its own beside the real one, which calls it where ``stoker_inside.Probe`` says so: the compiler
then judges every mutant by itself, and what it refuses is known by its lines. Only scratch copies ever hold such a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.java.methods import MethodCode
from stoker_analyzers.snapshot import Snapshot

_PROBE = "stoker_inside.Probe"
_LOOPS = frozenset({"for_statement", "enhanced_for_statement", "while_statement", "do_statement"})
_BLOCKS = frozenset({"block", "switch_block_statement_group"})
_UNPROBED = frozenset({"line_comment", "block_comment", "class_declaration", "record_declaration", "switch_label", ";"})
_OTHER_SCOPES = frozenset({"class_body", "class_declaration", "record_declaration", "enum_declaration"})


@dataclass(frozen=True)
class Probed:
    """A file with probes.

    Attributes:
        text: Its text.
        lines: The lines (from 1) of the method that can run.
        places: The first and last line of each mutant in the text, by its number.
    """

    text: str
    lines: frozenset[int]
    places: dict[int, tuple[int, int]]

    def mutant_at(self, line: int) -> int | None:
        """The mutant that stands at a line."""
        return next((number for number, (first, last) in self.places.items() if first <= line <= last), None)


def probed(snapshot: Snapshot, code: MethodCode, bodies: dict[int, str]) -> Probed:
    """Write probes into a method, and its other bodies beside it.

    Args:
        snapshot: The file.
        code: The method.
        bodies: The blocks that it can be switched to, by number.
    """
    inserted = list(_probes(snapshot, code.body))
    lines = frozenset(line for _, _, line in inserted if line)
    given = ", ".join(each.name for each in code.parameters)
    calls = "".join(_case(code, number, given) for number in bodies)
    changes = [Replacement(Span(at, at), text) for at, text, _ in _joined(inserted)]
    start = code.body.start + 1
    changes.append(Replacement(Span(start, start), f"switch({_PROBE}.mutant){{{calls}default:}}" if calls else ""))
    head, tail = _around(snapshot, code, [each for each in changes if each.text])
    places, text = dict[int, tuple[int, int]](), head
    for number, body in bodies.items():
        first = text.count("\n") + 2
        text += f"\n{_signature(code, number)} {body}"
        places[number] = (first, text.count("\n") + 1)
    return Probed(f"{text}\n{tail}", lines, places)


def guarded(snapshot: Snapshot, body: Span) -> str:
    """A block whose loops end."""
    changes = [Replacement(Span(at, at), text) for at, text, _ in _joined(_guards(snapshot, body))]
    edit = replace(snapshot.uri, snapshot.text, changes)
    whole = edit.files[0].apply(snapshot.text)
    return whole[body.start : body.end + len(whole) - len(snapshot.text)]


def _joined(inserted: Sequence[tuple[int, str, int]] | Iterator[tuple[int, str, int]]) -> list[tuple[int, str, int]]:
    """What comes to one place in one piece: closing braces first, so that no two blocks cross."""
    found: dict[int, list[str]] = {}
    for at, text, _ in inserted:
        found.setdefault(at, []).append(text)
    order = {at: "".join(sorted(texts, key=lambda each: each != "}")) for at, texts in found.items()}
    return [(at, text, 0) for at, text in sorted(order.items())]


def _around(snapshot: Snapshot, code: MethodCode, changes: list[Replacement]) -> tuple[str, str]:
    ordered = sorted(changes, key=lambda each: each.span.start)
    merged: list[Replacement] = []
    for each in ordered:
        if merged and merged[-1].span == each.span:
            each = Replacement(each.span, each.text + merged.pop().text)
        merged.append(each)
    edit = replace(snapshot.uri, snapshot.text, merged)
    whole = edit.files[0].apply(snapshot.text)
    end = code.span.end + len(whole) - len(snapshot.text)
    return whole[:end], whole[end:]


def _case(code: MethodCode, number: int, given: str) -> str:
    call = f"{code.name}__stoker{number}({given});"
    return f"case {number}:{call}return;" if code.returns == "void" else f"case {number}:return {call}"


def _signature(code: MethodCode, number: int) -> str:
    listed = ", ".join(f"{name} extends {bound}" if bound else name for name, bound in code.variables)
    parameters = ", ".join(
        f"{each.type.removesuffix('[]')}... {each.name}" if each.variadic else f"{each.type} {each.name}"
        for each in code.parameters
    )
    static = "static " if "static" in code.modifiers else ""
    variables = f"<{listed}> " if listed else ""
    return f"private {static}{variables}{code.returns} {code.name}__stoker{number}({parameters}) {code.throws}".rstrip()


def _inside(snapshot: Snapshot, body: Span) -> Iterator[Node]:
    """The nodes of a method's own code: not those of classes in it."""
    stack = [snapshot.tree.root_node] if snapshot.tree else []
    while stack:
        node = stack.pop()
        own = snapshot.span(node)
        if own.end <= body.start or own.start >= body.end:
            continue
        if body.covers(own):
            if node.type in _OTHER_SCOPES:
                continue
            yield node
        stack += node.children


def _guards(snapshot: Snapshot, body: Span) -> Iterator[tuple[int, str, int]]:
    for node in _inside(snapshot, body):
        inner = node.child_by_field_name("body") if node.type in _LOOPS else None
        if inner is None:
            continue
        own = snapshot.span(inner)
        if inner.type == "block":
            yield own.start + 1, f"{_PROBE}.turn();", 0
        else:
            yield own.start, f"{{{_PROBE}.turn();", 0
            yield own.end, "}", 0


def _probes(snapshot: Snapshot, body: Span) -> Iterator[tuple[int, str, int]]:
    for node in _inside(snapshot, body):
        own = snapshot.span(node)
        parent = node.parent
        if parent is None:
            continue
        line = snapshot.line_of(own.start) + 1
        at = f"{_PROBE}.at({line});"
        turn = f"{_PROBE}.turn();" if parent.type in _LOOPS and node == parent.child_by_field_name("body") else ""
        if node.type == "block" and turn:
            yield own.start + 1, turn, 0
        elif parent.type in _BLOCKS and node.is_named and node.type not in _UNPROBED:
            yield own.start, at, line
        elif node.type != "block" and node.is_named and (turn or _is_branch(node, parent)):
            yield own.start, f"{{{turn}{at}", line
            yield own.end, "}", 0


def _is_branch(node: Node, parent: Node) -> bool:
    """Whether it is a statement that stands alone after a condition."""
    if parent.type != "if_statement":
        return False
    return node in (parent.child_by_field_name("consequence"), parent.child_by_field_name("alternative"))
