"""The names that other files give to a cursor: what may be imported there, and the members of what was imported.

Short enough for the event loop: the last tree and the index are asked, and no file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stoker_analyzers.context.definitions import Workspace, files_of, module_parts
from stoker_analyzers.context.imports import imports_of
from stoker_analyzers.context.showing import TYPES
from stoker_analyzers.index.entries import Definition
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Import
from stoker_analyzers.typed import LARGE, typed_at

_FROM = re.compile(r"\s*from\s+(?P<module>[\w.]+)\s+import\s[\w\s,(]*\Z")
_BRACES = re.compile(r"\s*import\s+(?:type\s+)?\{[\w\s,]*\Z")
_SOURCE = re.compile(r"[\w\s,]*\}\s*from\s*[\"'](?P<module>[^\"']+)[\"']")


def names_elsewhere(snapshot: Snapshot, offset: int, workspace: Workspace) -> tuple[Definition, ...]:
    """What other files define that what is typed at a cursor may become; private names only where one is being typed."""
    if len(snapshot.text) > LARGE:
        return ()
    typed = typed_at(snapshot, offset)
    line = snapshot.line_span(snapshot.line_of(offset))
    module = _imported_from(snapshot.text[line.start : offset], snapshot.text[offset : line.end])
    if module:
        found: Iterable[Definition] = _top(_files(module, workspace), workspace)
    elif typed.member and typed.receiver:
        imports = imports_of(snapshot.parsed_before or snapshot)
        origin = next((each for each in imports if each.alias == typed.receiver), None)
        found = _members(origin, workspace) if origin else ()
    else:
        return ()
    hidden = not typed.word.startswith("_")
    named = {
        each.name: each for each in found if each.name.startswith(typed.word) and not (hidden and each.name[:1] == "_")
    }
    return tuple(named.values())


def _imported_from(before: str, after: str) -> str | None:
    """The module that the line at the cursor takes names from."""
    if found := _FROM.match(before):
        return found["module"]
    if _BRACES.match(before) and (found := _SOURCE.match(after)):
        return found["module"]
    return None


def _files(module: str, workspace: Workspace) -> list[str]:
    return files_of(module_parts(module, workspace), "", workspace)


def _members(origin: Import, workspace: Workspace) -> list[Definition]:
    """What stands behind the dot of an imported name: a module's definitions, or a type's members."""
    if origin.name is None:
        return _top(_files(origin.module, workspace), workspace)
    parts = module_parts(origin.module, workspace)
    for path in files_of(parts, origin.name, workspace):
        every = workspace.index.definitions_in(path)
        kind = next((each.kind for each in every if each.qualified == origin.name), None)
        if kind:
            inside = f"{origin.name}."
            return [each for each in every if each.qualified == inside + each.name] if kind in TYPES else []
    return _top(files_of((*parts, origin.name), "", workspace), workspace)


def _top(paths: Iterable[str], workspace: Workspace) -> list[Definition]:
    return [each for path in paths for each in workspace.index.definitions_in(path) if each.qualified == each.name]
