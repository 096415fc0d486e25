"""The check of a constant of a class: with its value written back where it is used, the file is what it was."""

from __future__ import annotations

import ast
import asyncio

from stoker_analyzers.edits import Edit
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.rewriting import normalized
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_PLAIN = frozenset({"object", "Exception", "ValueError", "TypeError", "RuntimeError", "LookupError", "KeyError", "ABC"})
"""Base classes that do nothing with the attributes of a class."""


class SameValues:
    """A new constant of a class stands for the value that was there, and nothing else can stand in its place."""

    name = "behaviour"
    budget = 5.0

    def __init__(self, owner: str, constant: str) -> None:
        """Judge a constant.

        Args:
            owner: The class.
            constant: The new name.
        """
        self._owner, self._constant = owner, constant

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Write the value back and compare."""
        return await asyncio.to_thread(self._judge, snapshot.text, snapshot.after(edit).text)

    def _judge(self, before: str, after: str) -> Verdict:
        try:
            old, new = (parse_python(normalized(each).removeprefix("\ufeff")) for each in (before, after))
        except (SyntaxError, ValueError, RecursionError) as error:
            return undecided(self.name, f"the file can't be read: {error}")
        if why := what_is_special(old, self._owner):
            return failed(self.name, why)
        value = self._taken_out(new)
        if value is None:
            return failed(self.name, f"{self._owner} has no constant {self._constant}, or more than one")
        written = _Written(self._owner, self._constant, value)
        if ast.dump(written.visit(new)) != ast.dump(old):
            return failed(self.name, f"with {self._constant} written out, the file is not what it was")
        return passed(
            self.name, f"with {self._constant} written out in {written.count} places, the file is what it was"
        )

    def _taken_out(self, tree: ast.Module) -> ast.expr | None:
        """The constant's value, its assignment taken out of the tree."""
        found = []
        for each in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == self._owner):
            for statement in each.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == self._constant:
                        found.append(value)
                        each.body = [other for other in each.body if other is not statement]
        return found[0] if len(found) == 1 else None


class _Written(ast.NodeTransformer):
    """Writes a value in the place of an attribute of the object or the class."""

    def __init__(self, owner: str, constant: str, value: ast.expr) -> None:
        self._owner, self._constant, self._value = owner, constant, value
        self.count = 0

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=constant, ctx=ast.Load()) if constant == self._constant:
                if name in ("self", "cls", self._owner):
                    self.count += 1
                    return self._value
        self.generic_visit(node)
        return node


def what_is_special(tree: ast.Module, owner: str) -> str:
    """Why an attribute of a class may be more than a value; empty where it is none."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == owner]
    if len(classes) != 1:
        return f"there is more than one class {owner}"
    (known,) = classes
    if known.keywords or known.decorator_list:
        return f"{owner} has a decorator or a metaclass, which may make something of its attributes"
    methods = {each.name for each in known.body if isinstance(each, ast.FunctionDef)}
    if methods & {"__getattr__", "__getattribute__", "__init_subclass__", "__set_name__"}:
        return f"{owner} has a say in what its attributes are"
    for base in known.bases:
        name = ast.unparse(base)
        inner = any(isinstance(node, ast.ClassDef) and node.name == name for node in tree.body)
        if name.rpartition(".")[2] not in _PLAIN and (not inner or what_is_special(tree, name)):
            return f"the base class {name} may make something of the attributes of {owner}"
    return ""
