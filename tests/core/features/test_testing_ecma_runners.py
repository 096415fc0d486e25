"""Tests for TypeScript and JavaScript projects, run by the project's own runner; and the project's runner agrees."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, make_project, written
from tests.support.runners_of import need_node, project_with
from tests.support.scripted import Scripted

from stoker_server.features.base import NoOffer, Offer
from stoker_wire.verdicts import Outcome

VITEST, JEST = "node_modules/vitest/vitest.mjs", "node_modules/jest/bin/jest.js"


async def offered(folder: Path, file: str, symbol: str, model: Scripted | None = None) -> Offer:
    before = fingerprint(folder)
    result = await generate(folder, file, symbol, model)
    assert fingerprint(folder) == before
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    return result


def runs_green(folder: Path, test: str, *command: str) -> None:
    """The tests pass in the project, without us."""
    words = ["node", *command, test]
    environment = {**os.environ, "CI": "1"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
async def test_vitest(tmp_path: Path) -> None:
    folder = project_with("vitest", tmp_path / "project")
    result = await offered(folder, "src/prices.ts", "group")
    path, text = written(result, folder)
    assert path == "src/prices.test.ts"
    assert "import { expect, test } from 'vitest'\nimport { group } from './prices'\n\ntest('group pins " in text
    assert "expect(() => group([1, 2, 3], 0)).toThrow('size must be positive')\n" in text
    assert ";" not in text
    assert "4 of them new: the existing tests run 0" in result.receipt.verdicts[2].evidence
    (folder / path).write_text(text)
    runs_green(folder, path, VITEST, "run")
    assert isinstance(again := await generate(folder, "src/prices.ts", "group"), NoOffer)
    assert again.reason.startswith("the existing tests run every line of group and notice all of its 11 mutants")


@pytest.mark.slow
async def test_jest(tmp_path: Path) -> None:
    folder = project_with("jest", tmp_path / "project")
    result = await offered(folder, "lib/clock.js", "formatClock")
    path, text = written(result, folder)
    assert path == "lib/__tests__/clock.test.js"
    assert text.partition("\n\n")[2].startswith("const { formatClock } = require('../clock')\n\nit('formatClock ")
    assert (
        "it('formatClock does as documented for 3661', () => {\n  expect(formatClock(3661)).toBe('1:01:01')\n})" in text
    )
    assert "expect(() => formatClock(1.5)).toThrow('seconds must be an integer')" in text
    assert "of which the existing tests let through" in result.receipt.verdicts[3].evidence
    (folder / path).write_text(text)
    runs_green(folder, path, JEST)


@pytest.mark.slow
async def test_a_model_s_tests_are_kept_one_by_one(tmp_path: Path) -> None:
    folder = project_with("vitest", tmp_path / "project")
    answer = """\
