"""NATS JetStream as a bus: a subject for each organisation, project and type, and a stream that keeps them.

The stream drops what was published already, by its id, for as long as ``SAME``; after that listeners know it by its id.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from stoker_cloud.bus.base import BusError

STREAM = "STOKER"
SUBJECTS = "stoker.events"
"""Before organisation, project and type: ``stoker.events.ORG.PROJECT.stoker.shown``."""
SAME = 600.0
"""Seconds during which an event that is published again is dropped: a dead worker's calls are made again much sooner."""
DAYS = 7
"""How long the stream keeps events, where it is made here; an operator's own stream of this name is left as it is."""
SECONDS = 10.0
"""Longest wait for the bus."""


class NatsBus:
    """A connection to NATS, made when it is first needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = asyncio.Lock()
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None

    async def publish(self, events: Sequence[dict[str, Any]]) -> None:
        """Publish events, all at once, and wait for each to be acknowledged.

        Raises:
            BusError: NATS can't be reached, or does not acknowledge.
        """
        try:
            async with asyncio.timeout(SECONDS):
                stream = await self._connected()
                await asyncio.gather(*(self._publish(stream, each) for each in events))
        except (Error, OSError, TimeoutError) as error:
            self._stream = None  # NATS may have come back without it
            raise BusError(f"NATS does not take events: {error or type(error).__name__}") from error

    async def aclose(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.close()

    async def _publish(self, stream: JetStreamContext, event: dict[str, Any]) -> None:
        subject = f"{SUBJECTS}.{event['org']}.{event['project']}.{event['type']}"
        headers = {"Nats-Msg-Id": event["id"], "Content-Type": "application/cloudevents+json"}
        await stream.publish(subject, json.dumps(event).encode(), headers=headers)

    async def _connected(self) -> JetStreamContext:
        async with self._lock:
            if self._client is None:
                self._client = await nats.connect(self._url, max_reconnect_attempts=-1, error_cb=_quiet)
            if self._stream is None:
                stream = self._client.jetstream(timeout=SECONDS)
                try:
                    await stream.stream_info(STREAM)
                except NotFoundError:
                    await stream.add_stream(_config())
                self._stream = stream
            return self._stream


def _config() -> StreamConfig:
    return StreamConfig(STREAM, subjects=[f"{SUBJECTS}.>"], duplicate_window=SAME, max_age=DAYS * 24 * 3600.0)


async def _quiet(_: Exception) -> None:
    """What fails is told by the call that fails."""
