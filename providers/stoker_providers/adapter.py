"""What the adapters of all vendors share: one lazily opened SDK client, deadlines, stop strings and an edge for errors.

An adapter itself only says how its SDK is opened, how a request is put to it and what its errors mean. Retries, redaction,
the cache and the log are wrappers round it, the same for every vendor.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from stoker_providers.base import Capabilities, Chunk, Request, estimate, prompt_bytes
from stoker_providers.errors import ProviderError
from stoker_providers.http_client import Endpoint, Route, open_client
from stoker_providers.markers import MarkerScanner
from stoker_providers.pump import Deadlines, pump

if TYPE_CHECKING:
    import httpx2

Client = TypeVar("Client")


class Adapter(ABC, Generic[Client]):
    """A model behind a vendor's SDK.

    Attributes:
        name: Provider and model.
        endpoint: Where requests go.
    """

    def __init__(self, name: str, endpoint: Endpoint, route: Route, deadlines: Deadlines) -> None:
        self.name = name
        self.endpoint = endpoint
        self._route = route
        self._deadlines = deadlines
        self._http: httpx2.AsyncClient | None = None
        self._client: Client | None = None
        self._opening = asyncio.Lock()

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What the model can do."""

    @abstractmethod
    def _open(self, http: httpx2.AsyncClient) -> Client:
        """Opens the SDK's client over an HTTP client. Imports the SDK, so it runs in a thread."""

    @abstractmethod
    def _ask(self, client: Client, request: Request) -> AsyncIterator[Chunk]:
        """The answer, as the SDK gives it; an empty chunk for anything else that shows the server is alive."""

    @abstractmethod
    def _edge(self) -> AbstractContextManager[None]:
        """Turns the SDK's exceptions into this package's. Entered once the SDK is imported."""

    @abstractmethod
    async def _list(self, client: Client) -> tuple[str, ...]:
        """Names of models, as the endpoint lists them."""

    def _stops(self, request: Request) -> tuple[str, ...]:
        """The strings that end the answer."""
        return request.stop

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer as it comes; see ``Provider.stream``. The time that the SDK's import takes is not the answer's."""
        client = await self._opened()
        deadlines = Deadlines(self._deadlines.first, request.timeout or self._deadlines.total)
        with _placed(self.endpoint):
            async with aclosing(pump(self._answer(client, request), deadlines, self.name)) as chunks:
                async for chunk in _until_stop(chunks, self._stops(request), prompt_bytes(request)):
                    yield chunk

    async def models(self) -> tuple[str, ...]:
        """Names of models that the endpoint lists: a cheap way to see whether it answers and takes the key.

        Raises:
            ProviderError: As ``stream``.
        """
        client = await self._opened()
        with _placed(self.endpoint), self._edge():
            return await self._list(client)

    async def warm(self) -> None:
        """Imports the SDK and loads certificates."""
        await self._opened()

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._http is not None:
            await self._http.aclose()

    async def _answer(self, client: Client, request: Request) -> AsyncGenerator[Chunk, None]:
        with self._edge():
            async for chunk in self._ask(client, request):
                yield chunk

    async def _opened(self) -> Client:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open_both)
            return self._client

    def _open_both(self) -> Client:
        self._http = open_client(self.endpoint, self._route)
        return self._open(self._http)


@contextmanager
def _placed(endpoint: Endpoint) -> Iterator[None]:
    """Has errors say where the request went: a wrong address is what most of them come of."""
    try:
        yield
    except ProviderError as error:
        error.address = endpoint.address
        raise


async def _until_stop(answer: AsyncIterator[Chunk], stops: tuple[str, ...], sent: int) -> AsyncIterator[Chunk]:
    """Ends an answer before the first stop string, for servers that were not told it or do not keep to it.

    Whoever ends an answer early, or was never told, does not know the tokens; that ``sent`` bytes went out is known always.
    """
    scanner, received = MarkerScanner(stops), 0
    async for chunk in answer:
        text, stopped = scanner.feed(chunk.text)
        received += len(chunk.text)
        if stopped or chunk.finish is not None:
            usage = chunk.usage or estimate(sent, received)
        if stopped:
            yield Chunk(text, usage=usage, finish="stop")
            return
        if chunk.finish is not None:
            yield Chunk(text + scanner.rest(), usage=usage, finish=chunk.finish)
        elif text:
            yield Chunk(text)
