"""Says of every attribute, argument and import in a stretch of Python whether it exists.

A name is missing only where everything that could bring it along is known; whatever is less sure is undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jedi.inference.helpers import infer_call_of_leaf

from stoker_analyzers.naming.arguments import argument_exists
from stoker_analyzers.naming.closed import described_path, last_word, may_have
from stoker_analyzers.naming.imports import import_exists
from stoker_analyzers.naming.model import Finding, Question, Where
from stoker_analyzers.naming.project import Subject
from stoker_analyzers.naming.spelled import is_spelled_in
from stoker_analyzers.naming.sure import chain_is_sure

MOST = 40
"""Names of one suggestion that are looked up."""
_FORGIVING = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "TypeError", "Exception"})
_PROBES = frozenset({"version_info", "platform", "hasattr", "TYPE_CHECKING", "PY2", "PY3", "name", "getattr", "version"})


def look_up(question: Question) -> tuple[Finding, ...]:
    """What became of each name in a stretch of a text."""
    subject = Subject(question)
    return tuple(_findings(subject))[:MOST]


def _findings(subject: Subject) -> Iterator[Finding]:
    for leaf in subject.leaves():
        if leaf.type != "name" or leaf.value == "_":
            continue
        parent = leaf.parent
        if parent.type == "trailer" and parent.children[0] == "." and not leaf.is_definition(include_setitem=True):
            yield _judged(subject, leaf, _attribute(subject, leaf))
        elif parent.type == "argument" and parent.children[0] is leaf and parent.children[1] == "=":
            if parent.search_ancestor("classdef") is None or not _in_class_header(parent):
                yield _judged(subject, leaf, argument_exists(subject.module, leaf))
        elif (node := leaf.search_ancestor("import_name", "import_from")) is not None:
            if _is_imported(node, leaf):
                yield _judged(subject, leaf, import_exists(subject, node, leaf))


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
            return _where(subject, value), said, ""
    if not chain_is_sure(context, before):
        return Where.UNDECIDED, said, "what it belongs to is not sure"
    for value in values:
        if reason := may_have(value, leaf.value):
            return Where.UNDECIDED, said, reason
    owners = {_class(value) for value in values}
    if owners & {"NoneType", "object", "type"}:
        return Where.UNDECIDED, said, "what it belongs to is not sure"
    if any(_is_ours(subject, value) for value in values) and is_spelled_in(subject.question, leaf.value):
        return Where.UNDECIDED, said, "other files of the folder have the name"
    return Where.MISSING, said, f"{' and '.join(sorted(owners))} {'has' if len(owners) == 1 else 'have'} no {leaf.value}"


def _where(subject: Subject, value: Any) -> Where:
    """Where the definition of a value stands."""
    path = described_path(value.get_root_context().get_value()) if not value.is_module() else described_path(value)
    if path is None:
        return Where.ENVIRONMENT
    if subject.question.path and path == Path(subject.question.path):
        return Where.FILE
    return Where.WORKSPACE if _is_inside(subject, path) else Where.ENVIRONMENT


def _is_ours(subject: Subject, value: Any) -> bool:
    return _where(subject, value) is not Where.ENVIRONMENT


def _is_inside(subject: Subject, path: Path) -> bool:
    folder = subject.question.folder
    if not folder or not path.is_relative_to(folder):
        return False
    return not any(path.is_relative_to(each) for each in subject.environment.packages if each != folder)


def _class(value: Any) -> str:
    return str(value.py__name__() if not value.is_instance() else value.py__class__().py__name__())


def _said(trailer: Any) -> str:
    """A name with what it belongs to, as written, where that is short."""
    chain = trailer.parent
    code = "".join(each.get_code(include_prefix=False) for each in chain.children[: chain.children.index(trailer) + 1])
    return code if len(code) <= 40 and "\n" not in code else f"….{trailer.children[1].value}"


def _is_imported(node: Any, leaf: Any) -> bool:
    """Whether a name in an import is one that has to exist, and not one that it gets."""
    if leaf.parent.type in ("import_as_name", "dotted_as_name") and leaf.parent.children[-1] is leaf:
        return len(leaf.parent.children) == 1
    return node.type in ("import_name", "import_from")


def _in_class_header(argument: Any) -> bool:
    node = argument.parent if argument.parent.type == "arglist" else argument
    return node.parent.type == "classdef"


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
            if {each.value for part in node.children if part is not child for each in _test_leaves(node, part)} & _PROBES:
                return "the code asks first what there is"
        elif node.type in ("funcdef", "classdef") and node.type == "funcdef":
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


__all__ = ("MOST", "last_word", "look_up")
