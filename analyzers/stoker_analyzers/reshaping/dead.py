"""Removes what surely does nothing: what follows a jump, and what nothing uses and whose making does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding, part_of, root_of
from stoker_analyzers.braces.places import below, code, is_jump, listed
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.languages.base import words
from stoker_analyzers.reshaping.place import Change, Place, RefusalError, holds
from stoker_analyzers.reshaping.variables import whole_lines
from stoker_analyzers.selection import trimmed

_LONGEST_TITLE = 100
_SILENT = words(
    """
    number string template_string true false null undefined identifier arrow_function function_expression regex array object
    pair parenthesized_expression unary_expression binary_expression property_identifier string_fragment escape_sequence
    template_substitution
    """
)
"""What computes and does nothing else."""


@dataclass(frozen=True, slots=True)
class _Dead:
    """Something that does nothing.

    Attributes:
        span: What goes.
        new: What stands there then.
        words: What it is.
        name: Its name, where others could have used it.
    """

    span: Span
    new: str
    words: str
    name: str = ""


def remove_dead(place: Place) -> Change:
    """Remove what is dead in the lines at a place.

    Raises:
        RefusalError: There is nothing that surely is.
    """
    place.refuse_odd()
    found = dead_in(place)
    if not found:
        raise RefusalError("there is nothing that surely does nothing here")
    listed = ", ".join(each.words for each in found)
    title, notes = f"Remove {listed}", tuple[str, ...]()
    if len(title) > _LONGEST_TITLE:
        title, notes = f"Remove {len(found)} pieces of dead code", (f"Removed: {listed}",)
    gone = frozenset(each.name for each in found if each.name)
    return Change(tuple(Replacement(each.span, each.new) for each in found), title, gone=gone, notes=notes)


def dead_in(place: Place) -> list[_Dead]:
    """What is dead in the lines of a selection, in order and without overlaps."""
    snapshot, chosen = place.snapshot, trimmed(place.snapshot, place.span)
    lines = Span(
        snapshot.line_span(snapshot.line_of(chosen.start)).start, snapshot.line_span(snapshot.line_of(chosen.end)).end
    )
    found: list[_Dead] = []
    for each in (*_unreachable(place, lines), *_unused(place, lines), *_imports(place, lines)):
        if not any(each.span.start < other.span.end and other.span.start < each.span.end for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.span)


def _unreachable(place: Place, lines: Span) -> Iterator[_Dead]:
    """What follows a jump in its list; functions stay, which are there before it."""
    root = root_of(place.snapshot)
    running = place.grammar.running
    for block in below(root):
        if block.type not in running.blocks:
            continue
        inside = listed(block)
        at = next((number for number, each in enumerate(inside) if is_jump(each, running.jumps)), len(inside))
        rest = list(takewhile(lambda each: not _is_seen(place, each), inside[at + 1 :]))
        if rest and lines.covers(place.span_of(rest[0])):
            span = Span(whole_lines(place, rest[0]).start, whole_lines(place, rest[-1]).end)
            yield _Dead(span, "", f"what follows line {inside[at].start_point.row + 1}")


def _is_seen(place: Place, node: Node) -> bool:
    """Whether something that never runs binds a name for what does."""
    if node.type in place.grammar.running.early or node.type in ("labeled_statement", "label"):
        return True
    return any(not all(holds(node, use) for use in each.uses) for each in place.bound_in(node))


def _unused(place: Place, lines: Span) -> Iterator[_Dead]:
    """Variables and functions that nothing uses."""
    for binding in place.names.bindings:
        holder = binding.node.parent
        if binding.uses or len(binding.places) > 1 or holder is None or not lines.covers(place.span_of(binding.node)):
            continue
        if binding.scope.node.type in place.grammar.naming.tops and (place.script or _exported(holder)):
            continue
        if (
            holder.type in place.grammar.running.early
            and holder.parent
            and holder.parent.type in place.grammar.running.blocks
        ):
            yield _Dead(_with_comments(place, holder), "", f"the unused function {binding.name}", binding.name)
        elif holder.type in place.grammar.running.declares:
            yield from _variable(place, binding, holder)


def _exported(node: Node) -> bool:
    around: Node | None = node
    while around is not None:
        if around.type in ("export_statement", "ambient_declaration"):
            return True
        around = around.parent
    return False


def _variable(place: Place, binding: Binding, holder: Node) -> Iterator[_Dead]:
    """A variable whose value is computed by nothing but operators."""
    fields = place.grammar.running.declares[holder.type]
    value, statement = holder.child_by_field_name(fields[1]), holder.parent
    if holder.children_by_field_name(fields[0]) != [binding.node] or statement is None or statement.parent is None:
        return
    alone = [each for each in code(statement) if each.type == holder.type] == [holder]
    if not alone or statement.parent.type not in place.grammar.running.blocks:
        return
    is_code = value is not None and value.type not in place.grammar.naming.functions
    if value is not None and is_code and any(each.is_named and each.type not in _SILENT for each in below(value)):
        return
    yield _Dead(_with_comments(place, statement), "", f"the unused variable {binding.name}", binding.name)


def _with_comments(place: Place, node: Node) -> Span:
    """A statement's lines with the comment right above it that documents it, and the blank line that would stay over."""
    snapshot, span = place.snapshot, whole_lines(place, node)
    first, above = node, node.prev_named_sibling
    while above is not None and "comment" in above.type and above.end_point.row == first.start_point.row - 1:
        if whole_lines(place, above) == place.span_of(above) or not place.text(above).startswith(("/**", "///")):
            break
        first, above = above, above.prev_named_sibling
    start = whole_lines(place, first).start
    before = snapshot.text[:start].endswith((snapshot.newline * 2, "{" + snapshot.newline))
    blank = snapshot.text.startswith(snapshot.newline, span.end)
    return Span(start, span.end + (len(snapshot.newline) if before and blank else 0))


