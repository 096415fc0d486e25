"""What a handler is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stoker_server.session import Session


@dataclass(frozen=True, slots=True)
class Handler:
    """A method's handler.

    Attributes:
        method: LSP's name of the request or notification.
        call: Gets the session and the params, at once and in message order: it takes its snapshot before the next edit
            arrives. What takes time it returns as a coroutine.
        raw: Whether it takes the params as JSON rather than as lsprotocol's type.
    """

    method: str
    call: Callable[[Session, Any], Any]
    raw: bool = False
