"""Where the model's process listens, and the secret that it asks for: one file that only the user can read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """A running model's process.

    Attributes:
        port: Where it answers HTTP, on loopback.
        door: Where windows say that they are there, on loopback.
        token: The secret; also the HTTP bearer token.
        pid: Its process.
        gpu: Whether it computes on a graphics card.
    """

    port: int
    door: int
    token: str = field(repr=False)
    pid: int
    gpu: bool

    def write(self, path: Path) -> None:
        """Put the address where windows look for it. They see all of it or nothing."""
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(self), stream)
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> Address | None:
        """The address; ``None`` where there is none, or none that this version understands."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
