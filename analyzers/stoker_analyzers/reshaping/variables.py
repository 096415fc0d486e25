"""Gives an expression a name, and takes one away. Whether the code then does the same is for a check to say."""

from __future__ import annotations

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import code, home, name_at
from stoker_analyzers.braces.standing import Told
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.reshaping.place import Change, Place, RefusalError, holds
from stoker_analyzers.reshaping.rules import rules_of
from stoker_analyzers.reshaping.wording import value_words


def extract_variable(place: Place) -> Change:
    """Give the expression at a place a name, above its statement.

    Raises:
        RefusalError: It can't be done, and why.
    """
    place.refuse_odd()
    node = place.snapshot.node_at(place.span)
    while node is not None and node.parent is not None and place.span_of(node) == place.span_of(node.parent):
        node = node.parent if node.type not in place.grammar.writing.valued else node
        if node.type in place.grammar.writing.valued:
            break
    statement = home(node, place.grammar) if node is not None else None
    if node is None or statement is None:
        raise RefusalError("the expression is not computed always, once and first in a statement of a block")
    for each, binding in place.names.inside(place.span_of(node)):
        if binding is not None and holds(statement, binding.node) and not holds(node, binding.node):
            raise RefusalError(f"it uses {place.text(each)}, which the statement itself binds")
    rules_of(place).value(place, node)
    name = place.name(value_words(place, node) or "value", again="result")
    line = place.ended(rules_of(place).variable(place, name, node))
    used = Replacement(_whole(place, node), name)
    title = f"Extract the variable {name}"
    if statement.parent is not None and statement.parent.type == "arrow_function":
        return Change(_in_braces(place, statement, used, line), title, Told(frozenset({name})))
    return Change((place.lines_above(statement, line), used), title, Told(frozenset({name})))


def _whole(place: Place, node: Node) -> Span:
    """The characters of an expression, with brackets that a name does not need."""
    outer = node.parent
    if outer is None or outer.type != "parenthesized_expression" or outer.parent is None:
        return place.span_of(node)
    needed = outer.parent.type.endswith(("statement", "arrow_function", "if_expression"))
    return place.span_of(node if needed else outer)


def _in_braces(place: Place, body: Node, used: Replacement, line: str) -> tuple[Replacement, ...]:
    """The body of a function that is one expression as a block."""
    newline, indent = place.snapshot.newline, place.indent(body)
    span = place.span_of(body)
    inner = place.span_of(code(body)[0]) if body.type == "parenthesized_expression" else span
    if not inner.start <= used.span.start <= used.span.end <= inner.end:
        inner = span
    head = f"{{{newline}{indent}{place.unit}{line}{newline}{indent}{place.unit}return "
    opened = Replacement(Span(span.start, inner.start), head)
    closed = Replacement(Span(inner.end, span.end), f"{place.ended(';')}{newline}{indent}}}")
    return opened, used, closed


def inline(place: Place) -> Change:
    """Put a variable's value in its places.

    Raises:
        RefusalError: It can't be done, and why.
    """
    place.refuse_odd()
    binding = variable_at(place)
    holder = holder_of(binding)
    if holder is None:
        raise RefusalError(f"{binding.name} can't be inlined: nothing declares it")
    value = holder.child_by_field_name(place.grammar.running.declares[holder.type][1])
    statement = _alone(place, holder)
    if value is None or statement is None:
        raise RefusalError(f"{binding.name} can't be inlined: it is not defined by a statement of its own")
    if not binding.stable:
        raise RefusalError(f"{binding.name} can't be inlined: it is changed after it is defined")
    if not binding.uses:
        raise RefusalError(f"{binding.name} can't be inlined: nothing uses it")
    if value.type in place.grammar.naming.functions:
        raise RefusalError(f"{binding.name} can't be inlined: it is a function")
    if binding.scope.parent is None and (place.script or "export" in place.text(statement.parent or statement)[:7]):
        raise RefusalError(f"{binding.name} can't be inlined: other files may use it")
    for each, inner in place.names.inside(place.span_of(value)):
        if inner is not None and holds(value, inner.scope.node):
            continue
        for use in binding.uses:
            if place.names.look_up(place.text(each), place.names.scope_of(use), use.start_byte) is not inner:
                raise RefusalError(f"{place.text(each)} means something else where {binding.name} is used")
    rules_of(place).inline(place, value)
    replacements = [_pasted(place, use, value) for use in binding.uses]
    span = whole_lines(place, statement)
    return Change((*replacements, Replacement(span, "")), f"Inline {binding.name}", gone=frozenset({binding.name}))


def variable_at(place: Place) -> Binding:
    """The variable whose name is at a place.

    Raises:
        RefusalError: There is none that a plain declaration gives a value.
    """
    node = name_at(place.snapshot, place.span)
    binding = place.names.binding(node) if node is not None else None
    if node is None or binding is None:
        raise RefusalError("the selection is no name that this file defines")
    holder = holder_of(binding)
    if holder is None or holder.type not in place.grammar.running.declares:
        raise RefusalError(f"{binding.name} can't be inlined: it is not defined by one plain declaration")
    return binding


def holder_of(binding: Binding) -> Node | None:
    """What declares a name."""
    holder = binding.node.parent
    return holder.parent if holder is not None and holder.type == "expression_list" else holder


def _alone(place: Place, holder: Node) -> Node | None:
    """The statement that declares one name and nothing else."""
    outer = holder.parent
    if holder.type.endswith("declaration"):
        return holder if outer is not None and outer.type in place.grammar.running.blocks else None
    if outer is None or outer.parent is None or len([each for each in code(outer) if each.type == holder.type]) != 1:
        return None
    return outer if outer.parent.type in place.grammar.running.blocks else None


def _pasted(place: Place, use: Node, value: Node) -> Replacement:
    """A value where its name stands, in brackets where it needs them."""
    parent = use.parent
    text = place.text(value)
    if use.type == "shorthand_property_identifier":
        return Replacement(place.span_of(use), f"{place.text(use)}: {text}")
    if use.type == "shorthand_field_identifier" or (parent is not None and parent.type == "export_specifier"):
        raise RefusalError(f"{place.text(use)} can't be inlined where it is named as it is")
    loose = (
        "arguments",
        "argument_list",
        "variable_declarator",
        "return_statement",
        "parenthesized_expression",
        "pair",
    )
    free = parent is not None and (
        parent.type in loose
        or (parent.type.endswith("assignment_expression") and parent.child_by_field_name("right") == use)
    )
    needs = value.type not in place.grammar.writing.atoms and not free
    return Replacement(place.span_of(use), f"({text})" if needs else text)


def whole_lines(place: Place, node: Node) -> Span:
    """A statement with its line, where nothing else stands there."""
    snapshot, span = place.snapshot, place.span_of(node)
    first = snapshot.line_span(snapshot.line_of(span.start))
    last = snapshot.line_of(span.end)
    line = snapshot.line_span(last)
    if snapshot.text[first.start : span.start].strip() or snapshot.text[span.end : line.end].strip():
        return span
    end = snapshot.line_starts[last + 1] if last + 1 < len(snapshot.line_starts) else line.end
    return Span(first.start, end)
