"""Tries a request again after a failure that may pass. In place of the SDKs' own retries, so that every vendor behaves alike.

Never once a piece of the answer was passed on: the reader would get it twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

from stoker_providers.base import Chunk, Provider, Request
from stoker_providers.errors import ProviderError
from stoker_providers.wrapper import Wrapper, streaming

log = logging.getLogger(__name__)

FIRST_DELAY = 0.5
"""Seconds before the first retry; each further delay is twice as long."""

LONGEST_DELAY = 8.0
"""Seconds; a server may ask for more."""


class Retrying(Wrapper):
    """A provider that is asked again. All attempts and delays together stay within the request's time.

    Args:
        inner: The provider.
        retries: How often a request is repeated at most.
        timeout: Seconds for a request that does not bring its own.
        sleep: Waits for seconds.
        clock: The time in seconds, from any origin.
        jitter: A number from 0 to 1, which spreads delays so that windows that failed together don't return together.
    """

    def __init__(
        self,
        inner: Provider,
        *,
        retries: int,
        timeout: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(inner)
        self._retries = retries
        self._timeout = timeout
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._closed: tuple[float, ProviderError] | None = None

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer of the first attempt that brings one.

        Raises:
            ProviderError: The last attempt's, or at once where repeating would not help or there is no time for it: then
                further requests without the time are not sent either until the server wants to be asked again.
        """
        await self._give_way(request)
        end = self._clock() + (request.timeout or self._timeout)
        attempt = 0
        while True:
            begun = False
            try:
                async with streaming(self.inner, replace(request, timeout=end - self._clock())) as chunks:
                    async for chunk in chunks:
                        begun = True
                        yield chunk
                return
            except ProviderError as error:
                delay = self._delay(error, attempt)
                if error.retry_after is not None:
                    self._closed = self._clock() + delay, error
                if request.patience is not None and delay > request.patience:
                    raise
                if begun or not error.retryable or attempt >= self._retries or self._clock() + delay >= end:
                    raise
                log.info("trying again in %.1f s after: %s", delay, error)
            await self._sleep(delay)
            attempt += 1

    async def _give_way(self, request: Request) -> None:
        """Wait until the server wants to be asked again; fail at once where that is longer than a request may wait."""
        if self._closed is None or request.patience is None:
            return
        until, error = self._closed
        remaining = until - self._clock()
        if remaining > request.patience:
            raise error.with_traceback(None)
        if remaining > 0:
            await self._sleep(remaining)

    def _delay(self, error: ProviderError, attempt: int) -> float:
        """What the server asked for, else twice as long each time; half of it is left to chance."""
        if error.retry_after is not None:
            return error.retry_after
        return min(FIRST_DELAY * 2.0**attempt, LONGEST_DELAY) * (0.5 + self._jitter() / 2)
