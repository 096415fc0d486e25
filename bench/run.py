"""Measures Stoker beside other servers in one run, and prints a table and the ratios that the project holds itself to.

The file is the standard library's ``shutil.py`` (about 55 KB). Each server is measured ``--rounds`` times in turn; the table
has medians, because machines are noisy. Peers that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lspbench

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
PATIENCE = 30.0
"""Seconds for an answer."""
Report = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """A server under measurement."""

    name: str
    command: tuple[str, ...]
    method: str = "inlineCompletion"


def servers(peers: Path) -> tuple[Server, ...]:
    """Stoker, its floor, its framework and its peers, which are looked for in a folder of programs."""
    return (
        Server("stoker", (str(BIN / "stoker"), "lsp")),
        Server("stoker, popup", (str(BIN / "stoker"), "lsp"), "completion"),
        Server("a bare stdlib loop", (sys.executable, str(HERE / "peers/bare_loop.py"))),
        Server("an empty pygls server", (sys.executable, str(HERE / "peers/empty_pygls.py"))),
        Server("jedi-language-server", (str(peers / "jedi-language-server"),), "completion"),
        Server("python-lsp-server", (str(peers / "pylsp"),), "completion"),
        Server("ruff server", (str(BIN / "ruff"), "server"), "diagnostic"),
        Server("ty", (str(peers / "ty"), "server"), "completion"),
    )


COLUMNS: tuple[tuple[str, Callable[[Report], Any]], ...] = (
    ("initialize cold ms", lambda r: r["startup"]["cold_ms"]),
    ("warm ms", lambda r: r["startup"]["warm"]["p50_ms"]),
    ("first items from cold ms", lambda r: r["first_items"]),
    ("first answer ms", lambda r: r["first_answer"]["ms"]),
    ("idle PSS MB", lambda r: r["memory"]["pss_mb"]),
    ("key p50 ms", lambda r: r["typing"]["answered"].get("p50_ms")),
    ("key p95 ms", lambda r: r["typing"]["answered"].get("p95_ms")),
    ("CPU ms/key", lambda r: r["typing"]["cpu_ms_per_key"]),
    ("edits/s", lambda r: r["flood"]["edits_per_s"]),
    ("cancel p95 ms", lambda r: r["cancel"]["cancel_to_answer"].get("p95_ms")),
)


def measure(server: Server, file: Path) -> Report | None:
    """One report of lspbench; ``None`` where the server failed."""
    command = [
        sys.executable,
        HERE / "lspbench.py",
        "--file",
        file,
        "--method",
        server.method,
        "--json",
        "--settle",
        "2",
    ]
    done = subprocess.run([*command, "--", *server.command], capture_output=True, text=True, check=False)
    report: Report = (
        json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {"failed": done.stderr[-300:]}
    )
    if "failed" in report:
        print(f"{server.name} failed: {report['failed']}", file=sys.stderr)
        return None
    return report


def first_items(server: Server, folder: Path) -> float | None:
    """Milliseconds from starting a process to its first answer with items; ``None`` where it has none to give.

    The file is opened with a line half typed that it has elsewhere: ``if _samefile(src, dst):``.
    """
    return asyncio.run(_first_items(server, folder))


async def _first_items(server: Server, folder: Path) -> float | None:
    file = folder / "half_typed.py"
    text = Path(shutil.__file__).read_text(encoding="utf-8") + "\n\ndef again(src, dst):\n    if _samefile("
    file.write_text(text, encoding="utf-8")
    began = time.perf_counter()
    client = await lspbench.Client.start([*server.command], folder)
    try:
        await client.initialize(None, PATIENCE)
        client.notify("initialized", {})
        item = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        lines = text.split("\n")
        place = {"line": len(lines) - 1, "character": len(lines[-1])}
        params = {"textDocument": {"uri": item["uri"]}, "position": place, "context": {"triggerKind": 1}}
        answer = await client.request(lspbench.METHODS[server.method], params, PATIENCE)
    except (lspbench.ServerExited, TimeoutError):
        return None
    finally:
        await client.stop()
    return round((answer.at - began) * 1000, 1) if answer.kind == "items" else None


def table(reports: dict[str, list[Report]]) -> list[list[str]]:
    """A row of medians for each server."""
    rows = [["server", *(title for title, _ in COLUMNS)]]
    for name, each in reports.items():
        cells = []
        for _, read in COLUMNS:
            values = [value for report in each if (value := read(report)) is not None]
            cells.append(f"{statistics.median(values):g}" if values else "")
        rows.append([name, *cells])
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=BIN, help="the folder with the peers' programs")
    parser.add_argument("--only", nargs="+", help="names of servers, or their beginnings")
    options = parser.parse_args()
    chosen = [
        each
        for each in servers(options.peers.absolute())
        if not options.only or each.name.startswith(tuple(options.only))
    ]
    present = [each for each in chosen if Path(each.command[0]).exists()]
    for absent in [each.name for each in chosen if each not in present]:
        print(f"{absent} is not installed and left out", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(Path(shutil.__file__), folder))
        reports: dict[str, list[Report]] = {each.name: [] for each in present}
        for _ in range(options.rounds):
            for server in present:
                if report := measure(server, file):
                    report["first_items"] = first_items(server, Path(folder))
                    reports[server.name].append(report)
    rows = table(reports)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )


if __name__ == "__main__":
    main()
