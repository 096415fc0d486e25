"""Finds the definitions that a place uses: through the file's imports, in the same file, in the same package.

What is looked up is what the code at the cursor names; nothing is guessed from the names of files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stoker_analyzers.context.excerpts import Excerpt, Source, Used
from stoker_analyzers.context.installed import FILES, Installed
from stoker_analyzers.context.place import Place
from stoker_analyzers.context.showing import TYPES, shown, written_in
from stoker_analyzers.edits import Span
from stoker_analyzers.index.entries import Definition
from stoker_analyzers.index.modules import parts_of
from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.languages import by_path
from stoker_analyzers.symbols import CALLABLE, Import, SymbolKind

MEMBERS = 14
"""Members of a type that are shown, those that the place names first."""
PACKAGED = frozenset({"go", "java", "kotlin", "csharp"})
"""Languages in which the files of one folder see each other's definitions without an import."""
_RECEIVERS = ("self", "cls", "this")
_INCLUDING = frozenset({"c", "cpp"})
_PYTHON = "a.py"
"""A name that a file in Python may have."""
_EVERY = frozenset({"", "*"})


@dataclass(frozen=True, slots=True)
class Workspace:
    """What is known of the files around.

    Attributes:
        folder: The workspace folder.
        own: The file at hand, relative to it, with forward slashes.
        index: What the folder's files define.
        texts: The open documents by their paths relative to the folder.
        installed: What the packages define that are installed for the project.
    """

    folder: Path
    own: str
    index: IndexQuery
    texts: Mapping[str, str]
    installed: Installed | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A definition and why it is shown."""

    definition: Definition
    why: str
    members: tuple[Definition, ...] = ()
    named: frozenset[str] = frozenset()
    installed: bool = False


def definitions_used(
    place: Place,
    window: Span,
    imports: Sequence[Import],
    own: Sequence[Definition],
    workspace: Workspace,
    is_late: Callable[[], bool],
) -> Iterator[Excerpt]:
    """The definitions that a place uses and that its window does not show, those named nearest to the cursor first.

    Args:
        place: The cursor.
        window: The part of the file that is in the prompt anyway.
        imports: Those of the file.
        own: What the file itself defines.
        workspace: What is known of the files around.
        is_late: Whether time is up; what was found by then stands.
    """
    taken = set[tuple[str, str]]()
    for found in _found(place, window, imports, own, workspace):
        key = found.definition.path, found.definition.qualified
        if key not in taken and (excerpt := _excerpt(found, workspace)):
            taken.add(key)
            yield excerpt
        if is_late():
            return


def definitions_shown(place: Place, window: Span, own: Sequence[Definition]) -> tuple[Used, ...]:
    """The definitions in a window that the code at the cursor names: what a model writes rests on them, too."""
    snapshot, words = place.snapshot, frozenset(place.words)
    scope, first = snapshot.text[place.scope.start : place.scope.end], snapshot.line_of(place.scope.start) + 1
    last = snapshot.line_of(place.scope.end) + 1
    named = (each for each in _own(place, window, own, inside=True) if each.name in words)
    # A definition that stands in the scope is named there once by being there.
    found = (each for each in named if _count(scope, each.name) > (first <= each.line <= last))
    written = ((each, written_in(snapshot.text, each)) for each in found)
    return tuple(Used(each.path, each.qualified, each.digest, header) for each, header in written if header)


def _count(text: str, name: str) -> int:
    return len(re.findall(rf"\b{re.escape(name)}\b", text))


def _found(
    place: Place, window: Span, imports: Sequence[Import], own: Sequence[Definition], workspace: Workspace
) -> Iterator[_Found]:
    by_alias = {each.alias: each for each in imports if each.alias not in _EVERY}
    whole = [each for each in imports if each.alias in _EVERY and each.name != ""]
    further = {each.name: each for each in _own(place, window, own, inside=False)}
    members = _members_named(place)
    language = place.snapshot.language
    receivers = {*_RECEIVERS, *(language.scoping.receivers if language else ())}
    for chain in place.uses:
        if origin := by_alias.get(chain[0]):
            yield from _imported(origin, chain, members, workspace)
        elif here := further.get(chain[1] if chain[0] in receivers and len(chain) > 1 else chain[0]):
            yield _Found(here, f"{here.name} is used here and defined further away in this file")
        else:
            yield from _around(chain, whole, place, members, workspace)


def _own(place: Place, window: Span, own: Sequence[Definition], *, inside: bool) -> list[Definition]:
    """What the file itself defines in the window, or outside it."""
    first, last = place.snapshot.line_of(window.start) + 1, place.snapshot.line_of(window.end) + 1
    return [each for each in own if each.kind is not SymbolKind.MODULE and (first <= each.line <= last) is inside]


def _members_named(place: Place) -> frozenset[str]:
    return frozenset(part for chain in place.uses for part in chain[1:])


def _imported(
    origin: Import, chain: tuple[str, ...], members: frozenset[str], workspace: Workspace
) -> Iterator[_Found]:
    """What an imported name leads to: a definition in another file, or one that the chain names in an imported module."""
    why = f"{chain[0]} is imported from {origin.module} and used here"
    parts, rest = module_parts(origin.module, workspace), chain[1:]
    if origin.name is None:
        tail = parts_of(".".join(chain)) if parts[:1] == chain[:1] else (*parts, *rest)
        for cut in range(len(tail) - 1, 0, -1):
            if found := _lookup(tail[:cut], tail[cut], members, workspace, why):
                yield found
                return
        return
    found = _lookup(parts, origin.name, members, workspace, why)
    if found is None and rest:
        found = _lookup((*parts, origin.name), rest[0], members, workspace, why)
    if found:
        yield found


def _lookup(
    module: Sequence[str],
    name: str,
    members: frozenset[str],
    workspace: Workspace,
    why: str,
    seen: set[tuple[tuple[str, ...], str]] | None = None,
) -> _Found | None:
    """A definition by module and name; through what packages import from their own files, too, where they did not yet."""
    seen, key = set() if seen is None else seen, (tuple(module), name)
    if key in seen or len(seen) == FILES:
        return None
    seen.add(key)
    for path in files_of(module, name, workspace):
        every = workspace.index.definitions_in(path)
        if here := next((each for each in every if each.qualified == name), None):
            return _Found(here, why, _shown_members(here, every, members), members)
        for further in _passed_on(path, name, workspace):
            if found := _lookup(*further, members, workspace, why, seen):
                return found
    if workspace.installed and module and module[0] not in (".", "..") and by_path(workspace.own) == by_path(_PYTHON):
        every = workspace.installed.definitions(tuple(module), name)
        if every:
            return _Found(every[0], why, _shown_members(every[0], every, members), members, installed=True)
    return None


def _passed_on(path: str, name: str, workspace: Workspace) -> Iterator[tuple[tuple[str, ...], str]]:
    """The modules that a file in Python may have a name from, with what it is called there; one imported by name first."""
    if workspace.installed is None or by_path(path) != by_path(_PYTHON):
        return
    imports = workspace.installed.imports(workspace.folder / path)
    for each in sorted(imports, key=lambda each: each.alias == "*"):
        if each.alias in (name, "*"):
            yield _beside(path, each.module), name if each.alias == "*" else each.name or name


def module_parts(module: str, workspace: Workspace) -> tuple[str, ...]:
    """An import's module in parts; what C includes is a path."""
    language = by_path(workspace.own)
    return tuple(module.split("/")) if language and language.id in _INCLUDING else parts_of(module)


