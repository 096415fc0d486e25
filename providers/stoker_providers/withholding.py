"""Keeps whole files on this machine: a prompt that holds text of one is not sent. Knows nothing of which files those are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from stoker_providers.base import Chunk, Provider, Request
from stoker_providers.errors import RequestError
from stoker_providers.wrapper import Wrapper, streaming

Reason = Callable[[str], str | None]
"""Why a file, by its path, must not leave the machine; ``None`` where it may."""


class Withholding(Wrapper):
    """A provider that never sees certain files."""

    def __init__(self, inner: Provider, reason: Reason) -> None:
        super().__init__(inner)
        self._reason = reason

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The inner provider's answer.

        Raises:
            RequestError: The prompt holds text of a file that must not leave the machine.
            ProviderError: As the inner provider.
        """
        for path in {span.path for span in request.prompt.spans if span.path and span.text and not span.installed}:
            if why := self._reason(path):
                raise RequestError(self.name, f"nothing was sent: {why}")
        async with streaming(self.inner, request) as chunks:
            async for chunk in chunks:
                yield chunk
