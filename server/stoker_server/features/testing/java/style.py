"""How a project writes its tests: library of assertions, indentation, visibility. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH = 100
"""Columns of a line."""


class Asserts(StrEnum):
    """The libraries that tests assert with."""

    JUNIT = "JUnit"
    ASSERTJ = "AssertJ"
    HAMCREST = "Hamcrest"


@dataclass(frozen=True)
class Style:
    """How tests are written.

    Attributes:
        asserts: What they assert with.
        indent: One step of indentation.
        public: Whether test classes and methods are public.
        suffix: What a test class's name ends in.
    """

    asserts: Asserts = Asserts.JUNIT
    indent: str = "    "
    public: bool = False
    suffix: str = "Test"


def style_of(tests: Sequence[str], source: str) -> Style:
    """The ways of some tests; where there are none, the indentation of the file under test.

    Args:
        tests: Their texts, the most telling first.
        source: The file under test.
    """
    whole = "\n".join(tests)
    asserts = Asserts.JUNIT
    if "org.assertj.core" in whole:
        asserts = Asserts.ASSERTJ
    elif "org.hamcrest" in whole:
        asserts = Asserts.HAMCREST
    found = re.search(r"^(\t| {2,8})\S", re.sub(r"/\*.*?\*/", "", whole or source, flags=re.DOTALL), re.MULTILINE)
    public = re.search(r"^\s*public void \w+\(", whole, re.MULTILINE) is not None
    plural = len(re.findall(r"class \w+Tests\b", whole)) > len(re.findall(r"class \w+Test\b", whole))
    return Style(asserts, found[1] if found else "    ", public, "Tests" if plural else "Test")
