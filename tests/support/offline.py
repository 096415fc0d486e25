"""Keeps a test process on loopback: a test that would reach a paid API fails instead."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


class NetworkError(RuntimeError):
    """A test tried to leave the machine."""


@contextmanager
def only_loopback() -> Iterator[None]:
    """Refuse connections to any other machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and host and not host.startswith(LOOPBACK):
            raise NetworkError(f"a test tried to connect to {host}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    try:
        yield
    finally:
        patch.undo()
