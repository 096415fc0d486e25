"""The rest of a name from facts: offered where a single name begins so and the cursor can see it."""

from __future__ import annotations

import pytest

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.completion.facts import only_name

MODULE = """\
import os

LIMIT_OF_ALL = 3


class Heap:
    def __init__(self):
        self.waiting = []

    def push(self, item):
        |


def other(path):
    private_value = os.getcwd()
    return private_value, path.absolute()
"""


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("LIM", "IT_OF_ALL"),  # of the module
        ("oth", "er"),  # a function of the module
        ("ite", "m"),  # a parameter
        ("self.wa", "iting"),  # a member that another method of the same class assigns
        ("os.getc", None),  # seen with an import, but in another function alone
        ("priv", None),  # of another function
        ("path.abs", None),  # a member of something that only another function has
        ("other.wa", None),  # a member of something else
        ("p", None),  # too short
        ("pa", None),  # of another function
        ("zz", None),  # nothing begins so
    ],
)
def test_a_name_is_offered_where_it_can_be_seen(typed: str, rest: str | None) -> None:
    before, after = MODULE.split("|")
    snapshot = Snapshot("file:///heap.py", before + typed + after, by_id("python"))
    assert only_name(snapshot, len(before + typed)) == rest


def test_no_name_is_offered_where_two_begin_alike_or_inside_a_word() -> None:
    text = "value_one = 1\nvalue_two = 2\nval"
    assert only_name(Snapshot("file:///a.py", text, by_id("python")), len(text)) is None
    text = "value = 1\nvaxlue"
    assert only_name(Snapshot("file:///a.py", text, by_id("python")), text.index("xlue")) is None


def test_braces_hold_names_too() -> None:
    text = "function f() { const localThing = 1; }\nfunction g() { const sharedThing = 2; sha }\n"
    snapshot = Snapshot("file:///a.js", text, by_id("javascript"))
    assert only_name(snapshot, text.index("sha }") + 3) == "redThing"
    text = text.replace("sha }", "loc }")
    assert only_name(Snapshot("file:///a.js", text, by_id("javascript")), text.index("loc }") + 3) is None
