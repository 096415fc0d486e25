"""Kotlin: public unless it says otherwise, KDoc, expression bodies, few named fields in its grammar."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child, throws_again
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind


class KotlinReader(Reader):
    """Reads Kotlin."""

    query = """
    [(line_comment) (block_comment)] @comment
    (annotation) @attribute
    [(class_declaration) (object_declaration)] @class
    (companion_object) @extension
    (enum_entry) @constant
    (type_alias) @type
    (function_declaration) @function
    (secondary_constructor) @constructor
    (class_parameter) @variable
    (property_declaration (variable_declaration (identifier) @variable))
    [(lambda_literal) (anonymous_function) (getter) (setter) (anonymous_initializer)] @scope
    (import) @import
    (return_expression (_)) @returns
    (throw_expression) @raises
    """
    wrappers = frozenset({"variable_declaration", "property_declaration"})
    tries = frozenset({"try_expression"})

    def name(self, node: Node) -> Node | None:
        if node.type == "class_parameter" and not _has(node, "val", "var"):
            return None
        if node.type == "secondary_constructor":
            return _child(node, "constructor")
        return node.child_by_field_name("name") or (node if node.type == "identifier" else _child(node, "identifier"))

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        modifiers = self._modifiers(node)
        if tag is SymbolKind.CLASS:
            if _has(node, "interface"):
                return SymbolKind.INTERFACE
            return SymbolKind.ENUM if "enum" in modifiers else tag
        if tag is SymbolKind.VARIABLE:
            return SymbolKind.CONSTANT if "const" in modifiers else tag
        return super().kind(node, tag, name, around)

    def qualifier(self, node: Node) -> str | None:
        """The type that an extension function extends."""
        if node.type != "function_declaration" or not _has(node, "."):
            return None
        receiver = next((child for child in node.named_children if child.type.endswith("_type")), None)
        return self.text(receiver).partition("<")[0].rstrip("?") if receiver else None

    def public(self, node: Node, name: str, around: Frame) -> bool:
        return not self._modifiers(node) & {"private", "internal"}

    def _modifiers(self, node: Node) -> set[str]:
        found = _child(self.outer(node), "modifiers")
        return set(self.text(found).split()) if found else set()

    def body(self, function: Node) -> Span | None:
        block = next((each for each in function.named_children if each.type in _BODIES), None)
        return self.inside(first_child(block) if block and block.type == "function_body" else block)

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        listed, variadic = _child(function, "function_value_parameters"), False
        nodes = [child for child in listed.named_children if not child.is_extra] if listed else []
        for node, after in zip_longest(nodes, nodes[1:]):
            if node.type == "parameter":
                default = after if after and after.type not in ("parameter", "parameter_modifiers") else None
                parts = node.named_children
                kind = ParameterKind.VARIADIC if variadic else ParameterKind.POSITIONAL
                yield self.build(
                    node, parts[0] if parts else None, parts[-1] if len(parts) > 1 else None, default, kind
                )
            variadic = node.type == "parameter_modifiers" and "vararg" in self.text(node)

    def returns(self, function: Node) -> str | None:
        listed = _child(function, "function_value_parameters")
        after = [child for child in function.named_children if listed and child.start_byte >= listed.end_byte]
        said = next((child for child in after if child.type.endswith("_type")), None)
        return self.text(said) if said else None

    def returns_value(self, function: Node) -> bool:
        body = _child(function, "function_body")
        return body is not None and _has(body, "=") and self.returns(function) != "Unit"

    def is_async(self, function: Node) -> bool:
        return "suspend" in self._modifiers(function)

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        made = first_child(value) if value and value.type == "call_expression" else None
        name = self.text(made) if made else ""
        return name if name.rpartition(".")[2][:1].isupper() else None

    def guards(self, handler: Node, part: Node) -> bool:
        return first_child(handler) == part

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "catch_block" or len(handler.named_children) < len(("name", "type")):
            return False
        variable, caught = (self.text(child) for child in handler.named_children[:2])
        return not throws_again(self.text(handler), variable) and caught in (name, "Exception", "Throwable")

    def imports(self, node: Node) -> Iterator[Import]:
        path, alias = _child(node, "qualified_identifier"), _child(node, "identifier")
        if path is None:
            return
        span, text = self.snapshot.span(node), self.text(path)
        module, _, name = text.rpartition(".")
        if _has(node, "*"):
            yield Import(text, "*", "*", span)
        else:
            yield Import(module or text, name if module else None, self.text(alias) if alias else name, span)


_BODIES = ("function_body", "class_body", "enum_class_body", "block")


def _child(node: Node, *types: str) -> Node | None:
    return next((child for child in node.children if child.type in types), None)


def _has(node: Node, *types: str) -> bool:
    return _child(node, *types) is not None


def _load() -> object:
    import tree_sitter_kotlin

    return tree_sitter_kotlin.language()


KOTLIN = Language(
    id="kotlin",
    name="Kotlin",
    load=_load,
    read=KotlinReader.read,
    scoping=Scoping(
        bindings="""
        [(variable_declaration (identifier) @name) (parameter . (identifier) @name) (catch_block . (identifier) @name)]
        """,
        blocks=words(
            "source_file class_body enum_class_body block function_declaration anonymous_function lambda_literal "
            "for_statement catch_block when_expression getter setter"
        ),
        receivers=("this",),
        open_types=True,
    ),
    extensions=(".kt", ".kts"),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("/**",)),
    keywords=words(
        "abstract annotation as break by catch class companion const constructor continue crossinline data do else enum expect "
        "actual external false final finally for fun get if import in infix init inline inner interface internal is lateinit "
        "noinline null object open operator out override package private protected public reified return sealed set super "
        "suspend tailrec this throw true try typealias typeof val value var vararg when where while"
    ),
)
