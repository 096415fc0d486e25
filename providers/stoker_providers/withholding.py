"""Keeps whole files on this machine: a prompt that holds text of one is not sent. Knows nothing of which files those are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

from stoker_providers.base import Chunk, Provider, Request
from stoker_providers.errors import RequestError
from stoker_providers.wrapper import Wrapper, streaming

Reason = Callable[[str], str | None]
"""Why a file, by its path, must not leave the machine; ``None`` where it may. Asked in a thread, before anything is sent."""


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
        paths = {span.path for span in request.prompt.spans if span.path and span.text and not span.installed}
        if paths and (why := await asyncio.to_thread(self._first_reason, paths)):
            raise RequestError(self.name, f"nothing was sent: {why}")
        async with streaming(self.inner, request) as chunks:
            async for chunk in chunks:
                yield chunk

    def _first_reason(self, paths: Iterable[str]) -> str | None:
        """Why something stays here. Not for the event loop: ignore files may have to be read for it."""
        return next(filter(None, map(self._reason, paths)), None)
