"""LSP's base protocol, however the bytes arrive."""

from __future__ import annotations

import random

import pytest

from stoker_server.framing import MAX_BODY, FrameBuffer, FramingError, frame

BODIES = [b"{}", b'{"a": "\xc3\xa9"}', b"", b"x" * 5_000]


def test_messages_come_out_whole_however_the_reads_fall() -> None:
    stream = b"".join(frame(body) for body in BODIES)
    for seed in range(50):
        chosen = random.Random(seed)
        buffer, found, rest = FrameBuffer(), [], stream
        while rest:
            size = chosen.choice([1, 2, 7, 100, 4_000])
            found += buffer.feed(rest[:size])
            rest = rest[size:]
        assert found == BODIES


def test_the_rest_of_a_buffer_continues_in_another() -> None:
    stream = frame(b"first") + frame(b"second")
    for cut in range(len(stream)):
        buffer = FrameBuffer()
        found = buffer.feed(stream[:cut])
        found += FrameBuffer().feed(buffer.rest() + stream[cut:])
        assert found == [b"first", b"second"]


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: two\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Type: text/plain\r\n\r\n",
        f"Content-Length: {MAX_BODY + 1}\r\n\r\n".encode(),
    ],
)
def test_a_bad_header_is_an_error_and_the_next_message_is_read(header: bytes) -> None:
    error, body = FrameBuffer().feed(header + frame(b"{}"))
    assert isinstance(error, FramingError)
    assert body == b"{}"


def test_header_names_are_read_in_any_case_and_others_are_passed_over() -> None:
    data = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n{}"
    assert FrameBuffer().feed(data) == [b"{}"]
