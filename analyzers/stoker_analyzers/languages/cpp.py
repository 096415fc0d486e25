"""C++: C with classes, access sections, namespaces, templates and exceptions."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.languages.base import Language, Scoping, words
from stoker_analyzers.languages.c import BINDINGS, BLOCKS, COMMENTS, KEYWORDS, CReader, function_declarator, innermost
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import first_child, throws_again
from stoker_analyzers.symbols import Import, SymbolKind

_ARGUMENTS = re.compile(r"<[^<>]*>")


class CppReader(CReader):
    """Reads C++."""

    query = (
        CReader.query
        + """
    (class_specifier body: (_)) @class
    (namespace_definition name: (_)) @module
    [(alias_declaration) (concept_definition)] @type
    (lambda_expression) @scope
    (field_declaration_list (access_specifier) @section)
    [(using_declaration) (namespace_alias_definition)] @import
    (throw_statement) @raises
    """
    )
    tries = frozenset({"try_statement"})

    def name(self, node: Node) -> Node | None:
        if node.parent and node.parent.parent and node.parent.parent.type == "friend_declaration":
            return None
        return super().name(node)

    def label(self, name: Node) -> str:
        while name.type == "qualified_identifier" and (inner := name.child_by_field_name("name")):
            name = inner
        text = self.text(name)
        return text.partition("(")[0].strip() if name.type == "operator_cast" else text

    def qualifier(self, node: Node) -> str | None:
        name = innermost(node) if function_declarator(node) else None
        if name is None or name.type != "qualified_identifier":
            return None
        path = self.text(name)
        while (shorter := _ARGUMENTS.sub("", path)) != path:
            path = shorter
        return ".".join(part for part in path.split("::")[:-1] if part) or None

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        kind = super().kind(node, tag, name, around)
        if kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD):
            return kind
        owner = (self.qualifier(node) or (around.text if around.type_like else "")).rpartition(".")[2]
        if owner == name:
            return SymbolKind.CONSTRUCTOR
        return SymbolKind.METHOD if owner else kind

    def public(self, node: Node, name: str, around: Frame) -> bool:
        if around.type_like:
            return (around.section or ("private" if around.node.type == "class_specifier" else "public")) == "public"
        at = node.parent
        while at is not None and at.id != around.node.id:
            if at.type == "namespace_definition" and not at.child_by_field_name("name"):
                return False
            at = at.parent
        return super().public(node, name, around)

    def returns(self, function: Node) -> str | None:
        declared = function_declarator(function)
        trailing = (
            next((each for each in declared.children if each.type == "trailing_return_type"), None)
            if declared
            else None
        )
        if trailing:
            return self.text(trailing).removeprefix("->").strip()
        said = super().returns(function)
        return (
            re.sub(r"^((virtual|explicit|friend|inline|constexpr|consteval)\b\s*)+", "", said) or None if said else None
        )

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        made = self.field(value, "function") or self.field(value, "type") if value else None
        return made if made and (made.startswith("std::") or made.rpartition("::")[2][:1].isupper()) else None

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "catch_clause" or throws_again(self.text(handler), ""):
            return False
        declared = first_child(handler.child_by_field_name("parameters"))
        caught = self.field(declared, "type") if declared else None
        return caught is None or caught == name or (caught == "std::exception" and name.startswith("std::"))

    def imports(self, node: Node) -> Iterator[Import]:
        if node.type == "preproc_include":
            yield from super().imports(node)
        elif (last := node.named_children[-1] if node.named_children else None) is not None:
            path, span = self.text(last), self.snapshot.span(node)
            module, _, name = path.rpartition("::")
            if node.type == "namespace_alias_definition":
                yield Import(path, None, self.field(node, "name") or name, span)
            elif any(child.type == "namespace" for child in node.children):
                yield Import(path, "*", "*", span)
            else:
                yield Import(module, name, name, span)


def _load() -> object:
    import tree_sitter_cpp

    return tree_sitter_cpp.language()


CPP = Language(
    id="cpp",
    name="C++",
    load=_load,
    read=CppReader.read,
    scoping=Scoping(
        bindings=f"""
        {BINDINGS}
        [(reference_declarator (identifier) @name) (structured_binding_declarator (identifier) @name)]
        [(optional_parameter_declaration declarator: (identifier) @name) (for_range_loop declarator: (identifier) @name)]
        """,
        blocks=BLOCKS | words("for_range_loop catch_clause lambda_expression field_declaration_list declaration_list"),
        receivers=("this",),
        open_types=True,
    ),
    extensions=(".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".ipp", ".inl"),
    comments=COMMENTS,
    keywords=KEYWORDS
    | words(
        "alignas alignof and catch class co_await co_return co_yield concept const_cast consteval constinit decltype delete "
        "dynamic_cast explicit export final friend mutable namespace new noexcept not operator or override private protected "
        "public reinterpret_cast requires static_cast template this throw try typeid typename using virtual"
    ),
)
