"""JavaScript with JSX: functions also live in variables, fields and object literals; a module's exports are what is public."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from stoker_analyzers.ecma.exports import handed_out
from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child, throws_again
from stoker_analyzers.symbols import Import, Parameter, ParameterKind, SymbolKind

_APART = re.compile(
    r"/\*\*(?!.*@(?:callback|event|external|file|fileoverview|license|module|overview|packageDocumentation|typedef)\b)"
    r"(?:.*@(?P<call>arg|argument|exception|param|returns?|this|throws|yields?)\b)?",
    re.DOTALL,
)
"""JSDoc and TypeScript read a comment across blank lines, but for one that says that it is about something else."""
FUNCTIONS = "[(arrow_function) (function_expression) (generator_function)]"


class JavaScriptReader(Reader):
    """Reads JavaScript."""

    query = f"""
    (comment) @comment
    (decorator) @attribute
    (class_declaration) @class
    (variable_declarator name: (identifier) value: (class)) @class
    (function_declaration) @function
    (generator_function_declaration) @function
    (method_definition) @method
    (variable_declarator name: (identifier) value: {FUNCTIONS}) @function
    (field_definition value: {FUNCTIONS}) @method
    (pair key: (property_identifier) value: {FUNCTIONS}) @method
    (assignment_expression left: (member_expression) right: {FUNCTIONS}) @function
    (program [(lexical_declaration (variable_declarator) @variable) (variable_declaration (variable_declarator) @variable)])
    (program (export_statement (lexical_declaration (variable_declarator) @variable)))
    (field_definition) @variable
    {FUNCTIONS} @scope
    (import_statement) @import
    (variable_declarator value: (call_expression)) @import
    (export_statement) @export
    (return_statement (_)) @returns
    (yield_expression) @yields
    (throw_statement) @raises
    """
    wrappers = frozenset({"export_statement", "lexical_declaration", "variable_declaration", "expression_statement"})
    constructors = frozenset({"constructor"})
    tries = frozenset({"try_statement"})
    apart = _APART

    def name(self, node: Node) -> Node | None:
        if node.type == "assignment_expression":
            left = node.child_by_field_name("left")
            return left.child_by_field_name("property") if left else None
        if node.type == "variable_declarator" and self._required(node):
            return None
        found = next(filter(None, map(node.child_by_field_name, ("name", "property", "key"))), None)
        return None if found is not None and found.type.endswith("_pattern") else found

    def qualifier(self, node: Node) -> str | None:
        left = node.child_by_field_name("left")
        owner = self.field(left, "object") if left else None
        return (
            owner.removesuffix(".prototype") if owner and owner not in ("exports", "module.exports", "this") else None
        )

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.VARIABLE and (parent := node.parent) and parent.children[0].type == "const":
            return SymbolKind.CONSTANT
        return super().kind(node, tag, name, around)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        if name.startswith(("#", "_")):
            return False
        if around.kind is not None:
            return True
        if not self.found.get("export"):
            given = self._handed_out
            return given is None or name in given or node.type == "assignment_expression"
        return self.outer(node).type == "export_statement" or name in self._exported

    @cached_property
    def _handed_out(self) -> frozenset[str] | None:
        return handed_out(self.snapshot)

    @cached_property
    def _exported(self) -> set[str]:
        """Names exported by clauses of their own: ``export { a as b }`` and ``export default a``."""
        names = set[str]()
        for node in self.found["export"]:
            for child in node.named_children:
                if child.type == "identifier":
                    names.add(self.text(child))
                elif child.type == "export_clause":
                    names.update(self.field(each, "name") or "" for each in child.named_children)
        return names

    def function(self, node: Node) -> Node:
        return node.child_by_field_name("value") or node.child_by_field_name("right") or node

    def body(self, function: Node) -> Span | None:
        value = function.child_by_field_name("value")
        inner = value.child_by_field_name("body") if value and value.type == "class" else None
        return self.inside(inner or function.child_by_field_name("body"))

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        if single := function.child_by_field_name("parameter"):
            yield self.build(single, single)
        yield from super().parameters(function, around)

    def parameter(self, node: Node) -> Parameter | None:
        if node.type == "assignment_pattern":
            return self.build(node, node.child_by_field_name("left"), None, node.child_by_field_name("right"))
        if node.type == "rest_pattern":
            return self.build(node, first_child(node), kind=ParameterKind.VARIADIC)
        return self.build(node, node) if node.type in ("identifier", "object_pattern", "array_pattern") else None

    def returns_value(self, function: Node) -> bool:
        body = function.child_by_field_name("body")
        return function.type == "arrow_function" and body is not None and body.type != "statement_block"

    def is_generator(self, function: Node) -> bool:
        return "generator" in function.type or any(child.type == "*" for child in function.children)

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        return self.field(value, "constructor") if value and value.type == "new_expression" else None

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "catch_clause":
            return False
        return not throws_again(self.text(handler), self.field(handler, "parameter") or "")

    def imports(self, node: Node) -> Iterator[Import]:
        span = self.snapshot.span(self.outer(node))
        if node.type == "variable_declarator":
            yield from self._require(node, span)
            return
        clause = next((child for child in node.named_children if child.type.startswith("import_")), None)
        source = node.child_by_field_name("source") or (clause.child_by_field_name("source") if clause else None)
        module = self.text(source).strip("'\"") if source else ""
        if clause is None:
            yield Import(module, None, "", span)
        for child in clause.named_children if clause else ():
            if child.type == "identifier":
                whole = clause is not None and clause.type == "import_require_clause"
                yield Import(module, None if whole else "default", self.text(child), span)
            elif child.type == "namespace_import" and (alias := first_child(child)):
                yield Import(module, None, self.text(alias), span)
            elif child.type == "named_imports":
                for each in child.named_children:
                    if name := self.field(each, "name"):
                        yield Import(module, name, self.field(each, "alias") or name, span)

    def _required(self, node: Node) -> str | None:
        """The module of ``const x = require("module")``."""
        call = node.child_by_field_name("value")
        if call is None or call.type != "call_expression" or self.field(call, "function") != "require":
            return None
        argument = first_child(call.child_by_field_name("arguments"))
        return self.text(argument).strip("'\"") if argument and argument.type == "string" else None

    def _require(self, node: Node, span: Span) -> Iterator[Import]:
        module, target = self._required(node), node.child_by_field_name("name")
        if module is None or target is None:
            return
        if target.type == "identifier":
            yield Import(module, None, self.text(target), span)
        for child in target.named_children:
            name = self.field(child, "key") or self.text(child)
            yield Import(module, name, self.field(child, "value") or name, span)


BINDINGS = """
[(variable_declarator name: (identifier) @name) (shorthand_property_identifier_pattern) @name]
[(pair_pattern value: (identifier) @name) (array_pattern (identifier) @name) (rest_pattern (identifier) @name)]
[(assignment_pattern left: (identifier) @name) (for_in_statement left: (identifier) @name)]
[(arrow_function parameter: (identifier) @name) (catch_clause parameter: (identifier) @name)]
"""
BLOCKS = words(
    "program class_body statement_block class_static_block function_declaration generator_function_declaration "
    "function_expression generator_function arrow_function method_definition for_statement for_in_statement catch_clause "
    "switch_body"
)
MEMBERS = """
(assignment_expression left: (member_expression object: (this) property: (property_identifier) @member))
"""
KEYWORDS = words(
    "async await break case catch class const continue debugger default delete do else export extends false finally for "
    "function if import in instanceof let new null of return static super switch this throw true try typeof undefined var "
    "void while with yield"
)


def _load() -> object:
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


JAVASCRIPT = Language(
    id="javascript",
    name="JavaScript",
    load=_load,
    read=JavaScriptReader.read,
    scoping=Scoping(
        bindings=f"{BINDINGS} (formal_parameters (identifier) @name)",
        blocks=BLOCKS,
        members=MEMBERS,
        receivers=("this",),
    ),
    extensions=(".js", ".mjs", ".cjs", ".jsx"),
    aliases=("javascriptreact",),
    comments=CommentMarks(line="//", block=("/*", "*/"), documentation=("/**",)),
    keywords=KEYWORDS,
)
