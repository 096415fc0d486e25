"""Whether jedi's idea of what an expression is can be relied on: it leaves out, without a word, what it can't tell.

An expression is sure where every step to its value is written down: a literal, an import, a class that is called, an
annotation, a variable that is assigned once.
"""

from __future__ import annotations

from typing import Any

from jedi.inference.syntax_tree import infer_trailer

from stoker_analyzers.naming.parts import arguments_of, last_word

DEEPEST = 6
"""Steps that are followed."""
_NARROWING = frozenset(
    {"isinstance", "issubclass", "hasattr", "setattr", "getattr", "type", "cast", "callable", "vars"}
)
_VAGUE = frozenset(
    {"Any", "Self", "Optional", "Union", "TypeVar", "Literal", "Annotated", "ClassVar", "Final", "Callable"}
)
_LITERALS = frozenset({"string", "number", "strings", "fstring"})
_DISPLAYS = frozenset({"[", "{"})
_READ = frozenset({"property", "cached_property"})
HARMLESS = frozenset({"staticmethod", "classmethod", "overload", "abstractmethod", "final", "deprecated", "override"})
"""Decorators after which a function takes and gives what is written."""


def is_sure(context: Any, node: Any, depth: int = 0) -> bool:
    """Whether all that an expression may be is what jedi infers for it.

    Args:
        context: jedi's context of the expression.
        node: The expression in parso's tree.
        depth: Steps made already.
    """
    if depth > DEEPEST:
        return False
    if node.type in _LITERALS:
        return True
    if node.type == "atom":
        if node.children[0].type in _LITERALS or node.children[0] in _DISPLAYS:
            return True
        return len(node.children) == 3 and node.children[0] == "(" and is_sure(context, node.children[1], depth + 1)
    if node.type == "name":
        return _name_is_sure(context, node, depth)
    if node.type in ("atom_expr", "power"):
        return chain_is_sure(context, node.children, depth)
    return False


def chain_is_sure(context: Any, children: list[Any], depth: int = 0) -> bool:
    """Whether a base with its trailers is sure: ``a``, ``a.b``, ``a.b(c)``."""
    base, *trailers = children
    if base.type == "keyword" or not is_sure(context, base, depth + 1):
        return False
    values = context.infer_node(base)
    for trailer in trailers:
        if trailer.type != "trailer" or not values:
            return False
        if not _trailer_is_sure(values, trailer, depth):
            return False
        values = infer_trailer(context, values, trailer)
    return bool(values)


def _trailer_is_sure(values: Any, trailer: Any, depth: int) -> bool:
    if trailer.children[0] == ".":
        return all(_attribute_is_sure(value, trailer.children[1].value, depth) for value in values)
    if trailer.children[0] == "(":
        return all(_result_is_sure(value, depth) for value in values)
    return False


def base_is_sure(context: Any, node: Any) -> bool:
    """Whether a base of a class is one class whichever way its module was read; what is in its brackets says nothing."""
    if node.type in ("atom_expr", "power"):
        children = [each for each in node.children if each.type != "trailer" or each.children[0] != "["]
        if len(children) > 1:
            return chain_is_sure(context, children)
        node = children[0]
    if node.type != "name":
        return False
    found = list(context.goto(node, position=node.start_pos))
    return len(found) == 1 and (found[0].tree_name is None or _definition_is_sure(found[0], None, 0))


# -- names


def _name_is_sure(context: Any, leaf: Any, depth: int) -> bool:
    if leaf.value == "super":  # jedi takes it for the first base alone
        return False
    found = list(context.goto(leaf, position=leaf.start_pos)) if hasattr(context, "goto") else []
    if len(found) != 1 or found[0].tree_name is None:
        return False
    return _definition_is_sure(found[0], leaf, depth)


def _definition_is_sure(name: Any, use: Any, depth: int) -> bool:
    tree_name = name.tree_name
    module = name.get_root_context().get_value()
    definition = tree_name.get_definition(import_name_always=True)
    if definition is None:
        return False
    if not module.is_stub() and (not _bound_once(module, tree_name) or (use is not None and _is_narrowed(module, use))):
        return False
    if definition.type in ("classdef", "funcdef"):
        return True
    if definition.type in ("import_name", "import_from"):
        return _import_is_sure(name)
    if definition.type == "param":
        return _parameter_is_sure(name, definition, depth)
    if definition.type == "expr_stmt":
        return _assignment_is_sure(name, definition, depth)
    return False


def _bound_once(module: Any, tree_name: Any) -> bool:
    """Whether a variable is bound at one place of its scope, or an attribute at one place of its file."""
    member = tree_name.parent.type == "trailer"
    scope = None if member else _scope(tree_name)
    bindings = 0
    for each in module.tree_node.get_used_names().get(tree_name.value, ()):
        if each.parent.type in ("global_stmt", "nonlocal_stmt"):
            return False
        if (each.parent.type == "trailer") is member and each.is_definition(include_setitem=False):
            bindings += member or _scope(each) is scope
    return bindings == 1


def _scope(name: Any) -> Any:
    """The function or class whose variable a name is; the module itself at the margin."""
    node = name.parent
    if node.type in ("funcdef", "classdef") and node.name is name:
        node = node.parent
    while node.parent is not None and node.type not in ("funcdef", "classdef", "lambdef", "file_input"):
        node = node.parent
    return node


