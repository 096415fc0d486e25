"""A Redis of the tests' own, on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SECONDS = 20.0
"""Longest wait until it listens."""


@contextmanager
def running_redis() -> Iterator[str]:
    """Its address; skips the test where there is no Redis."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis (apt: redis-server) is not there")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + SECONDS
        while not _listens(port):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
