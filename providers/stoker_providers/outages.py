"""Says once that a model can't be asked, and why: ghost text that merely stays away tells the user nothing.

Stands inside the retries, so that it hears of every attempt: a failure that the next attempt mends is not worth a word, and a
limit that makes a request wait for half a minute is. Changes no answer and no error. What it hears it notes on a board, which
the status shows and by which a model that can't be asked is passed over.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from math import ceil

from stoker_providers.base import Chunk, Provider, Request
from stoker_providers.errors import BadAnswerError, ProviderError, RequestError
from stoker_providers.wrapper import Wrapper, streaming

IN_A_ROW = 3
"""Failures that may pass after which it is said: a first attempt and the usual two retries."""
SOON = 5.0
"""Seconds that a server may ask to wait without a word to the user; whoever types would wonder beyond that."""

PAUSE = 30.0
"""Seconds for which a model that failed is asked last where another one can be, if it does not say how long itself."""

Tell = Callable[[str], None]
Heard = Callable[[str, ProviderError], None]


def nobody(_: str) -> None:
    """Nobody is told."""


def ignored(_model: str, _error: ProviderError) -> None:
    """Nobody counts failures."""


@dataclass(frozen=True, slots=True)
class Outage:
    """Why a model can't be asked just now.

    Attributes:
        reason: What it said, and what the user can do.
        until: When it may be asked again, by the board's clock.
        said: Whether it said so itself.
    """

    reason: str
    until: float
    said: bool


class Board:
    """Which models can't be asked just now, and until when.

    Args:
        clock: The time in seconds, from any origin.
        heard: Takes every failure, with the model's name.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, heard: Heard = ignored) -> None:
        self.clock = clock
        self._heard = heard
        self._outages: dict[str, Outage] = {}

    def failed(self, model: str, error: ProviderError) -> None:
        """A model could not be asked. A fault of the request or of the answer says nothing of the next one."""
        self._heard(model, error)
        if isinstance(error, RequestError | BadAnswerError):
            return
        said = error.retry_after is not None
        reason = " ".join(filter(None, (f"{error}.", error.remedy)))
        self._outages[model] = Outage(reason, self.clock() + (error.retry_after or PAUSE), said)

    def answered(self, model: str) -> None:
        """A model answers."""
        self._outages.pop(model, None)

    def outage(self, model: str) -> Outage | None:
        """Why a model can't be asked; ``None`` where it can, as far as is known."""
        outage = self._outages.get(model)
        return outage if outage and outage.until > self.clock() else None

    def seconds(self, outage: Outage) -> int:
        """Seconds until an outage lifts."""
        return max(0, ceil(outage.until - self.clock()))


class Announcing(Wrapper):
    """A provider whose outages are told: once each, from the first sign that it lasts to the next answer."""

    def __init__(self, inner: Provider, tell: Tell, board: Board | None = None) -> None:
        """Wrap a provider.

        Args:
            inner: The provider.
            tell: Takes a sentence or two: what is wrong and what the user can do.
            board: Where it is noted.
        """
        super().__init__(inner)
        self._tell = tell
        self._board = board or Board()
        self._failures = 0
        self._told = False

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The inner provider's answer.

        Raises:
            ProviderError: As the inner provider.
        """
        try:
            async with streaming(self.inner, request) as chunks:
                async for chunk in chunks:
                    self._failures, self._told = 0, False
                    self._board.answered(self.name)
                    yield chunk
        except ProviderError as error:
            self._failed(error)
            raise

    def _failed(self, error: ProviderError) -> None:
        self._board.failed(self.name, error)
        if isinstance(error, RequestError) and not error.remedy:  # of this request alone: the next one may do
            return
        self._failures += 1
        lasts = not error.retryable or (error.retry_after or 0.0) > SOON or self._failures >= IN_A_ROW
        if lasts and not self._told:
            self._told = True
            lifts = f"It lifts in {ceil(error.retry_after)} s." if error.retry_after else ""
            self._tell(" ".join(filter(None, (error.said, lifts))))
