"""Whoever tells of settings waits for those that are on their way, and for no more."""

from __future__ import annotations

import asyncio

from stoker_server.settling import Settling


async def test_nothing_is_in_force_before_the_first_change() -> None:
    settling = Settling()
    assert not await settling.over(0)
    with settling.change():
        assert not await settling.over(0)
    assert await settling.over(0)


async def test_the_last_of_several_changes_is_waited_for() -> None:
    settling = Settling()
    with settling.change():
        pass
    with settling.change():
        waiting = asyncio.ensure_future(settling.over())
        with settling.change():
            pass
        await asyncio.sleep(0)
        assert not waiting.done()
    assert await waiting


async def test_a_change_that_fails_is_over() -> None:
    settling = Settling()
    try:
        with settling.change():
            raise OSError
    except OSError:
        assert await settling.over(0)
