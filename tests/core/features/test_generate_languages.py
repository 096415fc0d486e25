"""Generated code in other languages than Python comes with tests that its project's own runner runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.core.features.test_generate import files_of, generate, refused
from tests.support.fixtures import offered
from tests.support.projects import fingerprint, make_project
from tests.support.runners_of import need_node

from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.generate.tests import home_of
from stoker_server.proving.raising import raising
from stoker_server.proving.tests_by_name import is_test_file

CODE = "```js\nexport function half(n) {\n  if (n % 2 === 1) {\n    throw new RangeError('odd');\n  }\n  return n / 2;\n}\n```"
TESTS = """\
```js
import assert from "node:assert/strict";
import test from "node:test";
import { half } from "./half.js";

test("halves", () => { assert.equal(half(4), 2); });
```"""
VACUOUS = TESTS.replace("assert.equal(half(4), 2)", "assert.ok(half)")
WRONG = TESTS.replace("(4), 2", "(4), 3")
GO = "```go\npackage half\n\n// Half gives half of n.\nfunc Half(n int) int {\n\treturn n / 2\n}\n```"
GO_TEST = """\
```go
package half

import "testing"

func TestHalf(t *testing.T) {
\tif got := Half(4); got != 2 {
\t\tt.Errorf("got %d", got)
\t}
}
```"""


def new(path: Path) -> Snapshot:
    return Snapshot(path.as_uri(), "", by_path(path))


def javascript(folder: Path) -> Path:
    need_node()
    return make_project(folder, {"package.json": '{"type": "module"}'})


async def test_javascript_comes_with_tests_that_prove_it(tmp_path: Path) -> None:
    folder = javascript(tmp_path / "p")
    before = fingerprint(folder)
    offer = offered(
        await generate(folder, new(folder / "half.js"), [CODE], [TESTS], trusted=True, request="halves", where="new")
    )
    assert set(files_of(offer, folder)) == {"half.js", "half.test.js"}
    (proof,) = [each for each in offer.receipt.verdicts if each.check == "tests-prove"]
    assert proof.evidence.startswith("1 test passed 3 of 3 times and kill")
    assert offer.receipt.sandbox
    assert offer.notes == ("half.js: function half",)
    assert fingerprint(folder) == before


@pytest.mark.parametrize(
    ("tests", "why"),
    [(VACUOUS, "no test notices when half does nothing but raise"), (WRONG, "half.test.js::halves: ")],
    ids=["vacuous", "wrong"],
)
async def test_tests_that_prove_nothing_withhold_the_code(tmp_path: Path, tests: str, why: str) -> None:
    folder = javascript(tmp_path / "p")
    result = await generate(
        folder, new(folder / "half.js"), [CODE], [tests], [""], trusted=True, request="halves", where="new"
    )
    assert why in refused(result)[0]


@pytest.mark.slow
async def test_go_comes_with_tests_that_prove_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("go") is None:
        pytest.skip("Go, which runs the tests of Go modules, is not on the PATH")
    compiled, home = Path(__file__).parents[3] / ".tools" / "go-build", tmp_path / "home"
    compiled.mkdir(parents=True, exist_ok=True)
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "go-build").symlink_to(compiled, target_is_directory=True)
    monkeypatch.setenv("STOKER_HOME", str(home))
    broken = 'package half\n\nimport "testing"\n\nfunc TestOther(t *testing.T) { t.Fatal("red before") }\n'
    folder = make_project(tmp_path / "p", {"go.mod": "module half\n\ngo 1.21\n", "other_test.go": broken})
    offer = offered(
        await generate(folder, new(folder / "half.go"), [GO], [GO_TEST], trusted=True, request="halves", where="new")
    )
    assert set(files_of(offer, folder)) == {"half.go", "half_test.go"}
    (proof,) = [each for each in offer.receipt.verdicts if each.check == "tests-prove"]
    assert proof.evidence == "1 test passed 3 of 3 times and kill 2 of 2 mutants"


@pytest.mark.parametrize(
    ("files", "code", "home", "said"),
    [
        ({}, "src/a.ts", "src/a.test.ts", 'from "./a.ts"'),
        ({"package.json": '{"devDependencies": {"vitest": "4"}}'}, "src/a.ts", "src/a.test.ts", 'from "./a"'),
        ({"tests/b.spec.ts": 'import {b} from "../src/b.js";\ntest("b", b)'}, "src/a.ts", "tests/a.spec.ts", '"../src/a.js"'),
        ({"src/a.test.js": "test()"}, "src/a.js", "src/a-generated.test.js", 'from "./a.js"'),
        ({}, "pkg/a.go", "pkg/a_test.go", "of the same package, p"),
        ({"pkg/a_test.go": ""}, "pkg/a.go", "pkg/a_run_test.go", "a_run_test.go"),
        ({"pom.xml": ""}, "src/main/java/p/A.java", "src/test/java/p/ATest.java", "ATest of package p"),
        ({}, "p/a.py", "tests/test_a.py", "from p.a"),
    ],
)  # fmt: skip
def test_where_tests_go(tmp_path: Path, files: dict[str, str], code: str, home: str, said: str) -> None:
    folder = make_project(tmp_path / "p", {**files, "tests/keep": ""})
    found = home_of(folder, "tests", folder / code, "package p\n" if code.endswith("go") else "package p;\n", ["Run"])
    assert found is not None
    assert found.path.relative_to(folder).as_posix() == home
    assert said in found.rules
    assert is_test_file(found.path, folder)
    assert not is_test_file(folder / code, folder)


@pytest.mark.parametrize(
    ("path", "text", "tests"),
    [
        ("src/main/java/com/acme/test/Probe.java", "@Test", False),
        ("src/test/java/com/acme/Helper.java", "", True),
        ("src/integrationTest/java/FooIT.java", "", True),
        ("LatestTest.java", "class LatestTest {}", False),
        ("LatestTest.java", "@Test void a() {}", True),
        ("NewTest.java", None, True),
        ("src/tests/loader.js", "export const load = 1;", False),
        ("src/tests/loader.js", "test('a', () => {});", True),
        ("src/loader.test.js", "", True),
        ("tests/helper.js", "", True),
        ("latest.go", "", False),
        ("contest.py", "", False),
    ],
)
def test_what_is_a_test(tmp_path: Path, path: str, text: str | None, tests: bool) -> None:
    folder = make_project(tmp_path / "p", {"keep": "", **({} if text is None else {path: text})})
    assert is_test_file(folder / path, folder) is tests


SUPER = """\
class A extends Exception {
    final int a;
    A(int x) {
        // kept
        super("a" + x);
        a = x;
    }
}
"""
THIS = "class A {\n    A(int x) { }\n    A() { this(1); }\n}\n"


@pytest.mark.parametrize(
    ("name", "text", "thrown"),
    [
        ("a.js", "const f = (n) => n + 1;\n", '=> (() => { throw new Error("must fail"); })();'),
        ("a.js", "function f() {\n  return 1;\n}\n", 'throw new Error("must fail");\nreturn 1;'),
        ("a.go", "package a\n\nfunc F() int {\n\treturn 1\n}\n", 'panic("must fail")\nreturn 1'),
        ("A.java", "class A { static int f() { return 1; } }\n", "if (true) throw new AssertionError"),
        ("A.java", SUPER, 'super("a" + x);if (true) throw new AssertionError'),
        ("A.java", THIS, "this(1);if (true) throw new AssertionError"),
        ("A.java", "class A { A(int x) { new A(this.hashCode()); } }\n", "{ if (true) throw new AssertionError"),
    ],
)
def test_the_mutant_that_must_fail_is_a_program(tmp_path: Path, name: str, text: str, thrown: str) -> None:
    snapshot = Snapshot(f"file:///{name}", text, by_path(name))
    function = [each for each in snapshot.outline.walk() if each.name in ("f", "F", "A") and each.body][-1]
    made = raising(snapshot, function)
    assert thrown in made
    (tmp_path / name).write_text(made)
    command = {".js": ["node", "--check", name], ".go": ["gofmt", "-e", name], ".java": ["javac", "-d", "out", name]}
    argv = command[Path(name).suffix]
    if shutil.which(argv[0]) is None:
        pytest.skip(f"{argv[0]}, which says whether the mutant is a program, is not on the PATH")
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
