"""How a model is asked for tests of a Java method, and how its answer is read."""

from __future__ import annotations

import re

from stoker_analyzers.java.suites import suite_in
from stoker_providers.base import Chat, PromptSpan
from stoker_server.features import prompts
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.asking import complaint, untested
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.java.bench import JavaBench
from stoker_server.features.testing.java.placing import place
from stoker_server.features.testing.java.writing import imports_for
from stoker_server.features.testing.model import MOST, code_in
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.prompt import CHECKED
from stoker_server.proving.java.project import text_of

FIELD = "source"
_FENCED = re.compile(r"```(?:java)?[^\S\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_SYSTEM = """\
You write JUnit 5 tests for one Java method. Answer with one test class and nothing else, like this one:

```java
package org.example.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PricesTest {
    @Test
    void takesATenthOff() {
        assertEquals(45, Prices.discounted(50, 10));
    }

    @Test
    void refusesMoreThanAll() {
        assertThrows(IllegalArgumentException.class, () -> Prices.discounted(50, 101));
    }
}
```

Each test calls the method once or twice and asserts its exact result, or that it throws.
Every test must pass on the code as it is. Work results out from the code; where you are not sure, leave the test out.
Cover different branches, edge cases and error cases; no two tests for the same behaviour.
Use no files, no network, no clock, no randomness, and no mocks of the class under test.
"""
_MOST_STYLE_LINES = 40


class JavaDialect:
    """How a model is asked for a test class."""

    field = FIELD

    def __init__(self, bench: JavaBench) -> None:
        """Ask about the method of a workbench."""
        self._bench = bench

    def compose(self, request: FeatureRequest, existing: Existing, last: Attempt | None) -> Chat:
        """The whole prompt."""
        context = (*self._code(), *self._style(), *self._wish(existing))
        messages = prompts.messages(request, "test", requirements=_SYSTEM, tests=CHECKED, context=context)
        return Chat((*messages, *complaint(last, self._bench.path, "Write the class again, with tests that hold.")))

    def code_of(self, answer: str) -> str:
        """The test class in an answer."""
        return code_in(answer, FIELD, _FENCED)

    def without_end(self, code: str) -> str:
        """A class that was cut off, without the member that its end left incomplete."""
        lines = code.splitlines(keepends=True)
        ends = [number for number, line in enumerate(lines) if re.match(r"(?:\t| {2,4})\}\s*$", line)]
        return "".join(lines[: ends[-1] + 1]) + "}\n" if ends else code

    def piece_of(self, code: str) -> Piece:
        """The class, taken apart.

        Raises:
            SyntaxError: It is not valid.
        """
        bench = self._bench
        if problem := bench.problem_in(code):
            raise SyntaxError(problem)
        suite = suite_in(code)
        tests = suite.tests[:MOST]
        used = "\n".join([*suite.helpers, *(source for _, source in tests)])
        own = imports_for(bench.target, used, (), bench.style)
        bound = {each.rstrip(";").rpartition(".")[2] for each in suite.imports}
        further = [each for each in own if each.rstrip(";").rpartition(".")[2] not in bound]
        given = [each for each in suite.imports if f".{bench.target.owner.name};" not in each]
        return Piece((*given, *further), suite.helpers, tests, "", "")

    def place(self, existing: Existing, piece: Piece) -> Placed:
        """Find the place of tests in the suite."""
        del existing
        return place(self._bench, piece)

    def _code(self) -> list[PromptSpan]:
        """The file's imports, the constructors, and the method with its documentation."""
        target = self._bench.target
        text, symbol = target.snapshot.text, target.symbol
        start = symbol.documentation.span.start if symbol.documentation else symbol.span.start
        parts = [f"package {target.package};", *target.imports]
        parts += [text[each.span.start : each.span.end] for each in target.owner.constructors]
        parts.append(text[min(start, symbol.span.start) : symbol.span.end])
        return [
            PromptSpan(f"The class {target.owner.name} in {target.path.name}, shortened:\n```\n"),
            PromptSpan("\n\n".join(filter(None, dict.fromkeys(parts))), str(target.path)),
            PromptSpan("\n```\n"),
        ]

    def _style(self) -> list[PromptSpan]:
        """The beginning of an existing test file, for its ways."""
        bench = self._bench
        if not bench.styled:
            return []
        path = bench.ground.scratch.outside(bench.styled[0])
        text = "\n".join(text_of(bench.styled[0]).splitlines()[:_MOST_STYLE_LINES])
        head = PromptSpan("The project's tests look like this:\n```\n")
        return [head, PromptSpan(text, str(path)), PromptSpan("\n```\n")]

    def _wish(self, existing: Existing) -> list[PromptSpan]:
        bench = self._bench
        wish = [PromptSpan(f"Write up to 5 short tests for {bench.qualified}.\n")]
        unreached = sorted(bench.lines - existing.lines) if existing.files else []
        return [*wish, *untested(unreached, bench.text, bench.path)]
