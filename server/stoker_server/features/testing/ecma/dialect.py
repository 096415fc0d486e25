"""How a model is asked for tests of a JavaScript or TypeScript function, and how its answer is read."""

from __future__ import annotations

import re
from textwrap import dedent

from stoker_analyzers.ecma.suites import Statement, inner_tests, snapshot_of, statements
from stoker_providers.base import Chat, PromptSpan
from stoker_server.features import prompts
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.asking import complaint, untested
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.ecma.bench import EcmaBench
from stoker_server.features.testing.ecma.facts import imports_of
from stoker_server.features.testing.ecma.placing import place
from stoker_server.features.testing.model import MOST, code_in
from stoker_server.features.testing.placing import Piece, Placed, unique_titles
from stoker_server.features.testing.prompt import CHECKED
from stoker_server.proving.ecma.project import Framework

FIELD = "source"
_FENCED = re.compile(r"```(?:typescript|javascript|tsx?|jsx?|mjs)?[^\S\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_SYSTEM = """\
You write {framework} tests for one {language} function. Answer with one test file and nothing else, like this one:

```{fence}
{example}
```

Import the function; never repeat its definition.
Each test calls the function once or twice and asserts its exact result, or that it throws.
Every test must pass on the code as it is. Work results out from the code; where you are not sure, leave the test out.
Cover different branches, edge cases and error cases; no two tests for the same behaviour.
Use no files, no network, no clock, no randomness, and no mocks of the function under test.
"""
_EXPECTS = """\
import { expect, test } from "vitest";
import { discounted } from "./prices";

test("takes a tenth off", () => {
  expect(discounted(50, 10)).toBe(45);
});

test("refuses more than all", () => {
  expect(() => discounted(50, 101)).toThrow();
});"""
_ASSERTS = """\
import assert from "node:assert/strict";
import { test } from "node:test";
import { discounted } from "./prices.js";

test("takes a tenth off", () => {
  assert.equal(discounted(50, 10), 45);
});

test("refuses more than all", () => {
  assert.throws(() => discounted(50, 101));
});"""
_MOST_STYLE_LINES = 40
_RUNNERS = frozenset({"vitest", "@jest/globals", "node:test"})


class EcmaDialect:
    """How a model is asked for a test file."""

    field = FIELD

    def __init__(self, bench: EcmaBench) -> None:
        """Ask about the function of a workbench."""
        self._bench = bench

    def compose(self, request: FeatureRequest, existing: Existing, last: Attempt | None) -> Chat:
        """The whole prompt."""
        context = (*self._code(), *self._style(), *self._wish(existing))
        messages = prompts.messages(request, "test", requirements=self._system(), tests=CHECKED, context=context)
        return Chat((*messages, *complaint(last, self._bench.path, "Write the file again, with tests that hold.")))

    def code_of(self, answer: str) -> str:
        """The test file in an answer."""
        return code_in(answer, FIELD, _FENCED)

    def without_end(self, code: str) -> str:
        """A file that was cut off, without the statement that its end left incomplete."""
        lines = code.splitlines(keepends=True)
        starts = [number for number, line in enumerate(lines) if re.match(r"[A-Za-z]", line)]
        return "".join(lines[: starts[-1]]) if len(starts) > 1 else code

    def piece_of(self, code: str) -> Piece:
        """The file, taken apart.

        Raises:
            SyntaxError: It is not valid.
        """
        bench = self._bench
        if problem := bench.problem_in(code):
            raise SyntaxError(problem)
        snapshot = snapshot_of(code, typed=bench.target.is_typed)
        found = statements(snapshot)
        runner = [name for each in found if each.module in _RUNNERS for name in each.names]
        own = imports_of(bench, runner)
        bound = {name for each in own for part in statements(snapshot_of(each, typed=True)) for name in part.names}
        bound |= {bench.target.name}
        imports = [*own, *(each.text for each in found if each.kind == "import" and self._is_new(each, bound))]
        helpers = [each.text for each in found if each.kind == "other" and not set(each.names) & {bench.target.name}]
        tests = [(title, dedent(text)) for title, text in inner_tests(snapshot)]
        return Piece(tuple(imports), tuple(helpers), unique_titles(tests[:MOST]), "", "")

    def place(self, existing: Existing, piece: Piece) -> Placed:
        """Find the place of tests in the suite."""
        del existing
        return place(self._bench, piece)

    def _is_new(self, statement: Statement, bound: set[str]) -> bool:
        """Whether an import brings in what is not imported already."""
        return statement.module not in _RUNNERS and not set(statement.names) & bound

    def _system(self) -> str:
        target = self._bench.target
        example = _ASSERTS if target.tools.framework is Framework.NODE else _EXPECTS
        if target.tools.framework is Framework.JEST:
            example = example.partition("\n")[2]
        language, fence = ("TypeScript", "ts") if target.is_typed else ("JavaScript", "js")
        said = {"framework": str(target.tools.framework), "language": language, "fence": fence, "example": example}
        return _SYSTEM.format(**said)

    def _code(self) -> list[PromptSpan]:
        """The file's imports, the class's head, and the function with its documentation."""
        target = self._bench.target
        text, symbol = target.snapshot.text, target.symbol
        start = symbol.documentation.span.start if symbol.documentation else symbol.span.start
        parts = [text[each.span.start : each.span.end] for each in target.snapshot.outline.imports]
        if target.owner and target.owner.body is not None:
            parts.append(text[target.owner.span.start : target.owner.body.start].rstrip())
            parts += [text[e.span.start : e.span.end] for e in target.owner.children if e.name == "constructor"]
        parts.append(text[min(start, symbol.span.start) : symbol.span.end])
        return [
            PromptSpan(f"The file {target.path.name}, shortened:\n```\n"),
            PromptSpan("\n\n".join(dict.fromkeys(parts)), str(target.path)),
            PromptSpan("\n```\n"),
        ]

    def _style(self) -> list[PromptSpan]:
        """The beginning of an existing test file, for its ways."""
        bench = self._bench
        if not bench.styled:
            return []
        path = bench.ground.scratch.outside(bench.styled[0])
        text = "\n".join(bench.own_tests[0].splitlines()[:_MOST_STYLE_LINES])
        return [
            PromptSpan("The project's tests look like this:\n```\n"),
            PromptSpan(text, str(path)),
            PromptSpan("\n```\n"),
        ]

    def _wish(self, existing: Existing) -> list[PromptSpan]:
        bench = self._bench
        head = "\n".join(imports_of(bench))
        wish = [PromptSpan(f"Write up to 5 short tests for {bench.qualified}. The file begins with:\n{head}\n")]
        unreached = sorted(bench.lines - existing.lines) if existing.files else []
        return [*wish, *untested(unreached, bench.text, bench.path)]
