"""Which files of a JavaScript or TypeScript project are tests, and which of them concern a file. Runs nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stoker_server.proving.ecma.project import Framework

SUFFIXES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
"""Endings of the files that hold code."""

FOLDERS = frozenset({"__tests__", "test", "tests", "spec", "specs"})
"""Folders that tests lie in."""

MARKED = re.compile(r"^(?:test|.*[.\-_](?:test|spec))$")
"""The stem of a file that is named as a test."""

_MOST_TEST_FILES = 6
_MOST_FILES_READ = 8_000
_LARGEST_TEST_FILE = 300_000
_SKIPPED = frozenset({"node_modules", "dist", "build", "coverage", "target", "vendor", "out", "fixtures"})
_SPECIFIER = re.compile(r"""(?:from|import|require\(|import\()\s*['"]([^'"\n]+)['"]""")
_CALLS = re.compile(r"\b(?:test|it|describe|suite)\s*[.(]")


def is_test(path: Path) -> bool:
    """Whether a file is a test by its name or its folder."""
    if path.suffix not in SUFFIXES or path.name.endswith(".d.ts"):
        return False
    return bool(MARKED.match(path.stem)) or path.stem.startswith("test-") or bool(FOLDERS & set(path.parts[:-1]))


def is_test_source(inside: Path, path: Path) -> bool:
    """Whether a file is a test or a helper of tests; what else lies in a folder ``tests`` of the code's own is code.

    Args:
        inside: Its path from the workspace folder.
        path: The file; it need not be there yet.
    """
    if not is_test(inside):
        return False
    marked = bool(MARKED.match(path.stem)) or path.stem.startswith("test-")
    placed = "__tests__" in inside.parts[:-1] or inside.parts[0] in FOLDERS
    return marked or placed or bool(_CALLS.search(text_of(path)))


def code_files(folder: Path) -> Iterator[Path]:
    """The files with code below a folder, in order."""
    read = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(files):
            read += 1
            if read > _MOST_FILES_READ:
                return
            if name.endswith(SUFFIXES):
                yield Path(place, name)


def test_files(folder: Path) -> Iterator[Path]:
    """The test files of a folder, in order: those that call a test function."""
    for path in code_files(folder):
        if is_test(path.relative_to(folder)) and _CALLS.search(text_of(path)):
            yield path


def runs_by(text: str, framework: Framework) -> bool:
    """Whether a test file is one for a runner: Playwright's and the others' don't take each other's."""
    return (f"{Framework.PLAYWRIGHT}" in text) is (framework is Framework.PLAYWRIGHT)


def suite_of(folder: Path, file: Path, name: str, package: str) -> tuple[Path, ...]:
    """The test files that concern a function: those that import its file, named after it first.

    Args:
        folder: The workspace folder, or a copy of it.
        file: The file, in it.
        name: What the function is imported as.
        package: The name of the file's package, by which tests may import it.
    """
    found = []
    for path in test_files(folder):
        strength = _concern(path, file, name, package)
        if strength:
            found.append((bare(path) != file.stem, -strength, path))
    return tuple(path for *_, path in sorted(found)[:_MOST_TEST_FILES])


def bare(path: Path) -> str:
    """The stem of a test file without the mark of a test."""
    return re.sub(r"[.\-_](?:test|spec)$", "", path.stem).removeprefix("test-")


def _concern(path: Path, file: Path, name: str, package: str) -> int:
    """2 where a test imports the file, 1 where it imports something around it and speaks of the function, else 0."""
    text, weak = text_of(path), 0
    for specifier in _SPECIFIER.findall(text):
        if specifier.startswith("."):
            aim = Path(os.path.normpath(path.parent / specifier))
            if _is_aim(aim, file):
                return 2
            if file.is_relative_to(aim) or (aim.stem == "index" and file.is_relative_to(aim.parent)):
                weak = 1
        elif specifier == package or (specifier.startswith(("@/", "~/", "#")) and Path(specifier).stem == file.stem):
            weak = 1
    return weak if weak and re.search(rf"\b{re.escape(name)}\b", text) else 0


def _is_aim(aim: Path, file: Path) -> bool:
    return file in (aim, aim.with_suffix(file.suffix), aim / f"index{file.suffix}", Path(f"{aim}{file.suffix}"))


def imports_file(path: Path, file: Path) -> bool:
    """Whether a file imports another by its place."""
    said = (each for each in _SPECIFIER.findall(text_of(path)) if each.startswith("."))
    return any(_is_aim(Path(os.path.normpath(path.parent / each)), file) for each in said)


def text_of(path: Path) -> str:
    """The text of a file; empty where it can't be read or is no test that a person wrote."""
    try:
        return "" if path.is_symlink() or path.stat().st_size > _LARGEST_TEST_FILE else path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
