"""The author that asks a model, and keeps of its answer only the tests that hold and show something."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stoker_analyzers.python_ast import parse_python
from stoker_providers.base import Provider, Request, ask
from stoker_server.features.base import Draft, FeatureRequest, NoDraft
from stoker_server.features.testing.bench import Bench, Existing, Trial
from stoker_server.features.testing.checks import BLIND, VACUOUS
from stoker_server.features.testing.drafting import draft_of, place_tests
from stoker_server.features.testing.examples import names_of
from stoker_server.features.testing.placing import Piece, unique
from stoker_server.features.testing.prompt import AS_DOCUMENTED, FIELD, SCHEMA, Attempt, compose
from stoker_server.features.testing.target import Target
from stoker_wire.receipts import Suspect, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, failed

MOST = 8
"""Tests of one answer that are tried."""

_ANSWER_TOKENS, _LOCAL_TOKENS = 1_500, 500
"""Longest answers; a model on a laptop's processor writes ten tokens a second."""

_FENCED = re.compile(r"```(?:python|py)?[^\S\n]*\n(.*?)(?:```|\Z)", re.DOTALL)


class ModelAuthor:
    """Drafts tests with a model."""

    def __init__(self, provider: Provider, bench: Bench) -> None:
        """Ask a provider.

        Args:
            provider: The model.
            bench: The request's workbench.
        """
        self._provider = provider
        self._bench = bench
        self._last: Attempt | None = None
        self.withheld: tuple[Withheld, ...] = ()
        self.suspects: tuple[Suspect, ...] = ()

    @property
    def name(self) -> str:
        """The provider's name."""
        return self._provider.name

    async def draft(self, request: FeatureRequest, report: tuple[Verdict, ...]) -> Draft | NoDraft:
        """Ask for a module of tests and drop from it what does not hold.

        Raises:
            ProviderError: The model could not be asked.
        """
        existing = await self._bench.existing()
        request.progress(f"asking {self.name}")
        last = dataclasses.replace(self._last, report=report) if self._last else None
        prompt = await asyncio.to_thread(compose, self._bench, existing, last)
        able = self._provider.capabilities
        schema = (
            SCHEMA if able.structured_output and not able.local else None
        )  # small models lose code in JSON's quotes
        tokens = _LOCAL_TOKENS if able.local else _ANSWER_TOKENS
        answer = await ask(self._provider, Request(prompt, "test", tokens, schema=schema))
        code = code_of(answer.text)
        if answer.finish == "length":
            code = without_end(code)
        if not code.strip() or (last and code == last.code):
            return NoDraft(answer.usage)  # who repeats an answer that was refused has no other
        try:
            piece = await asyncio.to_thread(piece_of, code, self._bench.target)
        except SyntaxError:
            piece = Piece((), (code,), (), "", "")  # as it is, for the first check to say what is wrong
        return await self._kept(request, existing, piece, code, answer.usage)

    async def _kept(self, request: FeatureRequest, existing: Existing, piece: Piece, code: str, usage: Usage) -> Draft:
        """The draft of those tests that hold; of all where none does, so that the checks say why."""
        placed = await asyncio.to_thread(place_tests, self._bench, existing, piece)
        if piece.tests:
            request.progress(f"trying {len(piece.tests)} tests")
            trial = await self._bench.try_out(placed.edit)
            self._last = Attempt(code, tuple(_details(trial)))
            verdicts = {name: _verdict(trial, name) for name in placed.names}
            good = [test for test, name in zip(piece.tests, placed.names, strict=True) if verdicts[name] is None]
            self._suspect(trial, piece, placed.names)
            if good:
                self.withheld += tuple(
                    Withheld(self.name, name, (verdict,)) for name, verdict in verdicts.items() if verdict
                )
                piece = dataclasses.replace(piece, tests=tuple(good))
                placed = await asyncio.to_thread(place_tests, self._bench, existing, piece)
        else:
            self._last = Attempt(code, ())
        notes = [existing.note] if existing.note else []
        return draft_of(self._bench, placed, len(piece.tests), "", usage, notes)

    def _suspect(self, trial: Trial, piece: Piece, names: Sequence[str]) -> None:
        """Keep what a test from the documentation asserts and the code does not do: a person has to say which is wrong."""
        for (title, source), name in zip(piece.tests, names, strict=True):
            found = trial.contradiction(name)
            if found and AS_DOCUMENTED in title and trial.lines(name):
                shown = _asserted(source)
                self.suspects += (
                    Suspect(shown, "holds", f"does not: {found}", f"{self.name}, reading the docstring,"),
                )


