"""A Go test as it was written, and what it needs around it. Runs nothing."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_server.features.testing.go.style import CMP, TESTIFY, Style
from stoker_server.features.testing.go.target import GoTarget
from stoker_server.features.testing.observing import Kept

PINS = "pins what the code does today: it guards a change, and does not show that the code is right."


@dataclass(frozen=True, slots=True)
class Written:
    """A test function.

    Attributes:
        names: What the runner calls its tests, one for each call.
        source: The function with its comment.
        calls: The calls, in the order of the names.
    """

    names: tuple[str, ...]
    source: str
    calls: tuple[Kept, ...]


def imports_of(style: Style, target: GoTarget) -> dict[str, str]:
    """What tests may need besides what values need: name by path."""
    found = {"testing": "testing", "reflect": "reflect", "fmt": "fmt", CMP: "cmp"}
    found |= {f"{TESTIFY}{name}": name for name in ("assert", "require")}
    return {**found, target.module: target.package.package} if style.external else found


def free_name(name: str, taken: set[str]) -> str:
    """A name that nothing has yet; it is taken then."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}{number}"
    taken.add(free)
    return free
