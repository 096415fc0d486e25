"""Where one name of a Python file leads at each of its places: the scopes as the compiler has them, told from the tree.

Unlike the interpreter's own tables it also reads a file that is broken elsewhere, and it knows the places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node

from stoker_analyzers.edits import Span
from stoker_analyzers.follow_ups.changes import words
from stoker_analyzers.snapshot import Snapshot

_COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)
_FUNCTIONS = frozenset({"function_definition", "lambda"})
_PATTERNS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "as_pattern_target", "expression_list"}
)
_TARGETS = frozenset({"assignment", "augmented_assignment", "for_statement", "for_in_clause", "type_alias_statement"})


class Role(StrEnum):
    """What a place does with the name."""

    USE = "use"
    VARIABLE = "variable"
    PARAMETER = "parameter"
    DEFINITION = "definition"
    IMPORT = "import"
    DECLARATION = "declaration"
    MEMBER = "member"
    KEYWORD = "keyword"
    OTHER = "other"


BINDING = frozenset({Role.VARIABLE, Role.PARAMETER, Role.DEFINITION, Role.IMPORT})
"""What makes a name belong to the scope it stands in."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a name.

    Attributes:
        span: Where it stands.
        role: What it does there.
        node: Its node.
        scope: The scope that it stands in: the node's id, 0 for the module's.
        home: The scope that the name leads to there; -1 for one that no scope binds.
        owner: The node of the scope that it leads to, where that is not the module.
    """

    span: Span
    role: Role
    node: Node
    scope: int
    home: int = -1
    owner: Node | None = None


def places(snapshot: Snapshot, name: str) -> tuple[Place, ...]:
    """Every place of a name in a file's code, in order, each with where it leads."""
    found = list[tuple[Place, list[Node]]]()
    for start in words(snapshot.text, name):
        span = Span(start, start + len(name))
        node = snapshot.node_at(span)
        if node is not None and node.type == "identifier" and snapshot.span(node) == span:
            role = role_of(node)
            scopes = list(_scopes(node, role))
            found.append((Place(span, role, node, _key(scopes)), scopes))
    bound = {each.scope for each, _ in found if each.role in BINDING}
    declared = dict[int, str]()
    for each, _ in found:
        if each.role is Role.DECLARATION and each.node.parent is not None:
            declared[each.scope] = each.node.parent.type
    return tuple(_led(each, scopes, bound, declared) for each, scopes in found)


def role_of(node: Node) -> Role:
    """What an identifier does where it stands."""
    parent = node.parent
    if parent is None:
        return Role.OTHER
    match parent.type:
        case "attribute":
            return Role.MEMBER if parent.child_by_field_name("attribute") == node else Role.USE
        case "keyword_argument":
            return Role.KEYWORD if parent.child_by_field_name("name") == node else Role.USE
        case "function_definition" | "class_definition":
            return Role.DEFINITION if parent.child_by_field_name("name") == node else Role.USE
        case "global_statement" | "nonlocal_statement":
            return Role.DECLARATION
        case "dotted_name":
            return _of_dotted(node, parent)
        case "aliased_import":
            return Role.IMPORT
        case "named_expression":
            return Role.VARIABLE if parent.child_by_field_name("name") == node else Role.USE
        case "splat_pattern":
            return Role.VARIABLE
        case "keyword_pattern" | "type_parameter":
            return Role.OTHER
    if is_parameter(node):
        return Role.PARAMETER
    return Role.VARIABLE if _is_target(node) else Role.USE


def is_parameter(node: Node) -> bool:
    """Whether an identifier is a parameter's name, not its type or its default."""
    child, parent = node, node.parent
    while parent is not None:
        match parent.type:
            case "parameters" | "lambda_parameters":
                return True
            case "list_splat_pattern" | "dictionary_splat_pattern" | "tuple_pattern":
                pass
            case "typed_parameter":
                if parent.child_by_field_name("type") == child:
                    return False
            case "default_parameter" | "typed_default_parameter":
                if parent.child_by_field_name("name") != child:
                    return False
            case _:
                return False
        child, parent = parent, parent.parent
    return False


def around(node: Node, *types: str) -> Node | None:
    """The innermost node of some types that holds a node."""
    parent = node.parent
    while parent is not None and parent.type not in types:
        parent = parent.parent
    return parent


def _of_dotted(node: Node, dotted: Node) -> Role:
    """A name in an import, or in a pattern of a ``match``."""
    first, alone = dotted.children[0] == node, dotted.child_count == 1
    owner = dotted.parent
    match owner.type if owner else "":
        case "import_statement":
            return Role.IMPORT if first else Role.OTHER
        case "import_from_statement":
            is_module = owner is not None and owner.child_by_field_name("module_name") == dotted
            return Role.OTHER if is_module else Role.IMPORT
        case "case_pattern":
            return Role.USE if first and not alone else Role.VARIABLE if first else Role.MEMBER
        case "class_pattern":
            return Role.USE if first else Role.MEMBER
    return Role.OTHER


def _is_target(node: Node) -> bool:
    child, parent = node, node.parent
    while parent is not None and parent.type in _PATTERNS:
        child, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "as_pattern":
        return child.type == "as_pattern_target" or parent.children[-1] == child
    if parent.type == "del_statement":
        return True
    return parent.type in _TARGETS and parent.child_by_field_name("left") == child


def _scopes(node: Node, role: Role) -> Iterator[Node]:
    """The scopes that a place stands in, innermost first; the module is none of them."""
    child, parent, walrus = node, node.parent, role is Role.VARIABLE and _is_walrus(node)
    while parent is not None:
        if (
            (parent.type in _FUNCTIONS and _is_inside_function(child, parent, role))
            or (parent.type == "class_definition" and parent.child_by_field_name("body") == child)
            or (parent.type in _COMPREHENSIONS and not walrus and _is_inside_comprehension(node, child, parent))
        ):
            yield parent
        child, parent = parent, parent.parent


def _is_walrus(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "named_expression"


def _is_inside_function(child: Node, function: Node, role: Role) -> bool:
    if function.child_by_field_name("body") == child:
        return True
    return role is Role.PARAMETER and function.child_by_field_name("parameters") == child


def _is_inside_comprehension(node: Node, child: Node, comprehension: Node) -> bool:
    """All but what the first loop runs over, which is worked out outside."""
    clause = next((each for each in comprehension.children if each.type == "for_in_clause"), None)
    if clause is None or child != clause:
        return True
    left = clause.child_by_field_name("left")
    return left is not None and node.end_byte <= left.end_byte


def _key(scopes: list[Node]) -> int:
    return scopes[0].id if scopes else 0


def _led(place: Place, scopes: list[Node], bound: set[int], declared: dict[int, str]) -> Place:
    """A place with where it leads."""
    if place.role in (Role.MEMBER, Role.KEYWORD, Role.OTHER):
        return place
    for depth, scope in enumerate(scopes):
        if depth and scope.type == "class_definition":
            continue  # functions do not see the names of their class
        if declared.get(scope.id) == "global_statement":
            break
        if scope.id in bound and scope.id not in declared:
            return Place(place.span, place.role, place.node, place.scope, scope.id, scope)
    return Place(place.span, place.role, place.node, place.scope, 0 if _at_module(bound, declared) else -1)


def _at_module(bound: set[int], declared: dict[int, str]) -> bool:
    """Whether the module has the name: it binds it, or a function does for it."""
    return 0 in bound or any(bound & {scope} for scope, kind in declared.items() if kind == "global_statement")
