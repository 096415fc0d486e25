"""Says of every attribute, argument and import in a stretch of Python whether it exists.

A name is missing only where everything that could bring it along is known; whatever is less sure is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from jedi.inference.helpers import infer_call_of_leaf

from stoker_analyzers.naming.arguments import argument_exists
from stoker_analyzers.naming.closed import is_bound, may_have
from stoker_analyzers.naming.imports import import_exists
from stoker_analyzers.naming.languages.others import look_up_other
from stoker_analyzers.naming.model import PYTHON, Finding, Question, Where
from stoker_analyzers.naming.project import Subject
from stoker_analyzers.naming.spelled import is_mixed_in, is_spelled_in
from stoker_analyzers.naming.sure import chain_is_sure
from stoker_analyzers.naming.whereabouts import where_of

MOST = 40
"""Names of one suggestion that are looked up."""
_FORGIVING = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "TypeError", "Exception"})
_PROBES = frozenset(
    {"version_info", "platform", "hasattr", "TYPE_CHECKING", "PY2", "PY3", "name", "getattr", "version"}
)


_Judge = Callable[[Subject, Any], tuple[Where, str, str]]
_GIVEN_UP = (RecursionError, AttributeError, TypeError, ValueError, KeyError, IndexError, AssertionError, OSError)
"""What jedi is known to raise on code that it does not understand."""


def look_up(question: Question) -> tuple[Finding, ...]:
    """What became of each name in a stretch of a text; jedi is asked about Python alone."""
    if question.language != PYTHON:
        return look_up_other(question)
    subject = Subject(question)
    return tuple(_findings(subject))[:MOST]


def look_up_or_nothing(question: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The same in JSON values; ``None`` where jedi can't even read the text."""
    try:
        return [asdict(each) for each in look_up(Question(**question))]
    except _GIVEN_UP:
        return None


def _findings(subject: Subject) -> Iterator[Finding]:
    for leaf in subject.leaves():
        if leaf.type != "name" or leaf.value == "_" or (judge := _judge_of(leaf)) is None:
            continue
        try:
            found = judge(subject, leaf)
        except _GIVEN_UP as error:
            found = Where.UNDECIDED, leaf.value, f"jedi can't tell ({type(error).__name__})"
        yield _judged(subject, leaf, found)


def _judge_of(leaf: Any) -> _Judge | None:
    """What looks a name up; ``None`` for one that need not exist, or that is looked up elsewhere."""
    parent = leaf.parent
    if parent.type == "trailer" and parent.children[0] == ".":
        return None if leaf.is_definition(include_setitem=True) else _attribute
    if parent.type == "argument" and parent.children[0] is leaf and parent.children[1] == "=":
        return None if _in_class_header(parent) else argument_exists
    node = leaf.search_ancestor("import_name", "import_from")
    return import_exists if node is not None and _is_imported(leaf) else None


def _judged(subject: Subject, leaf: Any, found: tuple[Where, str, str]) -> Finding:
    where, said, why = found
    if where is Where.MISSING and (reason := _is_allowed_for(leaf)):
        where, why = Where.UNDECIDED, reason
    return Finding(said, subject.offset(leaf.start_pos), where, why)


def _attribute(subject: Subject, leaf: Any) -> tuple[Where, str, str]:
    """Where an attribute is, as it is said, and why it is nowhere."""
    trailer = leaf.parent
    chain = trailer.parent
    said = _said(trailer)
    if chain.type not in ("atom_expr", "power") or leaf.value.startswith("__"):
        return Where.UNDECIDED, said, "what stands around it is not finished"
    before = chain.children[: chain.children.index(trailer)]
    context = subject.module.create_context(leaf)
    values = infer_call_of_leaf(context, trailer.get_first_leaf().get_previous_leaf())
    if not values:
        return Where.UNDECIDED, said, "what it belongs to is not known"
    for value in values:
        if value.goto(leaf.value, name_context=context, analysis_errors=False):
            return where_of(subject, value), said, ""
    if not chain_is_sure(context, before):
        return Where.UNDECIDED, said, "what it belongs to is not sure"
    for value in values:
        if reason := may_have(value, leaf.value):
            return Where.UNDECIDED, said, reason
    owners = {_class(value) for value in values}
    if owners & {"NoneType", "object", "type"}:
        return Where.UNDECIDED, said, "what it belongs to is not sure"
    if any(value.is_instance() for value in values) and is_bound(subject.module.get_value(), leaf.value):
        return Where.UNDECIDED, said, "the file has the name elsewhere"
    ours = any(where_of(subject, value) is not Where.ENVIRONMENT for value in values)
    modules = all(value.is_module() for value in values)
    mixed = {_class(value) for value in values if value.is_instance()} if ours else set[str]()
    if any(is_mixed_in(subject.question.text, each) for each in mixed):
        return Where.UNDECIDED, said, "another base of a class beside it may have the name"
    if (ours or not modules) and is_spelled_in(subject.question, leaf.value, mixed, many=ours):
        return Where.UNDECIDED, said, "other files of the folder may bring the name along"
    return (
        Where.MISSING,
        said,
        f"{' and '.join(sorted(owners))} {'has' if len(owners) == 1 else 'have'} no {leaf.value}",
    )


def _class(value: Any) -> str:
    return str(value.py__name__() if not value.is_instance() else value.py__class__().py__name__())


def _said(trailer: Any) -> str:
    """A name with what it belongs to, as written, where that is short."""
    chain = trailer.parent
    code = "".join(each.get_code(include_prefix=False) for each in chain.children[: chain.children.index(trailer) + 1])
    return code if len(code) <= 40 and "\n" not in code else f"….{trailer.children[1].value}"


def _is_imported(leaf: Any) -> bool:
    """Whether a name in an import is one that has to exist, and not one that it gets."""
    return leaf.parent.type not in ("import_as_name", "dotted_as_name") or leaf.parent.children[-1] is not leaf


def _in_class_header(argument: Any) -> bool:
    node = argument.parent if argument.parent.type == "arglist" else argument
    return str(node.parent.type) == "classdef"


def _is_allowed_for(leaf: Any) -> str:
    """Why code round a name allows for its not being there; empty where it does not."""
    node = leaf
    while node.parent is not None:
        child, node = node, node.parent
        if node.type == "try_stmt":
            caught = [each for each in node.children if each.type == "except_clause" or each == "except"]
            words = {leaf.value for each in caught for leaf in _leaves(each)}
            if words & _FORGIVING or any(each == "except" for each in node.children):
                return "the code allows for its not being there"
        elif node.type in ("if_stmt", "ternary", "and_test", "assert_stmt", "while_stmt", "or_test"):
            if {
                each.value for part in node.children if part is not child for each in _test_leaves(node, part)
            } & _PROBES:
                return "the code asks first what there is"
        elif node.type == "funcdef":
            return ""
    return ""


def _test_leaves(node: Any, part: Any) -> list[Any]:
    """The leaves of a part of a statement that is a test."""
    if node.type in ("if_stmt", "while_stmt") and part.type in ("suite", "simple_stmt"):
        return []
    return _leaves(part)


def _leaves(node: Any) -> list[Any]:
    leaf, last = node.get_first_leaf(), node.get_last_leaf()
    found = [leaf]
    while leaf is not last:
        leaf = leaf.get_next_leaf()
        found.append(leaf)
    return found
