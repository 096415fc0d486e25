"""How imports name files: what is written in the code, and which of several files is meant. Knows no database."""

from __future__ import annotations

from itertools import takewhile
from pathlib import PurePosixPath

from stoker_analyzers.languages import LANGUAGES

RELATIVE = (".", "..")
"""Parts that count from the importing file's folder."""
ENDINGS = frozenset(ending for language in LANGUAGES for ending in language.extensions)
"""Endings that an import may write out."""


def parts_of(module: str) -> tuple[str, ...]:
    """An import's module in parts, from what is written: ``a.b``, ``..a.b``, ``./a/b.js``, ``a/b``, ``a::b``.

    Python's leading dots become ``.`` for the importing file's folder and a ``..`` for every folder further up.
    """
    if "/" in module or module in RELATIVE:
        return tuple(part for index, part in enumerate(module.split("/")) if part and (part != "." or not index))
    if "::" in module:
        return tuple(part for part in module.split("::") if part != "crate")
    rest = module.lstrip(".")
    dots = len(module) - len(rest)
    leading = (".",) if dots == 1 else ("..",) * (dots - 1)
    return (*leading, *(part for part in rest.split(".") if part))


def closeness(path: str, importer: str) -> tuple[int, int, str]:
    """How likely it is that a file is meant: the folders it shares with the importer, then how short its path is."""
    own, other = PurePosixPath(path).parts[:-1], PurePosixPath(importer).parts[:-1]
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(own, other, strict=False)))
    return shared, -len(own), path
