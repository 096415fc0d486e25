"""How the files of a workspace import each other: what a name in one file has to do with a module, and who reaches whom.

Reads texts; runs nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stoker_analyzers.index.walk import Walker
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.rewriting import normalized
from stoker_server.features.refactor.reading import MARK
from stoker_server.proving.layout import import_name
from stoker_server.workers import RefusedError

_LARGEST = 2_000_000
_TOP_IMPORT = re.compile(
    r"^(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]+))", re.MULTILINE
)


@dataclass(frozen=True)
class Workspace:
    """The Python files of a folder, as they are in the editor or on disk.

    Attributes:
        folder: It.
        texts: The files by path, their line ends normalized, without byte order marks.
        raw: The same, as they are.
    """

    folder: Path
    texts: dict[Path, str] = field(default_factory=dict)
    raw: dict[Path, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, opened: Mapping[Path, str]) -> Workspace:
        """Read a folder.

        Raises:
            RefusedError: A file is no UTF-8.
        """
        found = cls(folder.resolve())
        given = {each.resolve(): text for each, text in opened.items()}
        for name, _ in Walker(found.folder, _LARGEST).files():
            path = found.folder / name
            if path.suffix == ".py":
                try:
                    found.put(path, given[path] if path in given else path.read_bytes().decode("utf-8"))
                except UnicodeDecodeError as error:
                    raise RefusedError(f"{name} is not UTF-8 text; convert it first") from error
        return found

    def put(self, path: Path, text: str) -> None:
        """Take a file's text for what it is."""
        self.raw[path] = text
        self.texts[path] = normalized(text).removeprefix(MARK)

    def module(self, path: Path) -> str:
        """The name by which a file is imported.

        Raises:
            RefusedError: It has none.
        """
        found = import_name(self.folder, path)
        if found is None:
            raise RefusedError(f"{path.name} can't be imported by a name")
        return found.module

    def tree(self, path: Path) -> ast.Module:
        """A file's tree.

        Raises:
            RefusedError: It has none.
        """
        try:
            return parse_python(self.texts[path])
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise RefusedError(f"{path.name} can't be read ({error}); correct it first") from error

    def package(self, path: Path) -> str:
        """The package that a file's relative imports begin at."""
        module = self.module(path)
        return module if path.name == "__init__.py" else module.rpartition(".")[0]

    def reached(self) -> dict[str, frozenset[str]]:
        """Which modules each module imports when it is imported itself, those of the workspace alone."""
        known: dict[str, Path] = {}
        for path in self.texts:
            if (name := import_name(self.folder, path)) is not None:
                known[name.module] = path
        return {name: self._imported(name, path, frozenset(known)) for name, path in known.items()}

    def _imported(self, module: str, path: Path, known: frozenset[str]) -> frozenset[str]:
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        found: set[str] = set()
        for source, names, plain in _TOP_IMPORT.findall(self.texts[path]):
            if plain:
                found.update(each.split()[0] for each in plain.split(",") if each.split())
                continue
            origin = absolute(package, source)
            listed = [each.split()[0] for each in re.sub(r"[()]|#[^\n]*", "", names).split(",") if each.split()]
            inner = {f"{origin}.{each}" for each in listed}
            found |= (inner & known) or {origin}
            if not inner <= known:
                found.add(origin)
        return frozenset(found & known) - {module}


def absolute(package: str, source: str) -> str:
    """A module as a ``from`` names it, without leading dots."""
    name = source.lstrip(".")
    dots = len(source) - len(name)
    if not dots:
        return name
    parts = package.split(".") if package else []
    base = parts[: len(parts) - dots + 1]
    return ".".join([*base, *([name] if name else [])])


def written(package: str, module: str, *, relative: bool) -> str:
    """A module as a ``from`` names it: with leading dots where the file writes it so and both are in one package."""
    here, there = package.split(".") if package else [], module.split(".")
    pairs = enumerate(zip(here, there, strict=False))
    shared = next((at for at, (one, other) in pairs if one != other), min(len(here), len(there)))
    if not relative or not shared:
        return module
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])


def is_relative(tree: ast.Module) -> bool:
    """Whether a file imports its own package with leading dots."""
    return any(isinstance(each, ast.ImportFrom) and each.level for each in ast.walk(tree))


def circle(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> list[str]:
    """Modules that import each other in a circle after a change and did not before; the first one found."""
    for module, wanted in after.items():
        for other in wanted - before.get(module, frozenset()):
            if path := _way(after, other, module):
                return [module, *path]
    return []


def _way(graph: Mapping[str, frozenset[str]], start: str, end: str) -> list[str]:
    pending, seen = [[start]], {start}
    while pending:
        path = pending.pop(0)
        if path[-1] == end:
            return path
        for each in sorted(graph.get(path[-1], frozenset()) - seen):
            seen.add(each)
            pending.append([*path, each])
    return []


@dataclass(frozen=True, slots=True)
class Use:
    """Where a file gets at a definition of a module.

    Attributes:
        node: The ``from`` that imports it, or the expression ``module.name``.
        alias: What a ``from`` imports; ``None`` for an expression.
    """

    node: ast.ImportFrom | ast.Attribute
    alias: ast.alias | None


def uses(tree: ast.Module, package: str, module: str, name: str) -> Iterator[Use]:
    """Where a file gets at a definition of another module.

    Args:
        tree: The file.
        package: Where its relative imports begin.
        module: The other module.
        name: What that defines.

    Raises:
        RefusedError: It imports everything.
    """
    owners: set[str] = set()
    parent, _, last = module.rpartition(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            origin = absolute(package, "." * node.level + (node.module or ""))
            for each in node.names:
                if origin == module and each.name == "*":
                    raise RefusedError(f"a file imports everything from {module}")
                if origin == module and each.name == name:
                    yield Use(node, each)
                if origin == parent and each.name == last and parent:
                    owners.add(each.asname or each.name)
        if isinstance(node, ast.Import):
            owners |= {each.asname or each.name for each in node.names if each.name == module}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name and ast.unparse(node.value) in owners:
            yield Use(node, None)
