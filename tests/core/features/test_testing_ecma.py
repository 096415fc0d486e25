"""Tests of JavaScript drafted from facts, case by case, run by Node's own runner; and what becomes of a model's."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from tests.core.features.test_testing_facts import as_text
from tests.support.markdown import Case, cases, expect
from tests.support.projects import fingerprint, generate, make_project, read, written
from tests.support.runners_of import need_node
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.testing import TestFeature
from stoker_server.proving import ground
from stoker_server.proving.sandbox import Kind, Sandbox
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

FIXTURE = Path(__file__).parents[2] / "fixtures" / "testing" / "ecma.md"
CURSOR = "<|>"
MODULE = {"package.json": '{ "type": "module" }', "twice.js": "export const twice = (n) => n * 2;\n"}


@pytest.fixture(autouse=True)
def _node() -> None:
    need_node()


def passes(folder: Path, test: str) -> None:
    """Node's runner finds the test green without us."""
    done = subprocess.run(["node", "--test", test], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", cases(FIXTURE), ids=str)
async def test_facts(case: Case, tmp_path: Path, update: bool) -> None:
    blocks = {each.info.split()[1]: each.text + "\n" for each in case.blocks if " " in each.info}
    file = next(name for name, text in blocks.items() if CURSOR in text)
    cursor = blocks[file].index(CURSOR)
    folder = make_project(tmp_path / "project", {name: text.replace(CURSOR, "") for name, text in blocks.items()})
    before = fingerprint(folder)
    services = Services(None, Settings(), folder, trusted=True)
    result = await TestFeature().propose(FeatureRequest(read(folder / file), Span(cursor, cursor), services))
    expect(case, case.block("offer"), as_text(result, folder), update=update)
    assert fingerprint(folder) == before
    if isinstance(result, Offer):
        assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
        assert [each.check for each in result.receipt.verdicts] == ["parses", "runs", "covers", "kills"]
        assert result.notes[-1].startswith(f"--- a/{file}\n+++ b/{file}\n@@ ")
        path, text = written(result, folder)
        (folder / path).write_text(text)
        await asyncio.to_thread(passes, folder, path)


async def test_a_model_s_tests_that_do_not_hold_are_withheld_by_name(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", MODULE)
    answer = """\
import assert from "node:assert/strict";
import { test } from "node:test";
import { twice } from "./twice.js";

test("doubles", () => { assert.equal(twice(4), 8); });
test("is wrong", () => { assert.equal(twice(4), 9); });
test("by chance", () => { assert.ok(Math.random() < 2 && twice); });
"""
    model = Scripted([answer])
    result = await generate(folder, "twice.js", "twice", model)
    assert isinstance(result, Offer), result.reason
    assert result.receipt.author == "scripted/model"
    text = written(result, folder)[1]
    assert '  test("doubles", () => { assert.equal(twice(4), 8); });' in text
    assert "is wrong" not in text
    withheld = {each.summary: each.verdicts[0].evidence for each in result.receipt.withheld}
    assert set(withheld) == {"twice > is wrong", "twice > by chance"}
    assert withheld["twice > by chance"] == "it does not call the function"


async def test_a_draft_that_never_ends_is_stopped_and_the_facts_take_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stoker_server.features.testing.ecma.bench.EcmaBench.start_seconds", -5.0)
    folder = make_project(tmp_path / "project", MODULE)
    endless = 'import { test } from "node:test";\n\ntest("endless", () => { while (twice(1)); });\n'
    result = await generate(folder, "twice.js", "twice", Scripted([endless], [""]))
    assert isinstance(result, Offer), result.reason
    assert result.receipt.author == "facts"
    assert "did not end in time" in str(result.receipt.withheld)


async def test_it_works_without_a_sandbox_where_the_user_allows_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none_works() -> Sandbox:
        return Sandbox(Kind.LIMITS)

    monkeypatch.setattr(ground, "find_sandbox", none_works)
    folder = make_project(tmp_path / "project", MODULE)
    before = fingerprint(folder)
    assert isinstance(refused := await generate(folder, "twice.js", "twice"), NoOffer)
    assert "allow an unsandboxed run" in refused.reason
    services = Services(None, Settings(), folder, trusted=True)
    options = {"symbol": "twice", "unsandboxed": "yes"}
    result = await TestFeature().propose(FeatureRequest(read(folder / "twice.js"), Span(0, 0), services, options))
    assert isinstance(result, Offer), result.reason
    assert result.receipt.sandbox == "limits only"
    assert fingerprint(folder) == before


async def test_a_mutant_that_is_no_program_is_left_out_and_told(tmp_path: Path) -> None:
    code = "export function ahead(count) {\n  if (count < 1) return 0;\n  return 3+--count;\n}\n"
    folder = make_project(tmp_path / "project", {"package.json": '{ "type": "module" }', "ahead.js": code})
    result = await generate(folder, "ahead.js", "ahead")
    assert isinstance(result, Offer), result.reason
    (told,) = (each.verdicts[0].evidence for each in result.receipt.withheld if each.summary == "a mutant")
    assert told.startswith("line 3: `+` became `-` is no program that the engine takes")
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
