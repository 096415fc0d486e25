"""Measures the workspace index beside what else reads the same files, in one run, and prints a table.

A copy of FOLDER is made first, so nothing is written there. What is measured: building from nothing (wall and CPU time of the
whole process tree, and its peak memory), starting again where nothing changed, one changed file, and what a question costs.
Rivals: universal-ctags where it is installed, and a bare tree-sitter parse of the same files in as many processes. Medians of
`--rounds` rounds, taken in turn.

The builder comes last on a busy machine, so wall time says little there: `files/s of CPU` is what as many idle cores as there
are reading processes would do, from the CPU time alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from stoker_analyzers.index.query import ASKED, IndexQuery
from stoker_analyzers.index.walk import Walker

PROCESSES = 2
PARSE = """
import sys
from pathlib import Path
from stoker_analyzers.languages import by_path
from stoker_analyzers.parsing import parse
for line in sys.stdin:
    path = Path(line.rstrip("\\n"))
    parse(by_path(path).grammar, path.read_bytes(), seconds=60)
"""
LEFT_OUT = ("site-packages", "__pycache__", ".git")


@dataclass
class Watch:
    """CPU seconds and peak memory (PSS where the system tells it, else RSS) of a process and all it starts."""

    process: psutil.Process
    cpu: dict[int, float] = field(default_factory=dict)
    peak: float = 0.0
    over: bool = False

    def look(self) -> None:
        while not self.over:
            memory = 0.0
            with suppress(psutil.Error):
                for each in [self.process, *self.process.children(recursive=True)]:
                    with suppress(psutil.Error):
                        times, held = each.cpu_times(), each.memory_full_info()
                        self.cpu[each.pid] = times.user + times.system
                        memory += getattr(held, "pss", held.rss)
            self.peak = max(self.peak, memory)
            time.sleep(0.05)


class Builder:
    """A builder process, as the server has it."""

    def __init__(self, root: Path, database: Path) -> None:
        command = (sys.executable, "-I", "-m", "stoker_analyzers.index", str(root), str(database))
        self.began = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def until(self, state: str) -> dict[str, Any]:
        assert self.process.stdout
        for line in self.process.stdout:
            message: dict[str, Any] = json.loads(line)
            if message["state"] == state:
                return message
            if message["state"] == "failed":
                raise SystemExit(f"the index failed: {message['why']}")
        raise SystemExit("the builder ended")

    def change(self, path: str) -> float:
        assert self.process.stdin
        began = time.perf_counter()
        self.process.stdin.write(json.dumps({"changed": path}) + "\n")
        self.process.stdin.flush()
        self.until("updated")
        return time.perf_counter() - began


@contextmanager
def building(root: Path, database: Path) -> Iterator[Builder]:
    builder = Builder(root, database)
    try:
        yield builder
    finally:
        builder.process.kill()
        builder.process.communicate()


def cold(root: Path, database: Path, count: int) -> dict[str, float]:
    """From nothing to ready."""
    shutil.rmtree(database.parent, ignore_errors=True)
    with building(root, database) as builder:
        watch = Watch(psutil.Process(builder.process.pid))
        thread = threading.Thread(target=watch.look)
        thread.start()
        builder.until("ready")
        wall = time.perf_counter() - builder.began
        time.sleep(0.1)
        watch.over = True
        thread.join()
    cpu = sum(watch.cpu.values())
    found = {"files/s": count / wall, "files/s of CPU": PROCESSES * count / cpu, "CPU s": cpu}
    return {**found, "peak MB": watch.peak / 1e6, "database MB": size(database) / 1e6}


def size(database: Path) -> int:
    return sum(file.stat().st_size for file in database.parent.iterdir())


def again(root: Path, database: Path) -> dict[str, float]:
    """Starting where nothing changed, then single changed files."""
    with building(root, database) as builder:
        builder.until("ready")
        restart = time.perf_counter() - builder.began
        paths = [path for path, stamp in Walker(root).files() if 5_000 < stamp.size < 60_000][:21]
        took = []
        for path in paths:
            file = root / path
            file.write_bytes(file.read_bytes() + b"\n")
            took.append(builder.change(path))
    return {"restart s": restart, "changed file ms": statistics.median(took[1:]) * 1000, "first ms": took[0] * 1000}


def questions(database: Path) -> dict[str, float]:
    """Milliseconds of each kind of question."""
    query = IndexQuery(database)
    names = query.names_starting("", 5000)[:: 5000 // ASKED]
    path = query.definitions(names[len(names) // 2])[0].path
    asked: dict[str, Callable[[], object]] = {
        "definitions": lambda: [query.definitions(name) for name in names],
        "members": lambda: [query.members(name) for name in names],
        "names_starting": lambda: [query.names_starting(name[:2]) for name in names],
        "definitions_in": lambda: [query.definitions_in(path) for _ in names],
        "resolve_module": lambda: [query.resolve_module((Path(path).stem,), path) for _ in names],
        "sharing": lambda: [query.sharing(names) for _ in names],
    }
    return {name: timed(ask) / len(names) * 1000 for name, ask in asked.items()}


def timed(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def rival(command: list[str], lines: list[str], count: int, parts: int) -> dict[str, float]:
    """A program that takes paths on standard input, in several processes."""
    before, began = psutil.Process().cpu_times(), time.perf_counter()
    started = []
    for part in range(parts):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        started.append((process, "\n".join(lines[part::parts]) + "\n"))
    threads = [threading.Thread(target=process.communicate, args=(text,)) for process, text in started]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, after = time.perf_counter() - began, psutil.Process().cpu_times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"files/s": count / wall, "files/s of CPU": parts * count / cpu, "CPU s": cpu}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what is indexed, e.g. CPython's Lib")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        root, database = Path(made).resolve() / "folder", Path(made) / "cache" / "index.db"
        shutil.copytree(options.folder, root, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        found = list(Walker(root).files())
        paths, count = [str(root / path) for path, _ in found], len(found)
        print(f"{count} files, {sum(stamp.size for _, stamp in found) / 1e6:.1f} MB\n")
        runs: dict[str, list[dict[str, float]]] = {}
        for _ in range(options.rounds):
            runs.setdefault("stoker, from nothing", []).append(cold(root, database, count))
            runs.setdefault("stoker, again", []).append(again(root, database))
            runs.setdefault("questions, ms of CPU", []).append(questions(database))
            parse = [sys.executable, "-I", "-c", PARSE]
            runs.setdefault("tree-sitter, parsing alone", []).append(rival(parse, paths, count, PROCESSES))
            if ctags := shutil.which("ctags"):
                runs.setdefault("ctags", []).append(rival([ctags, "-L", "-", "-f", "-"], paths, count, PROCESSES))
    for name, each in runs.items():
        medians = {key: statistics.median(run[key] for run in each) for key in each[0]}
        print(f"{name:28}" + "  ".join(f"{key} {value:.4g}" for key, value in medians.items()))
    if "ctags" not in runs:
        print("ctags is not installed and left out")


if __name__ == "__main__":
    main()
