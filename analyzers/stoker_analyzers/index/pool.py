"""Reads files in a few processes of their own. A file that ends a process costs that file alone.

The processes take pickled batches on standard input and end when it closes, so none is left behind whatever becomes of
the one that started them. multiprocessing would bring a fourth process along, to look after semaphores.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from queue import LifoQueue
from typing import IO

from stoker_analyzers.index.entries import FileEntry, Stamp

Task = tuple[str, Stamp, bytes]
"""A path relative to the folder, the file's size and time, and the digest of the bytes that are known."""

BATCH = 12
"""Files that a process reads at a time: few enough that the first are soon there, many enough that sending costs little."""
_AHEAD = 2
"""Batches under way for each process: one that it reads, one that waits or is written to the database."""
_COMMAND = ("-I", "-m", "stoker_analyzers.index.pool")
"""What Python is told to run in the processes: isolated, so that neither the environment nor a folder adds to its imports."""


def read_file(root: Path, path: str, stamp: Stamp, known: bytes) -> FileEntry:
    """What one file comes to, read here and now; one that can't be read comes to nothing."""
    from stoker_analyzers.index.read import entry_of  # the parser is not needed where no file changed
    from stoker_analyzers.languages import by_path

    language = by_path(path)
    try:
        source = (root / path).read_bytes()
    except OSError:
        return FileEntry(path, stamp, b"")
    return entry_of(path, stamp, source, language, known) if language else FileEntry(path, stamp, b"")


def read_files(root: Path, tasks: Iterable[Task], processes: int) -> Iterator[list[FileEntry]]:
    """Read files in processes of their own and give them batch by batch, in no order.

    What is still to be read is asked for as the work goes on, so that a long list takes no memory. No process is started
    where there is nothing to read.
    """
    pending = iter(tasks)
    first = list(islice(pending, BATCH))
    if not first:
        return
    pool = _Pool(root, processes)
    running: set[Future[list[FileEntry]]] = {pool.submit(first)}
    try:
        while running:
            while len(running) < processes * _AHEAD and (batch := list(islice(pending, BATCH))):
                running.add(pool.submit(batch))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                if batch := list(islice(pending, BATCH)):  # at once, so that no process waits for what follows
                    running.add(pool.submit(batch))
                yield future.result()
    finally:
        pool.close()


class _Process:
    """One process that reads files."""

    def __init__(self, root: Path) -> None:
        command = (sys.executable, *_COMMAND, str(root))
        self._popen = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def read(self, batch: list[Task]) -> list[FileEntry]:
        """Have files read.

        Raises:
            OSError, EOFError, pickle.UnpicklingError: The process died.
        """
        assert self._popen.stdin and self._popen.stdout  # noqa: S101  # both are pipes
        pickle.dump(batch, self._popen.stdin, pickle.HIGHEST_PROTOCOL)
        self._popen.stdin.flush()
        entries: list[FileEntry] = pickle.load(self._popen.stdout)  # noqa: S301  # our own process wrote it
        return entries

    def close(self) -> None:
        """End it, whatever it does."""
        self._popen.kill()
        self._popen.communicate()


class _Pool:
    """Several of them, each driven by a thread that does nothing but wait."""

    def __init__(self, root: Path, processes: int) -> None:
        self._root = root
        self._threads = ThreadPoolExecutor(processes)
        self._idle: LifoQueue[_Process] = LifoQueue()
        for _ in range(processes):
            self._idle.put(_Process(root))

    def submit(self, batch: list[Task]) -> Future[list[FileEntry]]:
        """Have files read by the process that is free next."""
        return self._threads.submit(self._read, batch)

    def _read(self, batch: list[Task]) -> list[FileEntry]:
        process = self._idle.get()
        try:
            return process.read(batch)
        except (OSError, EOFError, pickle.UnpicklingError):
            process.close()
            process = _Process(self._root)
        finally:
            self._idle.put(process)
        if len(batch) == 1:
            return [FileEntry(batch[0][0], batch[0][1], b"")]
        return [entry for task in batch for entry in self._read([task])]

    def close(self) -> None:
        """End all processes."""
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().close()


def serve(root: Path, source: IO[bytes], sink: IO[bytes]) -> None:
    """The processes' side: read batch after batch until the input closes."""
    gc.disable()  # nothing here makes cycles, and looking for them took a tenth of the time
    while True:
        try:
            batch: list[Task] = pickle.load(source)  # noqa: S301  # from the process that started this one
        except EOFError:
            return
        pickle.dump([read_file(root, *task) for task in batch], sink, pickle.HIGHEST_PROTOCOL)
        sink.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