def _asserted(source: str) -> str:
    """The body of a test."""
    (function,) = parse_python(source).body
    return "\n".join(map(ast.unparse, getattr(function, "body", [function])))


def _verdict(trial: Trial, name: str) -> Verdict | None:
    """Why a test is dropped; ``None`` for one that is kept."""
    if reason := trial.outcome(name):
        return failed("runs", reason)
    if not trial.lines(name):
        return failed("covers", "it does not call the function")
    if trial.is_vacuous(name):
        return failed("kills", VACUOUS)
    if trial.mutated and not trial.kills(name):
        return failed("kills", BLIND)
    return None


def _details(trial: Trial) -> Sequence[str]:
    first = trial.runs[0]
    return [first.tests[node].detail for node in sorted(first.failed)] or list(first.problems)


def code_of(answer: str) -> str:
    """The Python module in an answer: the schema's field, a fenced block, or all of it."""
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return str(found.get(FIELD, ""))
    blocks = _FENCED.findall(answer)
    return "\n\n".join(blocks) if blocks else answer


def without_end(code: str) -> str:
    """A module that was cut off, without what its end left incomplete."""
    lines = code.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line[:1].strip() and not line.startswith(("#", ")", "]"))]
    return "".join(lines[: starts[-1]]) if len(starts) > 1 else code


@dataclass
class _Parts:
    imports: list[str]
    helpers: list[str]
    tests: list[tuple[str, str]]


def piece_of(code: str, target: Target) -> Piece:
    """A module of tests, taken apart.

    Raises:
        SyntaxError: It is not valid Python.
    """
    try:
        tree = parse_python(code)
    except ValueError as error:
        raise SyntaxError(str(error)) from error
    parts = _Parts([], [], [])
    lines = code.splitlines()
    for node in tree.body:
        _sort(node, lines, target.imported, parts)
    bound = {each.rpartition(" ")[2] for each in parts.imports}
    kept = "\n".join([*parts.helpers, *(source for _, source in parts.tests)])
    own = names_of(kept, target) - bound if not any("*" in each for each in parts.imports) else frozenset[str]()
    parts.imports += [f"from {target.name.module} import {name}" for name in sorted(own)]
    if "pytest." in code and "pytest" not in bound:
        parts.imports.append("import pytest")
    docstring = f"Tests of {target.name.module}."
    return Piece(tuple(parts.imports), tuple(parts.helpers), unique(parts.tests[:MOST]), docstring, "")


def _sort(node: ast.stmt, lines: list[str], imported: str, parts: _Parts) -> None:
    match node:
        case ast.Import(names=names):
            parts.imports += [f"import {_alias(each)}" for each in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            origin = "." * level + (module or "")
            parts.imports += [f"from {origin} import {_alias(each)}" for each in names if origin != "__future__"]
        case ast.Expr(value=ast.Constant()):
            return  # the module's docstring
        case ast.If(test=test) if "__name__" in ast.unparse(test):
            return
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if name == imported:
            return  # a copy of what is under test would be tested in its place
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test"):
            parts.tests.append((name, _source(node, lines)))
        case ast.ClassDef(name=name) if name.startswith("Test"):
            parts.tests.append((name, _source(node, lines)))
        case _:
            parts.helpers.append(_source(node, lines))


def _alias(name: ast.alias) -> str:
    return f"{name.name} as {name.asname}" if name.asname else name.name


def _source(node: ast.stmt, lines: list[str]) -> str:
    """The lines of a statement with its decorators."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return "\n".join(lines[first - 1 : node.end_lineno]) + "\n"
