"""Handlers that are written where their route is: they have no name, so they go by method and path. Runs nothing.

``app.get("/items/:id", (req, res) => ...)`` is the function ``GET /items/:id``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tree_sitter import Node

from stoker_analyzers.ecma.functions import FUNCTIONS
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol, SymbolKind

METHODS = ("get", "post", "put", "patch", "delete")
_MADE = re.compile(r"\b(\w+)(?:\s*:\s*[\w.]+)?\s*=(?!=)[^;\n]*\b(?:express|connect|Router)\b[^;\n(]*\(")
"""What is bound to an application or a router; or to what requires one, which has no routes."""
_USUAL = frozenset(("app", "router", "routes", "server", "api"))
"""Names of those that come from elsewhere: a parameter, another file."""
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


def _handlers(snapshot: Snapshot) -> Iterator[Symbol]:
    having = _USUAL.union(_MADE.findall(snapshot.text))
    stack = [snapshot.tree.root_node] if snapshot.tree else []
    while stack:
        node = stack.pop()
        stack += reversed(node.named_children)
        if node.type == "call_expression" and (symbol := _handler(snapshot, node, having)):
            yield symbol


def _handler(snapshot: Snapshot, call: Node, having: Collection[str]) -> Symbol | None:
    callee, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if callee is None or arguments is None or callee.type != "member_expression":
        return None
    owner = callee.child_by_field_name("object")
    if owner is None or snapshot.slice(owner).rpartition(".")[2] not in having:
        return None  # other things have such methods, too: clients, caches, doubles of servers
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
