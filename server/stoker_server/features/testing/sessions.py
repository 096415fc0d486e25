"""The interactive sessions of docstrings: what was typed, what it shall show, and whether it does. Runs nothing.

What is typed without a blank line of prose in between belongs together: a test takes it as it stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stoker_analyzers.python_ast import parse_python

if TYPE_CHECKING:
    import doctest

MOST_STEPS = 12
"""Statements of one session that a test may take over."""

RAISES = "raises "
"""How the expectation of an exception begins, where it stands beside others."""

_QUALIFIED = re.compile(r"^(?:\w+\.)+(?=\w+(?::|$))")


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a session.

    Attributes:
        code: What was typed.
        tree: The same, parsed.
        shows: Whether it is an expression, whose value a session shows.
        wanted: What it shall show; ``None`` where nothing is said. Of an exception, its last line.
        raises: Whether it shall raise.
        flags: The options of ``doctest`` that the example sets.
        pins: Whether a test pins what it shows, though nobody says what that shall be.
    """

    code: str
    tree: ast.Module
    shows: bool
    wanted: str | None = None
    raises: bool = False
    flags: int = 0
    pins: bool = False

    def spec(self) -> dict[str, object]:
        """As the program in the sandbox takes it."""
        return {"code": self.code, "shows": self.shows}

    def with_code(self, code: str) -> Step:
        """The same with other code, which has to be valid."""
        return replace(self, code=code, tree=parse_python(code))


def sessions(text: str) -> list[list[Step]]:
    """The sessions of a docstring, in order; what is no Python or marked to be skipped is left out."""
    import doctest  # brings unittest along: 25 ms that no start of the server should wait for

    try:
        pieces = doctest.DocTestParser().parse(text)
    except ValueError:  # indented or prompted in a way that doctest refuses
        return []
    found: list[list[Step]] = [[]]
    for each in pieces:
        if isinstance(each, str):
            if each.strip():
                found.append([])
        elif not each.options.get(doctest.SKIP):
            found[-1] += _step(each)
    return [each for each in found if each]


def _step(example: doctest.Example) -> Iterator[Step]:
    code = example.source.strip("\n")
    try:
        tree = parse_python(code)
    except (SyntaxError, ValueError):
        return
    if not tree.body:
        return
    shows = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
    flags = sum(flag for flag, on in example.options.items() if on)
    if example.exc_msg is not None:
        yield Step(code, tree, shows, example.exc_msg.strip(), raises=True, flags=flags)
    else:
        yield Step(code, tree, shows, example.want or None, flags=flags)


def agrees(wanted: str, shown: str, flags: int = 0, *, raised: bool = False) -> bool:
    """Whether what a session showed is what its author wrote down; white space and ``...`` are taken generously.

    Args:
        wanted: What the example says.
        shown: What was shown.
        flags: The example's own options.
        raised: Whether both are the last line of an exception; the module of its type does not count then.
    """
    import doctest

    if raised:
        wanted, shown = _QUALIFIED.sub("", wanted.strip()), _QUALIFIED.sub("", shown.strip())
        if flags & doctest.IGNORE_EXCEPTION_DETAIL:
            return wanted.partition(":")[0] == shown.partition(":")[0]
    wanted, shown = wanted.rstrip("\n") + "\n", shown.rstrip("\n") + "\n"
    flags |= doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(wanted, shown, flags) or _same_literal(wanted, shown)


def _same_literal(one: str, other: str) -> bool:
    """Whether two texts are literals of equal values: quotes, and the order of a set's members, say nothing."""
    try:
        return bool(ast.literal_eval(one.strip()) == ast.literal_eval(other.strip()))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False


def hoisted(steps: Sequence[Step]) -> tuple[list[Step], list[str]] | None:
    """Steps without their imports, and those as statements of one name each; ``None`` where one imports everything."""
    left, imports = list[Step](), list[str]()
    for each in steps:
        match each.tree.body:
            case [ast.Import(names=names)]:
                imports += [f"import {ast.unparse(name)}" for name in names]
            case [ast.ImportFrom(module=str() as module, names=names, level=0)] if module != "__future__":
                if any(name.name == "*" for name in names):
                    return None
                imports += [f"from {module} import {ast.unparse(name)}" for name in names]
            case _:
                left.append(each)
    return left, imports
