"""Next edits follow what the user did by hand, and no code that was only moved."""

from __future__ import annotations

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.next_edit.changes import changes_in
from stoker_server.recent_edits import RecentEdit
from stoker_server.settings import Settings

URI = "file:///a.py"
A, B = "from json import loads\n", "from yaml import dumps\n"


def edit(before: str, after: str, *, line: int = 1, uri: str = URI, at: float = 9.0, typed: bool = True) -> RecentEdit:
    return RecentEdit(uri, line, before, after, at, typed)


def followed(*edits: RecentEdit) -> list[int]:
    snapshot = Snapshot(URI, "", by_id("python"))
    request = FeatureRequest(snapshot, Span(0, 0), Services(None, Settings(), recent=edits))
    return [each.line for each in changes_in(request)]


@pytest.mark.parametrize(
    "edits",
    [
        (edit(A + B, B + A),),
        (edit(A, B, line=1), edit(B, A, line=3)),
        (edit("", A, line=5), edit(A, "", line=1)),
    ],
    ids=["side by side", "apart", "from one place to another"],
)
def test_imports_that_change_places_are_no_change(edits: tuple[RecentEdit, ...]) -> None:
    assert followed(*edits) == []
    assert followed(edit("x = 1\n", "y = 1\n", line=8), *edits) == [7]


def test_what_was_not_typed_and_all_before_it_are_done_with() -> None:
    new, old, elsewhere = (edit("x\n", "y\n", line=number, at=10.0 - number) for number in (2, 4, 6))
    assert followed(new, old) == [1, 3]
    assert followed(new, edit("a\n", "b\n", typed=False), old, elsewhere) == [1]
    assert followed(edit("a\n", "b\n", typed=False), old) == []
    other = edit("a\n", "b\n", uri="file:///b.py", typed=False)
    assert followed(new, other, old) == [1, 3]
