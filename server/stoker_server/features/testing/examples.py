"""Calls that somebody wrote already: examples in docstrings, and call sites with literal arguments. Runs nothing."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from stoker_analyzers.python_ast import parse_python
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.parameters import is_literal, parameters
from stoker_server.features.testing.sessions import MOST_STEPS, RAISES, Step, hoisted, sessions
from stoker_server.features.testing.sources import python_files
from stoker_server.features.testing.target import Target, bound_names

_MOST_STATEMENTS = 8
_MOST_SITES = 8
_BUILT_IN = frozenset(dir(builtins))


def documented(target: Target) -> list[Candidate]:
    """The examples of the function's, its class's and its module's docstring that call the function."""
    found: dict[object, Candidate] = {}
    for text in docstrings(target):
        for each in _examples(target, text):
            found.setdefault((each.expression, tuple(step.code for step in each.steps)), each)
    return list(found.values())


def docstrings(target: Target) -> list[str]:
    """The texts that may hold examples of the function, its own first."""
    own = [ast.get_docstring(target.function.node), target.owner and ast.get_docstring(target.owner)]
    return [text for text in (*own, ast.get_docstring(target.module.tree)) if text and ">>>" in text]


def _examples(target: Target, text: str) -> Iterator[Candidate]:
    """Calls that stand alone, each with its setting, and whole sessions where what is shown is not the call itself."""
    before: list[Step] = []
    for session in sessions(text):
        alone = [_called(each.tree, target.function.node.name, read=target.is_property) for each in session]
        setup = [*before]
        for step, call in zip(session, alone, strict=True):
            if call and step.wanted is not None:
                if len(setup) <= _MOST_STATEMENTS:
                    yield _candidate(target, setup, call, step)
            elif not step.raises and not _shows(step.tree):
                setup.append(step)
        if _is_telling(target, session, alone):
            yield from _session(target, before, session)
        before = setup


def _is_telling(target: Target, session: list[Step], alone: list[str]) -> bool:
    """Whether a session shows what a call led to in another statement than the call."""
    name, read = target.function.node.name, target.is_property
    later = [each for each, call in zip(session, alone, strict=True) if each.wanted is not None and not call]
    return bool(later) and any(_calls(each.tree, name, read=read) for each in session)


def _session(target: Target, before: list[Step], session: list[Step]) -> Iterator[Candidate]:
    """A session as one candidate, with what was set up before it as far as it is used."""
    whole = [*_used(before, session), *session]
    while whole and whole[-1].wanted is None and not _calls(whole[-1].tree, target.function.node.name, read=True):
        whole.pop()
    found = hoisted([step for step in whole if not _imports_module(step.code, target.name.module)])
    if found is None or not 0 < len(found[0]) <= MOST_STEPS:
        return
    steps, imports = tuple(each.with_code(_unprefixed(each.code, target)) for each in found[0]), tuple(found[1])
    code = "\n".join(each.code for each in steps)
    bound = frozenset(each.split()[-1] for each in imports)
    yield Candidate(
        Origin.DOCUMENTATION, "", steps=steps, wanted="", names=names_of(code, target) - bound, imports=imports
    )


def _used(before: list[Step], session: list[Step]) -> list[Step]:
    """Those of the earlier statements that bind a name which is used later on."""
    kept = list[Step]()
    needed = {each.id for step in session for each in ast.walk(step.tree) if isinstance(each, ast.Name)}
    for step in reversed(before):
        if needed & set(bound_names(step.tree.body)):
            kept.insert(0, step)
            needed |= {each.id for each in ast.walk(step.tree) if isinstance(each, ast.Name)}
    return kept


def _called(tree: ast.Module, name: str, *, read: bool) -> str:
    """The expression that calls the function, or reads the property, taken out of a ``print``; empty where there is none."""
    match tree.body:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[inner], keywords=[]) | inner)]:
            return ast.unparse(inner) if _calls(inner, name, read=read) else ""
    return ""


