"""Writing docstrings: the layout of each style, and source that means what was to be said."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stoker_analyzers.docstrings.layout import Layout, compose
from stoker_analyzers.docstrings.model import Docstring, Entry, Section, SectionKind, Style
from stoker_analyzers.docstrings.python.literal import put_together, take_apart
from stoker_analyzers.docstrings.reading import read

CONTENT = Docstring(
    "Move a file.",
    "It may take *long*.",
    (
        Section(
            SectionKind.ARGUMENTS,
            entries=(
                Entry("source", "str", "From where."),
                Entry("target", "Path", "To where.", default="None"),
                Entry("rest", "", "Passed on.", stars="*"),
            ),
        ),
        Section(SectionKind.RETURNS, entries=(Entry("", "bool", "Whether it moved."),)),
        Section(SectionKind.RAISES, entries=(Entry("OSError", text="If it is busy."),)),
    ),
)

WRITTEN = {
    Style.GOOGLE: """Move a file.

It may take *long*.

Args:
    source: From where.
    target: To where. Defaults to ``None``.
    *rest: Passed on.

Returns:
    Whether it moved.

Raises:
    OSError: If it is busy.""",
    Style.NUMPY: """Move a file.

It may take *long*.

Parameters
----------
source : str
    From where.
target : Path, default None
    To where.
*rest
    Passed on.

Returns
-------
bool
    Whether it moved.

Raises
------
OSError
    If it is busy.""",
    Style.SPHINX: """Move a file.

It may take *long*.

:param source: From where.
:param target: To where. Defaults to ``None``.
:param rest: Passed on.
:returns: Whether it moved.
:raises OSError: If it is busy.""",
}


@pytest.mark.parametrize("style", Style)
def test_the_layout_of_each_style(style: Style) -> None:
    assert compose(CONTENT, Layout(style)) == WRITTEN[style]


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("typed", [False, True])
def test_what_is_written_can_be_read(style: Style, typed: bool) -> None:
    said = read(compose(CONTENT, Layout(style, typed=typed)))
    assert said.style is style
    assert (said.summary, said.body) == (CONTENT.summary, CONTENT.body)
    for kind in (SectionKind.ARGUMENTS, SectionKind.RETURNS, SectionKind.RAISES):
        assert [entry.name for entry in said.of(kind)] == [entry.name for entry in CONTENT.of(kind)]
    assert [bool(entry.type) for entry in said.arguments[:2]] == [typed or style is Style.NUMPY] * 2


@pytest.mark.parametrize("style", Style)
def test_lines_keep_to_the_width(style: Style) -> None:
    words = "word " * 60
    content = Docstring(words, words, (Section(SectionKind.ARGUMENTS, entries=(Entry("name", text=words),)),))
    layout = Layout(style, width=60)
    source = put_together(compose(content, layout.within("    ")), "    ", layout)
    assert max(map(len, source.split("\n"))) <= 60


def test_lists_and_examples_are_not_filled() -> None:
    body = "- one\n- two\n\n>>> f(\n...   1)\n\n    code   here"
    assert body.splitlines()[0] in compose(Docstring("Do.", body), Layout()).splitlines()
    assert "- one\n- two" in compose(Docstring("Do.", body), Layout())
    assert "    code   here" in compose(Docstring("Do.", body), Layout())


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from("\"'\\\n"), min_size=1),
    st.sampled_from(['"""', "'''"]),
    st.booleans(),
)
@example("at the end \\", '"""', False)
def test_source_means_the_text(text: str, quote: str, below: bool) -> None:
    source = put_together(text, "    ", Layout(quote=quote, below=below))
    value = ast.literal_eval(source)
    meant = f"\n{text}" if below else text  # only a first line beside the quotes leaves the others' indentation open
    assert inspect.cleandoc(value).rstrip() == inspect.cleandoc(meant).rstrip()
    assert all(not line or line.startswith("    ") for line in source.split("\n")[1:])


def test_a_backslash_makes_it_raw_and_quotes_are_escaped() -> None:
    assert put_together(r"Split at \t.", "", Layout()) == r'r"""Split at \t."""'
    assert put_together('Say """no""".', "", Layout()) == r'"""Say \"\"\"no\"\"\"."""'
    assert put_together('Say "no"', "", Layout()) == '"""Say "no"\n"""'


@pytest.mark.parametrize("source", ['"""x"""', "'''x'''", 'r"x\\d"', "u'x'", '"""a "b" c"""', r'"""a \""" b"""'])
def test_literals_come_apart(source: str) -> None:
    literal = take_apart(source)
    assert literal is not None
    assert f"{literal.prefix}{literal.quote}{literal.content}{literal.quote}" == source
    assert source[literal.start : literal.start + len(literal.content)] == literal.content


@pytest.mark.parametrize("source", ['"a" "b"', 'b"x"', 'f"x"', '"""a""" """b"""', "x"])
def test_what_is_no_single_literal_does_not(source: str) -> None:
    assert take_apart(source) is None


def test_long_and_private_defaults_are_not_repeated() -> None:
    for default in ("_MISSING", "..", "x" * 50, "[\n]", "..."):
        entry = replace(CONTENT.arguments[1], default=default)
        text = compose(Docstring("Do.", "", (Section(SectionKind.ARGUMENTS, entries=(entry,)),)), Layout())
        assert ("Defaults" in text) == (default == "..")
