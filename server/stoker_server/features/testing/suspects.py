"""Suspected faults: what a docstring's session says and the code does not do, with the session run as ``doctest`` runs it.

A single example is not enough to say so: what stood before it in the docstring may be what it needs. So the whole docstring is
run, twice; an example counts where all that stood before it came out as it says.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.contradictions import Contradiction, contradicted_step
from stoker_server.features.testing.examples import docstrings, names_of
from stoker_server.features.testing.plans import Observation, plan
from stoker_server.features.testing.sessions import Step, sessions
from stoker_server.features.testing.target import Target, bound_names
from stoker_server.proving.ground import Ground
from stoker_server.proving.runs import Subject, run_calls
from stoker_wire.receipts import Suspect

SOURCE = "its docstring"
_SEEDS = (0, 1)
_MOST = 60
_OF_SETTING = frozenset(
    {"NameError", "ImportError", "ModuleNotFoundError", "FileNotFoundError", "ConnectionError", "PermissionError"}
)
"""Exceptions that come from where an example is run, and say nothing of the code."""


@dataclass(frozen=True)
class Fault:
    """An example that does not hold.

    Attributes:
        suspect: What is told of it.
        steps: The statement, and before it what it needs.
        seen: What the statement did.
        names: The module's names that the steps use.
    """

    suspect: Suspect
    steps: tuple[Step, ...]
    seen: Observation
    names: tuple[frozenset[str], ...] = ()


async def find_suspects(ground: Ground, target: Target, subject: Subject) -> tuple[Suspect, ...]:
    """What is told of the examples of the function's docstrings that do not hold; raises as ``find_faults`` does."""
    return tuple(each.suspect for each in await find_faults(ground, target, subject))


async def find_faults(ground: Ground, target: Target, subject: Subject) -> tuple[Fault, ...]:
    """The examples of the function's docstrings that do not hold.

    Raises:
        NoVerdictError: The file could not be imported, or another was imported in its place.
    """
    whole = [[step for session in sessions(text) for step in session][:_MOST] for text in docstrings(target)]
    code = [[each.code for each in steps] for steps in whole]
    candidates = [
        Candidate(Origin.DOCUMENTATION, "", steps=tuple(steps), names=names_of("\n".join(lines), target))
        for steps, lines in zip(whole, code, strict=True)
        if steps
    ]
    specs = [plan(target, each).spec() for each in candidates]
    runs = [await run_calls(ground, subject, specs, seed=seed, watch=True) for seed in _SEEDS] if specs else []
    found = dict[Suspect, Fault]()
    for number, each in enumerate(candidates):
        one, other = (Observation.read(run[number]) for run in runs)
        if not one.impure and one.behaviour == other.behaviour:
            own = number == 0 and ast.get_docstring(target.function.node) in docstrings(target)
            for fault in _faults(target, each.steps, one.steps, own=own):
                found.setdefault(fault.suspect, dataclasses.replace(fault, names=(each.names,)))
    return tuple(found.values())


def _faults(target: Target, steps: Sequence[Step], seen: Sequence[Observation], *, own: bool) -> Iterator[Fault]:
    """Those that rest on nothing that went wrong before; of other docstrings than the function's, those that call it."""
    own_names, spoilt, made = set[str](), set[str](), list[Step]()
    for step, each in zip(steps, seen, strict=False):
        used = {node.id for node in ast.walk(step.tree) if isinstance(node, ast.Name)}
        found = contradicted_step(step, each)
        if found is None and not used & spoilt:
            made.append(step)
            own_names |= set(bound_names(step.tree.body))
            continue
        if found and step.wanted and not used & spoilt and each.type not in _OF_SETTING:
            lines = [*_leading_to(step, made, own_names), step]
            if own or any(target.function.node.name in line.code for line in lines):
                yield Fault(_suspect(lines, found), tuple(lines), each)
        own_names |= set(bound_names(step.tree.body))
        spoilt |= used & own_names


def _suspect(lines: Sequence[Step], found: Contradiction) -> Suspect:
    return Suspect("\n".join(each.code for each in lines), found.wanted, found.came, SOURCE)


def _leading_to(step: Step, made: Sequence[Step], bound: set[str]) -> list[Step]:
    """The statements before a step that have to do with the names that it uses, in order."""
    names = {node.id for node in ast.walk(step.tree) if isinstance(node, ast.Name)} & bound
    kept = list[Step]()
    for each in reversed(made):
        used = {node.id for node in ast.walk(each.tree) if isinstance(node, ast.Name)}
        if names & set(bound_names(each.tree.body)) or (names & used and not each.shows):
            kept.insert(0, each)
            names |= used & bound
    return kept


def said(suspect: Suspect) -> str:
    """A suspected fault as one sentence."""
    call = "; ".join(itertools.chain.from_iterable(each.splitlines() for each in [suspect.call]))
    return f"Suspected fault: `{call}`: {suspect.source} says it {suspect.wanted}; it {suspect.came}."
