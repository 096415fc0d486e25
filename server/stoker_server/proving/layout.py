"""How a project is laid out: by what name a file is imported, and which of its tests concern a file. Runs nothing."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.python_ast import parse_python

_PYTEST_SETTINGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_SOURCE_FOLDERS = frozenset({"src", "lib", "python"})
_MOST_TEST_FILES = 12
_MOST_FILES_READ = 4_000
_LARGEST_TEST_FILE = 1_000_000
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "build", "dist"})


@dataclass(frozen=True, slots=True)
class ImportName:
    """By what name a file is imported.

    Attributes:
        root: The folder that has to be on the module path.
        module: The dotted name.
    """

    root: Path
    module: str


def import_name(folder: Path, file: Path) -> ImportName | None:
    """The name by which a Python file of a folder is imported; ``None`` where it has none.

    A package reaches up to the first folder without ``__init__.py``. A file outside any package goes by its path from the
    workspace folder, or from a source folder in it, as namespace packages do.
    """
    root = file.parent
    while root != folder and root.is_relative_to(folder) and (root / "__init__.py").exists():
        root = root.parent
    if root == file.parent and file.is_relative_to(folder):
        first = file.relative_to(folder).parts[0]
        root = folder / first if first in _SOURCE_FOLDERS and file.parent != folder else folder
    parts = list(file.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ImportName(root, ".".join(parts)) if parts and all(each.isidentifier() for each in parts) else None


def finds_modules(folder: Path, root: Path, test: Path) -> bool:
    """Whether plain ``pytest`` puts a source root on the module path when it runs a test.

    Args:
        folder: The workspace folder.
        root: The source root.
        test: The test file; it need not exist.
    """
    for name in _PYTEST_SETTINGS:
        if (folder / name).is_file() and "pythonpath" in (folder / name).read_text(encoding="utf-8", errors="replace"):
            return True
    top = test.parent
    while (top / "__init__.py").exists() and top != folder:
        top = top.parent
    return root in (top, test.parent) or (root / "conftest.py").exists()


def is_test(path: Path) -> bool:
    """Whether a file is one that pytest collects by its name."""
    return path.suffix == ".py" and (path.name.startswith("test_") or path.stem.endswith("_test"))


def suite_of(folder: Path, file: Path, names: frozenset[str]) -> tuple[Path, ...]:
    """The test files that concern a file: those that import it, named after it first.

    Args:
        folder: The workspace folder, or a copy of it.
        file: The Python file.
        names: What it defines, to tell which tests of its package are about it.
    """
    known = import_name(folder, file)
    if known is None:
        return ()
    found = []
    for path in test_files(folder):
        strength = _concern(folder, path, known.module, names)
        if strength:
            named_after = path.stem in (f"test_{file.stem}", f"{file.stem}_test")
            found.append((not named_after, -strength, path))
    return tuple(path for *_, path in sorted(found)[:_MOST_TEST_FILES])


def defined_names(text: str) -> frozenset[str]:
    """The names that a Python file defines at its top; none where it can't be parsed."""
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def test_files(folder: Path) -> Iterator[Path]:
    """The test files of a folder, in order."""
    read = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        folders[:] = [each for each in folders if not Path(place, each, "pyvenv.cfg").exists()]
        for name in sorted(files):
            read += 1
            if read > _MOST_FILES_READ:
                return
            path = Path(place, name)
            if is_test(path):
                yield path


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a file is a link to one that is not the folder's: its text is nobody's to show to a model."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def _concern(folder: Path, path: Path, module: str, names: frozenset[str]) -> int:
    """2 where a test imports the module, 1 where it imports a package around it and speaks of its names, else 0."""
    try:
        if path.stat().st_size > _LARGEST_TEST_FILE or _leads_out(path, folder):
            return 0
        text = path.read_text(encoding="utf-8")
        tree = parse_python(text)
    except (OSError, ValueError, SyntaxError):
        return 0
    imported = set(_imported(tree, _package(folder, path)))
    if module in imported:
        return 2
    outer = {module.rsplit(".", count)[0] for count in range(1, module.count(".") + 1)}
    return 1 if imported & outer and any(name in text for name in names) else 0


def _package(folder: Path, path: Path) -> str:
    known = import_name(folder, path)
    return known.module.rpartition(".")[0] if known else ""


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    """Every module that a file may import: ``from a import b`` names ``a`` and perhaps ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            yield base
            yield from (f"{base}.{each.name}" for each in node.names)
