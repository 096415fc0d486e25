"""Says whether what an import names is there: a module, or a name in one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jedi
from jedi.inference.imports import Importer, infer_import

from stoker_analyzers.naming.closed import described_path, may_have
from stoker_analyzers.naming.model import Where
from stoker_analyzers.naming.project import Subject
from stoker_analyzers.naming.spelled import has_module
from stoker_analyzers.naming.whereabouts import where_of

_MADE = ("_pb2", "_pb2_grpc", "version", "_generated")
"""Ends of the names of modules that a build makes."""
_ENDINGS = (".py", ".pyi", ".so", ".pyd", ".pyx", ".ipynb")


def import_exists(subject: Subject, leaf: Any) -> tuple[Where, str, str]:
    """Where what an import names is, as it is said, and why it is nowhere.

    Args:
        subject: The text.
        leaf: The name in parso's tree.
    """
    node = leaf.search_ancestor("import_name", "import_from")
    if node.type == "import_name":
        path = next(each for each in node.get_paths() if any(part is leaf for part in each))
        return _module(subject, 0, _up_to(path, leaf))
    names = node.get_from_names()
    if any(each is leaf for each in names):
        return _module(subject, node.level, _up_to(names, leaf))
    return _member(subject, node, leaf, [each.value for each in names])


def _up_to(path: list[Any], leaf: Any) -> list[str]:
    """The parts of a path up to one of them."""
    end = next(number for number, each in enumerate(path) if each is leaf)
    return [each.value for each in path[: end + 1]]


def _follow(subject: Subject, level: int, path: list[str]) -> Any:
    return Importer(subject.script._inference_state, tuple(path), subject.module, level).follow()


def _module(subject: Subject, level: int, path: list[str]) -> tuple[Where, str, str]:
    said = "." * level + ".".join(path)
    found = _follow(subject, level, path)
    if found and not all(_is_only_described(each) for each in found):
        return where_of(subject, *found), said, ""
    if len(path) == 1 or level:
        return _top_module(subject, level, path, said)
    parents = _follow(subject, 0, path[:-1])
    if found or not parents:
        return Where.UNDECIDED, said, "what it belongs to is not known"
    return _lacks(subject, parents, path[-1], said)


def _is_only_described(module: Any) -> bool:
    """Whether there is a stub alone: jedi brings stubs along for what is not installed, and for later versions of Python."""
    return module.is_module() and module.is_stub() and not module.non_stub_value_set


def _top_module(subject: Subject, level: int, path: list[str], said: str) -> tuple[Where, str, str]:
    name = path[-1]
    if name.endswith(_MADE):
        return Where.UNDECIDED, said, "a build may make it"
    if level:
        return _beside(subject, level, path, said)
    if name in sys.stdlib_module_names or _is_standard_elsewhere(name):
        return Where.UNDECIDED, said, "another version of Python has it"
    if not subject.environment.whole:
        return Where.UNDECIDED, said, "what is installed is not known"
    if _is_installed(subject, name):
        return Where.UNDECIDED, said, "it is no module that can be read"
    if has_module(subject.question, name):
        return Where.UNDECIDED, said, "the folder holds something of that name"
    return Where.MISSING, said, f"no module {name} in the folder or its environment"


def _beside(subject: Subject, level: int, path: list[str], said: str) -> tuple[Where, str, str]:
    if not subject.question.path:
        return Where.UNDECIDED, said, "the document is no file"
    folder = Path(subject.question.path).parent
    for _ in range(level - 1):
        folder = folder.parent
    for part in path[:-1]:
        folder /= part
    if not folder.is_dir():
        return Where.UNDECIDED, said, "what it belongs to is not known"
    name = path[-1]
    if any(each.name.partition(".")[0] == name for each in folder.iterdir()) or _has_path_code(folder):
        return Where.UNDECIDED, said, "it is no module that can be read"
    return Where.MISSING, said, f"no module {name} in {folder.name}"


def _has_path_code(folder: Path) -> bool:
    """Whether a package says in code where its modules are."""
    try:
        text = (folder / "__init__.py").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "__path__" in text or "sys.modules" in text


def _member(subject: Subject, node: Any, leaf: Any, path: list[str]) -> tuple[Where, str, str]:
    whole = [*path, leaf.value]
    said = "." * node.level + ".".join(whole)
    parents = _follow(subject, node.level, path)
    if not parents or all(_is_only_described(each) for each in parents):
        return Where.UNDECIDED, said, "what it belongs to is not known"
    names = [name for each in parents for name in each.goto(leaf.value, analysis_errors=False)]
    if any(name.tree_name is None or name.tree_name.start_pos != leaf.start_pos for name in names):
        return where_of(subject, *parents), said, ""
    defined = leaf if leaf.is_definition() else leaf.parent.children[-1]
    itself = bool(names)  # a package that imports from itself has the name by this very import
    if found := _follow(subject, node.level, whole) if itself else infer_import(subject.module, defined):
        return where_of(subject, *found), said, ""
    return _lacks(subject, parents, leaf.value, said)


def _lacks(subject: Subject, parents: Any, name: str, said: str) -> tuple[Where, str, str]:
    for each in parents:
        if not each.is_module():
            return Where.UNDECIDED, said, "what it belongs to is no module"
        if reason := may_have(each, name):
            return Where.UNDECIDED, said, reason
        path = described_path(each)
        if path and path.stem == "__init__" and _holds(path.parent, name):
            return Where.UNDECIDED, said, "it is no module that can be read"
    if name.endswith(_MADE):
        return Where.UNDECIDED, said, "a build may make it"
    return Where.MISSING, said, f"{said.rpartition('.')[0] or 'the package'} has no {name}"


def _holds(folder: Path, name: str) -> bool:
    return any(each.name.partition(".")[0] == name for each in folder.iterdir()) or _has_path_code(folder)


def _is_installed(subject: Subject, name: str) -> bool:
    folders = [Path(each) for each in subject.environment.packages]
    return any(_holds(each, name) for each in folders if each.is_dir())


def _is_standard_elsewhere(name: str) -> bool:
    """Whether any version of Python that jedi knows has a module."""
    stubs = Path(jedi.__file__).parent / "third_party" / "typeshed" / "stdlib"
    return (stubs / name).is_dir() or (stubs / f"{name}.pyi").is_file()
