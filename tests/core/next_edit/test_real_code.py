"""On real code: a renaming that is followed to its end is one, and where it would not be one nothing follows."""

from __future__ import annotations

import ast
import dis
import random
import re
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import pytest
from tests.core.server.test_documents import change, position

from stoker_analyzers.edits import Span
from stoker_analyzers.follow_ups import Change, follow_up
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_server.documents import Document
from stoker_server.features.base import FeatureRequest, Services
from stoker_server.features.next_edit import NextEditFeature
from stoker_server.features.next_edit.engine import NextEdits
from stoker_server.recent_edits import RecentEdits
from stoker_server.settings import Settings

FILES = sorted(path for path in Path(sysconfig.get_path("stdlib")).glob("*.py") if 3_000 < path.stat().st_size < 20_000)
SAMPLES, FOLLOWED = 20, 0.8
"""Renamings that are tried, and the share of them that must be followed: a name that is bound later again is left alone."""


class Sample(NamedTuple):
    """A parameter or a local variable where it is first bound, and its function."""

    text: str
    name: str
    start: int
    used: frozenset[str]


def samples(seed: int) -> Iterator[Sample]:
    """Names of random functions of the standard library."""
    chosen = random.Random(seed)
    while True:
        text = chosen.choice(FILES).read_text(encoding="utf-8")
        functions = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef)]
        if not functions or not text.isascii():
            continue
        function = chosen.choice(functions)
        bound = [
            (each.lineno, each.col_offset, each.arg) for each in function.args.args if each.arg not in ("self", "cls")
        ]
        stored = [each for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
        first = dict[str, tuple[int, int, str]]()
        for line, column, name in sorted([*bound, *((each.lineno, each.col_offset, each.id) for each in stored)]):
            first.setdefault(name, (line, column, name))
        if first:
            line, column, name = chosen.choice(sorted(first.values()))
            start = sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column
            used = frozenset(each.id for each in ast.walk(function) if isinstance(each, ast.Name))
            yield Sample(text, name, start, used)


def compiled(text: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(text, "sample", "exec", dont_inherit=True)


def instructions(code: CodeType, old: str, new: str) -> list[Any]:
    """What code does, with one name for both, functions inside it included."""

    def plain(value: object) -> object:
        if isinstance(value, CodeType):
            return instructions(value, old, new)
        if isinstance(value, tuple):
            return tuple(plain(each) for each in value)
        return re.sub(rf"\b{old}\b", new, value) if isinstance(value, str) else value

    return [
        (each.opname, plain(each.argval)) for each in dis.get_instructions(code) if not each.opname.startswith("RESUME")
    ]


def variables(code: CodeType) -> list[tuple[str, ...]]:
    """The variables of each function, in the order of the code."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code.co_varnames + code.co_cellvars, *(names for each in inner for names in variables(each))]


async def followed(sample: Sample, new: str) -> tuple[str, int]:
    """The text after the renaming was begun and every hop was taken, and how many there were."""
    uri = "file:///sample.py"
    document, recent, engine = Document(uri, "python", 1, sample.text), RecentEdits(), NextEdits(NextEditFeature())

    def put(start: int, end: int, text: str) -> None:
        whole = document.text
        event = change(position(whole, start, "utf-16"), position(whole, end, "utf-16"), text)
        splices = document.change([event], (document.version or 0) + 1)
        recent.changed(uri, splices)
        engine.changed(uri, splices, document.lines)

    put(sample.start, sample.start + len(sample.name), new)
    taken, at = 0, sample.start
    while True:
        services = Services(None, Settings(), recent=recent.latest())
        snapshot = document.snapshot()
        found = await engine.ask(FeatureRequest(snapshot, Span(at, at), services))
        if found is None:
            return document.text, taken
        hop, _ = found
        at = snapshot.line_starts[hop.line]
        put(at, at + len("".join(hop.before)), "".join(hop.after))
        taken += 1


@pytest.mark.parametrize("seed", range(2))
async def test_a_renaming_that_is_followed_to_its_end_is_one(seed: int) -> None:
    begun = completed = 0
    for _, sample in zip(range(SAMPLES // 2), samples(seed), strict=False):
        new = f"{sample.name}_renamed"
        text, taken = await followed(sample, new)
        begun += 1
        if not taken:
            continue
        completed += 1
        before, after = compiled(sample.text), compiled(text)
        assert instructions(after, sample.name, new) == instructions(before, sample.name, new), sample
        was, now = variables(before), variables(after)
        differing = [(one, other) for one, other in zip(was, now, strict=True) if one != other]
        assert differing, sample
        assert all(new in other for _, other in differing), sample
        assert text.count("\n") == sample.text.count("\n")
    assert completed >= FOLLOWED * begun, (completed, begun)


@pytest.mark.parametrize("seed", range(2))
async def test_two_variables_never_become_one(seed: int) -> None:
    tried = left = 0
    for _, sample in zip(range(SAMPLES // 2), samples(seed), strict=False):
        for new in sorted(sample.used - {sample.name})[:3]:
            text, taken = await followed(sample, new)
            tried += 1
            left += not taken
            if taken:  # the other variable is one of another scope
                before, after = compiled(sample.text), compiled(text)
                assert instructions(after, sample.name, new) == instructions(before, sample.name, new), (new, sample)
                assert [len(set(each)) for each in variables(after)] == [len(set(each)) for each in variables(before)]
    assert left > 0.8 * tried > SAMPLES // 2


@pytest.mark.parametrize("seed", range(2))
def test_a_word_in_a_comment_or_a_text_is_no_name(seed: int) -> None:
    chosen, tried = random.Random(seed), 0
    while tried < SAMPLES:
        text = chosen.choice(FILES).read_text(encoding="utf-8")
        words = [
            (found.start(2), found[2])
            for found in re.finditer(r"^[^\"'#\n]*(#|\"\"\"|\"|')[^\"'\n]*?\b([a-z]{4,})\b", text, re.MULTILINE)
        ]
        if not words:
            continue
        start, word = chosen.choice(words)
        after = f"{text[:start]}{word}_other{text[start + len(word) :]}"
        snapshot = Snapshot("file:///sample.py", after, by_id("python"))
        line = snapshot.line_of(start)
        lines = (text.split("\n")[line] + "\n", after.split("\n")[line] + "\n")
        found = follow_up(snapshot, [Change(line, *lines)])
        assert found is None, (word, lines, found)
        tried += 1
