"""How expressions are written: as a person's formatter would leave them."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoker_server.features.testing.formatting import WIDTH, layout, requote


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f('a')", 'f("a")'),
        ("""f('say "a"')""", """f('say "a"')"""),
        ("'it\\'s'", '"it\'s"'),
        ("b'a'", 'b"a"'),
        ("''", '""'),
        ("x['é😀'] + 'b'", 'x["é😀"] + "b"'),
        ("'''a'''", "'''a'''"),
    ],
)
def test_requote(code: str, expected: str) -> None:
    assert requote(code) == expected


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_the_value(value: object) -> None:
    lines = layout(repr(value), 4, "x = ")
    assert lines[0].startswith("    x = ")
    assert ast.literal_eval("\n".join(lines).removeprefix("    x = ")) == value


def test_long_lists_and_calls_have_one_item_a_line() -> None:
    words = ["one", "two", "three"] * 12
    lines = layout(f"f({words!r}, sep=', ')", 4, "assert ")
    assert lines[:4] == ["    assert f(", "        [", '            "one",', '            "two",']
    assert lines[-3:] == ["        ],", '        sep=", ",', "    )"]


def test_long_texts_are_broken_at_words_and_lines() -> None:
    text = "one two three " * 20 + "\nlast"
    lines = layout(repr(text), 4, "assert f() == ")
    assert lines[0] == "    assert f() == ("
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[-2] == '        "last"'
