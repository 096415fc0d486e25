"""The face of a check, and the one place where its time is kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, undecided


class Check(Protocol):
    """Judges an edit.

    A check never changes a file. It says *undecided* where it cannot tell; a check that is not meant for an edit
    says so in its evidence rather than passing it.
    """

    @property
    def name(self) -> str:
        """Short, stable, hyphenated: receipts show it."""

    @property
    def budget(self) -> float:
        """Seconds after which the answer is *undecided*."""

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """The verdict on ``edit``, which was made for ``snapshot``."""


async def run(checks: Sequence[Check], snapshot: Snapshot, edit: Edit) -> tuple[Verdict, ...]:
    """The verdicts in order, ending with the first failure: what comes after it could not save the edit."""
    verdicts: list[Verdict] = []
    for check in checks:
        await asyncio.sleep(0)  # a cancellation, or another key, need not wait for all of them
        verdicts.append(await run_one(check, snapshot, edit))
        if verdicts[-1].failed:
            break
    return tuple(verdicts)


async def run_one(check: Check, snapshot: Snapshot, edit: Edit) -> Verdict:
    """One verdict within the check's budget, with the time it took."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(check.budget):
            verdict = await check.judge(snapshot, edit)
    except TimeoutError:
        verdict = undecided(check.name, f"not finished within {check.budget:g} s")
    seconds = time.perf_counter() - began
    if seconds > check.budget and not verdict.failed:  # it never gave way, so the time-out could not strike
        verdict = undecided(check.name, f"took longer than {check.budget:g} s")
    return replace(verdict, seconds=seconds)
