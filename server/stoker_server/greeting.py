"""The first moments over standard streams: ``initialize`` is answered before anything heavy is imported.

Standard library only, and of that only what takes a millisecond or two: an editor waits for the first answer.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from stoker_server.capabilities import initialize_result
from stoker_server.framing import FrameBuffer, FramingError, frame, parse_message

PARSE_ERROR, SERVER_NOT_INITIALIZED = -32700, -32002


@dataclass(frozen=True)
class Opening:
    """The client's ``initialize``, already answered, and what had arrived after it."""

    initialize: bytes
    rest: bytes


def take_standard_streams() -> tuple[int, int]:
    """Private copies of descriptors 0 and 1, which then point at null and stderr.

    Whatever prints by accident lands in the log, not in the protocol, and child processes inherit neither copy.
    """
    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (source, sink):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return source, sink


def greet(source: int, sink: int) -> Opening | None:
    """Read up to ``initialize`` and answer it; ``None`` where the client leaves before that."""
    buffer = FrameBuffer()
    waiting: list[bytes | FramingError] = []
    while True:
        while waiting:
            body = waiting.pop(0)
            message = parse_message(body)
            if message is None:
                _answer(sink, None, {"code": PARSE_ERROR, "message": "the message is not a JSON object"})
            elif message.get("method") == "exit":
                return None
            elif "id" in message and message.get("method") == "initialize" and isinstance(body, bytes):
                _send(sink, {"jsonrpc": "2.0", "id": message["id"], "result": initialize_result(message.get("params"))})
                rest = b"".join(frame(each) for each in waiting if isinstance(each, bytes))
                return Opening(body, rest + buffer.rest())
            elif "id" in message:
                _answer(sink, message["id"], {"code": SERVER_NOT_INITIALIZED, "message": "initialize comes first"})
        data = os.read(source, 65536)
        if not data:
            return None
        waiting = buffer.feed(data)


def _answer(sink: int, identifier: Any, error: dict[str, Any]) -> None:
    _send(sink, {"jsonrpc": "2.0", "id": identifier, "error": error})


def _send(sink: int, message: dict[str, Any]) -> None:
    data = frame(json.dumps(message).encode())
    while data:
        data = data[os.write(sink, data) :]
