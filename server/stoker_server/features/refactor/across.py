"""Refactorings that concern several files: where they go to, the edit of all files, and what shows that it is right."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from stoker_analyzers.checks.public_surface import PublicSurface
from stoker_analyzers.checks.same_arguments import SameArguments
from stoker_analyzers.checks.same_but_moved import SameButMoved
from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span, digest
from stoker_analyzers.languages import by_path
from stoker_analyzers.python_ast import parse_python
from stoker_analyzers.rewriting import normalized, replacements
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest
from stoker_server.features.refactor.by_tree import Made
from stoker_server.features.refactor.facts import SECONDS, TARGET, file_edit, notes_on, order, read
from stoker_server.features.refactor.imports import Workspace
from stoker_server.features.refactor.kinds import CHANGE_SIGNATURE, MOVE, REMOVE_PARAMETER, Kind
from stoker_server.features.refactor.moving import Moved, moved
from stoker_server.features.refactor.reading import MARK
from stoker_server.features.refactor.signatures import parameters_without, planned
from stoker_server.uris import path_of, uri_of
from stoker_server.workers import RefusedError, call
from stoker_wire.words import counted

_SHOWN = 5


async def move(request: FeatureRequest, span: Span) -> Made:
    """Move the definition at a span to the module that the option ``to`` names.

    Raises:
        RefusedError: It can't be moved, and why.
    """
    return await asyncio.to_thread(_move, request, span)


def _move(request: FeatureRequest, span: Span) -> Made:
    snapshot, folder = request.snapshot, request.services.folder
    path = path_of(snapshot.uri)
    wanted = request.options.get("to", "")
    if not wanted:
        raise RefusedError("moving needs the file that it goes to, as the option `to`")
    if folder is None or path is None:
        raise RefusedError("the document lies in no workspace folder, so nobody knows who uses it")
    folder, path = folder.resolve(), path.resolve()
    target = (folder / wanted).resolve()
    if target.suffix != ".py" or not target.is_relative_to(folder):
        raise RefusedError(f"{wanted} is no Python file in {folder}")
    files = Workspace.read(folder, request.services.open)
    files.put(path, snapshot.text)
    if target.exists() and target not in files.texts:
        raise RefusedError(f"{wanted} is ignored or too large, so it is left alone")
    name = snapshot.text[span.start : span.end]
    found = moved(files, path, name, target)
    return _made(request, files, found, name, path)


async def change_signature(request: FeatureRequest, span: Span) -> Made:
    """Give the function whose name is at a span the parameters that the option ``parameters`` lists.

    Raises:
        WorkerError: It can't be done, and why.
    """
    snapshot, wanted = request.snapshot, request.options.get("parameters", "")
    if "parameters" not in request.options:
        raise RefusedError(
            "changing a signature needs the new parameters as the option `parameters`, e.g. `path, mode->flags, timeout=30`"
        )
    name = snapshot.text[span.start : span.end]
    answer = await call(TARGET, order(request, CHANGE_SIGNATURE, span, wanted), SECONDS)
    paths = [each["path"] for each in answer["files"] if each["path"]]
    others = await asyncio.to_thread(read, paths, request.services.open)
    home, line = answer["definition"]
    text = snapshot.text if home is None else others[uri_of(Path(home))].text
    change = planned(normalized(text).removeprefix(MARK), name, line, wanted)
    edit = Edit(tuple(file_edit(snapshot, each) for each in answer["files"]))
    surface = PublicSurface(added=frozenset({name}), removed=frozenset({name}))
    same = SameArguments(name, (change.old, change.new), change.renamed, change.gone)
    notes = (f"{name} takes ({change.listed}) now", *notes_on(answer["unsure"]))
    return Made(edit, f"Change the signature of {name}", (surface, same), notes, others)


async def remove_parameter(request: FeatureRequest, span: Span) -> Made:
    """Remove the unused parameter at a span.

    Raises:
        WorkerError: It can't be done, and why.
    """
    snapshot = request.snapshot
    owner = next((each for each in reversed(snapshot.outline.enclosing(span.start)) if each.signature), None)
    if owner is None or owner.signature is None:
        raise RefusedError("this is no parameter of a function")
    name = snapshot.text[span.start : span.end]
    node = parse_python(normalized(snapshot.text).removeprefix(MARK))
    wanted = parameters_without(node, owner.name, snapshot.line_of(owner.name_span.start) + 1, name)
    made = await change_signature(replace(request, options={**request.options, "parameters": wanted}), owner.name_span)
    return replace(made, title=f"Remove the unused parameter {name} of {owner.name}")


def _made(request: FeatureRequest, files: Workspace, found: Moved, name: str, path: Path) -> Made:
    edits, others = [], dict[str, Snapshot]()
    for file in sorted(found.texts, key=lambda each: (each != path, each)):
        own = file == path
        raw = files.raw.get(file)
        uri = request.snapshot.uri if own else uri_of(file)
        if not own:
            others[uri] = Snapshot(uri, raw or "", by_path(file))
        if raw is None:
            edits.append(FileEdit(uri, None, (Replacement(Span(0, 0), found.texts[file]),)))
            continue
        mark = MARK if raw.startswith(MARK) else ""
        changes = replacements(raw, mark + found.texts[file])
        edits.append(FileEdit(uri, digest(raw), changes, request.snapshot.version if own else None))
    node = next(each for each in files.tree(path).body if getattr(each, "name", "") == name)
    inner = {getattr(each, "name", "") for each in ast.walk(node)} | {name}
    inside = frozenset(each for each in inner if each)
    checks = (PublicSurface(added=inside, removed=inside), SameButMoved(name, ast.dump(node)))
    users = len(found.texts) - 2
    corrected = f"; {counted(users, 'more file')} corrected" if users > 0 else ""
    notes = [f"{found.old}.{name} is {found.new}.{name} now{corrected}"]
    if found.mentioned:
        more = f" and {len(found.mentioned) - _SHOWN} more" if len(found.mentioned) > _SHOWN else ""
        notes.append(f"Not changed, texts that name it: {', '.join(found.mentioned[:_SHOWN])}{more}")
    return Made(Edit(tuple(edits)), f"Move {name} to {found.new}", checks, tuple(notes), others)


ACROSS: Mapping[Kind, Callable[[FeatureRequest, Span], Awaitable[Made]]] = {
    MOVE: move,
    CHANGE_SIGNATURE: change_signature,
    REMOVE_PARAMETER: remove_parameter,
}
"""The refactorings that concern several files."""
