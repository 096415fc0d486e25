"""The second gate: what an edit writes must not use a name that is known not to exist.

A name is known not to exist where nothing in the file binds it, in any scope, and the language does not bring it along.
That is lenient on purpose: what is called unknown must be unknown.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from tree_sitter import Node, QueryCursor

from stoker_analyzers.edits import Edit, Span
from stoker_analyzers.locality import part_around
from stoker_analyzers.scope import is_used_near
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

_BINDINGS = """
[(function_definition name: (identifier) @name) (class_definition name: (identifier) @name)]
[(parameters (identifier) @name) (default_parameter name: (identifier) @name) (typed_parameter (identifier) @name)]
(typed_default_parameter name: (identifier) @name)
[(aliased_import alias: (identifier) @name) (dotted_name . (identifier) @name)]
[(import_from_statement name: (dotted_name (identifier) @name)) (type_parameter (type (identifier) @name))]
[(global_statement (identifier) @name) (nonlocal_statement (identifier) @name)]
[(type_alias_statement left: (type (identifier) @name)) (type_parameter (type (splat_type (identifier) @name)))]
(type_alias_statement left: (type (generic_type . (identifier) @name)))
"""
_USES = "(identifier) @name"
_IMPORT = "import"
_STAR = re.compile(r"import\s*\*")
_FROM = re.compile(r"\s*from\s")
_DUNDERS = (
    *("__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__path__", "__builtins__"),
    *("__annotations__", "__dict__", "__class__", "__module__", "__qualname__", "__debug__"),
)
_BROUGHT_ALONG = frozenset({*dir(builtins), *_DUNDERS, "reveal_type", "WindowsError"})
_MANY = 40
"""Uses of a name above which it is not looked whether any can be seen from the place."""
_NOTEBOOKS = frozenset({"display", "get_ipython", "In", "Out"})


_LATEST: WeakKeyDictionary[Snapshot, tuple[Edit, tuple[Verdict, str]]] = WeakKeyDictionary()
"""What was judged last of a text."""


class NamesResolve:
    """Every plain name in what an edit writes is bound somewhere in the file, or is a builtin."""

    name = "names"
    budget = 1.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Look up the names in what the edit writes."""
        return self._judged(snapshot, edit)[0]

    def unknown(self, snapshot: Snapshot, edit: Edit) -> str:
        """The name for which an edit fails; empty where it does not."""
        return self._judged(snapshot, edit)[1]

    def _judged(self, snapshot: Snapshot, edit: Edit) -> tuple[Verdict, str]:
        """The verdict and the name; a completion is judged twice, before it is cut and as it is offered."""
        latest = _LATEST.get(snapshot)
        if latest is None or latest[0] != edit:
            latest = _LATEST[snapshot] = edit, self._judge(snapshot, edit)
        return latest[1]

    def _judge(self, snapshot: Snapshot, edit: Edit) -> tuple[Verdict, str]:
        part = edit.of(snapshot.uri)
        if part is None:
            return undecided(self.name, "the edit leaves the file alone"), ""
        language = snapshot.language
        if language is None or language.id != "python":
            return undecided(
                self.name, f"names are not looked up in {language.name if language else 'this language'}"
            ), ""
        after, spans, near = _applied(snapshot, edit)
        if after.tree is None:
            return undecided(self.name, "the file can't be parsed"), ""
        if any(map(_imports_all, (snapshot.text, after.text))):
            return undecided(self.name, "the file imports everything from another module"), ""
        used = {name for span in spans for name in used_names(after, span)} - _BROUGHT_ALONG
        used -= _NOTEBOOKS if snapshot.uri.endswith(".ipynb") else frozenset()
        bound = {name for span in spans for name in bound_names(after, span)} if used else set()
        inserted = part.replacements[0].text
        lead = inserted[: len(inserted) - len(inserted.lstrip())]
        for name in sorted(used - bound):
            if not any(_occurs(each, name) for each, _ in near) or not _word(name).search(snapshot.text):
                return failed(self.name, f"{name} is defined nowhere in the file and is no builtin"), name
            if all(_is_out_of_sight(each, offset, lead, name) for each, offset in near):
                return failed(self.name, f"{name} is another function's, which can't be seen from here"), name
        return passed(self.name, f"{counted(len(used), 'name')} looked up in the file"), ""


def _imports_all(text: str) -> bool:
    """Whether a text imports everything of a module. Looks for a plain word first, in a tenth of a pattern's time."""
    at = text.find(_IMPORT)
    while at >= 0:
        if _STAR.match(text, at) and _FROM.match(text, text.rfind("\n", 0, at) + 1, at):
            return True
        at = text.find(_IMPORT, at + 1)
    return False


