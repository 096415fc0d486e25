"""Fixture files: Markdown with a heading for each case and fenced blocks for what goes in and what must come out.

A block is named by the words after its fence. Expectations are blocks too, so that ``pytest --update`` can rewrite them
in place and a reviewer reads the change as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"## +(?P<name>.+)")
_FENCE = re.compile(r"(?P<fence>`{3,})(?P<info>.*)")


@dataclass(frozen=True)
class Block:
    """One fenced block: the words after its fence, its text without the last line end, and the line it starts on."""

    info: str
    text: str
    line: int


@dataclass(frozen=True)
class Case:
    """One case: all blocks below a heading of the second level."""

    path: Path
    name: str
    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        return f"{self.path.stem}: {self.name}"

    def block(self, info: str) -> Block:
        """The block whose words begin with ``info``."""
        return next(block for block in self.blocks if block.info.split()[:1] == [info])


def cases(path: Path) -> list[Case]:
    """The cases of a fixture file, in order."""
    found: list[tuple[str, list[Block]]] = []
    lines = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        if heading := _HEADING.fullmatch(lines[at]):
            found.append((heading["name"], []))
        elif fence := _FENCE.fullmatch(lines[at]):
            end = lines.index(fence["fence"], at + 1)
            found[-1][1].append(Block(fence["info"].strip(), "\n".join(lines[at + 1 : end]), at + 1))
            at = end
        at += 1
    return [Case(path, name, tuple(blocks)) for name, blocks in found]


def expect(case: Case, block: Block, actual: str, *, update: bool) -> None:
    """Compare with an expectation, or make it so.

    Raises:
        AssertionError: They differ, and expectations are not being rewritten.
    """
    if update and actual != block.text:
        lines = case.path.read_text(encoding="utf-8").split("\n")
        current = next(each for each in cases(case.path) if each.name == case.name)
        old = current.blocks[case.blocks.index(block)]
        is_empty = not old.text and _FENCE.match(lines[old.line])
        lines[old.line : old.line + (0 if is_empty else len(old.text.split("\n")))] = actual.split("\n")
        case.path.write_text("\n".join(lines), encoding="utf-8")
    elif not update:
        assert actual == block.text, f"{case}: run pytest --update and read the difference"
