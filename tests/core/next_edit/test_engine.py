"""Hops move along with the document, one is given after the other, and what is not wanted is not offered again."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.core.server.test_documents import addressable, change, position
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.edits import replace as replace_text
from stoker_analyzers.follow_ups import FollowUp
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Capabilities, Chat, FillInTheMiddle
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.next_edit import NextEditFeature
from stoker_server.features.next_edit.changes import OLDEST
from stoker_server.features.next_edit.checks import RenamesOnly
from stoker_server.features.next_edit.engine import PATIENCE, NextEdits
from stoker_server.features.next_edit.plan import Hop
from stoker_server.recent_edits import RecentEdits
from stoker_server.settings import Settings
from stoker_wire.events import Accepted, Event, Rejected
from stoker_wire.verdicts import Outcome

SOURCE = """\
# first
def area(width, height):
    if width < 0:
        raise ValueError(width)
    return width * height


def other():
    return 1
"""
READING = "def load(path, other):\n    first = open(path).read()\n    second = open(other).read()\n    return first\n"


class Editor:
    """A document, what was changed in it, and the engine."""

    def __init__(self, text: str = SOURCE, provider: Scripted | None = None) -> None:
        self.told = list[Event]()
        self.document = Document("file:///a.py", "python", 1, text)
        self.now = 0.0
        self.recent = RecentEdits(clock=lambda: self.now)
        self.engine = NextEdits(NextEditFeature(), self.told.append)
        self.provider = provider

    def put(self, start: int, end: int, text: str) -> None:
        whole = self.document.text
        event = change(position(whole, start, "utf-16"), position(whole, end, "utf-16"), text)
        splices = self.document.change([event], (self.document.version or 0) + 1)
        self.recent.changed(self.document.uri, splices)
        self.engine.changed(self.document.uri, splices, self.document.lines)

    def change(self, old: str, new: str) -> None:
        start = self.document.text.index(old)
        self.put(start, start + len(old), new)

    def take(self, hop: Hop) -> None:
        start = self.document.snapshot().line_starts[hop.line]
        self.put(start, start + len("".join(hop.before)), "".join(hop.after))

    def request(self, line: int = 0) -> FeatureRequest:
        services = Services(self.provider, Settings(), recent=self.recent.latest())
        snapshot = self.document.snapshot()
        offset = snapshot.line_starts[line]
        return FeatureRequest(snapshot, Span(offset, offset), services)

    async def ask(self, line: int = 0, *, model: bool = True) -> Hop | None:
        """The hop that is shown for a cursor in a line."""
        found = await self.engine.ask(self.request(line), model=model)
        if found is None:
            return None
        self.engine.show(self.document.uri, found[1], found[0])
        return found[0]


@pytest.fixture
def editor() -> Editor:
    return Editor()


async def test_the_nearest_comes_first_wherever_the_cursor_is(editor: Editor) -> None:
    editor.change("width", "breadth")
    lines = [hop.line for line in (0, 3, 8) if (hop := await editor.ask(line))]
    assert lines == [2, 3, 4]


async def test_of_two_that_are_as_near_the_one_below_comes_first(editor: Editor) -> None:
    editor.change("width", "breadth")
    hop = await editor.ask(3)
    assert hop
    editor.take(hop)
    hop = await editor.ask(3)
    assert hop
    assert hop.line == 4


async def test_after_one_was_taken_the_next_is_known_at_once(editor: Editor) -> None:
    editor.change("width", "breadth")
    hop = await editor.ask(1)
    assert hop
    editor.take(hop)
    known = editor.engine.nearest(editor.document.uri, hop.line)
    assert known
    assert known[0].line == hop.line + 1
    assert [type(each) for each in editor.told] == [Accepted]


async def test_after_the_last_one_comes_what_else_follows() -> None:
    editor = Editor("def area(width, height):\n    print(width)\n    return height\n")
    editor.change("width, height", "breadth, tall")
    for line in (1, 2):
        hop = await editor.ask()
        assert hop
        assert hop.line == line
        editor.take(hop)
    assert await editor.ask() is None
    assert editor.document.text == "def area(breadth, tall):\n    print(breadth)\n    return tall\n"


async def test_lines_added_above_move_the_hops(editor: Editor) -> None:
    editor.change("width", "breadth")
    assert await editor.ask(1)
    editor.change("# first\n", "# first\n# second\n")
    assert editor.engine.at(editor.document.uri, 3) is None, "something else was changed: it is looked at again"
    hop = await editor.ask(0)
    assert hop
    assert hop.line == 3


@pytest.mark.parametrize("seed", range(3))
async def test_a_hop_says_what_stands_there_whatever_is_changed(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(40):
        editor = Editor()
        editor.change("width", "breadth")
        assert await editor.ask(1)
        for _ in range(6):
            text = editor.document.text
            start = addressable(text, chosen)
            end = min(addressable(text, chosen), start + chosen.choice([0, 1, 30]))
            start, end = min(start, end), max(start, end)
            editor.put(start, end, chosen.choice(["", "x", "\n", "a\nb\n", "    y = 1\n"]))
            plan = editor.engine._tracks[editor.document.uri].plan
            for hop in plan.hops if plan else []:
                assert tuple(editor.document.lines(hop.line, hop.end)) == hop.before


async def test_what_is_passed_over_again_and_again_is_not_offered_any_more(editor: Editor) -> None:
    editor.change("width", "breadth")
    for number in range(PATIENCE):
        hop = await editor.ask(1)
        assert hop
        assert hop.line == 2
        editor.change("return 1", f"return 1{number}")
    hop = await editor.ask(1)
    assert hop
    assert hop.line == 3, "the first is left out, the others are still there"
    assert Rejected in {type(each) for each in editor.told}


async def test_what_is_worked_out_and_not_shown_is_not_passed_over(editor: Editor) -> None:
    editor.change("width", "breadth")
    for number in range(2 * PATIENCE):
        assert await editor.engine.ask(editor.request(), model=False)
        editor.change("return 1", f"return 1{number}")
    assert await editor.ask(1)


async def test_an_edit_of_long_ago_is_done_with(editor: Editor) -> None:
    editor.change("width", "breadth")
    editor.now = OLDEST
    assert await editor.ask(1)
    editor.change("return 1", "return 2")
    assert await editor.ask(1) is None


async def test_taking_one_back_says_no_to_the_others(editor: Editor) -> None:
    editor.change("width", "breadth")
    hop = await editor.ask(1)
    assert hop
    editor.take(hop)
    editor.change("if breadth", "if width")
    assert await editor.ask(1) is None


@pytest.mark.parametrize("first", [True, False])
async def test_taking_one_back_after_the_last_says_no_as_well(editor: Editor, first: bool) -> None:
    editor.change("width", "breadth")
    while hop := await editor.ask(1):
        editor.take(hop)
    assert "width" not in editor.document.text
    editor.change("if breadth" if first else "return breadth", "if width" if first else "return width")
    assert await editor.ask(1) is None


async def test_undoing_the_cause_takes_back_what_follows(editor: Editor) -> None:
    editor.change("width", "breadth")
    assert await editor.ask(1)
    editor.change("breadth", "width")
    assert editor.engine.nearest(editor.document.uri, 1) is None
    assert await editor.ask(1) is None


async def test_a_change_while_it_is_worked_out_drops_the_answer(editor: Editor) -> None:
    editor.change("width", "breadth")
    asked = asyncio.ensure_future(editor.ask(1))
    await asyncio.sleep(0)
    editor.change("# first", "# second")
    assert await asked is None


async def test_line_ends_stay_what_they_are() -> None:
    editor = Editor(SOURCE.replace("\n", "\r\n"))
    editor.change("width", "breadth")
    while hop := await editor.ask(1):
        editor.take(hop)
    assert editor.document.text == SOURCE.replace("width", "breadth").replace("\n", "\r\n")


async def test_the_model_is_asked_once_and_not_in_the_background() -> None:
    answer = "    first = path.read_text()\n    second = other.read_text()\n    return first\n"
    provider = Scripted([answer], [answer])
    editor = Editor(READING, provider)
    editor.change("open(path).read()", "path.read_text()")
    assert await editor.ask(1, model=False) is None
    assert provider.requests == []
    for _ in range(2):
        await editor.ask(1)
    (request,) = provider.requests
    assert request.purpose == "next_edit"
    assert isinstance(request.prompt, Chat)
    assert any("open(path).read()" in span.text and span.path == "/a.py" for span in request.prompt.spans)
    assert [span.text for span in request.prompt.spans if "a.py" in span.text] == ["\na.py\n"]


async def test_where_the_tree_knows_the_model_is_not_asked() -> None:
    provider = Scripted(["nothing"])
    editor = Editor(provider=provider)
    editor.change("width", "breadth")
    assert await editor.ask(1)
    assert provider.requests == []


@pytest.mark.parametrize("indent", ["", "    "])
async def test_a_model_that_only_fills_in_is_shown_an_example(indent: str) -> None:
    provider = Scripted([f"{indent}second = other.read_text()\n"], local=True)
    provider.capabilities = replace(Capabilities(local=True), chat=False, fill_in_the_middle=True)
    editor = Editor(READING, provider)
    editor.change("open(path).read()", "path.read_text()")
    hop = await editor.ask(1)
    assert hop
    assert hop.after == ("    second = other.read_text()\n",)
    (request,) = provider.requests
    assert isinstance(request.prompt, FillInTheMiddle)
    assert request.prompt.prefix.text == (
        "# before\n    first = open(path).read()\n# after\n    first = path.read_text()\n"
        "\n# before\n    second = open(other).read()\n# after\n"
    )


async def test_a_renaming_that_makes_two_names_one_fails_its_check() -> None:
    before = "def area(width, height):\n    return width * height\n"
    found = FollowUp("", (), before, "width", "height")
    for after, outcome in (
        (before.replace("width", "height"), Outcome.UNDECIDED),  # no Python any more
        (before.replace("* height", "* print").replace("width", "height"), Outcome.UNDECIDED),
        (before.replace("return width", "return height"), Outcome.FAILED),
        (before.replace("width", "tall"), Outcome.FAILED),
    ):
        snapshot = Snapshot("file:///a.py", before, by_id("python"))
        edit = replace_text(snapshot.uri, before, [Replacement(Span(0, len(before)), after)])
        verdict = await RenamesOnly(SimpleNamespace(found=found)).judge(snapshot, edit)
        assert verdict.outcome is outcome, after


async def test_cancelling_ends_the_answer_of_the_model() -> None:
    started = asyncio.Event()

    class Slow(Scripted):
        async def stream(self, request):  # type: ignore[no-untyped-def]  # as the provider has it
            async for chunk in super().stream(request):
                started.set()
                await asyncio.sleep(60)
                yield chunk

    provider = Slow(["    second = 1\n"])
    editor = Editor(READING, provider)
    editor.change("open(path).read()", "path.read_text()")
    task = asyncio.ensure_future(editor.ask(1))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(10):
        await asyncio.sleep(0)
    assert provider.closed == 1
