"""Values as symbols, and the record of what a function does with them. Equal records mean equal behaviour."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

Event = tuple[object, str, int, int, "Value"]
"""A local variable is set: its frame, its name, the steps and looks before it, its value."""


class CannotShowError(Exception):
    """The code does something whose effect can't be followed; the message says what."""


class Value:
    """What an expression gives, known by how it is computed. Equal values are one object."""

    __slots__ = ("key",)

    def __init__(self, key: tuple[object, ...]) -> None:
        self.key = key


class Table:
    """Every value of a comparison, once."""

    def __init__(self) -> None:
        self._values: dict[tuple[object, ...], Value] = {}
        self._loose: set[Value] = set()
        self.unbound = self.of("unbound")
        self.none = self.of("constant", "NoneType", "None")
        self._loose.add(self.unbound)

    def of(self, *key: object) -> Value:
        """The value with a key."""
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = Value(key)
            if key[0] == "join" and any(isinstance(each, Value) and each in self._loose for each in key):
                self._loose.add(found)
            if key[0] == "phi" and key[-1]:
                self._loose.add(found)
        return found

    def is_loose(self, value: Value) -> bool:
        """Whether a variable that holds this may be unbound."""
        return value in self._loose


@dataclass(eq=False)
class Record:
    """What one function, or a module with its classes, does.

    Attributes:
        name: The function, for explanations.
        steps: What has an effect, in order: calls, assignments to objects, jumps, where branches begin and end.
        nodes: The code of each step.
        looks: What is looked at between two steps, in no order; it may fail.
        merged: Variables whose values come from several places, with these values.
        logs: For each ``try`` and ``with`` being followed, which variables were set.
        loops: The loops being followed, by the number of the step they began with.
    """

    name: str
    steps: list[tuple[object, ...]] = field(default_factory=list)
    nodes: list[ast.AST] = field(default_factory=list)
    looks: dict[Value, ast.AST] = field(default_factory=dict)
    merged: dict[Value, tuple[object, ...]] = field(default_factory=dict)
    logs: list[list[Event]] = field(default_factory=list)
    loops: list[int] = field(default_factory=list)
    _made: Counter[tuple[object, ...]] = field(default_factory=Counter)
    _computed: dict[Value, list[tuple[int, ...]]] = field(default_factory=dict)
    _handed: set[Value] = field(default_factory=set)

    def number(self, *key: object) -> tuple[object, ...]:
        """Where a new object is made: the loops around, and how many like it were made there before."""
        place = (*key, *self.loops)
        self._made[place] += 1
        return (tuple(self.loops), self._made[place])

    def compute(self, value: Value) -> None:
        """Take note that an operation is carried out here."""
        self._computed.setdefault(value, []).append(tuple(self.loops))

    def hand(self, value: Value) -> None:
        """Take note that somebody gets hold of a value and may change it: how often it was made counts now."""
        self._handed.add(value)

    def outcome(self) -> tuple[object, ...]:
        """All that matters, comparable."""
        made = frozenset((each, tuple(self._computed[each])) for each in self._handed if each in self._computed)
        return (tuple(self.steps), frozenset(self.looks), self.reached(), made)

    def reached(self) -> frozenset[tuple[Value, tuple[object, ...]]]:
        """The merged variables that anything depends on."""
        found: dict[Value, tuple[object, ...]] = {}
        seen: set[Value] = set()
        pending: list[object] = [*self.steps, *self.looks]
        while pending:
            each = pending.pop()
            if isinstance(each, tuple):
                pending += each
            elif isinstance(each, Value) and each not in seen:
                seen.add(each)
                if each.key[0] != "unit":
                    pending += each.key
                if each in self.merged:
                    found[each] = self.merged[each]
                    pending += self.merged[each]
        return frozenset(found.items())


def is_simple(value: Value) -> bool:
    """Whether a value is bound and comes from one place."""
    pending: list[object] = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, tuple):
            pending += each
        elif isinstance(each, Value):
            if each.key[0] in ("phi", "join", "unbound", "unit"):
                return False
            pending += each.key
    return True


def merged(table: Table, step: int, states: Iterable[dict[str, Value]]) -> dict[str, Value]:
    """The variables where several ways through a function meet."""
    states = list(states)
    names = dict.fromkeys(name for state in states for name in state)
    result: dict[str, Value] = {}
    for name in names:
        values = [state.get(name, table.unbound) for state in states]
        result[name] = values[0] if len(set(values)) == 1 else table.of("join", step, *values)
    return result
