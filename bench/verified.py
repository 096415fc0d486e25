"""Measures the larger actions as an editor asks for them: how long until the first feedback, and until the result or a "no".

    python bench/verified.py [--functions 12] [--seed 1] [--gigabytes 5] [--provider local]

The functions are those of ``testing.py``, drawn from packages that are installed here. Each is documented, tested and
refactored (an expression is given a name) by a real server process, in two folders in turn: one that holds the packages alone,
and one that holds as many gigabytes besides, as real folders do: data of all sizes, ``node_modules``, a repository's objects.
The rows of the two folders tell what the size costs; nothing is applied.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.support.raw_lsp import RawClient

from testing import STOKER, Function, functions

GIGABYTE = 1_000_000_000
SHARES = ((15_000_000, 0.5, "data"), (1_500_000, 0.2, ".git/objects/pack"), (20_000, 0.05, "node_modules/some"))
"""Bytes of a file, the files' share of all bytes, and the folder that they are in; the rest is one large file."""
LONGEST = 300.0
"""Seconds until an action is given up."""
WORK = ("stoker.document", "stoker.test", "stoker.refactor")


@dataclass
class Row:
    """What one action did in one folder."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    offered: int = 0


def fill(folder: Path, gigabytes: float) -> None:
    """Write so much into a folder that is no code."""
    noise, left = os.urandom(15_000_000), round(gigabytes * GIGABYTE)
    for size, share, name in SHARES:
        place = folder / name
        for number in range(round(gigabytes * GIGABYTE * share / size)):
            where = place / f"{number // 200}"
            where.mkdir(parents=True, exist_ok=True)
            (where / f"{number}.bin").write_bytes(noise[:size])
            left -= size
    with (folder / "dump.sql").open("wb") as stream:
        for _ in range(left // len(noise)):
            stream.write(noise)


def orders(function: Function) -> Iterator[tuple[str, dict[str, Any]]]:
    """The commands for one function, and their arguments."""
    lines = function.path.read_text(encoding="utf-8").splitlines()
    at = {"line": function.first - 1, "character": len(lines[function.first - 1])}
    for command in WORK:
        options, extent = {}, {"start": at, "end": at}
        if command == "stoker.refactor":
            number = next(
                (each for each in range(function.last - 1, function.first, -1) if "return " in lines[each]), None
            )
            if number is None:
                continue
            begin = lines[number].index("return ") + len("return ")
            extent = {
                "start": {"line": number, "character": begin},
                "end": {"line": number, "character": len(lines[number])},
            }
            options = {"kind": "extract-variable"}
        yield command, {"uri": function.path.as_uri(), "range": extent, "options": options}


async def act(client: RawClient, command: str, argument: dict[str, Any], row: Row) -> None:
    """Run a command and wait for what it comes to."""
    begun, seen = time.perf_counter(), len(client.notifications)
    _, started = client.ask("workspace/executeCommand", {"command": command, "arguments": [argument]})
    while not any(each["method"] == "$/progress" for each in client.notifications[seen:]):
        if started.done() and "error" in started.result():
            break
        await asyncio.sleep(0.002)
    row.first.append(time.perf_counter() - begun)
    answer = await asyncio.wait_for(started, LONGEST)
    if "result" in answer:
        _, outcome = client.ask("stoker/outcome", {"job": answer["result"]["job"]})
        found = await asyncio.wait_for(outcome, LONGEST)
        row.offered += bool((found.get("result") or {}).get("applied") or (found.get("result") or {}).get("edit"))
    row.whole.append(time.perf_counter() - begun)


async def measure(root: Path, drawn: list[Function], environ: dict[str, str]) -> dict[str, Row]:
    """All of it in one folder, by one server process."""
    process = await asyncio.create_subprocess_exec(
        str(STOKER), "lsp", env=environ, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    client, rows = RawClient(process), defaultdict[str, Row](Row)
    capabilities = {"window": {"workDoneProgress": True}, "workspace": {"workspaceEdit": {"documentChanges": True}}}
    await client.initialize(root, capabilities=capabilities)
    for function in drawn:
        client.open(function.path.as_uri(), function.path.read_text(encoding="utf-8"))
        for command, argument in orders(function):
            await act(client, command, argument, rows[command])
            print(f"{root.name}: {function.qualified}: {command}: {rows[command].whole[-1]:.1f} s", file=sys.stderr)
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gigabytes", type=float, default=5.0, help="of the larger folder, 0 for none")
    parser.add_argument("--provider", default="facts", help="who drafts: facts, or e.g. local")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'folder':8}  {'action':16}  actions  offered  first p50  first max  result p50  result p95  result max")
    with tempfile.TemporaryDirectory(prefix="stoker-verified-") as name:
        for size in dict.fromkeys((0.0, options.gigabytes)):
            root, home = Path(name).resolve() / f"{size:g}-gb", Path(name).resolve() / f"home-{size:g}"
            root.mkdir()
            drawn = functions(root, options.functions, random.Random(options.seed))
            fill(root, size)
            environ = {**os.environ, "STOKER_HOME": str(home), "STOKER_PROVIDER": options.provider}
            subprocess.run([str(STOKER), "trust", "add", str(root)], env=environ, check=True, capture_output=True)
            for command, row in asyncio.run(measure(root, drawn, environ)).items():
                _print(root.name, command, row)


def _print(folder: str, command: str, row: Row) -> None:
    whole = sorted(row.whole)
    late = whole[min(len(whole) - 1, round(0.95 * len(whole)))]
    first = f"{statistics.median(row.first):9.2f}  {max(row.first):9.2f}"
    result = f"{statistics.median(whole):10.1f}  {late:10.1f}  {whole[-1]:10.1f}"
    print(f"{folder:8}  {command:16}  {len(whole):7}  {row.offered:7}  {first}  {result}", flush=True)


if __name__ == "__main__":
    main()
