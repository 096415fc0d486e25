"""What the tests of each kind call. Runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_server.features.testing.candidates import Candidate, sampled
from stoker_server.features.testing.endtoend import requests
from stoker_server.features.testing.examples import called, documented
from stoker_server.features.testing.integration import callers
from stoker_server.features.testing.kinds import TestKind
from stoker_server.features.testing.target import Target


@dataclass(frozen=True, slots=True)
class Calls:
    """What is worth trying for one function that is called.

    Attributes:
        target: The function that the tests call, or that answers them.
        candidates: The calls.
    """

    target: Target
    candidates: Sequence[Candidate]


def calls_of(kind: TestKind, target: Target, folder: Path) -> tuple[list[Calls], str]:
    """What tests of a kind could call, the most telling origin first; and why nothing, where there is nothing.

    Args:
        kind: The kind.
        target: The function under test.
        folder: The copy of the workspace.
    """
    if kind is TestKind.INTEGRATION:
        found = [
            Calls(each, [*documented(each), *called(each, folder), *sampled(each, folder)])
            for each in callers(target, folder)
        ]
        name = target.function.qualified
        return found, "" if found else f"no public function of another module of this folder calls {name} by its name"
    if kind is TestKind.END_TO_END:
        candidates, reason = requests(target, folder)
        return [Calls(target, candidates)] if candidates else [], reason
    return [Calls(target, [*documented(target), *called(target, folder), *sampled(target, folder)])], ""
