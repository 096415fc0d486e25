"""Which binding each name of a file means. Reads the tree of one file; what the file does not bind is left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from stoker_analyzers.braces.grammar import HOISTED, OUTER, OWN, READ, WRITE, Grammar
from stoker_analyzers.edits import Span
from stoker_analyzers.snapshot import Snapshot


@dataclass(eq=False, slots=True)
class Scope:
    """A part of the file in which names are bound.

    Attributes:
        node: The part.
        parent: The scope around it; ``None`` for the file.
        owner: The innermost scope from this one outwards that is a function; the file where there is none.
        bindings: What is bound here, by name; several where a name is bound again and means something else from there on.
    """

    node: Node
    parent: Scope | None
    owner: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Binding:
    """A name as it is bound.

    Attributes:
        name: The name.
        node: The first place that binds it.
        scope: Where it is bound.
        since: The byte from which on it means this.
        uses: All other places that mean it, writes among them.
        places: All places that bind it.
        writes: How many of the uses change it.
        captured: Whether a function inside its own one uses it.
        written: Whether such a function changes it.
        changed: Whether a part of it is changed in place, or may be, where values are copied.
    """

    name: str
    node: Node
    scope: Scope
    since: int
    places: list[Node]
    uses: list[Node] = field(default_factory=list)
    writes: int = 0
    captured: bool = False
    written: bool = False
    changed: bool = False

    @property
    def stable(self) -> bool:
        """Whether it is bound at one place and never changed."""
        return self.writes == 0 and len(self.places) == 1


def root_of(snapshot: Snapshot) -> Node:
    """The root of a file's tree.

    Raises:
        ValueError: It has none.
    """
    if snapshot.tree is None:
        raise ValueError(f"{snapshot.uri} has no syntax tree")
    return snapshot.tree.root_node


def part_of(node: Node, field: str) -> Node:
    """The part of a node that its grammar says is always there.

    Raises:
        ValueError: It is not, so the grammar is another one.
    """
    found = node.child_by_field_name(field)
    if found is None:
        raise ValueError(f"{node.type} has no {field}")
    return found


class Names:
    """The names of one file.

    Attributes:
        scopes: The innermost scope of every node that is a scope, by the node's id.
        meant: The binding that a name's node means, by the node's id; those that the file does not bind are missing.
        free: Names that the file does not bind, with the scope they are used in.
        grammar: The language's table.
    """

    def __init__(self, snapshot: Snapshot, grammar: Grammar) -> None:
        """Read a file that has a tree."""
        self.grammar = grammar
        self.scopes: dict[int, Scope] = {}
        self.meant: dict[int, Binding] = {}
        self.free: list[tuple[Node, Scope]] = []
        self._snapshot = snapshot
        self._root = root_of(snapshot)
        uses = list(self._bind())
        for node, scope in uses:
            self._use(node, scope)

    def binding(self, node: Node) -> Binding | None:
        """What a name's node means; ``None`` for what is bound nowhere in the file."""
        return self.meant.get(node.id)

    def scope_of(self, node: Node) -> Scope:
        """The innermost scope that holds a node and is not the node itself."""
        around = node.parent
        while around is not None and around.id not in self.scopes:
            around = around.parent
        return self.scopes[around.id if around is not None else self._root.id]

    def look_up(self, name: str, scope: Scope | None, byte: int) -> Binding | None:
        """What a name would mean at a place."""
        while scope is not None:
            other = scope.node.child_by_field_name("alternative") if scope.node.type == "if_expression" else None
            if other is not None and other.start_byte <= byte < other.end_byte:
                scope = scope.parent
                continue
            known = [each for each in scope.bindings.get(name, ()) if each.since <= byte]
            if known:
                return max(known, key=lambda each: each.since)
            scope = scope.parent
        return None

    def rank(self, binding: Binding) -> int:
        """How many scopes, from the binding's own outwards, bind the name: what tells it from its namesakes."""
        scope: Scope | None = binding.scope
        count = 0
        while scope is not None:
            count += len([each for each in scope.bindings.get(binding.name, ()) if each.since <= binding.since])
            scope = scope.parent
        return count

    def inside(self, span: Span) -> Iterator[tuple[Node, Binding | None]]:
        """The names used or bound in a span."""
        start, end = self._snapshot.byte(span.start), self._snapshot.byte(span.end)
        for node in self.every:
            if start <= node.start_byte and node.end_byte <= end:
                yield node, self.meant.get(node.id)

    @cached_property
    def every(self) -> tuple[Node, ...]:
        """All nodes that are names, in order."""
        found = [node for each in self.bindings for node in (*each.places, *each.uses)]
        return tuple(sorted([*found, *(node for node, _ in self.free)], key=lambda node: node.start_byte))

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """All bindings."""
        return tuple(dict.fromkeys(self.meant.values()))

    @cached_property
    def spelled(self) -> frozenset[str]:
        """Every name that the file binds or uses, members apart: no new name may be one."""
        return frozenset(self._snapshot.slice(node) for node in self.every)

    def _bind(self) -> Iterator[tuple[Node, Scope]]:
        """Make all scopes and bindings, and give what is left: the uses."""
        naming = self.grammar.naming
        top = Scope(self._root, None)
        top.owner = top
        self.scopes[self._root.id] = top
        uses: list[tuple[Node, Scope]] = []
        stack: list[tuple[Node, Scope]] = [(self._root, top)]
        while stack:
            node, scope = stack.pop()
            if node.type in naming.scopes and node.id not in self.scopes:
                made = Scope(node, scope)
                made.owner = made if node.type in naming.functions else scope.owner
                self.scopes[node.id] = scope = made
            if node.type in naming.names and self._is_name(node):
                if (how := self.role(node)) in (OWN, OUTER, HOISTED):
                    self._add(node, scope, how)
                else:
                    uses.append((node, scope))
            stack += [(child, scope) for child in reversed(node.named_children)]
        return iter(uses)

    def _add(self, node: Node, scope: Scope, how: str) -> None:
        naming, name = self.grammar.naming, self._snapshot.slice(node)
        if how == OUTER and scope.parent is not None and node.parent is not None and scope.node.id == node.parent.id:
            scope = scope.parent
        if how == HOISTED:
            scope = scope.owner or scope
        since, around = scope.node.start_byte, node.parent
        while around is not None and around.id != scope.node.id and scope.node.type not in naming.tops:
            if around.type in naming.late:
                since = around.end_byte
                break
            around = around.parent
        known = scope.bindings.setdefault(name, [])
        same = next((each for each in known if each.since == since or not naming.rebinds), None)
        if same is None:
            same = Binding(name, node, scope, since, [])
            known.append(same)
        same.places.append(node)
        self.meant[node.id] = same

    def _use(self, node: Node, scope: Scope) -> None:
        found = self.look_up(self._snapshot.slice(node), scope, node.start_byte)
        if found is None:
            self.free.append((node, scope))
            return
        self.meant[node.id] = found
        found.uses.append(node)
        inner = scope.owner is not found.scope.owner
        found.captured |= inner
        changed = self._is_changed(node)
        found.changed |= changed
        if self.writes_to(node) or changed:
            found.writes += 1
            found.written |= inner

    def writes_to(self, node: Node) -> bool:
        """Whether a name stands where something is assigned to it."""
        return self.role(node) == WRITE

    def _is_changed(self, node: Node) -> bool:
        """Whether what a name holds may be changed in place: a part of it is written to, borrowed, or called."""
        through = self.grammar.naming.through
        child, parent, deep = node, node.parent, False
        while through and parent is not None:
            if parent.type in through and _stands(parent, through[parent.type], child):
                child, parent, deep = parent, parent.parent, True
                continue
            if parent.type in ("call_expression", "method_invocation"):
                return deep and _stands(parent, "function", child)
            if any(each.type in ("&", "&mut") for each in parent.children[:1]) and len(parent.named_children) < 3:
                return True
            return deep and self.role(child) == WRITE
        return False

    def role(self, node: Node) -> str:
        """What the place of a name does with it; empty where it is read."""
        naming = self.grammar.naming
        child, parent, capital = node, node.parent, naming.capitals and self._snapshot.slice(node)[:1].isupper()
        while parent is not None:
            for wanted in _fields(naming.roles, parent.type):
                if _stands(parent, wanted, child):
                    how = self._told(parent, naming.roles[parent.type, wanted])
                    return READ if capital and how == OWN and wanted not in ("name", "alias") else how
            passes = naming.patterns.get(parent.type)
            if passes is None or not _stands(parent, passes, child):
                return ""
            child, parent = parent, parent.parent
        return ""

    def _told(self, parent: Node, how: str) -> str:
        """What a place does with a name, as the words beside it have it."""
        naming = self.grammar.naming
        if parent.type in naming.kinds:
            kind = parent.child_by_field_name("kind")
            if kind is None:
                return how if any(each.type == ":=" for each in parent.children) else WRITE
            return HOISTED if self._snapshot.slice(kind) == "var" else how
        around = parent.parent
        return HOISTED if around is not None and around.type in naming.hoisting else how

    def _is_name(self, node: Node) -> bool:
        parent, naming = node.parent, self.grammar.naming
        if parent is None:
            return False
        before = node.prev_sibling
        if parent.type in naming.members and before is not None and before.type in (".", "::"):
            return False
        if parent.type in naming.aliased and parent.child_by_field_name("alias") is not None:
            return parent.child_by_field_name("alias") == node
        return not any(_stands(parent, wanted, node) for wanted in _fields(naming.unnamed, parent.type))


def _fields(places: Iterable[tuple[str, str]], kind: str) -> Iterator[str]:
    """The fields that a table has for a type of nodes."""
    return (wanted for each, wanted in places if each == kind)


def _stands(parent: Node, wanted: str, child: Node) -> bool:
    """Whether a node stands in a field of another one; any, where the field is empty."""
    return not wanted or child in parent.children_by_field_name(wanted)
