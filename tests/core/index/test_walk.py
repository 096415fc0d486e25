"""Which files belong, held against git itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from stoker_analyzers.index.ignoring import rules_in
from stoker_analyzers.index.walk import SKIPPED, Walker

Make = Callable[[Mapping[str, str]], Path]
QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "HOME": "/nowhere",
    "XDG_CONFIG_HOME": "/nowhere",
}
TREE = (
    "a.py",
    "b.py",
    "build/a.py",
    "build/keep/b.py",
    "src/a.py",
    "src/build/a.py",
    "src/b/a.py",
    "src/b/c/a.py",
    "x y.py",
)
CASES: dict[str, dict[str, str]] = {
    "names": {".gitignore": "a.py\n"},
    "folders": {".gitignore": "build/\n"},
    "anchored": {".gitignore": "/build\n/src/a.py\n"},
    "taken back": {".gitignore": "*.py\n!b.py\n"},
    "a file in an ignored folder is not taken back": {".gitignore": "build/\n!build/keep/b.py\n"},
    "all in a folder but one": {".gitignore": "build/*\n!build/keep/\n"},
    "a folder taken back says nothing of its files": {".gitignore": "*.py\n!src/\n"},
    "nor from further down": {".gitignore": "*.py\n", "src/.gitignore": "!b/\n"},
    "further down wins": {".gitignore": "*.py\n", "src/.gitignore": "!a.py\n"},
    "further down ignores": {"src/.gitignore": "a.py\n!/a.py\n"},
    "in the middle": {".gitignore": "src/**/a.py\n"},
    "anywhere": {".gitignore": "**/b/\n"},
    "all below": {".gitignore": "src/b/**\n"},
    "all below but one": {".gitignore": "src/**\n!src/a.py\n!build/**/\n"},
    "escapes and spaces": {".gitignore": "x\\ y.py\n\\#a.py\n\\!b.py\nb.py   \n"},
    "comments": {".gitignore": "# a.py\n\n  \nb.py\n"},
    "ranges": {".gitignore": "[ab].py\n![!a].py\n"},
    "windows": {".gitignore": "a.py\r\nbuild/\r\n"},
    "exclude": {".git/info/exclude": "b.py\nsrc/b\n", ".gitignore": "!/b.py\n"},
}


def walked(root: Path) -> set[str]:
    return {path for path, _ in Walker(root).files()}


def not_ignored_by_git(root: Path, below: str = "") -> set[str]:
    every = [path.relative_to(root).as_posix() for path in (root / below).rglob("*.py")]
    told = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        input="\0".join(every),
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        env={**os.environ, **QUIET},
    )
    assert told.returncode in (0, 1), told.stderr
    return set(every) - set(told.stdout.split("\0"))


def repository(root: Path, files: Mapping[str, str]) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True, env={**os.environ, **QUIET})
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, newline="")


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
@pytest.mark.parametrize("files", CASES.values(), ids=CASES)
def test_what_git_ignores_is_left_out(files: Mapping[str, str], folder: Make) -> None:
    root = folder(dict.fromkeys(TREE, ""))
    repository(root, files)
    assert walked(root) == not_ignored_by_git(root)
    for name in TREE:
        assert (Walker(root).stamp(name) is not None) == (name in walked(root)), name


@needs_git
@pytest.mark.parametrize("seed", range(60))
def test_any_rules_are_read_as_git_reads_them(seed: int, folder: Make) -> None:
    choose = random.Random(seed)
    root = folder(dict.fromkeys(TREE, ""))
    parts = ["a.py", "b.py", "*.py", "build", "src", "b", "c", "*", "**", "keep", "?.py", "[ab]*"]

    def pattern() -> str:
        text = "/".join(choose.choice(parts) for _ in range(choose.randint(1, 3)))
        return choose.choice(["", "", "!"]) + choose.choice(["", "/"]) + text + choose.choice(["", "/"])

    names = choose.sample([".gitignore", "src/.gitignore", "build/.gitignore", "src/b/.gitignore"], 2)
    rules = {name: "\n".join(pattern() for _ in range(choose.randint(1, 4))) + "\n" for name in names}
    repository(root, rules)
    assert walked(root) == not_ignored_by_git(root), rules


@needs_git
def test_the_rules_of_the_repository_around_hold(folder: Make) -> None:
    root = folder(dict.fromkeys(TREE, ""))
    repository(root, {".gitignore": "/src/b\n", "src/.gitignore": "build\n"})
    below = {name.removeprefix("src/") for name in not_ignored_by_git(root, "src")}
    assert walked(root / "src") == below == {"a.py"}
    repository(root, {".gitignore": "/src\n"})
    assert walked(root / "src") == set()
    assert Walker(root / "src").stamp("a.py") is None


@needs_git
def test_a_linked_work_tree_has_the_excludes_of_its_repository(folder: Make, tmp_path: Path) -> None:
    root = folder({"a.py": ""})
    repository(root, {".git/info/exclude": "b.py\n"})
    commit = ("-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "m")
    for arguments in (commit, ("worktree", "add", "-q", str(tmp_path / "linked"))):
        subprocess.run(["git", *arguments], cwd=root, check=True, env={**os.environ, **QUIET}, capture_output=True)
    for name in ("a.py", "b.py"):
        (tmp_path / "linked" / name).write_text("")
    assert walked(tmp_path / "linked") == {"a.py"}


def test_our_own_ignore_file_takes_more_out_and_brings_nothing_back(folder: Make) -> None:
    root = folder({"a.py": "", "b.py": "", "c/d.py": "", ".gitignore": "a.py\n", ".stokerignore": "!a.py\nc/\n"})
    assert walked(root) == {"b.py"}


def test_what_never_belongs(folder: Make) -> None:
    never = [f"{name}/a.py" for name in SKIPPED] + [f"x/{name}/a.py" for name in SKIPPED]
    root = folder(dict.fromkeys([*never, ".env", ".env.sh", "notes.txt", "a.py", "Rakefile", ".hidden/b.js"], ""))
    assert walked(root) == {"a.py", "Rakefile", ".hidden/b.js"}
    assert all(Walker(root).stamp(name) is None for name in [*never, ".env.sh", "notes.txt"])


def test_a_virtual_environment_is_left_out_whatever_it_is_called(folder: Make) -> None:
    files = {"a.py": "", "env311/pyvenv.cfg": "", "env311/lib/six.py": "", "env/b.py": ""}
    walker = Walker(folder(files))
    assert [path for path, _ in walker.files()] == ["a.py", "env/b.py"]
    assert walker.stamp("env311/lib/six.py") is None
    assert walker.stamp("env/b.py") is not None


def test_large_files_and_odd_ones_are_left_out(folder: Make) -> None:
    root = folder({"small.py": "x" * 10, "large.py": "x" * 11})
    assert [path for path, _ in Walker(root, 10).files()] == ["small.py"]
    assert Walker(root, 10).stamp("large.py") is None
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "pipe.py")
        assert walked(root) == {"small.py", "large.py"}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_not_followed(folder: Make, tmp_path: Path) -> None:
    root = folder({"a.py": "", "inner/b.py": ""})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("")
    for name, target in (
        ("loop", root),
        ("inner/up", root),
        ("out", outside),
        ("out.py", outside / "secret.py"),
        ("gone.py", root / "no"),
    ):
        (root / name).symlink_to(target)
    assert walked(root) == {"a.py", "inner/b.py"}
    assert Walker(root).stamp("out/secret.py") is None
    assert Walker(root).stamp("inner/up/a.py") is None


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert walked(tmp_path / "nowhere") == set()


def test_changed_rules_hold_once_they_are_forgotten(folder: Make) -> None:
    root = folder({"a.py": "", "b.py": ""})
    walker = Walker(root)
    assert len(list(walker.files())) == 2
    (root / ".gitignore").write_text("a.py\n")
    walker.forget()
    assert [path for path, _ in walker.files()] == ["b.py"]


def test_an_ignore_file_that_says_the_same_is_not_read_into_patterns_again(tmp_path: Path) -> None:
    file = tmp_path / ".gitignore"
    file.write_text("*.log\n")
    first = rules_in(file, "")
    assert first and rules_in(file, "") is first
    assert rules_in(file, "a/") is not first
    file.write_text("*.txt\n")
    changed = rules_in(file, "")
    assert changed and changed.verdict("a.txt") and not changed.verdict("a.log")
