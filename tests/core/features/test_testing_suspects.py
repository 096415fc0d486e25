"""An example that the code contradicts is a suspected fault; what only follows from one, or from where it is run, is none."""

from __future__ import annotations

from pathlib import Path

from tests.support.projects import generate, make_project, read

from stoker_analyzers.edits import Span
from stoker_server.features.base import NoOffer
from stoker_server.features.testing.python_tests import bench_of
from stoker_server.features.testing.suspects import find_suspects
from stoker_server.features.testing.target import find_symbol
from stoker_server.proving.ground import Terms, open_ground
from stoker_wire.receipts import Suspect

HALVES = '''\
import random


def half(number):
    """Half of a number.

    >>> half(4)
    2.0
    >>> half(3)
    1
    >>> found = half(8)
    >>> found + 1
    6.0
    >>> found = found + 1
    >>> found
    7.0
    >>> print(half(2))
    1.0
    >>> half("a")  # doctest: +SKIP
    'a'
    >>> half(secret)
    3
    >>> half(None)
    Traceback (most recent call last):
    ValueError: no number
    """
    return number / 2


def shaken(number):
    """Something near a number.

    >>> shaken(4)
    4
    """
    return number + random.random()


def wrong():
    """Nothing of use.

    >>> wrong()
    1
    """
'''


async def suspects_of(folder: Path, name: str) -> tuple[Suspect, ...]:
    snapshot = read(folder / "halves.py")
    symbol = find_symbol(snapshot, Span(0, 0), name)
    assert symbol is not None
    async with open_ground(Terms(folder, trusted=True, unsandboxed=True)) as ground:
        bench = bench_of(snapshot, ground, symbol)
        return await find_suspects(ground, bench.target, bench.subject)


async def test_each_example_that_stands_on_its_own_is_told_with_what_it_needs(tmp_path: Path) -> None:
    found = await suspects_of(make_project(tmp_path / "halves", {"halves.py": HALVES}), "half")
    assert [(each.call, each.wanted, each.came) for each in found] == [
        ("half(3)", "gives 1", "gives 1.5"),
        ("found = half(8)\nfound + 1", "gives 6.0", "gives 5.0"),
        (
            "half(None)",
            "raises ValueError: no number",
            "raises TypeError: unsupported operand type(s) for /: 'NoneType' and 'int'",
        ),
    ]
    assert {each.source for each in found} == {"its docstring"}


async def test_what_chance_decides_is_no_fault(tmp_path: Path) -> None:
    assert await suspects_of(make_project(tmp_path / "halves", {"halves.py": HALVES}), "shaken") == ()


async def test_where_nothing_is_offered_the_fault_is_told_all_the_same(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "halves", {"halves.py": HALVES})
    result = await generate(folder, "halves.py", "wrong")
    assert isinstance(result, NoOffer)
    assert "Suspected fault: `wrong()`: its docstring says it gives 1; it gives None" in result.reason
    assert [each.call for each in result.receipt.suspects] == ["wrong()"]
