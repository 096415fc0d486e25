"""Who goes first of models that work together: learned from what passed the checks and was kept. Arithmetic, no I/O.

Each model has, for a task and a language, a Beta distribution over its rate of success: what is assumed of it at first, plus
what came of its drafts. Thompson sampling draws a rate for each and lets the highest go first, so the better one leads mostly,
and one that is little known is still tried (W. R. Thompson 1933; Chapelle and Li, "An Empirical Evaluation of Thompson
Sampling", 2011).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

SECOND_BY_NATURE = frozenset(("review", "end-to-end", "guide"))
"""Tasks in which Gemini is taken to lead; in all others (code, unit tests, documentation in the code) OpenAI is."""
LEADING, FOLLOWING = (6.0, 2.0), (4.0, 4.0)
"""What is assumed at first, as successes and failures. The leader goes first in about 85 of 100 jobs until they tell otherwise;
eight drafts' weight, so that a day's work outvotes it."""
DRAWS = 4_000
"""Draws behind an interval or a chance that is shown: right to about one in a hundred."""


@dataclass(frozen=True, slots=True, order=True)
class Arm:
    """One model in one task and language, e.g. ``docstring``, ``python``, ``openai/gpt-6-luna``."""

    task: str
    language: str
    model: str


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a model's drafts.

    Attributes:
        tries: Drafts that were judged.
        successes: Those that passed and, as far as is known, were kept.
    """

    tries: int = 0
    successes: int = 0


Records = Callable[[], Mapping[Arm, Record]]
"""What is known by now."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        arm: The model, its task and its language.
        record: What came of its drafts.
        low, high: Between which its rate of success lies, with 95 % probability, by what was assumed and what was seen.
        first: The chance that it goes first; ``None`` for a model that is not one of those that work together.
    """

    arm: Arm
    record: Record
    low: float
    high: float
    first: float | None

    @property
    def rate(self) -> float | None:
        """The share of drafts that succeeded; ``None`` before the first."""
        return self.record.successes / self.record.tries if self.record.tries else None


class Router:
    """Puts models in the order in which they are asked.

    Args:
        records: What is known.
        source: Where chance comes from; a seeded one makes the order repeatable.
    """

    def __init__(self, records: Records = dict, source: random.Random | None = None) -> None:
        self._records = records
        self._source = source or random.Random()  # noqa: S311  # no secret depends on it

    def order(self, task: str, language: str, models: Sequence[str]) -> tuple[str, ...]:
        """The models, the one to ask first at the front."""
        records, leader = self._records(), leading(task, models)
        drawn = {
            model: self._source.betavariate(*_shape(records.get(Arm(task, language, model), Record()), model == leader))
            for model in models
        }
        return tuple(sorted(models, key=lambda model: -drawn[model]))


def leading(task: str, models: Sequence[str]) -> str:
    """Who is taken to be the better one at first: the vendor that the task is given to, else the first that is named."""
    vendor = "gemini" if task in SECOND_BY_NATURE else "openai"
    own = {"gemini": ("gemini", "vertex"), "openai": ("openai", "azure")}[vendor]
    return next((model for model in models if model.partition("/")[0] in own), models[0])


def table(records: Mapping[Arm, Record], models: Sequence[str], tasks: Sequence[str], seed: int = 1) -> list[Row]:
    """Everything that is known, and what is assumed of the models in use, by task and language.

    Args:
        records: What is known.
        models: Those that work together; none where one works alone.
        tasks: Shown for every language that has a record, and once without one.
        seed: Of the draws, so that the same records show the same figures.
    """
    source = random.Random(seed)  # noqa: S311  # no secret depends on it
    groups = {(arm.task, arm.language) for arm in records}
    if models:
        groups |= {(task, "") for task in tasks if not any(known == task for known, _ in groups)}
    rows: list[Row] = []
    for task, language in sorted(groups):
        named = [arm.model for arm in records if (arm.task, arm.language) == (task, language)]
        every = dict.fromkeys((*models, *sorted(named)))
        rows += _group(records, [Arm(task, language, model) for model in every], models, source)
    return rows


def _group(
    records: Mapping[Arm, Record], arms: Sequence[Arm], models: Sequence[str], source: random.Random
) -> list[Row]:
    leader = leading(arms[0].task, models) if models else ""
    draws = {}
    for arm in arms:
        shape = _shape(records.get(arm, Record()), arm.model == leader)
        draws[arm.model] = [source.betavariate(*shape) for _ in range(DRAWS)]
    best = [max(models, key=lambda model: draws[model][number]) for number in range(DRAWS)] if models else []
    rows = []
    for arm in arms:
        drawn = sorted(draws[arm.model])
        low, high = drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS)]
        first = best.count(arm.model) / DRAWS if arm.model in models else None
        rows.append(Row(arm, records.get(arm, Record()), low, high, first))
    return rows


def _shape(record: Record, leads: bool) -> tuple[float, float]:
    successes, failures = LEADING if leads else FOLLOWING
    return successes + record.successes, failures + record.tries - record.successes
