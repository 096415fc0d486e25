"""What a docstring's sessions hold, and when what was shown is what was said."""

from __future__ import annotations

import doctest

import pytest

from stoker_server.features.testing.sessions import agrees, hoisted, sessions

TEXT = """Deal cards.

>>> from cards import Deck, deal
>>> first, second = deal(2)
>>> list(first)
[1, 3]
>>> deal(0)
Traceback (most recent call last):
    ...
ValueError: nobody plays

Elsewhere:

>>> deal(9)  # doctest: +SKIP
>>> deal(  # no Python
>>> deal(3)  # doctest: +ELLIPSIS
<deal at ...>
"""


def test_prose_parts_sessions_and_what_is_skipped_or_no_python_is_left_out() -> None:
    found = [[each.code.partition("  #")[0] for each in session] for session in sessions(TEXT)]
    assert found == [
        ["from cards import Deck, deal", "first, second = deal(2)", "list(first)", "deal(0)"],
        ["deal(3)"],
    ]


def test_each_step_says_what_it_shall_do() -> None:
    (_, bound, shown, raised), (option,) = sessions(TEXT)
    assert (bound.shows, bound.wanted) == (False, None)
    assert (shown.shows, shown.wanted) == (True, "[1, 3]\n")
    assert (raised.raises, raised.wanted) == (True, "ValueError: nobody plays")
    assert option.flags == doctest.ELLIPSIS


def test_imports_move_to_the_top_one_name_each() -> None:
    found = hoisted(sessions(TEXT)[0])
    assert found is not None
    assert found[1] == ["from cards import Deck", "from cards import deal"]
    assert [each.code for each in found[0]][:1] == ["first, second = deal(2)"]


def test_an_import_of_everything_can_stand_in_no_test() -> None:
    assert hoisted(sessions(">>> from cards import *\n>>> deal(1)\n1\n")[0]) is None


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("[1, 3]\n", "[1, 3]\n"),
        ("[1,\n 3]\n", "[1, 3]\n"),
        ("<deal at ...>\n", "<deal at 0x7f>\n"),
        ('"one"\n', "'one'\n"),
        ("{3, 1}\n", "{1, 3}\n"),
        ("1\n2", "1\n2\n"),
    ],
)
def test_what_is_shown_in_another_way_agrees(wanted: str, shown: str) -> None:
    assert agrees(wanted, shown)


@pytest.mark.parametrize(
    ("wanted", "shown"), [("2\n", "2.5\n"), ("[1]\n", "[1, 2]\n"), ("one\n", "'one'\n"), ("1", "")]
)
def test_what_differs_does_not(wanted: str, shown: str) -> None:
    assert not agrees(wanted, shown)


def test_the_module_of_an_exception_does_not_count_but_its_message_does() -> None:
    assert agrees("NoCards: none", "cards.errors.NoCards: none\n", raised=True)
    assert not agrees("NoCards: none", "NoCards: some\n", raised=True)
    assert agrees("NoCards: none", "NoCards: some\n", doctest.IGNORE_EXCEPTION_DETAIL, raised=True)
