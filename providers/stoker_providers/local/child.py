"""The model's process: llama.cpp's own HTTP server on a random loopback port, until nobody needs it any more.

``python -m stoker_providers.local.child MODEL ADDRESS_FILE``. It imports nothing of the server and holds nothing but the
model: a native crash here costs whoever waits one answer.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from stoker_providers.local.address import Address
from stoker_providers.local.door import Door
from stoker_providers.local.engine import load
from stoker_providers.locks import exclusive

IDLE, LINGER = 600.0, 5.0
"""Seconds until the process ends: without a request, and without a window. The second is for a window that is reloaded."""

_TICK = 0.5


def main(arguments: list[str]) -> None:
    """Serve a model until it is not needed any more, unless another process does already.

    Raises:
        RuntimeError: It could not be loaded.
    """
    parser = argparse.ArgumentParser(prog="stoker_providers.local.child")
    parser.add_argument("model", type=Path)
    parser.add_argument("address", type=Path)
    parser.add_argument("--idle", type=float, default=IDLE)
    parser.add_argument("--linger", type=float, default=LINGER)
    parsed = parser.parse_args(arguments)
    # A window that was killed while its model loaded has freed its own lock, but not this one.
    with (
        contextlib.suppress(TimeoutError),
        exclusive(parsed.address.with_suffix(".running"), lambda: not parsed.address.exists()),
    ):
        _serve(parsed.model, parsed.address, parsed.idle, parsed.linger)


def _serve(model: Path, file: Path, idle: float, linger: float) -> None:
    token = secrets.token_hex(32)
    engine, gpu = load(model, token)
    door = Door(token)
    port = urlsplit(engine.listening_address).port or 0
    Address(port=port, door=door.port, token=token, pid=os.getpid(), gpu=gpu).write(file)
    while not door.expired(idle, linger):
        time.sleep(_TICK)
    file.unlink(missing_ok=True)
    door.close()


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)  # the engine's threads have nothing to finish
