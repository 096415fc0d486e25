"""Sources that nobody writes by hand: nested without measure, in one line, cut anywhere."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from tests.support.markdown import cases

from stoker_analyzers.languages import LANGUAGES, by_id
from stoker_analyzers.languages.base import Language
from stoker_analyzers.languages.walk import DEPTH_LIMIT
from stoker_analyzers.scope import names_at
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.syntax import problems, s_expression

DEEP = 5_000
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.id)


@EVERY_LANGUAGE
@pytest.mark.parametrize(
    "text", ["(" * DEEP + ")" * DEEP, "[" * DEEP + "1" + "]" * DEEP, "{" * DEEP, ")" * DEEP, "!" * DEEP]
)
def test_nesting_has_no_limit(language: Language, text: str) -> None:
    snapshot = Snapshot("file:///a", text, language)
    assert snapshot.tree is not None
    assert bool(problems(snapshot)) == snapshot.tree.root_node.has_error
    assert (s_expression(snapshot) or "").count("(") == (s_expression(snapshot) or "").count(")")
    assert snapshot.outline.problems == problems(snapshot)
    names_at(snapshot, len(text) // 2)


@pytest.mark.parametrize(
    ("language", "opening", "closing"),
    [
        ("javascript", "function a() { ", "}"),
        ("java", "class A { ", "}"),
        ("rust", "mod a { ", "}"),
        ("ruby", "class A;", "end;"),
    ],
)
def test_definitions_are_read_down_to_a_depth(language: str, opening: str, closing: str) -> None:
    depth = 4 * DEPTH_LIMIT
    outline = Snapshot("file:///a", opening * depth + closing * depth, by_id(language)).outline
    assert len(outline.walk()) == DEPTH_LIMIT
    assert pickle.loads(pickle.dumps(outline)) == outline


def test_the_tree_as_text_is_that_of_the_parser() -> None:
    snapshot = Snapshot("file:///a", "def f(a, *b): return a(\n", by_id("python"))
    assert snapshot.tree is not None
    assert s_expression(snapshot) == str(snapshot.tree.root_node)
    assert s_expression(Snapshot("file:///a", "x", None)) is None


@EVERY_LANGUAGE
def test_a_source_may_end_anywhere(language: Language) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "languages"
    blocks = [case.blocks[0] for path in fixtures.glob("*.md") for case in cases(path)]
    text = max((block.text for block in blocks if block.info == language.id), key=len)
    for end in range(0, len(text), max(len(text) // 50, 1)):
        snapshot = Snapshot("file:///a", text[:end], language)
        for symbol in snapshot.outline.walk():
            assert snapshot.text[symbol.name_span.start : symbol.name_span.end] == symbol.name
        names_at(snapshot, end)


@EVERY_LANGUAGE
def test_characters_beyond_ascii_stay_where_they_are(language: Language) -> None:
    """Bash's scanner looks characters up beyond the end of a table; what it is shown instead must not show anywhere."""
    text = "{😀 'é中' \U0010ffff {\U0001f600..9}\n" * 20
    snapshot = Snapshot("file:///a", text, language)
    node = snapshot.node_at(snapshot.line_span(3))
    assert node is not None
    assert snapshot.slice(node) in text
    assert "😀" in snapshot.slice(node)


def test_bash_is_shown_letters_for_characters_beyond_ascii() -> None:
    assert "variable_assignment" in (s_expression(Snapshot("file:///a", "→=1\n", by_id("shellscript"))) or "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(;\n", 'missing ")"'),
        ("x = 1 }\n", "unexpected '}'"),
        ("}" * 200, f"unexpected '{'}' * 40}'"),
    ],
)
def test_a_problem_is_one_short_sentence(text: str, message: str) -> None:
    assert Snapshot("file:///a", text, by_id("javascript")).outline.problems[0].message == message
