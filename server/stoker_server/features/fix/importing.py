"""The import that a name lacks, told from the workspace: from where its other files have it, or where it is defined.

Nothing is guessed: where the workspace has a name from two places, there is no fix.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Replacement, Span
from stoker_analyzers.findings import Finding
from stoker_analyzers.index.modules import parts_of
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Import
from stoker_server.proving.layout import import_name
from stoker_server.uris import path_of, uri_of

_UNDEFINED = re.compile(
    r"undefined name|is not defined|undefined variable|F821|reportUndefinedVariable|name-defined", re.I
)
_NAMED = re.compile(r"[`'\"‘](?P<name>[^\W\d]\w*)[`'\"’]")
_FILES = 20
"""Files that are looked at for where they have a name from."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a name comes from.

    Attributes:
        module: The module that is imported, or imported from.
        name: What is taken from it; empty where the module itself is meant.
        alias: The name that it gets here.
    """

    module: str
    name: str
    alias: str

    @property
    def statement(self) -> str:
        """The import statement."""
        renamed = f" as {self.alias}" if self.alias != (self.name or self.module) else ""
        return f"from {self.module} import {self.name}{renamed}" if self.name else f"import {self.module}{renamed}"


def undefined_name(finding: Finding, snapshot: Snapshot) -> str | None:
    """The name that a finding says is bound nowhere; ``None`` where it says something else."""
    if not _UNDEFINED.search(f"{finding.rule} {finding.message}"):
        return None
    text = snapshot.text[finding.span.start : finding.span.end]
    named = _NAMED.search(finding.message)
    if named:
        return named["name"]
    return text if text.isidentifier() else None


def missing_import(name: str, snapshot: Snapshot, folder: Path, index: IndexQuery | None) -> Replacement | None:
    """The import statement that binds a name, put where the file's imports stand; ``None`` where its origin is not plain."""
    origin = _origin(name, snapshot, folder, index)
    if origin is None:
        return None
    return _insertion(snapshot, origin, index)


def _origin(name: str, snapshot: Snapshot, folder: Path, index: IndexQuery | None) -> Origin | None:
    own = path_of(snapshot.uri)
    relative = own.relative_to(folder).as_posix() if own and own.is_relative_to(folder) else ""
    used = _imported_elsewhere(name, relative, folder, index) if index else Counter[Origin]()
    if used:
        return next(iter(used)) if len(used) == 1 else None
    defined = _defined(name, relative, folder, index) if index else set[Origin]()
    if defined:
        return next(iter(defined)) if len(defined) == 1 else None
    return Origin(name, "", name) if name in sys.stdlib_module_names else None


def _imported_elsewhere(name: str, own: str, folder: Path, index: IndexQuery) -> Counter[Origin]:
    """How other files have a name, by how many have it so."""
    found: Counter[Origin] = Counter()
    for path in index.sharing([name], _FILES, but=own):
        snapshot = _read(folder / path)
        if snapshot is None or snapshot.language is None or snapshot.language.id != "python":
            continue
        imported = (each for each in snapshot.outline.imports if each.alias == name and not each.module.startswith("."))
        found.update({Origin(each.module, each.name or "", each.alias) for each in imported if each.name != "*"})
    return found


def _defined(name: str, own: str, folder: Path, index: IndexQuery) -> set[Origin]:
    """The modules of the folder that define a name at their top."""
    found = set[Origin]()
    for each in index.definitions(name):
        if each.qualified == name and each.path != own and each.path.endswith(".py"):
            known = import_name(folder, folder / each.path)
            if known:
                found.add(Origin(known.module, name, name))
    return found


def _read(path: Path) -> Snapshot | None:
    try:
        return Snapshot(uri_of(path), path.read_bytes().decode("utf-8"), by_path(path))
    except (OSError, UnicodeDecodeError):
        return None


def _insertion(snapshot: Snapshot, origin: Origin, index: IndexQuery | None) -> Replacement:
    newline = snapshot.newline
    statements = {
        each.span: each
        for each in snapshot.outline.imports
        if snapshot.text[each.span.start - 1 : each.span.start] in ("", "\n", "\r")
    }
    key = _key(origin.module, is_from=bool(origin.name), index=index)
    before = [span for span, each in statements.items() if _key_of(each, snapshot, index) <= key]
    if before:
        last = max(before)
        apart = newline if _key_of(statements[last], snapshot, index)[0] != key[0] else ""
        return Replacement(Span(last.end, last.end), f"{newline}{apart}{origin.statement}")
    if statements:
        first = min(statements)
        apart = newline if _key_of(statements[first], snapshot, index)[0] != key[0] else ""
        return Replacement(Span(first.start, first.start), f"{origin.statement}{newline}{apart}")
    documentation = snapshot.outline.documentation
    if documentation:
        return Replacement(Span(documentation.span.end, documentation.span.end), f"{newline * 2}{origin.statement}")
    at = _first_code(snapshot)
    return Replacement(Span(at, at), f"{origin.statement}{newline * 2}")


def _first_code(snapshot: Snapshot) -> int:
    """Where the first line stands that is no comment: below a shebang and a licence."""
    for line, start in enumerate(snapshot.line_starts):
        extent = snapshot.line_span(line)
        text = snapshot.text[extent.start : extent.end].strip()
        if text and not text.lstrip("\ufeff").startswith("#"):
            return start
    return len(snapshot.text)


def _key_of(statement: Import, snapshot: Snapshot, index: IndexQuery | None) -> tuple[int, bool, str]:
    is_from = snapshot.text[statement.span.start : statement.span.end].startswith("from")
    return _key(statement.module, is_from=is_from, index=index)


def _key(module: str, *, is_from: bool, index: IndexQuery | None) -> tuple[int, bool, str]:
    """How isort and Ruff order imports: ``__future__``, the standard library, packages, the project's own, relative ones."""
    top = module.partition(".")[0]
    if module.startswith("."):
        section = 4
    elif top == "__future__":
        section = 0
    elif top in sys.stdlib_module_names:
        section = 1
    else:
        section = 3 if index and index.resolve_module(parts_of(top)) else 2
    return section, is_from, module.lower()
