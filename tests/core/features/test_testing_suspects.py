"""An example that the code contradicts is a suspected fault; what only follows from one, or from where it is run, is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.fixtures import offered
from tests.support.projects import generate, make_project, read, written
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_providers.base import Provider
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.features.testing.formatting import WIDTH
from stoker_server.features.testing.python_tests import bench_of
from stoker_server.features.testing.suspects import find_suspects
from stoker_server.features.testing.target import find_symbol
from stoker_server.proving.ground import Terms, open_ground
from stoker_server.settings import Settings
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


PARSED = '''\
def parsed(text):
    """A number.

    >>> parsed("x")
    Traceback (most recent call last):
    ValueError: x is no number
    >>> parsed("")
    0
    >>> parsed("7")
    Traceback (most recent call last):
    ValueError: lucky
    >>> print(parsed("8"))
    nine
    >>> [parsed(each) for each in "12"]
    [1, ...]
    """
    return int(text)
'''
DOUBLED = '''\
def doubled(number):
    """Twice the number."""
    return number + 2
'''
TESTS = """\
```python
def test_doubled_as_documented():
    assert doubled(3) == 6


def test_doubled_pins_today():
    assert doubled(2) == 4
```"""


async def faults(folder: Path, name: str, symbol: str, provider: Provider | None = None) -> Offer | NoOffer:
    services = Services(provider, Settings(), folder, trusted=True)
    options = {"symbol": symbol, "faults": "yes"}
    return await TestFeature().propose(FeatureRequest(read(folder / name), Span(0, 0), services, options))


async def test_faults_are_written_down_as_tests_that_are_expected_to_fail(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "halves", {"halves.py": HALVES})
    offer = offered(await faults(folder, "halves.py", "half"))
    path, text = written(offer, folder)
    assert path == "tests/test_halves.py"
    assert text.count("@pytest.mark.xfail(\n    strict=True,\n    raises=AssertionError,\n") == 2
    assert "    found = half(8)\n\n    assert (found + 1) == 6.0\n" in text
    assert '    raises=TypeError,\n    reason=(\n        "its docstring says it raises ValueError: no number; ' in text
    assert max(map(len, text.splitlines())) <= WIDTH
    verdict = next(each for each in offer.receipt.verdicts if each.check == "expected-failure")
    assert verdict.evidence == "3 tests failed as expected 3 of 3 times, in fresh processes"
    assert len(offer.receipt.suspects) == 3


async def test_the_failure_is_the_one_that_is_said(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"parsing.py": PARSED})
    _, text = written(offered(await faults(folder, "parsing.py", "parsed")), folder)
    marks = [line.strip() for line in text.splitlines() if line.strip().startswith("raises=")]
    assert marks == [
        "raises=AssertionError,",
        "raises=ValueError,",
        "raises=pytest.fail.Exception,",
        "raises=AssertionError,",
    ]
    assert 'print(parsed("8"))\n    assert capsys.readouterr().out == "nine\\n"' in text
    assert "..." not in text  # what it should give is not said in full


async def test_a_models_test_of_the_documentation_is_written_down_where_the_code_contradicts_it(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"doubling.py": DOUBLED})
    offer = offered(await faults(folder, "doubling.py", "doubled", Scripted([TESTS])))
    _, text = written(offer, folder)
    assert "raises=AssertionError" in text
    assert "def test_doubled_as_documented():\n    assert doubled(3) == 6\n" in text
    assert "pins_today" not in text
    assert offer.receipt.author == "scripted/model"


async def test_without_a_fault_there_is_nothing_to_write_down(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"doubling.py": DOUBLED})
    result = await faults(folder, "doubling.py", "doubled")
    assert isinstance(result, NoOffer)
    assert result.reason == "nothing that is said of doubled was found to be against what it does"


async def test_a_mark_that_names_another_exception_withholds_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stoker_server.features.testing.faults._expected", lambda *_: "KeyError")
    folder = make_project(tmp_path / "halves", {"halves.py": HALVES})
    result = await faults(folder, "halves.py", "wrong")
    assert isinstance(result, NoOffer)
    assert "expected-failure: test_wrong_as_documented: " in result.reason
