"""What edits say of the suggestion that was shown."""

from __future__ import annotations

import pytest

from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.completion.acceptance import accepted_by, amount_of, percent_kept
from stoker_server.features.completion.suggestions import Rest, Suggestion, around
from stoker_wire.events import Amount
from stoker_wire.receipts import Receipt

TEXT = "return os.path.join(a, b)\n    # done"


def shown(typed: int = 0) -> Rest:
    snapshot = Snapshot("file:///a.py", "x", None)
    place = around("facts", snapshot, 0)
    return Rest(Suggestion(place, snapshot, 0, TEXT, Receipt("completion", "a.py:1", "facts")), typed)


@pytest.mark.parametrize(
    ("inserted", "typed", "taken", "amount"),
    [
        (TEXT, 0, len(TEXT), Amount.WHOLE),
        (TEXT[3:], 3, len(TEXT) - 3, Amount.WHOLE),
        ("return ", 0, 7, Amount.WORD),
        ("return os.path.join(a, b)", 0, 25, Amount.LINE),
        ("x = " + TEXT, 0, len(TEXT), Amount.WHOLE),  # the editor replaced the beginning of the line, too
        (TEXT.replace("\n", "\r\n"), 0, len(TEXT), Amount.WHOLE),
    ],
)
def test_an_edit_that_nobody_types_is_an_acceptance(inserted: str, typed: int, taken: int, amount: Amount) -> None:
    rest = shown(typed)
    assert accepted_by([{"text": inserted}], rest) == taken
    assert amount_of(taken, rest.text) is amount


@pytest.mark.parametrize("inserted", ["r", "", "other", "\n    ", "return x"])
def test_other_edits_are_not(inserted: str) -> None:
    assert accepted_by([{"text": inserted}], shown()) == 0


def test_a_line_end_with_its_indentation_is_a_key() -> None:
    assert accepted_by([{"text": "\n    "}], shown(len("return os.path.join(a, b)"))) == 0


def test_what_was_kept_is_counted_by_lines() -> None:
    accepted = "if a:\n    return b\nreturn c"
    assert percent_kept(f"def f():\n    {accepted}\n", accepted) == 100
    assert percent_kept("def f():\n    if a:\n        return d\n", accepted) == 33
    assert percent_kept("", accepted) == 0
