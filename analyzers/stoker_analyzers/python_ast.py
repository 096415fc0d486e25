"""Python's own parser, one caller at a time.

In CPython 3.11 the parser keeps its recursion depth in a place that all threads share: two that parse at once fail with
``SystemError: AST constructor recursion depth mismatch``. Seen with 3.11.7, a worker thread beside the event loop. An import in
another thread, which no lock of ours holds up, compiles what it imports: where it got in between, the source is parsed again.
"""

from __future__ import annotations

import ast
import contextlib
import threading
import warnings
from collections.abc import Callable
from typing import Literal, TypeVar, overload

_ALONE = threading.Lock()
_TRIES = 5
_Made = TypeVar("_Made")


@overload
def parse_python(source: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse_python(source: str, mode: Literal["eval"]) -> ast.Expression: ...
@overload
def parse_python(source: str, mode: str) -> ast.AST: ...


def parse_python(source: str, mode: str = "exec") -> ast.AST:
    """The syntax tree of a source: an ``ast.Module``, or an ``ast.Expression`` in the mode ``eval``.

    Raises:
        SyntaxError: It is not valid Python, or nested more deeply than the parser follows.
        ValueError: It holds a null byte.
    """
    try:
        tree: ast.AST = _undisturbed(lambda: ast.parse(source, mode=mode))
    except (RecursionError, MemoryError) as error:  # what the parser's stack ends in; there is memory
        raise SyntaxError("it is nested too deeply") from error
    return tree


def fault(source: str) -> str | None:
    """Why a source does not compile, as a sentence with its line; ``None`` where it does.

    Parsing accepts more: an ``await`` outside a coroutine, say.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _undisturbed(lambda: compile(source.removeprefix("\ufeff"), "document", "exec", dont_inherit=True))
        except SyntaxError as error:
            return f"line {error.lineno or 1}: {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            return str(error) or type(error).__name__
    return None


def _undisturbed(make: Callable[[], _Made]) -> _Made:
    """What the parser makes, again where another thread disturbed it.

    Raises:
        SystemError: It was disturbed each time.
    """
    for _ in range(_TRIES - 1):
        with _ALONE, contextlib.suppress(SystemError):
            return make()
    with _ALONE:
        return make()
