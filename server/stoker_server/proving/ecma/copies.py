"""Copies of test files: with a line on top that chooses a mutant, or that notes which lines of the function each test runs.

Runs nothing. What such a copy is called is a name that the runner takes for a test where it takes the file itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.ecma.exports import uses_modules
from stoker_analyzers.ecma.probes import head_of
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.ecma.benchmarks import as_tests, is_benchmark
from stoker_server.proving.ecma.layout import MARKED
from stoker_server.proving.ecma.project import Framework
from stoker_server.proving.ecma.toolchain import TAG
from stoker_server.proving.ground import read_written

NOTES = "notes.jsonl"
"""What the hooks write to, in a run's own folder."""


def switched(text: str, file: Path, number: int, framework: Framework) -> str:
    """A test file in which the function is one of its mutants; with number 0 one that notes which lines run."""
    once, text = as_tests(text) if is_benchmark(file) else ("", text)
    snapshot = Snapshot(file.as_uri(), text, by_path(file))
    at = head_of(snapshot)
    prologue = f"globalThis.__stoker={{mutant:{number},lines:new Set()}};{once}"
    if number == 0:
        prologue += _hooks(file, framework, modules=bool(uses_modules(snapshot)) or framework is Framework.VITEST)
    return (
        f"// @ts-nocheck\n{text[:at]}{prologue}{text[at:]}"
        if not text.startswith(("#!", "/*"))
        else (f"{text[:at]}{prologue}{text[at:]}")
    )


def _hooks(file: Path, framework: Framework, *, modules: bool) -> str:
    """What notes the lines of each test; on one line, so that none of the file's moves."""
    own = {
        Framework.VITEST: ('import * as __r from "vitest";', "__r.", "__r.expect.getState().currentTestName"),
        Framework.JEST: ("", "", "expect.getState().currentTestName"),
        Framework.PLAYWRIGHT: (_playwright(modules=modules), "__r.test.", 't[1].titlePath.slice(1).join(" > ")'),
    }
    node = 'import * as __r from "node:test";' if modules else 'const __r=require("node:test");'
    given, runner, name = own.get(framework, (node, "__r.", "(t[0].fullName||t[0].name)"))
    files = 'import * as __f from "node:fs";' if modules else 'const __f=require("node:fs");'
    seen = "[...globalThis.__stoker.lines],globalThis.__stoker_served===true"
    note = f"JSON.stringify([{json.dumps(str(file))},{name},{seen}])"
    tell = f'__f.appendFileSync(process.env.STOKER_PLACE+"/{NOTES}",{note}+"\\n")'
    before = f"{runner}beforeEach(()=>{{globalThis.__stoker.lines.clear()}});"
    if framework is Framework.PLAYWRIGHT:  # which reads the names of fixtures off the first parameter
        return f"{given}{files}{before}{runner}afterEach(({{}},i)=>{{const t=[0,i];{tell}}});"
    return f"{given}{files}{before}{runner}afterEach((...t)=>{{{tell}}});"


def _playwright(*, modules: bool) -> str:
    module = Framework.PLAYWRIGHT.value
    return f'import * as __r from "{module}";' if modules else f'const __r=require("{module}");'


@dataclass(frozen=True, slots=True)
class Note:
    """What a hook noted after a test.

    Attributes:
        file: The test file.
        name: The test's full name, as the runner has it.
        lines: The function's lines that it ran.
        served: Whether the file with probes was imported.
    """

    file: str
    name: str
    lines: frozenset[int]
    served: bool


def noted(path: Path) -> list[Note]:
    """What the hooks noted; what is cut off or no note is left out."""
    found, text = [], (read_written(path) or b"").decode("utf-8", "replace")
    for line in text.splitlines():
        try:
            file, name, lines, served = json.loads(line)
            found.append(Note(str(file), str(name), frozenset(map(int, lines)), served is True))
        except (ValueError, RecursionError, TypeError):
            continue
    return found


def tagged(path: Path, tag: str) -> Path:
    """A name that the runner takes for a test where it takes this one."""
    stem, mark = path.stem, ""
    if MARKED.match(stem) and (found := re.search(r"[.\-_](?:test|spec)$", stem)):
        stem, mark = stem[: found.start()], found.group()
    return path.with_name(f"{stem}{TAG}{tag}{mark}{path.suffix}")
