"""Applies refactorings of every kind to modules of the standard library and runs the modules' own tests after each.

Run ``python bench/refactors.py [places] [modules...]``: so many places a kind and module (default 3), in all of
``MODULES`` or in those that are named. Each offer is written to a scratch copy, the tests of Python's own test suite run
on it, and the patch that the command line prints is taken back with ``git apply --reverse``. What changes a test's
outcome, or leaves other bytes, is listed and makes the exit status 1. Names that the tests mention, and public ones, are not
renamed, moved or inlined: what fails then was asked for.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.proposing import diff_of, write
from stoker_server.features.base import FeatureRequest, Offer, Services
from stoker_server.features.refactor import KINDS, Kind, RefactorFeature, kinds
from stoker_server.settings import Settings

MODULES = (
    *(
        "argparse",
        "base64",
        "bisect",
        "calendar",
        "cmd",
        "codeop",
        "colorsys",
        "configparser",
        "copy",
        "csv",
        "difflib",
    ),
    *(
        "filecmp",
        "fnmatch",
        "fractions",
        "getopt",
        "glob",
        "graphlib",
        "heapq",
        "keyword",
        "linecache",
        "mimetypes",
        "netrc",
    ),
    *(
        "optparse",
        "pprint",
        "quopri",
        "reprlib",
        "sched",
        "shlex",
        "statistics",
        "string",
        "tabnanny",
        "textwrap",
        "timeit",
    ),
)
STDLIB = Path(sysconfig.get_path("stdlib"))
_NAMED = ("rename", "move", "inline", "change-signature", "remove-parameter")
_WHOLE = ("extract-function", "guard-clauses", "dead-code")
_SECONDS = 120.0


@dataclass
class Figures:
    """What came of all offers."""

    asked: Counter[str] = field(default_factory=Counter)
    offered: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def places(snapshot: Snapshot, kind: Kind, count: int, tests: str) -> list[Span]:
    """Different places at which a refactoring applies."""
    chooser, found = random.Random(f"{Path(snapshot.uri).name} {kind.name}"), dict[Span, Span]()
    for _ in range(count * 400):
        if len(found) == count:
            break
        line = chooser.randrange(len(snapshot.line_starts) - 4)
        last = min(line + chooser.randrange(40 if kind.name in _WHOLE[1:] else 4), len(snapshot.line_starts) - 1)
        start, end = snapshot.line_starts[line], snapshot.line_span(last).end
        offset = chooser.randrange(start, max(snapshot.line_span(line).end, start + 1))
        span = Span(start, end) if kind.name in _WHOLE else Span(offset, offset)
        about = kind.find(snapshot, span) if kind in kinds(snapshot, span) else None
        if about is None or (kind.name in _NAMED and _is_known(snapshot, about, tests)):
            continue
        found.setdefault(about, span)
    return list(found.values())


def _is_known(snapshot: Snapshot, about: Span, tests: str) -> bool:
    """Whether a name is one that the tests mention, or that belongs to a public definition."""
    name = snapshot.text[about.start : about.end]
    owners = [each.name for each in snapshot.outline.enclosing(about.start) if not each.name.startswith("_")]
    return bool(re.search(rf"\b{re.escape(name)}\b", tests)) or (name in owners and not name.startswith("_"))


def options(snapshot: Snapshot, kind: Kind, span: Span) -> dict[str, str]:
    """What a refactoring needs besides its place."""
    given = {"kind": kind.name}
    if kind.name == "rename":
        given["name"] = "brand_new"
    if kind.name == "move":
        given["to"] = "brand_new_module.py"
    if kind.name == "change-signature" and (about := kind.find(snapshot, span)):
        name = snapshot.text[about.start : about.end]
        owner = next((each for each in snapshot.outline.walk() if each.name == name and each.signature), None)
        taken = [each.name for each in owner.signature.parameters] if owner and owner.signature else []
        bound = taken[:1] if taken[:1] in (["self"], ["cls"]) else []
        free = taken[len(bound) :]
        given["parameters"] = ", ".join([*reversed(free[:2]), *free[2:], "brand_new=None"])
    return given


def outcome(module: str, folder: Path) -> str:
    """What the module's tests say: how many ran, and which failed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory() as elsewhere:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "unittest", f"test.test_{module}"],
                cwd=elsewhere,
                env=environment,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return "not over in time"
    failed = sorted(re.findall(r"^(?:ERROR|FAIL): (.+)$", done.stderr, re.MULTILINE))
    ran = re.findall(r"^Ran (\d+) tests?", done.stderr, re.MULTILINE)
    return f"{ran} {failed}" if ran else done.stderr[-300:]


async def try_module(module: str, count: int, figures: Figures) -> None:
    """Ask for every kind of refactoring of a module, and judge what is offered."""
    text = (STDLIB / f"{module}.py").read_text(encoding="utf-8")
    tests = (STDLIB / "test" / f"test_{module}.py").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        os.chdir(folder)
        (folder / "stoker.toml").touch()
        path = folder / f"{module}.py"
        path.write_bytes(text.encode())
        usual = outcome(module, folder)
        if not usual.startswith("['"):
            print(f"{module}: its tests do not run here: {usual[-120:]}")
            return
        snapshot = Snapshot(path.as_uri(), text, PYTHON)
        for kind in KINDS:
            for span in places(snapshot, kind, count, tests):
                services = Services(None, Settings(), folder)
                request = FeatureRequest(snapshot, span, services, options(snapshot, kind, span))
                result = await RefactorFeature().propose(request)
                figures.asked[kind.name] += 1
                if isinstance(result, Offer):
                    figures.offered[kind.name] += 1
                    _judge(module, folder, snapshot, result, usual, figures)


def _judge(module: str, folder: Path, snapshot: Snapshot, offer: Offer, usual: str, figures: Figures) -> None:
    before = {each: each.read_bytes() for each in folder.iterdir()}
    patch = "".join(diff_of(part, snapshot) for part in offer.edit.files)
    write(offer.edit)
    where = f"{module}: {offer.title}"
    if (now := outcome(module, folder)) != usual:
        figures.faults.append(f"{where}: {now[:400]} instead of {usual[:200]}\n{patch}")
    back = subprocess.run(["git", "apply", "--reverse", "-"], input=patch.encode(), cwd=folder, capture_output=True)
    if back.returncode or before != {each: each.read_bytes() for each in folder.iterdir()}:
        figures.faults.append(f"{where}: taking it back left other bytes: {back.stderr.decode()}\n{patch}")
    for each in set(folder.iterdir()) - set(before):
        each.unlink()
    for each, data in before.items():
        each.write_bytes(data)


async def main(arguments: list[str]) -> int:
    """Try the modules and print the figures."""
    count = int(arguments[0]) if arguments else 3
    figures, began = Figures(), time.monotonic()
    for module in arguments[1:] or MODULES:
        known = len(figures.faults)
        await try_module(module, count, figures)
        print(f"{module}: {figures.offered.total()} offers so far, {len(figures.faults) - known} faults", flush=True)
        for fault in figures.faults[known:]:
            print(fault, flush=True)
    for kind, asked in figures.asked.items():
        print(f"{kind}: {figures.offered[kind]} of {asked}")
    took = f"{time.monotonic() - began:.0f} s"
    print(f"{figures.offered.total()} offers of {figures.asked.total()}, {len(figures.faults)} faults, {took}")
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
