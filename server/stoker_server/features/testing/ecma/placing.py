"""Puts tests into the project's suite: the file's own test file if there is one, else a new one in the project's way.

An existing file keeps every byte that it has; titles never collide.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace as replaced
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

from stoker_analyzers.ecma.layout import Style, quoted
from stoker_analyzers.ecma.suites import JOINT, Statement, snapshot_of, statements
from stoker_analyzers.edits import Edit, Replacement, Span, create, replace
from stoker_server.features.testing.ecma.answering import answers
from stoker_server.features.testing.ecma.opened import PageTarget
from stoker_server.features.testing.ecma.target import EcmaTarget
from stoker_server.features.testing.ecma.timing import NOTE, benchmark_file
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.proving.ecma.layout import FOLDERS, MARKED, bare
from stoker_server.proving.ecma.project import Framework
from stoker_server.uris import uri_of

if TYPE_CHECKING:
    from stoker_server.features.testing.ecma.bench import EcmaBench

PINNED = 'Tests titled "pins ..." record what the code'
"""What every note on such tests says: a file needs it once."""


def place(bench: EcmaBench, piece: Piece) -> Placed:
    """Find the tests' place and write the edit.

    Args:
        bench: The request's workbench.
        piece: The tests; those that are no suites of their own come into one, where the project writes suites.
    """
    path = test_file(bench)
    text = bench.ground.scratch.read(path)
    tests, groups = _tests(bench, piece, text)
    names = tuple(name for group in groups for name in group)
    used = "\n".join([*piece.helpers, tests])
    piece = replaced(piece, imports=tuple(_pruned(each, used) for each in piece.imports))
    if not text:
        return Placed(path, create(uri_of(path), _composed(piece, tests)), names, is_new=True, groups=groups)
    return Placed(path, _appended(bench, path, text, piece, tests), names, is_new=False, groups=groups)


def _tests(bench: EcmaBench, piece: Piece, text: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The tests' source, titles changed where they are taken, and the full names that each of them has."""
    style, suite = bench.style, bench.qualified
    taken = set(bench.test_names(text))
    simple, suites, groups = list[str](), list[str](), list[tuple[str, ...]]()
    for title, source in piece.tests:
        names = bench.test_names(source)
        if names == [title]:
            before = f"{suite}{JOINT}" if style.nested else ""
            free = _free(before, title, taken)
            old, new = (quoted(json.dumps(each, ensure_ascii=False), style) for each in (title, free))
            simple.append(source.strip("\n").replace(old, new, 1))
            groups.append((before + free,))
        else:
            suites.append(source.strip("\n"))
            groups.append(tuple(names))
    declares = "test.describe" if _opens(bench.target) else "describe"
    blocks = [_suite(declares, suite, simple, style)] if style.nested and simple else simple
    return "\n\n".join([*blocks, *suites]), tuple(groups)


def _suite(declares: str, title: str, tests: Sequence[str], style: Style) -> str:
    shown = quoted(json.dumps(title), style)
    inner = "\n\n".join(indent(each, style.indent) for each in tests)
    return f"{declares}({shown}, () => {{\n{inner}\n}}){style.end}"


def _opens(target: EcmaTarget) -> bool:
    """Whether tests are Playwright's."""
    return target.tools.framework is Framework.PLAYWRIGHT


def _pruned(statement: str, code: str) -> str:
    """An import of the runner's without the names that the tests do not use."""
    found = re.search(r"\{ (.+?) \}", statement)
    if found is None or not re.search(r"""['"](?:vitest|@jest/globals|node:test|@playwright/test)['"]""", statement):
        return statement
    used = [name for name in found[1].split(", ") if re.search(rf"\b{re.escape(name)}\b", code)]
    return statement.replace(found[0], f"{{ {', '.join(used)} }}") if used else statement


def _free(before: str, title: str, taken: set[str]) -> str:
    free, number = title, 1
    while before + free in taken:
        number += 1
        free = f"{title} ({number})"
    taken.add(before + free)
    return free


def test_file(bench: EcmaBench) -> Path:
    """The test file of the file under test, or its file of benchmarks; it need not exist."""
    if bench.timed:
        return benchmark_file(bench, beside(bench))
    return next((each for each in _own(bench) if not _is_broken(bench, each)), beside(bench))


def _own(bench: EcmaBench) -> list[Path]:
    path = bench.target.path
    names = (path.stem, f"{path.parent.name}-{path.stem}")
    found = [each for each in bench.find_existing() if bare(each) in names]
    if isinstance(bench.target, PageTarget) and not bench.target.setup.served:
        # Of a file that reaches the application otherwise, what is set for the new tests would change the others.
        return [each for each in found if answers(bench.ground.scratch.read(each))]
    return found


def _is_broken(bench: EcmaBench, path: Path) -> bool:
    return bool(bench.problem_in(bench.ground.scratch.read(path)))


def beside(bench: EcmaBench) -> Path:
    """A free name for a new test file: where the project has its tests, called as it calls them."""
    scratch, target = bench.ground.scratch, bench.target
    known = [each.relative_to(scratch.root) for each in bench.styled]
    folder, mark = _folder(bench, known), _mark(target, known)
    suffix = _suffix(target, known)
    names = [f"{target.path.stem}{mark}{suffix}"]
    names += [f"{target.path.parent.name}-{names[0]}"] if target.path.parent != scratch.original else []
    names += [f"{target.path.stem}-{number}{mark}{suffix}" for number in range(2, 100)]
    return next(folder / each for each in names if not scratch.inside(folder / each).exists())


