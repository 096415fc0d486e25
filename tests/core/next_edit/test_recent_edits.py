"""What the user changed lately is what the keys amounted to, whatever the keys were."""

from __future__ import annotations

import random

import pytest
from tests.core.server.test_documents import addressable, change, position

from stoker_server.documents import Document
from stoker_server.recent_edits import CHARACTERS, LONGEST, MOST, PAUSE_SECONDS, TYPED, RecentEdit, RecentEdits

SOURCE = "def add(first, second):\n    return first + second\n\n\ndef twice(value):\n    return add(value, value)\n"


class Typing:
    """A document whose changes are recorded, and a clock."""

    def __init__(self, text: str = SOURCE, uri: str = "file:///a.py") -> None:
        self.now = 100.0
        self.recent = RecentEdits(clock=lambda: self.now)
        self.document = Document(uri, "python", 1, text)

    def at(self, start: int, end: int, text: str) -> None:
        """Replace a stretch of the text by another in one change."""
        whole = self.document.text
        event = change(position(whole, start, "utf-16"), position(whole, end, "utf-16"), text)
        self.recent.changed(self.document.uri, self.document.change([event], 2))

    def replace(self, old: str, new: str) -> None:
        """Replace the first place that has a text by another in one change."""
        start = self.document.text.index(old)
        self.at(start, start + len(old), new)

    def type_over(self, old: str, new: str) -> None:
        """Delete a word and type another, key by key."""
        start = self.document.text.index(old)
        for left in range(len(old), 0, -1):
            self.at(start + left - 1, start + left, "")
        for index, key in enumerate(new):
            self.at(start + index, start + index, key)

    def lines(self) -> list[tuple[int, str, str]]:
        return [(each.line, each.before, each.after) for each in self.recent.latest()]


@pytest.fixture
def typing() -> Typing:
    return Typing()


def test_a_run_of_keys_at_one_place_is_one_edit(typing: Typing) -> None:
    typing.type_over("first", "one")
    (edit,) = typing.recent.latest()
    assert edit == RecentEdit("file:///a.py", 1, SOURCE[:24], SOURCE[:24].replace("first", "one"), 100.0)


def test_places_are_told_apart_and_the_newest_comes_first(typing: Typing) -> None:
    typing.type_over("first", "one")
    typing.now = 101.0
    typing.type_over("value", "number")
    assert [each.line for each in typing.recent.latest()] == [5, 1]
    assert [each.line for each in typing.recent.latest(1)] == [5]
    assert [each.at for each in typing.recent.latest()] == [101.0, 100.0]


def test_going_back_to_a_place_goes_on_with_its_edit(typing: Typing) -> None:
    typing.replace("first", "one")
    typing.replace("(value)", "(number)")
    typing.replace("one", "two")
    assert typing.lines()[0] == (1, "def add(first, second):\n", "def add(two, second):\n")
    assert len(typing.lines()) == 2


def test_after_a_pause_an_edit_of_its_own_begins(typing: Typing) -> None:
    typing.replace("first", "one")
    typing.now += PAUSE_SECONDS
    typing.replace("one", "two")
    assert [before for _, before, _ in typing.lines()] == ["def add(one, second):\n", "def add(first, second):\n"]


def test_what_is_undone_is_no_edit(typing: Typing) -> None:
    typing.replace("first", "one")
    typing.replace("one", "first")
    assert typing.lines() == []


def test_lines_added_above_move_an_edit(typing: Typing) -> None:
    typing.replace("value, value", "value, 2")
    typing.at(0, 0, "import os\n\n")
    assert typing.lines() == [
        (1, "", "import os\n\n"),
        (8, "    return add(value, value)\n", "    return add(value, 2)\n"),
    ]
    typing.replace("import os\n\n", "")
    assert [line for line, _, _ in typing.lines()] == [6]


def test_lines_taken_away(typing: Typing) -> None:
    typing.replace("\n\ndef twice(value):\n    return add(value, value)\n", "")
    assert typing.lines() == [(3, "\n\ndef twice(value):\n    return add(value, value)\n", "")]


