"""Writes benchmarks for ``vitest bench``: the call that is timed, and before it what it gives compared. Runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from stoker_analyzers.ecma.layout import WIDTH, laid_out, quoted, restyled
from stoker_server.features.testing.ecma.writing import asserted
from stoker_server.features.testing.plans import Observation, Plan
from stoker_server.features.testing.writing import WrittenTest
from stoker_server.proving.ecma.project import Framework
from stoker_server.proving.ecma.toolchain import Toolchain
from stoker_server.proving.errors import ProvingError

if TYPE_CHECKING:
    from stoker_server.features.testing.ecma.bench import EcmaBench

NOTE = "What these benchmarks compare is what the code did when they were written."
_SINCE = (2, 0)
"""The first vitest that tells what its benchmarks did."""


def need_benchmarks(tools: Toolchain) -> None:
    """Make sure that the project's runner has benchmarks.

    Raises:
        ProvingError: It has none.
    """
    if tools.framework is not Framework.VITEST:
        which = f"this project runs {tools.framework}"
        raise ProvingError(
            f"performance tests of JavaScript and TypeScript are written for `vitest bench`, and {which}"
        )
    if tools.runner_version < _SINCE:
        raise ProvingError("performance tests need vitest 2 or later, which tells what its benchmarks did")


def benchmark_file(bench: EcmaBench, test: Path) -> Path:
    """Where the benchmarks of a file go.

    Args:
        bench: The request's workbench.
        test: Where a new file of tests would go.
    """
    stem = bench.target.path.stem
    names = (f"{stem}{number}.bench{test.suffix}" for number in ("", *(f"-{each}" for each in range(2, 100))))
    files = (test.with_name(each) for each in names)
    return next(each for each in files if not bench.problem_in(bench.ground.scratch.read(each)))


def write_benchmark(bench: EcmaBench, plan: Plan, seen: Observation) -> WrittenTest:
    """A benchmark that fails where the call gives something else than was seen.

    Args:
        bench: The request's workbench.
        plan: The call; it changes nothing that it is given.
        seen: What it gave.
    """
    style = bench.style
    call = f"[...{plan.plain}]" if seen.listed else plan.plain
    title = f"for {plan.candidate.words}" if plan.candidate.words else "a call"
    shown = quoted(json.dumps(title, ensure_ascii=False), style)
    made = [f"{restyled(each, style)}{style.end}" for each in plan.plain_setup]
    looks = asserted(f"await {call}" if seen.awaited else call, seen.text, style, 3 * len(style.indent), node=False)
    waits = "async " if seen.awaited else ""
    step = style.indent
    timed = [f"bench({shown}, () => {restyled(call, style)}, {{"]
    if len(timed[0]) + len(step) > WIDTH:
        inner = laid_out(call, style, indent=step, before=2 * len(step) + len("return "), after=1)
        timed = [f"bench({shown}, () => {{", *f"{step}return {inner}{style.end}".split("\n"), "}, {"]
    lines = [
        *made,
        *([""] if made else []),
        *timed,
        f"{step}{waits}setup() {{",
        *(f"{step * 2}{line}" for line in looks),
        f"{step}}},",
        f"}}){style.end}",
    ]
    return WrittenTest(title, "\n".join(lines) + "\n", (), pins=True)
