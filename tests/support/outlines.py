"""Outlines and names as compact text, for fixtures: spans are shown by what they hold, never as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stoker_analyzers.edits import Span
from stoker_analyzers.scope import Name
from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.symbols import Outline, Parameter, ParameterKind, Signature, Symbol

_SHOWN = 24
"""Characters shown at each end of a longer span."""


def outline_text(snapshot: Snapshot) -> str:
    """An outline, one fact a line; ``+`` marks what is public."""
    return "\n".join(_outline(snapshot.outline, snapshot.text))


def names_text(names: Sequence[Name]) -> str:
    """Names, nearest first, grouped by how they came to be."""
    lines: list[str] = []
    for name in names:
        if lines and lines[-1].startswith(f"{name.kind}:"):
            lines[-1] += f" {name.text}"
        else:
            lines.append(f"{name.kind}: {name.text}")
    return "\n".join(lines)


def _outline(outline: Outline, text: str) -> Iterator[str]:
    if outline.documentation:
        yield f"file: {_line(outline.documentation.text)}"
        yield f"  in {_ends(text, outline.documentation.span)}"
    for each in outline.imports:
        yield f"import {each.name or 'all'} of {each.module} as {each.alias or 'nothing'}"
    for symbol in outline.symbols:
        yield from _symbol(symbol, text, "")
    for problem in outline.problems:
        before = text[max(problem.span.start - _SHOWN, 0) : problem.span.start]
        yield f"problem: {problem.message}, after {_line(before)!r}"


def _symbol(symbol: Symbol, text: str, indent: str) -> Iterator[str]:
    called = _signature(symbol.signature) if symbol.signature else ""
    yield f"{indent}{'+' if symbol.public else '-'} {symbol.kind} {symbol.qualified}{called}"
    indent += "    "
    for decorator in symbol.decorators:
        yield f"{indent}decorator: {_line(decorator)}"
    yield f"{indent}span: {_ends(text, symbol.span)}"
    if symbol.body is not None:
        yield f"{indent}body: {_ends(text, symbol.body)}"
    if symbol.documentation:
        yield f"{indent}doc: {_line(symbol.documentation.text)}"
        yield f"{indent}  in {_ends(text, symbol.documentation.span)}"
    for child in symbol.children:
        yield from _symbol(child, text, indent)


def _signature(signature: Signature) -> str:
    facts = [
        f"({', '.join(_parameter(each) for each in signature.parameters)})",
        f"-> {signature.returns}" if signature.returns else "",
        {None: "without body", True: "returning", False: ""}[signature.returns_value],
        "yielding" if signature.yields else "",
        "async" if signature.is_async else "",
        f"raising {', '.join(signature.raises)}" if signature.raises else "",
    ]
    return " ".join(filter(None, facts))


def _parameter(parameter: Parameter) -> str:
    kind = "" if parameter.kind is ParameterKind.POSITIONAL else f"{parameter.kind.replace('_', ' ')} "
    annotation = f": {parameter.annotation}" if parameter.annotation else ""
    default = f" = {parameter.default}" if parameter.default else ""
    return f"{'receiver ' if parameter.receiver else ''}{kind}{parameter.name}{annotation}{default}"


def _ends(text: str, span: Span) -> str:
    held = _line(text[span.start : span.end])
    return held if len(held) <= 2 * _SHOWN else f"{held[:_SHOWN]} … {held[-_SHOWN:]}"


def _line(text: str) -> str:
    return " ⏎ ".join(line.strip() for line in text.split("\n"))
