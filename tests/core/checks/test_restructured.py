"""The checks of refactorings that are made from the tree let through what does the same, and nothing else."""

from __future__ import annotations

import ast

import pytest

from stoker_analyzers.behaviour.arguments import Function, Signature
from stoker_analyzers.behaviour.machine import Change
from stoker_analyzers.checks.base import Check
from stoker_analyzers.checks.same_arguments import SameArguments
from stoker_analyzers.checks.same_behaviour import SameBehaviour
from stoker_analyzers.checks.same_but_moved import SameButMoved
from stoker_analyzers.checks.same_flow import SameFlow
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Outcome

NESTED = """\
def f(x, rows):
    if x is not None:
        for row in rows:
            if row.ok and not row.old:
                use(row)
                keep(row)
        return rows
    else:
        raise ValueError(x)
"""
GUARDED = """\
def f(x, rows):
    if x is None:
        raise ValueError(x)
    for row in rows:
        if not (row.ok and not row.old):
            continue
        use(row)
        keep(row)
    return rows
"""


async def judge(check: Check, before: str, after: str) -> Outcome:
    snapshot = Snapshot("file:///module.py", before, PYTHON)
    edit = replace(snapshot.uri, before, [Replacement(Span(0, len(before)), after)])
    return (await check.judge(snapshot, edit)).outcome


async def test_guards_are_the_branches_that_they_were() -> None:
    assert await judge(SameFlow(), NESTED, GUARDED) is Outcome.PASSED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x is None", "x is not None"),
        ("            continue\n", "            return None\n"),
        ("            continue\n", "            break\n"),
        ("        use(row)\n        keep(row)\n", "        keep(row)\n        use(row)\n"),
        ("not (row.ok and not row.old)", "not (row.ok or not row.old)"),
        ("not (row.ok and not row.old)", "not (not row.old and row.ok)"),
        ("        keep(row)\n", "    keep(row)\n"),
        ("    return rows\n", "    return None\n"),
    ],
)
async def test_another_flow_is_seen(old: str, new: str) -> None:
    assert await judge(SameFlow(), NESTED, GUARDED.replace(old, new)) is Outcome.FAILED


@pytest.mark.parametrize("condition", ["a < b", "a == b < c", "a or b", "f(a)"])
async def test_only_true_opposites_are_taken_for_such(condition: str) -> None:
    before = f"def f(a, b, c):\n    if {condition}:\n        g()\n        h()\n"
    after = f"def f(a, b, c):\n    if {condition.replace('<', '>=')}:\n        return\n    g()\n    h()\n"
    assert await judge(SameFlow(), before, after) is Outcome.FAILED
    after = f"def f(a, b, c):\n    if not ({condition}):\n        return\n    g()\n    h()\n"
    assert await judge(SameFlow(), before, after) is Outcome.PASSED


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("x = y = 1\n", "x = 1\ny = 1\n", True),
        ("x = y = []\n", "x = []\ny = []\n", False),
        ("x, y = 1, z\n", "x = 1\ny = z\n", True),
        ("x, y = y, x\n", "x = y\ny = x\n", False),
        ("if a and b:\n    c()\n", "if a:\n    if b:\n        c()\n", True),
        ("if a and b:\n    c()\nelse:\n    d()\n", "if a:\n    if b:\n        c()\n    else:\n        d()\n", False),
        ("with a, b:\n    c()\n", "with a:\n    with b:\n        c()\n", True),
        ("with a, b:\n    c()\n", "with b:\n    with a:\n        c()\n", False),
    ],
)
async def test_what_is_split_does_the_same(before: str, after: str, *, same: bool) -> None:
    assert (await judge(SameFlow(), before, after) is Outcome.PASSED) is same


async def test_a_constant_stands_for_its_value_and_for_no_other() -> None:
    before = "def f(x):\n    return x > 5\n"
    check = SameBehaviour(Change(constant="_LIMIT"))
    assert await judge(check, before, "_LIMIT = 5\n\n\ndef f(x):\n    return x > _LIMIT\n") is Outcome.PASSED
    assert await judge(check, before, "_LIMIT = 6\n\n\ndef f(x):\n    return x > _LIMIT\n") is Outcome.FAILED
    assert await judge(check, before, "def f(x):\n    return x > _LIMIT\n\n\n_LIMIT = 5\n") is Outcome.FAILED


async def test_an_unused_import_may_go_and_a_used_one_may_not() -> None:
    before = "import os\nimport sys\n\n\ndef f():\n    return sys.argv\n"
    assert (
        await judge(SameBehaviour(Change(unused=frozenset({"os"}))), before, before.replace("import os\n", ""))
        is Outcome.PASSED
    )
    assert await judge(SameBehaviour(Change()), before, before.replace("import os\n", "")) is Outcome.FAILED


def signature(text: str) -> Signature:
    node = ast.parse(text).body[0]
    assert isinstance(node, Function)
    return Signature.of(node, bound=False)


@pytest.mark.parametrize(
    ("call", "same"),
    [
        ("draw(3, 'box')", True),
        ("draw(wide=3, shape='box')", True),
        ("draw('box', 3)", False),
        ("draw(3, 'ball')", False),
        ("draw(3)", False),
    ],
)
async def test_each_parameter_gets_what_it_got(call: str, *, same: bool) -> None:
    old, new = "def draw(shape, width, gone=0):\n    print(width)\n", "def draw(wide, shape):\n    print(wide)\n"
    check = SameArguments("draw", (signature(old), signature(new)), {"width": "wide"}, frozenset({"gone"}))
    assert (await judge(check, f"{old}draw('box', 3, 1)\n", f"{new}{call}\n") is Outcome.PASSED) is same


async def test_effects_keep_their_order() -> None:
    old, new = "def draw(shape, width):\n    pass\n", "def draw(width, shape):\n    pass\n"
    check = SameArguments("draw", (signature(old), signature(new)), {}, frozenset())
    before = f"{old}draw(make(), other())\n"
    assert await judge(check, before, f"{new}draw(other(), make())\n") is Outcome.FAILED
    assert await judge(check, before, f"{new}draw(shape=make(), width=other())\n") is Outcome.PASSED


async def test_a_move_changes_nothing_else() -> None:
    before = "import os\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return f()\n"
    check = SameButMoved("f", ast.dump(ast.parse("def f():\n    return 1\n").body[0]))
    assert await judge(check, before, "from other import f\n\n\ndef g():\n    return f()\n") is Outcome.PASSED
    assert await judge(check, before, "from other import f\n\n\ndef g():\n    return f\n") is Outcome.FAILED
    assert await judge(check, before, before.replace("return 1", "return 2")) is Outcome.FAILED
