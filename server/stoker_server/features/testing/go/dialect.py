"""How a model is asked for tests of a Go function, and how its answer is read."""

from __future__ import annotations

import re

from stoker_analyzers.go.calls import snapshot_of
from stoker_analyzers.go.functions import imports_of as read_imports
from stoker_analyzers.go.functions import top_functions
from stoker_providers.base import Chat, PromptSpan
from stoker_server.features import prompts
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.asking import complaint, untested
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.go.bench import GoBench
from stoker_server.features.testing.go.placing import place, specs, style_in, taken_names, without_duplicates
from stoker_server.features.testing.go.written import imports_of
from stoker_server.features.testing.model import MOST, code_in
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.prompt import CHECKED

FIELD = "source"
_FENCED = re.compile(r"```(?:go|golang)?[^\S\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_SYSTEM = """\
You write Go tests for one function. Answer with one _test.go file and nothing else, like this one:

```go
package prices

import "testing"

func TestDiscountedTakesATenthOff(t *testing.T) {
	if got := Discounted(50, 10); got != 45 {
		t.Errorf("Discounted(50, 10) = %v, want 45", got)
	}
}
```

Never repeat the function's definition. Import only the standard library and what the project's tests import.
Each test calls the function once or twice and asserts its exact result or its error.
Every test must pass on the code as it is. Work results out from the code; where you are not sure, leave the test out.
Cover different branches, edge cases and error cases; no two tests for the same behaviour.
Use no files, no network, no clock, no randomness.
"""
_TEST = re.compile(r"^Test(?![a-z])")
_MOST_STYLE_LINES = 40


class GoDialect:
    """How a model is asked for a test file."""

    field = FIELD

    def __init__(self, bench: GoBench) -> None:
        """Ask about the function of a workbench."""
        self._bench = bench

    def compose(self, request: FeatureRequest, existing: Existing, last: Attempt | None) -> Chat:
        """The whole prompt."""
        context = (*self._code(), *self._neighbours(existing), *self._wish(existing))
        messages = prompts.messages(request, "test", requirements=_SYSTEM, tests=CHECKED, context=context)
        return Chat(
            (*messages, *complaint(last, self._bench.path, "Write the file again, with tests that hold.", "go"))
        )

    def code_of(self, answer: str) -> str:
        """The test file in an answer."""
        return code_in(answer, FIELD, _FENCED)

    def without_end(self, code: str) -> str:
        """A file that was cut off, without the declaration that its end left incomplete."""
        starts = [found.start() for found in re.finditer(r"^func ", code, re.MULTILINE)]
        return code[: starts[-1]] if len(starts) > 1 else code

    def piece_of(self, code: str) -> Piece:
        """The file, taken apart.

        Raises:
            SyntaxError: It is not valid.
        """
        bench = self._bench
        if not re.search(r"^package \w+", code, re.MULTILINE):
            code = f"package {bench.target.package.package}\n\n{code}"
        if problem := bench.problem_in(code):
            raise SyntaxError(problem)
        snapshot = snapshot_of(code)
        tests, helpers = [], []
        for node in snapshot.outline.symbols:
            text = code[node.span.start : node.span.end]
            if _TEST.match(node.name) and node.name != "TestMain":
                tests.append((node.name, text))
            elif node.name != bench.target.function.name:
                helpers.append(text)
        functions = {name for name, *_ in top_functions(snapshot)}
        tests = [each for each in tests if each[0] in functions][:MOST]
        written = {path: name for name, path in read_imports(snapshot)}
        imports = specs({**imports_of(style_in(bench), bench.target), **written})
        return without_duplicates(Piece(imports, tuple(helpers), tuple(tests), "", ""), taken_names(bench))

    def place(self, existing: Existing, piece: Piece) -> Placed:
        """Find the place of tests in the suite."""
        del existing
        return place(self._bench, piece)

    def _code(self) -> list[PromptSpan]:
        """The package clause and imports, the receiver's type, and the function with its comment."""
        target = self._bench.target
        text, symbol = target.snapshot.text, target.symbol
        start = symbol.documentation.span.start if symbol.documentation else symbol.span.start
        parts = [f"package {target.package.package}"]
        parts += [text[each.span.start : each.span.end] for each in target.snapshot.outline.imports]
        spoken = [target.owner, *(each.type for each in target.inputs), *target.results]
        named = {name for said in spoken for name in re.findall(r"\w+", said)}
        parts += [f"type {name} {made}" for name, made in target.package.types.items() if name in named]
        parts.append(text[min(start, symbol.span.start) : symbol.span.end])
        return [
            PromptSpan(f"The file {target.path.name}, shortened:\n```go\n"),
            PromptSpan("\n\n".join(dict.fromkeys(parts)), str(target.path)),
            PromptSpan("\n```\n"),
        ]

    def _neighbours(self, existing: Existing) -> list[PromptSpan]:
        """The beginning of an existing test file, for its ways."""
        files = [*existing.files, *self._bench.test_files()]
        if not files:
            return []
        text = "\n".join(self._bench.ground.scratch.read(files[0]).splitlines()[:_MOST_STYLE_LINES])
        return [
            PromptSpan("The project's tests look like this:\n```go\n"),
            PromptSpan(text, str(files[0])),
            PromptSpan("\n```\n"),
        ]

    def _wish(self, existing: Existing) -> list[PromptSpan]:
        bench = self._bench
        package = bench.target.package.package + ("_test" if style_in(bench).external else "")
        wish = [PromptSpan(f"Write up to 5 short tests for {bench.qualified}, in package {package}.\n")]
        unreached = sorted(bench.lines - existing.lines) if existing.files else []
        return [*wish, *untested(unreached, bench.text, bench.path)]
