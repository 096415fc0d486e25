"""What a list of parameters means for a function."""

from __future__ import annotations

import pytest

from stoker_server.features.refactor.signatures import planned
from stoker_server.workers import RefusedError

TEXT = """\
class Shop:
    def find(self, name: str, limit: int = 10, *rest, sep=", "):
        return [name][:limit]
"""


def listed(wanted: str, text: str = "def join(parts, sep=', '):\n    return sep.join(parts)\n") -> str:
    return planned(text, "join", 1, wanted).listed


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("parts, sep, last=None", "parts, sep=', ', last=None"),
        ("parts, sep, begin='(', end=')'", "parts, sep=', ', begin='(', end=')'"),
        ("parts, sep, pair=(1, 2)", "parts, sep=', ', pair=(1, 2)"),
    ],
)
def test_commas_in_texts_and_brackets_separate_nothing(wanted: str, expected: str) -> None:
    assert listed(wanted) == expected


def test_python_has_the_last_word() -> None:
    with pytest.raises(RefusedError, match="is no list of parameters"):
        listed("sep, parts")


def test_what_a_parameter_says_besides_its_name_stays() -> None:
    change = planned(TEXT, "find", 2, "name, limit, *rest, sep, deep=False")
    assert change.listed == 'self, name: str, limit: int = 10, *rest, sep=", ", deep=False'
    assert (change.only_adds, change.gone, change.renamed) == (True, frozenset(), {})


def test_a_new_name_is_known_by_its_old_one() -> None:
    text = "def read(path, mode='r'):\n    return open(path, mode)\n"
    change = planned(text, "read", 1, "path, mode->flags")
    assert (change.listed, change.renamed) == ("path, flags='r'", {"mode": "flags"})
    with pytest.raises(RefusedError, match="mode is used in line 2"):
        planned(text, "read", 1, "path")
