"""``stoker cloud serve`` as a process of the tests' own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.cli import SCRIPT


@dataclass
class Team:
    """A backend with one project, and the owner's token."""

    url: str
    project: str
    token: str

    def post(self, path: str, body: Any) -> None:
        head = {"Authorization": f"Bearer {self.token}"}
        httpx2.post(f"{self.url}/v1/projects/{self.project}{path}", headers=head, json=body).raise_for_status()

    def get(self, path: str) -> Any:
        head = {"Authorization": f"Bearer {self.token}"}
        return httpx2.get(f"{self.url}/v1/projects/{self.project}{path}", headers=head).json()


def start_serving(environ: Mapping[str, str], port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """The process, once it listens, and its address."""
    process = subprocess.Popen(
        [SCRIPT, "cloud", "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert " listens at " in line, line
    return process, line.rpartition(" ")[2].strip()


@contextmanager
def serving(environ: Mapping[str, str]) -> Iterator[str]:
    """The address of a process that serves."""
    process, url = start_serving(environ)
    try:
        yield url
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
