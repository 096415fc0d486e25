"""Public functions that a Rust function is reached through, by names alone: whether it is, the runs say. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stoker_analyzers.rust.functions import function_of
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import CALLABLE
from stoker_server.features.testing.reaching import users_of
from stoker_server.features.testing.rust.candidates import find_candidates
from stoker_server.features.testing.rust.target import RustTarget, rust_files, text_of
from stoker_server.proving.scratch import Scratch
from stoker_server.uris import uri_of

_DEEPEST, _MOST, _MOST_SEEN = 3, 4, 60


def callers(target: RustTarget, scratch: Scratch) -> list[RustTarget]:
    """What calls a function, and what calls that, as far as tests of another crate could; the nearest first.

    Args:
        target: The function.
        scratch: The copy of the workspace.
    """
    every = [] if "tests" in target.copy.parts else list(functions_of(target, scratch))

    def using(each: RustTarget) -> Iterator[RustTarget]:
        called = re.compile(rf"\b{re.escape(each.symbol.name)}\b(?:::<[^>]*>)?\(")
        return (other for other in every if called.search(other.body))

    found = users_of(target, using, lambda each: (each.copy, each.symbol.qualified), deepest=_DEEPEST, most=_MOST_SEEN)
    return [each for each in found if each.public and find_candidates(each, scratch.root)][:_MOST]


def functions_of(target: RustTarget, scratch: Scratch, *, waiting: bool = False) -> Iterator[RustTarget]:
    """The crate's functions, without tests and what is unsafe.

    Args:
        target: One of them.
        scratch: The copy of the workspace.
        waiting: Whether ``async`` ones, too.
    """
    odd = {"unsafe"} if waiting else {"async", "unsafe"}
    for path in rust_files(target.root):
        text = target.snapshot.text if path == target.copy else text_of(path)
        snapshot = Snapshot(uri_of(scratch.outside(path)), text, target.snapshot.language)
        for symbol in snapshot.outline.walk():
            function = function_of(snapshot, symbol) if symbol.kind in CALLABLE else None
            is_test = any("test" in each for each in (*symbol.decorators, *(function.modules if function else ())))
            if function and not is_test and not function.modifiers & odd:
                yield RustTarget(snapshot, symbol, scratch.outside(path), function, target.folder, path)
