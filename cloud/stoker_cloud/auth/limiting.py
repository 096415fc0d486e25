"""How often a token, an organisation and an address may ask. The library counts; here is what counts, and the answer."""

from __future__ import annotations

import logging
import math
import time
from typing import Any

from fastapi import Depends, HTTPException, Request
from limits import RateLimitItem, parse
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from stoker_cloud.config import ConfigError
from stoker_cloud.settings import LimitSettings

logger = logging.getLogger(__name__)

SECONDS = 1.0
"""Longest wait for Redis: every request waits for it."""
_REDIS: dict[str, Any] = {
    "implementation": "redispy",
    "wrap_exceptions": True,
    "socket_timeout": SECONDS,
    "socket_connect_timeout": SECONDS,
}
"""For the storage; one in memory has no use for them. coredis, which limits takes by itself, wants to be opened first."""


class Limiter:
    """Counts requests in windows that slide."""

    def __init__(self, settings: LimitSettings) -> None:
        """Prepare, without connecting.

        Raises:
            ConfigError: A limit or the storage is of no use.
        """
        self._limits = {name: _parsed(name, getattr(settings, name)) for name in ("token", "organisation", "address")}
        if not settings.storage.startswith("async+"):
            raise ConfigError("STOKER_LIMITS_STORAGE is of no use: it begins with async+, e.g. async+redis://127.0.0.1")
        try:
            self._strategy = SlidingWindowCounterRateLimiter(storage_from_string(settings.storage, **_REDIS))
        except (ConfigurationError, NotImplementedError, StorageError, ValueError) as error:
            # Neither the address nor what the library says of it is told: a password may stand in it.
            scheme = settings.storage.partition("://")[0]
            raise ConfigError(
                f"STOKER_LIMITS_STORAGE is of no use: nothing counts by an address of {scheme!r}"
            ) from error

    async def take(self, kind: str, *whose: str) -> None:
        """Count a request.

        Args:
            kind: ``token``, ``organisation`` or ``address``.
            whose: Which one.

        Raises:
            HTTPException: 429, with the seconds after which there is room again: that was one too many.
        """
        limit = self._limits[kind]
        try:
            if limit is None or await self._strategy.hit(limit, kind, *whose):
                return
            stats = await self._strategy.get_window_stats(limit, kind, *whose)
        except StorageError as error:
            # A limit keeps the backend up. Without a place to count in, refusing everybody would bring it down.
            logger.warning("requests are not counted: %s", error)
            return
        seconds = max(1, math.ceil(stats.reset_time - time.time()))
        raise too_many(f"this {kind} may ask {limit} at most", seconds)


def too_many(why: str, seconds: int) -> HTTPException:
    """The answer to what is too much for now."""
    return HTTPException(429, f"{why}; try again in {seconds} s", {"Retry-After": str(seconds)})


async def by_address(request: Request) -> None:
    """Count a request for which nobody has to be known.

    Raises:
        HTTPException: 429; that was one too many.
    """
    limiter: Limiter = request.app.state.limiter
    await limiter.take("address", request.client.host if request.client else "")


COUNTED = Depends(by_address)
"""A dependency of every endpoint for which nobody has to be known and that makes work: for the issuer, for one."""


def _parsed(name: str, text: str) -> RateLimitItem | None:
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise ConfigError(
            f"STOKER_LIMITS_{name.upper()}: {text!r} is not of the form 600/minute, and not empty"
        ) from error
