"""The floor: a server of the standard library that reads, answers and does nothing."""

from __future__ import annotations

import json
import sys
from typing import Any


def read() -> dict[str, Any] | None:
    """The next message; ``None`` at the end."""
    length = 0
    while line := sys.stdin.buffer.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    if not length:
        return None
    message: dict[str, Any] = json.loads(sys.stdin.buffer.read(length))
    return message


def main() -> None:
    """Answer every request with nothing."""
    results: dict[str, Any] = {"initialize": {"capabilities": {"textDocumentSync": 2}}}
    while (message := read()) and message.get("method") != "exit":
        if "id" in message and "method" in message:
            reply = {"jsonrpc": "2.0", "id": message["id"], "result": results.get(message["method"])}
            body = json.dumps(reply).encode()
            sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
