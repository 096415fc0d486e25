"""Where a Python file uses what another file defines: by a name that it imports, or behind an imported module's name.

Only what the imports say is followed: where a name may come from two places, the file is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tree_sitter import Node

from stoker_analyzers.follow_ups.python_names import BINDING, Place, Role, places
from stoker_analyzers.snapshot import Snapshot

Means = Callable[[str], str]
"""Gives the file that a module means, as it is written in the file at hand; empty for one that is not known."""


@dataclass(frozen=True, slots=True)
class Uses:
    """The places of a file that mean another file's name.

    Attributes:
        imports: Where it is imported.
        named: Where it is used by its own name.
        renamed: Where it is used by another name, which the import gives it.
        behind: Where it is used behind its module's name.
        passes_on: Whether who imports this file may take the name from it.
    """

    imports: tuple[Place, ...] = ()
    named: tuple[Place, ...] = ()
    renamed: tuple[Place, ...] = ()
    behind: tuple[Place, ...] = ()
    passes_on: bool = False


def uses_of(snapshot: Snapshot, name: str, modules: Collection[str], means: Means) -> Uses | None:
    """The uses of a name; ``None`` where the file may mean another thing by it.

    Args:
        snapshot: The file.
        name: The name as the other file has it.
        modules: The files that define it or pass it on.
        means: Resolves the file's imports.
    """
    found = places(snapshot, name)
    imports = [each for each in found if _module_taken_from(snapshot, each, means) in modules]
    plain = [each for each in imports if each.role is Role.IMPORT]
    homes = {each.home for each in plain}
    group = [each for each in found if each.home in homes and each.role is not Role.MEMBER]
    if any(each.role in BINDING and each not in plain for each in group):
        return None
    aliases = [place for each in imports if each.role is not Role.IMPORT for place in _alias_uses(snapshot, each)]
    behind = [each for each in found if each.role is Role.MEMBER and _is_behind(snapshot, each, modules, means)]
    named = [each for each in group if each not in plain]
    return Uses(tuple(imports), tuple(named), tuple(aliases), tuple(behind), 0 in homes)


def _module_taken_from(snapshot: Snapshot, place: Place, means: Means) -> str:
    """The file that a name is imported from, where the place is that name in ``from ... import``; else empty."""
    dotted = place.node.parent
    if dotted is None or dotted.type != "dotted_name" or dotted.child_count != 1:
        return ""
    owner = dotted.parent
    if owner is not None and owner.type == "aliased_import":
        owner = owner.parent
    if owner is None or owner.type != "import_from_statement":
        return ""
    module = owner.child_by_field_name("module_name")
    return "" if module is None or module == dotted else means(snapshot.slice(module))


def _alias_uses(snapshot: Snapshot, place: Place) -> list[Place]:
    """The uses of the name that an import gives to another one; none where it is bound to anything else."""
    dotted = place.node.parent
    named = dotted.parent.child_by_field_name("alias") if dotted is not None and dotted.parent is not None else None
    if named is None:
        return []
    found = places(snapshot, snapshot.slice(named))
    mine = next((each for each in found if each.node == named), None)
    group = [each for each in found if mine is not None and each.home == mine.home and each.role is not Role.MEMBER]
    return [] if sum(each.role in BINDING for each in group) != 1 else [each for each in group if each.node != named]


def _is_behind(snapshot: Snapshot, place: Place, modules: Collection[str], means: Means) -> bool:
    """Whether a member belongs to one of some modules, by the one import that the word before it is bound by."""
    attribute = place.node.parent
    owner = attribute.child_by_field_name("object") if attribute is not None else None
    if owner is None:
        return False
    chain, first = snapshot.slice(owner), owner
    while first.type == "attribute" and (inner := first.child_by_field_name("object")) is not None:
        first = inner
    if first.type != "identifier":
        return False
    found = places(snapshot, snapshot.slice(first))
    home = next((each.home for each in found if each.node == first), -1)
    bindings = [each for each in found if each.home == home and each.role in BINDING]
    if home < 0 or any(each.role is not Role.IMPORT for each in bindings):
        return False
    said = {_module_named(snapshot, each.node) for each in bindings}
    if first is not owner:  # ``import a.b`` binds a, and so may others
        return means(chain) in modules and any(each == (chain, True) for each in said)
    return len(said) == 1 and means(next(iter(said))[0]) in modules


def _module_named(snapshot: Snapshot, node: Node) -> tuple[str, bool]:
    """The module that an import binds a word to, as it may be, and whether the word is only the first of its name."""
    parent = node.parent
    alias = parent is not None and parent.type == "aliased_import"
    named = parent.child_by_field_name("name") if alias and parent is not None else parent
    statement = parent.parent if parent is not None else None
    if named is None or statement is None:
        return "", False
    said = snapshot.slice(named)
    if statement.type == "import_from_statement":
        module = statement.child_by_field_name("module_name")
        before = snapshot.slice(module) if module is not None else ""
        return (f"{before}{said}" if before.endswith(".") else f"{before}.{said}"), False
    return said, not alias and "." in said


def calls_among(uses: Uses) -> list[tuple[Node, Node]]:
    """What is called where the name is used, and the word itself."""
    found = [(each.node, each.node) for each in (*uses.named, *uses.renamed)]
    return [*found, *((each.node.parent, each.node) for each in uses.behind if each.node.parent is not None)]
