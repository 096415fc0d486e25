"""Whether a module or a class is known to the last attribute, so that what it lacks does not exist.

Strict on purpose: wherever code may add attributes as it runs, or a base is unknown, nothing is known not to exist. Works
on jedi's values, whose modules hold both a stub and the source that it describes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jedi

from stoker_analyzers.naming.parts import arguments_of, last_word
from stoker_analyzers.naming.sure import base_is_sure

_TYPESHED = Path(jedi.__file__).parent / "third_party" / "typeshed"
LARGEST = 4_000_000
"""Bytes of a source file whose words are looked at; one that is larger is taken to hold any."""
_WORD = re.compile(r"[^\W\d]\w*")
_DYNAMIC_MODULE = frozenset(
    {"__getattr__", "globals", "setattr", "vars", "exec", "locals", "__dict__", "modules", "lazy"}
)
"""Words of a module's source that let it have what is written nowhere in it."""
_DYNAMIC_CLASS = frozenset({"setattr", "__dict__", "vars", "exec", "__getattr__", "__getattribute__", "type_new"})
"""Words of the file that defines a class which let its instances have what is written nowhere in it."""
_OPEN_BASES = frozenset(
    {"Enum", "NamedTuple", "TypedDict", "namedtuple", "Any", "Mock", "MagicMock", "NonCallableMock"}
)
"""Bases whose classes or objects get attributes that are not written as such."""
_PLAIN_DECORATORS = frozenset(
    {"dataclass", "final", "total_ordering", "runtime_checkable", "unique", "type_check_only"}
)
_PLAIN_METACLASSES = frozenset({"ABCMeta", "type"})
_SPECIAL = frozenset({"Generic", "Protocol"})
_DEEPEST = 3
"""Modules in a row that import everything from the next."""


def may_have(value: Any, word: str) -> str:
    """Why a value may have an attribute that jedi does not see; empty where it can't.

    Args:
        value: A module, a class or an instance, as jedi knows it.
        word: The attribute's name.
    """
    if value.is_module():
        return _module_may_have(value, word)
    if value.is_class():
        return _class_may_have(value, word)
    if value.is_instance():
        return _class_may_have(value.py__class__(), word)
    return "its kind is not known"


def sources_of(module: Any) -> tuple[Any, ...]:
    """A module and, where it is a stub, the modules that it describes."""
    described = getattr(module, "non_stub_value_set", None) if module.is_stub() else None
    return (module, *(described or ()))


def is_vague(module: Any) -> bool:
    """Whether a module is a stub that may lack something.

    Those of the standard library are whole. Those that jedi brings along for other packages may be of another version, and
    where a compiled module has nothing but a stub, there is nothing to compare it with.
    """
    path = described_path(module)
    if not module.is_stub() or path is None:
        return False
    if _TYPESHED in path.parents:
        return _TYPESHED / "stdlib" not in path.parents
    return all(each.is_compiled() for each in sources_of(module)[1:])


def described_path(value: Any) -> Path | None:
    """The file that a value's module was read from; ``None`` for one that was not read from a file."""
    return value.py__file__() if hasattr(value, "py__file__") else None


def words_of(path: Path) -> frozenset[str] | None:
    """The words of a file; ``None`` where it can't be read or is too large."""
    try:
        known = path.stat()
        return None if known.st_size > LARGEST else _words_of(path, known.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=512)
def _words_of(path: Path, modified: int) -> frozenset[str]:
    """The words of a file as it was at a time, in nanoseconds."""
    del modified  # it tells one state of the file from the next
    return frozenset(_WORD.findall(path.read_text(encoding="utf-8", errors="replace")))


# -- modules


def _module_may_have(module: Any, word: str, depth: int = 0) -> str:
    if module.is_compiled() or getattr(module, "tree_node", None) is None:
        return "it is no module with a source"
    if depth > _DEEPEST:
        return "it imports from too far away"
    if is_vague(module):
        return "its description may not be whole"
    for each in sources_of(module):
        if each.is_compiled():
            if each.goto(word):
                return "another version of it has the name"
            continue
        path = described_path(each)
        if path is None:
            return "its file is not known"
        known = words_of(path)
        if known is None or word in known:
            return "the name stands in its file"
        if not each.is_stub() and not module.is_stub() and known & _DYNAMIC_MODULE:
            return "it may get names as it runs"
        if reason := _stars_may_have(each, word, depth):
            return reason
    return ""


