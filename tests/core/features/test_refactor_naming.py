"""Names for what is extracted."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoker_server.features.refactor.naming import function_name, identifiers, variable_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("shape.width", "width"),
        ("get_user_name(x)", "user_name"),
        ("HTTPError(1)", "http_error"),
        ("await load_rows()", "rows"),
        ("len(rows)", "count"),
        ("text.strip()", "text"),
        ("line.split(',')", "parts"),
        ("config['time out']", "time_out"),
        ("rows[0]", "rows_item"),
        ("a == b", "condition"),
        ("user and user.name", "name"),
        ("'hello world'", "hello_world"),
        ("f'{a}'", "text"),
        ("[row for row in rows]", "row_list"),
        ("a + b", "result"),
        ("-limit", "limit"),
        ("42", "value"),
        ("(", "value"),
    ],
)
def test_variables(code: str, name: str) -> None:
    assert variable_name(code, "", frozenset()) == name


def test_names_that_are_taken_or_reserved_are_numbered() -> None:
    assert variable_name("shape.width", "", frozenset({"width"})) == "width_2"
    assert variable_name("shape.width", "", frozenset({"width", "width_2"})) == "width_3"
    assert variable_name("shape.type", "", frozenset()) == "type_2"
    assert variable_name("shape.pass_", "", frozenset()) == "pass_2"


def test_a_keyword_arguments_name_wins() -> None:
    assert variable_name("a * 2", "open(path, timeout=", frozenset()) == "timeout"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("    # drop the header\n    x = 1\n", "_drop_the_header"),
        ("    total = 1\n    for x in y:\n        total += x\n", "_compute_total"),
        ("    show(x)\n    hide(y)\n", "_do_show"),
        ("    pass\n", "_part"),
        ("a * b", "_compute_result"),
    ],
)
def test_functions(code: str, name: str) -> None:
    assert function_name(code, frozenset()) == name


def test_attributes_and_keywords_take_no_name() -> None:
    assert identifiers("import a.b as c\ndef f(d, *e):\n    g.h(i=1)\n") == {"c", "f", "d", "e", "g"}
    assert "h" in identifiers("g.h(")


@given(st.text(max_size=40))
def test_every_name_is_one(code: str) -> None:
    for name in (variable_name(code, code, frozenset()), function_name(code, frozenset())):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)


def test_a_link_in_a_comment_names_nothing() -> None:
    assert (
        function_name("# https://github.com/python/cpython/blob/main/x.py\nload_rows()", frozenset()) == "_compute_rows"
    )
