"""From keys to suggestions, with the real SDK and a model on loopback that is told what to say and how slowly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from tests.support.editors import GHOST, ORDERS
from tests.support.vendors import DEADLINES
from tests.support.wire_double import Reply, WireDouble, completion, failure, wire_double

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.compatible import CompatibleProvider
from stoker_providers.http_client import Endpoint, Route
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.completion import CompletionFeature
from stoker_server.features.completion.engine import Completions
from stoker_server.settings import Settings
from stoker_wire.events import Event

BEFORE = "import os\n\n\ndef size_of(path):\n    "
AFTER = "\n\n\ndef other(path):\n    return path\n"
ANSWER = "return os.path.getsize(path)"
FAR = "".join(f"NUMBER_{n} = {n}\n" for n in range(100))
SLOW = 0.2


@dataclass
class Typist:
    """Types at one place and asks at each key, as an editor does."""

    double: WireDouble
    completions: Completions
    provider: CompatibleProvider
    before: str = BEFORE
    after: str = AFTER
    _last: Snapshot | None = None

    def request(self, typed: str) -> FeatureRequest:
        text, offset = self.before + typed + self.after, len(self.before + typed)
        self._last = Snapshot("file:///a.py", text, by_id("python"), 1, previous=self._last)
        return FeatureRequest(self._last, Span(offset, offset), Services(self.provider, Settings()))

    async def ask(self, typed: str = "", *, invoked: bool = False, paused: bool = False) -> str | None:
        found = await self.completions.ask(self.request(typed), invoked=invoked, paused=paused)
        return found.text if found else None

    def begin(self, typed: str = "") -> asyncio.Task[str | None]:
        return asyncio.create_task(self.ask(typed))

    @property
    def asked(self) -> int:
        return len(self.double.seen)


@pytest.fixture
async def typist() -> AsyncIterator[Typist]:
    async with wire_double() as double:
        provider = CompatibleProvider("m", Endpoint(f"{double.url}/v1"), Route(), DEADLINES, dialect="ollama")
        await provider.warm()
        completions = Completions(CompletionFeature())
        yield Typist(double, completions, provider)
        await completions.aclose()
        await provider.aclose()


def says(text: str = ANSWER, before: float = 0.0) -> Reply:
    return Reply(completion([text]), before=before)


async def test_what_was_suggested_is_typed_deleted_and_typed_again_without_asking(typist: Typist) -> None:
    typist.double.script(says(), says(""))
    assert await typist.ask() == ANSWER
    for count in (1, 2, 6, 10, 4, 0, 12):
        assert await typist.ask(ANSWER[:count]) == ANSWER[count:]
    assert typist.asked == 1


async def test_known_text_is_answered_without_giving_way(typist: Typist) -> None:
    typist.double.script(says())
    await typist.ask()
    answering = typist.completions.ask(typist.request("ret"))
    with pytest.raises(StopIteration) as answered:
        answering.send(None)
    assert answered.value.value.text == ANSWER[3:]


async def test_a_cancelled_request_leaves_the_job_alone(typist: Typist) -> None:
    typist.double.script(says(before=SLOW))
    first = typist.begin()
    await typist.double.asked()
    first.cancel()
    second = typist.begin("re")
    assert await second == ANSWER[2:]
    assert typist.asked == 1
    assert not typist.double.seen[0].hung_up.is_set()


async def test_a_text_that_says_something_else_ends_the_job_down_to_the_socket(typist: Typist) -> None:
    typist.double.script(Reply(completion(["return os"]), between=0.05, end="hang"), says("x = 1"))
    first = typist.begin()
    seen = await typist.double.asked()
    await asyncio.sleep(0.15)
    typist.completions.changed(typist.request("while").snapshot)
    async with asyncio.timeout(2):
        await seen.hung_up.wait()
    assert await first is None


async def test_a_text_that_goes_another_way_asks_anew(typist: Typist) -> None:
    typist.double.script(says(), says("rint(path)"))
    assert await typist.ask() == ANSWER
    assert await typist.ask("p") == "rint(path)"
    assert typist.asked == 2


async def test_what_follows_is_begun_before_a_suggestion_is_typed_to_its_end(typist: Typist) -> None:
    typist.double.script(says(), says("\n    # and then"))
    await typist.ask()
    assert typist.asked == 1
    await typist.ask(ANSWER[:-3])
    await typist.double.asked(2)
    assert typist.double.seen[1].body["prompt"].endswith(ANSWER)
    assert await typist.ask(ANSWER) == "\n    # and then"
    assert typist.asked == 2


async def test_an_edit_elsewhere_keeps_a_suggestion_and_has_it_checked_anew(typist: Typist) -> None:
    typist.before, typist.after = FAR + BEFORE, AFTER + FAR
    typist.double.script(says(), says(""))
    assert await typist.ask() == ANSWER
    typist.after = AFTER + FAR + "\n\ndef third():\n    pass\n"
    assert await typist.ask() == ANSWER
    typist.before = "VALUE = 1\n" + FAR + BEFORE
    assert await typist.ask("re") == ANSWER[2:]
    assert typist.asked == 1


async def test_a_suggestion_that_no_longer_holds_is_withdrawn(typist: Typist) -> None:
    """The function that it calls is gone: far above, where no key of the cache looks."""
    typist.before = f"def helper(a):\n    return a\n\n\n{FAR}\n\ndef f(a):\n    "
    typist.double.script(says("return helper(a)"), says("return a"))
    assert await typist.ask() == "return helper(a)"
    typist.before = typist.before.replace("def helper(a)", "def assist(a)")
    assert await typist.ask() != "return helper(a)"


async def test_a_name_that_was_just_deleted_is_not_suggested(typist: Typist) -> None:
    """The last tree still has it, and the file is too large to be parsed anew."""
    typist.before = f"{FAR * 6}\n\ndef helper(a):\n    return a\n\n\ndef f(a):\n    "
    await typist.ask(paused=True)
    assert typist._last is not None
    assert typist._last.tree is not None
    typist.before = typist.before.replace("def helper(a)", "def assist(a)")
    typist.double.script(says("return helper(a)"))
    assert await typist.ask() != "return helper(a)"


async def test_what_was_checked_anew_or_typed_to_its_end_was_not_rejected(typist: Typist) -> None:
    told: list[Event] = []
    typist.completions = Completions(CompletionFeature(), told.append)
    typist.before, typist.after = FAR + BEFORE, AFTER + FAR
    typist.double.script(says(), says("\n    # and then"))
    assert await typist.ask() == ANSWER
    typist.after = AFTER + FAR + "VALUE = 1\n"
    assert await typist.ask("return ") == ANSWER[7:]
    assert await typist.ask(ANSWER[:-1]) == ANSWER[-1]
    typist.completions.edited("file:///a.py", [{"text": ANSWER[-1]}])
    assert await typist.ask(ANSWER) == "\n    # and then"
    assert told == []
    await typist.completions.aclose()


async def test_nothing_is_asked_twice_where_nothing_followed(typist: Typist) -> None:
    typist.after = "\n"
    typist.double.script(says(""), says())
    assert await typist.ask() is None
    assert await typist.ask() is None
    assert typist.asked == 1
    assert await typist.ask(invoked=True) == ANSWER, "who asks is not told what a key was told"


async def test_a_failure_is_not_remembered(typist: Typist) -> None:
    typist.after = "\n"
    typist.double.script(failure(400, "no"), says())
    assert await typist.ask() is None
    assert await typist.ask() == ANSWER
    assert typist.asked == 2


async def test_while_the_model_is_wanted_elsewhere_only_what_is_known_is_answered(typist: Typist) -> None:
    typist.double.script(says())
    assert await typist.ask(paused=True) is None
    assert typist.asked == 0
    assert await typist.ask() == ANSWER
    assert await typist.ask("ret", paused=True) == ANSWER[3:]


async def test_silence_asks_nothing(typist: Typist) -> None:
    typist.after = " + 1\n"
    assert await typist.ask("x = ") is None
    assert typist.asked == 0


async def test_wasted_answers_make_the_next_one_wait_and_used_ones_do_not(typist: Typist) -> None:
    pace = typist.completions.pace
    assert pace.wait() == 0
    pace.answered(0.5)
    for _ in range(20):
        pace.ended(used=False)
    assert 0.2 < pace.wait() <= 0.3
    for _ in range(20):
        pace.ended(used=True)
    assert pace.wait() == 0


async def test_a_wait_that_no_key_falls_into_is_none(typist: Typist) -> None:
    pace = typist.completions.pace
    pace.answered(0.02)
    for _ in range(30):
        pace.ended(used=False)
    assert pace.wait() == 0


async def test_while_it_waits_a_newer_key_takes_its_place(typist: Typist) -> None:
    typist.completions.pace.answered(0.3)
    for _ in range(30):
        typist.completions.pace.ended(used=False)
    typist.double.script(says("x = path"))
    first, second = typist.begin("a = "), typist.begin("a = b")
    assert await first is None
    await second
    assert typist.asked == 1


async def test_a_last_line_that_there_were_no_tokens_left_for_is_left_out(typist: Typist) -> None:
    typist.double.script(Reply(completion(["if path:\n        return 1\n    retu"], finish="length")))
    assert await typist.ask() == "if path:\n        return 1"


class Forgetting(CompletionFeature):
    """Has all forgotten just when its first offer is ready, as new settings may."""

    completions: Completions | None = None

    async def propose(self, request: FeatureRequest) -> Offer | NoOffer:
        offer = await super().propose(request)
        completions, self.completions = self.completions, None
        if completions:
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, completions.forget)  # behind what takes the offer, ahead of who waits for it
        return offer


def from_facts(typed: str) -> FeatureRequest:
    snapshot = Snapshot("file:///facts.py", ORDERS + typed, by_id("python"), 1)
    return FeatureRequest(snapshot, Span(len(ORDERS + typed), len(ORDERS + typed)), Services(None, Settings()))


async def test_the_latest_of_several_keys_is_answered_though_the_first_ones_draft_says_something_else() -> None:
    completions = Completions(CompletionFeature())
    first = asyncio.create_task(completions.ask(from_facts("    other = 1\n    for")))
    while not completions.drafts_for("file:///facts.py"):
        await asyncio.sleep(0)
    found = await completions.ask(from_facts("    other = 1\n    for "))
    assert found
    assert found.text == GHOST
    await first


async def test_what_is_forgotten_just_when_it_is_ready_is_drafted_anew() -> None:
    feature = Forgetting()
    feature.completions = completions = Completions(feature)
    found = await completions.ask(from_facts("    for "))
    assert found
    assert found.text == GHOST
