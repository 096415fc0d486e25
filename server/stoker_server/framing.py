"""LSP's base protocol: bytes in, message bodies out. Standard library only, because it runs before anything else loads."""

from __future__ import annotations

import json
from typing import Any

MAX_BODY = 256 * 1024 * 1024
"""Bytes of one message. Editors send whole files on open; nothing real comes near this."""


MAX_HEADER = 65_536
"""Bytes of a message's header; real ones have some sixty."""


class FramingError(ValueError):
    """A header that can't be understood; what stands before the next one is lost."""


class FrameBuffer:
    """Cuts a stream of bytes into message bodies, however the reads fall."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = bytearray(data)
        self._length: int | None = None

    def feed(self, data: bytes) -> list[bytes | FramingError]:
        """Take bytes in and give back every body that is now whole, in order; an error stands where a header was bad."""
        self._data += data
        found: list[bytes | FramingError] = []
        while (body := self._next()) is not None:
            found.append(body)
        return found

    def rest(self) -> bytes:
        """What has arrived but is not yet a whole message, header included."""
        header = b"" if self._length is None else b"Content-Length: %d\r\n\r\n" % self._length
        return header + bytes(self._data)

    def _next(self) -> bytes | FramingError | None:
        if self._length is None:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                if len(self._data) <= MAX_HEADER:
                    return None
                self._data.clear()
                return FramingError(f"a message header has more than {MAX_HEADER} bytes")
            header = bytes(self._data[:end])
            del self._data[: end + 4]
            junk, self._length = _read_header(header)
            if junk:
                return FramingError(junk)
        if self._length is None or len(self._data) < self._length:
            return None
        body = bytes(self._data[: self._length])
        del self._data[: self._length]
        self._length = None
        return body


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def _read_header(header: bytes) -> tuple[str, int | None]:
    """What is wrong with a header, if anything, and the length that it names all the same.

    After a bad header its body stands before the next one, so the last ``Content-Length`` is the one that counts.
    """
    start = header.lower().rfind(b"content-length:")
    if start < 0:
        return "a message header has no Content-Length", None
    digits = header[start:].split(b"\r\n")[0].partition(b":")[2].strip()
    if not digits.isdigit() or int(digits) > MAX_BODY:
        return f"Content-Length {digits[:20]!r} is not a number of bytes up to {MAX_BODY}", None
    others = [line for line in header[:start].split(b"\r\n") if line and not line.lower().startswith(b"content-type:")]
    return ("there is something else before the header" if others else ""), int(digits)


def parse_message(body: bytes | FramingError) -> dict[str, Any] | None:
    """A message as a JSON object; ``None`` for anything else."""
    if isinstance(body, FramingError):
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
