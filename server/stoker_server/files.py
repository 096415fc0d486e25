"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace a file's content in one step; only its owner may read it.

    Raises:
        OSError: The folder can't be made or written to; the old content stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with staged(path, text) as ready:
        ready.replace(path)


@contextmanager
def staged(path: Path, text: str) -> Iterator[Path]:
    """A new file beside ``path`` that holds a text, to take its place; it is gone after the block if it was not used.

    Its name can't be foreseen and it is made anew, so nothing that lies there already, a link for one, is written through.

    Raises:
        OSError: It can't be written.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
