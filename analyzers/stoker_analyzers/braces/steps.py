"""What a file does, as terms: calls, writes and reads in their order, and what they are given.

Two texts with the same terms do the same, as far as is said here. A name that is bound once stands for its value, so it makes
no difference where a value is named. What reads something that may change says after which step it does so. Branches are
nested as deeply as they can be, so it makes no difference whether one ends early or the rest is its alternative.

Taken on trust: operators do nothing but compute; reading a member has no effect; a method is found again when it is
called; what the file does not bind is not bound anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from stoker_analyzers.braces.names import root_of
from stoker_analyzers.braces.values import Values


class Steps(Values):
    """Follows the statements of one file."""

    def of_file(self) -> int:
        """The steps of the whole file.

        Raises:
            UnfollowedError: It can't be followed.
        """
        root = root_of(self.snapshot)
        return self.aside(lambda: self.run([root], None))

    def run(self, nodes: Sequence[Node], tail: str | None) -> None:
        """Follow statements to the end of their list.

        Args:
            nodes: The statements, or blocks of them.
            tail: The jump that would change nothing at the list's end.
        """
        flat = self._flat(nodes)
        for each in flat:
            if each.type in self.running.early:
                self._early(each)
        for number, node in enumerate(flat):
            self.line = node.start_point.row
            if node.type in self.running.branches:
                if self._branch(node, flat[number + 1 :], tail):
                    return
            elif node.type in self.running.jumps:
                self._jump(node)
                return
            elif self.running.tails and tail == self.running.leaving[0] and node == flat[-1] and _is_result(node):
                self.emit("jump", tail, self.term(node))
                return
            elif node.type not in self.running.early and not self._is_told(node):
                self._statement(node)
        if tail is not None:
            self.emit("jump", tail)

    def _is_told(self, node: Node) -> bool:
        """Whether a member is the new function."""
        name = node.child_by_field_name("name") if node.type in self.naming.functions else None
        return name is not None and self.written(name) == self.told.function

    def _flat(self, nodes: Sequence[Node]) -> list[Node]:
        """Statements without the blocks that only hold some of them."""
        found: list[Node] = []
        for node in nodes:
            if node.type in self.running.blocks or node.type in self.running.wrappers:
                found += self._flat(list(self.named(node)))
            elif node.type in self.running.shells and (inner := self._inside(node)) is not None:
                found.append(inner)
            else:
                found.append(node)
        return found

    def _inside(self, node: Node) -> Node | None:
        """The branch or the jump that a statement is made of."""
        inner = list(self.named(node))
        apart = self.running.branches | self.running.jumps
        return inner[0] if len(inner) == 1 and inner[0].type in apart else None

    def _early(self, node: Node) -> None:
        """A function, which is there before its list begins; one that nothing uses does nothing."""
        name = node.child_by_field_name("name")
        binding = self.names.binding(name) if name is not None else None
        if binding is None or binding.name == self.told.function:
            return
        if binding.uses or self.is_open(binding):
            self.line = node.start_point.row
            self.note("defines", binding.name, self.names.rank(binding), self.closure(node))

    def _statement(self, node: Node) -> None:
        term = self.term(node)
        if node.type not in self.running.silent and term != self.terms.make("done"):
            self.note("statement", term)

    def _branch(self, node: Node, rest: Sequence[Node], tail: str | None) -> bool:
        """Follow a branch; whether what follows it in its list was followed with it."""
        before = node.child_by_field_name("initializer")
        if before is not None:
            self._statement(before)
        condition, swapped = self._condition(node.child_by_field_name("condition"))
        found = (node.child_by_field_name(each) for each in ("consequence", "alternative"))
        yes, no = ([each] if each is not None else [] for each in found)
        if swapped:
            yes, no = no, yes
        over = self._ends(yes), self._ends(no)
        whole = any(over) or (tail is not None and not rest)
        after, end = (rest, tail) if whole else ((), None)
        logs = [
            self.aside(lambda each=each, ends=ends: self.run([*each, *(() if ends else after)], end))  # type: ignore[misc]
            for each, ends in zip((yes, no), over, strict=True)
        ]
        note = self.emit if whole else self.perhaps
        note("if", condition, *logs)
        return whole

    def _condition(self, node: Node | None) -> tuple[int, bool]:
        """A condition without its negations, and whether there was an odd number of them."""
        swapped = False
        while node is not None:
            inner, operator = list(self.named(node)), self.operator_of(node)
            if node.type in self.running.same and len(inner) == 1:
                node = inner[0]
            elif operator == "!" and len(inner) == 1 and node.type == "unary_expression":
                node, swapped = inner[0], not swapped
            elif node.type == "binary_expression" and operator in ("!=", "!=="):
                terms = [self.term(each) for each in inner]
                same = self.terms.make(node.type, terms[0], self.running.opposites[operator], *terms[1:])
                return same, not swapped
            else:
                return self.term(node), swapped
        return self.terms.make("always"), swapped

    def _ends(self, nodes: Sequence[Node]) -> bool:
        """Whether nothing runs behind statements."""
        for node in self._flat(nodes):
            if node.type in self.running.jumps:
                return True
            if node.type in self.running.branches:
                found = [node.child_by_field_name(each) for each in ("consequence", "alternative")]
                if all(each is not None and self._ends([each]) for each in found):
                    return True
        return False

    def _jump(self, node: Node) -> None:
        given = [inner for each in self.named(node) for inner in self.listed(each)]
        if node.type == self.running.leaving[0] and len(given) == 1 and (called := self.entered(given[0])):
            self._enter(*called)
            self.run(self._body(called[0]), self.running.leaving[0])
            return
        self.emit("jump", node.type, *(self.term(each) for each in given))

    # -- calls of the new function

    def entered(self, node: Node) -> tuple[Node, Node] | None:
        """The new function and the arguments, where a node calls it."""
        fields = self.running.calls.get(node.type)
        callee = node.child_by_field_name(fields[0]) if fields and self.told.function else None
        if fields is None or callee is None or self.written(callee) != self.told.function:
            return None
        binding, arguments = self.names.binding(callee), node.child_by_field_name(fields[1])
        holder = binding.node.parent if binding is not None else self._member()
        return (holder, arguments) if holder is not None and arguments is not None else None

    def _member(self) -> Node | None:
        """The new function, where it is a member, which no name of the file binds."""
        stack = [root_of(self.snapshot)]
        while stack:
            node = stack.pop()
            if self._is_told(node):
                return node
            stack += node.named_children
        return None

    def _enter(self, function: Node, arguments: Node) -> None:
        """Let the parameters stand for what they are given."""
        listed = function.child_by_field_name("parameters")
        scope = self.names.scopes[function.id]
        taken = [each[0] for each in scope.bindings.values() if listed is not None and _within(each[0].node, listed)]
        taken.sort(key=lambda each: each.node.start_byte)
        for binding, given in zip(taken, self.named(arguments), strict=True):
            value = self.term(given)
            if binding.stable:
                self.bind(binding, value)

    def result(self, function: Node, arguments: Node) -> int:
        """Follow a call into the new function, and give what it gives."""
        self._enter(function, arguments)
        body = self._flat(self._body(function))
        last = body[-1] if body and body[-1].type == self.running.leaving[0] else None
        self.run(body[:-1] if last is not None else body, None)
        given = [inner for each in self.named(last) for inner in self.listed(each)] if last is not None else []
        return self.term(given[0]) if given else self.terms.make("nothing")

    def _body(self, function: Node) -> list[Node]:
        body = function.child_by_field_name("body")
        return [body] if body is not None else []


def _is_result(node: Node) -> bool:
    """Whether the last part of a function is an expression without a semicolon."""
    return not node.type.endswith(("_statement", "_declaration", "_item"))


def _within(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte
