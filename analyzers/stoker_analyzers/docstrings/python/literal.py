"""A docstring as it stands in Python source: prefix, quotes and what is between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stoker_analyzers.docstrings.layout import Layout, indented

_LITERAL = re.compile(r"(?P<prefix>[rRuU]?)(?P<quote>\"\"\"|'''|\"|')(?P<content>.*)(?P=quote)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal, taken apart.

    Attributes:
        prefix: ``r``, ``u`` or nothing.
        quote: The quotes at each end.
        content: What is between them, escapes as written.
    """

    prefix: str
    quote: str
    content: str

    @property
    def raw(self) -> bool:
        """Whether backslashes stand for themselves."""
        return self.prefix in ("r", "R")

    @property
    def start(self) -> int:
        """Offset of the content in the literal."""
        return len(self.prefix) + len(self.quote)


def take_apart(source: str) -> Literal | None:
    """One literal's parts; ``None`` for several that are put together, and for bytes and f-strings."""
    found = _LITERAL.fullmatch(source)
    if found is None:
        return None
    inside = re.sub(r"\\.", "", found["content"], flags=re.DOTALL)
    return None if found["quote"] in inside else Literal(found["prefix"], found["quote"], found["content"])


def put_together(text: str, indent: str, layout: Layout, newline: str = "\n") -> str:
    """Source of a docstring.

    Args:
        text: What it says, not indented.
        indent: The indentation of the statement, without which the first line comes.
        layout: Quotes, width and where the summary begins.
        newline: The file's line end.
    """
    prefix, content = _encoded(text, layout.quote)
    first, *rest = content.split("\n")
    width = len(indent) + len(prefix) + len(first) + 2 * len(layout.quote)
    if not rest and width <= layout.width and not first.endswith(layout.quote[0]):
        return f"{prefix}{layout.quote}{first}{layout.quote}"
    lines = ["", *indented([first, *rest], indent)] if layout.below else [first, *indented(rest, indent)]
    return newline.join([f"{prefix}{layout.quote}{lines[0]}", *lines[1:], f"{indent}{layout.quote}"])


def escaped(text: str, literal: Literal) -> str:
    """Text as it has to be written inside an existing literal with three quotes; a raw one can't hold its own quotes."""
    if literal.raw:
        return text.replace(literal.quote, literal.quote[0] * 2)
    return _escaped(text, literal.quote)


def _encoded(text: str, quote: str) -> tuple[str, str]:
    """Prefix and content: raw where there is a backslash, escaped where that would reach the quotes or they occur."""
    if "\\" in text and quote not in text and not text.endswith("\\"):
        return "r", text
    return "", _escaped(text, quote)


def _escaped(text: str, quote: str) -> str:
    return text.replace("\\", "\\\\").replace(quote, "\\" + "\\".join(quote))
