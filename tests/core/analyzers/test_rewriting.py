"""Rewritten lines as an edit: what changes and nothing else, in long files too."""

from __future__ import annotations

import time

import pytest

from stoker_analyzers.edits import replace
from stoker_analyzers.rewriting import replacements

LONG = "".join(f"    x{number} = f({number})\n\n    return x\n" for number in range(3_000))


@pytest.mark.parametrize("head", ["", "import a\n"], ids=["inside", "all over"])
def test_a_long_file_of_lines_that_are_alike(head: str) -> None:
    new = head + LONG.replace("x1500 = f(1500)", "y = g(1)") + (head and "\n\nz = 1\n")
    began = time.process_time()
    found = replacements(LONG, new)
    assert time.process_time() - began < 3.0, "it took ten seconds on an idle machine"
    assert sum(len(each.text) for each in found) < 60
    assert replace("", LONG, found).files[0].apply(LONG) == new


def test_line_ends_stay_and_what_is_new_gets_them() -> None:
    text = "a\r\n\r\nb\r\n\r\nc"
    found = replacements(text, "a\n\nB\n\nc\nd\n")
    assert replace("", text, found).files[0].apply(text) == "a\r\n\r\nB\r\n\r\nc\r\nd\r\n"
