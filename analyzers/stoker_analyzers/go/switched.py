"""A copy of a file in which a function can be switched to one of its mutants, so that one binary tries them all.

What is asked for stands in the environment when the binary starts. Only scratch copies ever hold such a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stoker_analyzers.go.functions import GoFunction
from stoker_analyzers.snapshot import Snapshot

VARIABLE = "STOKER_MUTANT"
"""The environment variable that holds the mutant's number."""

CANARY = 1
"""The number of the mutant that panics; the others follow."""

SWITCH = """\
package {package}

import stokerOS "os"

var stokerMutant = stokerOS.Getenv("{variable}")
"""
"""A file beside it that the switch needs."""


@dataclass(frozen=True, slots=True)
class Switched:
    """A file with a switch.

    Attributes:
        text: Its text.
        shift: By how many lines what follows the switch stands lower.
        places: The first line of each mutant, by its number, in order.
        last: The last line of the switch.
    """

    text: str
    shift: int
    places: Mapping[int, int]
    last: int

    def mutant_at(self, line: int) -> int | None:
        """The mutant that a line belongs to; ``None`` for a line of the file's own."""
        if line > self.last:
            return None
        return max((each for each, place in self.places.items() if place <= line), default=None)


def switched(snapshot: Snapshot, function: GoFunction, bodies: Mapping[int, str]) -> Switched:
    """Write a switch before a function's own body.

    Args:
        snapshot: The file.
        function: The function.
        bodies: Its other bodies with their braces, by number. Each becomes a function in the function, so that whatever
            it names means what it meant.
    """
    at = function.body.start + 1
    line = snapshot.text.count("\n", 0, at) + 1
    lines, places = ["", "switch stokerMutant {"], {}
    lines += [f'case "{CANARY}":', 'panic("stoker: must fail")']
    for number, body in bodies.items():
        lines.append(f'case "{number}":')
        places[number] = line + len(lines)
        call = f"func() {function.gives} {body}()"
        lines += (f"return {call}" if function.results else f"{call}\nreturn").split("\n")
    lines += ["}", ""]
    added = "\n".join(lines)  # its first line is the rest of the one that the brace stands in, its last one nothing
    return Switched(snapshot.text[:at] + added + snapshot.text[at:], added.count("\n"), places, line + len(lines) - 2)
