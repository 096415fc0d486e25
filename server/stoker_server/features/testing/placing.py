"""Puts tests into the project's suite: the test file of the module if there is one, else a new one in the project's way.

An existing file keeps every byte that it has; names never collide.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Edit, Replacement, Span, create, replace
from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.importing import extended
from stoker_server.features.testing.target import bound_names
from stoker_server.proving.layout import is_test
from stoker_server.proving.scratch import Scratch
from stoker_server.proving.source import Module
from stoker_server.uris import uri_of

PINNED = 'ests named "pins ..." record what the code'
"""What every note on such tests says, a new file's docstring as well as a comment: a file needs it once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is added to a suite.

    Attributes:
        imports: Import statements, one name each.
        helpers: Other top-level statements that the tests need, in order.
        tests: The tests' names and sources, in order.
        docstring: What a new file's docstring says.
        comment: What stands above the tests in an existing file that has no note on pinning yet.
        refused: The names of tests that were left out of it, each with the reason.
    """

    imports: tuple[str, ...]
    helpers: tuple[str, ...]
    tests: tuple[tuple[str, str], ...]
    docstring: str
    comment: str
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Tests that have a place.

    Attributes:
        path: The test file in the user's folder.
        edit: The change.
        names: The tests' names there.
        is_new: Whether the file is.
        groups: The names that each of the piece's tests has, where one may have several.
    """

    path: Path
    edit: Edit
    names: tuple[str, ...]
    is_new: bool
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def by_test(self) -> tuple[tuple[str, ...], ...]:
        """The names of each of the piece's tests, in their order."""
        return self.groups or tuple((each,) for each in self.names)


def place(scratch: Scratch, file: Path, module: str, tests_folder: str, known: Sequence[Path], piece: Piece) -> Placed:
    """Find the tests' place and write the edit.

    Args:
        scratch: The copy, with the suite as the user has it.
        file: The file under test.
        module: The name by which it is imported.
        tests_folder: Where test files go if the project has no way of its own.
        known: The existing tests that concern the file.
        piece: The tests.
    """
    top = module.partition(".")[0]
    own = [each for each in known if each.stem in (f"test_{file.stem}", f"{file.stem}_test")]
    for path in own:
        text = scratch.read(path)
        if _fits(text, piece.imports):
            edit, names = _append(path, text, piece)
            return Placed(path, edit, names, is_new=False)
    path = _new_file(scratch, file, module, tests_folder, known)
    return Placed(path, create(uri_of(path), _compose(piece, top)), tuple(name for name, _ in piece.tests), is_new=True)


def _new_file(scratch: Scratch, file: Path, module: str, tests_folder: str, known: Sequence[Path]) -> Path:
    """A free name beside the tests of the file or of its neighbours, else in the tests' folder."""
    folder = _tests_folder(scratch, file, tests_folder, known)
    suffixed = any(each.stem.endswith("_test") for each in known)
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        stem = "_".join(parts[-count:])
        path = folder / (f"{stem}_test.py" if suffixed else f"test_{stem}.py")
        if not scratch.inside(path).exists():
            return path
    number = 2
    while scratch.inside(folder / f"test_{file.stem}_{number}.py").exists():
        number += 1
    return folder / f"test_{file.stem}_{number}.py"


def _tests_folder(scratch: Scratch, file: Path, tests_folder: str, known: Sequence[Path]) -> Path:
    if known:
        return known[0].parent
    if any(is_test(each) for each in scratch.inside(file).parent.glob("*.py")):
        return file.parent
    folder = scratch.original / tests_folder
    mirrored = folder / file.parent.relative_to(scratch.original)
    return mirrored if scratch.inside(mirrored).is_dir() else folder


_DEFINES = re.compile(r"(?:async def|def|class)\b|@")


def _compose(piece: Piece, own: str) -> str:
    """A new test file.

    Args:
        piece: The tests.
        own: The project's own top-level module.
    """
    blocks = [f'"""{piece.docstring}"""', _import_block(piece.imports, own), *piece.helpers]
    stripped = [block.strip("\n") for block in blocks if block.strip()]
    head = "\n\n".join(f"\n{each}" if _DEFINES.match(each) else each for each in stripped)
    return "\n\n\n".join([head, *(source.strip("\n") for _, source in piece.tests)]) + "\n"