def _is_out_of_sight(snapshot: Snapshot, offset: int | None, lead: str, name: str) -> bool:
    """Whether a name is bound and used only in functions that don't hold a place; not where it is used too often to tell.

    What is inserted begins with some white space, ``lead``: how deep it goes says which function it belongs to.
    """
    if offset is None or snapshot.text.count(name) > _MANY:
        return False
    if re.search(rf"\b(?:global|nonlocal)\b[^\n]*\b{re.escape(name)}\b", snapshot.text):
        return False
    if lead:
        snapshot, offset = (
            snapshot.with_text(snapshot.text[:offset] + lead + snapshot.text[offset:]),
            offset + len(lead),
        )
    return not is_used_near(snapshot, offset, name) and name in bound_names(snapshot, Span(0, len(snapshot.text)))


def _applied(snapshot: Snapshot, edit: Edit) -> tuple[Snapshot, list[Span], tuple[tuple[Snapshot, int | None], ...]]:
    """What the edit makes of the file, where its text stands there, and the texts that may know its names, with the place.

    An insertion is looked at in the part of the file round it; names are then looked for there and in the last tree made.
    """
    part = edit.of(snapshot.uri)
    if part is None or len(part.replacements) != 1:
        return snapshot.after(edit), list(written(edit, snapshot)), ((snapshot, None),)
    (replacement,) = part.replacements
    place = part_around(snapshot, replacement.span.start)
    span, text = place.inner(replacement.span), place.snapshot.text
    after = place.snapshot.with_text(text[: span.start] + replacement.text + text[span.end :])
    whole = snapshot.parsed_before or snapshot
    near = {place.snapshot: span.start, whole: min(replacement.span.start, len(whole.text))}
    return after, [Span(span.start, span.start + len(replacement.text))], tuple(near.items())


def written(edit: Edit, snapshot: Snapshot) -> Iterator[Span]:
    """Where an edit's new text stands after it."""
    part, moved = edit.of(snapshot.uri), 0
    for replacement in part.replacements if part else ():
        start = replacement.span.start + moved
        yield Span(start, start + len(replacement.text))
        moved += len(replacement.text) - len(replacement.span)


def bound_names(snapshot: Snapshot, span: Span) -> set[str]:
    """The names that a stretch of a Python file binds."""
    queries = (snapshot.language.scoping.bindings, _BINDINGS) if snapshot.language else ()
    return {snapshot.slice(node) for query in queries for node in _within(snapshot, query, span)}


def used_names(snapshot: Snapshot, span: Span) -> set[str]:
    """The plain names that a stretch of a Python file reads."""
    return {snapshot.slice(node) for node in _within(snapshot, _USES, span) if _is_read(node)}


def _word(name: str) -> re.Pattern[str]:
    r"""A name at the end of a word: a ``\b`` at the pattern's beginning would take ten times as long."""
    return re.compile(rf"{re.escape(name)}\b")


def _occurs(snapshot: Snapshot, name: str) -> bool:
    """Whether a name is bound or used in a file, as a name of its own rather than as an attribute's.

    What is used counts, because a module may bind names by running code (``globals().update(...)``).
    """
    for found in _word(name).finditer(snapshot.text):
        node = snapshot.node_at(Span(found.start(), found.end()))
        if (
            node
            and node.type == "identifier"
            and len(snapshot.span(node)) == len(name)
            and (_is_read(node) or (node.parent and node.parent.type == "dotted_name"))
        ):
            return True
    return False


def _is_read(node: Node) -> bool:
    """Whether an identifier stands for a value here: not an attribute, an argument's name or a module's."""
    parent = node.parent
    if parent is None or parent.type in ("dotted_name", "ERROR", "keyword_pattern"):
        return False
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") != node
    return not (parent.type == "keyword_argument" and parent.child_by_field_name("name") == node)


def _within(snapshot: Snapshot, query: str, span: Span) -> list[Node]:
    """What a query captures in a stretch of a file."""
    if snapshot.language is None or snapshot.tree is None:
        return []
    start, end = snapshot.byte(span.start), snapshot.byte(span.end)
    cursor = QueryCursor(snapshot.language.query(query))
    cursor.set_byte_range(start, end)
    nodes = cursor.captures(snapshot.tree.root_node).get("name", [])
    return [node for node in nodes if start < node.end_byte and node.start_byte < end]
