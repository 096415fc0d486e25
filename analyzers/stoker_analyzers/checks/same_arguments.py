"""A change of a function's parameters must leave every call passing what it passed, and everything else as it was."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Mapping

from stoker_analyzers.behaviour.arguments import Canonical, Signature
from stoker_analyzers.edits import Edit
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided

_LINE_END = re.compile(r"\r\n?")


class SameArguments:
    """Each parameter that stays gets from every call what it got, in the same order where that can matter."""

    name = "behaviour"
    budget = 10.0

    def __init__(
        self, name: str, signatures: tuple[Signature, Signature], renamed: Mapping[str, str], gone: frozenset[str]
    ) -> None:
        """Prepare a comparison.

        Args:
            name: The function.
            signatures: Its parameters before and after.
            renamed: Old names of parameters with the new ones.
            gone: Parameters that are removed.
        """
        back = {new: old for old, new in renamed.items()}
        self._name = name
        self._before = Canonical(name, signatures[0], {}, gone)
        self._after = Canonical(name, signatures[1], back, frozenset())

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare both versions of one file."""
        return await asyncio.to_thread(self._compare, snapshot.text, snapshot.after(edit).text)

    def _compare(self, before: str, after: str) -> Verdict:
        try:
            old, new = (parse_python(_LINE_END.sub("\n", each.removeprefix("\ufeff"))) for each in (before, after))
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            return undecided(self.name, f"this interpreter does not read the code ({error})")
        if ast.dump(self._before.visit(old)) != ast.dump(self._after.visit(new)):
            return failed(self.name, f"a call of {self._name} would pass something else, or more would change")
        return passed(self.name, f"every call of {self._name} passes what it passed")
