"""What requests cost: each attempt is counted where it leaves, and what one job may cost is capped.

Counts and compares; who is told and what is drafted then is the caller's business. Holds no text of a prompt or an answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from math import inf

from stoker_providers.base import Chunk, Provider, Request, estimate, prompt_bytes
from stoker_providers.catalog import GEMINI, OPENAI, Model, cost, find
from stoker_providers.errors import ProviderError
from stoker_providers.wrapper import Wrapper, streaming
from stoker_wire.usage import Usage

_CATALOGUES = {"openai": OPENAI, "azure": OPENAI, "gemini": GEMINI, "vertex": GEMINI}


@dataclass(frozen=True, slots=True)
class Spent:
    """What one attempt cost.

    Attributes:
        task: The request's purpose.
        model: Provider and model.
        usage: Tokens and money; the money is ``None`` where the model's price is not known.
    """

    task: str
    model: str
    usage: Usage


Note = Callable[[Spent], None]
"""Takes what was spent, at once and without waiting for anything."""


def unnoted(_: Spent) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What one offer may take.

    Attributes:
        rounds: Drafts.
        seconds: From the request on.
        usd: US dollars after which no further draft is asked for.
        models: How many models take turns.
        again: Seconds from the request on after which no draft is asked for anew; one that was begun is waited for.
    """

    rounds: int
    seconds: float = inf
    usd: float = inf
    models: int = 1
    again: float = inf

    @property
    def shared(self) -> bool:
        """Whether two models work under them, and the user is told of the one that ends their work."""
        return self.models > 1 or min(self.seconds, self.usd) < inf

    def reached(self, rounds: int, seconds: float, spent: Usage) -> str:
        """Which cap keeps the next draft from being asked for, as a sentence; empty where none does.

        Args:
            rounds: Drafts that were asked for.
            seconds: Seconds since the request.
            spent: What the drafts cost. Money that is not known can't be held against its cap.
        """
        if rounds >= self.rounds:
            return f"tandem.rounds allows no more than {self.rounds} {'draft' if self.rounds == 1 else 'drafts'}"
        if rounds and seconds >= self.again:
            return f"after {self.again:g} s a model on this machine is not asked again"
        if seconds >= self.seconds:
            return f"tandem.seconds allows no more than {self.seconds:g} s"
        if spent.usd is not None and spent.usd >= self.usd:
            return f"${spent.usd:.4f} of the ${self.usd:g} that tandem.money allows are spent"
        return ""


class Metered(Wrapper):
    """A provider whose every attempt is counted, also one that was not read to its end."""

    def __init__(self, inner: Provider, note: Note) -> None:
        super().__init__(inner)
        self._note = note

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The inner provider's answer.

        Raises:
            ProviderError: As the inner provider. An attempt that brought nothing costs nothing.
        """
        usage, answered, refused = None, 0, False
        try:
            async with streaming(self.inner, request) as chunks:
                async for chunk in chunks:
                    answered += len(chunk.text)
                    if chunk.usage and chunk.usage.estimated:
                        chunk = replace(chunk, usage=reckon(self, chunk.usage.bytes_sent, answered))
                    usage = chunk.usage or usage
                    yield chunk
        except ProviderError:
            refused = not answered
            raise
        finally:
            if not refused:
                self._count(request, usage, answered)

    def _count(self, request: Request, usage: Usage | None, answered: int) -> None:
        known = usage is not None and (usage.input_tokens or usage.output_tokens) > 0
        if usage is not None and known:
            self._note(Spent(request.purpose, self.name, usage))
            return
        self._note(Spent(request.purpose, self.name, reckon(self, prompt_bytes(request), answered)))


def priced(name: str) -> Model | None:
    """The catalogue's entry of a model by provider and model; ``None`` where its price is not known."""
    vendor, _, model = name.partition("/")
    return find(_CATALOGUES[vendor], model) if vendor in _CATALOGUES else None


def reckon(provider: Provider, sent: int, received: int) -> Usage:
    """What an attempt came to whose answer was not read to its end.

    Args:
        provider: Who was asked; on this machine it costs nothing.
        sent: Bytes of the prompt.
        received: Characters of the answer that came.
    """
    usage = estimate(sent, received)
    usd = cost(priced(provider.name), prompt=usage.input_tokens, cached=0, answer=usage.output_tokens)
    return replace(usage, usd=0.0 if provider.capabilities.local else usd)
