"""The project's own tests before and after an edit, in languages other than Python, by the projects' own runners."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, make_project, read
from tests.support.runners_of import maven_place, maven_project, need_node, project_with

from stoker_analyzers.edits import Edit, Replacement, Span, replace
from stoker_server.proving.ground import Terms
from stoker_server.proving.suite import SuiteGreen
from stoker_wire.verdicts import Outcome, Verdict

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
NODE = {
    "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }',
    "src/wide.js": "export const wide = (text) => text.padStart(4);\nexport const thin = (text) => text.trim();\n",
    "test/wide.test.js": """\
import assert from "node:assert/strict";
import { test } from "node:test";
import { wide } from "../src/wide.js";

test("wide", () => assert.equal(wide("a"), "   a"));
""",
    "src/alone.js": "export const alone = 1;\n",
}


@pytest.fixture
def node(tmp_path: Path) -> Path:
    need_node()
    return make_project(tmp_path / "project", NODE)


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("go") is None:
        pytest.skip("Go, which runs the tests of Go modules, is not on the PATH")
    (tmp_path / "home/cache").mkdir(parents=True)
    compiled = PROJECTS.parents[2] / ".tools" / "go-build"
    compiled.mkdir(parents=True, exist_ok=True)
    (tmp_path / "home/cache/go-build").symlink_to(compiled, target_is_directory=True)
    monkeypatch.setenv("STOKER_HOME", str(tmp_path / "home"))
    return Path(shutil.copytree(PROJECTS / "go", tmp_path / "project")).resolve()


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    if shutil.which("cargo") is None:
        pytest.skip("cargo, which runs Rust's tests, is not on the PATH")
    return Path(shutil.copytree(PROJECTS / "cargo", tmp_path / "project")).resolve()


def change(path: Path, old: str, new: str) -> Edit:
    text = path.read_text()
    at = text.index(old)
    return replace(path.as_uri(), text, [Replacement(Span(at, at + len(old)), new)])


async def judge(folder: Path, file: str, old: str, new: str, *, trusted: bool = True) -> Verdict:
    before = fingerprint(folder)
    verdict = await SuiteGreen(Terms(folder, trusted)).judge(read(folder / file), change(folder / file, old, new))
    assert fingerprint(folder) == before
    return verdict


async def test_node(node: Path) -> None:
    same = await judge(node, "src/wide.js", "text.padStart(4)", 'text.padStart(4, " ")')
    assert same == Verdict("tests-pass", Outcome.PASSED, "1 test green before and after")
    other = await judge(node, "src/wide.js", "(4)", "(5)")
    assert other.outcome is Outcome.FAILED
    assert other.evidence.startswith("green before, red after: test/wide.test.js::wide: ")


async def test_what_no_test_concerns_or_needs_is_undecided(node: Path) -> None:
    none = await judge(node, "src/alone.js", "1", "2")
    assert none == Verdict("tests-pass", Outcome.UNDECIDED, "no tests found that concern alone.js")
    (node / "test/wide.test.js").write_text(
        'import { test } from "node:test";\ntest("nothing", async () => { await import("../src/wide.js").catch(() => {}); });\n'
    )
    unneeded = await judge(node, "src/wide.js", "(4)", "(5)")
    assert unneeded == Verdict("tests-pass", Outcome.UNDECIDED, "the tests pass without wide.js")


async def test_red_tests_and_untrusted_folders_are_undecided(node: Path) -> None:
    assert "is not trusted" in (await judge(node, "src/wide.js", "(4)", "(5)", trusted=False)).evidence
    test = node / "test/wide.test.js"
    test.write_text(test.read_text().replace('"   a"', '"a"'))
    red = await judge(node, "src/wide.js", "(4)", "(5)")
    assert red.outcome is Outcome.UNDECIDED
    assert red.evidence.startswith("red before the edit: test/wide.test.js::wide: ")


async def test_other_languages_are_told_what_can_be_run(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"a.rb": "puts 1\n"})
    verdict = await judge(folder, "a.rb", "1", "2")
    assert verdict.evidence == "tests can be run in Python, JavaScript, TypeScript, Go, Rust and Java only"


@pytest.mark.slow
async def test_vitest(tmp_path: Path) -> None:
    folder = project_with("vitest", tmp_path / "project")
    verdict = await judge(folder, "src/prices.ts", "line.unit ?? ''", "line.unit || ''")
    assert verdict == Verdict("tests-pass", Outcome.PASSED, "1 test green before and after")
    verdict = await judge(folder, "src/prices.ts", " ${line.name}`", "-${line.name}`")
    assert verdict.outcome is Outcome.FAILED


@pytest.mark.slow
async def test_go(go: Path) -> None:
    verdict = await judge(go, "words/words.go", "length <= 3", "3 >= length")
    assert verdict == Verdict("tests-pass", Outcome.PASSED, "1 test green before and after")
    verdict = await judge(go, "words/words.go", '+ "..."', '+ ".."')
    assert verdict.evidence == 'green before, red after: words::TestClip: Clip = "hello.."'
    verdict = await judge(go, "words/words.go", "func Clip(", "func Cut(")
    assert verdict.evidence.startswith("green before, red after: words_test.go:")


@pytest.mark.slow
async def test_rust(crate: Path) -> None:
    verdict = await judge(crate, "src/prices.rs", "if prices.is_empty()", "if prices.len() == 0")
    assert (verdict.outcome, verdict.evidence) == (Outcome.PASSED, "1 test green before and after")
    verdict = await judge(crate, "src/prices.rs", "sum += each", "sum -= each")
    assert verdict.evidence.startswith("green before, red after: shop::prices::tests::means: ")


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_java(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = maven_project(maven_place(tmp_path_factory), monkeypatch)
    words = "src/main/java/org/example/text/Words.java"
    verdict = await judge(folder, words, "whole.length() > 0", "!whole.isEmpty()")
    assert (verdict.outcome, verdict.evidence) == (Outcome.PASSED, "1 test green before and after")
    verdict = await judge(folder, words, "whole.length() > 0", "whole.length() > 1")
    assert verdict.outcome is Outcome.FAILED
    where = "src/test/java/org/example/text/WordsTest.java"
    assert verdict.evidence.startswith(f"green before, red after: {where}::joinsWords: ")
