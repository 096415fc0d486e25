"""Reading docstrings in the styles that people use, and whatever else stands between quotes."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoker_analyzers.docstrings.lines import looks_like_type, split_type
from stoker_analyzers.docstrings.model import Docstring, SectionKind, Style
from stoker_analyzers.docstrings.reading import majority, read, style_of

GOOGLE = """Move a file.

    It may take *long*.

    Args:
        source (str): From where,
            which may be far.
        target (Path, optional): To where. Defaults to None.
        *rest, **options: Passed on.

    Returns:
        bool: Whether it moved.

    Raises:
        OSError: If it is busy.
        ValueError, TypeError: Otherwise.

    Example:
        >>> move("a", "b")
    """

NUMPY = """Move a file.

    It may take *long*.

    Parameters
    ----------
    source : str
        From where,
        which may be far.
    target : Path, optional, default None
        To where.
    *rest, **options
        Passed on.

    Returns
    -------
    bool
        Whether it moved.

    Raises
    ------
    OSError
        If it is busy.
    ValueError, TypeError
        Otherwise.

    Examples
    --------
    >>> move("a", "b")
    """

SPHINX = """Move a file.

    It may take *long*.

    :param str source: From where,
        which may be far.
    :param target: To where.
    :type target: Path, default None
    :param rest: Passed on.
    :param options: Passed on.
    :returns: Whether it moved.
    :rtype: bool
    :raises OSError: If it is busy.
    :raises ValueError, TypeError: Otherwise.
    :meta private:
    """


@pytest.mark.parametrize(("text", "style"), [(GOOGLE, Style.GOOGLE), (NUMPY, Style.NUMPY), (SPHINX, Style.SPHINX)])
def test_the_same_content_in_three_styles(text: str, style: Style) -> None:
    docstring = read(text)
    assert docstring.style is style
    assert (docstring.summary, docstring.body) == ("Move a file.", "It may take *long*.")
    assert [entry.name for entry in docstring.arguments] == ["source", "target", "rest", "options"]
    source, target = docstring.arguments[:2]
    assert (source.type, source.text) == ("str", "From where,\nwhich may be far.")
    assert (target.type, target.text.partition(".")[0]) == ("Path", "To where")
    (result,) = docstring.of(SectionKind.RETURNS)
    assert (result.type, result.text) == ("bool", "Whether it moved.")
    assert [(entry.name, entry.text) for entry in docstring.raises] == [
        ("OSError", "If it is busy."),
        ("ValueError", "Otherwise."),
        ("TypeError", "Otherwise."),
    ]
    assert any(section.kind is SectionKind.OTHER for section in docstring.sections)


def test_defaults_beside_the_type() -> None:
    assert read(NUMPY).arguments[1].default == "None"
    assert split_type("int, default 5") == ("int", "5")
    assert split_type("{'a', 'b'}, default: 'a'") == ("{'a', 'b'}", "'a'")
    assert split_type("frozenset, default frozenset()") == ("frozenset", "frozenset()")
    assert split_type("defaultdict[str, int]") == ("defaultdict[str, int]", None)
    assert split_type("int, (default=3), optional") == ("int", "3")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Do.\n\nArgs:\n    x: It.", "x"),
        ("Do.\n\nArgs:\n  x (dict(str, int)): It.", "x"),
        ("Do.\n\nArguments:\n    ``x``: It.", "x"),
        ("Do.\n\nArgs:\nx: It.", "x"),
        ("Do.\n\nArgs:\n    \\*x: It.", "x"),
        ("Do.\n\nParameters\n----------\nx: int\n    It.", "x"),
        ("Do.\n\nParameters\n==========\n\nx : int\n    It.", "x"),
        ("Do.\n\n:param x: It.", "x"),
        ("Do.\n\n:arg dict[str, int] x: It.", "x"),
        ("Do.\n\n:param x (int): It.", "x"),
        ("Do.\n\n@param x: It.", "x"),
        ("\n    Do.\n\n    :keyword x: It.\n    ", "x"),
    ],
)
def test_variants_in_the_wild(text: str, name: str) -> None:
    assert [entry.name for entry in read(text).arguments] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Do it.",
        "",
        "Join two paths: inserts '/' as needed.\n\nIf any is absolute, the rest is dropped.",
        "Do.\n\nNote:\n    Args are odd.",
        "Do.\n\nParameters are x and y.",
        "returns: nothing of note",
        "Do.\n\nExample::\n\n    x: int = 3\n",
    ],
)
def test_prose_is_no_section(text: str) -> None:
    docstring = read(text)
    assert docstring.style is None
    assert not docstring.arguments
    assert not docstring.raises


def test_a_wrapped_line_that_looks_like_an_entry_makes_the_section_irregular() -> None:
    docstring = read("Do.\n\nArgs:\n    x: The value or the\n    fallback, if there is none.\n    y: It.\n")
    assert [entry.name for entry in docstring.arguments] == ["x", "y"]
    assert not docstring.sections[0].regular


def test_types_and_prose_are_told_apart() -> None:
    for text in ("int", "list[str] or None", "list of str", "np.ndarray", "dict[str, list[int]] | None", "'Foo'"):
        assert looks_like_type(text), text
    for text in ("True if it worked", "the value", "A list", "x = 3", ""):
        assert not looks_like_type(text), text


def test_the_majority_counts() -> None:
    assert majority([GOOGLE, SPHINX, "Plain.", SPHINX]) is Style.SPHINX
    assert majority(["Plain."]) is None
    assert style_of("Do.\n\nReturns:\n    It.") is Style.GOOGLE


@given(st.text(alphabet=st.sampled_from("ab:,*()[]`-=\n \t@\r\\.\"'") | st.characters(), max_size=200))
def test_reading_never_fails(text: str) -> None:
    assert isinstance(read(text), Docstring)


@given(
    st.lists(st.sampled_from([*GOOGLE.split("\n"), *NUMPY.split("\n"), *SPHINX.split("\n"), "", "  x"]), max_size=25)
)
def test_lines_of_all_styles_in_any_order(lines: list[str]) -> None:
    docstring = read("\n".join(lines))
    for section in docstring.sections:
        assert 0 <= section.start < section.end <= max(len(lines), 1)
        for entry in section.entries:
            assert section.start <= entry.start < entry.end <= len(lines)


def test_docstrings_of_the_standard_library() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    seen = 0
    for path in [*sorted(folder.glob("*.py"))[:80], *sorted((folder / "asyncio").glob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                text = ast.get_docstring(node, clean=False)
                if text and text.strip():
                    docstring = read(text)
                    assert docstring.summary or docstring.sections
                    seen += 1
    assert seen > 1000
