"""Keeps whole files on this machine: a prompt that holds text of one is not sent. Knows nothing of which files those are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from stoker_providers.base import Chunk, Provider, Request
from stoker_providers.errors import RequestError
from stoker_providers.wrapper import Wrapper, streaming


class Judge(Protocol):
    """Says of files, by their paths, whether they must not leave the machine."""

    def reason(self, path: str, /) -> str | None:
        """Why a file must not; ``None`` where it may. Asked before anything is sent."""

    def answers_at_once(self, path: str, /) -> bool:
        """Whether ``reason`` has an answer that is recent enough, so that it reads nothing; else it is asked in a thread."""


class Withholding(Wrapper):
    """A provider that never sees certain files."""

    def __init__(self, inner: Provider, judge: Judge) -> None:
        super().__init__(inner)
        self._judge = judge

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The inner provider's answer.

        Raises:
            RequestError: The prompt holds text of a file that must not leave the machine.
            ProviderError: As the inner provider.
        """
        paths = {span.path for span in request.prompt.spans if span.path and span.text and not span.installed}
        if all(map(self._judge.answers_at_once, paths)):
            why = self._first_reason(paths)
        else:
            why = await asyncio.to_thread(self._first_reason, paths)
        if why:
            raise RequestError(self.name, f"nothing was sent: {why}")
        async with streaming(self.inner, request) as chunks:
            async for chunk in chunks:
                yield chunk

    def _first_reason(self, paths: Iterable[str]) -> str | None:
        """Why something stays here."""
        return next(filter(None, map(self._judge.reason, paths)), None)
