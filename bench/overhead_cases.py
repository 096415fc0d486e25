"""What is typed in the measurement of the overhead, what a model without latency answers there, and the workspace round it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(ast.__file__).with_name("_pydecimal.py")
LINES = 5_000
LARGEST = 12_000
"""Bytes of a file that is copied into the workspace; a folder of it has ``FOLDER`` files."""
FOLDER = 50
END = 400
"""Characters of a prompt's end that the model goes by: the longest that ``fakeai.ANSWER_ENDS`` has."""


@dataclass
class Place:
    """Where is typed, and what: keys as an editor sends them, a line's end with the indentation that it brings."""

    before: str
    typed: str
    after: str

    @property
    def keys(self) -> list[str]:
        return re.findall(r"\n[ ]*|.", self.typed)


def place(least: int = 300) -> Place:
    """The body of a function near the middle of the file, without its documentation, of so many keys at least."""
    text = "".join(SOURCE.read_text(encoding="utf-8").splitlines(keepends=True)[:LINES])
    text = text[: text.rindex("\n    def ")]  # the file ends with a whole method
    lines = text.splitlines(keepends=True)
    methods = (
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1
    )
    found = []
    for function in methods:
        first, last = function.body[0].end_lineno or 0, function.end_lineno or 0
        before, typed = "".join(lines[:first]).rstrip("\n"), "".join(lines[first:last]).rstrip("\n")
        where = Place(before, "\n" + typed, "\n" + "".join(lines[last:]))
        if len(where.keys) >= least:
            found.append((abs(function.lineno - len(lines) / 2), where))
    return min(found, key=lambda each: each[0])[1]


# -- what the model answers


def fitting(where: Place) -> dict[str, str]:
    """For each prefix an answer that parses there and that the next key does not agree with."""
    answers, typed = {}, ""
    for key, following in itertools.pairwise([*where.keys, ""]):
        typed += key
        answers[(where.before + typed)[-END:]] = wrong(typed, following)
    return answers


def wrong(typed: str, following: str) -> str:
    """A text that parses after what is typed and that the next key does not agree with; empty where none is found."""
    usable = (each for each in _candidates(typed) if each[:1] != following[:1] and _parses(typed + each))
    return next(usable, "")


def _candidates(typed: str) -> Iterator[str]:
    line = typed.rpartition("\n")[2]
    closers = "".join({"(": ")", "[": "]"}[each] for each in reversed(_opened(line)))
    header = f":\n{' ' * (len(line) - len(line.lstrip()) + 4)}return self._exp"
    for tail in ("self._int", "(self._exp)", " + self._exp", " = self._exp", ".real", "[0]", " self._int"):
        if tail[0].isidentifier() and typed[-1].isalnum():
            continue  # it would make another name of the word before it
        yield tail + closers
        yield tail + closers + header


def _opened(line: str) -> str:
    opened = ""
    for mark in re.findall(r"[()\[\]]", line):
        opened = opened + mark if mark in "([" else opened[:-1]
    return opened


def _parses(body: str) -> bool:
    try:
        ast.parse(f"class A:\n    def f(self, other, context):\n        pass{body}\n")
    except SyntaxError:
        return False
    return True


def right(where: Place) -> dict[str, str]:
    """For each prefix what is typed next, up to a blank line."""
    answers, typed = {}, ""
    for key in where.keys:
        typed += key
        answers[(where.before + typed)[-END:]] = where.typed[len(typed) :].split("\n\n")[0]
    return answers


# -- the workspace


def workspace(folder: Path, count: int, where: Place) -> Path:
    """Files of the standard library, each copy with names of its own; the file that is typed into, which is given back."""
    library = sorted(each for each in SOURCE.parent.rglob("*.py") if 500 < each.stat().st_size <= LARGEST)
    texts = [each.read_text(encoding="utf-8", errors="replace") for each in library if "test" not in each.parts]
    for number, text in zip(range(count), itertools.cycle(texts), strict=False):
        copy, package = number // len(texts), folder / f"package_{number // FOLDER}"
        package.mkdir(parents=True, exist_ok=True)
        if copy:
            text = re.sub(r"\b(def|class) (\w+)", rf"\1 \2_{copy}", text)
        (package / f"module_{number}.py").write_text(text, encoding="utf-8")
    file = folder / "package_0" / "decimals.py"
    file.write_text(where.before + where.after, encoding="utf-8")
    return file
