"""Measures generated tests of Rust on crates of the registry, from facts alone.

    python bench/testing_rust.py [--functions 6] [--show] [--only NAME] [CRATE@VERSION ...]

The crates are fetched by cargo and copied without their own tests. Of each, functions of two lines and more are taken evenly
over the source. Printed are the share that gets a test, and the share of
the mutants that the tests notice.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.rust.functions import function_of
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE
from stoker_server.features.base import FeatureRequest, NoOffer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.features.testing.rust.target import find_symbol
from stoker_server.settings import Settings

_TESTS = re.compile(r"^#\[cfg\((?:all\()?test\b.*\)\]\n(?:#\[.*\]\n)*mod \w+ ", re.MULTILINE)
"""Where a file's tests begin; they are its end."""

_TARGETS = re.compile(r"^\[\[(?:test|bench|example)\]\]\n(?:(?!\[).*\n?)*", re.MULTILINE)

CRATES = ("semver@1.0.28", "itoa@1.0.19", "heck@0.5.0", "textwrap@0.16.4", "percent-encoding@2.3.2")


def fetched(crate: str, folder: Path) -> Path:
    """A copy of a crate, with all that it needs fetched."""
    name, _, version = crate.partition("@")
    asks = folder / "asks" / name
    (asks / "src").mkdir(parents=True)
    (asks / "src" / "lib.rs").touch()
    (asks / "Cargo.toml").write_text(
        f'[package]\nname = "asks"\nversion = "0.0.0"\n[dependencies]\n{name} = "={version}"\n'
    )
    subprocess.run(["cargo", "vendor", "-q", str(asks / "vendor")], cwd=asks, check=True, capture_output=True)
    copy = Path(shutil.copytree(asks / "vendor" / name, folder / name))
    (copy / ".cargo-checksum.json").unlink(missing_ok=True)
    for each in (copy / "tests", copy / "benches", copy / "examples"):
        shutil.rmtree(each, ignore_errors=True)
    for path in copy.rglob("*.rs"):
        text = path.read_text()
        path.write_text(text[: found.start()] if (found := _TESTS.search(text)) else text)
    manifest = copy / "Cargo.toml"
    manifest.write_text(_TARGETS.sub("", manifest.read_text()))
    subprocess.run(["cargo", "fetch", "-q"], cwd=copy, check=True, capture_output=True)
    return copy


def drawn(folder: Path, most: int) -> list[tuple[Path, str]]:
    """Functions of a crate, taken evenly."""
    found = []
    for path in sorted((folder / "src").rglob("*.rs")):
        snapshot = Snapshot(path.as_uri(), path.read_text(), by_path(path))
        for symbol in snapshot.outline.symbols:
            function = function_of(snapshot, symbol) if symbol.kind in CALLABLE else None
            long = function and snapshot.text.count("\n", function.body.start, function.body.end) >= 3
            if long and find_symbol(snapshot, Span(0, 0), symbol.qualified) and "tests." not in symbol.qualified:
                found.append((path, symbol.qualified))
    step = max(1, len(found) // most)
    return found[::step][:most]


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("crates", nargs="*", default=CRATES)
    parser.add_argument("--functions", type=int, default=6)
    parser.add_argument("--only", default="")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    tested = tried = killed = mutants = 0
    with tempfile.TemporaryDirectory() as place:
        for crate in given.crates:
            folder = fetched(crate, Path(place).resolve())
            for path, name in drawn(folder, given.functions):
                if given.only not in name:
                    continue
                snapshot = Snapshot(path.as_uri(), path.read_text(), by_path(path))
                services = Services(None, Settings(), folder, trusted=True)
                result = await TestFeature().propose(FeatureRequest(snapshot, Span(0, 0), services, {"symbol": name}))
                tried += 1
                where = f"{path.relative_to(folder.parent)} {name}"
                if isinstance(result, NoOffer):
                    print(f"-  {where}: {result.reason[:200]}", flush=True)
                    continue
                tested += 1
                count = result.receipt.tests
                killed, mutants = killed + max(each.noticed for each in count), mutants + count[0].mutants
                print(f"{max(each.noticed for each in count)}/{count[0].mutants} {where}", flush=True)
                if given.show:
                    print("".join(each.text for each in result.edit.files[0].replacements), flush=True)
    print(f"{tested} of {tried} functions got a test; these notice {killed} of {mutants} mutants")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
