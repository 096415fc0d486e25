"""C: names are wrapped in declarators, ``static`` hides, and any comment right above documents."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind

_NO_TYPE = frozenset({"storage_class_specifier", "attribute_specifier", "attribute_declaration", "comment"})
"""What may stand before the type of a declaration without being part of it."""
_MARKED = re.compile(r"[A-Z][A-Z0-9_]*\((.+)\)")
"""A type within the macro that says how a function is exported: ``LIB_API(void)``."""
_ENDS = ("identifier", "_name", "operator_cast", "template_function")
"""What the types of nodes end with that a chain of declarators leads to."""


class CReader(Reader):
    """Reads C, and what C++ shares with it."""

    query = """
    (comment) @comment
    [(attribute_specifier) (attribute_declaration)] @attribute
    (function_definition) @function
    [(struct_specifier body: (_)) (union_specifier body: (_))] @class
    (enum_specifier body: (_)) @enum
    (enumerator) @constant
    (type_definition) @type
    (declaration declarator: (_) @variable)
    (field_declaration declarator: (_) @variable)
    (preproc_def value: (_)) @constant
    (preproc_function_def) @function
    (preproc_include) @import
    (return_statement (_)) @returns
    """
    wrappers = frozenset({"declaration", "field_declaration", "type_definition", "template_declaration"})

    def name(self, node: Node) -> Node | None:
        if found := node.child_by_field_name("name"):
            return found
        if node.type == "type_definition":
            defined = node.child_by_field_name("type")
            if defined and defined.child_by_field_name("body") and not defined.child_by_field_name("name"):
                return None
        if node.child_by_field_name("body") and node.type != "function_definition":
            node = node.parent or node
            return innermost(node) if node.type == "type_definition" else None
        return innermost(node)

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.VARIABLE and not around.local and function_declarator(node):
            tag = SymbolKind.FUNCTION
        elif tag is SymbolKind.VARIABLE and self._is_constant(node):
            return SymbolKind.CONSTANT
        return super().kind(node, tag, name, around)

    def _is_constant(self, node: Node) -> bool:
        qualifiers = {self.text(child) for child in self._declaration(node).children if child.type == "type_qualifier"}
        return "constexpr" in qualifiers or ("const" in qualifiers and not self.text(node).startswith("*"))

    def public(self, node: Node, name: str, around: Frame) -> bool:
        return not name.startswith("__") and not any(
            self.text(child) == "static" for child in self._declaration(node).children[:3]
        )

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        declared = function_declarator(function) or function
        listed = declared.child_by_field_name("parameters")
        for node in listed.named_children if listed else ():
            if node.type == "identifier":
                yield self.build(node, node)
            elif node.type == "variadic_parameter":
                yield Parameter("...", self.snapshot.span(node), kind=ParameterKind.VARIADIC)
            elif node.type.endswith("parameter_declaration") and self.text(node) != "void":
                yield self._parameter(node)

    def _parameter(self, node: Node) -> Parameter:
        default, name = node.child_by_field_name("default_value"), innermost(node)
        kind = ParameterKind.VARIADIC if node.type.startswith("variadic") else ParameterKind.POSITIONAL
        end = default.start_byte if default else node.end_byte
        said = self._without(node.start_byte, name.start_byte if name else end, name.end_byte if name else end, end)
        given = self.text(default) if default else None
        return Parameter(self.text(name) if name else "_", self.snapshot.span(node), said.rstrip(" ="), given, kind)

    def returns(self, function: Node) -> str | None:
        whole, declared = self._declaration(function), function_declarator(function)
        start = next((child for child in whole.children if child.type not in _NO_TYPE), None)
        outer = (
            whole.child_by_field_name("declarator") if whole != function else function.child_by_field_name("declarator")
        )
        if start is None or declared is None or outer is None or start.id == outer.id:
            return None
        found = self._without(start.start_byte, declared.start_byte, declared.end_byte, outer.end_byte)
        marked = _MARKED.fullmatch(found)
        return (marked[1].strip() if marked else found) or None

    def _without(self, start: int, left: int, right: int, end: int) -> str:
        """The text of a declaration without the name in its middle."""
        text, offset = self.snapshot.text, self.snapshot.offset
        return " ".join((text[offset(start) : offset(left)] + text[offset(right) : offset(end)]).split())

    def _declaration(self, node: Node) -> Node:
        """The declaration that a captured declarator belongs to, or the definition itself."""
        return node.parent if node.parent and node.parent.type in ("declaration", "field_declaration") else node

    def imports(self, node: Node) -> Iterator[Import]:
        if path := self.field(node, "path"):
            yield Import(path.strip('<>"'), "*", "*", self.snapshot.span(node))


def innermost(node: Node) -> Node | None:
    """The name that a declaration or a declarator leads to; ``None`` for an abstract one."""
    chain = _declarators(node)
    return chain[-1] if chain and chain[-1].type.endswith(_ENDS) else None


def function_declarator(node: Node) -> Node | None:
    """The declarator with the parameters of the function that a node declares; ``None`` where it declares a value."""
    chain = _declarators(node)
    if not chain or any(each.type == "init_declarator" for each in chain):
        return None
    if chain[-1].type == "operator_cast":
        return chain[-1].child_by_field_name("declarator")
    direct = len(chain) > 1 and chain[-1].type.endswith(_ENDS) and chain[-2].type == "function_declarator"
    return chain[-2] if direct else None


def _declarators(node: Node) -> list[Node]:
    """The chain of declarators from the outermost to the name."""
    at, chain = (
        node if node.type.endswith(("declarator", *_ENDS)) else node.child_by_field_name("declarator"),
        list[Node](),
    )
    while at is not None:
        chain.append(at)
        inner = None if at.type.endswith(_ENDS) else at.child_by_field_name("declarator")
        if inner is None and not at.type.endswith(_ENDS):
            inner = next((child for child in at.named_children if child.type.endswith(("declarator", *_ENDS))), None)
        at = inner
    return chain


def _load() -> object:
    import tree_sitter_c

    return tree_sitter_c.language()


COMMENTS = CommentMarks(line="//", block=("/*", "*/"), documentation=("///", "//!", "/**", "/*!", "//", "/*"))
BINDINGS = """
[(declaration declarator: (identifier) @name) (init_declarator declarator: (identifier) @name)]
[(pointer_declarator declarator: (identifier) @name) (array_declarator declarator: (identifier) @name)]
(parameter_declaration declarator: (identifier) @name)
"""
BLOCKS = words("translation_unit compound_statement function_definition for_statement if_statement while_statement")
KEYWORDS = words(
    "auto bool break case char const constexpr continue default do double else enum extern false float for goto if inline "
    "int long nullptr register restrict return short signed sizeof static static_assert struct switch thread_local true "
    "typedef typeof union unsigned void volatile while"
)

C = Language(
    id="c",
    name="C",
    load=_load,
    read=CReader.read,
    scoping=Scoping(bindings=BINDINGS, blocks=BLOCKS),
    extensions=(".c", ".h"),
    comments=COMMENTS,
    keywords=KEYWORDS,
)
