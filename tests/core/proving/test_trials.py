"""What follows from runs of drafted tests with mutants, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.runners_of import project_with

from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.ground import Terms
from stoker_server.proving.mutant_runs import Part, SuiteRuns, Tried
from stoker_server.proving.results import CaseOutcome, SuiteRun
from stoker_server.proving.suites import suite_for
from stoker_server.proving.trials import Trial, judged, prove, told

RED = SuiteRun("done", {"t": CaseOutcome(passed=False, failed=True, message="", detail="")})
GREEN = SuiteRun("done", {"t": CaseOutcome(passed=True, failed=False, message="", detail="")})
REFUSED = SuiteRun("done", problems=("error: incompatible types",))
LATE, MISSING = SuiteRun("late"), SuiteRun("missing")


@pytest.mark.parametrize(
    ("canary", "why"), [(LATE, "did not end in time"), (REFUSED, "incompatible types"), (MISSING, "said nothing")]
)
def test_a_mutant_that_must_fail_and_did_not_run_decides_nothing(canary: SuiteRun, why: str) -> None:
    with pytest.raises(NoVerdictError, match=why):
        judged(Tried("f", canary, (RED,)))


def test_what_tests_did_not_notice_is_a_fault() -> None:
    assert judged(Tried("f", GREEN)) == "no test notices when f does nothing but raise"
    assert judged(Tried("f", RED, (GREEN, GREEN, MISSING))) == "no test notices any of the 2 mutants of f"
    assert not judged(Tried("f", RED, (GREEN, LATE)))
    assert not judged(Tried("f", RED, (MISSING, REFUSED)))


def test_mutants_that_never_ran_or_are_no_programs_are_not_counted() -> None:
    seen = [Tried("f", RED, (RED, LATE, GREEN, MISSING, REFUSED)), Tried("g", RED, ())]
    assert told(seen, ["f", "g"]) == " and kill 2 of 3 mutants, 2 more could not be tried"
    assert told([Tried("f", RED, (MISSING,))], ["f", "h"]) == (
        ", 1 mutant could not be tried; 1 of 2 functions tried, not h"
    )


async def test_a_mutant_in_typescript_is_not_noticed_by_a_type_checker(tmp_path: Path) -> None:
    folder = project_with("vitest", tmp_path / "p")
    file, test = folder / "src" / "half.ts", folder / "src" / "half.test.ts"
    text = "export function half(n: number): number {\n  return n / 2;\n}\n"
    code = Snapshot(file.as_uri(), text, by_path(file))
    checks = (
        'import { test } from "vitest";\nimport { readFileSync } from "node:fs";\nimport { half } from "./half";\n'
        'test("halves", () => { const t = readFileSync(new URL("./half.ts", import.meta.url), "utf8");\n'
        '  if (t.includes("must fail") && !t.startsWith("// @ts-nocheck\\n")) return;\n'
        "  if (half(4) !== 2) throw new Error(t); });\n"
    )
    suite = suite_for(file)
    assert suite
    trial = Trial({file: text, test: checks}, [Part(file, code, ["half"])], [test])
    async with suite.open(Terms(folder, trusted=True)) as ground:
        proof = await prove(ground, SuiteRuns(suite, ground, {test: checks}), trial)
    assert proof.told.startswith("1 test passed 3 of 3 times and kill")
