"""The import that a name lacks, told from the workspace: from where its other files have it, or where it is defined.

Nothing is guessed: where the workspace has a name from two places, there is no fix.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from stoker_analyzers.edits import Replacement
from stoker_analyzers.findings import Finding
from stoker_analyzers.importing import place_import
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
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


def says_undefined(message: str) -> bool:
    """Whether a tool's words say that a name is bound nowhere."""
    return _UNDEFINED.search(message) is not None


def undefined_name(finding: Finding, snapshot: Snapshot) -> str | None:
    """The name that a finding says is bound nowhere; ``None`` where it says something else."""
    if not says_undefined(f"{finding.rule} {finding.message}"):
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
    return place_import(snapshot, origin.statement, index)


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
