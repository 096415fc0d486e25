"""Which functions an edit rewrites, and whether the old and the new version can be run on made-up inputs. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from stoker_analyzers.behaviour.purity import impurity
from stoker_analyzers.python_ast import parse_python
from stoker_server.proving.errors import NoVerdictError
from stoker_server.proving.layout import ImportName
from stoker_server.proving.sorts import Parameter, literal_calls, parameters


@dataclass(frozen=True)
class Rewritten:
    """A function of a module that is another one after the edit.

    Attributes:
        name: What it is called.
        parameters: What to pass.
        module: The name that its file is imported by.
    """

    name: str
    parameters: tuple[Parameter, ...]
    module: str

    def spec(self, arguments: list[str]) -> dict[str, object]:
        """A call as the program in the sandbox takes it; what the function does to its arguments is looked at, too."""
        names = [f"given_{number}" for number in range(len(arguments))]
        setup = [
            f"from {self.module} import {self.name} as called",
            *(f"{n} = {c}" for n, c in zip(names, arguments, strict=True)),
        ]
        return {"setup": setup, "call": f"called({', '.join(self._passed(names))})", "observe": names}

    def shown(self, arguments: list[str]) -> str:
        """A call as people read it."""
        return f"{self.name}({', '.join(self._passed(arguments))})"

    def _passed(self, values: list[str]) -> list[str]:
        pairs = zip(self.parameters, values, strict=True)
        return [f"{each.name}={value}" if each.by_name else value for each, value in pairs]


def rewritten(before: str, after: str, name: ImportName, examples: Iterable[str]) -> tuple[Rewritten, ...]:
    """The functions that an edit rewrites.

    Args:
        before: The old text of the file.
        after: The new one.
        name: How it is imported.
        examples: Texts with calls, such as the tests'.

    Raises:
        NoVerdictError: One of them can't be run on made-up inputs, or more than functions is rewritten; it says which.
    """
    try:
        trees = [parse_python(text.removeprefix("\ufeff")) for text in (before, after)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NoVerdictError(f"this interpreter does not read the code ({error})") from error
    old, new = ({_label(each): each for each in tree.body} for tree in trees)
    found: list[Rewritten] = []
    texts = [before, *examples]
    for label, node in old.items():
        other = new.get(label)
        if other is not None and ast.dump(other) == ast.dump(node):
            continue
        if not isinstance(node, ast.FunctionDef) or not isinstance(other, ast.FunctionDef):
            raise NoVerdictError(f"{_said(node)} is no function of the module that only computes")
        for tree in trees:
            if why := impurity(tree, node.name):
                raise NoVerdictError(f"{node.name} can't be run on made-up inputs: {why}")
        taken = parameters(node, [call for text in texts for call in literal_calls(text, node.name)])
        if taken is None:
            raise NoVerdictError(f"nothing says what to pass to {node.name}: a type can't be made up")
        found.append(Rewritten(node.name, tuple(taken), name.module))
    if not found:
        raise NoVerdictError("no function that was there before does anything else now")
    return tuple(found)


def _label(node: ast.stmt) -> str:
    """What a statement of a module is told apart by: its name, or what it says."""
    return getattr(node, "name", "") or ast.dump(node)


def _said(node: ast.stmt) -> str:
    return getattr(node, "name", "") or f"line {node.lineno}"
