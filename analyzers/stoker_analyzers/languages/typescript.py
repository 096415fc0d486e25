"""TypeScript, with and without JSX: JavaScript with types, access modifiers and declarations without bodies."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.javascript import BINDINGS, BLOCKS, FUNCTIONS, KEYWORDS, MEMBERS, JavaScriptReader
from stoker_analyzers.languages.reader import first_child
from stoker_analyzers.symbols import Parameter, ParameterKind

_BLOCKS = (
    "[(lexical_declaration (variable_declarator) @variable) (variable_declaration (variable_declarator) @variable)]"
)


class TypeScriptReader(JavaScriptReader):
    """Reads TypeScript; both grammars have the same nodes."""

    query = f"""
    (comment) @comment
    (decorator) @attribute
    [(class_declaration) (abstract_class_declaration)] @class
    (variable_declarator name: (identifier) value: (class)) @class
    (interface_declaration) @interface
    (enum_declaration) @enum
    (type_alias_declaration) @type
    [(internal_module) (module)] @module
    [(function_declaration) (generator_function_declaration) (function_signature)] @function
    [(method_definition) (method_signature) (abstract_method_signature)] @method
    (variable_declarator name: (identifier) value: {FUNCTIONS}) @function
    (public_field_definition value: {FUNCTIONS}) @method
    (pair key: (property_identifier) value: {FUNCTIONS}) @method
    (assignment_expression left: (member_expression) right: {FUNCTIONS}) @function
    (program {_BLOCKS})
    (export_statement {_BLOCKS})
    (ambient_declaration {_BLOCKS})
    (internal_module (statement_block {_BLOCKS}))
    (public_field_definition) @variable
    (interface_body (property_signature) @variable)
    (type_alias_declaration (object_type (property_signature) @variable))
    (enum_body [(property_identifier) @constant (enum_assignment) @constant])
    {FUNCTIONS} @scope
    (import_statement) @import
    (variable_declarator value: (call_expression)) @import
    (export_statement) @export
    (return_statement (_)) @returns
    (yield_expression) @yields
    (throw_statement) @raises
    """
    wrappers = JavaScriptReader.wrappers | {"ambient_declaration"}

    def name(self, node: Node) -> Node | None:
        return node if node.type == "property_identifier" else super().name(node)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        if any(child.type == "accessibility_modifier" and self.text(child) != "public" for child in node.children):
            return False
        return super().public(node, name, around)

    def parameter(self, node: Node) -> Parameter | None:
        pattern = node.child_by_field_name("pattern")
        if pattern is None:
            return None
        kind = ParameterKind.VARIADIC if pattern.type == "rest_pattern" else ParameterKind.POSITIONAL
        name = first_child(pattern) if pattern.type == "rest_pattern" else pattern
        fields = node.child_by_field_name("type"), node.child_by_field_name("value")
        return self.build(node, name, *fields, kind, receiver=pattern.type == "this")

    def returns(self, function: Node) -> str | None:
        said = super().returns(function)
        return said.removeprefix(":").strip() if said else None


_KEYWORDS = KEYWORDS | words(
    "abstract any as asserts bigint boolean declare enum implements infer interface is keyof module namespace never number "
    "object override private protected public readonly satisfies string symbol type unique unknown"
)
_SCOPING = Scoping(
    bindings=f"""
    {BINDINGS}
    [(required_parameter pattern: (identifier) @name) (optional_parameter pattern: (identifier) @name)]
    """,
    blocks=BLOCKS,
    members=f"""
    {MEMBERS}
    (required_parameter (accessibility_modifier) pattern: (identifier) @member)
    """,
    receivers=("this",),
)
_COMMENTS = CommentMarks(line="//", block=("/*", "*/"), documentation=("/**",))


def _load() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


def _load_tsx() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


TYPESCRIPT = Language(
    id="typescript",
    name="TypeScript",
    load=_load,
    read=TypeScriptReader.read,
    scoping=_SCOPING,
    extensions=(".ts", ".mts", ".cts"),
    comments=_COMMENTS,
    keywords=_KEYWORDS,
)
TSX = Language(
    id="typescriptreact",
    name="TypeScript JSX",
    load=_load_tsx,
    read=TypeScriptReader.read,
    scoping=_SCOPING,
    extensions=(".tsx",),
    comments=_COMMENTS,
    keywords=_KEYWORDS,
)
