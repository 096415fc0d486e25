"""After a renaming, every name of a file in a language with braces means the definition that it meant before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from stoker_analyzers.braces.grammar import Grammar
from stoker_analyzers.braces.names import Names
from stoker_analyzers.braces.tables import grammar_of
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted


class SameMeanings:
    """The definitions that names mean, told by their number in the file, are the same."""

    name = "same-bindings"
    budget = 10.0

    def __init__(self, renamed: Mapping[str, str]) -> None:
        """Judge a renaming: old names and their new ones."""
        self._renamed = dict(renamed)

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare what every name means."""
        return await asyncio.to_thread(self._judge, snapshot, edit)

    def _judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        edited, grammar = snapshot.after(edit), grammar_of(snapshot)
        if grammar is None or grammar_of(edited) is None:
            return undecided(self.name, "the document has no syntax tree that can be followed")
        before, after = list(_meanings(snapshot, grammar)), list(_meanings(edited, grammar))
        for (old, meant, line), (new, means, _) in zip(before, after, strict=False):
            if meant != means:
                return failed(self.name, f"{new} in line {line + 1} would mean something else")
            if new not in (old, self._renamed.get(old)):
                return failed(self.name, f"{old} in line {line + 1} has become {new}")
        if len(before) != len(after):
            return failed(self.name, f"{len(before)} names have become {len(after)}")
        return passed(self.name, f"{counted(len(before), 'name')} mean what they meant")


def _meanings(snapshot: Snapshot, grammar: Grammar) -> Iterator[tuple[str, int | str, int]]:
    """Each name in order with the number of the binding that it means, or its word where it means none; and its line."""
    names, numbers = Names(snapshot, grammar), dict[int, int]()
    for node in names.every:
        binding = names.binding(node)
        word = snapshot.slice(node)
        if binding is None:
            yield word, word, node.start_point.row
            continue
        yield word, numbers.setdefault(id(binding), len(numbers)), node.start_point.row
