"""What a name of a file stands for, as a term: its value where it is bound once, else what it holds after which step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.braces.grammar import Grammar
from stoker_analyzers.braces.log import Log
from stoker_analyzers.braces.names import Binding, Names
from stoker_analyzers.braces.terms import Terms
from stoker_analyzers.snapshot import Snapshot

PUNCTUATION = frozenset({",", ";", "(", ")", "{", "}", ":"})
"""Words that say nothing of what a node does."""


class UnfollowedError(Exception):
    """The code can't be followed; the message says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a refactoring is known to add, which is no step by itself.

    Attributes:
        names: New names of the file that are no public ones.
        function: A new function whose calls are followed into it.
    """

    names: frozenset[str] = frozenset()
    function: str = ""


class Standing(Log):
    """The names of one file, while it is followed.

    Attributes:
        names: The file's names.
    """

    def __init__(self, snapshot: Snapshot, grammar: Grammar, terms: Terms, told: Told) -> None:
        """Prepare.

        Args:
            snapshot: A file with a tree.
            grammar: The language's table.
            terms: Those of all texts that are to be compared.
            told: What is new in it.
        """
        super().__init__(terms)
        self.snapshot = snapshot
        self.naming, self.running = grammar.naming, grammar.running
        self.names = Names(snapshot, grammar)
        self.told = told
        self.module = bool(re.search(grammar.running.closed, snapshot.text, re.MULTILINE))
        self._values: dict[Binding, int] = {}
        self._asked: set[Binding] = set()
        self._depth = 0

    def term(self, node: Node) -> int:
        """Follow an expression or a plain statement, and give its term."""
        raise NotImplementedError

    def name(self, node: Node) -> int:
        """What a name stands for: its value where it is bound once, else what it holds at this place."""
        binding = self.names.binding(node)
        if binding is None:
            return self.terms.make("free", self.written(node), *(self.now if self.running.open else ()))
        if not binding.stable or self._is_shared(binding):
            return self.terms.make("variable", binding.name, self.names.rank(binding), *self.now)
        if binding not in self._values and (value := self._imported(binding) or self._plain(binding)) is not None:
            self._values[binding] = value
        return self._values.get(binding) or self.terms.make("name", binding.name, self.names.rank(binding))

    def _is_shared(self, binding: Binding) -> bool:
        """Whether code that is not in this file may change a variable."""
        holder = binding.node.parent
        holder = holder.parent if holder is not None and holder.type == "expression_list" else holder
        if not self.running.open or binding.scope.node.type not in self.naming.tops or binding.name in self.told.names:
            return False
        return holder is not None and holder.type in self.running.declares and not holder.type.startswith("const")

    def _imported(self, binding: Binding) -> int | None:
        """What a name stands for that an import binds: the import's part, and what it is taken from."""
        part, around = binding.node.parent, binding.node.parent
        while around is not None and around.type not in self.running.imports:
            around = around.parent
        if around is None or part is None:
            return None
        source = around.child_by_field_name("source")
        return self.terms.make("imported", part.type, self.written(part), self.written(source or around))

    def _plain(self, binding: Binding) -> int | None:
        """The value of a name that is computed from nothing that changes, wherever it is used."""
        holder = binding.node.parent
        holder = holder.parent if holder is not None and holder.type == "expression_list" else holder
        fields = self.running.declares.get(holder.type) if holder is not None else None
        if (
            holder is None
            or fields is None
            or binding in self._asked
            or not self._is_plain(holder, binding.node, fields[0])
        ):
            return None
        value = holder.child_by_field_name(fields[1])
        if value is None or value.type in self.naming.functions:
            return None
        self._asked.add(binding)
        found: list[int] = []
        return found[0] if self.is_silent(lambda: found.append(self.term(value))) else None

    def _is_plain(self, holder: Node, name: Node, field: str) -> bool:
        """Whether a declaration gives its value to one name."""
        names = [each for part in holder.children_by_field_name(field) for each in self.listed(part)]
        return names == [name] and "iota" not in self.written(holder)

    def bind(self, binding: Binding, value: int) -> None:
        """Let a name stand for a value."""
        self._values[binding] = value

    def listed(self, node: Node) -> list[Node]:
        """The parts of a list of names or values; the node itself where it is none."""
        return list(self.named(node)) if node.type == "expression_list" else [node]

    def is_open(self, binding: Binding) -> bool:
        """Whether other files may see a binding without this one's saying so."""
        return binding.scope.parent is None and not self.module and binding.name not in self.told.names

    # -- parts

    def parts(self, node: Node) -> list[Node]:
        """What a node is made of, without comments and punctuation."""
        return [each for each in node.children if each.type not in PUNCTUATION and "comment" not in each.type]

    def named(self, node: Node) -> Iterator[Node]:
        """The parts of a node that are more than words."""
        return (each for each in node.named_children if "comment" not in each.type)

    def written(self, node: Node) -> str:
        """A node's text."""
        return self.snapshot.slice(node)

    def operator_of(self, node: Node) -> str:
        """The operator of an expression; empty where it has none."""
        found = node.child_by_field_name("operator")
        if found is not None:
            return self.written(found)
        return next((each.type for each in node.children if not each.is_named and each.type not in PUNCTUATION), "")
