"""The check that runs a rewritten function on made-up inputs, the old version and the new one, and compares what they do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.proving.check import RunningCheck
from stoker_server.proving.errors import NotTrustedError, NoVerdictError
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.layout import defined_names, import_name, suite_of
from stoker_server.proving.rewritten import Rewritten, rewritten
from stoker_server.proving.runs import Subject, run_calls, together
from stoker_server.proving.sorts import as_payload
from stoker_server.uris import path_of
from stoker_server.workers import call
from stoker_wire.verdicts import Verdict, failed, passed
from stoker_wire.words import counted

COUNT = 120
"""Inputs of a function: Hypothesis' usual hundred, and some for the calls that fail."""
_LEAST = 10
"""Inputs that have to give a value; where fewer do, what was made up says too little."""
_ROUNDS = 5
"""How often a counterexample is made smaller."""
_TRIED = 40
_MAKING_SECONDS = 20.0
_MODULE = "stoker_server.proving.inputs"
_SHOWN = 80
_NOWHERE = (0, 0)
"""The lines that are watched while the calls are made."""
_MOST_LATE = 3
"""Calls that may hang: they are not what is compared, or the first of them says enough."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A call that does something else.

    Attributes:
        arguments: The code of what is passed.
        old: What the old version does, in words.
        new: What the new one does.
    """

    arguments: list[str]
    old: str
    new: str


class SameResults(RunningCheck):
    """Functions that only compute give the same results, and fail on the same inputs, before and after."""

    name = "same-results"

    async def _judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        async with rewrites(self._terms, snapshot, edit) as (ground, pair, functions):
            return await self._compare(ground, pair, functions)

    async def _compare(self, ground: Ground, pair: Pair, functions: Sequence[Rewritten]) -> Verdict:
        told, total = [], 0
        for each in functions:
            payload = {"parameters": as_payload(each.parameters), "count": COUNT}
            inputs = (await call(f"{_MODULE}:generate", payload, _MAKING_SECONDS))["inputs"]
            found, valued = await _differences(ground, pair, each, inputs)
            if found:
                least = await _smallest(ground, pair, each, found)
                shown = each.shown(least.arguments)
                return failed(self.name, f"{shown} {least.old} before, and {least.new} after")
            if valued < _LEAST:
                raise NoVerdictError(f"of {len(inputs)} made-up inputs, {each.name} has a result for {valued} only")
            total += valued
            told.append(each.name)
        return passed(self.name, f"{', '.join(told)}: the same for {counted(total, 'made-up input')}")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two versions of a file."""

    old: Subject
    new: Subject


@contextlib.asynccontextmanager
async def rewrites(
    terms: Terms, snapshot: Snapshot, edit: Edit
) -> AsyncIterator[tuple[Ground, Pair, tuple[Rewritten, ...]]]:
    """Open the proving ground for what an edit rewrites; gives it, both versions and the functions.

    Raises:
        ProvingError: Nothing can be run, or not this.
    """
    path = path_of(snapshot.uri)
    if path is None or path.suffix != ".py":
        raise NoVerdictError("only functions of Python files can be run")
    if terms.folder is None or not terms.trusted:
        raise NotTrustedError(terms.folder)
    name = import_name(terms.folder, path)
    if name is None:
        raise NoVerdictError(f"{path.name} can't be imported by a name")
    before, after = snapshot.text, snapshot.after(edit).text
    examples = await asyncio.to_thread(_examples, terms.folder, path, before)
    functions = await asyncio.to_thread(rewritten, before, after, name, examples)
    async with open_ground(terms) as ground:
        await asyncio.to_thread(ground.scratch.write, path, before)
        yield ground, Pair(*(Subject(path, text, name, _NOWHERE) for text in (before, after))), functions


def _examples(folder: Path, path: Path, text: str) -> list[str]:
    """The texts of the tests that concern a file."""
    return [each.read_text(encoding="utf-8", errors="replace") for each in suite_of(folder, path, defined_names(text))]


async def _differences(
    ground: Ground, pair: Pair, function: Rewritten, inputs: Sequence[list[str]]
) -> tuple[list[Difference], int]:
    """The inputs for which the versions do something else, and for how many there was a result.

    The old version is run twice, under two orders of sets: what it does one way and then another says nothing of the new one.
    """
    specs = [function.spec(each) for each in inputs]
    old, again, new = await together(
        run_calls(ground, pair.old, specs, seed=0, most_late=_MOST_LATE),
        run_calls(ground, pair.old, specs, seed=1, most_late=_MOST_LATE),
        run_calls(ground, pair.new, specs, seed=0, most_late=_MOST_LATE),
    )
    found, valued = [], 0
    for arguments, one, other, now in zip(inputs, old, again, new, strict=False):
        if _behaviour(one) != _behaviour(other) or one.get("kind") in (None, "late", "opaque"):
            continue
        valued += one["kind"] in ("value", "repr")
        if _behaviour(one) != _behaviour(now):
            found.append(Difference(arguments, _words(one), _words(now)))
    return found, valued


def _behaviour(report: Mapping[str, Any]) -> tuple[object, ...]:
    """What callers can rely on: the value, the kind of exception but not its words, what is printed and what is changed."""
    text = "" if report.get("kind") == "raises" else report.get("text", "")
    parts = (report.get(each) for each in ("kind", "type", "listed", "printed"))
    return (*parts, text, tuple(sorted((report.get("changed") or {}).items())))


def _words(report: Mapping[str, Any]) -> str:
    match report.get("kind"):
        case "raises":
            return f"raises {report['type']}"
        case "late":
            return "does not end"
        case None:
            return f"can't be called ({report.get('unfit', 'nothing came of it')})"
    changed = "".join(f", leaving its argument {number}: {text}" for number, text in _changes(report))
    text = str(report.get("text", report.get("type")))
    return f"gives {text if len(text) <= _SHOWN else text[:_SHOWN] + '...'}{changed}"


def _changes(report: Mapping[str, Any]) -> list[tuple[int, str]]:
    return [(int(name.rpartition("_")[2]) + 1, text[:_SHOWN]) for name, text in report["changed"].items()]


async def _smallest(ground: Ground, pair: Pair, function: Rewritten, found: list[Difference]) -> Difference:
    """The shortest of the counterexamples, made shorter as long as the versions differ on what remains."""
    least = min(found, key=lambda each: len("".join(each.arguments)))
    for _ in range(_ROUNDS):
        payload = {"arguments": least.arguments, "most": _TRIED}
        simpler = (await call(f"{_MODULE}:smaller", payload, _MAKING_SECONDS))["inputs"]
        if not simpler:
            break
        found, _ = await _differences(ground, pair, function, simpler)
        best = min(found, key=lambda each: len("".join(each.arguments)), default=None)
        if best is None or len("".join(best.arguments)) >= len("".join(least.arguments)):
            return best or least
        least = best
    return least
