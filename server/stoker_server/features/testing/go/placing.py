"""Puts tests into the package's suite: the file's own test file, or a new one. What stands in a file stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace as replaced

from stoker_analyzers.edits import Edit, Replacement, Span, create, replace
from stoker_analyzers.go.calls import snapshot_of, tests_in
from stoker_analyzers.go.functions import imports_of as read_imports
from stoker_analyzers.go.functions import imports_spans, package_of, top_functions
from stoker_server.features.testing.go.bench import GoBench
from stoker_server.features.testing.go.style import Style, style_of
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.uris import uri_of

_STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')


def style_in(bench: GoBench) -> Style:
    """The ways of the package's tests."""
    return style_of(bench.target, {each: bench.ground.scratch.read(each) for each in bench.test_files()})


def taken_names(bench: GoBench) -> set[str]:
    """The functions that the package's tests declare."""
    texts = (bench.ground.scratch.read(each) for each in bench.test_files())
    return {name for text in texts for name, *_ in top_functions(snapshot_of(text))}


def place(bench: GoBench, piece: Piece) -> Placed:
    """Find the tests' place and write the edit.

    Args:
        bench: The request's workbench.
        piece: The tests; those of a name that the package has get another one.
    """
    style, taken = style_in(bench), taken_names(bench)
    sources, groups = [], []
    for name, source in piece.tests:
        free, number = name, 1
        while free in taken:
            number += 1
            free = f"{name}{number}"
        taken.add(free)
        source = re.sub(rf"\b{re.escape(name)}\b", free, source) if free != name else source
        sources.append(bench.target.go.formatted(source.strip("\n") + "\n").strip("\n"))
        groups.append(tuple(tests_in(source)))
    code = "\n\n".join([*(each.strip("\n") for each in piece.helpers), *sources])
    names = tuple(name for group in groups for name in group)
    needed = _needed(piece.imports, code)
    text = bench.ground.scratch.read(style.path)
    if text:
        return Placed(
            style.path, _appended(bench, style, text, needed, code), names, is_new=False, groups=tuple(groups)
        )
    package = bench.target.package.package + ("_test" if style.external else "")
    whole = f"package {package}\n\n{_block(needed)}\n\n{code}\n"
    return Placed(style.path, create(uri_of(style.path), whole), names, is_new=True, groups=tuple(groups))


def without_duplicates(piece: Piece, declared: Collection[str]) -> Piece:
    """A piece without helpers that the package's tests have."""
    return replaced(piece, helpers=tuple(e for e in piece.helpers if not _declares(e) & set(declared)))


def _declares(source: str) -> set[str]:
    return set(re.findall(r"^(?:func|type|var|const)\s+(\w+)", source, re.MULTILINE))


def specs(imports: Mapping[str, str]) -> tuple[str, ...]:
    """Imports as they are written, from names by path."""
    return tuple(
        f'"{path}"' if path.rpartition("/")[2] == name else f'{name} "{path}"' for path, name in imports.items()
    )


def _needed(imports: Sequence[str], code: str) -> list[str]:
    """Those imports whose names the code uses, in the order of their paths."""
    bare = _STRINGS.sub('""', code)
    whole = snapshot_of("package x\n" + "".join(f"import {each}\n" for each in dict.fromkeys(imports)))
    found: dict[str, str] = {}
    for (name, path), spec in zip(read_imports(whole), dict.fromkeys(imports), strict=True):
        if name in ("_", ".") or re.search(rf"(?<![\w.]){re.escape(name)}\.", bare):
            found.setdefault(path, spec)
    return [found[path] for path in sorted(found)]


def _block(imports: Sequence[str]) -> str:
    """The import declaration of a new file: the standard library first."""
    if len(imports) == 1:
        return f"import {imports[0]}"
    own = [each for each in imports if "." not in _path(each).partition("/")[0]]
    others = [each for each in imports if each not in own]
    groups = ["\n".join(f"\t{each}" for each in group) for group in (own, others) if group]
    return "import (\n" + "\n\n".join(groups) + "\n)"


def _path(spec: str) -> str:
    return spec.rpartition(" ")[2].strip('"`')


def _appended(bench: GoBench, style: Style, text: str, needed: Sequence[str], code: str) -> Edit:
    """Add imports among the imports and tests at the end, without touching what is there."""
    del bench
    snapshot = snapshot_of(text)
    known = {path for _, path in read_imports(snapshot)}
    spans = imports_spans(snapshot)
    places: dict[int, list[str]] = {}
    newline = "\r\n" if "\r\n" in text else "\n"
    for spec in (each for each in needed if _path(each) not in known):
        grouped = [each for each in spans if not re.search(r"import[ \t]+$", text[: each.start])]
        after = [each for each in grouped if _path(text[each.start : each.end]) < _path(spec)]
        if after:
            places.setdefault(after[-1].end, []).append(f"{newline}\t{spec}")
        elif grouped:
            places.setdefault(grouped[0].start, []).append(f"{spec}{newline}\t")
        else:
            package = re.search(rf"^package {package_of(snapshot)}[^\n]*", text, re.MULTILINE)
            at = spans[-1].end if spans else package.end() if package else 0
            places.setdefault(at, []).append(f"{newline if spans else newline * 2}import {spec}")
    gap = "" if text.endswith("\n") else newline
    places.setdefault(len(text), []).append(gap + newline + code.replace("\n", newline) + newline)
    changes = [Replacement(Span(at, at), "".join(parts)) for at, parts in sorted(places.items())]
    return replace(uri_of(style.path), text, changes)
