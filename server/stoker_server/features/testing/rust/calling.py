"""What stands for a parameter that is called: closures, and functions of the file that fit. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from stoker_analyzers.rust.types import RustType, read_type, split
from stoker_server.features.testing.rust.target import RustTarget

_CALLED = re.compile(r"\bFn(?:Mut|Once)?\s*\((.*?)\)\s*(?:->\s*([^+]+))?")


def closures(target: RustTarget, bounds: str, values: Callable[[RustType], list[str]]) -> list[str]:
    """Functions of the file first, then closures that give what they get, then such as always give one value.

    Args:
        target: The function.
        bounds: The type as written, or the bounds of a type parameter.
        values: Gives values of a type.
    """
    found = _CALLED.search(bounds)
    if found is None:
        return []
    takes = [each.strip() for each in split(found[1], ",") if each.strip()]
    gives = (found[2] or "").strip()
    fitting = _fitting(target, takes, gives)
    if takes and "Formatter" in takes[-1]:
        said = ["|s, f| f.write_str(s)"] if len(takes) == 2 and takes[0].endswith("str") else []
        names = ", ".join([*("_" * (len(takes) - 1)), "f"])
        return [*fitting, *said, f'|{names}| f.write_str("ab")']
    same = ["|x| x"] if takes == [gives] else []
    names = ", ".join("_" * len(takes))
    constant = values(read_type(gives))[:2] if gives else ["{}"]
    return [*fitting, *same, *(f"|{names}| {value}" for value in constant)]


def _fitting(target: RustTarget, takes: Sequence[str], gives: str) -> list[str]:
    """Functions of the file that take and give such values."""
    wanted = [_bare(each) for each in (*takes, gives)]
    found = []
    for symbol in target.snapshot.outline.symbols:
        known = symbol.signature
        if known is None or symbol.qualified != symbol.name or symbol.name == target.symbol.name:
            continue
        if [
            _bare(each) for each in (*(one.annotation or "" for one in known.arguments), known.returns or "")
        ] == wanted:
            found.append(symbol.name)
    return found


def _bare(said: str) -> str:
    """A type without what does not matter."""
    return re.sub(r"\s+|<'_>|'\w+", "", said)
