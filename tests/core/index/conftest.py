"""A folder with files, and a real builder for it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.support.projects import make_project

from stoker_analyzers.index.query import IndexQuery

PATIENCE = 60.0
"""Seconds until a builder is given up: it comes last on a busy machine."""


class Building:
    """A builder process, as the server has it."""

    def __init__(self, root: Path, database: Path) -> None:
        command = (sys.executable, "-I", "-m", "stoker_analyzers.index", str(root), str(database))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.query = IndexQuery(database)
        self._messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._messages.put(json.loads(line))
        self._messages.put(None)

    def hear(self) -> dict[str, Any]:
        """What it says next."""
        message = self._messages.get(timeout=PATIENCE)
        assert message is not None, "it ended"
        return message

    def until(self, state: str) -> dict[str, Any]:
        """What it says when it comes to a state."""
        while (message := self.hear())["state"] != state:
            assert message["state"] != "failed" or state == "failed", message
        return message

    def change(self, path: str) -> None:
        """Tell it of a change."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"changed": path}) + "\n")
        self.process.stdin.flush()

    def children(self) -> list[psutil.Process]:
        """The processes it started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def leave(self) -> int:
        """Close its input and wait for its end."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Makes the workspace folder."""
    return lambda files: make_project(tmp_path / "folder", files)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the index goes."""
    return tmp_path / "cache" / "index.db"


@pytest.fixture
def build(database: Path) -> Iterator[Callable[[Path], Building]]:
    """Starts builders, which are gone after the test."""
    started: list[Building] = []

    def start(root: Path) -> Building:
        started.append(Building(root, database))
        return started[-1]

    yield start
    for building in started:
        building.query.close()
        building.process.kill()
        building.process.wait()


@pytest.fixture(scope="session")
def is_root() -> bool:
    """Whether no file is unreadable for this user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
