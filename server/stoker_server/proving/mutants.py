"""Mutants of one Python function: small changes that a test worth having notices. Runs nothing.

The kinds are the classic ones (DeMillo, Lipton and Sayward 1978; Offutt's sufficient set 1996): relational, logical and
arithmetic operators, constants, negated conditions, and removed or replaced statements.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_analyzers.python_ast import parse_python
from stoker_server.proving.changes import Change, Writer
from stoker_server.proving.source import Function, Module

T = TypeVar("T")

MOST = 12
"""Mutants of one function: enough to tell a test that asserts from one that does not, within a second or two."""

COARSE_PART = 4
"""One in so many mutants may be coarse where there are many subtle ones."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed version of a file.

    Attributes:
        edit: The change.
        description: Where and what, e.g. ``line 12: `<` became `<=```.
        source: The whole text with the change.
        coarse: Whether it is a gross change that nearly every test notices.
    """

    edit: Edit
    description: str
    source: str
    coarse: bool = False

    def diff(self, name: str, before: str) -> str:
        """The change as a unified diff.

        Args:
            name: The file's name for the header.
            before: The text that was mutated.
        """
        old, new = before.splitlines(keepends=True), self.source.splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=2))


def mutants_of(function: Function, uri: str, most: int = MOST) -> tuple[Mutant, ...]:
    """Mutants of a function, spread evenly over it, always the same ones. The subtle kinds come before the coarse.

    Args:
        function: What to mutate.
        uri: The file, for the edits.
        most: How many at most; a quarter of them may be coarse where there are many subtle ones.
    """
    valid = _new_programs(function, Writer(function).write())
    fine, coarse = [each for each in valid if not each.coarse], [each for each in valid if each.coarse]
    some = spread(coarse, max(most // COARSE_PART, most - len(fine)))
    chosen = sorted([*some, *spread(fine, most - len(some))])
    return tuple(_mutant(function.module, uri, each) for each in chosen)


def spread(changes: list[T], most: int) -> list[T]:
    """So many of the changes at most, evenly over all of them."""
    if len(changes) <= most:
        return changes
    return [changes[number * len(changes) // most] for number in range(most)]


def must_fail(function: Function, uri: str) -> Mutant:
    """The mutant that every test of the function notices: it raises as soon as it is called."""
    module, body = function.module, function.node.body
    span = Span(module.span(body[0]).start, module.span(body[-1]).end)
    return _mutant(module, uri, Change(span, 'raise AssertionError("must fail")', "the body raises"))


def does_nothing(function: Function, uri: str) -> Mutant:
    """The mutant that every test which looks at a result or an effect notices: nothing happens, and nothing of use is given."""
    module, body = function.module, function.node.body
    span = Span(module.span(body[0]).start, module.span(body[-1]).end)
    text = "pass" if function.node.name == "__init__" else "return object()"
    return _mutant(module, uri, Change(span, text, "the body does nothing"))


def _mutant(module: Module, uri: str, change: Change) -> Mutant:
    edit = replace(uri, module.text, [Replacement(change.span, change.text)])
    line = module.line(change.span.start)
    return Mutant(edit, f"line {line}: {change.what}", edit.files[0].apply(module.text), change.coarse)


def _new_programs(function: Function, changes: Iterator[Change]) -> list[Change]:
    """Those of the changes that give valid code with another meaning, in order of place."""
    module = function.module
    whole = Span(module.offset(function.lines[0], 0), module.span(function.node).end)

    def parsed(change: Change | None) -> str:
        """The function alone: to parse the whole file for each change would take a second on a large one."""
        span, text = (change.span, change.text) if change else (Span(whole.end, whole.end), "")
        source = module.text[whole.start : span.start] + text + module.text[span.end : whole.end]
        return ast.dump(parse_python("if True:\n" + source if function.node.col_offset else source))

    seen, found = {parsed(None)}, []
    for change in sorted(changes):
        try:
            after = parsed(change)
        except SyntaxError:
            continue
        if after not in seen:
            seen.add(after)
            found.append(change)
    return found
