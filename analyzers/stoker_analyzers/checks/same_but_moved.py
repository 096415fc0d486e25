"""A move must leave everything as it was but imports and the place of one definition."""

from __future__ import annotations

import ast
import asyncio
import re

from stoker_analyzers.edits import Edit
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_LINE_END = re.compile(r"\r\n?")


class SameButMoved:
    """Without imports and one definition, a Python file is the same before and after; the definition is as it was."""

    name = "behaviour"
    budget = 10.0

    def __init__(self, name: str, definition: str) -> None:
        """Prepare a comparison.

        Args:
            name: What is moved.
            definition: Its tree, as ``ast.dump`` writes it.
        """
        self._name = name
        self._definition = definition

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare both versions of one file."""
        return await asyncio.to_thread(self._compare, snapshot.text, snapshot.after(edit).text)

    def _compare(self, *texts: str) -> Verdict:
        try:
            before, after = (parse_python(_LINE_END.sub("\n", each.removeprefix("\ufeff"))) for each in texts)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            return undecided(self.name, f"this interpreter does not read the code ({error})")
        found = [ast.dump(each) for each in after.body if getattr(each, "name", "") == self._name]
        if any(each != self._definition for each in found):
            return failed(self.name, f"{self._name} would not be what it was")
        left, right = (ast.dump(_Rest(self._name).visit(each)) for each in (before, after))
        if left != right:
            return failed(self.name, "more than imports would change")
        return passed(self.name, f"nothing but imports and the place of {self._name} is another")


class _Rest(ast.NodeTransformer):
    """Takes out imports and a definition; the definition's name is the same with a module before it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Module(self, node: ast.Module) -> ast.AST:  # as ast calls it
        node.body = [each for each in node.body if getattr(each, "name", "") != self._name]
        return self.generic_visit(node)

    def visit_Import(self, _: ast.Import) -> None:  # as above
        return None

    def visit_ImportFrom(self, _: ast.ImportFrom) -> None:  # as above
        return None

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:  # as above
        if node.attr == self._name and not isinstance(node.value, ast.Call | ast.Subscript):
            return ast.Name(self._name, node.ctx)
        return self.generic_visit(node)
