"""How a model is asked for tests of a Rust function, and how its answer is read."""

from __future__ import annotations

import re
from textwrap import dedent

from stoker_analyzers.languages import by_id
from stoker_analyzers.rust.functions import tests_in
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Chat, PromptSpan
from stoker_server.features import prompts
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.asking import complaint, untested
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.model import MOST, code_in
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.features.testing.prompt import CHECKED
from stoker_server.features.testing.rust.bench import RustBench

FIELD = "source"
_FENCED = re.compile(r"```(?:rust|rs)?[^\S\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_SYSTEM = """\
You write tests for one Rust function. Answer with test functions and nothing else, like these:

```rust
#[test]
fn takes_a_tenth_off() {
    assert_eq!(discounted(50, 10), 45);
}

#[test]
#[should_panic(expected = "more than all")]
fn refuses_more_than_all() {
    discounted(50, 101);
}
```

They stand in a module beside the function, after `use super::*;`: write neither the module nor that line.
Never repeat the function's definition.
Each test calls the function once or twice and asserts its exact result, or that it panics.
Every test must pass on the code as it is. Work results out from the code; where you are not sure, leave the test out.
Cover different branches, edge cases and error cases; no two tests for the same behaviour.
Use no files, no network, no clock, no randomness, and no crates that the file does not use.
"""


class RustDialect:
    """How a model is asked for test functions."""

    field = FIELD

    def __init__(self, bench: RustBench) -> None:
        """Ask about the function of a workbench."""
        self._bench = bench

    def compose(self, request: FeatureRequest, existing: Existing, last: Attempt | None) -> Chat:
        """The whole prompt."""
        context = (*self._code(), *self._wish(existing))
        messages = prompts.messages(request, "test", requirements=_SYSTEM, tests=CHECKED, context=context)
        return Chat((*messages, *complaint(last, self._bench.path, "Write the tests again, so that they hold.")))

    def code_of(self, answer: str) -> str:
        """The tests in an answer."""
        return code_in(answer, FIELD, _FENCED)

    def without_end(self, code: str) -> str:
        """Code that was cut off, without the test that its end left incomplete."""
        starts = [found.start() for found in re.finditer(r"^[ \t]*#\[test\]", code, re.MULTILINE)]
        return code[: starts[-1]] if len(starts) > 1 else code

    def piece_of(self, code: str) -> Piece:
        """The tests, taken out of a module where they stand in one.

        Raises:
            SyntaxError: It is not valid.
        """
        if problem := self._bench.problem_in(code):
            raise SyntaxError(problem)
        snapshot = Snapshot("file:///tests.rs", code, by_id("rust"))
        known = {each.rpartition("::")[2] for each in tests_in(snapshot)}
        tests, helpers = [], []
        for symbol in snapshot.outline.walk():
            if symbol.signature is None or symbol.body is None or symbol.name == self._bench.target.symbol.name:
                continue
            start = self._with_attributes(code, symbol.span.start)
            source = dedent(code[start : symbol.span.end]).strip("\n") + "\n"
            if symbol.name in known:
                tests.append((symbol.name, source))
            else:
                helpers.append(source)
        used = tuple(dict.fromkeys(tests))
        return Piece((), tuple(helpers), used[:MOST], "", "")

    def place(self, existing: Existing, piece: Piece) -> Placed:
        """Find the place of tests in the suite."""
        del existing
        return self._bench.place(piece)

    @staticmethod
    def _with_attributes(code: str, start: int) -> int:
        """Where a function starts with the attributes above it."""
        start = code.rfind("\n", 0, start) + 1
        while start and re.match(r"\s*#\[", code[code.rfind("\n", 0, start - 1) + 1 : start]):
            start = code.rfind("\n", 0, start - 1) + 1
        return start

    def _code(self) -> list[PromptSpan]:
        """The file's imports, and the function with its documentation and the types that the file defines."""
        target = self._bench.target
        text, symbol = target.snapshot.text, target.symbol
        parts = [text[each.span.start : each.span.end] for each in target.snapshot.outline.imports]
        spoken = set(re.findall(r"\w+", text[symbol.span.start : target.function.body.start])) | {target.function.owner}
        parts += [
            text[each.span.start : each.span.end]
            for each in target.snapshot.outline.symbols
            if each.name in target.shapes and each.name in spoken
        ]
        said = "".join(f"/// {line}".rstrip() + "\n" for line in target.function.documentation.splitlines())
        parts.append(f"{said}{text[symbol.span.start : symbol.span.end]}")
        return [
            PromptSpan(f"The file {target.path.name}, shortened:\n```\n"),
            PromptSpan("\n\n".join(dict.fromkeys(parts)), str(target.path)),
            PromptSpan("\n```\n"),
        ]

    def _wish(self, existing: Existing) -> list[PromptSpan]:
        bench = self._bench
        wish = [PromptSpan(f"Write up to 5 short tests for {bench.qualified}.\n")]
        unreached = sorted(bench.lines - existing.lines) if existing.files else []
        return [*wish, *untested(unreached, bench.text, bench.path)]
