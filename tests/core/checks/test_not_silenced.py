"""A comment that tells a tool to be quiet mends nothing."""

from __future__ import annotations

import pytest

from stoker_analyzers.checks.not_silenced import NotSilenced
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot


async def judged(before: str, after: str) -> bool:
    snapshot = Snapshot("file:///a.py", before, by_id("python"))
    edit = replace(snapshot.uri, before, [Replacement(Span(0, len(before)), after)])
    return not (await NotSilenced().judge(snapshot, edit)).failed


@pytest.mark.parametrize(
    "comment",
    ["# noqa: F841", "# ruff: noqa", "# type: ignore[x]", "# nosec", "# pylint: disable=all", "// eslint-disable-line",
     "/* eslint-disable */", "// @ts-ignore", "# pyright: ignore",
     "# nosemgrep", "//nolint", "#[allow(unused)]", "#NOQA"],
)  # fmt: skip
async def test_silencing(comment: str) -> None:
    assert not await judged("x = 1\n", f"x = 1  {comment}\n")
    assert await judged(f"x = 1  {comment}\n", f"y = 1  {comment}\n")
    assert await judged(f"x = 1  {comment}\n", "x = 1\n")


async def test_what_only_looks_like_it() -> None:
    assert await judged("x = 1\n", "x = 1  # the noquote allows an eslint-like text\n")
