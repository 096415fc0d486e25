"""The steps that were followed so far, and after which of them something is read. Knows no language."""

from __future__ import annotations

from collections.abc import Callable

from stoker_analyzers.braces.terms import Part, Terms


class Log:
    """Steps in their order. What only reads has none among what else only reads before the next step.

    Attributes:
        terms: The terms of all texts that are to be compared.
        lines: The line (from 0) of a step, by its number.
        line: The line that is being followed.
    """

    def __init__(self, terms: Terms) -> None:
        """Begin."""
        self.terms = terms
        self.lines: dict[int, int] = {}
        self.line = 0
        self._steps: list[int] = []
        self._reads: set[int] = set()
        self._path = terms.make("path")
        self._count = 0

    @property
    def now(self) -> tuple[int, int]:
        """The place among the steps: what is read at the same place is the same."""
        return self._path, self._count

    def emit(self, *parts: Part) -> int:
        """Note a step, and give the term of what comes of it."""
        self.note(*parts)
        self._count += 1
        return self.terms.make("result", *self.now)

    def note(self, *parts: Part) -> None:
        """Note a step that changes nothing of what is read."""
        self._flush()
        step = self.terms.step(*parts)
        self.lines.setdefault(step, self.line)
        self._steps.append(step)

    def read(self, *parts: Part) -> int:
        """Note that something is read which may change, and give its term."""
        made = self.terms.make(*parts, *self.now)
        self._reads.add(made)
        return made

    def made(self, *parts: Part) -> int:
        """Note that something is made which is nothing else, though it may look the same; and give its term."""
        number = 0
        while (made := self.terms.make("makes", *parts, *self.now, number)) in self._reads:
            number += 1
        self._reads.add(made)
        return made

    def perhaps(self, *parts: Part) -> int:
        """Note what runs only sometimes; where all of that only reads, it is a read itself."""
        inner = [step for each in parts if isinstance(each, int) for step in self.terms.inner.get(each, ())]
        if all(step in self.terms.readings for step in inner):
            made = self.terms.make(*parts)
            if inner:
                self._reads.add(made)
            return made
        return self.emit(*parts)

    def aside(self, follow: Callable[[], object], path: str = "") -> int:
        """The steps that something makes which runs perhaps, or (with a path) at another time."""
        kept = self._steps, self._reads, self._path, self._count
        self._steps, self._reads = [], set()
        if path:
            self._path, self._count = self.terms.make(path, *self.now), 0
        follow()
        self._flush()
        made = self.terms.steps(self._steps)
        self._steps, self._reads, self._path, self._count = kept
        return made

    def is_silent(self, follow: Callable[[], object]) -> bool:
        """Whether something makes no step and reads nothing."""
        return not self.terms.inner[self.aside(follow)]

    def _flush(self) -> None:
        if self._reads:
            step = self.terms.step("reads", frozenset(self._reads))
            self.terms.readings.add(step)
            self.lines.setdefault(step, self.line)
            self._steps.append(step)
            self._reads = set()
