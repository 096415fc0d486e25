"""Who calls a function from another module: a test through such a caller shows that the two work together. Runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from stoker_analyzers.ecma.exports import Export, exports_of
from stoker_analyzers.ecma.types import Types
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Symbol, SymbolKind
from stoker_server.features.testing.ecma.target import EcmaTarget, Input, inputs_of
from stoker_server.proving.ecma.layout import code_files, imports_file, is_test, text_of


@dataclass(frozen=True)
class CallerTarget(EcmaTarget):
    """A function that tests call through an exported function of another file; ``export`` is that one's.

    Attributes:
        home: The caller's file, in the user's folder.
        caller: The caller.
        around: The text of its file.
    """

    home: Path
    caller: Symbol
    around: Snapshot

    @property
    def imported(self) -> Path:
        """The file that tests import."""
        return self.home

    @property
    def qualified(self) -> str:
        """The name of the function under test, and of its caller."""
        return f"{self.symbol.name} through {self.caller.name}"

    @property
    def call(self) -> str:
        """What stands before the arguments of a call."""
        return self.name

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The caller's parameters."""
        return inputs_of(self.caller, self.around, self.types)

    @cached_property
    def types(self) -> Types:
        """What types mean in the caller's file."""
        return Types(self.around)

    @cached_property
    def body(self) -> str:
        """The code of both: what they compare with tells which values are worth trying."""
        return self.around.text[self.caller.span.start : self.caller.span.end] + super().body


def caller_target(target: EcmaTarget, folder: Path) -> CallerTarget | None:
    """A function with its first caller; ``None`` where no exported function of another file calls it by its name.

    Args:
        target: The function.
        folder: The copy of the workspace.
    """
    own, called = (
        folder / target.path.relative_to(target.workspace),
        re.compile(rf"\b{re.escape(target.symbol.name)}\("),
    )
    for path in code_files(folder):
        if path == own or is_test(path.relative_to(folder)) or not called.search(text_of(path)):
            continue
        around = Snapshot(path.as_uri(), text_of(path), by_path(path))
        if around.tree is None or not imports_file(path, own):
            continue
        if found := _caller(around, called):
            given = {each.name: getattr(target, each.name) for each in fields(EcmaTarget)}
            home = target.workspace / path.relative_to(folder)
            return CallerTarget(
                **{**given, "export": found[1], "owner": None}, home=home, caller=found[0], around=around
            )
    return None


def _caller(around: Snapshot, called: re.Pattern[str]) -> tuple[Symbol, Export] | None:
    exports = {each.local: each for each in exports_of(around)}
    for each in around.outline.symbols:
        is_ours = each.kind is SymbolKind.FUNCTION and each.body is not None and each.name in exports
        if is_ours and each.body and called.search(around.text[each.body.start : each.body.end]):
            return each, exports[each.name]
    return None