def test_a_new_text_for_all_is_the_lines_that_differ(typing: Typing) -> None:
    typing.recent.changed("u", typing.document.change([{"text": SOURCE.replace("twice(value)", "twice(number)")}], 2))
    assert typing.lines() == [(5, "def twice(value):\n", "def twice(number):\n")]


def test_a_large_paste_is_not_kept_and_hides_what_it_replaced(typing: Typing) -> None:
    typing.replace("first", "one")
    typing.at(0, len(typing.document.text), "x = 1\n" * (LONGEST + 1))
    assert typing.lines() == []


@pytest.mark.parametrize("around", ["", "x = 1\n"], ids=["alone", "between lines"])
def test_a_key_in_a_line_of_packed_code_is_not_kept(around: str) -> None:
    packed = Typing(around + "a=1;" * 250_000 + "\n" + around)
    packed.at(len(around), len(around), "b")
    packed.at(len(around) + 1, len(around) + 1, "c")
    assert packed.lines() == []
    assert not packed.recent._runs, "neither is its text held"


def test_a_line_that_is_pasted_into_an_edit_ends_it(typing: Typing) -> None:
    typing.replace("first", "one")
    typing.replace("one", "x" * CHARACTERS)
    assert typing.lines() == []
    typing.replace("value)", "number)")
    assert [line for line, _, _ in typing.lines()] == [5]


def test_what_is_too_much_for_a_hand_is_told_from_what_is_typed(typing: Typing) -> None:
    """A branch that is checked out arrives as one edit; what is typed into it afterwards is the user's again."""
    lines = "".join(f"x{number} = 1\n" for number in range(TYPED + 1))
    typing.replace("value)", "number)")
    typing.at(0, 0, lines)
    typing.replace("x3", "y3")
    assert [(each.line, each.typed) for each in typing.recent.latest()] == [(4, True), (1, False), (TYPED + 6, True)]


def test_many_cursors_are_many_edits() -> None:
    typing = Typing("a = b\n" * 5)
    for key in range(4):
        events = [change((line, 4 + key), (line, 4 + key), "x") for line in range(5)]
        typing.recent.changed("file:///a.py", typing.document.change(events, key))
    assert sorted(typing.lines()) == [(line, "a = b\n", "a = xxxxb\n") for line in range(1, 6)]


def test_so_many_are_kept_of_all_documents() -> None:
    typing = Typing("a\n" * 100)
    for line in range(0, 100, 2):
        typing.at(2 * line, 2 * line + 1, "b")
    assert len(typing.recent.latest()) == MOST
    other = Document("file:///b.py", "python", 1, "x")
    typing.recent.changed(other.uri, other.change([change((0, 0), (0, 1), "y")], 2))
    assert len(typing.recent.latest()) == MOST
    assert typing.recent.latest(1)[0].uri == "file:///b.py"
    typing.recent.forget("file:///b.py")
    assert len(typing.recent.latest()) == MOST - 1


def test_one_place_is_where_the_record_says_after_any_edits() -> None:
    """Undoing all recorded edits, newest first, gives the text from before them."""
    chosen = random.Random(7)  # a seed for a test
    for _ in range(300):
        typing = Typing()
        for _ in range(chosen.randint(1, 12)):
            text = typing.document.text
            start, end = sorted((addressable(text, chosen), addressable(text, chosen)))
            end = min(end, start + chosen.choice([0, 0, 1, 5, 60]))
            typing.at(start, end, chosen.choice(["", "x", "\n", "y\n", "\n\nz", "    q = 1\n"]))
            standing = typing.document.text.splitlines(keepends=True)
            for edit in sorted(typing.recent.latest(), key=lambda each: -each.line):
                after = edit.after.splitlines(keepends=True)
                assert standing[edit.line - 1 : edit.line - 1 + len(after)] == after
                standing[edit.line - 1 : edit.line - 1 + len(after)] = edit.before.splitlines(keepends=True)
            assert "".join(standing) == SOURCE
