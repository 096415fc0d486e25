"""A provider that says what a test tells it to, in process: for the wrappers, which need no wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from stoker_providers.base import Capabilities, Chunk, Request
from stoker_wire.usage import Usage


class Scripted:
    """Answers each request with the next script: texts that are passed on, or an error that is raised.

    Attributes:
        requests: What it was asked.
        closed: How many answers were closed before they were over.
    """

    def __init__(self, *scripts: Sequence[str | Exception], local: bool = False) -> None:
        self.name = "scripted/model"
        self.capabilities = Capabilities(local=local)
        self.requests: list[Request] = []
        self.closed = 0
        self.finish = "stop"
        self._scripts = list(scripts)

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The next script."""
        self.requests.append(request)
        over = False
        try:
            for each in self._scripts.pop(0):
                if isinstance(each, Exception):
                    over = True
                    raise each
                yield Chunk(each)
            over = True
            yield Chunk(usage=Usage(input_tokens=3, output_tokens=2, usd=0.5, requests=1), finish=self.finish)
        finally:
            self.closed += not over

    async def warm(self) -> None:
        """Nothing to get ready."""

    async def aclose(self) -> None:
        """Does nothing."""
