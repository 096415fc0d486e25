"""What a model rewrites is run: old and new on the same inputs, and against the clock where it promises speed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.fixtures import offered
from tests.support.projects import make_project, read
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.refactor import RefactorFeature
from stoker_server.proving import timing
from stoker_server.proving.check import RunningCheck
from stoker_server.proving.differential import SameResults
from stoker_server.proving.ground import Terms
from stoker_server.proving.sandbox import find_sandbox
from stoker_server.proving.timing import Faster
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome, Verdict

COUNT = '''\
import os


def common(left: list[int], right: list[int]) -> list[int]:
    """What both have, in order."""
    found = []
    for each in left:
        if each in right:
            found.append(each)
    return found


def home(name: str) -> str:
    return os.path.join(name, "home")
'''
FAST = '''\
def common(left: list[int], right: list[int]) -> list[int]:
    """What both have, in order."""
    known = set(right)
    return [each for each in left if each in known]
'''
WRONG = '''\
def common(left: list[int], right: list[int]) -> list[int]:
    """What both have, in order."""
    return sorted(set(left) & set(right))
'''
QUICKER = (
    COUNT.partition(', in order."""\n')[2].partition("\n\n\n")[0],
    FAST.partition(', in order."""\n')[2].rstrip(),
)
"""The body of one, and what takes its place."""
SAME_PACE = '''\
def common(left: list[int], right: list[int]) -> list[int]:
    """What both have, in order."""
    return [each for each in left if right.count(each)]
'''


@pytest.fixture(autouse=True)
async def sandboxed() -> None:
    if not (await find_sandbox()).isolates:
        pytest.skip("this machine lets nobody make namespaces")


async def rewrite(path: Path, selected: str, *replies: str, trusted: bool = True, **options: str) -> Offer | NoOffer:
    snapshot = read(path)
    at = snapshot.text.index(selected)
    provider = Scripted(*([f"```python\n{reply}```"] for reply in replies))
    services = Services(provider, Settings(), path.parent, trusted)
    span = Span(at, snapshot.text.index("\n\n\n", at))
    return await RefactorFeature().propose(FeatureRequest(snapshot, span, services, options))


def verdict(result: Offer | NoOffer, check: str) -> Verdict:
    withheld = [each for draft in result.receipt.withheld for each in draft.verdicts]
    return next(each for each in (*result.receipt.verdicts, *withheld) if each.check == check)


