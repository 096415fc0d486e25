"""``stoker document`` on whole files and folders, and its check for CI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stoker_server.cli import main
from stoker_server.cli.documenting import files_of

DRIFTED = '''\
def move(source, target, count=3):
    """Move a file.

    Args:
        source: From where.
        dest: To where.
        count: How often. Defaults to 2.
    """
    print(source, target, count)
'''
BARE = "def load(path):\n    return open(path)\n\n\nclass Store:\n    def clear(self):\n        self.items = []\n"


@pytest.fixture(autouse=True)
def _facts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOKER_PROVIDER", "facts")


def test_the_check_names_each_place_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.py"
    file.write_text(DRIFTED)
    assert main(["document", "--check", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{file}:6", f"{file}:7"]
    assert "has no argument dest" in lines[0]
    assert "2 findings in 1 file" in shown.err
    assert file.read_text() == DRIFTED


def test_the_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text(DRIFTED)
    assert main(["document", "--check", "--json", str(tmp_path)]) == 1
    first, second = json.loads(capsys.readouterr().out)
    assert (first["line"], first["column"], first["symbol"], first["kind"]) == (6, 9, "move", "renamed")
    assert second["kind"] == "default"


def test_the_check_mends_what_it_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.py"
    file.write_text(DRIFTED)
    assert main(["document", "--check", "--write", str(file)]) == 0
    assert file.read_text() == DRIFTED.replace("dest:", "target:").replace("to 2", "to 3")
    assert main(["document", "--check", str(file)]) == 0
    capsys.readouterr()


def test_the_check_of_one_symbol(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.py"
    file.write_text(DRIFTED + DRIFTED.replace("move", "copy"))
    assert main(["document", str(file), "copy", "--check"]) == 1
    assert [line.split(":")[1] for line in capsys.readouterr().out.splitlines()] == ["15", "16"]
    assert main(["document", str(file), "nothing", "--check"]) == 2
    assert "a.py defines no nothing" in capsys.readouterr().err


def test_what_has_no_documentation_is_listed_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text(BARE)
    assert main(["document", "--check", str(tmp_path)]) == 0
    assert main(["document", "--check", "--missing", str(tmp_path)]) == 1
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        "load is not documented",
        "Store is not documented",
        "Store.clear is not documented",
    ]


def test_a_folder_is_documented_but_for_what_is_ignored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "build").mkdir()
    for name in ("a.py", "build/b.py", "test_a.py"):
        (tmp_path / name).write_text(BARE)
    (tmp_path / "c.js").write_text("function add(a, b) {\n  return a + b;\n}\n")
    assert main(["document", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "3 documented by facts" in shown
    assert "4 comments in 2 files offered" in shown
    assert (tmp_path / "a.py").read_text() == BARE
    assert main(["document", str(tmp_path), "--write"]) == 0
    assert (tmp_path / "a.py").read_text().count('"""') == 6
    assert (tmp_path / "c.js").read_text().startswith("/**\n")
    assert (tmp_path / "build" / "b.py").read_text() == BARE
    assert (tmp_path / "test_a.py").read_text() == BARE


def test_a_diff_of_several_symbols_applies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text(BARE)
    assert main(["document", str(tmp_path / "a.py"), "--all"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("\n--- ") + shown.startswith("--- ") == 1
    assert shown.count("+    ") >= 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--check", "nowhere"], "there is no file or folder nowhere"),
        (["--check", ".", "nowhere"], "there is no file or folder nowhere"),
        (["--missing", "a.py"], "--missing goes with --check"),
        (["."], "holds no file that can be documented"),
        ([".", "f"], "is a folder, which has no symbol f"),
    ],
)
def test_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["document", *arguments]) in (1, 2)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("test", ["a.spec.ts", "__tests__/a.js", "a_test.go", "src/test/java/ATest.java", "test_a.py"])
def test_tests_of_a_folder_are_left_out_in_every_language(test: str, tmp_path: Path) -> None:
    for name in ("a.ts", "a.go", "src/main/java/A.java", "a.py", test):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = {each.relative_to(tmp_path).as_posix() for each in files_of(tmp_path)}
    assert found == {"a.ts", "a.go", "src/main/java/A.java", "a.py"}
    assert len(files_of(tmp_path, tests=True)) == 5


def test_how_many_tests_are_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.py", "test_a.py", "src/main/java/com/acme/test/Probe.java"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(
            BARE if name.endswith("py") else "public class Probe {\n  public void run() {}\n}\n"
        )
    assert main(["document", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert "Probe.java: " in shown.out
    assert "1 test file left out" in shown.err
