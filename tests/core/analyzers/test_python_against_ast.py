"""What is read of Python, against what Python's own parser says of the standard library."""

from __future__ import annotations

import ast
import builtins
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Outline, Symbol

FILES = 100
"""Files compared, spread over the whole library."""
UNREADABLE = {"test_compile.py"}
"""Files with syntax that the grammar does not know."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Raises = tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What both sides say about one class or function."""

    name: str
    doc: str | None
    decorators: int
    parameters: tuple[tuple[str, str | None, str | None, str], ...] = ()
    returns: str | None = None
    returns_value: bool = False
    yields: bool = False
    is_async: bool = False
    raises: Raises = ()


def library() -> list[Path]:
    root = Path(sysconfig.get_path("stdlib"))
    files = [path for path in sorted(root.rglob("*.py")) if "site-packages" not in path.parts and path.stat().st_size]
    return [path for path in files[:: len(files) // FILES] if path.name not in UNREADABLE]


def own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions in it."""
    pending: list[ast.AST] = [*function.body]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda):
            pending += ast.iter_child_nodes(node)


def source(node: ast.AST | None) -> str | None:
    return ast.unparse(node) if node else None


def parameters(arguments: ast.arguments) -> Iterator[tuple[str, str | None, str | None, str]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    for index, (each, default) in enumerate(zip(positional, defaults, strict=True)):
        kind = "positional_only" if index < len(arguments.posonlyargs) else "positional"
        yield each.arg, source(each.annotation), source(default), kind
    if rest := arguments.vararg:
        yield rest.arg, source(rest.annotation), None, "variadic"
    for each, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield each.arg, source(each.annotation), source(keyword_default), "keyword"
    if rest := arguments.kwarg:
        yield rest.arg, source(rest.annotation), None, "variadic_keyword"


def raises(function: Function) -> Raises:
    """Exceptions raised by name and not caught again."""
    found: dict[str, None] = {}

    def visit(node: ast.AST, guards: list[list[ast.ExceptHandler]]) -> None:
        if isinstance(node, Function | ast.Lambda):
            return
        if isinstance(node, ast.Try | ast.TryStar):
            for guarded in node.body:
                visit(guarded, [*guards, node.handlers])
            for unguarded in (*node.handlers, *node.orelse, *node.finalbody):
                visit(unguarded, guards)
            return
        if isinstance(node, ast.Raise) and node.exc:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(raised) if isinstance(raised, ast.Name | ast.Attribute) else ""
            known = name.rpartition(".")[2].lstrip("_")[:1].isupper()
            if known and not any(is_caught(name, handlers) for handlers in guards):
                found[name] = None
        for child in ast.iter_child_nodes(node):
            visit(child, guards)

    for statement in function.body:
        visit(statement, [])
    return tuple(found)


def is_caught(name: str, handlers: list[ast.ExceptHandler]) -> bool:
    for handler in handlers:
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names = [source(each) for each in caught]
        matches = None in names or any(covers(each, name) for each in names if each)
        if matches and not passes_on(handler):
            return True
    return False


def passes_on(handler: ast.ExceptHandler) -> bool:
    again = ("raise", f"raise {handler.name}")
    return any(isinstance(node, ast.Raise) and ast.unparse(node) in again for node in ast.walk(handler))


def covers(caught: str, raised: str) -> bool:
    left, right = (getattr(builtins, name, None) for name in (caught, raised))
    if isinstance(left, type) and isinstance(right, type):
        return issubclass(right, left)
    return caught in (raised, "Exception", "BaseException")


def expected(node: ast.AST, path: str = "") -> Iterator[Facts]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.ClassDef):
            yield from expected(child, path)
            continue
        name = f"{path}.{child.name}" if path else child.name
        doc, decorators = ast.get_docstring(child), len(child.decorator_list)
        if isinstance(child, ast.ClassDef):
            yield Facts(name, doc, decorators)
        else:
            body = list(own(child))
            yield Facts(
                name,
                doc,
                decorators,
                tuple(parameters(child.args)),
                source(child.returns),
                any(isinstance(each, ast.Return) and each.value is not None for each in body),
                any(isinstance(each, ast.Yield | ast.YieldFrom) for each in body),
                isinstance(child, ast.AsyncFunctionDef),
                raises(child),
            )
        yield from expected(child, name)


def plain(text: str | None) -> str | None:
    """Source without differences that only a formatter sees."""
    if text is None:
        return None
    try:
        return ast.unparse(ast.parse(f"({text})", mode="eval").body)
    except SyntaxError:  # a starred annotation
        return ast.unparse(ast.parse(f"_[{text}]", mode="eval").body)[2:-1]


def actual(outline: Outline) -> list[Facts]:
    return [
        facts(symbol) for symbol in outline.walk() if symbol.signature or symbol.kind in ("class", "enum", "interface")
    ]


def facts(symbol: Symbol) -> Facts:
    doc = symbol.documentation.text if symbol.documentation else None
    signature = symbol.signature
    if signature is None:
        return Facts(symbol.qualified, doc, len(symbol.decorators))
    return Facts(
        symbol.qualified,
        doc,
        len(symbol.decorators),
        tuple(
            (each.name, plain(each.annotation), plain(each.default), each.kind.value) for each in signature.parameters
        ),
        plain(signature.returns),
        signature.returns_value is True,
        signature.yields,
        signature.is_async,
        signature.raises,
    )


@pytest.mark.parametrize("path", library(), ids=lambda path: str(path.relative_to(sysconfig.get_path("stdlib"))))
def test_the_standard_library(path: Path) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (SyntaxError, UnicodeDecodeError):
        pytest.skip("not for this Python")
    outline = Snapshot(path.as_uri(), text, by_id("python")).outline
    assert outline.problems == ()
    assert (outline.documentation.text if outline.documentation else None) == ast.get_docstring(tree)
    assert in_any_order(actual(outline)) == in_any_order(expected(tree))


def in_any_order(found: Iterable[Facts]) -> list[Facts]:
    """The order of definitions in the branches of a statement is of no interest."""
    return sorted(found, key=repr)


def test_the_library_has_something_to_compare() -> None:
    assert len(library()) >= FILES
    assert sum(len(raises(node)) for path in library()[:30] for node in functions(path)) > 10


def functions(path: Path) -> Iterator[Function]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))
