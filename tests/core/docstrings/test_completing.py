"""Adding to docstrings that are there, without touching a character of them."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest

from stoker_analyzers.docstrings.layout import Layout
from stoker_analyzers.docstrings.model import Entry, SectionKind, Style
from stoker_analyzers.docstrings.python.completing import Addition, complete
from stoker_analyzers.docstrings.python.literal import take_apart
from stoker_analyzers.docstrings.reading import read
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot

NEW = Entry("new_one", "int", "What is new.")
ADDED = [
    Addition(SectionKind.ARGUMENTS, (NEW,), ("first", "new_one", "last")),
    Addition(SectionKind.RAISES, (Entry("NewError", text="If new."),)),
]


def completed(source: str, indent: str = "    ", style: Style = Style.GOOGLE) -> str:
    literal = take_apart(source)
    assert literal is not None
    return complete(literal, ADDED, indent, Layout(style))


def is_subsequence(part: str, whole: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in part)


@pytest.mark.parametrize("style", Style)
def test_a_bare_summary_gets_sections(style: Style) -> None:
    source = completed('"""Do it."""', style=style)
    docstring = read(ast.literal_eval(source))
    assert docstring.summary == "Do it."
    assert docstring.style is style
    assert [entry.name for entry in docstring.arguments] == ["new_one"]
    assert [entry.name for entry in docstring.raises] == ["NewError"]
    assert source.endswith('\n    """')


@pytest.mark.parametrize(
    "body",
    [
        "Args:\n        first: A.\n        last: B.\n\n    Example:\n        x",
        "Parameters\n    ----------\n    first : int\n        A.\n    last\n        B.\n\n    Notes\n    -----\n    Long.",
        ":param first: A.\n    :type first: int\n    :param last: B.\n    :returns: C.",
        "@param first: A.\n    @param last: B.",
    ],
)
def test_each_entry_finds_its_place(body: str) -> None:
    source = completed(f'"""Do it.\n\n    {body}\n    """')
    docstring = read(ast.literal_eval(source))
    assert [entry.name for entry in docstring.arguments] == ["first", "new_one", "last"]
    assert [entry.name for entry in docstring.raises] == ["NewError"]
    assert docstring.style is read(body).style
    assert ("@param new_one" in source) == ("@param" in body)


def test_new_sections_come_before_notes_and_examples() -> None:
    source = completed('"""Do it.\n\n    Notes\n    -----\n    Long.\n    """', style=Style.NUMPY)
    assert source.index("Parameters") < source.index("Raises") < source.index("Notes")
    source = completed('"""Do it.\n\n    Example:\n        x\n    """')
    assert source.index("Args:") < source.index("Raises:") < source.index("Example:")


def test_two_blanks_of_indentation_stay_two() -> None:
    source = completed('"""Do it.\n\n  Args:\n    first: A.\n  """', indent="  ")
    assert "\n    new_one: What is new.\n" in source


def test_backslashes_are_escaped_only_where_they_have_to_be() -> None:
    odd = [Addition(SectionKind.ARGUMENTS, (Entry("x", text=r"Split at \d."),), ("x",))]
    for quoted, expected in (('"""Do."""', r"Split at \\d."), ('r"""Do."""', r"Split at \d.")):
        literal = take_apart(quoted)
        assert literal is not None
        source = complete(literal, odd, "", Layout())
        assert expected in source
        assert r"Split at \d." in ast.literal_eval(source)


def test_nothing_is_lost_from_real_docstrings() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    seen = 0
    for path in sorted(folder.glob("*.py"))[::6]:
        snapshot = Snapshot(path.as_uri(), path.read_text(encoding="utf-8"), PYTHON)
        for symbol in snapshot.outline.walk():
            span = symbol.documentation.span if symbol.documentation else None
            source = snapshot.text[span.start : span.end] if span else ""
            literal = take_apart(source)
            if literal is None or '"""' in literal.content:
                continue
            result = complete(literal, ADDED, "    ", Layout())
            assert is_subsequence(literal.content, result)
            assert "new_one" in ast.literal_eval(result)
            seen += 1
    assert seen > 300
