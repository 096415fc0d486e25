"""Python: docstrings inside, names with an underscore private, ``self`` written out."""

# ruff: noqa: D102 - what a reader overrides is documented in `Reader`

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.base import CommentMarks, Language, Scoping, words
from stoker_analyzers.languages.comments import Mark
from stoker_analyzers.languages.frame import Frame
from stoker_analyzers.languages.reader import Reader, first_child
from stoker_analyzers.symbols import Documentation, Import, Parameter, ParameterKind, SymbolKind

_ENUMS = ("Enum", "Flag")
"""What the names of the standard library's enumerations end with."""


class PythonReader(Reader):
    """Reads Python."""

    query = """
    (class_definition) @class
    (function_definition) @function
    (lambda) @scope
    (decorator . (_) @attribute)
    (assignment left: (identifier) @variable)
    (assignment left: (pattern_list (identifier) @variable))
    (type_alias_statement) @type
    (import_statement) @import
    (import_from_statement) @import
    (future_import_statement) @import
    (return_statement (_)) @returns
    (yield) @yields
    (raise_statement) @raises
    """
    wrappers = frozenset({"decorated_definition", "assignment", "pattern_list", "expression_statement"})
    constructors = frozenset({"__init__"})
    tries = frozenset({"try_statement", "with_statement"})

    def name(self, node: Node) -> Node | None:
        if node.type == "type_alias_statement":
            return _leaf(node.child_by_field_name("left"))
        return super().name(node)

    def kind(self, node: Node, tag: SymbolKind, name: str, around: Frame) -> SymbolKind:
        if tag is SymbolKind.CLASS and (bases := self.field(node, "superclasses")):
            names = [base.strip(" ()").partition("[")[0].rpartition(".")[2] for base in bases.split(",")]
            if any(base.endswith(_ENUMS) for base in names):
                return SymbolKind.ENUM
            return SymbolKind.INTERFACE if "Protocol" in names else tag
        return super().kind(node, tag, name, around)

    def public(self, node: Node, name: str, around: Frame) -> bool:
        return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))

    def body(self, function: Node) -> Span | None:
        block = function.child_by_field_name("body")
        return self.snapshot.span(block) if block else None

    def parameters(self, function: Node, around: Frame) -> Iterator[Parameter]:
        listed = function.child_by_field_name("parameters")
        nodes = [child for child in listed.named_children if not child.is_extra] if listed else []
        slash = next((index for index, node in enumerate(nodes) if node.type == "positional_separator"), 0)
        kind, method = ParameterKind.POSITIONAL_ONLY, around.type_like and not self._is_static(function)
        for index, node in enumerate(nodes):
            if index >= slash and kind is ParameterKind.POSITIONAL_ONLY:
                kind = ParameterKind.POSITIONAL
            if node.type == "keyword_separator":
                kind = ParameterKind.KEYWORD
            elif (found := self._parameter(node, kind, receiver=method and index == 0)) is not None:
                yield found
                if found.kind is ParameterKind.VARIADIC:
                    kind = ParameterKind.KEYWORD

    def _parameter(self, node: Node, kind: ParameterKind, *, receiver: bool) -> Parameter | None:
        named = node.child_by_field_name("name") or (first_child(node) if node.type == "typed_parameter" else node)
        if named is None or not (named.type in _STARS or named.type in ("identifier", "tuple_pattern")):
            return None
        kind = _STARS.get(named.type, kind)
        name = first_child(named) if named.type in _STARS else named
        return self.build(
            node, name, node.child_by_field_name("type"), node.child_by_field_name("value"), kind, receiver=receiver
        )

    def _is_static(self, function: Node) -> bool:
        outer = self.outer(function)
        return outer != function and any(self.text(child) == "@staticmethod" for child in outer.children)

    def is_async(self, function: Node) -> bool:
        return function.children[0].type == "async"

    def raised(self, node: Node) -> str | None:
        value = first_child(node)
        while value and value.type in ("parenthesized_expression", "call"):
            value = value.child_by_field_name("function") or first_child(value)
        if value is None or value.type not in ("identifier", "attribute"):
            return None
        name = self.text(value)
        return name if name.rpartition(".")[2].lstrip("_")[:1].isupper() else None

    def keeps(self, around: Node, part: Node, name: str) -> bool:
        if around.type == "with_statement":
            return part.type == "block" and any(self._suppresses(each, name) for each in _with_items(around))
        endings = [each for each in around.named_children if each.type == "finally_clause" and each != part]
        return any(map(_leaves, endings)) or super().keeps(around, part, name)

    def _suppresses(self, item: Node, name: str) -> bool:
        """Whether what stands behind ``with`` is ``suppress`` for such an exception."""
        call = first_child(item)
        if call is None or call.type != "call" or (self.field(call, "function") or "").rpartition(".")[2] != "suppress":
            return False
        given = call.child_by_field_name("arguments")
        return any(self._covers(self.text(each), name) for each in (given.named_children if given else ()))

    def catches(self, handler: Node, name: str) -> bool:
        if handler.type != "except_clause" or self._passes_on(handler):
            return False
        value = handler.child_by_field_name("value")
        if value and value.type == "as_pattern":
            value = first_child(value)
        if value is None:
            return True
        caught = value.named_children if value.type == "tuple" else [value]
        return any(self._covers(self.text(each), name) for each in caught)

    def _covers(self, caught: str, raised: str) -> bool:
        """Whether ``except caught`` catches ``raised``; of what is not defined in the file only the name tells."""
        several = caught.rpartition(".")[2].isupper()  # a constant, which may hold any
        if several or caught in (raised, "Exception", "BaseException"):
            return True
        left = getattr(builtins, caught, None)
        for name in self._ancestors(raised):
            right = getattr(builtins, name, None)
            if name == caught or (isinstance(left, type) and isinstance(right, type) and issubclass(right, left)):
                return True
        return False

    def _ancestors(self, name: str) -> list[str]:
        """The name of a class and of those that it inherits from, as far as this file says."""
        found = [name]
        for each in found:  # which grows
            found += [base for base in self._bases.get(each, ()) if base not in found]
        return found

    @cached_property
    def _bases(self) -> dict[str, list[str]]:
        """The base classes of the classes at the top of the file."""
        found: dict[str, list[str]] = {}
        for node in self.snapshot.tree.root_node.named_children if self.snapshot.tree else ():
            if node.type == "class_definition" and (listed := node.child_by_field_name("superclasses")):
                found[self.field(node, "name") or ""] = [self.text(each) for each in listed.named_children]
        return found

    def _passes_on(self, handler: Node) -> bool:
        """Whether a handler raises again what it caught."""
        value = handler.child_by_field_name("value")
        alias = value.child_by_field_name("alias") if value else None
        again = {"raise", f"raise {self.text(alias)}" if alias else "raise"}
        block = handler.named_children[-1]
        lines = {line.partition("#")[0].strip() for line in self.text(block).splitlines()}
        return bool(again & lines)

    def documentation(self, node: Node, leading: Sequence[Mark]) -> Documentation | None:
        return self._docstring(node.child_by_field_name("body"))

    def file_documentation(self, root: Node) -> Documentation | None:
        return self._docstring(root)

    def _docstring(self, block: Node | None) -> Documentation | None:
        first = first_child(block)
        if first is None or first.type != "expression_statement" or first.named_child_count != 1:
            return None
        node = first.named_children[0]
        if node.type not in ("string", "concatenated_string"):
            return None
        text = _literal(self.text(node))
        return Documentation(self.snapshot.span(node), inspect.cleandoc(text)) if text is not None else None

    def imports(self, node: Node) -> Iterator[Import]:
        span, whole = self.snapshot.span(node), node.type == "import_statement"
        module = "".join((self.field(node, "module_name") or "__future__").split())
        for child in node.children_by_field_name("name"):
            name = "".join((self.field(child, "name") or self.text(child)).split())
            alias = self.field(child, "alias")
            if whole:
                yield Import(name, None, alias or name.partition(".")[0], span)
            else:
                yield Import(module, name, alias or name, span)
        if any(child.type == "wildcard_import" for child in node.children):
            yield Import(module, "*", "*", span)


