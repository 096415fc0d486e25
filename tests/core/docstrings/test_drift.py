"""Documented arguments that do not exist: found where it is sure, silent elsewhere."""

from __future__ import annotations

import textwrap

import pytest

from stoker_analyzers.docstrings.drift import DriftKind, drift
from stoker_analyzers.docstrings.python.convention import convention_of
from stoker_analyzers.docstrings.reading import read
from stoker_analyzers.languages import by_id
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.docstring.mending import mended


def found(text: str) -> list[str]:
    snapshot = Snapshot("file:///m.py", textwrap.dedent(text), PYTHON)
    problems = drift(snapshot)
    gone = (DriftKind.GONE, DriftKind.RENAMED)
    return [snapshot.text[each.span.start : each.span.end] for each in problems if each.kind in gone]


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
    assert problem.message.startswith("move has no argument gone, but its docstring documents one")


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


def kinds(text: str, language: str = "python") -> list[str]:
    problems = drift(Snapshot("file:///m", textwrap.dedent(text), by_id(language)))
    return [str(each.kind) for each in problems]


SAYS = '''
def move(source, target, count=3, mode="fast"):
    """Move a file.

    Args:
        source: From where.
        target: To where.
        count: How often. Defaults to 3.
        mode (str): How. Defaults to "fast".
    """
    print(source)
'''


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAYS, []),
        (SAYS.replace("count=3", "count=4"), ["default"]),
        (SAYS.replace("count=3", "count=COUNT"), []),
        (SAYS.replace("count=3", "count=Kinds.THREE"), []),
        (SAYS.replace("Defaults to 3.", "The file defaults to 7."), []),
        (SAYS.replace("Defaults to 3.", "If None, the value defaults to 7."), []),
        (SAYS.replace("        target: To where.\n", ""), ["missing"]),
        (SAYS.replace("        target: To where.\n", "        target_: To where.\n"), ["renamed"]),
        (SAYS.replace("        target: To where.\n", "").replace("Move a", "Move to target a"), []),
        (SAYS.replace("target,", "target, third, _private, *rest,"), ["missing"]),
        (SAYS.replace("target,", "target, a, b, c, d,"), []),
        (SAYS.replace('    """\n    print', '\n    Returns:\n        It.\n    """\n    print'), ["returns"]),
        (SAYS.replace('    """\n    print', '\n    Returns:\n        None.\n    """\n    print'), []),
        (SAYS.replace('    """\n    print(source)', '\n    Returns:\n        It.\n    """\n    ...'), []),
        (SAYS.replace('    """\n    print', '\n    Returns:\n        It.\n    """\n    return None\n    print'), []),
        (SAYS.replace('    """\n    print', '\n    Returns:\n        It.\n    """\n    yield source\n    print'), []),
    ],
)
def test_what_else_drifts_apart(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


JSDOC = """
/**
 * Adds.
 * @param {number} a - one
 * @param {number} [b=2] two
 * @param {Object} options - all
 * @param {number} options.deep - three
 * @returns {number} the sum
 * @throws {TypeError} never
 */
function add(a, b = 2, { deep }) { return a + b; }
"""


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("javascript", JSDOC, []),
        ("typescript", JSDOC.replace("(a,", "(a: number,"), []),
        ("javascript", JSDOC.replace("b = 2", "b = 3"), ["default"]),
        ("javascript", JSDOC.replace("(a,", "(c,"), ["renamed"]),
        ("javascript", JSDOC.replace("(a, ", "("), ["gone"]),
        ("javascript", JSDOC.replace("return a + b;", "print(a);"), ["returns"]),
        ("javascript", JSDOC.replace("(a, b = 2, { deep })", "(...rest)"), []),
        ("javascript", JSDOC.replace(" * Adds.\n", " * Adds.\n * ```\n * @param x\n * ```\n"), []),
        (
            "java",
            "/**\n * A.\n * @param <T> type\n * @param a one\n */\nclass A { /** B.\n @param b c */ int f(int a) {} }",
            ["renamed"],
        ),
        (
            "cpp",
            "/// A.\n/// \\param[in,out] a,b both\n/// @tparam T t\ntemplate <typename T> void f(int a, int b) {}",
            [],
        ),
        (
            "csharp",
            'class A { /// <summary>S</summary>\n/// <param name="x">c</param>\nvoid F(int a) {} }',
            ["renamed"],
        ),
        ("rust", "/// A.\n///\n/// # Arguments\n///\n/// * `b` - x\nfn f(a: u8) {}", ["renamed"]),
        ("rust", "/// A.\n///\n/// # Errors\n///\n/// * `b` - x\nfn f(a: u8) {}", []),
        ("go", "// F does it to x.\nfunc F(a int) {}", []),
        ("go", "// @param b One.\nfunc F(a int) {}", []),
    ],
)
def test_comments_drift_too(language: str, text: str, expected: list[str]) -> None:
    assert kinds(text, language) == expected


@pytest.mark.parametrize(
    ("signature", "expected", "now"),
    [
        ("image, w, height, mode", {"renamed": "w", "missing": "mode"}, ["image", "w", "height", "mode"]),
        ("image, height, mode", {"gone": "width", "missing": "mode"}, ["image", "height", "mode"]),
        ("image, width, a, b", {"gone": "height", "missing": "a b"}, ["image", "width", "a", "b"]),
        ("image, width", {"gone": "height"}, ["image", "width"]),
        ("image, a, b, c, width", {"gone": "height"}, ["image", "width"]),
        ("mode, image, w, height", {"renamed": "w", "missing": "mode"}, ["mode", "image", "w", "height"]),
    ],
)
def test_what_came_in_the_place_of_a_gone_argument_is_told_and_added(
    signature: str, expected: dict[str, str], now: list[str]
) -> None:
    text = textwrap.dedent(
        f'''\
        def resize({signature}):
            """Resize an image.

            Args:
                image: The image.
                width: Pixels across.
                height: Pixels down.
            """
            print({signature})
        '''
    )
    snapshot = Snapshot("file:///a.py", text, PYTHON)
    told: dict[str, str] = {}
    for each in drift(snapshot):
        name = each.now or (each.entry.name if each.entry else "")
        told[each.kind.value] = f"{told.get(each.kind.value, '')} {name}".strip()
    assert told == expected
    edit = mended(snapshot, snapshot.outline.symbols[0], convention_of(snapshot))
    assert edit is not None
    after = snapshot.after(edit)
    documented = read(after.outline.symbols[0].documentation.text).arguments  # type: ignore[union-attr]  # it has one
    assert [each.name for each in documented] == now
