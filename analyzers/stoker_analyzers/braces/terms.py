"""Values and steps as numbers: what is put together from the same parts is the same number, however large it is."""

from __future__ import annotations

from collections.abc import Sequence

Part = str | int | frozenset[int]
"""What a term is made of: words, numbers of other terms, and terms in no order."""


class Terms:
    """The terms of several texts that are to be compared.

    Attributes:
        inner: The steps that a step is made of, by its number.
        readings: The steps that only read.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Part, ...], int] = {}
        self.inner: dict[int, tuple[int, ...]] = {}
        self.readings: set[int] = set()

    def make(self, *parts: Part) -> int:
        """The number of what is made of these parts."""
        return self._known.setdefault(parts, len(self._known))

    def steps(self, steps: Sequence[int]) -> int:
        """The number of steps that follow each other."""
        made = self.make("steps", *steps)
        self.inner[made] = tuple(steps)
        return made

    def step(self, *parts: Part) -> int:
        """The number of a step; the steps that are among its parts are kept in mind."""
        made = self.make(*parts)
        self.inner.setdefault(made, tuple(each for each in parts if isinstance(each, int) and each in self.inner))
        return made

    def difference(self, left: int, right: int) -> tuple[int | None, int | None]:
        """The first and innermost steps in which two differ; ``None`` where one has no more."""
        ones, others = self.inner.get(left, ()), self.inner.get(right, ())
        for one, other in zip(ones, others, strict=False):
            if one != other:
                return self.difference(one, other)
        if len(ones) != len(others) and (len(ones) > 1 or len(others) > 1):
            shared = min(len(ones), len(others))
            return (ones[shared] if len(ones) > shared else None), (others[shared] if len(others) > shared else None)
        return left, right
