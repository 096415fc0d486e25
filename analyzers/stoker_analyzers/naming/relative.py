"""Says whether the relative imports of JavaScript and TypeScript name files that are there. Reads folders, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stoker_analyzers.naming.model import Finding, Question, Where

LANGUAGES = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
_IMPORT = re.compile(
    r"""(?:^|[;\s}])(?:import|export)\b[^'"`;()]*?['"](\.{1,2}/[^'"\n]*)['"]|"""
    r"""\b(?:import|require)\(\s*['"](\.{1,2}/[^'"\n]*)['"]""",
    re.MULTILINE,
)
_ODD = re.compile(r"[?#!*$~+]|generated|\bgen\b|\bdist\b|\bbuild\b|\bout\b|\.types\b")
"""Marks of what a bundler understands in its own way, and of what a build makes."""
_CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
_FARTHEST = 12
"""Folders upwards in which a configuration is looked for."""


def look_up_imports(question: Question) -> tuple[Finding, ...]:
    """What became of each relative import in a stretch of a text."""
    return tuple(_findings(question))


def _findings(question: Question) -> Iterator[Finding]:
    line = question.text.rfind("\n", 0, question.start) + 1  # the statement may have been begun by the user
    for found in _IMPORT.finditer(question.text, line):
        group = 1 if found[1] is not None else 2
        if found.start() >= question.end:
            break
        if found.end(group) <= question.start:
            continue
        where, why = _where(question, found[group])
        yield Finding(found[group], found.start(group), where, why)


def _where(question: Question, written: str) -> tuple[Where, str]:
    if not question.path:
        return Where.UNDECIDED, "the document is no file"
    if _ODD.search(written):
        return Where.UNDECIDED, "a build may make it"
    folder = Path(question.path).parent
    target = Path(os.path.normpath(folder / written))
    if target.is_dir() or _is_file(target):
        return Where.WORKSPACE, ""
    if _has_several_roots(folder):
        return Where.UNDECIDED, "the project has several root folders"
    return Where.MISSING, f"no such file in {target.parent.name}"


def _is_file(target: Path) -> bool:
    """Whether a file goes by a name, its ending left out or standing for another, as ``a.js`` does for ``a.ts``."""
    try:
        names = [each.name for each in os.scandir(target.parent)]
    except OSError:
        return False
    stems = {target.name, target.stem if target.suffix in (".js", ".jsx", ".mjs", ".cjs") else target.name}
    return any(name == stem or name.startswith(f"{stem}.") for name in names for stem in stems)


def _has_several_roots(folder: Path) -> bool:
    for place in [folder, *folder.parents][:_FARTHEST]:
        for name in _CONFIGURATIONS:
            try:
                if "rootDirs" in (place / name).read_text(encoding="utf-8", errors="replace"):
                    return True
            except OSError:
                continue
    return False
