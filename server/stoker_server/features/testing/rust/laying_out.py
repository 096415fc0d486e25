"""Has rustfmt lay out generated tests by the project's settings, where it is installed."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from textwrap import dedent, indent

from stoker_server.features.testing.rust.bench import RustBench
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.ground import read_written
from stoker_server.proving.rust.building import DRIVER

_SECONDS = 20.0
_CUT = "// stoker: the next one\n"


async def laid_out(bench: RustBench, tests: Sequence[WrittenTest]) -> list[WrittenTest]:
    """The tests as rustfmt writes them at their place; as they are where there is none, or it can't read its settings."""
    tools, ground = bench.builder.tools, bench.builder.ground
    program = tools.cargo.with_name("rustfmt.exe" if os.name == "nt" else "rustfmt")
    if not program.is_file():
        return list(tests)
    depth = len(bench.target.function.modules) + 1
    joined = _CUT.join(each.source for each in tests)
    for _ in range(depth):
        joined = f"mod m {{\n{indent(joined, '    ')}}}\n"
    place = ground.place()
    file = place / "tests.rs"
    await asyncio.to_thread(file.write_text, joined, encoding="utf-8")
    folder = bench.builder.crate.folder
    argv = [str(program), "--edition=2021", f"--config-path={folder}", "--quiet", str(file)]
    order = {"mode": "build", "argv": argv, "report": str(place / "report")}
    await asyncio.to_thread((place / "order.json").write_text, json.dumps(order), encoding="utf-8")
    words = (str(ground.python.executable), "-I", "-S", str(DRIVER), str(place / "order.json"))
    done = await ground.start(words, place, seconds=_SECONDS, environment=tools.environment, folder=folder)
    data = await asyncio.to_thread(read_written, file) if done.ok else None
    text = (data or b"").decode("utf-8", "replace")
    lines = text.splitlines(keepends=True)[depth:-depth]
    parts = dedent("".join(lines)).split(_CUT)
    if len(parts) != len(tests) or not all(f"fn {test.name}(" in part for test, part in zip(tests, parts, strict=True)):
        return list(tests)
    return [replace(test, source=part.strip("\n") + "\n") for test, part in zip(tests, parts, strict=True)]
