"""A check that takes too long has decided nothing, whether or not it gives way."""

from __future__ import annotations

import asyncio
import time

import pytest

from stoker_analyzers.checks.base import run, run_one
from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome, Verdict, failed, passed

SNAPSHOT = Snapshot("file:///a", "", None)


class Slow:
    """Passes or fails, after a while."""

    name = "slow"

    def __init__(self, budget: float, verdict: Verdict, *, gives_way: bool) -> None:
        self.budget, self._verdict, self._gives_way = budget, verdict, gives_way

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        if self._gives_way:
            await asyncio.sleep(0.05)
        else:
            time.sleep(0.05)  # noqa: ASYNC251  # what a check that computes does to the loop
        return self._verdict


@pytest.mark.parametrize("gives_way", [True, False])
async def test_late_is_undecided(gives_way: bool) -> None:
    check = Slow(0.01, passed("slow", "all is well"), gives_way=gives_way)
    assert (await run_one(check, SNAPSHOT, Edit(()))).outcome is Outcome.UNDECIDED


async def test_in_time_is_as_judged() -> None:
    check = Slow(5, passed("slow", "all is well"), gives_way=True)
    verdict = await run_one(check, SNAPSHOT, Edit(()))
    assert verdict.outcome is Outcome.PASSED
    assert verdict.seconds >= 0.05


async def test_a_failure_ends_the_row() -> None:
    bad = Slow(5, failed("slow", "wrong"), gives_way=True)
    verdicts = await run((bad, bad), SNAPSHOT, Edit(()))
    assert [verdict.outcome for verdict in verdicts] == [Outcome.FAILED]
