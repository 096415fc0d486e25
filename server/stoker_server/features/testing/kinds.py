"""The kinds of tests that can be asked for."""

from __future__ import annotations

from enum import StrEnum


class TestKind(StrEnum):
    """What a test calls.

    ``unit`` calls the function itself; ``integration`` a public function of another module that calls it, with nothing
    replaced; ``end-to-end`` sends a request to the application that the function answers for; ``performance`` calls the
    function under what the project measures with: pytest-benchmark, vitest, Go's own runner, criterion.
    """

    __test__ = False

    UNIT = "unit"
    INTEGRATION = "integration"
    END_TO_END = "end-to-end"
    PERFORMANCE = "performance"
