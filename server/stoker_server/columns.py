"""Columns of a line: LSP counts them in UTF-8, UTF-16 or UTF-32 units, all else in characters. Knows no protocol's types."""

from __future__ import annotations

_BEYOND_BMP = "\uffff"


def column_of(line: str, units: int, encoding: str) -> int:
    """The character index in a line of a column in an encoding's units.

    A column past the end is the end; one inside a character is the start of that character.
    """
    if units <= 0:
        return 0
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    count = 0
    for index, character in enumerate(line):
        count += width(character, encoding)
        if count > units:
            return index
    return len(line)


def units_of(line: str, column: int, encoding: str) -> int:
    """The column in an encoding's units of a character index in a line."""
    head = line[:column]
    if encoding == "utf-32" or head.isascii():
        return len(head)
    return sum(width(character, encoding) for character in head)


def width(character: str, encoding: str) -> int:
    """Units that a character takes; a lone surrogate takes what its replacement would."""
    if encoding == "utf-16":
        return 2 if character > _BEYOND_BMP else 1
    return len(character.encode("utf-8", "surrogatepass")) if encoding == "utf-8" else 1