def _import_block(imports: Iterable[str], own: str) -> str:
    """Import statements as isort groups them, names of one module together."""
    names: dict[str, set[str]] = {}
    plain = set()
    for statement in imports:
        found = re.fullmatch(r"from (\S+) import (.+)", statement)
        if found:
            names.setdefault(found[1], set()).add(found[2])
        else:
            plain.add(statement)
    statements = [*plain, *(f"from {module} import {', '.join(sorted(each))}" for module, each in names.items())]
    groups: list[list[str]] = [[], [], []]
    for statement in sorted(statements, key=lambda each: (each.startswith("from"), each)):
        top = statement.split()[1].partition(".")[0]
        groups[2 if top == own else 0 if top in sys.stdlib_module_names else 1].append(statement)
    return "\n\n".join("\n".join(group) for group in groups if group)


def _fits(text: str, imports: Iterable[str]) -> bool:
    """Whether a file can be added to: it is valid, and no name that the tests import means something else in it."""
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError):
        return False
    known = _imported(tree)
    taken = {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    for statement in imports:
        for name, meaning in _imported(parse_python(statement)).items():
            if known.get(name, meaning) != meaning or name in taken:
                return False
    return True


def _imported(tree: ast.Module) -> dict[str, str]:
    """What the names that top-level imports bind stand for."""
    found = {}
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                found.update({each.asname or each.name.partition(".")[0]: each.name for each in names})
            case ast.ImportFrom(module=module, names=names, level=0):
                found.update({each.asname or each.name: f"{module}.{each.name}" for each in names})
    return found


def _append(path: Path, text: str, piece: Piece) -> tuple[Edit, tuple[str, ...]]:
    """Add imports below the imports and tests at the end, without touching what is there."""
    module = Module.parse(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    known = _imported(module.tree)
    missing = [each for each in piece.imports if set(_imported(parse_python(each))) - set(known)]
    taken = set(bound_names(module.tree.body))
    names, sources = zip(*(_renamed(name, source, taken) for name, source in piece.tests), strict=True)
    into, left = extended(module, missing)
    at, imports = _import_place(module, left)
    end = _end(module)
    gap = "" if text[:end].endswith("\n") else "\n"
    comment = "" if PINNED in text else "".join(f"# {line}\n" for line in piece.comment.splitlines())
    tests = gap + "\n\n" + comment + "\n\n\n".join(each.strip("\n") for each in (*piece.helpers, *sources)) + "\n"
    added = [*into.items(), *([(at, imports), (end, tests)] if at < end else [(end, imports + tests)])]
    replacements = [Replacement(Span(each, each), new.replace("\n", newline)) for each, new in added if new]
    return replace(uri_of(path), text, replacements), names


def _renamed(name: str, source: str, taken: Collection[str]) -> tuple[str, str]:
    """A test under a name that is free, which is then taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    if isinstance(taken, set):
        taken.add(free)
    return free, re.sub(rf"\b((?:def|class)\s+){re.escape(name)}\b", rf"\g<1>{free}", source, count=1)


def unique(tests: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The same tests with no two of one name."""
    taken = set[str]()
    return tuple(_renamed(name, source, taken) for name, source in tests)


def unique_titles(tests: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Tests that have titles and not names, no two of one title."""
    taken, found = set[str](), []
    for title, source in tests:
        free, number = title, 1
        while free in taken:
            number += 1
            free = f"{title} ({number})"
        taken.add(free)
        found.append((free, source.replace(title, free, 1) if free != title else source))
    return tuple(found)


def _import_place(module: Module, statements: Iterable[str]) -> tuple[int, str]:
    """Where imports go and their text: after the last one, else after the docstring, else at the top."""
    text = "".join(f"{each}\n" for each in dict.fromkeys(statements))
    body = module.tree.body
    imports = [each for each in body if isinstance(each, ast.Import | ast.ImportFrom)]
    documented = body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    if not text or not (imports or documented):
        return 0, text and text + "\n"
    at = _line_end(module, module.span(imports[-1] if imports else body[0]).end)
    gap = "" if module.text[:at].endswith("\n") else "\n"
    return at, gap + ("" if imports else "\n") + text


def _line_end(module: Module, offset: int) -> int:
    """The offset after the line's end."""
    found = module.text.find("\n", offset)
    return len(module.text) if found < 0 else found + 1


def _end(module: Module) -> int:
    """Where tests are added: before a closing ``if __name__ == "__main__":``, else at the end."""
    last = module.tree.body[-1] if module.tree.body else None
    if isinstance(last, ast.If) and "__name__" in ast.unparse(last.test):
        before = module.text[: module.offset(last.lineno, 0)].rstrip()
        return _line_end(module, len(before))
    return len(module.text)
