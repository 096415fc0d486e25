"""Moves a function or class of a module to another module, and corrects whoever imports it. Computes texts; writes nothing.

The definition goes as it is written. What it needs is imported where it goes; a circle of imports is refused.
"""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass, replace
from pathlib import Path

from stoker_analyzers.behaviour.scopes import stored
from stoker_server.features.refactor.bindings import (
    bound,
    gets_it,
    imports_of,
    is_rebound,
    read_names,
    times_bound,
    with_import,
    without,
)
from stoker_server.features.refactor.dead import find_dead
from stoker_server.features.refactor.imports import Use, Workspace, absolute, circle, is_relative, uses, written
from stoker_server.features.refactor.inlining import Function, span_of
from stoker_server.workers import RefusedError

_OF_MODULE = frozenset({"__name__", "__file__", "__package__", "__spec__", "__doc__", "__path__", "globals"})
"""What each module has for itself."""
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move comes to.

    Attributes:
        texts: The new texts, normalized, by file.
        old: The module that the definition was in.
        new: The one that it is in.
        mentioned: Texts that name it by its old place, as path and line.
    """

    texts: dict[Path, str]
    old: str
    new: str
    mentioned: tuple[str, ...]


def moved(workspace: Workspace, source: Path, name: str, target: Path) -> Moved:
    """Move a definition.

    Args:
        workspace: All files.
        source: The one that defines it.
        name: What is moved.
        target: Where it goes; the file may be new.

    Raises:
        RefusedError: It can't be moved, and why.
    """
    if target == source:
        raise RefusedError(f"{name} is in {target.name} already")
    is_new = target not in workspace.texts
    files = Workspace(workspace.folder, {**workspace.texts}, workspace.raw)
    files.texts.setdefault(target, "")
    move = _Move(files, source, name, target, files.module(source), files.module(target))
    texts = move.made()
    after = replace(files, texts={**files.texts, **texts})
    before = files.reached()
    if found := circle(before, after.reached()):
        raise RefusedError(f"{' would import '.join(found)}: a circle")
    texts = {path: text for path, text in texts.items() if text != files.texts[path] or (path == target and is_new)}
    return Moved(texts, move.old, move.new, tuple(dict.fromkeys(move.mentioned())))


class _Move:
    """One move."""

    def __init__(self, files: Workspace, source: Path, name: str, target: Path, old: str, new: str) -> None:
        self._files, self._source, self._name, self._target = files, source, name, target
        self.old, self.new = old, new
        self._tree = files.tree(source)
        found = [each for each in self._tree.body if name in stored(each)]
        if len(found) != 1 or not isinstance(found[0], Function | ast.ClassDef):
            raise RefusedError(f"{name} is not one function or class at the top of {source.name}")
        self._node: Definition = found[0]
        if name in bound(files.tree(target)) and not gets_it(files.tree(target), files.package(target), old, name):
            raise RefusedError(f"{target.name} has something else called {name}")

    def made(self) -> dict[Path, str]:
        """The new texts of every file that the move concerns."""
        start, end = self._region()
        text = self._files.texts[self._source]
        code = text[start:end].strip("\n") + "\n"
        before, behind = text[:start].rstrip("\n"), text[end:].lstrip("\n")
        left = before + ("\n\n\n" if before and behind else "\n" if before else "") + behind
        found = {self._source: self._source_text(left), self._target: self._target_text(code)}
        for path in self._files.texts:
            if path not in found and self._name in self._files.texts[path]:
                found[path] = self._user_text(path)
        return found

    def mentioned(self) -> list[str]:
        """Where a text names the definition by its old place."""
        found = []
        name = re.escape(self._name)
        place = re.compile(rf"""['"][^'"\n]*\b{re.escape(self.old)}\.{name}\b|['"]{name}['"]""")
        for path, text in sorted(self._files.texts.items()):
            for each in place.finditer(text):
                file = path.relative_to(self._files.folder).as_posix()
                found.append(f"{file}:{text.count(chr(10), 0, each.start()) + 1}")
        return found

    def _region(self) -> tuple[int, int]:
        """The lines of the definition with its decorators and the comments right above."""
        lines = self._files.texts[self._source].split("\n")
        first = min([self._node.lineno, *(each.lineno for each in self._node.decorator_list)])
        last = self._node.end_lineno or first
        while first > 1 and lines[first - 2].startswith("#") and not lines[first - 2].startswith("#!"):
            first -= 1
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts[first - 1], min(starts[last], len(self._files.texts[self._source]))

    def _source_text(self, left: str) -> str:
        """What stays, with an import where it still uses the definition, and without imports that only that needed."""
        tree = ast.parse(left)
        if self._name in read_names(tree):
            left = with_import(left, f"from {self._from(self._source, self.new)} import {self._name}")
        listed = any(isinstance(each, ast.Constant) and each.value == self._name for each in ast.walk(tree))
        if listed and "__all__" in left:
            raise RefusedError(f"{self._name} is listed in __all__ of {self._source.name}; take it out there first")
        if self._source.name == "__init__.py":
            return left
        text = self._files.texts[self._source]
        known = {each.words.partition(" (")[0] for each in find_dead(text, 0, len(text), package=False).dead}
        for each in reversed(find_dead(left, 0, len(left), package=False).dead):
            if each.words.startswith("import ") and each.words.partition(" (")[0] not in known:
                left = f"{left[: each.span[0]]}{each.new}{left[each.span[1] :]}"
        return left.lstrip("\n")

    def _target_text(self, code: str) -> str:
        tree, text = self._files.tree(self._target), self._files.texts[self._target]
        for use in sorted(
            uses(tree, self._files.package(self._target), self.old, self._name),
            key=lambda each: each.node.lineno,
            reverse=True,
        ):
            if use.alias is None or use.alias.asname or isinstance(use.node, ast.Attribute):
                raise RefusedError(f"{self._target.name} uses {self._name} under another name")
            text = without(text, use)
        text = text.rstrip("\n")
        needed = self._needed(ast.parse(text))
        future = "from __future__ import annotations"
        typed = any(isinstance(each, ast.arg | ast.AnnAssign) and each.annotation for each in ast.walk(self._node))
        typed = typed or any(isinstance(each, Function) and each.returns for each in ast.walk(self._node))
        if typed and future in self._files.texts[self._source] and future not in text:
            if text:
                raise RefusedError(
                    f"its types rely on `{future}`, which {self._target.name} has not; add it there first"
                )
            needed.insert(0, future)
        if not text:
            groups: list[list[str]] = [[], [], []]
            for line in sorted(needed, key=lambda each: (each.startswith("from"), each)):
                groups[0 if line == future else 2 if line.startswith("from .") or self._is_own(line) else 1].append(
                    line
                )
            head = "\n\n".join("\n".join(each) for each in groups if each)
            return f"{head}\n\n\n{code}" if head else code
        text = f"{text}\n\n\n{code}"
        for line in needed:
            text = with_import(text, line)
        return text

    def _is_own(self, line: str) -> bool:
        """Whether an import is of a module of the workspace."""
        place = self._files.folder / line.split()[1].partition(".")[0]
        return place.exists() or place.with_suffix(".py") in self._files.texts

    def _needed(self, target: ast.Module) -> list[str]:
        """The imports that the definition needs where it goes."""
        found: dict[str, None] = {}
        given = {**imports_of(target)}
        here = imports_of(self._tree)
        own = bound(self._tree)
        there = bound(target)
        for name in sorted(read_names(ast.Module([self._node], [])) - {self._name}):
            if name in here:
                line = self._rebased(here[name])
                origin = absolute(self._files.package(self._source), here[name][0])
                if origin == self.new and here[name][1] == name and name in there:
                    continue
                if given.get(name) is not None and self._same(given[name], here[name]):
                    continue
            elif name in own:
                if sum(name in stored(each) for each in self._tree.body) > 1 or is_rebound(self._tree, name):
                    raise RefusedError(f"it uses {name}, which {self._source.name} sets more than once")
                line = f"from {self._from(self._target, self.old)} import {name}"
                if name in given and given[name] == (self.old, name, None):
                    continue
            elif name in _OF_MODULE:
                raise RefusedError(f"it uses {name}, which is another one in {self._target.name}")
            elif hasattr(builtins, name):
                if name in there:
                    raise RefusedError(f"{self._target.name} has something else called {name}")
                continue
            else:
                raise RefusedError(f"it uses {name}, and nothing shows what that is")
            if name in there:
                raise RefusedError(f"{self._target.name} has something else called {name}")
            found[line] = None
        return list(found)

    def _same(self, one: tuple[str, str, str | None], other: tuple[str, str, str | None]) -> bool:
        packages = self._files.package(self._target), self._files.package(self._source)
        left, right = (
            (absolute(package, each[0]), each[1]) for package, each in zip(packages, (one, other), strict=True)
        )
        return left == right

    def _rebased(self, imported: tuple[str, str, str | None]) -> str:
        """An import of the old module as the new one writes it."""
        source, name, other = imported
        renamed = f" as {other}" if other else ""
        if not source:
            return f"import {name}{renamed}"
        module = absolute(self._files.package(self._source), source)
        return f"from {self._from(self._target, module) if source.startswith('.') else module} import {name}{renamed}"

    def _user_text(self, path: Path) -> str:
        """A file that uses the definition, which gets it from its new place."""
        text, tree = self._files.texts[path], self._files.tree(path)
        found = list(uses(tree, self._files.package(path), self.old, self._name))
        if not found:
            return text
        bare = [each for each in found if each.alias is None]
        if any(isinstance(each.node, ast.Attribute) and not isinstance(each.node.ctx, ast.Load) for each in bare):
            raise RefusedError(f"{path.name} sets {ast.unparse(bare[0].node)}")
        same = sum(each.alias is not None and not each.alias.asname for each in found)
        if bare and times_bound(tree, self._name) > same:
            raise RefusedError(
                f"{path.name} uses {ast.unparse(bare[0].node)}, and has something else called {self._name}"
            )
        for each in sorted(found, key=lambda each: span_of(text, each.node)[0], reverse=True):
            start, end = span_of(text, each.node)
            text = (
                f"{text[:start]}{self._name}{text[end:]}" if each.alias is None else self._repointed(path, text, each)
            )
        return with_import(text, f"from {self._from(path, self.new)} import {self._name}") if bare else text

    def _from(self, path: Path, module: str) -> str:
        """A module as a file writes it."""
        relative = is_relative(self._files.tree(path)) if self._files.texts[path] else is_relative(self._tree)
        return written(self._files.package(path), module, relative=relative)

    def _repointed(self, path: Path, text: str, use: Use) -> str:
        assert isinstance(use.node, ast.ImportFrom)  # noqa: S101  # others have no alias
        assert use.alias is not None  # noqa: S101  # the caller looked
        renamed = f" as {use.alias.asname}" if use.alias.asname else ""
        module = written(self._files.package(path), self.new, relative=bool(use.node.level))
        line = f"from {module} import {use.alias.name}{renamed}"
        start, end = span_of(text, use.node)
        if len(use.node.names) == 1:
            return f"{text[:start]}{line}{text[end:]}"
        indent = text[text.rfind("\n", 0, start) + 1 : start]
        if indent.strip():
            raise RefusedError("an import shares its line with other statements; put it on a line of its own first")
        rest = without(text, use)
        return f"{rest[:start]}{line}\n{indent}{rest[start:]}"
