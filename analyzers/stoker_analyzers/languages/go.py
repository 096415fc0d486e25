"""Go: capital letters are public, comments right above document, methods stand outside their types, panics are raises."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child
from stoker_analyzers.symbols import Documentation, Import, Parameter, ParameterKind, SymbolKind


class GoReader(Reader):
    """Reads Go."""

    query = """
    (comment) @comment
    (function_declaration) @function
    [(method_declaration) (method_elem)] @method
    (func_literal) @scope
    (type_spec) @type
    (type_alias) @type
    (field_declaration name: (field_identifier) @variable)
    (const_spec name: (identifier) @constant)
    (var_spec name: (identifier) @variable)
    (import_spec) @import
    (return_statement (_)) @returns
    (call_expression function: (identifier) @raises)
    """
    wrappers = frozenset({
        "type_declaration", "const_spec", "const_declaration", "var_spec", "var_spec_list", "var_declaration",
        "field_declaration",
    })  # fmt: skip

    def outer(self, node: Node) -> Node:
        while (parent := node.parent) is not None and parent.type in self.wrappers:
            if any(child.type == "(" for child in parent.children):
                break
            node = parent
        return node

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.TYPE and (defined := node.child_by_field_name("type")):
            known = {"struct_type": SymbolKind.CLASS, "interface_type": SymbolKind.INTERFACE}
            return known.get(defined.type, tag) if node.type == "type_spec" else tag
        return tag

    def public(self, node: Node, name: str, around: Frame) -> bool:
        return name[:1].isupper()

    def qualifier(self, node: Node) -> str | None:
        declared = first_child(node.child_by_field_name("receiver"))
        said = self.field(declared, "type") if declared else None
        return said.lstrip("*( ").partition("[")[0].rstrip(" )") if said else None

    def body(self, function: Node) -> Span | None:
        defined = function.child_by_field_name("type") if function.type == "type_spec" else None
        if defined is None:
            return super().body(function)
        if defined.type == "interface_type":
            span, text = self.snapshot.span(defined), self.text(defined)
            return self.trimmed(span.start + text.find("{") + 1, span.end - text.endswith("}")) if "{" in text else None
        return self.inside(first_child(defined)) if defined.type == "struct_type" else None

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        for field, receiver in (("receiver", True), ("parameters", False)):
            listed = function.child_by_field_name(field)
            for node in listed.named_children if listed else ():
                yield from self._parameters(node, receiver=receiver)

    def _parameters(self, node: Node, *, receiver: bool) -> Iterator[Parameter]:
        if node.type not in ("parameter_declaration", "variadic_parameter_declaration"):
            return
        kind = ParameterKind.VARIADIC if node.type.startswith("variadic") else ParameterKind.POSITIONAL
        names, type_ = node.children_by_field_name("name"), node.child_by_field_name("type")
        if not names:
            yield self.build(node, None, type_, kind=kind, receiver=receiver)
        for name in names:
            yield self.build(node if len(names) == 1 else name, name, type_, kind=kind, receiver=receiver)

    def returns(self, function: Node) -> str | None:
        return self.field(function, "result")

    def raised(self, node: Node) -> str | None:
        return "panic" if self.text(node) == "panic" else None

    def file_documentation(self, root: Node) -> Documentation | None:
        package = first_child(root)
        if package is None or package.type != "package_clause":
            return None
        return self.marks.documentation(self.marks.before(package.start_byte), self.language.comments.documentation)

    def imports(self, node: Node) -> Iterator[Import]:
        module = (self.field(node, "path") or "").strip('"`')
        alias = self.field(node, "name")
        if alias == ".":
            yield Import(module, "*", "*", self.snapshot.span(node))
        else:
            yield Import(module, None, module.rpartition("/")[2] if alias is None else alias, self.snapshot.span(node))


def _load() -> object:
    import tree_sitter_go

    return tree_sitter_go.language()


GO = Language(
    id="go",
    name="Go",
    load=_load,
    read=GoReader.read,
    scoping=Scoping(
        bindings="""
        (short_var_declaration left: (expression_list (identifier) @name))
        [(var_spec name: (identifier) @name) (const_spec name: (identifier) @name)]
        [(parameter_declaration name: (identifier) @name) (variadic_parameter_declaration name: (identifier) @name)]
        (range_clause left: (expression_list (identifier) @name))
        (type_switch_statement alias: (expression_list (identifier) @name))
        (receive_statement left: (expression_list (identifier) @name))
        """,
        blocks=words(
            "source_file block function_declaration method_declaration func_literal for_statement if_statement "
            "type_switch_statement expression_switch_statement communication_case expression_case type_case default_case"
        ),
    ),
    extensions=(".go",),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("//", "/*")),
    keywords=words(
        "break case chan const continue default defer else fallthrough false for func go goto if import interface iota map "
        "nil package range return select struct switch true type var"
    ),
)
