"""Measures docstrings on code that nobody here wrote: how many are offered, and how many another program agrees with.

Undocumented public functions of installed packages are documented, each as if it were asked for alone, and judged by
pydoclint, which reads signature and body by itself. Functions without arguments and those of three lines or fewer are left
out. ``make bench`` installs pydoclint; ``python bench/documenting.py --provider local`` asks the model on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol, SymbolKind
from stoker_server.features.base import FeatureRequest, Offer, Services
from stoker_server.features.docstring import DocstringFeature
from stoker_server.paths import find_paths
from stoker_server.settings import Settings
from stoker_server.workspace import Workspace

PACKAGES = ("mypy", "jedi", "parso", "rope", "_pytest", "hatchling")
JUDGE = Path(".tools/bench/bin/pydoclint")
OPTIONS = (
    *("--style=google", "--quiet", "--arg-type-hints-in-docstring=False", "--arg-type-hints-in-signature=False"),
    *("--check-return-types=False", "--check-yield-types=False", "--skip-checking-raises=False"),
    *("--allow-init-docstring=True", "--check-class-attributes=False"),
)
_HINTS = re.compile(r"DOC(10[5-9]|11[01]):")
"""Findings about type hints in the signature, which no docstring can mend."""
_LEAST_LINES = 4


@dataclass(frozen=True)
class Case:
    """One undocumented function."""

    package: str
    snapshot: Snapshot
    symbol: Symbol


def cases(package: str) -> Iterator[Case]:
    """The undocumented public functions of an installed package."""
    for path in sorted((Path(sysconfig.get_paths()["purelib"]) / package).rglob("*.py")):
        if "test" in path.parts or path.name.startswith("test_"):
            continue
        snapshot = Snapshot(path.as_uri(), path.read_text(encoding="utf-8", errors="replace"), PYTHON)
        for symbol in snapshot.outline.walk():
            plain = symbol.kind in CALLABLE and symbol.kind is not SymbolKind.CONSTRUCTOR and not symbol.decorators
            if plain and symbol.public and not symbol.documentation and symbol.body and symbol.signature:
                body = snapshot.text[symbol.body.start : symbol.body.end]
                if symbol.signature.arguments and body.count("\n") >= _LEAST_LINES - 1:
                    yield Case(package, snapshot, symbol)


async def documented(case: Case, services: Services) -> tuple[Offer | None, str]:
    """What is offered, and the function alone with it."""
    feature, at = DocstringFeature(), case.symbol.name_span.start
    options = {"symbol": case.symbol.qualified, "style": "google"}
    result = await feature.propose(FeatureRequest(case.snapshot, Span(at, at), services, options))
    if not isinstance(result, Offer):
        return None, ""
    after = case.snapshot.after(result.edit)
    now = next(
        each
        for each in after.outline.walk()
        if each.qualified == case.symbol.qualified and each.span.start == case.symbol.span.start
    )
    line = after.line_starts[after.line_of(now.span.start)]
    own = textwrap.dedent(after.text[line : now.span.end])
    method = now.kind is SymbolKind.METHOD
    return result, f"class Owner:\n{textwrap.indent(own, '    ')}\n" if method else f"{own}\n"


def judged(folder: Path) -> dict[str, list[str]]:
    """What pydoclint finds, by file."""
    done = subprocess.run([JUDGE, *OPTIONS, folder], capture_output=True, text=True, check=False)
    found: dict[str, list[str]] = {}
    current = ""
    for line in (done.stdout + done.stderr).splitlines():
        if line.endswith(".py") and not line.startswith(" "):
            current = Path(line).name
        elif (code := re.search(r"\bDOC\d+: .*", line)) and not _HINTS.match(code.group()):
            found.setdefault(current, []).append(code.group())
    return found


async def run(arguments: argparse.Namespace) -> None:
    """Document, judge and print."""
    every = [list(cases(package)) for package in PACKAGES]
    random.seed(arguments.seed)
    share = -(-arguments.number // len(PACKAGES))
    chosen = [case for found in every for case in random.sample(found, min(share, len(found)))][: arguments.number]
    workspace = Workspace(find_paths({}), {}, {"provider": {"name": arguments.provider}})
    workspace.prepare()
    provider = workspace.services(None).provider
    services = Services(provider, Settings())
    authors: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(chosen):
            offer, text = await documented(case, services)
            authors[offer.receipt.author if offer else "nothing"] += 1
            verdicts["withheld drafts"] += len(offer.receipt.withheld) if offer else 0
            if offer:
                Path(folder, f"f{number:03}.py").write_text(text, encoding="utf-8")
                if arguments.show:
                    print(f"# {case.package}: {case.symbol.qualified}, by {offer.receipt.author}\n{text}")
        found = judged(Path(folder)) if JUDGE.exists() else None
    await workspace.aclose()
    offered = len(chosen) - authors["nothing"]
    print(f"{len(chosen)} functions of {', '.join(PACKAGES)}; {time.monotonic() - began:.0f} s")
    print(f"with a result   {offered:4} ({offered / len(chosen):.0%}): {dict(authors)}, {dict(verdicts)}")
    if found is None:
        print("pydoclint is not there; `make bench` installs it", file=sys.stderr)
        return
    agreed = offered - len(found)
    print(f"pydoclint agrees {agreed:3} of {offered} ({agreed / max(offered, 1):.0%})")
    for text, count in Counter(each.partition(":")[0] for all_of in found.values() for each in all_of).most_common():
        example = next(each for all_of in found.values() for each in all_of if each.startswith(text))
        print(f"  {count:3} {example}")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=60, help="functions")
    parser.add_argument("--provider", default="facts", help="facts, local, ...")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--show", action="store_true", help="print what was written")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
