"""Refactorings of JavaScript: the project's own tests judge them where they may be run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.fixtures import offered
from tests.support.projects import fingerprint, make_project, read
from tests.support.runners_of import need_node

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_server.features.base import FeatureRequest, Offer, Services
from stoker_server.features.refactor import RefactorFeature
from stoker_server.proving.ground import Terms
from stoker_server.proving.suite import SuiteGreen
from stoker_server.settings import Settings
from stoker_wire.verdicts import Verdict


@pytest.fixture(autouse=True)
def _node() -> None:
    need_node()


CART = "exports.total = (items, rate) => {\n  const net = items.length * 2;\n  return net * rate;\n};\n"
TEST = """const test = require("node:test");
const assert = require("node:assert");
const { total } = require("../cart.js");

test("totals", () => assert.strictEqual(total([1, 2], 3), 12));
"""


def project(folder: Path) -> Path:
    package = '{"name": "cart", "scripts": {"test": "node --test"}}'
    return make_project(folder, {"package.json": package, "cart.js": CART, "test/cart.test.js": TEST})


async def refactor(folder: Path, selected: str, **options: str) -> Offer:
    snapshot = read(folder / "cart.js")
    at = snapshot.text.index(selected)
    services = Services(None, Settings(), folder, trusted=True)
    span = Span(at, at + len(selected))
    return offered(await RefactorFeature().propose(FeatureRequest(snapshot, span, services, options)))


async def test_the_projects_tests_are_run_before_and_after(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    before = fingerprint(folder)
    offer = await refactor(folder, "net", kind="inline")
    (tests,) = (each for each in offer.receipt.verdicts if each.check == "tests-pass")
    assert (tests.outcome, tests.evidence) == ("passed", "1 test green before and after")
    assert offer.receipt.sandbox
    assert fingerprint(folder) == before


async def judged(folder: Path, old: str, new: str) -> Verdict:
    snapshot = read(folder / "cart.js")
    at = snapshot.text.index(old)
    edit = replace(snapshot.uri, snapshot.text, [Replacement(Span(at, at + len(old)), new)])
    return await SuiteGreen(Terms(folder, trusted=True)).judge(snapshot, edit)


async def test_what_turns_a_test_red_fails(tmp_path: Path) -> None:
    verdict = await judged(project(tmp_path / "p"), "* rate", "+ rate")
    assert verdict.failed
    assert "green before, red after: test/cart.test.js::totals" in verdict.evidence


async def test_tests_that_are_red_before_say_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    (folder / "test/cart.test.js").write_text(TEST.replace("12", "13"))
    verdict = await judged(folder, "* rate", "+ rate")
    assert verdict.outcome == "undecided"
    assert "red before the edit" in verdict.evidence


async def test_tests_that_do_without_the_file_say_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    (folder / "test/cart.test.js").write_text(
        TEST.replace('= require("../cart.js")', '= { total: () => 12 } // require("../cart.js")')
    )
    verdict = await judged(folder, "* rate", "+ rate")
    assert (verdict.outcome, verdict.evidence) == ("undecided", "the tests pass without cart.js")
