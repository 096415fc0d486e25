"""Measures what the server adds to the model's time at a key, in workspaces of several sizes, in one run.

    python bench/overhead.py [--files 100 2000 20000] [--keys 200] [--rounds 1] [-- COMMAND ...]

A function is typed again into 5,000 lines of the standard library's ``_pydecimal.py``, and a model without latency
(``fakeai.py --answers``) answers every key with a text that fits there but is not what is typed next, so that every key asks.
Right after each, a bare client on one open connection sends the model the very bytes that the server sent and reads the
whole answer; what the server took beyond that is its overhead. Then the function's text is typed along with a model that is
right, and the keys that needed no request make the last column. The workspace holds copies of the standard library's own
files, each with names of its own; measuring begins when their index is built. CPU is that of the server's process tree.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import contextlib
import itertools
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lspbench

HERE = Path(__file__).parent
STOKER = Path(sys.executable).parent / "stoker"
SOURCE = Path(ast.__file__).with_name("_pydecimal.py")
LINES = 5_000
LARGEST = 12_000
"""Bytes of a file that is copied into the workspace; a folder of it has ``FOLDER`` files."""
FOLDER = 50
PAUSE = 0.02
"""Seconds between an answer and the next key."""
END = 400
"""Characters of a prompt's end that the model goes by: the longest that ``fakeai.ANSWER_ENDS`` has."""
TIMEOUT = 30.0


@dataclass
class Place:
    """Where is typed, and what: keys as an editor sends them, a line's end with the indentation that it brings."""

    before: str
    typed: str
    after: str

    @property
    def keys(self) -> list[str]:
        return re.findall(r"\n[ ]*|.", self.typed)


def place(least: int = 300) -> Place:
    """The body of a function near the middle of the file, without its documentation, of so many keys at least."""
    text = "".join(SOURCE.read_text(encoding="utf-8").splitlines(keepends=True)[:LINES])
    text = text[: text.rindex("\n    def ")]  # the file ends with a whole method
    lines = text.splitlines(keepends=True)
    methods = (
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1
    )
    found = []
    for function in methods:
        first, last = function.body[0].end_lineno or 0, function.end_lineno or 0
        before, typed = "".join(lines[:first]).rstrip("\n"), "".join(lines[first:last]).rstrip("\n")
        where = Place(before, "\n" + typed, "\n" + "".join(lines[last:]))
        if len(where.keys) >= least:
            found.append((abs(function.lineno - len(lines) / 2), where))
    return min(found, key=lambda each: each[0])[1]


# -- what the model answers


def fitting(where: Place) -> dict[str, str]:
    """For each prefix an answer that parses there and that the next key does not agree with."""
    answers, typed = {}, ""
    for key, following in itertools.pairwise([*where.keys, ""]):
        typed += key
        answers[(where.before + typed)[-END:]] = wrong(typed, following)
    return answers


def wrong(typed: str, following: str) -> str:
    """A text that parses after what is typed and that the next key does not agree with; empty where none is found."""
    usable = (each for each in _candidates(typed) if each[:1] != following[:1] and _parses(typed + each))
    return next(usable, "")


def _candidates(typed: str) -> Iterator[str]:
    line = typed.rpartition("\n")[2]
    closers = "".join({"(": ")", "[": "]"}[each] for each in reversed(_opened(line)))
    header = f":\n{' ' * (len(line) - len(line.lstrip()) + 4)}return self._exp"
    for tail in ("self._int", "(self._exp)", " + self._exp", " = self._exp", ".real", "[0]", " self._int"):
        if tail[0].isidentifier() and typed[-1].isalnum():
            continue  # it would make another name of the word before it
        yield tail + closers
        yield tail + closers + header


def _opened(line: str) -> str:
    opened = ""
    for mark in re.findall(r"[()\[\]]", line):
        opened = opened + mark if mark in "([" else opened[:-1]
    return opened


def _parses(body: str) -> bool:
    try:
        ast.parse(f"class A:\n    def f(self, other, context):\n        pass{body}\n")
    except SyntaxError:
        return False
    return True


def right(where: Place) -> dict[str, str]:
    """For each prefix what is typed next, up to a blank line."""
    answers, typed = {}, ""
    for key in where.keys:
        typed += key
        answers[(where.before + typed)[-END:]] = where.typed[len(typed) :].split("\n\n")[0]
    return answers


# -- the workspace


def workspace(folder: Path, count: int, where: Place) -> Path:
    """Files of the standard library, each copy with names of its own; the file that is typed into, which is given back."""
    library = sorted(each for each in SOURCE.parent.rglob("*.py") if 500 < each.stat().st_size <= LARGEST)
    texts = [each.read_text(encoding="utf-8", errors="replace") for each in library if "test" not in each.parts]
    for number, text in zip(range(count), itertools.cycle(texts), strict=False):
        copy, package = number // len(texts), folder / f"package_{number // FOLDER}"
        package.mkdir(parents=True, exist_ok=True)
        if copy:
            text = re.sub(r"\b(def|class) (\w+)", rf"\1 \2_{copy}", text)
        (package / f"module_{number}.py").write_text(text, encoding="utf-8")
    file = folder / "package_0" / "decimals.py"
    file.write_text(where.before + where.after, encoding="utf-8")
    return file


# -- the model, and the bare client


class Bare:
    """As little as can ask the model: one connection, requests as bytes, answers read to their end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

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


@asynccontextmanager
async def model(answers: dict[str, str], folder: Path, *options: str) -> AsyncIterator[tuple[str, Bare]]:
    """A model server and a bare client of it."""
    file = folder / "answers.json"
    file.write_text(json.dumps(answers), encoding="utf-8")
    command = (sys.executable, str(HERE / "fakeai.py"), "--port", "0", "--answers", str(file), *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    address = (await process.stdout.readline()).decode().strip()
    bare = Bare(*await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2])))
    try:
        yield address, bare
    finally:
        process.kill()
        await process.wait()


# -- typing


@dataclass
class Figures:
    """Seconds: of the keys that asked the model, beside the bare client's; of those that were typed along."""

    answers: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    along: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    empty: int = 0

    @property
    def overhead(self) -> list[float]:
        return [answer - bare for answer, bare in zip(self.answers, self.bare, strict=True)]


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
    "CPU a key",
    "along p50",
    "p95",
)


def row(files: int, figures: Figures) -> list[str]:
    """Milliseconds."""
    cells = [str(files), str(len(figures.answers))]
    for values in (figures.answers, figures.bare, figures.overhead):
        cells += _spread(values)
    return [*cells, f"{1_000 * statistics.median(figures.cpu):.1f}", *_spread(figures.along)]


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
                for part in ("answers", "bare", "along", "cpu"):
                    getattr(found[files], part).extend(getattr(figures, part))
                found[files].empty += figures.empty
    print(f"load {os.getloadavg()[0]:.1f}; {sum(each.empty for each in found.values())} asked keys showed nothing; ms")
    rows = [list(COLUMNS), *(row(files, figures) for files, figures in found.items())]
    for each in rows:
        print("  ".join(cell.rjust(len(title)) for cell, title in zip(each, COLUMNS, strict=True)))


if __name__ == "__main__":
    main()
