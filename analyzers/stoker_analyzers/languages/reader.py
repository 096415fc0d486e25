"""What a language says about its code, with defaults for what most languages share.

A language says with one tree-sitter query where its definitions, imports and exits are; the captures are named after
symbol kinds and the tags of ``frame``. A subclass adds what a query cannot say: how a parameter is written, where the
documentation stands, what counts as public. A reader knows nothing of the order in which it is asked: ``walk`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from tree_sitter import Node, QueryCursor

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import Language
from stoker_analyzers.languages.comments import Mark, Marks
from stoker_analyzers.languages.frame import ATTRIBUTE, COMMENT, Frame
from stoker_analyzers.languages.walk import outline
from stoker_analyzers.symbols import Documentation, Import, Outline, Parameter, ParameterKind, SymbolKind

if TYPE_CHECKING:
    from stoker_analyzers.snapshot import Snapshot

_PREAMBLE = frozenset({"hash_bang_line", "php_tag", "text"})
"""What may stand before the documentation of a file."""


class Reader:
    """Reads one snapshot. Subclasses say how their language differs."""

    query: ClassVar[str]
    """Captures named after symbol kinds and the tags of ``frame``."""
    wrappers: ClassVar[frozenset[str]] = frozenset()
    """Node types around a definition that belong to it (decorators, ``export``, the statement of a declarator)."""
    constructors: ClassVar[frozenset[str]] = frozenset()
    """Names that make a method a constructor."""
    tries: ClassVar[frozenset[str]] = frozenset()
    """Node types whose exceptions may be caught by some of their children."""
    file_documentation_marks: ClassVar[tuple[str, ...]] = ()
    """Openings of the comments that document a file, where they are not those of definitions."""
    apart: ClassVar[re.Pattern[str] | None] = None
    """Comments that document a definition although a blank line is between; ``None`` where none does."""

    def __init__(self, snapshot: Snapshot, language: Language, root: Node, cursor: QueryCursor | None = None) -> None:
        """Find what there is to read; by another query than the language's own where a cursor for it is given."""
        self.snapshot = snapshot
        self.language = language
        self.found = (cursor or QueryCursor(language.query(self.query))).captures(root)
        self.marks = Marks(snapshot, self.found.pop(COMMENT, ()), self.found.pop(ATTRIBUTE, ()), self.apart)

    @classmethod
    def read(cls, snapshot: Snapshot) -> Outline:
        """The outline of a snapshot; empty without a tree."""
        if snapshot.tree is None or snapshot.language is None:
            return Outline()
        root = snapshot.tree.root_node
        return outline(cls(snapshot, snapshot.language, root), root)

    # -- what a language may say differently

    def name(self, node: Node) -> Node | None:
        """The name of a definition; a captured identifier names itself."""
        return node.child_by_field_name("name") or (node if not node.child_count else None)

    def qualifier(self, node: Node) -> str | None:
        """The type that a definition outside that type belongs to (Go's receiver, ``impl``), dotted."""
        return None

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        """The kind of a definition: functions in types are methods, and values in capitals are constants."""
        if tag in (SymbolKind.FUNCTION, SymbolKind.METHOD):
            if name in self.constructors and (around.type_like or tag is SymbolKind.METHOD):
                return SymbolKind.CONSTRUCTOR
            return SymbolKind.METHOD if around.type_like else tag
        if tag is SymbolKind.VARIABLE and name.isupper():
            return SymbolKind.CONSTANT
        return tag

    def label(self, name: Node) -> str:
        """The bare name in a name node, which may carry a sigil, quotes or a path."""
        return self.text(name)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        """Whether others may use a definition that stands in something public."""
        return True

    def function(self, node: Node) -> Node:
        """The node that carries the parameters and the body of a callable."""
        return node

    def outer(self, node: Node) -> Node:
        """The definition with all that belongs to it."""
        while (parent := node.parent) is not None and parent.type in self.wrappers:
            node = parent
        return node

    def body(self, function: Node) -> Span | None:
        """What stands between the braces, or the block of a language without."""
        return self.inside(function.child_by_field_name("body"))

    def parameters(self, function: Node, around: Frame) -> Iterable[Parameter]:
        """The parameters in order."""
        listed = function.child_by_field_name("parameters")
        return filter(None, map(self.parameter, listed.named_children)) if listed else ()

    def parameter(self, node: Node) -> Parameter | None:
        """One parameter; ``None`` for what is none (a comment, an error)."""
        return None

    def returns(self, function: Node) -> str | None:
        """The result type as written."""
        return self.field(function, "return_type")

    def returns_value(self, function: Node) -> bool:
        """Whether the body gives a value without a ``return``."""
        return False

    def is_async(self, function: Node) -> bool:
        """Whether the callable is declared asynchronous."""
        return any(child.type == "async" for child in function.children)

    def is_generator(self, function: Node) -> bool:
        """Whether the callable is declared a generator, whatever its body does."""
        return False

    def raised(self, node: Node) -> str | None:
        """The name of what a captured ``raise``, ``throw`` or panic raises; ``None`` where only running it would tell."""
        return None

    def keeps(self, around: Node, part: Node, name: str) -> bool:
        """Whether a try node keeps an exception of that name, raised in one of its parts, from leaving."""
        handlers = (child for child in around.named_children if child != part)
        return self.guards(around, part) and any(self.catches(child, name) for child in handlers)

    def guards(self, handler: Node, part: Node) -> bool:
        """Whether a part of a try node is the one whose exceptions may be caught."""
        return handler.child_by_field_name("body") == part

    def catches(self, handler: Node, name: str) -> bool:
        """Whether a child of a try node keeps an exception of that name from leaving."""
        return False

    def section(self, node: Node, around: Frame) -> None:
        """Take note of a change of visibility among the members of ``around``."""
        around.section = self.text(node)

    def documentation(self, node: Node, leading: Sequence[Mark]) -> Documentation | None:
        """What documents a definition: the nearest documentation comment that leads up to it."""
        return self.marks.documentation(leading, self.language.comments.documentation)

    def file_documentation(self, root: Node) -> Documentation | None:
        """What documents the file: the first documentation comment before all code that documents nothing else."""
        code = next(
            (child for child in root.named_children if not child.is_extra and child.type not in _PREAMBLE), None
        )
        openings = self.file_documentation_marks or self.language.comments.documentation
        return self.marks.of_file(code.start_byte if code else root.end_byte, openings)

    def imports(self, node: Node) -> Iterable[Import]:
        """The names that a captured statement brings in."""
        return ()

    # -- what language modules build with

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.snapshot.slice(node)

    def field(self, node: Node, name: str) -> str | None:
        """The text of a field, if it is there."""
        found = node.child_by_field_name(name)
        return self.text(found) if found else None

    def build(
        self,
        node: Node,
        name: Node | None,
        annotation: Node | None = None,
        default: Node | None = None,
        kind: ParameterKind = ParameterKind.POSITIONAL,
        *,
        receiver: bool = False,
    ) -> Parameter:
        """A parameter from its parts; without a name it goes by ``_``."""
        said = self.text(annotation).removeprefix(":").strip() if annotation else None
        given = self.text(default) if default else None
        return Parameter(self.text(name) if name else "_", self.snapshot.span(node), said, given, kind, receiver)

    def inside(self, block: Node | None) -> Span | None:
        """The characters of a block without its braces and the space within them."""
        if block is None:
            return None
        span, text = self.snapshot.span(block), self.text(block)
        opened = text.startswith("{")
        return self.trimmed(span.start + opened, span.end - (opened and text.endswith("}") and len(text) > 1))

    def trimmed(self, start: int, end: int) -> Span:
        """A range without the white space at its ends; its start where it holds nothing else."""
        text = self.snapshot.text[start:end]
        content = text.strip()
        at = start + text.find(content) if content else start
        return Span(at, at + len(content))


def first_child(node: Node | None) -> Node | None:
    """The first named child that is no comment."""
    if node is None or not node.named_child_count:
        return None
    first = node.named_child(0)
    if first is not None and not first.is_extra:  # nearly always, and no list of all children is made
        return first
    return next((child for child in node.named_children if not child.is_extra), None)


def throws_again(handler: str, caught: str) -> bool:
    """Whether the text of a handler throws what it caught, by its name or without one."""
    return re.search(rf"\bthrow\b\s*(?:{re.escape(caught)})?\s*(?:[;}}\n]|$)", handler) is not None
