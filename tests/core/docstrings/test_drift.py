"""Documented arguments that do not exist: found where it is sure, silent elsewhere."""

from __future__ import annotations

import textwrap

import pytest

from stoker_analyzers.docstrings.drift import drift
from stoker_analyzers.languages import by_id
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot


def found(text: str) -> list[str]:
    snapshot = Snapshot("file:///m.py", textwrap.dedent(text), PYTHON)
    problems = drift(snapshot)
    return [snapshot.text[each.span.start : each.span.end] for each in problems if each.message]


GOOGLE = '''
def move(source, target):
    """Move a file: ünïcode and gone.

    Args:
        source: From where, gone.
        gone (int): Not there.
    """
'''
NUMPY = '''
class A:
    def move(self, source):
        r"""Move.

        Parameters
        ----------
        source : str
        gone : int
            Not there.
        """
'''
SPHINX = '''
def move(source):
    """Move.

    :param source: S.
    :param gone gone: Not there.
    """
'''


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX])
def test_an_argument_that_is_gone_is_marked_at_its_name(text: str) -> None:
    snapshot = Snapshot("file:///m.py", text, PYTHON)
    (problem,) = drift(snapshot)
    line = snapshot.line_span(snapshot.line_of(problem.span.start))
    assert snapshot.text[problem.span.start : problem.span.end] == "gone"
    assert "Not there" in snapshot.text[line.start : line.end + 30]
    assert problem.message == "move has no argument gone, but its docstring documents one"


def test_windows_line_ends() -> None:
    assert found(GOOGLE.replace("\n", "\r\n")) == ["gone"]


@pytest.mark.parametrize(
    "text",
    [
        GOOGLE.replace("target", "**target"),
        GOOGLE.replace("target", "*target"),
        GOOGLE.replace("def move", "@click.option('--gone')\ndef move"),
        GOOGLE.replace("def move", "@property\ndef move"),
        GOOGLE.replace("gone (int)", "Note"),
        GOOGLE.replace("gone (int)", "lambda"),
        GOOGLE.replace("gone (int)", "int, str"),
        GOOGLE.replace("gone (int):", "and this line is prose"),
        GOOGLE.replace("source, target", ""),
        GOOGLE.replace("gone (int)", "target"),
        "def f(x):\n    'One' ' gone: x'\n",
        "class A:\n    '''A.\n\n    Args:\n        gone: x\n    '''\n",
    ],
)
def test_silence_where_it_may_be_right(text: str) -> None:
    assert found(text) == []


def test_harmless_decorators_hide_nothing() -> None:
    assert found(GOOGLE.replace("def move", "@functools.lru_cache(maxsize=1)\ndef move")) == ["gone"]


def test_other_languages_are_left_alone() -> None:
    language = by_id("javascript")
    text = "/**\n * Move.\n *\n * Args:\n *     gone: x\n */\nfunction move(a) {}\n"
    assert drift(Snapshot("file:///m.js", text, language)) == ()
