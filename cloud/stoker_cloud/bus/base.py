"""The face of a bus. One of a cloud's own is a module with a class of this form and a line in ``opening``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class BusError(Exception):
    """The bus did not take what it was told; trying again later helps. The message is a sentence."""


class Bus(Protocol):
    """Publishes events to whoever listens."""

    async def publish(self, events: Sequence[dict[str, Any]]) -> None:
        """Publish events; return once all of them are safe with the bus.

        Events may be given again, with the same ids: a bus that can tell drops them, and for the others listeners have the id.

        Args:
            events: CloudEvents 1.0 in JSON's form, with the extensions ``org`` and ``project``.

        Raises:
            BusError: At least one of them is not safe.
        """

    async def aclose(self) -> None:
        """Let go of the connection."""
