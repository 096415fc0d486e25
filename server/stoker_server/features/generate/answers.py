"""Takes a model's answer apart: blocks of code, each with the path that it is for. Judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(
    r"(?:^[ \t>*#`]*FILE:[ \t]*`?(?P<before>[^\n`]+?)`?[ \t*]*\n\s*)?"
    r"^```[ \t]*(?P<info>[^\n]*)\n(?P<code>.*?)(?:^```[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_INSIDE = re.compile(r"\A\s*(?:#|//)\s*(?:FILE:|[Ff]ile(?:name)?:|[Pp]ath:)\s*(?P<path>\S+)\s*\n")
_PATH = re.compile(r"[\w./\\-]+\.\w+\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code.

    Attributes:
        code: What is in it.
        path: The path that it is for, as the model wrote it; empty where it named none.
    """

    code: str
    path: str = ""


def blocks_of(answer: str) -> tuple[Block, ...]:
    """The blocks of an answer in order; an answer without fences is one block."""
    found = []
    for match in _BLOCK.finditer(answer):
        code, path = match["code"], (match["before"] or "").strip()
        words = match["info"].split()
        if not path and len(words) > 1 and _PATH.match(words[-1]):
            path = words[-1]
        if not path and (inside := _INSIDE.match(code)):
            path, code = inside["path"], code[inside.end() :]
        if code.strip():
            found.append(Block(code.strip("\n") + "\n", path))
    if not found and "```" not in answer and answer.strip():
        return (Block(answer.strip("\n") + "\n"),)
    return tuple(found)
