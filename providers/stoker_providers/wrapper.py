"""What the wrappers round a provider share: the provider's name, its capabilities, and how its answers are read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from stoker_providers.base import Capabilities, Chunk, Provider, Request


class Wrapper:
    """A provider that passes everything on to another one. Subclasses change ``stream``."""

    def __init__(self, inner: Provider) -> None:
        self.inner = inner

    @property
    def name(self) -> str:
        """The inner provider's name."""
        return self.inner.name

    @property
    def capabilities(self) -> Capabilities:
        """The inner provider's capabilities."""
        return self.inner.capabilities

    async def warm(self) -> None:
        """Warms the inner provider."""
        await self.inner.warm()

    async def aclose(self) -> None:
        """Closes the inner provider."""
        await self.inner.aclose()


@asynccontextmanager
async def streaming(provider: Provider, request: Request) -> AsyncIterator[AsyncIterator[Chunk]]:
    """A provider's answer that is closed on leaving, down to the socket, however the reader left.

    A generator that is merely dropped is closed by the garbage collector, some time later and from outside the task.
    """
    chunks = provider.stream(request)
    try:
        yield chunks
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
