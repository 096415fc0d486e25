"""Which names belong to which scope, as the compiler has it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

Names = frozenset[str]
Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_OF_CLASSES = ("__new__", "__init_subclass__", "__class_getitem__")
"""Methods that are given the class without being told so."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
EATERS = frozenset({"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"})
"""Built-in functions that run a generator to its end, or as far as they need, and keep nothing of it."""


def stored(*nodes: ast.AST) -> Names:
    """The names that code binds in the scope that it stands in."""
    return frozenset(name for node in nodes for name in _bound(node))


def _bound(node: ast.AST, within: bool = False) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if not within:
            yield name
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case (
            ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name)
        ):
            yield name
        case ast.MatchMapping(rest=str() as name):
            yield name
        case ast.alias(name=name, asname=other):
            yield (other or name).partition(".")[0]
    if not isinstance(node, _SCOPES):
        within = within or isinstance(node, COMPREHENSIONS)
        for child in ast.iter_child_nodes(node):
            yield from _bound(child, within)


def parameters(arguments: ast.arguments) -> Names:
    """The names of a function's parameters."""
    return frozenset(each.arg for each in ast.walk(arguments) if isinstance(each, ast.arg))


def declared(kind: type[ast.Global | ast.Nonlocal], body: list[ast.stmt]) -> Names:
    """The names that a scope declares to belong to another one."""
    return frozenset(name for each in body for node in _here(each) if isinstance(node, kind) for name in node.names)


def _here(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope, without those of the scopes inside it."""
    yield node
    if not isinstance(node, _SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _here(child)


def own(node: ast.AST) -> Names:
    """The names that a scope inside a function binds for itself."""
    if isinstance(node, ast.Lambda):
        return parameters(node.args) | stored(node.body)
    if isinstance(node, Function | ast.ClassDef):
        others = declared(ast.Global, node.body) | declared(ast.Nonlocal, node.body)
        given = parameters(node.args) if isinstance(node, Function) else frozenset[str]()
        return (given | stored(*node.body)) - others
    if isinstance(node, COMPREHENSIONS):
        return targets(node)
    return frozenset()


def targets(node: Comprehension) -> Names:
    """The names that belong to a comprehension."""
    return frozenset(
        each.id for part in node.generators for each in ast.walk(part.target) if isinstance(each, ast.Name)
    )


def captured(node: ast.AST, eager: frozenset[ast.AST]) -> tuple[Names, Names]:
    """A function's variables that scopes inside it see, and those of them that they may set."""
    mine = own(node)
    seen: set[str] = set()
    set_there: set[str] = set()
    pending = list(ast.iter_child_nodes(node))
    while pending:
        each = pending.pop()
        if isinstance(each, _SCOPES) or (isinstance(each, ast.GeneratorExp) and each not in eager):
            inside = {name.id for name in ast.walk(each) if isinstance(name, ast.Name)}
            nonlocals = {name for one in ast.walk(each) if isinstance(one, ast.Nonlocal) for name in one.names}
            seen |= (inside - own(each)) | nonlocals
            set_there |= nonlocals
        else:
            pending += ast.iter_child_nodes(each)
    return mine & seen, mine & set_there


def bound_once(node: ast.AST) -> Names:
    """A function's variables that never change once they are set."""
    if not isinstance(node, Function):
        return own(node)
    counted = Counter(name for each in node.body for name in _bound(each))
    counted.update(parameters(node.args))
    loops = [each for statement in node.body for each in _here(statement) if isinstance(each, _LOOPS)]
    return frozenset(name for name, times in counted.items() if times == 1) - stored(*loops)


def given_first(node: ast.AST) -> str:
    """Whether a method is given its ``object`` or its ``class`` first; empty where neither is sure."""
    if not isinstance(node, Function):
        return ""
    if node.name in _OF_CLASSES:
        return "class"
    kinds = {ast.unparse(each) for each in node.decorator_list}
    return "" if "staticmethod" in kinds else "class" if "classmethod" in kinds else "object"


def eager_generators(tree: ast.AST) -> frozenset[ast.AST]:
    """Generator expressions that the call which they are made for uses up."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as made, *_]) if name in EATERS:
                found.add(made)
            case ast.Call(func=ast.Attribute(attr="join"), args=[ast.GeneratorExp() as made]):
                found.add(made)
    return frozenset(found)


def rebound(tree: ast.Module) -> Names:
    """The module's variables that functions may set."""
    return frozenset(name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names)


def bound_often(tree: ast.Module) -> Names:
    """The module's variables that the module itself sets more than once, or perhaps so."""
    counted: Counter[str] = Counter()
    for statement in tree.body:
        names = list(_bound(statement))
        counted.update(names)
        if isinstance(statement, ast.For | ast.While):
            counted.update(names)
    return frozenset(name for name, times in counted.items() if times > 1)
