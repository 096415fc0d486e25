"""Reads an answer in a task of its own, within deadlines.

Cancelling that task is what closes the socket at once with every SDK; leaving their loops early does not. It also makes
deadlines safe: a timeout inside a generator would cancel whoever happens to be reading it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from stoker_providers.base import Chunk
from stoker_providers.errors import ProviderTimeoutError


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long an answer may take.

    Attributes:
        first: Seconds until the first sign of life.
        total: Seconds for the whole answer.
    """

    first: float
    total: float


async def pump(answer: AsyncGenerator[Chunk, None], deadlines: Deadlines, provider: str) -> AsyncGenerator[Chunk, None]:
    """Passes an answer on. Closing this generator, or cancelling its reader, cancels the task that reads the answer.

    A chunk with nothing in it counts as a sign of life and is not passed on.

    Raises:
        ProviderTimeoutError: A deadline passed.
        ProviderError: Whatever ended the answer.
    """
    queue: asyncio.Queue[Chunk | None] = asyncio.Queue()
    task = asyncio.create_task(_feed(answer, queue, deadlines, provider))
    try:
        while (chunk := await queue.get()) is not None:
            yield chunk
        await task
    finally:
        task.cancel()
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()  # seen: a reader that left early does not want to hear of it


async def _feed(
    answer: AsyncGenerator[Chunk, None], queue: asyncio.Queue[Chunk | None], deadlines: Deadlines, provider: str
) -> None:
    # No other `await` in here: cancelled at one, the SDK would only be dropped, and its socket closed some time later.
    alive = False
    end = asyncio.get_running_loop().time() + deadlines.total
    try:
        async with asyncio.timeout(min(deadlines.first, deadlines.total)) as clock, aclosing(answer) as chunks:
            async for chunk in chunks:
                if not alive:
                    alive = True
                    clock.reschedule(end)
                if chunk != Chunk():
                    queue.put_nowait(chunk)
    except TimeoutError as error:
        raise ProviderTimeoutError(provider, _lateness(alive, deadlines)) from error
    finally:
        queue.put_nowait(None)


def _lateness(alive: bool, deadlines: Deadlines) -> str:
    if alive or deadlines.total <= deadlines.first:
        return f"the answer was not complete after {deadlines.total:g} s"
    return f"no answer began within {deadlines.first:g} s"
