"""A renaming, begun by the user and finished by the offer, must be one: every scope keeps its names, but for the new one.

Told from the interpreter's own tables, so what the tree was read by is held against something else. The tables of a file take
a few milliseconds, where following every single name takes a hundred times as long.
"""

from __future__ import annotations

import asyncio
import symtable
import warnings
from typing import Protocol

from stoker_analyzers.edits import Edit
from stoker_analyzers.follow_ups import FollowUp
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided


class _Finder(Protocol):
    @property
    def found(self) -> FollowUp | None: ...


class RenamesOnly:
    """From before the first of its places was changed to after the last one, no scope's name means something else."""

    name = "bindings"
    budget = 5.0

    def __init__(self, author: _Finder) -> None:
        """Prepare to judge what an author found."""
        self._author = author

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare the scopes of a Python file."""
        found = self._author.found
        if found is None or not found.old:
            return undecided(self.name, "it is no renaming")
        if snapshot.language is None or snapshot.language.id != "python":
            return undecided(self.name, "where names lead was told from the tree alone")
        return await asyncio.to_thread(self._compare, found, snapshot.after(edit).text)

    def _compare(self, found: FollowUp, after: str) -> Verdict:
        old, new = _table(found.before), _table(after)
        if old is None or new is None:
            return undecided(self.name, "this interpreter does not read the code")
        pending = [(old, new)]
        while pending:
            before, now = pending.pop()
            if _names(before, found.old, found.new) != _names(now, found.old, found.new):
                return failed(self.name, f"a name in {now.get_name()} would mean something else")
            inner, inner_now = before.get_children(), now.get_children()
            if len(inner) != len(inner_now):
                return failed(self.name, "more than the name would change")
            pending += zip(inner, inner_now, strict=True)
        return passed(self.name, "every scope has the names it had")


def _table(text: str) -> symtable.SymbolTable | None:
    """The tables of a module; ``None`` for what this interpreter can't parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return symtable.symtable(text.removeprefix("\ufeff"), "document", "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _names(table: symtable.SymbolTable, old: str, new: str) -> list[tuple[object, ...]]:
    """What a scope does with each of its names, one name for both: two that became one are one less."""
    return sorted(
        (
            new if each.get_name() == old else each.get_name(),
            each.is_parameter(),
            each.is_global(),
            each.is_local(),
            each.is_free(),
            each.is_imported(),
            each.is_assigned(),
            each.is_referenced(),
        )
        for each in table.get_symbols()
    )
