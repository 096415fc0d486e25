"""C#: access modifiers, XML documentation, properties, expression bodies."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child, throws_again
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind

_PUBLIC = ("enum_member_declaration", "namespace_declaration", "parameter")
"""Nodes of definitions that are public without a word."""


class CSharpReader(Reader):
    """Reads C#."""

    query = """
    (comment) @comment
    (attribute_list) @attribute
    (namespace_declaration) @module
    [(class_declaration) (struct_declaration) (record_declaration)] @class
    (interface_declaration) @interface
    (enum_declaration) @enum
    (enum_member_declaration) @constant
    (delegate_declaration) @type
    (constructor_declaration) @constructor
    [(method_declaration) (operator_declaration)] @method
    (local_function_statement) @function
    [(property_declaration) (event_declaration)] @variable
    (field_declaration (variable_declaration (variable_declarator) @variable))
    (event_field_declaration (variable_declaration (variable_declarator) @variable))
    [(lambda_expression) (anonymous_method_expression) (accessor_declaration) (destructor_declaration)] @scope
    (record_declaration (parameter_list (parameter) @variable))
    (using_directive) @import
    (return_statement (_)) @returns
    (yield_statement) @yields
    [(throw_statement) (throw_expression)] @raises
    """
    wrappers = frozenset({"variable_declaration", "field_declaration", "event_field_declaration"})
    tries = frozenset({"try_statement"})

    def name(self, node: Node) -> Node | None:
        if node.type == "operator_declaration":
            return node.child_by_field_name("operator")
        return super().name(node)

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        modifiers = self._modifiers(node) if tag is SymbolKind.VARIABLE else set()
        return SymbolKind.CONSTANT if "const" in modifiers or {"static", "readonly"} <= modifiers else tag

    def public(self, node: Node, name: str, around: Frame) -> bool:
        modifiers = self._modifiers(node)
        if around.kind is SymbolKind.INTERFACE or node.type in _PUBLIC:
            return "private" not in modifiers
        return bool(modifiers & {"public", "protected"})

    def _modifiers(self, node: Node) -> set[str]:
        return {self.text(child) for child in self.outer(node).children if child.type == "modifier"}

    def body(self, function: Node) -> Span | None:
        block = function.child_by_field_name("body")
        if block is not None and block.type == "arrow_expression_clause":
            block = first_child(block)
        return self.inside(block)

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        listed = function.child_by_field_name("parameters")
        for node in listed.named_children if listed else ():
            if node.type == "parameter":
                name = node.child_by_field_name("name")
                rest = [child for child in node.named_children if name and child.start_byte >= name.end_byte]
                receiver = any(child.type == "modifier" and self.text(child) == "this" for child in node.children)
                type_ = node.child_by_field_name("type")
                yield self.build(node, name, type_, next(iter(rest), None), receiver=receiver)
        if listed and (name := listed.child_by_field_name("name")) and (type_ := listed.child_by_field_name("type")):
            start = next((child for child in listed.children if child.type == "params"), type_)
            span = Span(self.snapshot.offset(start.start_byte), self.snapshot.offset(name.end_byte))
            yield Parameter(self.text(name), span, self.text(type_), None, ParameterKind.VARIADIC)

    def returns(self, function: Node) -> str | None:
        return self.field(function, "returns") or self.field(function, "type")

    def returns_value(self, function: Node) -> bool:
        body = function.child_by_field_name("body")
        return (
            body is not None and body.type == "arrow_expression_clause" and self.returns(function) not in (None, "void")
        )

    def is_async(self, function: Node) -> bool:
        return "async" in self._modifiers(function)

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        return self.field(value, "type") if value and value.type == "object_creation_expression" else None

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "catch_clause":
            return False
        parts = {child.type: child for child in handler.named_children}
        declared = parts.get("catch_declaration")
        caught = self.field(declared, "name") or "" if declared else ""
        if "catch_filter_clause" in parts or throws_again(self.text(handler), caught):
            return False
        return declared is None or self.field(declared, "type") in (name, "Exception", "System.Exception")

    def imports(self, node: Node) -> Iterator[Import]:
        parts = [child for child in node.named_children if not child.is_extra]
        if not parts:
            return
        span, module, alias = self.snapshot.span(node), self.text(parts[-1]), self.field(node, "name")
        yield Import(module, None, alias, span) if alias else Import(module, "*", "*", span)


def _load() -> object:
    import tree_sitter_c_sharp

    return tree_sitter_c_sharp.language()


CSHARP = Language(
    id="csharp",
    name="C#",
    load=_load,
    read=CSharpReader.read,
    scoping=Scoping(
        bindings="""
        [(variable_declarator name: (identifier) @name) (parameter name: (identifier) @name) (implicit_parameter) @name]
        [(parameter_list name: (identifier) @name) (foreach_statement left: (identifier) @name)]
        [(catch_declaration name: (identifier) @name) (declaration_pattern name: (identifier) @name)]
        [(declaration_expression name: (identifier) @name) (tuple_pattern name: (identifier) @name)]
        """,
        blocks=words(
            "compilation_unit declaration_list block method_declaration constructor_declaration local_function_statement "
            "lambda_expression anonymous_method_expression accessor_declaration for_statement foreach_statement "
            "using_statement catch_clause switch_section record_declaration delegate_declaration"
        ),
        receivers=("this",),
        open_types=True,
    ),
    extensions=(".cs", ".csx"),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("///", "/**")),
    keywords=words(
        "abstract as async await base bool break byte case catch char checked class const continue decimal default delegate "
        "do double else enum event explicit extern false finally fixed float for foreach get goto if implicit in init int "
        "interface internal is lock long namespace new null object operator out override params partial private protected "
        "public readonly record ref required return sbyte sealed set short sizeof stackalloc static string struct switch this "
        "throw true try typeof uint ulong unchecked unsafe ushort using value var virtual void volatile when where while "
        "with yield"
    ),
)
