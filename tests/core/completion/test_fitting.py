"""A model's text as it fits at the cursor."""

from __future__ import annotations

import pytest

from stoker_analyzers.fitting import Cursor, fit, is_enough, unfenced
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.trigger import Shape


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("x = f(|)\n", "1, 2)", "1, 2"),
        ("x = f(|)\n", "1, 2)\ny = 3", "1, 2"),
        ("x = [|];\n", "1, 2];", "1, 2"),
        ("def f(a):\n    |\n", "return a\n\n\ndef g():", "return a"),
        (
            "def f(a):\n    |\n",
            "if a:\n        return 1\n    return 2\nprint(f)",
            "if a:\n        return 1\n    return 2",
        ),
        ("def f(a):\n    |\n    return b\n", "b = a\n    return b", "b = a"),
        ("def f(a):\n    |\n", "return a", "return a"),
        ("a = |\n", "", ""),
        ("if a:\n |\n", "   b\n    c\nd", "   b\n    c"),
        ("def f(a):\n    |\n", "    b = a\n    return b", "b = a\n    return b"),
        ("if a:\n    if b:\n    |\n", "    c", "    c"),
        ("def f(a):\n    |\n", "if a:\n    return 1\nreturn 2", "if a:\n        return 1\n    return 2"),
        ("def f(a):\n\t|\n", "if a:\n        return 1", "if a:\n\t\treturn 1"),
        ('x = "he|"\n', 'llo", 1)', "llo"),
        ("def f(a):\n    ret|\n", "    return a", "urn a"),
        ("x = [\n    |\n]\n", "1,\n    2,\n]", "1,\n    2,"),
        ("a()\na()\na()\n|", "a()\na()\na()\na()", "a()\na()"),
    ],
    ids=[
        "bracket",
        "one line inside a line",
        "two marks",
        "blank line ends",
        "dedent ends",
        "next line",
        "as it is",
        "empty",
        "half indented",
        "indentation repeated",
        "deeper below",
        "without the cursor's indentation",
        "tabs",
        "quote",
        "line repeated",
        "closed below",
        "in circles",
    ],
)
def test_nothing_stands_twice_and_the_block_ends(text: str, answer: str, expected: str) -> None:
    assert fit(cursor(text), shape(text), answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("```python\nx = 1\n```", "x = 1"),
        ("```\nx\ny\n```\n", "x\ny"),
        ("x = '```'", "x = '```'"),
        ("no fence", "no fence"),
    ],
)
def test_a_fence_is_taken_off(answer: str, expected: str) -> None:
    assert unfenced(answer) == expected


@pytest.mark.parametrize(
    ("text", "answer", "enough"),
    [
        ("x = f(|)\n", "1, 2", False),
        ("x = f(|)\n", "1, 2)\n", True),
        ("x = |\n", "f(\n    1,\n", False),
        ("x = |\n", "f(\n    1,\n)\n", True),
        ("x = |\n", "f(\n" + "    1,\n" * 12, True),
        ("x = |\ny = 1\n", "f(\n    1,\ny = 1\n", True),
        ("def f(a):\n    |\n", "if a:\n        return 1\n    ret", False),
        ("def f(a):\n    |\n", "return 1\nprint", False),
        ("def f(a):\n    |\n", "return 1\nprint(f)\n", True),
        ("def f(a):\n    |\n", "return 1\n\n\n", True),
    ],
)
def test_an_answer_is_read_until_it_is_enough(text: str, answer: str, enough: bool) -> None:
    assert is_enough(cursor(text), shape(text), answer) is enough


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("    x = |\n", "f(\n        1,\n    )\n    y = 2\n", "f(\n        1,\n    )"),
        ("    x = |\n", "f(1)\n    y = g(\n", "f(1)"),
        ("    x = |\n", "f(\n        1,\n", "f("),
        ("    x = |\n    y = 1\n", "f(\n        1,\n    y = 1\n    )\n", "f("),
        ("    x = |)\n", "f(\n        1,\n    )\n", "f("),
        ("    x = |\n", "f('(')\n    y = 2\n", "f('(')"),
    ],
)
def test_a_line_goes_on_until_what_it_opens_is_closed(text: str, answer: str, expected: str) -> None:
    assert fit(cursor(text), Shape.LINE, answer) == expected


def cursor(text: str) -> Cursor:
    return Cursor.at(Snapshot("file:///a", text.replace("|", "", 1), None), text.index("|"))


def shape(text: str) -> Shape:
    before = text[: text.index("|")].rpartition("\n")[2]
    return Shape.LINE if before.strip() else Shape.BLOCK
