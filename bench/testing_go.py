"""Measures generated tests of Go on packages of the standard library, from facts alone.

    python bench/testing_go.py [--functions 8] [--seed 1] [--show]

The packages are copied into a module without their tests; those that only build inside the standard library can't be
taken. Of each, functions with two statements and more are drawn, exported ones and others. Printed are the share that gets a
test, and the share of the mutants that the tests notice.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.go.functions import function_of
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE
from stoker_server.features.base import FeatureRequest, NoOffer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.settings import Settings

PACKAGES = (
    *("html", "text/tabwriter", "encoding/hex", "encoding/csv", "unicode/utf8", "unicode/utf16", "mime"),
    *("text/template/parse", "go/doc/comment", "regexp/syntax", "encoding/base32", "container/ring"),
)


def copied(folder: Path) -> list[Path]:
    """A module with the packages; its files."""
    root = Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())
    (folder / "go.mod").write_text("module example.com/std\n\ngo 1.22\n")
    found = []
    for name in PACKAGES:
        (folder / name).mkdir(parents=True)
        files = [each for each in sorted((root / "src" / name).glob("*.go")) if not each.name.endswith("_test.go")]
        found += [Path(shutil.copy(each, folder / name)) for each in files]
    return found


def drawn(files: list[Path], most: int, seed: int) -> list[tuple[Path, str]]:
    """Some functions of each package."""
    chance, by_package = random.Random(seed), dict[Path, list[tuple[Path, str]]]()
    for path in files:
        snapshot = Snapshot(path.as_uri(), path.read_text(), by_path(path))
        for symbol in snapshot.outline.symbols:
            function = function_of(snapshot, symbol) if symbol.kind in CALLABLE else None
            if function and snapshot.text.count("\n", function.body.start, function.body.end) >= 3:
                by_package.setdefault(path.parent, []).append((path, symbol.qualified))
    return [each for found in by_package.values() for each in chance.sample(found, min(most, len(found)))]


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    tested = tried = killed = mutants = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        for path, name in drawn(copied(folder), given.functions, given.seed):
            snapshot = Snapshot(path.as_uri(), path.read_text(), by_path(path))
            services = Services(None, Settings(), folder, trusted=True)
            result = await TestFeature().propose(FeatureRequest(snapshot, Span(0, 0), services, {"symbol": name}))
            tried += 1
            where = f"{path.parent.relative_to(folder)} {name}"
            if isinstance(result, NoOffer):
                print(f"-  {where}: {result.reason[:200]}", flush=True)
                continue
            tested += 1
            count = result.receipt.tests[0]
            killed, mutants = killed + count.noticed, mutants + count.mutants
            print(f"{count.noticed}/{count.mutants} {where}", flush=True)
            if given.show:
                print(result.edit.files[0].apply(""), flush=True)
    print(f"{tested} of {tried} functions got a test; these notice {killed} of {mutants} mutants")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
