"""Applies refactorings to files in JavaScript, TypeScript, Go, Rust and Java that nobody here wrote, and runs a command then.

Run ``python bench/refactors_elsewhere.py PLACES FOLDER [--test COMMAND] [--only GLOB] [--show N]``: so many places a kind and
file, of the files below a folder (a copy of it is worked on). Each offer is written to the copy; what the command then prints,
and its status, must be what they were before. What changes it is listed and makes the exit status 1. Without a command offers
are only counted; ``--show`` prints the first patches of each kind.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli.proposing import diff_of
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import Kind, RefactorFeature, kinds
from stoker_server.features.refactor.braces import BRACE_KINDS
from stoker_server.settings import Settings

_WHOLE = ("extract-function", "dead-code")
_SECONDS = 600.0


def places(snapshot: Snapshot, kind: Kind, count: int) -> list[Span]:
    """Different places at which a refactoring applies."""
    chooser, found = random.Random(f"{Path(snapshot.uri).name} {kind.name}"), dict[Span, Span]()
    for _ in range(count * 200):
        if len(found) == count:
            break
        line = chooser.randrange(len(snapshot.line_starts))
        last = min(line + chooser.randrange(12), len(snapshot.line_starts) - 1)
        start, end = snapshot.line_starts[line], snapshot.line_span(last).end
        offset = chooser.randrange(start, max(snapshot.line_span(line).end, start + 1))
        span = Span(start, end) if kind.name in _WHOLE else Span(offset, offset)
        about = kind.find(snapshot, span) if kind in kinds(snapshot, span) else None
        if about is not None:
            found.setdefault(about, span)
    return list(found.values())


def outcome(command: str, folder: Path) -> str:
    """What a command says, without what differs from run to run."""
    if not command:
        return ""
    try:
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return "not over in time"
    said = re.sub(r"\b\d+(\.\d+)?(?: ?(?:ms|s|sec|seconds))\b|\(cached\)", "", done.stdout[-3000:])
    return f"{done.returncode} {said}"


class Bench:
    """What came of all offers."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.asked: Counter[str] = Counter()
        self.offered: Counter[str] = Counter()
        self.shown: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.faults: list[str] = []
        self.usual = outcome(arguments.test, folder)

    async def file(self, path: Path) -> None:
        """Ask for every kind of refactoring of one file."""
        text = path.read_bytes().decode("utf-8")
        snapshot = Snapshot(path.as_uri(), text, by_path(path))
        for kind in BRACE_KINDS:
            if self.arguments.kind and kind.name != self.arguments.kind:
                continue
            for span in places(snapshot, kind, self.arguments.places):
                options = {"kind": kind.name} | ({"name": "brandNew"} if kind.name == "rename" else {})
                services = Services(None, Settings(), self.folder)
                result = await RefactorFeature().propose(FeatureRequest(snapshot, span, services, options))
                self.asked[kind.name] += 1
                if isinstance(result, NoOffer):
                    self.refused[re.sub(r"\b\d+\b", "N", f"{kind.name}: {result.reason}")[:110]] += 1
                else:
                    self.offered[kind.name] += 1
                    self._judge(path, snapshot, kind, result)

    def _judge(self, path: Path, snapshot: Snapshot, kind: Kind, offer: Offer) -> None:
        patch = "".join(diff_of(part, snapshot) for part in offer.edit.files)
        self.shown[kind.name] += 1
        if self.shown[kind.name] <= self.arguments.show:
            print(f"### {kind.name}: {path.name}: {offer.title} {offer.notes}\n{patch}")
        path.write_bytes(offer.edit.files[0].apply(snapshot.text).encode())
        now = outcome(self.arguments.test, self.folder)
        path.write_bytes(snapshot.text.encode())
        if now != self.usual:
            self.faults.append(f"{path.name}: {offer.title}: {now[-700:]}\n{patch}")
            print(self.faults[-1], flush=True)


async def main() -> int:
    """Try the files and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--test", default="")
    parser.add_argument("--only", default="**/*")
    parser.add_argument("--kind", default="")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--refusals", action="store_true")
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / arguments.folder.name
        shutil.copytree(arguments.folder, folder, symlinks=True)
        (folder / "stoker.toml").touch()
        bench = Bench(arguments, folder)
        print(f"usual: {bench.usual[-200:]}")
        for path in sorted(folder.glob(arguments.only)):
            if path.is_file() and by_path(path) is not None:
                await bench.file(path)
    for kind, asked in bench.asked.items():
        print(f"{kind}: {bench.offered[kind]} of {asked}")
    for reason, count in bench.refused.most_common() if arguments.refusals else ():
        print(f"  {count} x {reason}")
    took = f"{time.monotonic() - began:.0f} s"
    print(f"{bench.offered.total()} offers of {bench.asked.total()}, {len(bench.faults)} faults, {took}")
    return 1 if bench.faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
