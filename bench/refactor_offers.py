"""How many refactorings are offered on real modules, of those that apply to places chosen with a fixed seed.

Run ``python bench/refactor_offers.py [places]``; refusals are counted by their reason. Runs nothing of the modules.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from pathlib import Path

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, Offer, Services
from stoker_server.features.refactor import KINDS, Kind, RefactorFeature, kinds
from stoker_server.settings import Settings

MODULES = ("textwrap", "shlex", "csv", "glob", "string")


def places(snapshot: Snapshot, kind: Kind, count: int) -> list[Span]:
    """Different places at which a refactoring applies."""
    chooser, found = random.Random(f"{snapshot.uri[-12:]} {kind.name}"), dict[Span, Span]()
    for _ in range(count * 200):
        line = chooser.randrange(len(snapshot.line_starts) - 4)
        start, end = snapshot.line_starts[line], snapshot.line_span(line + chooser.randrange(4)).end
        offset = chooser.randrange(start, max(end, start + 1))
        span = Span(start, end) if kind.name == "extract-function" else Span(offset, offset)
        if len(found) < count and kind in kinds(snapshot, span) and (about := kind.find(snapshot, span)):
            found.setdefault(about, span)
    return list(found.values())


async def main(count: int) -> None:
    """Ask at each place and print the counts."""
    offered, asked, reasons = Counter[str](), Counter[str](), Counter[str]()
    began = time.process_time()
    for name in MODULES:
        text = Path(sysconfig.get_path("stdlib"), f"{name}.py").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"{name}.py")
            path.write_text(text, encoding="utf-8")
            snapshot = Snapshot(path.as_uri(), text, PYTHON)
            for kind in KINDS:
                options = {"kind": kind.name, **({"name": "brand_new"} if kind.name == "rename" else {})}
                for span in places(Snapshot(f"file:///{name}.py", text, PYTHON), kind, count):
                    services = Services(None, Settings(), Path(folder))
                    result = await RefactorFeature().propose(FeatureRequest(snapshot, span, services, options))
                    asked[kind.name] += 1
                    offered[kind.name] += isinstance(result, Offer)
                    if not isinstance(result, Offer):
                        reasons[f"{kind.name}: {re.sub(r'^.*?: ', '', result.reason)}"] += 1
    for each in asked:
        print(f"{each}: {offered[each]} of {asked[each]}")
    print(f"{time.process_time() - began:.1f} s of this process")
    for reason, times in reasons.most_common():
        print(f"  {times} {reason[:180]}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
