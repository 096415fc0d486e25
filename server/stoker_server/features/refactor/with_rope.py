"""Asks rope for a refactoring. Runs in a worker process only: rope is slow, may fail anywhere, and keeps what it read.

What rope gets wrong is judged right after: see ``extracting``, ``inlining`` and ``calls``.
"""

from __future__ import annotations

import keyword
from typing import Any

from rope.base.change import ChangeContents, ChangeSet  # type: ignore[import-untyped]  # rope has no types
from rope.base.exceptions import ModuleSyntaxError, RopeError  # type: ignore[import-untyped]  # rope has no types
from rope.base.resources import File  # type: ignore[import-untyped]  # rope has no types
from rope.refactor.extract import ExtractMethod, ExtractVariable  # type: ignore[import-untyped]  # rope has no types
from rope.refactor.inline import create_inline  # type: ignore[import-untyped]  # rope has no types
from rope.refactor.occurrences import create_finder  # type: ignore[import-untyped]  # rope has no types
from rope.refactor.rename import Rename  # type: ignore[import-untyped]  # rope has no types

from stoker_analyzers.edits import digest
from stoker_analyzers.rewriting import normalized, replacements
from stoker_server.features.refactor.calls import inline_function
from stoker_server.features.refactor.extracting import spaced
from stoker_server.features.refactor.inherited import members_in, named, refuse_special
from stoker_server.features.refactor.inlining import finish, prepare, without_brackets
from stoker_server.features.refactor.mentions import ATTRIBUTE, LOCAL, Named, beginning, find_mentions, word
from stoker_server.features.refactor.reading import MARK
from stoker_server.features.refactor.renaming import moved_by, rename_everywhere
from stoker_server.features.refactor.resigning import redefined, with_calls, with_definition
from stoker_server.features.refactor.signatures import planned
from stoker_server.features.refactor.workspace import Files, SafeProject, open_project, opened
from stoker_server.workers import RefusedError


def run(payload: dict[str, Any]) -> dict[str, Any]:
    r"""Make one refactoring.

    Args:
        payload: ``folder`` (or null), ``path`` (or null for a document without a file), ``text``, ``open`` (the texts of
            the editor's documents by path), ``kind``, ``start``
            and ``end`` (characters of ``text`` with ``\n`` for every line end), ``whole`` (whether they hold whole
            statements) and ``name``.

    Returns:
        ``files``: path (null for the document without a file), base digest and replacements of each; ``old``: the name
        that was renamed or inlined; ``unsure``: places that may mean the renamed thing, but were left alone.

    Raises:
        RefusedError: It can't be done, and why.
    """
    with opened(payload) as (project, resource):
        try:
            return _Refactoring(project, resource, payload).made()
        except ModuleSyntaxError as error:
            raise RefusedError(
                f"{error.filename} has a syntax error in line {error.lineno}; correct it first"
            ) from error
        except RopeError as error:
            raise RefusedError(_sentence(str(error))) from error


