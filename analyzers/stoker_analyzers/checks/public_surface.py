"""What others use of a file must be there after a refactoring, unchanged but for what was asked to change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Parameter, ParameterKind, Symbol
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

_STARS = {ParameterKind.VARIADIC: "*", ParameterKind.VARIADIC_KEYWORD: "**"}


class _Line(NamedTuple):
    """A public symbol as callers see it."""

    written: str
    name: str


class PublicSurface:
    """Public symbols and their signatures are the same before and after the edit.

    Attributes:
        renamed: Old names and their new ones; each may have changed wherever it occurs.
        added: Names of symbols that the refactoring is meant to add.
        removed: Names of symbols that it is meant to remove.
    """

    name = "public-surface"
    budget = 5.0

    def __init__(
        self,
        renamed: Mapping[str, str] | None = None,
        added: frozenset[str] = frozenset(),
        removed: frozenset[str] = frozenset(),
    ) -> None:
        self.renamed = dict(renamed or {})
        self.added = added
        self.removed = removed

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare what is public before and after."""
        if snapshot.tree is None:
            return undecided(self.name, "the document has no syntax tree")
        edited = snapshot.after(edit)
        before, after = self._surface(snapshot), self._surface(edited)
        gone = {line for line in (before - after) if line.name not in self.removed}
        new = {line for line in (after - before) if line.name not in self.added}
        if gone or new:
            return failed(self.name, _difference(gone, new))
        intended = [f"{old} is now {now}" for old, now in self._seen_renamed(snapshot, edited)]
        come, went = ({line.name for line in lines} for lines in (after - before, before - after))
        intended += [f"{name} is another one" for name in sorted(self.added & come & self.removed & went)]
        intended += [f"{name} is new" for name in sorted(self.added & come - went)]
        intended += [f"{name} is gone" for name in sorted(self.removed & went - come)]
        total = before.total()
        count = f"{counted(total, 'public symbol')} {'is' if total == 1 else 'are'} as before"
        return passed(self.name, f"{count}; as intended, {', '.join(intended)}" if intended else count)

    def _seen_renamed(self, before: Snapshot, after: Snapshot) -> list[tuple[str, str]]:
        """The renamings that callers can see: of a public symbol, or of a part of its signature."""
        written = [{_written(each) for each in snapshot.outline.walk() if each.public} for snapshot in (before, after)]
        gone = " ".join(written[0] - written[1])
        return [(old, new) for old, new in self.renamed.items() if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", gone)]

    def _surface(self, snapshot: Snapshot) -> Counter[_Line]:
        """Every public symbol with its signature; new names stand as the old ones."""
        public = (each for each in snapshot.outline.walk() if each.public)
        return Counter(_Line(self._as_before(_written(each)), self._as_before(each.name)) for each in public)

    def _as_before(self, text: str) -> str:
        for old, new in self.renamed.items():
            text = re.sub(rf"(?<!\w){re.escape(new)}(?!\w)", old, text)
        return text


def _written(symbol: Symbol) -> str:
    """A symbol as one line that is equal where callers can't tell the difference."""
    signature = symbol.signature
    if signature is None:
        return f"{symbol.kind} {symbol.qualified}"
    listed: list[str] = []
    kind: ParameterKind | None = None
    for each in signature.parameters:
        listed += _separators(kind, each.kind)
        listed.append(_parameter(each))
        kind = each.kind
    returns = f" -> {_plain(signature.returns)}" if signature.returns else ""
    word = "async " if signature.is_async else ""
    return f"{word}{symbol.kind} {symbol.qualified}({', '.join(listed)}){returns}"


def _separators(before: ParameterKind | None, now: ParameterKind) -> list[str]:
    """``/`` and ``*`` where one kind of parameter ends and another begins."""
    if now is ParameterKind.KEYWORD and before not in (ParameterKind.KEYWORD, ParameterKind.VARIADIC):
        return ["*"]
    return ["/"] if before is ParameterKind.POSITIONAL_ONLY and now is ParameterKind.POSITIONAL else []


def _parameter(parameter: Parameter) -> str:
    annotation = f": {_plain(parameter.annotation)}" if parameter.annotation else ""
    default = f" = {_plain(parameter.default)}" if parameter.default else ""
    return f"{_STARS.get(parameter.kind, '')}{parameter.name}{annotation}{default}"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _difference(gone: AbstractSet[_Line], new: AbstractSet[_Line]) -> str:
    if gone and new:
        return f"{min(gone).written} has become {min(new).written}"
    return f"{min(gone).written} is gone" if gone else f"{min(new).written} is new"
