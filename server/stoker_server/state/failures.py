"""Counts requests to models that failed: which model, and the kind of error. What was said is not kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stoker_providers.errors import ProviderError
from stoker_server.state.events import EventStore
from stoker_server.state.soon import Soon
from stoker_wire.events import Failed


class Failures:
    """The failures of a session, written to the database soon."""

    def __init__(self, database: Path) -> None:
        self._store = EventStore(database)
        self._unsaved = Soon[Failed](self._save)

    def note(self, model: str, error: ProviderError) -> None:
        """Count a failure. Needs a running event loop."""
        self._unsaved.add(Failed(model, type(error).__name__, error.retryable))

    async def aclose(self) -> None:
        """Write what is not written yet."""
        await self._unsaved.aclose()

    def _save(self, failures: Sequence[Failed]) -> None:
        self._store.put(*failures)
