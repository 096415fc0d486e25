"""Things that are written together, soon: what comes while the disk is busy is written, too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from stoker_server.state import soon
from stoker_server.state.soon import Soon


async def test_what_comes_during_a_write_is_written_without_anything_more_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(soon, "SAVE_DELAY", 0.01)
    began, go_on, written = threading.Event(), threading.Event(), list[int]()

    def save(things: Sequence[int]) -> None:
        began.set()
        assert go_on.wait(5)
        written.extend(things)

    waiting = Soon[int](save)
    waiting.add(1)
    assert await asyncio.to_thread(began.wait, 5)
    waiting.add(2)
    go_on.set()
    async with asyncio.timeout(5):
        while written != [1, 2]:
            await asyncio.sleep(0.01)
    await waiting.aclose()
