"""A renaming, begun by the user and finished by the offer, must be one: the same tree but for the name."""

from __future__ import annotations

from typing import Protocol

from stoker_analyzers.checks.same_bindings import SameBindings
from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.follow_ups import FollowUp
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, undecided


class _Finder(Protocol):
    @property
    def found(self) -> FollowUp | None: ...


class RenamesOnly:
    """From before the first of its places was changed to after the last one, nothing but the name is another."""

    name = "bindings"
    budget = 5.0

    def __init__(self, author: _Finder) -> None:
        """Prepare to judge what an author found."""
        self._author = author

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare where the names of a Python file lead."""
        found = self._author.found
        if found is None or not found.old:
            return undecided(self.name, "it is no renaming")
        if snapshot.language is None or snapshot.language.id != "python":
            return undecided(self.name, "where names lead was told from the tree alone")
        before = Snapshot(snapshot.uri, found.before, snapshot.language)
        after = snapshot.after(edit).text
        whole = replace(snapshot.uri, found.before, [Replacement(Span(0, len(found.before)), after)])
        return await SameBindings(found.old, found.new).judge(before, whole)
