"""Where a Python function stands in its file: its nodes, its lines, and positions in characters. Runs nothing."""

from __future__ import annotations

import ast
import io
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from types import CodeType

from stoker_analyzers.edits import Span
from stoker_analyzers.python_ast import parse_python

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A parsed Python file.

    Attributes:
        text: Its text.
        tree: Its syntax tree.
    """

    text: str
    tree: ast.Module

    @classmethod
    def parse(cls, text: str) -> Module:
        """Read a file.

        Raises:
            SyntaxError: It is not valid Python of the version that runs Stoker.
        """
        try:
            return cls(text, parse_python(text))
        except (ValueError, RecursionError, MemoryError) as error:  # a null character; nesting without end
            raise SyntaxError(str(error)) from error

    @cached_property
    def _lines(self) -> list[str]:
        return io.StringIO(self.text, newline="").readlines()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(map(len, self._lines))]

    def offset(self, line: int, column: int) -> int:
        """The character offset of a position as ``ast`` has it: line from 1, column in UTF-8 bytes."""
        text = self._lines[line - 1]
        return self._starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode()))

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """The characters of a node."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Span(self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column))

    def slice(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node."""
        span = self.span(node)
        return self.text[span.start : span.end]

    def line(self, offset: int) -> int:
        """The line, from 1, of an offset."""
        return bisect_right(self._starts, offset)

    def function(self, qualified: str, line: int | None = None) -> Function | None:
        """A function by its name, as in ``Class.method``.

        Args:
            qualified: The name with those of the classes around it.
            line: The line of its definition, from 1, where there are several of that name; else the last one, which is
                the one that callers get.
        """
        found = [each for each in self._functions(self.tree.body, "") if each.qualified == qualified]
        found = [each for each in found if each.node.lineno == line] or found
        return found[-1] if found else None

    def _functions(self, body: list[ast.stmt], outer: str) -> Iterator[Function]:
        for each in body:
            if isinstance(each, FunctionNode):
                yield Function(self, each, outer + each.name)
            elif isinstance(each, ast.ClassDef):
                yield from self._functions(each.body, f"{outer}{each.name}.")
            elif isinstance(each, ast.If | ast.Try | ast.With):
                blocks = [each.body, getattr(each, "orelse", []), getattr(each, "finalbody", [])]
                for block in (*blocks, *(handler.body for handler in getattr(each, "handlers", []))):
                    yield from self._functions(block, outer)


@dataclass(frozen=True)
class Function:
    """A function or method of a module.

    Attributes:
        module: The file.
        node: Its definition.
        qualified: Its name with those of the classes around it.
    """

    module: Module
    node: FunctionNode
    qualified: str

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The statements without the docstring."""
        return self.node.body[1:] if ast.get_docstring(self.node, clean=False) is not None else self.node.body

    @cached_property
    def lines(self) -> tuple[int, int]:
        """First and last line of the definition, decorators included."""
        first = min([self.node.lineno, *(each.lineno for each in self.node.decorator_list)])
        return first, self.node.end_lineno or self.node.lineno

    @cached_property
    def executable_lines(self) -> frozenset[int]:
        """The lines of the body that can be executed.

        Raises:
            SyntaxError: The file can be parsed but not compiled, as with a ``return`` outside a function.
        """
        header = range(self.lines[0], self.node.body[0].lineno)
        try:
            code = compile(self.module.text, "<module>", "exec", dont_inherit=True)
        except (RecursionError, MemoryError) as error:
            raise SyntaxError(str(error)) from error
        return frozenset(_lines(code, *self.lines)) - set(header)


def _lines(code: CodeType, first: int, last: int) -> Iterator[int]:
    """The lines of code objects that begin within a range, as the interpreter numbers them."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if first <= inner.co_firstlineno <= last:
                yield from (line for _, _, line in inner.co_lines() if line and first <= line <= last)
            yield from _lines(inner, first, last)
