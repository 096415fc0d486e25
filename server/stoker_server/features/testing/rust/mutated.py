"""The mutants of a Rust function that compile, and the file with all of them in it. Runs nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from stoker_analyzers.edits import Span
from stoker_analyzers.rust.constant import with_twin
from stoker_analyzers.rust.functions import RustFunction, function_of, home_end
from stoker_analyzers.rust.probes import Switched, support, switched
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.rust.target import RustTarget
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.syntax_mutants import bodies

CANARY = 1
"""The number of the mutant that must fail; the others follow."""

_FAILS = '{ panic!("stoker: must fail") }'


class Found:
    """The mutants of a function that compile, and how the file is written with them."""

    def __init__(self, target: RustTarget, mutants: Sequence[Mutant]) -> None:
        snapshot, span = target.snapshot, target.function.body
        first = CANARY + 1
        self._mutants = dict(enumerate(mutants, first))
        self._bodies = dict(enumerate(bodies(mutants, snapshot, span), first))
        self._bodies[CANARY] = _replaced(snapshot, span, _FAILS)
        self.idle = 0 if target.returns else first + len(mutants)
        if self.idle:
            self._bodies[self.idle] = _replaced(snapshot, span, "{ }")
        self.fine = True
        self.twin = False
        self.lines = frozenset[int]()

    @property
    def mutants(self) -> tuple[Mutant, ...]:
        """The mutants."""
        return tuple(self._mutants.values())

    @property
    def numbers(self) -> tuple[int, ...]:
        """Their numbers in the file."""
        return tuple(self._mutants)

    def drop(self, arms: Mapping[int, Span], spans: Collection[Span]) -> bool:
        """Leave out the mutants in which something is wrong.

        Returns:
            Whether there were any; never the one that must fail.
        """
        bad = [n for n, arm in arms.items() if n != CANARY and any(arm.covers(each) for each in spans)]
        for number in bad:
            del self._bodies[number]
            self._mutants.pop(number, None)
            self.idle = 0 if number == self.idle else self.idle
        return bool(bad)

    def write(self, target: RustTarget, text: str, further: str = "") -> Switched:
        """A text of the file with probes, all mutants, and what they need.

        Raises:
            NoVerdictError: The text has not that function.
        """
        snapshot = Snapshot(target.snapshot.uri, text, target.snapshot.language)
        function = _function(snapshot, target)
        if self.twin:
            snapshot = Snapshot(snapshot.uri, with_twin(snapshot, function), snapshot.language)
            function = _function(snapshot, target)
        moved = snapshot.line_of(function.body.start) - target.snapshot.line_of(target.function.body.start)
        made = switched(snapshot, function, self._bodies, fine=self.fine, moved=moved)
        whole = made.text
        if further:
            at = _end_of_home(snapshot, target, whole, function.modules)
            whole = f"{whole[:at]}{further}{whole[at:]}"
        return Switched(whole + support(snapshot.text.count("\n") + 1), made.lines, made.arms)


def _function(snapshot: Snapshot, target: RustTarget) -> RustFunction:
    """The function in another text of the file.

    Raises:
        NoVerdictError: The text has not that function.
    """
    same = (each for each in snapshot.outline.walk() if each.qualified == target.symbol.qualified and each.body)
    found = (function_of(snapshot, each) for each in same)
    body = target.body
    function = next((each for each in found if each and snapshot.text[each.body.start : each.body.end] == body), None)
    if function is None:
        raise NoVerdictError("the draft changes the function")
    return function


def _end_of_home(snapshot: Snapshot, target: RustTarget, whole: str, modules: Sequence[str]) -> int:
    """Where the function's module ends in a text with probes; what follows the function was not changed."""
    function = target.function
    tail = len(target.snapshot.text) - home_end(target.snapshot, function)
    return len(whole) - tail if modules else len(whole)


def _replaced(snapshot: Snapshot, span: Span, body: str) -> tuple[Snapshot, Span]:
    text = snapshot.text[: span.start] + body + snapshot.text[span.end :]
    return Snapshot(snapshot.uri, text, snapshot.language), Span(span.start, span.start + len(body))
