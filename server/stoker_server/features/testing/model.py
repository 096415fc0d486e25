"""The author that asks a model, and keeps of its answer only the tests that hold and show something."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from stoker_providers.base import Provider, Request, ask
from stoker_server.features.base import BESIDE_FACTS, Draft, FeatureRequest, NoDraft
from stoker_server.features.testing.attempts import AS_DOCUMENTED, Attempt
from stoker_server.features.testing.bench import Bench, Existing
from stoker_server.features.testing.checks import BLIND, VACUOUS
from stoker_server.features.testing.drafting import draft_of
from stoker_server.features.testing.language import Dialect
from stoker_server.features.testing.placing import Piece
from stoker_server.features.testing.trial import Trial
from stoker_wire.receipts import Suspect, Withheld
from stoker_wire.usage import Usage
from stoker_wire.verdicts import Verdict, failed

MOST = 8
"""Tests of one answer that are tried."""

_ANSWER_TOKENS, _LOCAL_TOKENS = 1_500, 500
"""Longest answers; a model on a laptop's processor writes ten tokens a second."""


class ModelAuthor:
    """Drafts tests with a model."""

    def __init__(self, provider: Provider, bench: Bench, dialect: Dialect) -> None:
        """Ask a provider.

        Args:
            provider: The model.
            bench: The request's workbench.
            dialect: How it is asked in the file's language.
        """
        self._provider = provider
        self._bench = bench
        self._dialect = dialect
        self._last: Attempt | None = None
        self.withheld: tuple[Withheld, ...] = ()
        self.suspects: tuple[Suspect, ...] = ()
        self.faults = Piece((), (), (), "", "")

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
        prompt = await asyncio.to_thread(self._dialect.compose, request, existing, last)
        able = self._provider.capabilities
        schema = (
            schema_of(self._dialect.field) if able.structured_output and not able.local else None
        )  # small models lose code in JSON's quotes
        tokens = _LOCAL_TOKENS if able.local else _ANSWER_TOKENS
        answer = await ask(self._provider, Request(prompt, "test", tokens, schema=schema, patience=BESIDE_FACTS))
        code = self._dialect.code_of(answer.text)
        if answer.finish == "length":
            code = self._dialect.without_end(code)
        if not code.strip() or (last and code == last.code):
            return NoDraft(answer.usage)  # who repeats an answer that was refused has no other
        try:
            piece = await asyncio.to_thread(self._dialect.piece_of, code)
        except SyntaxError:
            piece = Piece((), (code,), (), "", "")  # as it is, for the first check to say what is wrong
        self.withheld += tuple(Withheld(self.name, name, (failed("parts", why),)) for name, why in piece.refused)
        return await self._kept(request, existing, piece, code, answer.usage)

    async def _kept(self, request: FeatureRequest, existing: Existing, piece: Piece, code: str, usage: Usage) -> Draft:
        """The draft of those tests that hold; of all where none does, so that the checks say why."""
        placed = await asyncio.to_thread(self._dialect.place, existing, piece)
        if piece.tests:
            request.progress(f"trying {len(piece.tests)} tests")
            trial = await self._bench.try_out(placed.edit)
            self._last = Attempt(code, tuple(_details(trial)))
            verdicts = {name: _verdict(trial, name) for name in placed.names}
            good = [
                test
                for test, names in zip(piece.tests, placed.by_test, strict=True)
                if all(verdicts[name] is None for name in names)
            ]
            found = list(suspected(trial, piece, placed.names, self.name))
            self.suspects += tuple(each for each, _ in found)
            self.faults = dataclasses.replace(piece, tests=(*self.faults.tests, *(test for _, test in found)))
            if good:
                self.withheld += tuple(
                    Withheld(self.name, name, (verdict,)) for name, verdict in verdicts.items() if verdict
                )
                piece = dataclasses.replace(piece, tests=tuple(good))
                placed = await asyncio.to_thread(self._dialect.place, existing, piece)
        else:
            self._last = Attempt(code, tuple(f"{name}: {why}" for name, why in piece.refused))
        notes = [existing.note] if existing.note else []
        return draft_of(self._bench, placed, len(piece.tests), "", usage, notes)


def suspected(
    trial: Trial, piece: Piece, names: Sequence[str], author: str
) -> Iterator[tuple[Suspect, tuple[str, str]]]:
    """What tests of the documentation's promises assert and the code does not do, with the test: one of the two is wrong."""
    for (title, source), name in zip(piece.tests, names, strict=False):
        found = trial.contradiction(name)
        if found and AS_DOCUMENTED in title and trial.lines(name):
            body = textwrap.dedent("\n".join(source.strip().splitlines()[1:]))
            suspect = Suspect(body, "holds", f"does not: {found}", f"{author}, reading the docstring,")
            yield suspect, (title, source)


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


def schema_of(field: str) -> dict[str, Any]:
    """The schema of a structured answer whose one field holds the code."""
    return {
        "type": "object",
        "properties": {field: {"type": "string", "description": "the whole test file, as source"}},
        "required": [field],
        "additionalProperties": False,
    }


def code_in(answer: str, field: str, fence: re.Pattern[str]) -> str:
    """The code in an answer: the schema's field, fenced blocks, or all of it."""
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return str(found.get(field, ""))
    blocks = fence.findall(answer)
    return "\n\n".join(blocks) if blocks else answer
