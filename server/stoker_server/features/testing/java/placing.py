"""Puts tests into the module's suite: the class's own test file if there is one, else a new one beside it in the test folder.

An existing file keeps every byte that it has; names never collide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

from stoker_analyzers.edits import Edit, Replacement, Span, create, replace
from stoker_analyzers.java.suites import Suite, suite_in
from stoker_server.features.testing.java.style import Style
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.uris import uri_of

if TYPE_CHECKING:
    from stoker_server.features.testing.java.bench import JavaBench

PINNED = 'Tests named "pins" record what the code'
"""What every note on such tests says: a file needs it once."""


def place(bench: JavaBench, piece: Piece) -> Placed:
    """Find the tests' place and write the edit.

    Args:
        bench: The request's workbench.
        piece: The tests; their sources begin at the first column.
    """
    path = bench.test_file()
    text = bench.ground.scratch.read(path)
    taken = set(re.findall(r"\b(\w+)\s*\(", text))
    names, sources = list[str](), list[str]()
    for name, source in piece.tests:
        free, number = name, 1
        while free in taken:
            number += 1
            free = numbered(name, number)
        taken.add(free)
        names.append(free)
        sources.append(re.sub(rf"\b{re.escape(name)}\b", free, source, count=1) if free != name else source)
    members = [each.strip("\n") for each in (*piece.helpers, *sources)]
    edit = _appended(path, text, piece, members, bench.style) if text else _new(bench, path, piece, members)
    return Placed(path, edit, tuple(names), is_new=not text)


def numbered(name: str, number: int) -> str:
    """A name that is taken, with a number that does not run into one that it ends in.

    Args:
        name: The name.
        number: The number.
    """
    return f"{name}{'Case' if name[-1:].isdigit() else ''}{number}"


def suite_file(bench: JavaBench) -> Path:
    """The test file of the class; it need not exist."""
    target, scratch = bench.target, bench.ground.scratch
    for path in bench.find_existing():
        text = scratch.read(path)
        own = path.stem in (f"{target.top}Test", f"{target.top}Tests", f"Test{target.top}")
        if own and not bench.problem_in(text) and suite_in(text).name == path.stem:
            return path
    folder = target.module.tests.joinpath(*filter(None, target.package.split(".")))
    stems = [
        f"{target.top}{bench.style.suffix}",
        f"{target.top}PinsTest",
        *(f"{target.top}Pins{n}Test" for n in range(2, 99)),
    ]
    return next(folder / f"{each}.java" for each in stems if not scratch.inside(folder / f"{each}.java").exists())


def ordered(imports: Sequence[str]) -> str:
    """Import statements as most of Java's formatters want them: static ones first, each part sorted."""
    static = sorted({each for each in imports if each.startswith("import static ")})
    plain = sorted(set(imports) - set(static))
    return "\n\n".join("\n".join(part) for part in (static, plain) if part)


def _new(bench: JavaBench, path: Path, piece: Piece, members: Sequence[str]) -> Edit:
    target, style = bench.target, bench.style
    note = f"/** {piece.docstring} */\n" if piece.docstring else ""
    body = "\n\n".join(indent(each, style.indent) for each in members)
    access = "public " if style.public or bench.timed else ""
    parts = [f"package {target.package};" if target.package else "", ordered(piece.imports)]
    parts.append(f"{note}{access}class {path.stem} {{\n{body}\n}}\n")
    return create(uri_of(path), "\n\n".join(each for each in parts if each))


def _appended(path: Path, text: str, piece: Piece, members: Sequence[str], style: Style) -> Edit:
    """Add imports below the imports and members at the class's end, without touching what is there."""
    suite = suite_in(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    missing = sorted(each for each in piece.imports if _is_missing(each, suite))
    note = f"// {piece.comment}\n" if piece.comment and PINNED not in text else ""
    blocks = indent(note + "\n\n".join(members), style.indent)
    changes = {len(text[: suite.body.end - 1].rstrip()): f"\n\n{blocks}"}
    for statement in missing:
        at, added = _line_for(statement, text, suite)
        changes[at] = changes.get(at, "") + added
    replacements = [Replacement(Span(at, at), new.replace("\n", newline)) for at, new in sorted(changes.items()) if new]
    return replace(uri_of(path), text, replacements)


def _line_for(statement: str, text: str, suite: Suite) -> tuple[int, str]:
    """Where an import goes among those that are there, and what is written: before the first that is sorted after it."""
    static = statement.startswith("import static")
    known = [each for each in suite.imports if each.startswith("import static") is static]
    after = next((each for each in known if each > statement), None)
    if after is not None:
        return text.index(after), f"{statement}\n"
    return (text.index(known[-1]) + len(known[-1]) if known else suite.imports_end), f"\n{statement}"


def _is_missing(statement: str, suite: Suite) -> bool:
    known = {" ".join(each.split()) for each in suite.imports}
    whole = re.sub(r"\.\w+;$", ".*;", statement)
    return statement not in known and whole not in known
