"""What a model is told when it is to write tests: the function, what is around it, and what came of its last try."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stoker_providers.base import Chat, Message, PromptSpan, Role
from stoker_server.features import prompts
from stoker_server.features.base import FeatureRequest
from stoker_server.features.testing.attempts import Attempt
from stoker_server.features.testing.bench import Existing
from stoker_server.features.testing.python_bench import PythonBench
from stoker_server.features.testing.target import Target

_SYSTEM = """\
You write pytest tests for one Python function. Answer with one Python module and nothing else, like this one:

```python
from shop.prices import discounted
import pytest


def test_discounted_takes_a_tenth_off() -> None:
    assert discounted(50, percent=10) == 45


def test_discounted_refuses_more_than_all() -> None:
    with pytest.raises(ValueError):
        discounted(50, percent=101)
```

Import the function; never repeat its definition.
Each test calls the function once or twice and asserts its exact result, or that it raises.
Where the docstring promises something, test that promise: end the test's name in _as_documented, and take what
is expected from the docstring alone, even where the code does something else.
Every other test must pass on the code as it is. Work results out from the code; where you are not sure, leave the test out.
Cover different branches, edge cases and error cases; no two tests for the same behaviour.
Use no files, no network, no clock, no randomness, and no mocks of the function under test.
"""
_INTEGRATION = """\
You write pytest integration tests: a public function of another module is called, which in its turn calls the one in question.
Answer with one Python module and nothing else: imports and functions test_..., each with assertions.
Call only the callers that are named, never the function in question itself, and replace nothing: no mocks, no patches.
Each test asserts an exact result, or that a call raises, that depends on what the function in question does.
Every test must pass on the code as it is. Work results out from the code; where you are not sure, leave the test out.
Use no files, no network, no clock, no randomness.
"""
CHECKED = """\
Every test is run three times, in a copy without network, and one must fail when the function is changed. What you write is
put into the project's tests.
"""
_MOST_STYLE_LINES = 40
_MOST_DETAIL = 800
_MOST_UNTESTED = 6


def compose(
    request: FeatureRequest,
    bench: PythonBench,
    existing: Existing,
    last: Attempt | None,
    through: Sequence[Target] = (),
) -> Chat:
    """The whole prompt.

    Args:
        request: What was asked.
        bench: The workbench of the function in question.
        existing: Its tests.
        last: What came of the last try.
        through: The functions of other modules that integration tests call; none for unit tests.
    """
    wish = _wish_through(bench, through) if through else _wish(bench, existing)
    callers = [span for each in through if request.services.may_be_sent(each.path) for span in _code(each)]
    context = (*_code(bench.target), *callers, *_style(bench, existing), *wish)
    rules = _INTEGRATION if through else _SYSTEM
    messages = list(prompts.messages(request, "test", requirements=rules, tests=CHECKED, context=context))
    if last:
        path = str(bench.target.path)
        complaints = "\n".join(f"- {each.check}: {each.evidence}" for each in last.report)
        details = "\n".join(each[-_MOST_DETAIL:] for each in last.details)
        messages += [
            Message(Role.ASSISTANT, (PromptSpan(f"```python\n{last.code}\n```"),)),
            Message(
                Role.USER,
                (
                    PromptSpan(f"These tests can't be kept:\n{complaints}\n"),
                    PromptSpan(details + "\n", path),
                    PromptSpan("Write the module again, with tests that hold."),
                ),
            ),
        ]
    return Chat(tuple(messages))


def _code(target: Target) -> list[PromptSpan]:
    """The file's imports, the class's head and constructor, and the function."""
    module, path = target.module, str(target.path)
    imports = [module.slice(each) for each in module.tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
    parts = ["\n".join(imports)]
    if target.owner:
        head = target.owner.body[0]
        start, end = module.span(target.owner).start, module.span(head).end
        parts.append(module.text[start:end])
        parts += [
            _whole(target, each)
            for each in target.owner.body
            if isinstance(each, ast.FunctionDef) and each.name == "__init__" and each is not target.function.node
        ]
    parts.append(_whole(target, target.function.node))
    code = "\n\n".join(each for each in parts if each.strip())
    return [
        PromptSpan(f"The file {target.path.name}, shortened:\n```python\n"),
        PromptSpan(code, path),
        PromptSpan("\n```\n"),
    ]


def _whole(target: Target, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """A definition with its indentation and decorators."""
    module = target.module
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return module.text[module.offset(first, 0) : module.span(node).end]


def _style(bench: PythonBench, existing: Existing) -> list[PromptSpan]:
    """The beginning of an existing test file, for its ways."""
    if not existing.files:
        return []
    path = existing.files[0]
    lines = bench.ground.scratch.read(path).splitlines()[:_MOST_STYLE_LINES]
    text = "\n".join(lines)
    return [
        PromptSpan("The project's tests look like this:\n```python\n"),
        PromptSpan(text, str(path)),
        PromptSpan("\n```\n"),
    ]


def _wish_through(bench: PythonBench, through: Sequence[Target]) -> list[PromptSpan]:
    """The callers to call, and how they are imported."""
    named = ", ".join(f"{each.function.qualified} (from {each.name.module} import {each.imported})" for each in through)
    asked = bench.target.function.qualified
    return [PromptSpan(f"The function in question is {asked}. Write up to 5 short tests that call: {named}\n")]


def _wish(bench: PythonBench, existing: Existing) -> list[PromptSpan]:
    target = bench.target
    ask = f"Write up to 5 short tests for {target.function.qualified}. The module begins with:\n"
    wish = [PromptSpan(f"{ask}from {target.name.module} import {target.imported}\n")]
    untested = sorted(bench.lines - existing.lines) if existing.files else []
    if untested:
        texts = [target.module.text.splitlines()[line - 1].strip() for line in untested[:_MOST_UNTESTED]]
        wish += [
            PromptSpan("No test reaches these lines yet:\n"),
            PromptSpan("\n".join(texts) + "\n", str(target.path)),
        ]
    return wish
