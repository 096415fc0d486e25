"""Keeps a request's body within bounds before anybody is known: frameworks read it whole."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 8 * 1024 * 1024
"""Bytes of a body: edits of 500 tasks, each field as long as it may be, are less."""


class BodyLimit:
    """ASGI middleware. A body that is too long is answered with 413, at the latest where it gets too long."""

    def __init__(self, app: ASGIApp, *, objects: int) -> None:
        """Wrap an application.

        Args:
            app: The application.
            objects: Bytes of a body that is an object.
        """
        self._app, self._objects = app, objects

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, most = 0, max(MOST, self._objects) if scope["path"].endswith("/objects") else MOST

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, f"this is longer than {most} bytes")
            return message

        await self._app(scope, counted, send)
