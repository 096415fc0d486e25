"""The task that reads an answer: it passes on, ends in time, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from stoker_providers.base import Chunk
from stoker_providers.errors import ProviderTimeoutError, ServerError
from stoker_providers.pump import Deadlines, pump

SOON = Deadlines(first=0.05, total=0.15)
LATE = Deadlines(first=5.0, total=10.0)


class Source:
    """An answer that remembers how it ended."""

    def __init__(self, *steps: str | float | Exception) -> None:
        self.steps = steps
        self.ended = ""

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        try:
            for step in self.steps:
                if isinstance(step, str):
                    yield Chunk(step)
                elif isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    raise step
            self.ended = "over"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise


async def test_passes_on_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    source = Source("a", "b")
    assert [chunk.text async for chunk in pump(source.chunks(), LATE, "p")] == ["a", "b"]
    assert source.ended == "over"
    assert asyncio.all_tasks() == before


async def test_what_ends_the_answer_comes_after_its_pieces() -> None:
    passed = []
    with pytest.raises(ServerError):
        async for chunk in pump(Source("a", ServerError("p", "x")).chunks(), LATE, "p"):
            passed.append(chunk.text)
    assert passed == ["a"]


async def test_a_sign_of_life_holds_the_first_deadline() -> None:
    chunks = [chunk.text async for chunk in pump(Source("", 0.08, "late").chunks(), SOON, "p")]
    assert chunks == ["late"], "the empty chunk counted, and was not passed on"


@pytest.mark.parametrize(
    ("steps", "said"), [((1.0, "a"), r"began within 0\.05"), (("a", 1.0), r"not complete after 0\.15")]
)
async def test_deadlines(steps: tuple[str | float, ...], said: str) -> None:
    source = Source(*steps)
    with pytest.raises(ProviderTimeoutError, match=said):
        async for _ in pump(source.chunks(), SOON, "p"):
            pass
    assert source.ended == "cancelled"


async def test_a_reader_that_takes_its_time_is_not_timed() -> None:
    passed = []
    async for chunk in pump(Source("a", "b").chunks(), SOON, "p"):
        passed.append(chunk.text)
        await asyncio.sleep(0.2)
    assert passed == ["a", "b"]


async def test_closing_cancels_the_source() -> None:
    source = Source("a", 60.0)
    stream = pump(source.chunks(), LATE, "p")
    await anext(stream)
    await stream.aclose()
    assert source.ended == "cancelled"
