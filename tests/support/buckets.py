"""An S3 of the tests' own, on loopback: a process that speaks Amazon's protocol and keeps everything in memory."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.support import audit

PROGRAM = audit.ROOT / ".tools/buckets/bin/ministack"
SECONDS = 60.0
"""Longest wait for its start."""


@contextmanager
def running_s3(bucket: str) -> Iterator[dict[str, str]]:
    """The environment with which a new bucket is found; skips the test where the program is not there."""
    if not PROGRAM.exists():
        pytest.skip("there is no S3 (`make buckets` fetches one)")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environ = {**os.environ, "BIND_HOST": "127.0.0.1", "SERVICES": "s3", "GATEWAY_PORT": str(port)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([str(PROGRAM)], env=environ, stdin=subprocess.DEVNULL, **quiet)  # type: ignore[call-overload]  # the names are subprocess's own
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                httpx2.put(f"{url}/{bucket}").raise_for_status()
                break
            except httpx2.HTTPError:
                assert time.monotonic() < until and process.poll() is None, "S3 does not start"
                time.sleep(0.1)
        yield {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_ALLOW_HTTP": "true",
        }
    finally:
        process.kill()
        process.wait()
