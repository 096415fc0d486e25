"""Measures what the server adds to the model's time at a key, in workspaces of several sizes, in one run.

    python bench/overhead.py [--files 100 2000 20000] [--keys 200] [--rounds 1] [-- COMMAND ...]

A function is typed again into 5,000 lines of the standard library's ``_pydecimal.py``, and a model without latency
(``fakeai.py --answers``) answers every key with a text that fits there but is not what is typed next, so that every key asks.
Right after each, a bare client on one open connection sends the model the very bytes that the server sent and reads the
whole answer; what the server took beyond that is its overhead. The same bytes through the openai SDK and the HTTP client
that the server uses, in this process and with nothing else to do, show what no server on that SDK can save. Then the
function's text is typed along with a model that is right, and the keys that needed no request make the last column. The
workspace holds copies of the standard library's own files, each with names of its own; measuring begins when their index is
built. CPU is that of the server's process tree.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai

import lspbench
from overhead_cases import Place, fitting, place, right, workspace
from stoker_providers.http_client import Endpoint, Route, open_client

HERE = Path(__file__).parent
STOKER = Path(sys.executable).parent / "stoker"
PAUSE = 0.02
"""Seconds between an answer and the next key."""
TIMEOUT = 30.0


# -- the model, and the bare client


class Bare:
    """As little as can ask the model: one connection, requests as bytes, answers read to their end."""

    def __init__(self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address, self._reader, self._writer = address, reader, writer

    async def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        )
        self._writer.write(f"{head}\r\n".encode() + body)
        header = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if length := re.search(rb"content-length: (\d+)", header):
            return await self._reader.readexactly(int(length[1]))
        pieces = []
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            pieces.append((await self._reader.readexactly(size + 2))[:-2])
        await self._reader.readexactly(2)
        return b"".join(pieces)

    async def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.send("GET", "/_stats"))
        return found

    async def requests(self) -> int:
        count: int = (await self.stats())["requests"]
        return count


class Sdk:
    """The openai SDK as the server uses it, on one open connection."""

    def __init__(self, address: str) -> None:
        url = f"{address}/v1"
        self._client = openai.AsyncOpenAI(
            base_url=url, api_key="none", max_retries=0, http_client=open_client(Endpoint(url), Route())
        )

    async def send(self, body: bytes) -> None:
        stream = openai.AsyncStream[object]
        events = await self._client.post(
            "/completions", body=json.loads(body), cast_to=object, stream=True, stream_cls=stream
        )
        async for _ in events:
            pass


@asynccontextmanager
async def model(answers: dict[str, str], folder: Path, *options: str) -> AsyncIterator[tuple[str, Bare]]:
    """A model server and a bare client of it."""
    file = folder / "answers.json"
    file.write_text(json.dumps(answers), encoding="utf-8")
    command = (sys.executable, str(HERE / "fakeai.py"), "--port", "0", "--answers", str(file), *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    address = (await process.stdout.readline()).decode().strip()
    bare = Bare(address, *await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2])))
    try:
        yield address, bare
    finally:
        process.kill()
        await process.wait()


# -- typing


@dataclass
class Figures:
    """Seconds: of the keys that asked the model, beside the bare client's and the SDK's; of those that were typed along."""

    answers: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    sdk: list[float] = field(default_factory=list)
    sdk_cpu: list[float] = field(default_factory=list)
    along: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    empty: int = 0

    @property
    def overhead(self) -> list[float]:
        return [answer - bare for answer, bare in zip(self.answers, self.bare, strict=True)]

    @property
    def floor(self) -> list[float]:
        return [sdk - bare for sdk, bare in zip(self.sdk, self.bare, strict=True)]


async def session(file: Path, where: Place, command: Sequence[str], keys: int, folder: Path) -> Figures:
    """One server: every key asks, then a right model is typed along with."""
    figures, table = Figures(), fitting(where)
    root = file.parent.parent
    async with model(table, folder) as (address, bare), server(command, folder, address, root) as client:
        await settled(client.process.pid)
        document = lspbench.Document(file.as_uri(), "python", where.before, where.after)
        client.notify("textDocument/didOpen", {"textDocument": document.item})
        await _typed(client, bare, document, where.keys[:10], Figures())  # imports, the first connection
        await asyncio.sleep(2)
        before = lspbench.cpu_seconds(client.process.pid)
        chosen = where.keys[10 : keys + 10]
        await _typed(client, bare, document, chosen, figures)
        figures.cpu.append((lspbench.cpu_seconds(client.process.pid) - before) / len(chosen))
    async with model(right(where), folder) as (address, bare), server(command, folder, address, root) as client:
        await settled(client.process.pid)
        document = lspbench.Document(file.as_uri(), "python", where.before, where.after)
        client.notify("textDocument/didOpen", {"textDocument": document.item})
        await asyncio.sleep(1)
        await _typed(client, bare, document, where.keys[:keys], figures, along=True)
    return figures


async def _typed(
    client: lspbench.Client,
    bare: Bare,
    document: lspbench.Document,
    keys: Sequence[str],
    figures: Figures,
    *,
    along: bool = False,
) -> None:
    sdk = Sdk(bare.address)
    for key in keys:
        known = await bare.requests()
        client.notify("textDocument/didChange", edit(document, key))
        began = time.perf_counter()
        params = {"textDocument": {"uri": document.uri}, "position": document.position, "context": {"triggerKind": 2}}
        answer = await client.request(lspbench.METHODS["inlineCompletion"], params, TIMEOUT)
        took = answer.at - began
        await asyncio.sleep(PAUSE)
        asked = await bare.requests() > known
        if along and not asked and answer.items:
            figures.along.append(took)
        if along or not asked:
            continue
        figures.empty += not answer.items
        body = await bare.send("GET", "/_last")
        began = time.perf_counter()
        await bare.send("POST", "/v1/completions", body)
        figures.bare.append(time.perf_counter() - began)
        began, used = time.perf_counter(), time.process_time()
        await sdk.send(body)
        figures.sdk.append(time.perf_counter() - began)
        figures.sdk_cpu.append(time.process_time() - used)
        figures.answers.append(took)


def edit(document: lspbench.Document, key: str) -> dict[str, Any]:
    """One edit for a key of several characters."""
    start = document.position
    for character in key:
        change = document.type(character)
    change["contentChanges"] = [{"range": {"start": start, "end": start}, "text": key}]
    return change


@asynccontextmanager
async def server(command: Sequence[str], folder: Path, address: str, root: Path) -> AsyncIterator[lspbench.Client]:
    config = folder / "home" / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "settings.toml").write_text(
        f'[provider]\nname = "compatible"\nbase_url = "{address}/v1"\nmodel = "fake-{time.time_ns()}"\ndialect = "ollama"\n',
        encoding="utf-8",
    )
    os.environ["STOKER_HOME"] = str(config.parent)
    client = await lspbench.Client.start([*command], root)
    try:
        await client.initialize(None, TIMEOUT)
        client.notify("initialized", {})
        yield client
    finally:
        await client.stop()


async def settled(pid: int) -> None:
    """Wait until nothing is indexed any more: the builder starts after some seconds and then uses what it can get."""
    await asyncio.sleep(4)
    used, quiet = lspbench.cpu_seconds(pid), 0
    while quiet < 3:
        await asyncio.sleep(1)
        now = lspbench.cpu_seconds(pid)
        quiet = quiet + 1 if now - used < 0.02 else 0
        used = now


# -- the command line

COLUMNS = (
    "files",
    "keys",
    "answered p50",
    "p95",
    "bare p50",
    "p95",
    "overhead p50",
    "p95",
    "SDK p50",
    "p95",
    "CPU a key",
    "SDK's",
    "along p50",
    "p95",
)


def row(files: int, figures: Figures) -> list[str]:
    """Milliseconds."""
    cells = [str(files), str(len(figures.answers))]
    for values in (figures.answers, figures.bare, figures.overhead, figures.floor):
        cells += _spread(values)
    used = (f"{1_000 * statistics.median(each):.1f}" for each in (figures.cpu, figures.sdk_cpu))
    return [*cells, *used, *_spread(figures.along)]


def _spread(values: list[float]) -> list[str]:
    spread = lspbench.spread(values)
    return [f"{spread[name]:.2f}" if spread else "" for name in ("p50_ms", "p95_ms")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, nargs="+", default=[100, 2_000, 20_000], help="sizes of the workspace")
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1, help="servers for each size, in turn")
    parser.add_argument("command", nargs="*", help="the server (default: stoker lsp)")
    options = parser.parse_args()
    where, command = place(), options.command or [str(STOKER), "lsp"]
    found = {files: Figures() for files in options.files}
    with tempfile.TemporaryDirectory() as name, contextlib.suppress(KeyboardInterrupt):
        for files in options.files:
            folder = Path(name) / str(files)
            file = workspace(folder / "workspace", files, where)
            for _ in range(options.rounds):
                figures = asyncio.run(session(file, where, command, options.keys, folder))
                for part in ("answers", "bare", "sdk", "sdk_cpu", "along", "cpu"):
                    getattr(found[files], part).extend(getattr(figures, part))
                found[files].empty += figures.empty
    print(f"load {os.getloadavg()[0]:.1f}; {sum(each.empty for each in found.values())} asked keys showed nothing; ms")
    rows = [list(COLUMNS), *(row(files, figures) for files, figures in found.items())]
    for each in rows:
        print("  ".join(cell.rjust(len(title)) for cell, title in zip(each, COLUMNS, strict=True)))


if __name__ == "__main__":
    main()
