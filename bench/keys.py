"""Types into a file with a model that always guesses right, and counts what is shown and what is asked.

    python bench/keys.py [--keys 100] [--interval-ms 80] [--latency-ms 200] [-- COMMAND ...]

The model is ``fakeai.py --oracle``: it answers what is typed next. A server that keeps a suggestion while it is typed
shows one at nearly every key and asks a few times; one that cancels at each key shows nothing. With ``--latency-ms 0`` and
``--interval-ms 0`` the figures are the server's own time beyond the model's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lspbench

HERE = Path(__file__).parent
STOKER = Path(sys.executable).parent / "stoker"


@contextmanager
def model(oracle: Path | None, latency_ms: float, text: str) -> Iterator[str]:
    """A model server on loopback; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(HERE / "fakeai.py"), "--port", str(port), "--latency-ms", str(latency_ms)]
    command += ["--oracle", str(oracle)] if oracle else ["--text", text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        try:
            yield address
        finally:
            process.kill()


def typed(file: Path, trace: Path | None) -> tuple[str, str, str]:
    """What stands before the place that is typed at, what is typed there, and what stands after it."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    first, last = lspbench.end_of_function(lines)
    text = trace.read_text(encoding="utf-8") if trace else "\n" + "".join(lines[first : last + 1]).rstrip("\n")
    return "".join(lines[: last + 1]).rstrip("\n"), text, "\n" + "".join(lines[last + 1 :])


def stats(address: str) -> dict[str, Any]:
    """What the model was asked so far."""
    with urllib.request.urlopen(f"{address}/_stats") as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Type, and report."""
    file = Path(shutil.copy(options.file or Path(shutil.__file__), folder))
    trace, oracle = typed(file, options.trace), folder / "oracle"
    oracle.write_text(trace[0] + trace[1] + trace[2], encoding="utf-8")
    (folder / "trace").write_text(trace[1], encoding="utf-8")
    with model(oracle if options.oracle else None, options.latency_ms, options.text) as address:
        home = folder / "home" / "config"
        home.mkdir(parents=True)
        (home / "settings.toml").write_text(
            f'[provider]\nname = "compatible"\nbase_url = "{address}/v1"\nmodel = "fake"\ndialect = "ollama"\n',
            encoding="utf-8",
        )
        bench = [sys.executable, str(HERE / "lspbench.py"), "--file", str(file), "--method", "inlineCompletion"]
        bench += ["--only", "typing", "--edits", str(options.keys), "--interval-ms", str(options.interval_ms), "--json"]
        bench += ["--trace", str(folder / "trace"), "--settle", "4"]
        command = options.command or [str(STOKER), "lsp"]
        environment = {**os.environ, "STOKER_HOME": str(home.parent)}
        done = subprocess.run([*bench, "--", *command], capture_output=True, text=True, env=environment, check=False)
        report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return {"typing": report["typing"], "model": stats(address)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, help="the file to type into (default: the standard library's shutil.py)")
    parser.add_argument(
        "--trace", type=Path, help="a file with the text to type (default: a function's own body again)"
    )
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--interval-ms", type=float, default=80)
    parser.add_argument("--latency-ms", type=float, default=200)
    parser.add_argument("--no-oracle", dest="oracle", action="store_false", help="the model always answers --text")
    parser.add_argument("--text", default="total = sum(item.size for item in entries)")
    parser.add_argument("command", nargs="*", help="the server (default: stoker lsp)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(options, Path(folder))
    typing, asked = report["typing"], report["model"]
    shown = typing["kinds"].get("items", 0)
    print(
        f"{options.keys} keys: {shown} showed a suggestion, {asked['requests']} requests ({asked['aborted']} given up)"
    )
    print(f"answered   {typing['answered']}")
    print(f"with items {typing['with_items']}")
    print(f"CPU a key  {typing['cpu_ms_per_key']} ms")


if __name__ == "__main__":
    main()
