"""After a refactoring every name must lead where it led: to the same function, module or built-in one."""

from __future__ import annotations

import ast
import asyncio
import re

from stoker_analyzers.behaviour.bindings import Binding, bindings
from stoker_analyzers.edits import Edit
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_LINE_END = re.compile(r"\r\n?")


class SameBindings:
    """The names of a Python file lead where they did.

    With a renaming, the two texts must be the same but for the name. Without, a name that a function uses before and after
    must not become a variable of another scope.
    """

    name = "bindings"
    budget = 5.0

    def __init__(self, old: str = "", new: str = "") -> None:
        """Prepare a comparison.

        Args:
            old: The name that is changed; empty where none is.
            new: What it becomes.
        """
        self._old = old
        self._new = new

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare where names lead."""
        return await asyncio.to_thread(self._compare, snapshot.text, snapshot.after(edit).text)

    def _compare(self, before: str, after: str) -> Verdict:
        try:
            old, new = (parse_python(_LINE_END.sub("\n", text.removeprefix("\ufeff"))) for text in (before, after))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return undecided(self.name, "this interpreter does not read the code")
        why = self._renamed(old, new) if self._old else _changed(old, new)
        return failed(self.name, why) if why else passed(self.name, "every name leads where it did")

    def _renamed(self, before: ast.Module, after: ast.Module) -> str:
        """Why a renaming does more than to rename; empty where it does not."""
        if self._as_new(before) != self._as_new(after):
            return "more than the name would change"
        pairs = zip(bindings(before, numbered=True), bindings(after, numbered=True), strict=True)
        for old, new in pairs:
            if old.bound != new.bound:
                return f"{new.name} in line {new.line} would mean something else"
        return ""

    def _as_new(self, tree: ast.Module) -> str:
        return re.sub(rf"(?<!\w){re.escape(self._old)}(?!\w)", self._new, ast.dump(tree))


def _changed(before: ast.Module, after: ast.Module) -> str:
    """Which name leads elsewhere, in a scope that both versions have; empty where none does."""
    known: dict[tuple[str, str], set[str]] = {}
    for each in bindings(before, numbered=False):
        known.setdefault((each.scope, each.name), set()).add(each.bound)
    moved: list[Binding] = [
        each
        for each in bindings(after, numbered=False)
        if each.bound not in known.get((each.scope, each.name), {each.bound})
    ]
    return f"{moved[0].name} in line {moved[0].line} would mean something else than it did" if moved else ""