def _imports(place: Place, lines: Span) -> Iterator[_Dead]:
    """Names that are imported and not used; the module is loaded all the same."""
    root = root_of(place.snapshot)
    for node in root.named_children:
        if node.type != "import_statement" or not lines.covers(place.span_of(node)):
            continue
        clause = next((each for each in node.named_children if each.type == "import_clause"), None)
        bound = {each.node.parent.id: each for each in place.bound_in(node) if each.node.parent is not None}
        if clause is None or not bound:
            continue
        unused = [each for each in bound.values() if not each.uses]
        if not unused:
            continue
        listed = f"the unused import{'s' if len(unused) > 1 else ''} {' and '.join(each.name for each in unused)}"
        if len(unused) == len(bound):
            yield _whole_import(place, node, clause, listed)
        elif (new := _shortened(place, clause, unused)) is not None:
            yield _Dead(place.span_of(clause), new, listed)


def _whole_import(place: Place, node: Node, clause: Node, listed: str) -> _Dead:
    """An import of which nothing is used: of types it goes, else it still loads the module."""
    if any(each.type == "type" for each in node.children):
        return _Dead(whole_lines(place, node), "", listed)
    source = part_of(node, "source")
    return _Dead(Span(place.span_of(clause).start, place.span_of(source).start), "", listed)


def _shortened(place: Place, clause: Node, unused: list[Binding]) -> str | None:
    """An import's clause without some of its names; ``None`` where it is written over several lines with comments."""
    if any("comment" in each.type for each in below(clause)):
        return None
    gone = {each.node.id for each in unused} | {each.node.parent.id for each in unused if each.node.parent is not None}
    parts: list[str] = []
    for each in clause.named_children:
        if each.type != "named_imports":
            parts += [] if each.id in gone and each.type != "named_imports" else [place.text(each)]
            continue
        kept = [place.text(inner) for inner in each.named_children if inner.id not in gone]
        if not kept:
            continue
        written = place.text(each)
        if "\n" in written:
            indent = place.unit
            parts.append("{\n" + "".join(f"{indent}{one},\n" for one in kept) + "}")
        else:
            space = " " if written.startswith("{ ") else ""
            parts.append("{" + space + ", ".join(kept) + space + "}")
    return ", ".join(parts)
