"""The process that builds an index: ``python -m stoker_analyzers.index ROOT DATABASE``.

Tells on standard output, a JSON object a line, how far it is; takes ``{"changed": PATH}``, relative to the root, the same way
on standard input, and ends when that closes. It comes last on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import psutil

from stoker_analyzers.index.build import PROCESSES, Builder
from stoker_analyzers.index.entries import MAX_BYTES
from stoker_analyzers.index.store import Store, remove
from stoker_analyzers.index.walk import Walker

FAILED = 3
"""Exit status where the database can't be made or used."""


def main(arguments: list[str]) -> int:
    """Build and keep in step until standard input closes.

    Returns:
        ``FAILED`` where the database can't be used; otherwise it ends elsewhere.
    """
    parser = argparse.ArgumentParser(prog="python -m stoker_analyzers.index", description=__doc__)
    parser.add_argument("root", type=Path, help="the workspace folder")
    parser.add_argument("database", type=Path, help="where the index is kept")
    parser.add_argument("--max-bytes", type=int, default=MAX_BYTES, help="larger files are left out")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="processes that read files")
    options = parser.parse_args(arguments)
    _come_last()
    commands: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin, commands), daemon=True).start()
    for attempt in range(2):
        try:
            store = Store(options.database, options.root)
            try:
                Builder(options.root, store, Walker(options.root, options.max_bytes), _say, options.processes).run(
                    commands
                )
            finally:
                store.close()
        except (sqlite3.Error, OSError) as error:
            _say({"state": "failed", "why": f"{type(error).__name__}: {error}"})
            if attempt or isinstance(error, sqlite3.OperationalError) or not isinstance(error, sqlite3.DatabaseError):
                return FAILED
            remove(options.database)
    return FAILED


def _come_last() -> None:
    """Take the lowest rank; the processes started from here inherit it."""
    process = psutil.Process()
    process.nice(getattr(psutil, "IDLE_PRIORITY_CLASS", 19))


def _say(message: dict[str, Any]) -> None:
    try:
        print(json.dumps(message), flush=True)  # noqa: T201  # that is how it tells
    except OSError:
        _leave()


def _listen(source: IO[str], changes: SimpleQueue[str]) -> None:
    for line in source:
        message = json.loads(line)
        if path := message.get("changed"):
            changes.put(path)
    _leave()


def _leave() -> None:
    """End at once, wherever the work is: the database rolls back what was not finished, and readers see their input end."""
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
