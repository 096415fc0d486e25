"""Speaks with a team's backend: one request, one answer, and errors that say whether trying again helps."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from stoker_providers.errors import NotConfiguredError
from stoker_providers.http_client import Endpoint, Route, open_client
from stoker_providers.keys import Secret

if TYPE_CHECKING:
    import httpx2

SECONDS = 30.0
"""Longest wait for an answer."""


class BackendError(Exception):
    """The backend gave no answer that is of use; the message is a sentence for the user."""


class OfflineError(BackendError):
    """It can't be reached, or can't work just now: trying again later helps."""


class RefusedError(BackendError):
    """It does not want what was asked; trying again does not help.

    Attributes:
        status: HTTP's status.
        detail: What the backend says of it.
    """

    def __init__(self, message: str, status: int, detail: Any) -> None:
        super().__init__(message)
        self.status, self.detail = status, detail


class Backend:
    """A connection to a backend, as a context."""

    def __init__(self, url: str, token: Secret | None, route: Route) -> None:
        self._url, self._token, self._route = url, token, route
        self._client: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        secrets = {"authorization": self._token.prefixed("Bearer ")} if self._token else {}
        endpoint = Endpoint(self._url, secrets)
        try:
            self._client = await asyncio.to_thread(open_client, endpoint, self._route)
        except NotConfiguredError as error:
            raise BackendError(error.said) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            await self._client.aclose()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request below ``/v1``.

        Raises:
            OfflineError: There is no answer, or the backend says that it can't work now.
            RefusedError: The backend says no.
        """
        import httpx2

        if self._client is None:
            raise BackendError("the connection is not open")
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._client.request(method, f"{self._url}/v1{path}", json=body)
                told = answer.json() if answer.content else None
        except (httpx2.HTTPError, TimeoutError) as error:
            why = str(error) or f"no answer within {SECONDS:g} s"
            raise OfflineError(f"{self._url} can't be reached: {why}") from error
        except ValueError as error:
            raise OfflineError(f"{self._url} answers with something else than Stoker's backend does") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise OfflineError(f"{self._url} can't work just now (status {answer.status_code})")
        if answer.status_code >= 300:
            detail = told.get("detail") if isinstance(told, dict) else None
            raise RefusedError(f"{self._url} refuses: {detail}", answer.status_code, detail)
        return told