def _is_narrowed(module: Any, use: Any) -> bool:
    """Whether the code asks what a variable is, or gives it attributes, so that it may be more than was written."""
    for each in module.tree_node.get_used_names().get(use.value, ()):
        call = each.search_ancestor("trailer")
        if call is not None and call.children[0] == "(" and last_word(call.get_previous_sibling()) in _NARROWING:
            return True
        if each.search_ancestor("match_stmt") is not None:
            return True
    return False


def _import_is_sure(name: Any) -> bool:
    values = name.infer()
    return bool(values) and all(each.is_module() or _is_defined_once(each) for each in values)


def _is_defined_once(value: Any) -> bool:
    """Whether a class or a function is what its name means in its module, whichever way that was read."""
    node = getattr(value, "tree_node", None)
    if not (value.is_class() or value.is_function()):
        return False
    return value.is_stub() or node is None or _bound_once(value.get_root_context().get_value(), node.name)


def _parameter_is_sure(name: Any, param: Any, depth: int) -> bool:
    function = param.get_parent_function()
    if function.type == "lambdef" or param.star_count:
        return False
    if param.annotation is not None:
        return annotation_is_sure(name.parent_context, param.annotation, depth + 1)
    parameters = function.get_params()
    owner = function.search_ancestor("funcdef", "classdef")
    if not parameters or parameters[0] is not param or owner is None or owner.type != "classdef":
        return False
    decorators = {last_word(each.children[1]) for each in function.get_decorators()}
    return "staticmethod" not in decorators and function.name.value not in ("__new__", "__init_subclass__")


def _assignment_is_sure(name: Any, statement: Any, depth: int) -> bool:
    context = name.get_root_context().create_context(statement)
    second = statement.children[1]
    if second.type == "annassign":
        return annotation_is_sure(context, second.children[1], depth + 1)
    if second != "=" or len(statement.children) != 3:
        return False
    target = statement.children[0]
    plain = target is name.tree_name or (
        target.type in ("atom_expr", "power") and target.get_last_leaf() is name.tree_name
    )
    return plain and is_sure(context, statement.children[2], depth + 1)


def annotation_is_sure(context: Any, node: Any, depth: int = 0) -> bool:
    """Whether an annotation names classes, all of them known."""
    if depth > DEEPEST:
        return False
    if node.type == "keyword":
        return str(node.value) == "None"
    if node.type in ("expr", "arith_expr") and all(each == "|" for each in node.children[1::2]):
        return all(annotation_is_sure(context, each, depth + 1) for each in node.children[::2])
    if node.type in ("atom_expr", "power") and node.children[-1].type == "trailer":
        last = node.children[-1].children[0]
        if last == "(":
            return False
        if last == "[":
            base = node.children[0] if len(node.children) == 2 else None
            return base is not None and annotation_is_sure(context, base, depth + 1)
    if last_word(node) in _VAGUE or not last_word(node):
        return False
    values = context.infer_node(node)
    return bool(values) and all(each.is_class() and getattr(each, "tree_node", None) is not None for each in values)


# -- attributes and calls


def _attribute_is_sure(value: Any, word: str, depth: int) -> bool:
    names = list(value.goto(word))
    if not names:
        return False
    for name in names:
        if name.tree_name is None:
            values = name.infer()
            if not values or not all(each.is_module() for each in values):
                return False
            continue
        definition = name.tree_name.get_definition(import_name_always=True)
        if definition is None:
            return False
        if definition.type == "funcdef" and any(definition.get_decorators()):
            if not is_plain(definition) and not _is_sure_property(name, definition, depth):
                return False
            continue
        if not _definition_is_sure(name, None, depth + 1):
            return False
        if any(each.is_instance() and each.goto("__get__") for each in name.infer()):
            return False  # reading it runs code
    return True


def _is_sure_property(name: Any, function: Any, depth: int) -> bool:
    """Whether a function is read as an attribute of a class that is written down."""
    decorators = [last_word(each.children[1]) for each in function.get_decorators()]
    context = name.get_root_context().create_context(function)
    return (
        len(decorators) == 1
        and decorators[0] in _READ
        and function.annotation is not None
        and annotation_is_sure(context, function.annotation, depth + 1)
    )


def is_plain(function: Any) -> bool:
    """Whether a function takes and gives what is written, whatever decorates it."""
    return all(last_word(each.children[1]) in HARMLESS for each in function.get_decorators())


def _result_is_sure(value: Any, depth: int) -> bool:
    node = getattr(value, "tree_node", None)
    if value.is_class():
        if node is None or node.type != "classdef":
            return False
        makers = {each.name.value for each in node.iter_funcdefs()}
        arguments = [each for each in arguments_of(node.get_super_arglist()) if each.type == "argument"]
        return (value.is_stub() or "__new__" not in makers) and not arguments
    if value.is_function() or value.is_bound_method():
        given = set[str]()
        for signature in value.get_signatures():
            function = getattr(getattr(signature, "_function_value", None), "tree_node", None)
            if function is None or function.type != "funcdef" or function.annotation is None or not is_plain(function):
                return False
            if function.get_first_leaf() == "async" or _is_async(function):
                return False
            context = signature._function_value.get_default_param_context()
            if not annotation_is_sure(context, function.annotation, depth + 1):
                return False
            given.add(function.annotation.get_code(include_prefix=False).partition("[")[0])
        return len(given) == 1  # jedi can't tell which of several overloads is meant
    return False


def _is_async(function: Any) -> bool:
    return function.parent.type in ("async_stmt", "async_funcdef")