def _stars_may_have(module: Any, word: str, depth: int) -> str:
    stars = [each for each in module.tree_node.iter_imports() if each.is_star_import()]
    found = list(module.star_imports()) if stars else []
    if len(found) < len(stars):
        return "it imports everything from a module that is not known"
    return next((reason for each in found if (reason := _module_may_have(each, word, depth + 1))), "")


# -- classes


def _class_may_have(value: Any, word: str) -> str:
    known = False
    for each in value.py__mro__():
        name = each.py__name__()
        if name in _OPEN_BASES:
            return f"{name} gives its classes more than is written in them"
        node = getattr(each, "tree_node", None)
        if node is None or node.type != "classdef":
            if name in _SPECIAL:
                continue
            return f"{name} is not known"
        known = True
        if reason := _written_class_may_have(each, node, word):
            return reason
    return "" if known else "its class is not known"


def _written_class_may_have(value: Any, node: Any, word: str) -> str:
    module = value.get_root_context().get_value()
    name = value.py__name__()
    if reason := _header_is_open(value, node):
        return reason
    if is_vague(module):
        return f"the description of {name} may not be whole"
    if name == "object":
        return ""
    if word in _WORD.findall(node.get_code()) and module.is_stub():
        return f"the name stands in {name}"
    for each in sources_of(module):
        if each.is_stub() or each.is_compiled():
            if "__getattr__" in _members(node):
                return f"{name} makes attributes up"
            continue
        if each.tree_node is None:
            return f"the source of {name} is not known"
        if not module.is_stub() and _makes_attributes(each, name):
            return f"{name} may get attributes as it runs"
        if is_bound(each, word):
            return f"the name stands in the file of {name}"
    return ""


def _makes_attributes(module: Any, owner: str) -> bool:
    """Whether code of a class, or code outside of classes, gives objects attributes that are written nowhere."""
    leaves = (leaf for word in _DYNAMIC_CLASS for leaf in _used(module, word))
    owners = (leaf.search_ancestor("classdef") for leaf in leaves)
    return any(each is None or each.name.value == owner for each in owners)


def is_bound(module: Any, word: str) -> bool:
    """Whether a file assigns, defines or spells a name anywhere, other than by reading an attribute or a variable."""
    if module.tree_node is None:
        return True
    if any(name.is_definition(include_setitem=True) and not _is_local(name) for name in _used(module, word)):
        return True
    leaf = re.compile(rf"""["'](?:\w+[ ,]+)*{re.escape(word)}(?:[ ,]+\w+)*["']""")  # several names may be in one text
    return bool(leaf.search(module.tree_node.get_code()))


def _is_local(name: Any) -> bool:
    """Whether a name is a plain variable or a parameter within a function."""
    if name.parent.type in ("trailer", "funcdef", "classdef"):
        return False
    scope = name.search_ancestor("funcdef", "classdef", "lambdef")
    return scope is not None and scope.type != "classdef"


def _used(module: Any, word: str) -> tuple[Any, ...]:
    return tuple(module.tree_node.get_used_names().get(word, ()))


def _members(node: Any) -> Iterator[str]:
    return (each.name.value for each in node.iter_funcdefs())


def _header_is_open(value: Any, node: Any) -> str:
    """Why a class's decorators, metaclass or bases keep it from being known."""
    name = value.py__name__()
    for decorator in node.get_decorators():
        if last_word(decorator.children[1]) not in _PLAIN_DECORATORS and not value.is_stub():
            return f"{name} is decorated"
    arguments = node.get_super_arglist()
    for each in arguments_of(arguments):
        if each.type == "argument":
            if each.children[0].type == "operator":
                return f"the bases of {name} are not known"
            if each.children[0].value == "metaclass" and last_word(each.children[2]) not in _PLAIN_METACLASSES:
                return f"{name} has a metaclass"
            continue
        if not value.parent_context.infer_node(each):
            return f"a base of {name} is not known"
        if not value.is_stub() and not base_is_sure(value.parent_context, each):
            return f"a base of {name} is not sure"
    return ""