def _calls(node: ast.AST, name: str, *, read: bool) -> bool:
    if read:
        return any(isinstance(each, ast.Attribute) and each.attr == name for each in ast.walk(node))
    functions = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(name == getattr(each, "id", getattr(each, "attr", None)) for each in functions)


def _shows(tree: ast.Module) -> bool:
    """Whether a statement only shows something; it sets nothing up."""
    return all(isinstance(each, ast.Expr) and not isinstance(each.value, ast.Call) for each in tree.body)


def _candidate(target: Target, setup: list[Step], expression: str, step: Step) -> Candidate:
    found = hoisted([each for each in setup if not _imports_module(each.code, target.name.module)])
    kept, imports = found or (setup, [])
    statements = [_unprefixed(each.code, target) for each in kept]
    expression = _unprefixed(expression, target)
    code = "\n".join([*statements, expression])
    wanted = (step.wanted or "").strip()
    return Candidate(
        Origin.DOCUMENTATION,
        "",
        setup=tuple(statements),
        expression=expression,
        wanted=f"{RAISES}{wanted}" if step.raises else wanted,
        names=names_of(code, target) - {each.split()[-1] for each in imports},
        imports=tuple(imports),
        flags=step.flags,
        printed=expression != _unprefixed(step.code, target) and "print(" in step.code,
    )


def _unprefixed(code: str, target: Target) -> str:
    """The code with ``module.name`` written as ``name``: tests import the names."""

    class Unprefixed(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            self.generic_visit(node)
            own = ast.unparse(node.value) in (target.name.module, target.name.module.rpartition(".")[2])
            return ast.Name(node.attr, node.ctx) if own and node.attr in target.defined else node

    tree = parse_python(code)
    before = ast.dump(tree)
    changed = Unprefixed().visit(tree)
    return ast.unparse(changed) if ast.dump(changed) != before else code


def _imports_module(statement: str, module: str) -> bool:
    return bool(re.match(rf"(from|import)\s+{re.escape(module)}\b", statement))


def names_of(code: str, target: Target) -> frozenset[str]:
    """The names of the file that a piece of code uses."""
    tree = parse_python(code)
    loaded = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    stored = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    stored |= {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    return frozenset((loaded - stored) & target.defined - (_BUILT_IN - target.defined))


def called(target: Target, folder: Path) -> list[Candidate]:
    """Call sites of the function with literal arguments alone, in its own file and in the others of a folder.

    Args:
        target: The function.
        folder: The folder, or a copy of it. Tests are left out: what they call is tested.
    """
    if target.owner is not None:  # whose method a call means can't be told from the call
        return []
    found: dict[str, Candidate] = {}
    for tree in (target.module.tree, *_others(target, folder)):
        for candidate in _sites(target, tree):
            found.setdefault(repr(candidate.arguments), candidate)
            if len(found) == _MOST_SITES:
                return list(found.values())
    return list(found.values())


def _others(target: Target, folder: Path) -> Iterator[ast.Module]:
    name = target.function.node.name
    for path, text in python_files(folder, name):
        if path.name != target.path.name and f"{name}(" in text and re.search(rf"import\b.*\b{name}\b", text):
            try:
                yield parse_python(text)
            except SyntaxError:
                continue


def _sites(target: Target, tree: ast.Module) -> Iterator[Candidate]:
    name = target.function.node.name
    takes = parameters(target.function.node, bound=False)
    for scope, node in _calls_in(tree):
        if not (isinstance(node.func, ast.Name) and node.func.id == name):
            continue
        arguments = [
            *(Argument(parameter.name, ast.unparse(each)) for parameter, each in zip(takes, node.args, strict=False)),
            *(Argument(each.arg, ast.unparse(each.value), by_name=True) for each in node.keywords if each.arg),
        ]
        passed = [*node.args, *(each.value for each in node.keywords)]
        if arguments and len(arguments) == len(passed) and all(map(is_literal, passed)):
            yield Candidate(
                Origin.CALL_SITE, f"what {scope} passes" if scope else "a call in the code", tuple(arguments)
            )


def _calls_in(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of the top-level function or class around it."""
    for statement in tree.body:
        scope = getattr(statement, "name", "")
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                yield scope, node
