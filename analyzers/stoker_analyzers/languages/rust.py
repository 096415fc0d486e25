"""Rust: ``pub`` is public, ``///`` documents, methods stand in ``impl`` blocks, panics are raises."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind

_PANICS = frozenset({"panic", "todo", "unimplemented", "unreachable"})
"""Macros of the standard library that always panic."""


class RustReader(Reader):
    """Reads Rust."""

    query = """
    [(line_comment) (block_comment)] @comment
    (attribute_item) @attribute
    [(function_item) (function_signature_item) (macro_definition)] @function
    [(struct_item) (union_item)] @class
    (enum_item) @enum
    (enum_variant) @constant
    (trait_item) @interface
    (impl_item) @extension
    (mod_item body: (_)) @module
    [(type_item) (associated_type)] @type
    [(const_item) (static_item)] @constant
    (field_declaration) @variable
    [(closure_expression) (async_block)] @scope
    [(use_declaration) (extern_crate_declaration)] @import
    (return_expression (_)) @returns
    (macro_invocation) @raises
    """
    file_documentation_marks = ("//!", "/*!")

    def qualifier(self, node: Node) -> str | None:
        target = node.child_by_field_name("type") if node.type == "impl_item" else None
        said = self.text(target).partition("<")[0] if target else None
        return said.rpartition("::")[2].strip("& ") if said else None

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        return tag if tag is SymbolKind.VARIABLE else super().kind(node, tag, name, around)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        parent = node.parent.parent if node.parent else None
        if parent is not None and (parent.type == "trait_item" or parent.child_by_field_name("trait")):
            return True
        if node.type == "macro_definition":
            return any("macro_export" in mark.text for mark in self.marks.before(node.start_byte))
        shown = next((child for child in node.children if child.type == "visibility_modifier"), None)
        return "enum_variant" in (node.type, around.node.type) or (shown is not None and self.text(shown) == "pub")

    def parameter(self, node: Node) -> Parameter | None:
        if node.type == "self_parameter":
            name = next((child for child in node.children if child.type == "self"), node)
            return self.build(node, name, receiver=True)
        if node.type == "variadic_parameter":
            return Parameter("...", self.snapshot.span(node), kind=ParameterKind.VARIADIC)
        if node.type != "parameter":
            return None
        pattern = node.child_by_field_name("pattern")
        receiver = pattern is not None and pattern.type == "self"
        return self.build(node, pattern, node.child_by_field_name("type"), receiver=receiver)

    def returns_value(self, function: Node) -> bool:
        return (self.returns(function) or "()") not in ("()", "!")

    def is_async(self, function: Node) -> bool:
        modifiers = next((child for child in function.children if child.type == "function_modifiers"), None)
        return modifiers is not None and "async" in self.text(modifiers).split()

    def raised(self, node: Node) -> str | None:
        macro = self.field(node, "macro")
        return macro if macro in _PANICS else None

    def imports(self, node: Node) -> Iterator[Import]:
        span = self.snapshot.span(node)
        if node.type == "extern_crate_declaration":
            name = self.field(node, "name") or ""
            yield Import(name, None, self.field(node, "alias") or name, span)
            return
        argument = node.child_by_field_name("argument")
        pending = [(argument, "")] if argument else []
        while pending:
            part, prefix = pending.pop()
            if part.type in ("scoped_use_list", "use_list"):
                prefix = "::".join(filter(None, (prefix, self.field(part, "path"))))
                listed = part.child_by_field_name("list") if part.type == "scoped_use_list" else part
                pending += [(child, prefix) for child in reversed(listed.named_children if listed else ())]
            elif part.type == "use_wildcard":
                path = first_child(part)
                yield Import("::".join(filter(None, (prefix, self.text(path) if path else ""))), "*", "*", span)
            else:
                alias = self.field(part, "alias")
                said = self.field(part, "path") if alias else self.text(part)
                whole = "::".join(filter(None, (prefix, said))).removesuffix("::self")
                module, _, name = whole.rpartition("::")
                yield Import(module or name, name if module else None, alias or name, span)


def _load() -> object:
    import tree_sitter_rust

    return tree_sitter_rust.language()


RUST = Language(
    id="rust",
    name="Rust",
    load=_load,
    read=RustReader.read,
    scoping=Scoping(
        bindings="""
        ([
          (let_declaration pattern: (identifier) @name) (let_condition pattern: (identifier) @name)
          (for_expression pattern: (identifier) @name) (parameter pattern: (identifier) @name)
          (closure_parameters (identifier) @name) (tuple_pattern (identifier) @name) (slice_pattern (identifier) @name)
          (tuple_struct_pattern (identifier) @name) (ref_pattern (identifier) @name) (mut_pattern (identifier) @name)
          (reference_pattern (identifier) @name) (captured_pattern . (identifier) @name) (match_pattern (identifier) @name)
          (field_pattern name: (shorthand_field_identifier) @name) (field_pattern pattern: (identifier) @name)
        ] (#match? @name "^[a-z_]"))
        """,
        blocks=words(
            "source_file block function_item closure_expression for_expression while_expression if_expression match_arm"
        ),
        receivers=("self",),
    ),
    extensions=(".rs",),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("///", "/**")),
    keywords=words(
        "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut "
        "pub ref return self Self static struct super trait true type union unsafe use where while"
    ),
)
