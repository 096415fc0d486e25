"""Puts tests into the module of tests beside the function, or into a new one at the module's end.

The file keeps every byte that it has; names never collide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import indent
from typing import TYPE_CHECKING

from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.rust.functions import function_of, home_end, names_beside, test_module
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.testing.placing import Piece, Placed
from stoker_server.uris import uri_of

if TYPE_CHECKING:
    from stoker_server.features.testing.rust.bench import RustBench

PINNED = "Tests named `pins_...` record what the code"
"""What every note on such tests says: a file needs it once."""

_STANDARD = {
    "format": "format!",
    "string::String": "String::",
    "string::ToString": ".to_string(",
    "vec": "vec!",
    "vec::Vec": "Vec<",
}
"""What tests of a crate without the standard library have to import from it, and what of theirs needs it."""

_NAMES = ("tests", "pinned_tests", "generated_tests", "further_tests")


def place(bench: RustBench, piece: Piece) -> Placed:
    """Find the tests' place and write the edit.

    Args:
        bench: The request's workbench.
        piece: The tests.
    """
    target, text = bench.target, bench.target.snapshot.text
    snapshot = Snapshot(target.snapshot.uri, text, target.snapshot.language)
    function = function_of(snapshot, target.symbol) or target.function
    found = test_module(snapshot, function)
    beside = names_beside(snapshot, function)
    module = found[0] if found else next(each for each in _NAMES if each not in beside)
    around = "::".join((*function.modules, module))
    taken = {each.rpartition("::")[2] for each in bench.test_names(text)}
    tests, names = [], []
    for name, source in piece.tests:
        free = free_name(name, taken)
        tests.append(re.sub(rf"\bfn {re.escape(name)}\b", f"fn {free}", source, count=1).strip("\n"))
        names.append(f"{around}::{free}")
    note = "" if PINNED in text else "".join(f"// {line}\n" for line in piece.comment.splitlines())
    helpers = [each.strip("\n") for each in piece.helpers if each.partition("(")[0] not in text]
    blocks = [*helpers, *tests]
    newline = "\r\n" if "\r\n" in text else "\n"
    depth = "    " * len(function.modules)
    if found:
        at = _line_start(text, found[1])
        shown = indent(note + "\n\n".join(blocks), f"{depth}    ")
        blank = "" if text[:at].rstrip(" \n\r").endswith("{") else "\n"
        new = f"{blank}{shown}\n"
    else:
        at = home_end(snapshot, function)
        at = _line_start(text, at) if function.modules else at
        uses = "\n".join([*(_standard("".join(blocks)) if target.without_std else ()), "use super::*;", *piece.imports])
        inner = indent("\n\n".join([uses, *blocks]), "    ")
        lead = "\n" if text[:at].endswith("\n") or not text[:at] else "\n\n"
        new = lead + indent(f"{note}#[cfg(test)]\nmod {module} {{\n{inner}\n}}\n", depth)
    edit = replace(uri_of(target.path), text, [Replacement(Span(at, at), new.replace("\n", newline))])
    return Placed(target.path, edit, tuple(names), is_new=False, groups=tuple((each,) for each in names))


def _standard(code: str) -> list[str]:
    """The lines by which tests get what they need of the standard library."""
    names = [name for name, said in _STANDARD.items() if said in code]
    if not names and "std::" not in code:
        return []
    said = f"use std::{names[0]};\n" if len(names) == 1 else f"use std::{{{', '.join(names)}}};\n"
    return ["extern crate std;", said if names else ""]


def source_spans(before: str, placed: Placed, sources: Sequence[str]) -> list[Span]:
    """Where each test's function stands in the file as it would be.

    Args:
        before: The file's text without them.
        placed: The tests.
        sources: Their code.
    """
    after = placed.edit.files[0].apply(before)
    found, names = [], [each.rpartition("::")[2] for each in placed.names]
    starts = [after.find(f"fn {name}()") for name in names]
    first, *others = placed.edit.files[0].replacements
    end = len(after) if others else first.span.start + len(first.text)
    for number, start in enumerate(starts[: len(sources)]):
        later = starts[number + 1] if number + 1 < len(starts) else end
        found.append(Span(start, later))
    return found


def _line_start(text: str, at: int) -> int:
    """The start of a line where nothing but space stands before the place; else the place."""
    start = text.rfind("\n", 0, at) + 1
    return start if not text[start:at].strip() else at


def free_name(name: str, taken: set[str]) -> str:
    """A name that nothing has yet; it is taken then."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    return free
