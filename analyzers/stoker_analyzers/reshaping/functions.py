"""Makes a function of statements. Whether the code then does the same is for a check to say.

What the statements use of the function around them becomes parameters of the same names; at most one name that they set is used
behind them, and becomes the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.braces.names import Binding
from stoker_analyzers.braces.places import below, code, statements
from stoker_analyzers.braces.standing import Told
from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.reshaping.place import Change, Place, RefusalError, words_of
from stoker_analyzers.reshaping.rules import Header, rules_of

_TIED_WORDS = {
    "this": "it uses `this`",
    "super": "it uses `super`",
    "arguments": "it uses `arguments`",
    "recover": "it may call `recover`",
}
"""Words that mean something else in a function of its own."""
_TIED = {
    "yield_expression": "it has a `yield`",
    "await_expression": "it has an `await`",
    "meta_property": "it uses `new.target`",
    "defer_statement": "it has a `defer`",
    "labeled_statement": "it has a label",
    "goto_statement": "it has a `goto`",
    "fallthrough_statement": "it has a `fallthrough`",
    "synchronized_statement": "it has a lock",
}
"""Statements and expressions that do."""
_MOST = 6
"""Parameters; a function that takes more has no seam here."""


@dataclass(frozen=True)
class _Part:
    """The statements that become a function.

    Attributes:
        nodes: The statements.
        taken: What they use of the function around them.
        given: What they set and others use; ``None`` for nothing.
        inner: Whether they bind it themselves.
        ends: Whether they always return.
    """

    nodes: list[Node]
    taken: list[Binding]
    given: Binding | None
    inner: bool
    ends: bool


def extract_function(place: Place) -> Change:
    """Make a function of the statements at a place.

    Raises:
        RefusalError: It can't be done, and why.
    """
    place.refuse_odd()
    nodes = statements(place.snapshot, place.span)
    if not nodes:
        raise RefusalError("select whole statements of one block in a function")
    if place.script and place.grammar.writing.loose:
        raise RefusalError("the file is a script, not a module: its functions would be everybody's")
    _refuse_tied(place, nodes)
    part = _part(place, nodes)
    name = place.name(_words(place, part))
    header = rules_of(place).head(place, name, part.taken, part.given, nodes, part.ends)
    top = nodes[0]
    while top.parent is not None and top.parent.type not in place.grammar.naming.tops:
        top = top.parent
    newline, margin = place.snapshot.newline, place.indent(top)
    lines = (f"{margin}{each}" if each else "" for each in _function(place, part, header))
    text = newline.join(["", "", *lines])
    end = place.snapshot.line_span(place.snapshot.line_of(place.span_of(top).end)).end
    called = Replacement(Span(place.span_of(nodes[0]).start, place.span_of(nodes[-1]).end), _call(place, part, header))
    title = f"Extract the function {name}"
    return Change((called, Replacement(Span(end, end), text)), title, Told(frozenset({name}), name))


def _refuse_tied(place: Place, nodes: list[Node]) -> None:
    """Refuse statements that belong to the function they stand in.

    Raises:
        RefusalError: They do.
    """
    for each in nodes:
        if each.type in place.grammar.running.early:
            raise RefusalError("it defines a function that what stands above it may call")
        for inner in below(each):
            said = _TIED_WORDS.get(place.text(inner)) if not inner.children else _TIED.get(inner.type)
            if said and inner.type == "this" and place.grammar.naming.methods:
                continue
            if said:
                raise RefusalError(f"{said}, which would be another one in a function of its own")


def _part(place: Place, nodes: list[Node]) -> _Part:
    names, first, last = place.names, nodes[0], nodes[-1]
    span = Span(place.span_of(first).start, place.span_of(last).end)
    ends = _ends(place, nodes)
    _refuse_leaving(place, nodes, ends=ends)
    here = names.scope_of(first).owner
    taken: dict[Binding, None] = {}
    given: dict[Binding, None] = {}
    for node, binding in names.inside(span):
        if binding is None or binding.scope.parent is None or _is_at_top(place, binding):
            continue
        own = span.covers(place.span_of(binding.node))
        outside = [each for each in (*binding.uses, *binding.places) if not span.covers(place.span_of(each))]
        written = names.writes_to(node) or (own and node in binding.places)
        if not own:
            taken[binding] = None
        if written and outside and not ends:
            given[binding] = None
        if written and outside and (binding.captured or binding.scope.owner is not here):
            raise RefusalError(f"it changes {binding.name}, which another function uses, too")
        if not own and not binding.stable and binding.captured:
            raise RefusalError(f"a function uses {binding.name}, which changes")
    if len(given) > 1:
        raise RefusalError(f"it sets {', '.join(each.name for each in given)}, and a function gives one of them")
    if len(taken) > _MOST:
        raise RefusalError(f"it uses {len(taken)} names of the function around it, which is too much for parameters")
    result = next(iter(given), None)
    if result is not None and _in_try(place, first):
        raise RefusalError(f"it sets {result.name} where an exception is caught, which may see it half done")
    inner = result is not None and span.covers(place.span_of(result.node))
    return _Part(nodes, list(taken), result, inner, ends)


def _is_at_top(place: Place, binding: Binding) -> bool:
    return binding.scope.node.type in place.grammar.naming.tops


def _refuse_leaving(place: Place, nodes: list[Node], *, ends: bool) -> None:
    """Refuse jumps out of the statements.

    Raises:
        RefusalError: There are some.
    """
    running, functions = place.grammar.running, place.grammar.naming.functions

    def walk(node: Node, loops: bool, switches: bool) -> None:
        if node.type in functions:
            return
        if node.type == running.leaving[0] and not ends:
            raise RefusalError("it returns on some ways and goes on on others")
        if (node.type == "break_statement" and not (loops or switches)) or (
            node.type == "continue_statement" and not loops
        ):
            raise RefusalError("it leaves a loop that is around it")
        if node.type in ("break_statement", "continue_statement") and node.named_child_count:
            raise RefusalError("it jumps to a label")
        loops = loops or node.type in running.loops
        switches = switches or "switch" in node.type or "select" in node.type
        for each in node.named_children:
            walk(each, loops, switches)

    for each in nodes:
        walk(each, loops=False, switches=False)


def _ends(place: Place, nodes: list[Node]) -> bool:
    """Whether the statements end the function on every way."""
    running = place.grammar.running
    for node in nodes:
        if node.type in running.jumps:
            return node.type == running.leaving[0]
        if node.type in running.branches:
            found = [node.child_by_field_name(each) for each in ("consequence", "alternative")]
            if all(each is not None and _ends(place, _inside(place, each)) for each in found):
                return True
    return False


def _inside(place: Place, node: Node) -> list[Node]:
    running = place.grammar.running
    if node.type in running.wrappers or node.type in running.blocks:
        return [
            inner for each in code(node) for inner in (_inside(place, each) if each.type in running.blocks else [each])
        ]
    return [node]


def _in_try(place: Place, node: Node) -> bool:
    around = node.parent
    while around is not None and around.type not in place.grammar.naming.functions:
        if around.type in ("try_statement", "try_with_resources_statement"):
            return True
        around = around.parent
    return False


def _words(place: Place, part: _Part) -> str:
    """A verb phrase: what a comment above says, what the statements give, or what they call."""
    above = part.nodes[0].prev_named_sibling
    if above is not None and "comment" in above.type and above.end_point.row == part.nodes[0].start_point.row - 1:
        words = re.findall(r"[A-Za-z]+", place.text(above).partition(".")[0].replace("'", ""))
        if 0 < len(words) <= 5:
            return "_".join(words)
    if part.given is not None:
        return "_".join(["compute", *words_of(part.given.name)])
    calls = (each for node in part.nodes for each in below(node) if each.type in place.grammar.running.calls)
    for each in calls:
        callee = each.child_by_field_name(place.grammar.running.calls[each.type][0])
        found = re.findall(r"[^\W\d]\w*", place.text(callee)) if callee is not None else []
        if found and not part.ends:
            return "_".join(["do", *words_of(found[-1])])
    return "compute_result" if part.ends else "do_part"


def _function(place: Place, part: _Part, header: Header) -> list[str]:
    """The new function's lines."""
    margin = place.indent(part.nodes[0])
    start, end = place.span_of(part.nodes[0]).start, place.span_of(part.nodes[-1]).end
    lines = place.snapshot.text[start:end].split(place.snapshot.newline)
    body = [lines[0], *(each[len(margin) :] if each.startswith(margin) else each.lstrip() for each in lines[1:])]
    if any(
        each.type in ("template_string", "raw_string_literal") and "\n" in place.text(each)
        for node in part.nodes
        for each in below(node)
    ):
        raise RefusalError("a text in it goes over several lines, which would be indented in another way")
    if part.given is not None:
        body.append(place.ended(f"return {part.given.name};"))
    return [header.opening, *(f"{place.unit}{each}" if each.strip() else "" for each in body), "}"]


def _call(place: Place, part: _Part, header: Header) -> str:
    """The call that stands in place of the statements."""
    call = f"{header.name}({', '.join(each.name for each in part.taken)})"
    if part.ends:
        return place.ended(f"return {call};")
    if part.given is None:
        return place.ended(f"{call};")
    return place.ended(
        f"{header.keeps if part.inner else ''}{part.given.name} {header.sets if part.inner else '='} {call};"
    )