class _Refactoring:
    """One refactoring of one project."""

    def __init__(self, project: SafeProject, resource: File, payload: dict[str, Any]) -> None:
        self._project = project
        self._resource = resource
        self._payload = payload
        self._files: Files = project.fscommands
        self._unsure: list[tuple[str, int]] = []
        self._definition: list[Any] = []

    def made(self) -> dict[str, Any]:
        """The result of ``run``."""
        text = normalized(self._payload["text"])
        mark = text.startswith(MARK)  # rope does not see it
        start, end, name = self._payload["start"] - mark, self._payload["end"] - mark, self._payload["name"]
        old = text.removeprefix(MARK)[start:end]
        match self._payload["kind"]:
            case "extract-variable" | "extract-function" as kind:
                extract = ExtractVariable if kind == "extract-variable" else ExtractMethod
                changed = _contents(extract(self._project, self._resource, start, end).get_changes(name))
                before, after = self._resource.read(), changed[self._resource]
                if kind == "extract-function":
                    changed[self._resource] = spaced(before, after, name)
                if kind == "extract-variable":
                    changed[self._resource] = without_brackets(after, name)
            case "inline":
                changed = self._inlined(start)
            case "change-signature":
                changed = self._resigned(start, name)
            case _:
                changed = self._renamed(start, name)
        files = self._files_of(changed)
        if not files:
            raise RefusedError("it would change nothing")
        return {"files": files, "old": old, "unsure": self._places(), "definition": self._definition}

    def _inlined(self, start: int) -> dict[File, str]:
        found = create_inline(self._project, self._resource, start)
        module, line = found.pyname.get_definition_location()
        resource = module.get_resource() if module else None
        if resource is None or line is None or resource.project is not self._project:
            raise RefusedError(f"{found.name} is not defined in this workspace")
        if found.get_kind() == "parameter":
            raise RefusedError("a parameter's value comes from its callers; it can't be inlined")
        if found.get_kind() == "method":
            self._refuse_mentioned(found)
            return {resource: self._without_function(found, resource, line)}
        prepared = prepare(resource.read(), found.name, line)
        self._files.prepared[resource.real_path] = prepared.text
        project = open_project(self._project.address, self._files)
        at = prepared.moved(start) if resource == self._resource else start
        changes = create_inline(project, project.get_file(self._resource.path), at).get_changes()
        return {file: finish(text) for file, text in _contents(changes).items()}

    def _without_function(self, found: Any, resource: File, line: int) -> str:
        """The text of the file that defines a function, with its calls replaced; they are all in that file."""
        finder = create_finder(self._project, found.name, found.pyname, unsure=self._note_unsure)
        places = {file: list(finder.find_occurrences(file)) for file in self._project.get_python_files()}
        others = [file.path for file, occurrences in places.items() if occurrences and file != resource]
        uses = [each for each in places.get(resource, ()) if not each.is_defined()]
        if others or self._unsure:
            raise RefusedError(f"{found.name} is, or may be, used elsewhere: {(others or self._places())[0]}")
        if not uses or not all(each.is_called() for each in uses):
            raise RefusedError(
                f"{found.name} is {'passed on or looked at' if uses else 'never called'}; there is nothing to inline"
            )
        parent = found.pyfunction.parent
        owner = parent.get_name() if found.pyfunction.get_kind() == "method" else None
        calls = [each.get_word_range()[0] for each in uses]
        return inline_function(resource.read(), found.name, line, calls, owner)

    def _resigned(self, start: int, wanted: str) -> dict[File, str]:
        """The texts of the files that define and call a function, with other parameters."""
        rename = Rename(self._project, self._resource, start)
        self._refuse_foreign(rename)
        name, pyname = rename.get_old_name(), rename.old_pyname
        refuse_special(name, pyname, self._project)
        module, line = pyname.get_definition_location()
        home = module.get_resource()
        change = planned(home.read(), name, line, wanted)
        is_method = named(name, pyname).kind == ATTRIBUTE
        finder = create_finder(self._project, name, pyname, unsure=self._note_unsure)
        calls: dict[File, list[int]] = {home: []}
        for file in self._with_word(name):
            if is_method and len(members_in(file.read(), name)) > (file == home):
                raise RefusedError(f"{name} is, or may be, another one in some classes: {file.path}")
            for each in finder.find_occurrences(file):
                if each.is_defined() or each.is_in_import_statement():
                    continue
                if not each.is_called() and not change.only_adds:
                    raise RefusedError(f"{name} is passed on or looked at: {file.path}:{each.lineno}")
                if each.is_called():
                    calls.setdefault(file, []).append(each.get_word_range()[0])
        if not change.only_adds and not any(calls.values()):
            raise RefusedError(f"{name} is called nowhere here, so nobody knows what its callers pass")
        looked_up = beginning(name)
        for file in self._project.get_python_files() if not change.only_adds else ():
            if looked_up.search(file.read()):
                raise RefusedError(f"{name} may be looked up by the beginning of its name: {file.path}")
        if self._unsure and not change.only_adds:
            raise RefusedError(f"{name} is, or may be, called elsewhere: {self._places()[0]}")
        self._refuse_skipped(name)
        self._definition = [None if home == self._resource else home.real_path, line]
        if change.only_adds:
            return {home: with_definition(home.read(), change)}
        texts = {file: with_calls(file.read(), change, found) for file, found in calls.items() if file != home}
        return {home: redefined(home.read(), change, calls[home], wanted), **texts}

    def _refuse_mentioned(self, found: Any) -> None:
        """Refuse to take away what is named in a text, or what a call may look up in another class."""
        old, pyname = found.name, found.pyname
        refuse_special(old, pyname, self._project)
        thing = named(old, pyname)
        for resource in self._with_word(old):
            text = resource.read()
            mentions = find_mentions(text, thing)
            lines = [*(text.count("\n", 0, start) + 1 for start, _ in mentions.sure), *mentions.lines]
            if lines:
                raise RefusedError(f"{old} is named in {resource.path}:{min(lines)}")
            if thing.kind == ATTRIBUTE and len(members_in(text, old)) > (resource == self._resource):
                raise RefusedError(f"{old} is, or may be, another one in some classes: {resource.path}")
        self._refuse_skipped(old)

    def _with_word(self, name: str) -> list[File]:
        """The files of the workspace that hold a word."""
        whole = word(name)
        return [each for each in self._project.get_python_files() if whole.search(each.read())]

    def _refuse_skipped(self, name: str) -> None:
        if skipped := self._files.skipped(self._project.address, word(name)):
            raise RefusedError(f"{name} may be used in {skipped[0]}, which is left alone")

    def _renamed(self, start: int, name: str) -> dict[File, str]:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise RefusedError(f"{name!r} can't be a name in Python")
        rename = Rename(self._project, self._resource, start)
        self._refuse_foreign(rename)
        old, pyname = rename.get_old_name(), rename.old_pyname
        refuse_special(old, pyname, self._project)
        thing = named(old, pyname)
        if name.startswith("__") and thing.kind != LOCAL:
            raise RefusedError(f"{name} would be another name within a class, or one of Python's own")
        renamed = rename_everywhere(rename, name, self._note_unsure)
        self._refuse_captures(renamed, old, name, start)
        return self._with_mentions(renamed, thing, name)

    def _with_mentions(self, renamed: dict[File, str], thing: Named, new: str) -> dict[File, str]:
        """The texts with the mentions renamed that are sure; notes the others."""
        for resource in self._with_word(thing.name):
            text = renamed.get(resource) or resource.read()
            mentions = find_mentions(text, thing)
            if mentions.fixed:
                raise RefusedError(f"{thing.name} is used in a text over several lines: {resource.path}")
            self._unsure += [(resource.path, line) for line in sorted(mentions.lines)]
            for first, last in sorted(mentions.sure, reverse=True):
                if resource in renamed:
                    renamed[resource] = f"{renamed[resource][:first]}{new}{renamed[resource][last:]}"
                else:
                    self._unsure.append((resource.path, text.count("\n", 0, first) + 1))
        if thing.kind != LOCAL:
            for place in self._files.skipped(self._project.address, word(thing.name)):
                path, _, line = place.rpartition(":")
                self._unsure.append((path, int(line)))
        return renamed

    def _refuse_foreign(self, rename: Rename) -> None:
        """Refuse what is defined where the renaming can't reach: in a library, or as a module."""
        module, line = rename.old_pyname.get_definition_location()
        resource = module.get_resource() if module else None
        if rename._is_renaming_a_module():
            raise RefusedError(f"{rename.get_old_name()} is a module; renaming it would move a file")
        if resource is None or line is None or resource.project is not self._project:
            raise RefusedError(f"{rename.get_old_name()} is not defined in this workspace")

    def _refuse_captures(self, renamed: dict[File, str], old: str, new: str, start: int) -> None:
        """Refuse a name that means something already: renaming back would then not give the old text again."""
        texts = {resource.real_path: text for resource, text in renamed.items()}
        files = Files({**self._files.texts, **texts})
        project = open_project(self._project.address, files)
        at = moved_by(self._resource.read(), renamed[self._resource], start, old, new)
        resource = project.get_file(self._resource.path)
        back = rename_everywhere(Rename(project, resource, at), old, _calls_super)
        if {each.path: text for each, text in back.items()} != {each.path: each.read() for each in renamed}:
            raise RefusedError(f"{new} means something already where {old} is used; choose another name")

    def _note_unsure(self, occurrence: Any) -> bool:
        """Take note of a place whose meaning rope can't tell, and leave it alone; ``super()`` is no such place."""
        if _calls_super(occurrence):
            return True
        self._unsure.append((occurrence.resource.path, occurrence.lineno))
        return False

    def _places(self) -> list[str]:
        return [f"{path}:{line}" for path, line in dict.fromkeys(self._unsure)]

    def _files_of(self, changed: dict[File, str]) -> list[dict[str, Any]]:
        """What changes in each file, for the answer."""
        made = []
        for resource, new in sorted(
            changed.items(), key=lambda each: (each[0].path != self._resource.path, each[0].path)
        ):
            path = resource.real_path
            if path in self._files.unreadable:
                raise RefusedError(f"{resource.path} is not UTF-8 text; convert it first")
            text = self._files.texts[path]
            mark = MARK if text.startswith(MARK) else ""
            if found := replacements(text, mark + new):
                own = resource.path == self._resource.path
                spans = [[each.span.start, each.span.end, each.text] for each in found]
                made.append({"path": None if own else path, "base": digest(text), "replacements": spans})
        return made


def _calls_super(occurrence: Any) -> bool:
    start = occurrence.get_word_range()[0]
    return bool(occurrence.resource.read()[:start].endswith("super()."))


def _contents(changes: ChangeSet) -> dict[File, str]:
    """The new texts by file.

    Raises:
        RefusedError: There are other changes, which would move or create files.
    """
    if any(not isinstance(change, ChangeContents) for change in changes.changes):
        raise RefusedError("it would move files")
    return {change.resource: change.new_contents for change in changes.changes}


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
