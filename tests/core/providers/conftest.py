"""A model server for each test, and an environment in which no SDK finds anything to talk to."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.wire_double import WireDouble, wire_double

_SPEAKS_OF_VENDORS = ("OPENAI", "AZURE", "GEMINI", "GOOGLE", "CLOUDSDK", "STOKER_API", "STOKER_BASE")


@pytest.fixture(autouse=True)
def _no_vendor_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no proxy, no keyring, and no name is resolved but loopback's."""
    for name in list(os.environ):
        if name.startswith(_SPEAKS_OF_VENDORS) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    resolve = socket.getaddrinfo

    def loopback_only(host: Any, *more: Any, **named: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", "::1"):
            raise socket.gaierror(socket.EAI_NONAME, f"a test tried to look up {host!r}")
        return resolve(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", loopback_only)


@pytest.fixture
async def double() -> AsyncIterator[WireDouble]:
    """A running double."""
    async with wire_double() as running:
        yield running
