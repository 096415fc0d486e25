"""The check that a refactoring keeps what others use."""

from __future__ import annotations

import pytest

from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome, Verdict

CODE = """\
LIMIT = 3


class Shape:
    def area(self, w: int, /, h=2, *rest, unit="m", **more) -> float:
        side = w * h
        return side

    def _inner(self):
        return self.area(1)


async def load(path):
    return path
"""


async def judged(new: str, check: PublicSurface | None = None) -> Verdict:
    snapshot = Snapshot("file:///m.py", CODE, PYTHON)
    edit = replace(snapshot.uri, CODE, [Replacement(Span(0, len(CODE)), new)])
    return await (check or PublicSurface()).judge(snapshot, edit)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("side = w * h\n        return side", "return w * h"),
        ("_inner", "_inside"),
        ("w: int, /,", "w:  int ,  / ,"),
        ("async def load", "def _help(x):\n    return x\n\n\nasync def load"),
    ],
)
async def test_what_is_inside_may_change(old: str, new: str) -> None:
    assert old in CODE
    verdict = await judged(CODE.replace(old, new))
    assert verdict.outcome is Outcome.PASSED, verdict.evidence


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("area(", "surface("),
        ("h=2", "h=3"),
        ("h=2, ", ""),
        ("w: int", "w: str"),
        ("w: int", "w"),
        ("/, ", ""),
        ("*rest", "rest"),
        ("*rest, ", "*, "),
        ("-> float", "-> int"),
        ("unit=", "units="),
        ("async def", "def"),
        ("Shape", "Form"),
        ("LIMIT", "LIMITS"),
        ("_inner", "inner"),
        ("LIMIT = 3\n", ""),
    ],
)
async def test_what_others_see_may_not(old: str, new: str) -> None:
    assert old in CODE
    assert (await judged(CODE.replace(old, new))).failed


async def test_intended_changes_are_named() -> None:
    renamed = await judged(CODE.replace("area", "surface"), PublicSurface(renamed={"area": "surface"}))
    assert (renamed.outcome, "area is now surface" in renamed.evidence) == (Outcome.PASSED, True)
    added = await judged(CODE + "\n\ndef extra():\n    pass\n", PublicSurface(added=frozenset({"extra"})))
    assert (added.outcome, "extra is new" in added.evidence) == (Outcome.PASSED, True)
    removed = await judged(CODE.replace("LIMIT = 3\n", ""), PublicSurface(removed=frozenset({"LIMIT"})))
    assert (removed.outcome, "LIMIT is gone" in removed.evidence) == (Outcome.PASSED, True)


async def test_an_intention_covers_nothing_else() -> None:
    check = PublicSurface(renamed={"area": "surface"})
    assert (await judged(CODE.replace("area", "surface").replace("h=2", "h=3"), check)).failed
    assert (await judged(CODE.replace("load", "store"), check)).failed


async def test_without_a_tree_it_is_undecided() -> None:
    snapshot = Snapshot("file:///m", "x", None)
    edit = replace("file:///m", "x", [Replacement(Span(0, 1), "y")])
    assert (await PublicSurface().judge(snapshot, edit)).outcome is Outcome.UNDECIDED


LOCAL = "def f(a):\n    return a * 2\n"
NAMED = "def f(a):\n    result = a * 2\n    return result\n"


@pytest.mark.parametrize(
    ("old", "new", "check", "said"),
    [
        (LOCAL, NAMED, PublicSurface(added=frozenset({"result"})), "1 public symbol is as before"),
        (NAMED, LOCAL, PublicSurface(removed=frozenset({"result"})), "1 public symbol is as before"),
        (NAMED, NAMED.replace("result", "twice"), PublicSurface(renamed={"result": "twice"}), "is as before"),
        (LOCAL, f"{LOCAL}\nresult = 1\n", PublicSurface(added=frozenset({"result"})), "as intended, result is new"),
        (f"{LOCAL}\nresult = 1\n", LOCAL, PublicSurface(removed=frozenset({"result"})), "as intended, result is gone"),
        (LOCAL, LOCAL.replace("a", "b"), PublicSurface(renamed={"a": "b"}), "as intended, a is now b"),
        (LOCAL, LOCAL.replace("f(", "g("), PublicSurface(renamed={"f": "g"}), "as intended, f is now g"),
    ],
)
async def test_only_what_callers_see_is_told_as_changed(old: str, new: str, check: PublicSurface, said: str) -> None:
    snapshot = Snapshot("file:///m.py", old, PYTHON)
    verdict = await check.judge(snapshot, replace(snapshot.uri, old, [Replacement(Span(0, len(old)), new)]))
    assert verdict.outcome is Outcome.PASSED
    assert verdict.evidence.endswith(said)
