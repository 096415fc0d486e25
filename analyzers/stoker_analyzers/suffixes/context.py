"""What stands around a cursor, as the index needs it: the tokens before, the word being typed, the line that follows."""

from __future__ import annotations

from dataclasses import dataclass

from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.tokens import LINE, TYPED, change, code_of

REACH = 24
"""Tokens before the cursor that are compared."""
CLOSERS = frozenset(")]}>\"'`;,: ")
"""What an editor may have put behind the cursor by itself."""


@dataclass(frozen=True, slots=True)
class Context:
    """A cursor's surroundings.

    Attributes:
        line: The cursor's line, from 0; only line feeds count.
        indent: Its indentation.
        head: What is typed on it.
        tail: What stands on it behind the cursor.
        typed: Whole tokens before the cursor on the line.
        partial: What is typed of the token at the cursor; may be empty, may be whole.
        code: The tokens before it, ``REACH`` at most, the line's included.
        endings: Its last 0, 1, 2, ... tokens.
        following: The code of the next line that is not blank; empty at the end.
    """

    line: int
    indent: int
    head: str
    tail: str
    typed: int
    partial: str
    code: str
    endings: tuple[str, ...]
    following: str


def context_at(coded: CodedText, offset: int) -> Context | None:
    """The surroundings of a cursor; ``None`` where more than closing marks stand behind it on its line."""
    text = coded.text
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    head, tail = text[start:offset], text[offset : end if end >= 0 else len(text)].rstrip()
    if not CLOSERS.issuperset(tail):
        return None
    line = text.count("\n", 0, start)
    tokens = TYPED.findall(head)
    partial = tokens.pop() if tokens and not head[-1].isspace() and _may_go_on(tokens[-1]) else ""
    indent = len(head) - len(head.lstrip())
    typed = change(coded.indent_before(line), indent) + LINE + "".join(map(code_of, tokens))
    following = next((code for code in coded.codes[line + 1 : line + 20] if code), "")[1:]
    code = _before(coded, line, typed)
    endings = tuple(code[len(code) - length :] for length in range(len(code) + 1))
    return Context(line, indent, head, tail, len(tokens), partial, code, endings, following)


def _may_go_on(token: str) -> bool:
    """Whether a token at the cursor may be the start of a longer one: a word, a number, a string that is still open."""
    bare = token.lstrip("bBfFrRuU")
    if bare[:1] in ("'", '"', "`"):
        return len(bare) == 1 or bare[-1] != bare[0]
    return token[0].isalnum() or token[0] == "_"


def _before(coded: CodedText, line: int, typed: str) -> str:
    """The code up to the cursor."""
    code = typed
    while len(code) < REACH and line > 0:
        line -= 1
        code = coded.codes[line] + code
    return code[-REACH:]
