"""Writes tests as a project has them that knows no pytest: methods of a ``unittest.TestCase``. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.formatting import layout, requote
from stoker_server.features.testing.target import Target
from stoker_server.features.testing.writing import WrittenTest

_BODY = 8
"""Columns that a method's body is indented by."""


def uses_unittest(texts: Iterable[str]) -> bool:
    """Whether all of some test files hold test cases, and none of them imports pytest or has a test outside of a class."""
    styles = [_is_unittest(text) for text in texts]
    return bool(styles) and all(styles)


def expressible(tests: Sequence[WrittenTest]) -> list[WrittenTest]:
    """Those that need nothing of pytest's."""
    return [each for each in tests if _method(each, typed=False)]


def as_case(target: Target, tests: Sequence[WrittenTest], *, typed: bool) -> WrittenTest | None:
    """Some tests as one test case; ``None`` where one needs something of pytest's."""
    methods = [_method(each, typed=typed) for each in tests]
    if not all(methods):
        return None
    name = "Test" + "".join(word.capitalize() for word in target.words.split("_"))
    body = "\n\n".join("\n".join(lines) for lines in methods)
    imports = dict.fromkeys(each for test in tests for each in test.imports if each != "import pytest")
    pins = any(each.pins for each in tests)
    return WrittenTest(name, f"class {name}(unittest.TestCase):\n{body}\n", ("import unittest", *imports), pins)


def _is_unittest(text: str) -> bool:
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError):
        return False
    imported = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
    outside = any(isinstance(node, ast.FunctionDef) and node.name.startswith("test") for node in tree.body)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    cases = any(ast.unparse(base).endswith("TestCase") for node in classes for base in node.bases)
    return cases and not outside and "pytest" not in imported


def _method(test: WrittenTest, *, typed: bool) -> list[str]:
    """A test as a method's lines; none where it does what only pytest can do."""
    (function,) = parse_python(test.source).body
    if not isinstance(function, ast.FunctionDef) or function.args.args:
        return []
    lines = [f"    def {test.name}(self){' -> None' if typed else ''}:"]
    for number, statement in enumerate(function.body):
        written = _asserted(statement)
        if written and number and not isinstance(function.body[number - 1], ast.Assert):
            lines.append("")
        lines += written or _as_it_is(statement)
    return [] if any("pytest" in line for line in lines) else lines


def _asserted(statement: ast.stmt) -> list[str]:
    """An assertion in unittest's words; nothing for another statement."""
    match statement:
        case ast.Assert(test=ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)])):
            return layout(f"self.assertIsNone({ast.unparse(left)})", _BODY)
        case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq() | ast.Is() as operator], comparators=[right])):
            asserts = "assertEqual" if isinstance(operator, ast.Eq) else "assertIs"
            if isinstance(right, ast.Call) and ast.unparse(right.func) == "pytest.approx":
                asserts, right = "assertAlmostEqual", right.args[0]
                if isinstance(right, ast.Dict | ast.List | ast.Tuple):
                    return ["pytest"]
            return layout(f"self.{asserts}({ast.unparse(left)}, {ast.unparse(right)})", _BODY)
        case ast.With(items=[ast.withitem(context_expr=ast.Call(args=[kind], keywords=keywords))], body=body):
            pattern = "".join(f", {ast.unparse(each.value)}" for each in keywords)
            asserts = "assertRaisesRegex" if keywords else "assertRaises"
            header = f"{' ' * _BODY}with {requote(f'self.{asserts}({ast.unparse(kind)}{pattern})')}:"
            return [header, *(line for each in body for line in layout(ast.unparse(each), _BODY + 4))]
    return []


def _as_it_is(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return layout(ast.unparse(value), _BODY, f"{name} = ")
        case ast.Expr(value=value):
            return layout(ast.unparse(value), _BODY)
    return [f"{' ' * _BODY}{line}" if line else "" for line in requote(ast.unparse(statement)).splitlines()]
