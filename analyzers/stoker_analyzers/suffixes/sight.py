"""Which words of a proposed text are not to be seen where it would stand; told from indentation, without a tree.

It is a guess that lowers trust in a proposal. What names really exist is for the checks to say.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import Context
from stoker_analyzers.suffixes.matches import Part
from stoker_analyzers.suffixes.tokens import TOKEN, code_of, indentation

_WORD = re.compile(r"[^\W\d]\w*")
_BLOCK = re.compile(
    r"(?:\W*)(?:if|elif|else|for|foreach|while|do|with|try|catch|except|finally|switch|match|case|when|select|unless)\b"
)
_ALWAYS = frozenset(dir(builtins)) | {"self", "this", "cls", "null", "true", "false", "nil", "undefined", "new"}
_HIGHEST = 400
"""Lines that are read back for the function that holds the cursor."""
_MOST_USES = 24
"""Uses of a word that are looked at on each side of the cursor."""


def unknown(
    text: str, coded: CodedText, context: Context, parts: tuple[Part, Part], keywords: frozenset[str]
) -> tuple[int, int]:
    """How many words of a proposed text the open text does not have, and how many it has only out of sight.

    Args:
        text: What would be written at the cursor.
        coded: The open text.
        context: The cursor's surroundings.
        parts: The open text before and after the cursor's line.
        keywords: Words of the language, which are always in sight.
    """
    nowhere = hidden = 0
    start, depth = _function(coded, context)
    typed = set(_WORD.findall(context.head))
    for word in set(_names(context, text)) - keywords - _ALWAYS - typed:
        lines = list(_uses(code_of(word), parts))
        if not lines:
            nowhere += 1
        elif not any(start <= line <= context.line or _shows(coded.lines[line], word, depth) for line in lines):
            hidden += 1
    return nowhere, hidden


def _shows(line: str, word: str, depth: int) -> bool:
    """Whether what a line outside the function says of a word can be seen inside; another function's parameters can't."""
    if indentation(line) > depth:
        return False
    name, _, rest = line.partition("(")
    return not rest or not line.rstrip().endswith((":", "{")) or word in _WORD.findall(name)


def _names(context: Context, text: str) -> Iterator[str]:
    """The words of a text that stand for themselves: no members, no names of arguments, nothing inside strings."""
    tokens = TOKEN.findall(context.partial + text if context.partial else text)
    before = context.head.rstrip()[-1:] if not context.partial else context.head[: -len(context.partial)].rstrip()[-1:]
    for number, token in enumerate(tokens):
        after = tokens[number + 1] if number + 1 < len(tokens) else ""
        if _WORD.fullmatch(token) and before not in (".", "->", "::") and after not in ("=", ":"):
            yield token
        before = token


def _uses(code: str, parts: tuple[Part, Part]) -> Iterator[int]:
    before, after = parts
    at = len(before.codes)
    for _ in range(_MOST_USES):
        at = before.codes.rfind(code, 0, at)
        if at < 0:
            break
        yield before.line_at(at)
    at = -1
    for _ in range(_MOST_USES):
        at = after.codes.find(code, at + 1)
        if at < 0:
            break
        yield after.line_at(at)


def _function(coded: CodedText, context: Context) -> tuple[int, int]:
    """The first line and the indentation of the function that holds the cursor; the line itself and 0 outside any."""
    indent, start = context.indent, context.line
    for line in range(context.line - 1, max(-1, context.line - _HIGHEST), -1):
        if not indent:
            break
        if coded.codes[line] and indentation(coded.lines[line]) < indent:
            indent, start = indentation(coded.lines[line]), line
            if "(" in coded.lines[line] and not _BLOCK.match(coded.lines[line]):
                return line, indent
    return start, 0
