"""What comments leave to be done, in the languages that are read."""

from __future__ import annotations

import pytest

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.todos import LONGEST, todos

CASES = {
    "python": "def f():\n    # TODO(ann): one\n    x = 'TODO: no'  # FIXME two\n    return x\n",
    "javascript": "function f() {\n  /* TODO(@ann): one */\n  const x = 'TODO: no' // FIXME two\n}\n",
    "typescript": "function f(): void {\n  // TODO(ann): one\n  const x = `TODO: no` /* FIXME: two */\n}\n",
    "go": 'package a\n\nfunc f() {\n\t// TODO(ann): one\n\tx := "TODO: no" // FIXME two\n\t_ = x\n}\n',
    "rust": 'fn f() {\n    // TODO(ann): one\n    let x = "TODO: no"; /* FIXME: two */\n}\n',
    "java": 'class f {\n  /* TODO(ann): one */\n  String x = "TODO: no"; // FIXME two\n}\n',
    "c": 'void f(void) {\n  /* TODO(ann): one */\n  char *x = "TODO: no"; // FIXME two\n}\n',
    "shellscript": "f() {\n  # TODO(ann): one\n  x='TODO: no' # FIXME two\n}\n",
}


def found(text: str, language: str = "python") -> list[tuple[str, str, str, str]]:
    known = by_id(language)
    assert known is not None
    snapshot = Snapshot("", text, known)
    return [(each.mark.value, each.who, each.text, each.symbol) for each in todos(snapshot)]


@pytest.mark.parametrize("language", CASES)
def test_comments_are_found_and_texts_are_not(language: str) -> None:
    told = found(CASES[language], language)
    assert [each[:3] for each in told] == [("todo", "ann", "one"), ("fixme", "", "two")]
    assert {each[3].partition(".")[0] for each in told} == {"f"}


@pytest.mark.parametrize(
    ("comment", "meant"),
    [
        ("# TODO", [("todo", "")]),
        ("# FIXME, this says nothing", [("fixme", "this says nothing")]),
        ("#: XXX - later", [("xxx", "later")]),
        ("# * HACK: works", [("hack", "works")]),
        ("# see FIXME(bob): here", [("fixme", "here")]),
        ("# write it on the TODO list", []),
        ("# todo: small letters are prose", []),
        ("# TODOS: no such word", []),
        ("# my-TODO: part of a word", []),
        (f"# TODO {'x' * 999}", [("todo", "x" * LONGEST)]),
    ],
)
def test_what_is_meant(comment: str, meant: list[tuple[str, str]]) -> None:
    assert [(mark, text) for mark, _, text, _ in found(f"a = 1  {comment}\n")] == meant


def test_each_line_of_a_long_comment_counts() -> None:
    text = "int a;\n/*\n * TODO: one\n * and more of it\n * FIXME: two */\n"
    assert [(mark, said) for mark, _, said, _ in found(text, "c")] == [("todo", "one"), ("fixme", "two")]


def test_the_span_ends_with_the_words() -> None:
    known, text = by_id("c"), "int a; /* TODO(ann): ünï */ int b;\n"
    (one,) = todos(Snapshot("", text, known))
    assert text[one.span.start : one.span.end] == "TODO(ann): ünï"
