"""What is remembered of suggestions stays small, however large the file is that they were made for."""

from __future__ import annotations

import gc
from weakref import WeakSet

import pytest

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.completion.suggestions import WHOLE, Suggestion, Suggestions, around
from stoker_wire.receipts import Receipt

RECEIPT = Receipt("completion", "a.py:1", "m")


def made(number: int, uri: str = "file:///a.py") -> tuple[Snapshot, Suggestion]:
    snapshot = Snapshot(uri, f"x_{number} = ", by_id("python"))
    at = len(snapshot.text)
    return snapshot, Suggestion(around("m", snapshot, at), snapshot, at, "1", RECEIPT)


@pytest.mark.parametrize("closes", [False, True])
def test_few_suggestions_keep_the_text_that_they_were_made_for(closes: bool) -> None:
    kept, alive, every = Suggestions(), WeakSet[Snapshot](), list[Suggestion]()
    for number in range(3 * WHOLE):
        snapshot, suggestion = made(number)
        alive.add(snapshot)
        every.append(suggestion)
        kept.put(suggestion)
    del snapshot, suggestion
    if closes:
        kept.forget("file:///a.py")
    gc.collect()
    assert len(alive) == (0 if closes else WHOLE)


def test_one_that_has_let_go_of_its_text_is_found_and_has_to_be_checked_anew() -> None:
    kept = Suggestions()
    for number in range(WHOLE + 1):
        kept.put(made(number)[1])
    for number, checked in ((0, False), (1, True)):
        snapshot, _ = made(number)
        found = kept.find("m", snapshot, len(snapshot.text))
        assert found and found.text == "1"
        assert (found.suggestion.rest_at(snapshot, len(snapshot.text)) is not None) is checked
