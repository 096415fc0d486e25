"""Classes that a file imports from its own project, found in their files. Runs nothing, imports nothing."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stoker_analyzers.python_ast import parse_python

_LARGEST = 1_000_000
_MOST_HOPS = 3
"""Modules that a name may be passed on by before it is defined."""


@dataclass(frozen=True)
class Imported:
    """What the imports of one file stand for.

    Attributes:
        tree: The file.
        module: By what name it is imported.
        root: The folder that its module's name starts from.
        package: Whether the file is a package's ``__init__``.
    """

    tree: ast.Module
    module: str
    root: Path
    package: bool = False

    @cached_property
    def origins(self) -> dict[str, tuple[str, str]]:
        """The imported names, each with its module and the name there."""
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                found.update({each.asname or each.name: (module, each.name) for each in node.names})
        return found

    @cached_property
    def own(self) -> frozenset[str]:
        """The imported names that are of the project: their modules are files under the root."""
        files = {
            module: any(each.is_file() for each in _files(self.root, module)) for module, _ in self.origins.values()
        }
        return frozenset(name for name, (module, _) in self.origins.items() if files[module])

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.module.split(".")
        up = node.level - self.package
        base = parts[: len(parts) - up] if up else parts
        return ".".join([*base, *([node.module] if node.module else [])])

    def definition(self, name: str, hops: int = _MOST_HOPS) -> tuple[Imported, ast.ClassDef] | None:
        """The class that a name stands for, with the file that defines it; ``None`` for what is not of the project."""
        module, original = self.origins.get(name, ("", ""))
        other = self._opened(module) if module and hops else None
        if other is None:
            return None
        for node in other.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == original:
                return other, node
        return other.definition(original, hops - 1)

    def _opened(self, module: str) -> Imported | None:
        return opened(self.root, module)


def opened(root: Path, module: str) -> Imported | None:
    """A module of a project; ``None`` where there is none that can be read."""
    for file in _files(root, module):
        try:
            if file.stat().st_size <= _LARGEST:
                tree = parse_python(file.read_text(encoding="utf-8"))
                return Imported(tree, module, root, file.name == "__init__.py")
        except (OSError, ValueError, SyntaxError):
            continue
    return None


def _files(root: Path, module: str) -> tuple[Path, ...]:
    """The files that may define a module."""
    path = root.joinpath(*module.split("."))
    return (path.with_name(f"{path.name}.py"), path / "__init__.py") if path.name else ()
