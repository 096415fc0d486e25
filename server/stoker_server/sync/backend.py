"""Speaks with a team's backend: one request, one answer, and errors that say whether trying again helps."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from stoker_providers.errors import NotConfiguredError
from stoker_providers.http_client import Endpoint, Route, open_client
from stoker_providers.keys import Secret

if TYPE_CHECKING:
    import httpx2

SECONDS = 30.0
"""Longest wait for an answer."""
BREAK_SECONDS = 60.0
"""The longest break that is waited for within a sync; for a longer one the sync ends, and goes on after it."""
BREAKS = 20
"""Breaks in a row within one request: other machines of the organisation may be quicker each time."""
TOO_MANY = 429


class BackendError(Exception):
    """The backend gave no answer that is of use; the message is a sentence for the user."""


class OfflineError(BackendError):
    """It can't be reached, or can't work just now: trying again later helps.

    Attributes:
        after: The seconds after which it wants to be asked again; 0 where it says nothing of it.
    """

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


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
        """One request below ``/v1``. Where the backend wants a short break, it is asked again after it.

        Raises:
            OfflineError: There is no answer, or the backend says that it can't work now.
            RefusedError: The backend says no.
        """
        for _ in range(BREAKS):
            try:
                return await self._ask(method, path, body)
            except OfflineError as error:
                if not 0 < error.after <= BREAK_SECONDS:
                    raise
                # All machines of an organisation are told the same moment: they come back apart, and none too early.
                await asyncio.sleep(error.after * random.uniform(1.0, 1.25))  # noqa: S311
        return await self._ask(method, path, body)

    async def _ask(self, method: str, path: str, body: Any) -> Any:
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
        detail = told.get("detail") if isinstance(told, dict) else None
        if answer.status_code >= 500 or answer.status_code == TOO_MANY:
            why = detail if isinstance(detail, str) else "can't work just now"
            said = f"{self._url}: {why} (status {answer.status_code})"
            raise OfflineError(said, _seconds(answer.headers.get("retry-after", "")))
        if answer.status_code >= 300:
            raise RefusedError(f"{self._url} refuses: {detail}", answer.status_code, detail)
        return told


def _seconds(retry_after: str) -> float:
    """What ``Retry-After`` says, in seconds or as a time (RFC 9110, section 10.2.3); 0 where it says nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
