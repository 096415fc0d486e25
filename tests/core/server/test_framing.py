"""LSP's base protocol, however the bytes arrive."""

from __future__ import annotations

import random

import pytest

from stoker_server.framing import MAX_BODY, MAX_HEADER, FrameBuffer, FramingError, frame

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


def test_after_a_bad_header_only_its_own_message_is_lost() -> None:
    stream = b"Content-Lenght: 2\r\n\r\n{}" + frame(b"[1]") + frame(b"[2]")
    found = FrameBuffer().feed(stream)
    assert [each for each in found if isinstance(each, bytes)] == [b"[1]", b"[2]"]
    assert any(isinstance(each, FramingError) for each in found)


def test_a_header_without_an_end_is_not_kept_for_ever() -> None:
    buffer = FrameBuffer()
    found = [each for _ in range(40) for each in buffer.feed(b"x" * 4_096)]
    assert found
    assert all(isinstance(each, FramingError) for each in found)
    assert len(buffer.rest()) <= MAX_HEADER + 4_096