async def test_a_rewrite_that_gives_the_same_is_offered_with_the_number_of_inputs(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": COUNT}) / "sets.py"
    result = offered(await rewrite(path, "def common", FAST, instruction="use a comprehension"))
    found = verdict(result, "same-results")
    assert found.outcome is Outcome.PASSED
    assert found.evidence.startswith("common: the same for ")
    assert result.receipt.sandbox


async def test_a_rewrite_that_gives_something_else_fails_with_a_small_counterexample(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": COUNT}) / "sets.py"
    result = await rewrite(path, "def common", WRONG, WRONG, FAST, instruction="use sets")
    found = verdict(result, "same-results")
    failures = [each for draft in result.receipt.withheld for each in draft.verdicts if each.failed]
    assert len(failures) == 2
    call = failures[0].evidence.partition(" gives ")[0]
    assert call.startswith("common([")
    assert len(call) <= len("common([0, 0], [0, 1])"), call
    assert found.outcome is Outcome.PASSED, "the model was told, and mended it"


@pytest.mark.parametrize(
    ("reply", "said"), [(FAST, "red before the edit"), (WRONG, "before, and gives")], ids=["red before", "withheld"]
)
async def test_code_that_ran_is_on_the_receipt_whatever_came_of_it(tmp_path: Path, reply: str, said: str) -> None:
    red = "from sets import common\n\n\ndef test_common():\n    assert common([1], [2]) == [3]\n"
    path = make_project(tmp_path, {"sets.py": COUNT, "tests/test_sets.py": red}) / "sets.py"
    result = await rewrite(path, "def common", *[reply] * 3, instruction="use a comprehension")
    verdicts = (*result.receipt.verdicts, *(one for each in result.receipt.withheld for one in each.verdicts))
    assert any(said in each.evidence for each in verdicts), verdicts
    assert result.receipt.sandbox


async def test_a_function_that_looks_at_the_machine_is_not_run(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": COUNT + "\n\n# end\n"}) / "sets.py"
    reply = 'def home(name: str) -> str:\n    return f"{name}/home"\n'
    result = await rewrite(path, "def home", reply, instruction="use a formatted text")
    found = verdict(result, "same-results")
    assert found.outcome is Outcome.UNDECIDED
    assert "os" in found.evidence


async def test_speed_is_measured_and_the_receipt_has_the_figures(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": COUNT}) / "sets.py"
    result = offered(await rewrite(path, "def common", FAST, kind="optimise"))
    found = verdict(result, "measured-gain")
    assert found.outcome is Outcome.PASSED
    assert "of the time it took" in found.evidence
    assert "rounds; before " in found.evidence


async def test_a_gain_does_not_hide_another_functions_loss(tmp_path: Path) -> None:
    distinct = "\n\n\ndef distinct(items: list[int]) -> int:\n    "
    text = f"{COUNT.partition('def home')[0].rstrip()}{distinct}return len(set(items))\n"
    path = make_project(tmp_path, {"sets.py": text}) / "sets.py"
    old, new = QUICKER
    slow = "return len([each for at, each in enumerate(items) if each not in items[:at]])"
    result = await _judged(path, f"{old}{distinct}return len(set(items))", f"{new}{distinct}{slow}", Faster)
    assert result.failed
    assert result.evidence.startswith("slower than before: distinct: common takes 0.")
    assert "; distinct takes " in result.evidence


async def test_one_round_is_no_measured_gain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "ROUNDS", 1)
    path = make_project(tmp_path, {"sets.py": COUNT}) / "sets.py"
    result = await _judged(path, *QUICKER, Faster)
    assert (result.outcome, result.evidence) == (
        Outcome.UNDECIDED,
        "common takes too long: 1 round measured in time, and 9 are needed",
    )


async def test_what_is_no_faster_is_withheld(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": COUNT}) / "sets.py"
    replies = [
        COUNT.partition("\n\n\n")[2].partition("\n\n\n")[0].replace("found", f"kept_{number}") + "\n"
        for number in range(3)
    ]
    result = await rewrite(path, "def common", *replies, instruction="Speed this up")
    assert isinstance(result, NoOffer)
    assert "no measured gain" in result.reason


async def test_no_model_is_asked_for_speed_that_can_not_be_measured(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": COUNT + "\n\n# end\n"}) / "sets.py"
    for selected, trusted, why in (("def home", True, "os"), ("def common", False, "not trusted")):
        result = await rewrite(path, selected, trusted=trusted, instruction="make it faster")
        assert isinstance(result, NoOffer)
        assert why in result.reason


async def test_a_rewrite_that_never_ends_is_found_out(tmp_path: Path) -> None:
    path = make_project(tmp_path, {"sets.py": "def twice(x: int) -> int:\n    return x * 2\n\n\n# end\n"}) / "sets.py"
    found = await _judged(path, "return x * 2", "while x > 7:\n        pass\n    return x * 2")
    assert found.failed
    assert "does not end after" in found.evidence
    assert found.evidence.startswith("twice(8)")


async def test_what_is_done_to_an_argument_counts(tmp_path: Path) -> None:
    text = "def ordered(items: list[int]) -> list[int]:\n    return sorted(items)\n"
    path = make_project(tmp_path, {"sets.py": text}) / "sets.py"
    found = await _judged(path, "return sorted(items)", "items.sort()\n    return items")
    assert found.failed
    assert "leaving its argument 1" in found.evidence


async def _judged(path: Path, old: str, new: str, check: type[RunningCheck] = SameResults) -> Verdict:
    snapshot = read(path)
    at = snapshot.text.index(old)
    edit: Edit = replace(snapshot.uri, snapshot.text, [Replacement(Span(at, at + len(old)), new)])
    return await check(Terms(path.parent, trusted=True)).judge(snapshot, edit)
