"""Finds the model's process or starts it, and stays connected to it. Connecting blocks: not for the event loop."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from stoker_providers.errors import NotConfiguredError, UnreachableError
from stoker_providers.local.address import Address
from stoker_providers.local.door import Visit
from stoker_providers.local.engine import environment
from stoker_providers.locks import exclusive

START_SECONDS = 120.0
"""Longest wait for a model to load: 5 GB from a slow disk."""

PULL = "Run `stoker models pull qwen2.5-coder-0.5b`."
"""What to do where a model's file is missing; the smallest model runs everywhere."""

_CHILD = "stoker_providers.local.child"
_PAUSE = 0.05


class Link:
    """This process's connection to the process of one model.

    The first process that needs a model starts it, the others find its address in the user's state folder.
    """

    def __init__(self, name: str, model: Path, state_dir: Path, options: Sequence[str] = ()) -> None:
        """Prepare; nothing is started yet.

        Args:
            name: The provider's name, for errors.
            model: The GGUF file.
            state_dir: The user's state folder.
            options: Further arguments of the model's process.
        """
        self._name = name
        self._model = model
        self._options = options
        self._folder = state_dir / "local"
        stem = hashlib.sha256(str(model.resolve()).encode()).hexdigest()[:16]
        self._file, self._lock, self._log = (self._folder / f"{stem}{end}" for end in (".json", ".lock", ".log"))
        self._closed = threading.Event()
        self._current: tuple[Address, Visit] | None = None

    @property
    def address(self) -> Address | None:
        """Where the model answers; ``None`` while it is not connected or once its process has ended."""
        if self._current is not None and not self._current[1].alive:
            self._current[1].close()
            self._current = None
        return self._current[0] if self._current else None

    def used(self) -> None:
        """Tell the model's process that it is in use."""
        if self._current is not None:
            self._current[1].used()

    def close(self) -> None:
        """Leave; the process ends by itself when nobody is left."""
        self._closed.set()
        if self._current is not None:
            self._current[1].close()
            self._current = None

    def connect(self) -> Address:
        """Connect to the model's process; start it where there is none.

        Raises:
            NotConfiguredError: The model's file is gone or can't be loaded, or the state folder can't be written.
            UnreachableError: It did not come up in time, or this link was closed meanwhile.
        """
        end = time.monotonic() + START_SECONDS

        def proceed() -> bool:
            return time.monotonic() < end and not self._closed.is_set()

        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with exclusive(self._lock, proceed):
                entered = self._enter() or self._start(proceed)
        except TimeoutError as error:
            raise UnreachableError(self._name, "another process is still starting the model") from error
        except OSError as error:
            raise NotConfiguredError(
                self._name,
                f"the folder {self._folder} can't be written ({error})",
                remedy=f"Make {self._folder} writable.",
            ) from error
        if self._closed.is_set():
            entered[1].close()
            raise UnreachableError(self._name, "Stoker is closing")
        self._current = entered
        return entered[0]

    def _enter(self) -> tuple[Address, Visit] | None:
        address = Address.read(self._file)
        if address is None:
            return None
        try:
            return address, Visit(address)
        except OSError:  # its process has ended and could not clean up
            return None

    def _start(self, proceed: Callable[[], bool]) -> tuple[Address, Visit]:
        self._file.unlink(missing_ok=True)
        process = self._spawn()
        ended = False
        while (entered := self._enter()) is None and not ended:
            if not proceed():
                process.kill()
                raise UnreachableError(self._name, "the model was not loaded in time")
            time.sleep(_PAUSE)
            ended = process.poll() is not None
        if entered is not None:
            return entered
        raise NotConfiguredError(
            self._name,
            f"the process that was to load {self._model.name} ended (status {process.returncode}); {self._log} says why",
            remedy="Fetch the file again, or choose a smaller model if memory ran out.",
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        if not self._model.is_file():
            raise NotConfiguredError(self._name, f"the model file {self._model} is gone", remedy=PULL)
        command = [sys.executable, "-P", "-m", _CHILD, str(self._model), str(self._file), *self._options]
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=environment(),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        threading.Thread(target=process.wait, daemon=True, name="reaper").start()  # else it stays as a zombie
        return process
