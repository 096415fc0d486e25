"""LSP's base protocol: bytes in, message bodies out. Standard library only, because it runs before anything else loads."""

from __future__ import annotations

MAX_BODY = 256 * 1024 * 1024
"""Bytes of one message. Editors send whole files on open; nothing real comes near this."""


class FramingError(ValueError):
    """A header that can't be understood; the bytes up to the next header are lost."""


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
                return None
            header = bytes(self._data[:end])
            del self._data[: end + 4]
            try:
                self._length = _content_length(header)
            except FramingError as error:
                return error
        if len(self._data) < self._length:
            return None
        body = bytes(self._data[: self._length])
        del self._data[: self._length]
        self._length = None
        return body


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def _content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            if digits.isdigit() and int(digits) <= MAX_BODY:
                return int(digits)
            raise FramingError(f"Content-Length {digits[:20]!r} is not a number of bytes up to {MAX_BODY}")
    raise FramingError("a message header has no Content-Length")
