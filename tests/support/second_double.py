"""aimock, the model server that nobody here wrote, as a process on loopback; see tests/support/aimock/README.md."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

FOLDER = Path(__file__).parent / "aimock"
PROGRAM = FOLDER / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"


@dataclass(frozen=True)
class SecondDouble:
    """A running aimock.

    Attributes:
        url: Its address, without a path.
        process: Its process.
    """

    url: str
    process: psutil.Process

    def connections(self) -> int:
        """How many connections the server holds open, as the operating system sees it."""
        port = int(self.url.rpartition(":")[2])
        held = self.process.net_connections("tcp4")
        return sum(each.status == psutil.CONN_ESTABLISHED and each.laddr.port == port for each in held)


@contextmanager
def second_double() -> Iterator[SecondDouble]:
    """A running aimock on a free port; skips the test where it or Node is not there."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("aimock needs Node 20, which is not on the PATH; `make aimock` fetches the rest")
    if not PROGRAM.exists():
        pytest.skip("aimock is not there; `make aimock` fetches it")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        node,
        str(PROGRAM),
        "--port",
        str(port),
        "--fixtures",
        str(FOLDER / "fixtures.json"),
        "--log-level",
        "silent",
    ]
    running = subprocess.Popen(
        [*command, "--strict"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, running)
        yield SecondDouble(url, psutil.Process(running.pid))
    finally:
        running.kill()
        running.communicate()


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    """Until it answers: no proxy is asked, whatever the environment says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError(f"aimock ended at once: {running.communicate()[0].decode()}")
        try:
            with opener.open(f"{url}/__aimock/journal", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError("aimock does not answer")
