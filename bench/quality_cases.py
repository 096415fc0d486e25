"""The hidden lines and blocks that ``quality.py`` asks for, and the judges of what comes: none of them the gate's own."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHORTEST = 12
"""Characters of a line that is hidden."""
LONGEST_BLOCK = 12
"""Lines of a block that is hidden, at most."""


@dataclass(frozen=True)
class Case:
    """A line, or a block, whose rest is hidden.

    Attributes:
        path: Its file.
        before: The text up to the cursor.
        hidden: The rest of the line, or the block.
        after: The text from there on.
    """

    path: Path
    before: str
    hidden: str
    after: str


def cases(root: Path, count: int, seed: int, *, blocks: bool = False) -> list[Case]:
    """Random lines of random functions, every other one from its middle; or random blocks."""
    rng = random.Random(seed)  # no secret
    files = sorted(path for path in root.rglob("*.py") if 2_000 < path.stat().st_size < 60_000)
    found = list[Case]()
    while len(found) < count:
        path = rng.choice(files)
        text = path.read_text(encoding="utf-8")
        if blocks:
            bodies = list(_bodies(text))
            for start, end in rng.sample(bodies, min(1, len(bodies))):
                found.append(Case(path, text[:start], text[start:end], text[end:]))
            continue
        lines = [line for line in _body_lines(text) if len(line[1].strip()) >= SHORTEST]
        if lines:
            start, line = rng.choice(lines)
            indent = len(line) - len(line.lstrip())
            cut = indent if len(found) % 2 else indent + max(2, (len(line) - indent) * 2 // 5)
            found.append(Case(path, text[: start + cut], line[cut:], text[start + len(line) :]))
    return found


def _body_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of function bodies with their offsets, whole simple statements in one line."""
    starts = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if not isinstance(node, ast.Assign | ast.Return | ast.Expr | ast.AugAssign | ast.Raise):
                    continue
                said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                if not said and node.lineno == node.end_lineno:
                    start = starts[node.lineno - 1]
                    yield start, text[start : text.index("\n", start)]


def _bodies(text: str) -> Iterator[tuple[int, int]]:
    """Where the bodies of functions, loops and conditions begin, behind their indentation, and end; without a docstring."""
    starts = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.For | ast.If | ast.While | ast.With):
            said = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
            body = node.body[1:] if said else node.body
            if not body or not 2 <= (body[-1].end_lineno or 0) - body[0].lineno + 1 <= LONGEST_BLOCK:
                continue
            start, end = starts[body[0].lineno - 1], starts[body[-1].end_lineno or 0] - 1
            if not text[start : start + body[0].col_offset].strip():  # on a line of its own
                yield start + body[0].col_offset, end


def parses(text: str) -> bool:
    """Whether Python's own parser takes a text."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def unknown_names(text: str) -> list[int]:
    """Where names stand that nothing defines, in characters, by Ruff's F821."""
    options = ("--isolated", "--no-cache", "--select", "F821", "--output-format", "json", "-")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *options], input=text, capture_output=True, text=True, check=False
    )
    starts = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]
    found = [each["location"] for each in json.loads(done.stdout or "[]") if each["code"] == "F821"]
    return [starts[each["row"] - 1] + each["column"] - 1 for each in found]