_STARS = {
    "list_splat_pattern": ParameterKind.VARIADIC,
    "dictionary_splat_pattern": ParameterKind.VARIADIC_KEYWORD,
}


def _leaf(node: Node | None) -> Node | None:
    """The first identifier of a type, which may have parameters."""
    while node is not None and (inner := first_child(node)) is not None:
        node = inner
    return node


def _literal(source: str) -> str | None:
    """The value of a string literal; ``None`` for bytes, f-strings and what does not evaluate."""
    for quotes in ('"""', "'''"):
        inner = source[3:-3]
        if source.startswith(quotes) and source.endswith(quotes) and "\\" not in source and quotes not in inner:
            return inner
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in the user's docstring is not this program's business
        try:
            value = ast.literal_eval(f"({source})")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    return value if isinstance(value, str) else None


def _with_items(node: Node) -> Iterator[Node]:
    for clause in node.named_children:
        if clause.type == "with_clause":
            yield from (each for each in clause.named_children if each.type == "with_item")


def _leaves(ending: Node) -> bool:
    """Whether a ``finally`` surely leaves by itself, which drops an exception that is on its way."""
    block = ending.named_children[-1]
    return any(
        each.type in ("return_statement", "break_statement", "continue_statement") for each in block.named_children
    )


def _load() -> object:
    import tree_sitter_python

    return tree_sitter_python.language()


PYTHON = Language(
    id="python",
    name="Python",
    load=_load,
    read=PythonReader.read,
    scoping=Scoping(
        bindings="""
        (assignment left: (identifier) @name)
        (augmented_assignment left: (identifier) @name)
        (named_expression name: (identifier) @name)
        [(pattern_list (identifier) @name) (tuple_pattern (identifier) @name) (list_pattern (identifier) @name)]
        [(list_splat_pattern (identifier) @name) (dictionary_splat_pattern (identifier) @name)]
        [(for_statement left: (identifier) @name) (for_in_clause left: (identifier) @name)]
        [(as_pattern_target (identifier) @name) (as_pattern_target (tuple (identifier) @name))]
        [(lambda_parameters (identifier) @name) (lambda_parameters (default_parameter name: (identifier) @name))]
        (as_pattern (case_pattern) (identifier) @name)
        (case_pattern (dotted_name . (identifier) @name .))
        (splat_pattern (identifier) @name)
        """,
        blocks=words(
            "module class_definition function_definition lambda list_comprehension set_comprehension "
            "dictionary_comprehension generator_expression"
        ),
        early=True,
        indented=True,
        members="""
        (assignment left: (attribute object: (identifier) @_object attribute: (identifier) @member)
          (#any-of? @_object "self" "cls"))
        (assignment left: (pattern_list (attribute object: (identifier) @_object attribute: (identifier) @member))
          (#any-of? @_object "self" "cls"))
        """,
    ),
    extensions=(".py", ".pyi", ".pyw"),
    filenames=("SConstruct", "SConscript", "wscript"),
    comments=CommentMarks(line="#"),
    keywords=frozenset(keyword.kwlist) | {"match", "case", "type"},
)
