"""What Playwright's own runner tells through the reporter, and what is made of a run that was stopped."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.runners_of import project_with

from stoker_server.proving.ecma.playwright import playwright_of
from stoker_server.proving.ecma.project import Framework, Package, node_program
from stoker_server.proving.ecma.runs import Runs
from stoker_server.proving.ecma.toolchain import INSIDE, PARTLY, FileRun, RunnerRun, Toolchain
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.results import CaseOutcome
from stoker_server.proving.sandbox import Kind, Sandbox

SPEC = """\
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";

test.describe("first", () => {
  test("passes", () => {});
  test("fails", () => expect(1).toBe(2));
});
test.skip("is skipped", () => {});
test("is told of what was before it", async () => {
  const told = () => JSON.parse(readFileSync(`${process.env.STOKER_PLACE}/report.json`)).testResults[0].assertionResults;
  await expect.poll(() => told().map((each) => each.status).join()).toBe("passed,failed,skipped");
});
"""


def test_the_reporter_tells_of_each_test_when_it_ends(tmp_path: Path) -> None:
    folder = project_with("playwright", tmp_path / "project")
    file = folder / "all.spec.ts"
    file.write_text(SPEC)
    words = ["node", "node_modules/@playwright/test/cli.js", "test", f"--reporter={INSIDE / 'playwright.mjs'}"]
    environment = {**os.environ, "STOKER_PLACE": str(tmp_path)}
    subprocess.run([*words, "--workers=1"], cwd=folder, env=environment, capture_output=True, timeout=60, check=False)
    report = json.loads((tmp_path / "report.json").read_text())
    (told,) = report["testResults"]
    assert told["name"] == str(file)
    found = {each["title"]: (each["ancestorTitles"], each["status"]) for each in told["assertionResults"]}
    assert found == {
        "passes": (["first"], "passed"),
        "fails": (["first"], "failed"),
        "is skipped": ([], "skipped"),
        "is told of what was before it": ([], "passed"),
    }
    assert report["settings"]["projects"][0]["browser"] == "chromium"


@dataclass(frozen=True)
class Stopped(Toolchain):
    """A runner that was stopped after the first of the files."""

    async def run(
        self,
        ground: Ground,
        files: Sequence[Path],
        *,
        seconds: float,
        elsewhere: bool = False,
        patience: float | None = None,
    ) -> RunnerRun:
        shown = FileRun({"fails": CaseOutcome(passed=False, failed=True, message="", detail="")})
        return RunnerRun(PARTLY, {files[0]: shown}, Path(), "", seconds)


async def test_a_mutant_that_a_stopped_run_did_not_come_to_was_not_tried(tmp_path: Path) -> None:
    (tmp_path / "a.spec.js").write_text("test('fails', () => {})\n")
    tools = Stopped(Path("node"), (20, 0), Package(tmp_path), Framework.PLAYWRIGHT, None, (0, 0))
    async with open_ground(Terms(tmp_path, trusted=True)) as ground:
        runs = Runs(ground, ground, tools, tmp_path / "a.js", _numbers=itertools.count())
        file = ground.scratch.original / "a.spec.js"
        found = await runs.mutated([file], [1, 2, 3], usual=1.0, seconds=20.0)
    assert [found[number].state for number in (1, 2, 3)] == ["done", "missing", "missing"]
    assert found[1].failed == {"a.spec.js::fails"}


@pytest.mark.parametrize("named", ["devDependencies", "scripts"])
def test_playwright_is_taken_where_the_project_names_it(tmp_path: Path, named: str) -> None:
    program = tmp_path / "node_modules/@playwright/test/cli.js"
    program.parent.mkdir(parents=True)
    program.touch()
    found = playwright_of([Package(tmp_path, {named: {"@playwright/test": "1"}})], Path("node"), (20, 0))
    assert (found is not None) is (named == "devDependencies")
    if found is not None:
        assert found.program == program


async def test_without_a_sandbox_a_run_has_a_folder_short_enough_for_a_browser_s_socket(tmp_path: Path) -> None:
    folder = project_with("playwright", tmp_path / "project")
    place = 'process.env.STOKER_PLACE + "/where"'
    body = f"writeFileSync({place}, process.env.TMPDIR);"
    imports = 'import { writeFileSync } from "node:fs";\nimport { test } from "@playwright/test";\n'
    (folder / "room.spec.ts").write_text(f'{imports}test("room", () => {{ {body} }});\n')
    tools = playwright_of([Package.read(folder)], node_program(), (20, 0))
    assert tools is not None
    async with open_ground(Terms(folder, trusted=True, unsandboxed=True), Sandbox(Kind.LIMITS)) as ground:
        run = await tools.run(ground, [folder / "room.spec.ts"], seconds=30.0)
        assert run.files[folder / "room.spec.ts"].tests["room"].passed, run
        where = (run.place / "where").read_text()
    assert len(where) < len(str(run.place))
    assert not Path(where).exists()
