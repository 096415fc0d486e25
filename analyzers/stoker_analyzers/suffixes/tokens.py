r"""Code as tokens, and each token as one character, so that whole contexts are compared at the speed of strings.

Knows no language: words, numbers, strings and marks are much the same in all. A token's character is taken from its hash,
so there is no vocabulary to keep; two tokens share one by chance once in a million pairs, and who matches whole contexts
does not notice. The characters are good within one process only: they must not be stored.

A coded line is how its indentation compares with that of the line before, then ``LINE``, then its tokens. Read backwards
from a token, lines that begin alike therefore agree however deep they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_STRING = r"""(?<!\w)[A-Za-z]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
_PLAIN = r"""[^\W\d]\w*|\d[\w.]*|[-+*/%&|^!=<>:]=|->|=>|::|&&|\|\||\*\*|//|\.\.\.|[^\w\s]"""
TOKEN = re.compile(f"{_STRING}|{_PLAIN}")
"""A token of a line; white space is none."""
TYPED = re.compile(rf"""{_STRING}|(?<!\w)[A-Za-z]{{0,2}}(?:"(?:[^"\\]|\\.)*|'(?:[^'\\]|\\.)*)\Z|{_PLAIN}""")
"""A token of what is typed so far, where the last string may still be open."""

LINE = "\4"
"""Stands before a line's first token."""
DEEPER, SAME, BACK = "\1", "\2", "\3"
"""How a line's indentation compares with that of the last line that is not blank."""
_FIRST = 16
_MASK = 0xFFFFF
LONGEST = 1_000
"""Characters of a line that are read: what is longer was not written by hand."""


def coded(text: str) -> str:
    """The tokens of a line, a character each."""
    return "".join([chr(_FIRST + (hash(token) & _MASK)) for token in TOKEN.findall(text, 0, LONGEST)])


def code_of(token: str) -> str:
    """The character of one token."""
    return chr(_FIRST + (hash(token) & _MASK))


def indentation(line: str) -> int:
    """Characters before a line's first one that is not white space."""
    return len(line) - len(line.lstrip())


def change(before: int, indent: int) -> str:
    """How one indentation compares with the one before."""
    return SAME if indent == before else DEEPER if indent > before else BACK


def agreeing(codes: str, place: int, endings: Sequence[str]) -> int:
    """How many tokens before a place are the last ones of a context.

    Args:
        codes: Coded lines.
        place: An index of them.
        endings: The context's last 0, 1, 2, ... tokens. Found by halving, without a copy.
    """
    low, high = 0, len(endings) - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if codes.endswith(endings[middle], 0, place):
            low = middle
        else:
            high = middle - 1
    return low
