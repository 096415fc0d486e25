"""Tests for Go modules, drafted from facts and by a model, built and run by the Go that is there; and `go test` agrees."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, make_project, written
from tests.support.scripted import Scripted

from stoker_server.features.base import NoOffer, Offer
from stoker_wire.verdicts import Outcome

PROJECT = Path(__file__).parents[2] / "fixtures" / "projects" / "go"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def _cache() -> Path:
    """What `make gobuild` compiled of the standard library; what is lacking is compiled into it once, whoever asks."""
    folder = Path(__file__).parents[3] / ".tools" / "go-build"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def project(tmp_path: Path, _cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, built with what is compiled of the standard library already."""
    if shutil.which("go") is None:
        pytest.skip("Go, which runs the tests of Go modules, is not on the PATH")
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "go-build").symlink_to(_cache, target_is_directory=True)
    monkeypatch.setenv("STOKER_HOME", str(home))
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    return folder.resolve()


async def offered(
    folder: Path, file: str, symbol: str, model: Scripted | None = None, kind: str = "unit"
) -> tuple[str, str, Offer]:
    before = fingerprint(folder)
    result = await generate(folder, file, symbol, model, kind=kind)
    assert fingerprint(folder) == before
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    return *written(result, folder), result


def go_test(folder: Path, cache: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The module's tests, without us."""
    environment = {**os.environ, "GOCACHE": str(cache), "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOPROXY": "off"}
    return subprocess.run(
        ["go", "test", "-count=1", *more, "./..."],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def runs_green(folder: Path, cache: Path) -> None:
    done = go_test(folder, cache)
    assert done.returncode == 0, done.stdout + done.stderr


def is_formatted(path: Path) -> None:
    done = subprocess.run(["gofmt", "-l", str(path)], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""


async def test_a_table_with_errors_in_a_new_file(project: Path, _cache: Path) -> None:
    path, text, result = await offered(project, "prices/prices.go", "Total")
    assert path == "prices/prices_test.go"
    assert text.startswith('package prices\n\nimport "testing"\n\n// TestTotalPins pins what the code does today')
    assert "\t\twantErr string\n\t}{\n" in text
    assert 'wantErr: "percent 101 is out of range"' in text
    assert result.receipt.verdicts[3].evidence.startswith("11 of 11 mutants")
    (project / path).write_text(text)
    is_formatted(project / path)
    runs_green(project, _cache)
    code = project / "prices" / "prices.go"
    code.write_text(code.read_text().replace("percent > 100", "percent > 101"))
    assert go_test(project, _cache).returncode == 1
    code.write_text(code.read_text().replace("percent > 101", "percent > 100"))
    again = await generate(project, "prices/prices.go", "Total")
    assert isinstance(again, NoOffer)
    assert again.reason.startswith("the existing tests run every line of Total and notice all of its 11 mutants")


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        ("Group", 'fmt.Sprint(recover()), "prices: size must be positive"; got != want'),
        ("slug", "got := slug(tt.title)\n"),
        ("SortByCount", "\tSortByCount(items)\n\tif want := ([]Item{"),
        ("Basket.Add", "got := receiver.Add("),
    ],
)
async def test_generic_private_changing_and_methods(project: Path, _cache: Path, symbol: str, said: str) -> None:
    path, text, _ = await offered(project, "prices/prices.go", symbol)
    assert said in text
    (project / path).write_text(text)
    is_formatted(project / path)
    runs_green(project, _cache)


async def test_from_outside_and_plain_as_the_neighbours_do(project: Path, _cache: Path) -> None:
    path, text, result = await offered(project, "words/words.go", "Find")
    assert path == "words/words_test.go"
    assert text.startswith((project / path).read_text().partition("import")[0])
    assert "got, err := words.Find(" in text
    assert "want := (words.Place{Line: 1, Column: " in text
    assert "tests := []struct" not in text
    (project / path).write_text(text)
    runs_green(project, _cache)
    _, text, result = await offered(project, "words/words.go", "Clip")
    assert "of which the existing tests let through" in result.receipt.verdicts[3].evidence


async def test_handlers_answer_requests(project: Path, _cache: Path) -> None:
    for symbol, said in (
        ("Shop.item", 'answerRouted("GET /items/{number}", tt.receiver.item, tt.method, tt.target, tt.body)'),
        ("Place", 'body: `{"item": "a", "count": 3}`, wantCode: 201, wantBody: "3 a"},'),
        ("health", 'method: "POST", target: "/health", body: "", wantCode: 405, wantBody: "only GET\\n"},'),
    ):
        path, text, _ = await offered(project, "web/web.go", symbol, kind="end-to-end")
        assert said in text
        (project / path).write_text(text)
    assert text.count("func answerTo(") == 1
    is_formatted(project / path)
    runs_green(project, _cache)
    result = await generate(project, "prices/prices.go", "Total", kind="end-to-end")
    assert isinstance(result, NoOffer)
    assert result.reason.startswith("Total is no handler, func(http.ResponseWriter, *http.Request)")


async def test_integration_goes_through_a_server_or_another_package(project: Path, _cache: Path) -> None:
    for file, symbol, test, said in (
        (
            "words/words.go",
            "Find",
            "desk/desk_test.go",
            'wantHeader: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Line": {"2"}}, wantBody: "column 5"},',
        ),
        ("words/words.go", "Clip", "desk/desk_test.go", "got := Label(tt.nameArg, tt.room)\n"),
        ("web/web.go", "Shop.item", "web/web_test.go", "serveRequest(Routes(tt.shop), tt.method, tt.target, tt.body)"),
    ):
        path, text, result = await offered(project, file, symbol, kind="integration")
        assert path == test
        assert said in text
        assert f" of {symbol} through " in result.receipt.verdicts[2].evidence
        (project / path).write_text(text)
        is_formatted(project / path)
    assert (project / "desk" / "desk_test.go").read_text().count("func serveRequest(") == 1
    runs_green(project, _cache)
    code = project / "words" / "words.go"
    code.write_text(code.read_text().replace("column + 1}", "column}"))
    assert "--- FAIL: TestDesk_ServeHTTPWithFindPins" in go_test(project, _cache).stdout
    nothing = await generate(project, "prices/prices.go", "Total", kind="integration")
    assert isinstance(nothing, NoOffer)
    assert nothing.reason.startswith(
        "no server, no public function of another package and none of another file uses Total"
    )


async def test_a_benchmark_times_a_call_and_asserts_what_it_gives(project: Path, _cache: Path) -> None:
    path, text, result = await offered(project, "prices/prices.go", "Total", kind="performance")
    assert "func BenchmarkTotal(b *testing.B) {" in text
    assert "\tfor i := 0; i < b.N; i++ {\n\t\tgot, err = Total(items, " in text
    assert any(re.match(r"BenchmarkTotal took [\d.]+ ns/op here; run it with `go test", each) for each in result.notes)
    (project / path).write_text(text)
    is_formatted(project / path)
    assert "ns/op" in go_test(project, _cache, "-bench=.").stdout


async def test_a_model_s_tests_are_kept_one_by_one(project: Path, _cache: Path) -> None:
    answer = """\
```go
package words_test

import (
	"testing"

	"example.com/shop/words"
)

func TestClipKeepsShortTexts(t *testing.T) {
	if got := words.Clip("abc", 3); got != "abc" {
		t.Errorf("got %q", got)
	}
}

func TestClip(t *testing.T) {
	if got := words.Clip("abcd", 3); got != "..." {
		t.Errorf("got %q", got)
	}
}

func TestClipWrong(t *testing.T) {
	if got := words.Clip("abcd", 3); got != "abc" {
		t.Errorf("got %q, want abc", got)
	}
}

func TestClipLooksAtNothing(t *testing.T) {
	words.Clip("abc", 3)
}
```
"""
    path, text, result = await offered(project, "words/words.go", "Clip", Scripted([answer]))
    assert result.receipt.author == "scripted/model"
    assert "func TestClipKeepsShortTexts(" in text
    assert "func TestClip2(" in text
    said = {each.summary: each.verdicts[0].evidence for each in result.receipt.withheld}
    assert said == {
        "TestClipWrong": 'it fails: got "...", want abc',
        "TestClipLooksAtNothing": "it passes with every mutant",
    }
    (project / path).write_text(text)
    runs_green(project, _cache)


async def test_what_is_in_the_way_is_said(project: Path) -> None:
    (project / "prices" / "prices_test.go").write_text("package prices\n\nfunc broken() int { return missing }\n")
    result = await generate(project, "prices/prices.go", "Total")
    assert isinstance(result, NoOffer)
    assert result.reason == "the tests of package prices don't compile: prices_test.go:3: undefined: missing"
    outside = make_project(project.parent / "bare", {"a.go": "package a\n\nfunc One() int { return 1 }\n"})
    result = await generate(outside, "a.go", "One")
    assert isinstance(result, NoOffer)
    assert "there is no go.mod between a.go and" in result.reason
