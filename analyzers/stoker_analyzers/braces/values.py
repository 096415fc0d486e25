"""What expressions give and do, as terms. Which part runs when, a language's table says."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from stoker_analyzers.braces.names import part_of
from stoker_analyzers.braces.standing import PUNCTUATION, Standing, UnfollowedError
from stoker_analyzers.braces.terms import Part

_DEEPEST = 120
"""Nested nodes that are followed; what is deeper was made by a program."""


class Values(Standing):
    """Follows the expressions of one file."""

    def run(self, nodes: Sequence[Node], tail: str | None) -> None:
        """Follow statements to the end of their list."""
        raise NotImplementedError

    def entered(self, node: Node) -> tuple[Node, Node] | None:
        """The new function and the arguments, where a node calls it."""
        raise NotImplementedError

    def result(self, function: Node, arguments: Node) -> int:
        """Follow a call into the new function, and give what it gives."""
        raise NotImplementedError

    def term(self, node: Node) -> int:
        """Follow an expression or a plain statement, and give its term.

        Raises:
            UnfollowedError: It is nested too deeply.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnfollowedError("the code is nested too deeply to be followed")
        made = self._term(node)
        self._depth -= 1
        return made

    def _term(self, node: Node) -> int:
        running, kind = self.running, node.type
        if kind in self.naming.names:
            return self.name(node)
        if kind in running.types:
            return self.terms.make("type", *self.written(node).split())
        if kind in self.naming.functions and node.child_by_field_name("body") is not None:
            return self.closure(node)
        if kind in ("field_declaration", "const_declaration") and self._is_new(node):
            return self.terms.make("done")
        if kind in running.same and len(inner := list(self.named(node))) == 1:
            return self.term(inner[0])
        if kind in running.calls:
            return self._call(node, *running.calls[kind])
        if kind in running.assigns or kind in running.updates:
            return self._assign(node)
        if kind in running.declares:
            return self._declare(node, *running.declares[kind])
        if kind in running.short and self.operator_of(node) in running.short[kind]:
            return self._short(node)
        if kind in running.choices:
            return self._choice(node)
        if kind in running.imports:
            return self._import(node)
        if kind in running.loops or kind in running.apart or kind in running.branches:
            return self._apart(node)
        if not node.children:
            return self.terms.make("word", self.written(node))
        parts = [self._key(each) if self._is_key(node, each) else self._part(each) for each in self.parts(node)]
        if kind in running.effects or any(self.written(each) in running.odd for each in node.children[:2]):
            return self.emit(kind, *parts)
        if kind in running.makes:
            return self.made(kind, *parts)
        return self.read(kind, *parts) if kind in running.reads else self.terms.make(kind, *parts)

    def _is_new(self, node: Node) -> bool:
        """Whether a declaration is of nothing but what is known to be new."""
        names = [each.child_by_field_name("name") for each in self.named(node) if each.type in self.running.declares]
        return bool(names) and all(each is not None and self.written(each) in self.told.names for each in names)

    def _part(self, node: Node) -> Part:
        return self.term(node) if node.is_named else node.type

    def _is_key(self, parent: Node, node: Node) -> bool:
        return parent.type == "object" and node.type == "shorthand_property_identifier"

    def _key(self, node: Node) -> int:
        """``x`` in an object, which is ``x: x``."""
        return self.terms.make("pair", self.terms.make("word", self.written(node)), self.name(node))

    def closure(self, node: Node) -> int:
        """A function: what runs when it is called."""

        def follow() -> None:
            for each in self.named(node):
                if each != body and each.type not in self.running.types and each != node.child_by_field_name("name"):
                    self.note("takes", self.aside(lambda each=each: self.note("part", self.term(each)), "perhaps"))  # type: ignore[misc]
            if body is not None and body.type in self.running.blocks:
                self.run([body], self.running.leaving[0])
            elif body is not None:
                self.emit("jump", self.running.leaving[0], self.term(body))

        body = node.child_by_field_name("body")
        words = " ".join(each.type for each in node.children if not each.is_named and each.type not in PUNCTUATION)
        return self.terms.step("function", words, self.aside(follow, "function"))

    # -- what does something

    def _call(self, node: Node, callee: str, arguments: str) -> int:
        if called := self.entered(node):
            return self.result(*called)
        function, given = node.child_by_field_name(callee), node.child_by_field_name(arguments)
        head = self._callee(function) if function is not None else self.terms.make("nothing")
        others = [each for each in self.parts(node) if each not in (function, given)]
        rest = [self._part(each) for each in others]
        if function is not None and self._is_optional(function):
            return self.perhaps("calls", node.type, head, self.aside(lambda: self.emit("given", self._given(given))))
        return self.emit("calls", node.type, head, *rest, self._given(given))

    def _given(self, node: Node | None) -> int:
        return self.terms.make("arguments", *(self._part(each) for each in self.parts(node))) if node is not None else 0

    def _callee(self, node: Node) -> int:
        """What is called: a method is looked up when it is called, and not before its arguments."""
        if node.type in self.running.reads:
            return self.terms.make(node.type, *(self._part(each) for each in self.parts(node)))
        return self.term(node)

    def _is_optional(self, node: Node) -> bool:
        """Whether a call is not made where something is not there."""
        spine: Node | None = node
        while spine is not None and spine.type in (*self.running.reads, *self.running.calls):
            if any(each.type == "optional_chain" for each in spine.children):
                return True
            spine = next(iter(spine.named_children), None)
        return False

    def _assign(self, node: Node) -> int:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = self.operator_of(node)
        if left is None or right is None:
            target = next(iter(self.named(node)))
            return self.emit("updates", operator, self.term(target), self._target(target))
        read = [self.term(left)] if operator != "=" else []
        target_term = self._target(left)
        return self.write(left, target_term, operator, *read, self.term(right))

    def write(self, left: Node, target: int, *parts: Part) -> int:
        """Note a write; none where a name gets what it has."""
        if left.type in self.naming.names and parts[-1] == self.name(left) and len(parts) == 2:
            return self.name(left)
        return self.emit("writes", target, *parts)

    def _target(self, node: Node) -> int:
        """What is written to."""
        if node.type in self.naming.names:
            binding = self.names.binding(node)
            rank = self.names.rank(binding) if binding is not None else 0
            return self.terms.make("target", self.written(node), rank)
        if node.type in self.running.reads:
            return self.terms.make("target", *(self._part(each) for each in self.parts(node)))
        return self.terms.make("target", self.term(node))

    def _declare(self, node: Node, field: str, holds: str) -> int:
        if node.child_by_field_name("alternative") is not None:
            return self._apart(node)
        names = [each for part in node.children_by_field_name(field) for each in self.listed(part)]
        value, name = node.child_by_field_name(holds), names[0]
        binding = self.names.binding(name) if name.type in self.naming.names and len(names) == 1 else None
        if binding is None:
            given = self.terms.make("nothing") if value is None else self.term(value)
            return self.emit("takes apart", *(self.term(each) for each in names), given)
        if value is None:
            return self.terms.make("done") if binding.stable else self.emit("declares", self._target(name))
        given = self.term(value)
        if not binding.stable:
            return self.write(name, self._target(name), "=", given)
        if value.type in self.naming.functions:
            if binding.uses or self.is_open(binding):
                self.note("defines", binding.name, self.names.rank(binding), given)
        else:
            self.bind(binding, given)
            if self.is_open(binding):
                self.note("defines", binding.name, self.names.rank(binding), given)
        return self.terms.make("declares", binding.name, given)

    # -- what runs perhaps

    def _short(self, node: Node) -> int:
        left, right = part_of(node, "left"), part_of(node, "right")
        first, given = self.term(left), list[int]()
        steps = self.aside(lambda: given.append(self.term(right)))
        return self.terms.make(self.perhaps("short", self.operator_of(node), first, steps, given[0]), "gives", given[0])

    def _choice(self, node: Node) -> int:
        parts = [part_of(node, each) for each in ("condition", "consequence", "alternative")]
        terms, logs = list[int](), list[int]()
        for each in parts[1:]:
            logs.append(self.aside(lambda each=each: terms.append(self.term(each))))  # type: ignore[misc]
        return self.perhaps("choice", self.term(parts[0]), *logs, *terms)

    def _apart(self, node: Node) -> int:
        """A loop, or what runs under circumstances of its own; what comes first of it runs once."""
        running = self.running
        head = node.child_by_field_name(running.heads[node.type]) if node.type in running.heads else None
        heads = [self.term(head)] if head is not None else []
        tail = running.leaving[1] if node.type in running.loops else None

        def follow() -> None:
            block: list[Node] = []
            for each in self.named(node):
                if each == head:
                    continue
                if each.type in running.blocks or each.type.endswith(("statement", "declaration")):
                    block.append(each)
                else:
                    self._list(block, tail)
                    block.clear()
                    self.emit("part", self.term(each))
            self._list(block, tail)

        words = " ".join(each.type for each in node.children if not each.is_named and each.type not in PUNCTUATION)
        return self.emit(node.type, words, *heads, self.aside(follow, "again" if tail else "perhaps"))

    def _list(self, block: Sequence[Node], tail: str | None) -> None:
        if block:
            self.note("block", self.aside(lambda: self.run(block, tail), "block"))

    def _import(self, node: Node) -> int:
        """An import as what it loads; what is used of it, the uses say."""
        source = node.child_by_field_name("source")
        if any(each.type == "type" for each in node.children):
            return self.terms.make("done")
        return self.emit("imports", self.written(source if source is not None else node))
