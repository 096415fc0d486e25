"""Says once that a model can't be asked, and why: ghost text that merely stays away tells the user nothing.

Stands inside the retries, so that it hears of every attempt: a failure that the next attempt mends is not worth a word, and a
limit that makes a request wait for half a minute is. Changes no answer and no error.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from stoker_providers.base import Chunk, Provider, Request
from stoker_providers.errors import ProviderError, RequestError
from stoker_providers.wrapper import Wrapper, streaming

IN_A_ROW = 3
"""Failures that may pass after which it is said: a first attempt and the usual two retries."""
SOON = 5.0
"""Seconds that a server may ask to wait without a word to the user; whoever types would wonder beyond that."""

Tell = Callable[[str], None]


def nobody(_: str) -> None:
    """Nobody is told."""


class Announcing(Wrapper):
    """A provider whose outages are told: once each, from the first sign that it lasts to the next answer."""

    def __init__(self, inner: Provider, tell: Tell) -> None:
        """Wrap a provider.

        Args:
            inner: The provider.
            tell: Takes a sentence or two: what is wrong and what the user can do.
        """
        super().__init__(inner)
        self._tell = tell
        self._failures = 0
        self._told = False

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The inner provider's answer.

        Raises:
            ProviderError: As the inner provider.
        """
        try:
            async with streaming(self.inner, request) as chunks:
                async for chunk in chunks:
                    self._failures, self._told = 0, False
                    yield chunk
        except ProviderError as error:
            self._failed(error)
            raise

    def _failed(self, error: ProviderError) -> None:
        if isinstance(error, RequestError) and not error.remedy:  # of this request alone: the next one may do
            return
        self._failures += 1
        lasts = not error.retryable or (error.retry_after or 0.0) > SOON or self._failures >= IN_A_ROW
        if lasts and not self._told:
            self._told = True
            self._tell(error.said)
