"""Whether drafted tests prove anything of drafted code, as ``trials`` has it for Python, by the project's own runner.

Each mutant is a run of its own, so few are tried. Writes to its scratch copy alone.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE, Symbol
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.mutants import Mutant
from stoker_server.proving.results import SuiteRun, unnoticed
from stoker_server.proving.suites import ProjectSuite
from stoker_server.proving.syntax_mutants import mutants_in
from stoker_server.proving.trials import Proof
from stoker_wire.words import counted

MOST, FUNCTIONS = 4, 3
"""Mutants of one function that are tried, and functions whose mutants are: a run takes a second or several."""
_PASSES = 3
_START_SECONDS, _SLOWER = 10.0, 5.0
"""With a mutant the tests may take ten seconds, and five times as long as without it; longer is for ever."""
_RAISES = {
    ".go": 'panic("must fail")\n',
    ".java": 'if (true) throw new AssertionError("must fail");\n',
}
_THROWS, _THROWN = 'throw new Error("must fail");\n', '(() => { throw new Error("must fail"); })()'
_COMPILED = frozenset((".go", ".java"))
"""Where a mutant may turn out to be no program: then it shows nothing."""
_GO_TEST = re.compile(r"^func (Test\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Trial:
    """A test file, and what it is to prove something of.

    Attributes:
        code: The file under test as it will be; it need not be on disk.
        file: Its path.
        tests: The test file, which need not be there either ...
        text: ... and its text.
        functions: Qualified names of the functions that the tests are to prove.
    """

    code: Snapshot
    file: Path
    tests: Path
    text: str
    functions: Sequence[str]

    def of_draft(self, run: SuiteRun) -> SuiteRun:
        """What the drafted tests did, where the runner runs those beside them, too."""
        own = set(_GO_TEST.findall(self.text)) if self.tests.suffix == ".go" else None
        if own is None:
            return run
        kept = {name: each for name, each in run.tests.items() if name.rpartition("::")[2].partition("/")[0] in own}
        return replace(run, tests=kept)


async def prove(suite: ProjectSuite, terms: Terms, trial: Trial) -> Proof:
    """Run a test file against a file, as it is and with mutants of its functions, in a scratch copy.

    Args:
        suite: How the language's tests are run.
        terms: Where, and for how long.
        trial: What is run.

    Raises:
        ProvingError: Nothing can be run.
    """
    async with suite.open(terms) as ground:
        for path, text in ((trial.file, trial.code.text), (trial.tests, trial.text)):
            await asyncio.to_thread(ground.scratch.write, path, text)
        return await _prove(suite, ground, trial)


async def _prove(suite: ProjectSuite, ground: Ground, trial: Trial) -> Proof:
    seconds, usual, number = ground.terms.testing.seconds, 0.0, 0
    what = (trial.tests.parent if trial.tests.suffix == ".go" else trial.tests,)
    for _ in range(_PASSES):
        began = time.monotonic()
        run = trial.of_draft(await suite.run(ground, trial.file, what, seconds=seconds))
        if not run.green:
            first = min(run.failed, default="")
            detail = run.tests[first].detail if first else "\n".join(run.problems)
            return Proof(run.why_not_green(), detail=detail)
        usual, number = time.monotonic() - began, len(run.passed)
    passes = f"{counted(number, 'test')} passed {_PASSES} of {_PASSES} times"
    limit = min(seconds, _START_SECONDS + _SLOWER * usual)
    killed = tried = 0
    for function in _functions(trial):
        canary = await _run(suite, ground, trial, must_fail(trial.code, function), what, limit)
        if not _noticed(canary, trial.file):
            return Proof(unnoticed(canary, function.qualified))
        runs = [await _run(suite, ground, trial, each.source, what, limit) for each in _mutants(trial.code, function)]
        valid = [each for each in runs if trial.file.suffix not in _COMPILED or not each.problems]
        noticed = sum(_noticed(each, trial.file) for each in valid)
        if valid and not noticed:
            return Proof(f"no test notices any of the {len(valid)} mutants of {function.qualified}")
        killed, tried = killed + noticed, tried + len(valid)
    return Proof(told=f"{passes} and kill {killed} of {tried} mutants" if tried else passes)


async def _run(
    suite: ProjectSuite, ground: Ground, trial: Trial, source: str, what: Sequence[Path], seconds: float
) -> SuiteRun:
    """The tests with another text of the file under test, which then has its own again."""
    await asyncio.to_thread(ground.scratch.write, trial.file, source)
    run = trial.of_draft(await suite.run(ground, trial.file, what, seconds=seconds))
    await asyncio.to_thread(ground.scratch.write, trial.file, trial.code.text)
    return run


def _noticed(run: SuiteRun, file: Path) -> bool:
    """Whether tests noticed a change; where it is compiled, what could not be shows nothing."""
    return bool(run.state == "late" or run.failed or (run.problems and file.suffix not in _COMPILED))


def _functions(trial: Trial) -> Iterator[Symbol]:
    known = {each.qualified: each for each in trial.code.outline.walk() if each.kind in CALLABLE and each.body}
    yield from (known[each] for each in trial.functions[:FUNCTIONS] if each in known)


def _mutants(code: Snapshot, function: Symbol) -> tuple[Mutant, ...]:
    return mutants_in(code, function.body, "", MOST) if function.body else ()


def must_fail(code: Snapshot, function: Symbol) -> str:
    """The whole text with a function that raises as soon as it is called; what it did stands below, so that all is still used.

    Args:
        code: The file.
        function: A function of it with a body.
    """
    body = function.body
    if body is None:
        return code.text
    suffix = Path(code.uri).suffix
    if code.text[: body.start].rstrip().endswith("{"):
        return f"{code.text[: body.start]}{_RAISES.get(suffix, _THROWS)}{code.text[body.start :]}"
    return f"{code.text[: body.start]}{_THROWN}{code.text[body.end :]}"
