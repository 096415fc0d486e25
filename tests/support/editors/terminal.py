"""A terminal without a screen, in which an editor runs: tmux."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.editors import unpacked, until

COLUMNS, ROWS = 100, 30
TMUX = unpacked("tmux")


@dataclass(frozen=True)
class Terminal:
    """A running program and what it shows.

    Attributes:
        socket: Of the tmux server that is its own.
    """

    socket: Path
    environ: Mapping[str, str]

    def tmux(self, *arguments: str) -> str:
        return subprocess.run(
            [str(TMUX), "-S", str(self.socket), "-f", "/dev/null", *arguments],
            env=dict(self.environ),
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names: ``Enter``, ``C-x``, ``Escape``."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text as it stands."""
        self.tmux("send-keys", "-l", text)

    @property
    def text(self) -> str:
        """What the screen shows."""
        return self.tmux("capture-pane", "-p")

    @property
    def coloured(self) -> str:
        """The same with the colours, as a terminal is told them."""
        return self.tmux("capture-pane", "-e", "-p", "-N")

    def shows(self, *texts: str) -> None:
        """Wait until all of them are on the screen."""
        for text in texts:
            until(lambda text=text: text in self.text, f"{text!r} on the screen", lambda: self.text)  # type: ignore[misc]  # mypy reads no default


@contextmanager
def terminal(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Iterator[Terminal]:
    """A program in a terminal of its own.

    Args:
        command: The program and its arguments.
        folder: Where it runs; the terminal's socket lies there, too.
        environ: The whole of its environment.
    """
    opened = Terminal(folder / ".tmux", environ)
    size = ("-x", str(COLUMNS), "-y", str(ROWS))
    opened.tmux("new-session", "-d", *size, "-c", str(folder), *command)
    try:
        yield opened
    finally:
        with suppress(subprocess.CalledProcessError):  # it ends by itself with the editor
            opened.tmux("kill-server")
