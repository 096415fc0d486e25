"""Only what a call does wherever, whenever and after whatever it is made becomes a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.projects import function_in, make_project, read

from stoker_analyzers.edits import Span
from stoker_server.features.testing.candidates import Candidate, Origin
from stoker_server.features.testing.observing import observe
from stoker_server.features.testing.python_tests import bench_of
from stoker_server.features.testing.target import find_symbol
from stoker_server.proving.ground import Terms, open_ground

HOUSE = """\
import datetime
import functools
import gettext
import json
import locale
import os
import pathlib
import sys
import tempfile
import warnings

CACHE = {}
COUNT = 0
HERE = pathlib.Path(__file__).parent


def home_file(name):
    return os.path.expanduser("~/" + name)


def tools():
    return os.environ["PATH"].split(os.pathsep)


def level():
    return os.environ.get("LEVEL", "info")


def has_level():
    return "LEVEL" in os.environ


def program():
    return len(sys.argv)


def program_name():
    return os.path.basename(sys.argv[0])


def beside(name):
    return __file__.replace("house.py", name)


def depth():
    return {"at": [str(HERE)]}


def temporary():
    return bool(tempfile.gettempdir())


def machine():
    with open("/etc/passwd") as stream:
        return bool(stream.read())


def machine_by_path():
    return pathlib.Path("/etc/passwd").read_text() != ""


def beside_the_folder(name):
    with open(name) as stream:
        return stream.read()


def own_data():
    with open(HERE / "data.json") as stream:
        return json.load(stream)


def day(seconds):
    return datetime.datetime.fromtimestamp(seconds).isoformat()


def loud(words):
    return ",".join({word.upper() for word in words})


def loudest(words):
    return {word.upper() for word in words}


def memo(name):
    if name in CACHE:
        return CACHE[name], False
    CACHE[name] = name * 2
    return CACHE[name], True


def counter(step):
    global COUNT
    COUNT += step
    return COUNT


def first_come(name):
    return CACHE.setdefault("first", name)


@functools.cache
def cached(n):
    return n * 2


def warned(n):
    warnings.warn("old")
    return n * 2


def translated(n):
    return gettext.gettext("all") * n


def reads_later(n):
    import colorsys
    return colorsys.rgb_to_hsv(n, n, n)[2]
"""
TIED = {
    "home_file('x')": "it depends on os.environ",
    "tools()": "it depends on os.environ",
    "level()": "it depends on os.environ",
    "has_level()": "it depends on os.environ",
    "program()": "it does something else each time",
    "program_name()": "it does something else each time",
    "beside('x')": "it tells where it was run",
    "depth()": "it tells where it was run",
    "temporary()": "it depends on .*",
    "machine()": "it depends on a file outside the folder",
    "machine_by_path()": "it depends on a file outside the folder",
    "beside_the_folder('data.json')": "it does something else each time",
    "day(0)": "it does something else each time",
    "loud(['a', 'b'])": "it does something else each time",
    "memo('a')": "it does something else each time",
    "counter(3)": "it does something else each time",
}
FREE = (
    *("own_data()", "loudest(['a', 'b'])", "cached(2)", "warned(2)", "translated(2)", "reads_later(2)"),
    *("loud(['a'])", "counter(0)"),
)


async def seen(folder: Path, *calls: str) -> dict[str, str]:
    """Why each call gives no test; empty for those that do."""
    name = calls[0].partition("(")[0]
    snapshot = read(folder / "house.py")
    symbol = find_symbol(snapshot, Span(0, 0), name)
    assert symbol is not None
    async with open_ground(Terms(folder, trusted=True, unsandboxed=True)) as ground:
        bench = bench_of(snapshot, ground, symbol)
        candidates = [Candidate(Origin.SAMPLE, "", expression=call, names=frozenset({name})) for call in calls]
        kept, dropped = await observe(ground, bench.target, bench.subject, candidates, bench.mutants)
    found = {each.plan.call: each.reason for each in dropped} | {each.plan.call: "" for each in kept}
    assert set(found) == set(calls)
    return found


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "house", {"house.py": HOUSE, "data.json": "[1]"})
    assert function_in(folder / "house.py", "memo")
    return folder


@pytest.mark.parametrize("call", TIED)
async def test_what_is_tied_to_its_surroundings_gives_no_test(house: Path, call: str) -> None:
    found = await seen(house, call)
    assert re.match(TIED[call], found[call])


@pytest.mark.parametrize("call", FREE)
async def test_what_only_looks_tied_gives_one(house: Path, call: str) -> None:
    assert await seen(house, call) == {call: ""}


async def test_calls_that_meet_each_other_give_none(house: Path) -> None:
    found = await seen(house, "first_come('a')", "first_come('b')")
    assert set(found.values()) == {"it does something else each time"}
