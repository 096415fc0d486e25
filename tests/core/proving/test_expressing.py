"""What a test can say of a result: code that is equal to it, or the little that is certain."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import itertools
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from stoker_server.proving.stoker_inside.expressing import Look, expressed


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Colour(enum.Enum):
    RED = 1


class Plain:
    def __init__(self) -> None:
        self.size = 3
        self._hidden = 4


class Bag:
    def __init__(self, *items: int) -> None:
        self._items = items

    def __iter__(self) -> Iterator[int]:
        return iter(self._items)


class Liar:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("not comparable")

    def __repr__(self) -> str:
        raise RuntimeError("not to be shown")


@pytest.mark.parametrize(
    ("value", "text", "imports"),
    [
        ({"b": [1, (2,)], "a": {3, 1}}, "{'b': [1, (2,)], 'a': {1, 3}}", []),
        (frozenset({2, 1}), "frozenset({1, 2})", []),
        (decimal.Decimal("1.50"), "Decimal('1.50')", ["from decimal import Decimal"]),
        (datetime.date(2024, 2, 29), "date(2024, 2, 29)", ["from datetime import date"]),
        ([datetime.timedelta(hours=1)], "[timedelta(seconds=3600)]", ["from datetime import timedelta"]),
        (pathlib.Path("a/b"), "Path('a/b')", ["from pathlib import Path"]),
        (collections.Counter("aab"), "Counter({'a': 2, 'b': 1})", ["from collections import Counter"]),
        (Point(1, 2), "Point(x=1, y=2)", [f"from {__name__} import Point"]),
        ([Colour.RED], "[Colour.RED]", [f"from {__name__} import Colour"]),
        (range(3), "range(0, 3)", []),
    ],
    ids=str,
)
def test_a_value_becomes_code_that_is_equal_to_it(value: Any, text: str, imports: list[str]) -> None:
    found = expressed(value, "elsewhere")
    assert (found["kind"], found["text"], found.get("imports", [])) == ("value", text, imports)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (iter([1, 2]), "list({})", "[1, 2]"),
        ({"a": 1}.keys(), "list({})", "['a']"),
        ([iter([1]), iter([2, 3])], "[list(each) for each in {}]", "[[1], [2, 3]]"),
        (Bag(1, 2), "list({})", "[1, 2]"),
    ],
    ids=["iterator", "view", "iterators", "iterable"],
)
def test_what_equals_nothing_is_looked_into(value: Any, form: str, text: str) -> None:
    found = expressed(value, "elsewhere")
    assert (found["kind"], found["form"], found["text"]) == ("value", form, text)


def test_an_object_is_told_by_what_it_holds_for_all_to_see() -> None:
    found = expressed(Plain(), "elsewhere")
    assert (found["kind"], found["text"]) == ("attributes", "{'size': 3}")


def test_an_endless_iterator_and_an_object_whose_own_methods_fail_say_nothing() -> None:
    assert expressed(itertools.count(), "elsewhere")["kind"] == "opaque"
    assert expressed(Liar(), "elsewhere")["kind"] == "opaque"
    assert expressed(float("nan"), "elsewhere")["kind"] != "value"


def test_what_making_the_items_raises_is_passed_on() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    look = Look()
    with pytest.raises(KeyError):
        look.into(items())
    assert look.form == "list({})"
