"""From a function to what it is reached by: who uses it, and who uses those in turn. What using means, each language says."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")


def users_of(
    first: T, using: Callable[[T], Iterable[T]], known_by: Callable[[T], Hashable], *, deepest: int, most: int
) -> list[T]:
    """What uses something, and what uses that, the nearest first.

    Args:
        first: The function itself, which is not among what is given back.
        using: What uses one of them.
        known_by: What tells two of them apart.
        deepest: How many steps away, at most.
        most: How many are looked at, the first among them.
    """
    found, seen, level = list[T](), {known_by(first)}, [first]
    for _ in range(deepest):
        following = list[T]()
        for each in level:
            for user in using(each):
                if (key := known_by(user)) not in seen and len(seen) < most:
                    seen.add(key)
                    following.append(user)
        found += following
        level = following
    return found
