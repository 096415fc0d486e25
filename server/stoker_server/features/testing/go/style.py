"""How the tests of a Go package are written: in tables or not, with which comparisons, in which package. Runs nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_server.features.testing.go.target import GoTarget

_TABLE = re.compile(r"for (?:_|\w+), (\w+) := range \w+ \{")
_TESTED = re.compile(r"^func Test", re.MULTILINE)
CMP, TESTIFY = "github.com/google/go-cmp/cmp", "github.com/stretchr/testify/"


@dataclass(frozen=True, slots=True)
class Style:
    """The ways of a package.

    Attributes:
        path: The test file that tests go to; it need not exist.
        external: Whether its package is the one for tests from outside.
        table: Whether several cases stand in a table.
        row: What a row of a table is called.
        compares: ``reflect``, ``cmp``, ``assert`` or ``require``.
    """

    path: Path
    external: bool
    table: bool
    row: str
    compares: str


def style_of(target: GoTarget, tests: Mapping[Path, str]) -> Style:
    """The ways of the tests beside a function.

    Args:
        target: The function.
        tests: The package's test files with their texts.
    """
    own = target.path.with_name(f"{target.path.stem}_test.go")
    outside = {path: _is_external(target, text) for path, text in tests.items()}
    written = [text for text in tests.values() if _TESTED.search(text)]
    external = target.public and target.package.package != "main" and _prefers(outside, own)
    if own in tests and outside[own] != external:
        own = _free(target, tests, "external" if external else "internal")
    rows = Counter(row for text in written for row in _TABLE.findall(text))
    table = not written or bool(rows)
    return Style(own, external, table, rows.most_common(1)[0][0] if rows else "tt", _compares(written))


def _prefers(outside: Mapping[Path, bool], own: Path) -> bool:
    if own in outside:
        return outside[own]
    return bool(outside) and sum(outside.values()) > len(outside) / 2


def _is_external(target: GoTarget, text: str) -> bool:
    return re.search(rf"^package {re.escape(target.package.package)}_test\b", text, re.MULTILINE) is not None


def _free(target: GoTarget, tests: Mapping[Path, str], word: str) -> Path:
    """Another file than the one that the file's tests are in, which belongs to the other package."""
    wanted = target.path.with_name(f"{target.path.stem}_{word}_test.go")
    if wanted not in tests or _is_external(target, tests[wanted]) == (word == "external"):
        return wanted
    return target.path.with_name(f"{target.path.stem}_{word}_pins_test.go")


def _compares(texts: Sequence[str]) -> str:
    whole = "\n".join(texts)
    for name in ("require", "assert"):
        if f'"{TESTIFY}{name}"' in whole:
            return name
    return "cmp" if f'"{CMP}"' in whole else "reflect"
