"""The checks that every draft of tests goes through, whoever wrote it."""

from __future__ import annotations

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.bench import RUNS, Bench, Existing
from stoker_server.features.testing.trial import Trial
from stoker_server.proving.errors import ProvingError
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, failed, passed, undecided

VACUOUS = "it passes though the function does nothing"
BLIND = "it passes with every mutant"
"""What is said of tests that show nothing."""


def shortcoming(trial: Trial, name: str) -> str:
    """Why one of a draft's tests is not worth having; empty where it is. Without a series nothing is said of mutants.

    Args:
        trial: What the draft did.
        name: The test.
    """
    if (reason := trial.outcome(name)) or trial.canary is None or trial.proves:
        return reason
    if trial.is_vacuous(name):
        return VACUOUS
    return BLIND if trial.mutated and not trial.kills(name) else ""


class TestFileParses:
    """The test file is valid with the draft in it."""

    __test__ = False
    name = "parses"
    budget = 5.0

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Parse the file as it would be."""
        for part in edit.files[:1]:  # what else there is only lets the runner find the tests
            path = path_of(part.uri)
            text = part.apply(self._bench.ground.scratch.read(path) if path and part.base is not None else "")
            if problem := self._bench.problem_in(text):
                return failed(self.name, problem)
        return passed(self.name, "valid")


class _TrialCheck:
    """What the checks that run the draft share."""

    name = ""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @property
    def budget(self) -> float:
        """Seconds: all that the user grants to a test command."""
        return self._bench.ground.terms.testing.seconds

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Run the draft, unless another check did, and judge what was seen."""
        try:
            trial = await self._bench.try_out(edit)
            return self._judge(trial, await self._bench.existing())
        except ProvingError as error:
            return undecided(self.name, str(error))

    def _judge(self, trial: Trial, existing: Existing) -> Verdict:
        raise NotImplementedError


class Runs(_TrialCheck):
    """Every drafted test passes, each time, against the file that is meant."""

    name = "runs"

    def _judge(self, trial: Trial, existing: Existing) -> Verdict:
        if not trial.names:
            return failed(self.name, "the draft holds no test")
        first = trial.runs[0]
        if first.state == "done" and not first.problems and trial.proves:
            return undecided(self.name, trial.proves)
        for name in trial.names:
            if reason := trial.outcome(name):
                return failed(self.name, f"{name}: {reason}")
        number = len(trial.names)
        return passed(
            self.name, f"{number} {_plural('test', number)} passed {RUNS} of {RUNS} times, in fresh processes"
        )


class Covers(_TrialCheck):
    """The tests run lines of the function; best such as no existing test does."""

    name = "covers"

    def _judge(self, trial: Trial, existing: Existing) -> Verdict:
        if trial.proves:
            return undecided(self.name, trial.proves)
        every = self._bench.lines
        run = frozenset[int]().union(*(trial.lines(name) for name in trial.names)) & every
        if not run:
            return failed(self.name, f"no line of {self._bench.qualified} is run")
        new = run - existing.lines
        seen = f"{len(run)} of {len(every)} lines of {self._bench.qualified}"
        if not existing.files or self._bench.timed:
            return passed(self.name, seen)
        return passed(
            self.name, f"{seen}, {len(new)} of them new: the existing tests run {len(existing.lines & every)}"
        )


class Kills(_TrialCheck):
    """Each test notices a mutant, and together they show what the existing tests don't."""

    name = "kills"

    def _judge(self, trial: Trial, existing: Existing) -> Verdict:
        if trial.canary is None:
            return undecided(self.name, "the tests did not pass, so no mutant was tried")
        if trial.proves:
            return undecided(self.name, trial.proves)
        mutants = self._bench.mutants
        if not mutants:
            return undecided(self.name, "the function has nothing to mutate")
        if not trial.tried:
            return undecided(self.name, f"none of {len(mutants)} mutants was reached in time")
        kills = {name: trial.kills(name) for name in trial.names}
        if vacuous := next((name for name in trial.names if trial.is_vacuous(name)), None):
            return failed(self.name, f"{vacuous}: {VACUOUS}")
        if blind := next((name for name, killed in kills.items() if not killed), None):
            return failed(self.name, f"{blind}: {BLIND}")
        together = frozenset[int]().union(*kills.values())
        new = together - existing.kills
        lines = frozenset[int]().union(*(trial.lines(name) for name in trial.names)) & self._bench.lines
        if not new and not lines - existing.lines and not self._bench.timed:
            return failed(self.name, "the existing tests run these lines and kill these mutants already")
        example = min((mutants[number] for number in new or together), key=lambda each: each.coarse).description
        compared = existing.files and not self._bench.timed
        more = f", {len(new)} of which the existing tests let through" if compared else ""
        missed = len(mutants) - trial.tried
        late = f" ({missed} more not reached in time)" if missed else ""
        return passed(self.name, f"{len(together)} of {trial.tried} mutants{late}{more}, e.g. {example}")


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
