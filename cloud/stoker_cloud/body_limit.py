"""Keeps a request's body within bounds before anybody is known: frameworks read it whole."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 8 * 1024 * 1024
"""Bytes of a body: edits of 500 tasks, each field as long as it may be, are less."""


class BodyLimit:
    """ASGI middleware. A body that is too long is answered with 413, at the latest where it gets too long."""

    def __init__(self, app: ASGIApp, *, most: int = MOST) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(413, f"this is longer than {self._most} bytes")
            return message

        await self._app(scope, counted, send)
