"""PHP: variables carry a sigil, PHPDoc documents, members are public unless they say otherwise."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child, throws_again
from stoker_analyzers.symbols import Import, Parameter, ParameterKind


class PhpReader(Reader):
    """Reads PHP."""

    query = """
    (comment) @comment
    (attribute_group) @attribute
    (namespace_definition body: (_)) @module
    [(class_declaration) (trait_declaration)] @class
    (interface_declaration) @interface
    (enum_declaration) @enum
    (enum_case) @constant
    (function_definition) @function
    (method_declaration) @method
    (const_element) @constant
    (property_element) @variable
    [(anonymous_function) (arrow_function) (anonymous_class)] @scope
    (namespace_use_declaration) @import
    [(require_expression) (require_once_expression) (include_expression) (include_once_expression)] @import
    (return_statement (_)) @returns
    (yield_expression) @yields
    (throw_expression) @raises
    """
    wrappers = frozenset({"const_declaration", "property_declaration"})
    constructors = frozenset({"__construct"})
    tries = frozenset({"try_statement"})

    def name(self, node: Node) -> Node | None:
        return node.child_by_field_name("name") or first_child(node)

    def label(self, name: Node) -> str:
        return self.text(name).lstrip("$")

    def public(self, node: Node, name: str, around: Frame) -> bool:
        shown = [self.text(child) for child in self.outer(node).children if child.type == "visibility_modifier"]
        return "private" not in shown and "protected" not in shown

    def parameter(self, node: Node) -> Parameter | None:
        if not node.type.endswith("_parameter"):
            return None
        kind = ParameterKind.VARIADIC if node.type == "variadic_parameter" else ParameterKind.POSITIONAL
        name = first_child(node.child_by_field_name("name"))
        return self.build(node, name, node.child_by_field_name("type"), node.child_by_field_name("default_value"), kind)

    def returns_value(self, function: Node) -> bool:
        return function.type == "arrow_function"

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        made = first_child(value) if value and value.type == "object_creation_expression" else None
        return self.text(made).lstrip("\\") if made and made.type.endswith("name") else None

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "catch_clause" or throws_again(self.text(handler), self.field(handler, "name") or ""):
            return False
        caught = {each.strip().lstrip("\\") for each in (self.field(handler, "type") or "").split("|")}
        return bool(caught & {name, "Exception", "Throwable"})

    def imports(self, node: Node) -> Iterator[Import]:
        span = self.snapshot.span(node)
        if node.type != "namespace_use_declaration":
            path = first_child(node)
            if path is not None and path.type in ("string", "encapsed_string"):
                yield Import(self.text(path).strip("'\""), "*", "*", span)
            return
        group = node.child_by_field_name("body")
        prefix = next((self.text(child) for child in node.named_children if child.type == "namespace_name"), "")
        for clause in (group or node).named_children:
            if clause.type == "namespace_use_clause" and (target := first_child(clause)):
                whole = "\\".join(filter(None, (prefix, self.text(target)))).lstrip("\\")
                module, _, name = whole.rpartition("\\")
                alias = self.field(clause, "alias") or name
                yield Import(module or name, name if module else None, alias, span)


def _load() -> object:
    import tree_sitter_php

    return tree_sitter_php.language_php()


PHP = Language(
    id="php",
    name="PHP",
    load=_load,
    read=PhpReader.read,
    scoping=Scoping(
        bindings="""
        [(assignment_expression left: (variable_name) @name) (list_literal (variable_name) @name)]
        [(foreach_statement (variable_name) @name) (foreach_statement (pair (variable_name) @name))]
        [(simple_parameter name: (variable_name) @name) (variadic_parameter name: (variable_name) @name)]
        [(catch_clause name: (variable_name) @name) (static_variable_declaration name: (variable_name) @name)]
        [(global_declaration (variable_name) @name) (anonymous_function_use_clause (variable_name) @name)]
        """,
        blocks=words("program function_definition method_declaration anonymous_function arrow_function"),
        members="""
        (assignment_expression left: (member_access_expression object: (variable_name) @_object name: (name) @member)
          (#eq? @_object "$this"))
        (property_promotion_parameter name: (variable_name (name) @member))
        """,
        receivers=("$this",),
        sigil="$",
    ),
    extensions=(".php", ".phtml", ".inc"),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("/**",)),
    keywords=words(
        "abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty "
        "enddeclare endfor endforeach endif endswitch endwhile enum extends false final finally fn for foreach function global "
        "goto if implements include include_once instanceof insteadof interface isset list match namespace new null or print "
        "private protected public readonly require require_once return static switch throw trait true try unset use var while "
        "xor yield"
    ),
)