```ts
import { describe, expect, it } from 'vitest'
import { total } from './prices'

describe('total', () => {
  it('adds up', () => {
    expect(total([{ name: 'tea', count: 2, unit: 'g' }], 0.5)).toBe(0.003)
  })
  it('is wrong', () => {
    expect(total([], 0)).toBe(7)
  })
  it('looks at nothing', () => {
    total([])
  })
})
```
"""
    result = await offered(folder, "src/prices.ts", "total", Scripted([answer]))
    assert result.receipt.author == "scripted/model"
    text = written(result, folder)[1]
    assert text.startswith(
        "import { expect, it } from 'vitest'\nimport { total } from './prices'\n\nit('adds up', () => {"
    )
    assert "is wrong" not in text
    said = {each.summary: each.verdicts[0].evidence for each in result.receipt.withheld}
    assert said["is wrong"].startswith("it fails: ")
    assert said["looks at nothing"] == "it passes though the function does nothing"


@pytest.mark.slow
async def test_handlers_are_asked_through_their_application(tmp_path: Path) -> None:
    folder = project_with("express", tmp_path / "project")
    before = fingerprint(folder)
    result = await generate(folder, "routes/items.js", "getItem", kind="end-to-end")
    assert isinstance(result, Offer), result.reason
    assert fingerprint(folder) == before
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    path, text = written(result, folder)
    assert path == "routes/items.test.js"
    assert 'import request from "supertest";\nimport { app } from "../app.js";\n' in text
    assert 'const { status, body } = await request(app).get("/items/7");\n' in text
    assert 'assert.deepStrictEqual({ status, body }, { status: 404, body: { error: "no such item" } });' in text
    result = await generate(folder, "routes/items.js", "unused", kind="end-to-end")
    assert isinstance(result, NoOffer)
    assert result.reason == "unused is no route, by its name, of an Express application that a file exports"


@pytest.mark.slow
async def test_a_benchmark_times_the_call_and_asserts_what_it_gives(tmp_path: Path) -> None:
    folder = project_with("vitest", tmp_path / "project")
    result = await generate(folder, "src/prices.ts", "group", kind="performance")
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    path, text = written(result, folder)
    assert path == "src/prices.bench.ts"
    assert "import { bench, describe, expect } from 'vitest'\nimport { group } from './prices'\n" in text
    assert (
        "  bench('for [1, 2, 3], 1', () => group([1, 2, 3], 1), {\n    setup() {\n"
        "      expect(group([1, 2, 3], 1)).toEqual([[1], [2], [3]])\n    },\n  })\n" in text
    )
    took = next(each for each in result.notes if "npx vitest bench src/prices.bench.ts" in each)
    assert re.match(r"A call took [\d.]+ (ns|us|ms) here", took)
    (folder / path).write_text(text)
    runs_green(folder, path, VITEST, "bench", "--run")
    prices = folder / "src/prices.ts"
    prices.write_text(prices.read_text().replace("at + size", "at + 2"))
    with pytest.raises(AssertionError, match="to deeply equal"):
        runs_green(folder, path, VITEST, "bench", "--run")


CALLED = {
    "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }',
    "src/tax.js": "export function withTax(net, rate) {\n  if (rate > 1) return net;\n  return net * (1 + rate);\n}\n",
    "src/bill.js": """\
import { withTax } from "./tax.js";

/** @param {number[]} amounts @param {number} rate */
export function total(amounts, rate) {
  return amounts.map((each) => withTax(each, rate)).reduce((a, b) => a + b, 0);
}

export const unused = (net) => net;
""",
}


async def test_an_integration_test_calls_the_caller_and_kills_mutants_of_the_function(tmp_path: Path) -> None:
    need_node()
    folder = make_project(tmp_path / "project", CALLED)
    before = fingerprint(folder)
    result = await generate(folder, "src/tax.js", "withTax", kind="integration")
    assert isinstance(result, Offer), result.reason
    assert fingerprint(folder) == before
    _, text = written(result, folder)
    assert 'import { total } from "./bill.js";' in text
    assert "tax.js" not in text
    assert 'describe("withTax through total", () => {' in text
    (count,) = result.receipt.tests
    assert count.noticed >= 3
    none = await generate(folder, "src/bill.js", "unused", kind="integration")
    assert isinstance(none, NoOffer)
    assert none.reason == "no exported function of another file of this folder calls unused by its name"


async def test_what_requests_need_is_told(tmp_path: Path) -> None:
    need_node()
    folder = make_project(tmp_path, {"package.json": "{}", "a.js": "export function a(req, res) { res.end(); }\n"})
    result = await generate(folder, "a.js", "a", kind="end-to-end")
    assert isinstance(result, NoOffer)
    assert result.reason == (
        "end-to-end tests need supertest, or for pages @playwright/test, among the project's packages, and it has neither"
    )
    result = await generate(folder, "a.js", "a", kind="performance")
    assert isinstance(result, NoOffer)
    assert result.reason == (
        "performance tests of JavaScript and TypeScript are written for `vitest bench`, and this project runs node:test"
    )


async def test_packages_that_are_installed_in_the_folder_itself_are_found(tmp_path: Path) -> None:
    need_node()
    files = {
        "package.json": '{ "type": "module" }',
        "node_modules/left/package.json": '{ "name": "left", "main": "index.js" }',
        "node_modules/left/index.js": 'exports.left = (text) => text.padStart(4, ".");\n',
        "wide.js": 'import { left } from "left";\n\nexport const wide = (text) => left(text) + "!";\n',
    }
    result = await generate(make_project(tmp_path, files), "wide.js", "wide")
    assert isinstance(result, Offer), result.reason