def files_of(module: Sequence[str], name: str, workspace: Workspace) -> list[str]:
    """The files of the workspace that may be meant by a module."""
    resolved = workspace.index.resolve_module(module, workspace.own) if module else None
    if resolved:
        return [resolved]
    if len(module) and module[0] not in (".", "..") and by_path(workspace.own) != by_path(_PYTHON):
        direct = workspace.index.resolve_module((*module, name), workspace.own)  # Java's classes are files
        inside = [each.path for each in workspace.index.definitions(name) if _lies_in(each.path, module[-1])]
        return list(dict.fromkeys([*([direct] if direct else []), *inside]))
    return []


def _lies_in(path: str, part: str) -> bool:
    pure = PurePosixPath(path)
    return part in (pure.stem, pure.parent.name)


def _beside(path: str, module: str) -> tuple[str, ...]:
    """An import written in a file of the workspace as the parts of a module counted from the folder."""
    parts = parts_of(module)
    if parts[:1] == (".",) or parts[:1] == ("..",):
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), *parts))
        return tuple(joined.split("/"))
    return parts


def _around(
    chain: tuple[str, ...], whole: Iterable[Import], place: Place, members: frozenset[str], workspace: Workspace
) -> Iterator[_Found]:
    """What a name means that nothing in the file imports by that name: from a whole module, or from the same package."""
    for origin in whole:
        if found := _lookup(
            module_parts(origin.module, workspace), chain[0], members, workspace, f"{origin.module} is imported whole"
        ):
            yield found
            return
    language = place.snapshot.language
    if language is None or language.id not in PACKAGED:
        return
    folder = posixpath.dirname(workspace.own)
    for each in workspace.index.definitions(chain[0]):
        if posixpath.dirname(each.path) == folder and each.path != workspace.own and each.qualified == each.name:
            every = workspace.index.definitions_in(each.path)
            yield _Found(each, "it is defined in the same package", _shown_members(each, every, members), members)
            return


def _shown_members(
    definition: Definition, every: Sequence[Definition], named: frozenset[str]
) -> tuple[Definition, ...]:
    """The members of a type that are worth showing: its constructor, those that are named, then public ones."""
    if definition.kind not in TYPES:
        return ()
    inside = [each for each in every if each.qualified == f"{definition.qualified}.{each.name}"]
    ranked = sorted(
        (each for each in inside if not each.name.startswith("_") or each.name in ("__init__", *named)),
        key=lambda each: (each.kind is not SymbolKind.CONSTRUCTOR, each.name not in named, each.kind not in CALLABLE),
    )
    return tuple(ranked[:MEMBERS])


def _excerpt(found: _Found, workspace: Workspace) -> Excerpt | None:
    """A definition with its members as an excerpt; ``None`` where an open document no longer has it."""
    definition, text = found.definition, workspace.texts.get(found.definition.path)
    used, standing = list[Used](), list[Definition]()
    for each in (definition, *found.members):
        written = written_in(text, each) if text is not None else ""
        if written is None:
            if each is definition:
                return None
            continue
        digest = "" if found.installed else each.digest
        used.append(Used(each.path, each.qualified, digest, written))
        standing.append(each)
    path = Path(definition.path) if found.installed else workspace.folder / definition.path
    said = shown(standing, by_path(definition.path), found.named | {definition.name})
    return Excerpt(Source.DEFINITION, path, definition.line, said, found.why, tuple(used), found.installed)
