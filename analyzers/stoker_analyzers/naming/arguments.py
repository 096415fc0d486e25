"""Says whether a call's keyword argument is one that the function takes."""

from __future__ import annotations

from inspect import Parameter
from typing import Any

from jedi.inference.helpers import infer_call_of_leaf

from stoker_analyzers.naming.closed import is_vague, may_have, sources_of
from stoker_analyzers.naming.model import Where
from stoker_analyzers.naming.project import Subject
from stoker_analyzers.naming.sure import chain_is_sure, is_plain, is_sure
from stoker_analyzers.naming.whereabouts import where_of

_MAKERS = ("__init__", "__new__")


def argument_exists(subject: Subject, leaf: Any) -> tuple[Where, str, str]:
    """Where a keyword argument is, as it is said, and why it is nowhere.

    Args:
        subject: The text.
        leaf: The argument's name in parso's tree.
    """
    argument = leaf.parent
    trailer = argument.parent if argument.parent.type == "trailer" else argument.parent.parent
    if trailer is None or trailer.type != "trailer" or trailer.parent.type not in ("atom_expr", "power"):
        return Where.UNDECIDED, f"{leaf.value}=", "the call is not finished"
    chain = trailer.parent
    before = chain.children[: chain.children.index(trailer)]
    said = f"{_name_of(before[-1])}({leaf.value}=)"
    context = subject.module.create_context(leaf)
    values = infer_call_of_leaf(context, trailer.get_first_leaf().get_previous_leaf())
    if not values:
        return Where.UNDECIDED, said, "what is called is not known"
    verdicts = [_takes(value, leaf.value) for value in values]
    if "" in verdicts:
        return where_of(subject, list(values)[verdicts.index("")]), said, ""
    if all(each == "no" for each in verdicts):
        sure = chain_is_sure(context, before) if len(before) > 1 else is_sure(context, before[0])
        if sure:
            return Where.MISSING, said, f"{_name_of(before[-1])} takes no {leaf.value}"
        return Where.UNDECIDED, said, "what is called is not sure"
    return Where.UNDECIDED, said, next(each for each in verdicts if each != "no")


def _takes(value: Any, word: str) -> str:
    """Empty where a callable takes an argument, ``no`` where it does not, else why that can't be told."""
    signatures = value.get_signatures()
    names = [each for signature in signatures for each in signature.get_param_names(resolve_stars=False)]
    if any(each.string_name == word and each.get_kind() in _BY_NAME for each in names):
        return ""
    if not signatures:
        return "its arguments are not known"
    if any(each.get_kind() is Parameter.VAR_KEYWORD for each in names):
        return "it takes any argument"
    if value.is_class():
        return _class_refuses(value, word)
    if value.is_function() or value.is_bound_method():
        return _function_refuses(value, word)
    return "what is called is no function"


_BY_NAME = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def _class_refuses(value: Any, word: str) -> str:
    if reason := may_have(value, "\0"):
        return reason
    for each in value.py__mro__():
        node = getattr(each, "tree_node", None)
        if node is None or node.type != "classdef":
            continue
        if any(node.get_decorators()) and not each.is_stub():
            return "its class is decorated"
        for function in node.iter_funcdefs():
            unclear = function.name.value in _MAKERS and (not is_plain(function) or _has_stars(function))
            if unclear and each.py__name__() != "object":
                return "how it is made is not known"
        if any(function.name.value in _MAKERS for function in node.iter_funcdefs()):
            break
    module = value.get_root_context().get_value()
    return "another function of that name takes it" if _taken(module, _MAKERS, word) else "no"


def _function_refuses(value: Any, word: str) -> str:
    node = getattr(value, "tree_node", None)
    if node is None or node.type != "funcdef":
        return "what is called is no function"
    if not is_plain(node):
        return "what is called is decorated"
    module = value.get_root_context().get_value()
    if is_vague(module):
        return "its description may not be whole"
    return "another function of that name takes it" if _taken(module, (node.name.value,), word) else "no"


def _taken(module: Any, names: tuple[str, ...], word: str) -> bool:
    """Whether a function of that name, anywhere in the stub or the source, takes an argument or any."""
    for each in sources_of(module):
        if each.tree_node is None:
            continue
        for name in names:
            for leaf in each.tree_node.get_used_names().get(name, ()):
                function = leaf.parent
                if function.type == "funcdef" and function.name is leaf:
                    if any(param.name.value == word or _is_open(each, param, word) for param in function.get_params()):
                        return True
                elif leaf.is_definition(include_setitem=True) and not each.is_stub() and leaf.parent.type != "trailer":
                    return True
    return False


def _is_open(module: Any, param: Any, word: str) -> bool:
    """Whether a parameter takes any argument; where a stub writes them out, the source may still look for others."""
    return param.star_count == 2 and (
        module.is_stub() or word in module.tree_node.get_used_names() or _is_quoted(module, word)
    )


def _is_quoted(module: Any, word: str) -> bool:
    code = module.tree_node.get_code()
    return f'"{word}"' in code or f"'{word}'" in code


def _has_stars(function: Any) -> bool:
    return any(param.star_count == 2 for param in function.get_params())


def _name_of(node: Any) -> str:
    if node.type == "trailer":
        return str(node.children[1].value) if node.children[0] == "." else "…"
    return str(node.value) if node.type == "name" else "…"
