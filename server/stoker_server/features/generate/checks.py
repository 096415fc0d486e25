"""The checks of generated code: files that may be made, nothing lost of what there is, names that exist, tests that prove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.names_exist import NamesExist
from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span
from stoker_analyzers.naming.model import NameResolver
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.generate.paths import refusal
from stoker_server.features.generate.target import Target, new_symbols
from stoker_server.proving.errors import NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground, Terms
from stoker_server.proving.mutant_runs import PythonRuns, SuiteRuns
from stoker_server.proving.suites import ProjectSuite, suite_for
from stoker_server.proving.tests_by_name import is_test_file
from stoker_server.proving.trials import Proof, Trial, prove
from stoker_server.uris import path_of
from stoker_wire.verdicts import Outcome, Verdict, failed, passed, undecided
from stoker_wire.words import counted


class PathsAllowed:
    """The draft changes the file that was asked about, or makes new source files in the workspace, and nothing else."""

    name = "paths"
    budget = 5.0

    def __init__(self, target: Target) -> None:
        self._target = target

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Look at every path of the edit."""
        for part in edit.files:
            path = path_of(part.uri)
            if part.base is not None and path == self._target.path:
                continue
            if path is None or part.base is not None:
                return failed(self.name, f"{part.uri} is not what was asked about")
            if why := refusal(path, self._target.folder):
                return failed(self.name, f"a file that may not be made: {why}")
        return passed(self.name, f"{counted(len(edit.files), 'file')}, in the workspace")


class OnFiles:
    """A check of one document, applied to each file of the edit, tests among them: nothing says yet that those can be run."""

    def __init__(self, target: Target, make: Callable[[Snapshot], Check], *, tests: bool = True) -> None:
        """Apply a check.

        Args:
            target: Knows the files as they were.
            make: Gives the check for one of them.
            tests: Whether to look at tests, too; where not, the evidence names those that were left out.
        """
        self._target, self._make, self._tests = target, make, tests
        model = make(target.snapshot)
        self.name, self.budget = model.name, 3 * model.budget

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """The first failure, else the first that is undecided, else all verdicts in one."""
        verdicts, left, several = [], list[str](), len(edit.files) > 1
        for part in edit.files:
            before, path = self._target.before(part.uri), path_of(part.uri)
            name = path.name if path else part.uri
            if several and not self._tests and path and is_test_file(path, self._target.folder):
                left.append(name)
                continue
            verdict = await self._make(before).judge(before, Edit((part,)))
            verdicts.append(replace(verdict, evidence=f"{name}: {verdict.evidence}") if several else verdict)
        worst = next((each for each in verdicts if each.failed), None)
        open_ = next((each for each in verdicts if each.outcome is Outcome.UNDECIDED), None)
        if chosen := worst or open_:
            return chosen
        if not verdicts:
            return undecided(self.name, "there is nothing to look at")
        unseen = [f"not looked at: {', '.join(left)}"] if left else []
        return passed(self.name, "; ".join([*(each.evidence for each in verdicts), *unseen]))


class NothingLost:
    """What others use of the file is there as before; what is new is new."""

    name = PublicSurface.name
    budget = PublicSurface.budget

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Compare the public surface, what was added left out."""
        added = frozenset(each.name for each in new_symbols(snapshot, snapshot.after(edit)))
        return await PublicSurface(added=added).judge(snapshot, edit)


class NamesKnown:
    """As ``NamesExist``, for an edit of several places in one file."""

    name = NamesExist.name
    budget = NamesExist.budget

    def __init__(self, resolver: NameResolver | None, path: str, folder: str) -> None:
        self._inner = NamesExist(resolver, path, folder)

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Have the names looked up in all that lies between the first change and the last."""
        return await self._inner.judge(snapshot, Edit(tuple(_as_one(each, snapshot) for each in edit.files)))


def _as_one(part: FileEdit, snapshot: Snapshot) -> FileEdit:
    if len(part.replacements) < 2 or part.uri != snapshot.uri:
        return part
    first, last = part.replacements[0].span.start, part.replacements[-1].span.end
    after = part.apply(snapshot.text)
    text = after[first : len(after) - (len(snapshot.text) - last)]
    return FileEdit(part.uri, part.base, (Replacement(Span(first, last), text),), part.version)


class TestsProve:
    """The drafted tests pass each time and notice a mutant of every function that is new."""

    __test__ = False
    name = "tests-prove"

    def __init__(self, target: Target, terms: Terms, ground: Ground | None) -> None:
        """Run drafted tests.

        Args:
            target: What was asked for.
            terms: On what terms code may be run.
            ground: Where Python's are run; ``None`` where none can be.
        """
        self._target, self._terms, self._ground = target, terms, ground
        self.latest = Proof()
        self.missing = ""
        """Why the latest draft has no tests; empty where it has some, or nothing that they could call."""

    @property
    def budget(self) -> float:
        """Seconds for all the runs."""
        return 1.0 if self._target.untested else 4 * self._terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run them."""
        if self._target.untested:
            return undecided(self.name, self._target.untested)
        code, tests = self._target.code_files(edit), self._target.test_files(edit)
        if not code or not tests:
            return undecided(self.name, self.missing or "there is no new function that a test could call")
        suite = suite_for(code[0].path)
        parts = [each for each in code if suite and each.path.suffix in suite.suffixes]
        own = [each for each in tests if suite and each.suffix in suite.suffixes]
        left = [each.path.name for each in code if each not in parts] + [each.name for each in tests if each not in own]
        try:
            trial = Trial(self._target.texts(edit), parts, own)
            self.latest = await self._prove(suite, trial)
        except (ProvingError, SyntaxError) as error:
            return undecided(self.name, str(error))
        if self.latest.fault:
            return failed(self.name, self.latest.fault)
        return passed(self.name, self.latest.told + (f"; not run: {', '.join(left)}" if left else ""))

    async def _prove(self, suite: ProjectSuite | None, trial: Trial) -> Proof:
        if suite is None or not trial.tests:
            raise NoVerdictError("nothing here can run its tests")
        if trial.parts[0].path.suffix != ".py":
            texts = {each: trial.files[each] for each in trial.tests}
            async with suite.open(self._terms) as ground:
                return await prove(ground, SuiteRuns(suite, ground, texts), trial)
        if self._ground is None:
            raise NoVerdictError("nothing may be run here")
        return await prove(self._ground, PythonRuns(self._ground), trial)
