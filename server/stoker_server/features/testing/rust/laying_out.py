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
    depth = bench.depth
    joined = _CUT.join(each.source for each in tests)
    for _ in range(depth):
        joined = f"mod m {{\n{indent(joined, '    ')}}}\n"
    place = ground.place()
    file = place / "tests.rs"
    await asyncio.to_thread(file.write_text, joined, encoding="utf-8")
    folder = bench.builder.crate.folder
    argv = [str(program), "--edition=2021", *_settings(bench), "--quiet", str(file)]
    order = {"mode": "build", "argv": argv, "report": str(place / "report")}
    await asyncio.to_thread((place / "order.json").write_text, json.dumps(order), encoding="utf-8")
    words = (str(ground.python.executable), "-I", "-S", str(DRIVER), str(place / "order.json"))
    done = await ground.start(words, place, seconds=_SECONDS, environment=tools.environment, folder=folder)
    data = await asyncio.to_thread(read_written, file) if done.ok else None
    text = (data or b"").decode("utf-8", "replace")
    lines = text.splitlines(keepends=True)
    lines = lines[depth : len(lines) - depth]
    parts = dedent("".join(lines)).split(_CUT)
    if len(parts) != len(tests) or not all(f"fn {test.name}(" in part for test, part in zip(tests, parts, strict=True)):
        return list(tests)
    return [replace(test, source=part.strip("\n") + "\n") for test, part in zip(tests, parts, strict=True)]


def _settings(bench: RustBench) -> list[str]:
    """The option that names the project's settings, the nearest to the file; none where it has none."""
    scratch = bench.ground.scratch
    inside = (each for each in bench.path.parents if each.is_relative_to(scratch.original))
    files = (folder / name for folder in inside for name in ("rustfmt.toml", ".rustfmt.toml"))
    found = next((each for each in files if scratch.inside(each).is_file()), None)
    return [f"--config-path={bench.ground.seen(found)}"] if found else []
