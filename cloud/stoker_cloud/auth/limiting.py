"""How often a token, an organisation and an address may ask. The library counts; here is what counts, and the answer."""

from __future__ import annotations

import math
import time

from fastapi import Depends, HTTPException, Request
from limits import RateLimitItem, parse
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from stoker_cloud.config import ConfigError
from stoker_cloud.settings import LimitSettings


class Limiter:
    """Counts requests in windows that slide."""

    def __init__(self, settings: LimitSettings) -> None:
        """Prepare, without connecting.

        Raises:
            ConfigError: A limit or the storage is of no use.
        """
        self._limits = {name: _parsed(name, getattr(settings, name)) for name in ("token", "organisation", "address")}
        try:
            # The library's own choice for Redis, coredis, has pools since version 6 that it does not open: each request fails.
            chosen = {"implementation": "redispy"} if settings.storage.startswith("async+redis") else {}
            self._strategy = SlidingWindowCounterRateLimiter(storage_from_string(settings.storage, **chosen))
        except (ConfigurationError, NotImplementedError, StorageError, ValueError) as error:
            raise ConfigError(f"STOKER_LIMITS_STORAGE: {settings.storage!r} is of no use: {error}") from error

    async def take(self, kind: str, *whose: str) -> None:
        """Count a request.

        Args:
            kind: ``token``, ``organisation`` or ``address``.
            whose: Which one.

        Raises:
            HTTPException: 429, with the seconds after which there is room again: that was one too many.
        """
        limit = self._limits[kind]
        if limit is None or await self._strategy.hit(limit, kind, *whose):
            return
        stats = await self._strategy.get_window_stats(limit, kind, *whose)
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