def _folder(bench: EcmaBench, known: Sequence[Path]) -> Path:
    """Beside the file, in a folder of tests beside it, or in the project's folder of tests."""
    target, original = bench.target, bench.ground.scratch.original
    if isinstance(target, PageTarget):
        return _where_pages(bench, target, known)
    own = target.path.parent
    package = target.tools.package.folder
    if existing := bench.find_existing():
        nearest = min((each.parent for each in existing), key=lambda each: len(Path(os.path.relpath(each, own)).parts))
        # What a folder within the tests beside the file has of it belongs to something else.
        return next((each for each in nearest.parents if each.name in FOLDERS and each.parent == own), nearest)
    near = [each for each in known if (original / each).is_relative_to(package)] or list(known)
    if not near:
        return _otherwise(bench)
    first = near[0]
    folder = next((part for part in first.parts[:-1] if part in FOLDERS), "")
    if not folder:
        return own
    at = original / Path(*first.parts[: first.parts.index(folder) + 1])
    if folder == "__tests__" and at.parent != package:
        return own / "__tests__"
    relative = own.relative_to(package) if own.is_relative_to(package) else Path()
    for mirrored in (at / relative, at / Path(*relative.parts[1:])):
        if bench.ground.scratch.inside(mirrored).is_dir():
            return mirrored
    return at


def _where_pages(bench: EcmaBench, target: PageTarget, known: Sequence[Path]) -> Path:
    """Where Playwright looks for tests; where that is everywhere, in the folder that it proposes itself."""
    scratch, package = bench.ground.scratch, target.tools.package.folder
    near = [
        folder for each in known if (folder := (scratch.original / each).parent).is_relative_to(target.setup.folder)
    ]
    if near:
        return near[0]
    if target.setup.folder != package:
        return target.setup.folder
    return package / ("e2e" if scratch.inside(package / "tests").exists() else "tests")


def _otherwise(bench: EcmaBench) -> Path:
    """Where tests go if the project has none: beside the file; Node's own runner looks for them anywhere, too."""
    target = bench.target
    folder = target.tools.package.folder / "test"
    if bench.ground.scratch.inside(folder).is_dir():
        return folder
    return target.path.parent


def _mark(target: EcmaTarget, known: Sequence[Path]) -> str:
    marks = Counter(
        found.group()
        for each in known
        if MARKED.match(each.stem) and (found := re.search(r"[.\-_](?:test|spec)$", each.stem))
    )
    if known and not marks and target.tools.framework not in (Framework.VITEST, Framework.PLAYWRIGHT):
        return ""  # the folder alone says that they are tests
    return marks.most_common(1)[0][0] if marks else ".spec" if _opens(target) else ".test"


def _suffix(target: EcmaTarget, known: Sequence[Path]) -> str:
    if isinstance(target, PageTarget):
        return target.suffix
    own = target.path.suffix
    suffixes = Counter(each.suffix for each in known)
    if own in (".tsx", ".jsx"):
        own = own[:-1]
    if own in (".ts", ".mts", ".cts") or not suffixes:
        return own
    return suffixes.most_common(1)[0][0]


def _composed(piece: Piece, tests: str) -> str:
    """A new test file."""
    head = "".join(f"// {line}".rstrip() + "\n" for line in piece.docstring.splitlines())
    imports = "\n".join(piece.imports)
    blocks = [head.rstrip(), imports, *(each.strip("\n") for each in piece.helpers), tests]
    return "\n\n".join(each for each in blocks if each.strip()) + "\n"


def _appended(bench: EcmaBench, path: Path, text: str, piece: Piece, tests: str) -> Edit:
    """Add imports below the imports and tests at the end, without touching what is there."""
    known = statements(snapshot_of(text, typed=bench.target.is_typed))
    imports = [each for each in known if each.kind == "import"]
    missing = [each for each in piece.imports if _is_missing(each, known, typed=bench.target.is_typed)]
    newline = "\r\n" if "\r\n" in text else "\n"
    at = imports[-1].span.end if imports else (known[0].span.start if known else 0)
    added = "".join(f"\n{each}" for each in missing) if imports else "".join(f"{each}\n" for each in missing)
    note = "" if PINNED in text or NOTE in text else "".join(f"// {line}\n" for line in piece.comment.splitlines())
    helpers = "".join(each.strip("\n") + "\n\n" for each in piece.helpers)
    gap = "" if text.endswith("\n") else "\n"
    changes = [(at, added), (len(text), f"{gap}\n{helpers}{note}{tests}\n")]
    replacements = [Replacement(Span(place, place), new.replace("\n", newline)) for place, new in changes if new]
    return replace(uri_of(path), text, replacements)


def _is_missing(statement: str, known: Sequence[Statement], *, typed: bool) -> bool:
    """Whether a file lacks a name that an import binds."""
    bound = {name for each in known for name in each.names}
    return any(not set(each.names) <= bound for each in statements(snapshot_of(statement, typed=typed)))
