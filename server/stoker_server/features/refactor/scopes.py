"""No name may be undefined after a refactoring that was not undefined before it. Scopes as the interpreter sees them."""

from __future__ import annotations

import asyncio
import builtins
import re
import symtable
import warnings
from collections import Counter

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_PROVIDED = frozenset(
    {
        *dir(builtins),
        *("__annotations__", "__builtins__", "__class__", "__file__", "__module__", "__path__", "__qualname__"),
    }
)
"""Names that every module or class body has."""

_WILDCARD = re.compile(r"^[ \t]*from\s.+\bimport\s*\*", re.MULTILINE)


class NamesInScope:
    """Every name that the file reads after the edit is bound in a scope that it sees, or was unbound before."""

    name = "names"
    budget = 5.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare the unbound names before and after."""
        return await asyncio.to_thread(self._compare, snapshot.text, snapshot.after(edit).text)

    def _compare(self, before: str, after: str) -> Verdict:
        old, new = unbound(before), unbound(after)
        if old is None:
            return undecided(self.name, "this interpreter does not read the code")
        if new is None:
            return failed(self.name, "this interpreter does not read the code any more")
        if "*" in old:
            return undecided(self.name, "the file imports everything from another module")
        added = new - old
        if added:
            return failed(self.name, f"{min(added)} is used where it is not defined")
        return passed(self.name, "every name that is used is defined")


def unbound(text: str) -> Counter[str] | None:
    """The names that scopes of a module read and nothing binds, by how many scopes do; ``*`` after a wildcard import.

    ``None`` for what this interpreter can't parse.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            top = symtable.symtable(text, "document", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    tables, pending = [top], [top]
    while pending:
        children = pending.pop().get_children()
        tables += children
        pending += children
    bound = {
        each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported() or each.is_namespace()
    }
    bound |= {
        each.get_name()
        for table in tables
        for each in table.get_symbols()
        if each.is_declared_global() and each.is_assigned()
    }
    found: Counter[str] = Counter()
    for table in tables:
        for each in table.get_symbols():
            loose = each.is_global() or (table is top and not (each.is_assigned() or each.is_imported()))
            if each.is_referenced() and loose and each.get_name() not in bound | _PROVIDED:
                found[each.get_name()] += 1
    if _WILDCARD.search(text):
        found["*"] += 1
    return found
