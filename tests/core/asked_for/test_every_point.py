"""Every point of what users ask other tools for has a test, and the tests say which; ``--collect-only -q`` lists them."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).parent
EDITORS = FOLDER.parents[1] / "editors"
POINTS = range(1, 19)
"""The numbers of the points, most heard first."""


def points() -> dict[int, dict[str, set[str]]]:
    """By number: what is asked for, in words, and the tests that show it."""
    found: defaultdict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in (*FOLDER.glob("test_*.py"), *EDITORS.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for each in node.decorator_list:
                    if isinstance(each, ast.Call) and ast.unparse(each.func) == "pytest.mark.asked_for":
                        number, what = (ast.literal_eval(argument) for argument in each.args)
                        found[number][what].add(f"{file.name}::{node.name}")
    return dict(found)


def test_every_point_has_a_test_that_a_user_would_recognise() -> None:
    found = points()
    assert sorted(found) == list(POINTS)
    assert all(
        name.partition("::")[2].startswith("test_")
        for each in found.values()
        for names in each.values()
        for name in names
    )
