"""Where a completion is worth asking for, and how much of one."""

from __future__ import annotations

import pytest

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.trigger import Shape, trigger

ASKED = [
    ("python", "def f(a):\n    |\n", Shape.BLOCK),
    ("python", "def f(a):|\n", Shape.BLOCK),
    ("python", "x = f(|)\n", Shape.LINE),
    ("python", "x = f(a, |)\n", Shape.LINE),
    ("python", "x = |\n", Shape.LINE),
    ("python", "x = f'{a|}'\n", Shape.LINE),
    ("python", "x = f'value |'\n", Shape.LINE),
    ("python", 'def f():\n    """Say |\n    """\n', Shape.LINE),
    ("python", "x = 'done'.|\n", Shape.LINE),
    ("python", "import os\n|\n", Shape.BLOCK),
    ("javascript", "const a = `x ${b|}`;\n", Shape.LINE),
    ("javascript", "if (a) {|\n", Shape.BLOCK),
    ("go", "x := f(|)\n", Shape.LINE),
]
SILENT = [
    ("python", "x = fo|o(1)\n", "inside a word"),
    ("python", "x = | + 1\n", "goes on"),
    ("python", "x = 'plain |'\n", "string"),
    ("python", "|\n", "nothing stands before"),
    ("javascript", "let a = 1;|\n", "finished"),
    ("javascript", "function f() { return 1 }|\n", "finished"),
    ("javascript", 'let a = "plain |";\n', "string"),
    ("go", 'x := "plain |"\n', "string"),
    ("rust", 'let x = "plain |";\n', "string"),
    ("java", 'class A { String x = "plain |"; }\n', "string"),
    ("python", "x = 1" + " " * 2_000 + "|\n", "too long"),
]


def at(language: str, text: str) -> tuple[Snapshot, int]:
    return Snapshot("file:///a", text.replace("|", "", 1), by_id(language)), text.index("|")


@pytest.mark.parametrize(("language", "text", "shape"), ASKED)
def test_what_is_asked_for(language: str, text: str, shape: Shape) -> None:
    assert trigger(*at(language, text), invoked=False).shape is shape


@pytest.mark.parametrize(("language", "text", "why"), SILENT)
def test_silence_has_a_reason(language: str, text: str, why: str) -> None:
    found = trigger(*at(language, text), invoked=False)
    assert found.shape is None
    assert why in found.silence


@pytest.mark.parametrize(("language", "text", "why"), [each for each in SILENT if "word" not in each[2]])
def test_who_asks_gets_an_answer(language: str, text: str, why: str) -> None:
    del why
    assert trigger(*at(language, text), invoked=True).shape
