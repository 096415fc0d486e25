"""What is counted of a suggestion where the editor speaks of it, and where only its edits do."""

from __future__ import annotations

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.features.completion.engine import Completions
from stoker_server.features.completion.suggestions import Rest, Suggestion, around
from stoker_server.settings import Settings
from stoker_wire.events import Accepted, Amount, Event, Rejected, Shown
from stoker_wire.receipts import FACTS, Receipt

BEFORE = "total = 1\n"
TEXT = "print(total)\nprint(1)"
URI = "file:///a.py"


class Editor:
    """A document in which one suggestion is known, and the events of what becomes of it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.completions = Completions(CompletionFeature(), self.events.append)
        self.suggestion = self._put(TEXT)
        self.id = self.suggestion.receipt.id

    def _put(self, text: str, before: str = BEFORE) -> Suggestion:
        snapshot = Snapshot(URI, before, by_id("python"))
        place = around(FACTS, snapshot, len(before))
        made = Suggestion(place, snapshot, len(before), text, Receipt("completion", "a.py:2", FACTS))
        self.completions._suggestions.put(made)
        return made

    async def ask(self, typed: str = "", before: str = BEFORE) -> Rest:
        offset = len(before + typed)
        snapshot = Snapshot(URI, before + typed, by_id("python"))
        found = await self.completions.ask(FeatureRequest(snapshot, Span(offset, offset), Services(None, Settings())))
        assert found
        return found

    async def answer(self) -> Shown:
        """Ask, and note that it was sent."""
        found = await self.ask()
        event = Shown(found.suggestion.receipt.id, "python", FACTS, len(TEXT), 2, 1)
        self.completions.telling.answered(found.suggestion, event)
        return event

    def insert(self, text: str) -> tuple[str, str] | None:
        return self.completions.edited(URI, [{"text": text}])


@pytest.fixture
def editor() -> Editor:
    return Editor()


def whole(editor: Editor, characters: int = len(TEXT)) -> Accepted:
    return Accepted(editor.id, Amount.WHOLE, characters)


async def test_without_a_word_of_the_editor_its_edits_count(editor: Editor) -> None:
    shown = await editor.answer()
    assert editor.insert(TEXT) == (editor.id, TEXT)
    assert editor.events == [shown, whole(editor)]


async def test_what_an_edit_showed_is_not_counted_again_when_it_is_said(editor: Editor) -> None:
    await editor.ask()
    editor.insert(TEXT)
    assert editor.completions.accepted(editor.id) is None
    assert editor.events == [whole(editor)]


async def test_what_was_said_is_not_counted_again_when_an_edit_shows_it(editor: Editor) -> None:
    await editor.ask()
    assert editor.completions.accepted(editor.id) == (URI, TEXT)
    assert editor.insert(TEXT) is None
    assert editor.events == [whole(editor)]


async def test_what_stood_there_already_was_not_accepted(editor: Editor) -> None:
    await editor.ask("pri")
    assert editor.completions.accepted(editor.id) == (URI, TEXT[3:])
    assert editor.events == [whole(editor, len(TEXT) - 3)]


async def test_an_acceptance_that_no_edit_shows_counts_once_it_is_said(editor: Editor) -> None:
    await editor.ask()
    assert editor.insert("print( total )\nprint( 1 )") is None  # formatted on the way
    editor.completions.accepted(editor.id)
    assert editor.events == [whole(editor)]
    assert editor.completions.pace.waste == 0


async def test_parts_are_counted_from_one_to_the_next(editor: Editor) -> None:
    await editor.ask()
    editor.insert("print(")
    assert editor.completions.accepted(editor.id, len(TEXT) - 6) is None
    await editor.ask("print(")
    assert editor.completions.accepted(editor.id, len(TEXT) - 12) == (URI, "total)")
    assert editor.events == [
        Accepted(editor.id, Amount.WORD, 6),
        Accepted(editor.id, Amount.LINE, 6),
    ]


async def test_an_editor_that_says_one_thing_is_believed_in_that_alone(editor: Editor) -> None:
    await editor.ask()
    editor.completions.accepted(editor.id, len(TEXT) - 6)
    await editor.ask("print(")
    assert editor.insert("total)\n") is None, "of parts it speaks itself"
    await editor.ask("print(total)\n")
    assert editor.insert("print(1)") == (editor.id, "print(1)"), "of the whole it has not spoken yet"


async def test_once_it_says_what_it_shows_nothing_else_counts_as_shown(editor: Editor) -> None:
    first = await editor.answer()
    editor.completions.telling.shown(editor.id)
    assert editor.events == [first], "it was counted when it was sent"
    other = editor._put("x = total", before="total = 2\n")
    found = await editor.ask(before="total = 2\n")
    event = Shown(other.receipt.id, "python", FACTS, 9, 1, 1)
    editor.completions.telling.answered(found.suggestion, event)
    assert event not in editor.events
    editor.completions.telling.shown(other.receipt.id)
    editor.completions.telling.shown(other.receipt.id)
    assert editor.events.count(event) == 1


async def test_what_was_never_seen_was_not_rejected(editor: Editor) -> None:
    editor.completions.telling.shown("before")
    await editor.answer()
    other = editor._put("x = total", before="total = 2\n")
    await editor.ask(before="total = 2\n")
    assert editor.events == []
    editor.completions.telling.shown(other.receipt.id)
    await editor.ask()
    assert [each for each in editor.events if isinstance(each, Rejected)] == [Rejected(other.receipt.id, 0)]


def test_suggestions_that_are_not_known_are_no_error(editor: Editor) -> None:
    assert editor.completions.accepted("nothing") is None
    editor.completions.telling.shown("nothing")
    assert editor.events == []


async def test_a_long_suggestion_is_found_after_another_was_begun_ahead(editor: Editor) -> None:
    long = "print(" + "total + " * 20 + "1)"
    editor._put(long)
    assert (await editor.ask(long[:63])).text == long[63:]
    editor._put("x = 1", before=BEFORE + long + "\n")
    for count in range(64, 100):
        assert (await editor.ask(long[:count])).text == long[count:]
