"""Handlers that are written where their route is: they have no name, so they go by method and path. Runs nothing.

``app.get("/items/:id", (req, res) => ...)`` is the function ``GET /items/:id``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.ecma.functions import FUNCTIONS
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol, SymbolKind

METHODS = ("get", "post", "put", "patch", "delete")
_MADE = re.compile(r"\b(\w+)(?:\s*:\s*[\w.]+)?\s*=(?!=)[^;\n]{0,200}?\b(?:express|connect|Router)\b[^;\n(]{0,200}\(")
"""What is bound to an application or a router; or to what requires one, which has no routes."""
_USUAL = frozenset(("app", "router", "routes", "server", "api"))
"""Names of those that come from elsewhere: a parameter, another file."""
_CALL = re.compile(rf"\.\s*({'|'.join(METHODS)})\s*\(")
_NAME = re.compile(r"^(?:GET|POST|PUT|PATCH|DELETE) /")


def is_inline(symbol: Symbol) -> bool:
    """Whether a function is a handler that goes by its route."""
    return _NAME.match(symbol.name) is not None


def handlers_in(snapshot: Snapshot) -> list[Symbol]:
    """The handlers without names of a file, in order; of two with one route the first."""
    found: dict[str, Symbol] = {}
    for each in _handlers(snapshot):
        found.setdefault(each.name, each)
    return list(found.values())


def handler_at(snapshot: Snapshot, span: Span) -> Symbol | None:
    """The innermost of those handlers that a place is in. Asked at every move of the cursor, so it looks round it."""
    node = snapshot.node_at(span)
    while node is not None:
        if node.type == "call_expression" and (symbol := _handler(snapshot, node)) and symbol.name_span.covers(span):
            return next((each for each in handlers_in(snapshot) if each == symbol), None)
        node = node.parent
    return None


def _handlers(snapshot: Snapshot) -> Iterator[Symbol]:
    having = _USUAL.union(_MADE.findall(snapshot.text))
    for found in _CALL.finditer(snapshot.text):
        node = snapshot.node_at(Span(found.start(1), found.end(1)))
        call = node.parent.parent if node is not None and node.parent is not None else None
        if call is None or call.type != "call_expression" or _owner(snapshot, call) not in having:
            continue
        if symbol := _handler(snapshot, call):
            yield symbol


def _owner(snapshot: Snapshot, call: Node) -> str:
    """The last name of what a method is called on. Other things have such methods, too: clients, caches, doubles of servers."""
    callee = call.child_by_field_name("function")
    owner = callee.child_by_field_name("object") if callee is not None else None
    return snapshot.slice(owner).rpartition(".")[2] if owner is not None else ""


def _handler(snapshot: Snapshot, call: Node) -> Symbol | None:
    callee, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if callee is None or arguments is None or callee.type != "member_expression":
        return None
    property_ = callee.child_by_field_name("property")
    method = snapshot.slice(property_) if property_ is not None else ""
    given = [each for each in arguments.named_children if each.type != "comment"]
    if method not in METHODS or len(given) < 2 or given[0].type not in ("string", "template_string"):
        return None
    path, handler = snapshot.slice(given[0])[1:-1], given[-1]
    body = handler.child_by_field_name("body") if handler.type in FUNCTIONS else None
    if body is None or not path.startswith("/") or "${" in path:
        return None
    name, whole = f"{method.upper()} {path}", snapshot.span(handler)
    return Symbol(name, name, SymbolKind.FUNCTION, snapshot.span(call), whole, snapshot.span(body))
