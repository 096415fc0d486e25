"""Java: access modifiers, Javadoc, annotations; everything stands in a type."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child, throws_again
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind


class JavaReader(Reader):
    """Reads Java."""

    query = """
    [(line_comment) (block_comment)] @comment
    [(annotation) (marker_annotation)] @attribute
    [(class_declaration) (record_declaration)] @class
    [(interface_declaration) (annotation_type_declaration)] @interface
    (enum_declaration) @enum
    (enum_constant) @constant
    [(constructor_declaration) (compact_constructor_declaration)] @constructor
    [(method_declaration) (annotation_type_element_declaration)] @method
    (field_declaration (variable_declarator) @variable)
    (constant_declaration (variable_declarator) @constant)
    (record_declaration parameters: (formal_parameters (formal_parameter) @variable))
    (lambda_expression) @scope
    (import_declaration) @import
    (return_statement (_)) @returns
    (throw_statement) @raises
    """
    wrappers = frozenset({"field_declaration", "constant_declaration"})
    tries = frozenset({"try_statement", "try_with_resources_statement"})

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.VARIABLE and {"static", "final"} <= set(self._modifiers(self.outer(node))):
            return SymbolKind.CONSTANT
        return tag

    def public(self, node: Node, name: str, around: Frame) -> bool:
        modifiers = self._modifiers(self.outer(node))
        if around.kind is SymbolKind.INTERFACE or node.type in ("enum_constant", "formal_parameter"):
            return "private" not in modifiers
        return "public" in modifiers or "protected" in modifiers

    def _modifiers(self, node: Node) -> list[str]:
        found = first_child(node)
        return [child.type for child in found.children] if found and found.type == "modifiers" else []

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        listed = function.child_by_field_name("parameters")
        for node in listed.named_children if listed else ():
            type_ = node.child_by_field_name("type")
            if node.type == "formal_parameter":
                yield self.build(node, node.child_by_field_name("name"), type_)
            elif node.type == "receiver_parameter":
                yield self.build(node, node.children[-1], first_child(node), receiver=True)
            elif node.type == "spread_parameter":
                parts = [child for child in node.named_children if child.type != "modifiers"]
                yield self.build(node, parts[-1].child_by_field_name("name"), parts[0], kind=ParameterKind.VARIADIC)

    def returns(self, function: Node) -> str | None:
        return self.field(function, "type")

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        return self.field(value, "type") if value and value.type == "object_creation_expression" else None

    def catches(self, handler: Node, name: str) -> bool:
        declared = first_child(handler) if handler.type == "catch_clause" else None
        types = (
            next((child for child in declared.named_children if child.type == "catch_type"), None) if declared else None
        )
        if declared is None or types is None or throws_again(self.text(handler), self.field(declared, "name") or ""):
            return False
        caught = {self.text(child) for child in types.named_children}
        return bool(caught & {name, "Throwable", "Exception"})

    def imports(self, node: Node) -> Iterator[Import]:
        path = first_child(node)
        if path is None:
            return
        span, text = self.snapshot.span(node), self.text(path)
        if any(child.type == "asterisk" for child in node.children):
            yield Import(text, "*", "*", span)
        else:
            module, _, name = text.rpartition(".")
            yield Import(module or text, name if module else None, name, span)


def _load() -> object:
    import tree_sitter_java

    return tree_sitter_java.language()


JAVA = Language(
    id="java",
    name="Java",
    load=_load,
    read=JavaReader.read,
    scoping=Scoping(
        bindings="""
        (local_variable_declaration (variable_declarator name: (identifier) @name))
        [(formal_parameter name: (identifier) @name) (spread_parameter (variable_declarator name: (identifier) @name))]
        [(catch_formal_parameter name: (identifier) @name) (enhanced_for_statement name: (identifier) @name)]
        [(resource name: (identifier) @name) (instanceof_expression name: (identifier) @name)]
        [(lambda_expression parameters: (identifier) @name) (inferred_parameters (identifier) @name)]
        """,
        blocks=words(
            "program class_body block constructor_body method_declaration constructor_declaration lambda_expression "
            "for_statement enhanced_for_statement try_with_resources_statement catch_clause switch_rule "
            "switch_block_statement_group"
        ),
        receivers=("this",),
        open_types=True,
    ),
    extensions=(".java",),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("///", "/**")),
    keywords=words(
        "abstract assert boolean break byte case catch char class const continue default do double else enum extends false "
        "final finally float for goto if implements import instanceof int interface long native new null package permits "
        "private protected public record return sealed short static strictfp super switch synchronized this throw throws "
        "transient true try var void volatile while yield"
    ),
)
