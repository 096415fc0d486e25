"""The provider for a model on this machine: puts requests to the model's process, one at a time, and reads its answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from stoker_providers.base import Capabilities, Chunk, FillInTheMiddle, Request
from stoker_providers.errors import ProviderError, RequestError
from stoker_providers.fim import FimTemplate
from stoker_providers.local.address import Address
from stoker_providers.local.engine import CONTEXT
from stoker_providers.local.exchange import ask
from stoker_providers.local.link import Link
from stoker_providers.local.prompts import OTHERS_TOKENS
from stoker_providers.pump import Deadlines, pump

FAILURE_SECONDS = 30.0
"""How long a model that did not start is not tried again: a key a second would otherwise load a broken file every second."""


class LocalProvider:
    """A model on this machine. Nothing leaves it.

    A window sends one request at a time. Those that wait, wait here: llama.cpp notices too late that nobody waits for a queued
    request any more, and 20 of them, cancelled, held up the next one for 5 to 12 s.
    """

    def __init__(self, name: str, link: Link, *, template: FimTemplate | None, timeout: float) -> None:
        """Prepare; the model is loaded with the first request.

        Args:
            name: Provider and model.
            link: The connection to the model's process.
            template: The model's fill-in-the-middle tokens; ``None`` for a model that only chats.
            timeout: Seconds for a whole answer, where the request does not say.
        """
        self.name = name
        self.capabilities = Capabilities(
            chat=True,
            fill_in_the_middle=template is not None,
            structured_output=True,
            local=True,
            context_tokens=CONTEXT,
            others_tokens=OTHERS_TOKENS,
        )
        self._link = link
        self._template = template
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._starting: asyncio.Task[Address] | None = None
        self._failed: tuple[float, ProviderError] | None = None

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer as it comes; see ``Provider.stream``."""
        if isinstance(request.prompt, FillInTheMiddle) and self._template is None:
            raise RequestError(self.name, "this model only chats", remedy="Use one of `stoker models list`.")
        seconds = request.timeout or self._timeout
        async with aclosing(pump(self._answer(request), Deadlines(seconds, seconds), self.name)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def warm(self) -> None:
        """Nothing: the model takes a good part of the machine's memory, so it is loaded when it is asked."""

    async def aclose(self) -> None:
        """Leaves the model's process, which ends when no other window uses it."""
        self._link.close()
        if self._starting is not None:
            await asyncio.wait((self._starting,))

    async def _answer(self, request: Request) -> AsyncGenerator[Chunk, None]:
        async with self._turn:
            address = self._link.address or await self._connected()
            self._link.used()
            async with aclosing(ask(self.name, address, request, self._template)) as chunks:
                async for chunk in chunks:
                    yield chunk
            self._link.used()

    async def _connected(self) -> Address:
        """Connects once for all who wait: whoever stops waiting does not stop the model from loading."""
        if self._failed is not None and time.monotonic() - self._failed[0] < FAILURE_SECONDS:
            raise self._failed[1].with_traceback(None)
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(asyncio.to_thread(self._link.connect))
            self._starting.add_done_callback(self._note)
        return await asyncio.shield(self._starting)

    def _note(self, starting: asyncio.Task[Address]) -> None:
        error = None if starting.cancelled() else starting.exception()
        self._failed = (time.monotonic(), error) if isinstance(error, ProviderError) else None
