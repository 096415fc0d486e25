"""Variables and effects while code is followed: where a name leads, and what happens in which order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from stoker_analyzers.behaviour.scopes import Function, Names, bound_often, eager_generators, rebound, stored
from stoker_analyzers.behaviour.values import CannotShowError, Event, Record, Table, Value, is_simple


@dataclass(frozen=True, slots=True)
class Change:
    """What a refactoring is meant to do to a file.

    Attributes:
        function: A function that is new or gone: each call counts as its body.
        is_new: Whether it is new.
        variable: A variable that is new: that a module or class has it does not count.
        same: Texts of definitions that are in both versions; they need not be followed.
        constant: A variable of the module that is new and holds a constant: its name counts as its value.
        unused: Names of the module, imported or functions, that are gone because nothing uses them.
    """

    function: str = ""
    is_new: bool = False
    variable: str = ""
    same: frozenset[str] = frozenset()
    constant: str = ""
    unused: Names = frozenset()


@dataclass(eq=False)
class Frame:
    """A scope at work.

    Attributes:
        kind: ``module``, ``class`` or ``function``.
        own: The names that it binds.
        outer: The scope around its code.
        owner: The class around its code, for private names and ``super``.
        captured: Those of its variables that scopes inside it see.
        shared: Those that they may set.
        once: Those of its variables that are set once.
        called: Whether it is the body of the function in question, put in place of a call.
        is_special: Whether it is a class that others make something of: its bases, its decorators.
        outside: Names that it declares to be the module's.
        variables: The values as they are.
        inner: The variables of the comprehensions being followed, the innermost last.
        first: What its first parameter holds ...
        given: ... ``object`` or ``class`` in a method, by what it is called on; empty elsewhere.
        jumps: For each loop being followed, the variables at ``break`` and at ``continue``.
    """

    kind: str
    own: Names
    outer: Frame | None = None
    owner: str = ""
    captured: Names = frozenset()
    shared: Names = frozenset()
    outside: Names = frozenset()
    once: Names = frozenset()
    called: bool = False
    is_special: bool = False
    variables: dict[str, Value] = field(default_factory=dict)
    inner: list[dict[str, Value]] = field(default_factory=list)
    first: Value | None = None
    given: str = ""
    jumps: list[tuple[list[dict[str, Value]], list[dict[str, Value]]]] = field(default_factory=list)


class Machine:
    """The state of one version while it is followed."""

    def __init__(self, table: Table, tree: ast.Module, lines: list[str], change: Change) -> None:
        self.table = table
        self.change = change
        self.lines = lines
        self.eager = eager_generators(tree)
        self.rebound = rebound(tree)
        self.often = bound_often(tree)
        self.record = self.top = Record("the module")
        self.records: list[Record] = [self.top]
        self.frame = Frame("module", stored(*tree.body))
        self.module_frame = self.frame
        self.guard = 0
        self.definition: ast.FunctionDef | None = None
        self.home: Frame | None = None
        self.owner = ""
        self.is_nested = False
        self.is_called = False
        if change.function:
            self._find(tree)

    def _find(self, tree: ast.Module) -> None:
        """The definition whose calls count as its body."""
        name, found = self.change.function, list[tuple[ast.AST, ...]]()
        pending: list[tuple[ast.AST, ...]] = [(tree,)]
        while pending:
            path = pending.pop()
            for child in ast.iter_child_nodes(path[-1]):
                if isinstance(child, Function | ast.ClassDef) and child.name == name:
                    found.append((*path, child))
                pending.append((*path, child))
        if len(found) > 1:
            raise CannotShowError(f"{name} is defined more than once")
        if found and isinstance(definition := found[0][-1], ast.FunctionDef):
            parent = found[0][-2]
            self.definition = definition
            self.owner = parent.name if isinstance(parent, ast.ClassDef) else ""
            self.is_nested = any(isinstance(each, Function | ast.Lambda) for each in found[0][:-1])
        elif found:
            raise CannotShowError(f"{name} is no plain function")

    # -- effects

    def step(self, node: ast.AST, *key: object) -> int:
        """Something happens. Gives its number."""
        self.record.steps.append(key)
        self.record.nodes.append(node)
        return len(self.record.steps)

    def happen(self, node: ast.AST, *key: object) -> Value:
        """Something happens, and gives a value."""
        return self.table.of("result", self.step(node, *key))

    @property
    def now(self) -> int:
        """How many steps there were."""
        return len(self.record.steps)

    def look(self, node: ast.AST, *key: object) -> Value:
        """Something is looked at, which may fail, and may be another thing after the next step."""
        value = self.table.of(*key, self.now)
        self.record.looks.setdefault(value, node)
        return value

    @contextmanager
    def guarded(self) -> Iterator[list[Event]]:
        """Code after whose failure the function may go on; gives the list of what it sets."""
        log: list[Event] = []
        self.record.logs.append(log)
        self.guard += 1
        yield log
        self.guard -= 1
        self.record.logs.pop()

    def interrupted(self, kind: str, step: int, entry: dict[str, Value], log: list[Event]) -> dict[str, Value]:
        """The variables after code that may have ended anywhere."""
        state, frame = dict(entry), self.frame
        mine = [event for event in log if event[0] is frame]
        for name in dict.fromkeys(event[1] for event in mine):
            before = entry.get(name, self.table.unbound)
            value = self.table.of("phi", kind, step, name, kind != "with" and self.table.is_loose(before))
            self.record.merged[value] = (before, *(event[2:] for event in mine if event[1] == name))
            state[name] = value
        return state

    # -- names

    def mangled(self, name: str) -> str:
        """A name as the interpreter sees it in a class."""
        private = name.startswith("__") and not name.endswith("__") and self.frame.owner.strip("_")
        return f"_{self.frame.owner.lstrip('_')}{name}" if private else name

    def load(self, node: ast.AST, name: str) -> Value:
        """What a name holds."""
        name, frame, of = self.mangled(name), self.frame, self.table.of
        for each in reversed(frame.inner):
            if name in each:
                return each[name]
        if name == "__class__":
            return of("class", frame.owner)
        if frame.kind == "function" and name in frame.own:
            value = frame.variables.get(name, self.table.unbound)
            if self.table.is_loose(value):
                self.look(node, "bound", value)
            return of("cell", name, frame.called, self.now) if name in frame.shared else value
        if frame.kind == "class" and name in frame.variables:
            return frame.variables[name]
        if frame.kind == "module" and name == self.change.variable and name in frame.variables:
            return frame.variables[name]
        if name not in frame.outside and (cell := self._outer(name)):
            return cell
        if name == self.change.constant and name in self.module_frame.variables:
            return self.module_frame.variables[name]
        if name in self.rebound or (self.record is self.top and name in self.often):
            return self.look(node, "global", name)
        return of("global", name)

    def _outer(self, name: str) -> Value | None:
        """A variable of a function around the code: its value, if that stays, else the variable as it is by then."""
        frame = self.frame.outer
        while frame is not None:
            if any(name in each for each in frame.inner):
                return self.table.of("cell", name, "turn", self.now)
            if frame.kind == "function" and name in frame.own:
                value = frame.variables.get(name, self.table.unbound)
                if name in frame.once - frame.shared and is_simple(value):
                    return self.table.of("outer", value)
                return self.table.of("cell", name, frame.called, self.now)
            frame = frame.outer
        return None

    def store(self, node: ast.AST, name: str, value: Value) -> None:
        """Bind a name."""
        name, frame = self.mangled(name), self.frame
        for each in reversed(frame.inner):
            if name in each:
                each[name] = value
                return
        mine = frame.kind == "function" and name in frame.own
        if mine or frame.kind != "function":
            frame.variables[name] = value
        if not mine:
            if frame.is_special and name == self.change.variable:
                raise CannotShowError(f"{name} would be one more attribute of {frame.owner}, which others may look at")
            if name not in (self.change.variable, self.change.constant) or frame.kind == "function":
                self.step(node, "bind", name, value)
            return
        for log in self.record.logs:
            log.append((frame, name, self.now, len(self.record.looks), value))
        if name in frame.captured:
            self.step(node, "set", name, value)

    def resolves_to_builtin(self, node: ast.AST, name: str) -> bool:
        """Whether a name in this place is the built-in one, as far as the file tells."""
        return self.load(node, name) is self.table.of("global", name) and name not in self.module_frame.own
