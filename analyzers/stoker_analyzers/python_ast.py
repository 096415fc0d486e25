"""Python's own parser, one caller at a time.

In CPython 3.11 the parser keeps its recursion depth in a place that all threads share: two that parse at once fail with
``SystemError: AST constructor recursion depth mismatch``. Seen with 3.11.7, a worker thread beside the event loop.
"""

from __future__ import annotations

import ast
import threading
import warnings
from typing import Literal, overload

_ALONE = threading.Lock()


@overload
def parse_python(source: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse_python(source: str, mode: Literal["eval"]) -> ast.Expression: ...
@overload
def parse_python(source: str, mode: str) -> ast.AST: ...


def parse_python(source: str, mode: str = "exec") -> ast.AST:
    """The syntax tree of a source: an ``ast.Module``, or an ``ast.Expression`` in the mode ``eval``.

    Raises:
        SyntaxError: It is not valid Python.
        ValueError: It holds a null byte.
    """
    with _ALONE:
        tree: ast.AST = ast.parse(source, mode=mode)
        return tree


def fault(source: str) -> str | None:
    """Why a source does not compile, as a sentence with its line; ``None`` where it does.

    Parsing accepts more: an ``await`` outside a coroutine, say.
    """
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source.removeprefix("\ufeff"), "document", "exec", dont_inherit=True)
        except SyntaxError as error:
            return f"line {error.lineno or 1}: {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            return str(error) or type(error).__name__
    return None
