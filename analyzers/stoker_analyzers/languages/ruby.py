"""Ruby: comments right above document, ``private`` hides what follows, the last expression is what a method returns."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind

_VISIBILITY = frozenset(
    {"private", "protected", "public", "module_function", "private_class_method", "private_constant"}
)
_KINDS = {
    "splat_parameter": ParameterKind.VARIADIC,
    "forward_parameter": ParameterKind.VARIADIC,
    "hash_splat_parameter": ParameterKind.VARIADIC_KEYWORD,
    "keyword_parameter": ParameterKind.KEYWORD,
    "optional_parameter": ParameterKind.POSITIONAL,
    "block_parameter": ParameterKind.POSITIONAL,
    "destructured_parameter": ParameterKind.POSITIONAL,
    "identifier": ParameterKind.POSITIONAL,
}


class RubyReader(Reader):
    """Reads Ruby."""

    query = """
    (comment) @comment
    (module) @module
    (class) @class
    (singleton_class) @extension
    [(method) (singleton_method)] @function
    (assignment left: (constant)) @constant
    (call method: (identifier) @_method arguments: (argument_list (simple_symbol) @variable)
      (#any-of? @_method "attr_reader" "attr_writer" "attr_accessor"))
    (call method: (identifier) @_method arguments: (argument_list (simple_symbol) @hidden)
      (#any-of? @_method "private" "protected" "private_class_method"))
    [(body_statement (identifier) @section) (program (identifier) @section)]
    [(lambda)] @scope
    (call method: (identifier) @_method (#any-of? @_method "require" "require_relative" "load")) @import
    (return (_)) @returns
    (call method: (identifier) @_method (#any-of? @_method "raise" "fail")) @raises
    """
    constructors = frozenset({"initialize"})
    tries = frozenset({"begin", "body_statement"})

    def name(self, node: Node) -> Node | None:
        return node.child_by_field_name("left") or super().name(node)

    def label(self, name: Node) -> str:
        return self.text(name).rpartition("::")[2].lstrip(":") if name.type != "operator" else self.text(name)

    def qualifier(self, node: Node) -> str | None:
        name = node.child_by_field_name("name")
        if name is None or name.type != "scope_resolution":
            return None
        return self.text(name).rpartition("::")[0].strip(":").replace("::", ".") or None

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.FUNCTION and around.kind is SymbolKind.MODULE:
            return SymbolKind.METHOD
        return super().kind(node, tag, name, around)

    def section(self, node: Node, around: Frame) -> None:
        if self.text(node) in _VISIBILITY:
            around.section = self.text(node)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        said = self._said(node) or around.section
        if node.type == "singleton_method" or around.kind is None:
            said = self._said(node) or "public"
        return not said.startswith(("private", "protected")) and name not in self._hidden

    @cached_property
    def _hidden(self) -> set[str]:
        """Names made private after their definition: ``private :name``."""
        return {self.text(each).lstrip(":") for each in self.found.get("hidden", ())}

    def _said(self, node: Node) -> str:
        """The visibility that a definition is an argument of: ``private def``."""
        call = node.parent.parent if node.parent and node.parent.type == "argument_list" else None
        said = self.field(call, "method") if call else None
        return said if said in _VISIBILITY else ""

    def outer(self, node: Node) -> Node:
        arguments = node.parent
        call = arguments.parent if arguments and arguments.type == "argument_list" else None
        return call if call and (self._said(node) or node.type == "simple_symbol") else node

    def parameter(self, node: Node) -> Parameter | None:
        kind = _KINDS.get(node.type)
        if kind is None:
            return None
        return self.build(node, node.child_by_field_name("name") or node, None, node.child_by_field_name("value"), kind)

    def returns_value(self, function: Node) -> bool:
        body = function.child_by_field_name("body")
        empty = body is None or (body.type == "body_statement" and first_child(body) is None)
        return not empty and self.field(function, "name") != "initialize"

    def raised(self, node: Node) -> str | None:
        if node.child_by_field_name("receiver"):
            return None
        value = first_child(node.child_by_field_name("arguments"))
        if value is not None and value.type == "call" and self.field(value, "method") == "new":
            value = value.child_by_field_name("receiver")
        if value is None or value.type == "identifier":
            return None
        if value.type == "string":
            return "RuntimeError"
        return self.text(value) if value.type in ("constant", "scope_resolution") else None

    def guards(self, handler: Node, part: Node) -> bool:
        return part.type not in ("rescue", "ensure", "else")

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "rescue":
            return False
        variable = (self.field(handler, "variable") or "").removeprefix("=>").strip()
        if re.search(
            rf"\braise(\s+{re.escape(variable)}\b)?\s*$" if variable else r"\braise\s*$", self.text(handler), re.M
        ):
            return False
        listed = handler.child_by_field_name("exceptions")
        caught = {self.text(child) for child in listed.named_children} if listed else {"StandardError"}
        return bool(caught & {name, "StandardError", "Exception"})

    def imports(self, node: Node) -> Iterator[Import]:
        argument = first_child(node.child_by_field_name("arguments"))
        if argument is not None and argument.type == "string" and not node.child_by_field_name("receiver"):
            yield Import(self.text(argument).strip("'\""), "*", "*", self.snapshot.span(node))


def _load() -> object:
    import tree_sitter_ruby

    return tree_sitter_ruby.language()


RUBY = Language(
    id="ruby",
    name="Ruby",
    load=_load,
    read=RubyReader.read,
    scoping=Scoping(
        bindings="""
        [(assignment left: (identifier) @name) (operator_assignment left: (identifier) @name)]
        [(left_assignment_list (identifier) @name) (destructured_left_assignment (identifier) @name)]
        [(block_parameters (identifier) @name) (block_parameters (optional_parameter name: (identifier) @name))]
        [(lambda_parameters (identifier) @name) (destructured_parameter (identifier) @name)]
        [(exception_variable (identifier) @name) (for pattern: (identifier) @name)]
        """,
        blocks=words("program class module singleton_class method singleton_method block do_block lambda"),
        members="""
        (assignment left: (instance_variable) @member)
        (operator_assignment left: (instance_variable) @member)
        """,
        receivers=("self",),
        open_types=True,
    ),
    extensions=(".rb", ".rake", ".gemspec", ".ru"),
    filenames=("Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile"),
    comments=CommentMarks(line="#", block=("=begin", "=end"), documentation=("=begin", "#")),
    keywords=words(
        "alias and begin BEGIN break case class def defined? do else elsif end END ensure false for if in module next nil not "
        "or redo rescue retry return self super then true undef unless until when while yield"
    ),
)
