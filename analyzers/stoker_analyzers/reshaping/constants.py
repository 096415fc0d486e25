"""Gives a literal a name at the top of its file. Whether the code then does the same is for a check to say."""

from __future__ import annotations

from tree_sitter import Node

from stoker_analyzers.braces.names import root_of
from stoker_analyzers.braces.places import around, below, constant
from stoker_analyzers.braces.standing import Told
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.reshaping.place import Change, Place, RefusalError
from stoker_analyzers.reshaping.rules import rules_of
from stoker_analyzers.reshaping.wording import text_words, value_words
from stoker_wire.words import counted

_HEADS = ("package_clause", "package_declaration", "inner_attribute_item", "extern_crate_declaration")
_LOADERS = ("require", "import")


def extract_constant(place: Place) -> Change:
    """Give the literal at a place a name.

    Raises:
        RefusalError: It can't be done, and why.
    """
    place.refuse_odd()
    node = constant(place.snapshot, place.span)
    if node is None:
        raise RefusalError("the selection is no literal in a function that is worth a name")
    if place.script and place.grammar.writing.loose:
        raise RefusalError("the file is a script, not a module: its constants would be everybody's")
    outer = node.parent
    if outer is not None and outer.parent is not None and outer.type == "arguments":
        callee = outer.parent.child_by_field_name("function")
        if callee is not None and place.text(callee) in _LOADERS:
            raise RefusalError("what reads the imports of a file needs the name of a module as a text")
    name = place.name(_words(place, node), constant=True)
    nodes = [node]
    if place.options.get("all") == "yes":
        function = around(node, place.grammar.naming.functions - {"program", "source_file"})
        same = (
            constant(place.snapshot, place.span_of(each)) for each in below(function or node) if each.type == node.type
        )
        nodes = sorted(
            {each.id: each for each in same if each and place.text(each) == place.text(node)}.values(), key=_start
        )
    line = place.ended(rules_of(place).constant(place, name, node))
    used = [Replacement(place.span_of(each), name) for each in nodes]
    notes = (f"Used in {counted(len(nodes), 'place')} of the function",) if len(nodes) > 1 else ()
    title = f"Extract the constant {name}"
    placed = rules_of(place).above or _at_the_top
    return Change((placed(place, nodes[0], line), *used), title, Told(frozenset({name})), notes=notes)


def _start(node: Node) -> int:
    return node.start_byte


def _words(place: Place, node: Node) -> str:
    """Words for a literal: what it is given to, compared with or says."""
    parent = node.parent
    said = text_words(place.text(node)) if node.type in place.grammar.writing.texts else ""
    if parent is None:
        return said or "value"
    for field in ("name", "key", "left", "field", "pattern"):
        owner = parent.child_by_field_name(field)
        if (
            owner is not None
            and owner.start_byte != node.start_byte
            and (words := value_words(place, owner) or _plain(place, owner))
        ):
            limit = (
                "_limit"
                if (operator := parent.child_by_field_name("operator")) and place.text(operator)[0] in "<>"
                else ""
            )
            return said or f"{words}{limit}"
    function = around(node, place.grammar.naming.functions)
    named = function.child_by_field_name("name") if function is not None else None
    return said or (f"{place.text(named)}_value" if named is not None else "value")


def _plain(place: Place, node: Node) -> str:
    return place.text(node) if node.child_count == 0 else ""


def _at_the_top(place: Place, node: Node, line: str) -> Replacement:
    """The constant below the imports, and the constants that follow them, above what uses it."""
    root = root_of(place.snapshot)
    head, is_constant = None, False
    for each in root.named_children:
        if each.end_byte > node.start_byte:
            break
        imports = _imports(place, each)
        follows = head is not None and _is_constant(place, each) and not is_between(root, head, each)
        if imports or follows:
            head, is_constant = each, not imports
    newline = place.snapshot.newline
    if head is None:
        first = _first(place, root, node)
        start = place.span_of(first).start
        return Replacement(Span(start, start), f"{line}{newline}{newline}")
    end = place.snapshot.line_span(head.end_point.row).end
    below_it = place.snapshot.line_of(end) + 1
    follows_blank = below_it >= len(place.snapshot.line_starts) or not _line(place, below_it).strip()
    gap = "" if is_constant else newline
    return Replacement(Span(end, end), f"{newline}{gap}{line}{'' if follows_blank else gap}")


def _line(place: Place, number: int) -> str:
    span = place.snapshot.line_span(number)
    return place.snapshot.text[span.start : span.end]


def _first(place: Place, root: Node, node: Node) -> Node:
    """The first thing of a file that is no heading: neither a comment at its top nor a directive nor a package."""
    found = [each for each in root.named_children if each.end_byte > node.start_byte]
    own = found[0]
    before = own.prev_named_sibling
    while (
        before is not None
        and before.type.endswith(("comment", "attribute_item"))
        and own.start_point.row - before.end_point.row <= 1
    ):
        own, before = before, before.prev_named_sibling
    return own


def is_between(root: Node, head: Node, node: Node) -> bool:
    """Whether something other than a comment stands between two parts of a file."""
    inner = [
        each for each in root.named_children if head.end_byte <= each.start_byte and each.end_byte <= node.start_byte
    ]
    return any("comment" not in each.type for each in inner)


def _imports(place: Place, node: Node) -> bool:
    """Whether a statement imports, or says what package the file is of."""
    if node.type in place.grammar.running.imports or node.type in _HEADS:
        return True
    text = place.text(node)
    return node.type.endswith("declaration") and "require(" in text and "\n" not in text


def _is_constant(place: Place, node: Node) -> bool:
    """Whether a statement is a constant of one line."""
    return "\n" not in place.text(node) and place.text(node).startswith(
        place.grammar.writing.constant.split(" ")[0] + " "
    )
